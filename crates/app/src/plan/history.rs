//! How an outcome came to stand where it stands, and what a plan was on another day.

use std::collections::BTreeMap;

use domain::access::{Act, Actor};
use domain::calendar::Day;
use domain::plan::{ActionId, Cell, Change, Mark, OutcomeId, diff};
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
    Ok(Between { was, is, changes, days })
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
