//! "Not known" is a third outcome, not "no". The same predictions are measured three ways: without
//! those rows, with those rows as if it had happened, and with the known ones standing in for the
//! unknown ones like them. Invariant: no way treats a row that is not known as "no".

use crate::measures::{ListLength, Measures, Ranked};
use crate::model::{FitError, FitOptions, Model, Training};
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// What came of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Happened,
    DidNot,
    NotKnown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    LeftOut,
    CountedAsHappened,
    Weighted,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub way: Way,
    pub measures: Measures,
    pub rows: usize,
    /// Share of the rows it happened to, by this way of counting.
    pub rate: Option<f64>,
}

/// A row that stands for more than this many others would drown them.
const MOST_WEIGHT: f64 = 10.0;

/// Measures chances three ways. Shape: all slices alike; `known` holds each row's chance that
/// its outcome becomes known (`chance_known`), 1.0 throughout where nothing tells.
pub fn three_ways(
    chances: &[f64],
    outcomes: &[Outcome],
    known: &[f64],
    lists: &[ListLength],
) -> [Told; 3] {
    let happened: Vec<bool> = outcomes.iter().map(|outcome| *outcome != Outcome::DidNot).collect();
    let ranked = Ranked::new(chances, &happened);
    let is_known = |outcome: &Outcome| *outcome != Outcome::NotKnown;
    let plain: Vec<f64> = outcomes.iter().map(|o| f64::from(u8::from(is_known(o)))).collect();
    let standing_in: Vec<f64> = (plain.iter().zip(known))
        .map(|(counts, known)| counts * (1.0 / known.max(1e-9)).min(MOST_WEIGHT))
        .collect();
    let tell = |way, weights: Vec<f64>| {
        let total: f64 = weights.iter().sum();
        let yes: f64 = weights.iter().zip(&happened).filter(|w| *w.1).map(|w| w.0).sum();
        Told {
            way,
            measures: ranked.measure(&weights, lists),
            rows: weights.iter().filter(|weight| **weight > 0.0).count(),
            rate: (total > 0.0).then(|| yes / total),
        }
    };
    [
        tell(Way::LeftOut, plain),
        tell(Way::CountedAsHappened, vec![1.0; outcomes.len()]),
        tell(Way::Weighted, standing_in),
    ]
}

/// Each row's chance that its outcome becomes known, learnt from the same facts.
/// Errors: as a fit; but where all or none are known, everybody's chance is 1.
pub fn chance_known(
    table: &Table,
    inputs: &[String],
    outcomes: &[Outcome],
    rows: &[usize],
) -> Result<Vec<f64>, FitError> {
    let target: Vec<Option<bool>> =
        outcomes.iter().map(|outcome| Some(*outcome != Outcome::NotKnown)).collect();
    let groups: Vec<u32> = (0..).take(table.rows()).collect();
    let training = Training { table, inputs, target: &target, groups: &groups, rows, points: None };
    match Model::fit(&training, &FitOptions::default()) {
        Ok(model) => model.probabilities(table, rows, None),
        Err(FitError::OneClass { .. }) => Ok(vec![1.0; rows.len()]),
        Err(wrong) => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn the_three_ways_differ_as_they_should() {
        use Outcome::{DidNot, Happened, NotKnown};
        let outcomes = [Happened, DidNot, NotKnown, DidNot, NotKnown];
        let chances = [0.9, 0.1, 0.8, 0.2, 0.3];
        let lists = [ListLength::Rows(2)];
        let told = three_ways(&chances, &outcomes, &[0.5, 1.0, 0.5, 1.0, 0.5], &lists);
        let rates: Vec<f64> = told.iter().map(|told| told.rate.expect("rows")).collect();
        assert_eq!(rates, [1.0 / 3.0, 3.0 / 5.0, 2.0 / 4.0]);
        assert_eq!(told[0].rows, 3);
        assert_eq!(told[1].measures.lists[0].precision, Some(1.0));
    }

    /// Where those at risk are known less often, weighting moves the rate towards the truth.
    #[test]
    fn weights_undo_a_loss_that_the_facts_explain() {
        let risky = |i: usize| i.is_multiple_of(4);
        let truth = |i: usize| if risky(i) { i.is_multiple_of(8) } else { i % 20 == 1 };
        let outcome = |i: usize| match (risky(i) && !i.is_multiple_of(12), truth(i)) {
            (true, _) => Outcome::NotKnown,
            (_, true) => Outcome::Happened,
            (_, false) => Outcome::DidNot,
        };
        let outcomes: Vec<Outcome> = (0..1200).map(outcome).collect();
        let column =
            Column::numbers("x", (0..1200).map(|i| f64::from(u8::from(risky(i)))).collect());
        let table = Table::new(vec![column]).expect("one column");
        let rows: Vec<usize> = (0..1200).collect();
        let known = chance_known(&table, &["x".to_owned()], &outcomes, &rows).expect("fits");
        let told = three_ways(&vec![0.1; 1200], &outcomes, &known, &[]);
        let really = (0..1200).filter(|i| truth(*i)).count() as f64 / 1200.0;
        let off = |at: usize| (told[at].rate.expect("rows") - really).abs();
        assert!(off(2) < off(0) / 2.0, "{} against {} of {really}", off(2), off(0));
    }

    #[test]
    fn all_known_needs_no_weights() {
        let table = Table::new(vec![Column::numbers("x", vec![1.0, 2.0])]).expect("one");
        let all = [Outcome::DidNot, Outcome::Happened];
        let known = chance_known(&table, &["x".to_owned()], &all, &[0, 1]).expect("fits");
        assert_eq!(known, [1.0, 1.0]);
    }
}
