//! How far a group lies from everybody, in points; the one home of the rule for cells, packs and plans.
//!
//! Source: the 2009 strategy on vulnerable groups (their gap to the cohort is watched and closed).

/// A group held against everybody. Units: percentage points, people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// The group's percentage less that of everybody, the group among them.
    pub points: f64,
    /// Of the group: how many are counted, and among how many.
    pub counted: u64,
    pub cohort: u64,
}

/// A group's value less everybody's. Units: percentage points.
pub fn gap(value: f64, everybody: f64) -> f64 {
    value - everybody
}

/// The gap of those with any of several things, where somebody may have two and so be in two cells:
/// they are everybody less those with none. Each pair is those counted and those they are counted among.
///
/// Shape: `None` where nobody is in the group.
pub fn gap_of_any(everybody: (u64, u64), none: (u64, u64)) -> Option<Gap> {
    let counted = everybody.0.saturating_sub(none.0);
    let cohort = everybody.1.saturating_sub(none.1);
    let points = gap(percent(counted, cohort)?, percent(everybody.0, everybody.1)?);
    Some(Gap { points, counted, cohort })
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 * 100.0 / whole as f64)
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
}
