//! A unit of work on what the strategy is held against: whether it is allowed, the change, and the audit row that tells
//! of it, all or nothing. What is changed is the caller's.

use domain::access::{Act, Actor, Purpose};
use domain::person::ChangeId;
use store::{Tx, audit, changes};

use crate::permission::may;
use crate::{Context, Wrong};

/// Does some work, given the change that it is done by, and remembers that somebody did it under its name. The work
/// gives back a number, which the caller gets, and what it did in words.
///
/// Errors: refused where the actor may not do such acts, and whatever the work is refused for.
pub(crate) async fn changed(
    ctx: &Context,
    actor: &Actor,
    (act, name): (Act, &str),
    work: impl AsyncFnOnce(&mut Tx, ChangeId) -> Result<(i64, String), Wrong>,
) -> Result<i64, Wrong> {
    may(actor, act, Purpose::Strategy)?;
    let (at, account) = (ctx.now(), actor.account_id());
    let mut tx = ctx.db.begin().await?;
    let change = changes::begin(&mut tx, &at, name, account, None, None).await?;
    let (number, detail) = work(&mut tx, change).await?;
    let (act, purpose) = (name, "figures");
    let entry = audit::Entry { at: &at, account, act, person: None, purpose, detail: &detail };
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(number)
}
