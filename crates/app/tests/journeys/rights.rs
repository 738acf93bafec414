//! What young people ask about their own data: in time, step by step, the pack cut down, a stop that
//! holds in every list; and what retention destroys, to the last word; on both engines.

use std::io::{Cursor, Read};

use app::people::{self, NewContact, Query};
use app::rights::{self, Asked};
use app::{Clock, Context, Wrong, consents, retention};
use domain::access::{Actor, Role, Scope};
use domain::consent::{Speaker, Telling, Word};
use domain::person::{
    Address, ChangeId, Characteristic, Field, Particulars, PersonId, PersonRecord,
};
use domain::retention::Hold;
use domain::rights::{Removal, Right, Step, Why};
use domain::status::Spell;
use jiff::civil::{Date, date};
use store::people::{Moment, Write};
use store::{Db, args, changes};
use testkit::each_engine;

const CANARIES: [&str; 5] = ["Zebediah", "Quillfeather", "07700 900777", "Marmalade", "ZZ9 9QQ"];

pub fn actor(account: i64) -> Actor {
    let name = format!("Worker {account}");
    Actor { account, name, role: Role::DataManager, scope: Scope::everyone() }
}

/// The register at ten in the morning of a day.
pub fn on(db: &Db, day: Date) -> Context {
    let at = format!("{day}T10:00:00Z").parse().unwrap();
    Context::seeded(db.clone(), None, Clock::Fixed(at), 7)
}

pub async fn accounts(ctx: &Context) {
    let mut tx = ctx.db.begin().await.unwrap();
    for n in 1..=2 {
        let email = format!("{n}@example.org");
        let who = (email.as_str(), "Robin", Role::DataManager);
        app::accounts::add(ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub fn record(family: &str, born: Date) -> PersonRecord {
    let particulars = Particulars::default()
        .with(Field::GivenName, "Zebediah")
        .with(Field::FamilyName, family)
        .with(Field::DateOfBirth, &born.to_string())
        .with(Field::Phone, "07700 900777")
        .with(Field::ParentName, "Marmalade Quillfeather");
    let home = Address { postcode: "ZZ9 9QQ".to_owned(), ..Address::default() };
    let spell = Spell {
        establishment_name: Some("Marmalade College".to_owned()),
        ..Spell::new("210", date(2025, 9, 1))
    };
    PersonRecord {
        particulars,
        addresses: vec![home],
        spells: vec![spell],
        ..PersonRecord::default()
    }
}

pub async fn add(db: &Db, all: &[PersonRecord]) -> Vec<i64> {
    let mut tx = db.begin().await.unwrap();
    let change = changes::begin(&mut tx, "2020-01-01", "edit", None, None, None).await.unwrap();
    let ids = write(&mut tx, change, all).await;
    tx.commit().await.unwrap();
    ids
}

async fn write(tx: &mut store::Tx, change: ChangeId, all: &[PersonRecord]) -> Vec<i64> {
    let mut ypids = vec![String::new(); all.len()];
    let ids = store::people::new_people(tx, change, "887", &mut ypids).await.unwrap();
    let before = store::people::load(tx, &ids, Moment::Now).await.unwrap();
    let writes: Vec<Write<'_>> =
        before.iter().zip(all).map(|(before, after)| Write { before, after }).collect();
    store::people::write(tx, change, &writes).await.unwrap();
    ids
}

async fn contact(ctx: &Context, person: i64, note: &str) {
    let contact = NewContact {
        method: "call".to_owned(),
        outcome: "no-answer".to_owned(),
        note: note.to_owned(),
        next_step: None,
        obstacles: Vec::new(),
    };
    people::record_contact(ctx, &actor(1), PersonId(person), &contact).await.unwrap();
}

fn asked(right: Right, received: Date) -> Asked {
    Asked { right, by: Speaker::YoungPerson, words: "What Zebediah wants".to_owned(), received }
}

async fn ask(ctx: &Context, person: i64, right: Right) -> i64 {
    let asked = asked(right, ctx.today());
    rights::ask(ctx, &actor(1), PersonId(person), &asked).await.unwrap().unwrap()
}

/// Writes what is true of somebody, and that it is over, with who told as the reason of each change.
async fn told_by(db: &Db, person: i64) {
    for (at, code) in [("2020-02-01", Some("110")), ("2020-03-01", None)] {
        let mut tx = db.begin().await.unwrap();
        let reason = Some("Marmalade offending team");
        let change = changes::begin(&mut tx, at, "edit", None, None, reason).await.unwrap();
        let before = store::people::load(&mut tx, &[person], Moment::Now).await.unwrap().remove(0);
        let mut after = before.record.clone();
        let source = "Marmalade offending team".to_owned();
        let held = code.map(str::to_owned);
        let held = held.map(|code| Characteristic { code, from: None, to: None, source });
        after.characteristics = held.into_iter().collect();
        let writes = [Write { before: &before, after: &after }];
        store::people::write(&mut tx, change, &writes).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Every text of every table, by the database's own list of tables.
pub async fn everything(db: &Db) -> String {
    let mut tx = db.begin_read().await.unwrap();
    let sql = match tx.is_postgres() {
        true => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns WHERE table_schema = current_schema()"
        }
        false => {
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
    };
    let columns = tx.rows(sql, args![], |row| Ok((row.text(0)?, row.text(1)?))).await.unwrap();
    let mut all = String::new();
    for (table, column) in columns {
        let sql = format!("SELECT COALESCE(CAST({column} AS TEXT), '') FROM {table}");
        for text in tx.rows(&sql, args![], |row| row.text(0)).await.unwrap() {
            all.push_str(&text);
            all.push('\n');
        }
    }
    all
}

#[tokio::test]
async fn a_request_is_due_in_a_month_and_its_pack_holds_everything_but_what_was_taken_out() {
    each_engine(async |register| {
        let ctx = on(&register.db, date(2026, 1, 31));
        accounts(&ctx).await;
        let person = add(&ctx.db, &[record("Quillfeather", date(2008, 5, 4))]).await[0];
        contact(&ctx, person, "Sister Petronella opened the door").await;
        let id = ask(&ctx, person, Right::Access).await;
        let listed = rights::list(&ctx, &actor(1)).await.unwrap();
        assert_eq!((listed[0].due.by, listed[0].due.days_left), (date(2026, 2, 28), 28));
        assert_eq!(rights::waiting(&on(&register.db, date(2026, 3, 1))).await.unwrap(), (1, 1));

        let seen = rights::review(&ctx, &actor(1), id).await.unwrap();
        let contacts = seen.sections.iter().find(|s| s.name == "contact").unwrap();
        let item = contacts.rows[0].key.clone();
        let removal = Removal { item, words: "petronella".to_owned(), why: Why::Other };
        rights::remove(&ctx, &actor(1), id, &removal).await.unwrap();
        let (name, bytes) = rights::pack(&ctx, &actor(1), id).await.unwrap();
        assert!(name.ends_with(".zip"));
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for at in 0..zip.len() {
            let mut text = String::new();
            zip.by_index(at).unwrap().read_to_string(&mut text).unwrap();
            let told = ["Zebediah", "07700 900777", "ZZ9 9QQ", "opened the door"];
            // What stands as a code or a name of ours is told in words.
            for word in told.into_iter().chain(["request taken in", " (210)", "Phone call"]) {
                assert!(text.contains(word), "{word} is held and told");
            }
            assert!(!text.contains("Petronella"), "what was taken out is gone");
            assert!(!text.contains("Marmalade Quillfeather"), "a parent's name is somebody else's");
        }
        rights::take(&ctx, &actor(1), id, (Step::Granted, "Given by hand")).await.unwrap();
        let again = rights::take(&ctx, &actor(1), id, (Step::Refused, "No")).await;
        assert!(matches!(again, Err(Wrong::Refused(_))));
        assert_eq!(rights::waiting(&ctx).await.unwrap(), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_parents_pack_leaves_out_a_protected_home() {
    each_engine(async |register| {
        let ctx = on(&register.db, date(2026, 1, 31));
        accounts(&ctx).await;
        let mut hidden = record("Quillfeather", date(2012, 5, 4));
        hidden.particulars.set(Field::ProtectedAddress, "Y".to_owned());
        let person = add(&ctx.db, &[hidden]).await[0];
        let asked = Asked { by: Speaker::Parent, ..asked(Right::Access, ctx.today()) };
        let id = rights::ask(&ctx, &actor(1), PersonId(person), &asked).await.unwrap().unwrap();
        let (_, bytes) = rights::pack(&ctx, &actor(1), id).await.unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        zip.by_index(1).unwrap().read_to_string(&mut text).unwrap();
        assert!(text.contains("Zebediah") && !text.contains("ZZ9 9QQ"));
    })
    .await;
}

#[tokio::test]
async fn a_stop_takes_the_record_out_of_every_list_and_lifting_brings_it_back() {
    each_engine(async |register| {
        let ctx = on(&register.db, date(2026, 1, 31));
        accounts(&ctx).await;
        let person = add(&ctx.db, &[record("Quillfeather", date(2008, 5, 4))]).await[0];
        let query = Query { text: "Quillfeather".to_owned(), ..Query::default() };
        let found = || async { people::find(&ctx, &actor(1), &query).await.unwrap().len() };
        assert_eq!(found().await, 1);
        let id = ask(&ctx, person, Right::Restriction).await;
        assert_eq!(found().await, 1, "asking alone stops nothing");
        rights::take(&ctx, &actor(1), id, (Step::Granted, "While we check")).await.unwrap();
        assert_eq!(found().await, 0);
        assert!(people::open(&ctx, &actor(1), PersonId(person)).await.is_err());
        let mut tx = ctx.db.begin_read().await.unwrap();
        assert!(store::rights::stopped(&mut tx).await.unwrap().contains(&person));
        drop(tx);
        // Whoever answers requests still reaches the request, and can lift the stop.
        assert_eq!(
            rights::of_person(&ctx, &actor(1), PersonId(person)).await.unwrap().requests.len(),
            1
        );
        rights::take(&ctx, &actor(1), id, (Step::Lifted, "It was right")).await.unwrap();
        assert_eq!(found().await, 1);
    })
    .await;
}

/// The identifiers in the monthly return of January.
async fn returned(ctx: &Context) -> Vec<i64> {
    let end = date(2026, 1, 31);
    let edition = app::month_end::edition_for(None, end).unwrap();
    let mut tx = ctx.db.begin_read().await.unwrap();
    app::month_end::prepare(&mut tx, edition, end, end).await.unwrap().people
}

#[tokio::test]
async fn a_stop_leaves_somebody_in_the_monthly_return_and_the_pages_say_so() {
    each_engine(async |register| {
        let ctx = on(&register.db, date(2026, 1, 31));
        accounts(&ctx).await;
        let person = add(&ctx.db, &[record("Quillfeather", date(2008, 5, 4))]).await[0];
        assert_eq!(returned(&ctx).await, [person]);
        let (_, parts) = rights::held(&ctx, &actor(1), PersonId(person)).await.unwrap();
        let told = parts.iter().flat_map(|part| &part.answers);
        assert!(told.into_iter().any(|line| line.starts_with("If we stop, one use goes on")));
        for right in [Right::Restriction, Right::Objection] {
            assert!(right.granting().contains("Only the monthly return"));
            let id = ask(&ctx, person, right).await;
            rights::take(&ctx, &actor(1), id, (Step::Granted, "While we check")).await.unwrap();
            assert!(people::open(&ctx, &actor(1), PersonId(person)).await.is_err());
            assert_eq!(returned(&ctx).await, [person], "{right:?}: a duty in law");
            rights::take(&ctx, &actor(1), id, (Step::Lifted, "It was right")).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn what_we_hold_is_said_in_plain_words() {
    each_engine(async |register| {
        let ctx = on(&register.db, date(2026, 1, 31));
        accounts(&ctx).await;
        let mut one = record("Quillfeather", date(2008, 5, 4));
        one.spells[0].verified = Some(date(2026, 1, 9));
        one.spells[0].verified_by = one.spells[0].establishment_name.clone();
        let person = add(&ctx.db, &[one]).await[0];
        let mut tx = ctx.db.begin().await.unwrap();
        store::organisations::set(&mut tx, "privacy_contact", "dpo@example.org").await.unwrap();
        tx.commit().await.unwrap();
        let (name, parts) = rights::held(&ctx, &actor(1), PersonId(person)).await.unwrap();
        assert_eq!(name, "Zebediah Quillfeather");
        let text: Vec<String> = parts.iter().flat_map(|part| part.answers.clone()).collect();
        let all = text.join(" ");
        assert!(all.contains("Your phone is 07700 900777.") && all.contains("4 May 2034"), "{all}");
        assert!(all.contains("Ask your adviser, or dpo@example.org."), "{all}");
        assert!(!all.contains("Marmalade Quillfeather"));
        assert!(all.contains("Marmalade College told us what you do."), "{all}");
        let long = all.split(['.', ':']).filter(|said| said.split_whitespace().count() > 16);
        assert_eq!(long.collect::<Vec<_>>(), Vec::<&str>::new(), "sentences are short");
    })
    .await;
}

#[tokio::test]
async fn a_list_needs_a_second_person_and_leaves_no_word_of_whoever_went() {
    each_engine(async |register| {
        let born = date(1999, 3, 1);
        let early = on(&register.db, date(2024, 1, 31));
        accounts(&early).await;
        let ids =
            add(&early.db, &[record("Quillfeather", born), record("Quillfeather", born)]).await;
        contact(&early, ids[0], "Marmalade rang").await;
        told_by(&register.db, ids[0]).await;
        let told = Telling {
            partner: String::new(),
            word: Word::SaidNo,
            by: Speaker::YoungPerson,
            how: "spoken".to_owned(),
            wording: String::new(),
            evidence: "Marmalade said".to_owned(),
            office: "ZZ9 9QQ".to_owned(),
            day: early.today(),
            until: None,
        };
        let wrong = consents::tell(&early, &actor(1), PersonId(ids[0]), &told).await.unwrap();
        assert_eq!(wrong, vec![]);
        let request = ask(&early, ids[0], Right::Access).await;
        let chosen =
            Removal { item: "x".to_owned(), words: "Marmalade".to_owned(), why: Why::Other };
        rights::remove(&early, &actor(1), request, &chosen).await.unwrap();
        let hold = (Hold::Claim, "Claim 7");
        retention::hold(&early, &actor(1), PersonId(ids[1]), hold).await.unwrap();

        // 26 years: the open request and the claim keep both.
        let ctx = on(&register.db, date(2025, 3, 1));
        let list = retention::draw(&ctx, &actor(1)).await.unwrap();
        let lines = retention::open(&ctx, &actor(1), list).await.unwrap().lines;
        assert!(lines.len() >= 2 && lines.iter().all(|(line, _)| line.outcome.starts_with("kept")));
        rights::take(&ctx, &actor(1), request, (Step::Refused, "They never said who they are"))
            .await
            .unwrap();
        let list = retention::draw(&on(&register.db, date(2025, 3, 2)), &actor(1)).await.unwrap();
        let own = retention::approve(&ctx, &actor(1), list).await;
        assert!(matches!(own, Err(Wrong::Refused(_))), "nobody approves their own list");
        let gone = retention::approve(&ctx, &actor(2), list).await.unwrap();
        assert_eq!(gone, 1);
        assert!(retention::approve(&ctx, &actor(2), list).await.is_err(), "once only");
        let opened = retention::open(&ctx, &actor(2), list).await.unwrap();
        assert_eq!(opened.run.proof.as_ref().map(String::len), Some(64));
        assert!(opened.lines.iter().any(|(line, _)| line.outcome == "destroyed" && line.rows > 5));

        // The second goes as soon as the claim is over; then no table holds a word of either.
        let held = rights::of_person(&ctx, &actor(1), PersonId(ids[1])).await.unwrap().holds;
        retention::release(&ctx, &actor(1), PersonId(ids[1]), held[0].0).await.unwrap();
        let later = on(&register.db, date(2025, 3, 4));
        let list = retention::draw(&later, &actor(2)).await.unwrap();
        assert_eq!(retention::approve(&later, &actor(1), list).await.unwrap(), 1);
        let left = everything(&register.db).await;
        for canary in CANARIES {
            assert!(!left.contains(canary), "{canary} is left on {}", register.engine);
        }
        let folder = tempfile::tempdir().unwrap();
        let vault = app::audit::Vault::in_home(folder.path());
        app::audit::seal(&later, &vault).await.unwrap();
        let report = app::audit::verify(&later, &vault, None).await.unwrap();
        assert_eq!(report.found, vec![], "the audit's chain is whole");
        let mut tx = register.db.begin_read().await.unwrap();
        let sql = "SELECT CAST(SUM(people) AS BIGINT) FROM retention_count WHERE born = 1999";
        assert_eq!(tx.one(sql, args![], |row| row.int(0)).await.unwrap(), Some(2));
    })
    .await;
}

/// Notes that the two are one person, as a merge of before anything but contacts went over.
async fn merged(db: &Db, kept: i64, gone: i64) {
    let mut tx = db.begin().await.unwrap();
    let change = changes::begin(&mut tx, "2024-02-01", "merge", None, None, None).await.unwrap();
    let merge = store::linking::Merge {
        id: 0,
        kept,
        gone,
        change: change.0,
        at: "2024-02-01T10:00:00Z".to_owned(),
        account: None,
        reason: "one passport".to_owned(),
        undone: None,
    };
    store::linking::keep_merge(&mut tx, &merge).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_hold_or_an_open_request_on_a_merged_record_keeps_the_whole_person() {
    each_engine(async |register| {
        let born = date(1999, 3, 1);
        let early = on(&register.db, date(2024, 1, 31));
        accounts(&early).await;
        let ids = add(&early.db, &[record("Quillfeather", born), record("Quill", born)]).await;
        contact(&early, ids[1], "Marmalade rang").await;
        let claim = (Hold::Claim, "Claim 7");
        retention::hold(&early, &actor(1), PersonId(ids[1]), claim).await.unwrap();
        let request = ask(&early, ids[1], Right::Access).await;
        let held = rights::of_person(&early, &actor(1), PersonId(ids[1])).await.unwrap().holds;
        merged(&register.db, ids[0], ids[1]).await;
        let mut tx = register.db.begin_read().await.unwrap();
        let since = store::retention::held_since(&mut tx, ids[0], date(2024, 1, 31)).await;
        assert!(since.unwrap(), "and a list that is carried out again minds it");
        drop(tx);

        let outcomes = async |day: Date| {
            let ctx = on(&register.db, day);
            let list = retention::draw(&ctx, &actor(1)).await.unwrap();
            let gone = retention::approve(&ctx, &actor(2), list).await.unwrap();
            let lines = retention::open(&ctx, &actor(1), list).await.unwrap().lines;
            (gone, lines.into_iter().map(|(line, _)| line.outcome).collect::<Vec<_>>())
        };
        let (gone, kept) = outcomes(date(2025, 3, 1)).await;
        assert!(gone == 0 && !kept.is_empty(), "{kept:?}");
        assert!(kept.iter().all(|one| one.starts_with("kept")), "{kept:?}");
        let later = on(&register.db, date(2025, 3, 2));
        rights::take(&later, &actor(1), request, (Step::Refused, "Never came back")).await.unwrap();
        let (gone, kept) = outcomes(date(2025, 3, 2)).await;
        assert!(gone == 0 && !kept.is_empty(), "the claim alone keeps them: {kept:?}");
        assert!(kept.iter().all(|one| one.starts_with("kept")), "{kept:?}");
        retention::release(&later, &actor(1), PersonId(ids[1]), held[0].0).await.unwrap();
        let (gone, _) = outcomes(date(2025, 3, 3)).await;
        assert!(gone > 0);
        let mut tx = register.db.begin_read().await.unwrap();
        let left = tx.rows("SELECT id FROM young_person", args![], |row| row.int(0)).await;
        assert_eq!(left.unwrap(), Vec::<i64>::new());
    })
    .await;
}

#[tokio::test]
async fn an_objection_made_on_a_merged_record_stops_predictions_of_the_person() {
    each_engine(async |register| {
        let ctx = on(&register.db, date(2026, 1, 31));
        accounts(&ctx).await;
        let born = date(2008, 5, 4);
        let ids = add(&ctx.db, &[record("Quillfeather", born), record("Quill", born)]).await;
        ask(&ctx, ids[1], Right::Objection).await;
        let objecting = async |ids: &[i64]| {
            let mut tx = ctx.db.begin_read().await.unwrap();
            store::predictors::objecting(&mut tx, ids).await.unwrap()
        };
        assert_eq!(objecting(&ids).await, [ids[1]]);
        merged(&register.db, ids[0], ids[1]).await;
        assert_eq!(objecting(&ids[..1]).await, ids[..1]);
        assert_eq!(objecting(&ids).await, ids, "whichever number is asked about");
    })
    .await;
}

/// A backup comes back: what had been destroyed after it was made is destroyed again, somebody new who
/// has a number from then stays, and a list that was tampered with stops the server.
#[tokio::test]
async fn what_was_erased_stays_erased_after_a_backup_came_back() {
    each_engine(async |register| {
        let outside = tempfile::tempdir().unwrap();
        let vault = app::audit::Vault::in_home(outside.path());
        let born = date(1999, 3, 1);
        let mut ctx = on(&register.db, date(2025, 3, 1));
        ctx.vault = Some(vault.clone());
        accounts(&ctx).await;
        let ids =
            add(&ctx.db, &[record("Quillfeather", born), record("Stays", date(2010, 1, 1))]).await;
        contact(&ctx, ids[0], "Marmalade rang").await;
        let list = retention::draw(&ctx, &actor(1)).await.unwrap();
        assert_eq!(retention::approve(&ctx, &actor(2), list).await.unwrap(), 1);
        assert_eq!(retention::replay(&ctx).await.unwrap(), 0, "this database knows of it");
        let listed = std::fs::read_dir(&vault.folder).unwrap().flatten();
        let listed: Vec<_> =
            listed.filter(|f| f.file_name().to_string_lossy().contains("erasures")).collect();
        assert_eq!(listed.len(), 1);
        let text = std::fs::read_to_string(listed[0].path()).unwrap();
        assert!(CANARIES.iter().all(|canary| !text.contains(canary)), "it names nobody");

        // The backup: a register made alike, in which the list was never drawn.
        let old = testkit::sqlite().await;
        let mut back = on(&old.db, date(2025, 3, 1));
        back.vault = Some(vault.clone());
        accounts(&back).await;
        let same =
            add(&back.db, &[record("Quillfeather", born), record("Stays", date(2010, 1, 1))]).await;
        assert_eq!(same, ids);
        contact(&back, ids[0], "Marmalade rang").await;
        assert!(everything(&back.db).await.contains("Quillfeather"));
        assert_eq!(retention::replay(&back).await.unwrap(), 1);
        let left = everything(&back.db).await;
        assert!(!left.contains("Marmalade rang") && left.contains("Stays"));
        let mut tx = back.db.begin_read().await.unwrap();
        assert_eq!(store::people::all_ids(&mut tx, Moment::Now).await.unwrap(), [ids[1]]);
        drop(tx);
        assert_eq!(retention::replay(&back).await.unwrap(), 0, "once");

        // Another restore, in which the number went to somebody else since.
        let other = testkit::sqlite().await;
        let mut later = on(&other.db, date(2025, 3, 1));
        later.vault = Some(vault.clone());
        let mut tx = other.db.begin().await.unwrap();
        let change = changes::begin(&mut tx, "2024-06-01", "edit", None, None, None).await.unwrap();
        let newer = write(&mut tx, change, &[record("Newcomer", date(2009, 1, 1))]).await;
        tx.commit().await.unwrap();
        assert_eq!(newer[0], ids[0]);
        assert_eq!(retention::replay(&later).await.unwrap(), 0);
        let mut tx = later.db.begin_read().await.unwrap();
        assert_eq!(store::people::all_ids(&mut tx, Moment::Now).await.unwrap(), newer);
        drop(tx);

        // A list whose commit failed, and somebody held since: the hold counts.
        let lost = testkit::sqlite().await;
        let mut held = on(&lost.db, date(2025, 3, 1));
        held.vault = Some(vault.clone());
        accounts(&held).await;
        let people =
            add(&held.db, &[record("Quillfeather", born), record("Stays", date(2010, 1, 1))]).await;
        contact(&held, people[0], "Marmalade rang").await;
        let why = (Hold::Claim, "A solicitor wrote");
        retention::hold(&held, &actor(1), PersonId(people[0]), why).await.unwrap();
        assert_eq!(retention::replay(&held).await.unwrap(), 0);
        assert!(everything(&held.db).await.contains("Quillfeather"));

        // A changed list is no list.
        let forged = vault.folder.join("erasures-2025-03-01-forged.txt");
        std::fs::write(&forged, text.replace("record 1 ", "record 2 ")).unwrap();
        assert!(matches!(retention::replay(&back).await, Err(Wrong::Refused(_))));
    })
    .await;
}
