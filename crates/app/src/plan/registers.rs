//! The registers a plan keeps: read them, add a line, word a line anew. A line that somebody else has
//! worded in the meantime is not written over; both wordings are shown and the reader decides.

use domain::access::{Act, Actor};
use domain::plan::{LineRefused, register};
use store::plans::entries::{self, Entry};
use store::{StoreError, audit, changes, plans};

use super::bring::entry;
use super::room::may;
use crate::{Context, Wrong};

/// What came of writing a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    Saved {
        entry: i64,
    },
    Refused(Vec<LineRefused>),
    /// Somebody else worded it first: the line as it stands now.
    Overtaken(Option<Box<Entry>>),
}

/// A line as somebody typed it.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub line: Entry,
    pub day: String,
    pub amount: String,
    /// The wording that was seen; 0 for a new line.
    pub seen: i64,
}

/// Every line of every register.
pub async fn lines(ctx: &Context, actor: &Actor, plan: i64) -> Result<Vec<Entry>, Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(entries::standing(&mut tx, plan).await?)
}

/// A line's wordings, newest first, with when and by whom.
pub async fn wordings(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
    line: i64,
) -> Result<Vec<(Entry, String, String)>, Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(entries::history(&mut tx, plan, line).await?)
}

/// Adds a line, or words it anew.
///
/// Errors: refused when the actor may not, or there is no such plan or register.
pub async fn write(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
    draft: &Draft,
) -> Result<Written, Wrong> {
    may(actor, Act::RatePlan)?;
    let kept = register(&draft.line.register).ok_or_else(|| Wrong::refused("No such register."))?;
    let line = &draft.line;
    let mut refused = kept.judge(&line.title, &line.state, &draft.day, &draft.amount);
    let filled = [
        ("detail", line.detail.as_str()),
        ("body", &line.body),
        ("person", &line.person),
        ("day", &draft.day),
    ];
    refused.extend(kept.missing(&filled));
    if !refused.is_empty() {
        return Ok(Written::Refused(refused));
    }
    let mut line = draft.line.clone();
    line.on = draft.day.trim().parse().ok();
    line.amount = draft.amount.trim().replace([',', '£'], "").parse().ok();
    let at = ctx.now();
    let mut tx = ctx.db.begin().await?;
    let act = "plan register";
    let change = changes::begin(&mut tx, &at, act, actor.account_id(), None, None).await?;
    if !plans::standing(&mut tx).await?.iter().any(|version| version.plan == plan) {
        return Err(Wrong::refused("No such plan stands."));
    }
    if line.entry != 0 {
        match entries::end(&mut tx, change, plan, draft.seen).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => {
                let now = entries::one(&mut tx, plan, line.entry).await?;
                return Ok(Written::Overtaken(now.map(Box::new)));
            }
            Err(other) => return Err(other.into()),
        }
    }
    let saved = entries::write(&mut tx, change, plan, &line).await?;
    let detail = format!("plan {plan}: {} line {saved}", kept.name);
    audit::write(&mut tx, &entry(&at, actor.account_id(), act, &detail)).await?;
    tx.commit().await?;
    Ok(Written::Saved { entry: saved })
}
