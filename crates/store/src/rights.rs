//! Requests of young people about their own data with the steps taken, what is taken out of a pack, and
//! the records whose use stands stopped. What is held about one person, over all tables, is `held`'s.

mod held;

pub(crate) use held::STATEMENTS as HELD_STATEMENTS;
pub use held::{Held, erase, held, same};

use std::collections::{BTreeMap, BTreeSet};

use domain::consent::Speaker;
use domain::person::ChangeId;
use domain::rights::{Removal, Request, Right, Step, Taken, Why};
use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx, Value};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes, sealed};

statements! {
    INSERT = "INSERT INTO right_request (id, person, kind, said_by, words, received, made) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ALL = "SELECT id, person, kind, said_by, words, received FROM right_request ORDER BY received, id";
    ONE = "SELECT id, person, kind, said_by, words, received FROM right_request WHERE id = $1";
    OF_PERSON = "SELECT id, person, kind, said_by, words, received FROM right_request WHERE person = $1 ORDER BY received, id";
    STOPPING = "SELECT id, person, kind, said_by, words, received FROM right_request WHERE kind IN ('objection', 'restriction') ORDER BY id";
    STEP = "INSERT INTO right_step (id, request, step, words, day, made) VALUES ($1, $2, $3, $4, $5, $6)";
    STEPS = "SELECT s.request, s.step, s.words, s.day, COALESCE(a.name, 'the system'), s.id FROM right_step s JOIN change c ON c.id = s.made LEFT JOIN account a ON a.id = c.account ORDER BY s.id";
    STEPS_OF = "SELECT s.request, s.step, s.words, s.day, COALESCE(a.name, 'the system'), s.id FROM right_step s JOIN change c ON c.id = s.made LEFT JOIN account a ON a.id = c.account WHERE s.request = $1 ORDER BY s.id";
    REMOVE = "INSERT INTO right_removal (id, request, item, words, why, made) VALUES ($1, $2, $3, $4, $5, $6)";
    REMOVALS = "SELECT id, item, words, why FROM right_removal WHERE request = $1 AND ended IS NULL ORDER BY id";
    PUT_BACK = "UPDATE right_removal SET ended = $1 WHERE id = $2 AND request = $3 AND ended IS NULL";
    STOP = "INSERT INTO use_stop (request, person, made) VALUES ($1, $2, $3)";
    LIFT = "UPDATE use_stop SET ended = $1 WHERE request = $2 AND ended IS NULL";
    STOPPED = "SELECT DISTINCT person FROM use_stop WHERE ended IS NULL";
}

fn unknown(table: &'static str, id: i64, what: &str) -> StoreError {
    StoreError::Inconsistent { table, id: id.to_string(), what: format!("no such {what}") }
}

fn read(row: &Row<'_>) -> Result<Request, StoreError> {
    let id = row.int(0)?;
    let kind = row.text(2)?;
    let by = row.text(3)?;
    Ok(Request {
        id,
        person: row.int(1)?,
        right: Right::from_name(&kind).ok_or_else(|| unknown("right_request", id, "right"))?,
        by: Speaker::from_name(&by).ok_or_else(|| unknown("right_request", id, "speaker"))?,
        words: row.text(4)?,
        received: row.date(5)?,
        steps: Vec::new(),
    })
}

/// Requests without their steps, their words as they were written.
async fn requests(tx: &mut Tx, sql: &str, binds: &[Value]) -> Result<Vec<Request>, StoreError> {
    let mut all = tx.rows(sql, binds, read).await?;
    for one in &mut all {
        sealed::open(tx, "right_request", (one.id, None), [("words", &mut one.words)])?;
    }
    Ok(all)
}

/// Steps with the number of the request of each.
async fn steps(tx: &mut Tx, sql: &str, binds: &[Value]) -> Result<Vec<(i64, Taken)>, StoreError> {
    let kept = tx.rows(sql, binds, |row| Ok((row.int(5)?, read_step(row)?))).await?;
    let opened = |(id, (request, mut taken)): (i64, (i64, Taken))| {
        sealed::open(tx, "right_step", (id, None), [("words", &mut taken.words)])?;
        Ok((request, taken))
    };
    kept.into_iter().map(opened).collect()
}

fn read_step(row: &Row<'_>) -> Result<(i64, Taken), StoreError> {
    let request = row.int(0)?;
    let step = row.text(1)?;
    let taken = Taken {
        step: Step::from_name(&step).ok_or_else(|| unknown("right_step", request, "step"))?,
        words: row.text(2)?,
        day: row.date(3)?,
        by: row.text(4)?,
    };
    Ok((request, taken))
}

/// Keeps a request; its number. `id` and `steps` are not read.
pub async fn add(tx: &mut Tx, change: ChangeId, r: &Request) -> Result<i64, StoreError> {
    let id = changes::take(tx, "right_request", 1).await?;
    let (kind, by) = (r.right.name(), r.by.name());
    let words = tx.seal(&Cell::new("right_request", id, "words"), &r.words)?;
    tx.run(INSERT, args![id, r.person, kind, by, words, r.received, change.0]).await?;
    Ok(id)
}

/// Every request with its steps, the oldest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Request>, StoreError> {
    let mut requests = requests(tx, ALL, args![]).await?;
    for (request, taken) in steps(tx, STEPS, args![]).await? {
        if let Some(one) = requests.iter_mut().find(|one| one.id == request) {
            one.steps.push(taken);
        }
    }
    Ok(requests)
}

pub async fn one(tx: &mut Tx, id: i64) -> Result<Option<Request>, StoreError> {
    let Some(mut request) = requests(tx, ONE, args![id]).await?.pop() else { return Ok(None) };
    request.steps =
        steps(tx, STEPS_OF, args![id]).await?.into_iter().map(|(_, taken)| taken).collect();
    Ok(Some(request))
}

/// One person's requests with their steps, the oldest first.
pub async fn of_person(tx: &mut Tx, person: i64) -> Result<Vec<Request>, StoreError> {
    let mut requests = requests(tx, OF_PERSON, args![person]).await?;
    for request in &mut requests {
        let steps = steps(tx, STEPS_OF, args![request.id]).await?;
        request.steps = steps.into_iter().map(|(_, taken)| taken).collect();
    }
    Ok(requests)
}

/// The requests of some people that may stop a use, with their steps: whichever of a person's numbers
/// they were made on.
pub async fn stopping(tx: &mut Tx, people: &[i64]) -> Result<Vec<Request>, StoreError> {
    let mut requests = requests(tx, STOPPING, args![]).await?;
    let merged = crate::linking::merged(tx).await?;
    let now = |person: i64| merged.get(&person).copied().unwrap_or(person);
    let mut asked: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    people.iter().for_each(|person| {
        asked.entry(now(*person)).or_default().insert(*person);
    });
    requests.retain(|request| asked.contains_key(&now(request.person)));
    for chunk in requests.chunks_mut(5_000) {
        let ids: Vec<i64> = chunk.iter().map(|request| request.id).collect();
        let sql = format!(
            "SELECT s.request, s.step, s.words, s.day, '', s.id FROM right_step s WHERE s.request {} ORDER BY s.id",
            tx.among(&ids)
        );
        for (request, taken) in steps(tx, &sql, args![]).await? {
            let one = chunk.iter_mut().find(|one| one.id == request);
            one.into_iter().for_each(|one| one.steps.push(taken.clone()));
        }
    }
    let of_all = requests.into_iter().flat_map(|request| {
        let people = asked.get(&now(request.person)).cloned().unwrap_or_default();
        people.into_iter().map(move |person| Request { person, ..request.clone() })
    });
    Ok(of_all.collect())
}

pub async fn step(
    tx: &mut Tx,
    change: ChangeId,
    request: i64,
    (step, words, day): (Step, &str, Date),
) -> Result<(), StoreError> {
    let id = changes::take(tx, "right_step", 1).await?;
    let words = tx.seal(&Cell::new("right_step", id, "words"), words)?;
    tx.run(STEP, args![id, request, step.name(), words, day, change.0]).await?;
    Ok(())
}

/// From now on the record is used for nothing.
pub async fn stop(
    tx: &mut Tx,
    change: ChangeId,
    (request, person): (i64, i64),
) -> Result<(), StoreError> {
    tx.run(STOP, args![request, person, change.0]).await?;
    Ok(())
}

pub async fn lift(tx: &mut Tx, change: ChangeId, request: i64) -> Result<(), StoreError> {
    tx.run(LIFT, args![change.0, request]).await?;
    Ok(())
}

/// Everybody whose record's use stands stopped, for whoever reads the register without a scope.
pub async fn stopped(tx: &mut Tx) -> Result<BTreeSet<i64>, StoreError> {
    Ok(tx.rows(STOPPED, args![], |row| row.int(0)).await?.into_iter().collect())
}

pub async fn remove(
    tx: &mut Tx,
    change: ChangeId,
    request: i64,
    removal: &Removal,
) -> Result<(), StoreError> {
    let id = changes::take(tx, "right_removal", 1).await?;
    let words = tx.seal(&Cell::new("right_removal", id, "words"), &removal.words)?;
    let (item, why) = (&removal.item, removal.why.name());
    tx.run(REMOVE, args![id, request, item, words, why, change.0]).await?;
    Ok(())
}

/// What a reviewer took out, with the number of each.
pub async fn removals(tx: &mut Tx, request: i64) -> Result<Vec<(i64, Removal)>, StoreError> {
    let mut kept = tx
        .rows(REMOVALS, args![request], |row| {
            let id = row.int(0)?;
            let why = row.text(3)?;
            let why = Why::from_name(&why).ok_or_else(|| unknown("right_removal", id, "reason"))?;
            Ok((id, Removal { item: row.text(1)?, words: row.text(2)?, why }))
        })
        .await?;
    for (id, removal) in &mut kept {
        sealed::open(tx, "right_removal", (*id, None), [("words", &mut removal.words)])?;
    }
    Ok(kept)
}

/// Puts back what was taken out; whether there was such a removal.
pub async fn put_back(
    tx: &mut Tx,
    change: ChangeId,
    (request, removal): (i64, i64),
) -> Result<bool, StoreError> {
    Ok(tx.run(PUT_BACK, args![change.0, removal, request]).await? == 1)
}
