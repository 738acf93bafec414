//! The whole demonstration, or a register that says it has not all of one: the town is kept in one unit of work, what
//! comes after it in others, and whoever is stopped in between leaves half a town. The mark stands from before the
//! first of them to behind the last.

use domain::person::ChangeId;
use store::organisations::{set, setting};
use store::{Tx, changes};

use super::{Made, Plan, build, foresight, strategy};
use crate::context::{Context, Wrong};

/// The setting that says so.
const MAKING: &str = "demo_making";

/// What is to be done about one that is not whole.
pub const UNFINISHED: &str = "A demonstration was begun in this register and did not come to its end. If no \
    waymark demo is at work on it now, make the database anew (DROP DATABASE, CREATE DATABASE), or name another \
    folder, and run waymark demo again.";

/// Whether a demonstration was begun and has not come to its end.
pub async fn is_unfinished(tx: &mut Tx) -> Result<bool, Wrong> {
    Ok(setting(tx, MAKING).await?.is_some_and(|value| value == "yes"))
}

/// Fills an empty register with a town, its strategy and its predictor.
///
/// Errors: a refusal when the register already holds anything.
pub async fn make(ctx: &Context, plan: &Plan) -> Result<Made, Wrong> {
    let mut tx = ctx.db.begin().await?;
    if changes::latest(&mut tx).await? == ChangeId(0) {
        set(&mut tx, MAKING, "yes").await?;
    } else if is_unfinished(&mut tx).await? {
        return Err(Wrong::refused(UNFINISHED));
    }
    tx.commit().await?;
    let made = build(ctx, plan).await?;
    strategy(ctx).await?;
    foresight(ctx).await?;
    let mut tx = ctx.db.begin().await?;
    set(&mut tx, MAKING, "no").await?;
    tx.commit().await?;
    Ok(made)
}
