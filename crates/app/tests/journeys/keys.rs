//! Notes are sealed at rest: in no byte of the files, bound to their cell, opened by one key alone, and
//! rotated without a moment in which something does not open.

use std::path::Path;

use crate::sealed::Log;
use app::{Clock, Context, Wrong, keys};
use domain::access::{Actor, Role, Scope};
use domain::person::{Address, Field, Particulars, PersonRecord, Place};
use store::contacts::{self, Contact};
use store::people::{Moment, Write};
use store::sealed::{self, Swept};
use store::{Db, args, changes, people, seal};
use testkit::{Register, each_engine, sqlite};

const CANARY: &str = "Perspicacious marmalade";

fn manager() -> Actor {
    let name = "Robin".to_owned();
    Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() }
}

fn context(db: &Db) -> Context {
    Context::seeded(db.clone(), None, Clock::on(jiff::civil::date(2026, 1, 9)), 7)
}

async fn somebody(ctx: &Context) -> i64 {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, "2026-01-01", "edit", None, None, None).await.unwrap();
    let id = people::new_people(&mut tx, change, "887", &mut [String::new()]).await.unwrap()[0];
    tx.commit().await.unwrap();
    id
}

async fn write(ctx: &Context, person: i64, note: &str) {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, "2026-01-02", "contact", None, None, None).await.unwrap();
    let contact = Contact {
        id: 0,
        person,
        day: ctx.today(),
        method: "call".to_owned(),
        outcome: "no-answer".to_owned(),
        note: note.to_owned(),
        next_step: None,
        account: None,
        account_name: String::new(),
        obstacles: Vec::new(),
    };
    contacts::add(&mut tx, &contact, change.0).await.unwrap();
    tx.commit().await.unwrap();
}

async fn notes(ctx: &Context, person: i64) -> Result<Vec<String>, store::StoreError> {
    let mut tx = ctx.db.begin_read().await?;
    let found = contacts::of_person(&mut tx, person, 99).await?;
    Ok(found.into_iter().map(|one| one.note).collect())
}

async fn kept(ctx: &Context) -> Vec<String> {
    let mut tx = ctx.db.begin_read().await.unwrap();
    tx.rows("SELECT note FROM contact ORDER BY id", args![], |row| row.text(0)).await.unwrap()
}

/// Whether any file of a folder holds the words.
fn holds(folder: &Path, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        if bytes.windows(words.len()).any(|at| at == words.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test]
async fn a_note_is_in_no_byte_of_the_files_and_is_read_as_it_was_written() {
    let register = sqlite().await;
    let folder = register.db.folder().unwrap();
    let ctx = context(&register.db);
    let person = somebody(&ctx).await;
    write(&ctx, person, CANARY).await;
    assert!(!holds(&folder, CANARY).is_empty(), "the test can see what lies in the clear");
    keys::make(&ctx, &manager(), &keys::in_home(&folder)).await.unwrap();
    write(&ctx, person, &format!("{CANARY} again")).await;
    assert_eq!(keys::seal_all(&ctx, &manager()).await.unwrap(), 1);
    register.db.run_alone("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    assert_eq!(holds(&folder, CANARY), Vec::<String>::new());
    assert_eq!(notes(&ctx, person).await.unwrap(), [format!("{CANARY} again"), CANARY.to_owned()]);
}

#[tokio::test]
async fn a_moved_or_changed_cell_does_not_open() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let ctx = context(&register.db);
        let person = somebody(&ctx).await;
        keys::make(&ctx, &manager(), &keys::in_home(folder.path())).await.unwrap();
        write(&ctx, person, "first").await;
        write(&ctx, person, "second").await;
        assert!(kept(&ctx).await.iter().all(|note| seal::is_sealed(note)));
        let before = kept(&ctx).await;
        for (first, second) in [(1, 0), (0, 0)] {
            let mut tx = ctx.db.begin().await.unwrap();
            for (row, from) in [(1_i64, first), (2, second)] {
                let sql = "UPDATE contact SET note = $1 WHERE id = $2";
                tx.run(sql, args![&before[from], row]).await.unwrap();
            }
            tx.commit().await.unwrap();
            let refused = notes(&ctx, person).await.unwrap_err().to_string();
            assert!(refused.contains("does not open"), "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn without_the_key_or_with_another_the_register_does_not_open() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let file = keys::in_home(folder.path());
        let ctx = context(&register.db);
        assert!(keys::unlock(&ctx.db, None).await.is_ok(), "no keys, no question");
        let person = somebody(&ctx).await;
        keys::make(&ctx, &manager(), &file).await.unwrap();
        write(&ctx, person, "first").await;
        for (which, path) in [("none", None), ("gone", Some(folder.path().join("gone.key")))] {
            let refused = keys::unlock(&ctx.db, path.as_deref()).await;
            assert!(matches!(refused, Err(Wrong::Refused(_))), "{which}");
        }
        let other = folder.path().join("other.key");
        let fresh = sqlite().await;
        keys::make(&context(&fresh.db), &manager(), &other).await.unwrap();
        std::fs::remove_file(&other).unwrap();
        // A key of the same shape that is not this register's.
        std::fs::write(&other, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n").unwrap();
        let refused = keys::unlock(&ctx.db, Some(&other)).await.unwrap_err().to_string();
        assert!(refused.contains("is not the key of this register"), "{refused}");
        let made = keys::make(&ctx, &manager(), &folder.path().join("new.key")).await;
        assert!(matches!(made, Err(Wrong::Refused(_))), "a new key cannot open what is sealed");
        keys::unlock(&ctx.db, Some(&file)).await.unwrap();
        assert_eq!(notes(&ctx, person).await.unwrap(), ["first"]);
        // What was sealed is not gone on with in the clear where its data keys were lost.
        keys::seal_all(&ctx, &manager()).await.unwrap();
        let mut tx = ctx.db.begin().await.unwrap();
        tx.run("DELETE FROM data_key", args![]).await.unwrap();
        tx.commit().await.unwrap();
        let later = beside(&register).await;
        for path in [None, Some(file.as_path())] {
            let refused = keys::unlock(&later, path).await.unwrap_err().to_string();
            assert!(refused.contains("was sealed, but the data keys"), "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn rotation_that_stops_half_way_leaves_everything_open_and_goes_on() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let file = keys::in_home(folder.path());
        let ctx = context(&register.db);
        let person = somebody(&ctx).await;
        keys::make(&ctx, &manager(), &file).await.unwrap();
        for n in 0..10 {
            write(&ctx, person, &format!("note {n}")).await;
        }
        let written = notes(&ctx, person).await.unwrap();
        // A second data key; four texts go over to it, then the process ends.
        assert_eq!(keys::make(&ctx, &manager(), &file).await.unwrap(), 2);
        let mut tx = ctx.db.begin().await.unwrap();
        assert_eq!(sealed::sweep(&mut tx, &mut Swept::default(), 4).await.unwrap(), 4);
        tx.commit().await.unwrap();
        let mut tx = ctx.db.begin().await.unwrap();
        assert_eq!(sealed::sweep(&mut tx, &mut Swept::default(), 3).await.unwrap(), 3);
        drop(tx);
        assert_eq!(notes(&ctx, person).await.unwrap(), written);
        keys::unlock(&ctx.db, Some(&file)).await.unwrap();
        assert_eq!(keys::seal_all(&ctx, &manager()).await.unwrap(), 6);
        assert_eq!(notes(&ctx, person).await.unwrap(), written);
        // A fresh master key: the old file opens nothing any more.
        let new = folder.path().join("new.key");
        // What a rotation left that was killed before it kept anything is neither used nor written over.
        std::fs::write(&new, "half").unwrap();
        let refused = keys::rotate(&ctx, &manager(), &file, &new).await.unwrap_err().to_string();
        assert!(refused.contains("new.key is there already"), "{refused}");
        assert!(refused.contains("remove it and run this again"), "{refused}");
        assert_eq!(std::fs::read(&new).unwrap(), b"half");
        keys::unlock(&ctx.db, Some(&file)).await.unwrap();
        std::fs::remove_file(&new).unwrap();
        assert_eq!(keys::rotate(&ctx, &manager(), &file, &new).await.unwrap(), 2);
        assert!(keys::unlock(&ctx.db, Some(&file)).await.is_err());
        keys::unlock(&ctx.db, Some(&new)).await.unwrap();
        assert_eq!(notes(&ctx, person).await.unwrap(), written);
    })
    .await;
}

/// The register as another process has it.
async fn beside(register: &Register) -> Db {
    let [kind, place] = register.place();
    match kind.as_str() {
        "--home" => Db::open_home(Path::new(&place)).await.unwrap(),
        _ => Db::open_url(&place).await.unwrap(),
    }
}

#[tokio::test]
async fn a_server_that_runs_seals_and_opens_with_keys_that_are_made_beside_it() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let (file, copy) = (keys::in_home(folder.path()), folder.path().join("copy.key"));
        let server = context(&register.db);
        keys::unlock(&server.db, Some(&file)).await.unwrap();
        let person = somebody(&server).await;
        write(&server, person, "note 0").await;
        let other = context(&beside(&register).await);
        for number in 1..=2 {
            assert_eq!(keys::make(&other, &manager(), &file).await.unwrap(), number);
            write(&server, person, &format!("note {number}")).await;
            let begins = format!("\u{1}{number}:");
            let all = kept(&server).await;
            assert!(all.last().unwrap().starts_with(&begins), "{number} on {}", register.engine);
            keys::seal_all(&other, &manager()).await.unwrap();
            assert!(kept(&server).await.iter().all(|note| note.starts_with(&begins)));
            assert!(keys::all_sealed(&server).await.unwrap());
        }
        let lost = context(&beside(&register).await);
        std::fs::copy(&file, &copy).unwrap();
        keys::unlock(&lost.db, Some(&copy)).await.unwrap();
        std::fs::remove_file(&copy).unwrap();
        keys::make(&other, &manager(), &file).await.unwrap();
        keys::seal_all(&other, &manager()).await.unwrap();
        let read = notes(&server, person).await.unwrap();
        assert_eq!(read, ["note 2", "note 1", "note 0"], "whoever only reads opens them too");
        // Whoever cannot read the key writes nothing in the clear, and nothing under the one before.
        assert!(lost.db.begin().await.is_err(), "{}", register.engine);
        assert!(notes(&lost, person).await.is_err());
        std::fs::copy(&file, &copy).unwrap();
        assert_eq!(notes(&lost, person).await.unwrap(), read, "and goes on once it can");
    })
    .await;
}

/// What is logged on this thread until the guard is dropped.
fn logged() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let kept = log.clone();
    let all = tracing_subscriber::fmt().with_ansi(false).with_writer(move || kept.clone());
    (log, tracing::subscriber::set_default(all.finish()))
}

fn lines_with(log: &Log, words: &str) -> usize {
    let bytes = log.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap().lines().filter(|line| line.contains(words)).count()
}

/// Whoever made the keys could not tell it where they are: the site is not stopped.
#[tokio::test]
async fn a_server_that_was_told_of_no_master_key_goes_on_and_its_log_says_what_to_do() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let server = context(&register.db);
        keys::unlock(&server.db, None).await.unwrap();
        let person = somebody(&server).await;
        let other = context(&beside(&register).await);
        keys::make(&other, &manager(), &keys::in_home(folder.path())).await.unwrap();
        let (log, guard) = logged();
        write(&server, person, "first").await;
        write(&server, person, "second").await;
        drop(guard);
        assert_eq!(kept(&server).await, ["first", "second"], "on {}", register.engine);
        assert_eq!(notes(&server, person).await.unwrap(), ["second", "first"]);
        let words = "Restart it with --master-key, then run `waymark keys seal`";
        assert_eq!(lines_with(&log, words), 1, "on {}", register.engine);
        assert_eq!(keys::seal_all(&other, &manager()).await.unwrap(), 2, "then it is all sealed");
    })
    .await;
}

#[tokio::test]
async fn a_named_key_that_does_not_open_refuses_work_and_the_log_alone_names_its_file() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let (gone, wrong) = (folder.path().join("gone.key"), folder.path().join("wrong.key"));
        std::fs::write(&wrong, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n").unwrap();
        let mut servers = Vec::new();
        for file in [&gone, &wrong] {
            let server = context(&beside(&register).await);
            keys::unlock(&server.db, Some(file)).await.unwrap();
            servers.push((server, file));
        }
        let right = keys::in_home(folder.path());
        keys::make(&context(&register.db), &manager(), &right).await.unwrap();
        for (server, file) in servers {
            let path = file.display().to_string();
            let (log, guard) = logged();
            for _ in 0..2 {
                let refused = server.db.begin().await.err().unwrap().to_string();
                assert!(!refused.contains(&path), "{refused}");
            }
            drop(guard);
            assert_eq!(lines_with(&log, &path), 1, "{path} on {}", register.engine);
            std::fs::remove_file(file).unwrap_or_default();
            std::fs::copy(&right, file).unwrap();
            assert!(server.db.begin().await.is_ok(), "and goes on once it can");
        }
    })
    .await;
}

/// Work that was begun before there was a key writes in the clear until it ends, also behind whoever seals.
#[tokio::test]
async fn what_was_begun_before_the_key_keeps_it_from_being_all_sealed() {
    each_engine(async |register| {
        if !register.db.is_postgres() {
            return; // Whoever writes stands in line there: no key is made beside them.
        }
        let folder = tempfile::tempdir().unwrap();
        let file = keys::in_home(folder.path());
        let server = context(&register.db);
        keys::unlock(&server.db, Some(&file)).await.unwrap();
        let person = somebody(&server).await;
        write(&server, person, "before").await;
        let mut begun = server.db.begin().await.unwrap();
        let other = context(&beside(&register).await);
        keys::make(&other, &manager(), &file).await.unwrap();
        assert_eq!(keys::seal_all(&other, &manager()).await.unwrap(), 1);
        assert!(!keys::all_sealed(&other).await.unwrap(), "somebody is still at work");
        let late = "UPDATE contact SET outcome = 'supported', note = 'late' WHERE person = $1";
        begun.run(late, args![person]).await.unwrap();
        begun.commit().await.unwrap();
        assert_eq!(keys::seal_all(&other, &manager()).await.unwrap(), 1);
        assert!(keys::all_sealed(&other).await.unwrap());
        assert!(kept(&server).await.iter().all(|note| seal::is_sealed(note)));
    })
    .await;
}

/// The cells of one column of a table, as they are kept.
async fn cells(db: &Db, sql: &str) -> Vec<String> {
    let mut tx = db.begin_read().await.unwrap();
    tx.rows(sql, args![], |row| row.text(0)).await.unwrap()
}

async fn live(db: &Db, person: i64, protected: &str) {
    let mut tx = db.begin().await.unwrap();
    let change = changes::begin(&mut tx, "2026-01-03", "edit", None, None, None).await.unwrap();
    let before = people::load(&mut tx, &[person], Moment::Now).await.unwrap().remove(0);
    let home = Address {
        lines: [format!("1 {CANARY} Row"), "Flat 2".to_owned(), String::new(), String::new()],
        town: CANARY.to_owned(),
        postcode: "ZZ9 9QQ".to_owned(),
        place: Place { locality: Some("North".to_owned()), ..Place::default() },
        ..Address::default()
    };
    let particulars = Particulars::default()
        .with(Field::FamilyName, "Quill")
        .with(Field::ProtectedAddress, protected);
    let after = PersonRecord { particulars, addresses: vec![home], ..before.record.clone() };
    people::write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn home(db: &Db, person: i64) -> Address {
    let mut tx = db.begin_read().await.unwrap();
    let mut found = people::load(&mut tx, &[person], Moment::Now).await.unwrap();
    found.remove(0).record.addresses.remove(0)
}

#[tokio::test]
async fn addresses_of_protected_people_are_sealed_while_they_are_protected() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let ctx = context(&register.db);
        let (hidden, open) = (somebody(&ctx).await, somebody(&ctx).await);
        live(&ctx.db, hidden, "Y").await;
        live(&ctx.db, open, "N").await;
        let before = home(&ctx.db, hidden).await;
        let lines = "SELECT line1 FROM address ORDER BY fact";
        assert!(cells(&ctx.db, lines).await.iter().all(|line| line.contains(CANARY)));
        // A register from before: what is protected is sealed by `keys seal`, what is not stays.
        keys::make(&ctx, &manager(), &keys::in_home(folder.path())).await.unwrap();
        assert_eq!(keys::seal_all(&ctx, &manager()).await.unwrap(), 1);
        let sealed = async || {
            let all = cells(&ctx.db, lines).await;
            all.iter().map(|line| seal::is_sealed(line)).collect::<Vec<_>>()
        };
        assert_eq!(sealed().await, [true, false]);
        assert_eq!(home(&ctx.db, hidden).await, before, "read as it was written");
        // From now on every row of theirs is sealed as it is written, and all of them open again when
        // the address is no longer protected.
        live(&ctx.db, open, "Y").await;
        assert_eq!(sealed().await, [true, true]);
        live(&ctx.db, hidden, "N").await;
        assert_eq!(sealed().await, [false, true]);
        assert_eq!(home(&ctx.db, hidden).await, before);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let mut codes = Vec::new();
        store::whole::each_identity(&mut tx, |one| codes.push(one.postcodes)).await.unwrap();
        assert_eq!(codes, vec![vec!["ZZ9 9QQ".to_owned()]; 2], "linking reads what is sealed");
        let day = ctx.today();
        let found = store::returning::on_day(&mut tx, Moment::Now, &[open], day).await.unwrap();
        assert_eq!(found[0].addresses[0].postcode, "ZZ9 9QQ", "and so does the return");
        let held = store::rights::held(&mut tx, &[open]).await.unwrap();
        let told = held.iter().find(|one| one.table == "address").unwrap();
        assert!(told.rows[0].1.contains(&"ZZ9 9QQ".to_owned()), "they are told what we hold");
    })
    .await;
}

/// Rows that go in many at a time: each cell of the list is sealed, of a table that stands in it twice as well.
#[tokio::test]
async fn seeded_contacts_are_sealed_with_what_stood_in_the_way() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let ctx = context(&register.db);
        let person = somebody(&ctx).await;
        keys::make(&ctx, &manager(), &keys::in_home(folder.path())).await.unwrap();
        let mut tx = ctx.db.begin().await.unwrap();
        let who = ("a@example.org", "A", Role::Adviser);
        let account = app::accounts::add(&ctx, &mut tx, who, (None, &[]), String::new()).await;
        let account = account.unwrap();
        let made = changes::begin(&mut tx, "2026-01-03", "demo", None, None, None).await.unwrap();
        let contact = people::SeedContact {
            person,
            day: ctx.today(),
            method: "call",
            outcome: "no-answer",
            note: CANARY.to_owned(),
            next_step: None,
            account,
            obstacles: "money",
            made,
        };
        people::seed_contacts(&mut tx, &[contact]).await.unwrap();
        tx.commit().await.unwrap();
        for column in ["note", "obstacles"] {
            let kept = cells(&ctx.db, &format!("SELECT {column} FROM contact")).await;
            assert!(kept.len() == 1 && seal::is_sealed(&kept[0]), "{column}: {kept:?}");
        }
        let mut tx = ctx.db.begin_read().await.unwrap();
        let read = contacts::of_person(&mut tx, person, 9).await.unwrap().remove(0);
        assert_eq!((read.note.as_str(), read.obstacles), (CANARY, vec!["money".to_owned()]));
    })
    .await;
}

#[tokio::test]
async fn seeds_of_devices_and_what_was_typed_are_sealed() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let ctx = context(&register.db);
        let mut tx = ctx.db.begin().await.unwrap();
        let who = ("a@example.org", "A", Role::Adviser);
        let (one, two) = {
            let one = app::accounts::add(&ctx, &mut tx, who, (None, &[]), String::new());
            let one = one.await.unwrap();
            let who = ("b@example.org", "B", Role::Adviser);
            let two = app::accounts::add(&ctx, &mut tx, who, (None, &[]), String::new());
            (one, two.await.unwrap())
        };
        let draft = store::sign_in::Draft {
            id: 2,
            path: "/people/1/contact".to_owned(),
            body: format!("note={CANARY}"),
            kept_at: ctx.now(),
        };
        store::sign_in::set_factor(&mut tx, one, "0102ff", "2026-01-01").await.unwrap();
        store::sign_in::keep_draft(&mut tx, one, &draft, "").await.unwrap();
        tx.commit().await.unwrap();
        keys::make(&ctx, &manager(), &keys::in_home(folder.path())).await.unwrap();
        assert_eq!(keys::seal_all(&ctx, &manager()).await.unwrap(), 2);
        let mut tx = ctx.db.begin().await.unwrap();
        store::sign_in::set_factor(&mut tx, two, "a0b0c0", "2026-01-01").await.unwrap();
        store::sign_in::keep_draft(&mut tx, two, &draft, "").await.unwrap();
        tx.commit().await.unwrap();
        for sql in ["SELECT seed FROM second_factor", "SELECT body FROM draft"] {
            let kept = cells(&ctx.db, sql).await;
            assert!(kept.len() == 2 && kept.iter().all(|one| seal::is_sealed(one)), "{sql}");
        }
        let mut tx = ctx.db.begin_read().await.unwrap();
        let seed = store::sign_in::factor(&mut tx, one).await.unwrap().unwrap().seed;
        assert_eq!(seed, "0102ff");
        assert_eq!(store::sign_in::drafts(&mut tx, two, "").await.unwrap(), [draft]);
    })
    .await;
}
