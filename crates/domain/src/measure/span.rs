//! Consecutive months by number, so that a spell becomes an interval of month ends without looking
//! at any of them: all months together cost one pass.

use crate::calendar::Month;
use crate::cohort::Stamp;

/// Months from a first one on, each counted on its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    first: Month,
    months: u32,
}

impl Span {
    /// Both ends inclusive; at least one month.
    pub fn new(first: Month, last: Month) -> Self {
        let months = u32::try_from(last.months_since(first) + 1).unwrap_or(1).max(1);
        Self { first, months }
    }

    pub fn one(month: Month) -> Self {
        Self::new(month, month)
    }

    pub fn first(self) -> Month {
        self.first
    }

    pub fn last(self) -> Month {
        self.first.plus(i32::try_from(self.months).unwrap_or(i32::MAX) - 1)
    }

    pub fn months(self) -> u32 {
        self.months
    }

    pub fn iter(self) -> impl Iterator<Item = Month> {
        self.first.through(self.last())
    }

    fn clamp(self, index: i32) -> u32 {
        u32::try_from(index).unwrap_or(0).min(self.months)
    }

    /// The first month whose end is on or after a day.
    pub fn from_day(self, day: Stamp) -> u32 {
        self.clamp(day.month_index() - Stamp::month_number(self.first))
    }

    /// The first month whose end is after a day.
    pub fn after_day(self, day: Stamp) -> u32 {
        let ended = i32::from(day.ends_month());
        self.clamp(day.month_index() - Stamp::month_number(self.first) + ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_fall_between_month_ends() {
        let span = Span::new("2023-12".parse().unwrap(), "2024-02".parse().unwrap());
        // day, first month end on or after it, first month end after it
        let rows = [
            (date(2020, 1, 1), 0, 0),
            (date(2023, 12, 30), 0, 0),
            (date(2023, 12, 31), 0, 1),
            (date(2024, 1, 1), 1, 1),
            (date(2024, 2, 28), 2, 2),
            (date(2024, 2, 29), 2, 3),
            (date(2024, 3, 1), 3, 3),
        ];
        for (day, from, after) in rows {
            let stamp = Stamp::of(day);
            assert_eq!((span.from_day(stamp), span.after_day(stamp)), (from, after), "{day}");
        }
        assert_eq!((span.from_day(Stamp::ALWAYS), span.after_day(Stamp::NEVER)), (0, 3));
        assert_eq!(span.last().to_string(), "2024-02");
    }
}
