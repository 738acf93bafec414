//! The people behind a figure: who is in its numerator, who is in the cohort but not in it, and
//! who was left out of the cohort, each with why.

use super::{Asked, Cut, Definition, Keys, Standing, walk};
use std::collections::BTreeMap;

/// Which of the people of a cell are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Counted in the numerator.
    In,
    /// In the cohort, not in the numerator.
    Out,
    /// Of the ages, but outside the denominator.
    Excluded,
}

impl List {
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "in" => Some(Self::In),
            "out" => Some(Self::Out),
            "excluded" => Some(Self::Excluded),
            _ => None,
        }
    }

    /// Whether somebody of a standing is on the list of a measure.
    pub fn holds(self, definition: &Definition, standing: Standing) -> bool {
        let numerator = definition.numerator.holds(standing);
        match self {
            Self::In => numerator,
            Self::Out => standing.in_cohort() && !numerator,
            Self::Excluded => standing.is_excluded(),
        }
    }
}

/// One person behind a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Row of the cohort.
    pub person: usize,
    pub standing: Standing,
    /// Row of the spell that says so.
    pub spell: Option<u32>,
}

/// The people of one cell in one month, by number.
///
/// Shape: `asked.span` is that month; `cell` gives the value of some or all cuts.
pub fn people(
    asked: Asked<'_>,
    definition: &Definition,
    cell: &[(Cut, String)],
    list: List,
) -> Vec<Member> {
    let cuts: Vec<Cut> = cell.iter().map(|(cut, _)| *cut).collect();
    let mut keys = Keys::new(asked, &cuts);
    // One person each: somebody may reach the same cell by more than one of their values.
    let mut found: BTreeMap<usize, Member> = BTreeMap::new();
    walk(asked, |p, segments| {
        keys.read(p);
        for segment in segments.iter().filter(|s| s.from == 0) {
            if !list.holds(definition, segment.standing) {
                continue;
            }
            keys.each(*segment, &mut |part, key: &[u32]| {
                let here = cell
                    .iter()
                    .zip(key)
                    .all(|((cut, wanted), key)| cut.value(asked.cohort, *key) == *wanted);
                if here && part.from == 0 {
                    let (standing, spell) = (part.standing, part.spell);
                    found.insert(p, Member { person: p, standing, spell });
                }
            });
        }
    });
    found.into_values().collect()
}
