//! How an outcome came to stand where it stands, and what a plan was on another day.

use std::collections::BTreeMap;

use domain::access::{Act, Actor};
use domain::calendar::Day;
use domain::plan::{ActionId, Cell, Change, Counts, Mark, OutcomeId, diff};
use store::Tx;
use store::plans::entries::{self, Entry};
use store::plans::marks;

use super::room::{Room, Standing, load, may, standing_on};
use crate::{Context, Wrong};

/// One outcome with all that is kept of it.
#[derive(Clone, Debug)]
pub struct Opened {
    pub room: Room,
    /// Newest first.
    pub marks: Vec<Mark>,
    pub actions: BTreeMap<ActionId, Vec<Mark>>,
    /// Evidence, decisions, actions, bids and all else that names it.
    pub entries: Vec<Entry>,
}

/// Opens one outcome.
///
/// Errors: refused when the reader may not, or there is no such outcome.
pub async fn open_outcome(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
    outcome: OutcomeId,
) -> Result<Opened, Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    let room = load(&mut tx, plan, ctx.today()).await?;
    room.outcome(outcome)?;
    let mut own = Vec::new();
    let mut actions: BTreeMap<ActionId, Vec<Mark>> = BTreeMap::new();
    for (cell, mark) in marks::of_outcome(&mut tx, plan, outcome).await? {
        match cell.action {
            None => own.push(mark),
            Some(action) => actions.entry(action).or_default().push(mark),
        }
    }
    let entries = entries::standing(&mut tx, plan).await?;
    let entries = entries.into_iter().filter(|e| e.outcome == Some(outcome.0)).collect();
    Ok(Opened { room, marks: own, actions, entries })
}

/// What changed between two days, and the plan on both.
#[derive(Clone, Debug)]
pub struct Between {
    pub from: Day,
    pub was: Standing,
    pub is: Standing,
    pub changes: Vec<Change>,
    /// Days on which anything was rated, newest first.
    pub days: Vec<Day>,
}

/// Compares a plan on two days. Days: what was said on each is part of it.
pub async fn between(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
    from: Day,
    to: Day,
) -> Result<Between, Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    compare(&mut tx, plan, from, to).await
}

/// The same for a journey that already has its unit of work.
pub(super) async fn compare(tx: &mut Tx, plan: i64, from: Day, to: Day) -> Result<Between, Wrong> {
    let is = standing_on(tx, plan, to, None).await?;
    let was = standing_on(tx, plan, from, Some(&is)).await?;
    let days = marks::days(tx, plan).await?.into_iter().rev().map(|(day, _)| day).collect();
    let changes = diff(&was.plan, &is.plan);
    Ok(Between { from, was, is, changes, days })
}

/// Meetings looked back on. Eight are a year's, for a group that meets as often as most.
const MEETINGS: usize = 8;

/// How many outcomes stood where after each of the last meetings, oldest first, today last. Meetings
/// before the first rating have nothing to say.
pub async fn standings(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
) -> Result<Vec<(Day, Counts)>, Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    let room = load(&mut tx, plan, ctx.today()).await?;
    let first = marks::days(&mut tx, plan).await?.first().map(|(day, _)| *day);
    let held = |day: &&Day| first.is_some_and(|first| **day >= first) && **day < room.today;
    let mut days: Vec<Day> = room.meetings.iter().filter(held).copied().collect();
    days.drain(..days.len().saturating_sub(MEETINGS));
    let mut found = Vec::new();
    for day in days {
        let was = standing_on(&mut tx, plan, day, Some(&room.now)).await?;
        found.push((day, was.plan.outcome_ratings()));
    }
    found.push((room.today, room.now.plan.outcome_ratings()));
    Ok(found)
}

/// How many ratings of outcomes answered a proposal, and how many of them differ from it.
pub async fn differing(ctx: &Context, actor: &Actor, plan: i64) -> Result<(i64, i64), Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(marks::differing(&mut tx, plan).await?)
}

impl Standing {
    pub fn mark(&self, cell: Cell) -> Option<&Mark> {
        self.marks.get(&cell)
    }
}
