//! The figures of a month as they stood when it was frozen, kept as one JSON document.

use std::collections::BTreeMap;

use domain::measure::{Percent, count_returned};
use serde::{Deserialize, Serialize};

use super::prepare::Prepared;
use crate::context::Wrong;
use crate::measures::ages;

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

/// Counts the records of the return: the figures and the file beside them say the same of everybody,
/// whatever was confirmed after the period.
pub(super) fn count(prepared: &Prepared) -> Frozen {
    let Prepared { edition, records, period_end, .. } = prepared;
    let counts = count_returned(records, edition, prepared.authority.as_deref(), *period_end);
    let cohort = counts.cohort();
    let percent = |of| Percent { of, all: cohort }.value();
    let (neet, not_known) = (counts.neet(), counts.not_known());
    Frozen {
        edition: edition.name.clone(),
        ages: ages(edition),
        cohort,
        neet,
        not_known,
        lapsed: counts.lapsed(),
        participating: counts.participating(),
        neet_percent: percent(neet),
        not_known_percent: percent(not_known),
        neet_not_known_percent: percent(neet + not_known),
        participation_percent: percent(counts.participating()),
        assumed: prepared.assumed,
        left_out: prepared.left_out.clone(),
        rejections: prepared.report.rejections.clone(),
    }
}

/// Reads the document back.
pub(super) fn read(text: &str) -> Result<Frozen, Wrong> {
    serde_json::from_str(text)
        .map_err(|e| Wrong::Failed(format!("the figures of a month cannot be read: {e}")))
}
