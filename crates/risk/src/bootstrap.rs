//! Resampling of people with replacement, and intervals from it. The draws come from a small
//! generator seeded by the replicate's number, never from the machine. Invariant: replicate
//! k is the same on any computer and any number of threads.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// SplitMix64 (Steele, Lea and Flood 2014): tiny, well mixed, and the same everywhere.
#[derive(Clone, Debug)]
pub struct Draws(u64);

impl Draws {
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut draws = Self(seed ^ stream.wrapping_mul(0xd134_2543_de82_ef95));
        draws.draw();
        draws
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// An index below `bound`, each as likely as the next to within 2^-64 of `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.draw()) * u128::try_from(bound).unwrap_or(0);
        usize::try_from(product >> 64).unwrap_or(0)
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}

/// A 95% interval; none where too few replicates gave a value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// How often each row counts in a replicate: as often as its person was drawn.
/// Shape: one weight for each entry of `groups`, whose values are below `people`.
pub fn weights(groups: &[u32], people: usize, seed: u64, replicate: u64) -> Vec<f64> {
    let mut draws = Draws::new(seed, replicate);
    let mut times = vec![0_u32; people];
    for _ in 0..people {
        if let Some(count) = times.get_mut(draws.below(people)) {
            *count += 1;
        }
    }
    let drawn = |group: &u32| usize::try_from(*group).ok().and_then(|g| times.get(g)).copied();
    groups.iter().map(|group| f64::from(drawn(group).unwrap_or(0))).collect()
}

/// Runs `measure` on every replicate's weights and returns its values, replicate by replicate.
pub fn replicates<T: Send>(
    groups: &[u32],
    people: usize,
    seed: u64,
    count: u64,
    measure: impl Fn(&[f64]) -> T + Sync,
) -> Vec<T> {
    (0..count)
        .into_par_iter()
        .map(|replicate| measure(&weights(groups, people, seed, replicate)))
        .collect()
}

/// The middle 95% of the values; values that could not be computed are passed over.
pub fn interval(values: impl Iterator<Item = Option<f64>>) -> Option<Interval> {
    let mut known: Vec<f64> = values.flatten().filter(|value| value.is_finite()).collect();
    if known.len() < 20 {
        return None;
    }
    known.sort_by(f64::total_cmp);
    Some(Interval { low: quantile(&known, 0.025)?, high: quantile(&known, 0.975)? })
}

fn quantile(sorted: &[f64], at: f64) -> Option<f64> {
    let place = at * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let (low, high) = (sorted.get(below)?, sorted.get(below + 1).or(sorted.last())?);
    Some(low + (high - low) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_matches_its_published_sequence() {
        let mut draws = Draws(1_234_567);
        assert_eq!(draws.draw(), 6_457_827_717_110_365_317);
        assert_eq!(draws.draw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn people_are_drawn_whole_and_as_many_as_there_are() {
        let groups = [0, 0, 1, 2];
        for replicate in 0..50 {
            let w = weights(&groups, 3, 7, replicate);
            assert_eq!(w[0], w[1]);
            assert_eq!(w[1] + w[2] + w[3], 3.0);
        }
    }

    #[test]
    fn an_interval_needs_enough_values() {
        assert_eq!(interval((0..19).map(|i| Some(f64::from(i)))), None);
        let wide = interval((0..=1000).map(|i| Some(f64::from(i)))).expect("enough");
        assert_eq!((wide.low, wide.high), (25.0, 975.0));
    }
}
