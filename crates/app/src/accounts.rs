//! Signing in with an account of our own, and what the account may reach.

use std::collections::BTreeSet;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::access::{Actor, Role, Scope};
use jiff::{SignedDuration, Timestamp};
use store::accounts::{Account, Session};
use store::{Tx, accounts, audit};

use crate::context::{Context, Wrong};

/// Wrong passwords in a row before an account waits.
const FAILURES_MAX: i64 = 5;
/// How long it waits. Long enough to stop guessing, short enough not to lock anybody out for a day.
const LOCK_MINUTES: i64 = 5;
/// A session not used for this long is over.
pub const IDLE_MINUTES: i64 = 30;
/// A session is over after this long, however it is used.
const ABSOLUTE_HOURS: i64 = 12;
const PASSWORD_CHARS_MIN: usize = 12;

/// SHA-256 of a browser's token. The token itself is never known here.
pub type TokenHash = [u8; 32];

/// Hashes a password for keeping. `light` is for demonstrations only, whose passwords are public.
pub fn hash_password(ctx: &Context, password: &str, light: bool) -> Result<String, Wrong> {
    let params =
        if light { Params::new(1024, 1, 1, None) } else { Params::new(19 * 1024, 2, 1, None) };
    let params = params.map_err(|e| Wrong::Failed(e.to_string()))?;
    let salt: [u8; 16] = ctx.random();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|e| Wrong::Failed(e.to_string()))
}

fn fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Whether a password may be used.
pub fn acceptable(password: &str) -> Result<(), Wrong> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(Wrong::refused(format!(
            "A password needs at least {PASSWORD_CHARS_MIN} characters."
        )));
    }
    Ok(())
}

/// Adds an account.
pub async fn add(
    ctx: &Context,
    tx: &mut Tx,
    (email, name, role): (&str, &str, Role),
    (organisation, localities): (Option<String>, &[String]),
    password_hash: String,
) -> Result<i64, Wrong> {
    let account = Account {
        id: 0,
        email: email.trim().to_lowercase(),
        name: name.to_owned(),
        role: role.name().to_owned(),
        organisation,
        localities: localities.join("\n"),
        password_hash,
        active: true,
        failures: 0,
        locked_until: None,
    };
    let id = accounts::add(tx, &account).await?;
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: None,
        act: "account made",
        person: None,
        purpose: "administration",
        detail: role.name(),
    };
    audit::write(tx, &entry).await?;
    Ok(id)
}

/// Who an account is and how far it reaches. An unknown role reaches nobody.
pub fn actor(account: &Account) -> Option<Actor> {
    let role = Role::from_name(&account.role)?;
    let localities: BTreeSet<String> =
        account.localities.lines().filter(|l| !l.is_empty()).map(str::to_owned).collect();
    let scope = match role {
        Role::DataManager => Scope::everyone(),
        Role::LocalityManager => Scope { localities, ..Scope::default() },
        Role::Adviser => Scope { localities, caseload_of: Some(account.id), ..Scope::default() },
        Role::School => {
            Scope { schools: account.organisation.iter().cloned().collect(), ..Scope::default() }
        }
    };
    Some(Actor { account: account.id, name: account.name.clone(), role, scope })
}

/// Signs a browser in. The answer is the same sentence for a wrong name, a wrong password and a closed account.
pub async fn sign_in(
    ctx: &Context,
    email: &str,
    password: &str,
    token: TokenHash,
) -> Result<Actor, Wrong> {
    const NO: &str = "The email address or the password is wrong.";
    let mut tx = ctx.db.begin().await?;
    let found = accounts::by_email(&mut tx, &email.trim().to_lowercase()).await?;
    let hash = found.as_ref().map_or(EMPTY_HASH, |a| a.password_hash.as_str());
    // The hash is always computed, so that the time taken does not tell whether the name exists.
    let right = fits(password, hash);
    let Some(account) = found.filter(|a| a.active) else { return Err(Wrong::refused(NO)) };
    let now = ctx.now();
    if account.locked_until.as_ref().is_some_and(|until| *until > now) {
        return Err(Wrong::refused("Too many wrong passwords. Wait five minutes and try again."));
    }
    if !right {
        let failures = account.failures + 1;
        let lock = (failures % FAILURES_MAX == 0)
            .then(|| later(ctx.timestamp(), SignedDuration::from_mins(LOCK_MINUTES)));
        accounts::set_failures(&mut tx, account.id, failures, lock.as_deref()).await?;
        tx.commit().await?;
        return Err(Wrong::refused(NO));
    }
    accounts::set_failures(&mut tx, account.id, 0, None).await?;
    let Some(actor) = actor(&account) else { return Err(Wrong::refused(NO)) };
    let session = Session {
        token_hash: hex(&token),
        account: account.id,
        made_at: now.clone(),
        seen_at: now.clone(),
    };
    accounts::begin_session(&mut tx, &session).await?;
    let entry = audit::Entry {
        at: &now,
        account: Some(account.id),
        act: "signed in",
        person: None,
        purpose: "sign-in",
        detail: "",
    };
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(actor)
}

/// Hash of a password nobody has, for names nobody has.
const EMPTY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Who holds this token, if it still counts.
pub async fn signed_in(ctx: &Context, token: TokenHash) -> Result<Option<Actor>, Wrong> {
    let hash = hex(&token);
    let mut tx = ctx.db.begin_read().await?;
    let Some(session) = accounts::session(&mut tx, &hash).await? else { return Ok(None) };
    let Some(account) = accounts::by_id(&mut tx, session.account).await? else { return Ok(None) };
    drop(tx);
    let now = ctx.timestamp();
    let over = |since: &str, most: SignedDuration| {
        since.parse::<Timestamp>().map_or(true, |since| now.duration_since(since) > most)
    };
    if !account.active
        || over(&session.seen_at, SignedDuration::from_mins(IDLE_MINUTES))
        || over(&session.made_at, SignedDuration::from_hours(ABSOLUTE_HOURS))
    {
        return Ok(None);
    }
    // Once a minute is often enough to know that somebody is there, and spares a write a page.
    if over(&session.seen_at, SignedDuration::from_mins(1)) {
        let mut tx = ctx.db.begin().await?;
        accounts::session_seen(&mut tx, &hash, &ctx.now()).await?;
        tx.commit().await?;
    }
    Ok(actor(&account))
}

/// Ends a session.
pub async fn sign_out(ctx: &Context, token: TokenHash) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    accounts::end_session(&mut tx, &hex(&token)).await?;
    tx.commit().await?;
    Ok(())
}

fn later(now: Timestamp, by: SignedDuration) -> String {
    format!("{:.6}", now + by)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
