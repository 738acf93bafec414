//! A target, what the figure says of it, and what hangs on how much is not known.

use super::{Counts, Direction, Percent};
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

/// People more, on average a month, that bring a share up to a line or over it.
///
/// Shape, units: as [`people_over`].
/// Source: our own reading, as [`people_over`] the other way: exactly the line is not under it.
fn people_under(share: Percent, months: u32, line_permille: u32) -> u64 {
    let wanted = (u64::from(line_permille) * share.all).div_ceil(1000);
    wanted.saturating_sub(share.of).div_ceil(u64::from(months.max(1)))
}

/// People, on average a month, between a share and its target: fewer where fewer is better, more where more is.
///
/// Shape: 0 where it is met; `None` where neither is better, and of nobody. The rest as [`people_over`].
pub fn people_to_go(
    share: Percent,
    months: u32,
    line_permille: u32,
    direction: Direction,
) -> Option<u64> {
    if share.all == 0 {
        return None;
    }
    match direction {
        Direction::Fewer => Some(people_over(share, months, line_permille)),
        Direction::More => Some(people_under(share, months, line_permille)),
        Direction::Neither => None,
    }
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

/// Where a target is in each of some months: on its way from where it begins and nowhere before; at its level all
/// along where nobody said where it begins.
///
/// Units: those of the target.
/// Source: as [`Way::at`].
pub fn target_line(level: f64, way: Option<Way>, months: &[Month]) -> Vec<Option<f64>> {
    let at = |month: &Month| match way {
        Some(way) if *month < way.from.0 => None,
        Some(way) => Some(way.at(*month)),
        None => Some(level),
    };
    months.iter().map(at).collect()
}

/// A level as it is kept. Units: percent from thousandths.
#[expect(clippy::cast_precision_loss, reason = "thousandths are small")]
pub fn level_percent(permille: i64) -> f64 {
    permille as f64 / 10.0
}

/// A level as it is kept; nothing where it is no percentage with at most one decimal. Units: thousandths from percent.
///
/// Source: our own reading: targets and shares are published with one decimal.
pub fn level_permille(percent: f64) -> Option<i64> {
    let tenths = (percent * 10.0).round();
    let fits = (0.0..=1000.0).contains(&tenths) && (tenths - percent * 10.0).abs() < 1e-6;
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1000")]
    let whole = tenths as i64;
    fits.then_some(whole)
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
    fn how_many_people_lie_between_a_share_and_its_target_either_way() {
        use crate::measure::Direction::{Fewer, More, Neither};
        // of, all, months, line in thousandths, people fewer, people more: just under, at and just over.
        let rows = [
            (57, 1000, 1, 58, 0, 1),
            (58, 1000, 1, 58, 0, 0),
            (59, 1000, 1, 58, 1, 0),
            (599, 10_000, 1, 60, 0, 1),
            (600, 10_000, 1, 60, 0, 0),
            (601, 10_000, 1, 60, 1, 0),
            // A line that falls between two people: 905 of 1,001 are under 90.5 %, 906 are over it.
            (905, 1001, 1, 905, 0, 1),
            (906, 1001, 1, 905, 1, 0),
            // Means of three months: whole people, rounded up.
            (2714, 3000, 3, 905, 0, 1),
            (2715, 3000, 3, 905, 0, 0),
            (2716, 3000, 3, 905, 1, 0),
            (2700, 3000, 3, 905, 0, 5),
            (0, 10, 1, 0, 0, 0),
            (10, 10, 1, 1000, 0, 0),
        ];
        for (of, all, months, line, fewer, more) in rows {
            let go = |direction| people_to_go(Percent { of, all }, months, line, direction);
            assert_eq!(
                [Fewer, More, Neither].map(go),
                [Some(fewer), Some(more), None],
                "{of} of {all} in {months} at {line}"
            );
        }
        for direction in [Fewer, More, Neither] {
            assert_eq!(people_to_go(Percent { of: 0, all: 0 }, 1, 58, direction), None);
        }
        let lines = [5.7, 5.8, 5.9].map(|now| [Fewer, More, Neither].map(|d| d.reached(now, 5.8)));
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(lines, [[yes, no, None], [yes, yes, None], [no, yes, None]]);
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

    #[test]
    fn a_line_begins_where_its_target_does_and_stays_at_its_end() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        let months = ["2009-05", "2009-06", "2009-08", "2010-01", "2010-03"].map(month);
        let way = Way { from: (month("2009-06"), 8.4), to: (month("2010-01"), 5.6) };
        let line = |way| {
            let found = target_line(5.6, way, &months).into_iter();
            found.map(|at| at.map(|at| (at * 10.0).round() / 10.0)).collect::<Vec<_>>()
        };
        assert_eq!(line(Some(way)), [None, Some(8.4), Some(7.6), Some(5.6), Some(5.6)]);
        assert_eq!(line(None), [Some(5.6); 5]);
    }

    #[test]
    fn a_level_has_at_most_one_decimal() {
        let kept = [0.0, 5.8, 7.51, 100.0, 100.1, -0.1].map(level_permille);
        assert_eq!(kept, [Some(0), Some(58), None, Some(1000), None, None]);
        assert!((level_percent(58) - 5.8).abs() < 1e-12);
        assert_eq!(level_permille(f64::NAN), None);
    }
}
