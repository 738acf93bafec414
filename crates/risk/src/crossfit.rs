//! Predicting every row from a model that never saw it or its person. Reading fold files is
//! elsewhere. Invariant: no person stands on both sides of a split.

use crate::bootstrap::Draws;
use crate::model::{FitError, FitOptions, Model, Training};
use rayon::prelude::*;

/// One split: learn from `train`, predict `test`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    pub repeat: String,
    pub fold: String,
    pub train: Vec<usize>,
    pub test: Vec<usize>,
}

/// What one split gave.
#[derive(Clone)]
pub struct Fitted {
    pub model: Model,
    /// One chance for each row of the split's `test`.
    pub chances: Vec<f64>,
}

#[derive(Debug, thiserror::Error)]
#[error("In repeat {repeat}, fold {fold}: {source}")]
pub struct SplitError {
    pub repeat: String,
    pub fold: String,
    pub source: FitError,
}

/// Fits each split on its own training rows and predicts its test rows.
/// Errors: the first split, in order, that could not be fitted.
pub fn run(
    training: &Training<'_>,
    splits: &[Split],
    options: &FitOptions,
) -> Result<Vec<Fitted>, SplitError> {
    let fitted: Vec<Result<Fitted, SplitError>> = splits
        .par_iter()
        .map(|split| {
            let wrong = |source| SplitError {
                repeat: split.repeat.clone(),
                fold: split.fold.clone(),
                source,
            };
            let training = Training { rows: &split.train, ..*training };
            let model = Model::fit(&training, options).map_err(wrong)?;
            let chances =
                model.probabilities(training.table, &split.test, training.points).map_err(wrong)?;
            Ok(Fitted { model, chances })
        })
        .collect();
    fitted.into_iter().collect()
}

/// Sets each fit's level and spread right on rows of its own and predicts its test rows again.
/// Shape: `newer` has rows for each split, which neither its fit nor its test may hold.
/// Errors: the first split, in order, whose rows have no answer.
pub fn recalibrate(
    training: &Training<'_>,
    splits: &[Split],
    newer: &[Vec<usize>],
    fitted: &[Fitted],
) -> Result<Vec<Fitted>, SplitError> {
    let again = |((split, rows), fit): ((&Split, &Vec<usize>), &Fitted)| {
        let wrong =
            |source| SplitError { repeat: split.repeat.clone(), fold: split.fold.clone(), source };
        let newer = Training { rows, ..*training };
        let model = fit.model.recalibrated_on(&newer).map_err(wrong)?;
        let chances =
            model.probabilities(training.table, &split.test, training.points).map_err(wrong)?;
        Ok(Fitted { model, chances })
    };
    splits.iter().zip(newer).zip(fitted).map(again).collect()
}

/// Splits of our own for data without given folds: people dealt into `folds` hands after a
/// shuffle by `seed`, those with an outcome first so that each hand has its share.
pub fn deal(
    groups: &[u32],
    target: &[Option<bool>],
    folds: usize,
    repeats: u64,
    seed: u64,
) -> Vec<Split> {
    let people = groups.iter().max().map_or(0, |most| most + 1);
    let mut positive = vec![false; usize::try_from(people).unwrap_or(0)];
    for (group, _) in groups.iter().zip(target).filter(|(_, outcome)| **outcome == Some(true)) {
        if let Some(slot) = usize::try_from(*group).ok().and_then(|g| positive.get_mut(g)) {
            *slot = true;
        }
    }
    (0..repeats).flat_map(|repeat| deal_once(groups, &positive, folds, repeat, seed)).collect()
}

fn deal_once(
    groups: &[u32],
    positive: &[bool],
    folds: usize,
    repeat: u64,
    seed: u64,
) -> Vec<Split> {
    let mut order: Vec<usize> = (0..positive.len()).collect();
    Draws::new(seed, repeat).shuffle(&mut order);
    order.sort_by_key(|person| !positive.get(*person).copied().unwrap_or(false));
    let mut hand = vec![0_usize; positive.len()];
    for (place, person) in order.into_iter().enumerate() {
        if let Some(slot) = hand.get_mut(person) {
            *slot = place % folds;
        }
    }
    let hand_of = |row: &usize| {
        let group = groups.get(*row).and_then(|group| usize::try_from(*group).ok());
        group.and_then(|group| hand.get(group)).copied()
    };
    let side = |fold: usize, test: bool| -> Vec<usize> {
        (0..groups.len()).filter(|row| (hand_of(row) == Some(fold)) == test).collect()
    };
    (0..folds)
        .map(|fold| Split {
            repeat: repeat.to_string(),
            fold: fold.to_string(),
            train: side(fold, false),
            test: side(fold, true),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dealt_splits_keep_people_whole_and_cover_every_row_once() {
        let groups: Vec<u32> = (0..60).map(|row| row / 3).collect();
        let target: Vec<Option<bool>> = (0..60).map(|row| Some(row % 10 == 0)).collect();
        let splits = deal(&groups, &target, 5, 2, 1);
        assert_eq!(splits.len(), 10);
        for splits in splits.chunks(5) {
            let mut tested: Vec<usize> = splits.iter().flat_map(|s| s.test.clone()).collect();
            tested.sort_unstable();
            assert_eq!(tested, (0..60).collect::<Vec<_>>());
            for split in splits {
                let person = |row: &usize| groups[*row];
                assert!(
                    !split.train.iter().any(|t| split.test.iter().any(|u| person(t) == person(u)))
                );
            }
        }
    }
}
