//! What an outcome may be counted by beside the measures of the cohort: parts of the register that say
//! whether the work itself is done. Each is one number on one day. Counting is not done here.

use super::Better;
use crate::calendar::{AcademicYear, Day};

/// How often a counter has a new number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// At the end of each month, from what is known of it.
    Month,
    /// On the day it is counted, since it says only how things stand now.
    Count,
}

/// One thing that can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    pub name: &'static str,
    pub title: &'static str,
    pub words: &'static str,
    pub unit: &'static str,
    pub better: Better,
    pub every: Every,
    /// The page on which a reader sees what is behind it, as far as their scope goes.
    pub opens: &'static str,
}

/// Every counter.
///
/// Source: what a participation plan's outcomes ask to be watched beside the measures: intended
/// destinations, consent, what partners send and when, the gap of vulnerable groups, and (2009 strategy, action
/// 1.3a) whether all advisers are trained in recording.
pub const COUNTERS: [Counter; 5] = [
    Counter {
        name: "gap-vulnerable",
        title: "NEET gap of vulnerable groups",
        words: "Points by which NEET among people with a recorded characteristic is over NEET in the whole cohort.",
        unit: "points",
        better: Better::Lower,
        every: Every::Month,
        opens: "/figures?measure=neet&by=characteristic",
    },
    Counter {
        name: "intended-destinations",
        title: "Intended destinations known in Year 11",
        words: "Of everybody of Year 11 age, people whose intended destination is recorded.",
        unit: "%",
        better: Better::Higher,
        every: Every::Count,
        opens: "/people",
    },
    Counter {
        name: "consent-rate",
        title: "Young people who agree to sharing",
        words: "Of those asked by an office, people whose agreement to sharing stands.",
        unit: "%",
        better: Better::Higher,
        every: Every::Count,
        opens: "/agreements/consent",
    },
    Counter {
        name: "deliveries-on-time",
        title: "Partners' deliveries on time",
        words: "Of what agreements made due in the last twelve months, what came by its day.",
        unit: "%",
        better: Better::Higher,
        every: Every::Count,
        opens: "/agreements/deliveries",
    },
    Counter {
        name: "advisers-trained",
        title: "Advisers trained in recording",
        words: "Of all personal advisers with an account, those whose training in recording holds.",
        unit: "%",
        better: Better::Higher,
        every: Every::Count,
        opens: "/admin/training",
    },
];

/// The counter of that name.
pub fn counter(name: &str) -> Option<&'static Counter> {
    COUNTERS.iter().find(|counter| counter.name == name)
}

/// The birthdays of those who are in Year 11 on a day, first and last, both inclusive.
///
/// Source: the school year runs from 1 September; who turns 16 in it is of Year 11.
pub fn born_for_year_11(day: Day) -> (Day, Day) {
    let start = AcademicYear::of(day).start_year();
    let of = AcademicYear::starting(start - 16);
    (of.first_day(), of.last_day())
}

/// What a figure opens: the counter's page, or the measure's people within the reader's scope.
pub fn opens(measure: &str) -> String {
    match counter(measure) {
        Some(counter) => counter.opens.to_owned(),
        None => format!("/figures?measure={measure}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::year_group;
    use jiff::civil::date;

    #[test]
    fn year_11_is_who_turns_16_in_the_school_year() {
        for day in [date(2024, 9, 1), date(2025, 2, 28), date(2025, 8, 31)] {
            let (first, last) = born_for_year_11(day);
            assert_eq!((first, last), (date(2008, 9, 1), date(2009, 8, 31)), "{day}");
            assert_eq!((year_group(first, day), year_group(last, day)), (11, 11), "{day}");
        }
    }

    #[test]
    fn counters_are_no_measures_and_named_once() {
        for (at, one) in COUNTERS.iter().enumerate() {
            assert!(crate::measure::named(one.name).is_none(), "{}", one.name);
            assert!(COUNTERS.iter().skip(at + 1).all(|other| other.name != one.name));
            assert_eq!(counter(one.name), Some(one));
        }
        assert_eq!(opens("neet"), "/figures?measure=neet");
    }
}
