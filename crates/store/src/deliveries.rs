//! What came from partners and when, and what was noted about deliveries that are due.

use domain::person::ChangeId;
use jiff::civil::Date;

use crate::engine::{StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    CAME = "SELECT sender, kind, received_at FROM import WHERE state NOT IN ('refused', 'undone') AND received_at >= $1 ORDER BY id";
    NOTES = "SELECT agreement, partner, flow, due, what, day FROM delivery_note WHERE due >= $1 ORDER BY id";
    NOTE = "INSERT INTO delivery_note (id, agreement, partner, flow, due, what, day, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// Something noted about one due delivery: `reminded` or `came`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub agreement: i64,
    pub partner: String,
    pub flow: String,
    pub due: Date,
    pub what: String,
    pub day: Date,
}

/// Files since an instant that were neither refused nor taken back: sender, kind, instant.
pub async fn came(tx: &mut Tx, since: &str) -> Result<Vec<(String, String, String)>, StoreError> {
    tx.rows(CAME, args![since], |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?))).await
}

/// Notes about deliveries due on a day or later.
pub async fn notes(tx: &mut Tx, since: Date) -> Result<Vec<Note>, StoreError> {
    tx.rows(NOTES, args![since], |row| {
        Ok(Note {
            agreement: row.int(0)?,
            partner: row.text(1)?,
            flow: row.text(2)?,
            due: row.date(3)?,
            what: row.text(4)?,
            day: row.date(5)?,
        })
    })
    .await
}

pub async fn note(tx: &mut Tx, change: ChangeId, n: &Note) -> Result<(), StoreError> {
    let id = changes::take(tx, "delivery_note", 1).await?;
    let row = args![id, n.agreement, &n.partner, &n.flow, n.due, &n.what, n.day, change.0].to_vec();
    tx.run(NOTE, &row).await?;
    Ok(())
}
