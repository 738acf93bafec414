//! Takes back the newest import of a plan in one step; the version before it stands again.

use domain::access::{Act, Actor};
use domain::person::ChangeId;
use store::plans::{Version, Warning};
use store::{Tx, audit, changes, plans};

use super::bring::entry;
use super::room::may;
use crate::{Context, Wrong};

/// What was taken back, and what stands now.
#[derive(Clone, Debug)]
pub struct TakenBack {
    pub change: ChangeId,
    pub version: Version,
    /// None when the plan is gone with its only version.
    pub standing: Option<Version>,
}

/// Takes back the newest standing version of all plans.
///
/// Errors: refused when no plan stands; a conflict when somebody took it back first.
pub async fn undo(ctx: &Context, account: Option<i64>) -> Result<TakenBack, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let newest = plans::standing(&mut tx).await?.into_iter().max_by_key(|v| v.made.0);
    let Some(version) = newest else {
        return Err(Wrong::refused("No plan stands, so there is nothing to take back."));
    };
    end(ctx, tx, version, account).await
}

/// Takes back a plan's newest version, which whoever asks has seen to be that.
///
/// Errors: refused when they may not, or when another version has become the newest since.
pub async fn take_back(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
    version: i64,
) -> Result<TakenBack, Wrong> {
    may(actor, Act::KeepPlan)?;
    let mut tx = ctx.db.begin().await?;
    let newest = plans::standing(&mut tx).await?.into_iter().find(|v| v.plan == plan);
    match newest.filter(|newest| newest.id == version) {
        Some(newest) => end(ctx, tx, newest, actor.account_id()).await,
        None => Err(Wrong::refused(
            "Somebody brought a version in or took one back since you opened the page. Nothing was \
             changed: open it again.",
        )),
    }
}

async fn end(
    ctx: &Context,
    mut tx: Tx,
    version: Version,
    account: Option<i64>,
) -> Result<TakenBack, Wrong> {
    let at = ctx.now();
    let change = changes::begin_undo(&mut tx, &at, account, None, version.made).await?;
    plans::end(&mut tx, change, version.id).await?;
    let detail = format!("version {}", version.id);
    audit::write(&mut tx, &entry(&at, account, "plan undo", &detail)).await?;
    let standing = plans::standing(&mut tx).await?.into_iter().find(|v| v.plan == version.plan);
    tx.commit().await?;
    Ok(TakenBack { change, version, standing })
}

/// A plan's versions that nothing has taken back, newest first, and what was odd in the newest.
pub async fn versions(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
) -> Result<(Vec<Version>, Vec<Warning>), Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    let mut all = plans::versions(&mut tx, plan).await?;
    all.reverse();
    let warnings = match all.first() {
        Some(newest) => plans::warnings(&mut tx, newest.id).await?,
        None => Vec::new(),
    };
    Ok((all, warnings))
}
