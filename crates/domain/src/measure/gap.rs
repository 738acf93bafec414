//! How far a group lies from everybody, in points; the one home of the rule for cells, packs and plans.
//!
//! Source: the 2009 strategy on vulnerable groups (their gap to the cohort is watched and closed).

use super::interval::newcombe;
use crate::disclosure::FEW_OF_GROUP;

/// A group held against everybody. Units: percentage points, people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// The group's percentage less that of everybody, the group among them.
    pub points: f64,
    /// Between these the gap lies, as far as chance goes, 95 times in 100; nothing where the group or
    /// everybody else is fewer than [`FEW_OF_GROUP`], or where it may not be told.
    pub between: Option<(f64, f64)>,
    /// Of the group: how many are counted, and among how many.
    pub counted: u64,
    pub cohort: u64,
}

impl Gap {
    /// What is left of a gap that may not be told: how many are in the group.
    #[must_use]
    pub const fn untold(self) -> Self {
        Self { points: 0.0, between: None, counted: 0, cohort: self.cohort }
    }
}

/// A group's value less everybody's. Units: percentage points.
pub fn gap(value: f64, everybody: f64) -> f64 {
    value - everybody
}

/// The gap of a group, which is part of everybody. Each pair is those counted and those they are counted
/// among.
///
/// The group is part of everybody, so the gap is that to all others, times their part of everybody: its
/// interval is Newcombe's of the two, drawn in by as much.
/// Shape: `None` where nobody is in the group.
pub fn gap_of(group: (u64, u64), everybody: (u64, u64)) -> Option<Gap> {
    let points = gap(percent(group.0, group.1)?, percent(everybody.0, everybody.1)?);
    let others = (everybody.0.saturating_sub(group.0), everybody.1.saturating_sub(group.1));
    let between = (group.1 >= FEW_OF_GROUP && others.1 >= FEW_OF_GROUP).then(|| {
        let part = real(others.1) / real(everybody.1) * 100.0;
        let (low, high) =
            newcombe((real(group.0), real(group.1)), (real(others.0), real(others.1)));
        (low * part, high * part)
    });
    Some(Gap { points, between, counted: group.0, cohort: group.1 })
}

/// The gap of those with any of several things, where somebody may have two and so be in two cells:
/// they are everybody less those with none. Each pair is those counted and those they are counted among.
///
/// Shape: `None` where nobody is in the group.
pub fn gap_of_any(everybody: (u64, u64), none: (u64, u64)) -> Option<Gap> {
    let counted = everybody.0.saturating_sub(none.0);
    gap_of((counted, everybody.1.saturating_sub(none.1)), everybody)
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn real(count: u64) -> f64 {
    count as f64
}

fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| real(part) * 100.0 / real(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_with_any_are_everybody_less_those_with_none() {
        // 100 people, 10 of them NEET; of the 60 with nothing recorded 2: 8 of 40 are 20 %.
        let found = gap_of_any((10, 100), (2, 60)).unwrap();
        assert_eq!((found.points, found.counted, found.cohort), (10.0, 8, 40));
        assert_eq!(gap_of_any((2, 60), (2, 60)), None);
        assert_eq!(gap_of_any((0, 0), (0, 0)), None);
    }

    #[test]
    fn a_gap_carries_what_chance_may_have_done_to_it() {
        // 56 of 70 and 48 of 80 others: 0.2 apart, 0.0524 to 0.3339 (Newcombe 1998, contrast a). The
        // others are 80 of 150, so the group lies 10.67 points over everybody.
        let found = gap_of((56, 70), (104, 150)).unwrap();
        let (low, high) = found.between.unwrap();
        assert!((found.points - 20.0 * 80.0 / 150.0).abs() < 1e-9, "{found:?}");
        assert!((low - 5.24 * 80.0 / 150.0).abs() < 0.01, "{low}");
        assert!((high - 33.39 * 80.0 / 150.0).abs() < 0.01, "{high}");
        assert!(low <= found.points && found.points <= high);
        // Nine young carers, or all but nine of everybody: nothing is to be said.
        assert!(gap_of((4, 9), (100, 1000)).unwrap().between.is_none());
        assert!(gap_of((100, 991), (104, 1000)).unwrap().between.is_none());
        assert!(gap_of((0, 10), (100, 1000)).unwrap().between.is_some());
    }
}
