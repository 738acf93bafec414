//! The four points at which a chance is worked out, whom each takes, and what it is a chance of.

use crate::calendar::{AcademicYear, Day, Month, academic_age};
use jiff::ToSpan;
use jiff::civil::date;

/// Source: DfE guidance on early identification of young people at risk of NEET (January 2025), which
/// asks for lists in Years 10 and 11; P3 and P4 follow the September Guarantee and the monthly return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// Autumn of Year 11: school data.
    Autumn,
    /// May of Year 11: with offers, intended destination and mocks.
    Spring,
    /// The September after Year 11: enrolled or not.
    September,
    /// Every month after 16: spells, and attendance that falls. A provider's notice of a leaver is not read
    /// by itself: it is a fact here once somebody has settled it and the spell has ended.
    Monthly,
}

/// What a chance is a chance of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// NEET at the end of six months or more within the 24 after Year 11.
    /// Source: Audit Commission, Against the odds (2010): NEET for six months or more over two years.
    LongNeet,
    /// NEET at the end of November, December or January, the months that are published.
    CountMonths,
    /// Out of learning within three months.
    LeftLearning,
}

impl Point {
    pub const ALL: [Self; 4] = [Self::Autumn, Self::Spring, Self::September, Self::Monthly];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Autumn => "P1",
            Self::Spring => "P2",
            Self::September => "P3",
            Self::Monthly => "P4",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Autumn => "Autumn of Year 11",
            Self::Spring => "May of Year 11",
            Self::September => "September after Year 11",
            Self::Monthly => "Every month after 16",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| point.name().eq_ignore_ascii_case(name))
    }

    /// The newest day on or before `day` on which this point falls.
    pub fn newest(self, day: Day) -> Day {
        let (month, of_month) = match self {
            Self::Autumn => (11, 15),
            Self::Spring => (5, 15),
            Self::September => (9, 30),
            Self::Monthly => {
                let month = Month::of(day);
                let last = month.last_day();
                return if last <= day { last } else { month.plus(-1).last_day() };
            }
        };
        let this = date(day.year(), month, of_month);
        if this <= day { this } else { date(day.year() - 1, month, of_month) }
    }

    /// The one before a day on which this point falls.
    pub fn before(self, on: Day) -> Day {
        self.newest(on.yesterday().unwrap_or(on))
    }

    /// Academic ages of those whom the point takes. Shape: least and most, inclusive.
    pub const fn ages(self) -> (i16, i16) {
        match self {
            Self::Autumn | Self::Spring => (15, 15),
            Self::September => (16, 16),
            Self::Monthly => (16, 17),
        }
    }

    pub fn takes(self, born: Day, on: Day) -> bool {
        let (least, most) = self.ages();
        (least..=most).contains(&academic_age(born, on))
    }

    /// The target that a list is made by unless another is asked for.
    pub const fn target(self) -> Target {
        match self {
            Self::Monthly => Target::LeftLearning,
            Self::Autumn | Self::Spring | Self::September => Target::CountMonths,
        }
    }
}

impl Target {
    pub const ALL: [Self; 3] = [Self::LongNeet, Self::CountMonths, Self::LeftLearning];

    pub const fn name(self) -> &'static str {
        match self {
            Self::LongNeet => "long-neet",
            Self::CountMonths => "count-months",
            Self::LeftLearning => "left-learning",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::LongNeet => "NEET for six months or more in the two years after Year 11",
            Self::CountMonths => "NEET in November, December or January after Year 11",
            Self::LeftLearning => "out of learning within three months",
        }
    }

    /// What somebody does to whom it happens.
    pub const fn to_become(self) -> &'static str {
        match self {
            Self::LongNeet | Self::CountMonths => "become NEET",
            Self::LeftLearning => "leave learning",
        }
    }

    /// The same when it has happened.
    pub const fn became(self) -> &'static str {
        match self {
            Self::LongNeet | Self::CountMonths => "became NEET",
            Self::LeftLearning => "left learning",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// The months at whose ends the outcome is looked at. Days: the last of the last closes it.
    pub fn months(self, point: Point, on: Day) -> Vec<Month> {
        let summer = match point {
            Point::Autumn | Point::Spring => AcademicYear::of(on).start_year() + 1,
            Point::September | Point::Monthly => AcademicYear::of(on).start_year(),
        };
        let from = |year, month, count| -> Vec<Month> {
            let first = Month::of(date(year, month, 1));
            (0..count).map(|step| first.plus(step)).collect()
        };
        match self {
            Self::LongNeet => from(summer, 9, 24),
            Self::CountMonths => from(summer, 11, 3),
            Self::LeftLearning => {
                let next = Month::of(on).plus(1);
                (0..3).map(|step| next.plus(step)).collect()
            }
        }
    }

    /// The month before the first of the target, where those predicted have left Year 11 by then: how it ends tells how
    /// their winter begins, before any of its outcome is known.
    pub fn opening(self, point: Point, on: Day) -> Option<Month> {
        match self {
            Self::CountMonths => self.months(point, on).first().map(|first| first.plus(-1)),
            // What comes before is school, or the very month of the prediction.
            Self::LongNeet | Self::LeftLearning => None,
        }
    }

    /// The day by whose end the outcome of somebody predicted on `on` can be known.
    pub fn closes(self, point: Point, on: Day) -> Day {
        self.months(point, on).last().map_or(on, |month| month.last_day())
    }
}

/// First and last day of birth of those with an academic age in the range on a day.
pub fn births((least, most): (i16, i16), on: Day) -> (Day, Day) {
    let start = AcademicYear::of(on).start_year();
    let first = date(start - most - 1, 9, 1);
    let last = date(start - least, 9, 1).saturating_sub(1.day());
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_falls_on_its_newest_day() {
        let rows = [
            (Point::Autumn, date(2025, 3, 14), date(2024, 11, 15)),
            (Point::Autumn, date(2024, 11, 15), date(2024, 11, 15)),
            (Point::Spring, date(2025, 3, 14), date(2024, 5, 15)),
            (Point::September, date(2025, 3, 14), date(2024, 9, 30)),
            (Point::Monthly, date(2025, 3, 14), date(2025, 2, 28)),
            (Point::Monthly, date(2024, 2, 29), date(2024, 2, 29)),
        ];
        for (point, day, wanted) in rows {
            assert_eq!(point.newest(day), wanted, "{point:?} {day}");
        }
        assert_eq!(Point::Autumn.before(date(2024, 11, 15)), date(2023, 11, 15));
    }

    #[test]
    fn the_same_winter_is_foretold_at_three_points() {
        let target = Target::CountMonths;
        let winter = date(2025, 1, 31);
        for (point, on) in [
            (Point::Autumn, date(2023, 11, 15)),
            (Point::Spring, date(2024, 5, 15)),
            (Point::September, date(2024, 9, 30)),
        ] {
            assert_eq!(target.closes(point, on), winter, "{point:?}");
        }
        let october = Month::of(date(2024, 10, 1));
        assert_eq!(target.opening(Point::Autumn, date(2023, 11, 15)), Some(october));
        assert_eq!(target.opening(Point::September, date(2024, 9, 30)), Some(october));
        assert_eq!(Target::LongNeet.opening(Point::Autumn, date(2023, 11, 15)), None);
        let born = date(2008, 3, 1);
        assert!(Point::Spring.takes(born, date(2024, 5, 15)));
        assert!(Point::September.takes(born, date(2024, 9, 30)));
        assert!(!Point::Spring.takes(born, date(2023, 5, 15)));
        assert_eq!(Target::LongNeet.closes(Point::Spring, date(2022, 5, 15)), date(2024, 8, 31));
    }

    #[test]
    fn births_are_those_of_the_academic_age() {
        let on = date(2024, 5, 15);
        let (first, last) = births((15, 15), on);
        assert_eq!((first, last), (date(2007, 9, 1), date(2008, 8, 31)));
        for (born, within) in [
            (first, true),
            (last, true),
            (first.yesterday().unwrap(), false),
            (last.tomorrow().unwrap(), false),
        ] {
            assert_eq!(Point::Spring.takes(born, on), within, "{born}");
        }
    }
}
