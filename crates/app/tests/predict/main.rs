//! Early support over a made-up town: rows know nothing from later, chances change nobody's record, lists
//! keep to reach and places, sets come in under agreement, a shift is alarmed.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at a wrong value as at any other failure"
)]

mod sets;

use app::demo::{DAY, Plan, build, foresight};
use app::predict::{lists, paper, registers, rows, score, train, watch};
use app::{Clock, Context, Wrong};
use domain::access::{Actor, Role, Scope};
use domain::calendar::Month;
use domain::person::{Characteristic, Field};
use domain::prediction::{Choice, Fact, Point, State, Target};
use domain::status::Spell;
use jiff::civil::date;
use sha2::{Digest, Sha256};
use store::analysis::{self, Load};
use store::people::{self, Moment, Write};
use store::{Db, changes};
use testkit::{each_engine, sqlite};

fn actor(role: Role, scope: Scope) -> Actor {
    Actor { account: 0, name: "Jo".into(), role, scope }
}

fn keeper() -> Actor {
    actor(Role::DataManager, Scope::everyone())
}

async fn town(db: &Db, size: usize) -> Context {
    let evening = format!("{DAY}T18:00:00Z").parse().unwrap();
    let ctx = Context::seeded(db.clone(), None, Clock::Fixed(evening), 1);
    build(&ctx, &Plan { people: size, ..Plan::default() }).await.unwrap();
    ctx
}

fn set(kind: &str, n: usize) -> Load {
    Load {
        id: 0,
        kind: kind.into(),
        sender: "council-887".into(),
        file_name: "later.csv".into(),
        file_hash: format!("later {kind} {n}"),
        read: 1,
        kept: 1,
        unmatched: 0,
        refused: 0,
        from: date(2022, 9, 1),
        to: date(2025, 3, 1),
        at: String::new(),
    }
}

async fn bits(ctx: &Context, point: Point, on: jiff::civil::Date) -> Vec<(i64, String)> {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let rows = rows::rows(ctx, &mut tx, point, on).await.unwrap();
    let lines = rows.cells.iter().map(|cells| rows::to_the_bit(cells));
    rows.people.iter().copied().zip(lines).collect()
}

/// Everything about everybody is altered after the day, back into the time before it; no fact of any row
/// of the day may differ by a bit.
#[tokio::test]
async fn altering_any_later_record_changes_no_bit_of_a_row() {
    each_engine(async |register| {
        let ctx = town(&register.db, 240).await;
        let days = [(Point::Spring, date(2024, 5, 15)), (Point::Monthly, date(2024, 10, 31))];
        let mut before = Vec::new();
        for (point, on) in days {
            before.push(bits(&ctx, point, on).await);
        }
        assert!(before.iter().all(|rows| rows.len() > 20), "{}", register.engine);
        let mut tx = ctx.db.begin().await.unwrap();
        let at = "2025-03-14T18:00:00.000000Z";
        let change = changes::begin(&mut tx, at, "edit", None, None, None).await.unwrap();
        let all = people::load_all(&mut tx, Moment::Now).await.unwrap();
        let altered: Vec<_> = all
            .iter()
            .map(|one| {
                let mut record = one.record.clone();
                let early = date(2023, 9, 4);
                record.spells =
                    vec![Spell { end: Some(date(2024, 9, 30)), ..Spell::new("619", early) }];
                for field in [Field::Send, Field::SenSupport] {
                    record.particulars.set(field, "Y".to_owned());
                }
                record.particulars.set(Field::School, None::<String>);
                record.particulars.set(Field::IntendedDestination, "611".to_owned());
                record.particulars.set(Field::GuaranteeYear11, "154".to_owned());
                record.addresses.clear();
                record.characteristics = vec![Characteristic {
                    code: "110".into(),
                    from: Some(date(2015, 1, 1)),
                    to: None,
                    source: "later".into(),
                }];
                record
            })
            .collect();
        let writes: Vec<Write<'_>> =
            all.iter().zip(&altered).map(|(before, after)| Write { before, after }).collect();
        people::write(&mut tx, change, &writes).await.unwrap();
        for (n, (field, value)) in
            [("sessions", "100/90/90"), ("suspended", "9"), ("ks4", "0"), ("youth_justice", "yes")]
                .into_iter()
                .enumerate()
        {
            let fact = |person: i64| {
                let (field, value) = (field.to_owned(), value.to_owned());
                let (from, to) = (date(2024, 2, 1), Some(date(2024, 4, 1)));
                (person, Fact { field, value, from, to, source: "later".into() })
            };
            let facts: Vec<_> = all.iter().map(|one| fact(one.person)).collect();
            analysis::add(&mut tx, change, &set("fip", n), &facts).await.unwrap();
        }
        for old in analysis::loads(&mut tx).await.unwrap() {
            if old.file_name != "later.csv" {
                analysis::end(&mut tx, change, old.id).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        for ((point, on), before) in days.into_iter().zip(before) {
            assert_eq!(bits(&ctx, point, on).await, before, "{} {point:?}", register.engine);
        }
        let now = bits(&ctx, Point::Autumn, date(2025, 3, 14)).await;
        assert!(now.iter().any(|(_, line)| line.contains("later")), "the alteration was real");
    })
    .await;
}

async fn hash(db: &Db) -> Vec<u8> {
    let mut tx = db.begin_read().await.unwrap();
    let mut hash = Sha256::new();
    for one in people::load_all(&mut tx, Moment::Now).await.unwrap() {
        hash.update(format!("{one:?}"));
        let contacts = store::contacts::of_person(&mut tx, one.person, 50).await.unwrap();
        hash.update(format!("{contacts:?}"));
        hash.update(format!("{:?}", store::contacts::advisers(&mut tx, one.person).await.unwrap()));
    }
    hash.finalize().to_vec()
}

/// Fits without the demonstration's own steps, so that each is seen.
async fn in_use(ctx: &Context) -> train::Kept {
    let point = Point::Autumn;
    let asked =
        train::Asked { point, target: Target::CountMonths, with_area: false, places: Some(20) };
    let fitted = train::train(ctx, &keeper(), &asked).await.unwrap();
    let early = (State::Operational, "A. Owner", "accepted");
    let refused = train::sign(ctx, &keeper(), fitted.id, early).await.unwrap_err();
    assert!(refused.to_string().contains("cannot become operational"), "{refused}");
    for state in [State::Tested, State::Operational] {
        train::sign(ctx, &keeper(), fitted.id, (state, "A. Owner", "accepted")).await.unwrap();
    }
    fitted
}

#[tokio::test]
async fn a_chance_changes_no_record_and_a_list_keeps_to_places_reach_and_reasons() {
    each_engine(async |register| {
        let ctx = town(&register.db, 1_500).await;
        let fitted = in_use(&ctx).await;
        let years = &fitted.content.years;
        assert!(years.windows(2).all(|pair| pair[0].closes < pair[1].closes), "{years:?}");
        assert_eq!(years.last().unwrap().part, "judged on");
        papers_are_full(&ctx, fitted.id).await;
        let before = hash(&ctx.db).await;
        let ran = score::run(&ctx, &keeper(), Point::Autumn).await.unwrap();
        assert_eq!((ran.day, ran.way.as_str()), (date(2024, 11, 15), "model"));
        let asked = lists::Asked { places: Some(12), ..lists::Asked::default() };
        let list = lists::list(&ctx, &keeper(), Point::Autumn, &asked).await.unwrap().unwrap();
        assert_eq!(list.listed.len(), 12);
        assert!(list.how_true.contains("every 10"), "{}", list.how_true);
        assert!(list.listed.windows(2).all(|pair| pair[0].chance >= pair[1].chance - 0.005));
        assert!(list.listed.iter().all(|one| !one.reasons.is_empty()));
        let first = list.listed[0].person;
        let said = lists::choose(&ctx, &keeper(), first, (Some(Choice::Supported), "")).await;
        assert!(matches!(said, Err(Wrong::Refused(_))));
        let why = "Has a mentor since January";
        lists::choose(&ctx, &keeper(), first, (Some(Choice::Supported), why)).await.unwrap();
        let list = lists::list(&ctx, &keeper(), Point::Autumn, &asked).await.unwrap().unwrap();
        assert_eq!((list.listed.len(), list.supported.len()), (12, 1), "a new name came");
        assert_eq!(hash(&ctx.db).await, before, "{}: a list is only a list", register.engine);
        of_a_school(&ctx, &list).await;
        lists::of_person(&ctx, &keeper(), first).await.unwrap();
        let csv = lists::csv(&list).unwrap();
        assert_eq!(csv.lines().count(), 13);
    })
    .await;
}

/// No field of a paper is empty, and what only the owner knows is said to be the owner's.
async fn papers_are_full(ctx: &Context, id: i64) {
    let papers = paper::of(ctx, &keeper(), id).await.unwrap();
    assert_eq!(papers.len(), 3);
    let own = ["Website", "Contact email", "Team", "Residual risk and approval"];
    for one in &papers {
        for entry in one.sections.iter().flat_map(|section| &section.entries) {
            assert!(!entry.value.trim().is_empty(), "{}: {}", one.name, entry.field);
            assert!(!own.contains(&entry.field) || entry.owners_own, "{}", entry.field);
        }
    }
    assert!(papers[0].sections[0].title.contains("cannot"), "what it cannot do comes first");
}

/// A school sees its own pupils, and of other services only that there is one and whom to ask.
async fn of_a_school(ctx: &Context, list: &lists::List) {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let one = list.listed[0].person;
    let loaded = people::load(&mut tx, &[one], Moment::Now).await.unwrap();
    drop(tx);
    let school = loaded[0].record.particulars.get(Field::School).unwrap().to_owned();
    let scope = Scope { schools: [school].into(), ..Scope::default() };
    let reader = actor(Role::School, scope);
    let asked = lists::Asked { places: Some(500), ..lists::Asked::default() };
    let own = lists::list(ctx, &reader, Point::Autumn, &asked).await.unwrap().unwrap();
    let name = own.listed[0].school.clone();
    assert!(own.listed.iter().all(|one| one.school == name && one.last_contact.is_none()));
    assert!(own.of < list.of);
    for reason in own.listed.iter().flat_map(|one| &one.reasons) {
        let word = reason.to_lowercase();
        for service in ["looked after", "youth offending", "early help", "family intervention"] {
            assert!(!word.contains(service), "{reason}");
        }
    }
    let elsewhere = list.supported[0].person;
    let refused =
        lists::choose(ctx, &reader, elsewhere, (Some(Choice::Added), "We know them")).await;
    let own_pupil = own.listed.iter().chain(&own.supported).any(|p| p.person == elsewhere);
    assert_eq!(refused.is_ok(), own_pupil);
}

#[tokio::test]
async fn whoever_objects_is_left_out_and_chances_expire() {
    let register = sqlite().await;
    let ctx = town(&register.db, 1_200).await;
    in_use(&ctx).await;
    score::run(&ctx, &keeper(), Point::Autumn).await.unwrap();
    let asked = lists::Asked { places: Some(5), ..lists::Asked::default() };
    let list = lists::list(&ctx, &keeper(), Point::Autumn, &asked).await.unwrap().unwrap();
    let first = list.listed[0].person;
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    let loaded = people::load(&mut tx, &[first], Moment::Now).await.unwrap();
    let mut after = loaded[0].record.clone();
    after.particulars.set(Field::Restricted, "Y".to_owned());
    let write = [Write { before: &loaded[0], after: &after }];
    people::write(&mut tx, change, &write).await.unwrap();
    tx.commit().await.unwrap();
    let list = lists::list(&ctx, &keeper(), Point::Autumn, &asked).await.unwrap().unwrap();
    assert!(list.listed.iter().all(|one| one.person != first));
    let second = list.listed[0].person;
    let asks = app::rights::Asked {
        right: domain::rights::Right::Objection,
        by: domain::consent::Speaker::YoungPerson,
        words: "I do not want a computer to guess about me".to_owned(),
        received: ctx.today(),
    };
    let id = domain::person::PersonId(second);
    app::rights::ask(&ctx, &keeper(), id, &asks).await.unwrap().unwrap();
    let list = lists::list(&ctx, &keeper(), Point::Autumn, &asked).await.unwrap().unwrap();
    assert!(list.listed.iter().all(|one| one.person != second), "an objection holds at once");
    assert!(lists::of_person(&ctx, &keeper(), second).await.is_err());
    let again = score::run(&ctx, &keeper(), Point::Autumn).await.unwrap();
    let mut tx = ctx.db.begin_read().await.unwrap();
    let given = store::predictors::of_person(&mut tx, second).await.unwrap();
    assert!(given.iter().all(|(of, _)| of.id != again.run), "and no new chance is worked out");
    drop(tx);
    let summer = "2025-06-01T12:00:00Z".parse().unwrap();
    let later = Context::seeded(register.db.clone(), None, Clock::Fixed(summer), 1);
    assert!(lists::list(&later, &keeper(), Point::Autumn, &asked).await.unwrap().is_none());
}

/// Ten points less attendance, told with the lists of a month, is alarmed when that month is watched.
#[tokio::test]
async fn a_shift_is_alarmed_within_a_month_and_a_quiet_month_is_not() {
    let register = sqlite().await;
    let ctx = town(&register.db, 4_000).await;
    foresight(&ctx).await.unwrap();
    let month = |year, number| Month::new(year, number).unwrap();
    let quiet = watch::month(&ctx, &keeper(), Point::Autumn, month(2025, 1)).await.unwrap();
    let shifts: Vec<_> = quiet.alarms.iter().filter(|a| a.contains("shifted")).collect();
    assert!(shifts.is_empty(), "{:?}", quiet.alarms);
    let mut tx = ctx.db.begin().await.unwrap();
    let at = "2025-02-20T12:00:00.000000Z";
    // Recorded in February for the pupils of Year 11, as their schools' lists would have it.
    let change = changes::latest_at(&mut tx, at).await.unwrap();
    let (first, last) = domain::prediction::births((15, 15), date(2025, 2, 28));
    let whole = Scope::everyone();
    let pupils = analysis::born(&mut tx, &whole, Moment::Now, (first, last)).await.unwrap();
    let known = analysis::facts(&mut tx, &pupils, Moment::After(change)).await.unwrap();
    let worse = |(person, facts): (&i64, &Vec<Fact>)| {
        let last = facts.iter().rfind(|f| f.field == "sessions")?;
        let extra = Fact { value: "140/56/20".into(), from: date(2025, 1, 6), ..last.clone() };
        Some((*person, Fact { to: Some(date(2025, 2, 14)), ..extra }))
    };
    let facts: Vec<_> = known.iter().filter_map(worse).collect();
    analysis::add(&mut tx, change, &set("attendance", 1), &facts).await.unwrap();
    tx.commit().await.unwrap();
    let loud = watch::month(&ctx, &keeper(), Point::Autumn, month(2025, 2)).await.unwrap();
    assert!(loud.alarms.iter().any(|a| a.starts_with("attendance in the last")), "{loud:?}");
    assert!(loud.fallen_back, "attendance and what hangs on it: two alarms: {:?}", loud.alarms);
    let log = registers::log(&ctx, &keeper()).await.unwrap();
    assert!(log.iter().any(|entry| entry.title.starts_with("Alarms of predictor")), "{log:?}");
    let ran = score::run(&ctx, &keeper(), Point::Autumn).await.unwrap();
    assert_eq!(ran.way, "points");
}
