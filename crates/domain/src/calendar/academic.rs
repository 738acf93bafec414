//! Academic years, academic age, year group and actual age.
//! The cut-off is the end of August, so only the month of birth matters for the academic age.

use super::Day;
use jiff::civil::{Weekday, date};
use std::fmt;

/// The school year that starts on 1 September of the year held and ends on 31 August after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AcademicYear(i16);

impl AcademicYear {
    /// The academic year that starts in September of `year`.
    pub fn starting(year: i16) -> Self {
        Self(year)
    }

    /// The academic year that a day falls in. Days: 1 September and 31 August both inside.
    pub fn of(day: Day) -> Self {
        Self(if day.month() >= 9 { day.year() } else { day.year() - 1 })
    }

    /// The calendar year in which it starts.
    pub fn start_year(self) -> i16 {
        self.0
    }

    /// 1 September, the first day.
    pub fn first_day(self) -> Day {
        day_of(self.0, (9, 1))
    }

    /// 31 August, the last day.
    pub fn last_day(self) -> Day {
        day_of(self.0.saturating_add(1), (8, 31))
    }
}

/// A day that every year has; the calendar's own end where it does not reach so far. A file may say of anybody that
/// they were born in any year that can be written.
fn day_of(year: i16, (month, day): (i8, i8)) -> Day {
    let end = if year < 0 { Day::MIN } else { Day::MAX };
    Day::new(year, month, day).unwrap_or(end)
}

impl fmt::Display for AcademicYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.0, (self.0 + 1).rem_euclid(100))
    }
}

/// Age on the 31 August before the academic year of `day` began.
///
/// Units: whole years. Source: DfE participation methodology (age on 31 August); the month rule
/// is that of the practitioner's checker for the 2015-16 and 2019-20 requirements.
pub fn academic_age(born: Day, day: Day) -> i16 {
    AcademicYear::of(day).start_year() - born.year() - i16::from(born.month() >= 9)
}

/// The academic year in which somebody's academic age is `age`.
pub fn year_of_age(born: Day, age: i16) -> AcademicYear {
    AcademicYear::starting(born.year() + age + i16::from(born.month() >= 9))
}

/// National curriculum year group on `day`: academic age 15 is Year 11.
pub fn year_group(born: Day, day: Day) -> i16 {
    academic_age(born, day) - 4
}

/// The first and the last day of birth of those who are in a year group on `day`: [`year_group`] asked of a
/// whole cohort. Days: both inclusive.
pub fn births(group: i16, day: Day) -> (Day, Day) {
    let born = AcademicYear::starting(AcademicYear::of(day).start_year() - group - 5);
    (born.first_day(), born.last_day())
}

/// The day on which those in their last compulsory year may leave school: the last Friday in June.
///
/// Source: Education (School Leaving Date) Order 1997, art. 2.
pub fn school_leaving_date(year: AcademicYear) -> Day {
    let june = |day: i8| day_of(year.start_year().saturating_add(1), (6, day));
    let friday = (24..=30).map(june).find(|day| day.weekday() == Weekday::Friday);
    friday.unwrap_or_else(|| june(30))
}

/// Whole years lived on `day`; someone born on 29 February turns on 1 March in a common year.
pub fn actual_age(born: Day, day: Day) -> i16 {
    let before_birthday = (day.month(), day.day()) < (born.month(), born.day());
    day.year() - born.year() - i16::from(before_birthday)
}

/// The day on which someone turns `age`; 1 March for those born on 29 February, in a common year.
pub fn birthday(born: Day, age: i16) -> Day {
    let year = born.year().saturating_add(age).clamp(-9999, 9999);
    Day::new(year, born.month(), born.day()).unwrap_or_else(|_| date(year, 3, 1))
}

/// The first 31 August on or after `day`.
pub fn next_school_year_end(day: Day) -> Day {
    AcademicYear::of(day).last_day()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ages_and_years_as_the_requirement_counts_them() {
        // born, day, academic age, actual age
        let rows = [
            // Source: NCCIS checker rule, worked example (period end 30 April 2019).
            (date(2003, 2, 8), date(2019, 4, 30), 15, 16),
            (date(2003, 8, 31), date(2019, 8, 31), 15, 16),
            (date(2003, 8, 31), date(2019, 9, 1), 16, 16),
            (date(2003, 9, 1), date(2019, 9, 1), 15, 16),
            (date(2004, 2, 29), date(2022, 2, 28), 17, 17),
            (date(2004, 2, 29), date(2022, 3, 1), 17, 18),
        ];
        for (born, day, academic, actual) in rows {
            assert_eq!(academic_age(born, day), academic, "{born} on {day}");
            assert_eq!(year_group(born, day), academic - 4, "{born} on {day}");
            assert_eq!(actual_age(born, day), actual, "{born} on {day}");
        }
    }

    #[test]
    fn the_school_year_ends_on_31_august() {
        assert_eq!(next_school_year_end(date(2019, 3, 26)), date(2019, 8, 31));
        assert_eq!(next_school_year_end(date(2019, 8, 31)), date(2019, 8, 31));
        assert_eq!(next_school_year_end(date(2019, 9, 1)), date(2020, 8, 31));
        assert_eq!(AcademicYear::of(date(1999, 12, 1)).to_string(), "1999/00");
        assert_eq!(AcademicYear::of(date(2025, 1, 1)).to_string(), "2024/25");
    }

    #[test]
    fn school_years_at_the_ends_of_the_calendar_end_with_it() {
        let last = year_of_age(date(9990, 3, 1), 16);
        assert_eq!((last.first_day(), last.last_day()), (Day::MAX, Day::MAX));
        assert_eq!(AcademicYear::starting(9999).first_day(), date(9999, 9, 1));
        assert_eq!(next_school_year_end(Day::MAX), Day::MAX);
        assert_eq!(school_leaving_date(AcademicYear::of(Day::MAX)), Day::MAX);
        assert_eq!(births(11, Day::MIN), (Day::MIN, Day::MIN));
        assert_eq!(birthday(date(9990, 3, 1), 16), date(9999, 3, 1));
    }

    #[test]
    fn school_is_left_on_the_last_friday_in_june() {
        // Source: the published leaving dates, 28 June 2024, 27 June 2025 and 26 June 2026.
        for (year, day) in [(2023, 28), (2024, 27), (2025, 26), (2022, 30), (2021, 24)] {
            let wanted = date(year + 1, 6, day);
            assert_eq!(school_leaving_date(AcademicYear::starting(year)), wanted, "{year}");
        }
    }

    proptest! {
        #[test]
        fn births_are_exactly_those_of_the_year_group(
            born in 0i32..14_000, day in 0i32..12_000, group in 1i16..16,
        ) {
            let born = date(1978, 1, 1).saturating_add(jiff::Span::new().days(born));
            let day = date(2000, 1, 1).saturating_add(jiff::Span::new().days(day));
            let (first, last) = births(group, day);
            prop_assert_eq!((first..=last).contains(&born), year_group(born, day) == group);
        }

        #[test]
        fn a_birthday_is_the_first_day_of_its_age(offset in 0i32..20_000, age in 0i16..30) {
            let born = date(1990, 1, 1).saturating_add(jiff::Span::new().days(offset));
            let turned = birthday(born, age);
            prop_assert_eq!(actual_age(born, turned), age);
            prop_assert_eq!(actual_age(born, turned.yesterday().unwrap()), age - 1);
        }

        #[test]
        fn academic_age_moves_only_on_1_september(born in 0i32..9_000, day in 0i32..9_000) {
            let born = date(1995, 1, 1).saturating_add(jiff::Span::new().days(born));
            let day = date(2005, 1, 1).saturating_add(jiff::Span::new().days(day));
            let next = day.tomorrow().unwrap();
            let step = academic_age(born, next) - academic_age(born, day);
            prop_assert_eq!(step, i16::from((next.month(), next.day()) == (9, 1)));
        }
    }
}
