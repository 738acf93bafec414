//! Searching, or opening records, faster than people do: it is refused by whoever counts it, and here it is
//! remembered and told to information governance for a week. Being turned away by the access table is remembered
//! here as well, by the same count, and told by the audit alone.

use domain::access::Actor;
use jiff::{SignedDuration, ToSpan};
use store::{Tx, audit, haste};

use crate::context::{Context, Wrong};

pub use store::haste::Hasty;

/// Units: days.
const TOLD_DAYS: i32 = 7;
/// How the audit tells of somebody whom the access table turned away.
const REFUSED: &str = "refused";

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
    let told = Told { what, act, purpose: what, detail: "", every: SignedDuration::from_mins(1) };
    once(ctx, account, &told).await
}

/// Remembers that the access table turned an account away, once an hour for each part of the pages: a scanner that
/// goes through all of them leaves some rows and no flood. The row tells of the first in its hour.
pub async fn turned_away(
    ctx: &Context,
    account: i64,
    (method, place): (&str, &str),
    why: &str,
) -> Result<(), Wrong> {
    let part = place.split('/').find(|part| !part.is_empty()).unwrap_or_default();
    let what = format!("{REFUSED} {part}");
    let detail = format!("{method} {place}: {why}");
    let every = SignedDuration::from_hours(1);
    let told = Told { what: &what, act: REFUSED, purpose: "access", detail: &detail, every };
    once(ctx, account, &told).await
}

/// What is written down no more than once in a while.
struct Told<'a> {
    /// What is counted by itself.
    what: &'a str,
    act: &'a str,
    purpose: &'a str,
    detail: &'a str,
    every: SignedDuration,
}

async fn once(ctx: &Context, account: i64, told: &Told<'_>) -> Result<(), Wrong> {
    let (at, day) = (ctx.now(), ctx.today().to_string());
    let before = format!("{:.6}", ctx.timestamp() - told.every);
    // A flood of refusals does not stand in line with whoever writes.
    let mut tx = ctx.db.begin_read().await?;
    let last = haste::last(&mut tx, (account, told.what), &day).await?;
    drop(tx);
    if last.is_some_and(|last| last > before) {
        return Ok(());
    }
    let mut tx = ctx.db.begin().await?;
    if haste::count(&mut tx, (account, told.what), &day, (&at, &before)).await? {
        let entry = audit::Entry {
            at: &at,
            account: Some(account),
            act: told.act,
            person: None,
            purpose: told.purpose,
            detail: told.detail,
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
