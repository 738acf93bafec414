//! What counts as a complete record, under a real edition.

use domain::calendar::Day;
use domain::person::{Field, Particulars};
use domain::quality::{Fact, Seen};
use domain::status::Spell;
use formats::reference::editions;
use jiff::civil::date;

const DAY: Day = date(2026, 1, 31);

fn pupil() -> Particulars {
    // Year 11 until the summer of 2026.
    Particulars::default().with(Field::DateOfBirth, "2010-03-04")
}

fn held(fact: Fact, particulars: &Particulars, spells: &[Spell]) -> Option<bool> {
    let edition = editions().on(DAY).unwrap();
    fact.held(&Seen { particulars, spells, placed: false, edition, day: DAY })
}

#[test]
fn every_fact_is_missing_from_an_empty_record_and_found_where_it_is_said() {
    let school = Spell { verified: Some(date(2025, 10, 1)), ..Spell::new("110", date(2025, 9, 1)) };
    let known = pupil()
        .with(Field::Upn, "H887419920001")
        .with(Field::Uln, "1000000028")
        .with(Field::Ethnicity, "REFU")
        .with(Field::SenSupport, "N")
        .with(Field::ParentPhone, "01634 000000")
        .with(Field::IntendedDestination, "330");
    for fact in Fact::ALL.iter().copied().filter(|fact| *fact != Fact::Postcode) {
        assert_eq!(held(fact, &pupil(), &[]), Some(false), "{fact:?}");
        assert_eq!(held(fact, &known, std::slice::from_ref(&school)), Some(true), "{fact:?}");
    }
}

#[test]
fn what_only_looks_like_an_answer_is_none() {
    let not_asked = pupil().with(Field::Ethnicity, "NOBT");
    assert_eq!(held(Fact::Ethnicity, &not_asked, &[]), Some(false));
    let lapsed = Spell { verified: Some(date(2024, 10, 1)), ..Spell::new("110", date(2023, 9, 1)) };
    assert_eq!(held(Fact::Current, &pupil(), &[lapsed]), Some(false));
    let unknown = Spell { verified: Some(date(2026, 1, 5)), ..Spell::new("810", date(2025, 9, 1)) };
    assert_eq!(held(Fact::Current, &pupil(), &[unknown]), Some(false));
}

#[test]
fn what_comes_after_school_is_asked_in_year_11_alone() {
    let older = Particulars::default().with(Field::DateOfBirth, "2009-03-04");
    assert_eq!(held(Fact::IntendedDestination, &older, &[]), None);
    assert_eq!(held(Fact::IntendedDestination, &Particulars::default(), &[]), None);
}
