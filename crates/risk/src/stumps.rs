//! The challenger: boosted stumps, one cut through one term at a time, so that its answer still
//! comes apart exactly by column. It never speaks for itself: `promotion` says whether it may.
//! Invariant: the same values give the same stumps, ties going to the first term and cut.

use crate::encoding::Encoding;
use crate::linalg::Matrix;
use crate::logistic::logistic;
use crate::model::{FitError, Training, count_outcomes};
use crate::table::Table;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How the stumps are grown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    pub rounds: usize,
    /// How much of each stump is believed.
    pub rate: f64,
    /// Pull of a leaf towards nought. Units: as a ridge on the leaf's log-odds.
    pub ridge: f64,
    /// A leaf carries at least this much curvature, so that no handful of rows gets its own cut.
    pub least: f64,
}

impl Default for Growth {
    fn default() -> Self {
        Self { rounds: 200, rate: 0.05, ridge: 3.0, least: 2.0 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stump {
    pub term: usize,
    /// Rows at or under the cut are `below`.
    pub cut: f64,
    pub below: f64,
    pub above: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stumps {
    pub encoding: Encoding,
    pub base: f64,
    pub stumps: Vec<Stump>,
}

/// So many outcomes, of the rarer kind, a history must pass before stumps may be tried beside the model.
///
/// Source: `prediction.md` section 7, the ladder's last rung.
pub const MAY_CHALLENGE: usize = 1_000;

/// Whether a history is long enough for stumps to be tried beside the model. `known` is whether it happened, of
/// all of whom that is known.
///
/// Errors: with too few, how many outcomes of the rarer kind there are.
pub fn may_challenge(known: impl Iterator<Item = bool>) -> Result<(), usize> {
    let (yes, no) = known.fold((0, 0), |(yes, no), one| match one {
        true => (yes + 1, no),
        false => (yes, no + 1),
    });
    let rarer: usize = yes.min(no);
    if rarer > MAY_CHALLENGE { Ok(()) } else { Err(rarer) }
}

/// Cuts tried through one term; more would chase noise at the size of a council.
const MOST_CUTS: usize = 32;

/// Where a term may be cut, and on which side of each cut a row falls.
struct Binned {
    cuts: Vec<f64>,
    bins: Vec<u8>,
}

impl Stumps {
    /// Fits on the training rows only; points are not used.
    /// Errors: no rows, one class, or no usable column.
    pub fn fit(training: &Training<'_>, growth: &Growth) -> Result<Self, FitError> {
        let known = |row: &usize| Some((*row, training.target.get(*row).copied().flatten()?));
        let (rows, target): (Vec<usize>, Vec<bool>) =
            training.rows.iter().filter_map(known).unzip();
        let outcomes = count_outcomes(&target)?;
        let encoding = Encoding::learn(training.table, training.inputs, &rows);
        if encoding.terms.is_empty() {
            return Err(FitError::NoInputs(Some("nothing in the inputs varies".to_owned())));
        }
        let matrix = encoding.design(training.table, &rows)?;
        let binned: Vec<Binned> =
            (0..matrix.width()).into_par_iter().map(|term| Binned::of(&matrix, term)).collect();
        let share = outcomes as f64 / rows.len() as f64;
        let base = (share / (1.0 - share)).ln();
        let mut log_odds = vec![base; rows.len()];
        let mut stumps = Vec::new();
        for _ in 0..growth.rounds {
            let slopes: Vec<(f64, f64)> =
                log_odds.iter().zip(&target).map(|(x, y)| slope(*x, *y)).collect();
            let Some(stump) = best(&binned, &slopes, growth) else { break };
            for (sum, row) in log_odds.iter_mut().zip(0..) {
                *sum += stump.of(matrix.row(row));
            }
            stumps.push(stump);
        }
        Ok(Self { encoding, base, stumps })
    }

    /// Errors: columns that the model reads are missing.
    pub fn probabilities(&self, table: &Table, rows: &[usize]) -> Result<Vec<f64>, FitError> {
        let matrix = self.encoding.design(table, rows)?;
        let line = |row: usize| {
            let cells = matrix.row(row);
            logistic(self.base + self.stumps.iter().map(|stump| stump.of(cells)).sum::<f64>())
        };
        Ok((0..rows.len()).into_par_iter().map(line).collect())
    }

    /// What each column adds to the log-odds of one row, beside `base`. Shape: in the order of
    /// the encoding's inputs. Errors: as `probabilities`.
    pub fn contributions(&self, table: &Table, row: usize) -> Result<Vec<(String, f64)>, FitError> {
        let matrix = self.encoding.design(table, &[row])?;
        let of = |column: &String| {
            let mine = self.stumps.iter().filter(|stump| {
                self.encoding.terms.get(stump.term).is_some_and(|term| term.column == *column)
            });
            mine.map(|stump| stump.of(matrix.row(0))).sum()
        };
        Ok(self.encoding.inputs.iter().map(|(name, _)| (name.clone(), of(name))).collect())
    }
}

impl Stump {
    fn of(&self, cells: &[f64]) -> f64 {
        if cells.get(self.term).is_some_and(|cell| *cell > self.cut) {
            self.above
        } else {
            self.below
        }
    }
}

impl Binned {
    fn of(matrix: &Matrix, term: usize) -> Self {
        let value = |row: usize| matrix.row(row).get(term).copied().unwrap_or(0.0);
        let mut sorted: Vec<f64> = (0..matrix.rows()).map(value).collect();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let mut cuts: Vec<f64> = (1..=MOST_CUTS)
            .filter_map(|part| sorted.get(part * last / (MOST_CUTS + 1)).copied())
            .filter(|cut| sorted.last().is_some_and(|most| cut < most))
            .collect();
        // A rare indicator is under every quantile; it must still be possible to cut it off.
        cuts.extend(sorted.first().copied().filter(|least| sorted.last() > Some(least)));
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        let bin = |row| u8::try_from(cuts.partition_point(|cut| *cut < value(row))).unwrap_or(0);
        let bins = (0..matrix.rows()).map(bin).collect();
        Self { cuts, bins }
    }

    /// The best cut of this term: its gain, its place and the two leaves.
    fn best(&self, slopes: &[(f64, f64)], growth: &Growth) -> Option<(f64, f64, f64, f64)> {
        let mut sums = vec![(0.0, 0.0); self.cuts.len() + 1];
        for (bin, (gradient, curve)) in self.bins.iter().zip(slopes) {
            if let Some(sum) = sums.get_mut(usize::from(*bin)) {
                sum.0 += gradient;
                sum.1 += curve;
            }
        }
        let whole = sums.iter().fold((0.0, 0.0), |all, sum| (all.0 + sum.0, all.1 + sum.1));
        let worth = |(g, h): (f64, f64)| g * g / (h + growth.ridge);
        let leaf = |(g, h): (f64, f64)| growth.rate * g / (h + growth.ridge);
        let mut left = (0.0, 0.0);
        let mut best: Option<(f64, f64, f64, f64)> = None;
        for (cut, sum) in self.cuts.iter().zip(&sums) {
            left = (left.0 + sum.0, left.1 + sum.1);
            let right = (whole.0 - left.0, whole.1 - left.1);
            let gain = worth(left) + worth(right) - worth(whole);
            let thick = left.1 >= growth.least && right.1 >= growth.least;
            if thick && gain > best.map_or(1e-9, |found| found.0) {
                best = Some((gain, *cut, leaf(left), leaf(right)));
            }
        }
        best
    }
}

/// What is left to explain of a row, and how much it weighs.
fn slope(log_odds: f64, outcome: bool) -> (f64, f64) {
    let p = logistic(log_odds);
    (f64::from(u8::from(outcome)) - p, p * (1.0 - p))
}

fn best(binned: &[Binned], slopes: &[(f64, f64)], growth: &Growth) -> Option<Stump> {
    let found: Vec<_> = binned.par_iter().map(|term| term.best(slopes, growth)).collect();
    let mut chosen: Option<(f64, Stump)> = None;
    for (term, (gain, cut, below, above)) in
        found.into_iter().enumerate().filter_map(|(term, cut)| Some((term, cut?)))
    {
        if chosen.is_none_or(|(most, _)| gain > most) {
            chosen = Some((gain, Stump { term, cut, below, above }));
        }
    }
    chosen.map(|(_, stump)| stump)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::Ranked;
    use crate::table::Column;

    /// A risk that lies in the middle of a scale: a line cannot see it, stumps can.
    #[test]
    fn a_hump_is_found_and_comes_apart_by_column() {
        let x: Vec<f64> = (0..600).map(|i| f64::from((i * 7) % 60)).collect();
        let target: Vec<Option<bool>> =
            x.iter().zip(0..).map(|(x, i)| Some((20.0..40.0).contains(x) && i % 3 != 0)).collect();
        let noise = (0..600).map(|i| f64::from((i * 31) % 17)).collect();
        let columns = vec![Column::numbers("x", x), Column::numbers("noise", noise)];
        let table = Table::new(columns).expect("two columns");
        let inputs = ["x".to_owned(), "noise".to_owned()];
        let rows: Vec<usize> = (0..600).collect();
        let (target, groups) = (target.as_slice(), &[][..]);
        let training =
            Training { table: &table, inputs: &inputs, target, groups, rows: &rows, points: None };
        let stumps = Stumps::fit(&training, &Growth::default()).expect("fits");
        let chances = stumps.probabilities(&table, &rows).expect("same table");
        let truth: Vec<bool> = target.iter().map(|y| *y == Some(true)).collect();
        let auc = Ranked::new(&chances, &truth).auc(&vec![1.0; 600]).expect("both classes");
        assert!(auc > 0.85, "{auc}");
        let parts = stumps.contributions(&table, 100).expect("same table");
        let sum: f64 = stumps.base + parts.iter().map(|part| part.1).sum::<f64>();
        assert!((logistic(sum) - chances[100]).abs() < 1e-9);
        assert_eq!(stumps, Stumps::fit(&training, &Growth::default()).expect("fits"));
    }

    #[test]
    fn more_than_a_thousand_of_the_rarer_kind_are_wanted() {
        let history = |yes: usize, no: usize| (0..yes + no).map(move |at| at < yes);
        assert_eq!(may_challenge(history(1_000, 9_000)), Err(1_000));
        assert_eq!(may_challenge(history(1_001, 9_000)), Ok(()));
        assert_eq!(may_challenge(history(9_000, 40)), Err(40));
        assert_eq!(may_challenge(history(0, 0)), Err(0));
    }

    #[test]
    fn one_class_is_refused_in_words() {
        let table = Table::new(vec![Column::numbers("x", vec![1.0, 2.0])]).expect("one");
        let training = Training {
            table: &table,
            inputs: &["x".to_owned()],
            target: &[Some(false), Some(false)],
            groups: &[],
            rows: &[0, 1],
            points: None,
        };
        assert!(Stumps::fit(&training, &Growth::default()).is_err());
    }
}
