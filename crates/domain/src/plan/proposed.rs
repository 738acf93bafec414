//! What a lead is asked to confirm, and by when. A figure's proposal goes before the roll-up of actions,
//! because an outcome is what shall be true and not what was done; where figures disagree the one with
//! most cause for concern speaks.

use super::course::CourseProposal;
use super::{Outcome, Plan, Rating, When};
use crate::calendar::Day;
use jiff::ToSpan;

/// A rating proposed to a lead, with its reason in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    pub rating: Rating,
    pub because: String,
    /// Whether a figure proposes it; else its actions do.
    pub by_figure: bool,
}

impl Plan {
    /// What is proposed for an outcome, given what its figures propose, each with the figure's name.
    pub fn proposed(&self, outcome: &Outcome, figures: &[(String, CourseProposal)]) -> Proposed {
        let rated = figures.iter().filter(|(_, said)| said.rating != Rating::Unrated);
        match rated.max_by_key(|(_, said)| said.rating) {
            Some((name, said)) => Proposed {
                rating: said.rating,
                because: format!("{name}: {}", said.reason),
                by_figure: true,
            },
            None => {
                let said = self.suggest_outcome(outcome);
                let because = format!("Its actions: {}", said.reason);
                Proposed { rating: said.rating, because, by_figure: false }
            }
        }
    }
}

/// Days that a rating stands before its lead is asked again. Source: our own rule; a month or a
/// quarter, and two weeks for the meeting to come round.
const MONTHLY_DAYS: i32 = 45;
const OTHERWISE_DAYS: i32 = 105;

/// The day by which a rating of `last` is to be confirmed again; at once where there is none.
pub fn confirm_by(when: When, last: Option<Day>, today: Day) -> Day {
    let days = match when {
        When::Monthly | When::ByThenMonthly(_) => MONTHLY_DAYS,
        _ => OTHERWISE_DAYS,
    };
    last.map_or(today, |last| last.saturating_add(days.days()))
}

/// Whether the rating should have been confirmed before today.
pub fn is_overdue(when: When, last: Option<Day>, today: Day) -> bool {
    last.is_none() || confirm_by(when, last, today) < today
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_is_due_monthly_is_asked_for_sooner() {
        let (last, today) = (Some(date(2026, 1, 8)), date(2026, 3, 12));
        assert!(is_overdue(When::Monthly, last, today));
        assert!(!is_overdue(When::Ongoing, last, today));
        assert!(is_overdue(When::Ongoing, None, today), "never rated is overdue");
        assert_eq!(confirm_by(When::Ongoing, last, today), date(2026, 4, 23));
        assert!(!is_overdue(When::Ongoing, last, date(2026, 4, 23)), "the day itself is in time");
    }
}
