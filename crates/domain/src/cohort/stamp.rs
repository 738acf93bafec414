//! A day packed into four bytes, so that millions of them lie side by side and compare as numbers.

use crate::calendar::{Day, Month};

/// Year, month and day in one number that orders as days do. The two ends stand for "always was"
/// and "still is".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(i32);

impl Stamp {
    /// Before every day.
    pub const ALWAYS: Self = Self(i32::MIN);
    /// After every day.
    pub const NEVER: Self = Self(i32::MAX);

    pub fn of(day: Day) -> Self {
        Self((i32::from(day.year()) << 9) | (i32::from(day.month()) << 5) | i32::from(day.day()))
    }

    /// The day, or `None` for the two ends.
    pub fn day(self) -> Option<Day> {
        let year = i16::try_from(self.0 >> 9).ok()?;
        let month = i8::try_from((self.0 >> 5) & 15).ok()?;
        Day::new(year, month, i8::try_from(self.0 & 31).ok()?).ok()
    }

    /// Months since the start of the calendar, as [`Stamp::month_number`] counts a [`Month`].
    pub fn month_index(self) -> i32 {
        (self.0 >> 9) * 12 + ((self.0 >> 5) & 15)
    }

    /// The number of a month on the scale of [`Stamp::month_index`].
    pub fn month_number(month: Month) -> i32 {
        i32::from(month.year()) * 12 + i32::from(month.number())
    }

    /// Whether it is the last day of its month.
    pub fn ends_month(self) -> bool {
        let (year, day) = (self.0 >> 9, self.0 & 31);
        match (self.0 >> 5) & 15 {
            4 | 6 | 9 | 11 => day >= 30,
            2 if year % 4 != 0 || (year % 100 == 0 && year % 400 != 0) => day >= 28,
            2 => day >= 29,
            _ => day >= 31,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packs_unpacks_orders_and_knows_month_ends(a in 0i32..60_000, b in 0i32..60_000) {
            let day = |n: i32| jiff::civil::date(1899, 1, 1).saturating_add(jiff::Span::new().days(n));
            let (first, second) = (day(a), day(b));
            prop_assert_eq!(Stamp::of(first).day(), Some(first));
            prop_assert_eq!(Stamp::of(first).cmp(&Stamp::of(second)), first.cmp(&second));
            prop_assert_eq!(Stamp::of(first).ends_month(), first == first.last_of_month());
            prop_assert_eq!(Stamp::of(first).month_index(), Stamp::month_number(Month::of(first)));
        }
    }

    #[test]
    fn the_ends_are_no_days() {
        assert_eq!((Stamp::ALWAYS.day(), Stamp::NEVER.day()), (None, None));
    }
}
