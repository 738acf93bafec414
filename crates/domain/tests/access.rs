//! The access rules against a second decider, written apart from the page that people sign and sharing
//! no code with the first; and the printed page against the rules.

use std::collections::BTreeSet;

use domain::access::{Act, Actor, Part, Reach, Role, Scope, decide, sees, table};

/// D, L, A, S: the roles by their letter, as in the lists below.
fn letter(role: Role) -> char {
    match role {
        Role::DataManager => 'D',
        Role::LocalityManager => 'L',
        Role::Adviser => 'A',
        Role::School => 'S',
    }
}

const ACTS: &[(&str, &str)] = &[
    ("see people's records", "DLAS"),
    ("correct a record", "DLA"),
    ("record a contact", "DLA"),
    ("see the follow-up list", "DLA"),
    ("bring files in", "D"),
    ("take an import back", "D"),
    ("read figures", "DLAS"),
    ("decide who is who", "D"),
    ("prepare the return", "D"),
    ("sign a month off", "D"),
    ("manage people and organisations", "D"),
    ("see who has read a record", "DL"),
    ("see whose records an account has read", "D"),
    ("read the strategy", "DLAS"),
    ("rate the strategy's outcomes", "DL"),
    ("keep the strategy's plan", "D"),
];

const PARTS: &[(&str, &str)] = &[
    ("names, date of birth, sex, ethnicity and pupil numbers", "DLAS"),
    ("school on roll", "DLAS"),
    ("September Guarantee and intended destination", "DLAS"),
    ("cohort status, lead authority and adviser", "DLAS"),
    ("that an address is protected or a record restricted", "DLAS"),
    ("phone, email, parent or carer", "DLA"),
    ("level of need, plans and support", "DLA"),
    ("addresses", "DLA"),
    ("characteristics", "DLA"),
    ("activity at the reader's own school", "DLAS"),
    ("activity anywhere else", "DLA"),
    ("contacts and the next step", "DLA"),
    ("who and what changed the record", "DLA"),
];

fn marked(list: &[(&str, &str)], label: &str, role: Role) -> bool {
    list.iter().any(|(name, letters)| *name == label && letters.contains(letter(role)))
}

/// Whether a scope reaches a person, said as slowly as can be.
fn reaches(scope: &Scope, person: &Reach) -> bool {
    let mut on_caseload = false;
    for adviser in &person.advisers {
        if Some(*adviser) == scope.caseload_of {
            on_caseload = true;
        }
    }
    let mut near = false;
    for place in &scope.localities {
        if person.locality.as_deref() == Some(place.as_str()) {
            near = true;
        }
    }
    let mut on_roll = false;
    for school in &scope.schools {
        if person.school.as_deref() == Some(school.as_str()) {
            on_roll = true;
        }
    }
    if person.restricted {
        return on_caseload || (scope.restricted && (scope.everyone || near || on_roll));
    }
    scope.everyone || on_caseload || near || on_roll
}

/// Numbers that repeat: a million cases take a second, and a failure can be looked at again.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    fn some(&mut self, names: &[&str]) -> Option<String> {
        let at = usize::try_from(self.below(names.len() as u64 + 1)).unwrap();
        names.get(at).map(|name| (*name).to_owned())
    }

    fn set(&mut self, names: &[&str]) -> BTreeSet<String> {
        names.iter().filter(|_| self.below(3) == 0).map(|name| (*name).to_owned()).collect()
    }
}

const PLACES: &[&str] = &["North", "South", "West", ""];
const SCHOOLS: &[&str] = &["urn-1", "urn-2", "urn-3"];

#[test]
fn a_million_cases_are_decided_alike_by_both() {
    let mut n = Numbers(0x5eed_1e55);
    let mut said = [0_u32; 2];
    for case in 0..1_000_000 {
        let role = Role::ALL[n.below(4) as usize];
        let scope = Scope {
            everyone: n.below(6) == 0,
            localities: n.set(PLACES),
            schools: n.set(SCHOOLS),
            caseload_of: (n.below(2) == 0).then(|| n.below(3) as i64),
            restricted: n.below(3) == 0,
        };
        let person = Reach {
            locality: n.some(PLACES),
            school: n.some(SCHOOLS),
            advisers: (0..n.below(3)).map(|_| n.below(3) as i64).collect(),
            restricted: n.below(3) == 0,
        };
        let actor = Actor { account: 1, name: String::new(), role, scope };
        let act = Act::ALL[n.below(Act::ALL.len() as u64) as usize];
        let part = Part::ALL[n.below(Part::ALL.len() as u64) as usize];
        let first = actor.scope.admits(&person).allowed;
        assert_eq!(first, reaches(&actor.scope, &person), "{case}: {actor:?} {person:?}");
        let all = (decide(&actor, act).allowed, sees(&actor, part).allowed, first);
        let wanted = (marked(ACTS, act.label(), role), marked(PARTS, part.label(), role), first);
        assert_eq!(all, wanted, "{case}: {role:?} {act:?} {part:?}");
        said[usize::from(first && all.0 && all.1)] += 1;
    }
    assert!(said.iter().all(|count| *count > 50_000), "both answers occur: {said:?}");
}

#[test]
fn no_decision_is_without_a_reason() {
    for role in Role::ALL {
        let scope = Scope::everyone();
        let actor = Actor { account: 1, name: String::new(), role: *role, scope };
        assert!(Act::ALL.iter().all(|act| !decide(&actor, *act).reasons.is_empty()));
        assert!(Part::ALL.iter().all(|part| !sees(&actor, *part).reasons.is_empty()));
    }
}

#[test]
fn the_printed_page_is_fresh() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let kept = std::fs::read_to_string(format!("{root}/docs/rules/access.md")).unwrap_or_default();
    let fresh = table();
    if kept != fresh {
        let beside = format!("{root}/target/access.md");
        std::fs::write(&beside, &fresh).unwrap();
        panic!("docs/rules/access.md is stale: look at target/access.md and copy it there");
    }
}
