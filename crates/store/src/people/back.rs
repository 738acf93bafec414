//! Who comes back: somebody whom an import brought and its undoing took away, when a file brings them again. Nothing of
//! them stands, but what was done meanwhile does, under their number; so they come back under it, and only they.

use std::collections::HashMap;

use domain::person::{ChangeId, Field, PersonRecord, fold};

use super::write::{new_people, own_ypid};
use crate::args;
use crate::engine::{Row, StoreError, Tx, Value};
use crate::statements::statements;

statements! {
    LAST_KNOWN = "SELECT given_key, family_key, COALESCE(date_of_birth, '') FROM particulars WHERE person = $1 ORDER BY made DESC, fact DESC LIMIT 1";
    RELEASE = "UPDATE young_person SET ypid = $1 WHERE id = $2";
}

/// Identifiers that one statement asks after.
const ASKED_MOST: usize = 500;

/// Gives those whom a file brings their numbers: those who come back have theirs.
///
/// Shape: one number a record, in their order.
pub async fn newcomers(
    tx: &mut Tx,
    change: ChangeId,
    database_id: &str,
    newcomers: &[&PersonRecord],
) -> Result<Vec<i64>, StoreError> {
    let back = come_back(tx, database_id, newcomers).await?;
    let fresh = newcomers.iter().zip(&back).filter(|(_, back)| back.is_none());
    let mut ypids: Vec<String> = fresh.map(|(one, _)| one.ypid.clone()).collect();
    let mut made = new_people(tx, change, database_id, &mut ypids).await?.into_iter();
    Ok(back.into_iter().filter_map(|back| back.or_else(|| made.next())).collect())
}

/// The number under which each of these newcomers was known before, where it is certain that it is them: by identifier,
/// names and birth date. An identifier that a wrong file gave to somebody else is free again.
///
/// Shape: one answer a record, in their order.
async fn come_back(
    tx: &mut Tx,
    database_id: &str,
    newcomers: &[&PersonRecord],
) -> Result<Vec<Option<i64>>, StoreError> {
    let gone = gone(tx, newcomers).await?;
    let mut found = Vec::with_capacity(newcomers.len());
    for newcomer in newcomers {
        let Some(person) = gone.get(newcomer.ypid.as_str()).copied() else {
            found.push(None);
            continue;
        };
        let keys = |row: &Row<'_>| Ok([row.text(0)?, row.text(1)?, row.text(2)?]);
        let last = tx.one(LAST_KNOWN, args![person], keys).await?;
        let same = last.is_some_and(|last| last == told(newcomer));
        if !same {
            tx.run(RELEASE, args![own_ypid(database_id, person), person]).await?;
        }
        found.push(same.then_some(person));
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
) -> Result<HashMap<String, i64>, StoreError> {
    let given: Vec<&str> =
        newcomers.iter().map(|one| one.ypid.as_str()).filter(|ypid| !ypid.is_empty()).collect();
    let mut found = HashMap::new();
    for asked in given.chunks(ASKED_MOST) {
        let places: Vec<String> = (1..=asked.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT y.ypid, y.id FROM young_person y WHERE y.ypid IN ({}) \
             AND NOT EXISTS (SELECT 1 FROM particulars p WHERE p.person = y.id AND p.ended IS NULL) \
             AND NOT EXISTS (SELECT 1 FROM merge m WHERE m.gone = y.id AND m.undone IS NULL)",
            places.join(", ")
        );
        let binds: Vec<Value> = asked.iter().map(|ypid| Value::from(*ypid)).collect();
        found.extend(tx.rows(&sql, &binds, |row| Ok((row.text(0)?, row.int(1)?))).await?);
    }
    Ok(found)
}
