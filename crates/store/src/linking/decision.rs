//! What people decided of who is who, kept for ever. A decision is taken back, never edited.

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes, sealed};

statements! {
    KEEP = "INSERT INTO link_decision (id, at, account, needs_second, second, origin, sender, side, said, person, known, verdict, why, probability, evidence) VALUES ($1, $2, $3, $4, NULL, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    STANDING = "SELECT id, at, account, second, origin, sender, side, said, person, known, verdict, why, probability, evidence, undone_at, needs_second FROM link_decision WHERE undone_at IS NULL AND (needs_second = 0 OR second IS NOT NULL) ORDER BY id";
    OF_PAIR = "SELECT id, at, account, second, origin, sender, side, said, person, known, verdict, why, probability, evidence, undone_at, needs_second FROM link_decision WHERE undone_at IS NULL AND side = $1 AND person = $2 ORDER BY id";
    ONE = "SELECT id, at, account, second, origin, sender, side, said, person, known, verdict, why, probability, evidence, undone_at, needs_second FROM link_decision WHERE id = $1";
    PENDING = "SELECT id, at, account, second, origin, sender, side, said, person, known, verdict, why, probability, evidence, undone_at, needs_second FROM link_decision WHERE undone_at IS NULL AND needs_second = 1 AND second IS NULL ORDER BY id";
    OF_ORIGIN = "SELECT id, at, account, second, origin, sender, side, said, person, known, verdict, why, probability, evidence, undone_at, needs_second FROM link_decision WHERE undone_at IS NULL AND origin = $1 ORDER BY id";
    COUNTS = "SELECT verdict, COUNT(*) FROM link_decision WHERE undone_at IS NULL GROUP BY verdict";
    OPEN_ROWS = "SELECT r.import, r.line, r.candidates, r.evidence, i.sender FROM import_row r JOIN import i ON i.id = r.import WHERE r.effect = 'held' AND r.decision IS NULL AND r.candidates <> '' AND i.state IN ('planned', 'applied') AND (r.import > $1 OR (r.import = $1 AND r.line > $2)) ORDER BY r.import, r.line LIMIT $3";
    OPEN_NUMBERS = "SELECT r.import, r.line, r.candidates FROM import_row r JOIN import i ON i.id = r.import WHERE r.effect = 'held' AND r.decision IS NULL AND r.candidates <> '' AND i.state IN ('planned', 'applied') AND (r.import > $1 OR (r.import = $1 AND r.line > $2)) ORDER BY r.import, r.line LIMIT $3";
    DECIDED_NUMBERS = "SELECT r.import, r.line, r.candidates FROM import_row r JOIN import i ON i.id = r.import WHERE r.effect = 'held' AND (r.decision = 'new' OR r.decision LIKE 'same:%') AND r.candidates <> '' AND i.state IN ('planned', 'applied') AND (r.import > $1 OR (r.import = $1 AND r.line > $2)) ORDER BY r.import, r.line LIMIT $3";
    DECIDED_ROW = "SELECT r.import, r.line, r.candidates, r.evidence, i.sender FROM import_row r JOIN import i ON i.id = r.import WHERE r.effect = 'held' AND (r.decision = 'new' OR r.decision LIKE 'same:%') AND r.candidates <> '' AND i.state IN ('planned', 'applied') AND r.import = $1 AND r.line = $2";
    OPEN_ROW = "SELECT r.import, r.line, r.candidates, r.evidence, i.sender FROM import_row r JOIN import i ON i.id = r.import WHERE r.effect = 'held' AND r.decision IS NULL AND r.candidates <> '' AND i.state IN ('planned', 'applied') AND r.import = $1 AND r.line = $2";
    OPEN_AGAIN = "UPDATE import_row SET decision = NULL WHERE import = $1 AND line = $2 AND effect = 'held'";
    DECIDED_FILES = "SELECT r.import, i.file_name, COUNT(*) FROM import_row r JOIN import i ON i.id = r.import WHERE r.effect = 'held' AND r.decision IS NOT NULL AND r.decision <> 'leave' AND i.state IN ('planned', 'applied') GROUP BY r.import, i.file_name ORDER BY r.import";
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
    /// Whether it stands only once a second person agrees.
    pub needs_second: bool,
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
        needs_second: row.flag(15)?,
    })
}

const TABLE: &str = "link_decision";

fn opened(tx: &Tx, mut d: Decided) -> Result<Decided, StoreError> {
    let key = (d.id, None);
    let Decided { said, why, evidence, .. } = &mut d;
    sealed::open(tx, TABLE, key, [("said", said), ("why", why), ("evidence", evidence)])?;
    Ok(d)
}

/// Keeps a decision; its number. `id`, `second` and `undone_at` are not read.
pub async fn keep_decision(tx: &mut Tx, d: &Decided) -> Result<i64, StoreError> {
    let id = changes::take(tx, "link_decision", 1).await?;
    let sealed = |column, text| tx.seal(&Cell::new(TABLE, id, column), text);
    let said = sealed("said", &d.said)?;
    let (why, evidence) = (sealed("why", &d.why)?, sealed("evidence", &d.evidence)?);
    let binds = args![
        id,
        &d.at,
        d.account,
        d.needs_second,
        &d.origin,
        &d.sender,
        &d.side,
        said,
        d.person,
        &d.known,
        &d.verdict,
        why,
        d.probability,
        evidence
    ];
    tx.run(KEEP, binds).await?;
    Ok(id)
}

/// Standing decisions, oldest first; those that wait for a second person do not stand yet.
pub async fn standing(tx: &mut Tx) -> Result<Vec<Decided>, StoreError> {
    let kept = tx.rows(STANDING, args![], read).await?;
    kept.into_iter().map(|one| opened(tx, one)).collect()
}

/// Standing decisions about one pair, oldest first.
pub async fn of_pair(tx: &mut Tx, side: &str, person: i64) -> Result<Vec<Decided>, StoreError> {
    let kept = tx.rows(OF_PAIR, args![side, person], read).await?;
    kept.into_iter().map(|one| opened(tx, one)).collect()
}

/// Decisions that answered one question and were not taken back, those that wait among them, oldest first.
pub async fn of_origin(tx: &mut Tx, origin: &str) -> Result<Vec<Decided>, StoreError> {
    let kept = tx.rows(OF_ORIGIN, args![origin], read).await?;
    kept.into_iter().map(|one| opened(tx, one)).collect()
}

pub async fn decision(tx: &mut Tx, id: i64) -> Result<Option<Decided>, StoreError> {
    let kept = tx.one(ONE, args![id], read).await?;
    kept.map(|one| opened(tx, one)).transpose()
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

/// Decisions that wait for a second person.
pub async fn pending(tx: &mut Tx) -> Result<Vec<Decided>, StoreError> {
    let kept = tx.rows(PENDING, args![], read).await?;
    kept.into_iter().map(|one| opened(tx, one)).collect()
}

/// Decisions by verdict, those taken back left out.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(String, i64)>, StoreError> {
    tx.rows(COUNTS, args![], |row| Ok((row.text(0)?, row.int(1)?))).await
}

/// A row of a file that waits for somebody to say whom it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRow {
    pub import: i64,
    pub line: i64,
    pub candidates: Vec<i64>,
    pub evidence: String,
    pub sender: String,
}

/// A row by its numbers alone: import, line, whom it may speak of.
pub type NumberedRow = (i64, i64, Vec<i64>);

fn numbered(row: &Row<'_>) -> Result<NumberedRow, StoreError> {
    let candidates = row.text(2)?;
    let candidates = candidates.split(',').filter_map(|id| id.parse().ok()).collect();
    Ok((row.int(0)?, row.int(1)?, candidates))
}

fn open(row: &Row<'_>) -> Result<OpenRow, StoreError> {
    let (import, line, candidates) = numbered(row)?;
    Ok(OpenRow { import, line, candidates, evidence: row.text(3)?, sender: row.text(4)? })
}

fn weighed(tx: &Tx, mut row: OpenRow) -> Result<OpenRow, StoreError> {
    let key = (row.import, Some(row.line));
    sealed::open(tx, "import_row", key, [("evidence", &mut row.evidence)])?;
    Ok(row)
}

/// Rows after an import and line that wait, in the order in which they came.
pub async fn open_rows(
    tx: &mut Tx,
    (import, line): (i64, i64),
    most: i64,
) -> Result<Vec<OpenRow>, StoreError> {
    let kept = tx.rows(OPEN_ROWS, args![import, line, most], open).await?;
    kept.into_iter().map(|row| weighed(tx, row)).collect()
}

/// The numbers of rows after an import and line that wait, in the order in which they came.
pub async fn open_numbers(
    tx: &mut Tx,
    (import, line): (i64, i64),
    most: i64,
) -> Result<Vec<NumberedRow>, StoreError> {
    tx.rows(OPEN_NUMBERS, args![import, line, most], numbered).await
}

/// The numbers of rows after an import and line of which somebody has said whom they speak of, and that were not
/// applied since, in the order in which they came.
pub async fn decided_numbers(
    tx: &mut Tx,
    (import, line): (i64, i64),
    most: i64,
) -> Result<Vec<NumberedRow>, StoreError> {
    tx.rows(DECIDED_NUMBERS, args![import, line, most], numbered).await
}

/// One row of which somebody has said whom it speaks of; `None` where nobody has, or it was applied since.
pub async fn decided_row(
    tx: &mut Tx,
    import: i64,
    line: i64,
) -> Result<Option<OpenRow>, StoreError> {
    let kept = tx.one(DECIDED_ROW, args![import, line], open).await?;
    kept.map(|row| weighed(tx, row)).transpose()
}

/// One row that waits; `None` where it does not, or never did.
pub async fn open_row(tx: &mut Tx, import: i64, line: i64) -> Result<Option<OpenRow>, StoreError> {
    let kept = tx.one(OPEN_ROW, args![import, line], open).await?;
    kept.map(|row| weighed(tx, row)).transpose()
}

/// Opens a decided row of a file again; whether it was still held.
pub async fn open_again(tx: &mut Tx, import: i64, line: i64) -> Result<bool, StoreError> {
    Ok(tx.run(OPEN_AGAIN, args![import, line]).await? == 1)
}

/// Files with decided rows that wait to be applied: number, name, rows.
pub async fn decided_files(tx: &mut Tx) -> Result<Vec<(i64, String, i64)>, StoreError> {
    tx.rows(DECIDED_FILES, args![], |row| Ok((row.int(0)?, row.text(1)?, row.int(2)?))).await
}
