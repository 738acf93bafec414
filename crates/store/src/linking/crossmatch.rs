//! Lists matched with the register: each run kept with its rows, so that it can be compared with the next. The next
//! is of the same kind and sender, and where the kind is `other`, of the same title: what is the newest follows that.

use domain::access::Scope;

use crate::engine::{Row, StoreError, Tx, Value};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes, scope, sealed};

statements! {
    KEEP = "INSERT INTO crossmatch (id, kind, title, sender, purpose, file_name, file_hash, at, account, counts, before) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    COUNTS = "UPDATE crossmatch SET counts = $1 WHERE id = $2";
    ONE = "SELECT id, kind, title, sender, purpose, file_name, file_hash, at, account, counts, before FROM crossmatch WHERE id = $1";
    NEWEST = "SELECT id, kind, title, sender, purpose, file_name, file_hash, at, account, counts, before FROM crossmatch ORDER BY id DESC LIMIT $1";
    TITLES = "SELECT title FROM crossmatch WHERE kind = $1 AND sender = $2 GROUP BY title ORDER BY MAX(id) DESC";
    BEFORE = "SELECT MAX(id) FROM crossmatch WHERE kind = $1 AND sender = $2 AND (kind <> 'other' OR title = $3)";
    ROWS = "SELECT line, outcome, person, said, differs, evidence, settled_at, settled_by, run FROM crossmatch_row WHERE run = $1 AND outcome = $2 AND line > $3 ORDER BY line LIMIT $4";
    ALL = "SELECT line, outcome, person, said, differs, evidence, settled_at, settled_by, run FROM crossmatch_row WHERE run = $1 ORDER BY line";
    ROW = "SELECT line, outcome, person, said, differs, evidence, settled_at, settled_by, run FROM crossmatch_row WHERE run = $1 AND line = $2";
    TALLY = "SELECT outcome, COUNT(*) FROM crossmatch_row WHERE run = $1 GROUP BY outcome";
    SET = "UPDATE crossmatch_row SET outcome = $1, person = $2, differs = $3, settled_at = NULL, settled_by = NULL WHERE run = $4 AND line = $5";
    SETTLE = "UPDATE crossmatch_row SET settled_at = $1, settled_by = $2 WHERE run = $3 AND line = $4 AND settled_at IS NULL";
    SETTLED = "SELECT line, outcome, person, said, differs, evidence, settled_at, settled_by, run FROM crossmatch_row WHERE settled_at IS NOT NULL AND run = (SELECT MAX(id) FROM crossmatch WHERE kind = $1 AND sender = $2 AND (kind <> 'other' OR title = $3)) ORDER BY line";
    OPEN = "SELECT r.run, r.line, r.evidence, c.sender, c.kind FROM crossmatch_row r JOIN crossmatch c ON c.id = r.run WHERE r.outcome = 'doubtful' AND (r.run > $1 OR (r.run = $1 AND r.line > $2)) AND NOT EXISTS (SELECT 1 FROM crossmatch n WHERE n.kind = c.kind AND n.sender = c.sender AND (c.kind <> 'other' OR n.title = c.title) AND n.id > c.id) ORDER BY r.run, r.line LIMIT $3";
    WEIGHED = "SELECT r.run, r.line, r.evidence, c.sender, c.kind FROM crossmatch_row r JOIN crossmatch c ON c.id = r.run WHERE r.evidence <> '' AND (r.run > $1 OR (r.run = $1 AND r.line > $2)) AND NOT EXISTS (SELECT 1 FROM crossmatch n WHERE n.kind = c.kind AND n.sender = c.sender AND (c.kind <> 'other' OR n.title = c.title) AND n.id > c.id) ORDER BY r.run, r.line LIMIT $3";
}

/// One run over one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crossmatch {
    pub id: i64,
    pub kind: String,
    pub title: String,
    pub sender: String,
    pub purpose: String,
    pub file_name: String,
    /// SHA-256, hex.
    pub file_hash: String,
    /// UTC, RFC 3339.
    pub at: String,
    pub account: Option<i64>,
    /// JSON of the app's making, as first counted.
    pub counts: String,
    /// The run of the same list before this one.
    pub before: Option<i64>,
}

/// A row of theirs, or somebody of ours who is not on their list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrossmatchRow {
    pub line: i64,
    /// found, differs, doubtful, theirs, ours or refused.
    pub outcome: String,
    pub person: Option<i64>,
    /// JSON of the app's making, as are `differs` and `evidence`.
    pub said: String,
    pub differs: String,
    pub evidence: String,
    pub settled_at: Option<String>,
    pub settled_by: Option<i64>,
}

fn read(row: &Row<'_>) -> Result<Crossmatch, StoreError> {
    Ok(Crossmatch {
        id: row.int(0)?,
        kind: row.text(1)?,
        title: row.text(2)?,
        sender: row.text(3)?,
        purpose: row.text(4)?,
        file_name: row.text(5)?,
        file_hash: row.text(6)?,
        at: row.text(7)?,
        account: row.opt_int(8)?,
        counts: row.text(9)?,
        before: row.opt_int(10)?,
    })
}

/// A row as it is kept, under the number of its run.
fn read_row(row: &Row<'_>) -> Result<(i64, CrossmatchRow), StoreError> {
    let kept = CrossmatchRow {
        line: row.int(0)?,
        outcome: row.text(1)?,
        person: row.opt_int(2)?,
        said: row.text(3)?,
        differs: row.text(4)?,
        evidence: row.text(5)?,
        settled_at: row.opt_text(6)?,
        settled_by: row.opt_int(7)?,
    };
    Ok((row.int(8)?, kept))
}

fn opened(tx: &Tx, run: i64, mut r: CrossmatchRow) -> Result<CrossmatchRow, StoreError> {
    let key = (run, Some(r.line));
    let CrossmatchRow { said, differs, evidence, .. } = &mut r;
    let cells = [("said", said), ("differs", differs), ("evidence", evidence)];
    sealed::open(tx, "crossmatch_row", key, cells)?;
    Ok(r)
}

/// Keeps a run and its rows; its number. `id` and `before` are not read.
pub async fn keep_crossmatch(
    tx: &mut Tx,
    c: &Crossmatch,
    rows: &[CrossmatchRow],
) -> Result<i64, StoreError> {
    let before =
        tx.one(BEFORE, args![&c.kind, &c.sender, &c.title], |row| row.opt_int(0)).await?.flatten();
    let id = changes::take(tx, "crossmatch", 1).await?;
    let binds = args![
        id,
        &c.kind,
        &c.title,
        &c.sender,
        &c.purpose,
        &c.file_name,
        &c.file_hash,
        &c.at,
        c.account,
        &c.counts,
        before
    ];
    tx.run(KEEP, binds).await?;
    let columns = [
        "run",
        "line",
        "outcome",
        "person",
        "said",
        "differs",
        "evidence",
        "settled_at",
        "settled_by",
    ];
    let value = |r: &CrossmatchRow| {
        let (said, settled_at) = (&r.said, r.settled_at.clone());
        let differs = (&r.differs, &r.evidence);
        let row = args![id, r.line, &r.outcome, r.person, said, differs.0, differs.1];
        row.iter().cloned().chain([settled_at.into(), r.settled_by.into()]).collect()
    };
    let values: Vec<Vec<Value>> = rows.iter().map(value).collect();
    tx.insert("crossmatch_row", &columns, &values).await?;
    Ok(id)
}

pub async fn crossmatch(tx: &mut Tx, id: i64) -> Result<Option<Crossmatch>, StoreError> {
    tx.one(ONE, args![id], read).await
}

pub async fn crossmatches(tx: &mut Tx, most: i64) -> Result<Vec<Crossmatch>, StoreError> {
    tx.rows(NEWEST, args![most], read).await
}

/// What lists of a kind and sender were called, each once, the newest first.
pub async fn crossmatch_titles(
    tx: &mut Tx,
    (kind, sender): (&str, &str),
) -> Result<Vec<String>, StoreError> {
    tx.rows(TITLES, args![kind, sender], |row| row.text(0)).await
}

/// Rows of one outcome after a line, in order.
pub async fn crossmatch_rows(
    tx: &mut Tx,
    (run, outcome): (i64, &str),
    after: i64,
    most: i64,
) -> Result<Vec<CrossmatchRow>, StoreError> {
    let kept = tx.rows(ROWS, args![run, outcome, after, most], read_row).await?;
    kept.into_iter().map(|(run, row)| opened(tx, run, row)).collect()
}

pub async fn all_crossmatch_rows(tx: &mut Tx, run: i64) -> Result<Vec<CrossmatchRow>, StoreError> {
    let kept = tx.rows(ALL, args![run], read_row).await?;
    kept.into_iter().map(|(run, row)| opened(tx, run, row)).collect()
}

pub async fn crossmatch_row(
    tx: &mut Tx,
    run: i64,
    line: i64,
) -> Result<Option<CrossmatchRow>, StoreError> {
    let kept = tx.one(ROW, args![run, line], read_row).await?;
    kept.map(|(run, row)| opened(tx, run, row)).transpose()
}

/// What was settled in the newest run of a kind, sender and title.
pub async fn settled_before(
    tx: &mut Tx,
    (kind, sender, title): (&str, &str, &str),
) -> Result<Vec<CrossmatchRow>, StoreError> {
    let kept = tx.rows(SETTLED, args![kind, sender, title], read_row).await?;
    kept.into_iter().map(|(run, row)| opened(tx, run, row)).collect()
}

/// Differences that nobody has settled in the newest run of each list, by kind: about people within the
/// scope, or about nobody of ours.
pub async fn open_differences(
    tx: &mut Tx,
    reader: &Scope,
) -> Result<Vec<(String, i64)>, StoreError> {
    let (within, binds) = scope::condition(reader, 1);
    let sql = format!(
        "SELECT c.kind, COUNT(*) FROM crossmatch_row r JOIN crossmatch c ON c.id = r.run \
         WHERE r.outcome IN ('differs', 'theirs', 'ours') AND r.settled_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM crossmatch n WHERE n.kind = c.kind AND n.sender = c.sender \
         AND (c.kind <> 'other' OR n.title = c.title) AND n.id > c.id) \
         AND (r.person IS NULL OR EXISTS (SELECT 1 FROM particulars p WHERE p.person = r.person AND p.ended IS NULL AND {within})) \
         GROUP BY c.kind ORDER BY c.kind"
    );
    tx.rows(&sql, &binds, |row| Ok((row.text(0)?, row.int(1)?))).await
}

/// Rows by outcome, as they stand.
pub async fn tally(tx: &mut Tx, run: i64) -> Result<Vec<(String, i64)>, StoreError> {
    tx.rows(TALLY, args![run], |row| Ok((row.text(0)?, row.int(1)?))).await
}

/// What a row came to once somebody decided.
pub async fn set_outcome(
    tx: &mut Tx,
    (run, line): (i64, i64),
    (outcome, person, differs): (&str, Option<i64>, &str),
) -> Result<(), StoreError> {
    let cell = Cell { line: Some(line), ..Cell::new("crossmatch_row", run, "differs") };
    let differs = tx.seal(&cell, differs)?;
    tx.run(SET, args![outcome, person, differs, run, line]).await?;
    Ok(())
}

/// Marks a difference as dealt with; whether it was open.
pub async fn settle_row(
    tx: &mut Tx,
    (run, line): (i64, i64),
    at: &str,
    account: Option<i64>,
) -> Result<bool, StoreError> {
    Ok(tx.run(SETTLE, args![at, account, run, line]).await? == 1)
}

/// A row of a list that was or is doubtful: run, line, evidence, sender, kind.
pub type OpenListRow = (i64, i64, String, String, String);

/// Doubtful rows of the newest run of each list after a run and line, in the order in which they came. Of an older
/// one nothing is asked: what it said the newest says again, or does not.
pub async fn open_list_rows(
    tx: &mut Tx,
    after: (i64, i64),
    most: i64,
) -> Result<Vec<OpenListRow>, StoreError> {
    list_rows(tx, OPEN, after, most).await
}

/// Rows of the newest lists after a run and line that were doubtful, whether or not somebody has decided since.
pub async fn weighed_list_rows(
    tx: &mut Tx,
    after: (i64, i64),
    most: i64,
) -> Result<Vec<OpenListRow>, StoreError> {
    list_rows(tx, WEIGHED, after, most).await
}

async fn list_rows(
    tx: &mut Tx,
    sql: &'static str,
    (run, line): (i64, i64),
    most: i64,
) -> Result<Vec<OpenListRow>, StoreError> {
    let read =
        |row: &Row<'_>| Ok((row.int(0)?, row.int(1)?, row.text(2)?, row.text(3)?, row.text(4)?));
    let mut kept: Vec<OpenListRow> = tx.rows(sql, args![run, line, most], read).await?;
    for (run, line, evidence, ..) in &mut kept {
        let key = (*run, Some(*line));
        sealed::open(tx, "crossmatch_row", key, [("evidence", evidence)])?;
    }
    Ok(kept)
}
