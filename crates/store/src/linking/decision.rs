//! What people decided of who is who, kept for ever. A decision is taken back, never edited.

use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    KEEP = "INSERT INTO link_decision (id, at, account, second, origin, sender, side, said, person, known, verdict, why, probability, evidence) VALUES ($1, $2, $3, NULL, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    STANDING = "SELECT id, at, account, second, origin, sender, side, said, person, known, verdict, why, probability, evidence, undone_at FROM link_decision WHERE undone_at IS NULL AND origin <> 'register' ORDER BY id";
    OF_PAIR = "SELECT id, at, account, second, origin, sender, side, said, person, known, verdict, why, probability, evidence, undone_at FROM link_decision WHERE undone_at IS NULL AND side = $1 AND person = $2 ORDER BY id";
    ONE = "SELECT id, at, account, second, origin, sender, side, said, person, known, verdict, why, probability, evidence, undone_at FROM link_decision WHERE id = $1";
    NEWEST = "SELECT d.id, d.at, d.account, d.second, d.origin, d.sender, d.side, d.said, d.person, d.known, d.verdict, d.why, d.probability, d.evidence, d.undone_at FROM link_decision d ORDER BY d.id DESC LIMIT $1";
    AGREE = "UPDATE link_decision SET second = $1 WHERE id = $2 AND second IS NULL AND undone_at IS NULL";
    TAKE_BACK = "UPDATE link_decision SET undone_at = $1, undone_by = $2, undone_why = $3 WHERE id = $4 AND undone_at IS NULL";
}

/// One decision about one pair.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decided {
    pub id: i64,
    /// UTC, RFC 3339.
    pub at: String,
    pub account: Option<i64>,
    /// Who agreed, where two must.
    pub second: Option<i64>,
    /// `import:ID:LINE`, `match:RUN:LINE` or `register`.
    pub origin: String,
    pub sender: String,
    /// The fingerprint of a row, or the number of another person.
    pub side: String,
    /// What the row said, as JSON of the app's making.
    pub said: String,
    pub person: i64,
    /// The fingerprint of what the register held of the person then.
    pub known: String,
    pub verdict: String,
    pub why: String,
    pub probability: Option<f64>,
    pub evidence: String,
    pub undone_at: Option<String>,
}

fn read(row: &Row<'_>) -> Result<Decided, StoreError> {
    Ok(Decided {
        id: row.int(0)?,
        at: row.text(1)?,
        account: row.opt_int(2)?,
        second: row.opt_int(3)?,
        origin: row.text(4)?,
        sender: row.text(5)?,
        side: row.text(6)?,
        said: row.text(7)?,
        person: row.int(8)?,
        known: row.text(9)?,
        verdict: row.text(10)?,
        why: row.text(11)?,
        probability: row.opt_real(12)?,
        evidence: row.text(13)?,
        undone_at: row.opt_text(14)?,
    })
}

/// Keeps a decision; its number. `id`, `second` and `undone_at` are not read.
pub async fn keep_decision(tx: &mut Tx, d: &Decided) -> Result<i64, StoreError> {
    let id = changes::take(tx, "link_decision", 1).await?;
    let binds = args![
        id,
        &d.at,
        d.account,
        &d.origin,
        &d.sender,
        &d.side,
        &d.said,
        d.person,
        &d.known,
        &d.verdict,
        &d.why,
        d.probability,
        &d.evidence
    ];
    tx.run(KEEP, binds).await?;
    Ok(id)
}

/// Standing decisions about partners' rows, oldest first.
pub async fn standing(tx: &mut Tx) -> Result<Vec<Decided>, StoreError> {
    tx.rows(STANDING, args![], read).await
}

/// Standing decisions about one pair, oldest first.
pub async fn of_pair(tx: &mut Tx, side: &str, person: i64) -> Result<Vec<Decided>, StoreError> {
    tx.rows(OF_PAIR, args![side, person], read).await
}

pub async fn decision(tx: &mut Tx, id: i64) -> Result<Option<Decided>, StoreError> {
    tx.one(ONE, args![id], read).await
}

/// The newest decisions, those taken back among them.
pub async fn newest_decisions(tx: &mut Tx, most: i64) -> Result<Vec<Decided>, StoreError> {
    tx.rows(NEWEST, args![most], read).await
}

/// A second person agrees; whether the decision was waiting for one.
pub async fn agree(tx: &mut Tx, id: i64, account: Option<i64>) -> Result<bool, StoreError> {
    Ok(tx.run(AGREE, args![account, id]).await? == 1)
}

/// Takes a decision back; whether it stood.
pub async fn take_back(
    tx: &mut Tx,
    id: i64,
    (at, account, why): (&str, Option<i64>, &str),
) -> Result<bool, StoreError> {
    Ok(tx.run(TAKE_BACK, args![at, account, why, id]).await? == 1)
}
