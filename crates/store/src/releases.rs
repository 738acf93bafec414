//! Published tables as they were frozen, and files of people with their serials.

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes, sealed};

statements! {
    INSERT = "INSERT INTO release (id, month, edition, tables, coarsened, attacked, least, content, hash, note, at, account) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    ALL = "SELECT r.id, r.month, r.edition, r.tables, r.coarsened, r.attacked, r.least, r.content, r.hash, r.note, r.at, COALESCE(a.name, 'a command') FROM release r LEFT JOIN account a ON a.id = r.account ORDER BY r.id DESC";
    ONE = "SELECT r.id, r.month, r.edition, r.tables, r.coarsened, r.attacked, r.least, r.content, r.hash, r.note, r.at, COALESCE(a.name, 'a command') FROM release r LEFT JOIN account a ON a.id = r.account WHERE r.id = $1";
    EXPORT_INSERT = "INSERT INTO people_export (serial, at, account, what, purpose, people, needs_second) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    EXPORT = "SELECT e.serial, e.at, e.account, COALESCE(a.name, 'a command'), e.what, e.purpose, e.people, e.needs_second, e.second, COALESCE(s.name, ''), e.taken_at FROM people_export e LEFT JOIN account a ON a.id = e.account LEFT JOIN account s ON s.id = e.second WHERE e.serial = $1";
    EXPORTS = "SELECT e.serial, e.at, e.account, COALESCE(a.name, 'a command'), e.what, e.purpose, e.people, e.needs_second, e.second, COALESCE(s.name, ''), e.taken_at FROM people_export e LEFT JOIN account a ON a.id = e.account LEFT JOIN account s ON s.id = e.second ORDER BY e.serial DESC LIMIT $1";
    EXPORT_SECOND = "UPDATE people_export SET second = $1, second_at = $2 WHERE serial = $3 AND second IS NULL AND taken_at IS NULL";
    EXPORT_TAKEN = "UPDATE people_export SET taken_at = $1, hash = $2 WHERE serial = $3 AND taken_at IS NULL";
}

/// A release as kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    pub id: i64,
    pub month: String,
    pub edition: String,
    /// True counts; never shown.
    pub tables: String,
    pub coarsened: String,
    pub attacked: i64,
    pub least: Option<i64>,
    pub content: String,
    pub hash: String,
    pub note: String,
    pub at: String,
    pub account_name: String,
}

fn release(row: &Row<'_>) -> Result<Release, StoreError> {
    Ok(Release {
        id: row.int(0)?,
        month: row.text(1)?,
        edition: row.text(2)?,
        tables: row.text(3)?,
        coarsened: row.text(4)?,
        attacked: row.int(5)?,
        least: row.opt_int(6)?,
        content: row.text(7)?,
        hash: row.text(8)?,
        note: row.text(9)?,
        at: row.text(10)?,
        account_name: row.text(11)?,
    })
}

/// Keeps a release; its number. Whoever takes it holds back the others until the unit of work ends,
/// so that no release is made beside one that it was not held against.
pub async fn keep(tx: &mut Tx, r: &Release, account: Option<i64>) -> Result<(), StoreError> {
    let row = args![
        r.id,
        &r.month,
        &r.edition,
        &r.tables,
        &r.coarsened,
        r.attacked,
        r.least,
        &r.content,
        &r.hash,
        &r.note,
        &r.at,
        account
    ];
    tx.run(INSERT, row).await?;
    Ok(())
}

/// The number of the next release.
pub async fn number(tx: &mut Tx) -> Result<i64, StoreError> {
    changes::take(tx, "release", 1).await
}

/// All of them, the newest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Release>, StoreError> {
    tx.rows(ALL, args![], release).await
}

pub async fn one(tx: &mut Tx, id: i64) -> Result<Option<Release>, StoreError> {
    tx.one(ONE, args![id], release).await
}

/// A file of people that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub serial: i64,
    pub at: String,
    pub account: Option<i64>,
    pub account_name: String,
    /// What of, in the words of `app::exports`.
    pub what: String,
    pub purpose: String,
    pub people: i64,
    pub needs_second: bool,
    pub second: Option<i64>,
    pub second_name: String,
    pub taken_at: Option<String>,
}

fn export(row: &Row<'_>) -> Result<Export, StoreError> {
    Ok(Export {
        serial: row.int(0)?,
        at: row.text(1)?,
        account: row.opt_int(2)?,
        account_name: row.text(3)?,
        what: row.text(4)?,
        purpose: row.text(5)?,
        people: row.int(6)?,
        needs_second: row.flag(7)?,
        second: row.opt_int(8)?,
        second_name: row.text(9)?,
        taken_at: row.opt_text(10)?,
    })
}

/// Writes down that a file was asked for; its serial.
pub async fn ask(
    tx: &mut Tx,
    (at, account): (&str, Option<i64>),
    (what, purpose): (&str, &str),
    (people, needs_second): (i64, bool),
) -> Result<i64, StoreError> {
    let serial = changes::take(tx, "people_export", 1).await?;
    let purpose = tx.seal(&Cell::new("people_export", serial, "purpose"), purpose)?;
    let row = args![serial, at, account, what, purpose, people, needs_second];
    tx.run(EXPORT_INSERT, row).await?;
    Ok(serial)
}

pub async fn export_of(tx: &mut Tx, serial: i64) -> Result<Option<Export>, StoreError> {
    let kept = tx.one(EXPORT, args![serial], export).await?;
    kept.map(|kept| opened(tx, kept)).transpose()
}

/// The newest ones.
pub async fn exports(tx: &mut Tx, most: i64) -> Result<Vec<Export>, StoreError> {
    let kept = tx.rows(EXPORTS, args![most], export).await?;
    kept.into_iter().map(|kept| opened(tx, kept)).collect()
}

fn opened(tx: &Tx, mut kept: Export) -> Result<Export, StoreError> {
    sealed::open(tx, "people_export", (kept.serial, None), [("purpose", &mut kept.purpose)])?;
    Ok(kept)
}

/// Whether this was the first to agree, before the file was taken.
pub async fn agree(
    tx: &mut Tx,
    serial: i64,
    (at, account): (&str, i64),
) -> Result<bool, StoreError> {
    Ok(tx.run(EXPORT_SECOND, args![account, at, serial]).await? == 1)
}

/// Whether this was the first to take it.
pub async fn take(tx: &mut Tx, serial: i64, (at, hash): (&str, &str)) -> Result<bool, StoreError> {
    Ok(tx.run(EXPORT_TAKEN, args![at, hash, serial]).await? == 1)
}
