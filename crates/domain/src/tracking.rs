//! The tracking plan of a school year: what is due when, how it is judged, and where the plan would have the share that
//! is not known by each month. What is due every year is reference data; what a council plans beside it is its own.
//!
//! Invariant: nothing is met before its month is over and counted, and nothing is late before its day has passed.

use std::collections::BTreeMap;

use crate::agreement::{Due, State as Delivered};
use crate::calendar::{AcademicYear, Day, Month, shown};
use crate::followup::days_between;
use crate::measure::{DEFINITIONS, Definition, Direction, Period, Unit, Way, tenths};

/// Something that is due on the same day of every school year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Yearly {
    pub name: String,
    pub title: String,
    /// 1 for January to 12 for December.
    pub month: i8,
    /// The month's last day where it has fewer.
    pub day: i8,
    pub owner: String,
    pub source: String,
}

impl Yearly {
    /// The day of a school year on which it is due.
    pub fn due(&self, year: AcademicYear) -> Option<Day> {
        let last = month_of(year, self.month)?.last_day();
        Day::new(last.year(), last.month(), self.day.min(last.day())).ok()
    }
}

/// A kind of programme that somebody may take part in: alternative provision of Key Stage 4, youth programmes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeKind {
    pub name: String,
    pub label: String,
    pub source: String,
}

/// A calendar month, 1 to 12, of a school year.
pub fn month_of(year: AcademicYear, number: i8) -> Option<Month> {
    Month::new(year.start_year() + i16::from(number < 9), number)
}

/// How something that is due stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    Done {
        on: Day,
        late: bool,
    },
    /// The figure had come to the planned level by the end of the month. Units: percent.
    Met {
        now: f64,
    },
    /// It had not, unrounded. Units: percent.
    Missed {
        now: f64,
        level: f64,
    },
    /// The month's return was sent from the system before this one: it was moved in as it was sent.
    MovedIn,
    Late {
        days: i32,
    },
    /// Due in so many days, today included as 0.
    Ahead {
        days: i32,
    },
}

impl State {
    pub const fn is_late(self) -> bool {
        matches!(self, State::Late { .. } | State::Missed { .. })
    }

    pub const fn is_done(self) -> bool {
        matches!(self, State::Done { .. } | State::Met { .. } | State::MovedIn)
    }

    /// As its readers are told.
    pub fn words(self) -> String {
        match self {
            State::Done { on, late: false } => format!("Done {}", shown(on)),
            State::Done { on, late: true } => format!("Done {}, after it was due", shown(on)),
            State::Met { now } => format!("Met: {} %", tenths(now)),
            State::Missed { now, level } => format!("Not met: {} %", apart(now, level)),
            State::MovedIn => "Sent from the system before this one".to_owned(),
            State::Late { days: 1 } => "Late by 1 day".to_owned(),
            State::Late { days } => format!("Late by {days} days"),
            State::Ahead { days: 0 } => "Due today".to_owned(),
            State::Ahead { days: 1 } => "Due tomorrow".to_owned(),
            State::Ahead { days } => format!("Due in {days} days"),
        }
    }
}

/// A figure with one decimal, or with as many as tell it from the level that it is judged by unrounded. Units: percent.
pub fn apart(now: f64, level: f64) -> String {
    if tenths(now) != tenths(level) {
        return tenths(now);
    }
    let both = |digits: usize| (format!("{now:.digits$}"), format!("{level:.digits$}"));
    let told = (2..=6).map(both).find(|(now, level)| now != level);
    told.map_or_else(|| tenths(now), |(now, _)| now)
}

/// How something stands that is done once somebody says so, or once the register shows it.
pub fn stands(due: Day, done: Option<Day>, today: Day) -> State {
    match done {
        Some(on) => State::Done { on, late: on > due },
        None if due < today => State::Late { days: days_between(due, today) },
        None => State::Ahead { days: days_between(today, due) },
    }
}

/// How something stands that a figure is held against: counted at the end of the month in which it is due.
pub fn judged(
    due: Day,
    (now, level): (Option<f64>, f64),
    direction: Direction,
    today: Day,
) -> State {
    if Month::of(due) >= Month::of(today) {
        return State::Ahead { days: days_between(today, Month::of(due).last_day()) };
    }
    let reached = now.and_then(|now| Some((now, direction.reached(now, level)?)));
    match reached {
        Some((now, true)) => State::Met { now },
        Some((now, false)) => State::Missed { now, level },
        None => State::Late { days: days_between(due, today) },
    }
}

/// Measures that something can be held against: a share at a month's end of which fewer or more is better.
pub fn judgeable() -> impl Iterator<Item = &'static Definition> {
    DEFINITIONS.iter().filter(|one| {
        one.unit == Unit::Percent
            && one.period == Period::AsAsked
            && one.direction != Direction::Neither
            && !one.needs_target
    })
}

/// Where the plan is in a month, on the straight way between the levels planned before and after it; nowhere before the
/// first and after the last.
pub fn planned(levels: &BTreeMap<Month, f64>, month: Month) -> Option<f64> {
    let before = levels.range(..=month).next_back()?;
    let after = levels.range(month..).next()?;
    let way = Way { from: (*before.0, *before.1), to: (*after.0, *after.1) };
    Some(way.at(month))
}

/// What partners owe by their agreements in one month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owed {
    pub due: usize,
    pub came: usize,
    pub missing: usize,
}

/// The same of every month in which anything is due.
pub fn owed(due: &[Due]) -> BTreeMap<Month, Owed> {
    let mut all: BTreeMap<Month, Owed> = BTreeMap::new();
    for one in due {
        let month = all.entry(Month::of(one.day)).or_default();
        month.due += 1;
        match one.state {
            Delivered::OnTime(_) | Delivered::Late(..) => month.came += 1,
            Delivered::Missing(_) => month.missing += 1,
            Delivered::Ahead(_) => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_due_every_year_falls_into_the_school_year() {
        let yearly = |month, day| Yearly {
            name: "x".to_owned(),
            title: "x".to_owned(),
            month,
            day,
            owner: "x".to_owned(),
            source: "x".to_owned(),
        };
        let year = AcademicYear::starting(2025);
        for ((number, day), due) in [
            ((9, 30), date(2025, 9, 30)),
            ((12, 31), date(2025, 12, 31)),
            ((1, 31), date(2026, 1, 31)),
            ((2, 30), date(2026, 2, 28)),
            ((8, 31), date(2026, 8, 31)),
        ] {
            assert_eq!(yearly(number, day).due(year), Some(due));
        }
        assert_eq!(yearly(13, 1).due(year), None);
    }

    #[test]
    fn nothing_is_late_before_its_day_has_passed() {
        let due = date(2025, 9, 30);
        for (done, today, state, words) in [
            (None, date(2025, 9, 28), State::Ahead { days: 2 }, "Due in 2 days"),
            (None, due, State::Ahead { days: 0 }, "Due today"),
            (None, date(2025, 10, 1), State::Late { days: 1 }, "Late by 1 day"),
            (
                Some(date(2025, 9, 30)),
                date(2025, 12, 1),
                State::Done { on: due, late: false },
                "Done 30 September 2025",
            ),
            (
                Some(date(2025, 10, 2)),
                date(2025, 12, 1),
                State::Done { on: date(2025, 10, 2), late: true },
                "Done 2 October 2025, after it was due",
            ),
        ] {
            let found = stands(due, done, today);
            assert_eq!((found, found.words().as_str()), (state, words));
        }
    }

    #[test]
    fn a_level_is_judged_once_its_month_is_counted_and_either_way() {
        let due = date(2025, 10, 15);
        let of = |now, direction, today| judged(due, (now, 3.0), direction, today);
        let (during, after) = (date(2025, 10, 31), date(2025, 11, 1));
        let fewer = Direction::Fewer;
        assert_eq!(of(Some(2.0), fewer, during), State::Ahead { days: 0 }, "it is not counted yet");
        assert_eq!(of(Some(3.0), fewer, after), State::Met { now: 3.0 });
        assert_eq!(of(Some(3.1), fewer, after), State::Missed { now: 3.1, level: 3.0 });
        for (now, words) in [(3.1, "3.1 %"), (3.04, "3.04 %"), (3.0004, "3.0004 %")] {
            assert_eq!(of(Some(now), fewer, after).words(), format!("Not met: {words}"));
        }
        assert_eq!(of(Some(2.96), fewer, after).words(), "Met: 3.0 %");
        assert_eq!(of(Some(2.25), fewer, after).words(), "Met: 2.3 %", "as the measure's page");
        assert_eq!(of(Some(2.96), Direction::More, after).words(), "Not met: 2.96 %");
        assert_eq!(of(Some(3.1), Direction::More, after), State::Met { now: 3.1 });
        assert!(of(None, fewer, after).is_late(), "nobody knows");
        assert!(judgeable().any(|one| one.name == "not-known"));
        assert!(judgeable().all(|one| one.direction.reached(1.0, 1.0) == Some(true)));
    }

    #[test]
    fn the_plan_is_straight_between_its_levels_and_nowhere_else() {
        let levels = BTreeMap::from([(month("2025-09"), 20.0), (month("2025-12"), 5.0)]);
        let at = |text: &str| planned(&levels, month(text));
        assert_eq!(at("2025-08"), None);
        assert_eq!(at("2025-09"), Some(20.0));
        assert_eq!(at("2025-10").map(f64::round), Some(15.0));
        assert_eq!(at("2025-12"), Some(5.0));
        assert_eq!(at("2026-01"), None);
        let one = BTreeMap::from([(month("2025-09"), 20.0)]);
        assert_eq!(planned(&one, month("2025-09")), Some(20.0));
    }
}
