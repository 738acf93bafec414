//! Months as they were frozen: the snapshot, the file that was made, what it told of whom, and its
//! findings. A frozen row is never edited but for its signature; a correction is a new version.

use std::collections::HashMap;

use domain::person::ChangeId;
use domain::status::Spell;
use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx, Value};
use crate::people::Moment;
use crate::people::load::{SPELL_COLUMNS, spell};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes};

statements! {
    TOLD = "SELECT l.ypid, l.status, s.period_end FROM snapshot_leaver l JOIN snapshot s ON s.id = l.snapshot WHERE s.state = 'signed' AND s.period_end < $1 AND (l.status <> $2 OR s.period_end = (SELECT MAX(t.period_end) FROM snapshot t WHERE t.state = 'signed' AND t.period_end < $3)) AND NOT EXISTS (SELECT 1 FROM snapshot n WHERE n.period_end = s.period_end AND n.state = 'signed' AND n.version > s.version) ORDER BY l.ypid, s.period_end";
    TOLD_MOVED_IN = "SELECT y.ypid, p.cohort_status, f.stated_on FROM (SELECT s.person AS person, s.stated_on AS stated_on, MIN(s.made) AS made FROM spell s JOIN change c ON c.id = s.made WHERE s.stated_on < $1 AND c.undone_by IS NULL GROUP BY s.person, s.stated_on) f JOIN young_person y ON y.id = f.person JOIN particulars p ON p.person = f.person AND p.made <= f.made AND (p.ended IS NULL OR p.ended > f.made) WHERE p.cohort_status IS NOT NULL ORDER BY y.ypid, f.stated_on";
    INSERT = "INSERT INTO snapshot (id, period_end, edition, version, state, as_known, records, hash, frozen_at, frozen_by, figures) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    KEEP_FILE = "INSERT INTO snapshot_file (snapshot, hash, content) VALUES ($1, $2, $3)";
    FILE = "SELECT hash, content FROM snapshot_file WHERE snapshot = $1";
    ALL = "SELECT s.id, s.period_end, s.edition, s.version, s.state, s.as_known, s.records, s.hash, s.frozen_at, s.frozen_by, s.signed_at, s.signed_by, s.figures, COALESCE(f.name, 'a command'), CASE WHEN s.signed_at IS NULL THEN '' ELSE COALESCE(g.name, 'a command') END FROM snapshot s LEFT JOIN account f ON f.id = s.frozen_by LEFT JOIN account g ON g.id = s.signed_by ORDER BY s.period_end DESC, s.version DESC";
    ONE = "SELECT s.id, s.period_end, s.edition, s.version, s.state, s.as_known, s.records, s.hash, s.frozen_at, s.frozen_by, s.signed_at, s.signed_by, s.figures, COALESCE(f.name, 'a command'), CASE WHEN s.signed_at IS NULL THEN '' ELSE COALESCE(g.name, 'a command') END FROM snapshot s LEFT JOIN account f ON f.id = s.frozen_by LEFT JOIN account g ON g.id = s.signed_by WHERE s.id = $1";
    SIGN = "UPDATE snapshot SET state = $1, signed_at = $2, signed_by = $3 WHERE id = $4 AND state = $5";
    FINDINGS = "SELECT line, person, ypid, code, priority, field, message, settled_at, settled_by FROM finding WHERE snapshot = $1 ORDER BY priority, code, line";
    NAMED = "SELECT y.id FROM snapshot_leaver l JOIN young_person y ON y.ypid = l.ypid WHERE l.snapshot = $1 ORDER BY y.id";
    SAID = "SELECT COUNT(*) FROM snapshot_leaver WHERE snapshot = $1";
    OPEN = "SELECT snapshot, COUNT(*), COALESCE(SUM(CASE WHEN priority = 1 THEN 1 ELSE 0 END), 0) FROM finding WHERE settled_at IS NULL GROUP BY snapshot ORDER BY snapshot";
    SETTLE = "UPDATE finding SET settled_at = $1, settled_by = $2 WHERE snapshot = $3 AND line = $4 AND settled_at IS NULL";
    SETTLE_CODE = "UPDATE finding SET settled_at = $1, settled_by = $2 WHERE snapshot = $3 AND code = $4 AND settled_at IS NULL";
}

/// What a signed return said of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub ypid: String,
    pub status: String,
    pub period_end: Date,
}

/// One version of one month.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    pub id: i64,
    pub period_end: Date,
    pub edition: String,
    pub version: i64,
    /// The word of `domain::statutory::month_end::State`.
    pub state: String,
    /// The change up to which the register had been read.
    pub as_known: i64,
    pub records: i64,
    /// SHA-256 of the file, in hexadecimal.
    pub hash: String,
    pub frozen_at: String,
    pub frozen_by: Option<i64>,
    pub signed_at: Option<String>,
    pub signed_by: Option<i64>,
    /// The measures as they stood, as JSON.
    pub figures: String,
    pub frozen_by_name: String,
    pub signed_by_name: String,
}

/// One finding on one snapshot. `line` numbers them from 1 in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub line: i64,
    pub person: Option<i64>,
    pub ypid: String,
    pub code: String,
    pub priority: i64,
    pub field: String,
    pub message: String,
    pub settled_at: Option<String>,
    pub settled_by: Option<i64>,
}

/// What signed returns for earlier periods said: of leavers, all of it; of those who were in the
/// `primary` status, only what the last one said. By identifier, then by period.
pub async fn told(tx: &mut Tx, before: Date, primary: &str) -> Result<Vec<Told>, StoreError> {
    tx.rows(TOLD, args![before, primary, before], |row| {
        Ok(Told { ypid: row.text(0)?, status: row.text(1)?, period_end: row.date(2)? })
    })
    .await
}

/// What returns of another system that were moved in for earlier periods said, with the status that the
/// person had once the file was taken in: what was changed here since, no file has told of.
/// By identifier, then by period.
pub async fn told_moved_in(tx: &mut Tx, before: Date) -> Result<Vec<Told>, StoreError> {
    tx.rows(TOLD_MOVED_IN, args![before], |row| {
        Ok(Told { ypid: row.text(0)?, status: row.text(1)?, period_end: row.date(2)? })
    })
    .await
}

/// Takes the number of the next snapshot. Whoever takes one holds back all others until the unit
/// of work ends, so take it before looking at what is there.
pub async fn number(tx: &mut Tx) -> Result<i64, StoreError> {
    changes::take(tx, "snapshot", 1).await
}

/// Keeps a snapshot with its file, whom the file tells of (identifier and status) and its findings.
pub async fn keep(
    tx: &mut Tx,
    snapshot: &Snapshot,
    (content, said): (Vec<u8>, &[(String, String)]),
    findings: &[Finding],
) -> Result<(), StoreError> {
    let s = snapshot.clone();
    let (id, period, by) = (s.id, s.period_end, s.frozen_by);
    tx.run(
        INSERT,
        args![
            id,
            period,
            s.edition,
            s.version,
            s.state,
            s.as_known,
            s.records,
            s.hash,
            s.frozen_at,
            by,
            s.figures
        ],
    )
    .await?;
    let content = tx.seal_bytes(&file_of(id), content)?;
    tx.run(KEEP_FILE, args![id, &snapshot.hash, content]).await?;
    let rows: Vec<Vec<Value>> =
        said.iter().map(|(ypid, status)| args![id, ypid, status].to_vec()).collect();
    tx.insert("snapshot_leaver", &["snapshot", "ypid", "status"], &rows).await?;
    let rows: Vec<Vec<Value>> = findings.iter().map(|f| finding_row(id, f)).collect();
    let columns = ["snapshot", "line", "person", "ypid", "code", "priority", "field", "message"];
    tx.insert("finding", &columns, &rows).await
}

fn finding_row(snapshot: i64, f: &Finding) -> Vec<Value> {
    args![snapshot, f.line, f.person, &f.ypid, &f.code, f.priority, &f.field, &f.message].to_vec()
}

/// The hash and the bytes that were kept.
pub async fn file(tx: &mut Tx, id: i64) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    let kept = tx.one(FILE, args![id], |row| Ok((row.text(0)?, row.bytes(1)?))).await?;
    let opened = |(hash, kept)| Ok((hash, tx.unseal_bytes(&file_of(id), kept)?));
    kept.map(opened).transpose()
}

const fn file_of(snapshot: i64) -> Cell<'static> {
    Cell::new("snapshot_file", snapshot, "content")
}

/// Every version of every month, newest month first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Snapshot>, StoreError> {
    tx.rows(ALL, args![], read).await
}

pub async fn one(tx: &mut Tx, id: i64) -> Result<Option<Snapshot>, StoreError> {
    tx.one(ONE, args![id], read).await
}

/// Moves a snapshot from one state to the signed one. `false` when it was not in that state.
pub async fn sign(
    tx: &mut Tx,
    id: i64,
    (from, to): (&str, &str),
    at: &str,
    by: Option<i64>,
) -> Result<bool, StoreError> {
    Ok(tx.run(SIGN, args![to, at, by, id, from]).await? == 1)
}

/// Whom a snapshot's file speaks of, by their numbers on the register; who was destroyed since has none.
/// `None` where it was not kept: nobody signed the file, and it was made before that was written down.
pub async fn named(tx: &mut Tx, of: &Snapshot) -> Result<Option<Vec<i64>>, StoreError> {
    let said = tx.one(SAID, args![of.id], |row| row.int(0)).await?.unwrap_or(0);
    let people = tx.rows(NAMED, args![of.id], |row| row.int(0)).await?;
    Ok((said > 0 || of.records == 0).then_some(people))
}

/// Spells as they were known when last confirmed by a day, for those that stood at a moment with a later
/// confirmation; what had been taken back by the moment does not count, what was taken back since does.
///
/// Shape: by person, the newest knowledge last.
pub async fn confirmed_by(
    tx: &mut Tx,
    moment: Moment,
    day: Date,
) -> Result<HashMap<i64, Vec<Spell>>, StoreError> {
    let (ended, taken_back) = match moment {
        Moment::Now => ("s.ended IS NOT NULL".to_owned(), "c.undone_by IS NULL".to_owned()),
        Moment::After(ChangeId(n)) => {
            (format!("s.ended <= {n}"), format!("(c.undone_by IS NULL OR c.undone_by > {n})"))
        }
    };
    let columns: Vec<String> =
        SPELL_COLUMNS.split(',').map(|c| format!("s.{}", c.trim())).collect();
    let sql = format!(
        "SELECT s.person, {} FROM spell s JOIN change c ON c.id = s.made WHERE {ended} \
         AND {taken_back} AND s.verified <= $1 AND s.person IN \
         (SELECT n.person FROM spell n WHERE {} AND n.verified > $2) \
         ORDER BY s.person, s.made",
        columns.join(", "),
        moment.condition("n.")
    );
    let mut by: HashMap<i64, Vec<Spell>> = HashMap::new();
    tx.each(&sql, args![day, day], |row| {
        by.entry(row.int(0)?).or_default().push(spell(row, 1)?);
        Ok(())
    })
    .await?;
    Ok(by)
}

/// Spells that somebody had confirmed after a day, as known at a moment: person and spell.
pub async fn confirmed_after(
    tx: &mut Tx,
    moment: Moment,
    day: Date,
) -> Result<Vec<(i64, Spell)>, StoreError> {
    let sql = format!(
        "SELECT person, {SPELL_COLUMNS} FROM spell WHERE verified > $1 AND {} ORDER BY person, fact",
        moment.condition("")
    );
    tx.rows(&sql, args![day], |row| Ok((row.int(0)?, spell(row, 1)?))).await
}

/// Findings of a snapshot, the most serious first.
pub async fn findings(tx: &mut Tx, id: i64) -> Result<Vec<Finding>, StoreError> {
    tx.rows(FINDINGS, args![id], |row| {
        Ok(Finding {
            line: row.int(0)?,
            person: row.opt_int(1)?,
            ypid: row.text(2)?,
            code: row.text(3)?,
            priority: row.int(4)?,
            field: row.text(5)?,
            message: row.text(6)?,
            settled_at: row.opt_text(7)?,
            settled_by: row.opt_int(8)?,
        })
    })
    .await
}

/// Findings that nobody settled: snapshot, how many, how many of priority 1.
pub async fn open_findings(tx: &mut Tx) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    tx.rows(OPEN, args![], |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?))).await
}

/// Marks a finding as dealt with. `false` when it is not there or was settled before.
pub async fn settle(
    tx: &mut Tx,
    (snapshot, line): (i64, i64),
    at: &str,
    by: i64,
) -> Result<bool, StoreError> {
    Ok(tx.run(SETTLE, args![at, by, snapshot, line]).await? == 1)
}

fn read(row: &Row<'_>) -> Result<Snapshot, StoreError> {
    Ok(Snapshot {
        id: row.int(0)?,
        period_end: row.date(1)?,
        edition: row.text(2)?,
        version: row.int(3)?,
        state: row.text(4)?,
        as_known: row.int(5)?,
        records: row.int(6)?,
        hash: row.text(7)?,
        frozen_at: row.text(8)?,
        frozen_by: row.opt_int(9)?,
        signed_at: row.opt_text(10)?,
        signed_by: row.opt_int(11)?,
        figures: row.text(12)?,
        frozen_by_name: row.text(13)?,
        signed_by_name: row.text(14)?,
    })
}

/// Marks every open finding of a code as dealt with; how many there were.
pub async fn settle_code(
    tx: &mut Tx,
    (snapshot, code): (i64, &str),
    at: &str,
    by: i64,
) -> Result<u64, StoreError> {
    tx.run(SETTLE_CODE, args![at, by, snapshot, code]).await
}
