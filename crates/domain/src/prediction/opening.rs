//! Whether how a year begins may be held against how the one before it began: only where enough was known by then of
//! where people stood, and about as much in both. How far apart the two lie is the engine's to say.

/// Below this, of too many it was not known by then where they stood, and those are nobody's like.
const ENOUGH_KNOWN: f64 = 0.8;

/// Further apart than five points, a file came late in one of the years: whoever it speaks of is missing in that one
/// alone, and the share of NEET among the others has moved for no other reason.
const KNOWN_APART: f64 = 0.05;

/// Of fewer who had the outcome than this a share says too little of a year, as of groups and factors.
pub const FEWEST_CAME: usize = 20;

/// Whether two years may be held against each other, by the share of their people of whom it was known by then where
/// they stood.
///
/// Units: shares of one. Exactly five points are not too far apart, whatever the machine makes of their difference.
/// Source: our own reading of years in which a file came late.
pub fn comparable(before: f64, now: f64) -> bool {
    before.min(now) >= ENOUGH_KNOWN && (now - before).abs() <= KNOWN_APART + 1e-9
}

/// What two years must have known to be held against each other, as a sentence.
pub fn comparable_words() -> String {
    let (share, apart) = (100.0 * ENOUGH_KNOWN, 100.0 * KNOWN_APART);
    format!("It takes {share:.0} % in both, and no more than {apart:.0} points between them.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_must_be_known_in_both_years_and_about_as_much() {
        let rows = [
            (0.95, 0.95, true),
            (0.95, 0.90, true),
            (0.90, 0.95, true),
            (0.85, 0.80, true),
            (0.95, 0.899, false),
            (0.899, 0.95, false),
            (0.80, 0.80, true),
            (0.799, 0.80, false),
            (0.80, 0.799, false),
            (0.40, 0.40, false),
            (f64::NAN, 0.9, false),
        ];
        for (before, now, wanted) in rows {
            assert_eq!(comparable(before, now), wanted, "{before} and {now}");
        }
        assert_eq!(
            comparable_words(),
            "It takes 80 % in both, and no more than 5 points between them."
        );
    }
}
