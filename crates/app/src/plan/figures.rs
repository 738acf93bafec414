//! Figures that outcomes are bound to: bound with a course, counted by our own measures month by month,
//! or typed in with their source. What was counted stays as it was counted.

use domain::access::{Act, Actor, Scope};
use domain::calendar::{Day, Month};
use domain::measure::named;
use domain::plan::OutcomeId;
use store::plans::courses::{self, Bound, Figure};
use store::{Tx, audit, changes};

use super::bring::entry;
use super::room::{load, may};
use crate::measures::{Months, Question, figures as counted};
use crate::{Context, Wrong};

/// The name of a figure that people type in.
pub const TYPED: &str = "typed";
/// Full months looked back when counting, so that a trend shows at once.
const MONTHS: i32 = 3;
/// Fewer people than this behind a figure are not shown. Source: the published tables' own habit.
const FEW: u64 = 5;

/// Binds an outcome to a figure.
///
/// Errors: refused when the actor may not, the outcome or measure is not known, or the course has no length.
pub async fn bind(ctx: &Context, actor: &Actor, plan: i64, bound: &Bound) -> Result<i64, Wrong> {
    may(actor, Act::RatePlan)?;
    if bound.measure != TYPED && named(&bound.measure).is_none() {
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
    };
    courses::add_figure(&mut tx, change, &figure).await?;
    let detail = format!("plan {plan}: course {course}, {on}");
    audit::write(&mut tx, &entry(&at, actor.account_id(), act, &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// Counts what is not yet counted of the last full months; how many figures are new.
pub async fn count(ctx: &Context, actor: &Actor, plan: i64) -> Result<usize, Wrong> {
    may(actor, Act::RatePlan)?;
    let last = Month::of(ctx.today()).plus(-1);
    let first = last.plus(1 - MONTHS);
    let mut tx = ctx.db.begin_read().await?;
    let bound = courses::standing(&mut tx, plan).await?;
    let known = courses::figures(&mut tx, plan, first.first_day()).await?;
    drop(tx);
    let mut new = Vec::new();
    for one in bound.iter().filter(|one| one.measure != TYPED) {
        for back in (0..MONTHS).rev() {
            let month = last.plus(-back);
            let on = month.last_day();
            if known.iter().any(|figure| figure.course == one.id && figure.on == on) {
                continue;
            }
            // The plan speaks of the whole authority, whoever presses the button.
            let question = Question::new(&one.measure, Months::One(month));
            let found = counted(ctx, &Scope::everyone(), &question).await?;
            let Some(value) = found.total.percent else { continue };
            let people = found.total.numerator.whole();
            let source = format!("Waymark, {} of {month}, edition {}", one.measure, found.edition);
            let few = (1..FEW).contains(&people);
            new.push(Figure { course: one.id, on, value, few, source, by: None });
        }
    }
    if new.is_empty() {
        return Ok(0);
    }
    let at = ctx.now();
    let mut tx = ctx.db.begin().await?;
    let act = "plan figures counted";
    let change = changes::begin(&mut tx, &at, act, actor.account_id(), None, None).await?;
    for figure in &new {
        courses::add_figure(&mut tx, change, figure).await?;
    }
    let detail = format!("plan {plan}: {} figures", new.len());
    audit::write(&mut tx, &entry(&at, actor.account_id(), act, &detail)).await?;
    tx.commit().await?;
    Ok(new.len())
}
