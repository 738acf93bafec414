//! The school calendar: academic years, ages and year groups, and calendar months as values.
//! Nothing here knows an edition. The one invariant: everything is computed for a day that the
//! caller names, never for today.

use jiff::civil::Weekday;

mod academic;
mod month;
mod words;

pub use academic::{
    AcademicYear, academic_age, actual_age, birthday, births, next_school_year_end,
    school_leaving_date, year_group, year_of_age,
};
pub use month::Month;
pub use words::{month_name, month_named, shown, shown_short};

/// A day on the civil calendar; the one date type of the house.
pub type Day = jiff::civil::Date;

/// Reads `CCYY-MM-DD` strictly: ten characters, a real day, nothing else.
///
/// Errors: `None` for any other text. The looser forms that a date library accepts (times, signs,
/// missing dashes) are refused, since a statutory file must not carry them.
pub fn parse_day(text: &str) -> Option<Day> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse().ok());
    let month: i16 = number(5, 7)?;
    let day: i16 = number(8, 10)?;
    Day::new(number(0, 4)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The working day so many after a day. Bank holidays count as working days, which makes what is due by one
/// due sooner and never later.
pub fn working_day_after(day: Day, days: u8) -> Day {
    let (mut day, mut left) = (day, days);
    while left > 0 {
        let Ok(next) = day.tomorrow() else { return day };
        day = next;
        left -= u8::from(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_iso_days_are_read() {
        assert_eq!(parse_day("2024-02-29"), Some(jiff::civil::date(2024, 2, 29)));
        for wrong in ["2023-02-29", "20240229", "2024-2-29", "2024-02-29T00:00", "", "29/02/2024"] {
            assert_eq!(parse_day(wrong), None, "{wrong}");
        }
    }
}
