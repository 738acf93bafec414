//! Takes back the newest import of a plan in one step; the version before it stands again.

use domain::person::ChangeId;
use store::plans::Version;
use store::{audit, changes, plans};

use super::bring::entry;
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
    let at = ctx.now();
    let change = changes::begin_undo(&mut tx, &at, account, None, version.made).await?;
    plans::end(&mut tx, change, version.id).await?;
    let detail = format!("version {}", version.id);
    audit::write(&mut tx, &entry(&at, account, "plan undo", &detail)).await?;
    let standing = plans::standing(&mut tx).await?.into_iter().find(|v| v.plan == version.plan);
    tx.commit().await?;
    Ok(TakenBack { change, version, standing })
}
