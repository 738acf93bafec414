//! Planning by school year: who leaves school when, until which birthday the law asks them to take part in
//! learning, in which academic years the council's figures count them, and how many places that may take.
//!
//! Invariant: everybody of one school year was born in the same academic year; every age is the edition's.

use crate::calendar::{
    AcademicYear, Day, birthday, births, school_leaving_date, year_group, year_of_age,
};
use crate::edition::{AgeBand, AgeKind, Edition};
use crate::measure::wilson;

/// The first school year that is planned for.
///
/// Source: strategy, paragraph 5 of its introduction: the Year 7 of its day was the first that had to stay in
/// learning until 17, which is why it looks five years ahead.
pub const FIRST_GROUP: i16 = 7;

/// The last year of a sixth form.
const LAST_GROUP: i16 = 13;

/// Until when the law asks the people of a school year to take part in learning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Units: years.
    pub age: i16,
    /// That birthday of the oldest and of the youngest of them.
    pub ends: (Day, Day),
}

/// The people who are in one year group on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchoolYear {
    pub group: i16,
    /// Days of birth: both inclusive.
    pub born: (Day, Day),
    /// The last day of their compulsory school years.
    pub leaves: Day,
    /// `None` where they need not take part.
    pub duty: Option<Duty>,
    /// The first and the last academic year in which figures count them.
    pub counted: (AcademicYear, AcademicYear),
}

impl SchoolYear {
    /// Those who are in a year group on a day, by the rules of an edition.
    pub fn on(group: i16, day: Day, edition: &Edition) -> Self {
        let born = births(group, day);
        let duty = edition
            .participation_age(born.0)
            .map(|age| Duty { age, ends: (birthday(born.0, age), birthday(born.1, age)) });
        let last_compulsory = year_of_age(born.0, edition.membership.compulsory_age);
        Self {
            group,
            born,
            leaves: school_leaving_date(last_compulsory),
            duty,
            counted: counted(born, edition.measure.age),
        }
    }

    /// Every school year that is planned for, the youngest first: to the last of a sixth form, or the oldest
    /// that the return keeps.
    pub fn all(day: Day, edition: &Edition) -> Vec<Self> {
        let age = edition.membership.max_age;
        let oldest = AgeBand { kind: AgeKind::Academic, min: age, max: age }.births(day).0;
        let last = year_group(oldest, day).max(LAST_GROUP);
        (FIRST_GROUP..=last).map(|group| Self::on(group, day, edition)).collect()
    }

    /// Whether figures count them in an academic year.
    pub fn counts_in(&self, year: AcademicYear) -> bool {
        (self.counted.0..=self.counted.1).contains(&year)
    }

    /// As a table says it.
    pub fn words(&self) -> String {
        match self.group - LAST_GROUP {
            ..=0 => format!("Year {}", self.group),
            1 => format!("A year after Year {LAST_GROUP}"),
            years => format!("{years} years after Year {LAST_GROUP}"),
        }
    }
}

/// The academic years in which somebody of a cohort is of the ages that figures count.
fn counted(born: (Day, Day), age: AgeBand) -> (AcademicYear, AcademicYear) {
    match age.kind {
        AgeKind::Academic => (year_of_age(born.0, age.min), year_of_age(born.1, age.max)),
        AgeKind::Actual => {
            let past = birthday(born.1, age.max + 1);
            let last = past.yesterday().unwrap_or(past);
            (AcademicYear::of(birthday(born.0, age.min)), AcademicYear::of(last))
        }
    }
}

/// How many of so many people would be NEET at a rate, and so how many places are wanted for nobody to be.
/// Whole places: what is begun counts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    pub least: u64,
    pub likely: u64,
    pub most: u64,
}

/// What sums of binary fractions may be above a whole number that they are.
const ROUNDING: f64 = 1e-6;

/// Places for so many people at a rate that was counted: who was NEET, of how many. What chance leaves open in
/// the rate alone is between the least and the most, 95 times in 100; what changes by then is not in it.
/// `None` where nobody was counted.
pub fn places(people: u64, (neet, of): (f64, f64)) -> Option<Places> {
    if of <= 0.0 {
        return None;
    }
    let (low, high) = wilson(neet, of);
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
    let people = people as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count of people is neither negative nor above it"
    )]
    let whole = |share: f64| (people * share - ROUNDING).max(0.0).ceil() as u64;
    Some(Places { least: whole(low), likely: whole(neet / of), most: whole(high) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_whole_and_lie_within_what_chance_leaves_open() {
        // Source: Newcombe (1998), 81 of 263: 0.2553 to 0.3662, of a hundred people.
        let wanted = Places { least: 26, likely: 31, most: 37 };
        assert_eq!(places(100, (81.0, 263.0)), Some(wanted));
        assert_eq!(places(0, (81.0, 263.0)), Some(Places { least: 0, likely: 0, most: 0 }));
        assert_eq!(places(100, (0.0, 0.0)), None);
        assert_eq!(places(100, (7.0, 100.0)).map(|one| one.likely), Some(7));
        // That nobody was NEET of few says little of many.
        assert_eq!(places(100, (0.0, 20.0)), Some(Places { least: 0, likely: 0, most: 17 }));
    }
}
