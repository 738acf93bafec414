//! Two records of one person put together, and taken apart again. Invariants: both records and every later
//! edit can be had back; a restricted record is merged only once a second person has agreed.

use std::collections::BTreeSet;

use domain::access::{Act, Actor, Purpose};
use domain::edition::Edition;
use domain::intake::differences;
use domain::matching;
use domain::person::{ChangeId, Field, FieldChange, PersonRecord};
use store::linking::{self, Decided, Merge};
use store::people::{self, Loaded, Moment, Write};
use store::{Tx, audit, changes};

use super::memory::{Verdict, print};
use super::queue::{Key, side_of};
use super::side::asked_of;
use crate::context::{Context, Wrong};
use crate::imports::codes_on;
use crate::permission::may;

/// What a merge would do.
#[derive(Clone, Debug)]
pub struct Preview {
    pub kept: i64,
    pub gone: i64,
    pub names: (String, String),
    /// What would differ on the record that is kept.
    pub changes: Vec<FieldChange>,
    /// Fields about which the two say different things: field, kept, other.
    pub choices: Vec<(Field, String, String)>,
    /// What goes over beside the record itself, and how much of it.
    pub over: Vec<(&'static str, i64)>,
    /// The newest change of the register when this was looked at.
    pub seen: i64,
    pub restricted: bool,
}

/// Shows what merging would do. Both records are within reach, and the look is audited.
pub async fn preview(
    ctx: &Context,
    actor: &Actor,
    (kept, gone): (i64, i64),
) -> Result<Preview, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let (first, second) = both(&mut tx, actor, (kept, gone)).await?;
    let seen = changes::latest(&mut tx).await?.0;
    let after = together(ctx, (&first, &second), &BTreeSet::new())?;
    let over = linking::would_carry(&mut tx, (gone, kept)).await?;
    note(ctx, &mut tx, actor, "looked at merging", &[kept, gone], "all that is known of both")
        .await?;
    tx.commit().await?;
    let (a, b) = (&first.record.particulars, &second.record.particulars);
    let mut changes = differences(&first.record, &after);
    // What becomes of the addresses tells both records', and a protected one is shown to nobody.
    if [a, b].iter().any(|particulars| particulars.is_yes(Field::ProtectedAddress)) {
        changes.retain(|change| change.field != "address");
    }
    let choices = Field::ALL.iter().filter_map(|field| {
        let (mine, theirs) = (a.get(*field)?, b.get(*field)?);
        (mine != theirs).then(|| (*field, mine.to_owned(), theirs.to_owned()))
    });
    Ok(Preview {
        kept,
        gone,
        names: (a.full_name(), b.full_name()),
        changes,
        choices: choices.collect(),
        over,
        seen,
        restricted: a.is_yes(Field::Restricted) || b.is_yes(Field::Restricted),
    })
}

/// The record of two that are one person, as of today.
fn together(
    ctx: &Context,
    (kept, gone): (&Loaded, &Loaded),
    prefer: &BTreeSet<Field>,
) -> Result<PersonRecord, Wrong> {
    let day = (ctx.today(), codes_on(ctx.today())?.unknown);
    Ok(matching::merge(&kept.record, &gone.record, prefer, day))
}

/// What a person wants merged.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub kept: i64,
    pub gone: i64,
    /// As [`Preview::seen`] gave it.
    pub seen: i64,
    /// Fields to be taken from the record that goes.
    pub prefer: BTreeSet<Field>,
    pub reason: &'a str,
}

/// Merges, or, where a record is restricted and nobody has agreed yet, keeps the wish for a second person.
/// The merge's number; `None` while it waits.
pub async fn merge(
    ctx: &Context,
    actor: &Actor,
    wanted: &Wanted<'_>,
) -> Result<Option<i64>, Wrong> {
    if wanted.reason.trim().is_empty() {
        return Err(Wrong::refused("Say why these two are one person."));
    }
    let (kept, gone) = (wanted.kept, wanted.gone);
    let mut tx = ctx.db.begin().await?;
    let (first, second) = both(&mut tx, actor, (kept, gone)).await?;
    if touched_since(&mut tx, wanted.seen, &[kept, gone]).await? {
        return Err(Wrong::refused(
            "One of the two was changed since you looked. Look again, then merge.",
        ));
    }
    if !agreed(ctx, &mut tx, actor, (&first, &second), wanted.reason).await? {
        tx.commit().await?;
        return Ok(None);
    }
    let at = ctx.now();
    let account = actor.account_id();
    let reason = wanted.reason.trim();
    let change = changes::begin(&mut tx, &at, "merge", account, None, Some(reason)).await?;
    let after = together(ctx, (&first, &second), &wanted.prefer)?;
    let empty = nobody(&second);
    let writes =
        [Write { before: &first, after: &after }, Write { before: &second, after: &empty }];
    people::write(&mut tx, change, &writes).await?;
    linking::carry(&mut tx, change.0, (gone, kept)).await?;
    let merge = Merge {
        id: 0,
        kept,
        gone,
        change: change.0,
        at: at.clone(),
        account,
        reason: reason.to_owned(),
        undone: None,
    };
    let id = linking::keep_merge(&mut tx, &merge).await?;
    note(ctx, &mut tx, actor, "merged", &[kept, gone], &format!("merge {id}")).await?;
    tx.commit().await?;
    Ok(Some(id))
}

/// Whether a merge may happen now: nobody restricted, or somebody else has agreed. Otherwise the wish is
/// kept for them.
async fn agreed(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (first, second): (&Loaded, &Loaded),
    reason: &str,
) -> Result<bool, Wrong> {
    let restricted = |l: &Loaded| l.record.particulars.is_yes(Field::Restricted);
    if !restricted(first) && !restricted(second) {
        return Ok(true);
    }
    let (a, b) = if first.person < second.person { (first, second) } else { (second, first) };
    let side = side_of(a.person);
    let said = linking::of_pair(tx, &side, b.person).await?;
    let newest = said.last().filter(|d| d.verdict == Verdict::Same.name());
    if let Some(decided) = newest {
        return match decided.second.is_some() {
            true => Ok(true),
            false => Err(Wrong::refused("Somebody else must agree first: a record is restricted.")),
        };
    }
    let (asked, known) = (asked_of(&a.record, ctx.today()), asked_of(&b.record, ctx.today()));
    let decided = Decided {
        at: ctx.now(),
        account: actor.account_id(),
        needs_second: true,
        origin: Key::Pair { a: a.person, b: b.person }.to_string(),
        side,
        said: serde_json::to_string(&asked).map_err(|e| Wrong::Failed(e.to_string()))?,
        person: b.person,
        known: print(&known, ""),
        verdict: Verdict::Same.name().to_owned(),
        why: reason.trim().to_owned(),
        ..Decided::default()
    };
    linking::keep_decision(tx, &decided).await?;
    note(ctx, tx, actor, "asked to merge", &[a.person, b.person], "a record is restricted").await?;
    Ok(false)
}

/// Takes a merge apart: both records come back, with what was edited since. The sentences say what.
pub async fn unmerge(
    ctx: &Context,
    actor: &Actor,
    id: i64,
    reason: &str,
) -> Result<Vec<String>, Wrong> {
    if reason.trim().is_empty() {
        return Err(Wrong::refused("Say why they are two people after all."));
    }
    let mut tx = ctx.db.begin().await?;
    let refused = || Wrong::refused("There is no such merge.");
    let merge = linking::merge(&mut tx, id).await?.ok_or_else(refused)?;
    allowed(actor)?;
    if merge.undone.is_some() {
        return Err(Wrong::refused("That merge was taken apart already."));
    }
    if linking::later_merges(&mut tx, &merge).await? > 0 {
        return Err(Wrong::refused(
            "The record that was kept has been merged since. Take the later merge apart first.",
        ));
    }
    if people::within(&mut tx, &actor.scope, &[merge.kept]).await?.is_empty() {
        return Err(refused());
    }
    let (made, ids) = (ChangeId(merge.change), [merge.kept, merge.gone]);
    let before = people::load(&mut tx, &ids, Moment::After(ChangeId(merge.change - 1))).await?;
    let after = people::load(&mut tx, &ids, Moment::After(made)).await?;
    let now = people::load(&mut tx, &ids, Moment::Now).await?;
    let ([kept, gone], [merged, _], [current, empty]) = (&before[..], &after[..], &now[..]) else {
        return Err(Wrong::Failed("a load gives as many records as were asked for".to_owned()));
    };
    let (first, second, notes) =
        matching::split(&kept.record, &gone.record, &merged.record, &current.record);
    let at = ctx.now();
    let account = actor.account_id();
    let change = changes::begin_undo(&mut tx, &at, account, Some(reason.trim()), made).await?;
    let writes =
        [Write { before: current, after: &first }, Write { before: empty, after: &second }];
    people::write(&mut tx, change, &writes).await?;
    let back = (merge.kept, merge.gone);
    linking::carry_back(&mut tx, change.0, back, merge.change).await?;
    if !linking::mark_apart(&mut tx, id, change.0).await? {
        return Err(Wrong::refused("That merge was taken apart already."));
    }
    let two = ((merge.kept, &first), (merge.gone, &second));
    told_apart(ctx, &mut tx, actor, two, reason.trim()).await?;
    note(ctx, &mut tx, actor, "took a merge apart", &ids, &format!("merge {id}")).await?;
    tx.commit().await?;
    Ok(notes)
}

/// Keeps that two whose merge was taken apart are two, so that the next look for people entered twice does not
/// ask again, and takes back what was agreed before: it would let one person alone merge restricted records anew.
async fn told_apart(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (one, other): ((i64, &PersonRecord), (i64, &PersonRecord)),
    reason: &str,
) -> Result<(), Wrong> {
    let (a, b) = if one.0 < other.0 { (one, other) } else { (other, one) };
    let (at, account, side) = (ctx.now(), actor.account_id(), side_of(a.0));
    for before in linking::of_pair(tx, &side, b.0).await? {
        linking::take_back(tx, before.id, (&at, account, "the merge was taken apart")).await?;
    }
    let restricted = |record: &PersonRecord| record.particulars.is_yes(Field::Restricted);
    let said = asked_of(a.1, ctx.today());
    let decided = Decided {
        at,
        account,
        needs_second: restricted(a.1) || restricted(b.1),
        origin: Key::Pair { a: a.0, b: b.0 }.to_string(),
        side,
        said: serde_json::to_string(&said).map_err(|e| Wrong::Failed(e.to_string()))?,
        person: b.0,
        known: print(&asked_of(b.1, ctx.today()), ""),
        verdict: Verdict::Different.name().to_owned(),
        why: reason.to_owned(),
        ..Decided::default()
    };
    linking::keep_decision(tx, &decided).await?;
    Ok(())
}

/// What the return says of somebody found to be a duplicate.
/// Source: code list of cohort statuses, M.
const DUPLICATE: &str = "M";

/// Records that stood merged into others at a moment, as the return tells of them: once, as duplicates.
/// Empty where the edition knows no such status.
pub async fn told_as_merged(
    tx: &mut Tx,
    as_known: ChangeId,
    edition: &Edition,
) -> Result<Vec<Loaded>, Wrong> {
    if !edition.cohort_statuses.contains_key(DUPLICATE) {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for (gone, change, at) in linking::merged_away(tx, as_known.0).await? {
        let moment = Moment::After(ChangeId(change - 1));
        for mut loaded in people::load(tx, &[gone], moment).await?.into_iter() {
            let day: String = at.chars().take(10).collect();
            loaded.record.particulars.set(Field::CohortStatus, DUPLICATE.to_owned());
            loaded.record.particulars.set(Field::StatusSince, day);
            all.push(loaded);
        }
    }
    Ok(all)
}

/// A merge as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    pub id: i64,
    pub kept: i64,
    pub name: String,
    pub gone: i64,
    pub at: String,
    pub reason: String,
    pub apart: bool,
}

/// The newest merges whose kept record is within reach.
pub async fn merges(ctx: &Context, actor: &Actor, most: i64) -> Result<Vec<Merged>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let all = linking::merges(&mut tx, most).await?;
    let ids: Vec<i64> = all.iter().map(|m| m.kept).collect();
    let reached = people::within(&mut tx, &actor.scope, &ids).await?;
    let loaded = people::load(&mut tx, &reached, Moment::Now).await?;
    let name = |id: i64| {
        let found = loaded.iter().find(|l| l.person == id)?;
        Some(found.record.particulars.full_name())
    };
    let shown = all.into_iter().filter_map(|m| {
        Some(Merged {
            id: m.id,
            kept: m.kept,
            name: name(m.kept)?,
            gone: m.gone,
            at: m.at,
            reason: m.reason,
            apart: m.undone.is_some(),
        })
    });
    Ok(shown.collect())
}

fn allowed(actor: &Actor) -> Result<(), Wrong> {
    may(actor, Act::DecideIdentity, Purpose::Register)
}

async fn both(
    tx: &mut Tx,
    actor: &Actor,
    (kept, gone): (i64, i64),
) -> Result<(Loaded, Loaded), Wrong> {
    allowed(actor)?;
    let refused = || Wrong::refused("One of the two is not on the register, or not yours to see.");
    let reached = people::within(tx, &actor.scope, &[kept, gone]).await?;
    if kept == gone || reached.len() != 2 {
        return Err(refused());
    }
    let mut loaded = people::load(tx, &[kept, gone], Moment::Now).await?.into_iter();
    match (loaded.next(), loaded.next()) {
        (Some(first), Some(second)) => Ok((first, second)),
        _ => Err(refused()),
    }
}

async fn touched_since(tx: &mut Tx, seen: i64, ids: &[i64]) -> Result<bool, Wrong> {
    let then = people::load(tx, ids, Moment::After(ChangeId(seen))).await?;
    Ok(then != people::load(tx, ids, Moment::Now).await?)
}

/// The state of a record that stands nowhere.
fn nobody(of: &Loaded) -> PersonRecord {
    PersonRecord { ypid: of.record.ypid.clone(), ..Default::default() }
}

async fn note(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    act: &str,
    people: &[i64],
    detail: &str,
) -> Result<(), Wrong> {
    let at = ctx.now();
    let account = actor.account_id();
    let entry = audit::Entry { at: &at, account, act, person: None, purpose: "who is who", detail };
    Ok(audit::write_many(tx, &entry, people).await?)
}
