//! Files that partners sent: the bytes, the run, and the fate of every row.

use std::collections::{HashMap, HashSet};

use crate::engine::{Row, StoreError, Tx, Value};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes, sealed};

statements! {
    INSERT = "INSERT INTO import (id, kind, sender, file_name, file_hash, file_bytes, as_of, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_held, rows_refused, options, message, account, received_at, change, notes) VALUES ($1, $2, $3, $4, $5, $6, $7, 'received', 0, 0, 0, 0, 0, 0, $8, NULL, $9, $10, NULL, '[]')";
    INSERT_PART = "INSERT INTO import_part (import, part, content) VALUES ($1, $2, $3)";
    PART = "SELECT content FROM import_part WHERE import = $1 AND part = $2";
    DROP_PARTS = "DELETE FROM import_part WHERE import = $1";
    ONE = "SELECT id, kind, sender, file_name, file_hash, file_bytes, as_of, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_held, rows_refused, options, message, account, received_at, change, notes, council, rows_unreadable, period_end FROM import WHERE id = $1";
    NEWEST = "SELECT id, kind, sender, file_name, file_hash, file_bytes, as_of, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_held, rows_refused, options, message, account, received_at, change, notes, council, rows_unreadable, period_end FROM import ORDER BY id DESC LIMIT $1";
    OF_SENDER = "SELECT id, kind, sender, file_name, file_hash, file_bytes, as_of, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_held, rows_refused, options, message, account, received_at, change, notes, council, rows_unreadable, period_end FROM import WHERE sender = $1 ORDER BY id DESC LIMIT $2";
    HANDED_OVER = "SELECT at FROM handed_over WHERE import = $1";
    HAND_OVER = "INSERT INTO handed_over (import, account, at) VALUES ($1, $2, $3)";
    APPLIED_BEFORE = "SELECT id, kind, sender, file_name, file_hash, file_bytes, as_of, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_held, rows_refused, options, message, account, received_at, change, notes, council, rows_unreadable, period_end FROM import WHERE file_hash = $1 AND kind = $2 AND sender = $3 AND state = 'applied' ORDER BY id DESC LIMIT 1";
    MOVE_STATE = "UPDATE import SET state = $1, message = $2 WHERE id = $3 AND state = $4";
    RUNNING = "SELECT id, state, rows_read FROM import WHERE state IN ('reading', 'applying', 'settling') ORDER BY id";
    SET_OPTIONS = "UPDATE import SET options = $1 WHERE id = $2";
    SET_RESULT = "UPDATE import SET state = $1, as_of = $2, rows_read = $3, rows_new = $4, rows_changed = $5, rows_unchanged = $6, rows_held = $7, rows_refused = $8, message = $9, change = $10, notes = $11, council = $12, rows_unreadable = $13, period_end = $14 WHERE id = $15";
    FORGET_ROWS = "DELETE FROM import_row WHERE import = $1";
    FORGET_BETWEEN = "DELETE FROM import_row WHERE import = $1 AND line > $2 AND line <= $3";
    FORGET_DECIDED = "DELETE FROM import_row WHERE import = $1 AND effect = 'held' AND decision IS NOT NULL";
    DECISIONS = "SELECT line, decision FROM import_row WHERE import = $1 AND effect = 'held' AND decision IS NOT NULL";
    DECIDE = "UPDATE import_row SET decision = $1 WHERE import = $2 AND line = $3 AND effect = 'held'";
    ROWS = "SELECT line, effect, person, said, reasons, changes, candidates, decision, evidence, answers, unreadable, told FROM import_row WHERE import = $1 AND effect = $2 AND line > $3 ORDER BY line LIMIT $4";
    UNREADABLE = "SELECT line, reasons FROM import_row WHERE import = $1 AND effect = 'refused' AND unreadable = 1 ORDER BY line LIMIT $2";
    ALL_ROWS = "SELECT line, effect, person, said, reasons, changes, candidates, decision, evidence, answers, unreadable, told FROM import_row WHERE import = $1 ORDER BY line";
    ROW = "SELECT line, effect, person, said, reasons, changes, candidates, decision, evidence, answers, unreadable, told FROM import_row WHERE import = $1 AND line = $2";
    TOLD_OF = "SELECT DISTINCT person FROM import_row WHERE import = $1 AND person IS NOT NULL AND effect IN ('new', 'changed', 'unchanged') ORDER BY person";
    CHANGES = "SELECT id FROM change WHERE import = $1 AND undone_by IS NULL AND kind = 'import' ORDER BY id DESC";
    HELD_OPEN = "SELECT COUNT(*) FROM import_row r JOIN import i ON i.id = r.import WHERE r.effect = 'held' AND r.decision IS NULL AND i.state IN ('planned', 'applied')";
    HELD_OF_FILES = "SELECT i.id, i.file_name, COUNT(*) FROM import_row r JOIN import i ON i.id = r.import WHERE r.effect = 'held' AND r.decision IS NULL AND r.candidates = '' AND i.state IN ('planned', 'applied') GROUP BY i.id, i.file_name ORDER BY i.id";
    RETURNS_FOR = "SELECT i.id, i.kind, MIN(c.id) FROM import i JOIN change c ON c.import = i.id WHERE i.kind IN ('nccis-xml', 'nccis-flat') AND i.state IN ('applied', 'settling') AND c.kind = 'import' AND c.undone_by IS NULL AND COALESCE(i.period_end, i.as_of) = $1 GROUP BY i.id, i.kind";
    RETURNS_BETWEEN = "SELECT DISTINCT COALESCE(i.period_end, i.as_of) FROM import i JOIN change c ON c.import = i.id WHERE i.kind IN ('nccis-xml', 'nccis-flat') AND i.state IN ('applied', 'settling') AND c.kind = 'import' AND c.undone_by IS NULL AND (i.period_end IS NULL OR SUBSTR(i.received_at, 1, 10) > i.period_end) AND COALESCE(i.period_end, i.as_of) BETWEEN $1 AND $2 ORDER BY 1";
    STATED_BY = "SELECT DISTINCT s.person, i.id, t.made FROM spell s JOIN change k ON k.id = s.made JOIN import i ON i.id = k.import JOIN (SELECT c.import AS import, MIN(c.id) AS made FROM change c WHERE c.kind = 'import' AND c.undone_by IS NULL GROUP BY c.import) t ON t.import = i.id WHERE s.stated_on = $1 AND k.undone_by IS NULL AND i.kind IN ('nccis-xml', 'nccis-flat') AND i.state IN ('applied', 'settling') AND i.period_end IS NULL AND i.as_of <> $2 AND NOT EXISTS (SELECT 1 FROM spell e JOIN change b ON b.id = e.made WHERE e.person = s.person AND e.stated_on = s.stated_on AND e.made < t.made AND b.undone_by IS NULL AND e.code = s.code AND e.start_day = s.start_day AND e.establishment_number IS NOT DISTINCT FROM s.establishment_number AND e.establishment_name IS NOT DISTINCT FROM s.establishment_name AND e.ukprn IS NOT DISTINCT FROM s.ukprn AND e.ascertained IS NOT DISTINCT FROM s.ascertained AND e.verified IS NOT DISTINCT FROM s.verified AND e.review IS NOT DISTINCT FROM s.review AND e.predicted_end IS NOT DISTINCT FROM s.predicted_end AND e.neet_start IS NOT DISTINCT FROM s.neet_start AND e.lapse_stated IS NOT DISTINCT FROM s.lapse_stated AND e.lapsed_stated IS NOT DISTINCT FROM s.lapsed_stated)";
    STATED_ELSE = "SELECT DISTINCT s.person, i.id FROM import i JOIN change c ON c.import = i.id JOIN spell s ON s.made = c.id WHERE i.kind = 'nccis-flat' AND i.as_of = $1 AND c.undone_by IS NULL AND s.stated_on <> $2 AND NOT EXISTS (SELECT 1 FROM spell e JOIN change k ON k.id = e.made WHERE e.person = s.person AND e.stated_on = s.stated_on AND e.made < s.made AND k.undone_by IS NULL)";
    SAVE_MAPPING = "INSERT INTO mapping (sender, kind, mapping) VALUES ($1, $2, $3) ON CONFLICT (sender, kind) DO UPDATE SET mapping = $3";
    MAPPING = "SELECT mapping FROM mapping WHERE sender = $1 AND kind = $2";
}

/// A file and how far it has come: received, reading, planned, applying, applied, settling, undone,
/// refused. `settling`: rows of an applied file that were decided since are being applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub id: i64,
    pub kind: String,
    pub sender: String,
    pub file_name: String,
    /// SHA-256, hex.
    pub file_hash: String,
    pub file_bytes: i64,
    pub as_of: String,
    pub state: String,
    pub counts: Counts,
    /// JSON of the app's options.
    pub options: String,
    pub message: Option<String>,
    pub account: Option<i64>,
    pub received_at: String,
    pub change: Option<i64>,
    /// How the file was read, as a JSON list of sentences.
    pub notes: String,
    /// What follows from the file for people on the register, as a JSON list of sentences: no sender sees it.
    pub council: String,
    /// The period end in a return's own header, an ISO day.
    pub period_end: Option<String>,
}

/// Rows by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub read: i64,
    pub new: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub held: i64,
    pub refused: i64,
    /// Of the refused, those that no register would make usable.
    pub unreadable: i64,
}

/// One row's fate. `said`, `reasons` and `changes` are JSON of the app's making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    pub line: i64,
    pub effect: String,
    /// Whom the row speaks of; nobody while it is held, where it was refused, and of somebody new until it is applied.
    pub person: Option<i64>,
    pub said: String,
    pub reasons: String,
    pub changes: String,
    /// Numbers of the people a held row may speak of, comma separated.
    pub candidates: String,
    /// What a person decided of a held row: `same:ID`, `new`, `leave`, or an answer with its person.
    pub decision: Option<String>,
    /// How much a held row resembles its candidates, as JSON of `app::linking`; empty where nobody weighed.
    pub evidence: String,
    /// What a person may answer of a row that is held for its activity, comma separated: `recorded`, `sent`.
    pub answers: String,
    /// Whether it was refused for what it says, whatever the register holds.
    pub unreadable: bool,
    /// What it told that is on the register since, as `domain::intake::Told` keeps it.
    pub told: String,
}

fn read(row: &Row<'_>) -> Result<Import, StoreError> {
    Ok(Import {
        id: row.int(0)?,
        kind: row.text(1)?,
        sender: row.text(2)?,
        file_name: row.text(3)?,
        file_hash: row.text(4)?,
        file_bytes: row.int(5)?,
        as_of: row.text(6)?,
        state: row.text(7)?,
        counts: Counts {
            read: row.int(8)?,
            new: row.int(9)?,
            changed: row.int(10)?,
            unchanged: row.int(11)?,
            held: row.int(12)?,
            refused: row.int(13)?,
            unreadable: row.int(21)?,
        },
        options: row.text(14)?,
        message: row.opt_text(15)?,
        account: row.opt_int(16)?,
        received_at: row.text(17)?,
        change: row.opt_int(18)?,
        notes: row.text(19)?,
        council: row.text(20)?,
        period_end: row.opt_text(22)?,
    })
}

fn read_row(row: &Row<'_>) -> Result<ImportRow, StoreError> {
    Ok(ImportRow {
        line: row.int(0)?,
        effect: row.text(1)?,
        // A dry run once kept the numbers that stand for people whom only applying makes.
        person: row.opt_int(2)?.filter(|id| *id > 0),
        said: row.text(3)?,
        reasons: row.text(4)?,
        changes: row.text(5)?,
        candidates: row.text(6)?,
        decision: row.opt_text(7)?,
        evidence: row.text(8)?,
        answers: row.text(9)?,
        unreadable: row.int(10)? == 1,
        told: row.text(11)?,
    })
}

fn opened(tx: &Tx, import: i64, mut r: ImportRow) -> Result<ImportRow, StoreError> {
    let key = (import, Some(r.line));
    let ImportRow { said, reasons, changes, evidence, told, .. } = &mut r;
    let cells = [
        ("said", said),
        ("reasons", reasons),
        ("changes", changes),
        ("evidence", evidence),
        ("told", told),
    ];
    sealed::open(tx, "import_row", key, cells)?;
    Ok(r)
}

/// Takes a file in; its number. Its content follows in parts. `id`, `state`, `counts`, `message`,
/// `change`, `notes`, `council` and `period_end` are not read.
pub async fn receive(tx: &mut Tx, i: &Import) -> Result<i64, StoreError> {
    let id = changes::take(tx, "import", 1).await?;
    tx.run(
        INSERT,
        args![
            id,
            &i.kind,
            &i.sender,
            &i.file_name,
            &i.file_hash,
            i.file_bytes,
            &i.as_of,
            &i.options,
            i.account,
            &i.received_at
        ],
    )
    .await?;
    Ok(id)
}

/// Keeps the next part of a file, counted from 0.
pub async fn add_part(tx: &mut Tx, id: i64, part: i64, content: Vec<u8>) -> Result<(), StoreError> {
    let content = tx.seal_bytes(&part_of(id, part), content)?;
    tx.run(INSERT_PART, args![id, part, content]).await?;
    Ok(())
}

/// A part of a kept file; `None` behind its last.
pub async fn part(tx: &mut Tx, id: i64, part: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let kept = tx.one(PART, args![id, part], |row| row.bytes(0)).await?;
    kept.map(|kept| tx.unseal_bytes(&part_of(id, part), kept)).transpose()
}

const fn part_of(import: i64, part: i64) -> Cell<'static> {
    Cell { line: Some(part), ..Cell::new("import_part", import, "content") }
}

/// Drops a file's content and the fates of its rows: what is left is that it came.
pub async fn forget_content(tx: &mut Tx, id: i64) -> Result<(), StoreError> {
    tx.run(DROP_PARTS, args![id]).await?;
    tx.run(FORGET_ROWS, args![id]).await?;
    Ok(())
}

pub async fn one(tx: &mut Tx, id: i64) -> Result<Option<Import>, StoreError> {
    tx.one(ONE, args![id], read).await
}

/// The newest files of one sender.
pub async fn of_sender(tx: &mut Tx, sender: &str, most: i64) -> Result<Vec<Import>, StoreError> {
    tx.rows(OF_SENDER, args![sender, most], read).await
}

/// When a partner sent a file that was checked first; `None` while it did not.
pub async fn handed_over(tx: &mut Tx, id: i64) -> Result<Option<String>, StoreError> {
    tx.one(HANDED_OVER, args![id], |row| row.text(0)).await
}

pub async fn hand_over(tx: &mut Tx, id: i64, (by, at): (i64, &str)) -> Result<(), StoreError> {
    tx.run(HAND_OVER, args![id, by, at]).await?;
    Ok(())
}

pub async fn newest(tx: &mut Tx, most: i64) -> Result<Vec<Import>, StoreError> {
    tx.rows(NEWEST, args![most], read).await
}

/// The newest applied import of exactly these bytes, of this kind, from this sender.
pub async fn applied_before(
    tx: &mut Tx,
    hash: &str,
    kind: &str,
    sender: &str,
) -> Result<Option<Import>, StoreError> {
    tx.one(APPLIED_BEFORE, args![hash, kind, sender], read).await
}

/// Moves a file from one state to another; whether it was there. Two people cannot both apply it.
pub async fn move_state(
    tx: &mut Tx,
    id: i64,
    (from, to): (&str, &str),
    message: Option<&str>,
) -> Result<bool, StoreError> {
    Ok(tx.run(MOVE_STATE, args![to, message, id, from]).await? == 1)
}

/// Files that somebody is reading or applying, or was: number, state, rows read before.
pub async fn running(tx: &mut Tx) -> Result<Vec<(i64, String, i64)>, StoreError> {
    tx.rows(RUNNING, args![], |row| Ok((row.int(0)?, row.text(1)?, row.int(2)?))).await
}

/// What a run came to.
pub async fn set_result(tx: &mut Tx, i: &Import) -> Result<(), StoreError> {
    let c = i.counts;
    let message = i.message.clone();
    tx.run(
        SET_RESULT,
        args![
            &i.state,
            &i.as_of,
            c.read,
            c.new,
            c.changed,
            c.unchanged,
            c.held,
            c.refused,
            message,
            i.change,
            &i.notes,
            &i.council,
            c.unreadable,
            i.period_end.as_deref(),
            i.id
        ],
    )
    .await?;
    Ok(())
}

/// Forgets the fates of a run that will be run again. Decisions must be read before.
pub async fn forget_rows(tx: &mut Tx, id: i64) -> Result<(), StoreError> {
    tx.run(FORGET_ROWS, args![id]).await?;
    Ok(())
}

/// Forgets the fates of the rows after one line up to another.
pub async fn forget_between(
    tx: &mut Tx,
    id: i64,
    (after, until): (i64, i64),
) -> Result<(), StoreError> {
    tx.run(FORGET_BETWEEN, args![id, after, until]).await?;
    Ok(())
}

/// Forgets the fates of held rows that were decided since; how many.
pub async fn forget_decided(tx: &mut Tx, id: i64) -> Result<u64, StoreError> {
    tx.run(FORGET_DECIDED, args![id]).await
}

pub async fn add_rows(tx: &mut Tx, id: i64, rows: &[ImportRow]) -> Result<(), StoreError> {
    let columns = [
        "import",
        "line",
        "effect",
        "person",
        "said",
        "reasons",
        "changes",
        "candidates",
        "decision",
        "evidence",
        "answers",
        "unreadable",
        "told",
    ];
    let values: Vec<Vec<Value>> = rows
        .iter()
        .map(|r| {
            let decision = r.decision.as_deref();
            args![
                id,
                r.line,
                &r.effect,
                r.person,
                &r.said,
                &r.reasons,
                &r.changes,
                &r.candidates,
                decision,
                &r.evidence,
                &r.answers,
                i64::from(r.unreadable),
                &r.told
            ]
            .to_vec()
        })
        .collect();
    tx.insert("import_row", &columns, &values).await
}

/// Decisions by line.
pub async fn decisions(tx: &mut Tx, id: i64) -> Result<Vec<(i64, String)>, StoreError> {
    tx.rows(DECISIONS, args![id], |row| Ok((row.int(0)?, row.text(1)?))).await
}

/// Remembers a decision on a held row; whether there was such a row.
pub async fn decide(tx: &mut Tx, id: i64, line: i64, decision: &str) -> Result<bool, StoreError> {
    Ok(tx.run(DECIDE, args![decision, id, line]).await? == 1)
}

/// Rows of one effect after a line, in order.
pub async fn rows(
    tx: &mut Tx,
    id: i64,
    effect: &str,
    after: i64,
    most: i64,
) -> Result<Vec<ImportRow>, StoreError> {
    let kept = tx.rows(ROWS, args![id, effect, after, most], read_row).await?;
    kept.into_iter().map(|row| opened(tx, id, row)).collect()
}

/// Lines and reasons of the first rows that no register would make usable.
pub async fn unreadable(tx: &mut Tx, id: i64, most: i64) -> Result<Vec<(i64, String)>, StoreError> {
    let kept = tx.rows(UNREADABLE, args![id, most], |row| Ok((row.int(0)?, row.text(1)?))).await?;
    let open = |(line, mut reasons): (i64, String)| {
        sealed::open(tx, "import_row", (id, Some(line)), [("reasons", &mut reasons)])?;
        Ok((line, reasons))
    };
    kept.into_iter().map(open).collect()
}

pub async fn all_rows(tx: &mut Tx, id: i64) -> Result<Vec<ImportRow>, StoreError> {
    let kept = tx.rows(ALL_ROWS, args![id], read_row).await?;
    kept.into_iter().map(|row| opened(tx, id, row)).collect()
}

pub async fn row(tx: &mut Tx, id: i64, line: i64) -> Result<Option<ImportRow>, StoreError> {
    let kept = tx.one(ROW, args![id, line], read_row).await?;
    kept.map(|row| opened(tx, id, row)).transpose()
}

/// Changes that an import made and that stand, newest first.
pub async fn changes_of(tx: &mut Tx, id: i64) -> Result<Vec<i64>, StoreError> {
    tx.rows(CHANGES, args![id], |row| row.int(0)).await
}

/// Whom rows of an applied file spoke of.
pub async fn told_of(tx: &mut Tx, id: i64) -> Result<Vec<i64>, StoreError> {
    tx.rows(TOLD_OF, args![id], |row| row.int(0)).await
}

/// Held rows that wait for somebody.
pub async fn held_open(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(tx.one(HELD_OPEN, args![], |row| row.int(0)).await?.unwrap_or(0))
}

/// Files with held rows that are no question of who is who: number, name, rows.
pub async fn held_of_files(tx: &mut Tx) -> Result<Vec<(i64, String, i64)>, StoreError> {
    tx.rows(HELD_OF_FILES, args![], |row| Ok((row.int(0)?, row.text(1)?, row.int(2)?))).await
}

/// People whose newest known activity goes on at one of these organisations, begun before a day.
pub async fn learning_at(
    tx: &mut Tx,
    organisations: &[&str],
    before: jiff::civil::Date,
) -> Result<Vec<i64>, StoreError> {
    if organisations.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (2..organisations.len() + 2).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT DISTINCT person FROM spell WHERE ended IS NULL AND end_day IS NULL AND start_day < $1 \
         AND organisation IN ({}) ORDER BY person",
        places.join(", ")
    );
    let mut binds = vec![Value::from(before)];
    binds.extend(organisations.iter().map(|id| Value::from(*id)));
    tx.rows(&sql, &binds, |row| row.int(0)).await
}

/// Returns of other systems that were moved in for a period end, and of whom they told for it.
///
/// A file of a return is of one period end, by its header, and where none was kept of that by its day. A table gives
/// each row its own, and such a file that came before its period end has another day: there the period end that a
/// person's own spell was stated for says it. A file that only ended that spell, or wrote it again as it was, is of
/// another period end.
#[derive(Debug, Default)]
pub struct Returns {
    /// The first change that took each over, by import.
    first: HashMap<i64, i64>,
    /// Those that are of the period end by their header or their day.
    of_the_day: HashSet<i64>,
    /// Person and import: of the others, who stated this person's spell for the period end, or stated it anew.
    stated: HashSet<(i64, i64)>,
    /// Person and import: of those of the day, a table that told of this person for another period end.
    elsewhere: HashSet<(i64, i64)>,
}

impl Returns {
    /// The change after which this import's row told of the person for the period end; `None` where it did not.
    fn taken_over(&self, person: i64, import: i64) -> Option<i64> {
        let key = (person, import);
        let of_the_day = self.of_the_day.contains(&import) && !self.elsewhere.contains(&key);
        let told = of_the_day || self.stated.contains(&key);
        self.first.get(&import).copied().filter(|_| told)
    }
}

/// The period ends between two days of which a return of another system was moved in. Days: both ends inclusive.
pub async fn returns_between(
    tx: &mut Tx,
    (from, to): (jiff::civil::Date, jiff::civil::Date),
) -> Result<Vec<jiff::civil::Date>, StoreError> {
    tx.rows(RETURNS_BETWEEN, args![from, to], |row| row.date(0)).await
}

/// Which returns of other systems tell of a period end. It is the same for everybody: asked once for a return.
pub async fn returns_for(
    tx: &mut Tx,
    period_end: jiff::civil::Date,
) -> Result<Returns, StoreError> {
    let mut returns = Returns::default();
    let of_the_day = tx
        .rows(RETURNS_FOR, args![period_end], |row| Ok((row.int(0)?, row.text(1)?, row.int(2)?)))
        .await?;
    let tables = of_the_day.iter().any(|(_, kind, _)| kind == "nccis-flat");
    for (import, _, change) in of_the_day {
        returns.first.insert(import, change);
        returns.of_the_day.insert(import);
    }
    let stated = tx
        .rows(STATED_BY, args![period_end, period_end], |row| {
            Ok((row.int(0)?, row.int(1)?, row.int(2)?))
        })
        .await?;
    for (person, import, change) in stated {
        returns.first.insert(import, change);
        returns.stated.insert((person, import));
    }
    if tables {
        let elsewhere = tx
            .rows(STATED_ELSE, args![period_end, period_end], |row| Ok((row.int(0)?, row.int(1)?)))
            .await?;
        returns.elsewhere.extend(elsewhere);
    }
    Ok(returns)
}

/// What these returns said of these people: the first change that took the return over, and the record as it stood in
/// its file, as JSON of the app's making. What was learnt before a row of it that was held was settled was learnt
/// since the return came; whom such a row made did not exist at that first change, and goes by the one that made them.
/// A record that the row's person became part of may have been made by something else: what it holds was learnt then.
pub async fn returned(
    tx: &mut Tx,
    people: &[i64],
    returns: &Returns,
) -> Result<HashMap<i64, (i64, String)>, StoreError> {
    let mut found = HashMap::new();
    let mut imports: Vec<i64> = returns.first.keys().copied().collect();
    imports.sort_unstable();
    if people.is_empty() || imports.is_empty() {
        return Ok(found);
    }
    // The plus keeps SQLite to the index of rows by person.
    let sql = format!(
        "SELECT r.person, r.import, r.line, r.said, CASE WHEN r.effect = 'new' THEN \
         (SELECT y.made FROM young_person y JOIN change k ON k.id = y.made \
         WHERE y.id = r.person AND k.import = r.import) END FROM import_row r WHERE +r.import {} \
         AND r.effect IN ('new', 'changed', 'unchanged') AND r.person {} ORDER BY r.import, r.line",
        tx.among(&imports),
        tx.among(people)
    );
    let kept = tx
        .rows(&sql, args![], |row| {
            Ok((row.int(0)?, row.int(1)?, row.int(2)?, row.text(3)?, row.opt_int(4)?))
        })
        .await?;
    for (person, import, line, mut said, made) in kept {
        let Some(change) = returns.taken_over(person, import) else { continue };
        sealed::open(tx, "import_row", (import, Some(line)), [("said", &mut said)])?;
        // Nothing is kept of an unchanged row that does not count as sent.
        if said == "[]" {
            continue;
        }
        let change = made.map_or(change, |made| made.max(change));
        found.insert(person, (change, said));
    }
    Ok(found)
}

/// Keeps how a file is to be read.
pub async fn set_options(tx: &mut Tx, id: i64, options: &str) -> Result<(), StoreError> {
    tx.run(SET_OPTIONS, args![options, id]).await?;
    Ok(())
}

/// Remembers a sender's columns.
pub async fn save_mapping(
    tx: &mut Tx,
    sender: &str,
    kind: &str,
    mapping: &str,
) -> Result<(), StoreError> {
    tx.run(SAVE_MAPPING, args![sender, kind, mapping]).await?;
    Ok(())
}

pub async fn mapping(tx: &mut Tx, sender: &str, kind: &str) -> Result<Option<String>, StoreError> {
    tx.one(MAPPING, args![sender, kind], |row| row.text(0)).await
}
