//! Looking at months: the list, one version with what it is held against, and its kept file.

use std::collections::BTreeSet;

use domain::access::{Act, Actor};
use domain::calendar::Month as CalendarMonth;
use domain::statutory::month_end::{may_sign, newest_of};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use store::snapshots::{self, Finding, Snapshot};
use store::{Tx, audit, organisations};

use super::figures::{self, Frozen};
use super::{Prepared, may, note, one, version, versions};
use crate::accounts::hex;
use crate::comparators::{Published, beside};
use crate::context::{Context, Wrong};

/// One version in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub snapshot: Snapshot,
    pub open: i64,
    pub open_serious: i64,
    /// Whether a newer version has taken its place.
    pub superseded: bool,
    /// Why it cannot be signed, where it is not.
    pub blocked: Option<String>,
}

/// All months, and the one that is due.
#[derive(Clone, Debug)]
pub struct Month {
    pub versions: Vec<Listed>,
    /// The last month that is over, when it has not been frozen.
    pub due: Option<Date>,
}

/// One version with everything its page shows.
#[derive(Clone, Debug)]
pub struct Opened {
    pub listed: Listed,
    pub figures: Frozen,
    /// The newest version of the month before, signed or not.
    pub before: Option<(Snapshot, Frozen)>,
    pub published: Vec<Published>,
    pub findings: Vec<Finding>,
}

/// Every version of every month, newest first.
pub async fn list(ctx: &Context, actor: &Actor) -> Result<Month, Wrong> {
    may(actor, Act::MonthEnd)?;
    let mut tx = ctx.db.begin_read().await?;
    let versions = listed(&mut tx).await?;
    let over = CalendarMonth::of(ctx.today()).plus(-1).last_day();
    let frozen = versions.iter().any(|listed| listed.snapshot.period_end == over);
    Ok(Month { versions, due: (!frozen).then_some(over) })
}

/// Opens one version. Whom its findings speak of is remembered as shown.
pub async fn open(ctx: &Context, actor: &Actor, id: i64) -> Result<Opened, Wrong> {
    may(actor, Act::MonthEnd)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let all = listed(&mut tx).await?;
    let wanted = all.iter().find(|listed| listed.snapshot.id == id);
    let listed = wanted.cloned().ok_or_else(|| Wrong::refused("There is no such month."))?;
    let month = CalendarMonth::of(listed.snapshot.period_end);
    let last = month.plus(-1).last_day();
    let before = all.iter().find(|l| l.snapshot.period_end == last && !l.superseded);
    let before =
        before.map(|l| Ok::<_, Wrong>((l.snapshot.clone(), figures::read(&l.snapshot.figures)?)));
    let own = organisations::setting(&mut tx, "la_code").await?;
    let findings = snapshots::findings(&mut tx, id).await?;
    let people: BTreeSet<i64> = findings.iter().filter_map(|found| found.person).collect();
    let people: Vec<i64> = people.into_iter().collect();
    remember(&mut tx, (ctx, actor), ("shown in a return's findings", "what was found"), &people)
        .await?;
    tx.commit().await?;
    Ok(Opened {
        figures: figures::read(&listed.snapshot.figures)?,
        before: before.transpose()?,
        published: own.map(|code| beside(&code, month)).unwrap_or_default(),
        findings,
        listed,
    })
}

/// One row for everybody whom an act named.
async fn remember(
    tx: &mut Tx,
    (ctx, actor): (&Context, &Actor),
    (act, detail): (&str, &str),
    people: &[i64],
) -> Result<(), Wrong> {
    let at = ctx.now();
    let account = actor.account_id();
    let entry = audit::Entry { at: &at, account, act, person: None, purpose: "month end", detail };
    Ok(audit::write_many(tx, &entry, people).await?)
}

/// The kept bytes, proved against their hash. Taking them is remembered of everybody who is in them.
pub async fn file(ctx: &Context, actor: &Actor, id: i64) -> Result<(Snapshot, Vec<u8>), Wrong> {
    may(actor, Act::MonthEnd)?;
    let mut tx = ctx.db.begin().await?;
    let snapshot = one(&mut tx, id).await?;
    let kept = snapshots::file(&mut tx, id).await?;
    let (hash, content) = kept.ok_or_else(|| Wrong::Failed("the kept file is missing".into()))?;
    if hash != snapshot.hash || hex(&Sha256::digest(&content)) != hash {
        return Err(Wrong::Failed("the kept file is not the one that was frozen".into()));
    }
    let detail = format!("{} version {}", snapshot.period_end, snapshot.version);
    note(&mut tx, &ctx.now(), actor, ("return downloaded", &detail)).await?;
    let people = snapshots::named(&mut tx, &snapshot).await?;
    let people = people.ok_or_else(|| Wrong::refused(super::FREEZE_AGAIN))?;
    let act = ("taken out in a return", detail.as_str());
    remember(&mut tx, (ctx, actor), act, &people).await?;
    tx.commit().await?;
    Ok((snapshot, content))
}

/// Remembers of everybody in a return that it was written into a file beside any freezing, in the reading that
/// prepared it.
pub async fn written(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    prepared: &Prepared,
) -> Result<(), Wrong> {
    may(actor, Act::MonthEnd)?;
    let detail = format!("{} as the register stands", prepared.period_end);
    note(tx, &ctx.now(), actor, ("return written", &detail)).await?;
    let act = ("taken out in a return", detail.as_str());
    remember(tx, (ctx, actor), act, &prepared.people).await
}

async fn listed(tx: &mut Tx) -> Result<Vec<Listed>, Wrong> {
    let open = snapshots::open_findings(tx).await?;
    let all = snapshots::all(tx).await?;
    let known = versions(&all)?;
    let listed = |snapshot: Snapshot| {
        let row = open.iter().find(|row| row.0 == snapshot.id);
        let (open, open_serious) = row.map_or((0, 0), |row| (row.1, row.2));
        let own = version(&snapshot)?;
        let newest = newest_of(own.period_end, &known).map_or(own.number, |v| v.number);
        let rejections = figures::read(&snapshot.figures)?.rejections;
        let blocked = may_sign(&own, &known, &rejections, open_serious.unsigned_abs()).err();
        Ok(Listed {
            superseded: newest > own.number,
            blocked: blocked.map(|refusal| refusal.to_string()),
            snapshot,
            open,
            open_serious,
        })
    };
    all.into_iter().map(listed).collect()
}
