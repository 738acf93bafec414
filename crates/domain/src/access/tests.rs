//! The table of parts, written a second time, and records cut down to it.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::{Actor, Part, Role, Scope, redact, sees};
use crate::measure::Cut;
use crate::person::{Address, Characteristic, Field, FormerName, Particulars, PersonRecord};
use crate::status::Spell;

fn actor(role: Role) -> Actor {
    let schools = BTreeSet::from(["urn-1".to_owned()]);
    let scope = match role {
        Role::School => Scope { schools, ..Scope::default() },
        _ => Scope::everyone(),
    };
    Actor { account: 1, name: "Sam Hill".to_owned(), role, scope }
}

fn full(protected: &str) -> PersonRecord {
    let mut particulars = Particulars::default();
    for field in Field::ALL {
        particulars.set(*field, format!("a {}", field.column()));
    }
    particulars.set(Field::ProtectedAddress, protected.to_owned());
    let here = Spell { organisation: Some("urn-1".into()), ..Spell::new("210", date(2024, 9, 1)) };
    let there = Spell { organisation: Some("urn-2".into()), ..Spell::new("220", date(2025, 9, 1)) };
    let nowhere = Spell::new("610", date(2025, 12, 1));
    PersonRecord {
        ypid: "8870000000001".to_owned(),
        particulars,
        former_names: vec![FormerName {
            given: "A".into(),
            family: "B".into(),
            source: "roll".into(),
        }],
        addresses: vec![Address { town: "Chatham".to_owned(), ..Address::default() }],
        characteristics: vec![Characteristic {
            code: "120".to_owned(),
            from: None,
            to: None,
            source: "roll".to_owned(),
        }],
        spells: vec![here, there, nowhere],
        benefits: Vec::new(),
    }
}

#[test]
fn a_school_is_left_with_four_categories_its_own_spells_and_the_flags() {
    let seen = redact(&actor(Role::School), full("N"));
    let left: Vec<&str> = Field::ALL
        .iter()
        .filter(|f| seen.particulars.get(**f).is_some())
        .map(|f| f.column())
        .collect();
    let gone: Vec<&str> =
        Field::ALL.iter().map(|f| f.column()).filter(|c| !left.contains(c)).collect();
    assert_eq!(
        gone,
        ["phone", "email", "parent_name", "parent_phone", "level_of_need", "send", "sen_support"]
    );
    assert!(left.contains(&"restricted") && left.contains(&"protected_address"));
    assert!(seen.addresses.is_empty() && seen.characteristics.is_empty());
    assert_eq!(seen.spells.iter().map(|s| s.code.as_str()).collect::<Vec<_>>(), ["210"]);
    assert_eq!(seen.former_names.len(), 1);
}

#[test]
fn staff_see_all_of_it_but_a_protected_address() {
    for role in [Role::DataManager, Role::LocalityManager, Role::Adviser] {
        assert_eq!(redact(&actor(role), full("N")), full("N"), "{role:?}");
        let kept = redact(&actor(role), full("Y"));
        assert!(kept.addresses.is_empty(), "{role:?}");
        assert_eq!(kept.spells.len(), 3, "{role:?}");
    }
}

#[test]
fn a_school_may_cut_figures_only_by_what_it_sees_of_a_person() {
    let open: Vec<&str> = Cut::ALL
        .iter()
        .filter(|cut| sees(&actor(Role::School), Part::told_by(**cut)).allowed)
        .map(|cut| cut.name())
        .collect();
    assert_eq!(
        open,
        ["age", "year-group", "sex", "ethnicity", "education-level", "school", "consortium"]
    );
}

#[test]
fn a_refusal_says_whose_role_and_which_part() {
    let no = sees(&actor(Role::School), Part::Need);
    assert!(!no.allowed);
    assert_eq!(no.reasons, ["a school user does not see level of need, plans and support"]);
}
