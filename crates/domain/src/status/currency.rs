//! Currency: until when a confirmed activity may be believed. The rule for each code comes from
//! the edition; a record moved in from another system keeps what that system stated until it is
//! verified again. The answer always carries its reason.

use super::Spell;
use crate::calendar::{Day, next_school_year_end};
use crate::edition::{Activity, Edition, Lapse};
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

/// The days of a spell that its currency hangs on, and nothing else of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clock {
    /// The day the clock runs from: last verified, else ascertained, else started.
    pub base: Day,
    pub review: Option<Day>,
    pub predicted_end: Option<Day>,
    /// What another system stated, until the spell is verified again.
    pub lapse_stated: Option<Day>,
    pub lapsed_stated: Option<bool>,
    pub stated_on: Option<Day>,
}

impl From<&Spell> for Clock {
    fn from(spell: &Spell) -> Self {
        Self {
            base: spell.verified.or(spell.ascertained).unwrap_or(spell.start),
            review: spell.review,
            predicted_end: spell.predicted_end,
            lapse_stated: spell.lapse_stated,
            lapsed_stated: spell.lapsed_stated,
            stated_on: spell.stated_on,
        }
    }
}

impl Clock {
    /// When a record of this activity is due to lapse; `None` for a code the edition does not know.
    pub fn due(&self, activity: Option<&Activity>) -> Due {
        if let Some(stated) = self.lapse_stated {
            return Due { day: Some(stated), reason: DueReason::Stated };
        }
        let none = |reason| Due { day: None, reason };
        let Some(activity) = activity else {
            return none(DueReason::UnknownCode);
        };
        let (day, reason) = match activity.lapse {
            Lapse::Never => return none(DueReason::NeverLapses),
            Lapse::SchoolYearEnd => (next_school_year_end(self.base), DueReason::SchoolYearEnd),
            Lapse::Months(months) => {
                (self.base.saturating_add(months.months()), DueReason::MonthsAfterVerified(months))
            }
            Lapse::ReviewPlusDays(days) => match self.review {
                Some(review) => {
                    (review.saturating_add(days.days()), DueReason::DaysAfterReview(days))
                }
                None => return none(DueReason::NoReviewDate),
            },
        };
        match self.predicted_end {
            Some(end) if end < day => Due { day: Some(end), reason: DueReason::PredictedEnd },
            _ => Due { day: Some(day), reason },
        }
    }

    /// The last day on which the record is current: `Day::MAX` when it does not lapse, `Day::MIN`
    /// when another system stated that it had and not when.
    ///
    /// A stated "not lapsed" holds for the period it was stated for, whatever the date says; so does "lapsed",
    /// and before that period the stated day tells until when the record was current.
    pub fn last_current_day(&self, activity: Option<&Activity>) -> Day {
        let due = self.due(activity).day.unwrap_or(Day::MAX);
        match (self.lapsed_stated, self.stated_on) {
            (Some(true), stated) => self.lapse_stated.map_or(Day::MIN, |due| {
                let before = stated.and_then(|stated| stated.yesterday().ok());
                due.min(before.unwrap_or(due))
            }),
            (Some(false), Some(stated)) => due.max(stated),
            _ => due,
        }
    }
}

/// When a spell is due to lapse by an edition.
///
/// Days: the day answered is the last current one. The clock runs from the last verification, else
/// from the day the activity was ascertained, else from its start.
/// Source: periods recovered from records that conform to the 2015-16 and 2019-20 requirements;
/// the official flow chart was not seen, so each period is marked in its edition.
/// Differs: the predicted end caps review dates too, since check 238 objects otherwise.
pub fn due_to_lapse(spell: &Spell, edition: &Edition) -> Due {
    Clock::from(spell).due(edition.activity(&spell.code))
}

/// Whether what the spell says has lapsed on `day`.
///
/// Days: on the due day itself a record is still current. A stated flag holds for the period it
/// was stated for; "lapsed" also holds afterwards, until the spell is verified again, and before only from the
/// day after the one that was stated.
/// Source: checks 231 and 232 (lapsed when the date is before the period end, not when after).
pub fn lapsed_on(spell: &Spell, edition: &Edition, day: Day) -> bool {
    Clock::from(spell).last_current_day(edition.activity(&spell.code)) < day
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
