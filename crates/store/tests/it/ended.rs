//! A unit of work that the database ended by itself, as SQLite does when the disk is full.

use store::{args, changes};
use testkit::each_engine;

#[tokio::test]
async fn after_a_unit_of_work_that_the_database_ended_the_next_ones_write() {
    each_engine(async |register| {
        let mut tx = register.db.begin().await.unwrap();
        changes::begin(&mut tx, "2025-01-01T00:00:00Z", "edit", None, None, None).await.unwrap();
        tx.run("ROLLBACK", args![]).await.unwrap();
        drop(tx);
        for at in ["2025-01-02T00:00:00Z", "2025-01-03T00:00:00Z"] {
            let mut tx = register.db.begin().await.unwrap();
            changes::begin(&mut tx, at, "edit", None, None, None).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = register.db.begin_read().await.unwrap();
        let sql = "SELECT at FROM change WHERE kind = 'edit' ORDER BY id";
        let kept = tx.rows(sql, args![], |row| row.text(0)).await.unwrap();
        assert_eq!(kept, ["2025-01-02T00:00:00Z", "2025-01-03T00:00:00Z"]);
    })
    .await;
}
