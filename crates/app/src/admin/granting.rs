//! Roles whose people can be the second of two are themselves given by two: one administrator asks, another
//! agrees, or whoever keeps the server does by command. An account of such a role that has ended is opened
//! again in the same way.
//!
//! Invariant: nobody alone makes an account that could approve what they ask for, nor a way into one; what
//! was a way in before two agreed is none afterwards.

use domain::access::{Actor, Role};
use jiff::SignedDuration;
use store::accounts::{self, Account};
use store::grants::{self, Grant};
use store::{Tx, machine, sign_in};

use super::{may, note};
use crate::context::{Context, Wrong};

/// How long what was asked waits for a second person, and how long that person may then make the way in.
pub const GRANT_DAYS: i64 = 7;

fn approves(role: &str) -> bool {
    Role::from_name(role).is_some_and(Role::approves)
}

/// Whether an actor who gives a role needs somebody to agree. The command line has the server already.
pub(super) fn takes_two(actor: &Actor, role: &str) -> bool {
    actor.account_id().is_some() && approves(role)
}

/// Asks for the role that `wanted` has, for the account that it is of.
pub(super) async fn ask(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    wanted: &Account,
) -> Result<(), Wrong> {
    // Its token is a way in that nobody ends by ending passwords.
    if machine::is_machine(tx, wanted.id).await? {
        return Err(Wrong::refused("A system's account cannot have a role that approves."));
    }
    let grant = Grant {
        id: 0,
        role: wanted.role.clone(),
        localities: wanted.localities.clone(),
        asked_by: actor.account,
        asked_at: ctx.now(),
    };
    grants::ask(tx, wanted.id, &grant).await?;
    let detail = format!("account {}: {}", wanted.id, super::people::told(wanted));
    note(ctx, tx, actor.account_id(), "role asked for", &detail).await
}

fn oldest(ctx: &Context) -> String {
    format!("{:.6}", ctx.timestamp() - SignedDuration::from_hours(24 * GRANT_DAYS))
}

/// The role that waits for a second person, if one does.
pub async fn asked(ctx: &Context, actor: &Actor, account: i64) -> Result<Option<Grant>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(grants::waiting(&mut tx, account, &oldest(ctx)).await?)
}

/// The accounts that wait for a second person.
pub async fn all_asked(ctx: &Context, actor: &Actor) -> Result<Vec<i64>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(grants::all_waiting(&mut tx, &oldest(ctx)).await?)
}

/// Agrees to what the second person was shown, by its number: the account has the role from its next request
/// on, and opens where it was asked for as it is. Every way in that it had ends, since whoever asked may have
/// made it; the second makes a new one.
///
/// Errors: refused to whoever asked and to the account's own owner, and where something else was asked since.
pub async fn agree_to(ctx: &Context, actor: &Actor, id: i64, shown: i64) -> Result<(), Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    grants::alone(&mut tx).await?;
    let Some(grant) = grants::waiting(&mut tx, id, &oldest(ctx)).await? else {
        return Err(Wrong::refused("Nothing that was asked for this account waits for anybody."));
    };
    if shown != grant.id {
        return Err(Wrong::refused(
            "Something else was asked for this account since you opened its page. Look at it again.",
        ));
    }
    if [grant.asked_by, id].map(Some).contains(&actor.account_id()) {
        return Err(Wrong::refused("A second person has to agree, not the one who asked."));
    }
    let before = super::people::found(&mut tx, id).await?;
    let opens = before.role == grant.role;
    if !opens {
        super::people::keeps_an_administrator(&mut tx, &before).await?;
    }
    let after =
        Account { role: grant.role, localities: grant.localities, organisation: None, ..before };
    grants::agree(&mut tx, grant.id, actor.account_id(), &ctx.now()).await?;
    accounts::update(&mut tx, &after).await?;
    accounts::end_ways(&mut tx, id, &ctx.now()).await?;
    if opens {
        accounts::set_active(&mut tx, id, true).await?;
    }
    let told = super::people::told(&after);
    let detail = format!("account {id}: {told}, asked for by {}", grant.asked_by);
    note(ctx, &mut tx, actor.account_id(), "role agreed to", &detail).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether an actor may make a way into an account: into one that can approve, its owner may and for some days
/// the second of those two who gave it its role or took its device away.
async fn lets_in(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    account: &Account,
) -> Result<bool, Wrong> {
    let me = actor.account_id();
    if me.is_none() || me == Some(account.id) || !approves(&account.role) {
        return Ok(true);
    }
    Ok(grants::second(tx, account.id, &oldest(ctx)).await? == me)
}

/// Refuses a sign-on to whoever may not make a way into the account, whether or not it has a device: another
/// service may stand for that.
pub(super) async fn may_join(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    account: &Account,
) -> Result<(), Wrong> {
    match lets_in(ctx, tx, actor, account).await? {
        true => Ok(()),
        false => Err(Wrong::refused(format!(
            "This account can approve what others ask for, so it is joined to a sign-on by whoever was the \
             second to agree to it in the last {GRANT_DAYS} days, or by its owner if they are an \
             administrator. Otherwise it signs in with its password."
        ))),
    }
}

/// The same of a link for a new password, which lets nobody in who has not the owner's device as well.
pub(super) async fn may_link(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    account: &Account,
) -> Result<(), Wrong> {
    let device = sign_in::factor(tx, account.id).await?.is_some_and(|factor| factor.confirmed);
    if device || lets_in(ctx, tx, actor, account).await? {
        return Ok(());
    }
    Err(Wrong::refused(format!(
        "This account can approve what others ask for and has no device, so a link for it is made by whoever \
         was the second to agree to it in the last {GRANT_DAYS} days, by its owner if they are an \
         administrator, or by `waymark account link` on the server."
    )))
}
