//! Accounts that searched faster than people do: when, and in how many minutes of the day.

use crate::args;
use crate::engine::{StoreError, Tx};
use crate::statements::statements;

statements! {
    COUNT = "INSERT INTO hasty_search (account, day, minutes, last_at) VALUES ($1, $2, 1, $3) ON CONFLICT (account, day) DO UPDATE SET minutes = hasty_search.minutes + 1, last_at = $3 WHERE hasty_search.last_at <= $4";
    SINCE = "SELECT h.account, a.name, h.day, h.minutes, h.last_at FROM hasty_search h JOIN account a ON a.id = h.account WHERE h.day >= $1 ORDER BY h.day DESC, h.last_at DESC LIMIT 200";
}

/// One account on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hasty {
    pub account: i64,
    pub account_name: String,
    pub day: String,
    pub minutes: i64,
    /// UTC, RFC 3339.
    pub last_at: String,
}

/// Counts a minute of an account's; whether it is a new one, which none since `before` was.
pub async fn count(
    tx: &mut Tx,
    account: i64,
    day: &str,
    (at, before): (&str, &str),
) -> Result<bool, StoreError> {
    Ok(tx.run(COUNT, args![account, day, at, before]).await? == 1)
}

/// From a day on, newest first.
pub async fn since(tx: &mut Tx, day: &str) -> Result<Vec<Hasty>, StoreError> {
    tx.rows(SINCE, args![day], |row| {
        Ok(Hasty {
            account: row.int(0)?,
            account_name: row.text(1)?,
            day: row.text(2)?,
            minutes: row.int(3)?,
            last_at: row.text(4)?,
        })
    })
    .await
}
