//! From the right password to a session: the code of a device that only its owner has, giving a device,
//! and taking a lost one away, which two people do together.
//!
//! Invariant: where the access table asks for a second factor there is no way in without one; a code
//! works once; an administrator can start a recovery and never finish one alone.

use domain::access::{Actor, Role, SecondFactor, second_factor};
use jiff::{SignedDuration, Timestamp};
use store::accounts::{self, Account};
use store::sign_in::{self, Step};
use store::{Tx, grants, organisations};

use super::sign_in::{Counted, begin, count, note};
use super::{TokenHash, hex, totp};
use crate::admin;
use crate::context::{Context, Wrong};

/// How long somebody may take between the password and the code.
const STEP_MINUTES: i64 = 10;
/// Wrong codes before the password has to be given again.
const WRONG_MOST: i64 = 5;
/// How long a recovery waits for a second person.
const RECOVERY_HOURS: i64 = 24;

const START_AGAIN: &str = "That took too long. Sign in again.";
const WRONG_CODE: &str = "That is not the code that the app shows now, or it was used already.";

/// What still stands between somebody and their session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    Nothing,
    /// The code of the device they have.
    Code,
    /// A device has to be given first.
    Device,
}

/// What an account needs beside its password.
pub(super) async fn needed(tx: &mut Tx, actor: &Actor) -> Result<Needed, Wrong> {
    let has = sign_in::factor(tx, actor.account).await?.is_some_and(|factor| factor.confirmed);
    let demo = organisations::setting(tx, "demo_day").await?.is_some();
    let must = match second_factor(actor.role) {
        SecondFactor::Always => true,
        SecondFactor::ButInDemonstrations => !demo,
    };
    Ok(match (has, must) {
        (true, _) => Needed::Code,
        (false, true) => Needed::Device,
        (false, false) => Needed::Nothing,
    })
}

/// Somebody whose password was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub account: i64,
    pub name: String,
    pub email: String,
    /// The code of now, in a demonstration, where nobody has a device.
    pub shown: Option<String>,
    /// What to give a device, where there is none yet.
    pub device: Option<Device>,
}

/// What a device is given: by eye or by camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub spelt: String,
    /// `otpauth://totp/…`, for a QR code.
    pub address: String,
}

/// Who waits with this token, if anybody does.
pub async fn waiting(ctx: &Context, token: TokenHash) -> Result<Option<Waiting>, Wrong> {
    let mut tx = ctx.db.begin().await?;
    // A step that two people end meanwhile leaves no secret that whoever began it has read.
    grants::alone(&mut tx).await?;
    let Some((_, account)) = live(ctx, &mut tx, &hex(&token)).await? else { return Ok(None) };
    let mut factor = sign_in::factor(&mut tx, account.id).await?;
    if factor.is_none() {
        sign_in::set_factor(&mut tx, account.id, &hex(&ctx.random::<20>()), &ctx.now()).await?;
        factor = sign_in::factor(&mut tx, account.id).await?;
    }
    let demo = organisations::setting(&mut tx, "demo_day").await?.is_some();
    tx.commit().await?;
    let Some(factor) = factor else { return Ok(None) };
    let seed = bytes(&factor.seed)?;
    let shown = demo.then(|| totp::code(&seed, totp::step_of(ctx.device_seconds())));
    let device = (!factor.confirmed).then(|| device(&account, &seed));
    let (name, email) = (account.name.clone(), account.email.clone());
    Ok(Some(Waiting { account: account.id, name, email, shown, device }))
}

fn device(account: &Account, seed: &[u8]) -> Device {
    let spelt = totp::base32(seed);
    // What an app shows as the account's name; nothing in it needs escaping but the at sign.
    let who = account.email.replace('@', "%40").replace(' ', "%20");
    let address = format!("otpauth://totp/Waymark:{who}?secret={spelt}&issuer=Waymark");
    Device { spelt, address }
}

/// Takes the code, and with it the device where it was new: the session begins under a new token.
///
/// Errors: refused for a wrong or used code, and after five of them until the password is given again.
pub async fn enter(
    ctx: &Context,
    (waiting, token): (TokenHash, TokenHash),
    typed: &str,
    (from, browser): (&str, &str),
) -> Result<Actor, Wrong> {
    let key = hex(&waiting);
    let mut tx = ctx.db.begin().await?;
    // Counted before it is judged: of many codes at once each waits for the one before it.
    sign_in::fail_step(&mut tx, &key).await?;
    let Some((step, account)) = live(ctx, &mut tx, &key).await? else {
        return Err(Wrong::refused(START_AGAIN));
    };
    if !accept(ctx, &mut tx, account.id, typed).await? {
        if step.failures >= WRONG_MOST {
            sign_in::end_step(&mut tx, &key).await?;
        }
        tx.commit().await?;
        count(ctx, Some(&account), &Counted::new(&account.email, from)).await?;
        return Err(Wrong::refused(WRONG_CODE));
    }
    sign_in::end_step(&mut tx, &key).await?;
    tx.commit().await?;
    let counted = Counted::new(&account.email, from);
    begin(ctx, &account, &counted, token, (browser, &format!("{} and code", step.how))).await
}

/// Whether a code is good now; it is used up by asking. A new device is confirmed by its first code.
pub(super) async fn accept(
    ctx: &Context,
    tx: &mut Tx,
    account: i64,
    typed: &str,
) -> Result<bool, Wrong> {
    let Some(factor) = sign_in::factor(tx, account).await? else { return Ok(false) };
    let seed = bytes(&factor.seed)?;
    let found = totp::matching(&seed, typed, ctx.device_seconds(), factor.last_step);
    let Some(step) = found else { return Ok(false) };
    // Two requests with one code: only one of them moves the mark.
    if !sign_in::use_step(tx, account, step).await? {
        return Ok(false);
    }
    if !factor.confirmed {
        sign_in::confirm_factor(tx, account, &ctx.now()).await?;
        note(ctx, tx, Some(account), "second factor given").await?;
    }
    Ok(true)
}

async fn live(ctx: &Context, tx: &mut Tx, key: &str) -> Result<Option<(Step, Account)>, Wrong> {
    let Some(step) = sign_in::step(tx, key).await? else { return Ok(None) };
    let made = step.made_at.parse::<Timestamp>().unwrap_or(Timestamp::MIN);
    let over = ctx.timestamp().duration_since(made) > SignedDuration::from_mins(STEP_MINUTES);
    if over || step.failures > WRONG_MOST {
        return Ok(None);
    }
    let account = accounts::by_id(tx, step.account).await?.filter(|account| account.active);
    Ok(account.map(|account| (step, account)))
}

/// Whether an account has a device that could be taken away.
pub async fn has_device(ctx: &Context, actor: &Actor, account: i64) -> Result<bool, Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(sign_in::factor(&mut tx, account).await?.is_some())
}

/// Starts taking a lost device away; another administrator has to agree.
pub async fn start_recovery(ctx: &Context, actor: &Actor, account: i64) -> Result<(), Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin().await?;
    if account == actor.account {
        return Err(Wrong::refused("Ask another administrator to start this for you."));
    }
    if sign_in::factor(&mut tx, account).await?.is_none() {
        return Err(Wrong::refused("This account has no second factor to take away."));
    }
    admin::not_sealed(&mut tx, actor, account).await?;
    sign_in::start_recovery(&mut tx, (account, actor.account), &ctx.now()).await?;
    let detail = format!("account {account}");
    admin::note(ctx, &mut tx, actor.account_id(), "recovery started", &detail).await?;
    tx.commit().await?;
    Ok(())
}

/// A recovery that waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// By which somebody agrees to it.
    pub id: i64,
    pub by: i64,
    /// UTC, RFC 3339.
    pub at: String,
}

/// The newest that waits for an account, if one does.
pub async fn recovery(ctx: &Context, account: i64) -> Result<Option<Started>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let waits = sign_in::recovery(&mut tx, account, &oldest(ctx)).await?;
    Ok(waits.map(|(id, by, at)| Started { id, by, at }))
}

fn oldest(ctx: &Context) -> String {
    format!("{:.6}", ctx.timestamp() - SignedDuration::from_hours(RECOVERY_HOURS))
}

/// Agrees to the recovery that the second person was shown, by its number: the device is forgotten, every
/// session ends, the next sign-in gives a new one. Where the account can approve, its password and links end
/// too: while it had a device anybody who administers could make a link, and whoever started this may have
/// chosen the password.
///
/// Errors: refused to whoever started it and to the account's own owner, and where another was started since.
pub async fn agree_recovery(
    ctx: &Context,
    actor: &Actor,
    account: i64,
    shown: i64,
) -> Result<(), Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin().await?;
    grants::alone(&mut tx).await?;
    let waits = sign_in::recovery(&mut tx, account, &oldest(ctx)).await?;
    let Some((id, by, _)) = waits else {
        return Err(Wrong::refused("No recovery waits for a second person."));
    };
    if shown != id {
        return Err(Wrong::refused(
            "Another recovery was started since you opened this account's page. Look at it again.",
        ));
    }
    if by == actor.account || account == actor.account {
        return Err(Wrong::refused("A second person has to agree, not the one who started it."));
    }
    let owner = accounts::by_id(&mut tx, account).await?;
    let owner = owner.and_then(|owner| Role::from_name(&owner.role));
    sign_in::agree_recovery(&mut tx, id, actor.account, &ctx.now()).await?;
    sign_in::end_factor(&mut tx, account).await?;
    sign_in::end_steps(&mut tx, account).await?;
    accounts::end_sessions(&mut tx, account).await?;
    if owner.is_some_and(Role::approves) {
        accounts::end_password(&mut tx, account, &ctx.now()).await?;
    }
    let detail = format!("account {account}, started by {by}");
    admin::note(ctx, &mut tx, actor.account_id(), "second factor taken away", &detail).await?;
    tx.commit().await?;
    Ok(())
}

fn bytes(hex: &str) -> Result<Vec<u8>, Wrong> {
    let digits = hex.as_bytes().chunks_exact(2);
    let read = digits.map(|two| {
        let two = std::str::from_utf8(two).ok()?;
        u8::from_str_radix(two, 16).ok()
    });
    read.collect::<Option<Vec<u8>>>()
        .ok_or_else(|| Wrong::Failed("a seed of a second factor cannot be read".to_owned()))
}
