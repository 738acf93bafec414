//! The odds of an outcome where something is true over the odds where it is not, with the interval they lie
//! in. One thing at a time: what else differs between the two sides is not taken out. Invariant: nothing is
//! said of fewer than 20 on either side, or of fewer than 20 outcomes.

use crate::bootstrap::Interval;
use crate::evaluation::ENOUGH;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    pub rows: usize,
    pub outcomes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Odds {
    pub with: Side,
    pub without: Side,
    /// None where there are too few to say.
    pub ratio: Option<Ratio>,
}

/// Units: a ratio of odds; 1 where it makes no difference. The interval holds it 95 times in 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    pub value: f64,
    pub within: Interval,
}

/// Counts rows, each of another person. Shape: whether it is true of the row, whether the outcome came.
pub fn odds(rows: impl IntoIterator<Item = (bool, bool)>) -> Odds {
    let (mut with, mut without) = (Side::default(), Side::default());
    for (holds, came) in rows {
        let side = if holds { &mut with } else { &mut without };
        side.rows += 1;
        side.outcomes += usize::from(came);
    }
    let enough =
        with.rows >= ENOUGH && without.rows >= ENOUGH && with.outcomes + without.outcomes >= ENOUGH;
    Odds { with, without, ratio: enough.then(|| ratio(with, without)) }
}

/// Source: Woolf 1955 for the interval; half a row in every cell where one is empty, Haldane and
/// Anscombe 1956.
fn ratio(with: Side, without: Side) -> Ratio {
    let cells = [
        with.outcomes,
        with.rows - with.outcomes,
        without.outcomes,
        without.rows - without.outcomes,
    ];
    let half = if cells.contains(&0) { 0.5 } else { 0.0 };
    let [a, b, c, d] = cells.map(|count| count as f64 + half);
    let centre = (a * d / (b * c)).ln();
    let spread = 1.96 * (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt();
    Ratio {
        value: centre.exp(),
        within: Interval { low: (centre - spread).exp(), high: (centre + spread).exp() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(with: (usize, usize), without: (usize, usize)) -> Odds {
        let side = |holds: bool, (outcomes, rows): (usize, usize)| {
            (0..rows).map(move |row| (holds, row < outcomes))
        };
        odds(side(true, with).chain(side(false, without)))
    }

    /// The smokers of Doll and Hill 1950, men: 647 of 649 cases and 622 of 649 controls smoked.
    #[test]
    fn a_known_table_has_its_known_ratio() {
        let found = of((647, 647 + 622), (2, 2 + 27)).ratio.expect("enough");
        assert!((found.value - 14.04).abs() < 0.01, "{found:?}");
        assert!((found.within.low - 3.33).abs() < 0.01, "{found:?}");
        assert!((found.within.high - 59.3).abs() < 0.1, "{found:?}");
    }

    #[test]
    fn too_few_to_say_under_twenty() {
        assert_eq!(of((10, 19), (30, 300)).ratio, None, "with it");
        assert_eq!(of((30, 300), (10, 19)).ratio, None, "without it");
        assert_eq!(of((9, 100), (10, 100)).ratio, None, "outcomes");
        assert_eq!(of((10, 100), (10, 100)).ratio.map(|ratio| ratio.value.round()), Some(1.0));
    }

    #[test]
    fn an_empty_cell_gives_a_wide_interval_and_no_infinity() {
        let found = of((0, 40), (40, 400)).ratio.expect("enough");
        assert!(found.value > 0.0 && found.within.high.is_finite() && found.within.low > 0.0);
        assert!(found.within.high / found.within.low > 100.0, "{found:?}");
    }
}
