//! What a figure is held against: the month before, what was published, and a target.

use domain::calendar::Month;
use domain::measure::{Assessment, Counts, Definition, Percent, assess};
use serde::Serialize;

use super::question::Meant;
use crate::comparators::Published;

/// The month before the last one, under the same rules.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LastMonth {
    pub month: String,
    pub percent: Option<f64>,
    pub percent_shown: String,
    /// Units: percentage points, unrounded; the last month less the one before.
    pub change_points: Option<f64>,
    /// What `percent` is of, for readers who are not told few people.
    #[serde(skip)]
    pub before: Percent,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    pub last_month: LastMonth,
    pub published: Vec<Published>,
}

pub(super) fn last_month(
    definition: &Definition,
    month: Month,
    before: Percent,
    now: Percent,
) -> LastMonth {
    let value = |share| definition.value(share);
    LastMonth {
        month: month.to_string(),
        percent: value(before),
        percent_shown: definition.shown(before),
        change_points: value(now).zip(value(before)).map(|(now, before)| now - before),
        before,
    }
}

/// A target and what hangs on it, in words and numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetView {
    pub target_percent: f64,
    pub met: bool,
    /// Units: percentage points above the target; negative below.
    pub gap_points: Option<f64>,
    /// People fewer in NEET that would have met it.
    pub people_over: u64,
    pub not_known_percent: Option<f64>,
    pub not_known_percent_shown: String,
    /// Share of this indicator's reward grant lost; nothing where not the whole authority is counted,
    /// on whose figure alone it hangs. Units: percent.
    pub grant_lost_percent: Option<u32>,
    /// The same rule on the last count month alone.
    pub grant_lost_percent_last_month: Option<u32>,
    /// Whether the figure is counted as the target is.
    pub like_for_like: bool,
    pub sentence: String,
}

pub(super) fn target(
    meant: &Meant,
    total: &Counts,
    last: &Counts,
    averaged: usize,
    whole: bool,
) -> Option<TargetView> {
    let target = meant.edition.measure.target.as_ref()?;
    if meant.definition.numerator != domain::measure::Set::Neet {
        return None;
    }
    let months = u32::try_from(averaged.max(1)).unwrap_or(1);
    let held = assess(total, months, target);
    let target_percent = f64::from(held.target_permille) / 10.0;
    Some(TargetView {
        target_percent,
        met: held.met,
        gap_points: held.neet.value().map(|neet| neet - target_percent),
        people_over: held.people_over,
        not_known_percent: held.not_known.value(),
        not_known_percent_shown: held.not_known.shown(),
        grant_lost_percent: whole.then_some(held.lost_hundredths),
        grant_lost_percent_last_month: whole.then(|| assess(last, 1, target).lost_hundredths),
        like_for_like: averaged > 0,
        sentence: sentence(&held, target_percent, averaged, whole),
    })
}

fn sentence(held: &Assessment, target_percent: f64, averaged: usize, whole: bool) -> String {
    let verdict = if held.met { "meets" } else { "misses" };
    let caution = if averaged > 0 {
        ""
    } else {
        " This is one month against a three-month target, not like for like."
    };
    let money = match whole {
        true => format!(
            "; with {} % not known, {} % of the reward grant is lost",
            held.not_known.shown(),
            held.lost_hundredths
        ),
        false => String::new(),
    };
    format!(
        "NEET of {} % {verdict} the target of {target_percent:.1} %{money}.{caution}",
        held.neet.shown()
    )
}
