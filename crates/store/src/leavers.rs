//! What is told of who left, and what became of it: ends of stays with the change that told of them first, what the
//! register held of a person and when, tries to reach them, notices, and what they intended.
//!
//! It takes no scope: reports narrow what they find to whom their reader reaches before they count anybody.

use jiff::civil::Date;

use crate::args;
use crate::engine::{self, StoreError, Tx};
use crate::statements::statements;

statements! {
    /// Few records are made of several, and to look for them of each row costs more than all the rest.
    TOLD = "SELECT s.person, s.code, COALESCE(s.organisation, s.establishment_name, ''), s.end_day, c.id, c.at FROM spell s JOIN change c ON c.id = CASE WHEN EXISTS (SELECT 1 FROM merge m WHERE m.kept = s.person AND m.undone IS NULL) THEN (WITH RECURSIVE same (person) AS (SELECT s.person UNION SELECT m.gone FROM merge m JOIN same x ON m.kept = x.person WHERE m.undone IS NULL) SELECT MIN(f.made) FROM same x JOIN spell f ON f.person = x.person WHERE f.start_day = s.start_day AND f.end_day = s.end_day) ELSE (SELECT MIN(f.made) FROM spell f WHERE f.person = s.person AND f.start_day = s.start_day AND f.end_day = s.end_day) END LEFT JOIN import i ON i.id = c.import WHERE s.ended IS NULL AND s.end_day IS NOT NULL AND s.made > $1 AND c.at > $2 AND c.at <= $3 AND c.kind IN ('import', 'demo') AND COALESCE(i.kind, '') NOT IN ('nccis-xml', 'nccis-flat', 'activity-matrix') ORDER BY s.person, s.end_day, s.fact";
    NOTICES = "SELECT n.person, n.kind, l.organisation, n.day, n.received_at, n.done_at, (SELECT COALESCE(MAX(c.id), 0) FROM change c WHERE c.at <= n.received_at) FROM notice n JOIN notice_link l ON l.id = n.link WHERE n.received_at > $1 AND n.received_at <= $2 ORDER BY n.id";
    ADVISERS = "SELECT person, MIN(adviser) FROM assignment WHERE ended IS NULL AND to_day IS NULL GROUP BY person";
    INTENTIONS = "SELECT person, intended_destination FROM particulars WHERE ended IS NULL AND intended_destination IS NOT NULL AND date_of_birth BETWEEN $1 AND $2 ORDER BY person";
}

/// People asked for in one statement.
const AT_ONCE: usize = 5_000;

/// A stay that a file told to be over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub person: i64,
    pub code: String,
    /// The organisation's id, or the name that was recorded; empty where nobody said.
    pub provider: String,
    /// Days: inclusive.
    pub end: Date,
    /// The change that told of it first, and its instant.
    pub change: i64,
    pub at: String,
}

/// A row of an activity, with the changes that made and ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub person: i64,
    /// The record that it was told of: another where that became part of the person's.
    pub record: i64,
    pub code: String,
    /// Where it is: the organisation's id, or the name that was recorded.
    pub provider: Option<String>,
    pub start: Date,
    pub end: Option<Date>,
    pub made: i64,
    pub ended: Option<i64>,
    /// The instant of the change that made it; of what stands, of the one that told of the same stay first.
    pub at: String,
}

/// A notice, without what it says of anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noticed {
    /// Whom the register took it to speak of.
    pub person: Option<i64>,
    pub kind: String,
    /// Whose notice it is.
    pub organisation: String,
    pub day: Date,
    pub received_at: String,
    pub done_at: Option<String>,
    /// The newest change when it came.
    pub newest: i64,
}

/// Stays whose end was told by a file after one instant and by another, after a change that is the last before the
/// first. What another system's history holds was told to that system, and what somebody wrote by hand they knew.
/// A record that became part of another was told of as the other.
pub async fn told(
    tx: &mut Tx,
    before: i64,
    (after, until): (&str, &str),
) -> Result<Vec<Told>, StoreError> {
    tx.rows(TOLD, args![before, after, until], |row| {
        Ok(Told {
            person: row.int(0)?,
            code: row.text(1)?,
            provider: row.text(2)?,
            end: row.date(3)?,
            change: row.int(4)?,
            at: row.text(5)?,
        })
    })
    .await
}

/// Notices that came after one instant and by another, in order.
pub async fn notices(
    tx: &mut Tx,
    (after, until): (&str, &str),
) -> Result<Vec<Noticed>, StoreError> {
    tx.rows(NOTICES, args![after, until], |row| {
        Ok(Noticed {
            person: row.opt_int(0)?,
            kind: row.text(1)?,
            organisation: row.text(2)?,
            day: row.date(3)?,
            received_at: row.text(4)?,
            done_at: row.opt_text(5)?,
            newest: row.int(6)?,
        })
    })
    .await
}

/// What the register held right after a change of what went on after a day: for every person, change and day. Where
/// several records are one now, also the row with which the change told of that day, which says of which record.
pub async fn held(tx: &mut Tx, asked: &[(i64, i64, Date)]) -> Result<Vec<Row>, StoreError> {
    let mut all = Vec::new();
    for chunk in asked.chunks(AT_ONCE) {
        let of = chunk.iter().map(|(person, change, day)| format!("({person},{change},'{day}')"));
        let sql = format!(
            "WITH RECURSIVE asked (person, told_by, day) AS (VALUES {}), \
             same (person, told_by, day, record) AS (SELECT CAST(person AS BIGINT), \
             CAST(told_by AS BIGINT), day, CAST(person AS BIGINT) FROM asked \
             UNION SELECT x.person, x.told_by, x.day, m.gone FROM merge m JOIN same x \
             ON m.kept = x.record WHERE m.undone IS NULL) \
             SELECT x.person, s.code, s.start_day, s.end_day, s.made, s.ended, c.at, \
             COALESCE(s.organisation, s.establishment_name), x.record FROM same x \
             JOIN spell s ON s.person = x.record JOIN change c ON c.id = s.made \
             WHERE s.made <= x.told_by AND (s.ended IS NULL OR s.ended > x.told_by) \
             AND (s.end_day IS NULL OR s.end_day > x.day OR (s.made = x.told_by AND s.end_day = x.day \
             AND EXISTS (SELECT 1 FROM merge m WHERE m.kept = x.person AND m.undone IS NULL))) \
             ORDER BY x.person, s.start_day, s.person, s.fact, s.made",
            of.collect::<Vec<_>>().join(",")
        );
        all.extend(tx.rows(&sql, args![], row).await?);
    }
    Ok(all)
}

/// What stands of each person that began or goes on after a day, as it was told first: a row that was confirmed since
/// is a newer one of the same stay.
pub async fn standing(tx: &mut Tx, asked: &[(i64, Date)]) -> Result<Vec<Row>, StoreError> {
    let mut all = Vec::new();
    for chunk in asked.chunks(AT_ONCE) {
        let of = chunk.iter().map(|(person, day)| format!("({person},'{day}')"));
        let sql = format!(
            "WITH RECURSIVE asked (person, day) AS (VALUES {}), \
             same (person, day, record) AS (SELECT CAST(person AS BIGINT), day, \
             CAST(person AS BIGINT) FROM asked UNION SELECT x.person, x.day, m.gone FROM merge m \
             JOIN same x ON m.kept = x.record WHERE m.undone IS NULL) \
             SELECT x.person, s.code, s.start_day, s.end_day, s.made, s.ended, \
             (WITH RECURSIVE own (record) AS (SELECT x.person UNION SELECT m.gone FROM merge m \
             JOIN own o ON m.kept = o.record WHERE m.undone IS NULL) \
             SELECT MIN(c.at) FROM own o JOIN spell f ON f.person = o.record \
             JOIN change c ON c.id = f.made WHERE f.start_day = s.start_day AND f.code = s.code), \
             COALESCE(s.organisation, s.establishment_name), x.record FROM same x \
             JOIN spell s ON s.person = x.record WHERE s.ended IS NULL \
             AND (s.start_day > x.day OR s.end_day IS NULL OR s.end_day > x.day) \
             ORDER BY x.person, s.start_day, s.person, s.fact",
            of.collect::<Vec<_>>().join(",")
        );
        all.extend(tx.rows(&sql, args![], row).await?);
    }
    Ok(all)
}

fn row(row: &engine::Row<'_>) -> Result<Row, StoreError> {
    Ok(Row {
        person: row.int(0)?,
        code: row.text(1)?,
        start: row.date(2)?,
        end: row.opt_date(3)?,
        made: row.int(4)?,
        ended: row.opt_int(5)?,
        at: row.text(6)?,
        provider: row.opt_text(7)?,
        record: row.int(8)?,
    })
}

/// Contacts with these people since a day, by day: whom, when and what came of it. Days: inclusive.
pub async fn contacts(
    tx: &mut Tx,
    people: &[i64],
    since: Date,
) -> Result<Vec<(i64, Date, String)>, StoreError> {
    let of =
        "SELECT person, day, outcome FROM contact WHERE ended IS NULL AND day >= $1 AND person";
    let read = |row: &engine::Row<'_>| Ok((row.int(0)?, row.date(1)?, row.text(2)?));
    tx.rows_in((of, "ORDER BY day, id"), args![since], people, read).await
}

/// The adviser on whose caseload each person is; of several the one with the lowest number, as in the follow-up list.
pub async fn advisers(tx: &mut Tx) -> Result<Vec<(i64, i64)>, StoreError> {
    tx.rows(ADVISERS, args![], |row| Ok((row.int(0)?, row.int(1)?))).await
}

/// What those intend who were born between two days, as it stands. Days: both inclusive.
pub async fn intentions(
    tx: &mut Tx,
    (first, last): (Date, Date),
) -> Result<Vec<(i64, String)>, StoreError> {
    tx.rows(INTENTIONS, args![first, last], |row| Ok((row.int(0)?, row.text(1)?))).await
}
