//! What stands between young people and providers, and exam results on their way to those providers.

use std::collections::BTreeMap;

use domain::person::ChangeId;
use domain::results::{Graded, Tie};
use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx, Value};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes, sealed};

statements! {
    END_TIES = "UPDATE application SET ended = $1 WHERE person = $2 AND provider = $3 AND ended IS NULL";
    END_WORD = "UPDATE application SET ended = $1 WHERE person = $2 AND provider = $3 AND said_by = $4 AND ended IS NULL";
    UNCONFIRMED = "SELECT a.id, a.person, a.provider, COALESCE(o.name, a.provider), a.tie, a.day, a.said_by FROM application a LEFT JOIN organisation o ON o.id = a.provider WHERE a.ended IS NULL AND a.said_by = a.provider AND a.tie <> 'withdrawn' AND a.said_by <> $1 AND NOT EXISTS (SELECT 1 FROM application k WHERE k.person = a.person AND k.provider = a.provider AND k.said_by = $1 AND k.ended IS NULL AND k.tie <> 'withdrawn') ORDER BY a.id";
    ADD_TIE = "INSERT INTO application (id, person, provider, tie, day, said_by, made) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    TIES_OF = "SELECT a.id, a.person, a.provider, COALESCE(o.name, a.provider), a.tie, a.day, a.said_by FROM application a LEFT JOIN organisation o ON o.id = a.provider WHERE a.person = $1 AND a.ended IS NULL ORDER BY a.id DESC";
    SEND = "INSERT INTO result_send (id, school, file_name, file_hash, rows_read, rows_kept, faults, state, checked_at, account, made) VALUES ($1, $2, $3, $4, $5, $6, $7, 'checked', $8, $9, $10)";
    ONE = "SELECT id, school, file_name, file_hash, rows_read, rows_kept, faults, state, checked_at, COALESCE(sent_at, '') FROM result_send WHERE id = $1";
    OF_SCHOOL = "SELECT id, school, file_name, file_hash, rows_read, rows_kept, faults, state, checked_at, COALESCE(sent_at, '') FROM result_send WHERE school = $1 ORDER BY id DESC LIMIT 30";
    MOVE = "UPDATE result_send SET state = $1, sent_at = $2 WHERE id = $3 AND state = $4";
    FORGET = "DELETE FROM result_row WHERE send = $1";
    PEOPLE = "SELECT DISTINCT person FROM result_row WHERE send = $1 ORDER BY person";
    PASSES = "SELECT p.person, p.provider, COALESCE(o.name, p.provider), p.passed_at, COALESCE(p.seen_at, '') FROM result_pass p LEFT JOIN organisation o ON o.id = p.provider WHERE p.send = $1 ORDER BY 3, p.person";
    FOR_PROVIDER = "SELECT p.send, p.person, s.school, COALESCE(o.name, s.school), p.passed_at, r.series, r.subject, r.level, r.grade, r.line FROM result_pass p JOIN result_send s ON s.id = p.send LEFT JOIN organisation o ON o.id = s.school JOIN result_row r ON r.send = p.send AND r.person = p.person WHERE p.provider = $1 AND s.state = 'sent' ORDER BY p.person, p.send DESC, r.line";
}

/// What stands between one person and one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tied {
    pub id: i64,
    pub person: i64,
    pub provider: String,
    pub provider_name: String,
    pub tie: Tie,
    pub day: Date,
    pub said_by: String,
}

/// A file of results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    pub id: i64,
    pub school: String,
    pub file_name: String,
    pub file_hash: String,
    pub read: i64,
    pub kept: i64,
    /// Rows that cannot be used, as JSON: line and why.
    pub faults: String,
    /// checked, sent, withdrawn.
    pub state: String,
    pub checked_at: String,
    pub sent_at: String,
}

/// Whose results a provider was given, and whether it looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    pub person: i64,
    pub provider: String,
    pub provider_name: String,
    pub passed_at: String,
    pub seen_at: String,
}

/// A result as a provider has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Had {
    pub send: i64,
    pub person: i64,
    pub school: String,
    pub school_name: String,
    pub passed_at: String,
    pub graded: Graded,
}

fn tied(row: &Row<'_>) -> Result<Tied, StoreError> {
    let tie = row.text(4)?;
    Ok(Tied {
        id: row.int(0)?,
        person: row.int(1)?,
        provider: row.text(2)?,
        provider_name: row.text(3)?,
        // A word of ours that is not known any more lets nothing pass.
        tie: Tie::from_name(&tie).unwrap_or(Tie::Withdrawn),
        day: row.date(5)?,
        said_by: row.text(6)?,
    })
}

/// Says what stands between a person and a provider from now on, as one side tells it; its number.
///
/// A school's word, and a provider's that it is over, settle the matter: whatever was said before ends. That
/// a provider made an offer stands beside what the school said and takes nothing of it back.
pub async fn tie(
    tx: &mut Tx,
    change: ChangeId,
    (person, provider): (i64, &str),
    (tie, day, said_by): (Tie, Date, &str),
) -> Result<i64, StoreError> {
    match said_by == provider && tie.stands() {
        true => tx.run(END_WORD, args![change.0, person, provider, said_by]).await?,
        false => tx.run(END_TIES, args![change.0, person, provider]).await?,
    };
    let id = changes::take(tx, "application", 1).await?;
    tx.run(ADD_TIE, args![id, person, provider, tie.name(), day, said_by, change.0]).await?;
    Ok(id)
}

pub async fn ties_of(tx: &mut Tx, person: i64) -> Result<Vec<Tied>, StoreError> {
    tx.rows(TIES_OF, args![person], tied).await
}

/// Offers that providers told of and that a school has not said stand, the oldest first, of everybody.
pub async fn unconfirmed(tx: &mut Tx, school: &str) -> Result<Vec<Tied>, StoreError> {
    tx.rows(UNCONFIRMED, args![school], tied).await
}

/// What stands for each of these people, by person.
pub async fn ties(tx: &mut Tx, people: &[i64]) -> Result<BTreeMap<i64, Vec<Tied>>, StoreError> {
    let mut found: BTreeMap<i64, Vec<Tied>> = BTreeMap::new();
    let of = "SELECT a.id, a.person, a.provider, COALESCE(o.name, a.provider), a.tie, a.day, a.said_by \
              FROM application a LEFT JOIN organisation o ON o.id = a.provider \
              WHERE a.ended IS NULL AND a.person";
    for one in tx.rows_in((of, "ORDER BY a.id"), args![], people, tied).await? {
        found.entry(one.person).or_default().push(one);
    }
    Ok(found)
}

fn send(row: &Row<'_>) -> Result<Send, StoreError> {
    Ok(Send {
        id: row.int(0)?,
        school: row.text(1)?,
        file_name: row.text(2)?,
        file_hash: row.text(3)?,
        read: row.int(4)?,
        kept: row.int(5)?,
        faults: row.text(6)?,
        state: row.text(7)?,
        checked_at: row.text(8)?,
        sent_at: row.text(9)?,
    })
}

/// Keeps a checked file with its rows: line, person, result. The number, state and instants of `s` but
/// `checked_at` are not read.
pub async fn add(
    tx: &mut Tx,
    change: ChangeId,
    (s, account): (&Send, Option<i64>),
    rows: &[(i64, i64, Graded)],
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "result_send", 1).await?;
    let faults = tx.seal(&Cell::new("result_send", id, "faults"), &s.faults)?;
    let bound = args![
        id,
        &s.school,
        &s.file_name,
        &s.file_hash,
        s.read,
        s.kept,
        faults,
        &s.checked_at,
        account,
        change.0
    ];
    tx.run(SEND, bound).await?;
    let columns = ["send", "line", "person", "series", "subject", "level", "grade"];
    let rows: Vec<Vec<Value>> = rows
        .iter()
        .map(|(line, person, g)| {
            args![id, *line, *person, &g.series, &g.subject, &g.level, &g.grade].to_vec()
        })
        .collect();
    if !rows.is_empty() {
        tx.insert("result_row", &columns, &rows).await?;
    }
    Ok(id)
}

/// A file as it is read, with what its school sent opened.
fn opened(tx: &Tx, mut s: Send) -> Result<Send, StoreError> {
    sealed::open(tx, "result_send", (s.id, None), [("faults", &mut s.faults)])?;
    Ok(s)
}

pub async fn one(tx: &mut Tx, id: i64) -> Result<Option<Send>, StoreError> {
    let kept = tx.one(ONE, args![id], send).await?;
    kept.map(|kept| opened(tx, kept)).transpose()
}

/// The newest files of a school.
pub async fn of_school(tx: &mut Tx, school: &str) -> Result<Vec<Send>, StoreError> {
    let kept = tx.rows(OF_SCHOOL, args![school], send).await?;
    kept.into_iter().map(|kept| opened(tx, kept)).collect()
}

/// Moves a file from one state to another; whether it was in the first.
pub async fn move_state(
    tx: &mut Tx,
    id: i64,
    (from, to): (&str, &str),
    at: Option<&str>,
) -> Result<bool, StoreError> {
    let at = at.map(str::to_owned);
    Ok(tx.run(MOVE, args![to, at, id, from]).await? == 1)
}

/// Forgets the rows of a file.
pub async fn forget(tx: &mut Tx, id: i64) -> Result<(), StoreError> {
    tx.run(FORGET, args![id]).await?;
    Ok(())
}

/// Whose results a file holds.
pub async fn people(tx: &mut Tx, id: i64) -> Result<Vec<i64>, StoreError> {
    tx.rows(PEOPLE, args![id], |row| row.int(0)).await
}

/// Gives providers the results of people: person and provider.
pub async fn pass(
    tx: &mut Tx,
    send: i64,
    at: &str,
    passes: &[(i64, String)],
) -> Result<(), StoreError> {
    let columns = ["send", "person", "provider", "passed_at"];
    let rows: Vec<Vec<Value>> = passes
        .iter()
        .map(|(person, provider)| args![send, *person, provider, at].to_vec())
        .collect();
    if !rows.is_empty() {
        tx.insert("result_pass", &columns, &rows).await?;
    }
    Ok(())
}

/// Who has the results of a file.
pub async fn passed(tx: &mut Tx, send: i64) -> Result<Vec<Passed>, StoreError> {
    tx.rows(PASSES, args![send], |row| {
        Ok(Passed {
            person: row.int(0)?,
            provider: row.text(1)?,
            provider_name: row.text(2)?,
            passed_at: row.text(3)?,
            seen_at: row.text(4)?,
        })
    })
    .await
}

/// What a provider was ever given, by person, the newest file of each first.
pub async fn of_provider(tx: &mut Tx, provider: &str) -> Result<Vec<Had>, StoreError> {
    let read = |row: &Row<'_>| {
        let had = Had {
            send: row.int(0)?,
            person: row.int(1)?,
            school: row.text(2)?,
            school_name: row.text(3)?,
            passed_at: row.text(4)?,
            graded: Graded {
                series: row.text(5)?,
                subject: row.text(6)?,
                level: row.text(7)?,
                grade: row.text(8)?,
            },
        };
        Ok((row.int(9)?, had))
    };
    let mut all = tx.rows(FOR_PROVIDER, args![provider], read).await?;
    for (line, Had { send, graded, .. }) in &mut all {
        let Graded { series, subject, level, grade } = graded;
        let cells = [("series", series), ("subject", subject), ("level", level), ("grade", grade)];
        sealed::open(tx, "result_row", (*send, Some(*line)), cells)?;
    }
    Ok(all.into_iter().map(|(_, had)| had).collect())
}

/// Writes down that a provider looked, the first time that it does.
pub async fn seen(
    tx: &mut Tx,
    (provider, send): (&str, i64),
    people: &[i64],
    (at, by): (&str, Option<i64>),
) -> Result<(), StoreError> {
    let sql = "UPDATE result_pass SET seen_at = $1, seen_by = $2 WHERE provider = $3 AND send = $4 \
               AND seen_at IS NULL AND person";
    tx.run_in(sql, args![at, by, provider, send], people).await?;
    Ok(())
}
