//! What came from partners and when, and what was noted about deliveries that are due.

use domain::person::ChangeId;
use jiff::civil::Date;

use crate::engine::{StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    FILES = "SELECT i.sender, i.kind, COALESCE(h.at, i.received_at) FROM import i LEFT JOIN handed_over h ON h.import = i.id LEFT JOIN account a ON a.id = i.account WHERE i.state NOT IN ('refused', 'undone') AND (h.import IS NOT NULL OR a.organisation IS NULL OR i.state IN ('applied', 'settling')) AND COALESCE(h.at, i.received_at) >= $1 ORDER BY i.id";
    USED = "SELECT sender, rows_read, rows_new, rows_changed, rows_unchanged, rows_held, COALESCE(message, '') FROM import WHERE state IN ('applied', 'settling') AND received_at >= $1 ORDER BY id";
    RESULTS = "SELECT school, sent_at FROM result_send WHERE state = 'sent' AND sent_at >= $1 ORDER BY id";
    LISTS = "SELECT sender, kind, at FROM crossmatch WHERE at >= $1 ORDER BY id";
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

/// Files since an instant that were neither refused nor taken back: sender, kind, instant. A partner's
/// own file counts from when it was handed over; one that was only checked did not come.
pub async fn files(tx: &mut Tx, since: &str) -> Result<Vec<(String, String, String)>, StoreError> {
    tx.rows(FILES, args![since], |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?))).await
}

/// A file that went into the register: who sent it, and how its rows ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    pub sender: String,
    pub read: i64,
    pub new: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub held: i64,
    /// What was said of the whole file; empty where nothing was.
    pub message: String,
}

/// Files that came since an instant and went into the register, oldest first.
pub async fn used(tx: &mut Tx, since: &str) -> Result<Vec<Used>, StoreError> {
    tx.rows(USED, args![since], |row| {
        Ok(Used {
            sender: row.text(0)?,
            read: row.int(1)?,
            new: row.int(2)?,
            changed: row.int(3)?,
            unchanged: row.int(4)?,
            held: row.int(5)?,
            message: row.text(6)?,
        })
    })
    .await
}

/// Exam results that were sent since an instant and not withdrawn: school, instant.
pub async fn results(tx: &mut Tx, since: &str) -> Result<Vec<(String, String)>, StoreError> {
    tx.rows(RESULTS, args![since], |row| Ok((row.text(0)?, row.text(1)?))).await
}

/// Lists that were matched with the register since an instant: sender, kind of list, instant.
pub async fn lists(tx: &mut Tx, since: &str) -> Result<Vec<(String, String, String)>, StoreError> {
    tx.rows(LISTS, args![since], |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?))).await
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
