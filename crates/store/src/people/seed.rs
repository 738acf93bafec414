//! Writes whole histories in bulk, for demonstrations and moves from another system: every fact is
//! made and ended by the changes that its history names, in as few statements as the engine takes.
//! Only new people are written; those who are here already are `write`'s affair.

use domain::person::{ChangeId, PersonRecord};

use super::write::{
    CHARACTERISTIC_COLUMNS, ENGAGEMENT_COLUMNS, FORMER_NAME_COLUMNS, address_columns, address_row,
    characteristic_row, columns_of_particulars, engagement_row, former_name_row, particulars_row,
    spell_columns, spell_row,
};
use crate::engine::{StoreError, Tx, Value};
use crate::{changes, contacts};

/// One new person's records, each with the change from which it stood, the oldest first.
#[derive(Debug)]
pub struct Seed {
    /// Empty for an identifier of the register's own.
    pub ypid: String,
    pub history: Vec<(ChangeId, PersonRecord)>,
}

/// Which adviser has whom, from when to when, and between which changes that was known.
#[derive(Debug)]
pub struct SeedAssignment {
    pub person: i64,
    pub adviser: i64,
    pub from: jiff::civil::Date,
    pub to: Option<jiff::civil::Date>,
    pub made: ChangeId,
    pub ended: Option<ChangeId>,
}

/// A contact and what came of it.
#[derive(Debug)]
pub struct SeedContact {
    pub person: i64,
    pub day: jiff::civil::Date,
    pub method: &'static str,
    pub outcome: &'static str,
    pub note: String,
    pub next_step: Option<String>,
    pub account: i64,
    /// Names of the reference data, parted by commas.
    pub obstacles: &'static str,
    pub made: ChangeId,
}

/// Writes new people with their histories; their numbers, in the order given.
///
/// Shape: call it with some thousand people at a time, so that memory stays small.
pub async fn seed(tx: &mut Tx, database_id: &str, people: &[Seed]) -> Result<Vec<i64>, StoreError> {
    let count = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let first = changes::take(tx, "person", count).await?;
    let ids: Vec<i64> = (first..).take(people.len()).collect();
    let mut rows = Tables::default();
    for (seed, id) in people.iter().zip(&ids) {
        let Some((made, _)) = seed.history.first() else { continue };
        let ypid = match seed.ypid.as_str() {
            "" => format!("{database_id}{id:010}"),
            given => given.to_owned(),
        };
        rows.people.push(vec![(*id).into(), ypid.into(), made.0.into()]);
        rows.history(*id, &seed.history);
    }
    tx.insert("young_person", &["id", "ypid", "made"], &rows.people).await?;
    flush(tx, "particulars", columns_of_particulars(), rows.particulars).await?;
    flush(tx, "former_name", FORMER_NAME_COLUMNS.to_vec(), rows.former_names).await?;
    flush(tx, "address", address_columns(), rows.addresses).await?;
    flush(tx, "characteristic", CHARACTERISTIC_COLUMNS.to_vec(), rows.characteristics).await?;
    flush(tx, "spell", spell_columns(), rows.spells).await?;
    flush(tx, "engagement", ENGAGEMENT_COLUMNS.to_vec(), rows.engagements).await?;
    Ok(ids)
}

#[derive(Default)]
struct Tables {
    people: Vec<Vec<Value>>,
    particulars: Vec<Vec<Value>>,
    former_names: Vec<Vec<Value>>,
    addresses: Vec<Vec<Value>>,
    characteristics: Vec<Vec<Value>>,
    spells: Vec<Vec<Value>>,
    engagements: Vec<Vec<Value>>,
}

impl Tables {
    fn history(&mut self, person: i64, history: &[(ChangeId, PersonRecord)]) {
        let whole = facts(
            history,
            |record| std::slice::from_ref(record),
            |a, b| a.particulars == b.particulars,
        );
        self.particulars.extend(rows(whole, |r, c| particulars_row(person, r, c)));
        let names = facts(history, |record| &record.former_names, PartialEq::eq);
        self.former_names.extend(rows(names, |n, c| former_name_row(person, n, c)));
        let addresses = facts(history, |record| &record.addresses, PartialEq::eq);
        self.addresses.extend(rows(addresses, |a, c| address_row(person, a, c)));
        let held = facts(history, |record| &record.characteristics, PartialEq::eq);
        self.characteristics.extend(rows(held, |h, c| characteristic_row(person, h, c)));
        let spells = facts(history, |record| &record.spells, PartialEq::eq);
        self.spells.extend(rows(spells, |s, c| spell_row(person, s, c)));
        let parts = facts(history, |record| &record.engagements, PartialEq::eq);
        self.engagements.extend(rows(parts, |e, c| engagement_row(person, e, c)));
    }
}

/// A value with the changes that made and ended it.
struct Fact<'a, T> {
    value: &'a T,
    made: ChangeId,
    ended: Option<ChangeId>,
}

/// The facts of one list over a history: a value that goes on from record to record is one fact.
fn facts<'a, T>(
    history: &'a [(ChangeId, PersonRecord)],
    list: impl Fn(&'a PersonRecord) -> &'a [T],
    same: impl Fn(&T, &T) -> bool,
) -> Vec<Fact<'a, T>> {
    let mut all: Vec<Fact<'a, T>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (change, record) in history {
        let mut still = Vec::new();
        let mut unmatched = open;
        for value in list(record) {
            let known = unmatched
                .iter()
                .position(|at| all.get(*at).is_some_and(|fact| same(fact.value, value)));
            match known {
                Some(at) => still.push(unmatched.remove(at)),
                None => {
                    all.push(Fact { value, made: *change, ended: None });
                    still.push(all.len() - 1);
                }
            }
        }
        for gone in unmatched {
            if let Some(fact) = all.get_mut(gone) {
                fact.ended = Some(*change);
            }
        }
        open = still;
    }
    all
}

/// Rows for facts, with the change that ended each in a last column.
fn rows<'a, T>(
    facts: Vec<Fact<'a, T>>,
    row: impl Fn(&'a T, ChangeId) -> Vec<Value>,
) -> impl Iterator<Item = Vec<Value>> {
    facts.into_iter().map(move |fact| {
        let mut values = row(fact.value, fact.made);
        values.push(fact.ended.map(|change| change.0).into());
        values
    })
}

async fn flush(
    tx: &mut Tx,
    table: &'static str,
    mut columns: Vec<&'static str>,
    mut rows: Vec<Vec<Value>>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    columns.push("ended");
    let first = changes::take(tx, "fact", i64::try_from(rows.len()).unwrap_or(i64::MAX)).await?;
    for (fact, row) in (first..).zip(rows.iter_mut()) {
        if let Some(slot) = row.first_mut() {
            *slot = Value::Int(fact);
        }
    }
    tx.insert(table, &columns, &rows).await
}

/// Writes who has whom.
pub async fn seed_assignments(tx: &mut Tx, rows: &[SeedAssignment]) -> Result<(), StoreError> {
    let columns = vec!["fact", "person", "adviser", "from_day", "to_day", "made"];
    let rows = rows
        .iter()
        .map(|r| {
            vec![
                Value::NullInt,
                r.person.into(),
                r.adviser.into(),
                r.from.into(),
                r.to.into(),
                r.made.0.into(),
                r.ended.map(|change| change.0).into(),
            ]
        })
        .collect();
    flush(tx, "assignment", columns, rows).await
}

/// Writes contacts.
pub async fn seed_contacts(tx: &mut Tx, contacts: &[SeedContact]) -> Result<(), StoreError> {
    if contacts.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(contacts.len()).unwrap_or(i64::MAX);
    let first = changes::take(tx, "contact", count).await?;
    let rows: Vec<Vec<Value>> = (first..)
        .zip(contacts)
        .map(|(id, c)| {
            vec![
                id.into(),
                c.person.into(),
                c.day.into(),
                c.method.into(),
                c.outcome.into(),
                c.note.as_str().into(),
                c.next_step.as_deref().into(),
                c.account.into(),
                c.obstacles.into(),
                c.made.0.into(),
            ]
        })
        .collect();
    tx.insert("contact", &contacts::COLUMNS, &rows).await
}
