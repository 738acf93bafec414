//! Boosted stumps beside the model, where a long history allows them, and whether the rule of promotion would let
//! them speak. Invariant: whatever the verdict, the predictions that are written stay the model's.

use super::folds::Plan;
use super::source::Source;
use crate::commands::Wrong;
use risk::Training;
use risk::crossfit::Split;
use risk::evaluation::{Candidate, Run};
use risk::measures::ListLength;
use risk::promotion::{self, Trial, Verdict};
use risk::stumps::{Growth, MAY_CHALLENGE, Stumps, may_challenge};

pub const NAME: &str = "boosted stumps";
const SEED: u64 = 1;
const DRAWS: u64 = 200;

/// Refuses where the history is too short for stumps to be tried.
pub fn refuse_few(source: &Source) -> Result<(), Wrong> {
    may_challenge(source.target.iter().flatten().copied()).map_err(|known| {
        Wrong::Refused(format!(
            "--challenger needs more than {MAY_CHALLENGE} outcomes, and {known} are known: with fewer, \
             boosted stumps learn chance."
        ))
    })
}

/// One list of chances for each split.
/// Errors: a split that stumps cannot be learnt from.
pub fn chances(source: &Source, plan: &Plan) -> Result<Vec<Vec<f64>>, Wrong> {
    let of = |split: &Split| {
        let training = Training { rows: &split.train, ..source.training() };
        let stumps = Stumps::fit(&training, &Growth::default())?;
        stumps.probabilities(&source.table, &split.test)
    };
    let told = |error: risk::model::FitError| Wrong::Refused(format!("{NAME}: {error}"));
    plan.splits.iter().map(|split| of(split).map_err(told)).collect()
}

/// The rule of promotion on the first repeat. Nobody has signed here, so nothing is ever promoted by a report.
pub fn verdict(
    source: &Source,
    (model, stumps): (&Candidate, &Candidate),
    audited: &[String],
    list: ListLength,
) -> Option<Verdict> {
    let (old, new): (&Run, &Run) = (model.runs.first()?, stumps.runs.first()?);
    let at = |row: &usize| source.target.get(*row) == Some(&Some(true));
    let outcomes: Vec<bool> = old.rows.iter().map(at).collect();
    let people_of: Vec<u32> =
        old.rows.iter().filter_map(|row| source.groups.get(*row).copied()).collect();
    let groups = |name: &String| {
        let column = source.table.column(name)?;
        let group = |row: &usize| column.group(*row);
        Some((name.clone(), old.rows.iter().map(group).collect()))
    };
    let audited: Vec<(String, Vec<String>)> = audited.iter().filter_map(groups).collect();
    let trial = Trial {
        old: &old.chances,
        new: &new.chances,
        outcomes: &outcomes,
        people_of: &people_of,
        people: source.people,
        audited: &audited,
        list,
        signed_by: "",
    };
    Some(promotion::judge(&trial, SEED, DRAWS))
}
