//! Packs that are made every month without anybody asking again: counted within the reach of who asked
//! for them, frozen with their words, and written into the circulation like any other.

use domain::access::{Act, Actor, decide};
use domain::calendar::Month;
use sha2::{Digest, Sha256};
use store::reports::{self, Circulation};
use store::schedules::{self, Made, Schedule};

use super::files::stamped;
use super::make::{Audience, pack};
use super::told::Telling;
use super::words::{analysis, short, subject};
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
/// Errors: refused without a receiver and a purpose, for a dashboard, and for an audience the reader may not
/// have.
pub async fn schedule(
    ctx: &Context,
    actor: &Actor,
    audience: &Audience,
    about: (&str, &str),
) -> Result<i64, Wrong> {
    told(about)?;
    audience.may_leave(actor)?;
    // Whoever may not have it now is told now, not next month by silence.
    pack(ctx, actor, audience, Month::of(ctx.today()).plus(-1)).await?;
    add(ctx, actor, (audience.kind(), audience.key()), about).await
}

/// Errors: refused without a receiver and a purpose, and where they are too long.
pub(crate) fn told(about: (&str, &str)) -> Result<(), Wrong> {
    match about.0.trim().is_empty() || about.1.trim().is_empty() {
        true => Err(Wrong::refused("Say whom it goes to every time and what for.")),
        false => short(about),
    }
}

/// Keeps a schedule of something by its kind and what it is about.
///
/// Errors: refused where the same account has the same made for the same receiver: it would go out twice each time.
pub(crate) async fn add(
    ctx: &Context,
    actor: &Actor,
    (kind, named): (&str, &str),
    (to, purpose): (&str, &str),
) -> Result<i64, Wrong> {
    let row = Schedule {
        id: 0,
        account: actor.account_id(),
        account_name: String::new(),
        kind: kind.to_owned(),
        named: named.to_owned(),
        sent_to: to.trim().to_owned(),
        purpose: purpose.trim().to_owned(),
    };
    let mut tx = ctx.db.begin().await?;
    let same = |other: &Schedule| {
        let of = (&other.kind, &other.named, &other.sent_to);
        other.account == row.account && of == (&row.kind, &row.named, &row.sent_to)
    };
    if schedules::all(&mut tx).await?.iter().any(same) {
        return Err(Wrong::refused("You have it made for them already."));
    }
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
    standing(ctx, actor, (audience.kind(), audience.key())).await
}

/// The schedules of something by its kind and what it is about: the reader's own, and those of others who
/// have the same reach, since only these make the same.
pub(crate) async fn standing(
    ctx: &Context,
    actor: &Actor,
    about: (&str, &str),
) -> Result<Vec<Standing>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let mut found = Vec::new();
    for row in schedules::all(&mut tx).await? {
        if (row.kind.as_str(), row.named.as_str()) != about {
            continue;
        }
        let mine = row.account == actor.account_id();
        if !mine {
            let asker = crate::accounts::absent(ctx, &mut tx, row.account).await?;
            if asker.is_none_or(|asker| asker.scope.name() != actor.scope.name()) {
                continue;
            }
        }
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
        return Err(Wrong::refused("Only who asked for it to be made every time ends it."));
    }
    tx.commit().await?;
    Ok(())
}

/// A pack as it was made for a month: its figures as CSV, and its words. Nothing for others than who asked.
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
    let mut count = 0;
    for (row, actor) in
        due(ctx, month, |row| Audience::from_words(&row.kind, &row.named).is_some()).await?
    {
        let Some(audience) = Audience::from_words(&row.kind, &row.named) else { continue };
        let found = match pack(ctx, &actor, &audience, month).await {
            Err(Wrong::Refused(_) | Wrong::Denied(_)) => continue,
            found => found?,
        };
        let words = analysis(ctx, &actor, &found).await?.handed_on();
        let (subject, by) = (subject(&audience, &actor), actor.name);
        let telling = Some(&found.telling);
        let frozen = Frozen { subject: &subject, month, how: "every month", words, telling };
        let write = |serial| stamped(ctx, &found, (serial, &by, &row.purpose));
        count += match freeze(ctx, &row, frozen, write).await {
            // Another went out meanwhile: this one is made the next time.
            Err(Wrong::Refused(_)) => 0,
            made => usize::from(made?),
        };
    }
    Ok(count)
}

/// The schedules, of those that are wanted, that have made nothing for a month yet, each with who asked for
/// it. One whose asker is gone, or has no role any more that reads figures, is passed over.
pub(crate) async fn due(
    ctx: &Context,
    month: Month,
    wanted: impl Fn(&Schedule) -> bool,
) -> Result<Vec<(Schedule, Actor)>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let mut due = Vec::new();
    for row in schedules::all(&mut tx).await?.into_iter().filter(wanted) {
        if schedules::months(&mut tx, row.id).await?.contains(&month.to_string()) {
            continue;
        }
        let asker = crate::accounts::absent(ctx, &mut tx, row.account).await?;
        let asker = asker.filter(|actor| decide(actor, Act::ViewFigures).allowed);
        due.extend(asker.map(|actor| (row, actor)));
    }
    Ok(due)
}

/// What is frozen, beside its bytes.
pub(crate) struct Frozen<'a> {
    pub subject: &'a str,
    pub month: Month,
    pub how: &'static str,
    pub words: String,
    /// What a pack tells, to be kept with it.
    pub telling: Option<&'a Telling>,
}

/// Freezes what was made for a month and writes down whom it goes to, in one unit of work; whether it is the
/// first of its month. The file is written with its serial.
pub(crate) async fn freeze(
    ctx: &Context,
    row: &Schedule,
    Frozen { subject, month, how, words, telling }: Frozen<'_>,
    write: impl FnOnce(i64) -> Result<Vec<u8>, Wrong>,
) -> Result<bool, Wrong> {
    let (at, month) = (ctx.now(), month.to_string());
    let mut tx = ctx.db.begin().await?;
    let sent = Circulation {
        serial: 0,
        at: at.clone(),
        subject: subject.to_owned(),
        month: month.clone(),
        sent_to: row.sent_to.clone(),
        purpose: row.purpose.clone(),
        how: how.to_owned(),
        account_name: String::new(),
    };
    let serial = reports::circulate(&mut tx, &sent, row.account).await?;
    if let Some(telling) = telling {
        telling.keep(&mut tx, serial).await?;
    }
    let bytes = write(serial)?;
    let hash = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    let content = String::from_utf8_lossy(&bytes).into_owned();
    let made = Made { schedule: row.id, month, at, serial, words, content, hash };
    // Two who make the same month at once: the second leaves nothing behind, not even a serial's row.
    if !schedules::keep(&mut tx, &made).await? {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use domain::access::{Role, Scope};
    use jiff::civil::date;
    use store::reports::Told;
    use testkit::each_engine;

    use super::*;
    use crate::Clock;

    /// A pack went out between the making of another and its freezing: the other is made the next time.
    #[tokio::test]
    async fn a_pack_of_every_month_that_another_forestalled_is_made_again() {
        each_engine(async |register| {
            let ctx = Context::seeded(register.db, None, Clock::on(date(2025, 11, 14)), 7);
            let month: Month = "2025-10".parse().unwrap();
            let mut tx = ctx.db.begin().await.unwrap();
            let who = ("a@example.org", "Jo", Role::DataManager);
            let account = crate::accounts::add(&ctx, &mut tx, who, (None, &[]), "x".to_owned());
            let account = account.await.unwrap();
            tx.commit().await.unwrap();
            let actor = Actor {
                account,
                name: "Jo".to_owned(),
                role: Role::DataManager,
                scope: Scope::everyone(),
            };
            let about = ("The board", "Its meeting");
            schedule(&ctx, &actor, &Audience::Board, about).await.unwrap();
            let mut tx = ctx.db.begin().await.unwrap();
            let row = schedules::all(&mut tx).await.unwrap().remove(0);
            let sent = Circulation {
                serial: 0,
                at: ctx.now(),
                subject: "ward:W1".to_owned(),
                month: month.to_string(),
                sent_to: "The ward".to_owned(),
                purpose: "x".to_owned(),
                how: "CSV".to_owned(),
                account_name: String::new(),
            };
            let serial = reports::circulate(&mut tx, &sent, Some(account)).await.unwrap();
            let told = Told { serial, month: month.to_string(), groups: "[]".to_owned() };
            reports::keep_told(&mut tx, &told).await.unwrap();
            tx.commit().await.unwrap();
            // Made before that one went out.
            let telling = Telling::default();
            let words = String::new();
            let frozen = Frozen {
                subject: "board:",
                month,
                how: "every month",
                words,
                telling: Some(&telling),
            };
            let refused = freeze(&ctx, &row, frozen, |_| Ok(Vec::new())).await;
            assert!(matches!(refused, Err(Wrong::Refused(_))), "{refused:?}");
            assert_eq!(made(&ctx, &actor, (row.id, month)).await.unwrap(), None);
            assert_eq!(make_due(&ctx).await.unwrap(), 1, "{}", register.engine);
            assert!(made(&ctx, &actor, (row.id, month)).await.unwrap().is_some());
        })
        .await;
    }
}
