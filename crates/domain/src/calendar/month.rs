//! A calendar month as a value, written `YYYY-MM`. Figures and returns are asked for by month and
//! counted on its last day.

use super::Day;
use jiff::{ToSpan, civil::date};
use std::{fmt, str::FromStr};

/// One month of one year, ordered by time. Years run from 1000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// Errors: `None` when the month is not 1 to 12 or the year has not four digits.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        ((1..=12).contains(&month) && (1000..=9999).contains(&year)).then_some(Self { year, month })
    }

    /// The month that a day falls in.
    pub fn of(day: Day) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    pub fn year(self) -> i16 {
        self.year
    }

    /// 1 for January to 12 for December.
    pub fn number(self) -> i8 {
        self.month
    }

    pub fn first_day(self) -> Day {
        date(self.year, self.month, 1)
    }

    /// The day on which the month is counted: its last.
    pub fn last_day(self) -> Day {
        self.first_day().last_of_month()
    }

    /// The month `count` months later, or earlier when negative.
    pub fn plus(self, count: i32) -> Self {
        Self::of(self.first_day().saturating_add(count.months()))
    }

    /// Units: months from `earlier` to this one; negative when `earlier` is later.
    pub fn months_since(self, earlier: Self) -> i32 {
        let index = |month: Self| i32::from(month.year) * 12 + i32::from(month.month);
        index(self) - index(earlier)
    }

    /// Every month from this one to `last`, both inclusive; none when `last` is earlier.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        (0..=last.months_since(self)).map(move |step| self.plus(step))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The text was not a month written as `2026-01`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month is written as YYYY-MM, for example 2026-01; this is not one: {0}")]
pub struct NotAMonth(pub String);

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        super::parse_day(&format!("{text}-01")).map(Self::of).ok_or_else(|| NotAMonth(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn months_know_their_ends_and_distances() {
        assert_eq!(month("2024-02").last_day(), date(2024, 2, 29));
        assert_eq!(month("2009-11").plus(2), month("2010-01"));
        assert_eq!(month("2010-01").plus(-2), month("2009-11"));
        assert_eq!(month("2010-01").months_since(month("2009-11")), 2);
        assert_eq!(month("2009-11").months_since(month("2010-01")), -2);
        let named: Vec<_> =
            month("2009-11").through(month("2010-01")).map(|m| m.to_string()).collect();
        assert_eq!(named, ["2009-11", "2009-12", "2010-01"]);
        assert_eq!(month("2010-01").through(month("2009-11")).count(), 0);
    }

    #[test]
    fn other_spellings_are_refused() {
        for wrong in ["2024-13", "2024-1", "24-01", "2024/01", "", "2024-01-01"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
