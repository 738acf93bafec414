//! Contacts with young people, and whose caseload they are on.

use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes};

statements! {
    INSERT = "INSERT INTO contact (id, person, day, method, outcome, note, next_step, account, obstacles, made, ended) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL)";
    OF_PERSON = "SELECT c.id, c.person, c.day, c.method, c.outcome, c.note, c.next_step, c.account, COALESCE(a.name, ''), c.obstacles FROM contact c LEFT JOIN account a ON a.id = c.account WHERE c.person = $1 AND c.ended IS NULL ORDER BY c.day DESC, c.id DESC LIMIT $2";
    OBSTACLES = "SELECT person, id, obstacles FROM contact WHERE ended IS NULL AND obstacles <> '' AND day >= $1 ORDER BY person, id";
    ADVISERS = "SELECT a.id, a.name, s.from_day FROM assignment s JOIN account a ON a.id = s.adviser WHERE s.person = $1 AND s.ended IS NULL AND s.to_day IS NULL ORDER BY s.from_day";
    OPEN_ASSIGNMENTS = "SELECT adviser, from_day FROM assignment WHERE person = $1 AND ended IS NULL AND to_day IS NULL ORDER BY fact";
    END_ASSIGNMENTS = "UPDATE assignment SET ended = $1 WHERE person = $2 AND ended IS NULL AND to_day IS NULL";
    KEEP_ASSIGNMENT = "INSERT INTO assignment (fact, person, adviser, from_day, to_day, made, ended) VALUES ($1, $2, $3, $4, $5, $6, NULL)";
    ASSIGN = "INSERT INTO assignment (fact, person, adviser, from_day, to_day, made, ended) VALUES ($1, $2, $3, $4, NULL, $5, NULL)";
}

/// The columns of a contact that stands.
pub(crate) const COLUMNS: [&str; 10] = [
    "id",
    "person",
    "day",
    "method",
    "outcome",
    "note",
    "next_step",
    "account",
    "obstacles",
    "made",
];

/// One contact, as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub id: i64,
    pub person: i64,
    pub day: Date,
    /// call, text, email, visit, meeting, letter, other.
    pub method: String,
    pub outcome: String,
    pub note: String,
    /// The day to act next.
    pub next_step: Option<Date>,
    pub account: Option<i64>,
    /// Empty where no account recorded it: by a command.
    pub account_name: String,
    /// What stands in the way, as they told of it: names of the reference data.
    pub obstacles: Vec<String>,
}

/// All but the obstacles, with the note as it is kept.
fn read(row: &Row<'_>) -> Result<Contact, StoreError> {
    Ok(Contact {
        id: row.int(0)?,
        person: row.int(1)?,
        day: row.date(2)?,
        method: row.text(3)?,
        outcome: row.text(4)?,
        note: row.text(5)?,
        next_step: row.opt_date(6)?,
        account: row.opt_int(7)?,
        account_name: row.text(8)?,
        obstacles: Vec::new(),
    })
}

/// Records a contact; its number. `id` and `account_name` are not read.
pub async fn add(tx: &mut Tx, c: &Contact, change: i64) -> Result<i64, StoreError> {
    let id = changes::take(tx, "contact", 1).await?;
    let note = tx.seal(&note_of(id), &c.note)?;
    let obstacles = tx.seal(&obstacles_of(id), &c.obstacles.join(","))?;
    let values = args![
        id,
        c.person,
        c.day,
        &c.method,
        &c.outcome,
        note,
        c.next_step,
        c.account,
        obstacles,
        change
    ];
    tx.run(INSERT, values).await?;
    Ok(id)
}

/// The newest contacts with one person.
pub async fn of_person(tx: &mut Tx, person: i64, most: i64) -> Result<Vec<Contact>, StoreError> {
    let kept = |row: &Row<'_>| Ok((read(row)?, row.text(9)?));
    let rows = tx.rows(OF_PERSON, args![person, most], kept).await?;
    let opened = rows.into_iter().map(|(mut one, obstacles)| {
        one.note = tx.unseal(&note_of(one.id), &one.note)?;
        one.obstacles = parted(&tx.unseal(&obstacles_of(one.id), &obstacles)?);
        Ok(one)
    });
    opened.collect()
}

fn parted(names: &str) -> Vec<String> {
    names.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// What was told of to stand in people's ways since a day, contact by contact. Days: inclusive.
pub async fn obstacles_since(
    tx: &mut Tx,
    since: Date,
) -> Result<Vec<(i64, Vec<String>)>, StoreError> {
    let kept = |row: &Row<'_>| Ok((row.int(0)?, row.int(1)?, row.text(2)?));
    let rows = tx.rows(OBSTACLES, args![since], kept).await?;
    let opened = rows
        .into_iter()
        .map(|(person, id, kept)| Ok((person, parted(&tx.unseal(&obstacles_of(id), &kept)?))));
    opened.collect()
}

const fn obstacles_of(row: i64) -> Cell<'static> {
    Cell::new("contact", row, "obstacles")
}

const fn note_of(row: i64) -> Cell<'static> {
    Cell::new("contact", row, "note")
}

/// Whose caseload a person is on: account, name, since.
pub async fn advisers(tx: &mut Tx, person: i64) -> Result<Vec<(i64, String, Date)>, StoreError> {
    tx.rows(ADVISERS, args![person], |row| Ok((row.int(0)?, row.text(1)?, row.date(2)?))).await
}

/// Puts a person on one adviser's caseload from a day, or on nobody's; any other allocation ends.
pub async fn allocate(
    tx: &mut Tx,
    (person, adviser): (i64, Option<i64>),
    from: Date,
    change: i64,
) -> Result<(), StoreError> {
    // What was known before stays known as it was: the open stay ends, and one with its last day is made.
    let open =
        tx.rows(OPEN_ASSIGNMENTS, args![person], |row| Ok((row.int(0)?, row.date(1)?))).await?;
    tx.run(END_ASSIGNMENTS, args![change, person]).await?;
    for (adviser, since) in open {
        let fact = changes::take(tx, "fact", 1).await?;
        tx.run(KEEP_ASSIGNMENT, args![fact, person, adviser, since, from, change]).await?;
    }
    if let Some(adviser) = adviser {
        let fact = changes::take(tx, "fact", 1).await?;
        tx.run(ASSIGN, args![fact, person, adviser, from, change]).await?;
    }
    Ok(())
}
