//! From researched to withdrawn: what a predictor needs before it may be used, and by whose word.

use crate::access::Decision;
use crate::calendar::Day;
use jiff::ToSpan;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Fitted; nobody has looked at how it did on a later year.
    Researched,
    /// Judged on a year it never saw.
    Tested,
    /// Lists are made from it.
    Operational,
    Withdrawn,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Researched, Self::Tested, Self::Operational, Self::Withdrawn];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Researched => "researched",
            Self::Tested => "tested",
            Self::Operational => "operational",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What is known about a predictor when its state is to change.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    /// Judged on a later year than it learnt from.
    pub forward: bool,
    /// It is a points table and nothing else: there is no fit that a later year could judge.
    pub points_only: bool,
    /// Some group's false alarms are more than half as many again as another's.
    pub unfair: bool,
    /// Rules of promotion over the model in use that failed, in words.
    pub promotion_failed: &'a [String],
    /// The owner who answers for it, and what they write down.
    pub signed_by: &'a str,
    pub reason: &'a str,
}

/// Whether a predictor may go from one state to another. Every reason is told.
///
/// Source: ATRS v3, tier 2 (owner and accountability); false-alarm ratio over 1.5 asks for a written
/// word of the owner; promotion as the rule of `risk` has it.
pub fn may_become(from: State, to: State, evidence: &Evidence<'_>) -> Decision {
    let mut reasons = Vec::new();
    let step = matches!(
        (from, to),
        (State::Researched, State::Tested)
            | (State::Tested, State::Operational)
            | (State::Researched | State::Tested | State::Operational, State::Withdrawn)
    );
    if !step {
        reasons.push(format!("a predictor that is {} cannot become {}", from.name(), to.name()));
    }
    if evidence.signed_by.trim().is_empty() {
        reasons.push("nobody has signed for it".to_owned());
    }
    if to == State::Withdrawn && evidence.reason.trim().is_empty() {
        reasons.push("nobody has said why".to_owned());
    }
    let judged = evidence.forward || evidence.points_only;
    if matches!(to, State::Tested | State::Operational) && !judged {
        reasons.push("it was not judged on a later year".to_owned());
    }
    if to == State::Operational {
        if evidence.unfair && evidence.reason.trim().is_empty() {
            let why = "a group has over 1.5 times the false alarms of another, and the owner has \
                       not written why that is accepted";
            reasons.push(why.to_owned());
        }
        reasons.extend(evidence.promotion_failed.iter().cloned());
    }
    Decision { allowed: reasons.is_empty(), reasons }
}

/// Whether a month, by its last day, tells more than was known on the day on which a level was set: it was not over
/// then.
pub fn is_newer(month_end: Day, since: Day) -> bool {
    since <= month_end
}

/// Whether a level that stands since a day is to be set on newer outcomes: a year later, or as soon as the month is
/// over that opens the winter of those who have a chance by it, whose end is `opened`.
///
/// Source: the project's design for the predictor: the level is updated yearly, and logged. Ranking holds from year to
/// year where the level does not.
pub fn level_due(since: Day, opened: Option<Day>, today: Day) -> bool {
    let has_opened = opened.is_some_and(|opened| is_newer(opened, since) && opened < today);
    has_opened || since.saturating_add(12.months()) <= today
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_level_is_due_after_a_year_or_when_a_winter_has_opened() {
        let (since, october) = (date(2025, 3, 14), date(2025, 10, 31));
        let rows = [
            (since, None, date(2026, 3, 13), false),
            (since, None, date(2026, 3, 14), true),
            (since, Some(october), october, false),
            (since, Some(october), date(2025, 11, 1), true),
            (october, Some(october), date(2025, 11, 1), true),
            (date(2025, 11, 1), Some(october), date(2025, 11, 2), false),
        ];
        for (since, opened, today, due) in rows {
            assert_eq!(level_due(since, opened, today), due, "{since} {opened:?} {today}");
        }
        assert!(is_newer(october, october), "it is over only on the day after");
        assert!(!is_newer(october, date(2025, 11, 1)));
    }

    #[test]
    fn nothing_is_used_without_a_later_year_and_a_name() {
        let signed = Evidence { forward: true, signed_by: "A. Owner", ..Evidence::default() };
        let rows = [
            (State::Researched, State::Tested, signed, true),
            (State::Researched, State::Operational, signed, false),
            (State::Tested, State::Operational, signed, true),
            (State::Tested, State::Operational, Evidence { signed_by: " ", ..signed }, false),
            (State::Tested, State::Operational, Evidence { forward: false, ..signed }, false),
            (
                State::Tested,
                State::Operational,
                Evidence { forward: false, points_only: true, ..signed },
                true,
            ),
            (
                State::Researched,
                State::Tested,
                Evidence { forward: false, points_only: true, signed_by: "", ..signed },
                false,
            ),
            (State::Tested, State::Operational, Evidence { unfair: true, ..signed }, false),
            (
                State::Tested,
                State::Operational,
                Evidence { unfair: true, reason: "need is unequal", ..signed },
                true,
            ),
            (State::Operational, State::Withdrawn, signed, false),
            (State::Operational, State::Withdrawn, Evidence { reason: "wrong", ..signed }, true),
            (State::Withdrawn, State::Operational, signed, false),
        ];
        for (from, to, evidence, allowed) in rows {
            let decision = may_become(from, to, &evidence);
            assert_eq!(decision.allowed, allowed, "{from:?} {to:?} {decision:?}");
            assert_eq!(decision.allowed, decision.reasons.is_empty());
        }
    }
}
