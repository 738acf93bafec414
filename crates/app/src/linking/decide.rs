//! Deciding a doubtful pair, agreeing as the second person, taking a decision back. Invariant: a decision
//! about a restricted record does nothing before somebody else agrees, and whatever a decision did, taking
//! it back undoes.

use std::collections::HashSet;

use domain::access::Actor;
use domain::person::Field;
use store::linking::{self, Decided, OpenRow};
use store::people::{self, Moment};
use store::{Tx, audit, changes, imports};

use super::engine::Asked;
use super::memory::{Answered, Memory, Verdict, print};
use super::queue::{FIRST, Key, MOST, about, question};
use super::side::asked_of;
use crate::context::{Context, Wrong};

/// What a person says of one question.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    pub person: i64,
    pub verdict: Verdict,
    pub why: &'a str,
}

/// Keeps what a person decided; the decision's number, and whether it waits for somebody else.
///
/// Errors: refused where it is answered already, by whoever had the same page open: their answer is taken back
/// before there is another.
pub async fn decide(
    ctx: &Context,
    actor: &Actor,
    key: Key,
    answer: &Answer<'_>,
) -> Result<(i64, bool), Wrong> {
    let mut tx = ctx.db.begin().await?;
    // Of two who answer at once the second waits here, and then reads what the first has said.
    changes::take(&mut tx, "decision", 0).await?;
    let (id, waits) = keep(ctx, &mut tx, actor, key, answer).await?;
    // Asked last: whoever may not answer is not told that somebody has.
    let said = linking::of_origin(&mut tx, &key.to_string()).await?;
    let now = said.iter().find(|d| d.id == id).and_then(side);
    // A file that is not applied yet may be read by other columns: then its row says something else, and is asked
    // about anew.
    let answers = |d: &Decided| {
        let later = d.verdict == Verdict::LaterAgain.name();
        d.id != id && d.person == answer.person && !later && side(d) == now
    };
    if said.iter().any(answers) {
        return Err(Wrong::refused(
            "Somebody has answered this since you opened it. Look at their answer, and take it back if it is wrong.",
        ));
    }
    if !waits {
        settle(ctx, &mut tx, key).await?;
    }
    tx.commit().await?;
    Ok((id, waits))
}

/// The same within a unit of work, nothing followed yet: one answer may be several decisions, and after the first
/// alone an older one about the next would be followed.
pub(crate) async fn keep(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    key: Key,
    answer: &Answer<'_>,
) -> Result<(i64, bool), Wrong> {
    let asked = question(ctx, tx, key).await?;
    let both = key.people(answer.person);
    let reached = people::within(tx, &actor.scope, &both).await?;
    if reached.len() < both.len() || !asked.candidates.contains(&answer.person) {
        return Err(Wrong::refused("That question is not open to you."));
    }
    if matches!(key, Key::Pair { .. }) && answer.verdict == Verdict::Same {
        return Err(Wrong::refused("Two people of the register become one by merging them."));
    }
    let loaded = people::load(tx, &both, Moment::Now).await?;
    let restricted = loaded.iter().any(|l| l.record.particulars.is_yes(Field::Restricted));
    let record = loaded.into_iter().find(|l| l.person == answer.person).unwrap_or_default().record;
    let likeness = asked.evidence.likenesses.iter().find(|l| l.person == answer.person);
    let decided = Decided {
        at: ctx.now(),
        account: actor.account_id(),
        needs_second: restricted,
        origin: key.to_string(),
        sender: asked.sender,
        side: asked.side,
        said: json(&asked.asked)?,
        person: answer.person,
        known: print(&asked_of(&record, ctx.today()), ""),
        verdict: answer.verdict.name().to_owned(),
        why: answer.why.trim().to_owned(),
        probability: likeness.map(|l| l.probability),
        evidence: likeness.map(json).transpose()?.unwrap_or_default(),
        ..Decided::default()
    };
    let id = linking::keep_decision(tx, &decided).await?;
    remember(ctx, tx, actor, &decided, "decided who is who").await?;
    Ok((id, decided.needs_second))
}

/// Takes back what was decided of one row, since somebody answers it again.
pub(crate) async fn answer_again(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    key: Key,
) -> Result<(), Wrong> {
    let said = linking::of_origin(tx, &key.to_string()).await?;
    for decided in &said {
        linking::take_back(tx, decided.id, (&ctx.now(), actor.account_id(), "answered anew"))
            .await?;
        remember(ctx, tx, actor, decided, "took back who is who").await?;
    }
    reopen(ctx, tx, &said).await?;
    if let Key::Row { import, line } = key {
        linking::open_again(tx, import, line).await?;
    }
    Ok(())
}

/// Agrees with a decision that waits for a second person.
pub async fn agree(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    let decided = open_to(&mut tx, actor, id).await?;
    if decided.account == actor.account_id() {
        return Err(Wrong::refused("Somebody else must agree: the record is restricted."));
    }
    if !decided.needs_second || !linking::agree(&mut tx, id, actor.account_id()).await? {
        return Err(Wrong::refused("That decision does not wait for anybody."));
    }
    if let Ok(key) = decided.origin.parse() {
        settle(ctx, &mut tx, key).await?;
    }
    remember(ctx, &mut tx, actor, &decided, "agreed who is who").await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a decision back, and opens its question again.
pub async fn take_back(ctx: &Context, actor: &Actor, id: i64, why: &str) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    let decided = open_to(&mut tx, actor, id).await?;
    let at = ctx.now();
    if !linking::take_back(&mut tx, id, (&at, actor.account_id(), why.trim())).await? {
        return Err(Wrong::refused("That decision was taken back already."));
    }
    if let Ok(Key::Row { import, line }) = decided.origin.parse()
        && !linking::open_again(&mut tx, import, line).await?
    {
        return Err(Wrong::refused(
            "The row was applied since. Take the import back first; the decision can follow.",
        ));
    }
    if let Ok(Key::List { run, line }) = decided.origin.parse() {
        super::lists::follow(ctx, &mut tx, (run, line)).await?;
    }
    reopen(ctx, &mut tx, std::slice::from_ref(&decided)).await?;
    remember(ctx, &mut tx, actor, &decided, "took back who is who").await?;
    tx.commit().await?;
    Ok(())
}

/// A decision that this reader may see.
pub async fn decision(ctx: &Context, actor: &Actor, id: i64) -> Result<Option<Decided>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    match open_to(&mut tx, actor, id).await {
        Ok(decided) => Ok(Some(decided).filter(|d| d.undone_at.is_none())),
        Err(Wrong::Refused(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

/// The decision, where its person is within reach.
pub(super) async fn open_to(tx: &mut Tx, actor: &Actor, id: i64) -> Result<Decided, Wrong> {
    let refused = || Wrong::refused("There is no such decision.");
    let decided = linking::decision(tx, id).await?.ok_or_else(refused)?;
    let both = about(&decided, &Memory::load(tx).await?);
    let reached = people::within(tx, &actor.scope, &both).await?;
    if reached.len() < both.len() { Err(refused()) } else { Ok(decided) }
}

/// Lets every row that says the same of identity follow what was decided of one, in whichever file or newest
/// list it stands: what was answered is not asked again, so nobody else would ever decide it.
pub(crate) async fn settle(ctx: &Context, tx: &mut Tx, key: Key) -> Result<(), Wrong> {
    let decided = linking::of_origin(tx, &key.to_string()).await?.pop();
    let Some((decided, side)) = decided.and_then(|d| side(&d).map(|side| (d, side))) else {
        return Ok(());
    };
    let memory = Memory::load(tx).await?;
    match key {
        Key::Row { import, line } => {
            if let Some(row) = linking::open_row(tx, import, line).await? {
                follow(tx, &row, &memory).await?;
            }
        }
        Key::List { run, line } => super::lists::follow(ctx, tx, (run, line)).await?,
        Key::Pair { .. } => return Ok(()),
    }
    let sides = [(side, decided.person)];
    for row in asking(tx, Held::Open, &sides, &memory).await? {
        follow(tx, &row, &memory).await?;
    }
    super::lists::follow_all(ctx, tx, &sides).await
}

/// Opens the rows again that had followed decisions taken back now without one of their own; they follow what
/// still stands.
async fn reopen(ctx: &Context, tx: &mut Tx, decided: &[Decided]) -> Result<(), Wrong> {
    let sides: Vec<(String, i64)> =
        decided.iter().filter_map(|d| Some((side(d)?, d.person))).collect();
    if sides.is_empty() {
        return Ok(());
    }
    let memory = Memory::load(tx).await?;
    for row in asking(tx, Held::Decided, &sides, &memory).await? {
        let key = Key::Row { import: row.import, line: row.line };
        if linking::of_origin(tx, &key.to_string()).await?.is_empty() {
            linking::open_again(tx, row.import, row.line).await?;
            follow(tx, &row, &memory).await?;
        }
    }
    super::lists::follow_all(ctx, tx, &sides).await
}

/// What the row said of which this was decided, as it is known again; two records of the register are no row.
fn side(decided: &Decided) -> Option<String> {
    let said: Asked = serde_json::from_str(&decided.said).ok()?;
    let row = matches!(decided.origin.parse(), Ok(Key::Row { .. } | Key::List { .. }));
    row.then(|| print(&said, &decided.sender))
}

/// Which held rows of files are looked through.
#[derive(Clone, Copy)]
enum Held {
    Open,
    Decided,
}

/// Rows of files that say one of these of identity, and may speak of somebody of whom it was decided.
async fn asking(
    tx: &mut Tx,
    held: Held,
    sides: &[(String, i64)],
    memory: &Memory,
) -> Result<Vec<OpenRow>, Wrong> {
    let mut decided: HashSet<i64> = HashSet::new();
    for (side, person) in sides {
        decided.extend(memory.of_row(side).iter().map(|d| d.person));
        decided.insert(memory.now(*person));
    }
    let (mut found, mut after) = (Vec::new(), FIRST);
    loop {
        let rows = match held {
            Held::Open => linking::open_numbers(tx, after, MOST).await?,
            Held::Decided => linking::decided_numbers(tx, after, MOST).await?,
        };
        let Some((import, line, _)) = rows.last() else { return Ok(found) };
        after = (*import, *line);
        for (import, line, candidates) in rows {
            // Rows about others are told by their numbers, which costs less than reading what was kept of each.
            if !candidates.iter().any(|person| decided.contains(&memory.now(*person))) {
                continue;
            }
            let row = match held {
                Held::Open => linking::open_row(tx, import, line).await?,
                Held::Decided => linking::decided_row(tx, import, line).await?,
            };
            let says = |row: &OpenRow| {
                let kept: super::Evidence = serde_json::from_str(&row.evidence).unwrap_or_default();
                let said = print(&kept.asked, &row.sender);
                sides.iter().any(|(side, _)| *side == said)
            };
            found.extend(row.filter(says));
        }
    }
}

/// Lets an open row of a file follow what was decided of what it says: somebody's, or a new person's once
/// everybody it might have been is ruled out.
async fn follow(tx: &mut Tx, row: &OpenRow, memory: &Memory) -> Result<(), Wrong> {
    let kept: super::Evidence = serde_json::from_str(&row.evidence).unwrap_or_default();
    let answered = memory.answer(&print(&kept.asked, &row.sender), &row.candidates);
    let key = Key::Row { import: row.import, line: row.line };
    // What was answered of another file's row is not followed while this one's own answer waits for somebody else.
    if let Answered::Same(person) = answered
        && waits_of(tx, key, (person, memory)).await?
    {
        return Ok(());
    }
    let decision = match answered {
        Answered::Same(person) => format!("same:{person}"),
        Answered::Nobody => "new".to_owned(),
        Answered::Open => return Ok(()),
    };
    imports::decide(tx, row.import, row.line, &decision).await?;
    Ok(())
}

/// Whether an answer to the question about this person waits for somebody else.
async fn waits_of(tx: &mut Tx, key: Key, (person, memory): (i64, &Memory)) -> Result<bool, Wrong> {
    let said = linking::of_origin(tx, &key.to_string()).await?;
    let waits = |d: &Decided| d.needs_second && d.second.is_none();
    Ok(said.iter().any(|d| waits(d) && memory.now(d.person) == person))
}

async fn remember(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    decided: &Decided,
    act: &str,
) -> Result<(), Wrong> {
    let both = decided.origin.parse::<Key>().map(|key| key.people(decided.person));
    let entry = audit::Entry {
        at: &ctx.now(),
        account: actor.account_id(),
        act,
        person: None,
        purpose: "who is who",
        detail: &format!("{}: {}", decided.origin, decided.verdict),
    };
    Ok(audit::write_many(tx, &entry, &both.unwrap_or_else(|()| vec![decided.person])).await?)
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Wrong> {
    serde_json::to_string(value).map_err(|e| Wrong::Failed(e.to_string()))
}
