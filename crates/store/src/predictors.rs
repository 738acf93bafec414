//! Predictors, their states, the runs made by them and what was chosen about people on their lists.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Scope;
use domain::person::ChangeId;
use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx, Value};
use crate::statements::statements;
use crate::{args, changes, scope, sealed};

statements! {
    INSERT = "INSERT INTO predictor (id, point, target, day, hash, content, made) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ALL = "SELECT p.id, p.point, p.target, p.day, p.hash, p.content, COALESCE((SELECT s.state FROM predictor_state s WHERE s.predictor = p.id ORDER BY s.id DESC LIMIT 1), 'researched'), c.at FROM predictor p JOIN change c ON c.id = p.made ORDER BY p.id DESC";
    STATE = "INSERT INTO predictor_state (id, predictor, state, signed_by, reason, made) VALUES ($1, $2, $3, $4, $5, $6)";
    STATES = "SELECT s.state, s.signed_by, s.reason, c.at FROM predictor_state s JOIN change c ON c.id = s.made WHERE s.predictor = $1 ORDER BY s.id";
    LIVES = "SELECT p.id, p.point, s.state, s.signed_by, s.reason, c.at FROM predictor_state s JOIN predictor p ON p.id = s.predictor JOIN change c ON c.id = s.made ORDER BY p.id DESC, s.id";
    RUN = "INSERT INTO predictor_run (id, predictor, point, day, expires, way, as_known, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    RUNS = "SELECT r.id, r.predictor, r.point, r.day, r.expires, r.way, c.at FROM predictor_run r JOIN change c ON c.id = r.made ORDER BY r.id DESC LIMIT 200";
    OF_PERSON = "SELECT r.id, r.predictor, r.point, r.day, r.expires, r.way, c.at, s.chance, s.points, s.school, s.content, s.held_out FROM predictor_score s JOIN predictor_run r ON r.id = s.run JOIN change c ON c.id = r.made WHERE s.person = $1 ORDER BY r.id DESC";
    PARTS = "SELECT DISTINCT COALESCE(o.name, p.school), (SELECT MAX(h.locality) FROM address h WHERE h.person = p.person AND h.ended IS NULL AND h.to_day IS NULL) FROM predictor_score s JOIN particulars p ON p.person = s.person AND p.ended IS NULL LEFT JOIN organisation o ON o.id = p.school WHERE s.run = $1";
    CHOOSE = "INSERT INTO support_choice (id, person, choice, reason, until, account, made) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UNCHOOSE = "UPDATE support_choice SET ended = $1 WHERE person = $2 AND ended IS NULL";
    CHOICES = "SELECT person, choice, reason, until, account FROM support_choice WHERE ended IS NULL AND until >= $1";
    WATCH = "INSERT INTO predictor_watch (id, predictor, month, alarms, content, made) VALUES ($1, $2, $3, $4, $5, $6)";
    WATCHED = "SELECT w.month, w.alarms, w.content, c.at FROM predictor_watch w JOIN change c ON c.id = w.made WHERE w.predictor = $1 ORDER BY w.month DESC, w.id DESC";
    ENTER = "INSERT INTO predictor_entry (id, register, title, content, account, made) VALUES ($1, $2, $3, $4, $5, $6)";
    END_ENTRY = "UPDATE predictor_entry SET ended = $1 WHERE register = $2 AND title = $3 AND ended IS NULL";
    ENTRIES = "SELECT e.id, e.title, e.content, COALESCE(a.name, 'the system'), c.at, e.ended FROM predictor_entry e JOIN change c ON c.id = e.made LEFT JOIN account a ON a.id = e.account WHERE e.register = $1 ORDER BY e.id DESC";
}

/// A predictor as kept. `content` is the engine's model and its evidence as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predictor {
    pub id: i64,
    pub point: String,
    pub target: String,
    /// The day it was fitted on.
    pub day: Date,
    pub hash: String,
    pub content: String,
    pub state: String,
    pub at: String,
}

pub async fn add(
    tx: &mut Tx,
    change: ChangeId,
    (point, target, day): (&str, &str, Date),
    (hash, content): (&str, &str),
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "predictor", 1).await?;
    tx.run(INSERT, args![id, point, target, day, hash, content, change.0]).await?;
    Ok(id)
}

/// All, the newest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Predictor>, StoreError> {
    tx.rows(ALL, args![], |row| {
        Ok(Predictor {
            id: row.int(0)?,
            point: row.text(1)?,
            target: row.text(2)?,
            day: row.date(3)?,
            hash: row.text(4)?,
            content: row.text(5)?,
            state: row.text(6)?,
            at: row.text(7)?,
        })
    })
    .await
}

pub async fn set_state(
    tx: &mut Tx,
    change: ChangeId,
    predictor: i64,
    (state, signed_by, reason): (&str, &str, &str),
) -> Result<(), StoreError> {
    let id = changes::take(tx, "predictor_state", 1).await?;
    tx.run(STATE, args![id, predictor, state, signed_by, reason, change.0]).await?;
    Ok(())
}

/// A step of a predictor's life: state, who signed, why, when.
pub type Step = (String, String, String, String);

pub async fn states(tx: &mut Tx, predictor: i64) -> Result<Vec<Step>, StoreError> {
    tx.rows(STATES, args![predictor], |row| step(row, 0)).await
}

fn step(row: &Row<'_>, at: usize) -> Result<Step, StoreError> {
    Ok((row.text(at)?, row.text(at + 1)?, row.text(at + 2)?, row.text(at + 3)?))
}

/// What became of a predictor, without what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    pub id: i64,
    pub point: String,
    /// At least one, the oldest first.
    pub steps: Vec<Step>,
}

/// The lives of all that somebody has signed for, the newest first.
pub async fn lives(tx: &mut Tx) -> Result<Vec<Life>, StoreError> {
    let read = |row: &Row<'_>| Ok((row.int(0)?, row.text(1)?, step(row, 2)?));
    let mut lives: Vec<Life> = Vec::new();
    for (id, point, step) in tx.rows(LIVES, args![], read).await? {
        match lives.last_mut().filter(|life| life.id == id) {
            Some(life) => life.steps.push(step),
            None => lives.push(Life { id, point, steps: vec![step] }),
        }
    }
    Ok(lives)
}

/// One time that everybody of a point was given a chance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub id: i64,
    pub predictor: i64,
    pub point: String,
    pub day: Date,
    pub expires: Date,
    pub way: String,
    pub at: String,
}

/// A chance as kept. `content` is reasons and gaps as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    pub person: i64,
    pub chance: f64,
    pub points: f64,
    pub school: Option<String>,
    pub content: String,
    /// Drawn by lot to be left off lists, to learn what support does.
    pub held_out: bool,
}

fn run(row: &Row<'_>) -> Result<Run, StoreError> {
    Ok(Run {
        id: row.int(0)?,
        predictor: row.int(1)?,
        point: row.text(2)?,
        day: row.date(3)?,
        expires: row.date(4)?,
        way: row.text(5)?,
        at: row.text(6)?,
    })
}

/// Keeps a run and its chances; its number. `id` and `at` of the run are not read.
pub async fn add_run(
    tx: &mut Tx,
    change: ChangeId,
    r: &Run,
    (as_known, scores): (ChangeId, &[Score]),
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "predictor_run", 1).await?;
    tx.run(RUN, args![id, r.predictor, &r.point, r.day, r.expires, &r.way, as_known.0, change.0])
        .await?;
    let rows: Vec<Vec<Value>> = scores
        .iter()
        .map(|s| {
            let held_out = i64::from(s.held_out);
            args![id, s.person, s.chance, s.points, s.school.clone(), &s.content, held_out].to_vec()
        })
        .collect();
    let columns = ["run", "person", "chance", "points", "school", "content", "held_out"];
    tx.insert("predictor_score", &columns, &rows).await?;
    Ok(id)
}

/// Runs, the newest first.
pub async fn runs(tx: &mut Tx) -> Result<Vec<Run>, StoreError> {
    tx.rows(RUNS, args![], run).await
}

/// Somebody on a run within the reader's reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    pub score: Score,
    pub given: String,
    pub family: String,
    pub born: Option<String>,
    pub school_now: Option<String>,
    pub locality: Option<String>,
    pub last_contact: Option<Date>,
    pub adviser: Option<String>,
    /// The number by which returns know them.
    pub ypid: String,
    pub upn: Option<String>,
}

/// Everybody of a run whom the scope reaches, by chance.
pub async fn scored(tx: &mut Tx, reader: &Scope, run: i64) -> Result<Vec<Scored>, StoreError> {
    let mut binds = args![run].to_vec();
    let (within, more) = scope::condition(reader, binds.len() + 1);
    binds.extend(more);
    let sql = format!(
        "SELECT s.person, s.chance, s.points, s.school, s.content, COALESCE(p.given_name, ''), \
         COALESCE(p.family_name, ''), p.date_of_birth, COALESCE(o.name, p.school), \
         (SELECT MAX(h.locality) FROM address h WHERE h.person = p.person AND h.ended IS NULL AND h.to_day IS NULL), \
         (SELECT MAX(k.day) FROM contact k WHERE k.person = p.person AND k.ended IS NULL), \
         (SELECT MAX(b.name) FROM assignment a JOIN account b ON b.id = a.adviser WHERE a.person = p.person AND a.ended IS NULL AND a.to_day IS NULL), \
         y.ypid, p.upn, s.held_out \
         FROM predictor_score s JOIN young_person y ON y.id = s.person JOIN particulars p ON p.person = s.person AND p.ended IS NULL \
         LEFT JOIN organisation o ON o.id = p.school \
         WHERE s.run = $1 AND {within} ORDER BY s.chance DESC, s.person"
    );
    let mut all = tx
        .rows(&sql, &binds, |row| {
            Ok(Scored {
                score: score(row, 0, 14)?,
                given: row.text(5)?,
                family: row.text(6)?,
                born: row.opt_text(7)?,
                school_now: row.opt_text(8)?,
                locality: row.opt_text(9)?,
                last_contact: row.opt_date(10)?,
                adviser: row.opt_text(11)?,
                ypid: row.text(12)?,
                upn: row.opt_text(13)?,
            })
        })
        .await?;
    for one in &mut all {
        open(tx, run, &mut one.score)?;
    }
    Ok(all)
}

/// Schools and localities of those on a run, as they stand now: each pair once.
pub async fn parts(
    tx: &mut Tx,
    run: i64,
) -> Result<Vec<(Option<String>, Option<String>)>, StoreError> {
    tx.rows(PARTS, args![run], |row| Ok((row.opt_text(0)?, row.opt_text(1)?))).await
}

fn score(row: &Row<'_>, at: usize, held_out: usize) -> Result<Score, StoreError> {
    Ok(Score {
        person: row.int(at)?,
        chance: row.real(at + 1)?,
        points: row.real(at + 2)?,
        school: row.opt_text(at + 3)?,
        content: row.text(at + 4)?,
        held_out: row.int(held_out)? > 0,
    })
}

/// Opens a chance that was read as it is kept.
fn open(tx: &Tx, run: i64, score: &mut Score) -> Result<(), StoreError> {
    let key = (run, Some(score.person));
    sealed::open(tx, "predictor_score", key, [("content", &mut score.content)])
}

/// The chances that one person was given, the newest first.
pub async fn of_person(tx: &mut Tx, person: i64) -> Result<Vec<(Run, Score)>, StoreError> {
    let mut all = tx
        .rows(OF_PERSON, args![person], |row| {
            let score = Score {
                person,
                chance: row.real(7)?,
                points: row.real(8)?,
                school: row.opt_text(9)?,
                content: row.text(10)?,
                held_out: row.int(11)? > 0,
            };
            Ok((run(row)?, score))
        })
        .await?;
    for (run, score) in &mut all {
        open(tx, run.id, score)?;
    }
    Ok(all)
}

/// What somebody decided, until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub choice: String,
    pub reason: String,
    pub until: Date,
    pub account: Option<i64>,
}

/// Puts a choice in the place of the one before; `None` leaves none.
pub async fn choose(
    tx: &mut Tx,
    change: ChangeId,
    person: i64,
    chosen: Option<&Chosen>,
) -> Result<(), StoreError> {
    tx.run(UNCHOOSE, args![change.0, person]).await?;
    if let Some(c) = chosen {
        let id = changes::take(tx, "support_choice", 1).await?;
        let row = args![id, person, &c.choice, &c.reason, c.until, c.account, change.0].to_vec();
        tx.run(CHOOSE, &row).await?;
    }
    Ok(())
}

/// Choices that hold on a day, by person.
pub async fn choices(tx: &mut Tx, on: Date) -> Result<BTreeMap<i64, Chosen>, StoreError> {
    let on = args![on].to_vec();
    let rows = tx.rows(CHOICES, &on, |row| {
        let chosen = Chosen {
            choice: row.text(1)?,
            reason: row.text(2)?,
            until: row.date(3)?,
            account: row.opt_int(4)?,
        };
        Ok((row.int(0)?, chosen))
    });
    Ok(rows.await?.into_iter().collect())
}

pub async fn watch(
    tx: &mut Tx,
    change: ChangeId,
    (predictor, month): (i64, &str),
    (alarms, content): (i64, &str),
) -> Result<(), StoreError> {
    let id = changes::take(tx, "predictor_watch", 1).await?;
    tx.run(WATCH, args![id, predictor, month, alarms, content, change.0]).await?;
    Ok(())
}

/// A month that was watched: month, alarms, content, when.
pub type Watched = (String, i64, String, String);

/// The months watched, the newest first.
pub async fn watched(tx: &mut Tx, predictor: i64) -> Result<Vec<Watched>, StoreError> {
    tx.rows(WATCHED, args![predictor], |row| {
        Ok((row.text(0)?, row.int(1)?, row.text(2)?, row.text(3)?))
    })
    .await
}

/// An entry of a register beside the predictors, in one of its wordings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: i64,
    pub title: String,
    pub content: String,
    pub by: String,
    pub at: String,
    pub stands: bool,
}

/// Writes an entry; one of the same title stays as an earlier wording.
pub async fn enter(
    tx: &mut Tx,
    change: ChangeId,
    (register, title): (&str, &str),
    (content, account): (&str, Option<i64>),
) -> Result<(), StoreError> {
    tx.run(END_ENTRY, args![change.0, register, title]).await?;
    let id = changes::take(tx, "predictor_entry", 1).await?;
    tx.run(ENTER, args![id, register, title, content, account, change.0]).await?;
    Ok(())
}

/// Every wording of a register, the newest first.
pub async fn entries(tx: &mut Tx, register: &str) -> Result<Vec<Entry>, StoreError> {
    tx.rows(ENTRIES, args![register], |row| {
        Ok(Entry {
            id: row.int(0)?,
            title: row.text(1)?,
            content: row.text(2)?,
            by: row.text(3)?,
            at: row.text(4)?,
            stands: row.opt_int(5)?.is_none(),
        })
    })
    .await
}

/// Of these people, those whose processing is restricted, or of whom a request stops predictions: an
/// objection from the day it is taken in. In order.
///
/// The one place to ask: whoever keeps objections answers here.
pub async fn objecting(tx: &mut Tx, people: &[i64]) -> Result<Vec<i64>, StoreError> {
    let requests = crate::rights::stopping(tx, people).await?;
    let mut found: BTreeSet<i64> =
        requests.iter().filter(|r| r.stops_prediction()).map(|r| r.person).collect();
    let restricted =
        "SELECT person FROM particulars WHERE ended IS NULL AND restricted = 'Y' AND person";
    found.extend(tx.rows_in((restricted, ""), args![], people, |row| row.int(0)).await?);
    Ok(found.into_iter().collect())
}
