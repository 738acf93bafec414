//! Looking at imports: the list, one import, its rows.

use store::imports::{self, Import, ImportRow};

use crate::context::{Context, Wrong};

/// The newest imports.
pub async fn newest(ctx: &Context, most: i64) -> Result<Vec<Import>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(imports::newest(&mut tx, most).await?)
}

pub async fn one(ctx: &Context, id: i64) -> Result<Option<Import>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(imports::one(&mut tx, id).await?)
}

/// All rows of an import with their fates, in the file's order.
pub async fn rows(ctx: &Context, id: i64) -> Result<Vec<ImportRow>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(imports::all_rows(&mut tx, id).await?)
}

/// Rows of one effect after a line, a page at a time.
pub async fn rows_of(
    ctx: &Context,
    id: i64,
    effect: &str,
    after: i64,
    most: i64,
) -> Result<Vec<ImportRow>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(imports::rows(&mut tx, id, effect, after, most).await?)
}

/// Held rows that wait for somebody, over all imports.
pub async fn held_open(ctx: &Context) -> Result<i64, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(imports::held_open(&mut tx).await?)
}
