//! Files that come out of order: what was told for a later day stands.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{context, student};
use crate::agreement::Item;
use crate::intake::{Declaration, Effect, PlanContext, Told, plan, plan_answered};
use crate::person::{Address, Characteristic, Field, PersonRecord};

const WINTER: Date = date(2025, 1, 15);
const SPRING: Date = date(2025, 3, 20);

fn says(values: &[(Field, &str)]) -> Declaration {
    let mut said = Declaration::default();
    for (field, value) in values {
        said.particulars.set(*field, (*value).to_owned());
    }
    said
}

fn home(line: &str, postcode: &str) -> Address {
    let lines = [line, "", "", ""].map(String::from);
    Address { lines, postcode: postcode.to_owned(), ..Address::default() }
}

fn lives(address: Address) -> Declaration {
    Declaration { address: Some(address), ..Declaration::default() }
}

/// The record after files in the order in which they come.
fn after(files: &[(Date, &Declaration)]) -> PersonRecord {
    let mut record = student();
    for (at, (day, said)) in files.iter().enumerate() {
        let mut newer = Told::default();
        for (other, before) in files[..at].iter().filter(|(other, _)| other > day) {
            newer.add_text(&Told::of(before, *other).text());
        }
        record = plan_answered(said, Some(&record), &context(*day), (None, &newer)).after;
    }
    record
}

fn open(record: &PersonRecord) -> Vec<(&str, &str)> {
    let open = record.addresses.iter().filter(|one| one.to.is_none());
    open.map(|one| (one.lines[0].as_str(), one.postcode.as_str())).collect()
}

fn holding(record: &PersonRecord) -> Vec<&str> {
    let open = record.characteristics.iter().filter(|one| one.to.is_none());
    let mut codes: Vec<&str> = open.map(|one| one.code.as_str()).collect();
    codes.sort_unstable();
    codes
}

#[test]
fn an_older_file_does_not_bring_somebody_back_to_where_they_lived() {
    let (old, new) = (home("1 Elm Row", "ME4 6UQ"), home("2 Oak Row", "ME8 0AA"));
    let mut known = student();
    known.addresses = vec![
        Address { to: Some(date(2025, 3, 9)), ..old.clone() },
        Address { from: Some(date(2025, 3, 10)), ..new.clone() },
    ];
    // The place of its day is no news; another one is remarked on.
    let same = plan(&lives(old.clone()), Some(&known), &context(WINTER));
    assert_eq!((same.effect, same.reasons), (Effect::Unchanged, Vec::new()));
    let third = home("3 Ash Row", "ME7 1AB");
    let left = plan(&lives(third.clone()), Some(&known), &context(WINTER));
    assert_eq!((left.effect, left.after), (Effect::Unchanged, known.clone()));
    assert_eq!(left.reasons, ["the address is older than what is recorded and was left"]);
    // A file of a day after the move moves them on.
    let moved = plan(&lives(third), Some(&known), &context(SPRING)).after;
    assert_eq!(open(&moved), [("3 Ash Row", "ME7 1AB")]);
    assert_eq!(moved.address_on(date(2025, 3, 12)).map(|a| a.postcode.as_str()), Some("ME8 0AA"));
    // An address of which nobody knows since when stands by the day for which it was told.
    let first = after(&[(SPRING, &lives(new)), (WINTER, &lives(old))]);
    assert_eq!(open(&first), [("2 Oak Row", "ME8 0AA")]);
}

#[test]
fn an_older_file_fills_gaps_and_gives_a_former_name() {
    let newer = says(&[(Field::FamilyName, "Shah"), (Field::Ethnicity, "NOBT")]);
    let older = says(&[
        (Field::FamilyName, "Khan-Lee"),
        (Field::Ethnicity, "APKN"),
        (Field::Phone, "01634 000000"),
    ]);
    let known = after(&[(SPRING, &newer)]);
    let told = Told::of(&newer, SPRING);
    let planned = plan_answered(&older, Some(&known), &context(WINTER), (None, &told));
    let now = |field| planned.after.particulars.get(field);
    assert_eq!(now(Field::FamilyName), Some("Shah"));
    assert_eq!((now(Field::Ethnicity), now(Field::Phone)), (Some("APKN"), Some("01634 000000")));
    let former: Vec<&str> = planned.after.former_names.iter().map(|n| &*n.family).collect();
    assert_eq!(former, ["Khan", "Khan-Lee"]);
    assert_eq!(planned.reasons, ["older than what is recorded, and left: family name"]);
    // What came as benefits information and never stood is kept nowhere.
    let benefits = [Item::Field(Field::FamilyName)];
    let ctx = PlanContext { benefits: &benefits, ..context(WINTER) };
    let told_by_jobcentre = says(&[(Field::FamilyName, "Khan-Lee")]);
    let planned = plan_answered(&told_by_jobcentre, Some(&known), &ctx, (None, &told));
    assert_eq!((planned.effect, planned.after), (Effect::Unchanged, known));
}

#[test]
fn an_older_list_ends_nothing_that_a_newer_one_confirmed() {
    let list = |codes: &[&str]| {
        let codes = codes.iter().map(|code| (*code).to_owned()).collect();
        Declaration { characteristics: Some(codes), ..Declaration::default() }
    };
    let mut known = student();
    known.characteristics = vec![Characteristic {
        code: "110".to_owned(),
        from: Some(date(2024, 11, 1)),
        to: None,
        source: "Youth service".to_owned(),
    }];
    let told = Told::of(&list(&["110"]), SPRING);
    let planned = plan_answered(&list(&["140"]), Some(&known), &context(WINTER), (None, &told));
    assert_eq!((planned.effect, planned.after), (Effect::Unchanged, known.clone()));
    let why = "the characteristics are older than what is recorded and were left";
    assert_eq!(planned.reasons, [why]);
    // One that was confirmed by itself stands as well; of the others the list tells.
    let one = Declaration { also_holds: vec!["110".to_owned()], ..Declaration::default() };
    let told = Told::of(&one, SPRING);
    let planned = plan_answered(&list(&["140"]), Some(&known), &context(WINTER), (None, &told));
    assert_eq!(holding(&planned.after), ["110", "140"]);
}

#[test]
fn what_says_nothing_was_not_told_and_the_rest_is_kept_as_text() {
    let mut said = says(&[
        (Field::GivenName, "Amina"),
        (Field::Sex, "U"),
        (Field::Phone, "n/a"),
        (Field::DateOfBirth, "2099-01-01"),
    ]);
    said.address = Some(home("", "ZZ99 9ZZ"));
    said.also_holds = vec!["110".to_owned()];
    let told = Told::of(&said, WINTER);
    assert_eq!(told.text(), "110,given_name");
    let mut read = Told::default();
    read.add_text(&told.text());
    assert_eq!(read, told);
    let mut typed = Told::default();
    let before = student().particulars;
    typed.typed(&before, &before.clone().with(Field::FamilyName, "Shah"));
    assert_eq!(typed.text(), "family_name");
}

fn rows() -> impl Strategy<Value = Declaration> {
    let word = |words: &'static [&'static str]| prop::sample::select(words);
    let homes = prop::sample::select(vec![
        None,
        Some(home("1 Elm Row", "ME4 6UQ")),
        Some(home("", "ME4 6UQ")),
        Some(home("2 Oak Row", "ME8 0AA")),
        Some(home("", "ZZ99 9ZZ")),
    ]);
    let lists = prop::sample::select(vec![
        None,
        Some(Vec::new()),
        Some(vec!["110".to_owned()]),
        Some(vec!["110".to_owned(), "140".to_owned()]),
    ]);
    let alone = prop::sample::select(vec![Vec::new(), vec!["140".to_owned()]]);
    let words = (
        word(&["", "Amina", "Anna"]),
        word(&["", "Khan", "Shah", "Lee"]),
        word(&["", "F", "U"]),
        word(&["", "APKN", "WBRI", "NOBT"]),
        word(&["", "01634 000000", "01634 111111", "n/a"]),
    );
    (words, homes, lists, alone).prop_map(|(words, address, characteristics, also_holds)| {
        let (given, family, sex, ethnicity, phone) = words;
        let values = [
            (Field::GivenName, given),
            (Field::FamilyName, family),
            (Field::Sex, sex),
            (Field::Ethnicity, ethnicity),
            (Field::Phone, phone),
        ];
        Declaration { address, characteristics, also_holds, ..says(&values) }
    })
}

proptest! {
    #[test]
    fn what_stands_does_not_depend_on_which_file_came_first(
        (older, newer, days) in (rows(), rows(), 1..400_i64),
    ) {
        let earlier = SPRING.saturating_sub(days.days());
        let in_order = after(&[(earlier, &older), (SPRING, &newer)]);
        let out_of_order = after(&[(SPRING, &newer), (earlier, &older)]);
        prop_assert_eq!(&in_order.particulars, &out_of_order.particulars);
        prop_assert_eq!(open(&in_order), open(&out_of_order));
        prop_assert_eq!(holding(&in_order), holding(&out_of_order));
        for one in &out_of_order.addresses {
            prop_assert!(one.from.is_none() || one.to.is_none() || one.from <= one.to);
        }
    }
}
