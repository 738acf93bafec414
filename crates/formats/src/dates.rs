//! Dates as partners write them. A year of four digits and an order that is told or proved are
//! required: the third of April is never taken for the fourth of March by a guess.

use domain::calendar::{Day, month_named};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The order of the parts in a date of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    #[default]
    Dmy,
    Mdy,
    Ymd,
}

impl DateOrder {
    pub const ALL: &'static [DateOrder] = &[Self::Dmy, Self::Mdy, Self::Ymd];

    /// As typed in a command.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ymd => "ymd",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Dmy => "day, month, year",
            Self::Mdy => "month, day, year",
            Self::Ymd => "year, month, day",
        }
    }
}

impl FromStr for DateOrder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "dmy" => Ok(Self::Dmy),
            "mdy" => Ok(Self::Mdy),
            "ymd" => Ok(Self::Ymd),
            _ => Err(format!("a date order is dmy, mdy or ymd; this is not one: {text}")),
        }
    }
}

/// Why a text is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotADate {
    #[error("is not a date")]
    Shape,
    #[error("has a year of two digits, which could be of either century")]
    ShortYear,
    #[error("is a day that the calendar does not have")]
    NoSuchDay,
    /// The month's place holds 13 or more and the other order would do: the file proves that its
    /// order is another one than we took.
    #[error("has {month} where the month should stand")]
    OtherOrder { month: u8, try_order: DateOrder },
}

/// Reads one date; a time of day after it is left aside.
///
/// Shape: `2025-10-02`, `02/10/2025` (also with `-`, `.` or spaces), `2 Oct 2025`, `2025-Oct-02`.
/// A date that begins with its year is always year, month, day.
pub fn read_date(text: &str, order: DateOrder) -> Result<Day, NotADate> {
    let day = without_time(text.trim());
    let parts: Vec<&str> =
        day.split(['/', '-', '.', ',', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else {
        return compact(day, order);
    };
    if let Some(month) = month_named(second) {
        return if first.len() == 4 {
            make(first, month, third)
        } else {
            make(third, month, first)
        };
    }
    if let Some(month) = month_named(first) {
        return make(third, month, second);
    }
    if first.len() == 4 {
        return numbers(first, second, third, DateOrder::Ymd);
    }
    match order {
        DateOrder::Dmy => numbers(third, second, first, order),
        DateOrder::Mdy => numbers(third, first, second, order),
        DateOrder::Ymd => Err(if third.len() == 4 { NotADate::Shape } else { NotADate::ShortYear }),
    }
}

/// `20251002`, and only where the sender said that the year comes first.
fn compact(text: &str, order: DateOrder) -> Result<Day, NotADate> {
    match (text.len() == 8 && text.is_ascii(), order) {
        (true, DateOrder::Ymd) => {
            let (year, rest) = text.split_at(4);
            let (month, day) = rest.split_at(2);
            numbers(year, month, day, order)
        }
        _ => Err(NotADate::Shape),
    }
}

/// Cuts `T04:26:45` or ` 00:00:00` off.
fn without_time(text: &str) -> &str {
    let at = text.find(':').map(|colon| {
        text.get(..colon).and_then(|before| before.rfind(['T', 't', ' '])).unwrap_or(text.len())
    });
    text.get(..at.unwrap_or(text.len())).unwrap_or(text).trim()
}

fn numbers(year: &str, month: &str, day: &str, order: DateOrder) -> Result<Day, NotADate> {
    let number = |text: &str| match text.len() {
        1 | 2 if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse::<u8>().map_err(|_| NotADate::Shape)
        }
        _ => Err(NotADate::Shape),
    };
    let (month, day_number) = (number(month)?, number(day)?);
    if year.len() == 2 && year.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotADate::ShortYear);
    }
    if month > 12 && (1..=12).contains(&day_number) && order != DateOrder::Ymd {
        let try_order = if order == DateOrder::Dmy { DateOrder::Mdy } else { DateOrder::Dmy };
        return Err(NotADate::OtherOrder { month, try_order });
    }
    make(year, i8::try_from(month).unwrap_or(i8::MAX), day)
}

fn make(year: &str, month: i8, day: &str) -> Result<Day, NotADate> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(year) || !digits(day) || !(1..=2).contains(&day.len()) {
        return Err(NotADate::Shape);
    }
    match year.len() {
        4 => {}
        2 => return Err(NotADate::ShortYear),
        _ => return Err(NotADate::Shape),
    }
    let year: i16 = year.parse().map_err(|_| NotADate::Shape)?;
    let day: i8 = day.parse().map_err(|_| NotADate::Shape)?;
    Day::new(year, month, day).map_err(|_| NotADate::NoSuchDay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_as_they_are_written() {
        let second = Ok(date(2025, 10, 2));
        let (dmy, mdy, ymd) = (DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd);
        let rows = [
            ("2025-10-02", dmy, second),
            ("2025/10/02", mdy, second),
            ("02/10/2025", dmy, second),
            ("2.10.2025", dmy, second),
            ("10/02/2025", mdy, second),
            ("2025-Oct-02 00:00:00", dmy, second),
            ("2025-10-02T04:26:45", dmy, second),
            ("02/10/2025 00:00", dmy, second),
            ("2 October 2025", dmy, second),
            ("02-Oct-2025", mdy, second),
            ("October 2, 2025", mdy, second),
            ("20251002", ymd, second),
            ("20251002", dmy, Err(NotADate::Shape)),
            ("02/10/25", dmy, Err(NotADate::ShortYear)),
            ("25/10/02", ymd, Err(NotADate::ShortYear)),
            ("2 Oct 25", dmy, Err(NotADate::ShortYear)),
            ("29/02/2025", dmy, Err(NotADate::NoSuchDay)),
            ("31/13/2025", dmy, Err(NotADate::NoSuchDay)),
            ("10/13/2025", dmy, Err(NotADate::OtherOrder { month: 13, try_order: mdy })),
            ("13/10/2025", mdy, Err(NotADate::OtherOrder { month: 13, try_order: dmy })),
            ("02/10/2025", ymd, Err(NotADate::Shape)),
            ("45932", dmy, Err(NotADate::Shape)),
            ("", dmy, Err(NotADate::Shape)),
            ("+2025-10-02", dmy, Err(NotADate::Shape)),
            ("2/0x/2025", dmy, Err(NotADate::Shape)),
            ("é/é/éé", dmy, Err(NotADate::Shape)),
        ];
        for (text, order, wanted) in rows {
            assert_eq!(read_date(text, order), wanted, "{text} {order:?}");
        }
    }
}
