//! Words that must stand nowhere in the clear, looked for in every cell of every table.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use store::{Db, Row, args};

/// Which of the words a text holds, in any case and with or without its spaces.
pub fn tells<'a>(bytes: &[u8], canaries: &[&'a str]) -> Option<&'a str> {
    let text: Vec<u8> = bytes.iter().map(u8::to_ascii_lowercase).collect();
    canaries.iter().copied().find(|canary| {
        let canary = canary.to_lowercase();
        let bare = canary.replace(' ', "");
        let holds = |what: &str| text.windows(what.len()).any(|at| at == what.as_bytes());
        holds(&canary) || holds(&bare)
    })
}

/// Every cell that tells, as `table.column` with how many, by the database's own list of tables.
pub async fn cells_that_tell(db: &Db, canaries: &[&str]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    each_column(db, |column, cells| {
        let telling = cells.iter().filter(|cell| tells(cell, canaries).is_some()).count();
        if telling > 0 {
            found.insert(column, telling);
        }
    })
    .await;
    found
}

/// What every column of every table holds, as a digest by `table.column`: two of them tell what was changed in
/// between.
pub async fn contents(db: &Db) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    each_column(db, |column, mut cells| {
        cells.sort_unstable();
        let mut digest = DefaultHasher::new();
        cells.hash(&mut digest);
        found.insert(column, digest.finish());
    })
    .await;
    found
}

async fn each_column(db: &Db, mut take: impl FnMut(String, Vec<Vec<u8>>)) {
    let mut tx = db.begin_read().await.expect("the register answers");
    let sql = match tx.is_postgres() {
        true => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), UPPER(CAST(data_type AS TEXT)) FROM information_schema.columns WHERE table_schema = current_schema()"
        }
        false => {
            "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
    };
    let read = |row: &Row<'_>| Ok((row.text(0)?, row.text(1)?, row.text(2)?));
    let columns = tx.rows(sql, args![], read).await.expect("the tables can be listed");
    assert!(columns.len() > 300, "{}", columns.len());
    for (table, column, kind) in columns {
        let cells: Vec<Vec<u8>> = if kind == "BYTEA" {
            let sql = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL");
            tx.rows(&sql, args![], |row| row.bytes(0)).await
        } else {
            let sql = format!("SELECT COALESCE(CAST({column} AS TEXT), '') FROM {table}");
            tx.rows(&sql, args![], |row| row.text(0).map(String::into_bytes)).await
        }
        .expect("a column can be read");
        take(format!("{table}.{column}"), cells);
    }
}
