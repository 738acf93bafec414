//! What a person answers of a held row. Whom a row speaks of is decided where who is who is, with what goes
//! with it: only of those whom the row may speak of and the decider reaches, kept for the next file that says
//! the same, and by two people where a record is restricted. Every answer is written down with who gave it.

use domain::access::Actor;
use store::imports::{self, ImportRow};
use store::{Tx, audit};

use super::walk::{answered, decided_person};
use crate::context::{Context, Wrong};
use crate::linking::{self, Key, Verdict};

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It takes effect when the file is applied.
    Done,
    /// Somebody else must agree first.
    Waits,
}

/// Keeps what a person answers of a held row: `same:ID`, `new` or `leave`, or one of the row's answers with its
/// person: `recorded:ID`, `sent:ID`. A new answer takes the place of the one before.
///
/// Errors: refused where the row does not offer it or is not held, and for a record beyond the actor's reach.
pub async fn decide(
    ctx: &Context,
    actor: &Actor,
    import: i64,
    line: i64,
    decision: &str,
) -> Result<Taken, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let row = imports::row(&mut tx, import, line).await?;
    // Whose records its candidates' numbers stand for now, where some were merged since.
    let memory = linking::Memory::load(&mut tx).await?;
    let candidates = row.as_ref().map(|row| memory.all_now(&numbers(row))).unwrap_or_default();
    let same = decided_person(decision).map(|person| memory.now(person));
    let row = row.filter(|row| fits(row, decision, same.is_some_and(|p| candidates.contains(&p))));
    let row =
        row.ok_or_else(|| Wrong::refused("Choose one of the answers that the row offers."))?;
    let key = Key::Row { import, line };
    linking::answer_again(ctx, &mut tx, actor, key).await?;
    let said = whom(decision, same, candidates);
    let mut taken = Taken::Done;
    for (person, verdict) in &said {
        let answer = linking::Answer { person: *person, verdict: *verdict, why: "" };
        let (_, waits) = linking::keep(ctx, &mut tx, actor, key, &answer).await?;
        taken = if waits { Taken::Waits } else { taken };
    }
    if said.is_empty() {
        if !imports::decide(&mut tx, import, line, decision).await? {
            return Err(Wrong::refused("That row is not waiting for a decision."));
        }
        note(ctx, &mut tx, actor, (&row, import, decision)).await?;
    } else if taken == Taken::Done {
        linking::settle(ctx, &mut tx, key).await?;
    }
    tx.commit().await?;
    Ok(taken)
}

/// Whether a decision answers what the row was held for: whom it speaks of, or which activity stands.
fn fits(row: &ImportRow, decision: &str, is_candidate: bool) -> bool {
    if row.effect != "held" {
        return false;
    }
    if decision == "leave" {
        return true;
    }
    match answered(decision) {
        Some(answer) => {
            row.answers.split(',').any(|name| name == answer.name())
                && row.person == decided_person(decision)
        }
        None if row.answers.is_empty() => decision == "new" || is_candidate,
        None => false,
    }
}

fn numbers(row: &ImportRow) -> Vec<i64> {
    row.candidates.split(',').filter_map(|id| id.parse().ok()).collect()
}

/// What an answer says of whom: of the one that it is, or of all that it is not. Nothing where the row was
/// held for something else, or nobody on the register is like it.
fn whom(decision: &str, same: Option<i64>, candidates: Vec<i64>) -> Vec<(i64, Verdict)> {
    match (decision, answered(decision), same) {
        ("new", ..) => candidates.into_iter().map(|p| (p, Verdict::Different)).collect(),
        (_, None, Some(person)) => vec![(person, Verdict::Same)],
        _ => Vec::new(),
    }
}

async fn note(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (row, import, decision): (&ImportRow, i64, &str),
) -> Result<(), Wrong> {
    let entry = audit::Entry {
        at: &ctx.now(),
        account: actor.account_id(),
        act: "answered a held row",
        person: row.person,
        purpose: "import",
        detail: &format!("import {import}, row {}: {decision}", row.line),
    };
    Ok(audit::write(tx, &entry).await?)
}
