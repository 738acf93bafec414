//! Follow-ups that somebody was asked to do: of whom, by whom, until when, and what came of them.

use domain::person::ChangeId;
use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    INSERT = "INSERT INTO follow_up_task (id, person, worker, asked_by, asked_on, due, referral, tries, made) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)";
    ONE = "SELECT t.id, t.person, t.worker, w.name, t.asked_by, COALESCE(b.name, 'the council'), t.asked_on, t.due, t.referral, t.tries, t.outcome, t.done_on, t.undone_on, t.ended FROM follow_up_task t JOIN account w ON w.id = t.worker LEFT JOIN account b ON b.id = t.asked_by WHERE t.id = $1";
    OPEN_OF_PERSON = "SELECT t.id, t.person, t.worker, w.name, t.asked_by, COALESCE(b.name, 'the council'), t.asked_on, t.due, t.referral, t.tries, t.outcome, t.done_on, t.undone_on, t.ended FROM follow_up_task t JOIN account w ON w.id = t.worker LEFT JOIN account b ON b.id = t.asked_by WHERE t.person = $1 AND t.ended IS NULL ORDER BY t.id";
    OF_WORKER = "SELECT t.id, t.person, t.worker, w.name, t.asked_by, COALESCE(b.name, 'the council'), t.asked_on, t.due, t.referral, t.tries, t.outcome, t.done_on, t.undone_on, t.ended FROM follow_up_task t JOIN account w ON w.id = t.worker LEFT JOIN account b ON b.id = t.asked_by WHERE t.worker = $1 AND t.ended IS NULL ORDER BY t.due, t.id";
    BY_ASKER = "SELECT t.id, t.person, t.worker, w.name, t.asked_by, COALESCE(b.name, 'the council'), t.asked_on, t.due, t.referral, t.tries, t.outcome, t.done_on, t.undone_on, t.ended FROM follow_up_task t JOIN account w ON w.id = t.worker LEFT JOIN account b ON b.id = t.asked_by WHERE t.asked_by = $1 AND (t.ended IS NULL OR t.done_on >= $2 OR t.undone_on >= $2) ORDER BY CASE WHEN t.ended IS NULL THEN 0 ELSE 1 END, t.due, t.id";
    COUNT_OF_WORKER = "SELECT COUNT(*) FROM follow_up_task WHERE worker = $1 AND ended IS NULL";
    TRIED = "UPDATE follow_up_task SET tries = tries + 1, outcome = $1 WHERE id = $2 AND ended IS NULL";
    DONE = "UPDATE follow_up_task SET tries = tries + 1, outcome = $1, done_on = $2, ended = $3 WHERE id = $4 AND ended IS NULL";
    UNDONE = "UPDATE follow_up_task SET undone_on = $1, ended = $2 WHERE id = $3 AND ended IS NULL";
    END = "UPDATE follow_up_task SET ended = $1 WHERE id = $2 AND ended IS NULL";
}

/// One follow-up that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub id: i64,
    pub person: i64,
    pub worker: i64,
    pub worker_name: String,
    /// Nobody where it was asked from the command line or made with the demonstration.
    pub asked_by: Option<i64>,
    pub asked_by_name: String,
    pub asked_on: Date,
    pub due: Date,
    /// The referral that was made for it.
    pub referral: Option<i64>,
    /// Contacts that were recorded for it.
    pub tries: i64,
    /// What came of the newest of them.
    pub outcome: Option<String>,
    pub done_on: Option<Date>,
    /// The day on which the worker's account ended before it was done.
    pub undone_on: Option<Date>,
    pub ended: bool,
}

fn read(row: &Row<'_>) -> Result<Task, StoreError> {
    Ok(Task {
        id: row.int(0)?,
        person: row.int(1)?,
        worker: row.int(2)?,
        worker_name: row.text(3)?,
        asked_by: row.opt_int(4)?,
        asked_by_name: row.text(5)?,
        asked_on: row.date(6)?,
        due: row.date(7)?,
        referral: row.opt_int(8)?,
        tries: row.int(9)?,
        outcome: row.opt_text(10)?,
        done_on: row.opt_date(11)?,
        undone_on: row.opt_date(12)?,
        ended: row.opt_int(13)?.is_some(),
    })
}

/// Who is asked to follow whom up.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    pub person: i64,
    pub worker: i64,
    pub asked_by: Option<i64>,
    /// The referral that is made for it.
    pub referral: Option<i64>,
}

/// Keeps what is asked from a day until another; its number.
pub async fn ask(
    tx: &mut Tx,
    change: ChangeId,
    asking: Asking,
    (from, due): (Date, Date),
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "follow_up_task", 1).await?;
    let Asking { person, worker, asked_by, referral } = asking;
    tx.run(INSERT, args![id, person, worker, asked_by, from, due, referral, change.0]).await?;
    Ok(id)
}

pub async fn one(tx: &mut Tx, id: i64) -> Result<Option<Task>, StoreError> {
    tx.one(ONE, args![id], read).await
}

/// What is asked of one person and not done.
pub async fn open_of(tx: &mut Tx, person: i64) -> Result<Vec<Task>, StoreError> {
    tx.rows(OPEN_OF_PERSON, args![person], read).await
}

/// What an account is asked to do, the soonest due first.
pub async fn of_worker(tx: &mut Tx, worker: i64) -> Result<Vec<Task>, StoreError> {
    tx.rows(OF_WORKER, args![worker], read).await
}

/// How much an account is asked to do.
pub async fn count_of_worker(tx: &mut Tx, worker: i64) -> Result<i64, StoreError> {
    Ok(tx.one(COUNT_OF_WORKER, args![worker], |row| row.int(0)).await?.unwrap_or(0))
}

/// What an account asked others to do: all that is open, and what was done, or will not be, since a day.
pub async fn by_asker(tx: &mut Tx, asker: i64, since: Date) -> Result<Vec<Task>, StoreError> {
    tx.rows(BY_ASKER, args![asker, since], read).await
}

/// A contact that reached nobody: it stays to be done. Whether it was open.
pub async fn tried(tx: &mut Tx, id: i64, outcome: &str) -> Result<bool, StoreError> {
    Ok(tx.run(TRIED, args![outcome, id]).await? == 1)
}

/// A contact that settles it; whether it was open.
pub async fn done(
    tx: &mut Tx,
    change: ChangeId,
    id: i64,
    (outcome, day): (&str, Date),
) -> Result<bool, StoreError> {
    Ok(tx.run(DONE, args![outcome, day, change.0, id]).await? == 1)
}

/// Ends it undone, since its worker's account ended that day.
pub async fn undone(tx: &mut Tx, change: ChangeId, id: i64, day: Date) -> Result<(), StoreError> {
    tx.run(UNDONE, args![day, change.0, id]).await?;
    Ok(())
}

/// Takes it back undone; whether it was open.
pub async fn end(tx: &mut Tx, change: ChangeId, id: i64) -> Result<bool, StoreError> {
    Ok(tx.run(END, args![change.0, id]).await? == 1)
}
