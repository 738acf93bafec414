//! Loads one whole version as it was written.

use std::collections::BTreeMap;

use domain::calendar::Day;
use domain::plan::{
    Action, ActionId, ActionKind, Aim, ByWhen, Group, KeyEntry, Lead, Line, Meeting, Outcome,
    OutcomeId, ParentPlan, Plan, Rating, Seat, Sitting, link_references,
};

use crate::args;
use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;

statements! {
    HEAD = "SELECT title, first_year, last_year, rated_on, group_name, purpose, relationships FROM plan_version WHERE id = $1";
    KEY = "SELECT rating, mark, wording FROM plan_key WHERE version = $1 ORDER BY position";
    AIMS = "SELECT number, title FROM plan_aim WHERE version = $1 ORDER BY position";
    OUTCOMES = "SELECT outcome, aim, label, title, by_when, lead, additional FROM plan_outcome WHERE version = $1 ORDER BY position";
    ACTIONS = "SELECT action, words FROM plan_action WHERE version = $1 ORDER BY action";
    LINES = "SELECT outcome, action FROM plan_line WHERE version = $1 ORDER BY outcome, position";
    RATINGS = "SELECT outcome, action, rating FROM plan_rating WHERE version = $1";
    OBJECTIVES = "SELECT words FROM plan_objective WHERE version = $1 ORDER BY position";
    PARENTS = "SELECT title, indicators FROM plan_parent WHERE version = $1 ORDER BY position";
    SEATS = "SELECT body, post, sitting, person FROM plan_seat WHERE version = $1 ORDER BY position";
    MEETINGS = "SELECT day, weekday FROM plan_meeting WHERE version = $1 ORDER BY position";
    WARNINGS = "SELECT kind, place, line, sentence FROM plan_warning WHERE version = $1 ORDER BY position";
    HISTORY = "SELECT on_day, rating FROM plan_rating WHERE plan = $1 AND outcome = $2 AND action IS NULL AND ended IS NULL ORDER BY on_day, made, id";
}

/// What an import said was odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub kind: String,
    pub place: String,
    pub line: Option<i64>,
    pub sentence: String,
}

type Ratings = BTreeMap<(i64, Option<i64>), Rating>;

/// One version as it was written; none when there is no such version.
pub async fn load(tx: &mut Tx, version: i64) -> Result<Option<Plan>, StoreError> {
    let head = tx.one(HEAD, args![version], head).await?;
    let Some(mut plan) = head else { return Ok(None) };
    let read_rating =
        |row: &Row<'_>| Ok(((row.int(0)?, row.opt_int(1)?), rating(version, &row.text(2)?)?));
    let ratings: Ratings =
        tx.rows(RATINGS, args![version], read_rating).await?.into_iter().collect();
    plan.actions = tx.rows(ACTIONS, args![version], action).await?.into_iter().collect();
    plan.aims = tree(tx, version, &ratings).await?;
    let key = |row: &Row<'_>| {
        let rating = rating(version, &row.text(0)?)?;
        Ok(KeyEntry { rating, mark: row.text(1)?, wording: row.text(2)? })
    };
    plan.key = tx.rows(KEY, args![version], key).await?;
    plan.parents = tx.rows(PARENTS, args![version], parent).await?;
    plan.group.objectives = tx.rows(OBJECTIVES, args![version], |row| row.text(0)).await?;
    plan.group.seats = tx.rows(SEATS, args![version], |row| seat(version, row)).await?;
    plan.group.meetings = tx.rows(MEETINGS, args![version], meeting).await?;
    link_references(&mut plan);
    Ok(Some(plan))
}

/// What its import said was odd.
pub async fn warnings(tx: &mut Tx, version: i64) -> Result<Vec<Warning>, StoreError> {
    tx.rows(WARNINGS, args![version], |row| {
        Ok(Warning {
            kind: row.text(0)?,
            place: row.text(1)?,
            line: row.opt_int(2)?,
            sentence: row.text(3)?,
        })
    })
    .await
}

/// Every rating an outcome has had, oldest first.
pub async fn history(
    tx: &mut Tx,
    plan: i64,
    outcome: OutcomeId,
) -> Result<Vec<(Day, Rating)>, StoreError> {
    tx.rows(HISTORY, args![plan, outcome.0], |row| Ok((row.date(0)?, rating(plan, &row.text(1)?)?)))
        .await
}

async fn tree(tx: &mut Tx, version: i64, ratings: &Ratings) -> Result<Vec<Aim>, StoreError> {
    let mut aims = tx
        .rows(AIMS, args![version], |row| {
            let number = small(version, row.int(0)?)?;
            Ok(Aim { number, title: row.text(1)?, outcomes: Vec::new() })
        })
        .await?;
    let mut lines: BTreeMap<i64, Vec<Line>> = BTreeMap::new();
    tx.each(LINES, args![version], |row| {
        let (outcome, action) = (row.int(0)?, row.int(1)?);
        let rating = ratings.get(&(outcome, Some(action))).copied().unwrap_or(Rating::Unrated);
        lines.entry(outcome).or_default().push(Line { action: ActionId(action), rating });
        Ok(())
    })
    .await?;
    let outcomes = tx
        .rows(OUTCOMES, args![version], |row| {
            let id = row.int(0)?;
            let label = row.text(2)?;
            let label = label.parse().map_err(|()| inconsistent(version, &label))?;
            let outcome = Outcome {
                id: OutcomeId(id),
                label,
                title: row.text(3)?,
                by_when: ByWhen::read(&row.text(4)?),
                lead: Lead::read(&row.text(5)?),
                additional: row.text(6)?,
                rating: ratings.get(&(id, None)).copied().unwrap_or(Rating::Unrated),
                lines: lines.remove(&id).unwrap_or_default(),
            };
            Ok((small(version, row.int(1)?)?, outcome))
        })
        .await?;
    for (number, outcome) in outcomes {
        let aim = aims.iter_mut().find(|aim| aim.number == number);
        aim.ok_or_else(|| inconsistent(version, "an outcome has no aim"))?.outcomes.push(outcome);
    }
    Ok(aims)
}

fn head(row: &Row<'_>) -> Result<Plan, StoreError> {
    let year = |column| -> Result<Option<i16>, StoreError> {
        Ok(row.opt_int(column)?.and_then(|year| i16::try_from(year).ok()))
    };
    let (first, last) = (year(1)?, year(2)?);
    let group = Group {
        name: row.text(4)?,
        purpose: row.text(5)?,
        relationships: row.text(6)?,
        ..Group::default()
    };
    Ok(Plan {
        title: row.text(0)?,
        years: first.zip(last),
        rated_on: row.date(3)?,
        key: Vec::new(),
        actions: BTreeMap::new(),
        aims: Vec::new(),
        parents: Vec::new(),
        group,
    })
}

fn action(row: &Row<'_>) -> Result<(ActionId, Action), StoreError> {
    let text = row.text(1)?;
    Ok((ActionId(row.int(0)?), Action { kind: ActionKind::read(&text), text }))
}

fn parent(row: &Row<'_>) -> Result<ParentPlan, StoreError> {
    let indicators = row.text(1)?;
    let indicators = indicators.split(',').filter(|i| !i.is_empty()).map(str::to_owned);
    Ok(ParentPlan { title: row.text(0)?, indicators: indicators.collect() })
}

fn seat(version: i64, row: &Row<'_>) -> Result<Seat, StoreError> {
    let word = row.text(2)?;
    let sitting = Sitting::read(&word).ok_or_else(|| inconsistent(version, &word))?;
    Ok(Seat { body: row.text(0)?, post: row.opt_text(1)?, sitting, person: row.opt_text(3)? })
}

fn meeting(row: &Row<'_>) -> Result<Meeting, StoreError> {
    let weekday = row.opt_int(1)?.and_then(|day| i8::try_from(day).ok());
    let weekday = weekday.and_then(|day| jiff::civil::Weekday::from_monday_one_offset(day).ok());
    Ok(Meeting { day: row.date(0)?, weekday })
}

fn rating(version: i64, word: &str) -> Result<Rating, StoreError> {
    Rating::read(word).ok_or_else(|| inconsistent(version, word))
}

fn small(version: i64, number: i64) -> Result<u16, StoreError> {
    u16::try_from(number).map_err(|_| inconsistent(version, "a number is out of range"))
}

fn inconsistent(version: i64, what: &str) -> StoreError {
    StoreError::Inconsistent { table: "plan", id: version.to_string(), what: what.to_owned() }
}
