//! Entering somebody by hand: whoever may be the same person is shown first, whoever was entered a moment
//! ago among them; and how many have several vulnerabilities at once. On both engines.

use crate::town::{Somebody, actor, context, everybody, town};
use app::linking::{self, resembling, vulnerable, warm};
use app::people::{self, Newcomer};
use app::{Context, Wrong};
use domain::access::{Actor, Role, Scope};
use domain::person::{Characteristic, Field, PersonId, PersonRecord};
use jiff::civil::date;
use std::collections::BTreeMap;
use store::people::{Moment, Write};
use testkit::each_engine;

async fn manager(ctx: &Context) -> Actor {
    let mut tx = ctx.db.begin().await.unwrap();
    let who = ("jo@example.org", "Jo", Role::DataManager);
    let id = app::accounts::add(ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
    tx.commit().await.unwrap();
    actor(id, Role::DataManager)
}

fn newcomer(one: &Somebody, given: &str) -> Newcomer {
    let values = [
        (Field::GivenName, given.to_owned()),
        (Field::FamilyName, one.family.clone()),
        (Field::DateOfBirth, one.born.clone()),
        (Field::Sex, one.sex.clone()),
    ];
    Newcomer {
        values: BTreeMap::from(values),
        postcode: one.home.clone(),
        reason: "told by the school".to_owned(),
    }
}

#[tokio::test]
async fn nobody_is_entered_twice_unseen() {
    each_engine(async |register| {
        let ctx = context(&register);
        let all = town(&ctx).await;
        let jo = manager(&ctx).await;
        warm(&ctx).await.unwrap();
        // The same person, spelt otherwise.
        let slipped = newcomer(&all[40], &format!("{}e", all[40].given));
        let found = resembling(&ctx, &jo, &slipped.asked()).await.unwrap();
        assert_eq!(found.people.first().map(|one| one.person), Some(all[40].person), "{found:?}");
        assert!(found.people[0].likeness.probability > 0.5, "{found:?}");
        // Nobody of that name or day.
        let stranger = Somebody {
            family: "Thistlewhite".to_owned(),
            born: "2009-11-30".to_owned(),
            home: "TN38 9ZZ".to_owned(),
            ..all[7].clone()
        };
        let stranger = newcomer(&stranger, "Wilhelmina");
        assert!(resembling(&ctx, &jo, &stranger.asked()).await.unwrap().people.is_empty());
        let before = everybody(&ctx).await.len();
        let made = people::add(&ctx, &jo, &stranger, &[]).await.unwrap();
        assert_eq!(everybody(&ctx).await.len(), before + 1);
        let opened = people::open(&ctx, &jo, made).await.unwrap();
        assert_eq!(opened.record.particulars.full_name(), "Wilhelmina Thistlewhite");
        assert_eq!(opened.record.addresses[0].postcode, "TN38 9ZZ");
        // The register in memory was read before: who was entered since is found all the same.
        let again = resembling(&ctx, &jo, &stranger.asked()).await.unwrap();
        assert_eq!(again.people.first().map(|one| one.person), Some(made.0), "{again:?}");
        let history = people::history(&ctx, &jo, made).await.unwrap();
        assert!(history.iter().any(|act| act.act == "entered by hand"), "{history:?}");
        assert!(history.iter().any(|act| act.act.contains("resembling")), "{history:?}");
    })
    .await;
}

/// A council that has only begun meets the same question as one with a hundred thousand.
#[tokio::test]
async fn a_handful_of_people_is_looked_through_as_well() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = manager(&ctx).await;
        let one = |given: &str, family: &str, born: &str, home: &str| Somebody {
            person: 0,
            given: given.to_owned(),
            family: family.to_owned(),
            born: born.to_owned(),
            sex: "F".to_owned(),
            home: home.to_owned(),
        };
        let all = [
            one("Amina", "Khan", "2009-05-04", "ME7 1AB"),
            one("Cara", "Lee", "2008-11-30", "ME4 4EE"),
            one("Dora", "Marsh", "2009-01-12", "ME5 7XY"),
        ];
        for one in &all {
            people::add(&ctx, &jo, &newcomer(one, &one.given), &[]).await.unwrap();
        }
        warm(&ctx).await.unwrap();
        let first = everybody(&ctx).await[0].person;
        for given in ["Amina", "Aminah"] {
            let found = resembling(&ctx, &jo, &newcomer(&all[0], given).asked()).await.unwrap();
            assert_eq!(
                found.people.first().map(|one| one.person),
                Some(first),
                "{given}: {found:?}"
            );
            assert_eq!(found.people.len(), 1, "{found:?}");
        }
        let twice = newcomer(&all[0], "Aminah");
        people::add(&ctx, &jo, &twice, &[first]).await.unwrap();
        assert_eq!(linking::find_doubles(&ctx).await.unwrap(), 1, "{}", register.engine);
    })
    .await;
}

/// Whoever may see addresses may not see a protected one: a guessed postcode must not raise what is shown.
#[tokio::test]
async fn how_likely_somebody_is_tells_nothing_of_a_protected_home() {
    each_engine(async |register| {
        let ctx = context(&register);
        let all = town(&ctx).await;
        let jo = manager(&ctx).await;
        let one = &all[40];
        let all_said = openly_said(one);
        // The bits that somebody's own record brings: their share also hangs on others, who live where all may see it.
        let bits = async |(given, born): &(String, String), home: &str| {
            let (born, home) = (born.clone(), home.to_owned());
            let asked = newcomer(&Somebody { born, home, ..one.clone() }, given).asked();
            let found = resembling(&ctx, &jo, &asked).await.unwrap().people;
            found.into_iter().find(|r| r.person == one.person).map(|r| r.likeness.weight)
        };
        let mut open = 0;
        for said in &all_said {
            let (right, wrong) = (bits(said, &one.home).await, bits(said, "ZE1 0AA").await);
            open += usize::from(right.is_some_and(|right| wrong.is_none_or(|w| right - w > 3.0)));
        }
        assert!(open > 2, "of others it counts: {open}");
        let opened = people::open(&ctx, &jo, PersonId(one.person)).await.unwrap();
        let values = BTreeMap::from([(Field::ProtectedAddress, "Y".to_owned())]);
        let seen = (PersonId(one.person), opened.seen);
        people::correct(&ctx, &jo, seen, &values, "told").await.unwrap();
        let mut found = 0;
        for said in &all_said {
            let (right, wrong) = (bits(said, &one.home).await, bits(said, "ZE1 0AA").await);
            if let (Some(right), Some(wrong)) = (right, wrong) {
                assert!((right - wrong).abs() < 1e-9, "{said:?} on {}", register.engine);
                found += 1;
            }
        }
        assert!(found > 0, "somebody who is hardly likely is left out");
    })
    .await;
}

/// Names and birth dates that leave more or less open whether they are somebody's, so that a postcode weighs.
fn openly_said(one: &Somebody) -> Vec<(String, String)> {
    let year: String = one.born.chars().take(4).collect();
    let (month, day) = (&one.born[5..7], &one.born[8..]);
    let names = [one.given.clone(), one.given.chars().take(3).collect(), "Zebedee".to_owned()];
    let births = [
        one.born.clone(),
        format!("{year}-01-01"),
        format!("{year}-{month}-{:02}", if day == "09" { 19 } else { 9 }),
        format!("1999-{month}-{day}"),
    ];
    let each = |name: &String| births.iter().map(|born| (name.clone(), born.clone())).collect();
    names.iter().flat_map(|name| -> Vec<_> { each(name) }).collect()
}

/// What a namesake's figure is depends on what the protected one's is: neither may hang on the guess, nor may it who
/// is asked about.
#[tokio::test]
async fn a_namesakes_figure_tells_nothing_of_a_protected_home() {
    each_engine(async |register| {
        let ctx = context(&register);
        let all = town(&ctx).await;
        let jo = manager(&ctx).await;
        let alone =
            |one: &&Somebody| all.iter().filter(|other| other.home == one.home).count() == 1;
        let one = all.iter().skip(40).find(alone).unwrap();
        let year: String = one.born.chars().take(4).collect();
        let day = if one.born.ends_with("-01-01") { "07-19" } else { "01-01" };
        let of = |born: String, home: &str| Somebody { born, home: home.to_owned(), ..one.clone() };
        let namesake = newcomer(&of(format!("{year}-{day}"), "ME9 8QQ"), &one.given);
        let seen = resembling(&ctx, &jo, &namesake.asked()).await.unwrap().people;
        let seen: Vec<i64> = seen.iter().map(|one| one.person).collect();
        let namesake = people::add(&ctx, &jo, &namesake, &seen).await.unwrap();
        let asked = async |(given, born): (&str, &str), home: &str| {
            let asked = newcomer(&of(born.to_owned(), home), given).asked();
            let found = resembling(&ctx, &jo, &asked).await.unwrap().people;
            let of = |person: i64| found.iter().find(|r| r.person == person).map(|r| r.likely);
            (of(one.person), of(namesake.0))
        };
        // A guess that is right, and one that is of the same district: to where the namesake lives both are alike.
        let guess = format!("{} 9ZZ", one.home.split(' ').next().unwrap());
        let gap = async |said| {
            let (_, right) = asked(said, &one.home).await;
            let (_, wrong) = asked(said, &guess).await;
            (right.flatten().unwrap_or(0.0) - wrong.flatten().unwrap_or(0.0)).abs()
        };
        let all_said = openly_said(one);
        let mut most: f64 = 0.0;
        for (given, born) in &all_said {
            most = most.max(gap((given, born)).await);
        }
        assert!(most > 0.05, "an open home counts against the other: {most}");
        let opened = people::open(&ctx, &jo, PersonId(one.person)).await.unwrap();
        let values = BTreeMap::from([(Field::ProtectedAddress, "Y".to_owned())]);
        let seen = (PersonId(one.person), opened.seen);
        people::correct(&ctx, &jo, seen, &values, "told").await.unwrap();
        for (given, born) in &all_said {
            let gap = gap((given, born)).await;
            assert!(gap < 0.02, "{gap} of {given}, {born} on {}", register.engine);
            let (right, _) = asked((given, born), &one.home).await;
            let (wrong, _) = asked((given, born), &guess).await;
            assert_eq!(right.is_some(), wrong.is_some(), "{}", register.engine);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_or_beyond_reach_is_refused_and_told() {
    each_engine(async |register| {
        let ctx = context(&register);
        let all = town(&ctx).await;
        let jo = manager(&ctx).await;
        let before = everybody(&ctx).await.len();
        let good = newcomer(&all[3], "Zebedee");
        let mut nameless = good.clone();
        nameless.values.remove(&Field::FamilyName);
        let mut number = good.clone();
        number.values.insert(Field::Upn, "A123".to_owned());
        let silent = Newcomer { reason: " ".to_owned(), ..good.clone() };
        for wrong in [&nameless, &number, &silent] {
            let refused = people::add(&ctx, &jo, wrong, &[]).await;
            assert!(matches!(refused, Err(Wrong::Refused(_))), "{refused:?}");
        }
        // Somebody who reaches nobody is told that somebody may be the same, and not who.
        let nowhere = Actor { scope: Scope::default(), ..jo.clone() };
        let same = newcomer(&all[3], &all[3].given).asked();
        let found = resembling(&ctx, &nowhere, &same).await.unwrap();
        assert!(found.people.is_empty() && found.beyond, "{found:?}");
        let refused = people::add(&ctx, &nowhere, &good, &[]).await;
        assert!(matches!(refused, Err(Wrong::Refused(_))), "{refused:?}");
        assert_eq!(everybody(&ctx).await.len(), before, "nothing was saved");
    })
    .await;
}

#[tokio::test]
async fn several_vulnerabilities_are_counted_by_combination_and_few_are_not_told() {
    each_engine(async |register| {
        let ctx = context(&register);
        let all = town(&ctx).await;
        let jo = manager(&ctx).await;
        let has = async |people: &[Somebody], codes: &[&str]| {
            let mut tx = ctx.db.begin().await.unwrap();
            let change =
                store::changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
            let ids: Vec<i64> = people.iter().map(|one| one.person).collect();
            let loaded = store::people::load(&mut tx, &ids, Moment::Now).await.unwrap();
            let after: Vec<PersonRecord> = loaded
                .iter()
                .map(|l| {
                    let mut record = l.record.clone();
                    record.characteristics.extend(codes.iter().map(|code| Characteristic {
                        code: (*code).to_owned(),
                        from: Some(date(2025, 9, 1)),
                        to: None,
                        source: String::new(),
                    }));
                    record
                })
                .collect();
            let writes: Vec<Write<'_>> =
                loaded.iter().zip(&after).map(|(before, after)| Write { before, after }).collect();
            store::people::write(&mut tx, change, &writes).await.unwrap();
            tx.commit().await.unwrap();
        };
        has(&all[0..12], &["110", "170"]).await;
        has(&all[20..26], &["110", "120"]).await;
        has(&all[30..33], &["120", "170"]).await;
        has(&all[40..60], &["110"]).await;
        let edition = formats::reference::editions().on(date(2026, 1, 9)).unwrap();
        let told = vulnerable(&ctx, &jo, edition).await.unwrap();
        assert_eq!(told.people, Some(21), "{told:?}");
        assert_eq!(told.rows.len(), 1, "{told:?}");
        assert_eq!((told.rows[0].people, told.rarer), (12, Some((2, 9))), "{told:?}");
        let reader = actor(jo.account, Role::School);
        assert!(linking::vulnerable(&ctx, &reader, edition).await.is_err());
        let opened = people::open(&ctx, &jo, PersonId(all[0].person)).await.unwrap();
        assert_eq!(opened.record.characteristics.len(), 2);
    })
    .await;
}
