//! The list filter and the single guard are the same rule.

use std::collections::BTreeSet;

use domain::access::Scope;
use domain::person::{Address, Field, Particulars, PersonRecord, Place};
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

fn scopes() -> Vec<Scope> {
    let some = |name: &str| BTreeSet::from([name.to_owned()]);
    let mut all = Vec::new();
    for everyone in [false, true] {
        for localities in [BTreeSet::new(), some("North")] {
            for schools in [BTreeSet::new(), some("urn-1")] {
                for caseload_of in [None, Some(1)] {
                    for restricted in [false, true] {
                        all.push(Scope {
                            everyone,
                            localities: localities.clone(),
                            schools: schools.clone(),
                            caseload_of,
                            restricted,
                        });
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
        for scope in scopes() {
            let listed = people::within(&mut tx, &scope, &ids).await.unwrap();
            let mut admitted = Vec::new();
            for id in &ids {
                let reach = people::reach(&mut tx, *id).await.unwrap().unwrap();
                if scope.admits(&reach).allowed {
                    admitted.push(*id);
                }
            }
            assert_eq!(listed, admitted, "{scope:?} on {}", register.engine);
        }
    })
    .await;
}
