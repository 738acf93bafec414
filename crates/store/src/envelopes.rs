//! Accounts that lie sealed in an envelope, and every use of one. Neither password nor secret is known here.

use crate::args;
use crate::engine::{StoreError, Tx};
use crate::statements::statements;

statements! {
    MAKE = "INSERT INTO envelope (account, made_at) VALUES ($1, $2) ON CONFLICT (account) DO UPDATE SET made_at = $2";
    IS = "SELECT 1 FROM envelope WHERE account = $1";
    ALL = "SELECT account FROM envelope ORDER BY account";
    USED = "INSERT INTO envelope_use (account, at) VALUES ($1, $2) ON CONFLICT (account, at) DO NOTHING";
    USES = "SELECT a.name, u.at FROM envelope_use u JOIN account a ON a.id = u.account WHERE u.at >= $1 ORDER BY u.at DESC LIMIT 200";
}

/// Says that an account lies in an envelope, from now on anew.
pub async fn make(tx: &mut Tx, account: i64, at: &str) -> Result<(), StoreError> {
    tx.run(MAKE, args![account, at]).await?;
    Ok(())
}

pub async fn is_sealed(tx: &mut Tx, account: i64) -> Result<bool, StoreError> {
    Ok(tx.one(IS, args![account], |_| Ok(())).await?.is_some())
}

/// Every account that lies in an envelope.
pub async fn all(tx: &mut Tx) -> Result<Vec<i64>, StoreError> {
    tx.rows(ALL, args![], |row| row.int(0)).await
}

pub async fn used(tx: &mut Tx, account: i64, at: &str) -> Result<(), StoreError> {
    tx.run(USED, args![account, at]).await?;
    Ok(())
}

/// Which was used and when, newest first, since an instant.
pub async fn uses(tx: &mut Tx, since: &str) -> Result<Vec<(String, String)>, StoreError> {
    tx.rows(USES, args![since], |row| Ok((row.text(0)?, row.text(1)?))).await
}
