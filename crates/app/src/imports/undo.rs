//! Takes an applied import back, days later too, without losing what came after it.

use domain::intake;
use domain::person::{ChangeId, PersonRecord};
use store::people::{self, Moment, Write};
use store::{Work, audit, changes, imports};

use crate::context::{Context, Wrong};

/// People handled at a time.
const CHUNK_PEOPLE: usize = 2_000;

/// What taking back came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// People whose record went back, at least in part.
    pub restored: i64,
    /// People whom the import had added and who are off the register again.
    pub removed: i64,
    /// Later work that stays: person and sentence.
    pub kept: Vec<(i64, String)>,
}

/// Undoes every change the import made, newest first, as one unit of work.
pub async fn undo(
    ctx: &Context,
    import: i64,
    account: Option<i64>,
    reason: &str,
) -> Result<Undone, Wrong> {
    let Some(place) = ctx.db.try_hold(Work::Applying).await? else {
        return Err(Wrong::Refused(format!(
            "A file is being applied just now. Import {import} was not touched: take it back when \
             that is done."
        )));
    };
    let mut tx = ctx.db.begin().await?;
    if !imports::move_state(&mut tx, import, ("applied", "undone"), None).await? {
        return Err(Wrong::refused(format!(
            "Import {import} is not applied, so there is nothing to undo."
        )));
    }
    let at = ctx.now();
    let mut undone = Undone::default();
    for change in imports::changes_of(&mut tx, import).await? {
        let change = ChangeId(change);
        let undoing = changes::begin_undo(&mut tx, &at, account, Some(reason), change).await?;
        let touched = people::touched_by(&mut tx, change).await?;
        for chunk in touched.chunks(CHUNK_PEOPLE) {
            take_back(&mut tx, chunk, change, undoing, &mut undone).await?;
            let entry = audit::Entry {
                at: &at,
                account,
                act: "import taken back",
                person: None,
                purpose: "import",
                detail: &format!("import {import}"),
            };
            audit::write_many(&mut tx, &entry, chunk).await?;
        }
    }
    tx.commit().await?;
    place.release().await;
    Ok(undone)
}

async fn take_back(
    tx: &mut store::Tx,
    chunk: &[i64],
    change: ChangeId,
    undoing: ChangeId,
    undone: &mut Undone,
) -> Result<(), Wrong> {
    let before = people::load(tx, chunk, Moment::After(ChangeId(change.0 - 1))).await?;
    let after = people::load(tx, chunk, Moment::After(change)).await?;
    let now = people::load(tx, chunk, Moment::Now).await?;
    let mut results: Vec<PersonRecord> = Vec::with_capacity(chunk.len());
    for ((before, after), now) in before.iter().zip(&after).zip(&now) {
        let (mut merged, kept) = intake::undo(&before.record, &after.record, &now.record);
        if !before.exists() && kept.is_empty() && now.record == after.record {
            merged = PersonRecord { ypid: now.record.ypid.clone(), ..PersonRecord::default() };
            undone.removed += 1;
        } else if !before.exists() {
            // Somebody has worked with a person the import added: the person stays whole.
            merged = now.record.clone();
            undone
                .kept
                .push((now.person, "added by the import, worked with since: stays".to_owned()));
        } else if merged != now.record {
            undone.restored += 1;
        }
        if before.exists() {
            undone.kept.extend(kept.into_iter().map(|sentence| (now.person, sentence)));
        }
        results.push(merged);
    }
    let writes: Vec<Write<'_>> =
        now.iter().zip(&results).map(|(before, after)| Write { before, after }).collect();
    people::write(tx, undoing, &writes).await?;
    Ok(())
}
