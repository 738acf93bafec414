//! The ratings that stand on a day, and new ones. A version brings its ratings; what a person confirms
//! from its day on stands over them. Every question is a look-up by cell, so twenty years of ratings
//! cost a page no more than one.

use domain::calendar::Day;
use domain::person::ChangeId;
use domain::plan::{ActionId, Cell, Mark, Marks, OutcomeId, Rating};

use super::Version;
use crate::engine::{Row, StoreError, Tx, Value};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    OUTCOMES = "SELECT o.outcome, CAST(NULL AS BIGINT), r.id, r.on_day, r.rating, r.by_name, r.reason, r.suggested, r.because FROM plan_outcome o JOIN plan_rating r ON r.id = (SELECT x.id FROM plan_rating x WHERE x.plan = $1 AND x.outcome = o.outcome AND x.action IS NULL AND x.ended IS NULL AND x.on_day <= $2 AND (x.version = $3 OR (x.version IS NULL AND x.on_day >= $4)) ORDER BY x.on_day DESC, x.id DESC LIMIT 1) WHERE o.version = $3";
    ACTIONS = "SELECT o.outcome, o.action, r.id, r.on_day, r.rating, r.by_name, r.reason, r.suggested, r.because FROM plan_line o JOIN plan_rating r ON r.id = (SELECT x.id FROM plan_rating x WHERE x.plan = $1 AND x.outcome = o.outcome AND x.action = o.action AND x.ended IS NULL AND x.on_day <= $2 AND (x.version = $3 OR (x.version IS NULL AND x.on_day >= $4)) ORDER BY x.on_day DESC, x.id DESC LIMIT 1) WHERE o.version = $3";
    OF_OUTCOME = "SELECT outcome, action, id, on_day, rating, by_name, reason, suggested, because FROM plan_rating WHERE plan = $1 AND outcome = $2 AND ended IS NULL ORDER BY on_day DESC, id DESC";
    DAYS = "SELECT on_day, COUNT(*) FROM plan_rating WHERE plan = $1 AND ended IS NULL GROUP BY on_day ORDER BY on_day";
    DIFFER = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN suggested <> rating THEN 1 ELSE 0 END), 0) FROM plan_rating WHERE plan = $1 AND action IS NULL AND ended IS NULL AND suggested IS NOT NULL AND suggested <> 'unrated' AND version IS NULL";
}

/// Every mark that stands on a day under a version. Days: a day before the version's own is its own.
pub async fn on(tx: &mut Tx, version: &Version, day: Day) -> Result<Marks, StoreError> {
    let day = day.max(version.rated_on);
    let asked = args![version.plan, day, version.id, version.rated_on];
    let mut marks: Marks = tx.rows(OUTCOMES, asked, read).await?.into_iter().collect();
    marks.extend(tx.rows(ACTIONS, asked, read).await?);
    Ok(marks)
}

/// Every rating an outcome and its actions have had, newest first.
pub async fn of_outcome(
    tx: &mut Tx,
    plan: i64,
    outcome: OutcomeId,
) -> Result<Vec<(Cell, Mark)>, StoreError> {
    tx.rows(OF_OUTCOME, args![plan, outcome.0], read).await
}

/// The days on which anything was rated, with how many ratings, oldest first.
pub async fn days(tx: &mut Tx, plan: i64) -> Result<Vec<(Day, i64)>, StoreError> {
    tx.rows(DAYS, args![plan], |row| Ok((row.date(0)?, row.int(1)?))).await
}

/// How many ratings of outcomes answered a proposal, and how many of them differ from it.
pub async fn differing(tx: &mut Tx, plan: i64) -> Result<(i64, i64), StoreError> {
    let found = tx.one(DIFFER, args![plan], |row| Ok((row.int(0)?, row.int(1)?))).await?;
    Ok(found.unwrap_or((0, 0)))
}

/// A rating that a person sets.
#[derive(Clone, Debug)]
pub struct New<'a> {
    pub cell: Cell,
    pub on: Day,
    pub rating: Rating,
    pub by: &'a str,
    pub reason: Option<&'a str>,
    pub suggested: Option<Rating>,
    pub because: Option<&'a str>,
}

/// Writes ratings; older ones stay where they are.
pub async fn add(
    tx: &mut Tx,
    change: ChangeId,
    plan: i64,
    new: &[New<'_>],
) -> Result<(), StoreError> {
    let count = i64::try_from(new.len()).unwrap_or(i64::MAX);
    let first = changes::take(tx, "plan_rating", count).await?;
    let rows: Vec<Vec<Value>> = (first..)
        .zip(new)
        .map(|(id, n)| {
            args![
                id,
                plan,
                n.cell.outcome.0,
                n.cell.action.map(|action| action.0),
                n.on,
                n.rating.word(),
                n.suggested.map(Rating::word),
                n.because,
                n.reason,
                n.by,
                change.0,
            ]
            .to_vec()
        })
        .collect();
    let columns = [
        "id",
        "plan",
        "outcome",
        "action",
        "on_day",
        "rating",
        "suggested",
        "because",
        "reason",
        "by_name",
        "made",
    ];
    tx.insert("plan_rating", &columns, &rows).await
}

fn read(row: &Row<'_>) -> Result<(Cell, Mark), StoreError> {
    let id = row.int(2)?;
    let rating = |word: String| {
        Rating::read(&word).ok_or(StoreError::Inconsistent {
            table: "plan_rating",
            id: id.to_string(),
            what: word,
        })
    };
    let cell = Cell { outcome: OutcomeId(row.int(0)?), action: row.opt_int(1)?.map(ActionId) };
    let mark = Mark {
        id,
        on: row.date(3)?,
        rating: rating(row.text(4)?)?,
        by: row.opt_text(5)?,
        reason: row.opt_text(6)?,
        suggested: row.opt_text(7)?.map(rating).transpose()?,
        because: row.opt_text(8)?,
    };
    Ok((cell, mark))
}
