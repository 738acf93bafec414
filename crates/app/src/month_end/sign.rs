//! Settling findings and signing a month off.

use domain::access::{Act, Actor};
use domain::statutory::month_end::{State, may_sign};
use store::snapshots;

use super::{figures, may, note, one, version, versions};
use crate::context::{Context, Wrong};

/// Settles one finding as it is. The file is not changed by it.
pub async fn settle(ctx: &Context, actor: &Actor, id: i64, line: i64) -> Result<(), Wrong> {
    may(actor, Act::MonthEnd)?;
    let mut tx = ctx.db.begin().await?;
    unsigned(&one(&mut tx, id).await?.state)?;
    let at = ctx.now();
    if !snapshots::settle(&mut tx, (id, line), &at, actor.account).await? {
        return Err(Wrong::refused("That finding is not open any more."));
    }
    let detail = format!("snapshot {id}, finding {line}");
    note(&mut tx, &at, actor, ("finding settled", &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// Settles every open finding of a code; how many there were.
pub async fn settle_code(ctx: &Context, actor: &Actor, id: i64, code: &str) -> Result<u64, Wrong> {
    may(actor, Act::MonthEnd)?;
    let mut tx = ctx.db.begin().await?;
    unsigned(&one(&mut tx, id).await?.state)?;
    let at = ctx.now();
    let settled = snapshots::settle_code(&mut tx, (id, code), &at, actor.account).await?;
    if settled == 0 {
        return Err(Wrong::refused("No finding of that kind is open any more."));
    }
    let detail = format!("snapshot {id}, {settled} findings of code {code}");
    note(&mut tx, &at, actor, ("findings settled", &detail)).await?;
    tx.commit().await?;
    Ok(settled)
}

fn unsigned(state: &str) -> Result<(), Wrong> {
    match state == State::Signed.word() {
        true => Err(Wrong::refused("This month is signed; its findings stay as they were.")),
        false => Ok(()),
    }
}

/// Signs a version off: from now on it is what was returned, and its leavers have been told of.
pub async fn sign_off(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    may(actor, Act::SignOff)?;
    let mut tx = ctx.db.begin().await?;
    let snapshot = one(&mut tx, id).await?;
    let known = versions(&snapshots::all(&mut tx).await?)?;
    let open = snapshots::open_findings(&mut tx).await?;
    let serious = open.iter().find(|row| row.0 == id).map_or(0, |row| row.2);
    let rejections = figures::read(&snapshot.figures)?.rejections;
    may_sign(&version(&snapshot)?, &known, &rejections, serious.unsigned_abs())
        .map_err(|refusal| Wrong::refused(refusal.to_string()))?;
    if snapshots::named(&mut tx, &snapshot).await?.is_none() {
        return Err(Wrong::refused(super::FREEZE_AGAIN));
    }
    let at = ctx.now();
    let states = (State::Frozen.word(), State::Signed.word());
    if !snapshots::sign(&mut tx, id, states, &at, actor.account_id()).await? {
        return Err(Wrong::refused("Someone else has signed this in the meantime."));
    }
    let detail = format!("{} version {}", snapshot.period_end, snapshot.version);
    note(&mut tx, &at, actor, ("month signed off", &detail)).await?;
    tx.commit().await?;
    Ok(())
}
