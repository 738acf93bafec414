//! Whether a share has moved between two counts, or stayed about the same. It says nothing of good
//! or bad: that is the reader's. Invariant: small changes, which chance makes, are never a move.

use super::to_tenths;

/// Which way a share went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    Up,
    Down,
    AboutTheSame,
}

/// The most that a share may change and still be about the same. Units: percentage points.
///
/// Source: DfE NEET and participation scorecard, its "stable" band of 0.5 points.
pub const STABLE_POINTS: f64 = 0.5;

/// Judges a change from one count to the next, to one decimal as it is shown; a change of exactly the
/// band is no move.
///
/// Units: `points` is the later share less the earlier, in percentage points, unrounded.
/// Source: as [`STABLE_POINTS`].
pub fn movement(points: f64) -> Movement {
    let points = to_tenths(points);
    if points > STABLE_POINTS {
        Movement::Up
    } else if points < -STABLE_POINTS {
        Movement::Down
    } else {
        Movement::AboutTheSame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_point_is_about_the_same_and_anything_over_it_is_a_move() {
        let rows = [
            (0.0, Movement::AboutTheSame),
            (0.5, Movement::AboutTheSame),
            (-0.5, Movement::AboutTheSame),
            (0.54, Movement::AboutTheSame),
            (0.56, Movement::Up),
            (-0.56, Movement::Down),
            // Six and a quarter per cent after 5.7 is shown as up by 0.6 points.
            (6.25 - 5.7, Movement::Up),
            (f64::NAN, Movement::AboutTheSame),
        ];
        for (points, wanted) in rows {
            assert_eq!(movement(points), wanted, "{points}");
        }
    }
}
