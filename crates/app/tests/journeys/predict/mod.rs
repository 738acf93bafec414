//! Early support over a made-up town: rows know nothing from later, chances change nobody's record, lists
//! keep to reach and places, sets come in under agreement, a shift is alarmed.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at a wrong value as at any other failure"
)]

mod life;
mod nothing_else;
mod opening;
mod school;
mod sets;
mod standing;
mod told;
mod watching;

use app::demo::{DAY, Plan, build};
use app::predict::{lists, paper, rows, score, train};
use app::{Clock, Context, Wrong};
use domain::access::{Actor, Role, Scope};
use domain::calendar::Day;
use domain::person::{Characteristic, Field};
use domain::prediction::{Choice, Fact, Point, State, Target};
use domain::status::Spell;
use jiff::civil::date;
use sha2::{Digest, Sha256};
use store::analysis::{self, Load};
use store::contacts::{self, Contact};
use store::people::{self, Loaded, Moment, Write};
use store::predictors::{self, Run, Score};
use store::{Db, Tx, changes};
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
        silence: true,
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
                (person, Fact { field, value, from, to, source: "later".into(), ..Fact::default() })
            };
            let facts: Vec<_> = all.iter().map(|one| fact(one.person)).collect();
            analysis::add(&mut tx, change, &set("fip", n), &facts).await.unwrap();
        }
        nobody_reached(&mut tx, change.0, &all).await;
        renamed(&mut tx).await;
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

/// Every organisation is called otherwise and is something else, and the register is another council's.
async fn renamed(tx: &mut Tx) {
    for old in store::organisations::all(tx).await.unwrap() {
        let kind = if old.kind == "council" { "school" } else { "council" }.to_owned();
        let name = format!("{} as it is called now", old.name);
        let new = store::organisations::Organisation { kind, name, ..old };
        store::organisations::save(tx, &new).await.unwrap();
    }
    for (name, value) in [("la_code", "886"), ("own_organisation", "council-886")] {
        store::organisations::set(tx, name, value).await.unwrap();
    }
}

/// Told of later, and dated back: somebody was called, and did not answer.
async fn nobody_reached(tx: &mut Tx, change: i64, all: &[Loaded]) {
    for one in all {
        let contact = Contact {
            id: 0,
            person: one.person,
            day: date(2024, 5, 2),
            method: "call".into(),
            outcome: "no-answer".into(),
            note: String::new(),
            next_step: None,
            account: None,
            account_name: String::new(),
            obstacles: Vec::new(),
        };
        contacts::add(tx, &contact, change).await.unwrap();
    }
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

/// A run by the model that says something of a day until another.
fn run_by(predictor: i64, (point, day, expires): (Point, Day, Day)) -> Run {
    let (point, way) = (point.name().to_owned(), "model".to_owned());
    Run { id: 0, predictor, point, day, expires, way, at: String::new() }
}

/// A chance without reasons.
fn chance_of(person: i64, chance: f64) -> Score {
    let content = "{}".to_owned();
    Score { person, chance, points: 0.0, school: None, content, held_out: false }
}

/// Keeps a run as it was made, as known now.
async fn kept_run(ctx: &Context, predictor: i64, spoken: (Point, Day, Day), scores: &[Score]) {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "predictor", None, None, None).await.unwrap();
    let run = run_by(predictor, spoken);
    predictors::add_run(&mut tx, change, &run, (change, scores)).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_chance_changes_no_record_and_a_list_keeps_to_places_reach_and_reasons() {
    each_engine(async |register| {
        let ctx = town(&register.db, 1_500).await;
        let fitted = in_use(&ctx).await;
        let years = &fitted.content.years;
        assert!(years.windows(2).all(|pair| pair[0].closes < pair[1].closes), "{years:?}");
        // The winter of 2022's Year 11 came after the autumn that is judged, so it says nothing of it.
        let parts: Vec<&str> = years.iter().map(|year| year.part.as_str()).collect();
        let late = "closed too late for the judging; in the fit that is used";
        assert_eq!(parts, ["learnt from and level set on", late, "judged on"]);
        assert!(years[0].closes < years[2].on && years[1].closes >= years[2].on, "{years:?}");
        levels_are_told_apart(&ctx, &fitted).await;
        the_old_rule_is_told_as_old(&fitted);
        papers_are_full(&ctx, fitted.id).await;
        let before = hash(&ctx.db).await;
        let ran = score::run(&ctx, &keeper(), Point::Autumn).await.unwrap();
        assert_eq!((ran.day, ran.way.as_str()), (date(2024, 11, 15), "model"));
        let asked = lists::Asked { places: Some(12), ..lists::Asked::default() };
        let list = lists::list(&ctx, &keeper(), Point::Autumn, &asked).await.unwrap().unwrap();
        assert_eq!(list.listed.len(), 12);
        assert!(list.how_true.contains("every 10"), "{}", list.how_true);
        assert!(list.listed.windows(2).all(|pair| pair[0].chance >= pair[1].chance));
        assert!(list.listed.iter().all(|one| !one.reasons.is_empty()));
        let first = list.listed[0].person;
        let said = lists::choose(&ctx, &keeper(), first, (Some(Choice::Supported), "")).await;
        assert!(matches!(said, Err(Wrong::Refused(_))));
        let why = "Has a mentor since January";
        lists::choose(&ctx, &keeper(), first, (Some(Choice::Supported), why)).await.unwrap();
        let list = lists::list(&ctx, &keeper(), Point::Autumn, &asked).await.unwrap().unwrap();
        assert_eq!((list.listed.len(), list.supported.len()), (12, 1), "a new name came");
        assert_eq!(hash(&ctx.db).await, before, "{}: a list is only a list", register.engine);
        school::of_a_school(&ctx, &list).await;
        as_a_file(&list);
        acted_on_apart(&ctx, fitted.id, first).await;
    })
    .await;
}

/// One that was fitted before had its level set on a year that was still open on the judged day, and says so.
fn the_old_rule_is_told_as_old(fitted: &train::Kept) {
    assert!(!fitted.content.judged_by_open_years());
    let mut old = fitted.clone();
    old.content.years[1].part = "level set on".to_owned();
    assert!(old.content.judged_by_open_years());
    for (kept, is_old) in [(fitted, false), (&old, true)] {
        let limits = paper::cannot(kept).join(" ");
        assert_eq!(limits.contains(paper::OLD_RULE), is_old, "{limits}");
        assert_eq!(limits.contains("had closed by its day"), !is_old, "{limits}");
        let card = paper::model_card(kept, &paper::Owner::default());
        let entries = card.sections.iter().flat_map(|section| &section.entries);
        let mut level = entries.filter(|entry| entry.field == "Expected over observed");
        let yearly = level.next().unwrap();
        assert_eq!(yearly.value.contains("by the judged day"), !is_old, "{yearly:?}");
    }
}

/// More than twice as many of the judged winter are NEET as of the last that had closed, as was published: a level
/// that knows nothing of the judged winter falls short, and the papers say which level is which.
async fn levels_are_told_apart(ctx: &Context, fitted: &train::Kept) {
    let evidence = fitted.content.evidence.as_ref().unwrap();
    let (yearly, monthly) = (evidence.level_before.unwrap(), evidence.level_after.unwrap());
    assert!(yearly < 0.8 && yearly < monthly, "{yearly} {monthly}");
    let limits = paper::cannot(fitted).join(" ");
    let told = format!(
        "it expected {yearly:.3} for each one that came, with the level as set on the last"
    );
    assert!(limits.contains(&told), "{limits}");
    let card = &paper::of(ctx, &keeper(), fitted.id).await.unwrap()[0];
    let entries: Vec<_> = card.sections.iter().flat_map(|section| &section.entries).collect();
    for (field, figure, word) in [
        ("Expected over observed", yearly, "had closed by the judged day"),
        ("Expected over observed later", monthly, "a monthly mending"),
    ] {
        let entry = entries.iter().find(|entry| entry.field == field).unwrap();
        assert!(entry.value.starts_with(&format!("{figure:.3} ")), "{entry:?}");
        assert!(entry.value.contains(word), "{entry:?}");
    }
}

/// What a worker can act on is told apart, in a list and on a person's own page.
async fn acted_on_apart(ctx: &Context, predictor: i64, person: i64) {
    let said = |fact: &str, can_act| score::Said {
        fact: fact.to_owned(),
        sentence: format!("About {fact}"),
        raises: true,
        can_act,
        weight: 0.5,
        whose: None,
        involved: false,
    };
    let reasons = vec![said("attendance", true), said("free_school_meals", false)];
    let told = score::Told { reasons, missing: Vec::new() };
    let score = Score { content: serde_json::to_string(&told).unwrap(), ..chance_of(person, 0.4) };
    let spoken = (Point::Autumn, date(2024, 11, 15), date(2025, 5, 15));
    kept_run(ctx, predictor, spoken, &[score]).await;
    let asked = lists::Asked::default();
    let list = lists::list(ctx, &keeper(), Point::Autumn, &asked).await.unwrap().unwrap();
    let one = list.listed.iter().chain(&list.supported).next().unwrap();
    assert_eq!(one.reasons, ["About attendance", "About free_school_meals"]);
    assert_eq!(one.to_act_on, ["About attendance"]);
    let page = lists::of_person(ctx, &keeper(), person).await.unwrap();
    let acts: Vec<bool> = page.given[0].reasons.iter().map(|why| why.can_act).collect();
    assert_eq!(acts, [true, false]);
}

/// A row's first cells are the numbers by which other systems know somebody, not ours.
fn as_a_file(list: &lists::List) {
    let text = lists::csv(list).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(
        reader.headers().unwrap().iter().take(3).collect::<Vec<_>>(),
        ["ypid", "upn", "name"]
    );
    assert_eq!(rows.len(), 12);
    let first = &list.listed[0];
    assert!(first.ypid.len() > 6 && first.ypid != first.person.to_string(), "{}", first.ypid);
    assert_eq!(&rows[0][0], first.ypid);
    assert!(rows.iter().any(|row| !row[1].is_empty()));
    for (row, one) in rows.iter().zip(&list.listed) {
        assert_eq!((&row[0], &row[1]), (one.ypid.as_str(), one.upn.as_deref().unwrap_or_default()));
    }
}

#[derive(serde::Deserialize)]
struct Fields {
    section: Vec<FieldsOf>,
}

#[derive(serde::Deserialize)]
struct FieldsOf {
    title: String,
    fields: Vec<String>,
}

/// The transparency record answers the standard's own list, field by field, in its order.
fn answers_every_field(record: &paper::Paper) {
    let text = include_str!("../../../../../reference/risk/atrs-v3.toml");
    let wanted: Fields = toml::from_str(text).unwrap();
    for (section, wanted) in record.sections.iter().zip(&wanted.section) {
        let fields: Vec<&str> = section.entries.iter().map(|entry| entry.field).collect();
        assert_eq!(
            (section.title, fields),
            (wanted.title.as_str(), wanted.fields.iter().map(String::as_str).collect())
        );
    }
    assert_eq!(record.sections.len(), wanted.section.len());
}

/// No field of a paper is empty, and what only the owner knows is said to be the owner's.
async fn papers_are_full(ctx: &Context, id: i64) {
    let papers = paper::of(ctx, &keeper(), id).await.unwrap();
    assert_eq!(papers.len(), 3);
    let own = ["1.3 Website URL", "1.4 Contact email", "2.1.2 Team", "Residual risk and approval"];
    for one in &papers {
        for entry in one.sections.iter().flat_map(|section| &section.entries) {
            assert!(!entry.value.trim().is_empty(), "{}: {}", one.name, entry.field);
            assert!(!own.contains(&entry.field) || entry.owners_own, "{}", entry.field);
        }
    }
    answers_every_field(&papers[1]);
    let factors =
        papers[0].sections.iter().find(|section| section.title.starts_with("Factors here"));
    let told = factors.unwrap().entries.iter().map(|entry| entry.value.as_str());
    let told: Vec<&str> = told.collect();
    assert!(told.iter().any(|words| words.starts_with("Attendance (attendance below 90 %): ")));
    assert!(told.iter().any(|words| words.contains("published: .35 [.19, .66]")), "{told:?}");
    assert!(papers[1].sections[3].entries[0].value.contains(told[0]), "the record says the same");
    assert!(papers[0].sections[0].title.contains("cannot"), "what it cannot do comes first");
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
