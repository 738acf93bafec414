//! The strategy room: one plan as it stands today, beside how it stood at the last meeting, with what
//! its figures propose and which ratings wait to be confirmed. Reading it decides nothing and writes
//! nothing; every page of the strategy begins here.

use std::collections::BTreeMap;

use domain::access::{Act, Actor, Purpose};
use domain::calendar::Day;
use domain::plan::{
    Cell, CourseProposal, Handover, Marks, Outcome, OutcomeId, Plan, Point, Proposed, Rating,
    Trend, is_overdue, leading, propose,
};
use jiff::ToSpan;
use store::plans::courses::{self, Bound, Figure};
use store::plans::entries::{self, Entry};
use store::plans::{self, Version, marks};
use store::{StoreError, Tx};

use crate::{Context, Wrong, permission};

/// Figures older than this are history and not loaded with the plan. Units: days.
const FIGURES_DAYS: i32 = 800;

/// A plan as it stood on a day.
#[derive(Clone, Debug)]
pub struct Standing {
    pub version: Version,
    pub plan: Plan,
    pub marks: Marks,
}

/// A figure an outcome is bound to, what is known of it, and what it proposes.
#[derive(Clone, Debug)]
pub struct Followed {
    pub bound: Bound,
    pub figures: Vec<Figure>,
    pub proposal: CourseProposal,
}

/// One plan today.
#[derive(Clone, Debug)]
pub struct Room {
    pub id: i64,
    pub today: Day,
    pub now: Standing,
    /// How it stood at the end of the meeting before its newest rating, or after its first ratings.
    pub then: Standing,
    pub since: Day,
    pub followed: Vec<Followed>,
    pub meetings: Vec<Day>,
    /// Responsibilities that passed from one organisation to another.
    pub handovers: Vec<Handover>,
    /// Aims that the group rates otherwise than suggested, by their number.
    pub overruled: BTreeMap<u16, Overruled>,
}

/// An aim rated otherwise than suggested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overruled {
    pub rating: Rating,
    pub by: String,
    pub why: String,
}

/// An outcome as the whole plan shows it.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    pub outcome: &'a Outcome,
    pub trend: Trend,
    pub proposed: Proposed,
    /// The day of its rating.
    pub rated: Option<Day>,
    pub overdue: bool,
}

pub(super) fn may(actor: &Actor, act: Act) -> Result<(), Wrong> {
    permission::may(actor, act, Purpose::Strategy)
}

/// The numbers and titles of the plans that stand.
pub async fn list(ctx: &Context, actor: &Actor) -> Result<Vec<(i64, String)>, Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    let all = plans::standing(&mut tx).await?;
    Ok(all.into_iter().map(|version| (version.plan, version.title)).collect())
}

/// Opens a plan's room.
///
/// Errors: refused when the reader may not, or when no such plan stands.
pub async fn open(ctx: &Context, actor: &Actor, id: i64) -> Result<Room, Wrong> {
    open_on(ctx, actor, id, ctx.today()).await
}

/// The room as it was on another day.
pub async fn open_on(ctx: &Context, actor: &Actor, id: i64, day: Day) -> Result<Room, Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    load(&mut tx, id, day).await
}

/// The same for a journey that already has its unit of work.
pub(super) async fn load(tx: &mut Tx, id: i64, today: Day) -> Result<Room, Wrong> {
    let now = standing_on(tx, id, today, None).await?;
    let added = entries::of_register(tx, id, "meeting").await?;
    let meetings = meetings(&now.plan, &added);
    // Ratings set at a meeting are compared with the meeting before it, until newer ones are set.
    let newest = now.plan.rated_on.min(today);
    let last = meetings.iter().rev().find(|day| **day < newest).copied();
    let since = match last {
        Some(day) => day,
        None => first_rated(tx, id).await?.unwrap_or(today),
    };
    let then = standing_on(tx, id, since, Some(&now)).await?;
    let followed = followed(tx, id, today).await?;
    let handovers = handovers(tx, id).await?;
    let overruled = overruled(tx, id).await?;
    Ok(Room { id, today, now, then, since, followed, meetings, handovers, overruled })
}

/// A plan on a day. `like` spares reading the same version twice.
pub(super) async fn standing_on(
    tx: &mut Tx,
    id: i64,
    day: Day,
    like: Option<&Standing>,
) -> Result<Standing, Wrong> {
    let version = plans::in_force(tx, id, day)
        .await?
        .ok_or_else(|| Wrong::refused("No such plan stands."))?;
    let mut plan = match like.filter(|other| other.version.id == version.id) {
        Some(other) => other.plan.clone(),
        None => plans::load(tx, version.id).await?.ok_or(StoreError::Inconsistent {
            table: "plan_version",
            id: version.id.to_string(),
            what: "it is listed and cannot be loaded".to_owned(),
        })?,
    };
    let marks = marks::on(tx, &version, day).await?;
    plan.rated_on = version.rated_on;
    plan.marked(&marks);
    Ok(Standing { version, plan, marks })
}

async fn overruled(tx: &mut Tx, id: i64) -> Result<BTreeMap<u16, Overruled>, Wrong> {
    let lines = entries::of_register(tx, id, "aim").await?;
    let one = |line: Entry| {
        let number = line.title.trim().trim_start_matches("Aim ").parse().ok()?;
        let rating = Rating::read(&line.state)?;
        Some((number, Overruled { rating, by: line.person, why: line.detail }))
    };
    Ok(lines.into_iter().filter_map(one).collect())
}

async fn handovers(tx: &mut Tx, id: i64) -> Result<Vec<Handover>, Wrong> {
    let lines = entries::of_register(tx, id, "succession").await?;
    let over = |line: Entry| Some(Handover { from: line.title, to: line.body, on: line.on? });
    Ok(lines.into_iter().filter_map(over).collect())
}

async fn first_rated(tx: &mut Tx, id: i64) -> Result<Option<Day>, Wrong> {
    Ok(plans::versions(tx, id).await?.first().map(|version| version.rated_on))
}

/// Days of the plan's own calendar and those added, in order, once each.
fn meetings(plan: &Plan, added: &[Entry]) -> Vec<Day> {
    let own = plan.group.meetings.iter().map(|meeting| meeting.day);
    let cancelled = |state: &str| state == "cancelled";
    let mut days: Vec<Day> = own
        .chain(added.iter().filter(|entry| !cancelled(&entry.state)).filter_map(|entry| entry.on))
        .filter(|day| !added.iter().any(|e| e.on == Some(*day) && cancelled(&e.state)))
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}

async fn followed(tx: &mut Tx, id: i64, today: Day) -> Result<Vec<Followed>, Wrong> {
    let from = today.saturating_sub(FIGURES_DAYS.days());
    let mut figures: BTreeMap<i64, Vec<Figure>> = BTreeMap::new();
    for figure in courses::figures(tx, id, from).await? {
        figures.entry(figure.course).or_default().push(figure);
    }
    let bound = courses::standing(tx, id).await?;
    Ok(bound
        .into_iter()
        .map(|bound| {
            let figures = figures.remove(&bound.id).unwrap_or_default();
            let points: Vec<Point> =
                figures.iter().map(|f| Point { on: f.on, value: f.value }).collect();
            let mut proposal = propose(&bound.course, &points, today);
            // The reason is kept with ratings and read by everybody: few people must not show in it.
            if figures.iter().any(|figure| figure.few) {
                proposal.reason = format!("Too few to say. {}", proposal.rule.sentence());
            }
            Followed { bound, figures, proposal }
        })
        .collect())
}

impl Room {
    pub fn outcome(&self, id: OutcomeId) -> Result<&Outcome, Wrong> {
        self.now.plan.outcome(id).ok_or_else(|| Wrong::refused("The plan has no such outcome."))
    }

    /// Who answers for an outcome today, in words where no organisation does.
    pub fn leading(&self, outcome: &Outcome) -> Vec<String> {
        leading(outcome, self.today, &self.handovers)
    }

    /// What is proposed to an outcome's lead.
    pub fn proposed(&self, outcome: &Outcome) -> Proposed {
        let figures: Vec<(String, CourseProposal)> = self
            .followed
            .iter()
            .filter(|followed| followed.bound.outcome == outcome.id)
            .map(|followed| (followed.bound.words.clone(), followed.proposal.clone()))
            .collect();
        self.now.plan.proposed(outcome, &figures)
    }

    pub fn shown<'a>(&'a self, outcome: &'a Outcome) -> Shown<'a> {
        let was = self.then.plan.outcome(outcome.id).map(|old| old.rating);
        let was = was.unwrap_or(Rating::Unrated);
        let rated = self.now.marks.get(&Cell::outcome(outcome.id)).map(|mark| mark.on);
        Shown {
            outcome,
            trend: Trend::between(was, outcome.rating),
            proposed: self.proposed(outcome),
            rated,
            overdue: is_overdue(outcome.by_when.when, rated, self.today),
        }
    }

    /// Outcomes whose rating should have been confirmed by now, in the plan's order.
    pub fn overdue(&self) -> Vec<Shown<'_>> {
        let shown = self.now.plan.outcomes().map(|outcome| self.shown(outcome));
        shown.filter(|shown| shown.overdue).collect()
    }

    pub fn next_meeting(&self) -> Option<Day> {
        self.meetings.iter().find(|day| **day >= self.today).copied()
    }
}
