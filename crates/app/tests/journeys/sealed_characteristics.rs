//! What is true of somebody for a time, in care or expecting a child, and who told it: once there are keys no cell says
//! it, and every reader reads it as before, whether it was written before them, after them or is sealed half-way.

use std::collections::BTreeSet;

use crate::linking_lists::{HEAD, manager as keeper_of_lists, matched};
use crate::town;
use app::linking::{self, Wanted};
use app::measures::{Months, Question, figures};
use app::{Clock, Context, keys};
use domain::access::{Actor, Role, Scope};
use domain::cohort::Cohort;
use domain::edition::Edition;
use domain::matching::ListKind;
use domain::measure::Cut;
use domain::person::{ChangeId, Characteristic, Field, Particulars, PersonId, PersonRecord};
use domain::status::Spell;
use formats::reference::editions;
use jiff::civil::{Date, date};
use store::cohort::{Narrow, on_days, whole};
use store::people::{self, Moment, Write};
use store::seal::{self, Cell};
use store::sealed::{self, Swept};
use store::{Db, args, changes, returning};
use testkit::each_engine;

const TODAY: Date = date(2026, 2, 1);

fn keeper() -> Actor {
    town::actor(0, Role::DataManager)
}

fn edition() -> &'static Edition {
    editions().on(TODAY).unwrap()
}

/// Each time as if the program had just begun, so that nothing is remembered.
fn fresh(db: &Db) -> Context {
    Context::new(db.clone(), None, Clock::on(TODAY))
}

fn held(code: &str, source: &str) -> Characteristic {
    let (code, source) = (code.to_owned(), source.to_owned());
    Characteristic { code, from: Some(date(2025, 9, 1)), to: None, source }
}

/// Somebody NEET of the counted ages of whom this is true.
fn pupil(characteristics: Vec<Characteristic>) -> PersonRecord {
    let spell = Spell { verified: Some(date(2025, 11, 20)), ..Spell::new("619", date(2025, 9, 1)) };
    PersonRecord {
        particulars: Particulars::default()
            .with(Field::GivenName, "A")
            .with(Field::FamilyName, "B")
            .with(Field::DateOfBirth, "2008-03-04")
            .with(Field::CohortStatus, "P")
            .with(Field::LeadLa, "887")
            .with(Field::Sex, "F"),
        characteristics,
        spells: vec![spell],
        ..PersonRecord::default()
    }
}

/// Saves records, of somebody new where there is no number; the change and their numbers.
async fn save(db: &Db, at: &str, records: &[(Option<i64>, PersonRecord)]) -> (ChangeId, Vec<i64>) {
    let mut tx = db.begin().await.unwrap();
    let change = changes::begin(&mut tx, at, "edit", None, None, None).await.unwrap();
    let mut ids = Vec::new();
    for (id, after) in records {
        let id = match id {
            Some(id) => *id,
            None => {
                let mut fresh = [String::new()];
                people::new_people(&mut tx, change, "887", &mut fresh).await.unwrap()[0]
            }
        };
        let before = people::load(&mut tx, &[id], Moment::Now).await.unwrap().remove(0);
        people::write(&mut tx, change, &[Write { before: &before, after }]).await.unwrap();
        ids.push(id);
    }
    tx.commit().await.unwrap();
    (change, ids)
}

/// Cells that lie in the clear, and that are sealed. Every one opens.
async fn cells(db: &Db) -> (usize, usize) {
    let mut tx = db.begin_read().await.unwrap();
    let sql = "SELECT fact, code, source FROM characteristic ORDER BY fact";
    let kept =
        tx.rows(sql, args![], |row| Ok((row.int(0)?, [row.text(1)?, row.text(2)?]))).await.unwrap();
    let (mut clear, mut shut) = (0, 0);
    for (fact, texts) in kept {
        for (column, text) in ["code", "source"].into_iter().zip(texts) {
            let opened = tx.unseal(&Cell::new("characteristic", fact, column), &text).unwrap();
            assert!(!opened.is_empty() && !seal::is_sealed(&opened), "{column} {opened}");
            let count = if seal::is_sealed(&text) { &mut shut } else { &mut clear };
            *count += 1;
        }
    }
    (clear, shut)
}

/// The characteristics of a cohort, a line each person, whatever the order in which rows came.
fn traits(cohort: &Cohort) -> Vec<String> {
    let all = &cohort.traits;
    let mut lines = Vec::new();
    for (p, id) in cohort.people.id.iter().enumerate() {
        let one =
            |row: usize| format!("{} {:?} {:?}", all.code.text(row), all.from[row], all.to[row]);
        let mut said: Vec<String> = all.of.of(p).map(one).collect();
        said.sort();
        lines.push(format!("{id}: {said:?}"));
    }
    lines.sort();
    lines
}

/// What each reader of characteristics makes of the register, as known now and after a change.
async fn read(db: &Db, then: ChangeId) -> Vec<String> {
    let ctx = fresh(db);
    let several = linking::vulnerable(&ctx, &keeper(), edition()).await.unwrap();
    let by_group = Question {
        by: vec![Cut::Characteristic],
        ..Question::new("neet", Months::One("2026-01".parse().unwrap()))
    };
    let counted = figures(&ctx, &Scope::everyone(), &by_group).await.unwrap();
    let mut groups: Vec<String> = counted.cells.iter().map(|cell| format!("{cell:?}")).collect();
    groups.sort();
    assert!(groups.len() > 1, "{groups:?}");
    let mut all = vec![format!("{several:?} {:?} {groups:?}", counted.total)];
    let mut tx = db.begin_read().await.unwrap();
    for moment in [Moment::Now, Moment::After(then)] {
        for one in people::load_all(&mut tx, moment).await.unwrap() {
            all.push(format!("{} {:?}", one.person, one.record.characteristics));
        }
        all.extend(traits(&whole(&mut tx, moment, &Narrow::default()).await.unwrap()));
    }
    let newest = changes::latest(&mut tx).await.unwrap();
    let born = (date(2007, 9, 1), date(2009, 8, 31));
    let days = [(then, TODAY), (newest, TODAY)];
    for cohort in on_days(&mut tx, &days, born).await.unwrap() {
        all.extend(traits(&cohort));
    }
    let ids = people::all_ids(&mut tx, Moment::Now).await.unwrap();
    for one in returning::on_day(&mut tx, Moment::Now, &ids, TODAY).await.unwrap() {
        all.push(format!("{:?}", one.characteristics));
    }
    let compared = people::load_compared(&mut tx, &ids, &[]).await.unwrap();
    all.extend(ids.iter().map(|id| format!("{:?}", compared[id].characteristics)));
    all.push(format!("{:?}", store::linking::characteristics(&mut tx).await.unwrap()));
    let expecting = store::linking::with_characteristic(&mut tx, "180").await.unwrap();
    all.push(format!("{expecting:?}"));
    let told = store::rights::held(&mut tx, &ids).await.unwrap();
    all.push(format!("{:?}", told.iter().find(|one| one.table == "characteristic").unwrap().rows));
    all
}

#[tokio::test]
async fn every_reader_reads_the_same_in_the_clear_half_sealed_and_under_a_younger_key() {
    each_engine(async |register| {
        let (db, folder) = (&register.db, tempfile::tempdir().unwrap());
        let (ctx, file) = (fresh(db), keys::in_home(folder.path()));
        let justice = held("170", "Youth offending team");
        let first = [
            (None, pupil(vec![held("180", "Midwife"), justice])),
            (None, pupil(vec![held("180", "Her mother")])),
            (None, pupil(Vec::new())),
        ];
        let (then, ids) = save(db, "2026-01-10T10:00:00.000000Z", &first).await;
        let next = pupil(vec![held("180", "Midwife"), held("110", "Social care")]);
        save(db, "2026-01-11T10:00:00.000000Z", &[(Some(ids[0]), next)]).await;
        let before = read(db, then).await;
        assert_eq!(cells(db).await, (8, 0), "the one that ended stays as it was known");

        keys::make(&ctx, &keeper(), &file).await.unwrap();
        assert_eq!(read(db, then).await, before, "{}", register.engine);
        let late = [(None, pupil(vec![held("180", "School nurse")]))];
        let (_, new) = save(db, "2026-01-12T10:00:00.000000Z", &late).await;
        assert_eq!(cells(db).await, (8, 2), "what is written from now on is sealed");
        let mixed = read(db, then).await;
        let expecting = [ids[0], ids[1], new[0]];
        assert!(mixed.contains(&format!("{expecting:?}")), "{mixed:?}");
        assert!(mixed.iter().any(|line| line.contains("School nurse")), "{mixed:?}");

        // Two rows are sealed, then it stops; run again, it goes on.
        let mut tx = db.begin().await.unwrap();
        assert_eq!(sealed::sweep(&mut tx, &mut Swept::default(), 2).await.unwrap(), 2);
        tx.commit().await.unwrap();
        assert_eq!(cells(db).await, (4, 6));
        assert_eq!(read(db, then).await, mixed, "{}", register.engine);
        assert_eq!(keys::seal_all(&ctx, &keeper()).await.unwrap(), 2);
        assert_eq!(cells(db).await, (0, 10));
        assert_eq!(read(db, then).await, mixed, "{}", register.engine);

        // A younger key, and its wrapping anew under another master key.
        keys::make(&ctx, &keeper(), &file).await.unwrap();
        assert_eq!(keys::seal_all(&ctx, &keeper()).await.unwrap(), 5);
        let other = folder.path().join("new.key");
        assert_eq!(keys::rotate(&ctx, &keeper(), &file, &other).await.unwrap(), 2);
        assert_eq!(read(db, then).await, mixed, "{}", register.engine);

        // A cell that was moved does not open, for whoever reads.
        let mut tx = db.begin().await.unwrap();
        tx.run("UPDATE characteristic SET code = source", args![]).await.unwrap();
        let moved = people::load_all(&mut tx, Moment::Now).await.unwrap_err().to_string();
        assert!(moved.contains("does not open"), "{moved}");
        let narrow = Narrow::default();
        assert!(whole(&mut tx, Moment::Now, &narrow).await.is_err(), "{}", register.engine);
        assert!(store::linking::with_characteristic(&mut tx, "180").await.is_err());
    })
    .await;
}

async fn say(ctx: &Context, jo: &Actor, person: i64, said: &Characteristic) {
    let edition = editions().on(ctx.today()).unwrap();
    app::people::say_characteristic(ctx, jo, PersonId(person), edition, said).await.unwrap();
}

#[tokio::test]
async fn a_list_of_looked_after_children_is_compared_with_what_is_sealed() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let ctx = town::context(&register);
        let people = town::town(&ctx).await;
        let jo = keeper_of_lists(&ctx).await;
        let (early, late, named) = (&people[6], &people[8], &people[20]);
        say(&ctx, &jo, early.person, &held("110", "Social care")).await;
        keys::make(&ctx, &jo, &keys::in_home(folder.path())).await.unwrap();
        say(&ctx, &jo, late.person, &held("110", "Social care")).await;
        // It holds no longer, so the list need not have them.
        let over = Characteristic { to: Some(date(2025, 12, 1)), ..held("110", "Social care") };
        say(&ctx, &jo, people[10].person, &over).await;
        let text = format!(
            "{HEAD},{},{},{},{},{}\n",
            named.given, named.family, named.born, named.sex, named.home
        );
        let (id, tally) = matched(&ctx, &jo, ListKind::LookedAfter, &text).await.unwrap();
        assert_eq!((tally.differs, tally.ours), (1, 2), "{tally:?} on {}", register.engine);
        let ours = linking::list_rows(&ctx, &jo, (id, "ours"), 0, 9).await.unwrap();
        let missing: BTreeSet<i64> =
            ours.iter().map(|row| row.person.as_ref().unwrap().0).collect();
        assert_eq!(missing, BTreeSet::from([early.person, late.person]));
        let differs = linking::list_rows(&ctx, &jo, (id, "differs"), 0, 9).await.unwrap();
        let fields: Vec<&str> = differs[0].differs.iter().map(|one| one.0.as_str()).collect();
        assert_eq!(fields, ["Characteristic"], "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn what_is_sealed_goes_over_with_a_merge_and_comes_back() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let ctx = town::context(&register);
        let people = town::town(&ctx).await;
        let jo = town::manager(&ctx, "jo").await;
        let (kept, gone) = (people[2].person, people[4].person);
        say(&ctx, &jo, kept, &held("110", "Social care")).await;
        keys::make(&ctx, &jo, &keys::in_home(folder.path())).await.unwrap();
        say(&ctx, &jo, gone, &held("180", "Midwife")).await;
        let known = async || {
            let mut tx = ctx.db.begin_read().await.unwrap();
            let both = people::load(&mut tx, &[kept, gone], Moment::Now).await.unwrap();
            both.into_iter().map(|one| one.record.characteristics).collect::<Vec<_>>()
        };
        let before = known().await;
        let seen = linking::preview(&ctx, &jo, (kept, gone)).await.unwrap().seen;
        let wanted = Wanted { kept, gone, seen, prefer: BTreeSet::new(), reason: "one person" };
        let id = linking::merge(&ctx, &jo, &wanted).await.unwrap().unwrap();
        let merged = known().await;
        let codes: Vec<&str> = merged[0].iter().map(|one| one.code.as_str()).collect();
        assert_eq!((codes, merged[1].len()), (vec!["110", "180"], 0), "{}", register.engine);
        linking::unmerge(&ctx, &jo, id, "they are cousins").await.unwrap();
        assert_eq!(known().await, before, "{}", register.engine);
        assert_eq!(cells(&ctx.db).await.0, 2, "only what was told before there were keys");
        // Who told it is in no other place: neither the change nor the audit says it.
        assert!(testkit::cells_that_tell(&ctx.db, &["Midwife"]).await.is_empty());
    })
    .await;
}

/// Before characteristics were sealed, who told one was the reason of its change: a register that comes from there
/// loses it.
#[tokio::test]
async fn who_told_is_left_in_no_reason_from_before() {
    each_engine(async |register| {
        let db = &register.db;
        let told = vec![held("110", "Youth offending team")];
        let (made, ids) = save(db, "2025-01-01", &[(None, pupil(told))]).await;
        let (ended, _) = save(db, "2025-02-01", &[(Some(ids[0]), pupil(Vec::new()))]).await;
        let (other, _) = save(db, "2025-03-01", &[(None, pupil(Vec::new()))]).await;
        let mut tx = db.begin().await.unwrap();
        tx.run("UPDATE change SET reason = 'As told'", args![]).await.unwrap();
        tx.run("DELETE FROM schema_step WHERE step = 69", args![]).await.unwrap();
        tx.commit().await.unwrap();
        store::migrate(db).await.unwrap();
        let mut tx = db.begin_read().await.unwrap();
        let sql = "SELECT id FROM change WHERE reason IS NULL ORDER BY id";
        let cleared = tx.rows(sql, args![], |row| row.int(0)).await.unwrap();
        assert_eq!(cleared, [made.0, ended.0], "not {other:?} on {}", register.engine);
    })
    .await;
}
