//! Thirty years of retention, a list a month: who goes when, and what names people who are not on the register.

use app::{Context, retention};
use domain::person::{Field, PersonId, PersonRecord};
use domain::retention::Hold;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use store::people::Moment;
use store::{args, changes};
use testkit::each_engine;

use crate::rights::{accounts, actor, add, everything, on, record};

/// What names people who are not on the register, all of 1 January 2020: a held row of a file, a row of a
/// matched list, a notice.
async fn strangers(ctx: &Context) {
    let at = "2020-01-01T09:00:00.000000Z";
    let mut tx = ctx.db.begin().await.unwrap();
    let (id, kind, name) = ("school".to_owned(), "school".to_owned(), "School".to_owned());
    let school = store::organisations::Organisation { id, kind, name, ..Default::default() };
    store::organisations::save(&mut tx, &school).await.unwrap();
    let change = changes::begin(&mut tx, at, "notice", None, None, None).await.unwrap();
    for sql in [
        "INSERT INTO import (id, kind, sender, file_name, file_hash, file_bytes, as_of, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_held, rows_refused, options, received_at, notes) VALUES (1, 'roll', 'school', 'r.csv', '0', 1, '2020-01-01', 'applied', 1, 0, 0, 0, 1, 0, '{}', '2020-01-01T09:00:00.000000Z', '[]')",
        "INSERT INTO import_row (import, line, effect, said, reasons, changes, candidates) VALUES (1, 2, 'held', '{\"family_name\":\"Strangeways\"}', '[]', '[]', '[]')",
    ] {
        tx.run(sql, args![]).await.unwrap();
    }
    tx.run("INSERT INTO notice_link (id, secret_hash, organisation, contact, until, made) VALUES (1, 'x', 'school', 'Pat', '2020-12-31', $1)", args![change.0]).await.unwrap();
    tx.run("INSERT INTO notice (id, link, receipt, kind, given, family, born, day, note, received_at) VALUES (1, 1, 'R1', 'left', 'Ann', 'Strangeways', '', '2020-01-01', '', $1)", args![at]).await.unwrap();
    let list = store::linking::Crossmatch {
        kind: "other".into(),
        sender: "school".into(),
        at: at.into(),
        counts: "{}".into(),
        ..Default::default()
    };
    let row = store::linking::CrossmatchRow {
        line: 2,
        outcome: "theirs".into(),
        said: "{\"family_name\":\"Strangeways\"}".into(),
        differs: "[]".into(),
        evidence: "[]".into(),
        ..Default::default()
    };
    store::linking::keep_crossmatch(&mut tx, &list, &[row]).await.unwrap();
    tx.commit().await.unwrap();
}

/// How many rows name them: of files, of lists, of notices.
async fn strangers_left(ctx: &Context) -> [i64; 3] {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let mut left = [0; 3];
    for (left, table) in left.iter_mut().zip(["import_row", "crossmatch_row", "notice"]) {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        *left = tx.one(&sql, args![], |row| row.int(0)).await.unwrap().unwrap();
    }
    left
}

/// Thirty years, a list a month: through the tables, on both engines.
#[tokio::test]
async fn over_thirty_years_everybody_goes_in_their_month_and_nobody_before() {
    each_engine(async |register| {
        let first = on(&register.db, date(2020, 1, 1));
        accounts(&first).await;
        let births: Vec<Date> =
            (0..24_i32).map(|n| date(1996, 1, 15) + (n * 13).months()).collect();
        let people: Vec<PersonRecord> = births.iter().map(|born| record("Q", *born)).collect();
        let ids = add(&first.db, &people).await;
        retention::hold(&first, &actor(1), PersonId(ids[5]), (Hold::Inquiry, "Inquiry"))
            .await
            .unwrap();
        let mut undated = record("Q", date(2005, 1, 1));
        undated.particulars.set(Field::DateOfBirth, None::<String>);
        let undated = add(&first.db, &[undated]).await[0];
        strangers(&first).await;
        assert_eq!(strangers_left(&first).await, [1, 1, 1]);
        let mut there = ids.clone();
        there.push(undated);
        for month in 0..360_i32 {
            let ctx = on(&register.db, date(2020, 1, 1) + month.months());
            let list = retention::draw(&ctx, &actor(1)).await.unwrap();
            retention::approve(&ctx, &actor(2), list).await.unwrap();
            let mut tx = ctx.db.begin_read().await.unwrap();
            let left = store::people::all_ids(&mut tx, Moment::Now).await.unwrap();
            // Two years for what names nobody of ours, thirteen for whom nobody knows the birth.
            let wanted = if month < 24 { [1; 3] } else { [0; 3] };
            assert_eq!(strangers_left(&ctx).await, wanted, "{}", ctx.today());
            assert_eq!(left.contains(&undated), month < 156, "{}", ctx.today());
            let dated = there.iter().filter(|id| **id != undated);
            for gone in dated.filter(|id| !left.contains(id)) {
                let born = births[ids.iter().position(|id| id == gone).unwrap()];
                let late = (born + 26.years()).until(ctx.today()).unwrap().get_days();
                assert!((0..=31).contains(&late), "{born} went on {}", ctx.today());
            }
            there = left;
        }
        assert_eq!(there, vec![ids[5]], "the inquiry still keeps one");
        assert!(!everything(&register.db).await.contains("Strangeways"));
    })
    .await;
}
