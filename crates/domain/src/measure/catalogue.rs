//! Every measure, as data. The words say what is counted; ages, basis, what is outside the cohort and
//! the averaging months are the edition's and are added where the definition is shown.
//!
//! Source: stated with each.

use super::definition::Past;
use super::{Definition, Direction, Mark, Period, Set, Standing, Unit};

const METHOD: &str = "DfE NEET and participation figures by local authority, methodology";
const APPENDIX: &str = "NCCIS management information requirement, Appendix E";
const TYPES: &str =
    "DfE participation figures by local authority, methodology (types of participation)";
const DUTY: &str = "Education and Skills Act 2008, Part 1; requirement, Appendix E (the duty to participate). The codes of each group are the edition's and are marked there";
const GUARANTEE: &str = "DfE September Guarantee statistics, data guidance (published categories)";
const MOVES: &str =
    "Requirement, Appendix E (NEET joiners and leavers); consecutive counts are compared";
const OWN: &str = "Our own definition; none was published";

/// A share of the cohort at the counts asked for.
const fn share(
    name: &'static str,
    title: &'static str,
    words: &'static str,
    of: Set,
    source: &'static str,
) -> Definition {
    Definition {
        name,
        title,
        words,
        numerator: of,
        denominator: Set::Cohort,
        unit: Unit::Percent,
        past: Past::None,
        period: Period::AsAsked,
        needs_target: false,
        direction: Direction::Neither,
        source,
    }
}

/// People with a mark, of another set.
const fn marked(
    name: &'static str,
    title: &'static str,
    words: &'static str,
    (of, over): (Mark, Set),
    source: &'static str,
) -> Definition {
    Definition { denominator: over, ..share(name, title, words, Set::Marked(of), source) }
}

const fn duty(name: &'static str, title: &'static str, words: &'static str, of: Set) -> Definition {
    Definition { denominator: Set::Marked(Mark::UnderDuty), ..share(name, title, words, of, DUTY) }
}

const fn offer(
    name: &'static str,
    title: &'static str,
    words: &'static str,
    of: Mark,
) -> Definition {
    marked(name, title, words, (of, Set::Marked(Mark::Guaranteed)), GUARANTEE)
}

const fn back(past: Past, definition: Definition) -> Definition {
    Definition { past, ..definition }
}

/// Every measure, in the order of lists. More of each kind of participation is better, since all of it is to be
/// raised; of what may be good for one and bad for another nothing is said, nor of how people are, nor of a way
/// out of being NEET that may be one out of sight.
///
/// Source: stated with each.
pub const DEFINITIONS: &[Definition] = &[
    share(
        "neet",
        "Not in education, employment or training",
        "People recorded as NEET whose record is current, of the cohort.",
        Set::Neet,
        METHOD,
    )
    .fewer(),
    share(
        "not-known",
        "Activity not known",
        "People recorded as not known, people without a record for the day and people whose record has lapsed, of the cohort.",
        Set::NotKnown,
        METHOD,
    )
    .fewer(),
    share(
        "not-known-by-code",
        "Activity recorded as not known",
        "People recorded as not known and people without a record for the day, of the cohort; lapsed records are left aside.",
        Set::NotKnownByCode,
        "14-19 strategy of 2009, p. 20 (situation recorded as not known)",
    )
    .fewer(),
    share(
        "not-known-lapsed",
        "Activity not known because the record lapsed",
        "People whose record says what they do and was not confirmed in time, of the cohort.",
        Set::Lapsed,
        METHOD,
    )
    .fewer(),
    share(
        "neet-not-known",
        "NEET or activity not known",
        "People who are NEET and people whose activity is not known, together, of the cohort.",
        Set::NeetOrNotKnown,
        "DfE NEET and participation figures by local authority, methodology (headline since 2016)",
    )
    .fewer(),
    share(
        "adjusted-neet",
        "NEET, adjusted for lapsed records",
        "People who are NEET and an assumed share of those whose record has lapsed, of the cohort. Only editions that carry the two shares have this measure.",
        Set::AdjustedNeet,
        "The adjustment of 2008 to 2015; its two shares are the edition's and are marked there",
    )
    .fewer(),
    share(
        "eet",
        "In education, employment or training",
        "People in education, employment, training or re-engagement whose record is current, of the cohort.",
        Set::Eet,
        APPENDIX,
    )
    .more(),
    share(
        "eet-full-time-education",
        "In full-time education",
        "People in full-time education whose record is current, of the cohort.",
        Set::One(Standing::FullTimeEducation),
        TYPES,
    )
    .more(),
    share(
        "eet-part-time-education",
        "In part-time education",
        "People in part-time education whose record is current, of the cohort.",
        Set::One(Standing::PartTimeEducation),
        TYPES,
    )
    .more(),
    share(
        "eet-apprenticeship",
        "In an apprenticeship",
        "People in an apprenticeship whose record is current, of the cohort.",
        Set::One(Standing::Apprenticeship),
        TYPES,
    )
    .more(),
    share(
        "eet-work-based-learning",
        "In work-based learning",
        "People in work-based learning whose record is current, of the cohort.",
        Set::One(Standing::WorkBasedLearning),
        TYPES,
    )
    .more(),
    share(
        "eet-employment-with-study",
        "In employment with study",
        "People in employment with study towards a regulated qualification whose record is current, of the cohort.",
        Set::One(Standing::EmploymentWithStudy),
        TYPES,
    )
    .more(),
    share(
        "eet-other-training",
        "In other training",
        "People in other training whose record is current, of the cohort.",
        Set::One(Standing::OtherTraining),
        TYPES,
    )
    .more(),
    share(
        "eet-without-participation",
        "In work or activity that is not participation",
        "People in employment without regulated study, on a gap year or in re-engagement whose record is current, of the cohort.",
        Set::One(Standing::OtherEet),
        TYPES,
    ),
    share(
        "participation",
        "Participating in education and training",
        "People in full-time or part-time education, an apprenticeship, work-based learning, employment with study or other training whose record is current, of the cohort. A gap year, re-engagement and an agreed start do not count.",
        Set::Participating,
        TYPES,
    )
    .more(),
    share(
        "engaged-learning",
        "Engaged in learning",
        "People in full-time education, an apprenticeship, work-based learning or employment with study whose record is current, of the cohort.",
        Set::Engaged,
        "14-19 strategy of 2009, p. 20 (engaged in learning)",
    )
    .more(),
    Definition {
        period: Period::Averaging,
        needs_target: true,
        ..share(
            "psa2-neet",
            "NEET, mean of the three count months",
            "The mean number of people who are NEET in the three count months, of the mean number of all people of the ages counted. Custody and asylum are outside; the adjusted variant, which assumes a share of lapsed records to be NEET, is stated apart.",
            Set::Neet,
            "14-19 strategy of 2009, p. 18 and 19; definition of National Indicator 117, 2008",
        )
    }
    .fewer(),
    duty(
        "duty-met",
        "Meeting the duty to participate",
        "People under 18 whose current activity meets the duty, of everybody in the cohort under 18.",
        Set::Marked(Mark::DutyMet),
    )
    .more(),
    duty(
        "duty-towards",
        "Working towards the duty to participate",
        "People under 18 whose current activity counts as working towards the duty, of everybody in the cohort under 18.",
        Set::Marked(Mark::DutyTowards),
    ),
    duty(
        "duty-break",
        "On a temporary break from the duty",
        "People under 18 with a reason that suspends the duty for a time, of everybody in the cohort under 18.",
        Set::Marked(Mark::DutyBreak),
    ),
    duty(
        "duty-unmet",
        "Not meeting the duty to participate",
        "People under 18 whose current activity does not meet the duty, of everybody in the cohort under 18.",
        Set::Marked(Mark::DutyUnmet),
    )
    .fewer(),
    duty(
        "duty-not-known",
        "Duty to participate: not known",
        "People under 18 of whom no current record says how they stand to the duty, of everybody in the cohort under 18.",
        Set::DutyNotKnown,
    )
    .fewer(),
    offer(
        "guarantee-offer",
        "September Guarantee: offer made",
        "People with an offer or in learning already, of the guarantee's cohort: the Year 11 and Year 12 of the summer, by where they studied and where they live.",
        Mark::OfferMade,
    )
    .more(),
    offer(
        "guarantee-not-appropriate",
        "September Guarantee: offer not appropriate",
        "People for whom an offer is not appropriate, of the guarantee's cohort.",
        Mark::OfferNotAppropriate,
    ),
    offer(
        "guarantee-no-offer",
        "September Guarantee: no offer",
        "People without an offer, of the guarantee's cohort.",
        Mark::NoOffer,
    )
    .fewer(),
    offer(
        "guarantee-not-recorded",
        "September Guarantee: not recorded",
        "People whose status is not yet recorded, of the guarantee's cohort.",
        Mark::OfferNotRecorded,
    )
    .fewer(),
    back(
        Past::OneCount,
        marked(
            "neet-joiners",
            "Became NEET",
            "People who are NEET and were not at the count before, newcomers to the cohort among them, of the cohort.",
            (Mark::Joined, Set::Cohort),
            MOVES,
        ),
    )
    .fewer(),
    back(
        Past::OneCount,
        Definition {
            denominator: Set::NeetBefore,
            ..share(
                "neet-leavers",
                "No longer NEET",
                "People who were NEET at the count before and are not now, of those who were.",
                Set::Left,
                MOVES,
            )
        },
    ),
    back(
        Past::OneCount,
        marked(
            "neet-leavers-eet",
            "From NEET to education, employment or training",
            "People who were NEET at the count before and are in education, employment or training now, of those who were.",
            (Mark::LeftToEet, Set::NeetBefore),
            MOVES,
        ),
    )
    .more(),
    back(
        Past::OneCount,
        marked(
            "neet-leavers-not-known",
            "From NEET to not known",
            "People who were NEET at the count before and are not known now, of those who were.",
            (Mark::LeftToNotKnown, Set::NeetBefore),
            MOVES,
        ),
    )
    .fewer(),
    back(
        Past::OneCount,
        marked(
            "neet-leavers-out",
            "From NEET out of the cohort",
            "People who were NEET at the count before and are no longer in the cohort, of those who were.",
            (Mark::LeftCohort, Set::NeetBefore),
            MOVES,
        ),
    ),
    back(
        Past::SinceReachingAges,
        marked(
            "ever-neet",
            "Ever NEET",
            "People in the cohort who were NEET at this or an earlier count since they reached the ages counted, of the cohort.",
            (Mark::EverNeet, Set::Cohort),
            OWN,
        ),
    )
    .fewer(),
    back(
        Past::SinceReachingAges,
        Definition {
            unit: Unit::Spells,
            ..marked(
                "neet-spells",
                "Spells of being NEET",
                "Separate spells of being NEET so far, for each person in the cohort who ever was. A spell ends with a count in education, employment or training; not being known does not end it.",
                (Mark::Spells, Set::Marked(Mark::EverNeet)),
                OWN,
            )
        },
    )
    .fewer(),
    back(
        Past::SinceReachingAges,
        marked(
            "neet-recurrence",
            "NEET again",
            "People who became NEET again after a return to education, employment or training, of everybody in the cohort who ever was NEET.",
            (Mark::Recurrent, Set::Marked(Mark::EverNeet)),
            OWN,
        ),
    )
    .fewer(),
    back(
        Past::SinceReachingAges,
        Definition {
            unit: Unit::Months,
            ..marked(
                "neet-months-to-return",
                "Time to return",
                "Months from the count at which a spell of being NEET was first seen to that of the return, for each person who returned in the month. A return is the first count in education, employment or training after being NEET; counts between at which somebody was not known or outside the cohort are passed over.",
                (Mark::ReturnMonths, Set::Marked(Mark::Returned)),
                OWN,
            )
        },
    )
    .fewer(),
    back(
        Past::SinceReachingAges,
        marked(
            "sustained-3",
            "Return sustained for three months",
            "People in education, employment or training at every count of the three months since their return, of all who returned three counts ago and are still of the ages counted. A return is as in the time to return; not being known since is not sustained.",
            (Mark::Sustained3, Set::Marked(Mark::Due3)),
            OWN,
        ),
    )
    .more(),
    back(
        Past::SinceReachingAges,
        marked(
            "sustained-6",
            "Return sustained for six months",
            "People in education, employment or training at every count of the six months since their return, of all who returned six counts ago and are still of the ages counted. A return is as in the time to return; not being known since is not sustained.",
            (Mark::Sustained6, Set::Marked(Mark::Due6)),
            OWN,
        ),
    )
    .more(),
    marked(
        "neet-in-touch",
        "NEET and in touch",
        "People who are NEET with whom, or with whose parent or carer, somebody spoke in this month or the two before, of all who are NEET.",
        (Mark::InTouch, Set::Neet),
        OWN,
    )
    .more(),
    marked(
        "neet-out-of-touch",
        "NEET without a contact for four months",
        "People who are NEET with whom nobody has spoken for more than four months, or ever, of all who are NEET.",
        (Mark::OutOfTouch, Set::Neet),
        "CXK, August 2015 (NEET records without contact for more than four months)",
    )
    .fewer(),
    Definition {
        unit: Unit::Months,
        ..marked(
            "neet-months-since-contact",
            "Months since the last contact",
            "Months since somebody last spoke with them, for each person who is NEET and was ever spoken with.",
            (Mark::QuietMonths, Set::Marked(Mark::SpokenWith)),
            "NCCIS monthly tables (months since last contact)",
        )
    }
    .fewer(),
    Definition {
        denominator: Set::Recorded,
        ..share(
            "currency",
            "Records that are current",
            "People whose record says what they do and is current, of all whose record says so, lapsed ones included.",
            Set::Current,
            "Strategy action 1.2 (data permanently current); currency as in the requirement",
        )
    }
    .more(),
    marked(
        "accuracy",
        "Records that turned out right",
        "People whose record of what they do, as known when the month ended, a source has since confirmed as still holding on that day, of all whose record a source has since confirmed or contradicted. Records of which nobody has said anything since are left aside, so a month is judged by more people the older it is.",
        (Mark::Accurate, Set::Marked(Mark::Checked)),
        "Strategy action 1.2 (data permanently current and accurate); how it is told is our own definition, none was published",
    )
    .more(),
    marked(
        "vulnerable-group",
        "In the vulnerable group",
        "People with a characteristic of the department's vulnerable group, of the cohort.",
        (Mark::Vulnerable, Set::Cohort),
        "DfE local authority scorecard, vulnerable group",
    ),
    marked(
        "multiple-vulnerabilities",
        "With two or more characteristics",
        "People who have two or more individual characteristics at once, of the cohort.",
        (Mark::TwoOrMore, Set::Cohort),
        "Strategy action 1.3f (multiple vulnerabilities)",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_way_each_measure_should_go() {
        let of = |direction: Direction| -> Vec<&str> {
            let all = DEFINITIONS.iter().filter(|one| one.direction == direction);
            all.map(|one| one.name).collect()
        };
        assert_eq!(
            of(Direction::Neither),
            [
                "eet-without-participation",
                "duty-towards",
                "duty-break",
                "guarantee-not-appropriate",
                "neet-leavers",
                "neet-leavers-out",
                "vulnerable-group",
                "multiple-vulnerabilities"
            ]
        );
        for name in ["neet", "psa2-neet", "not-known", "duty-unmet", "guarantee-no-offer"] {
            assert!(of(Direction::Fewer).contains(&name), "{name}");
        }
        for name in ["participation", "guarantee-offer", "duty-met", "neet-in-touch", "currency"] {
            assert!(of(Direction::More).contains(&name), "{name}");
        }
    }
}
