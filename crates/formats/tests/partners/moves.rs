//! Joiners and leavers.

use super::*;
use jiff::civil::date;

#[test]
fn starters_and_leavers_in_education() {
    let options = Options { as_of: Some(date(2025, 11, 1)), ..Options::default() };
    let taken = take(Kind::JoinersLeavers, &golden("joiners-leavers/education.csv"), &options);
    assert_eq!(doing(&taken.people[0]), ["started - 8874199 2025-09-08 -"]);
    assert_eq!(doing(&taken.people[1]), ["started - 8874199 2024-09-08 -", "left 2025-10-17 - -"]);
    // An end that is still to come is an expectation.
    assert_eq!(doing(&taken.people[2]), ["started - 8874199 2025-09-08 2027-07-31"]);
    assert_eq!(taken.refused, []);
}

#[test]
fn starters_in_training_by_a_mapping() {
    let options = mapped("joiners-leavers/training.toml");
    let taken = take(Kind::JoinersLeavers, &golden("joiners-leavers/training.csv"), &options);
    assert_eq!(doing(&taken.people[0]), ["started 310 10003674 2025-10-01 -"]);
    assert_eq!(doing(&taken.people[1]), ["started - 10003674 2025-10-01 -"]);
    assert!(taken.people[1].remarks[0].contains("Something else is not a code"));
}

#[test]
fn our_own_columns() {
    let file = golden("joiners-leavers/simple.csv");
    let taken = take(Kind::JoinersLeavers, &file, &Options::default());
    let doing: Vec<_> = taken.people.iter().flat_map(doing).collect();
    assert_eq!(
        doing,
        [
            "started 230 10003674 2025-09-08 2027-07-31",
            "left 2025-10-17 moved house -",
            "started - 10003674 2025-10-17 -",
        ]
    );
    let refused: Vec<u32> = taken.refused.iter().map(|row| row.row).collect();
    assert_eq!(refused, [4, 5]);
    assert!(taken.refused[0].reason.contains("no leaving date"));
    assert!(taken.people[2].remarks[0].contains("danced"));
}
