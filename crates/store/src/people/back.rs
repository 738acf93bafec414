//! Who comes back: somebody whom an import brought and its undoing took away, when a file brings them again. Nothing of
//! them stands, but what was done meanwhile does, under their number; so they come back under it, and only they.

use std::collections::HashMap;

use domain::matching::comes_back;
use domain::person::{ChangeId, Field, PersonRecord, fold};

use super::write::new_people;
use crate::args;
use crate::engine::{StoreError, Tx, Value};
use crate::statements::statements;

statements! {
    RELEASE = "UPDATE young_person SET ypid = $1 WHERE id = $2";
}

/// Identifiers, or people, that one statement is about.
const ASKED_MOST: usize = 500;

/// Somebody of whom nothing stands any more: their number, their names, folded, and birth date as last known.
struct Gone {
    person: i64,
    last: [String; 3],
}

/// Gives those whom a file brings their numbers: those who come back have theirs.
///
/// Shape: one number a record, in their order.
pub async fn newcomers(
    tx: &mut Tx,
    change: ChangeId,
    database_id: &str,
    newcomers: &[&PersonRecord],
) -> Result<Vec<i64>, StoreError> {
    let back = come_back(tx, newcomers).await?;
    // What is kept from the day on which somebody was made begins anew: nothing of them stood meanwhile.
    let again: Vec<i64> = back.iter().copied().flatten().collect();
    for asked in again.chunks(ASKED_MOST) {
        let sql = format!("UPDATE young_person SET made = $1 WHERE id {}", tx.among(asked));
        tx.run(&sql, args![change.0]).await?;
    }
    let fresh = newcomers.iter().zip(&back).filter(|(_, back)| back.is_none());
    let mut ypids: Vec<String> = fresh.map(|(one, _)| one.ypid.clone()).collect();
    let mut made = new_people(tx, change, database_id, &mut ypids).await?.into_iter();
    Ok(back.into_iter().filter_map(|back| back.or_else(|| made.next())).collect())
}

/// The number under which each of these newcomers was known before, where they are the same by the rule of matching.
/// An identifier that a wrong file gave to somebody else is free again: beside the change that made them it is the one
/// thing of a person's row that is ever written over, and whoever had it keeps an identifier that no file carries.
///
/// Shape: one answer a record, in their order.
async fn come_back(
    tx: &mut Tx,
    newcomers: &[&PersonRecord],
) -> Result<Vec<Option<i64>>, StoreError> {
    let gone = gone(tx, newcomers).await?;
    let mut found = Vec::with_capacity(newcomers.len());
    for newcomer in newcomers {
        let before = gone.get(newcomer.ypid.as_str());
        let same = before.filter(|before| comes_back(&before.last, &told(newcomer)));
        if let (Some(Gone { person, .. }), None) = (before, same) {
            tx.run(RELEASE, args![format!("released-{person}"), *person]).await?;
        }
        found.push(same.map(|before| before.person));
    }
    Ok(found)
}

/// The names, folded, and the birth date by which somebody is known again.
fn told(record: &PersonRecord) -> [String; 3] {
    let text = |field| record.particulars.get(field).unwrap_or_default();
    [
        fold(text(Field::GivenName)),
        fold(text(Field::FamilyName)),
        text(Field::DateOfBirth).to_owned(),
    ]
}

/// Whose identifiers these were of whom nothing stands any more, by identifier; nobody who was merged.
async fn gone(
    tx: &mut Tx,
    newcomers: &[&PersonRecord],
) -> Result<HashMap<String, Gone>, StoreError> {
    let given: Vec<&str> =
        newcomers.iter().map(|one| one.ypid.as_str()).filter(|ypid| !ypid.is_empty()).collect();
    let mut found = HashMap::new();
    for asked in given.chunks(ASKED_MOST) {
        let places: Vec<String> = (1..=asked.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT y.ypid, y.id, l.given_key, l.family_key, COALESCE(l.date_of_birth, '') FROM young_person y \
             LEFT JOIN particulars l ON l.fact = (SELECT MAX(f.fact) FROM particulars f WHERE f.person = y.id) \
             WHERE y.ypid IN ({}) \
             AND NOT EXISTS (SELECT 1 FROM particulars p WHERE p.person = y.id AND p.ended IS NULL) \
             AND NOT EXISTS (SELECT 1 FROM merge m WHERE m.gone = y.id AND m.undone IS NULL)",
            places.join(", ")
        );
        let binds: Vec<Value> = asked.iter().map(|ypid| Value::from(*ypid)).collect();
        let read = |row: &crate::engine::Row<'_>| {
            let key = |at| Ok::<String, StoreError>(row.opt_text(at)?.unwrap_or_default());
            Ok((row.text(0)?, Gone { person: row.int(1)?, last: [key(2)?, key(3)?, row.text(4)?] }))
        };
        found.extend(tx.rows(&sql, &binds, read).await?);
    }
    Ok(found)
}
