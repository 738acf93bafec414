//! A date of birth as one small number, and how two of them differ. Only the form of a date is
//! known here, not the day it is read on: whether a birth lies in the future is the caller's rule.

use crate::levels::birth;

/// Year, month and day packed into one number; 0 stands for a date that was not given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Birth(u32);

impl Birth {
    pub(crate) const NONE: Self = Self(0);

    fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let longest = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        let sound = (1..=longest).contains(&day) && (1850..=2200).contains(&year);
        sound.then_some(Self((year << 9) | (month << 5) | day))
    }

    /// Reads `2010-05-12`, `20100512`, `12/05/2010` or `12.05.2010`, with or without a time after.
    ///
    /// Errors: `None` for anything else, and for days that are not in the calendar.
    pub(crate) fn read(raw: &str) -> Option<Self> {
        let raw = raw.trim();
        let raw = raw.split(['T', ' ']).next().unwrap_or(raw);
        if raw.len() == 8 && raw.bytes().all(|b| b.is_ascii_digit()) {
            return Self::new(
                number(raw.get(..4)?)?,
                number(raw.get(4..6)?)?,
                number(raw.get(6..)?)?,
            );
        }
        let mut parts = raw.split(['-', '/', '.']);
        let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        match (first.len(), third.len()) {
            (4, 1 | 2) => Self::new(number(first)?, number(second)?, number(third)?),
            (1 | 2, 4) => Self::new(number(third)?, number(second)?, number(first)?),
            _ => None,
        }
    }

    pub(crate) fn given(self) -> bool {
        self.0 != 0
    }
    pub(crate) fn packed(self) -> u32 {
        self.0
    }
    pub(crate) fn year(self) -> u32 {
        self.0 >> 9
    }
    pub(crate) fn month_and_day(self) -> u32 {
        self.0 & 0x1ff
    }
    pub(crate) fn month(self) -> u32 {
        (self.0 >> 5) & 0xf
    }
    pub(crate) fn day(self) -> u32 {
        self.0 & 0x1f
    }

    /// The same date read with day and month the other way round, where that is another date.
    pub(crate) fn swapped(self) -> Option<Self> {
        Self::new(self.year(), self.day(), self.month()).filter(|other| *other != self)
    }

    /// 1 January, which many lists write where only the year is known.
    pub(crate) fn new_year(self) -> bool {
        self.month_and_day() == (1 << 5) | 1
    }

    /// How well two dates agree, as a level of [`birth`].
    pub(crate) fn compare(self, other: Self) -> u8 {
        if !self.given() || !other.given() {
            birth::MISSING
        } else if self == other {
            birth::EXACT
        } else if self.swapped() == Some(other) {
            birth::SWAPPED
        } else if digits_apart(self, other) {
            birth::SLIP
        } else if self.year() == other.year() && self.new_year() != other.new_year() {
            birth::NEW_YEAR
        } else if self.month_and_day() == other.month_and_day() {
            birth::DAY_AND_MONTH
        } else if self.0 >> 5 == other.0 >> 5 {
            birth::MONTH_OF_YEAR
        } else if self.year() == other.year() {
            birth::YEAR
        } else if self.year().abs_diff(other.year()) == 1 {
            birth::NEXT_YEAR
        } else {
            birth::DIFFERENT
        }
    }
}

impl std::fmt::Display for Birth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// One digit wrong, or two neighbouring digits swapped, among the eight of YYYYMMDD.
fn digits_apart(a: Birth, b: Birth) -> bool {
    let (year, month, day) = (a.year() != b.year(), a.month() != b.month(), a.day() != b.day());
    // Two parts that differ cannot come from one slip, but for a swap across their border.
    if u8::from(year) + u8::from(month) + u8::from(day) > 2 {
        return false;
    }
    crate::similar::one_slip(&eight(a), &eight(b))
}

fn eight(date: Birth) -> [u8; 8] {
    let mut rest = date.year() * 10_000 + date.month() * 100 + date.day();
    let mut out = [0; 8];
    for digit in out.iter_mut().rev() {
        *digit = (rest % 10) as u8;
        rest /= 10;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Birth {
        Birth::read(text).expect("a good date")
    }

    #[test]
    fn reads_the_usual_forms_and_nothing_else() {
        for text in ["2010-05-12", "20100512", "12/05/2010", "12.5.2010", "2010-05-12T00:00:00"] {
            assert_eq!(date(text).to_string(), "2010-05-12", "{text}");
        }
        for text in [
            "",
            "2010-02-30",
            "2010-13-01",
            "10-05-12",
            "2010-05",
            "x",
            "2010--1-02",
            "1/2/3/4",
            "0010-01-01",
        ] {
            assert_eq!(Birth::read(text), None, "{text}");
        }
    }

    #[test]
    fn sees_how_two_dates_differ() {
        for (a, b, want) in [
            ("2010-05-12", "2010-05-12", birth::EXACT),
            ("2010-05-12", "2010-12-05", birth::SWAPPED),
            ("2010-05-12", "2010-05-13", birth::SLIP),
            ("2010-05-12", "2001-05-12", birth::SLIP),
            ("2010-05-12", "2010-01-01", birth::NEW_YEAR),
            ("2010-05-12", "1986-05-12", birth::DAY_AND_MONTH),
            ("2010-05-12", "2010-05-29", birth::MONTH_OF_YEAR),
            ("2010-05-12", "2010-11-30", birth::YEAR),
            ("2010-05-12", "2009-11-30", birth::NEXT_YEAR),
            ("2010-05-12", "2004-11-30", birth::DIFFERENT),
        ] {
            assert_eq!(date(a).compare(date(b)), want, "{a} {b}");
            assert_eq!(date(b).compare(date(a)), want, "{b} {a}");
        }
        assert_eq!(date("2010-05-12").compare(Birth::NONE), birth::MISSING);
    }
}
