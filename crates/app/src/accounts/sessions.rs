//! Sessions as their owners and administrators see them, proving again who one is, and what was typed
//! when a session ran out.

use domain::access::Actor;
use jiff::{SignedDuration, Timestamp};
use store::accounts;
use store::sign_in::{self, Draft};

use super::second::accept;
use super::sign_in::{fits, note};
use super::{TokenHash, hex};
use crate::admin;
use crate::context::{Context, Wrong};

pub use store::accounts::Session;

/// How fresh a proof must be for an act that cannot be taken back or reaches far.
///
/// Units: minutes.
pub const PROOF_MINUTES: i64 = 5;
/// What was typed is given back within this many hours, and forgotten after.
const DRAFT_HOURS: i64 = 24;

/// A session that nobody has used for so long was over long before; until then it is listed to its owner, and what a
/// forgotten tab sends is still given back.
///
/// Units: days.
const KEPT_DAYS: i64 = 7;

/// Forgets sessions that can no longer be used and need not be told of any more; how many.
pub async fn sweep(ctx: &Context) -> Result<u64, Wrong> {
    let before = ctx.timestamp() - SignedDuration::from_hours(24 * KEPT_DAYS);
    let mut tx = ctx.db.begin().await?;
    let gone = accounts::sweep_sessions(&mut tx, &format!("{before:.6}")).await?;
    tx.commit().await?;
    Ok(gone)
}

/// The sessions of an account, newest first, and which of them asks.
pub async fn own(
    ctx: &Context,
    actor: &Actor,
    token: TokenHash,
) -> Result<Vec<(Session, bool)>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let all = accounts::sessions(&mut tx, actor.account).await?;
    let here = hex(&token);
    Ok(all.into_iter().map(|s| (s.token_hash == here, s)).map(|(here, s)| (s, here)).collect())
}

/// Ends one session of one's own by its name.
pub async fn end_own(ctx: &Context, actor: &Actor, name: &str) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    accounts::end_named(&mut tx, actor.account, name).await?;
    note(ctx, &mut tx, actor.account_id(), "session ended by its owner").await?;
    tx.commit().await?;
    Ok(())
}

/// The sessions of somebody's account, for an administrator.
pub async fn of(ctx: &Context, actor: &Actor, account: i64) -> Result<Vec<Session>, Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(accounts::sessions(&mut tx, account).await?)
}

/// Ends every session of somebody's account.
pub async fn end_all(ctx: &Context, actor: &Actor, account: i64) -> Result<(), Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin().await?;
    accounts::end_sessions(&mut tx, account).await?;
    let detail = format!("account {account}");
    admin::note(ctx, &mut tx, actor.account_id(), "sessions ended", &detail).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether who sits there proved who they are a moment ago.
pub async fn is_fresh(ctx: &Context, token: TokenHash) -> Result<bool, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let session = accounts::session(&mut tx, &hex(&token)).await?;
    let proved = session.and_then(|s| s.proved_at.parse::<Timestamp>().ok());
    let most = SignedDuration::from_mins(PROOF_MINUTES);
    Ok(proved.is_some_and(|at| ctx.timestamp().duration_since(at) <= most))
}

/// Takes the password again, and the code where the account has a device.
pub async fn prove(
    ctx: &Context,
    actor: &Actor,
    token: TokenHash,
    (password, code): (&str, &str),
) -> Result<(), Wrong> {
    let no = || Wrong::refused("The password or the code is wrong.");
    let mut tx = ctx.db.begin_read().await?;
    let account = accounts::by_id(&mut tx, actor.account).await?.ok_or_else(no)?;
    drop(tx);
    // Counted before it is judged, so that many at once are no more than one after the other.
    let name = format!("proof {}", hex(&token));
    let mut tx = ctx.db.begin().await?;
    let tries = accounts::count_throttle(&mut tx, &name, &ctx.now()).await?;
    let over = tries.failures > PROOFS_MOST;
    if over {
        // The last try was cut off before it could put its session out.
        accounts::end_session(&mut tx, &hex(&token)).await?;
        note(ctx, &mut tx, actor.account_id(), "proof refused").await?;
    }
    tx.commit().await?;
    if over {
        return Err(no());
    }
    let right = fits(password.to_owned(), account.password_hash.clone()).await?;
    let mut tx = ctx.db.begin().await?;
    let device = sign_in::factor(&mut tx, account.id).await?.is_some_and(|f| f.confirmed);
    let proved = right && (!device || accept(ctx, &mut tx, account.id, code).await?);
    if !proved {
        note(ctx, &mut tx, actor.account_id(), "proof refused").await?;
        // Whoever guesses at a desk that was left open is put out after a few tries.
        if tries.failures >= PROOFS_MOST {
            accounts::end_session(&mut tx, &hex(&token)).await?;
        }
        tx.commit().await?;
        return Err(no());
    }
    let wait = (tries.wait_until.as_str(), tries.wait_until.as_str());
    accounts::give_throttle_back(&mut tx, &name, wait).await?;
    accounts::session_proved(&mut tx, &hex(&token), &ctx.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Wrong proofs before a session ends.
const PROOFS_MOST: i64 = 5;

/// Keeps what somebody sent when their session was over, form by form. Passwords are never part of it.
pub async fn keep_draft(
    ctx: &Context,
    account: i64,
    path: &str,
    body: String,
) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    let draft = Draft { id: 0, path: path.to_owned(), body, kept_at: ctx.now() };
    sign_in::keep_draft(&mut tx, account, &draft, &since(ctx)).await?;
    tx.commit().await?;
    Ok(())
}

fn since(ctx: &Context) -> String {
    format!("{:.6}", ctx.timestamp() - SignedDuration::from_hours(DRAFT_HOURS))
}

/// What an account's owner had typed and that is not too old, oldest first.
pub async fn drafts(ctx: &Context, actor: &Actor) -> Result<Vec<Draft>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(sign_in::drafts(&mut tx, actor.account, &since(ctx)).await?)
}

/// Forgets one thing that was typed.
pub async fn end_draft(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    sign_in::end_draft(&mut tx, actor.account, id).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::access::{Role, SEALED, limits};

    use super::*;

    #[test]
    fn no_session_that_still_counts_is_forgotten() {
        for limits in Role::ALL.iter().map(|role| limits(*role)).chain([SEALED]) {
            assert!(limits.idle_minutes < KEPT_DAYS * 24 * 60, "{limits:?}");
            assert!(limits.absolute_hours < KEPT_DAYS * 24, "{limits:?}");
        }
    }
}
