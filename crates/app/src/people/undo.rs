//! Takes back what one worker confirmed for many people at once. An import is taken back in its own room.

use domain::access::{Act, Actor, Purpose};
use domain::person::{ChangeId, PersonId};
use store::{audit, changes, people};

use super::edit::may_edit;
use super::within_reach;
use crate::context::{Context, Wrong};
use crate::taking_back::{Undone, take_back};

/// What a unit of work is called that confirmed many people.
pub(super) const CONFIRMATION: &str = "confirmation";

/// Takes a confirmation back; what was recorded after it stays. Only who confirmed may, and only while
/// everybody in it is still within reach.
///
/// Errors: refused when it is somebody else's, no confirmation, or taken back already.
pub async fn unconfirm(ctx: &Context, actor: &Actor, change: ChangeId) -> Result<Undone, Wrong> {
    may_edit(actor)?;
    let mut tx = ctx.db.begin().await?;
    let found = changes::one(&mut tx, change).await?;
    let own = |c: &changes::Change| c.kind == CONFIRMATION && c.account == actor.account_id();
    let Some(found) = found.filter(own) else {
        return Err(Wrong::refused("Only who confirmed people can take that back."));
    };
    if found.undone_by.is_some() {
        return Err(Wrong::refused("That was taken back already."));
    }
    let touched = people::touched_by(&mut tx, change).await?;
    for person in &touched {
        within_reach(&mut tx, actor, (Act::EditPeople, Purpose::Support), PersonId(*person))
            .await?;
    }
    let at = ctx.now();
    let reason = Some("Confirmed by mistake");
    let undoing = changes::begin_undo(&mut tx, &at, actor.account_id(), reason, change).await?;
    let mut undone = Undone::default();
    take_back(&mut tx, &touched, (change, undoing), &mut undone).await?;
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "confirmation taken back",
        person: None,
        purpose: "follow-up",
        detail: "activity",
    };
    audit::write_many(&mut tx, &entry, &touched).await?;
    tx.commit().await?;
    Ok(undone)
}
