//! The written analysis of a pack: made from figures, edited by people, every version kept; and whom
//! the pack went to.

use domain::access::Actor;
use domain::calendar::Month;
use store::reports;

use super::make::{Audience, Pack};
use crate::{Context, Wrong};

/// The newest words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// 0 where nobody has edited what the figures say.
    pub version: i64,
    pub text: String,
    pub at: String,
    pub by: String,
    /// What the figures say now differs from what they said when the words were edited.
    pub stale: bool,
}

/// The longest analysis. Units: letters.
const LONGEST: usize = 20_000;

pub(super) fn subject(audience: &Audience) -> String {
    format!("{}:{}", audience.kind(), audience.key())
}

/// The sentences as one text, a line each.
fn generated(pack: &Pack) -> String {
    pack.sentences.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// The words of a pack: the newest edited ones, else what the figures say.
pub async fn analysis(ctx: &Context, pack: &Pack) -> Result<Analysis, Wrong> {
    let made = generated(pack);
    let mut tx = ctx.db.begin_read().await?;
    let about = (subject(&pack.audience), pack.month.to_string());
    Ok(match reports::analysis(&mut tx, &about.0, &about.1).await? {
        None => Analysis { text: made, ..Analysis::default() },
        Some(kept) => Analysis {
            version: kept.version,
            stale: kept.made_from != made,
            text: kept.text,
            at: kept.at,
            by: kept.account_name,
        },
    })
}

/// Keeps edited words as a new version.
///
/// Errors: refused when somebody else saved a version since, the words are too long, or it is a dashboard.
pub async fn save(
    ctx: &Context,
    actor: &Actor,
    pack: &Pack,
    (version, text): (i64, &str),
) -> Result<(), Wrong> {
    pack.audience.may_leave()?;
    if text.chars().count() > LONGEST {
        return Err(Wrong::refused("An analysis has at most 20,000 letters."));
    }
    let mut tx = ctx.db.begin().await?;
    let about = (subject(&pack.audience), pack.month.to_string());
    let now = reports::analysis(&mut tx, &about.0, &about.1).await?.map_or(0, |kept| kept.version);
    if now != version {
        return Err(Wrong::refused(
            "Somebody else saved this analysis in the meantime. Look at it first.",
        ));
    }
    let kept = reports::Analysis {
        version: version + 1,
        text: text.trim().replace("\r\n", "\n"),
        made_from: generated(pack),
        at: ctx.now(),
        account_name: String::new(),
    };
    reports::keep_analysis(&mut tx, (&about.0, &about.1), &kept, actor.account_id()).await?;
    tx.commit().await?;
    Ok(())
}

/// One time that a pack went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub at: String,
    pub by: String,
    pub to: String,
    pub how: String,
    pub purpose: String,
    pub serial: i64,
}

/// Writes down that a pack goes to somebody; its serial.
///
/// Errors: refused without a receiver and a purpose, and for a dashboard.
pub async fn circulate(
    ctx: &Context,
    actor: &Actor,
    (audience, month): (&Audience, Month),
    about: (&str, &str, &str),
) -> Result<i64, Wrong> {
    audience.may_leave()?;
    circulate_as(ctx, actor, (&subject(audience), month), about).await
}

/// The same for a subject that is no pack's.
pub(crate) async fn circulate_as(
    ctx: &Context,
    actor: &Actor,
    (subject, month): (&str, Month),
    (to, purpose, how): (&str, &str, &str),
) -> Result<i64, Wrong> {
    if to.trim().is_empty() || purpose.trim().is_empty() {
        return Err(Wrong::refused("Say whom the pack goes to and what for."));
    }
    let mut tx = ctx.db.begin().await?;
    let row = reports::Circulation {
        serial: 0,
        at: ctx.now(),
        subject: subject.to_owned(),
        month: month.to_string(),
        sent_to: to.trim().to_owned(),
        purpose: purpose.trim().to_owned(),
        how: how.to_owned(),
        account_name: String::new(),
    };
    let serial = reports::circulate(&mut tx, &row, actor.account_id()).await?;
    tx.commit().await?;
    Ok(serial)
}

/// Where a pack went, the newest first.
pub async fn circulation(ctx: &Context, audience: &Audience) -> Result<Vec<Sent>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let all = reports::circulation(&mut tx, &subject(audience)).await?;
    let one = |row: reports::Circulation| Sent {
        at: row.at,
        by: row.account_name,
        to: row.sent_to,
        how: row.how,
        purpose: row.purpose,
        serial: row.serial,
    };
    Ok(all.into_iter().map(one).collect())
}
