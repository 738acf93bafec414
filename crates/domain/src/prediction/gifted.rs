//! Gifted and talented pupils who drift away: a rule of its own, because their chance of being NEET is
//! low and what is lost is not counted by it.

use super::known::UNKNOWN;
use super::{Cell, FEATURES, Kept};

/// Why somebody on the gifted and talented register is drifting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drifting {
    pub reasons: Vec<Sign>,
}

/// A sign, and the organisation whose data it rests on; none where it is the register's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    pub why: &'static str,
    pub whose: Option<String>,
}

impl Sign {
    /// For whoever decides what a reader may know of it.
    pub fn kept(&self) -> Kept<'_> {
        Kept { sentence: self.why, whose: self.whose.as_deref(), involved: false }
    }
}

/// Whether somebody on the register is at risk of disengaging; none when not, or not on it.
///
/// Source: strategy outcome 1.3e (gifted and talented at risk of disengaging identified through
/// agreement data). The signs are ours: attendance under 92 %, a fall of 4 points or more, a suspension,
/// English and maths not on course, no intended destination, out of learning, or nobody knowing what they do.
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
        (
            "attendance",
            number("attendance").is_some_and(|share| share < 92.0),
            "attendance is under 92 %",
        ),
        (
            "attendance_change",
            number("attendance_change").is_some_and(|change| change <= -4.0),
            "attendance has fallen by 4 points or more",
        ),
        (
            "suspension_days",
            number("suspension_days").is_some_and(|days| days > 0.0),
            "suspended in the last year",
        ),
        (
            "english_maths",
            name("english_maths") == Some("no"),
            "English and maths are not at grade 4",
        ),
        (
            "intended",
            matches!(name("intended"), Some("none" | "undecided")),
            "has no intended destination",
        ),
        ("status", name("status") == Some("NEET"), "is out of learning"),
        ("status", name("status") == Some(UNKNOWN), "what they do is not known"),
    ];
    let sign = |(fact, _, why)| Sign { why, whose: cell(fact).and_then(|cell| cell.whose.clone()) };
    let reasons: Vec<Sign> = signs.into_iter().filter(|(_, holds, _)| *holds).map(sign).collect();
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
        let found = |told: &[(&str, Cell)]| {
            let found = drifting(&cells(told))?;
            Some(found.reasons.iter().map(|sign| sign.why).collect::<Vec<_>>())
        };
        assert_eq!(found(&[gifted.clone(), at(91.9)]), Some(vec!["attendance is under 92 %"]));
        assert_eq!(found(&[gifted.clone(), at(92.0)]), None);
        for (status, why) in
            [("NEET", "is out of learning"), (UNKNOWN, "what they do is not known")]
        {
            let told = [gifted.clone(), ("status", Cell::name(status, None, "the register"))];
            assert_eq!(found(&told), Some(vec![why]), "not known is not out of learning");
        }
        assert_eq!(found(&[at(40.0)]), None);
    }
}
