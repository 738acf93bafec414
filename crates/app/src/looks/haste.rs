//! Searching, or opening records, faster than people do: it is refused by whoever counts it, and here it is
//! remembered and told to information governance for a week.

use domain::access::Actor;
use jiff::{SignedDuration, ToSpan};
use store::{Tx, audit, haste};

use crate::context::{Context, Wrong};

pub use store::haste::Hasty;

/// Units: days.
const TOLD_DAYS: i32 = 7;

/// Remembers that an account was told to wait with searching, once for each minute of it.
pub async fn searched_in_haste(ctx: &Context, actor: &Actor) -> Result<(), Wrong> {
    in_haste(ctx, actor, ("search", "search refused for haste")).await
}

/// The same of somebody who asked for one record after another, as a walk through their numbers does.
pub async fn opened_in_haste(ctx: &Context, actor: &Actor) -> Result<(), Wrong> {
    in_haste(ctx, actor, ("record", "record refused for haste")).await
}

async fn in_haste(ctx: &Context, actor: &Actor, (what, act): (&str, &str)) -> Result<(), Wrong> {
    let Some(account) = actor.account_id() else { return Ok(()) };
    let (at, day) = (ctx.now(), ctx.today().to_string());
    let before = format!("{:.6}", ctx.timestamp() - SignedDuration::from_mins(1));
    // A flood of refusals does not stand in line with whoever writes.
    let mut tx = ctx.db.begin_read().await?;
    let last = haste::last(&mut tx, (account, what), &day).await?;
    drop(tx);
    if last.is_some_and(|last| last > before) {
        return Ok(());
    }
    let mut tx = ctx.db.begin().await?;
    if haste::count(&mut tx, (account, what), &day, (&at, &before)).await? {
        let entry = audit::Entry {
            at: &at,
            account: Some(account),
            act,
            person: None,
            purpose: what,
            detail: "",
        };
        audit::write(&mut tx, &entry).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Who did so in the last week.
pub(super) async fn hasty(ctx: &Context, tx: &mut Tx) -> Result<Vec<Hasty>, Wrong> {
    let today = ctx.today();
    let since = today.checked_sub(TOLD_DAYS.days()).unwrap_or(today);
    Ok(haste::since(tx, &since.to_string()).await?)
}
