//! Takes an applied import back, days later too, without losing what came after it.

use domain::person::ChangeId;
use store::{Work, audit, changes, imports, people};

use crate::context::{Context, Wrong};
use crate::taking_back::{Undone, take_back};

/// Undoes every change the import made, newest first, as one unit of work.
pub async fn undo(
    ctx: &Context,
    import: i64,
    account: Option<i64>,
    reason: &str,
) -> Result<Undone, Wrong> {
    let Some(place) = ctx.db.try_hold(Work::Applying).await? else {
        return Err(Wrong::Refused(format!(
            "A file is being applied just now. Import {import} was not touched: take it back when \
             that is done."
        )));
    };
    let mut tx = ctx.db.begin().await?;
    if !imports::move_state(&mut tx, import, ("applied", "undone"), None).await? {
        return Err(Wrong::refused(format!(
            "Import {import} is not applied, so there is nothing to undo."
        )));
    }
    let at = ctx.now();
    let mut undone = Undone::default();
    for change in imports::changes_of(&mut tx, import).await? {
        let change = ChangeId(change);
        let undoing = changes::begin_undo(&mut tx, &at, account, Some(reason), change).await?;
        let touched = people::touched_by(&mut tx, change).await?;
        take_back(&mut tx, &touched, (change, undoing), &mut undone).await?;
        let entry = audit::Entry {
            at: &at,
            account,
            act: "import taken back",
            person: None,
            purpose: "import",
            detail: &format!("import {import}"),
        };
        audit::write_many(&mut tx, &entry, &touched).await?;
    }
    tx.commit().await?;
    place.release().await;
    Ok(undone)
}
