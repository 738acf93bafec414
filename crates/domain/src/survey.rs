//! The activity survey: what those who were in Year 11, 12 or 13 when a summer began do on 1 November.
//!
//! Invariant: everybody of a year group has exactly one destination, so its destinations add up to it.
//!
//! Source: the annual activity survey (1 November; the situation that covers the day, primary and
//! confirmed; submitted by the end of January); its categories as a school's key to them gives them. The
//! columns of the file that was sent were not found.
//! Differs: the survey is of Year 11 leavers; Years 12 and 13 are counted the same way, since the 2009
//! strategy shares and plans from all of them. Training is shown by the kinds of today.

use crate::calendar::{Day, year_group};
use crate::cohort::Stamp;
use crate::edition::Group;
use crate::measure::{Asked, Cut, Keys, Standing, standing_on};
use std::collections::BTreeMap;

/// The year groups of a survey, as they were on the last day of the school year.
pub const YEARS: [i16; 3] = [11, 12, 13];

macro_rules! destinations {
    ($($variant:ident, $word:literal, $label:literal;)*) => {
        /// Where somebody went.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Destination { $($variant,)* }

        impl Destination {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in files.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }
    };
}

destinations! {
    FullTimeEducation, "full-time-education", "Full-time education";
    PartTimeEducation, "part-time-education", "Part-time education";
    GapYear, "gap-year", "Gap year or an agreed start";
    Apprenticeship, "apprenticeship", "Apprenticeship";
    Training, "training", "Work-based learning and other training";
    EmploymentWithTraining, "employment-with-training", "Employment with training";
    EmploymentWithout, "employment-without-training", "Employment without training";
    ReEngagement, "re-engagement", "Re-engagement and voluntary work";
    Available, "neet-available", "NEET, available";
    NotAvailable, "neet-not-available", "NEET, not available";
    Outside, "outside", "In custody or seeking asylum";
    NotKnown, "not-known", "No response, or not confirmed in time";
    MovedAway, "moved-away", "Moved away or no longer followed";
}

impl Destination {
    /// The destination that a standing is, with the group of the activity that says so.
    const fn of(standing: Standing, group: Option<Group>) -> Self {
        match standing {
            Standing::FullTimeEducation | Standing::Compulsory => Self::FullTimeEducation,
            Standing::PartTimeEducation => Self::PartTimeEducation,
            Standing::Apprenticeship => Self::Apprenticeship,
            Standing::WorkBasedLearning | Standing::OtherTraining => Self::Training,
            Standing::EmploymentWithStudy => Self::EmploymentWithTraining,
            Standing::OtherEet => match group {
                Some(Group::Education) => Self::GapYear,
                Some(Group::Training) => Self::Training,
                Some(Group::ReEngagement) => Self::ReEngagement,
                _ => Self::EmploymentWithout,
            },
            Standing::NeetAvailable => Self::Available,
            Standing::NeetNotAvailable => Self::NotAvailable,
            Standing::Excluded => Self::Outside,
            Standing::OtherStatus | Standing::Elsewhere => Self::MovedAway,
            Standing::NotKnownByCode
            | Standing::NoActivity
            | Standing::UnknownCode
            | Standing::LapsedEet
            | Standing::LapsedNeet
            | Standing::LapsedOutside => Self::NotKnown,
        }
    }
}

/// The day of the survey of a summer.
///
/// Source: the annual activity survey's reference date.
pub fn count_day(summer: i16) -> Day {
    Day::new(summer, 11, 1).unwrap_or(Day::MAX)
}

/// The last day on which what is known counts as sent with the survey of a summer.
///
/// Source: the annual activity survey, submitted by the end of January.
pub fn sent_by(summer: i16) -> Day {
    Day::new(summer.saturating_add(1), 1, 31).unwrap_or(Day::MAX)
}

/// The first and the last day of birth of everybody in [`YEARS`] at the end of the school year.
pub fn births(summer: i16) -> (Day, Day) {
    (jiff::civil::date(summer - 19, 9, 1), jiff::civil::date(summer - 16, 8, 31))
}

/// People by year group, destination and the value of a cut.
pub type Counts = BTreeMap<(i16, Destination, String), u64>;

/// Counts the survey of a summer.
///
/// Shape: `asked` is asked of October of that summer, whose last day is the day before the survey: homes and
/// characteristics are those of then. The value is empty without a cut. A cut is one that everybody has
/// exactly one value of.
pub fn survey(asked: Asked<'_>, summer: i16, cut: Option<Cut>) -> Counts {
    let cuts: Vec<Cut> = cut.into_iter().collect();
    let mut keys = Keys::new(asked, &cuts);
    let mut counts = Counts::new();
    for p in 0..asked.cohort.len() {
        let Some((year, destination)) = went(asked, p, summer) else { continue };
        let mut value = String::new();
        if let Some(cut) = cut {
            keys.read(p, &[]);
            keys.each((0, 1), &mut |_, _, key: &[u32]| {
                value = key.first().map_or_else(String::new, |key| cut.value(asked.cohort, *key));
            });
        }
        *counts.entry((year, destination, value)).or_default() += 1;
    }
    counts
}

/// Where one person went, with the year group that they left; nobody who is not asked for or of no such year group.
///
/// Shape: `asked` as for [`survey`].
pub fn went(asked: Asked<'_>, p: usize, summer: i16) -> Option<(i16, Destination)> {
    let within = asked.within.is_none_or(|within| within.get(p).copied().unwrap_or(false));
    let born = asked.cohort.people.born.get(p).copied().and_then(Stamp::day);
    let year = born.map_or(0, |born| year_group(born, jiff::civil::date(summer, 8, 31)));
    if !within || !YEARS.contains(&year) {
        return None;
    }
    let (standing, row) = standing_on(asked, p, count_day(summer));
    let code = row.map(|row| asked.cohort.spells.code.text(row));
    let group = code.and_then(|code| asked.edition.activity(code)).map(|one| one.group);
    Some((year, Destination::of(standing, group)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_loaded_is_of_the_three_year_groups_and_nobody_else() {
        let (first, last) = births(2025);
        let year = |born: Day| year_group(born, jiff::civil::date(2025, 8, 31));
        assert_eq!((year(first), year(last)), (13, 11));
        assert_eq!(year(first.yesterday().unwrap()), 14);
        assert_eq!(year(last.tomorrow().unwrap()), 10);
    }

    #[test]
    fn a_summer_beyond_the_calendar_has_not_come() {
        assert_eq!((count_day(i16::MAX), sent_by(9999)), (Day::MAX, Day::MAX));
        assert_eq!(sent_by(2025), jiff::civil::date(2026, 1, 31));
    }
}
