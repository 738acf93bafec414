//! The written analysis of a pack: made from figures, edited by people, every version kept; and whom
//! the pack went to.
//!
//! Both are of the figures of one reach and are read by who has that reach: words of a whole ward beside the
//! figures of a caseload in it would be wrong of them, and would tell of people whom their reader does not
//! reach. What was written before reaches were told apart is under the audience alone; it is read by who
//! reaches everybody, and by who wrote it.

use domain::access::Actor;
use domain::calendar::Month;
use store::Tx;
use store::reports::{self, Own};

use super::make::{Audience, Pack};
use super::told::Telling;
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
    /// The edited words are of counts that the pack may no longer tell: they are kept as a version, and the
    /// text is what the figures say now.
    pub held_back: bool,
    /// What the figures say now.
    pub made: String,
}

/// Said of words that the figures have left behind.
pub const STALE: &str =
    "The figures have changed since these words were written; what they say now stands below.";

/// Said where words were written that the pack may not hand on.
pub const HELD_BACK: &str = "Words that were written of this pack are kept and do not go with it: the figures have changed or another pack went out since, and they may tell counts that this one now leaves out. Write it anew from what the figures say now.";

impl Analysis {
    /// The words as they go out with the figures: with what these say now where it is something else.
    pub fn handed_on(&self) -> String {
        match self.stale {
            false => self.text.clone(),
            true => format!("{}\n{STALE}\n{}", self.text, self.made),
        }
    }
}

/// The longest analysis. Units: letters.
const LONGEST: usize = 20_000;

/// The longest receiver or purpose: both stand in every file. Units: letters.
const LONGEST_ABOUT: usize = 300;

/// Errors: refused where whom it goes to, or what for, is too long.
pub(super) fn short((to, purpose): (&str, &str)) -> Result<(), Wrong> {
    match [to, purpose].iter().all(|words| words.chars().count() <= LONGEST_ABOUT) {
        true => Ok(()),
        false => Err(Wrong::refused("Say whom it goes to and what for in up to 300 letters each.")),
    }
}

/// What an audience's pack is kept under by whoever reaches everybody.
fn of_everybody(audience: &Audience) -> String {
    format!("{}:{}", audience.kind(), audience.key())
}

/// What an audience's pack is kept under within a reader's reach.
pub(super) fn subject(audience: &Audience, actor: &Actor) -> String {
    let (subject, reach) = (of_everybody(audience), actor.scope.name());
    match reach.is_empty() {
        true => subject,
        false => format!("{subject} within {reach}"),
    }
}

/// The sentences as one text, a line each.
fn generated(pack: &Pack) -> String {
    pack.sentences.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// The newest edited words of a pack that this reader reads.
async fn newest(
    tx: &mut Tx,
    actor: &Actor,
    pack: &Pack,
) -> Result<Option<reports::Analysis>, Wrong> {
    let (subject, before) = (subject(&pack.audience, actor), of_everybody(&pack.audience));
    let own = Own { subject: &before, account: actor.account_id() };
    Ok(reports::analysis(tx, &subject, own, &pack.month.to_string()).await?)
}

/// The words of a pack within the reader's reach: the newest edited ones that may go with it, else what the
/// figures say.
pub async fn analysis(ctx: &Context, actor: &Actor, pack: &Pack) -> Result<Analysis, Wrong> {
    let made = generated(pack);
    let mut tx = ctx.db.begin_read().await?;
    Ok(match newest(&mut tx, actor, pack).await? {
        None => Analysis { text: made.clone(), made, ..Analysis::default() },
        Some(kept) => {
            let differs = kept.made_from != made;
            let ours = (subject(&pack.audience, actor), pack.month.to_string());
            let ours = (ours.0.as_str(), ours.1.as_str());
            // Written of figures of which packs since have taken some away: it is not read whether they say them.
            // A row may be emptied of which no sentence of the figures tells.
            let held_back = pack.telling.left_out
                && (differs || reports::others_told_since(&mut tx, ours, &kept.at).await?);
            Analysis {
                version: kept.version,
                stale: differs && !held_back,
                held_back,
                text: if held_back { made.clone() } else { kept.text },
                made,
                at: kept.at,
                by: kept.account_name,
            }
        }
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
    pack.audience.may_leave(actor)?;
    if text.chars().count() > LONGEST {
        return Err(Wrong::refused("An analysis has at most 20,000 letters."));
    }
    let mut tx = ctx.db.begin().await?;
    let about = (subject(&pack.audience, actor), pack.month.to_string());
    let now = newest(&mut tx, actor, pack).await?.map_or(0, |kept| kept.version);
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

/// Writes down that a pack goes to somebody, and what it tells; its serial.
///
/// Errors: refused without a receiver and a purpose or with too long ones, for a dashboard, for a pack they may not
/// have, and where another went out since it was made.
pub async fn circulate(
    ctx: &Context,
    actor: &Actor,
    pack: &Pack,
    about: (&str, &str, &str),
) -> Result<i64, Wrong> {
    pack.audience.may_leave(actor)?;
    let subject = subject(&pack.audience, actor);
    write_down(ctx, actor, (&subject, pack.month), about, Some(&pack.telling)).await
}

/// The same for a subject that is no pack's.
pub(crate) async fn circulate_as(
    ctx: &Context,
    actor: &Actor,
    subject: (&str, Month),
    about: (&str, &str, &str),
) -> Result<i64, Wrong> {
    write_down(ctx, actor, subject, about, None).await
}

async fn write_down(
    ctx: &Context,
    actor: &Actor,
    (subject, month): (&str, Month),
    (to, purpose, how): (&str, &str, &str),
    telling: Option<&Telling>,
) -> Result<i64, Wrong> {
    if to.trim().is_empty() || purpose.trim().is_empty() {
        return Err(Wrong::refused("Say whom the pack goes to and what for."));
    }
    short((to, purpose))?;
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
    if let Some(telling) = telling {
        telling.keep(&mut tx, serial).await?;
    }
    tx.commit().await?;
    Ok(serial)
}

/// Where a pack went within the reader's reach, the newest first.
pub async fn circulation(
    ctx: &Context,
    actor: &Actor,
    audience: &Audience,
) -> Result<Vec<Sent>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let (subject, before) = (subject(audience, actor), of_everybody(audience));
    let own = Own { subject: &before, account: actor.account_id() };
    let all = reports::circulation(&mut tx, &subject, own).await?;
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
