//! What is believed before any list was seen, and whether what a list taught may be believed at all.
//! The numbers are judgement, rounded, from what is commonly known of children's records in England;
//! none was fitted to a list. They are where learning starts, they weigh against it while little was
//! seen, and they stand in its place where what was learned cannot be people.
#![expect(clippy::indexing_slicing, reason = "grids are FIELDS x LEVELS by construction")]

use crate::levels::{Field, Pattern, birth, identifier, name, postcode};
use crate::model::Grid;

const FORENAME: [f64; 11] =
    [0.82, 0.03, 0.025, 0.04, 0.01, 0.035, 0.004, 0.008, 0.004, 0.008, 0.016];
const SURNAME: [f64; 11] =
    [0.86, 0.03, 0.015, 0.003, 0.01, 0.03, 0.003, 0.005, 0.001, 0.007, 0.036];
const ORDER: [f64; 2] = [0.988, 0.012];
const BIRTH: [f64; 9] = [0.95, 0.008, 0.016, 0.006, 0.003, 0.005, 0.005, 0.003, 0.004];
const POSTCODE: [f64; 6] = [0.72, 0.03, 0.01, 0.05, 0.11, 0.08];
const NUMBER: [f64; 4] = [0.96, 0.012, 0.006, 0.022];
const SEX: [f64; 2] = [0.985, 0.015];
const SCHOOL: [f64; 3] = [0.68, 0.17, 0.15];

/// How often each level is seen of one person, as far as anybody can say beforehand.
pub(crate) fn habits() -> Grid {
    let mut grid = Grid::zero();
    for field in Field::ALL {
        let shares: &[f64] = match field {
            Field::Forename => &FORENAME,
            Field::Surname => &SURNAME,
            Field::NameOrder => &ORDER,
            Field::Birth => &BIRTH,
            Field::Postcode => &POSTCODE,
            Field::Upn | Field::Uln => &NUMBER,
            Field::Sex => &SEX,
            Field::School => &SCHOOL,
        };
        for (slot, share) in grid.0[field.index()].iter_mut().skip(1).zip(shares) {
            *slot = *share;
        }
    }
    grid.normalise();
    grid
}

/// Whether at least three of forename, surname, birth date, postcode and number agree, or nearly do.
/// True pairs nearly always show it, whichever of the five their list gets wrong; people who merely
/// bear one name never do as a kind, and those are what learning mistakes for a match where two lists
/// share hardly anybody.
pub(crate) fn witnessed(pattern: Pattern) -> bool {
    let agrees = |field: Field, last: u8| (1..=last).contains(&pattern.level(field));
    let number = agrees(Field::Upn, identifier::SLIP) || agrees(Field::Uln, identifier::SLIP);
    let seen = [
        agrees(Field::Forename, name::PART),
        agrees(Field::Surname, name::PART),
        agrees(Field::Birth, birth::SLIP),
        agrees(Field::Postcode, postcode::SLIP),
        number,
    ];
    seen.into_iter().filter(|agrees| *agrees).count() >= 3
}

/// Fewer people than this in both lists teach nothing of how they are written.
pub(crate) const FEWEST: f64 = 25.0;
/// The least share of believed pairs that must be [`witnessed`].
const WITNESSED: f64 = 0.5;

/// Why what was learned may not be used; `None` where it may.
pub(crate) fn doubt(matched: f64, witnessed: f64) -> Option<String> {
    if matched < FEWEST {
        return Some(format!("only about {matched:.0} people seem to be in both lists"));
    }
    let share = witnessed / matched;
    (share < WITNESSED).then(|| {
        let part = 100.0 * share;
        format!("of the pairs that learning took for one person only {part:.0} in 100 agree in three things or more")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_are_shares_of_every_level() {
        for field in Field::ALL {
            let row = &habits().0[field.index()];
            let given = &row[1..field.levels().len()];
            assert!((given.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{field:?}");
            assert!(given.iter().all(|share| *share > 0.0), "{field:?}");
            assert!(given.iter().all(|share| *share <= given[0]), "{field:?}: agreeing is usual");
        }
    }

    #[test]
    fn learning_is_doubted_where_too_little_or_the_wrong_thing_was_seen() {
        for (matched, witnessed, doubted) in
            [(3.0, 3.0, true), (500.0, 480.0, false), (500.0, 100.0, true)]
        {
            assert_eq!(doubt(matched, witnessed).is_some(), doubted, "{matched} {witnessed}");
        }
    }
}
