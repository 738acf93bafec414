//! Accounts and their sessions. Passwords arrive hashed and tokens arrive hashed; neither is known here.

use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    INSERT = "INSERT INTO account (id, email, name, role, organisation, localities, password_hash, active, failures, locked_until) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 0, NULL)";
    BY_EMAIL = "SELECT id, email, name, role, organisation, localities, password_hash, active, failures, locked_until FROM account WHERE email = $1";
    BY_ID = "SELECT id, email, name, role, organisation, localities, password_hash, active, failures, locked_until FROM account WHERE id = $1";
    ALL = "SELECT id, email, name, role, organisation, localities, password_hash, active, failures, locked_until FROM account ORDER BY name, id";
    SET_FAILURES = "UPDATE account SET failures = $1, locked_until = $2 WHERE id = $3";
    SET_ACTIVE = "UPDATE account SET active = $1 WHERE id = $2";
    SET_PASSWORD = "UPDATE account SET password_hash = $1, failures = 0, locked_until = NULL WHERE id = $2";
    UPDATE = "UPDATE account SET name = $1, role = $2, organisation = $3, localities = $4 WHERE id = $5";
    SESSION_INSERT = "INSERT INTO session (token_hash, account, made_at, seen_at) VALUES ($1, $2, $3, $4)";
    SESSION = "SELECT token_hash, account, made_at, seen_at FROM session WHERE token_hash = $1";
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

/// Remembers wrong passwords, or forgets them with 0 and none.
pub async fn set_failures(
    tx: &mut Tx,
    id: i64,
    failures: i64,
    locked_until: Option<&str>,
) -> Result<(), StoreError> {
    tx.run(SET_FAILURES, args![failures, locked_until, id]).await?;
    Ok(())
}

/// Switches an account on or off; off ends its sessions at once.
pub async fn set_active(tx: &mut Tx, id: i64, active: bool) -> Result<(), StoreError> {
    tx.run(SET_ACTIVE, args![active, id]).await?;
    if !active {
        tx.run(SESSIONS_END, args![id]).await?;
    }
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
    tx.run(SESSION_INSERT, args![&s.token_hash, s.account, &s.made_at, &s.seen_at]).await?;
    Ok(())
}

pub async fn session(tx: &mut Tx, token_hash: &str) -> Result<Option<Session>, StoreError> {
    tx.one(SESSION, args![token_hash], |row| {
        Ok(Session {
            token_hash: row.text(0)?,
            account: row.int(1)?,
            made_at: row.text(2)?,
            seen_at: row.text(3)?,
        })
    })
    .await
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
