//! Whether somebody will be out of work and learning so many months from a month on, from where they
//! stand and what their months so far have been: a hazard over a fixed distance.
//!
//! A chain forgets who somebody was. Those who were out for long are out again more often than their
//! standing of today tells, and a chain that was taught by school leavers finds every later year too
//! good. Here each person's months so far speak for themselves. Nothing of the months after the one
//! looked from is read, and the same records give the same rates.
//!
//! Source: van Houwelingen, "Dynamic prediction by landmarking in event history analysis",
//! Scandinavian Journal of Statistics 34 (2007); le Cessie and van Houwelingen, Applied Statistics 41
//! (1992) (ridge in logistic regression); Heckman, "Heterogeneity and state dependence" (1981) (why
//! what was before tells of what comes).

#![expect(clippy::indexing_slicing, reason = "rows and columns are numbers of one square")]

/// What is known of somebody in a month, as numbers: their standing but one, and what went before.
///
/// Shape: one for each state that is not `plain` (1 where they stand in it), the share of all months so
/// far that were out, whether any was, the shares of the last six and twelve, the logarithm of the
/// months in a row in this state. Units: `months` are states from the first to the month looked from.
pub fn facts(months: &[usize], states: usize, plain: usize, out: &[bool]) -> Vec<f64> {
    let Some(here) = months.last().copied() else { return vec![0.0; states + 4] };
    let is_out = |state: &usize| out[*state];
    let share = |newest: usize| {
        let part = &months[months.len().saturating_sub(newest)..];
        number(part.iter().filter(|state| is_out(state)).count()) / number(part.len())
    };
    let lasted = months.iter().rev().take_while(|state| **state == here).count();
    let mut facts: Vec<f64> = (0..states)
        .filter(|state| *state != plain)
        .map(|state| f64::from(u8::from(state == here)))
        .collect();
    facts.push(share(months.len()));
    facts.push(f64::from(u8::from(months.iter().any(is_out))));
    facts.push(share(6));
    facts.push(share(12));
    facts.push(number(lasted).ln());
    facts
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Weights of facts, the first being that of everybody.
#[derive(Clone, Debug, PartialEq)]
pub struct Hazard {
    weights: Vec<f64>,
}

/// One row to learn from: facts of a person in a month, and whether they were out so much later.
pub type Row = (Vec<f64>, bool);

/// How strongly weights may be held back; `held_back` chooses.
pub const RIDGES: [f64; 5] = [0.5, 2.0, 8.0, 32.0, 128.0];

/// Learns from rows; every weight but everybody's is drawn towards nothing, as much as `ridge` says.
pub fn learn<'a>(rows: impl Iterator<Item = &'a Row> + Clone, ridge: f64) -> Hazard {
    const ROUNDS: usize = 30;
    let width = rows.clone().next().map_or(1, |(facts, _)| facts.len() + 1);
    let mut hazard = Hazard { weights: vec![0.0; width] };
    for _ in 0..ROUNDS {
        let mut slope: Vec<f64> = hazard
            .weights
            .iter()
            .enumerate()
            .map(|(i, w)| if i == 0 { 0.0 } else { -ridge * w })
            .collect();
        let mut square = vec![vec![0.0; width]; width];
        for (at, row) in square.iter_mut().enumerate() {
            row[at] = if at == 0 { 1e-6 } else { ridge };
        }
        for (facts, out) in rows.clone() {
            let chance = hazard.chance(facts);
            let miss = f64::from(u8::from(*out)) - chance;
            let heavy = (chance * (1.0 - chance)).max(1e-6);
            let fact = |at: usize| if at == 0 { 1.0 } else { facts[at - 1] };
            for (i, row) in square.iter_mut().enumerate() {
                slope[i] += miss * fact(i);
                for (j, cell) in row.iter_mut().enumerate().take(i + 1) {
                    *cell += heavy * fact(i) * fact(j);
                }
            }
        }
        let step = solved(square, slope);
        let most = step.iter().fold(0.0_f64, |most, step| most.max(step.abs()));
        hazard.weights.iter_mut().zip(&step).for_each(|(weight, step)| *weight += step);
        if most < 1e-8 {
            break;
        }
    }
    hazard
}

/// Solves a symmetric positive square, of which the lower half is given (Cholesky).
fn solved(mut square: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let width = right.len();
    for i in 0..width {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| square[i][k] * square[j][k]).sum();
            let rest = square[i][j] - known;
            square[i][j] = if i == j { rest.max(1e-12).sqrt() } else { rest / square[j][j] };
        }
    }
    for i in 0..width {
        let known: f64 = (0..i).map(|k| square[i][k] * right[k]).sum();
        right[i] = (right[i] - known) / square[i][i];
    }
    for i in (0..width).rev() {
        let known: f64 = (i + 1..width).map(|k| square[k][i] * right[k]).sum();
        right[i] = (right[i] - known) / square[i][i];
    }
    right
}

impl Hazard {
    /// The chance that somebody of such facts is out. Units: from 0 to 1.
    pub fn chance(&self, facts: &[f64]) -> f64 {
        let rest = self.weights.get(1..).unwrap_or_default();
        let sum: f64 = facts.iter().zip(rest).map(|(fact, weight)| fact * weight).sum();
        1.0 / (1.0 + (-(self.weights[0] + sum)).exp())
    }

    /// What is expected of a crowd: how many are out, and the variance of that number by chance.
    pub fn expected<'a>(&self, crowd: impl Iterator<Item = &'a [f64]>) -> (f64, f64) {
        crowd.map(|facts| self.chance(facts)).fold((0.0, 0.0), |(sum, variance), chance| {
            (sum + chance, variance + chance * (1.0 - chance))
        })
    }
}

/// How strongly weights are best held back: the ridge under which people left out were foretold best.
///
/// People are left out whole, fifth by fifth, so that nobody's months tell of their own others. Rows come
/// person by person. Source: Stone, Journal of the Royal Statistical Society B 36 (1974).
pub fn held_back(people: &[Vec<Row>]) -> f64 {
    const PARTS: usize = 5;
    let surprise = |ridge: f64| -> f64 {
        let of = |part: usize| {
            let within = move |at: &usize| at % PARTS == part;
            let others = people.iter().enumerate().filter(move |(at, _)| !within(at));
            let hazard = learn(others.flat_map(|(_, rows)| rows), ridge);
            let left_out = people.iter().enumerate().filter(move |(at, _)| within(at));
            left_out
                .flat_map(|(_, rows)| rows)
                .map(|(facts, out)| {
                    let chance = hazard.chance(facts).clamp(1e-9, 1.0 - 1e-9);
                    -(if *out { chance } else { 1.0 - chance }).ln()
                })
                .sum::<f64>()
        };
        (0..PARTS).map(of).sum()
    };
    let tried = RIDGES.map(|ridge| (surprise(ridge), ridge));
    tried.iter().min_by(|a, b| a.0.total_cmp(&b.0)).map_or(RIDGES[1], |(_, ridge)| *ridge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_say_where_somebody_stands_and_what_was() {
        let out = [false, true, false];
        let found = facts(&[0, 1, 1, 2], 3, 0, &out);
        assert_eq!(found, vec![0.0, 1.0, 0.5, 1.0, 0.5, 0.5, 0.0]);
        assert_eq!(facts(&[1, 1], 3, 0, &out)[..3], [1.0, 0.0, 1.0]);
        assert_eq!(facts(&[], 3, 0, &out).len(), 7);
    }

    #[test]
    fn rates_of_two_crowds_are_learned() {
        // Of those with the fact 30 in 100 are out, of the others 10 in 100.
        let crowd = |fact: f64, out: usize| (0..100).map(move |n| (vec![fact], n < out));
        let rows: Vec<Row> = crowd(1.0, 30).chain(crowd(0.0, 10)).collect();
        let free = learn(rows.iter(), 1e-9);
        assert!((free.chance(&[1.0]) - 0.30).abs() < 1e-6, "{free:?}");
        assert!((free.chance(&[0.0]) - 0.10).abs() < 1e-6);
        let held = learn(rows.iter(), 1e9);
        assert!((held.chance(&[1.0]) - 0.20).abs() < 1e-3, "drawn to everybody's");
        let (of, variance) = free.expected([&[1.0][..], &[0.0]].into_iter());
        assert!((of - 0.40).abs() < 1e-6 && (variance - 0.30).abs() < 1e-6);
    }

    #[test]
    fn a_fact_that_tells_all_is_hardly_held_back() {
        let person =
            |n: usize| vec![(vec![f64::from(u8::from(n.is_multiple_of(3)))], n.is_multiple_of(3))];
        let people: Vec<Vec<Row>> = (0..60).map(person).collect();
        assert!((held_back(&people) - RIDGES[0]).abs() < 1e-12);
    }
}
