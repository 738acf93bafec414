//! When the demonstration's register learned things: three days of every month for over three years, as
//! a service works. Partners' lists come on the 10th, advisers' notes are in by the 20th, and the
//! month is closed on its last day.

use domain::calendar::{Day, Month};
use jiff::civil::date;

/// What sort of news a day brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The register is filled from the system before.
    SetUp,
    /// Rolls, college lists and provider lists.
    Lists,
    /// What advisers heard from young people.
    Contacts,
    MonthEnd,
}

impl News {
    /// Why the change was made, for those who read the register's history.
    pub fn reason(self) -> &'static str {
        match self {
            News::SetUp => "Register set up from the system before",
            News::Lists => "Partners' lists",
            News::Contacts => "Advisers' contacts",
            News::MonthEnd => "Month closed",
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub day: Day,
    pub news: News,
}

/// All moments, in order of time.
pub struct Diary {
    pub moments: Vec<Moment>,
    pub as_of: Day,
}

/// The first month of the history. The predictor of the autumn is judged by the newest Year 11 whose winter after it is
/// over; for that a Year 11 may be learnt from whose winter was over by the judged November, which is that of two years
/// before. With less the predictor could not be judged.
fn first_month(as_of: Day) -> Month {
    let last = Month::of(as_of);
    // The winter's last month is January: from February on that of the same year is over.
    let over = if last.number() > 1 { last.year() } else { last.year() - 1 };
    Month::of(date(over - 4, 11, 1))
}

impl Diary {
    pub fn until(as_of: Day) -> Diary {
        let last = Month::of(as_of);
        let first = first_month(as_of);
        let mut moments = vec![Moment { day: first.first_day(), news: News::SetUp }];
        for month in first.through(last) {
            let on = |day: i8| month.first_day().with().day(day).build().ok();
            let days = [(on(10), News::Lists), (on(20), News::Contacts)];
            moments.extend(
                days.into_iter().filter_map(|(day, news)| Some(Moment { day: day?, news })),
            );
            moments.push(Moment { day: month.last_day(), news: News::MonthEnd });
        }
        moments.retain(|moment| moment.day <= as_of);
        if moments.last().is_none_or(|moment| moment.day < as_of) {
            moments.push(Moment { day: as_of, news: News::Contacts });
        }
        Diary { moments, as_of }
    }

    pub fn first_day(&self) -> Day {
        self.moments.first().map_or(self.as_of, |moment| moment.day)
    }

    pub fn day(&self, at: usize) -> Day {
        self.moments.get(at).map_or(self.as_of, |moment| moment.day)
    }

    /// The first moment on or after a day; `None` when the demonstration ends before.
    pub fn after(&self, day: Day) -> Option<usize> {
        let at = self.moments.partition_point(|moment| moment.day < day);
        (at < self.moments.len()).then_some(at)
    }

    /// Moments that bring such news from `from` on, with their numbers.
    pub fn bringing(&self, news: News, from: usize) -> impl Iterator<Item = (usize, Day)> {
        self.moments
            .iter()
            .enumerate()
            .skip(from)
            .filter(move |(_, moment)| moment.news == news)
            .map(|(at, moment)| (at, moment.day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_of_over_three_years_that_end_on_the_day_itself() {
        let diary = Diary::until(date(2025, 3, 14));
        assert_eq!(diary.first_day(), date(2021, 11, 1));
        assert_eq!(diary.moments.len(), 1 + 40 * 3 + 1 + 1);
        assert_eq!(diary.moments.last().unwrap().day, date(2025, 3, 14));
        assert!(diary.moments.is_sorted_by_key(|moment| moment.day));
        assert_eq!(diary.after(date(2025, 3, 15)), None);
        assert_eq!(diary.day(diary.after(date(2024, 9, 1)).unwrap()), date(2024, 9, 10));
        let ends = Diary::until(date(2024, 2, 29));
        assert_eq!(ends.moments.last().unwrap().news, News::MonthEnd);
    }

    /// On any day a Year 11 is there whose winter was over in the November of the newest whose winter is over.
    #[test]
    fn the_predictor_of_the_autumn_can_be_judged_on_any_day() {
        for month in Month::new(2025, 1).unwrap().through(Month::new(2025, 12).unwrap()) {
            for as_of in [month.first_day(), month.last_day()] {
                let judged = if as_of >= date(2025, 2, 1) { 2023 } else { 2022 };
                let first = Diary::until(as_of).first_day();
                assert_eq!(first, date(judged - 2, 11, 1), "{as_of}");
            }
        }
    }
}
