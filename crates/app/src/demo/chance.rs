//! Chance that repeats: one seed, and a stream of its own for every use, so that a change in one
//! part of the town leaves the others as they were.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

pub struct Chance(ChaCha20Rng);

impl Chance {
    /// The stream of chance with this number under a seed.
    pub fn stream(seed: u64, stream: u64) -> Chance {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Chance(rng)
    }

    /// From 0 up to, not including, 1.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn yes(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A number below `count`, which must not be 0.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.0.next_u64()) * count as u128) >> 64) as usize
    }

    /// Both ends inclusive.
    pub fn between(&mut self, least: i32, most: i32) -> i32 {
        let width = most.abs_diff(least) as usize + 1;
        least + i32::try_from(self.below(width)).unwrap_or(0)
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.below(from.len().max(1));
        from.get(at).expect("the town's lists are never empty")
    }

    /// One of the rows, each as likely as its weight.
    pub fn table<T: Copy>(&mut self, rows: &[(T, f64)]) -> T {
        let total: f64 = rows.iter().map(|(_, weight)| weight).sum();
        let mut left = self.unit() * total;
        for (value, weight) in rows {
            left -= weight;
            if left < 0.0 {
                return *value;
            }
        }
        rows.last().map(|(value, _)| *value).expect("the town's tables are never empty")
    }

    /// `count` of the candidates without repeats, each the likelier the greater its weight.
    ///
    /// The smallest of exponential waiting times is drawn in proportion to its rate, so sorting
    /// by them draws without replacement.
    pub fn sample(&mut self, candidates: &[(usize, f64)], count: usize) -> Vec<usize> {
        let mut keyed: Vec<(f64, usize)> = candidates
            .iter()
            .map(|(who, weight)| (-(1.0 - self.unit()).ln() / weight.max(1e-9), *who))
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        keyed.into_iter().take(count).map(|(_, who)| who).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn a_seed_and_a_stream_repeat_and_differ() {
        let draw = |seed, stream| {
            let mut chance = Chance::stream(seed, stream);
            (0..5).map(|_| chance.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, 1), draw(1, 1));
        assert_ne!(draw(1, 1), draw(1, 2));
        assert_ne!(draw(1, 1), draw(2, 1));
    }

    #[test]
    fn weights_are_followed() {
        let mut chance = Chance::stream(7, 0);
        let rows = [("often", 3.0), ("seldom", 1.0), ("never", 0.0)];
        let drawn: Vec<&str> = (0..4_000).map(|_| chance.table(&rows)).collect();
        let often = drawn.iter().filter(|word| **word == "often").count();
        assert!((2_850..3_150).contains(&often), "{often}");
        assert!(!drawn.contains(&"never"));
        let mut sampled = chance.sample(&[(1, 1.0), (2, 1.0), (3, 1.0)], 2);
        sampled.sort_unstable();
        sampled.dedup();
        assert_eq!(sampled.len(), 2);
        assert!((-3..=4).contains(&chance.between(-3, 4)));
    }
}
