//! What retention looks at, the lists that were drawn and what became of each line. The rules and the
//! judging are `domain::retention`'s.

use std::collections::BTreeMap;

use domain::person::ChangeId;
use domain::retention::{Category, Hold};
use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    BORN = "SELECT p.person, p.date_of_birth FROM particulars p WHERE p.date_of_birth <= $1 AND p.fact = (SELECT MAX(q.fact) FROM particulars q WHERE q.person = p.person) AND NOT EXISTS (SELECT 1 FROM merge m WHERE m.gone = p.person AND m.undone IS NULL) ORDER BY p.person";
    LAST_CONTACT = "SELECT person, MAX(day) FROM contact GROUP BY person HAVING MAX(day) <= $1 AND (MAX(note) <> '' OR MAX(obstacles) <> '') ORDER BY person";
    RECEIVED = "SELECT i.id, SUBSTR(i.received_at, 1, 10) FROM import i WHERE SUBSTR(i.received_at, 1, 10) <= $1 AND EXISTS (SELECT 1 FROM import_part p WHERE p.import = i.id) ORDER BY i.id";
    RETURNS = "SELECT s.id, s.period_end FROM snapshot s JOIN snapshot_file f ON f.snapshot = s.id WHERE s.period_end <= $1 ORDER BY s.id";
    UNDATED = "SELECT p.person, SUBSTR(c.at, 1, 10) FROM particulars p JOIN young_person y ON y.id = p.person JOIN change c ON c.id = y.made WHERE COALESCE(p.date_of_birth, '') NOT LIKE '____-__-__' AND SUBSTR(c.at, 1, 10) <= $1 AND p.fact = (SELECT MAX(q.fact) FROM particulars q WHERE q.person = p.person) AND NOT EXISTS (SELECT 1 FROM merge m WHERE m.gone = p.person AND m.undone IS NULL) ORDER BY p.person";
    UNMATCHED_ROWS = "SELECT i.id, SUBSTR(i.received_at, 1, 10) FROM import i WHERE SUBSTR(i.received_at, 1, 10) <= $1 AND EXISTS (SELECT 1 FROM import_row r WHERE r.import = i.id AND r.person IS NULL) ORDER BY i.id";
    STRANGERS = "SELECT c.id, SUBSTR(c.at, 1, 10) FROM crossmatch c WHERE SUBSTR(c.at, 1, 10) <= $1 AND EXISTS (SELECT 1 FROM crossmatch_row r WHERE r.run = c.id AND r.person IS NULL) ORDER BY c.id";
    UNMATCHED_NOTICES = "SELECT id, SUBSTR(received_at, 1, 10) FROM notice WHERE SUBSTR(received_at, 1, 10) <= $1 AND person IS NULL ORDER BY id";
    HOLDS = "SELECT person, kind FROM retention_hold WHERE ended IS NULL UNION SELECT r.person, 'request' FROM right_request r WHERE NOT EXISTS (SELECT 1 FROM right_step s WHERE s.request = r.id AND s.step IN ('granted', 'refused')) ORDER BY 1, 2";
    HOLDS_OF = "SELECT h.id, h.kind, h.reason, c.at FROM retention_hold h JOIN change c ON c.id = h.made WHERE h.person = $1 AND h.ended IS NULL ORDER BY h.id";
    HOLD = "INSERT INTO retention_hold (id, person, kind, reason, made) VALUES ($1, $2, $3, $4, $5)";
    HELD_SINCE = "WITH RECURSIVE same (person) AS (SELECT CAST($1 AS BIGINT) UNION SELECT m.gone FROM merge m JOIN same s ON m.kept = s.person WHERE m.undone IS NULL) SELECT h.id FROM retention_hold h JOIN change c ON c.id = h.made WHERE h.person IN (SELECT person FROM same) AND h.ended IS NULL AND c.at >= $2 LIMIT 1";
    RELEASE = "UPDATE retention_hold SET ended = $1 WHERE id = $2 AND person = $3 AND ended IS NULL";
    CLEAR_NOTES = "UPDATE contact SET note = '', obstacles = '' WHERE person = $1 AND (note <> '' OR obstacles <> '')";
    CLEAR_NOTES_UNTIL = "UPDATE contact SET note = '', obstacles = '' WHERE person = $1 AND day <= $2 AND (note <> '' OR obstacles <> '')";
    MADE_PERSON = "SELECT c.at FROM young_person y JOIN change c ON c.id = y.made WHERE y.id = $1";
    MADE_IMPORT = "SELECT received_at FROM import WHERE id = $1";
    MADE_LIST = "SELECT at FROM crossmatch WHERE id = $1";
    MADE_NOTICE = "SELECT received_at FROM notice WHERE id = $1";
    MADE_RETURN = "SELECT frozen_at FROM snapshot WHERE id = $1";
    KNOWN = "SELECT 1 FROM retention_run WHERE proof = $1 UNION SELECT 1 FROM retention_replay WHERE proof = $1";
    REPLAYED = "INSERT INTO retention_replay (proof, list, replayed_at, rows) VALUES ($1, $2, $3, $4)";
    CLEAR_FILE = "DELETE FROM import_part WHERE import = $1";
    CLEAR_ROWS = "DELETE FROM import_row WHERE import = $1 AND person IS NULL";
    CLEAR_STRANGERS = "DELETE FROM crossmatch_row WHERE run = $1 AND person IS NULL";
    CLEAR_NOTICE = "DELETE FROM notice WHERE id = $1 AND person IS NULL";
    CLEAR_RETURN = "DELETE FROM snapshot_file WHERE snapshot = $1";
    DRAW = "INSERT INTO retention_run (id, day, rules, drawn_at, drawn_by) VALUES ($1, $2, $3, $4, $5)";
    RUNS = "SELECT r.id, r.day, r.rules, r.drawn_at, r.drawn_by, COALESCE(d.name, 'the system'), r.approved_at, COALESCE(a.name, ''), r.proof FROM retention_run r LEFT JOIN account d ON d.id = r.drawn_by LEFT JOIN account a ON a.id = r.approved_by ORDER BY r.id DESC LIMIT $1";
    RUN = "SELECT r.id, r.day, r.rules, r.drawn_at, r.drawn_by, COALESCE(d.name, 'the system'), r.approved_at, COALESCE(a.name, ''), r.proof FROM retention_run r LEFT JOIN account d ON d.id = r.drawn_by LEFT JOIN account a ON a.id = r.approved_by WHERE r.id = $1";
    LINES = "SELECT line, rule, category, subject, since, outcome, rows FROM retention_line WHERE run = $1 ORDER BY line";
    OUTCOME = "UPDATE retention_line SET outcome = $1, rows = $2 WHERE run = $3 AND line = $4";
    RULES_FORWARD = "INSERT INTO retention_rules (id, text, due, made_at, made_by, agreed_at, agreed_by) VALUES ($1, $2, $3, $4, $5, NULL, NULL)";
    RULES_AGREE = "UPDATE retention_rules SET agreed_at = $1, agreed_by = $2 WHERE id = $3 AND agreed_at IS NULL AND declined_at IS NULL";
    RULES_IN_FORCE = "SELECT r.id, r.text, r.made_at, r.made_by, COALESCE(m.name, 'the command line'), r.agreed_at, COALESCE(a.name, 'the command line'), r.due FROM retention_rules r LEFT JOIN account m ON m.id = r.made_by LEFT JOIN account a ON a.id = r.agreed_by WHERE r.agreed_at IS NOT NULL ORDER BY r.id DESC LIMIT 1";
    RULES_WAITING = "SELECT r.id, r.text, r.made_at, r.made_by, COALESCE(m.name, 'the command line'), r.agreed_at, COALESCE(a.name, 'the command line'), r.due FROM retention_rules r LEFT JOIN account m ON m.id = r.made_by LEFT JOIN account a ON a.id = r.agreed_by WHERE r.id = (SELECT MAX(id) FROM retention_rules) AND r.agreed_at IS NULL AND r.declined_at IS NULL";
    RULES_DECLINE = "UPDATE retention_rules SET declined_at = $1, declined_by = $2 WHERE id = $3 AND agreed_at IS NULL AND declined_at IS NULL";
    RULES_EVER = "SELECT text FROM retention_rules ORDER BY id DESC";
    APPROVE = "UPDATE retention_run SET approved_at = $1, approved_by = $2, proof = $3 WHERE id = $4 AND approved_at IS NULL";
}

/// A list as drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub id: i64,
    pub day: Date,
    /// The hash of the rules it was drawn by.
    pub rules: String,
    pub drawn_at: String,
    pub drawn_by: i64,
    pub drawn_by_name: String,
    pub approved_at: Option<String>,
    pub approved_by_name: String,
    /// The hash over its lines with what became of each.
    pub proof: Option<String>,
}

/// One thing on a list. `subject` is the number of a person, an import, a matched list, a notice or a
/// return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub line: i64,
    pub rule: String,
    pub category: Category,
    pub subject: i64,
    pub since: Date,
    /// "due", then "destroyed" or why not.
    pub outcome: String,
    /// How many rows went.
    pub rows: i64,
}

fn read(row: &Row<'_>) -> Result<Run, StoreError> {
    Ok(Run {
        id: row.int(0)?,
        day: row.date(1)?,
        rules: row.text(2)?,
        drawn_at: row.text(3)?,
        drawn_by: row.int(4)?,
        drawn_by_name: row.text(5)?,
        approved_at: row.opt_text(6)?,
        approved_by_name: row.text(7)?,
        proof: row.opt_text(8)?,
    })
}

/// Things of a category whose trigger was on a day or before: their numbers and the days. For a record
/// the day is the birth, and a birth that is no date is left out.
pub async fn candidates(
    tx: &mut Tx,
    category: Category,
    until: Date,
) -> Result<Vec<(i64, Date)>, StoreError> {
    let sql = match category {
        Category::Record => BORN,
        Category::ContactNotes => LAST_CONTACT,
        Category::ReceivedFile => RECEIVED,
        Category::ReturnFile => RETURNS,
        Category::UndatedRecord => UNDATED,
        Category::UnmatchedRows => UNMATCHED_ROWS,
        Category::ListStrangers => STRANGERS,
        Category::UnmatchedNotice => UNMATCHED_NOTICES,
    };
    let found = tx.rows(sql, args![until], |row| Ok((row.int(0)?, row.text(1)?))).await?;
    Ok(found.into_iter().filter_map(|(id, day)| Some((id, day.parse().ok()?))).collect())
}

/// Why people's things are kept longer, by person. Every number of one person has the holds of all: what
/// is destroyed under one goes under all of them.
pub async fn holds(tx: &mut Tx) -> Result<BTreeMap<i64, Vec<Hold>>, StoreError> {
    let mut holds: BTreeMap<i64, Vec<Hold>> = BTreeMap::new();
    tx.each(HOLDS, args![], |row| {
        let (person, kind) = (row.int(0)?, row.text(1)?);
        let hold = Hold::from_name(&kind).ok_or(StoreError::Inconsistent {
            table: "retention_hold",
            id: person.to_string(),
            what: format!("no hold {kind}"),
        })?;
        holds.entry(person).or_default().push(hold);
        Ok(())
    })
    .await?;
    let merged = crate::linking::merged(tx).await?;
    for (gone, kept) in &merged {
        let of_gone = holds.get(gone).cloned().unwrap_or_default();
        holds.entry(*kept).or_default().extend(of_gone);
    }
    for (gone, kept) in &merged {
        let of_all = holds.get(kept).cloned().unwrap_or_default();
        holds.insert(*gone, of_all);
    }
    Ok(holds)
}

/// Whether a hold that stands on any number of a person was laid on that day or later.
pub async fn held_since(tx: &mut Tx, person: i64, day: Date) -> Result<bool, StoreError> {
    Ok(tx.one(HELD_SINCE, args![person, day.to_string()], |row| row.int(0)).await?.is_some())
}

/// Holds that somebody set on one person: number, kind, reason, when.
pub async fn holds_of(
    tx: &mut Tx,
    person: i64,
) -> Result<Vec<(i64, String, String, String)>, StoreError> {
    tx.rows(HOLDS_OF, args![person], |row| {
        Ok((row.int(0)?, row.text(1)?, row.text(2)?, row.text(3)?))
    })
    .await
}

pub async fn hold(
    tx: &mut Tx,
    change: ChangeId,
    person: i64,
    (hold, reason): (Hold, &str),
) -> Result<(), StoreError> {
    let id = changes::take(tx, "retention_hold", 1).await?;
    tx.run(HOLD, args![id, person, hold.name(), reason, change.0]).await?;
    Ok(())
}

/// Ends a hold; whether it stood.
pub async fn release(
    tx: &mut Tx,
    change: ChangeId,
    (person, hold): (i64, i64),
) -> Result<bool, StoreError> {
    Ok(tx.run(RELEASE, args![change.0, hold, person]).await? == 1)
}

/// Destroys one thing; how many rows went.
pub async fn destroy(tx: &mut Tx, category: Category, subject: i64) -> Result<u64, StoreError> {
    match category {
        Category::Record | Category::UndatedRecord => {
            let same = crate::rights::same(tx, subject).await?;
            crate::rights::erase(tx, &same).await
        }
        Category::ContactNotes => tx.run(CLEAR_NOTES, args![subject]).await,
        Category::ReceivedFile => tx.run(CLEAR_FILE, args![subject]).await,
        Category::ReturnFile => tx.run(CLEAR_RETURN, args![subject]).await,
        Category::UnmatchedRows => tx.run(CLEAR_ROWS, args![subject]).await,
        Category::ListStrangers => tx.run(CLEAR_STRANGERS, args![subject]).await,
        Category::UnmatchedNotice => tx.run(CLEAR_NOTICE, args![subject]).await,
    }
}

/// When a thing was made; nothing where it is not there.
pub async fn made(
    tx: &mut Tx,
    category: Category,
    subject: i64,
) -> Result<Option<String>, StoreError> {
    let sql = match category {
        Category::Record | Category::ContactNotes | Category::UndatedRecord => MADE_PERSON,
        Category::ReceivedFile | Category::UnmatchedRows => MADE_IMPORT,
        Category::ListStrangers => MADE_LIST,
        Category::UnmatchedNotice => MADE_NOTICE,
        Category::ReturnFile => MADE_RETURN,
    };
    tx.one(sql, args![subject], |row| row.text(0)).await
}

/// Destroys one thing again: of notes, those until the day on which they went.
pub async fn destroy_again(
    tx: &mut Tx,
    (category, subject): (Category, i64),
    day: Date,
) -> Result<u64, StoreError> {
    match category {
        Category::ContactNotes => tx.run(CLEAR_NOTES_UNTIL, args![subject, day]).await,
        other => destroy(tx, other, subject).await,
    }
}

/// Whether the database knows that this list was carried out.
pub async fn known(tx: &mut Tx, proof: &str) -> Result<bool, StoreError> {
    Ok(tx.one(KNOWN, args![proof], |_| Ok(())).await?.is_some())
}

pub async fn replayed(
    tx: &mut Tx,
    (proof, list): (&str, i64),
    at: &str,
    rows: u64,
) -> Result<(), StoreError> {
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    tx.run(REPLAYED, args![proof, list, at, rows]).await?;
    Ok(())
}

/// Keeps a list; its number.
pub async fn draw(
    tx: &mut Tx,
    (day, rules): (Date, &str),
    (at, by): (&str, i64),
    lines: &[Line],
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "retention_run", 1).await?;
    tx.run(DRAW, args![id, day, rules, at, by]).await?;
    let columns = ["run", "line", "rule", "category", "subject", "since", "outcome", "rows"];
    let row = |l: &Line| {
        let category = l.category.name();
        args![id, l.line, &l.rule, category, l.subject, l.since, &l.outcome, l.rows].to_vec()
    };
    tx.insert("retention_line", &columns, &lines.iter().map(row).collect::<Vec<_>>()).await?;
    Ok(id)
}

/// The newest lists.
pub async fn runs(tx: &mut Tx, most: i64) -> Result<Vec<Run>, StoreError> {
    tx.rows(RUNS, args![most], read).await
}

pub async fn run(tx: &mut Tx, id: i64) -> Result<Option<Run>, StoreError> {
    tx.one(RUN, args![id], read).await
}

pub async fn lines(tx: &mut Tx, run: i64) -> Result<Vec<Line>, StoreError> {
    tx.rows(LINES, args![run], |row| {
        let category = row.text(2)?;
        Ok(Line {
            line: row.int(0)?,
            rule: row.text(1)?,
            category: Category::from_name(&category).ok_or(StoreError::Inconsistent {
                table: "retention_line",
                id: run.to_string(),
                what: format!("no category {category}"),
            })?,
            subject: row.int(3)?,
            since: row.date(4)?,
            outcome: row.text(5)?,
            rows: row.int(6)?,
        })
    })
    .await
}

pub async fn outcome(tx: &mut Tx, run: i64, line: &Line) -> Result<(), StoreError> {
    tx.run(OUTCOME, args![&line.outcome, line.rows, run, line.line]).await?;
    Ok(())
}

/// Closes a list. `Conflict` where somebody closed it first.
pub async fn approve(
    tx: &mut Tx,
    run: i64,
    (at, by): (&str, i64),
    proof: &str,
) -> Result<(), StoreError> {
    match tx.run(APPROVE, args![at, by, proof, run]).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// Rules as somebody put them forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRules {
    pub id: i64,
    pub text: String,
    /// How much was due by them on the day they were put forward.
    pub due: i64,
    pub made_at: String,
    pub made_by: i64,
    pub made_by_name: String,
    pub agreed_at: Option<String>,
    pub agreed_by_name: String,
}

fn read_rules(row: &Row<'_>) -> Result<OwnRules, StoreError> {
    Ok(OwnRules {
        id: row.int(0)?,
        text: row.text(1)?,
        due: row.int(7)?,
        made_at: row.text(2)?,
        made_by: row.int(3)?,
        made_by_name: row.text(4)?,
        agreed_at: row.opt_text(5)?,
        agreed_by_name: row.text(6)?,
    })
}

/// The council's own rules that are in force, where it has any.
pub async fn rules_in_force(tx: &mut Tx) -> Result<Option<OwnRules>, StoreError> {
    tx.one(RULES_IN_FORCE, args![], read_rules).await
}

/// The rules that were put forward last, where nobody has agreed to them or declined them yet.
pub async fn rules_waiting(tx: &mut Tx) -> Result<Option<OwnRules>, StoreError> {
    tx.one(RULES_WAITING, args![], read_rules).await
}

/// Every text that was put forward, the newest first.
pub async fn rules_ever(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    tx.rows(RULES_EVER, args![], |row| row.text(0)).await
}

/// Keeps rules that wait for somebody's agreement; their number.
pub async fn put_rules_forward(
    tx: &mut Tx,
    (text, due): (&str, i64),
    (at, by): (&str, i64),
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "retention_rules", 1).await?;
    tx.run(RULES_FORWARD, args![id, text, due, at, by]).await?;
    Ok(id)
}

/// Puts rules in force. `Conflict` where somebody did so, or declined them, first.
pub async fn agree_to_rules(tx: &mut Tx, id: i64, (at, by): (&str, i64)) -> Result<(), StoreError> {
    match tx.run(RULES_AGREE, args![at, by, id]).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// Takes rules back that wait. `Conflict` where they wait no more.
pub async fn decline_rules(tx: &mut Tx, id: i64, (at, by): (&str, i64)) -> Result<(), StoreError> {
    match tx.run(RULES_DECLINE, args![at, by, id]).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// All that stays of those who went: how many, by the year of their birth.
pub async fn count(tx: &mut Tx, run: i64, born: &BTreeMap<i64, i64>) -> Result<(), StoreError> {
    let rows: Vec<_> =
        born.iter().map(|(year, people)| args![run, *year, *people].to_vec()).collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert("retention_count", &["run", "born", "people"], &rows).await
}
