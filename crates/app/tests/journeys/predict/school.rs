//! What a school reads: its own pupils, as the agreement gives them out, and reasons from its own facts.

use app::Context;
use app::predict::{lists, score};
use domain::access::{Actor, Role, Scope, Terms};
use domain::agreement::{Agreement, Direction, Flow, Gateway, Item, Line, Signature, Version};
use domain::intake::Declaration;
use domain::person::{Field, mark};
use domain::prediction::{Choice, Fact, OTHER_FACTS, Point};
use jiff::civil::date;
use store::people::{self, Moment, Write};
use store::{analysis, changes};
use testkit::sqlite;

use super::{actor, in_use, keeper, set, town};

/// A school sees its own pupils, and of other services only that there is one and whom to ask.
pub async fn of_a_school(ctx: &Context, list: &lists::List) {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let one = list.listed[0].person;
    let loaded = people::load(&mut tx, &[one], Moment::Now).await.unwrap();
    drop(tx);
    let school = loaded[0].record.particulars.get(Field::School).unwrap().to_owned();
    let terms = testkit::everything();
    let scope = Scope { schools: [school].into(), terms, ..Scope::default() };
    let reader = actor(Role::School, scope);
    let asked = lists::Asked { places: Some(500), ..lists::Asked::default() };
    let own = lists::list(ctx, &reader, Point::Autumn, &asked).await.unwrap().unwrap();
    let name = own.listed[0].school.clone();
    for (team, places) in [(name.as_str(), 2), ("", 40)] {
        lists::set_places(ctx, &keeper(), team, places).await.unwrap();
    }
    let as_told = lists::list(ctx, &reader, Point::Autumn, &lists::Asked::default()).await;
    let as_told = as_told.unwrap().unwrap();
    assert_eq!((as_told.places, as_told.listed.len()), (2, 2), "the school's own places");
    assert!(own.listed.iter().all(|one| one.school == name && one.last_contact.is_none()));
    assert!(own.of < list.of);
    for reason in own.listed.iter().flat_map(|one| &one.reasons) {
        let word = reason.to_lowercase();
        for service in ["looked after", "youth offending", "early help", "family intervention"] {
            assert!(!word.contains(service), "{reason}");
        }
    }
    // The council hands on the registers of its schools: they stay the school's own.
    let told = |one: &lists::Person| one.reasons.iter().any(|r| r.contains("school register"));
    let all: Vec<_> = own.listed.iter().map(|p| &p.reasons).collect();
    assert!(own.listed.iter().any(told), "{all:?}");
    given_out_by_agreement(ctx, &reader.scope).await;
    sent_by_another_school(ctx, &reader).await;
    let services = [OTHER_FACTS, "Another service is involved, ask"];
    let cut = own.listed.iter().flat_map(|one| &one.reasons);
    assert!(cut.filter(|r| services.iter().any(|line| r.starts_with(line))).count() > 0);
    let elsewhere = list.supported[0].person;
    let refused =
        lists::choose(ctx, &reader, elsewhere, (Some(Choice::Added), "We know them")).await;
    let own_pupil = own.listed.iter().chain(&own.supported).any(|p| p.person == elsewhere);
    assert_eq!(refused.is_ok(), own_pupil);
}

/// Attendance that another school sent of its pupil is no fact of the school's own.
async fn sent_by_another_school(ctx: &Context, reader: &Actor) {
    let asked = lists::Asked { places: Some(500), ..lists::Asked::default() };
    let mine = lists::list(ctx, reader, Point::Autumn, &asked).await.unwrap().unwrap();
    let pupil = mine.listed[0].person;
    let mut tx = ctx.db.begin().await.unwrap();
    // Known by the day of the run, in which the pupil had missed everything.
    let change = changes::latest_at(&mut tx, "2024-11-01T12:00:00.000000Z").await.unwrap();
    let told = |from, to| Fact {
        field: "sessions".into(),
        value: "900/900/900".into(),
        from,
        to: Some(to),
        source: "The school before".into(),
        ..Fact::default()
    };
    let load = analysis::Load { sender: "urn-before".into(), ..set("attendance", 77) };
    let facts = [(pupil, told(date(2024, 9, 2), date(2024, 10, 31)))];
    let id = analysis::add(&mut tx, change, &load, &facts).await.unwrap();
    tx.commit().await.unwrap();
    let ran = score::run(ctx, &keeper(), Point::Autumn).await.unwrap();
    let page = |list: lists::OfPerson| {
        let given = list.given.into_iter().find(|given| given.run.id == ran.run).unwrap();
        given.reasons.into_iter().map(|why| why.sentence).collect::<Vec<_>>()
    };
    let whole = page(lists::of_person(ctx, &keeper(), pupil).await.unwrap());
    assert!(whole.iter().any(|r| r.contains("The school before")), "{whole:?}");
    let cut = page(lists::of_person(ctx, reader, pupil).await.unwrap());
    assert!(!cut.iter().any(|r| r.contains("The school before")), "{cut:?}");
    assert!(cut.iter().any(|r| r == OTHER_FACTS), "{cut:?}");
    let mut tx = ctx.db.begin().await.unwrap();
    let undone = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    analysis::end(&mut tx, undone, id).await.unwrap();
    tx.commit().await.unwrap();
}

/// Terms by which a school is given some items and nothing else.
fn terms(items: &[Item]) -> Terms {
    let day = date(2025, 3, 14);
    let line = Line {
        flow: Flow::SchoolRoll,
        direction: Direction::Out,
        gateway: Gateway::Section17,
        items: items.iter().copied().collect(),
        every_months: None,
        first_due: None,
    };
    let signature = |party: Option<&str>| Signature {
        party: party.map(str::to_owned),
        name: "A. Head".into(),
        post: "Head".into(),
        day: date(2024, 9, 1),
    };
    let version = Version {
        number: 1,
        partners: ["school".to_owned()].into(),
        lines: vec![line],
        starts: Some(date(2024, 9, 1)),
        signatures: vec![signature(None), signature(Some("school"))],
        ..Version::default()
    };
    let agreement = Agreement { number: 1, versions: vec![version], ..Agreement::default() };
    domain::access::terms(&[agreement], "school", day)
}

/// A number that the agreement does not give is in no row.
async fn given_out_by_agreement(ctx: &Context, scope: &Scope) {
    let names = [Field::GivenName, Field::FamilyName].map(Item::Field);
    let with_number = [names[0], names[1], Item::Field(Field::Upn)];
    let asked = lists::Asked { places: Some(30), ..lists::Asked::default() };
    for (items, told) in [(&names[..], false), (&with_number[..], true)] {
        let reader = actor(Role::School, Scope { terms: terms(items), ..scope.clone() });
        let list = lists::list(ctx, &reader, Point::Autumn, &asked).await.unwrap().unwrap();
        assert_eq!(list.listed.iter().any(|one| one.upn.is_some()), told);
        assert!(list.listed.iter().all(|one| one.born.is_empty() && !one.name.is_empty()));
    }
    let reader = actor(Role::School, Scope { terms: terms(&names[..1]), ..scope.clone() });
    let list = lists::list(ctx, &reader, Point::Autumn, &asked).await.unwrap().unwrap();
    assert_eq!(list.of, 0, "without a family name nobody is listed");
}

/// Everybody of Year 11 is gifted and away from school; the names of one came as benefits information.
#[tokio::test]
async fn a_gifted_list_and_a_page_are_cut_as_the_list_is() {
    let register = sqlite().await;
    let ctx = town(&register.db, 900).await;
    in_use(&ctx).await;
    let mut tx = ctx.db.begin().await.unwrap();
    let all = people::load_all(&mut tx, Moment::Now).await.unwrap();
    let (first, last) = domain::prediction::births((15, 15), ctx.today());
    let mut pupils = all.iter().filter(|one| {
        let p = &one.record.particulars;
        p.date_of_birth().is_some_and(|born| (first..=last).contains(&born))
            && p.get(Field::School).is_some()
            && p.get(Field::CohortStatus).is_none_or(|status| status == "P")
    });
    let one = pupils.next().unwrap();
    let school = one.record.particulars.get(Field::School).unwrap().to_owned();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    let mut after = one.record.clone();
    let mut said = Declaration::default();
    said.particulars
        .set(Field::FamilyName, after.particulars.get(Field::FamilyName).map(str::to_owned));
    mark(&mut after, None, &said, &[Item::Field(Field::FamilyName)]);
    people::write(&mut tx, change, &[Write { before: one, after: &after }]).await.unwrap();
    let fact = |person: i64, (field, value): (&str, &str), from, to| {
        let (field, value) = (field.to_owned(), value.to_owned());
        (person, Fact { field, value, from, to, source: "roll".into(), ..Fact::default() })
    };
    // Newer than the census of January, which said no.
    let gifted = |person| fact(person, ("gifted", "yes"), date(2025, 3, 1), None);
    let (from, to) = (date(2025, 1, 6), Some(date(2025, 2, 14)));
    let away = |person| fact(person, ("sessions", "140/70/10"), from, to);
    let pair = |person| [gifted(person), away(person)];
    let facts: Vec<_> = std::iter::once(one).chain(pupils).flat_map(|p| pair(p.person)).collect();
    analysis::add(&mut tx, change, &set("census", 9), &facts).await.unwrap();
    tx.commit().await.unwrap();
    score::run(&ctx, &keeper(), Point::Autumn).await.unwrap();

    let scope = Scope { schools: [school].into(), ..Scope::default() };
    let names = [Field::GivenName, Field::FamilyName].map(Item::Field);
    let named = actor(Role::School, Scope { terms: terms(&names), ..scope.clone() });
    let gifted = lists::gifted(&ctx, &named).await.unwrap();
    let of = |person| gifted.iter().find(|found| found.person == person).unwrap();
    assert!(of(one.person).name.starts_with("Name withheld"), "{}", of(one.person).name);
    assert!(gifted.iter().any(|found| !found.name.starts_with("Name withheld")));
    let page = lists::of_person(&ctx, &named, one.person).await.unwrap();
    assert!(page.name.starts_with("Name withheld"), "{}", page.name);

    let terms = terms(&[Item::Field(Field::Sex)]);
    let unnamed = actor(Role::School, Scope { terms, ..scope });
    assert!(lists::gifted(&ctx, &unnamed).await.unwrap().is_empty());
    assert!(lists::of_person(&ctx, &unnamed, one.person).await.is_err());
    assert_eq!(
        lists::gifted(&ctx, &keeper())
            .await
            .unwrap()
            .iter()
            .filter(|f| f.name.starts_with("Name withheld"))
            .count(),
        0
    );
}
