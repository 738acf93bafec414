//! Figures that outcomes are bound to: bound with a course, or typed in with their source. Counting them
//! is `count`'s.

use domain::access::{Act, Actor};
use domain::calendar::Day;
use domain::measure::named;
use domain::plan::{OutcomeId, counter};
use store::plans::courses::{self, Bound, Figure};
use store::{Tx, audit, changes};

use super::bring::entry;
use super::room::{load, may};
use crate::{Context, Wrong};

/// The name of a figure that people type in.
pub const TYPED: &str = "typed";

/// Binds an outcome to a figure.
///
/// Errors: refused when the actor may not, the outcome or measure is not known, or the course has no length.
pub async fn bind(ctx: &Context, actor: &Actor, plan: i64, bound: &Bound) -> Result<i64, Wrong> {
    may(actor, Act::RatePlan)?;
    let known = |name: &str| named(name).is_some() || counter(name).is_some();
    if bound.measure != TYPED && !known(&bound.measure) {
        return Err(Wrong::refused(format!("No measure is called {}.", bound.measure)));
    }
    let course = &bound.course;
    let numbers = [course.from.value, course.target.value, course.near];
    if numbers.iter().any(|number| !number.is_finite()) || course.near < 0.0 {
        return Err(Wrong::refused("A course needs plain numbers, and nearness of 0 or more."));
    }
    if course.target.on <= course.from.on {
        return Err(Wrong::refused("The target's day must come after the day it starts from."));
    }
    let at = ctx.now();
    let mut tx = ctx.db.begin().await?;
    let act = "plan figure bound";
    let change = changes::begin(&mut tx, &at, act, actor.account_id(), None, None).await?;
    outcome(&mut tx, ctx, plan, bound.outcome).await?;
    let id = courses::bind(&mut tx, change, plan, bound).await?;
    let detail = format!("plan {plan}: outcome {}, {}", bound.outcome.0, bound.measure);
    audit::write(&mut tx, &entry(&at, actor.account_id(), act, &detail)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Ends a binding; its figures stay in the register.
pub async fn unbind(ctx: &Context, actor: &Actor, plan: i64, course: i64) -> Result<(), Wrong> {
    may(actor, Act::RatePlan)?;
    let at = ctx.now();
    let mut tx = ctx.db.begin().await?;
    let act = "plan figure unbound";
    let change = changes::begin(&mut tx, &at, act, actor.account_id(), None, None).await?;
    courses::end(&mut tx, change, plan, course).await?;
    let detail = format!("plan {plan}: course {course}");
    audit::write(&mut tx, &entry(&at, actor.account_id(), act, &detail)).await?;
    tx.commit().await?;
    Ok(())
}

async fn outcome(tx: &mut Tx, ctx: &Context, plan: i64, id: OutcomeId) -> Result<(), Wrong> {
    load(tx, plan, ctx.today()).await?.outcome(id).map(|_| ())
}

/// Writes a figure that somebody typed in.
///
/// Errors: refused without a source, for a day to come, or where the figure is counted by us.
pub async fn add_typed(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
    course: i64,
    (on, value, source): (Day, f64, &str),
) -> Result<(), Wrong> {
    may(actor, Act::RatePlan)?;
    if source.trim().is_empty() || !value.is_finite() {
        return Err(Wrong::refused("A figure that is typed in needs a number and its source."));
    }
    if on > ctx.today() {
        return Err(Wrong::refused("A figure cannot be of a day to come."));
    }
    let at = ctx.now();
    let mut tx = ctx.db.begin().await?;
    let act = "plan figure typed";
    let change = changes::begin(&mut tx, &at, act, actor.account_id(), None, None).await?;
    let all = courses::standing(&mut tx, plan).await?;
    if !all.iter().any(|bound| bound.id == course && bound.measure == TYPED) {
        return Err(Wrong::refused("That figure is not one that is typed in."));
    }
    let figure = Figure {
        course,
        on,
        value,
        few: false,
        source: source.trim().to_owned(),
        by: Some(actor.name.clone()),
        of: None,
    };
    courses::add_figure(&mut tx, change, &figure).await?;
    let detail = format!("plan {plan}: course {course}, {on}");
    audit::write(&mut tx, &entry(&at, actor.account_id(), act, &detail)).await?;
    tx.commit().await?;
    Ok(())
}
