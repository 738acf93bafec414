//! The table of parts, written a second time, and records cut down to it.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::{
    Act, Actor, Decision, Denial, Part, Reach, Role, Scope, Terms, decide, redact, roles, sees,
    terms,
};
use crate::agreement::{
    self, Agreement, Answer, Direction, Flow, Gateway, Item, Line, Rule, Signature, Version,
};
use crate::measure::Cut;
use crate::person::{
    Address, Characteristic, Engagement, Field, FormerName, Particulars, PersonRecord,
};
use crate::status::Spell;

/// An agreement by which everything goes out.
fn everything() -> Terms {
    let given = |item| {
        let (answer, rule) = (Answer::Yes, Rule::Covered);
        let reasons = vec!["agreement 1 covers it".to_owned()];
        (item, agreement::Decision { answer, rule, reasons, agreement: Some(1), gateway: None })
    };
    Terms::Agreed(Item::all().map(given).collect())
}

fn actor(role: Role) -> Actor {
    let schools = BTreeSet::from(["urn-1".to_owned()]);
    let scope = match role {
        Role::School => Scope { schools, terms: everything(), ..Scope::default() },
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
        engagements: vec![Engagement {
            programme: "PAYP".to_owned(),
            from: date(2025, 7, 21),
            to: None,
            engaged: Some(true),
            source: "Youth service".to_owned(),
            kind: None,
        }],
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
    assert!(seen.engagements.is_empty(), "what a youth service tells is no school's");
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
    let spoken = |role| decide(&actor(role), Act::ViewPeople).reasons.concat();
    assert_eq!(spoken(Role::Governance), "information governance may not see people's records");
}

/// An agreement with a school from September 2024 to the end of August 2026.
fn signed(direction: Direction) -> Agreement {
    let day = date(2024, 9, 1);
    let signature = |party: Option<&str>| Signature {
        party: party.map(str::to_owned),
        name: "P".to_owned(),
        post: "Head".to_owned(),
        day,
    };
    let line = Line {
        flow: Flow::SchoolRoll,
        direction,
        gateway: Gateway::Section17,
        items: [Item::Field(Field::FamilyName)].into(),
        every_months: None,
        first_due: None,
    };
    let version = Version {
        number: 1,
        partners: BTreeSet::from(["urn-1".to_owned()]),
        lines: vec![line],
        starts: Some(day),
        ends: Some(date(2026, 8, 31)),
        signatures: vec![signature(None), signature(Some("urn-1"))],
        ..Version::default()
    };
    Agreement { number: 7, versions: vec![version], ..Agreement::default() }
}

#[test]
fn without_an_agreement_in_force_that_gives_something_out_a_partner_is_given_nothing() {
    let out = [signed(Direction::Out)];
    let mut unsigned = signed(Direction::Out);
    unsigned.versions[0].signatures.truncate(1);
    let mut ended = signed(Direction::Out);
    ended.ended = Some((date(2026, 1, 5), "closed".to_owned()));
    let today = date(2026, 3, 14);
    for (all, day, why) in [
        (&out[..], today, None),
        (&[][..], today, Some("no sharing agreement with your organisation is recorded")),
        (&out[..], date(2026, 9, 1), Some("agreement 7 expired on 31 August 2026")),
        (&[unsigned][..], today, Some("agreement 7 is not signed by both sides")),
        (&[ended][..], today, Some("agreement 7 was ended on 5 January 2026")),
        (
            &[signed(Direction::In)][..],
            today,
            Some("no agreement in force gives anything out to your organisation"),
        ),
    ] {
        for role in Role::ALL.iter().filter(|role| role.is_partner()) {
            let organisation = Some("urn-1");
            let mut scope = Scope::of(*role, 1, organisation, BTreeSet::new());
            scope.terms = terms(all, "urn-1", day);
            let actor = Actor { account: 1, name: String::new(), role: *role, scope };
            assert_eq!(actor.wanting(), why, "{role:?}");
            let seen = redact(&actor, full("Y"));
            let anything = Field::ALL.iter().any(|field| seen.particulars.get(*field).is_some());
            assert_eq!(anything, why.is_none(), "{role:?}: not even a flag");
            for act in Act::ALL.iter().filter(|act| roles(**act).contains(role)) {
                let open = [Act::SendOwn, Act::Vouch, Act::ViewPlan, Act::ReceiveNotices];
                let open = open.contains(act);
                assert_eq!(decide(&actor, *act).allowed, open || why.is_none(), "{role:?} {act:?}");
            }
        }
    }
}

#[test]
fn a_partner_reaches_nobody_until_its_agreement_was_looked_for() {
    let scope = Scope::of(Role::School, 1, Some("urn-1"), BTreeSet::new());
    let pupil = Reach { school: Some("urn-1".to_owned()), ..Reach::default() };
    let no = scope.admits(&pupil);
    assert!(!no.allowed);
    assert_eq!(no.reasons, ["no sharing agreement with your organisation is recorded"]);
    let bound =
        Scope { terms: terms(&[signed(Direction::In)], "urn-1", date(2026, 3, 14)), ..scope };
    assert!(bound.admits(&pupil).allowed, "whoever sends has to be matched with their own");
}

/// Whoever may agree as the second of two can approve, and nobody else: audit's exports leave the house by
/// two, accounts are given and restricted records are joined by two. The table says who may, and a role that
/// it lets do one of these is given by two from then on.
#[test]
fn a_role_can_approve_where_it_may_do_an_act_that_takes_two() {
    let second = [Act::ViewAudit, Act::Administer, Act::DecideIdentity, Act::KeepRetention];
    for role in Role::ALL {
        let may = second.iter().any(|act| roles(*act).contains(role));
        assert_eq!(role.approves(), may, "{role:?}");
    }
}

#[test]
fn a_denial_is_shown_with_its_reasons_and_told_without_advice() {
    let denial = decide(&actor(Role::Adviser), Act::Administer).denial("do this");
    let why = denial.why();
    assert!(why.starts_with("do this: a ") && why.contains("may not"), "{why}");
    assert_eq!(denial.sentence(), format!("You cannot {why}"));
    let advising = denial.clone().advising("Ask somebody.");
    assert_eq!(advising.to_string(), format!("{denial} Ask somebody."));
    assert_eq!(advising.why(), why, "the audit gives nobody advice");
    let of_act = decide(&actor(Role::Adviser), Act::Administer).denial_of(Act::Administer);
    assert_eq!(of_act.sentence(), denial.sentence(), "shown as any other");
    assert_eq!(format!("do this: {}", of_act.why()), why, "the reason names the act");
    let silent = Decision { allowed: false, reasons: vec!["no agreement is in force".to_owned()] };
    let named = silent.denial_of(Act::ViewPeople);
    assert_eq!(named.why(), "see people's records: no agreement is in force.");
    let only = "Only a school does this.";
    let said = Denial::said(only);
    assert_eq!((said.sentence(), said.why()), (only, only));
}
