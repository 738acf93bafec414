//! What was destroyed, listed outside the database, signed; and destroying it again after a backup from
//! before came back. Whoever restores has to do nothing: the server looks when it starts.

use domain::retention::{Erased, Thing, mark};
use store::retention::{self, Line};
use store::{Tx, audit};

use super::DESTROYED;
use crate::accounts::hex;
use crate::context::{Context, Wrong};

const NAMED: &str = "erasures-";

/// The mark of each thing on a list that is still there, before it goes.
pub(super) async fn marks(
    tx: &mut Tx,
    salt: &str,
    lines: &[Line],
) -> Result<Vec<(i64, String)>, Wrong> {
    let mut marks = Vec::new();
    for line in lines {
        if let Some(made) = retention::made(tx, line.category, line.subject).await? {
            marks.push((line.line, mark(salt, line.category, line.subject, &made)));
        }
    }
    Ok(marks)
}

/// Lists what went. The file comes before the commit: a crash in between leaves a list whose things go
/// when the server starts, never things that went unlisted.
pub(super) fn keep(
    ctx: &Context,
    (list, proof): (i64, &str),
    (salt, marks): (String, &[(i64, String)]),
    lines: &[Line],
) -> Result<(), Wrong> {
    let Some(vault) = &ctx.vault else { return Ok(()) };
    let gone = lines.iter().filter(|line| line.outcome == DESTROYED);
    let things = gone.filter_map(|line| {
        let (_, mark) = marks.iter().find(|(number, _)| *number == line.line)?;
        Some(Thing { category: line.category, subject: line.subject, mark: mark.clone() })
    });
    let (proof, things) = (proof.to_owned(), things.collect::<Vec<_>>());
    if things.is_empty() {
        return Ok(());
    }
    let name = format!("{NAMED}{}-{}.txt", ctx.today(), proof.get(..16).unwrap_or(&proof));
    let erased = Erased { list, proof, day: ctx.today(), salt, things };
    vault.keep(ctx, &name, &erased.text())
}

/// A salt for the marks of one list.
pub(super) fn salt(ctx: &Context) -> String {
    hex(&ctx.random::<16>())
}

/// Destroys again what lists outside say was destroyed and the database does not know of; how many things.
///
/// Errors: refused where a list was tampered with: nothing is served then, since nobody knows what else
/// should be gone.
pub async fn replay(ctx: &Context) -> Result<usize, Wrong> {
    let Some(vault) = &ctx.vault else { return Ok(0) };
    let mut count = 0;
    for file in vault.named(NAMED)? {
        let text = vault.signed(ctx, &file)?;
        let erased = Erased::read(&text).ok_or_else(|| {
            Wrong::refused(format!("{} is no list of what was destroyed.", file.display()))
        })?;
        let mut tx = ctx.db.begin().await?;
        if retention::known(&mut tx, &erased.proof).await? {
            continue;
        }
        count += again(ctx, &mut tx, &erased).await?;
        tx.commit().await?;
    }
    Ok(count)
}

async fn again(ctx: &Context, tx: &mut Tx, erased: &Erased) -> Result<usize, Wrong> {
    let (mut things, mut rows) = (0, 0);
    let at = ctx.now();
    for thing in &erased.things {
        let (category, subject) = (thing.category, thing.subject);
        let made = retention::made(tx, category, subject).await?;
        let same =
            made.is_some_and(|made| mark(&erased.salt, category, subject, &made) == thing.mark);
        // A hold of that day or later cannot come from the backup: somebody laid it knowing better.
        let held = category.of_a_person() && retention::held_since(tx, subject, erased.day).await?;
        if !same || held {
            continue;
        }
        let gone = retention::destroy_again(tx, (category, subject), erased.day).await?;
        if gone == 0 {
            continue;
        }
        (things, rows) = (things + 1, rows + gone);
        let person = category.of_a_person().then_some(subject);
        let detail = match category.of_a_person() {
            false => format!("{} {subject}, list {}", category.name(), erased.list),
            true => format!("{}, list {}", category.name(), erased.list),
        };
        let act = "destroyed again after a restore";
        let purpose = "retention";
        let entry = audit::Entry { at: &at, account: None, act, person, purpose, detail: &detail };
        audit::write(tx, &entry).await?;
    }
    retention::replayed(tx, (&erased.proof, erased.list), &at, rows).await?;
    Ok(things)
}
