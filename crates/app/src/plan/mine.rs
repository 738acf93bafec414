//! What waits for somebody: ratings to be confirmed and actions that meetings asked for, of the
//! organisations they sit for in the group; and chasing those who lead, noted day by day.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Act, Actor, decide};
use domain::calendar::Day;
use domain::plan::{OutcomeId, answers_for, register, same_organisation};
use store::plans::entries::{self, Entry};
use store::{Tx, audit, changes, plans};

use super::bring::entry;
use super::meeting::seats;
use super::room::{Room, load, may};
use crate::{Context, Wrong};

/// One reader's part of a plan.
#[derive(Clone, Debug)]
pub struct Mine {
    pub room: Room,
    /// The organisations they answer for; empty when no seat has their name.
    pub bodies: BTreeSet<String>,
    /// Outcomes they lead, those that want confirming first.
    pub outcomes: Vec<OutcomeId>,
    /// Open actions of meetings, the longest due first.
    pub asked: Vec<Entry>,
    pub reminded: BTreeMap<i64, Day>,
}

/// What home says of one plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub plan: i64,
    pub title: String,
    /// Ratings that wait for anybody, where the reader keeps the ratings.
    pub overdue: Option<usize>,
    /// Ratings and late actions that wait for the reader.
    pub mine: usize,
}

/// Opens what waits for the reader.
///
/// Errors: refused when they may not, or no such plan stands.
pub async fn mine(ctx: &Context, actor: &Actor, plan: i64) -> Result<Mine, Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    of(&mut tx, actor, plan, ctx.today()).await
}

async fn of(tx: &mut Tx, actor: &Actor, plan: i64, today: Day) -> Result<Mine, Wrong> {
    let room = load(tx, plan, today).await?;
    let lines = entries::standing(tx, plan).await?;
    let bodies = answers_for(&actor.name, &seats(&room, &lines));
    let ours = |name: &str| bodies.iter().any(|body| same_organisation(body, name));
    let mut own: Vec<(bool, OutcomeId)> = Vec::new();
    for outcome in room.now.plan.outcomes() {
        if room.leading(outcome).iter().any(|lead| ours(lead)) {
            own.push((!room.shown(outcome).overdue, outcome.id));
        }
    }
    own.sort_by_key(|(later, _)| *later);
    let open = |line: &&Entry| {
        line.register == "action" && register("action").is_some_and(|r| !r.is_closed(&line.state))
    };
    let theirs =
        |line: &&Entry| ours(&line.body) || (!line.person.is_empty() && line.person == actor.name);
    let mut asked: Vec<Entry> = lines.iter().filter(open).filter(theirs).cloned().collect();
    asked.sort_by_key(|line| (line.on.is_none(), line.on));
    Ok(Mine {
        reminded: reminded(&lines),
        outcomes: own.into_iter().map(|(_, id)| id).collect(),
        bodies,
        asked,
        room,
    })
}

/// The last day on which the lead of each outcome was reminded.
pub(super) fn reminded(lines: &[Entry]) -> BTreeMap<i64, Day> {
    let mut found = BTreeMap::new();
    for line in lines.iter().filter(|line| line.register == "reminder") {
        if let Some((outcome, on)) = line.outcome.zip(line.on) {
            let last = found.entry(outcome).or_insert(on);
            *last = on.max(*last);
        }
    }
    found
}

/// What waits in every plan, for home.
pub async fn waiting(ctx: &Context, actor: &Actor) -> Result<Vec<Waiting>, Wrong> {
    if !decide(actor, Act::ViewPlan).allowed {
        return Ok(Vec::new());
    }
    let keeps = decide(actor, Act::RatePlan).allowed;
    let today = ctx.today();
    let mut tx = ctx.db.begin_read().await?;
    let mut all = Vec::new();
    for version in plans::standing(&mut tx).await? {
        let found = of(&mut tx, actor, version.plan, today).await?;
        let due = |id: &&OutcomeId| {
            found.room.outcome(**id).is_ok_and(|outcome| found.room.shown(outcome).overdue)
        };
        let late = found.asked.iter().filter(|line| line.on.is_some_and(|day| day < today));
        all.push(Waiting {
            plan: version.plan,
            title: found.room.now.plan.title.clone(),
            overdue: keeps.then(|| found.room.overdue().len()),
            mine: found.outcomes.iter().filter(due).count() + late.count(),
        });
    }
    Ok(all)
}

/// Notes that a lead was reminded today of every rating that waits for them; how many.
///
/// Errors: refused when the actor may not, or nothing of that lead waits.
pub async fn remind(ctx: &Context, actor: &Actor, plan: i64, lead: &str) -> Result<usize, Wrong> {
    may(actor, Act::RatePlan)?;
    let (at, today) = (ctx.now(), ctx.today());
    let mut tx = ctx.db.begin().await?;
    let act = "plan reminder";
    let change = changes::begin(&mut tx, &at, act, actor.account_id(), None, None).await?;
    let room = load(&mut tx, plan, today).await?;
    let theirs: Vec<i64> = room
        .overdue()
        .iter()
        .filter(|one| room.leading(one.outcome).iter().any(|name| name == lead))
        .map(|one| one.outcome.id.0)
        .collect();
    if theirs.is_empty() {
        return Err(Wrong::refused("No rating of that lead waits to be confirmed."));
    }
    for outcome in &theirs {
        let line = Entry {
            register: "reminder".to_owned(),
            outcome: Some(*outcome),
            title: "Asked to confirm the rating".to_owned(),
            body: lead.to_owned(),
            on: Some(today),
            state: "reminded".to_owned(),
            ..Entry::default()
        };
        entries::write(&mut tx, change, plan, &line).await?;
    }
    let detail = format!("plan {plan}: {} ratings", theirs.len());
    audit::write(&mut tx, &entry(&at, actor.account_id(), act, &detail)).await?;
    tx.commit().await?;
    Ok(theirs.len())
}
