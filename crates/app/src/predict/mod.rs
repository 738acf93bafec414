//! Early support: facts as of a day, predictors fitted and judged forward in time, chances, lists, what is
//! watched, and the papers. The rules are `domain::prediction`'s, the numbers `risk`'s.
//!
//! Invariants: a row reads what had been recorded by its day and nothing later; whoever objects gets no
//! chance; every chance that is shown is remembered; nothing here writes to a person's record.

pub mod by_group;
mod census;
mod challenger;
pub mod due;
mod forward;
mod gaps;
pub mod holdout;
pub mod lists;
pub mod load;
pub mod odds;
pub(crate) mod opening;
pub mod paper;
mod parts;
mod reasons;
mod records;
pub mod registers;
pub mod rows;
pub(crate) mod runs;
pub mod score;
pub mod train;
pub mod watch;

use domain::access::{Act, Actor, Purpose};
use domain::person::ChangeId;
use store::{Tx, audit, changes};

use crate::context::{Context, Wrong};
use crate::permission;

fn may(actor: &Actor, act: Act) -> Result<(), Wrong> {
    permission::may(actor, act, Purpose::Support)
}

async fn begin(ctx: &Context, tx: &mut Tx, actor: &Actor, reason: &str) -> Result<ChangeId, Wrong> {
    let by = actor.account_id();
    Ok(changes::begin(tx, &ctx.now(), "predictor", by, None, Some(reason)).await?)
}

async fn note(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (act, person, detail): (&str, Option<i64>, &str),
) -> Result<(), Wrong> {
    let (at, account) = (ctx.now(), actor.account_id());
    let purpose = "early support";
    let entry = audit::Entry { at: &at, account, act, person, purpose, detail };
    Ok(audit::write(tx, &entry).await?)
}

async fn note_all(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (act, people, detail): (&str, &[i64], &str),
) -> Result<(), Wrong> {
    let (at, account) = (ctx.now(), actor.account_id());
    let purpose = "early support";
    let entry = audit::Entry { at: &at, account, act, person: None, purpose, detail };
    Ok(audit::write_many(tx, &entry, people).await?)
}

/// What the engine could not do, as a sentence for whoever asked.
fn refused(error: impl std::fmt::Display) -> Wrong {
    Wrong::refused(error.to_string())
}
