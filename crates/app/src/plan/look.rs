//! Looks at what stands.

use domain::plan::Plan;
use store::plans::{Version, Warning};
use store::{StoreError, plans};

use crate::{Context, Wrong};

/// A standing version with its plan and its warnings.
#[derive(Clone, Debug)]
pub struct Shown {
    pub version: Version,
    pub plan: Plan,
    pub warnings: Vec<Warning>,
}

/// Every plan that stands, with the ratings it has today, from one consistent moment.
pub async fn standing(ctx: &Context) -> Result<Vec<Shown>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let mut shown = Vec::new();
    for version in plans::standing(&mut tx).await? {
        let mut plan = plans::load(&mut tx, version.id).await?.ok_or(StoreError::Inconsistent {
            table: "plan_version",
            id: version.id.to_string(),
            what: "it is listed and cannot be loaded".to_owned(),
        })?;
        plan.marked(&plans::marks::on(&mut tx, &version, ctx.today()).await?);
        let warnings = plans::warnings(&mut tx, version.id).await?;
        shown.push(Shown { version, plan, warnings });
    }
    Ok(shown)
}
