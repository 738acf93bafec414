//! The list filter and the single guard are the same rule.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Scope, Terms};
use domain::person::{Address, Field, Particulars, PersonRecord, Place};
use jiff::civil::date;
use store::people::{Moment, Write};
use store::{args, changes, people};
use testkit::each_engine;

/// Every mix of home, school, adviser and restriction: 3 x 3 x 3 x 2 people.
fn town() -> Vec<(PersonRecord, Option<i64>)> {
    let mut all = Vec::new();
    for home in [None, Some("North"), Some("South")] {
        for school in [None, Some("urn-1"), Some("urn-2")] {
            for adviser in [None, Some(1), Some(2)] {
                for restricted in ["N", "Y"] {
                    let mut particulars = Particulars::default()
                        .with(Field::GivenName, "A")
                        .with(Field::FamilyName, "B")
                        .with(Field::Restricted, restricted);
                    particulars.set(Field::School, school.map(str::to_owned));
                    let place = Place { locality: home.map(str::to_owned), ..Place::default() };
                    let record = PersonRecord {
                        particulars,
                        addresses: vec![Address { place, ..Address::default() }],
                        ..PersonRecord::default()
                    };
                    all.push((record, adviser));
                }
            }
        }
    }
    all
}

type Relations = (BTreeSet<String>, BTreeSet<String>, BTreeSet<String>, BTreeSet<i64>);

/// None of the partners' relations, each by itself, and all of them.
fn relations() -> Vec<Relations> {
    let one = || BTreeSet::from(["urn-2".to_owned()]);
    let none = BTreeSet::new;
    vec![
        (none(), none(), none(), BTreeSet::new()),
        (one(), none(), none(), BTreeSet::new()),
        (none(), one(), none(), BTreeSet::new()),
        (none(), none(), one(), BTreeSet::new()),
        (none(), none(), none(), BTreeSet::from([1, 2, 3, 18])),
        (one(), one(), one(), BTreeSet::from([5])),
    ]
}

/// Lists of the college: kind, state, the day it speaks of. The second was taken back, the third is not
/// the newest of its kind, the fifth is from long ago.
const LISTS: [(&str, &str, &str); 5] = [
    ("roll", "applied", "2025-01-01"),
    ("roll", "undone", "2025-02-01"),
    ("roll", "applied", "2024-12-01"),
    ("ilr", "applied", "2024-03-01"),
    ("ctf", "applied", "2023-01-01"),
];

/// Which list names a person and what became of the row; the last only may speak of them.
const NAMED: [(i64, &str); 6] =
    [(1, "unchanged"), (2, "changed"), (3, "changed"), (4, "new"), (5, "changed"), (1, "held")];

/// Every third is learning at a college, every fifth referred to it, every fourth on one of its lists.
async fn relate(tx: &mut store::Tx, change: i64, ids: &[i64]) {
    tx.run("INSERT INTO organisation (id, kind, name) VALUES ('urn-2', 'college', 'Two')", args![])
        .await
        .unwrap();
    for (import, (kind, state, day)) in (1_i64..).zip(LISTS) {
        tx.run(
            "INSERT INTO import (id, kind, sender, file_name, file_hash, file_bytes, as_of, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_held, rows_refused, options, received_at, notes) VALUES ($1, $2, 'urn-2', 'f', 'h', 1, $3, $4, 0, 0, 0, 0, 0, 0, '{}', '2025-01-01', '[]')",
            args![import, kind, day, state],
        )
        .await
        .unwrap();
    }
    for (at, id) in ids.iter().enumerate() {
        let line = i64::try_from(at).unwrap();
        if at % 3 == 0 {
            let fact = changes::take(tx, "fact", 1).await.unwrap();
            let end = (at % 2 == 0).then_some("2025-02-01");
            tx.run(
                "INSERT INTO spell (fact, person, code, organisation, start_day, end_day, made) VALUES ($1, $2, '220', 'urn-2', '2025-01-01', $3, $4)",
                args![fact, *id, end, change],
            )
            .await
            .unwrap();
        }
        if at % 5 == 0 {
            let ended = (at % 2 == 0).then_some(change);
            tx.run(
                "INSERT INTO referral (id, person, organisation, from_day, reason, made, ended) VALUES ($1, $2, 'urn-2', '2025-01-01', 'x', $3, $4)",
                args![line, *id, change, ended],
            )
            .await
            .unwrap();
        }
        if at % 4 == 0 {
            let (import, effect) = NAMED[at / 4 % NAMED.len()];
            tx.run(
                "INSERT INTO import_row (import, line, effect, person, said, reasons, changes, candidates) VALUES ($1, $2, $3, $4, '', '', '', '')",
                args![import, line, effect, *id],
            )
            .await
            .unwrap();
        }
    }
}

/// The first day of lists that count.
const SINCE: jiff::civil::Date = date(2024, 2, 1);

fn scopes() -> Vec<Scope> {
    let some = |name: &str| BTreeSet::from([name.to_owned()]);
    let mut all = Vec::new();
    for everyone in [false, true] {
        for localities in [BTreeSet::new(), some("North")] {
            for schools in [BTreeSet::new(), some("urn-1")] {
                for caseload_of in [None, Some(1)] {
                    for restricted in [false, true] {
                        for (learning, referred, listed, opened) in relations() {
                            all.push(Scope {
                                everyone,
                                localities: localities.clone(),
                                schools: schools.clone(),
                                caseload_of,
                                restricted,
                                learning,
                                referred,
                                listed,
                                // Without a first day no list counts.
                                listed_since: (!everyone).then_some(SINCE),
                                opened,
                                terms: Terms::Agreed(BTreeMap::new()),
                            });
                            // The same where no agreement is in force: partners reach nobody.
                            let closed = all.last().cloned().unwrap();
                            all.push(Scope { terms: Terms::default(), ..closed });
                        }
                    }
                }
            }
        }
    }
    all
}

#[tokio::test]
async fn a_list_holds_exactly_whom_the_guard_admits() {
    each_engine(async |register| {
        let mut tx = register.db.begin().await.unwrap();
        let change = changes::begin(&mut tx, "2025-01-01", "edit", None, None, None).await.unwrap();
        for id in [1_i64, 2] {
            tx.run(
                "INSERT INTO account (id, email, name, role, localities, password_hash, active, failures) VALUES ($1, $2, 'x', 'adviser', '', '', 1, 0)",
                args![id, format!("{id}@example.org")],
            )
            .await
            .unwrap();
        }
        let town = town();
        let mut ypids = vec![String::new(); town.len()];
        let ids = people::new_people(&mut tx, change, "887", &mut ypids).await.unwrap();
        for (id, (record, adviser)) in ids.iter().zip(&town) {
            let before = people::load(&mut tx, &[*id], Moment::Now).await.unwrap().remove(0);
            people::write(&mut tx, change, &[Write { before: &before, after: record }])
                .await
                .unwrap();
            if let Some(adviser) = adviser {
                let fact = changes::take(&mut tx, "fact", 1).await.unwrap();
                tx.run(
                    "INSERT INTO assignment (fact, person, adviser, from_day, made) VALUES ($1, $2, $3, '2025-01-01', $4)",
                    args![fact, *id, *adviser, change.0],
                )
                .await
                .unwrap();
            }
        }
        // Every fifth asked that their record be used for nothing.
        for (request, id) in (1_i64..).zip(ids.iter().step_by(5)) {
            let sql = "INSERT INTO right_request (id, person, kind, said_by, words, received, made) VALUES ($1, $2, 'restriction', 'young-person', 'stop', '2025-01-01', $3)";
            tx.run(sql, args![request, *id, change.0]).await.unwrap();
            store::rights::stop(&mut tx, change, (request, *id)).await.unwrap();
        }
        relate(&mut tx, change.0, &ids).await;
        let mut reaches = Vec::new();
        for id in &ids {
            reaches.push((*id, people::reach(&mut tx, *id).await.unwrap().unwrap()));
        }
        for scope in scopes() {
            let listed = people::within(&mut tx, &scope, &ids).await.unwrap();
            let mut admitted = Vec::new();
            for (id, reach) in &reaches {
                if scope.admits(reach).allowed {
                    admitted.push(*id);
                }
            }
            assert_eq!(listed, admitted, "{scope:?} on {}", register.engine);
        }
        // A list gives reach to whom it surely names, while it is the newest of its kind and not too old.
        let listed = BTreeSet::from(["urn-2".to_owned()]);
        let terms = Terms::Agreed(BTreeMap::new());
        let by_list = Scope { listed, restricted: true, terms, ..Scope::default() };
        let since = Scope { listed_since: Some(SINCE), ..by_list.clone() };
        let reached = people::within(&mut tx, &since, &ids).await.unwrap();
        assert_eq!(reached, [12, 24, 36, 48].map(|at| ids[at]), "on {}", register.engine);
        assert_eq!(people::within(&mut tx, &by_list, &ids).await.unwrap(), Vec::<i64>::new());
    })
    .await;
}
