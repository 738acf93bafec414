//! Looking at matched lists: the runs, one run beside the one before it, its rows, its export; settling a
//! difference; and what becomes of a doubtful row once somebody has decided.

use domain::access::Actor;
use domain::matching::ListKind;
use std::collections::HashMap;
use store::linking::{self, Crossmatch, CrossmatchRow};
use store::people::{self, Moment};
use store::{Tx, audit};

use super::crossmatch::{Difference, Tally, allowed, differences, json};
use super::engine::{Asked, Evidence};
use super::memory::{Answered, Memory, print};
use super::queue::{FIRST, MOST, each_once};
use super::side::protected;
use crate::context::{Context, Wrong};

/// A run with its figures as they stand, and those of the run before.
#[derive(Clone, Debug)]
pub struct Matched {
    pub run: Crossmatch,
    pub kind: ListKind,
    pub sender: String,
    pub tally: Tally,
    pub before: Option<(i64, Tally)>,
}

/// A row as it is shown: what they say, who it is, what differs.
#[derive(Clone, Debug)]
pub struct Shown {
    pub line: i64,
    pub outcome: String,
    pub said: Asked,
    /// Number and name, where the reader may see them.
    pub person: Option<(i64, String)>,
    pub differs: Vec<Difference>,
    pub settled: bool,
}

/// The newest runs that this reader may look at.
pub async fn lists(ctx: &Context, actor: &Actor, most: i64) -> Result<Vec<Matched>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let mut all = Vec::new();
    for run in linking::crossmatches(&mut tx, most).await? {
        let matched = matched(&mut tx, run).await?;
        if allowed(actor, matched.kind).is_ok() {
            all.push(matched);
        }
    }
    Ok(all)
}

/// One run. Refused where there is none that this reader may look at.
pub async fn list(ctx: &Context, actor: &Actor, id: i64) -> Result<Matched, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    open(&mut tx, actor, id).await
}

async fn open(tx: &mut Tx, actor: &Actor, id: i64) -> Result<Matched, Wrong> {
    let refused = || Wrong::refused("There is no such list.");
    let run = linking::crossmatch(tx, id).await?.ok_or_else(refused)?;
    let matched = matched(tx, run).await?;
    allowed(actor, matched.kind)?;
    Ok(matched)
}

async fn matched(tx: &mut Tx, run: Crossmatch) -> Result<Matched, Wrong> {
    let before = match run.before {
        Some(before) => Some((before, tally(tx, before).await?)),
        None => None,
    };
    Ok(Matched {
        kind: ListKind::from_name(&run.kind).unwrap_or(ListKind::Other),
        sender: crate::imports::sender_label(tx, &run.sender).await?,
        tally: tally(tx, run.id).await?,
        before,
        run,
    })
}

async fn tally(tx: &mut Tx, run: i64) -> Result<Tally, Wrong> {
    let mut tally = Tally::default();
    for (outcome, rows) in linking::tally(tx, run).await? {
        tally.add(&outcome, rows);
    }
    Ok(tally)
}

/// Rows of one outcome after a line. Names outside the reader's reach are left out; the look is audited.
pub async fn list_rows(
    ctx: &Context,
    actor: &Actor,
    (id, outcome): (i64, &str),
    after: i64,
    most: i64,
) -> Result<Vec<Shown>, Wrong> {
    let mut tx = ctx.db.begin().await?;
    open(&mut tx, actor, id).await?;
    let rows = linking::crossmatch_rows(&mut tx, (id, outcome), after, most).await?;
    let shown = show(ctx, &mut tx, actor, rows, "looked at a matched list").await?;
    tx.commit().await?;
    Ok(shown)
}

/// Every row of a run, for a file. The export is audited person by person.
pub async fn list_export(ctx: &Context, actor: &Actor, id: i64) -> Result<Vec<Shown>, Wrong> {
    let mut tx = ctx.db.begin().await?;
    open(&mut tx, actor, id).await?;
    let rows = linking::all_crossmatch_rows(&mut tx, id).await?;
    let shown = show(ctx, &mut tx, actor, rows, "took a matched list out").await?;
    tx.commit().await?;
    Ok(shown)
}

async fn show(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    rows: Vec<CrossmatchRow>,
    act: &str,
) -> Result<Vec<Shown>, Wrong> {
    let ids: Vec<i64> = rows.iter().filter_map(|row| row.person).collect();
    let reached = people::within(tx, &actor.scope, &ids).await?;
    let loaded = people::load(tx, &reached, Moment::Now).await?;
    let memory = Memory::load(tx).await?;
    let all: Vec<i64> = rows.iter().flat_map(|row| about(row, &memory)).collect();
    let hidden = protected(tx, &each_once(all)).await?;
    let names: HashMap<i64, String> =
        loaded.into_iter().map(|l| (l.person, l.record.particulars.full_name())).collect();
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act,
        person: None,
        purpose: "who is who",
        detail: "name, what differs",
    };
    audit::write_shown(tx, &entry, &reached, rows.len() - ids.len()).await?;
    let visible = |row: &CrossmatchRow| row.person.is_none_or(|id| names.contains_key(&id));
    let shown = rows.into_iter().filter(visible).map(|row| {
        let hide = about(&row, &memory).iter().any(|person| hidden.contains(person));
        let mut said: Asked = serde_json::from_str(&row.said).unwrap_or_default();
        let mut differs: Vec<Difference> = serde_json::from_str(&row.differs).unwrap_or_default();
        if hide {
            said.postcode.clear();
            differs.retain(|(what, ..)| what != "Postcode");
        }
        Shown {
            line: row.line,
            person: row.person.and_then(|id| Some((id, names.get(&id)?.clone()))),
            said,
            differs,
            settled: row.settled_at.is_some(),
            outcome: row.outcome,
        }
    });
    Ok(shown.collect())
}

/// Whom a row speaks of, or may while nobody has decided, as their records stand now.
fn about(row: &CrossmatchRow, memory: &Memory) -> Vec<i64> {
    if row.outcome != "doubtful" {
        return row.person.map(|person| memory.now(person)).into_iter().collect();
    }
    let kept: Evidence = serde_json::from_str(&row.evidence).unwrap_or_default();
    memory.all_now(&kept.candidates)
}

/// Rows as a table for other programs. A text that a spreadsheet would take for a formula is defused.
pub fn as_csv(rows: &[Shown]) -> Result<Vec<u8>, Wrong> {
    let failed = |e: csv::Error| Wrong::Failed(format!("the list cannot be written: {e}"));
    let mut out = csv::Writer::from_writer(Vec::new());
    let head = [
        "outcome", "row", "given", "family", "born", "postcode", "upn", "person", "name", "differs",
    ];
    out.write_record(head).map_err(failed)?;
    for row in rows {
        let differs: Vec<String> =
            row.differs.iter().map(|(what, a, b)| format!("{what}: {a} | {b}")).collect();
        let (person, name) =
            row.person.clone().map_or_else(Default::default, |(id, name)| (id.to_string(), name));
        let said = &row.said;
        let cells = [
            row.outcome.clone(),
            if row.outcome == "ours" { String::new() } else { row.line.to_string() },
            said.given.clone(),
            said.family.clone(),
            said.born.clone(),
            said.postcode.clone(),
            said.upn.clone(),
            person,
            name,
            differs.join("; "),
        ];
        out.write_record(cells.iter().map(|cell| plain(cell))).map_err(failed)?;
    }
    out.into_inner().map_err(|e| Wrong::Failed(format!("the list cannot be written: {e}")))
}

fn plain(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

/// Outcomes that somebody has to do something about.
const WORK: [&str; 3] = ["differs", "theirs", "ours"];

/// Differences of the newest lists that nobody has settled, as far as this reader may look.
pub async fn open_differences(ctx: &Context, actor: &Actor) -> Result<i64, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let kinds = linking::open_differences(&mut tx, &actor.scope).await?;
    let open = kinds.into_iter().filter(|(kind, _)| {
        allowed(actor, ListKind::from_name(kind).unwrap_or(ListKind::Other)).is_ok()
    });
    Ok(open.map(|(_, rows)| rows).sum())
}

/// Marks a difference as dealt with, so that it is not asked again while the list says the same.
pub async fn settle_difference(
    ctx: &Context,
    actor: &Actor,
    (id, line): (i64, i64),
) -> Result<(), Wrong> {
    let refused = || Wrong::refused("That difference is settled, or is not there.");
    let mut tx = ctx.db.begin().await?;
    open(&mut tx, actor, id).await?;
    let row = linking::crossmatch_row(&mut tx, id, line).await?;
    let row = row.filter(|row| WORK.contains(&row.outcome.as_str())).ok_or_else(refused)?;
    let about: Vec<i64> = row.person.into_iter().collect();
    let at = ctx.now();
    if people::within(&mut tx, &actor.scope, &about).await? != about
        || !linking::settle_row(&mut tx, (id, line), &at, actor.account_id()).await?
    {
        return Err(refused());
    }
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "settled a difference",
        person: row.person,
        purpose: "who is who",
        detail: &format!("list {id}, line {line}, {}", row.outcome),
    };
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Carries over what was settled of the list before: a row that says the same of identity and differs in
/// the same is no new work. Somebody of ours who is missing again is known by their number.
pub(super) fn carry_settled(rows: &mut [CrossmatchRow], before: &[CrossmatchRow]) {
    let key = |row: &CrossmatchRow| {
        let said: Asked = serde_json::from_str(&row.said).unwrap_or_default();
        (row.outcome.clone(), row.person, print(&said, ""), row.differs.clone())
    };
    let settled: HashMap<_, _> = before.iter().map(|row| (key(row), row)).collect();
    if settled.is_empty() {
        return;
    }
    for row in rows.iter_mut().filter(|row| WORK.contains(&row.outcome.as_str())) {
        if let Some(before) = settled.get(&key(row)) {
            row.settled_at.clone_from(&before.settled_at);
            row.settled_by = before.settled_by;
        }
    }
}

/// Lets a doubtful row of a list follow what was decided of it; opens it again where nothing stands.
pub(super) async fn follow(
    ctx: &Context,
    tx: &mut Tx,
    (id, line): (i64, i64),
) -> Result<(), Wrong> {
    let Some(run) = linking::crossmatch(tx, id).await? else { return Ok(()) };
    let Some(row) = linking::crossmatch_row(tx, id, line).await? else { return Ok(()) };
    let kept: Evidence = serde_json::from_str(&row.evidence).unwrap_or_default();
    let memory = Memory::load(tx).await?;
    let (outcome, person, differs) =
        match memory.answer(&print(&kept.asked, &run.sender), &kept.candidates) {
            Answered::Same(person) => {
                let kind = ListKind::from_name(&run.kind).unwrap_or(ListKind::Other);
                let loaded = people::load(tx, &[person], Moment::Now).await?;
                let record = loaded.into_iter().next().unwrap_or_default().record;
                let differs = differences((kind, ctx.today()), &kept.asked, &record);
                let outcome = if differs.is_empty() { "found" } else { "differs" };
                (outcome, Some(person), json(&differs)?)
            }
            Answered::Nobody => ("theirs", None, "[]".to_owned()),
            // It was asked and is asked still, for the reason that is kept with it.
            Answered::Open if row.outcome == "doubtful" => return Ok(()),
            Answered::Open => ("doubtful", None, "[]".to_owned()),
        };
    // What says the same as before stays settled where it was.
    if (row.outcome.as_str(), row.person, &row.differs) != (outcome, person, &differs) {
        linking::set_outcome(tx, (id, line), (outcome, person, &differs)).await?;
    }
    Ok(())
}

/// Lets the rows of the newest lists that say one of these of identity follow what was decided of it.
pub(super) async fn follow_all(
    ctx: &Context,
    tx: &mut Tx,
    sides: &[(String, i64)],
) -> Result<(), Wrong> {
    let mut rows = linking::weighed_list_rows(tx, FIRST, MOST).await?;
    while let Some((run, line, ..)) = rows.last() {
        let after = (*run, *line);
        for (run, line, evidence, sender, _) in &rows {
            let kept: Evidence = serde_json::from_str(evidence).unwrap_or_default();
            let said = print(&kept.asked, sender);
            if sides.iter().any(|(side, _)| *side == said) {
                follow(ctx, tx, (*run, *line)).await?;
            }
        }
        rows = linking::weighed_list_rows(tx, after, MOST).await?;
    }
    Ok(())
}
