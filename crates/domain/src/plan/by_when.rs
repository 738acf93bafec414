//! When an outcome is due: the words of the plan, and the kind of time they mean. The words always
//! stay; a kind that cannot be read is `Other`, never a guess.

use crate::calendar::{Day, Month, month_named};

/// The words and what they mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByWhen {
    pub said: String,
    pub when: When,
}

/// Days: a month without a day means its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    By(Day),
    ByThenMonthly(Day),
    /// First due on a day, then evaluated and repeated.
    Cycle(Day),
    /// Both days inclusive.
    Range(Day, Day),
    Ongoing,
    Monthly,
    Quarterly,
    Yearly,
    ToBeConfirmed,
    Blank,
    Other,
}

impl When {
    /// The last day on which the first of it is due, where it has one.
    pub fn due(self) -> Option<Day> {
        match self {
            When::By(day) | When::ByThenMonthly(day) | When::Cycle(day) | When::Range(_, day) => {
                Some(day)
            }
            _ => None,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            When::By(_) => "date",
            When::ByThenMonthly(_) => "date then monthly",
            When::Cycle(_) => "cycle",
            When::Range(..) => "range",
            When::Ongoing => "ongoing",
            When::Monthly => "monthly",
            When::Quarterly => "quarterly",
            When::Yearly => "yearly",
            When::ToBeConfirmed => "to be confirmed",
            When::Blank => "blank",
            When::Other => "other",
        }
    }
}

impl ByWhen {
    pub fn read(said: &str) -> ByWhen {
        ByWhen { said: said.to_owned(), when: when(&super::folded(said)) }
    }
}

fn when(words: &str) -> When {
    let has = |word: &str| words.split(' ').any(|other| other == word);
    match (times(words).as_deref(), words) {
        (_, "") => When::Blank,
        (_, "tbc" | "to be confirmed") => When::ToBeConfirmed,
        (None, _) => When::Other,
        (Some([]), _) if has("quarterly") => When::Quarterly,
        (Some([]), _) if has("monthly") => When::Monthly,
        (Some([]), _) if has("annually") || has("yearly") => When::Yearly,
        (Some([]), _) if has("ongoing") => When::Ongoing,
        (Some([(_, day)]), _) if has("cycle") || has("repeated") || has("annually") => {
            When::Cycle(*day)
        }
        (Some([(_, day)]), _) if has("monthly") => When::ByThenMonthly(*day),
        (Some([(_, day)]), _) => When::By(*day),
        (Some([(from, _), (_, to)]), _) if from <= to => When::Range(*from, *to),
        _ => When::Other,
    }
}

/// First and last day of every month or day named, in order; `None` when a month has no year.
fn times(words: &str) -> Option<Vec<(Day, Day)>> {
    let mut open: Vec<(Option<i8>, i8)> = Vec::new();
    let mut found = Vec::new();
    let mut day_before = None;
    for word in words.split(' ') {
        if let Some(month) = month_named(word) {
            open.push((day_before.take(), month));
        } else if let Some(number) = ordinal(word) {
            match year(word).filter(|_| !open.is_empty()) {
                Some(year) => {
                    for (day, month) in open.drain(..) {
                        found.push(days(year, month, day)?);
                    }
                }
                None => day_before = i8::try_from(number).ok(),
            }
        } else {
            day_before = None;
        }
    }
    open.is_empty().then_some(found)
}

fn days(year: i16, month: i8, day: Option<i8>) -> Option<(Day, Day)> {
    match day {
        Some(day) => Day::new(year, month, day).ok().map(|day| (day, day)),
        None => Month::new(year, month).map(|month| (month.first_day(), month.last_day())),
    }
}

/// `8`, `8th`, `22nd`.
pub(super) fn ordinal(word: &str) -> Option<i16> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let ending = word.get(digits.len()..)?;
    if !matches!(ending, "" | "st" | "nd" | "rd" | "th") {
        return None;
    }
    digits.parse().ok()
}

/// `09` and `2009` are the same year; two digits are of this century.
pub(super) fn year(word: &str) -> Option<i16> {
    let number: i16 = word.bytes().all(|b| b.is_ascii_digit()).then(|| word.parse().ok())??;
    match word.len() {
        2 => Some(2000 + number),
        4 => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_kind_of_time_is_read() {
        let end = |y, m, d| date(y, m, d);
        let table = [
            ("End July 09", When::By(end(2009, 7, 31))),
            ("By end September 2009", When::By(end(2009, 9, 30))),
            ("End July 09 and then monthly", When::ByThenMonthly(end(2009, 7, 31))),
            ("Ongoing", When::Ongoing),
            ("Quarterly", When::Quarterly),
            ("August-Sept 09", When::Range(date(2009, 8, 1), end(2009, 9, 30))),
            ("September – December 2009", When::Range(date(2009, 9, 1), end(2009, 12, 31))),
            (
                "End February 2010 (then ongoing) then repeated annually",
                When::Cycle(end(2010, 2, 28)),
            ),
            ("TBC", When::ToBeConfirmed),
            ("", When::Blank),
            ("8th May 2026", When::By(date(2026, 5, 8))),
            ("July", When::Other),
            ("31 February 2026", When::Other),
            ("December 2026 to January 2026", When::Other),
            ("When the roof is done", When::Other),
        ];
        for (said, wanted) in table {
            assert_eq!(ByWhen::read(said).when, wanted, "{said}");
        }
    }
}
