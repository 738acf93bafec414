//! A target, what the figure says of it, and what hangs on how much is not known.

use super::{Counts, Percent};
use crate::edition::Target;

/// A figure held against its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assessment {
    pub neet: Percent,
    pub not_known: Percent,
    /// Units: tenths of a percent.
    pub target_permille: u32,
    pub met: bool,
    /// People fewer in NEET, on average a month, that would have met the target; 0 when met.
    pub people_over: u64,
    /// Share of the reward grant lost for what is not known. Units: hundredths.
    pub lost_hundredths: u32,
}

/// Holds the counts of the averaging months, summed, against the edition's target.
///
/// Shape: `months` is how many months the counts were summed over. Everything is compared
/// unrounded; the target is met at exactly its level.
/// Source: 14-19 strategy 2009, p. 18 (target) and 19 (reward grant, "higher than").
pub fn assess(counts: &Counts, months: u32, target: &Target) -> Assessment {
    let (neet, cohort) = (counts.neet(), counts.cohort());
    let allowed = u64::from(target.neet_permille) * cohort / 1000;
    Assessment {
        neet: Percent { of: neet, all: cohort },
        not_known: Percent { of: counts.not_known(), all: cohort },
        target_permille: target.neet_permille,
        met: neet <= allowed,
        people_over: neet.saturating_sub(allowed).div_ceil(u64::from(months.max(1))),
        lost_hundredths: target.lost_hundredths(counts.not_known(), cohort),
    }
}
