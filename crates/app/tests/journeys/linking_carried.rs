//! What goes over with a record that becomes part of another: every table with people in it is told of
//! here, what went comes back when the two are taken apart, and edits made since are not lost.

use crate::town::{self, actor};
use app::linking::{self, Wanted};
use app::{Clock, Context, keys};
use domain::access::{Actor, Role};
use std::collections::{BTreeMap, BTreeSet};
use store::linking::carried_tables;
use store::{Tx, args, changes, seal};
use testkit::{Register, each_engine};

/// The facts of a record: merging writes them, field by field and fact by fact.
const THE_RECORD: [&str; 7] = [
    "particulars",
    "former_name",
    "address",
    "characteristic",
    "spell",
    "engagement",
    "benefit_mark",
];

/// What stays under the number that went, and why.
const STAYS: [(&str, &str); 7] = [
    ("audit", "whose number was looked at is never rewritten"),
    ("curious_look", "it is about looks at that number"),
    ("unexplained_look", "it is about looks at that number"),
    ("emergency", "that record was opened, and is reviewed as it was"),
    ("finding", "it belongs to a return that is frozen"),
    ("predictor_score", "a run is frozen"),
    ("sharing_word", "words are read through the merge, so that the last of either counts"),
];

#[tokio::test]
async fn every_table_with_people_goes_over_or_says_why_it_stays() {
    each_engine(async |register| {
        let mut tx = register.db.begin_read().await.unwrap();
        let sql = match tx.is_postgres() {
            true => {
                "SELECT CAST(table_name AS TEXT) FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'person' AND data_type = 'bigint'"
            }
            false => {
                "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'person' AND c.type = 'BIGINT'"
            }
        };
        let found = tx.rows(sql, args![], |row| row.text(0)).await.unwrap();
        let found: BTreeSet<String> = found.into_iter().collect();
        let stays = STAYS.iter().map(|(table, _)| *table);
        let told = THE_RECORD.into_iter().chain(carried_tables()).chain(stays);
        let told: BTreeSet<String> = told.map(str::to_owned).collect();
        assert_eq!(found, told, "on {}", register.engine);
    })
    .await;
}

/// What other rows rest on.
const PARENTS: [&str; 8] = [
    "INSERT INTO organisation (id, kind, name) VALUES ('college', 'college', 'College')",
    "INSERT INTO result_send (id, school, file_name, file_hash, rows_read, rows_kept, faults, state, checked_at, made) VALUES (1, 'college', 'f', 'h', 1, 1, '[]', 'sent', '2026-01-01', $1)",
    "INSERT INTO notice_link (id, secret_hash, organisation, contact, until, made) VALUES (1, 'x', 'college', 'Pat', '2026-12-31', $1)",
    "INSERT INTO analysis_load (id, kind, sender, file_name, file_hash, rows_read, rows_kept, rows_unmatched, rows_refused, from_day, to_day, made) VALUES (1, 'gifted', 'college', 'f', 'h', 1, 1, 0, 0, '2025-01-01', '2026-01-01', $1)",
    "INSERT INTO import (id, kind, sender, file_name, file_hash, file_bytes, as_of, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_held, rows_refused, options, received_at, notes, change) VALUES (90, 'roll', 'college', 'f', 'h', 1, '2026-01-01', 'applied', 0, 0, 0, 0, 0, 0, '{}', '2026-01-01', '[]', $1)",
    "INSERT INTO crossmatch (id, kind, title, sender, purpose, file_name, file_hash, at, counts) SELECT 1, 'other', 't', 'college', 'p', 'f', 'h', '2026-01-01', '{}' FROM change WHERE id = $1",
    "INSERT INTO result_send (id, school, file_name, file_hash, rows_read, rows_kept, faults, state, checked_at, made) VALUES (2, 'college', 'f', 'h', 1, 1, '[]', 'sent', '2026-01-01', $1)",
    "INSERT INTO account (id, email, name, role, localities, password_hash, active, failures) VALUES (9001, 'y@example.org', 'Y', 'adviser', '', '', 1, 0)",
];

/// One row of somebody in each table: `$1` is the person, `$2` the change, `$3` a number of its own.
const CHILDREN: [&str; 14] = [
    "INSERT INTO referral (id, person, organisation, from_day, reason, made) VALUES ($3, $1, 'college', '2026-01-01', 'x', $2)",
    "INSERT INTO follow_up_task (id, person, worker, asked_on, due, tries, made) VALUES ($3, $1, 9001, '2026-01-01', '2026-01-09', 0, $2)",
    "INSERT INTO application (id, person, provider, tie, day, said_by, made) VALUES ($3, $1, 'college', 'applied', '2026-01-01', 'x', $2)",
    "INSERT INTO result_row (send, line, person, series, subject, level, grade) SELECT 1, $3, $1, 's', 'Maths', 'gcse', '7' FROM change WHERE id = $2",
    "INSERT INTO result_pass (send, person, provider, passed_at) SELECT 1, $1, 'college', '2026-01-01' FROM change WHERE id = $2 AND $3 > 0",
    "INSERT INTO notice (id, link, receipt, kind, given, family, born, day, note, received_at, person) SELECT $3, 1, 'r', 'left', 'A', 'B', '2008-01-01', '2026-01-01', '', '2026-01-01', $1 FROM change WHERE id = $2",
    "INSERT INTO analysis_fact (fact, person, load, field, value, from_day, source, made) VALUES ($3, $1, 1, 'gifted', 'yes', '2025-09-01', 'x', $2)",
    "INSERT INTO support_choice (id, person, choice, reason, until, made) VALUES ($3, $1, 'add', 'x', '2026-12-31', $2)",
    "INSERT INTO right_request (id, person, kind, said_by, words, received, made) VALUES ($3, $1, 'objection', 'young-person', 'x', '2026-01-01', $2)",
    "INSERT INTO use_stop (request, person, made, ended) VALUES ($3, $1, $2, $2)",
    "INSERT INTO retention_hold (id, person, kind, reason, made) VALUES ($3, $1, 'claim', 'x', $2)",
    "INSERT INTO link_decision (id, at, needs_second, origin, sender, side, said, person, known, verdict, why, evidence) SELECT $3, '2026-01-01', 0, 'row-1-1', 'college', 'abc', '{}', $1, '', 'same', '', '' FROM change WHERE id = $2",
    "INSERT INTO import_row (import, line, effect, person, said, reasons, changes, candidates) SELECT 90, $3, 'changed', $1, '[]', '[]', '[]', '' FROM change WHERE id = $2",
    "INSERT INTO crossmatch_row (run, line, outcome, person, said, differs, evidence) SELECT 1, $3, 'found', $1, '{}', '[]', '' FROM change WHERE id = $2",
];

async fn change(tx: &mut Tx) -> i64 {
    changes::begin(tx, "2026-01-02", "edit", None, None, None).await.unwrap().0
}

async fn give(ctx: &Context, person: i64, number: i64) {
    let mut tx = ctx.db.begin().await.unwrap();
    let made = change(&mut tx).await;
    for sql in CHILDREN {
        tx.run(sql, args![person, made, number]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Rows of a person in each table that goes over.
async fn rows(ctx: &Context, person: i64) -> BTreeMap<&'static str, i64> {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let mut all = BTreeMap::new();
    for table in carried_tables().filter(|t| !["contact", "assignment"].contains(t)) {
        // That two who were merged are two after all is between the two numbers, and written when they part.
        let which = if table == "link_decision" { "AND side NOT LIKE 'person:%'" } else { "" };
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE person = $1 {which}");
        all.insert(table, tx.one(&sql, args![person], |row| row.int(0)).await.unwrap().unwrap());
    }
    all
}

async fn run(ctx: &Context, sql: &str, person: i64) {
    let mut tx = ctx.db.begin().await.unwrap();
    let made = change(&mut tx).await;
    tx.run(sql, args![made, person]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn merge(ctx: &Context, jo: &Actor, kept: i64, gone: i64) -> i64 {
    let seen = linking::preview(ctx, jo, (kept, gone)).await.unwrap().seen;
    let wanted = Wanted { kept, gone, seen, prefer: BTreeSet::new(), reason: "one person" };
    linking::merge(ctx, jo, &wanted).await.unwrap().unwrap()
}

/// Two people of the town, with all that what belongs to them hangs on.
async fn two(register: &Register) -> (Context, Actor, i64, i64) {
    let ctx = town::context(register);
    let people = town::town(&ctx).await;
    let mut tx = ctx.db.begin().await.unwrap();
    let made = change(&mut tx).await;
    for sql in PARENTS {
        let binds = if sql.contains("$1") { args![made].to_vec() } else { Vec::new() };
        tx.run(sql, &binds).await.unwrap();
    }
    tx.commit().await.unwrap();
    (ctx, actor(0, Role::DataManager), people[1].person, people[2].person)
}

#[tokio::test]
async fn what_belongs_to_a_record_goes_over_and_comes_back_as_it_stands_by_then() {
    each_engine(async |register| {
        let (ctx, jo, kept, gone) = two(&register).await;
        give(&ctx, gone, 7_001).await;
        let one_each = rows(&ctx, gone).await;
        // The town's own roll named both once.
        let only_rolls = rows(&ctx, kept).await;
        let of = |table: &str| if table == "import_row" { 2 } else { 1 };
        assert!(one_each.iter().all(|(table, n)| *n == of(table)), "{one_each:?}");

        let preview = linking::preview(&ctx, &jo, (kept, gone)).await.unwrap();
        assert!(preview.over.contains(&("Referrals", 1)), "{:?}", preview.over);
        assert_eq!(preview.over.len(), one_each.len(), "{:?}", preview.over);
        let id = merge(&ctx, &jo, kept, gone).await;
        assert!(rows(&ctx, gone).await.values().all(|n| *n == 0));
        let both = rows(&ctx, kept).await;
        assert!(both.iter().all(|(table, n)| *n == one_each[table] + only_rolls[table]), "{both:?}");

        // Edited while the two were one: the referral is over, another hold is laid.
        let over = "UPDATE referral SET ended = $1 WHERE person = $2 AND ended IS NULL";
        run(&ctx, over, kept).await;
        let hold = "INSERT INTO retention_hold (id, person, kind, reason, made) VALUES (7900, $2, 'claim', 'y', $1)";
        run(&ctx, hold, kept).await;
        linking::unmerge(&ctx, &jo, id, "they are cousins").await.unwrap();
        assert_eq!(rows(&ctx, gone).await, one_each);
        let left = rows(&ctx, kept).await;
        assert!(left.iter().all(|(t, n)| *n == only_rolls[t] + i64::from(*t == "retention_hold")));
        let mut tx = ctx.db.begin_read().await.unwrap();
        let open = "SELECT COUNT(*) FROM referral WHERE person = $1 AND ended IS NULL";
        assert_eq!(tx.one(open, args![gone], |row| row.int(0)).await.unwrap(), Some(0));
    })
    .await;
}

/// Of what can stand once only, the kept record's own stands; the other's waits for the two to be taken
/// apart.
#[tokio::test]
async fn what_both_have_and_can_stand_once_only_stays_where_it_is() {
    each_engine(async |register| {
        let (ctx, jo, kept, gone) = two(&register).await;
        give(&ctx, kept, 7_001).await;
        give(&ctx, gone, 7_002).await;
        let before = (rows(&ctx, kept).await, rows(&ctx, gone).await);
        let id = merge(&ctx, &jo, kept, gone).await;
        let stayed: Vec<&str> =
            rows(&ctx, gone).await.into_iter().filter(|(_, n)| *n > 0).map(|(t, _)| t).collect();
        assert_eq!(stayed, ["application", "result_pass", "support_choice"]);
        linking::unmerge(&ctx, &jo, id, "they are cousins").await.unwrap();
        assert_eq!((rows(&ctx, kept).await, rows(&ctx, gone).await), before);
    })
    .await;
}

#[tokio::test]
async fn a_sealed_note_opens_on_the_record_it_went_to_and_when_it_came_back() {
    each_engine(async |register| {
        let clock = Clock::on(jiff::civil::date(2026, 1, 9));
        let ctx = Context::seeded(register.db.clone(), None, clock, 7);
        let people = town::town(&ctx).await;
        let jo = actor(0, Role::DataManager);
        let folder = tempfile::tempdir().unwrap();
        keys::make(&ctx, &jo, &keys::in_home(folder.path())).await.unwrap();
        let (kept, gone) = (people[1].person, people[2].person);
        let contact = app::people::NewContact {
            method: "call".to_owned(),
            outcome: "supported".to_owned(),
            note: "Perspicacious marmalade".to_owned(),
            next_step: None,
            obstacles: vec!["money".to_owned(), "transport".to_owned()],
        };
        let person = domain::person::PersonId(gone);
        app::people::record_contact(&ctx, &jo, person, &contact).await.unwrap();
        let notes = async |person: i64| {
            let mut tx = ctx.db.begin_read().await.unwrap();
            let found = store::contacts::of_person(&mut tx, person, 9).await.unwrap();
            let said = |one: store::contacts::Contact| (one.note, one.obstacles.join(" "));
            found.into_iter().map(said).collect::<Vec<_>>()
        };
        // The cells that stand: their text is sealed anew under each number that they go to.
        let sealed = async |when: &str| {
            let mut tx = ctx.db.begin_read().await.unwrap();
            let sql = "SELECT note, obstacles FROM contact WHERE person IN ($1, $2)";
            let both = |row: &store::Row<'_>| Ok([row.text(0)?, row.text(1)?]);
            let kept = tx.rows(sql, args![kept, gone], both).await.unwrap();
            assert!(!kept.is_empty());
            let clear: Vec<_> = kept.iter().flatten().filter(|one| !seal::is_sealed(one)).collect();
            assert!(clear.is_empty(), "{clear:?} stand in the clear {when} on {}", register.engine);
        };
        // What was ticked with it, in the order of the list.
        let whole = ("Perspicacious marmalade".to_owned(), "transport money".to_owned());
        let id = merge(&ctx, &jo, kept, gone).await;
        assert_eq!(notes(kept).await, std::slice::from_ref(&whole));
        sealed("after the merge").await;
        linking::unmerge(&ctx, &jo, id, "they are cousins").await.unwrap();
        assert_eq!(notes(gone).await, [whole]);
        sealed("after they were taken apart").await;
    })
    .await;
}
