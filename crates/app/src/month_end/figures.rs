//! The figures of a month as they stood when it was frozen, kept as one JSON document.

use std::collections::BTreeMap;

use domain::access::Scope;
use domain::calendar::Month;
use serde::{Deserialize, Serialize};

use super::prepare::Prepared;
use crate::context::{Context, Wrong};
use crate::measures::{Months, Question, figures};

/// What was counted, and what there is to know of the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frozen {
    pub edition: String,
    pub ages: String,
    /// Units: people.
    pub cohort: u64,
    pub neet: u64,
    pub not_known: u64,
    pub lapsed: u64,
    pub participating: u64,
    /// Units: percent of the cohort, unrounded.
    pub neet_percent: Option<f64>,
    pub not_known_percent: Option<f64>,
    pub neet_not_known_percent: Option<f64>,
    pub participation_percent: Option<f64>,
    /// Records that had to say "not known" because no activity is recorded.
    pub assumed: usize,
    /// Why people are not in the return, and how many.
    pub left_out: BTreeMap<String, usize>,
    /// Why the department would turn the file away; empty when it would not.
    pub rejections: Vec<String>,
}

/// Counts the month as the register stands, under the edition of its return.
pub(super) async fn count(ctx: &Context, prepared: &Prepared) -> Result<Frozen, Wrong> {
    let month = Month::of(prepared.period_end);
    let mut question = Question::new("neet-not-known", Months::One(month));
    question.edition = Some(prepared.edition.name.clone());
    let counted = figures(ctx, &Scope::everyone(), &question).await?;
    let last = counted.series.last().map_or(&counted.total, |month| &month.total);
    Ok(Frozen {
        edition: counted.edition.clone(),
        ages: counted.ages.clone(),
        cohort: last.cohort.whole(),
        neet: last.neet.whole(),
        not_known: last.not_known.whole(),
        lapsed: last.lapsed.whole(),
        participating: last.participating.whole(),
        neet_percent: last.neet_percent,
        not_known_percent: last.not_known_percent,
        neet_not_known_percent: last.neet_not_known_percent,
        participation_percent: last.participation_percent,
        assumed: prepared.assumed,
        left_out: prepared.left_out.clone(),
        rejections: prepared.report.rejections.clone(),
    })
}

/// Reads the document back.
pub(super) fn read(text: &str) -> Result<Frozen, Wrong> {
    serde_json::from_str(text)
        .map_err(|e| Wrong::Failed(format!("the figures of a month cannot be read: {e}")))
}
