//! Notes are sealed at rest: in no byte of the files, bound to their cell, opened by one key alone, and
//! rotated without a moment in which something does not open.

use std::path::Path;

use app::{Clock, Context, Wrong, keys};
use domain::access::{Actor, Role, Scope};
use store::contacts::{self, Contact};
use store::{Db, args, changes, people, seal};
use testkit::{each_engine, sqlite};

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
        assert_eq!(seal::sweep(&mut tx, 4).await.unwrap(), 4);
        tx.commit().await.unwrap();
        let mut tx = ctx.db.begin().await.unwrap();
        assert_eq!(seal::sweep(&mut tx, 3).await.unwrap(), 3);
        drop(tx);
        assert_eq!(notes(&ctx, person).await.unwrap(), written);
        keys::unlock(&ctx.db, Some(&file)).await.unwrap();
        assert_eq!(keys::seal_all(&ctx, &manager()).await.unwrap(), 6);
        assert_eq!(notes(&ctx, person).await.unwrap(), written);
        // A fresh master key: the old file opens nothing any more.
        let new = folder.path().join("new.key");
        assert_eq!(keys::rotate(&ctx, &manager(), &file, &new).await.unwrap(), 2);
        assert!(keys::unlock(&ctx.db, Some(&file)).await.is_err());
        keys::unlock(&ctx.db, Some(&new)).await.unwrap();
        assert_eq!(notes(&ctx, person).await.unwrap(), written);
    })
    .await;
}
