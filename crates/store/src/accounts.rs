//! Accounts and their sessions. Passwords arrive hashed and tokens arrive hashed; neither is known here.

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes, outside, sign_in};

statements! {
    INSERT = "INSERT INTO account (id, email, name, role, organisation, localities, password_hash, active, failures, locked_until) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 0, NULL)";
    BY_EMAIL = "SELECT id, email, name, role, organisation, localities, password_hash, active, failures, locked_until FROM account WHERE email = $1";
    BY_ID = "SELECT id, email, name, role, organisation, localities, password_hash, active, failures, locked_until FROM account WHERE id = $1";
    ALL = "SELECT id, email, name, role, organisation, localities, password_hash, active, failures, locked_until FROM account ORDER BY name, id";
    THROTTLE = "SELECT failures, last_at, wait_until FROM throttle WHERE name = $1";
    THROTTLE_SET = "INSERT INTO throttle (name, failures, last_at, wait_until) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET failures = $2, last_at = $3, wait_until = $4";
    THROTTLE_COUNT = "INSERT INTO throttle (name, failures, last_at, wait_until) VALUES ($1, 1, $2, $2) ON CONFLICT (name) DO UPDATE SET failures = throttle.failures + 1, last_at = $2";
    THROTTLE_BACK = "UPDATE throttle SET failures = failures - 1, wait_until = CASE WHEN wait_until = $2 THEN $3 ELSE wait_until END WHERE name = $1 AND failures > 0";
    THROTTLE_END = "DELETE FROM throttle WHERE name = $1";
    THROTTLE_SWEEP = "DELETE FROM throttle WHERE last_at < $1";
    KNOWN = "SELECT 1 FROM sign_in_known WHERE account = $1 AND place = $2";
    KNOW = "INSERT INTO sign_in_known (account, place, last_at) VALUES ($1, $2, $3) ON CONFLICT (account, place) DO UPDATE SET last_at = $3";
    LINK_INSERT = "INSERT INTO password_link (token_hash, account, made_at, used_at) VALUES ($1, $2, $3, NULL)";
    LINK = "SELECT account, made_at FROM password_link WHERE token_hash = $1 AND used_at IS NULL";
    LINK_USE = "UPDATE password_link SET used_at = $1 WHERE token_hash = $2 AND used_at IS NULL";
    LINKS_END = "UPDATE password_link SET used_at = $1 WHERE account = $2 AND used_at IS NULL";
    HOME = "SELECT postcode FROM account_home WHERE account = $1";
    HOME_KEEP = "INSERT INTO account_home (account, postcode) VALUES ($1, $2) ON CONFLICT (account) DO UPDATE SET postcode = $2";
    HOME_END = "DELETE FROM account_home WHERE account = $1";
    SET_ACTIVE = "UPDATE account SET active = $1 WHERE id = $2";
    SET_PASSWORD = "UPDATE account SET password_hash = $1, failures = 0, locked_until = NULL WHERE id = $2";
    UPDATE = "UPDATE account SET name = $1, role = $2, organisation = $3, localities = $4 WHERE id = $5";
    SESSION_INSERT = "INSERT INTO session (token_hash, account, made_at, seen_at, name, browser, how, proved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    SESSION = "SELECT token_hash, account, made_at, seen_at, COALESCE(name, ''), COALESCE(browser, ''), COALESCE(how, ''), COALESCE(proved_at, '') FROM session WHERE token_hash = $1";
    SESSIONS = "SELECT token_hash, account, made_at, seen_at, COALESCE(name, ''), COALESCE(browser, ''), COALESCE(how, ''), COALESCE(proved_at, '') FROM session WHERE account = $1 ORDER BY made_at DESC, token_hash";
    SESSION_PROVED = "UPDATE session SET proved_at = $1 WHERE token_hash = $2";
    SESSION_END_NAMED = "DELETE FROM session WHERE account = $1 AND name = $2";
    ATTEST = "UPDATE account SET sponsor = $1, attested_on = $2 WHERE id = $3";
    ATTESTED = "SELECT attested_on FROM account WHERE id = $1";
    ATTESTATIONS = "SELECT id, COALESCE(sponsor, ''), COALESCE(attested_on, '') FROM account ORDER BY id";
    SESSION_SEEN = "UPDATE session SET seen_at = $1 WHERE token_hash = $2";
    SESSION_END = "DELETE FROM session WHERE token_hash = $1";
    SESSIONS_END = "DELETE FROM session WHERE account = $1";
    SESSIONS_SWEEP = "DELETE FROM session WHERE seen_at < $1";
}

/// Somebody who can sign in.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub role: String,
    pub organisation: Option<String>,
    /// Locality names, one a line.
    pub localities: String,
    pub password_hash: String,
    pub active: bool,
    pub failures: i64,
    /// UTC, RFC 3339.
    pub locked_until: Option<String>,
}

/// A signed-in browser.
#[derive(Clone, Debug)]
pub struct Session {
    pub token_hash: String,
    pub account: i64,
    pub made_at: String,
    pub seen_at: String,
    /// By which its owner ends it.
    pub name: String,
    /// What the browser calls itself, shortened.
    pub browser: String,
    /// How its owner came in.
    pub how: String,
    /// When its owner last proved who they are.
    pub proved_at: String,
}

fn read_session(row: &Row<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        token_hash: row.text(0)?,
        account: row.int(1)?,
        made_at: row.text(2)?,
        seen_at: row.text(3)?,
        name: row.text(4)?,
        browser: row.text(5)?,
        how: row.text(6)?,
        proved_at: row.text(7)?,
    })
}

fn read(row: &Row<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.int(0)?,
        email: row.text(1)?,
        name: row.text(2)?,
        role: row.text(3)?,
        organisation: row.opt_text(4)?,
        localities: row.text(5)?,
        password_hash: row.text(6)?,
        active: row.flag(7)?,
        failures: row.int(8)?,
        locked_until: row.opt_text(9)?,
    })
}

/// Makes an account; its number. The given `id`, `active`, `failures` and lock are not read.
pub async fn add(tx: &mut Tx, a: &Account) -> Result<i64, StoreError> {
    let id = changes::take(tx, "account", 1).await?;
    let org = a.organisation.clone();
    tx.run(INSERT, args![id, &a.email, &a.name, &a.role, org, &a.localities, &a.password_hash])
        .await?;
    Ok(id)
}

pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Account>, StoreError> {
    tx.one(BY_EMAIL, args![email], read).await
}

pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Account>, StoreError> {
    tx.one(BY_ID, args![id], read).await
}

pub async fn all(tx: &mut Tx) -> Result<Vec<Account>, StoreError> {
    tx.rows(ALL, args![], read).await
}

/// Switches an account on or off; off ends its sessions at once and forgets where its owner lives.
pub async fn set_active(tx: &mut Tx, id: i64, active: bool) -> Result<(), StoreError> {
    tx.run(SET_ACTIVE, args![active, id]).await?;
    if !active {
        tx.run(SESSIONS_END, args![id]).await?;
        end_home(tx, id).await?;
    }
    Ok(())
}

const fn home_of(account: i64) -> Cell<'static> {
    Cell::new("account_home", account, "postcode")
}

/// The postcode where an account's owner lives, where it was told.
pub async fn home(tx: &mut Tx, account: i64) -> Result<Option<String>, StoreError> {
    let kept = tx.one(HOME, args![account], |row| row.text(0)).await?;
    kept.map(|kept| tx.unseal(&home_of(account), &kept)).transpose()
}

pub async fn keep_home(tx: &mut Tx, account: i64, postcode: &str) -> Result<(), StoreError> {
    let sealed = tx.seal(&home_of(account), postcode)?;
    tx.run(HOME_KEEP, args![account, sealed]).await?;
    Ok(())
}

pub async fn end_home(tx: &mut Tx, account: i64) -> Result<(), StoreError> {
    tx.run(HOME_END, args![account]).await?;
    Ok(())
}

pub async fn set_password(tx: &mut Tx, id: i64, hash: &str) -> Result<(), StoreError> {
    tx.run(SET_PASSWORD, args![hash, id]).await?;
    tx.run(SESSIONS_END, args![id]).await?;
    Ok(())
}

pub async fn update(tx: &mut Tx, a: &Account) -> Result<(), StoreError> {
    let org = a.organisation.clone();
    tx.run(UPDATE, args![&a.name, &a.role, org, &a.localities, a.id]).await?;
    Ok(())
}

pub async fn begin_session(tx: &mut Tx, s: &Session) -> Result<(), StoreError> {
    let args = args![
        &s.token_hash,
        s.account,
        &s.made_at,
        &s.seen_at,
        &s.name,
        &s.browser,
        &s.how,
        &s.proved_at
    ];
    tx.run(SESSION_INSERT, args).await?;
    Ok(())
}

pub async fn session(tx: &mut Tx, token_hash: &str) -> Result<Option<Session>, StoreError> {
    tx.one(SESSION, args![token_hash], read_session).await
}

/// The sessions of an account, newest first.
pub async fn sessions(tx: &mut Tx, account: i64) -> Result<Vec<Session>, StoreError> {
    tx.rows(SESSIONS, args![account], read_session).await
}

pub async fn session_proved(tx: &mut Tx, token_hash: &str, at: &str) -> Result<(), StoreError> {
    tx.run(SESSION_PROVED, args![at, token_hash]).await?;
    Ok(())
}

pub async fn end_named(tx: &mut Tx, account: i64, name: &str) -> Result<(), StoreError> {
    tx.run(SESSION_END_NAMED, args![account, name]).await?;
    Ok(())
}

pub async fn end_sessions(tx: &mut Tx, account: i64) -> Result<(), StoreError> {
    tx.run(SESSIONS_END, args![account]).await?;
    Ok(())
}

/// Says who answers for a partner's account, and the day they last did.
pub async fn attest(tx: &mut Tx, id: i64, sponsor: &str, day: &str) -> Result<(), StoreError> {
    tx.run(ATTEST, args![sponsor, day, id]).await?;
    Ok(())
}

/// The day an account was last answered for; `None` where it never was.
pub async fn attested(tx: &mut Tx, id: i64) -> Result<Option<String>, StoreError> {
    Ok(tx.one(ATTESTED, args![id], |row| row.opt_text(0)).await?.flatten())
}

/// Of every account: number, who answered for it, the day; empty where nobody did.
pub async fn attestations(tx: &mut Tx) -> Result<Vec<(i64, String, String)>, StoreError> {
    tx.rows(ATTESTATIONS, args![], |row| Ok((row.int(0)?, row.text(1)?, row.text(2)?))).await
}

pub async fn session_seen(tx: &mut Tx, token_hash: &str, at: &str) -> Result<(), StoreError> {
    tx.run(SESSION_SEEN, args![at, token_hash]).await?;
    Ok(())
}

pub async fn end_session(tx: &mut Tx, token_hash: &str) -> Result<(), StoreError> {
    tx.run(SESSION_END, args![token_hash]).await?;
    Ok(())
}

/// Ends sessions not seen since an instant.
pub async fn sweep_sessions(tx: &mut Tx, before: &str) -> Result<u64, StoreError> {
    tx.run(SESSIONS_SWEEP, args![before]).await
}

/// Wrong passwords in a row under one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Throttle {
    pub failures: i64,
    pub last_at: String,
    pub wait_until: String,
}

pub async fn throttle(tx: &mut Tx, name: &str) -> Result<Option<Throttle>, StoreError> {
    tx.one(THROTTLE, args![name], |row| {
        Ok(Throttle { failures: row.int(0)?, last_at: row.text(1)?, wait_until: row.text(2)? })
    })
    .await
}

pub async fn set_throttle(tx: &mut Tx, name: &str, t: &Throttle) -> Result<(), StoreError> {
    tx.run(THROTTLE_SET, args![name, t.failures, &t.last_at, &t.wait_until]).await?;
    Ok(())
}

/// Counts one more under a name and gives the count with it. Whoever counts under the same name meanwhile
/// waits until this unit of work is over, and then counts on.
pub async fn count_throttle(tx: &mut Tx, name: &str, at: &str) -> Result<Throttle, StoreError> {
    tx.run(THROTTLE_COUNT, args![name, at]).await?;
    Ok(throttle(tx, name).await?.unwrap_or_default())
}

/// Gives one back, and the wait that was set for it unless a later one set another.
pub async fn give_throttle_back(
    tx: &mut Tx,
    name: &str,
    (set, before): (&str, &str),
) -> Result<(), StoreError> {
    tx.run(THROTTLE_BACK, args![name, set, before]).await?;
    Ok(())
}

pub async fn end_throttle(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    tx.run(THROTTLE_END, args![name]).await?;
    Ok(())
}

/// Forgets throttles that nobody has touched since an instant.
pub async fn sweep_throttles(tx: &mut Tx, before: &str) -> Result<u64, StoreError> {
    tx.run(THROTTLE_SWEEP, args![before]).await
}

/// Whether an account has been signed in from a place before.
pub async fn known_from(tx: &mut Tx, account: i64, place: &str) -> Result<bool, StoreError> {
    Ok(tx.one(KNOWN, args![account, place], |_| Ok(())).await?.is_some())
}

pub async fn know(tx: &mut Tx, account: i64, place: &str, at: &str) -> Result<(), StoreError> {
    tx.run(KNOW, args![account, place, at]).await?;
    Ok(())
}

/// Ends what anybody may have in hand by which a password is had: the one chosen, links, invitations and
/// sign-ins that wait for their code. Every session ends as well.
pub async fn end_password(tx: &mut Tx, account: i64, at: &str) -> Result<(), StoreError> {
    set_password(tx, account, "").await?;
    tx.run(LINKS_END, args![at, account]).await?;
    outside::end_invitations(tx, account, at).await?;
    sign_in::end_steps(tx, account).await
}

/// Ends every way into an account, whoever made it: after this nobody comes in before a new one is made.
pub async fn end_ways(tx: &mut Tx, account: i64, at: &str) -> Result<(), StoreError> {
    end_password(tx, account, at).await?;
    outside::part_all(tx, account).await?;
    sign_in::end_factor(tx, account).await
}

/// Makes a one-time link; those that the account had before are worth nothing from now on.
pub async fn add_link(tx: &mut Tx, hash: &str, account: i64, at: &str) -> Result<(), StoreError> {
    tx.run(LINKS_END, args![at, account]).await?;
    tx.run(LINK_INSERT, args![hash, account, at]).await?;
    Ok(())
}

/// The account of an unused link, and when it was made.
pub async fn link(tx: &mut Tx, hash: &str) -> Result<Option<(i64, String)>, StoreError> {
    tx.one(LINK, args![hash], |row| Ok((row.int(0)?, row.text(1)?))).await
}

/// Uses a link up; `Conflict` when somebody was faster.
pub async fn use_link(tx: &mut Tx, hash: &str, at: &str) -> Result<(), StoreError> {
    match tx.run(LINK_USE, args![at, hash]).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}
