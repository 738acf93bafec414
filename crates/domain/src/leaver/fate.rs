//! How soon after a leaving was told somebody spoke with who left.

use crate::calendar::{Day, working_day_after};
use crate::edition::{Edition, Group};
use crate::followup::days_between;
use crate::measure::Percent;

/// Working days within which somebody who left is looked to be reached: at once, and at the latest.
///
/// Source: our own; the strategy asks for the days and sets no number.
pub const WORKING_DAYS: [u8; 2] = [5, 20];

/// Somebody was told to have left, or never to have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub person: i64,
    /// The day on which it was told.
    pub told: Day,
    /// The last day there, or the day on which they did not come.
    pub left: Day,
    /// Whom they left: an organisation's id, or the name that was recorded; empty where nobody said.
    pub provider: String,
}

/// An activity as the register knew it, from one change until another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// The record that it was told of: another where that became part of the person's.
    pub record: i64,
    pub code: String,
    /// Where it is: an organisation's id, or the name that was recorded; nothing where nobody said.
    pub provider: Option<String>,
    pub start: Day,
    /// Days: inclusive; `None` while it goes on.
    pub end: Option<Day>,
    /// The changes that made and ended the row.
    pub made: i64,
    pub ended: Option<i64>,
    /// The day of the change that made it, or of an earlier one that told of the same stay.
    pub known: Day,
}

impl Stay {
    const fn is_known_after(&self, change: i64) -> bool {
        self.made <= change
            && match self.ended {
                Some(ended) => ended > change,
                None => true,
            }
    }

    /// Whether it is known to be with somebody else than whom they left, and goes on after they did. What nobody has
    /// ended of the compulsory years says nothing of somebody who is past them, and what nobody said a place of may be
    /// where they left.
    fn is_elsewhere_after(&self, one: &Leaving, edition: &Edition) -> bool {
        let elsewhere = self.provider.as_ref().is_some_and(|at| *at != one.provider);
        elsewhere
            && !one.provider.is_empty()
            && self.end.is_none_or(|end| end > one.left)
            && edition.group(&self.code) != Some(Group::Compulsory)
    }
}

/// Whether a code is learning, work or re-engagement: something that somebody can leave, or go on to.
pub fn takes_part(edition: &Edition, code: &str) -> bool {
    let group = edition.group(code);
    group.is_some_and(|group| group.is_eet() || group == Group::Compulsory)
        && !edition.is_not_known(code)
}

/// Whether the register knew, once the change was made that told of a leaving, what they go on with. Whoever moves
/// from a school to a college is not looked for. What was held of another record was somebody else's then.
///
/// Shape: `stays` at least what was known then and goes on after they left, with the row that told where several
/// records are one now.
pub fn goes_on(stays: &[Stay], left: Day, told_by: i64, edition: &Edition) -> bool {
    let teller = stays.iter().find(|stay| stay.made == told_by && stay.end == Some(left));
    stays.iter().any(|stay| {
        teller.is_none_or(|teller| teller.record == stay.record)
            && stay.is_known_after(told_by)
            && stay.end.is_none_or(|end| end > left)
            && takes_part(edition, &stay.code)
    })
}

/// The same of a leaving that a notice told of, once the newest change before it was made. What the register holds at
/// whom they left it may not have ended by then, so that they go on only with what is elsewhere.
pub fn goes_on_elsewhere(stays: &[Stay], one: &Leaving, newest: i64, edition: &Edition) -> bool {
    stays.iter().any(|stay| {
        stay.is_known_after(newest)
            && stay.is_elsewhere_after(one, edition)
            && takes_part(edition, &stay.code)
    })
}

/// What became of a leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Somebody was spoken with. Units: days since it was told, none where they had been by then.
    Reached { on: Day, days: i32 },
    /// What they do since was told otherwise first: by another provider's list, or by who recorded it.
    Settled { since: Day },
    /// Units: days since it was told.
    Waiting { days: i32 },
}

/// One person's leavings, told in any order, each with what became of it.
///
/// Shape: `contacts` are the days on which somebody was reached, in order; `stays` at least what stands of what began
/// or goes on since they left, each known from when it was told first.
pub fn fates(
    mut leavings: Vec<Leaving>,
    contacts: &[Day],
    stays: &[Stay],
    (edition, today): (&Edition, Day),
) -> Vec<(Leaving, Fate)> {
    leavings.sort_by_key(|one| (one.told, one.left));
    let mut all: Vec<(Leaving, Fate)> = Vec::new();
    for one in leavings {
        let told_again = match all.last() {
            Some((_, Fate::Reached { on, .. })) => one.left <= *on,
            Some((_, Fate::Settled { since })) => one.left < *since,
            Some((_, Fate::Waiting { .. })) => true,
            None => false,
        };
        if !told_again {
            let fate = fate(&one, contacts, stays, (edition, today));
            all.push((one, fate));
        }
    }
    all
}

fn fate(
    one: &Leaving,
    contacts: &[Day],
    stays: &[Stay],
    (edition, today): (&Edition, Day),
) -> Fate {
    // Who was spoken with after they left was reached, although nobody had told of it yet.
    let from = one.left.tomorrow().unwrap_or(one.told).min(one.told);
    let reached = contacts.iter().copied().find(|day| *day >= from);
    // Who did not come somewhere may have begun elsewhere before.
    let begun = |stay: &&Stay| {
        let since = stay.start > one.left || stay.is_elsewhere_after(one, edition);
        let now = stay.ended.is_none() && since && stay.start <= today;
        now && takes_part(edition, &stay.code)
    };
    let after = one.left.tomorrow().unwrap_or(one.left);
    // A row that was confirmed since is a newer one of the same stay.
    let first_known = |stay: &Stay| {
        let same =
            stays.iter().filter(|other| other.start == stay.start && other.code == stay.code);
        same.map(|other| other.known).min().unwrap_or(stay.known)
    };
    let settled = stays.iter().filter(begun);
    let settled = settled.map(|stay| (first_known(stay), stay.start.max(after))).min();
    match (reached, settled) {
        (Some(on), Some((known, since))) if known < on => Fate::Settled { since },
        (Some(on), _) => Fate::Reached { on, days: days_between(one.told, on).max(0) },
        (None, Some((_, since))) => Fate::Settled { since },
        (None, None) => Fate::Waiting { days: days_between(one.told, today).max(0) },
    }
}

/// Where a leaving stands in a table: every one in exactly one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stand {
    AtOnce,
    InTime,
    Later,
    Settled,
    Waiting,
}

impl Stand {
    pub const ALL: [Self; 5] =
        [Self::AtOnce, Self::InTime, Self::Later, Self::Settled, Self::Waiting];

    pub fn of((one, fate): &(Leaving, Fate)) -> Self {
        let [soon, late] = WORKING_DAYS.map(|days| working_day_after(one.told, days));
        match fate {
            Fate::Reached { on, .. } if *on <= soon => Self::AtOnce,
            Fate::Reached { on, .. } if *on <= late => Self::InTime,
            Fate::Reached { .. } => Self::Later,
            Fate::Settled { .. } => Self::Settled,
            Fate::Waiting { .. } => Self::Waiting,
        }
    }

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AtOnce => "reached_in_5_working_days",
            Self::InTime => "reached_in_6_to_20",
            Self::Later => "reached_later",
            Self::Settled => "known_otherwise",
            Self::Waiting => "still_waiting",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::AtOnce => "Reached within 5 working days",
            Self::InTime => "Within 6 to 20",
            Self::Later => "Later",
            Self::Settled => "Known otherwise",
            Self::Waiting => "Still waiting",
        }
    }
}

/// How soon people were reached.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Speed {
    /// Of those who were reached. Units: days.
    pub median: Option<f64>,
    /// Of those who were reached in so many working days or could have been: whose days are over.
    pub within: [Percent; 2],
}

/// How soon the people of some leavings were reached. Whoever was settled otherwise had no need to be.
pub fn speed<'a>(all: impl Iterator<Item = &'a (Leaving, Fate)>, today: Day) -> Speed {
    let (mut days, mut within) = (Vec::new(), [Percent::default(); 2]);
    for (one, fate) in all {
        let on = match fate {
            Fate::Reached { on, days: taken } => {
                days.push(*taken);
                Some(*on)
            }
            Fate::Waiting { .. } => None,
            Fate::Settled { .. } => continue,
        };
        for (share, working) in within.iter_mut().zip(WORKING_DAYS) {
            let last = working_day_after(one.told, working);
            let in_time = on.is_some_and(|on| on <= last);
            share.of += u64::from(in_time);
            share.all += u64::from(in_time || last < today);
        }
    }
    Speed { median: median(days), within }
}

fn median(mut days: Vec<i32>) -> Option<f64> {
    days.sort_unstable();
    let at = |place: usize| days.get(place).copied().map(f64::from);
    let upper = at(days.len() / 2)?;
    match days.len().is_multiple_of(2) {
        true => at(days.len() / 2 - 1).map(|lower| f64::midpoint(lower, upper)),
        false => Some(upper),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn left(told: Day) -> Leaving {
        let provider = "college".to_owned();
        Leaving { person: 1, told, left: date(2025, 10, 31), provider }
    }

    #[test]
    fn the_middle_of_the_days_is_told_of_an_even_number_too() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![7]), Some(7.0));
        assert_eq!(median(vec![19, 4]), Some(11.5));
        assert_eq!(median(vec![30, 1, 2]), Some(2.0));
    }

    /// Monday the 3rd and five working days are Monday the 10th, twenty are Monday 1 December.
    #[test]
    fn a_share_is_of_those_whose_days_are_over() {
        let told = date(2025, 11, 3);
        let reached = |on| (left(told), Fate::Reached { on, days: days_between(told, on) });
        let all = [
            reached(date(2025, 11, 10)),
            reached(date(2025, 11, 11)),
            (left(told), Fate::Waiting { days: 10 }),
            (left(told), Fate::Settled { since: date(2025, 11, 5) }),
        ];
        let stands: Vec<Stand> = all.iter().map(Stand::of).collect();
        assert_eq!(stands, [Stand::AtOnce, Stand::InTime, Stand::Waiting, Stand::Settled]);
        let found = speed(all.iter(), date(2025, 11, 13));
        assert_eq!(found.median, Some(7.5));
        assert_eq!(found.within, [Percent { of: 1, all: 3 }, Percent { of: 2, all: 2 }]);
        let early = speed(all.iter(), date(2025, 11, 10));
        assert_eq!(early.within[0], Percent { of: 1, all: 1 }, "the last day is not over");
        let late = speed(all.iter(), date(2025, 12, 2));
        assert_eq!(late.within[1], Percent { of: 2, all: 3 });
    }
}
