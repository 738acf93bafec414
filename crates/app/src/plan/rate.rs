//! Rating: a person confirms what is proposed, or says otherwise and why. Whoever saves tells which
//! rating they saw; where somebody else came first nothing at all is saved, and both are handed back.

use domain::access::{Act, Actor};
use domain::narrative::capital;
use domain::plan::{Cell, Mark, Plan, Rating, RatingRefused, confirm, seen};
use store::plans::marks::{self, New};
use store::{audit, changes};

use super::bring::entry;
use super::room::{load, may};
use crate::{Context, Wrong};

/// One rating that somebody wants to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub cell: Cell,
    pub rating: Rating,
    pub reason: String,
    /// The number of the mark that stood when they looked; 0 for none.
    pub seen: i64,
}

/// A cell that somebody else rated in the meantime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overtaken {
    pub cell: Cell,
    pub theirs: Option<Mark>,
    pub yours: Rating,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rated {
    Saved {
        marks: usize,
    },
    /// Nothing was saved: these were rated by others since.
    Overtaken(Vec<Overtaken>),
    /// Nothing was saved: these need their reason.
    Refused(Vec<(Cell, String)>),
}

/// Sets ratings, all of them or none. A shared action is rated in every place it stands.
///
/// Errors: refused when the actor may not, or when no such plan stands.
pub async fn rate(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
    asked: &[Asked],
) -> Result<Rated, Wrong> {
    rate_on(ctx, actor, plan, ctx.today(), asked).await
}

/// The same for a day that is past: minutes are written up after the meeting.
pub async fn rate_on(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
    on: domain::calendar::Day,
    asked: &[Asked],
) -> Result<Rated, Wrong> {
    may(actor, Act::RatePlan)?;
    let at = ctx.now();
    let mut tx = ctx.db.begin().await?;
    // Taking a number waits for whoever is writing, so what is read after it is the newest.
    let change =
        changes::begin(&mut tx, &at, "plan rating", actor.account_id(), None, None).await?;
    let room = load(&mut tx, plan, on).await?;
    let overtaken: Vec<Overtaken> = asked
        .iter()
        .filter(|one| seen(&room.now.marks, one.cell) != one.seen)
        .map(|one| Overtaken {
            cell: one.cell,
            theirs: room.now.marks.get(&one.cell).cloned(),
            yours: one.rating,
        })
        .collect();
    if !overtaken.is_empty() {
        return Ok(Rated::Overtaken(overtaken));
    }
    let mut refused = Vec::new();
    let mut new = Vec::new();
    // What is proposed for an outcome follows from its actions as they are about to be.
    let mut next = room.clone();
    for one in asked {
        set(&mut next.now.plan, one.cell, one.rating);
    }
    for one in asked {
        let said = match one.cell.action {
            None => {
                let proposed = next.proposed(next.outcome(one.cell.outcome)?);
                confirm(proposed.rating, one.rating, &actor.name, &one.reason)
                    .map(|kept| (kept.reason, Some((kept.suggested, proposed.because))))
            }
            Some(_) => reasoned(one).map(|reason| (Some(reason), None)),
        };
        match said {
            Ok((reason, proposal)) => new.push((one, reason, proposal)),
            Err(why) => refused.push((one.cell, format!("{}.", capital(&why.to_string())))),
        }
    }
    if !refused.is_empty() {
        return Ok(Rated::Refused(refused));
    }
    let rows: Vec<New<'_>> = new
        .iter()
        .flat_map(|(one, reason, proposal)| {
            places(&room.now.plan, one.cell).into_iter().map(move |cell| New {
                cell,
                on,
                rating: one.rating,
                by: &actor.name,
                reason: reason.as_deref(),
                suggested: proposal.as_ref().map(|(rating, _)| *rating),
                because: proposal.as_ref().map(|(_, because)| because.as_str()),
            })
        })
        .collect();
    marks::add(&mut tx, change, plan, &rows).await?;
    let detail = format!("plan {plan}: {} ratings", rows.len());
    audit::write(&mut tx, &entry(&at, actor.account_id(), "plan rating", &detail)).await?;
    let marks = rows.len();
    tx.commit().await?;
    Ok(Rated::Saved { marks })
}

/// An action's rating always has its reason: nothing proposes it.
fn reasoned(one: &Asked) -> Result<String, RatingRefused> {
    match one.reason.trim() {
        "" => Err(RatingRefused::NoReason),
        reason => Ok(reason.to_owned()),
    }
}

fn places(plan: &Plan, cell: Cell) -> Vec<Cell> {
    cell.action.map_or(vec![cell], |action| plan.places(action))
}

fn set(plan: &mut Plan, cell: Cell, rating: Rating) {
    for outcome in plan.aims.iter_mut().flat_map(|aim| &mut aim.outcomes) {
        match cell.action {
            None if outcome.id == cell.outcome => outcome.rating = rating,
            Some(action) => {
                for line in outcome.lines.iter_mut().filter(|line| line.action == action) {
                    line.rating = rating;
                }
            }
            None => {}
        }
    }
}
