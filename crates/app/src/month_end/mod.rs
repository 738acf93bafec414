//! Month end: the return put together from the register, frozen, checked, signed and kept.
//!
//! [`prepare`] loads everybody as known now and says what the return would hold; [`freeze`] keeps
//! that, with whom it tells of and its findings as work, as a version that is never edited; of the kept
//! file nothing is read again but who wrote it. [`sign_off`] makes it the council's return: from then on it has told. Invariant: the same register and the same
//! signed months give the same bytes, so nothing here that reaches the file reads the clock but the day of
//! sending, which is that of the freezing from then on.

mod as_sent;
mod figures;
mod freeze;
mod look;
mod prepare;
mod sign;
#[cfg(test)]
mod tests;

pub use figures::Frozen;
pub use freeze::{Asked, freeze, frozen};
pub use look::{Listed, Month, Opened, file, list, open, written};
pub use prepare::{Prepared, edition_for, prepare, told_again, write};
pub use sign::{settle, settle_code, sign_off};

use domain::access::{Act, Actor, Purpose};
use domain::statutory::month_end::{State, Version};
use jiff::civil::Date;
use store::snapshots::Snapshot;
use store::{Tx, audit};

use crate::context::{Context, Wrong, day_of};
use crate::permission;

/// What is said of a file that nobody signed and beside which nothing tells whom it names.
const FREEZE_AGAIN: &str = "This month was frozen by an earlier version of the program, which did not keep \
    whom its file names. Freeze it again.";

fn may(actor: &Actor, act: Act) -> Result<(), Wrong> {
    permission::may(actor, act, Purpose::Statutory)
}

/// The day of sending that a return carries when it is written outside a freezing: the day on which its month
/// was frozen last, so that it is the frozen file's; today while nobody has frozen it.
///
/// Source: file header of the return (DateOfSend beside PeriodEnd).
pub async fn sent_on(ctx: &Context, tx: &mut Tx, period_end: Date) -> Result<Date, Wrong> {
    let all = store::snapshots::all(tx).await?;
    let month = all.iter().filter(|snapshot| snapshot.period_end == period_end);
    let Some(last) = month.max_by_key(|snapshot| snapshot.version) else {
        return Ok(ctx.today());
    };
    let day = day_of(&last.frozen_at);
    day.ok_or_else(|| Wrong::Failed("a snapshot has no instant of its freezing".into()))
}

/// A snapshot as the rules of month end look at it.
fn version(snapshot: &Snapshot) -> Result<Version, Wrong> {
    let state = State::from_word(&snapshot.state);
    Ok(Version {
        period_end: snapshot.period_end,
        number: snapshot.version,
        state: state.ok_or_else(|| Wrong::Failed("a snapshot has an unknown state".into()))?,
        frozen_at: snapshot.frozen_at.clone(),
        signed_at: snapshot.signed_at.clone(),
    })
}

fn versions(snapshots: &[Snapshot]) -> Result<Vec<Version>, Wrong> {
    snapshots.iter().map(version).collect()
}

/// The audit row of an act on a whole month; people are in its file, not in the row.
async fn note(
    tx: &mut Tx,
    at: &str,
    actor: &Actor,
    (act, detail): (&str, &str),
) -> Result<(), Wrong> {
    let entry = audit::Entry {
        at,
        account: actor.account_id(),
        act,
        person: None,
        purpose: "month end",
        detail,
    };
    audit::write(tx, &entry).await?;
    Ok(())
}

async fn one(tx: &mut Tx, id: i64) -> Result<Snapshot, Wrong> {
    let found = store::snapshots::one(tx, id).await?;
    found.ok_or_else(|| Wrong::refused("There is no such month."))
}
