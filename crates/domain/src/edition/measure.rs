//! How an edition counts its published figures: whom, by which basis, over which months.
//! Fractions are whole numbers of a named unit, so that a threshold is compared exactly.

use crate::calendar::{AcademicYear, Day, academic_age, actual_age};
use std::collections::BTreeSet;

use super::Group;

/// Which age a band is drawn by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgeKind {
    /// Whole years on the day of the count.
    Actual,
    /// Age on 31 August before the academic year began.
    Academic,
}

impl AgeKind {
    pub fn of(self, born: Day, day: Day) -> i16 {
        match self {
            AgeKind::Actual => actual_age(born, day),
            AgeKind::Academic => academic_age(born, day),
        }
    }
}

/// Ages that a figure counts, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgeBand {
    pub kind: AgeKind,
    pub min: i16,
    pub max: i16,
}

impl AgeBand {
    /// The age that the band judges by, on `day`.
    pub fn age(&self, born: Day, day: Day) -> i16 {
        self.kind.of(born, day)
    }

    pub fn contains(&self, born: Day, day: Day) -> bool {
        (self.min..=self.max).contains(&self.age(born, day))
    }

    /// The first and the last day of birth inside the band on `day`: the same rule as `contains`,
    /// asked once for a whole cohort. Days: both inclusive.
    pub fn births(&self, day: Day) -> (Day, Day) {
        match self.kind {
            AgeKind::Academic => {
                let year = AcademicYear::of(day).start_year();
                let last = AcademicYear::starting(year - self.min - 1).last_day();
                (AcademicYear::starting(year - self.max - 1).first_day(), last)
            }
            AgeKind::Actual => {
                let years_before = |years: i16| {
                    let year = day.year() - years;
                    Day::new(year, day.month(), day.day())
                        .unwrap_or_else(|_| Day::constant(year, 2, 28))
                };
                let first = years_before(self.max + 1).tomorrow().unwrap_or(Day::MAX);
                (first, years_before(self.min))
            }
        }
    }
}

/// Whose young person someone is, for the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The authority in which they study.
    PlaceOfStudy,
    /// The authority in which they live.
    Residence,
}

/// The shares of lapsed records that are assumed to be NEET. Units: hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjustment {
    pub eet_lapsed_hundredths: u32,
    pub neet_lapsed_hundredths: u32,
}

/// A loss of reward grant above a level of not known. Units: thousandths; strictly above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    pub above_permille: u32,
    /// The share of the grant that is lost, in hundredths.
    pub lost_hundredths: u32,
}

/// A target for the averaged NEET figure and what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Units: thousandths, so 5.8 % is 58.
    pub neet_permille: u32,
    /// In rising order of level; the last one passed is the one that counts.
    pub losses: Vec<Loss>,
}

impl Target {
    /// The share of the reward grant lost at a level of not known. Units: hundredths.
    ///
    /// Shape: `not_known` of `cohort`, counts or sums of counts over the same months. Compared
    /// unrounded: exactly 6 % loses nothing, exactly 7.5 % still loses half.
    /// Source: 14-19 strategy 2009, p. 19 ("higher than").
    pub fn lost_hundredths(&self, not_known: u64, cohort: u64) -> u32 {
        let passed = |loss: &&Loss| not_known * 1000 > u64::from(loss.above_permille) * cohort;
        self.losses.iter().filter(passed).map(|loss| loss.lost_hundredths).max().unwrap_or(0)
    }
}

/// The rules of an edition's published figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub age: AgeBand,
    pub basis: Basis,
    /// The calendar months, in order, whose counts are averaged: 11, 12, 1 for example.
    pub months: Vec<i8>,
    pub adjustment: Option<Adjustment>,
    /// Activity codes outside the denominator.
    pub excluded: BTreeSet<String>,
    /// Whether somebody whose record of such an activity has lapsed counts as not known; else they stay outside.
    pub lapsed_is_not_known: bool,
    /// Groups outside the denominator whatever their code.
    pub outside_groups: BTreeSet<Group>,
    /// Cohort statuses that are counted.
    pub statuses: BTreeSet<String>,
    pub target: Option<Target>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reward_grant_rule_is_strict() {
        let loss = |above_permille, lost_hundredths| Loss { above_permille, lost_hundredths };
        let target = Target { neet_permille: 58, losses: vec![loss(60, 50), loss(75, 100)] };
        // not known, cohort, lost
        let rows = [(600, 10_000, 0), (601, 10_000, 50), (750, 10_000, 50), (751, 10_000, 100)];
        for (not_known, cohort, lost) in rows {
            assert_eq!(target.lost_hundredths(not_known, cohort), lost, "{not_known} of {cohort}");
        }
        assert_eq!(target.lost_hundredths(0, 0), 0);
    }

    proptest::proptest! {
        #[test]
        fn births_are_exactly_whom_the_band_contains(
            academic: bool, day in 0i32..12_000, born in 0i32..14_000, min in 13i16..18, width in 0i16..4,
        ) {
            let days = |n: i32| jiff::Span::new().days(n);
            let day = jiff::civil::date(2000, 1, 1).saturating_add(days(day));
            let born = jiff::civil::date(1978, 1, 1).saturating_add(days(born));
            let kind = if academic { AgeKind::Academic } else { AgeKind::Actual };
            let band = AgeBand { kind, min, max: min + width };
            let (first, last) = band.births(day);
            proptest::prop_assert_eq!((first..=last).contains(&born), band.contains(born, day));
        }
    }
}
