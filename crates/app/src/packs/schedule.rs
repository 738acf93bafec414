//! Packs that are made every month without anybody asking again: counted within the reach of who asked
//! for them, frozen with their words, and written into the circulation like any other.

use domain::access::Actor;
use domain::calendar::Month;
use sha2::{Digest, Sha256};
use store::reports::{self, Circulation};
use store::schedules::{self, Made, Schedule};

use super::files::stamped;
use super::make::{Audience, Pack, pack};
use super::words::{analysis, subject};
use crate::{Context, Wrong};

/// A schedule with what it has made, as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub id: i64,
    pub mine: bool,
    pub by: String,
    pub to: String,
    pub purpose: String,
    /// Months made, the newest first; they are for who asked alone.
    pub months: Vec<Month>,
}

/// Asks for a pack to be made every month; the schedule's number.
///
/// Errors: refused without a receiver and a purpose, and for an audience the reader may not have.
pub async fn schedule(
    ctx: &Context,
    actor: &Actor,
    audience: &Audience,
    (to, purpose): (&str, &str),
) -> Result<i64, Wrong> {
    if to.trim().is_empty() || purpose.trim().is_empty() {
        return Err(Wrong::refused("Say whom the pack goes to every month and what for."));
    }
    // Whoever may not have it now is told now, not next month by silence.
    pack(ctx, actor, audience, Month::of(ctx.today()).plus(-1)).await?;
    let row = Schedule {
        id: 0,
        account: actor.account_id(),
        account_name: String::new(),
        kind: audience.kind().to_owned(),
        named: audience.key().to_owned(),
        sent_to: to.trim().to_owned(),
        purpose: purpose.trim().to_owned(),
    };
    let mut tx = ctx.db.begin().await?;
    let id = schedules::add(&mut tx, &row, &ctx.now()).await?;
    tx.commit().await?;
    Ok(id)
}

/// The schedules of an audience.
pub async fn scheduled(
    ctx: &Context,
    actor: &Actor,
    audience: &Audience,
) -> Result<Vec<Standing>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let mut found = Vec::new();
    for row in schedules::all(&mut tx).await? {
        if (row.kind.as_str(), row.named.as_str()) != (audience.kind(), audience.key()) {
            continue;
        }
        let mine = row.account == actor.account_id();
        let made = if mine { schedules::months(&mut tx, row.id).await? } else { Vec::new() };
        found.push(Standing {
            id: row.id,
            mine,
            by: row.account_name,
            to: row.sent_to,
            purpose: row.purpose,
            months: made.iter().filter_map(|month| month.parse().ok()).collect(),
        });
    }
    Ok(found)
}

/// Ends one's own schedule; what it made stays.
pub async fn end_schedule(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    let me = actor.account_id().unwrap_or_default();
    if !schedules::end(&mut tx, id, (&ctx.now(), me)).await? {
        return Err(Wrong::refused("Only who asked for a pack every month ends it."));
    }
    tx.commit().await?;
    Ok(())
}

/// A pack as it was made for a month: its figures as CSV. Nothing for others than who asked.
pub async fn made(
    ctx: &Context,
    actor: &Actor,
    (id, month): (i64, Month),
) -> Result<Option<Made>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let all = schedules::all(&mut tx).await?;
    let mine = all.iter().any(|row| row.id == id && row.account == actor.account_id());
    if !mine {
        return Ok(None);
    }
    Ok(schedules::made(&mut tx, id, &month.to_string()).await?)
}

/// Makes every scheduled pack of the last whole month that was not made yet; how many were made.
///
/// Called by the server every hour and by `waymark report due`; asked twice it makes nothing twice. A
/// pack whose asker is gone or may no longer have it is passed over.
pub async fn make_due(ctx: &Context) -> Result<usize, Wrong> {
    let month = Month::of(ctx.today()).plus(-1);
    let mut tx = ctx.db.begin_read().await?;
    let all = schedules::all(&mut tx).await?;
    drop(tx);
    let mut count = 0;
    for row in all {
        let mut tx = ctx.db.begin_read().await?;
        let done = schedules::months(&mut tx, row.id).await?;
        let actor = crate::accounts::absent(ctx, &mut tx, row.account).await?;
        drop(tx);
        let audience = Audience::from_words(&row.kind, &row.named);
        let Some((actor, audience)) = actor.zip(audience) else { continue };
        if done.contains(&month.to_string()) {
            continue;
        }
        let found = match pack(ctx, &actor, &audience, month).await {
            Err(Wrong::Refused(_)) => continue,
            found => found?,
        };
        count += usize::from(keep(ctx, (&row, &actor.name), &found).await?);
    }
    Ok(count)
}

/// Freezes a pack and writes down whom it goes to, in one unit of work.
async fn keep(ctx: &Context, (row, by): (&Schedule, &str), found: &Pack) -> Result<bool, Wrong> {
    let words = analysis(ctx, found).await?;
    let (at, month) = (ctx.now(), found.month.to_string());
    let mut tx = ctx.db.begin().await?;
    let sent = Circulation {
        serial: 0,
        at: at.clone(),
        subject: subject(&found.audience),
        month: month.clone(),
        sent_to: row.sent_to.clone(),
        purpose: row.purpose.clone(),
        how: "every month".to_owned(),
        account_name: String::new(),
    };
    let serial = reports::circulate(&mut tx, &sent, row.account).await?;
    let bytes = stamped(ctx, found, (serial, by, &row.purpose))?;
    let hash = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    let made = Made {
        schedule: row.id,
        month,
        at,
        serial,
        words: words.text,
        content: String::from_utf8_lossy(&bytes).into_owned(),
        hash,
    };
    // Two who make the same month at once: the second leaves nothing behind, not even a serial's row.
    if !schedules::keep(&mut tx, &made).await? {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}
