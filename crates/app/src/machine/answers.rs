//! Sent twice is done once: what was answered to what a system sent under a key of its own.

use jiff::{SignedDuration, Timestamp};
use store::machine;

use crate::context::{Context, Wrong};

/// Answers are given again for so long.
const DAYS_KEPT: i64 = 7;
/// Work that has not ended after so long was broken off, and its key is free again.
const BROKEN_OFF: SignedDuration = SignedDuration::from_mins(5);

/// What a key comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is new: go on, then say how it was answered.
    Go,
    /// The same was answered before: give the same answer.
    Again(i64, String),
    /// The same is being worked on.
    Busy,
    /// Something else was sent under this key.
    Other,
}

/// Takes a key for a request.
pub async fn begin(
    ctx: &Context,
    token: i64,
    key: &str,
    request_hash: &str,
) -> Result<Begun, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let begun = begin_in(ctx, &mut tx, (token, key), request_hash).await?;
    tx.commit().await?;
    Ok(begun)
}

pub(super) async fn begin_in(
    ctx: &Context,
    tx: &mut store::Tx,
    (token, key): (i64, &str),
    request_hash: &str,
) -> Result<Begun, Wrong> {
    let at = ctx.now();
    let old = ctx.timestamp() - SignedDuration::from_hours(24 * DAYS_KEPT);
    machine::sweep(tx, &format!("{old:.6}")).await?;
    if machine::begin(tx, (token, key), (request_hash, &at)).await? {
        return Ok(Begun::Go);
    }
    let Some(kept) = machine::answer(tx, token, key).await? else { return Ok(Begun::Busy) };
    if kept.request_hash != request_hash {
        return Ok(Begun::Other);
    }
    if kept.status > 0 {
        return Ok(Begun::Again(kept.status, kept.content));
    }
    let since = kept.at.parse::<Timestamp>().unwrap_or(Timestamp::MIN);
    if ctx.timestamp().duration_since(since) < BROKEN_OFF {
        return Ok(Begun::Busy);
    }
    machine::forget(tx, token, key).await?;
    let free = machine::begin(tx, (token, key), (request_hash, &at)).await?;
    Ok(if free { Begun::Go } else { Begun::Busy })
}

/// Keeps the answer.
pub async fn answered(
    ctx: &Context,
    token: i64,
    key: &str,
    (status, content): (i64, &str),
) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    machine::answered(&mut tx, (token, key), (status, content)).await?;
    tx.commit().await?;
    Ok(())
}

/// Frees a key whose request was refused, so that it can be mended and sent again.
pub async fn forget(ctx: &Context, token: i64, key: &str) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    machine::forget(&mut tx, token, key).await?;
    tx.commit().await?;
    Ok(())
}
