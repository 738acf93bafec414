//! Lines of the registers that a plan keeps. One shape serves them all; which registers there are and
//! what each asks for is `domain::plan::register`'s to say. A new wording ends the one before it.

use domain::calendar::Day;
use domain::person::ChangeId;

use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    INSERT = "INSERT INTO plan_entry (id, plan, entry, register, meeting, outcome, title, detail, body, person, on_day, amount, state, source, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    END = "UPDATE plan_entry SET ended = $1 WHERE id = $2 AND plan = $3 AND ended IS NULL";
    STANDING = "SELECT id, entry, register, meeting, outcome, title, detail, body, person, on_day, amount, state, source, made FROM plan_entry WHERE plan = $1 AND ended IS NULL ORDER BY register, entry";
    OF_REGISTER = "SELECT id, entry, register, meeting, outcome, title, detail, body, person, on_day, amount, state, source, made FROM plan_entry WHERE plan = $1 AND register = $2 AND ended IS NULL ORDER BY entry";
    ONE = "SELECT id, entry, register, meeting, outcome, title, detail, body, person, on_day, amount, state, source, made FROM plan_entry WHERE plan = $1 AND entry = $2 AND ended IS NULL";
    HISTORY = "SELECT e.id, e.entry, e.register, e.meeting, e.outcome, e.title, e.detail, e.body, e.person, e.on_day, e.amount, e.state, e.source, e.made, c.at, COALESCE(a.name, '') FROM plan_entry e JOIN change c ON c.id = e.made LEFT JOIN account a ON a.id = c.account WHERE e.plan = $1 AND e.entry = $2 ORDER BY e.id DESC";
}

/// One line as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Of this wording; the one that was seen is the version to be changed.
    pub id: i64,
    /// Of the line through all its wordings.
    pub entry: i64,
    pub register: String,
    pub meeting: Option<Day>,
    pub outcome: Option<i64>,
    pub title: String,
    pub detail: String,
    /// An organisation or a board.
    pub body: String,
    pub person: String,
    pub on: Option<Day>,
    /// Units: pounds.
    pub amount: Option<i64>,
    pub state: String,
    pub source: String,
    pub made: i64,
}

/// Writes a line: a new one when its `entry` is 0, else a new wording of it; the line's number.
pub async fn write(
    tx: &mut Tx,
    change: ChangeId,
    plan: i64,
    line: &Entry,
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "plan_entry", 1).await?;
    let entry = if line.entry == 0 { id } else { line.entry };
    let values = args![
        id,
        plan,
        entry,
        &line.register,
        line.meeting,
        line.outcome,
        &line.title,
        &line.detail,
        &line.body,
        &line.person,
        line.on,
        line.amount,
        &line.state,
        &line.source,
        change.0,
    ];
    tx.run(INSERT, values).await?;
    Ok(entry)
}

/// Ends a wording.
///
/// Errors: `Conflict` when it does not stand any more.
pub async fn end(tx: &mut Tx, change: ChangeId, plan: i64, id: i64) -> Result<(), StoreError> {
    match tx.run(END, args![change.0, id, plan]).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// Every line of every register that stands.
pub async fn standing(tx: &mut Tx, plan: i64) -> Result<Vec<Entry>, StoreError> {
    tx.rows(STANDING, args![plan], read).await
}

pub async fn of_register(tx: &mut Tx, plan: i64, register: &str) -> Result<Vec<Entry>, StoreError> {
    tx.rows(OF_REGISTER, args![plan, register], read).await
}

pub async fn one(tx: &mut Tx, plan: i64, entry: i64) -> Result<Option<Entry>, StoreError> {
    tx.one(ONE, args![plan, entry], read).await
}

/// A line's wordings, newest first, each with when (UTC, RFC 3339) and by whom it was written.
pub async fn history(
    tx: &mut Tx,
    plan: i64,
    entry: i64,
) -> Result<Vec<(Entry, String, String)>, StoreError> {
    tx.rows(HISTORY, args![plan, entry], |row| Ok((read(row)?, row.text(14)?, row.text(15)?))).await
}

fn read(row: &Row<'_>) -> Result<Entry, StoreError> {
    Ok(Entry {
        id: row.int(0)?,
        entry: row.int(1)?,
        register: row.text(2)?,
        meeting: row.opt_date(3)?,
        outcome: row.opt_int(4)?,
        title: row.text(5)?,
        detail: row.text(6)?,
        body: row.text(7)?,
        person: row.text(8)?,
        on: row.opt_date(9)?,
        amount: row.opt_int(10)?,
        state: row.text(11)?,
        source: row.text(12)?,
        made: row.int(13)?,
    })
}
