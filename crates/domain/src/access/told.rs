//! What a figure lets its reader infer of single people by what it counts, and which counts are too few
//! to be told to somebody who does not see that of a person. What a cut tells stands beside the parts.
//!
//! Invariant: whoever sees every part that a measure tells of is told every count; nobody else is told
//! one that is few.

use super::Part;
use crate::measure::{Definition, Mark, Set, Unit};

/// Fewer people than this, counted or not counted: who knows them can say which of them it is.
pub const FEW: u64 = 10;
/// The same for a count of everybody within reach, cut by nothing: whoever reads it knows no name apart
/// from the others'.
pub const FEW_OF_ALL: u64 = 5;

impl Part {
    /// The parts of a person that being counted by a measure, or among those it counts of, tells.
    pub fn told_by_measure(measure: &Definition) -> Vec<Part> {
        let mut parts: Vec<Part> =
            [measure.numerator, measure.denominator].into_iter().filter_map(told_by_set).collect();
        parts.dedup();
        parts
    }
}

/// The part that tells whether somebody is in a set. The cohort is by age and status: it tells no part
/// that a reader of figures does not see anyway.
const fn told_by_set(set: Set) -> Option<Part> {
    match set {
        Set::Cohort => None,
        Set::Marked(Mark::Vulnerable | Mark::TwoOrMore) => Some(Part::Characteristics),
        Set::Marked(
            Mark::Guaranteed
            | Mark::OfferMade
            | Mark::OfferNotAppropriate
            | Mark::NoOffer
            | Mark::OfferNotRecorded,
        ) => Some(Part::Guarantee),
        Set::Marked(Mark::InTouch | Mark::OutOfTouch | Mark::SpokenWith | Mark::QuietMonths) => {
            Some(Part::Contacts)
        }
        _ => Some(Part::ActivityElsewhere),
    }
}

/// Whether a count is too few to be told: those counted, or those of the same group who are not. None is
/// few as well, since it says of everybody that they are not counted.
///
/// Shape: `least` people a month; sums over `months` months. A mean of months or spells hangs on how many people it is of.
pub const fn few(least: u64, unit: Unit, (of, all): (u64, u64), months: u64) -> bool {
    let least = least * months;
    let people = matches!(unit, Unit::Percent);
    all < least || (people && (of < least || all.saturating_sub(of) < least))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{DEFINITIONS, named};

    #[test]
    fn every_measure_but_a_share_of_the_cohort_in_itself_tells_a_part() {
        let told = |name: &str| Part::told_by_measure(named(name).unwrap());
        assert_eq!(told("neet"), [Part::ActivityElsewhere]);
        assert_eq!(told("vulnerable-group"), [Part::Characteristics]);
        assert_eq!(told("multiple-vulnerabilities"), [Part::Characteristics]);
        assert_eq!(told("neet-in-touch"), [Part::Contacts, Part::ActivityElsewhere]);
        assert_eq!(told("currency"), [Part::ActivityElsewhere]);
        for measure in DEFINITIONS {
            assert!(!Part::told_by_measure(measure).is_empty(), "{} tells nothing", measure.name);
        }
    }

    #[test]
    fn a_count_is_few_by_its_people_by_the_others_and_by_none() {
        let rows = [(9, 100, true), (10, 100, false), (90, 100, false), (91, 100, true)];
        for (of, all, is) in rows.into_iter().chain([(0, 100, true), (5, 9, true), (10, 20, false)])
        {
            assert_eq!(few(FEW, Unit::Percent, (of, all), 1), is, "{of} of {all}");
        }
        // Three months of 9, 10 and 11 are 10 on average.
        assert!(!few(FEW, Unit::Percent, (30, 300), 3) && few(FEW, Unit::Percent, (29, 300), 3));
        // Ten people's months without a contact may be any number.
        assert!(!few(FEW, Unit::Months, (3, 10), 1) && few(FEW, Unit::Months, (30, 9), 1));
    }
}
