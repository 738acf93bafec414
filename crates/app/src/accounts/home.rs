//! The postcode where the owner of an account lives, told by them or by an administrator so that looks at
//! neighbours are noticed. It is shown to its owner alone, and forgotten when the account ends.

use domain::access::Actor;
use domain::identifiers::{UNKNOWN_POSTCODE, normalise_postcode};
use domain::person::PersonId;
use store::people::{self, Moment};
use store::{Tx, accounts};

use super::sign_in::note;
use crate::admin;
use crate::context::{Context, Wrong};

/// One's own; empty where none is kept.
pub async fn own_postcode(ctx: &Context, actor: &Actor) -> Result<String, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(accounts::home(&mut tx, actor.account).await?.unwrap_or_default())
}

/// Keeps one's own, or forgets it where nothing was typed.
pub async fn keep_own_postcode(ctx: &Context, actor: &Actor, typed: &str) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    let act = keep(&mut tx, actor.account, typed).await?;
    note(ctx, &mut tx, actor.account_id(), act).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether one is kept of somebody's account, for an administrator, who is not told which.
pub async fn has_postcode(ctx: &Context, actor: &Actor, account: i64) -> Result<bool, Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(accounts::home(&mut tx, account).await?.is_some())
}

/// The same as [`keep_own_postcode`] for somebody's account, by an administrator.
pub async fn keep_postcode(
    ctx: &Context,
    actor: &Actor,
    account: i64,
    typed: &str,
) -> Result<(), Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin().await?;
    if accounts::by_id(&mut tx, account).await?.is_none_or(|one| !one.active) {
        return Err(Wrong::refused("There is no such account, or it has ended."));
    }
    let act = keep(&mut tx, account, typed).await?;
    admin::note(ctx, &mut tx, actor.account_id(), act, &format!("account {account}")).await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps or forgets it; what the audit is told.
async fn keep(tx: &mut Tx, account: i64, typed: &str) -> Result<&'static str, Wrong> {
    if typed.trim().is_empty() {
        accounts::end_home(tx, account).await?;
        return Ok("own postcode forgotten");
    }
    let postcode = normalise_postcode(typed.trim()).ok().filter(|one| one != UNKNOWN_POSTCODE);
    let postcode = postcode.ok_or_else(|| {
        Wrong::refused("Enter a whole postcode, like ME4 4UF, or leave it empty.")
    })?;
    accounts::keep_home(tx, account, &postcode).await?;
    Ok("own postcode kept")
}

/// Whether somebody lives today in the postcode that the reader told of.
pub(crate) async fn lives_by(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
) -> Result<bool, Wrong> {
    let Some(own) = accounts::home(tx, actor.account).await? else { return Ok(false) };
    let loaded = people::load(tx, &[person.0], Moment::Now).await?.into_iter().next();
    let homes = loaded.map(|one| one.record.addresses).unwrap_or_default();
    let today = ctx.today();
    let is_own = |postcode: &str| normalise_postcode(postcode).is_ok_and(|one| one == own);
    Ok(homes.iter().any(|home| home.covers(today) && is_own(&home.postcode)))
}
