//! Takes one unit of work back, days later too, without losing what came after it: a three-way merge of
//! the records before it, after it and now. Who may, and which units belong together, is the caller's.

use domain::intake;
use domain::person::{ChangeId, PersonRecord};
use store::Tx;
use store::people::{self, Loaded, Moment, Write};

use crate::context::Wrong;

/// People handled at a time.
const CHUNK_PEOPLE: usize = 2_000;

/// What taking back came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// People whose record went back, at least in part.
    pub restored: i64,
    /// People whom the work had added and who are off the register again.
    pub removed: i64,
    /// Later work that stays: person and sentence.
    pub kept: Vec<(i64, String)>,
}

/// Takes back what `change` did to these people, as the change `undoing`.
pub(crate) async fn take_back(
    tx: &mut Tx,
    people_touched: &[i64],
    (change, undoing): (ChangeId, ChangeId),
    undone: &mut Undone,
) -> Result<(), Wrong> {
    for chunk in people_touched.chunks(CHUNK_PEOPLE) {
        let before = people::load(tx, chunk, Moment::After(ChangeId(change.0 - 1))).await?;
        let after = people::load(tx, chunk, Moment::After(change)).await?;
        let now = people::load(tx, chunk, Moment::Now).await?;
        let states = before.iter().zip(&after).zip(&now);
        let results: Vec<PersonRecord> =
            states.map(|((before, after), now)| restored(before, after, now, undone)).collect();
        let writes: Vec<Write<'_>> =
            now.iter().zip(&results).map(|(before, after)| Write { before, after }).collect();
        people::write(tx, undoing, &writes).await?;
    }
    Ok(())
}

fn restored(before: &Loaded, after: &Loaded, now: &Loaded, undone: &mut Undone) -> PersonRecord {
    let (merged, kept) = intake::undo(&before.record, &after.record, &now.record);
    if before.exists() {
        undone.restored += i64::from(merged != now.record);
        undone.kept.extend(kept.into_iter().map(|sentence| (now.person, sentence)));
        return merged;
    }
    if kept.is_empty() && now.record == after.record {
        undone.removed += 1;
        return PersonRecord { ypid: now.record.ypid.clone(), ..PersonRecord::default() };
    }
    // Somebody has worked with a person the work added: the person stays whole.
    undone.kept.push((now.person, "added by the import, worked with since: stays".to_owned()));
    now.record.clone()
}
