//! What the ranking would lose without a column: by shuffling it among the held-out rows
//! (permutation), and by fitting again without it (ablation). Neither says that a fact causes
//! anything. Invariant: the shuffle is the same on every run.

use crate::bootstrap::Draws;
use crate::crossfit::{self, Fitted, Split, SplitError};
use crate::explain::Explainer;
use crate::logistic::logistic;
use crate::measures::{ListLength, Ranked};
use crate::model::{FitError, FitOptions, Penalty, Training};
use crate::words::Words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loss {
    /// The columns shuffled or left out together.
    pub what: String,
    /// How far the area under the curve falls; below nought when it rises.
    pub auc_lost: Option<f64>,
}

/// Shuffles each column among each split's test rows. Largest loss first.
/// Errors: as reading the rows for explanation.
pub fn permutation(
    training: &Training<'_>,
    splits: &[Split],
    fitted: &[Fitted],
    seed: u64,
) -> Result<Vec<Loss>, FitError> {
    let words = Words::default();
    let (mut lines, mut outcomes) = (Vec::new(), Vec::new());
    for (split, fit) in splits.iter().zip(fitted) {
        let explainer = Explainer::new(&fit.model, training.table, training.points, &words)?;
        let known = |row: &&usize| training.target.get(**row).copied().flatten().is_some();
        let rows: Vec<usize> = split.test.iter().filter(known).copied().collect();
        outcomes.extend(rows.iter().map(|row| training.target.get(*row) == Some(&Some(true))));
        lines.push(Parts::of(&explainer, &rows));
    }
    let auc = |chances: Vec<f64>| Ranked::new(&chances, &outcomes).auc(&vec![1.0; outcomes.len()]);
    let whole = auc(lines.iter().flat_map(|parts| parts.chances(None, seed)).collect());
    let mut names: Vec<&str> = lines.iter().flat_map(|parts| parts.names.iter().copied()).collect();
    names.sort_unstable();
    names.dedup();
    let loss = |name: &str| {
        let shuffled =
            auc(lines.iter().flat_map(|parts| parts.chances(Some(name), seed)).collect());
        Loss { what: name.to_owned(), auc_lost: whole.zip(shuffled).map(|(w, s)| w - s) }
    };
    let mut losses: Vec<Loss> = names.into_iter().map(loss).collect();
    losses.sort_by(|a, b| b.auc_lost.partial_cmp(&a.auc_lost).unwrap_or(std::cmp::Ordering::Equal));
    Ok(losses)
}

/// How often a column is among the reasons of those listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub column: String,
    /// People listed of whom it raises the chance, and of whom it lowers it.
    pub raises: usize,
    pub lowers: usize,
}

/// The reasons of whoever stands on one list of all test rows, and how many stand there. Most often given
/// first. `splits` are of one repeat; ties at the list's end go to the earlier row.
/// Errors: as reading the rows for explanation.
pub fn reasons_given(
    training: &Training<'_>,
    splits: &[Split],
    fitted: &[Fitted],
    list: ListLength,
) -> Result<(Vec<Given>, usize), FitError> {
    let mut all: Vec<(f64, usize, usize)> = Vec::new();
    for (at, (split, fit)) in splits.iter().zip(fitted).enumerate() {
        all.extend(split.test.iter().zip(&fit.chances).map(|(row, p)| (*p, *row, at)));
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    all.truncate(list.rows_of(all.len()).ceil() as usize);
    let words = Words::default();
    let explainers: Vec<Explainer<'_>> = fitted
        .iter()
        .map(|fit| Explainer::new(&fit.model, training.table, training.points, &words))
        .collect::<Result<_, _>>()?;
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (_, row, split) in &all {
        let reasons = explainers.get(*split).map(|explainer| explainer.brief(*row).reasons);
        for reason in reasons.into_iter().flatten() {
            let count = counts.entry(reason.column).or_default();
            *(if reason.raises { &mut count.0 } else { &mut count.1 }) += 1;
        }
    }
    let mut given: Vec<Given> = counts
        .into_iter()
        .map(|(column, (raises, lowers))| Given { column, raises, lowers })
        .collect();
    given.sort_by_key(|reason| std::cmp::Reverse(reason.raises + reason.lowers));
    Ok((given, all.len()))
}

/// Contributions of one split's test rows, by column.
struct Parts<'a> {
    names: Vec<&'a str>,
    base: f64,
    /// Shape: one list for each column, one entry for each row.
    columns: Vec<Vec<f64>>,
    rows: usize,
}

impl<'a> Parts<'a> {
    fn of(explainer: &Explainer<'a>, rows: &[usize]) -> Self {
        let names: Vec<&str> = rows
            .first()
            .map(|row| explainer.contributions(*row).into_iter().map(|part| part.0).collect())
            .unwrap_or_default();
        let mut columns = vec![Vec::with_capacity(rows.len()); names.len()];
        for row in rows {
            for (column, (_, part)) in columns.iter_mut().zip(explainer.contributions(*row)) {
                column.push(part);
            }
        }
        Self { names, base: explainer.base(), columns, rows: rows.len() }
    }

    /// Chances, with one column's contributions dealt out again among the rows.
    fn chances(&self, shuffled: Option<&str>, seed: u64) -> Vec<f64> {
        let mut sums = vec![self.base; self.rows];
        for (name, column) in self.names.iter().zip(&self.columns) {
            let mut column = column.clone();
            if shuffled == Some(*name) {
                Draws::new(seed, self.rows as u64).shuffle(&mut column);
            }
            for (sum, part) in sums.iter_mut().zip(&column) {
                *sum += part;
            }
        }
        sums.into_iter().map(logistic).collect()
    }
}

/// Fits again without each set of columns, at the strengths already chosen.
/// Errors: the first split that could not be fitted.
pub fn ablation(
    training: &Training<'_>,
    splits: &[Split],
    fitted: &[Fitted],
    sets: &[(String, Vec<String>)],
) -> Result<Vec<Loss>, SplitError> {
    let outcome = |row: &usize| training.target.get(*row) == Some(&Some(true));
    let outcomes: Vec<bool> = splits.iter().flat_map(|s| s.test.iter().map(outcome)).collect();
    let weights: Vec<f64> = splits
        .iter()
        .flat_map(|split| &split.test)
        .map(|row| f64::from(training.target.get(*row).copied().flatten().is_some()))
        .collect();
    let auc = |fits: &[Fitted]| {
        let chances: Vec<f64> = fits.iter().flat_map(|fit| fit.chances.iter().copied()).collect();
        Ranked::new(&chances, &outcomes).auc(&weights)
    };
    let whole = auc(fitted);
    let options = FitOptions { penalty: middle_penalty(fitted) };
    let without = |(what, columns): &(String, Vec<String>)| {
        let kept = training.inputs.iter().filter(|input| !columns.contains(input));
        let inputs: Vec<String> = kept.cloned().collect();
        let fits = crossfit::run(&Training { inputs: &inputs, ..*training }, splits, &options)?;
        Ok(Loss { what: what.clone(), auc_lost: whole.zip(auc(&fits)).map(|(w, a)| w - a) })
    };
    sets.iter().map(without).collect()
}

fn middle_penalty(fitted: &[Fitted]) -> Penalty {
    let mut all: Vec<f64> = fitted.iter().filter_map(|fit| fit.model.penalty).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).map_or(Penalty::Chosen, |middle| Penalty::Fixed(*middle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::table::{Column, Table};

    /// One column carries nearly everything and another nothing; learnt from one half, told of the other.
    #[test]
    fn what_carries_is_lost_and_what_says_nothing_is_not() {
        let carries: Vec<f64> = (0..800).map(|i| f64::from(i % 20)).collect();
        let nothing = (0..800).map(|i| f64::from((i * 31) % 7)).collect();
        let target: Vec<Option<bool>> =
            carries.iter().zip(0..).map(|(x, i)| Some(*x > 14.0 || i % 9 == 0)).collect();
        let columns =
            vec![Column::numbers("carries", carries), Column::numbers("nothing", nothing)];
        let table = Table::new(columns).expect("two columns");
        let inputs = ["carries".to_owned(), "nothing".to_owned()];
        let (train, test): (Vec<usize>, Vec<usize>) = ((0..400).collect(), (400..800).collect());
        let (target, groups, rows) = (target.as_slice(), &[][..], train.clone());
        let training =
            Training { table: &table, inputs: &inputs, target, groups, rows: &rows, points: None };
        let splits = [Split { repeat: "0".into(), fold: "0".into(), train, test }];
        let fitted = crossfit::run(&training, &splits, &FitOptions::default()).expect("fits");
        let lost = |losses: &[Loss], what: &str| {
            let loss = losses.iter().find(|loss| loss.what == what).expect("it is told");
            loss.auc_lost.expect("both answers came")
        };
        let shuffled = permutation(&training, &splits, &fitted, 1).expect("same table");
        assert_eq!(shuffled[0].what, "carries", "the largest loss comes first");
        let set = |name: &str| (format!("only {name}"), vec![name.to_owned()]);
        let sets = [set("nothing"), set("carries")];
        let without = ablation(&training, &splits, &fitted, &sets).expect("fits again");
        assert_eq!(without[0].what, "only nothing", "in the order asked for");
        for (losses, name) in [(&shuffled, ""), (&without, "only ")] {
            let (carries, nothing) =
                (lost(losses, &format!("{name}carries")), lost(losses, &format!("{name}nothing")));
            assert!(carries > 0.25, "{losses:?}");
            assert!(nothing.abs() < 0.05, "{losses:?}");
        }
    }

    #[test]
    fn reasons_are_counted_of_those_listed_alone() {
        let missed: Vec<f64> = (0..200).map(|i| f64::from(i % 20)).collect();
        let noise = (0..200).map(|i| f64::from((i * 31) % 7)).collect();
        let target: Vec<Option<bool>> =
            missed.iter().zip(0..).map(|(x, i)| Some(*x > 14.0 || i % 9 == 0)).collect();
        let columns = vec![Column::numbers("missed", missed), Column::numbers("noise", noise)];
        let table = Table::new(columns).expect("two columns");
        let inputs = ["missed".to_owned(), "noise".to_owned()];
        let rows: Vec<usize> = (0..200).collect();
        let (target, groups) = (target.as_slice(), &[][..]);
        let training =
            Training { table: &table, inputs: &inputs, target, groups, rows: &rows, points: None };
        let model = Model::fit(&training, &FitOptions::default()).expect("fits");
        let chances = model.probabilities(&table, &rows, None).expect("same table");
        let split =
            Split { repeat: "0".into(), fold: "0".into(), train: rows.clone(), test: rows.clone() };
        let fitted = [Fitted { model, chances }];
        let of = |list| reasons_given(&training, std::slice::from_ref(&split), &fitted, list);
        let (given, listed) = of(ListLength::Share(0.1)).expect("same table");
        assert_eq!((listed, given[0].column.as_str()), (20, "missed"));
        assert_eq!((given[0].raises, given[0].lowers), (20, 0), "{given:?}");
        let (given, listed) = of(ListLength::Share(1.0)).expect("same table");
        assert!(listed == 200 && given[0].lowers > 80, "{given:?}");
    }
}
