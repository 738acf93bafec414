//! Many rows at once: more than one statement takes, of every kind of value, and none of some.

use store::linking::{Crossmatch, CrossmatchRow, all_crossmatch_rows, keep_crossmatch};
use store::{Value, args, seal};
use testkit::each_engine;

#[tokio::test]
async fn rows_of_every_kind_go_in_many_at_a_time_and_come_back() {
    each_engine(async |register| {
        let mut tx = register.db.begin().await.unwrap();
        let made = "CREATE TABLE heap (id BIGINT PRIMARY KEY, number BIGINT, share DOUBLE PRECISION, word TEXT, content BYTEA NOT NULL)";
        tx.run(made, &[]).await.unwrap();
        let some = |id: i64| id % 3 != 0;
        let word = |id: i64| format!("{id}, \"a\\b\" {{NULL}} ' zoë\n");
        let rows: Vec<Vec<Value>> = (0..4_501_i64)
            .map(|id| {
                let share = some(id).then_some(id as f64 / 8.0);
                let content = id.to_be_bytes().to_vec();
                args![id, some(id).then_some(-id), share, some(id).then(|| word(id)), content].to_vec()
            })
            .collect();
        tx.insert("heap", &["id", "number", "share", "word", "content"], &rows).await.unwrap();
        tx.insert("heap", &["id"], &[]).await.unwrap();
        let kept = tx
            .rows("SELECT id, number, share, word, content FROM heap ORDER BY id", &[], |row| {
                Ok((row.int(0)?, row.opt_int(1)?, row.opt_real(2)?, row.opt_text(3)?, row.bytes(4)?))
            })
            .await
            .unwrap();
        assert_eq!(kept.len(), rows.len(), "{}", register.engine);
        for (at, one) in (0..).zip(kept) {
            let share = some(at).then_some(at as f64 / 8.0);
            let content = at.to_be_bytes().to_vec();
            let said = (at, some(at).then_some(-at), share, some(at).then(|| word(at)), content);
            assert_eq!(one, said, "{}", register.engine);
        }
    })
    .await;
}

/// The next rows are sealed while those before them go in: each opens as itself, and none lies in the clear.
#[tokio::test]
async fn sealed_rows_go_in_many_at_a_time_and_each_opens_as_itself() {
    each_engine(async |register| {
        let (master, fresh) = ([7; 32], [9; 32]);
        let mut tx = register.db.begin().await.unwrap();
        seal::add(&mut tx, (&master, &fresh), "2026-01-09").await.unwrap();
        tx.commit().await.unwrap();
        seal::unlock(&register.db, &master).await.unwrap();
        let list = Crossmatch { kind: "other".to_owned(), ..Crossmatch::default() };
        let rows: Vec<CrossmatchRow> = (0..4_501_i64)
            .map(|line| CrossmatchRow {
                line,
                outcome: "theirs".to_owned(),
                said: format!("Zyx {line}"),
                differs: "[]".to_owned(),
                evidence: if line % 3 == 0 { String::new() } else { format!("Zyx {line}") },
                ..CrossmatchRow::default()
            })
            .collect();
        let mut tx = register.db.begin().await.unwrap();
        let run = keep_crossmatch(&mut tx, &list, &rows).await.unwrap();
        let kept = all_crossmatch_rows(&mut tx, run).await.unwrap();
        assert_eq!(kept.len(), rows.len(), "{}", register.engine);
        let differ = kept.iter().zip(&rows).find(|(one, other)| one != other);
        assert_eq!(differ, None, "{}", register.engine);
        let clear = "SELECT COUNT(*) FROM crossmatch_row WHERE said LIKE '%Zyx %' OR evidence LIKE '%Zyx %'";
        let clear = tx.one(clear, &[], |row| row.int(0)).await.unwrap();
        assert_eq!(clear, Some(0), "{}", register.engine);
        let empty = "SELECT COUNT(*) FROM crossmatch_row WHERE evidence = ''";
        let empty = tx.one(empty, &[], |row| row.int(0)).await.unwrap();
        assert_eq!(empty, Some(1_501), "nothing stays nothing on {}", register.engine);
    })
    .await;
}
