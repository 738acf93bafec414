//! Signing in by another service: there and back by an authorization code, bound to the browser that left
//! (state), to this sign-in (nonce) and to us (PKCE). What the token says is judged by
//! `domain::access::token_faults`, how far it stands for a second factor by `domain::access::still_needed`.
//!
//! Invariant: an account is joined to an issuer's own number for somebody by an administrator or by an
//! invitation, never by an address; and a service signs in people of its own organisation alone.

mod back;
mod leave;
mod service;

pub use back::{Arrived, Back, Browser, come_back};
pub(crate) use leave::joined;
pub use leave::{Errand, invited, leave, leave_there, offered, provers};
pub use service::{Memory, check};
pub use store::outside::{Identity, Provider};

use domain::access::Guesses;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::accounts::{self as kept, Account, Throttle};

use super::hex;
use crate::context::{Context, Wrong};

/// How long somebody may be away.
const AWAY_MINUTES: i64 = 10;
/// An invitation works for this long.
///
/// Units: hours.
pub const INVITATION_HOURS: i64 = 72;
/// Whoever proved themselves there longer ago is asked to do so again.
///
/// Units: seconds.
const PROVED_SECONDS: i64 = 12 * 3600;

const GONE: &str = "This way of signing in is not there any more. Ask your Waymark administrator.";
const ELSEWHERE: &str = "This sign-in was finished already, took too long, or began in another browser. \
    Begin again.";

/// Whether an account is of the organisation that a service signs people in for.
pub(crate) fn belongs(account: &Account, provider: &Provider) -> bool {
    let partner = super::actor(account).is_some_and(|actor| actor.role.is_partner());
    match partner {
        true => account.organisation.is_some() && account.organisation == provider.organisation,
        false => provider.organisation.is_none(),
    }
}

/// Where a service sends people back to: one address for each, so that an answer of one is never taken
/// for another's.
pub fn return_address(origin: &str, provider: i64) -> String {
    format!("{origin}/sign-in/with/{provider}/back")
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Counts somebody who leaves from a place; many who never come back have to wait a little, there alone.
async fn count_leaving(ctx: &Context, from: &str) -> Result<(), Wrong> {
    let name = digest(&format!("away\n{from}"));
    let now = ctx.timestamp();
    let mut tx = ctx.db.begin().await?;
    let before = kept::throttle(&mut tx, &name).await?.unwrap_or_default();
    let until = before.wait_until.parse::<Timestamp>().unwrap_or(now);
    if until > now {
        drop(tx);
        super::kept_waiting::kept_waiting(ctx, None);
        let seconds = until.duration_since(now).as_secs() + 1;
        return Err(Wrong::refused(format!(
            "Too many sign-ins were begun from here and not finished. Wait {seconds} seconds and try \
             again."
        )));
    }
    let failures = before.failures + 1;
    let wait = SignedDuration::from_secs(domain::access::wait_seconds(Guesses::Place, failures));
    let wait_until = format!("{:.6}", now + wait);
    let throttle = Throttle { failures, last_at: ctx.now(), wait_until };
    kept::set_throttle(&mut tx, &name, &throttle).await?;
    tx.commit().await?;
    Ok(())
}

async fn end_count(tx: &mut store::Tx, from: &str) -> Result<(), Wrong> {
    kept::end_throttle(tx, &digest(&format!("away\n{from}"))).await?;
    Ok(())
}
