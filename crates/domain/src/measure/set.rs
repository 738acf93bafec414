//! Named sets of people: what a measure counts and what it counts it of. A set is told by standing, by
//! a mark, or put together from both.
//!
//! Source: stated with each measure in `definition`.

use super::{Counts, Mark, Standing};

/// A named set of the people at one count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    Cohort,
    Neet,
    NotKnown,
    NotKnownByCode,
    Lapsed,
    NeetOrNotKnown,
    Eet,
    Participating,
    /// Full-time education, apprenticeship, work-based learning, employment with study.
    Engaged,
    /// EET or NEET by record, current or lapsed.
    Recorded,
    /// EET or NEET by a record that is current.
    Current,
    /// NEET, and the assumed share of lapsed records.
    AdjustedNeet,
    /// NEET at the count before.
    NeetBefore,
    /// NEET at the count before and not now, wherever they went.
    Left,
    /// Under the duty, and no current record says how they stand to it.
    DutyNotKnown,
    One(Standing),
    Marked(Mark),
}

const LEFT: [Mark; 3] = [Mark::LeftToEet, Mark::LeftToNotKnown, Mark::LeftCohort];
const DUTY: [Mark; 4] = [Mark::DutyMet, Mark::DutyTowards, Mark::DutyBreak, Mark::DutyUnmet];

impl Set {
    /// Whether a standing alone puts somebody into the set.
    pub const fn takes(self, standing: Standing) -> bool {
        match self {
            Self::Cohort => standing.in_cohort(),
            Self::Neet | Self::AdjustedNeet => standing.is_neet(),
            Self::NotKnown => standing.is_not_known(),
            Self::NotKnownByCode => standing.is_not_known_by_code(),
            Self::Lapsed => standing.is_lapsed(),
            Self::NeetOrNotKnown => standing.is_neet() || standing.is_not_known(),
            Self::Eet => standing.is_eet(),
            Self::Participating => standing.participates(),
            Self::Engaged => {
                standing.participates()
                    && !matches!(standing, Standing::PartTimeEducation | Standing::OtherTraining)
            }
            Self::Recorded => standing.is_eet() || standing.is_neet() || standing.is_lapsed(),
            Self::Current => standing.is_eet() || standing.is_neet(),
            Self::One(one) => one as usize == standing as usize,
            Self::NeetBefore | Self::Left | Self::DutyNotKnown | Self::Marked(_) => false,
        }
    }

    /// Whether somebody with this standing, if they are of the ages, and these marks is in the set.
    pub fn holds(self, standing: Option<Standing>, marks: &[Mark]) -> bool {
        let has = |mark: &Mark| marks.contains(mark);
        match self {
            Self::Marked(mark) => has(&mark),
            Self::Left => LEFT.iter().any(has),
            Self::NeetBefore => {
                let neet = standing.is_some_and(Standing::is_neet);
                LEFT.iter().any(has) || (neet && !has(&Mark::Joined))
            }
            Self::DutyNotKnown => has(&Mark::UnderDuty) && !DUTY.iter().any(has),
            set => standing.is_some_and(|standing| set.takes(standing)),
        }
    }

    /// How many people are in the set, or the sum of what they add.
    pub fn count(self, counts: &Counts) -> u64 {
        let marked = |mark: &Mark| counts.marked(*mark);
        match self {
            Self::Marked(mark) => counts.marked(mark),
            Self::Left => LEFT.iter().map(marked).sum(),
            Self::NeetBefore => {
                let left: u64 = LEFT.iter().map(marked).sum();
                (counts.neet() + left).saturating_sub(counts.marked(Mark::Joined))
            }
            Self::DutyNotKnown => {
                let known: u64 = DUTY.iter().map(marked).sum();
                counts.marked(Mark::UnderDuty).saturating_sub(known)
            }
            set => counts.within(|standing| set.takes(standing)),
        }
    }

    /// The marks that the set is told by.
    pub fn marks(self) -> &'static [Mark] {
        match self {
            Self::Left => &LEFT,
            Self::NeetBefore => {
                &[Mark::LeftToEet, Mark::LeftToNotKnown, Mark::LeftCohort, Mark::Joined]
            }
            Self::DutyNotKnown => &[
                Mark::DutyMet,
                Mark::DutyTowards,
                Mark::DutyBreak,
                Mark::DutyUnmet,
                Mark::UnderDuty,
            ],
            Self::Marked(mark) => Mark::ALL.get(mark as usize..=mark as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}
