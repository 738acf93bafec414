//! Accounts that searched, or opened records, faster than people do: when, and in how many minutes of the day. What
//! else is written down once in a while is counted here too, under other names.

use crate::args;
use crate::engine::{StoreError, Tx};
use crate::statements::statements;

statements! {
    COUNT = "INSERT INTO hasty_search (account, day, act, minutes, last_at) VALUES ($1, $2, $3, 1, $4) ON CONFLICT (account, day, act) DO UPDATE SET minutes = hasty_search.minutes + 1, last_at = $4 WHERE hasty_search.last_at <= $5";
    LAST = "SELECT last_at FROM hasty_search WHERE account = $1 AND day = $2 AND act = $3";
    SINCE = "SELECT h.account, a.name, h.day, h.act, h.minutes, h.last_at FROM hasty_search h JOIN account a ON a.id = h.account WHERE h.day >= $1 AND h.act IN ('search', 'record') ORDER BY h.day DESC, h.last_at DESC LIMIT 200";
}

/// One account on one day in one of the two ways.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hasty {
    pub account: i64,
    pub account_name: String,
    pub day: String,
    /// "search" or "record".
    pub act: String,
    pub minutes: i64,
    /// UTC, RFC 3339.
    pub last_at: String,
}

/// Counts a minute of an account's; whether it is a new one, which none since `before` was.
pub async fn count(
    tx: &mut Tx,
    (account, act): (i64, &str),
    day: &str,
    (at, before): (&str, &str),
) -> Result<bool, StoreError> {
    Ok(tx.run(COUNT, args![account, day, act, at, before]).await? == 1)
}

/// The last minute of a day that was counted, if one was: so that whoever goes on and on is not written down
/// each time.
pub async fn last(
    tx: &mut Tx,
    (account, act): (i64, &str),
    day: &str,
) -> Result<Option<String>, StoreError> {
    tx.one(LAST, args![account, day, act], |row| row.text(0)).await
}

/// Those in haste from a day on, newest first.
pub async fn since(tx: &mut Tx, day: &str) -> Result<Vec<Hasty>, StoreError> {
    tx.rows(SINCE, args![day], |row| {
        Ok(Hasty {
            account: row.int(0)?,
            account_name: row.text(1)?,
            day: row.text(2)?,
            act: row.text(3)?,
            minutes: row.int(4)?,
            last_at: row.text(5)?,
        })
    })
    .await
}
