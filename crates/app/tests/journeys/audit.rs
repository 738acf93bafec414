//! Seven ways of touching the audit, each found; and whose data an account saw.

use app::audit::{self, Vault};
use app::{Clock, Context, accounts};
use domain::access::{Actor, Role, Scope};
use domain::audit::{Row, from_text, link, text};
use jiff::civil::date;
use store::audit::{Entry, write, write_many};
use store::{Tx, args};
use testkit::each_engine;

struct Kept {
    ctx: Context,
    vault: Vault,
    _folder: tempfile::TempDir,
}

async fn acts(ctx: &Context, account: i64, people: &[i64], at: &str) {
    let mut tx = ctx.db.begin().await.unwrap();
    let account = Some(account);
    let (act, purpose, detail) = ("opened", "casework", "whole record");
    let entry = Entry { at, account, act, person: None, purpose, detail };
    write(&mut tx, &entry).await.unwrap();
    write_many(&mut tx, &entry, people).await.unwrap();
    tx.commit().await.unwrap();
}

/// Twenty rows, sealed; their twenty-first tells of the checkpoint.
async fn kept(db: store::Db) -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let at: jiff::Timestamp = "2025-11-24T12:00:00Z".parse().unwrap();
    let ctx = Context::seeded(db, None, Clock::Fixed(at), 7);
    let people: Vec<i64> = (1..=9).collect();
    acts(&ctx, 1, &people, "2025-11-24T10:00:00.000000Z").await;
    acts(&ctx, 2, &people, "2025-11-24T11:00:00.000000Z").await;
    let vault = Vault::in_home(folder.path());
    let sealed = audit::seal(&ctx, &vault).await.unwrap().unwrap();
    assert_eq!((sealed.checkpoint.number, sealed.checkpoint.size), (1, 20));
    assert_eq!(audit::seal(&ctx, &vault).await.unwrap(), None, "nothing happened since");
    Kept { ctx, vault, _folder: folder }
}

impl Kept {
    async fn touch(&self, statements: &[&str]) {
        let mut tx = self.ctx.db.begin().await.unwrap();
        for sql in statements {
            tx.run(sql, args![]).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Makes every hash anew from a row on, as somebody would who knows how it is done.
    async fn rebuild(&self, from: i64) {
        let mut tx = self.ctx.db.begin().await.unwrap();
        let mut before = hash(&mut tx, from - 1).await;
        let rows = tx
            .rows(
                "SELECT seq, at, account, act, person, purpose, detail FROM audit WHERE seq >= $1 ORDER BY seq",
                args![from],
                |r| {
                    let texts = (r.text(1)?, r.text(3)?, r.text(5)?, r.text(6)?);
                    Ok((r.int(0)?, r.opt_int(2)?, r.opt_int(4)?, texts))
                },
            )
            .await
            .unwrap();
        for (seq, account, person, (at, act, purpose, detail)) in &rows {
            let row =
                Row { seq: *seq, at, account: *account, act, person: *person, purpose, detail };
            before = link(&before, &row);
            let sql = "UPDATE audit SET hash = $1 WHERE seq = $2";
            tx.run(sql, args![text(&before), *seq]).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Names of the faults and the rows that they are about.
    async fn found(&self) -> Vec<(&'static str, i64)> {
        let report = audit::verify(&self.ctx, &self.vault, None).await.unwrap();
        report.found.iter().map(|f| (f.fault.name(), f.number)).collect()
    }
}

async fn hash(tx: &mut Tx, seq: i64) -> [u8; 32] {
    let sql = "SELECT hash FROM audit WHERE seq = $1";
    let kept = tx.one(sql, args![seq], |row| row.text(0)).await.unwrap();
    kept.map_or([0; 32], |kept| from_text(&kept).unwrap())
}

#[tokio::test]
async fn what_nobody_touched_verifies() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        let report = audit::verify(&kept.ctx, &kept.vault, None).await.unwrap();
        assert_eq!((report.rows, report.checkpoints, report.unsealed), (21, 1, 1));
        assert_eq!(report.found, vec![]);
        acts(&kept.ctx, 3, &[4], "2025-11-24T12:30:00.000000Z").await;
        audit::seal(&kept.ctx, &kept.vault).await.unwrap().unwrap();
        assert_eq!(kept.found().await, vec![]);
    })
    .await;
}

#[tokio::test]
async fn the_last_row_edited_is_found() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        kept.touch(&["UPDATE audit SET detail = 'checkpoint 1 over 2 rows' WHERE seq = 21"]).await;
        assert_eq!(kept.found().await, vec![("edited", 21)]);
    })
    .await;
}

#[tokio::test]
async fn a_row_taken_from_the_middle_is_found() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        kept.touch(&["DELETE FROM audit WHERE seq = 12"]).await;
        assert_eq!(kept.found().await, vec![("missing", 12)]);
        // Moving the rest up does not hide it.
        kept.touch(&[
            "UPDATE audit SET seq = seq - 1000 WHERE seq > 12",
            "UPDATE audit SET seq = seq + 999 WHERE seq < 0",
        ])
        .await;
        let found = kept.found().await;
        assert!(found.contains(&("edited", 12)) && found.contains(&("counter", 20)), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn an_edit_is_found() {
    each_engine(async |register| {
        for edit in ["account = 3", "person = 8", "at = '2025-11-24T10:00:01.000000Z'", "hash = ''"]
        {
            let kept = kept(register.db.clone()).await;
            kept.touch(&[&format!("UPDATE audit SET {edit} WHERE seq = 5")]).await;
            let found = kept.found().await;
            assert_eq!(found.first().map(|f| f.1), Some(5), "{edit}: {found:?}");
            kept.touch(&["DELETE FROM audit", "DELETE FROM counter WHERE name = 'audit'"]).await;
        }
    })
    .await;
}

#[tokio::test]
async fn two_rows_swapped_are_found() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        kept.touch(&[
            "UPDATE audit SET seq = -5 WHERE seq = 5",
            "UPDATE audit SET seq = 5 WHERE seq = 6",
            "UPDATE audit SET seq = 6 WHERE seq = -5",
        ])
        .await;
        let found = kept.found().await;
        assert!(found.contains(&("edited", 5)) && found.contains(&("edited", 6)), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn a_truncated_end_is_found_with_its_counter_put_back_or_not() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        kept.touch(&["DELETE FROM audit WHERE seq > 15"]).await;
        assert_eq!(
            kept.found().await,
            vec![("truncated", 15), ("counter", 15), ("checkpoint", 1)][..2]
        );
        kept.touch(&["UPDATE counter SET next = 16 WHERE name = 'audit'"]).await;
        assert_eq!(kept.found().await, vec![("truncated", 15)]);
    })
    .await;
}

#[tokio::test]
async fn a_chain_made_anew_is_found() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        kept.touch(&["UPDATE audit SET person = 8 WHERE seq = 5"]).await;
        kept.rebuild(5).await;
        assert_eq!(kept.found().await, vec![("rebuilt", 20)]);
    })
    .await;
}

#[tokio::test]
async fn an_older_state_put_back_and_gone_on_from_is_found() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        kept.touch(&[
            "DELETE FROM audit WHERE seq > 10",
            "UPDATE counter SET next = 11 WHERE name = 'audit'",
        ])
        .await;
        let people: Vec<i64> = (1..=11).collect();
        acts(&kept.ctx, 2, &people, "2025-11-24T13:00:00.000000Z").await;
        assert_eq!(kept.found().await, vec![("rebuilt", 20)]);
    })
    .await;
}

#[tokio::test]
async fn a_checkpoint_that_was_forged_is_found() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        let file = kept.vault.folder.join("checkpoint-00000001.txt");
        let words = std::fs::read_to_string(&file).unwrap().replace("\n20\n", "\n19\n");
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, words).unwrap();
        assert!(kept.found().await.contains(&("signature", 1)));
        // Another key beside them does not pass for the verifier's own.
        let other = kept.vault.folder.join("other.pub");
        let key = std::fs::read_to_string(kept.vault.public_key_file()).unwrap();
        std::fs::write(
            &other,
            key.replacen(&key[..1], if key.starts_with('A') { "B" } else { "A" }, 1),
        )
        .unwrap();
        let report = audit::verify(&kept.ctx, &kept.vault, Some(&other)).await.unwrap();
        assert_eq!(report.found[0].fault.name(), "signature");
    })
    .await;
}

#[tokio::test]
async fn whose_data_an_account_saw_is_told_by_day_and_asking_is_remembered() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        let ctx = &kept.ctx;
        let mut tx = ctx.db.begin().await.unwrap();
        for email in ["first@example.org", "second@example.org"] {
            let who = (email, "Ada", Role::Adviser);
            accounts::add(ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
        }
        tx.commit().await.unwrap();
        acts(ctx, 1, &[4, 4, 77], "2025-11-26T10:00:00.000000Z").await;
        let scope = Scope::everyone();
        let name = "Robin".to_owned();
        let dm = Actor { account: 9, name, role: Role::DataManager, scope };
        let days = |from, to| (date(2025, 11, from), date(2025, 11, to));
        let seen = audit::who(ctx, &dm, "First@example.org", days(24, 25)).await.unwrap();
        assert_eq!(seen.people.len(), 9);
        assert_eq!(seen.people[0].acts, vec![("opened".to_owned(), 1)]);
        let seen = audit::who(ctx, &dm, "1", days(26, 26)).await.unwrap();
        let told: Vec<_> = seen.people.iter().map(|p| (p.person, p.acts[0].1)).collect();
        assert_eq!(told, vec![(4, 2), (77, 1)]);
        assert_eq!(seen.beside.len(), 1);
        let none = audit::who(ctx, &dm, "2", days(26, 26)).await.unwrap();
        assert!(none.people.is_empty());
        let own = audit::who(ctx, &dm, "9", days(24, 24)).await;
        assert!(own.is_err(), "there is no such account");
        let adviser = Actor { role: Role::Adviser, ..dm.clone() };
        assert!(audit::who(ctx, &adviser, "1", days(24, 24)).await.is_err());
        assert_eq!(kept.found().await, vec![]);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT COUNT(*) FROM audit WHERE account = 9 AND act LIKE 'asked whose%'";
        assert_eq!(tx.one(sql, args![], |r| r.int(0)).await.unwrap(), Some(3));
    })
    .await;
}

/// A reading that tells of one look at somebody.
async fn look(db: &store::Db, person: i64) -> Result<(), store::StoreError> {
    let mut tx = db.begin_seeing().await?;
    let entry = Entry {
        at: "2025-11-24T13:00:00.000000Z",
        account: Some(1),
        act: "opened",
        person: Some(person),
        purpose: "casework",
        detail: "whole record",
    };
    write(&mut tx, &entry).await?;
    tx.commit().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_side_by_side_are_all_remembered_in_few_units_of_work() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        let looks = (1..=300).map(|person| {
            let db = kept.ctx.db.clone();
            tokio::spawn(async move { look(&db, person).await })
        });
        for one in looks.collect::<Vec<_>>() {
            one.await.unwrap().unwrap();
        }
        let report = audit::verify(&kept.ctx, &kept.vault, None).await.unwrap();
        assert_eq!((report.rows, report.found), (321, vec![]));
        let groups = kept.ctx.db.groups_told();
        assert!((1..150).contains(&groups), "300 readings in {groups} units of work");
        // A writer's own rows and a reading's take their places in one chain.
        acts(&kept.ctx, 2, &[4], "2025-11-24T13:01:00.000000Z").await;
        look(&kept.ctx.db, 5).await.unwrap();
        assert_eq!(kept.found().await, vec![]);
    })
    .await;
}

#[tokio::test]
async fn a_reading_that_cannot_be_remembered_has_no_answer() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        kept.touch(&["ALTER TABLE audit RENAME TO audit_away"]).await;
        let refused = look(&kept.ctx.db, 1).await.unwrap_err();
        assert!(refused.to_string().contains("the audit could not be kept"), "{refused}");
        kept.touch(&["ALTER TABLE audit_away RENAME TO audit"]).await;
        look(&kept.ctx.db, 1).await.unwrap();
        assert_eq!(kept.found().await, vec![]);
    })
    .await;
}

#[tokio::test]
async fn a_reading_that_is_given_up_is_not_remembered_and_cannot_write() {
    each_engine(async |register| {
        let kept = kept(register.db).await;
        let mut tx = kept.ctx.db.begin_seeing().await.unwrap();
        let sql = "UPDATE counter SET next = next + 1 WHERE name = 'audit'";
        assert!(tx.run(sql, args![]).await.is_err(), "{}", register.engine);
        drop(tx);
        let report = audit::verify(&kept.ctx, &kept.vault, None).await.unwrap();
        assert_eq!((report.rows, report.found), (21, vec![]));
    })
    .await;
}

/// The details of the rows of an act that name nobody.
async fn nameless(ctx: &Context, act: &str) -> Vec<String> {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let sql = "SELECT detail FROM audit WHERE act = $1 AND person IS NULL ORDER BY seq";
    tx.rows(sql, store::args![act], |row| row.text(0)).await.unwrap()
}

#[tokio::test]
async fn rows_about_nobody_on_the_register_are_remembered_by_their_number() {
    each_engine(async |register| {
        let ctx = Context::seeded(register.db.clone(), None, app::Clock::on(date(2026, 1, 9)), 7);
        let mut tx = ctx.db.begin().await.unwrap();
        let (id, kind, name) = ("school".to_owned(), "school".to_owned(), "School".to_owned());
        let school = store::organisations::Organisation { id, kind, name, ..Default::default() };
        store::organisations::save(&mut tx, &school).await.unwrap();
        let who = ("dm@example.org", "Dana", Role::DataManager);
        let account =
            app::accounts::add(&ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
        let at = ctx.now();
        let change =
            store::changes::begin(&mut tx, &at, "notice", None, None, None).await.unwrap();
        for sql in [
            "INSERT INTO import (id, kind, sender, file_name, file_hash, file_bytes, as_of, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_held, rows_refused, options, received_at, notes) VALUES (1, 'roll', 'school', 'r.csv', '0', 1, '2026-01-01', 'applied', 2, 0, 0, 0, 2, 0, '{}', '2026-01-01', '[]')",
            "INSERT INTO import_row (import, line, effect, said, reasons, changes, candidates) VALUES (1, 2, 'held', '{}', '[]', '[]', ''), (1, 3, 'held', '{}', '[]', '[]', '')",
        ] {
            tx.run(sql, store::args![]).await.unwrap();
        }
        tx.run("INSERT INTO notice_link (id, secret_hash, organisation, contact, until, made) VALUES (1, 'x', 'school', 'Pat', '2026-12-31', $1)", store::args![change.0]).await.unwrap();
        tx.run("INSERT INTO notice (id, link, receipt, kind, given, family, born, day, note, received_at) VALUES (1, 1, 'R1', 'left', 'Ann', 'Other', '2008-01-01', '2026-01-01', '', $1)", store::args![&at]).await.unwrap();
        let list = store::linking::Crossmatch {
            kind: "other".into(),
            sender: "school".into(),
            at: at.clone(),
            counts: "{}".into(),
            ..Default::default()
        };
        let row = |line| store::linking::CrossmatchRow {
            line,
            outcome: "theirs".into(),
            said: "{}".into(),
            differs: "[]".into(),
            evidence: "[]".into(),
            ..Default::default()
        };
        let rows = [row(2), row(3), row(4)];
        let run = store::linking::keep_crossmatch(&mut tx, &list, &rows).await.unwrap();
        tx.commit().await.unwrap();
        let scope = Scope::everyone();
        let dana =
            Actor { account, name: "Dana".to_owned(), role: Role::DataManager, scope };
        app::imports::rows_of(&ctx, &dana, 1, "held", (0, 9)).await.unwrap();
        app::notices::waiting(&ctx, &dana).await.unwrap();
        app::linking::list_rows(&ctx, &dana, (run, "theirs"), 0, 9).await.unwrap();
        app::linking::list_export(&ctx, &dana, run).await.unwrap();
        for (act, wanted) in [
            ("looked at a file's rows", "import 1, rows held; 2 about nobody on the register"),
            (
                "shown in the notices",
                "name, date of birth, what happened; 1 about nobody on the register",
            ),
            ("looked at a matched list", "name, what differs; 3 about nobody on the register"),
            ("took a matched list out", "name, what differs; 3 about nobody on the register"),
        ] {
            assert_eq!(nameless(&ctx, act).await, [wanted], "{act}");
        }
    })
    .await;
}
