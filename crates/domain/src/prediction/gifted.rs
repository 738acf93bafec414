//! Gifted and talented pupils who drift away: a rule of its own, because their chance of being NEET is
//! low and what is lost is not counted by it.

use super::{Cell, FEATURES};

/// Why somebody on the gifted and talented register is drifting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drifting {
    pub reasons: Vec<&'static str>,
}

/// Whether somebody on the register is at risk of disengaging; none when not, or not on it.
///
/// Source: strategy outcome 1.3e (gifted and talented at risk of disengaging identified through
/// agreement data). The signs are ours: attendance under 92 %, a fall of 4 points or more, a suspension,
/// English and maths not on course, no intended destination, or out of learning.
pub fn drifting(cells: &[Cell]) -> Option<Drifting> {
    let cell = |name: &str| {
        let at = FEATURES.iter().position(|feature| feature.name == name)?;
        cells.get(at)
    };
    let number = |name: &str| cell(name).and_then(Cell::as_number);
    let name = |name: &str| cell(name).and_then(Cell::as_name);
    if name("gifted") != Some("yes") {
        return None;
    }
    let signs = [
        (number("attendance").is_some_and(|share| share < 92.0), "attendance is under 92 %"),
        (
            number("attendance_change").is_some_and(|change| change <= -4.0),
            "attendance has fallen by 4 points or more",
        ),
        (number("suspension_days").is_some_and(|days| days > 0.0), "suspended in the last year"),
        (name("english_maths") == Some("no"), "English and maths are not at grade 4"),
        (matches!(name("intended"), Some("none" | "undecided")), "has no intended destination"),
        (matches!(name("status"), Some("NEET" | "not known to anybody")), "is out of learning"),
    ];
    let reasons: Vec<&'static str> =
        signs.into_iter().filter(|(holds, _)| *holds).map(|(_, why)| why).collect();
    (!reasons.is_empty()).then_some(Drifting { reasons })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(told: &[(&str, Cell)]) -> Vec<Cell> {
        let of = |name: &str| told.iter().find(|(told, _)| *told == name).map(|t| t.1.clone());
        FEATURES.iter().map(|feature| of(feature.name).unwrap_or_default()).collect()
    }

    #[test]
    fn only_those_on_the_register_with_a_sign() {
        let gifted = ("gifted", Cell::yes_no(true, None, "school"));
        let at = |share| ("attendance", Cell::number(share, None, "school"));
        let found = |told: &[(&str, Cell)]| drifting(&cells(told)).map(|d| d.reasons);
        assert_eq!(found(&[gifted.clone(), at(91.9)]), Some(vec!["attendance is under 92 %"]));
        assert_eq!(found(&[gifted, at(92.0)]), None);
        assert_eq!(found(&[at(40.0)]), None);
    }
}
