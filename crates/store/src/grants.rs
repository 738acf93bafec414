//! Roles that can approve, as one asks for them for an account and another agrees. What was asked and is not
//! agreed to gives nothing; the audit keeps what was dropped.

use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    ASK = "INSERT INTO role_grant (id, account, role, localities, asked_by, asked_at, agreed_by, agreed_at) VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL)";
    WAITING = "SELECT id, role, localities, asked_by, asked_at FROM role_grant WHERE account = $1 AND agreed_at IS NULL AND asked_at > $2 ORDER BY id DESC LIMIT 1";
    ALL_WAITING = "SELECT account FROM role_grant WHERE agreed_at IS NULL AND asked_at > $1 ORDER BY account";
    AGREE = "UPDATE role_grant SET agreed_by = $1, agreed_at = $2 WHERE id = $3 AND agreed_at IS NULL";
    DROP = "DELETE FROM role_grant WHERE account = $1 AND agreed_at IS NULL";
    SECOND = "SELECT agreed_by FROM (SELECT agreed_by, agreed_at FROM role_grant WHERE account = $1 UNION ALL SELECT agreed_by, agreed_at FROM factor_recovery WHERE account = $1) AS agreed WHERE agreed_at > $2 ORDER BY agreed_at DESC LIMIT 1";
}

/// A role that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub id: i64,
    pub role: String,
    /// Locality names, one a line.
    pub localities: String,
    pub asked_by: i64,
    /// UTC, RFC 3339.
    pub asked_at: String,
}

fn read(row: &Row<'_>) -> Result<Grant, StoreError> {
    Ok(Grant {
        id: row.int(0)?,
        role: row.text(1)?,
        localities: row.text(2)?,
        asked_by: row.int(3)?,
        asked_at: row.text(4)?,
    })
}

/// Waits for every unit of work that gives a role, or makes a way into an account, and keeps others from
/// beginning one until this one ends: so whoever makes a way in reads the role that the account has, and two who
/// agree leave none that was being made. Each takes its turn before anything else, that of the audit above all,
/// since two who hold what the other waits for would wait for ever.
pub async fn alone(tx: &mut Tx) -> Result<(), StoreError> {
    changes::take(tx, "role_grant", 0).await.map(|_| ())
}

/// Keeps what is asked for an account, in place of what was asked before. The number is not read.
pub async fn ask(tx: &mut Tx, account: i64, grant: &Grant) -> Result<(), StoreError> {
    // Taking a number has another who asks at the same time wait: so they find what this one asked, and one stands.
    let id = changes::take(tx, "role_grant", 1).await?;
    tx.run(DROP, args![account]).await?;
    let (role, localities) = (&grant.role, &grant.localities);
    tx.run(ASK, args![id, account, role, localities, grant.asked_by, &grant.asked_at]).await?;
    Ok(())
}

/// What was asked for an account after an instant and waits for a second person.
pub async fn waiting(tx: &mut Tx, account: i64, after: &str) -> Result<Option<Grant>, StoreError> {
    tx.one(WAITING, args![account, after], read).await
}

/// The accounts for which something was asked after an instant and waits.
pub async fn all_waiting(tx: &mut Tx, after: &str) -> Result<Vec<i64>, StoreError> {
    tx.rows(ALL_WAITING, args![after], |row| row.int(0)).await
}

/// `Conflict` when somebody was faster.
pub async fn agree(tx: &mut Tx, id: i64, by: Option<i64>, at: &str) -> Result<(), StoreError> {
    match tx.run(AGREE, args![by, at, id]).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

pub async fn drop_asked(tx: &mut Tx, account: i64) -> Result<(), StoreError> {
    tx.run(DROP, args![account]).await?;
    Ok(())
}

/// Who agreed last, after an instant, to something of an account that takes two: its role, or that its
/// device is taken away.
pub async fn second(tx: &mut Tx, account: i64, after: &str) -> Result<Option<i64>, StoreError> {
    Ok(tx.one(SECOND, args![account, after], |row| row.opt_int(0)).await?.flatten())
}
