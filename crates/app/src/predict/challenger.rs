//! The challenger beside the model: boosted stumps, tried where the history is long enough. The rule of promotion
//! says how they did, and the papers tell it. Invariant: they are reported; no list is made by them.

use risk::Training;
use risk::logistic::logistic;
use risk::measures::log_odds;
use risk::stumps::{Growth, Stumps, may_challenge};

use super::forward::shift;
use super::train::Data;

/// How it is called in tables.
pub(super) const NAME: &str = "boosted stumps";

/// Chances of boosted stumps learnt from the same rows, levelled on the same year; none where the history is too
/// short for them, or they have nothing to tell apart.
pub(super) fn challenger(
    data: &Data,
    whole: &Training<'_>,
    tune: &[usize],
    rows: &[usize],
) -> Option<Vec<f64>> {
    let (_, history) = data.known(whole.rows);
    may_challenge(history.into_iter()).ok()?;
    let stumps = Stumps::fit(whole, &Growth::default()).ok()?;
    let (known, outcomes) = data.known(tune);
    let by = shift(&stumps.probabilities(&data.table, &known).ok()?, &outcomes).unwrap_or(0.0);
    let chances = stumps.probabilities(&data.table, rows).ok()?;
    Some(chances.into_iter().map(|p| logistic(log_odds(p) + by)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::prediction::Outcome;
    use risk::{Column, Table};

    /// Three years alike; of each sixty the fifteen in the middle of a scale become NEET.
    fn years(each: usize) -> Data {
        let rows = 3 * each;
        let place = |row: usize| row * 7 % 60;
        let yes = |row: usize| (20..35).contains(&place(row));
        let scale = Column::numbers("scale", (0..rows).map(|row| place(row) as f64).collect());
        Data {
            table: Table::new(vec![scale]).unwrap(),
            groups_table: Table::default(),
            target: (0..rows).map(|row| Some(yes(row))).collect(),
            outcomes: (0..rows)
                .map(|row| if yes(row) { Outcome::Happened } else { Outcome::DidNot })
                .collect(),
            people: (0..u32::try_from(rows).unwrap()).collect(),
            count: rows,
            points: vec![0.0; rows],
            years: (0..3).map(|year| (year * each..(year + 1) * each).collect()).collect(),
            inputs: vec!["scale".to_owned()],
        }
    }

    fn tried(data: &Data) -> Option<Vec<f64>> {
        let [learnt, tune, judged] = &data.years[..] else { panic!("three years") };
        challenger(data, &data.training(learnt), tune, judged)
    }

    #[test]
    fn a_long_history_is_challenged_and_a_short_one_is_not() {
        // A quarter of 4,020 is 1,005, and of 3,960 it is 990.
        let long = years(4_020);
        let chances = tried(&long).expect("more than a thousand outcomes");
        let (_, outcomes) = long.known(&long.years[2]);
        let mean = |wanted: bool| {
            let of = chances.iter().zip(&outcomes).filter(|(_, yes)| **yes == wanted);
            let of: Vec<f64> = of.map(|(p, _)| *p).collect();
            of.iter().sum::<f64>() / of.len() as f64
        };
        assert!(mean(true) > 2.0 * mean(false), "a hump that no line sees");
        assert_eq!(tried(&years(3_960)), None);
    }
}
