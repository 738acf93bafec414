//! A council's own entries of its tracking plan, and who said of which entry that it is done. Facts, as targets are:
//! made by a change, ended by a change.

use domain::person::ChangeId;
use jiff::civil::Date;

use crate::engine::{StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    STANDING = "SELECT id, title, due, owner, measure, level_permille FROM tracking_entry WHERE ended IS NULL AND due BETWEEN $1 AND $2 ORDER BY due, id";
    INSERT = "INSERT INTO tracking_entry (id, title, due, owner, measure, level_permille, made) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    END = "UPDATE tracking_entry SET ended = $1 WHERE id = $2 AND ended IS NULL";
    ALL_DONE = "SELECT d.entry, d.due, d.day, COALESCE(a.name, 'the command line') FROM tracking_done d LEFT JOIN account a ON a.id = d.account WHERE d.ended IS NULL AND d.due BETWEEN $1 AND $2 ORDER BY d.id";
    SAY_DONE = "INSERT INTO tracking_done (id, entry, due, day, account, made) VALUES ($1, $2, $3, $4, $5, $6)";
    TAKING_PART = "SELECT person, kind FROM engagement WHERE ended IS NULL AND from_day <= $1 AND (to_day IS NULL OR to_day >= $1) ORDER BY person, fact";
    UNSAY = "UPDATE tracking_done SET ended = $1 WHERE entry = $2 AND due = $3 AND ended IS NULL";
}

/// One entry as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: i64,
    pub title: String,
    pub due: Date,
    pub owner: String,
    /// The measure that is to be at or below a level by then.
    pub measure: Option<String>,
    /// Units: thousandths.
    pub level_permille: Option<i64>,
}

/// Somebody's word that an entry is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub entry: String,
    pub due: Date,
    pub day: Date,
    pub by: String,
}

/// Who takes part in a programme on a day, and of which kind it is where that was said: once for each programme.
pub async fn taking_part(tx: &mut Tx, day: Date) -> Result<Vec<(i64, Option<String>)>, StoreError> {
    tx.rows(TAKING_PART, args![day], |row| Ok((row.int(0)?, row.opt_text(1)?))).await
}

/// The entries that stand and are due between two days. Days: both ends inclusive.
pub async fn standing(tx: &mut Tx, (from, to): (Date, Date)) -> Result<Vec<Entry>, StoreError> {
    tx.rows(STANDING, args![from, to], |row| {
        Ok(Entry {
            id: row.int(0)?,
            title: row.text(1)?,
            due: row.date(2)?,
            owner: row.text(3)?,
            measure: row.opt_text(4)?,
            level_permille: row.opt_int(5)?,
        })
    })
    .await
}

/// Keeps an entry; its number. `id` is not read.
pub async fn add(tx: &mut Tx, change: ChangeId, entry: &Entry) -> Result<i64, StoreError> {
    let id = changes::take(tx, "tracking_entry", 1).await?;
    let (measure, level) = (entry.measure.clone(), entry.level_permille);
    let row = args![id, &entry.title, entry.due, &entry.owner, measure, level, change.0].to_vec();
    tx.run(INSERT, &row).await?;
    Ok(id)
}

/// Takes an entry off the plan; whether it stood.
pub async fn end(tx: &mut Tx, change: ChangeId, id: i64) -> Result<bool, StoreError> {
    Ok(tx.run(END, args![change.0, id]).await? == 1)
}

/// What was said to be done of entries due between two days. Days: both ends inclusive.
pub async fn all_done(tx: &mut Tx, (from, to): (Date, Date)) -> Result<Vec<Done>, StoreError> {
    tx.rows(ALL_DONE, args![from, to], |row| {
        Ok(Done { entry: row.text(0)?, due: row.date(1)?, day: row.date(2)?, by: row.text(3)? })
    })
    .await
}

/// Keeps that an entry, by its name and the day it was due, is done on a day.
pub async fn say_done(
    tx: &mut Tx,
    change: ChangeId,
    (entry, due): (&str, Date),
    (day, account): (Date, Option<i64>),
) -> Result<(), StoreError> {
    let id = changes::take(tx, "tracking_done", 1).await?;
    tx.run(SAY_DONE, args![id, entry, due, day, account, change.0]).await?;
    Ok(())
}

/// Takes the word back; whether somebody had said it.
pub async fn unsay(
    tx: &mut Tx,
    change: ChangeId,
    (entry, due): (&str, Date),
) -> Result<bool, StoreError> {
    Ok(tx.run(UNSAY, args![change.0, entry, due]).await? > 0)
}
