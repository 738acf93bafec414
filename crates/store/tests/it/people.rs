//! Records are written as differences and can be loaded as they were at any change.

use std::collections::HashSet;

use domain::person::{
    Address, Characteristic, Engagement, Field, FormerName, Particulars, PersonRecord,
};
use domain::status::Spell;
use jiff::civil::date;
use store::organisations::{self, Organisation};
use store::people::{Moment, Write};
use store::{StoreError, changes, followup, people, returning};
use testkit::{Register, each_engine};

fn amina() -> PersonRecord {
    let particulars = Particulars::default()
        .with(Field::GivenName, "Amina")
        .with(Field::FamilyName, "O'Shea")
        .with(Field::DateOfBirth, "2008-02-29");
    PersonRecord {
        ypid: String::new(),
        particulars,
        former_names: vec![FormerName {
            given: "Amina".into(),
            family: "Khan".into(),
            source: "school roll".into(),
        }],
        addresses: vec![Address { postcode: "ME7 1AB".into(), ..Address::default() }],
        characteristics: vec![Characteristic {
            code: "140".into(),
            from: Some(date(2024, 1, 1)),
            to: None,
            source: "school".into(),
        }],
        spells: vec![Spell::new("210", date(2024, 9, 1))],
        engagements: vec![Engagement {
            programme: "PAYP summer".to_owned(),
            from: date(2025, 7, 21),
            to: None,
            engaged: Some(false),
            source: "Youth service".to_owned(),
            kind: Some("youth".to_owned()),
        }],
        benefits: Vec::new(),
    }
}

async fn add(register: &Register, record: &PersonRecord) -> i64 {
    let mut tx = register.db.begin().await.unwrap();
    let change =
        changes::begin(&mut tx, "2025-01-01T00:00:00Z", "edit", None, None, None).await.unwrap();
    let id = people::new_people(&mut tx, change, "887", &mut [String::new()]).await.unwrap()[0];
    let before = people::load(&mut tx, &[id], Moment::Now).await.unwrap().remove(0);
    people::write(&mut tx, change, &[Write { before: &before, after: record }]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_record_comes_back_as_it_was_written_and_as_it_stood() {
    each_engine(async |register| {
        let id = add(&register, &amina()).await;
        let mut tx = register.db.begin().await.unwrap();
        let first = people::load(&mut tx, &[id], Moment::Now).await.unwrap().remove(0);
        let expected = PersonRecord { ypid: format!("887{id:010}"), ..amina() };
        assert_eq!(first.record, expected);

        let mut next = first.record.clone();
        next.particulars.set(Field::FamilyName, "Shaw".to_owned());
        next.spells[0].end = Some(date(2025, 3, 1));
        next.spells.push(Spell::new("619", date(2025, 3, 2)));
        let change = changes::begin(&mut tx, "2025-03-05T00:00:00Z", "edit", None, None, None)
            .await
            .unwrap();
        people::write(&mut tx, change, &[Write { before: &first, after: &next }]).await.unwrap();

        let now = people::load(&mut tx, &[id], Moment::Now).await.unwrap().remove(0);
        assert_eq!(now.record, next);
        assert_eq!(now.facts.addresses, first.facts.addresses, "an untouched row stays");
        let earlier = domain::person::ChangeId(change.0 - 1);
        let then = people::load(&mut tx, &[id], Moment::After(earlier)).await.unwrap().remove(0);
        assert_eq!(then.record, expected, "what was known before is still known");
        assert_eq!(people::touched_by(&mut tx, change).await.unwrap(), [id]);

        let mut other = expected.clone();
        other.particulars.set(Field::FamilyName, "Else".to_owned());
        let stale =
            people::write(&mut tx, change, &[Write { before: &first, after: &other }]).await;
        assert!(matches!(stale, Err(StoreError::Conflict)), "a stale write is refused");
    })
    .await;
}

/// Who was never NEET is not read for being asked of; what stands no more was not had.
#[tokio::test]
async fn spells_are_read_of_those_who_ever_had_a_code() {
    each_engine(async |register| {
        let with = |before: Option<&str>| {
            let before = before.map(|code| Spell::new(code, date(2024, 1, 8)));
            let job = Spell::new("330", date(2024, 6, 3));
            PersonRecord { spells: before.into_iter().chain([job]).collect(), ..amina() }
        };
        let was = add(&register, &with(Some("619"))).await;
        let never = add(&register, &with(None)).await;
        let corrected = add(&register, &with(Some("640"))).await;
        let unasked = add(&register, &with(Some("619"))).await;
        let mut tx = register.db.begin().await.unwrap();
        let before = people::load(&mut tx, &[corrected], Moment::Now).await.unwrap().remove(0);
        let at = "2025-02-01T00:00:00Z";
        let change = changes::begin(&mut tx, at, "edit", None, None, None).await.unwrap();
        let mut after = before.record.clone();
        after.spells.retain(|spell| spell.code == "330");
        people::write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();

        let asked: HashSet<i64> = [was, never, corrected].into();
        let codes: &[&str] = &["619", "640"];
        let found =
            returning::spells_of_who_had(&mut tx, Moment::Now, &asked, codes).await.unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), [&was], "not {never} or {unasked}");
        let all = returning::spells(&mut tx, Moment::Now, &asked).await.unwrap();
        assert_eq!((found.get(&was), all.len()), (all.get(&was), 3), "all of theirs");
        assert_eq!(found[&was].len(), 2, "{}", register.engine);
        let earlier = Moment::After(domain::person::ChangeId(change.0 - 1));
        let then = returning::spells_of_who_had(&mut tx, earlier, &asked, codes).await.unwrap();
        assert_eq!(then.len(), 2, "as it was known then");
        let none = returning::spells_of_who_had(&mut tx, Moment::Now, &asked, &[]).await.unwrap();
        assert!(none.is_empty());
    })
    .await;
}

/// Where an activity is over nobody learns any more.
#[tokio::test]
async fn learners_are_where_an_activity_goes_on() {
    each_engine(async |register| {
        let mut tx = register.db.begin().await.unwrap();
        for id in ["college", "left", "nobody"] {
            let (kind, name) = ("partner".to_owned(), id.to_uppercase());
            let one = Organisation { id: id.to_owned(), kind, name, ..Organisation::default() };
            organisations::save(&mut tx, &one).await.unwrap();
        }
        tx.commit().await.unwrap();
        for (id, end) in [("college", None), ("college", None), ("left", Some(date(2025, 1, 17)))] {
            let spell = Spell {
                organisation: Some(id.to_owned()),
                end,
                ..Spell::new("220", date(2024, 9, 2))
            };
            add(&register, &PersonRecord { spells: vec![spell], ..amina() }).await;
        }
        let mut tx = register.db.begin_read().await.unwrap();
        let found = organisations::with_learners(&mut tx).await.unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), ["college"], "{}", register.engine);
    })
    .await;
}

/// Nobody is read whose age was not asked for, or whom the scope does not reach.
#[tokio::test]
async fn ages_are_read_of_those_asked_for_within_reach() {
    each_engine(async |register| {
        let mut moved = amina();
        moved.particulars.set(Field::Send, "Y".to_owned());
        moved.particulars.set(Field::CohortStatus, "T".to_owned());
        moved.particulars.set(Field::StatusSince, "2025-05-30".to_owned());
        let moved = add(&register, &moved).await;
        let unasked = add(&register, &amina()).await;
        let mut undated = amina();
        undated.particulars = Particulars::default().with(Field::FamilyName, "O'Shea");
        let undated = add(&register, &undated).await;
        let plain = add(&register, &amina()).await;

        let mut tx = register.db.begin_read().await.unwrap();
        let asked = [moved, undated, plain];
        let everyone = domain::access::Scope::everyone();
        let found = followup::aged(&mut tx, &everyone, &asked).await.unwrap();
        let first = followup::Aged {
            person: moved,
            date_of_birth: date(2008, 2, 29),
            has_plan: true,
            status: Some("T".to_owned()),
            status_since: Some(date(2025, 5, 30)),
            lead_la: None,
        };
        let (has_plan, status, status_since) = (false, None, None);
        let last =
            followup::Aged { person: plain, has_plan, status, status_since, ..first.clone() };
        assert_eq!(found, [first, last], "not {unasked}, on {}", register.engine);
        let nobody = domain::access::Scope::nobody();
        assert!(followup::aged(&mut tx, &nobody, &asked).await.unwrap().is_empty());
        assert!(followup::aged(&mut tx, &everyone, &[]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_unfinished_unit_of_work_leaves_nothing() {
    each_engine(async |register| {
        let mut tx = register.db.begin().await.unwrap();
        let change = changes::begin(&mut tx, "2025-01-01T00:00:00Z", "edit", None, None, None)
            .await
            .unwrap();
        people::new_people(&mut tx, change, "887", &mut [String::new()]).await.unwrap();
        drop(tx);
        let mut tx = register.db.begin_read().await.unwrap();
        assert_eq!(changes::latest(&mut tx).await.unwrap().0, 0);
        assert!(people::all_ids(&mut tx, Moment::Now).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn finds_by_name_either_way_round_former_name_number_and_postcode() {
    each_engine(async |register| {
        let mut record = amina();
        record.particulars.set(Field::Upn, "H887400009001".to_owned());
        let id = add(&register, &record).await;
        let everyone = domain::access::Scope::everyone();
        let mut tx = register.db.begin_read().await.unwrap();
        for (text, postcode, hits) in [
            ("oshe", None, 1),
            ("amina o", None, 1),
            ("O'Shea Am", None, 1),
            ("Khan", None, 1),
            ("h887400009001", None, 1),
            ("", Some("ME7 1AB"), 1),
            ("", Some("ME7 1AC"), 0),
            ("osheaq", None, 0),
            ("", None, 0),
        ] {
            let query = people::Query {
                text: text.into(),
                postcode: postcode.map(str::to_owned),
                ..people::Query::default()
            };
            let found = people::search(&mut tx, &everyone, &query, 10).await.unwrap();
            assert_eq!(found.len(), hits, "{text} {postcode:?} on {}", register.engine);
            assert!(found.iter().all(|f| f.person == id));
        }
        let nobody = domain::access::Scope::nobody();
        let query = people::Query { text: "oshea".into(), ..people::Query::default() };
        assert!(people::search(&mut tx, &nobody, &query, 10).await.unwrap().is_empty());
    })
    .await;
}

/// More people than one statement asks for, and somebody whom nobody is; the same statement again and again.
#[tokio::test]
async fn people_come_in_the_order_asked_however_many() {
    each_engine(async |register| {
        let mut tx = register.db.begin().await.unwrap();
        let change = changes::begin(&mut tx, "2025-01-01T00:00:00Z", "edit", None, None, None);
        let change = change.await.unwrap();
        let mut ypids = vec![String::new(); 4_501];
        let mut ids = people::new_people(&mut tx, change, "887", &mut ypids).await.unwrap();
        let record = |id: &i64| PersonRecord {
            particulars: Particulars::default().with(Field::FamilyName, &format!("Zyx {id}")),
            ..PersonRecord::default()
        };
        let records: Vec<PersonRecord> = ids.iter().map(record).collect();
        let before = people::load(&mut tx, &ids, Moment::Now).await.unwrap();
        let writes: Vec<Write<'_>> =
            before.iter().zip(&records).map(|(before, after)| Write { before, after }).collect();
        people::write(&mut tx, change, &writes).await.unwrap();
        ids.reverse();
        ids.push(ids[0] + 1_000);
        for _ in 0..3 {
            let loaded = people::load(&mut tx, &ids, Moment::Now).await.unwrap();
            let asked: Vec<i64> = loaded.iter().map(|one| one.person).collect();
            assert_eq!(asked, ids, "{}", register.engine);
            let (last, some) = loaded.split_last().unwrap();
            assert!(!last.exists());
            let names = some.iter().map(|one| &one.record.particulars);
            assert!(names.eq(records.iter().rev().map(|r| &r.particulars)), "{}", register.engine);
        }
        let fields = [Field::FamilyName];
        let compared = people::load_compared(&mut tx, &ids, &fields).await.unwrap();
        assert_eq!(compared.len(), records.len(), "{}", register.engine);
        assert_eq!(compared[&ids[0]].particulars, records[4_500].particulars);
    })
    .await;
}
