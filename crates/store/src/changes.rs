//! Units of work and the numbers they are counted by. A change's number is recorded time.

use domain::person::ChangeId;

use crate::args;
use crate::engine::{Db, StoreError, Tx};
use crate::statements::statements;

statements! {
    TAKE = "UPDATE counter SET next = next + $1 WHERE name = $2 RETURNING next";
    SEED = "INSERT INTO counter (name, next) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    INSERT = "INSERT INTO change (id, at, kind, account, import, reason, undoes) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LATEST = "SELECT COALESCE(MAX(id), 0) FROM change";
    LATEST_AT = "SELECT COALESCE(MAX(id), 0) FROM change WHERE at <= $1";
    FILE_SINCE = "SELECT MAX(id) FROM change WHERE kind = 'import' AND id > $1 AND id <> $2 AND undone_by IS NULL";
    ONE = "SELECT id, at, kind, account, import, reason, undoes, undone_by FROM change WHERE id = $1";
    OF_PERSON = "SELECT c.id, c.at, c.kind, c.reason, COALESCE(a.name, ''), i.kind, i.sender, c.undone_by FROM change c LEFT JOIN account a ON a.id = c.account LEFT JOIN import i ON i.id = c.import WHERE c.id IN (SELECT made FROM particulars WHERE person = $1 UNION SELECT made FROM spell WHERE person = $1 UNION SELECT made FROM address WHERE person = $1 UNION SELECT made FROM assignment WHERE person = $1) ORDER BY c.id DESC LIMIT $2";
    MARK_UNDONE = "UPDATE change SET undone_by = $1 WHERE id = $2 AND undone_by IS NULL";
}

/// What a unit of work was, kept for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub id: ChangeId,
    /// UTC, RFC 3339.
    pub at: String,
    /// "import", "edit", "contact", "undo", "demo"...
    pub kind: String,
    pub account: Option<i64>,
    pub import: Option<i64>,
    pub reason: Option<String>,
    pub undoes: Option<i64>,
    pub undone_by: Option<i64>,
}

/// Takes `count` numbers from a counter; the first of them. Counters begin at 1.
pub async fn take(tx: &mut Tx, counter: &str, count: i64) -> Result<i64, StoreError> {
    tx.run(SEED, args![counter, 1_i64]).await?;
    let next = tx.one(TAKE, args![count, counter], |row| row.int(0)).await?;
    next.map(|n| n - count).ok_or(StoreError::Inconsistent {
        table: "counter",
        id: counter.to_owned(),
        what: "it vanished".to_owned(),
    })
}

/// Waits for every unit of work that has begun a change, and keeps others from beginning one until this
/// unit ends: whatever is read from here on stays true until then. Beginning a change does the same, so a
/// rule that must hold when something is written is asked after it. On SQLite writers stand in line anyhow.
pub async fn alone(tx: &mut Tx) -> Result<(), StoreError> {
    take(tx, "change", 0).await.map(|_| ())
}

/// Begins a change and gives it the next number.
pub async fn begin(
    tx: &mut Tx,
    at: &str,
    kind: &str,
    account: Option<i64>,
    import: Option<i64>,
    reason: Option<&str>,
) -> Result<ChangeId, StoreError> {
    let id = take(tx, "change", 1).await?;
    tx.run(INSERT, args![id, at, kind, account, import, reason, None::<i64>]).await?;
    Ok(ChangeId(id))
}

/// Begins a change that takes back another, and marks that one. `Conflict` if it was taken back already.
pub async fn begin_undo(
    tx: &mut Tx,
    at: &str,
    account: Option<i64>,
    reason: Option<&str>,
    undoes: ChangeId,
) -> Result<ChangeId, StoreError> {
    let id = take(tx, "change", 1).await?;
    tx.run(INSERT, args![id, at, "undo", account, None::<i64>, reason, undoes.0]).await?;
    if tx.run(MARK_UNDONE, args![id, undoes.0]).await? != 1 {
        return Err(StoreError::Conflict);
    }
    Ok(ChangeId(id))
}

/// The newest change; 0 on an empty register.
pub async fn latest(tx: &mut Tx) -> Result<ChangeId, StoreError> {
    Ok(ChangeId(tx.one(LATEST, args![], |row| row.int(0)).await?.unwrap_or(0)))
}

/// The newest change recorded by the end of a UTC instant (RFC 3339): "known on".
pub async fn latest_at(tx: &mut Tx, instant: &str) -> Result<ChangeId, StoreError> {
    Ok(ChangeId(tx.one(LATEST_AT, args![instant], |row| row.int(0)).await?.unwrap_or(0)))
}

/// The newest change by a file after another change, one left aside, that stands.
pub async fn file_since(tx: &mut Tx, after: i64, beside: i64) -> Result<Option<i64>, StoreError> {
    Ok(tx.one(FILE_SINCE, args![after, beside], |row| row.opt_int(0)).await?.flatten())
}

pub async fn one(tx: &mut Tx, id: ChangeId) -> Result<Option<Change>, StoreError> {
    tx.one(ONE, args![id.0], |row| {
        Ok(Change {
            id: ChangeId(row.int(0)?),
            at: row.text(1)?,
            kind: row.text(2)?,
            account: row.opt_int(3)?,
            import: row.opt_int(4)?,
            reason: row.opt_text(5)?,
            undoes: row.opt_int(6)?,
            undone_by: row.opt_int(7)?,
        })
    })
    .await
}

/// The newest change number, read outside any unit of work.
pub async fn head(db: &Db) -> Result<ChangeId, StoreError> {
    let mut tx = db.begin_read().await?;
    latest(&mut tx).await
}

/// A unit of work that touched one person's record, as a history shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    pub id: i64,
    /// UTC, RFC 3339.
    pub at: String,
    pub kind: String,
    pub reason: Option<String>,
    /// Empty where no account did it.
    pub account_name: String,
    /// Kind and sender of the file, where it came from one.
    pub import: Option<(String, String)>,
    pub undone: bool,
}

/// The newest units of work that made a fact about one person.
pub async fn of_person(tx: &mut Tx, person: i64, most: i64) -> Result<Vec<Touched>, StoreError> {
    tx.rows(OF_PERSON, args![person, most], |row| {
        Ok(Touched {
            id: row.int(0)?,
            at: row.text(1)?,
            kind: row.text(2)?,
            reason: row.opt_text(3)?,
            account_name: row.text(4)?,
            import: row.opt_text(5)?.zip(row.opt_text(6)?),
            undone: row.opt_int(7)?.is_some(),
        })
    })
    .await
}
