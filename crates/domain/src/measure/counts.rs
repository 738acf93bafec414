//! How many people have each standing, and percentages as exact fractions.

#![expect(
    clippy::indexing_slicing,
    reason = "a standing's number is below the number of standings"
)]

use super::{Mark, Standing};
use crate::edition::Adjustment;

/// Counts by standing: of one month, or summed over several before dividing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    by: [u64; Standing::COUNT],
    marks: [u64; Mark::COUNT],
}

impl Counts {
    pub fn of(&self, standing: Standing) -> u64 {
        self.by[standing as usize]
    }

    pub fn add(&mut self, standing: Standing, people: u64) {
        self.by[standing as usize] += people;
    }

    /// Adds another month, or another cell.
    pub fn plus(&mut self, other: &Self) {
        for (mine, theirs) in self.by.iter_mut().zip(&other.by) {
            *mine += theirs;
        }
        for (mine, theirs) in self.marks.iter_mut().zip(&other.marks) {
            *mine += theirs;
        }
    }

    /// How many people have a mark, or the sum of what it adds.
    pub fn marked(&self, mark: Mark) -> u64 {
        self.marks[mark as usize]
    }

    pub fn mark(&mut self, mark: Mark, by: u64) {
        self.marks[mark as usize] += by;
    }

    /// People whose standing is in a set.
    pub fn within(&self, set: impl Fn(Standing) -> bool) -> u64 {
        Standing::ALL.iter().filter(|standing| set(**standing)).map(|s| self.of(*s)).sum()
    }

    /// The denominator.
    pub fn cohort(&self) -> u64 {
        self.within(Standing::in_cohort)
    }

    pub fn eet(&self) -> u64 {
        self.within(Standing::is_eet)
    }

    pub fn neet(&self) -> u64 {
        self.within(Standing::is_neet)
    }

    /// Not known by code, for want of a record, and by lapse, together.
    pub fn not_known(&self) -> u64 {
        self.within(Standing::is_not_known)
    }

    pub fn not_known_by_code(&self) -> u64 {
        self.within(Standing::is_not_known_by_code)
    }

    pub fn lapsed(&self) -> u64 {
        self.within(Standing::is_lapsed)
    }

    pub fn participating(&self) -> u64 {
        self.within(Standing::participates)
    }

    pub fn excluded(&self) -> u64 {
        self.within(Standing::is_excluded)
    }

    /// NEET with the assumed share of lapsed records added, as a fraction of the cohort.
    ///
    /// Source: the adjustment of 2008 to 2015; factors from the edition, where they are marked.
    pub fn adjusted_neet(&self, adjustment: Adjustment) -> Percent {
        let eet = self.of(Standing::LapsedEet) * u64::from(adjustment.eet_lapsed_hundredths);
        let neet = self.of(Standing::LapsedNeet) * u64::from(adjustment.neet_lapsed_hundredths);
        Percent { of: self.neet() * 100 + eet + neet, all: self.cohort() * 100 }
    }
}

/// A share, kept as two whole numbers so that thresholds are compared without rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Percent {
    pub of: u64,
    pub all: u64,
}

impl Percent {
    /// Units: percent. `None` of nobody.
    pub fn value(self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
        (self.all > 0).then(|| self.of as f64 * 100.0 / self.all as f64)
    }

    /// As shown: one decimal, halves up. Units: tenths of a percent. `None` of nobody.
    ///
    /// Source: published figures carry one decimal; how halves go is not stated.
    pub fn tenths(self) -> Option<u64> {
        (self.all > 0).then(|| (self.of * 2000 + self.all) / (self.all * 2))
    }

    /// As shown, in words: `6.6`, or `z` (not applicable) of nobody.
    pub fn shown(self) -> String {
        match self.tenths() {
            Some(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
            None => "z".to_owned(),
        }
    }
}

/// A share or points to one decimal where the counts are not at hand: halves away from nought, as [`Percent::shown`]
/// has it of the same counts. Nought has no sign.
pub fn to_tenths(value: f64) -> f64 {
    // A half that binary numbers put a hair under itself is a half.
    let tenths = (value.abs() * 10.0 + 1e-9).round() / 10.0;
    if tenths == 0.0 { 0.0 } else { tenths.copysign(value) }
}

/// The same as shown.
pub fn tenths(value: f64) -> String {
    format!("{:.1}", to_tenths(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_shown_alike_with_and_without_its_counts() {
        for all in 1..=400 {
            for of in 0..=all {
                let share = Percent { of, all };
                assert_eq!(tenths(share.value().unwrap()), share.shown(), "{of} of {all}");
            }
        }
        assert_eq!([-0.25, 2.25].map(tenths), ["-0.3", "2.3"]);
        assert_eq!([-0.04, -0.05, 0.04, -0.0].map(tenths), ["0.0", "-0.1", "0.0", "0.0"]);
    }

    #[test]
    fn percentages_are_shown_to_one_decimal_with_halves_up() {
        let rows = [(0, 7, "0.0"), (1, 1000, "0.1"), (1, 2000, "0.1"), (1, 2001, "0.0")];
        let more = [(66, 1000, "6.6"), (1, 1, "100.0"), (2, 3, "66.7"), (0, 0, "z")];
        for (of, all, shown) in rows.into_iter().chain(more) {
            assert_eq!(Percent { of, all }.shown(), shown, "{of} of {all}");
        }
    }

    #[test]
    fn the_adjustment_of_leeds_in_september_2008() {
        // Source: figures of Leeds for September 2008, raw 7.61 %, not known 27.19 %, adjusted
        // 11.2 %. With all not known lapsed, 2.8 of 100 were NEET.
        let mut counts = Counts::default();
        counts.add(Standing::FullTimeEducation, 6520);
        counts.add(Standing::NeetAvailable, 761);
        counts.add(Standing::LapsedEet, 2719 - 284);
        counts.add(Standing::LapsedNeet, 284);
        let factors = Adjustment { eet_lapsed_hundredths: 8, neet_lapsed_hundredths: 58 };
        assert_eq!(counts.adjusted_neet(factors).shown(), "11.2");
        assert_eq!(counts.cohort(), 10_000);
    }
}
