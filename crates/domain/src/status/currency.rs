//! Currency: until when a confirmed activity may be believed. The rule for each code comes from
//! the edition; a record moved in from another system keeps what that system stated until it is
//! verified again. The answer always carries its reason.

use super::Spell;
use crate::calendar::{Day, next_school_year_end};
use crate::edition::{Edition, Lapse};
use jiff::ToSpan;

/// Why a record is due on its day, or why it has no such day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DueReason {
    /// Records of this activity do not lapse.
    NeverLapses,
    /// The edition does not know the code, so no rule says when it lapses.
    UnknownCode,
    /// The day hangs on a review date that is not there.
    NoReviewDate,
    SchoolYearEnd,
    MonthsAfterVerified(i32),
    DaysAfterReview(i32),
    /// The rule's day would fall after the predicted end, so the end counts.
    PredictedEnd,
    /// Stated by the system that the record was moved in from.
    Stated,
}

/// When a record is due to lapse, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Due {
    /// The last day on which it is current; `None` when it does not lapse.
    pub day: Option<Day>,
    pub reason: DueReason,
}

/// When a spell is due to lapse by an edition.
///
/// Days: the day answered is the last current one. The clock runs from the last verification, else
/// from the day the activity was ascertained, else from its start.
/// Source: periods recovered from records that conform to the 2015-16 and 2019-20 requirements;
/// the official flow chart was not seen, so each period is marked in its edition.
/// Differs: the predicted end caps review dates too, since check 238 objects otherwise.
pub fn due_to_lapse(spell: &Spell, edition: &Edition) -> Due {
    if let Some(stated) = spell.lapse_stated {
        return Due { day: Some(stated), reason: DueReason::Stated };
    }
    let none = |reason| Due { day: None, reason };
    let Some(activity) = edition.activity(&spell.code) else {
        return none(DueReason::UnknownCode);
    };
    let base = spell.verified.or(spell.ascertained).unwrap_or(spell.start);
    let (day, reason) = match activity.lapse {
        Lapse::Never => return none(DueReason::NeverLapses),
        Lapse::SchoolYearEnd => (next_school_year_end(base), DueReason::SchoolYearEnd),
        Lapse::Months(months) => {
            (base.saturating_add(months.months()), DueReason::MonthsAfterVerified(months))
        }
        Lapse::ReviewPlusDays(days) => match spell.review {
            Some(review) => (review.saturating_add(days.days()), DueReason::DaysAfterReview(days)),
            None => return none(DueReason::NoReviewDate),
        },
    };
    match spell.predicted_end {
        Some(end) if end < day => Due { day: Some(end), reason: DueReason::PredictedEnd },
        _ => Due { day: Some(day), reason },
    }
}

/// Whether what the spell says has lapsed on `day`.
///
/// Days: on the due day itself a record is still current. A stated flag holds for the period it
/// was stated for; "lapsed" also holds afterwards, until the spell is verified again.
/// Source: checks 231 and 232 (lapsed when the date is before the period end, not when after).
pub fn lapsed_on(spell: &Spell, edition: &Edition, day: Day) -> bool {
    match spell.lapsed_stated {
        Some(true) => return true,
        Some(false) if spell.stated_on.is_some_and(|stated| day <= stated) => return false,
        _ => {}
    }
    due_to_lapse(spell, edition).day.is_some_and(|due| due < day)
}

/// Units: days since the due day; `None` while the record is current.
///
/// Zero where a moved-in record states that it lapsed on its due day or before it, or gives no day.
pub fn days_overdue(spell: &Spell, edition: &Edition, day: Day) -> Option<i32> {
    if !lapsed_on(spell, edition, day) {
        return None;
    }
    let due = due_to_lapse(spell, edition).day.unwrap_or(day);
    Some(day.duration_since(due).as_hours().div_euclid(24).try_into().unwrap_or(i32::MAX).max(0))
}
