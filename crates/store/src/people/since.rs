//! What was told of people for days after one: by the rows of files, which a file of that day must not undo, and by
//! hand. Most files are the newest; then one look says so.

use std::collections::HashMap;

use domain::agreement::Item;
use domain::intake::Told;
use domain::person::Field;
use jiff::civil::Date;

use super::load::{characteristic_code, particulars};
use crate::args;
use crate::engine::{StoreError, Tx};
use crate::seal::{self, Cell};
use crate::statements::statements;

statements! {
    ANYTHING = "SELECT 1 WHERE EXISTS (SELECT 1 FROM import WHERE state IN ('applied', 'settling') AND as_of > $1) OR EXISTS (SELECT 1 FROM change WHERE kind = 'edit' AND at >= $2)";
}

/// What was told of these people for days after `day`; those of whom nothing was are left out.
pub async fn told_since(
    tx: &mut Tx,
    people: &[i64],
    day: Date,
) -> Result<HashMap<i64, Told>, StoreError> {
    let mut found: HashMap<i64, Told> = HashMap::new();
    let next = day.tomorrow().unwrap_or(day);
    if people.is_empty() || tx.one(ANYTHING, args![day, next], |_| Ok(())).await?.is_none() {
        return Ok(found);
    }
    let (who, keys) = (tx.among(people), tx.keys());
    // The plus keeps SQLite to the index of rows by person: those of a file are many more.
    let sql = format!(
        "SELECT r.person, r.told, r.import, r.line FROM import_row r JOIN import i ON i.id = +r.import \
         WHERE i.state IN ('applied', 'settling') AND i.as_of > $1 AND r.told <> '' AND r.person {who}"
    );
    tx.each(&sql, args![day], |row| {
        let line = Some(row.int(3)?);
        let cell = Cell { table: "import_row", row: row.int(2)?, line, column: "told" };
        let told = seal::unseal(keys.as_deref(), &cell, row.str(1)?)?;
        found.entry(row.int(0)?).or_default().add_text(&told);
        Ok(())
    })
    .await?;
    typed(tx, &who, next, &mut found).await?;
    Ok(found)
}

/// Adds what was typed from a day on and not taken back.
async fn typed(
    tx: &mut Tx,
    who: &str,
    from: Date,
    found: &mut HashMap<i64, Told>,
) -> Result<(), StoreError> {
    let by_hand = "c.kind = 'edit' AND c.undone_by IS NULL AND c.at >= $1";
    let fields = |alias: &str| {
        let all: Vec<String> =
            Field::ALL.iter().map(|field| format!("{alias}.{}", field.column())).collect();
        all.join(", ")
    };
    let sql = format!(
        "SELECT p.person, {}, {} FROM particulars p JOIN change c ON c.id = p.made \
         LEFT JOIN particulars b ON b.person = p.person AND b.ended = p.made \
         WHERE {by_hand} AND p.person {who}",
        fields("b"),
        fields("p")
    );
    tx.each(&sql, args![from], |row| {
        let (before, after) = (particulars(row, 1)?, particulars(row, 1 + Field::ALL.len())?);
        found.entry(row.int(0)?).or_default().typed(&before, &after);
        Ok(())
    })
    .await?;
    let keys = tx.keys();
    for (table, name) in [
        ("address", format!("'{}'", Item::Address.column())),
        ("characteristic", "t.code".to_owned()),
    ] {
        let sql = format!(
            "SELECT t.person, {name}, t.fact FROM {table} t JOIN change c ON c.id = t.made \
             WHERE {by_hand} AND t.person {who}"
        );
        tx.each(&sql, args![from], |row| {
            // What is told of an address is its name, which is never sealed.
            let told = characteristic_code(keys.as_deref(), row.int(2)?, row.str(1)?)?;
            found.entry(row.int(0)?).or_default().add(&told);
            Ok(())
        })
        .await?;
    }
    Ok(())
}
