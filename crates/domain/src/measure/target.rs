//! A target, what the figure says of it, and what hangs on how much is not known.

use super::{Counts, Percent};
use crate::calendar::Month;
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
    let share = Percent { of: neet, all: cohort };
    let over = people_over(share, months, target.neet_permille);
    Assessment {
        neet: share,
        not_known: Percent { of: counts.not_known(), all: cohort },
        target_permille: target.neet_permille,
        met: over == 0,
        people_over: over,
        lost_hundredths: target.lost_hundredths(counts.not_known(), cohort),
    }
}

/// People fewer, on average a month, that bring a share down to a line or under it.
///
/// Shape: `share` is of counts summed over `months`. Units: the line in thousandths; compared unrounded.
/// Source: as [`assess`]: exactly the line is not above it.
pub fn people_over(share: Percent, months: u32, line_permille: u32) -> u64 {
    let allowed = u64::from(line_permille) * share.all / 1000;
    share.of.saturating_sub(allowed).div_ceil(u64::from(months.max(1)))
}

/// A straight way from where a target began to where it is to end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    pub from: (Month, f64),
    pub to: (Month, f64),
}

impl Way {
    /// Where the way is in a month; before it begins and after it ends it stays where it began and ended.
    ///
    /// Units: those of the two ends.
    /// Source: our own reading; no target read here says how it is to be approached.
    pub fn at(&self, month: Month) -> f64 {
        let length = self.to.0.months_since(self.from.0);
        if length <= 0 || month >= self.to.0 {
            return self.to.1;
        }
        let gone = f64::from(month.months_since(self.from.0).max(0)) / f64::from(length);
        self.from.1 + (self.to.1 - self.from.1) * gone
    }
}

/// Money that is lost at a share of not known. Units: pence; a part of a penny is not lost.
///
/// Source: 14-19 strategy 2009, p. 19 (shares of the reward grant); how pence go is not stated.
pub fn money_lost(grant_pence: u64, lost_hundredths: u32) -> u64 {
    grant_pence / 100 * u64::from(lost_hundredths)
        + grant_pence % 100 * u64::from(lost_hundredths) / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_people_lead_under_a_line() {
        // of, all, months, line in thousandths, people
        let rows = [
            (84, 1000, 1, 58, 26),
            (58, 1000, 1, 58, 0),
            (601, 10_000, 1, 60, 1),
            (600, 10_000, 1, 60, 0),
            (180, 3000, 3, 58, 2),
            (3, 0, 1, 58, 3),
        ];
        for (of, all, months, line, people) in rows {
            assert_eq!(people_over(Percent { of, all }, months, line), people, "{of} of {all}");
        }
    }

    #[test]
    fn a_way_is_straight_and_money_is_whole() {
        let way =
            Way { from: ("2009-06".parse().unwrap(), 8.4), to: ("2010-01".parse().unwrap(), 5.6) };
        let at = |text: &str| (way.at(text.parse().unwrap()) * 1000.0).round() / 1000.0;
        assert_eq!(
            ["2009-01", "2009-06", "2009-08", "2010-01", "2011-01"].map(at),
            [8.4, 8.4, 7.6, 5.6, 5.6]
        );
        assert_eq!([0, 50, 100].map(|lost| money_lost(2_500_001, lost)), [0, 1_250_000, 2_500_001]);
    }
}
