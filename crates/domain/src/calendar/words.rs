//! Days and months in English, both ways: as pages and reports say them, and the number of a month
//! somebody has named. The one home of the months' names; how dates are read from files is
//! `formats`'. The invariant: what is written here is read here again.

use super::{Day, Month};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The name of a month, 1 to 12; empty for any other number.
pub fn month_name(number: i8) -> &'static str {
    let at = usize::try_from(number - 1).ok();
    at.and_then(|at| MONTHS.get(at)).copied().unwrap_or("")
}

/// The number of a named month, whole or cut to its first three letters or more, in any case.
///
/// `sep`, `sept` and `September` are 9; `Mai` and `se` are none.
pub fn month_named(word: &str) -> Option<i8> {
    let word = word.to_ascii_lowercase();
    let starts = |name: &str| name.to_ascii_lowercase().starts_with(&word);
    let at = MONTHS.iter().position(|name| word.len() >= 3 && starts(name))?;
    i8::try_from(at + 1).ok()
}

/// A day as people read it: 3 March 2026.
pub fn shown(day: Day) -> String {
    format!("{} {} {}", day.day(), month_name(day.month()), day.year())
}

/// A day in a table: 3 Mar 2026.
pub fn shown_short(day: Day) -> String {
    let month = month_name(day.month());
    format!("{} {} {}", day.day(), month.get(..3).unwrap_or(month), day.year())
}

impl Month {
    /// The month as people read it: March 2026.
    pub fn words(self) -> String {
        format!("{} {}", month_name(self.number()), self.year())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_and_months_are_said_as_people_say_them() {
        assert_eq!(shown(date(2026, 3, 3)), "3 March 2026");
        assert_eq!(shown_short(date(2026, 9, 30)), "30 Sep 2026");
        assert_eq!(Month::of(date(2025, 2, 28)).words(), "February 2025");
    }

    #[test]
    fn a_named_month_is_read_as_it_is_written() {
        for number in 1..=12 {
            let name = month_name(number);
            assert_eq!(month_named(name), Some(number), "{name}");
            assert_eq!(month_named(&name[..3]), Some(number), "{name}");
        }
        assert_eq!((month_named("sept"), month_named("MAY")), (Some(9), Some(5)));
        for wrong in ["", "se", "Mai", "marchs", "9"] {
            assert_eq!(month_named(wrong), None, "{wrong}");
        }
        assert_eq!((month_name(0), month_name(13)), ("", ""));
    }
}
