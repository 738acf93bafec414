//! Writes what differs between two states of many records, in few statements.

use std::collections::BTreeSet;

use domain::person::{ChangeId, Characteristic, Engagement, Field, FormerName, PersonRecord, fold};

use super::home;
use super::load::{self, ADDRESS_COLUMNS, Loaded};
use crate::changes;
use crate::engine::{StoreError, Tx, Value};

/// One person's next state. `before` is the record as loaded in this unit of work.
#[derive(Debug)]
pub struct Write<'a> {
    pub before: &'a Loaded,
    pub after: &'a PersonRecord,
}

const PERSON_COLUMNS: [&str; 3] = ["id", "ypid", "made"];
pub(super) const FORMER_NAME_COLUMNS: [&str; 8] =
    ["fact", "person", "given", "family", "given_key", "family_key", "source", "made"];
pub(super) const CHARACTERISTIC_COLUMNS: [&str; 7] =
    ["fact", "person", "code", "from_day", "to_day", "source", "made"];

pub(super) const ENGAGEMENT_COLUMNS: [&str; 9] =
    ["fact", "person", "programme", "from_day", "to_day", "engaged", "source", "kind", "made"];
const BENEFIT_COLUMNS: [&str; 5] = ["fact", "person", "item", "print", "made"];

/// Gives new people their numbers, and identifiers of the form database id + ten digits where they
/// have none yet. Returns the numbers in the order of `ypids`.
pub async fn new_people(
    tx: &mut Tx,
    change: ChangeId,
    database_id: &str,
    ypids: &mut [String],
) -> Result<Vec<i64>, StoreError> {
    let count = i64::try_from(ypids.len()).unwrap_or(i64::MAX);
    let first = changes::take(tx, "person", count).await?;
    let ids: Vec<i64> = (first..).take(ypids.len()).collect();
    for (ypid, id) in ypids.iter_mut().zip(&ids) {
        if ypid.is_empty() {
            *ypid = format!("{database_id}{id:010}");
        }
    }
    let rows: Vec<Vec<Value>> = ypids
        .iter()
        .zip(&ids)
        .map(|(ypid, id)| vec![(*id).into(), ypid.as_str().into(), change.0.into()])
        .collect();
    tx.insert("young_person", &PERSON_COLUMNS, &rows).await?;
    Ok(ids)
}

/// Columns of a particulars row: the fact, the person, every field, the search keys, the change.
pub fn columns_of_particulars() -> Vec<&'static str> {
    let mut columns = vec!["fact", "person"];
    columns.extend(Field::ALL.iter().map(|f| f.column()));
    columns.extend(["given_key", "family_key", "made"]);
    columns
}

/// Columns of an address's row: the fact, the person, what is known of it, the change.
pub(super) fn address_columns() -> Vec<&'static str> {
    ["fact", "person"].into_iter().chain(ADDRESS_COLUMNS).chain(["made"]).collect()
}

/// Columns of a spell's row: the fact, the person, what is known of it, the change.
pub(super) fn spell_columns() -> Vec<&'static str> {
    ["fact", "person"].into_iter().chain(load::spell_columns()).chain(["made"]).collect()
}

/// Rows to end and to make, by table.
#[derive(Default)]
struct Batch {
    particulars: Rows,
    former_names: Rows,
    addresses: Rows,
    characteristics: Rows,
    spells: Rows,
    engagements: Rows,
    benefits: Rows,
    /// Whose address is protected after this, and of whom that is new or over.
    protected: BTreeSet<i64>,
    turned: Vec<(i64, bool)>,
}

#[derive(Default)]
struct Rows {
    end: Vec<i64>,
    make: Vec<Vec<Value>>,
}

/// Writes the differences. An `after` with empty particulars and no lists takes the person off the
/// register (every row is ended).
///
/// Errors: `Conflict` when a row was ended by somebody else since it was loaded.
pub async fn write(tx: &mut Tx, change: ChangeId, writes: &[Write<'_>]) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    for w in writes {
        collect(&mut batch, w, change);
    }
    let particulars = columns_of_particulars();
    let Batch { particulars: p, former_names: f, addresses: a, .. } = batch;
    let none = BTreeSet::new();
    flush(tx, change, ("particulars", &particulars), p, &none).await?;
    flush(tx, change, ("former_name", &FORMER_NAME_COLUMNS), f, &none).await?;
    flush(tx, change, ("address", &address_columns()), a, &batch.protected).await?;
    let held = ("characteristic", &CHARACTERISTIC_COLUMNS[..]);
    flush(tx, change, held, batch.characteristics, &none).await?;
    flush(tx, change, ("spell", &spell_columns()), batch.spells, &none).await?;
    let parts = ("engagement", &ENGAGEMENT_COLUMNS[..]);
    flush(tx, change, parts, batch.engagements, &none).await?;
    let marks = ("benefit_mark", &BENEFIT_COLUMNS[..]);
    flush(tx, change, marks, batch.benefits, &none).await?;
    for (person, protected) in batch.turned {
        home::protect(tx, person, protected).await?;
    }
    Ok(())
}

async fn flush(
    tx: &mut Tx,
    change: ChangeId,
    (table, columns): (&'static str, &[&'static str]),
    mut rows: Rows,
    sealed: &BTreeSet<i64>,
) -> Result<(), StoreError> {
    let sql = format!("UPDATE {table} SET ended = {} WHERE ended IS NULL AND fact", change.0);
    let ended = tx.run_in(&sql, &[], &rows.end).await?;
    if ended != rows.end.len() as u64 {
        return Err(StoreError::Conflict);
    }
    let count = i64::try_from(rows.make.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    let first = changes::take(tx, "fact", count).await?;
    for (fact, row) in (first..).zip(rows.make.iter_mut()) {
        if let Some(slot) = row.first_mut() {
            *slot = Value::Int(fact);
        }
        if let Some(Value::Int(person)) = row.get(1)
            && sealed.contains(person)
        {
            home::shut(tx, row)?;
        }
    }
    tx.insert(table, columns, &rows.make).await
}

fn collect(batch: &mut Batch, w: &Write<'_>, change: ChangeId) {
    let person = w.before.person;
    let (before, after, facts) = (&w.before.record, w.after, &w.before.facts);
    let protected = |record: &PersonRecord| record.particulars.is_yes(Field::ProtectedAddress);
    if protected(after) {
        batch.protected.insert(w.before.person);
    }
    let gone = *after == PersonRecord { ypid: after.ypid.clone(), ..PersonRecord::default() };
    // Whoever is merged away or undone does not lose their protection by it.
    if !gone && protected(before) != protected(after) {
        batch.turned.push((w.before.person, protected(after)));
    }
    if before.particulars != after.particulars || facts.particulars.is_none() {
        batch.particulars.end.extend(facts.particulars);
        if !gone {
            batch.particulars.make.push(particulars_row(person, after, change));
        }
    }
    differ(
        &mut batch.former_names,
        &before.former_names,
        &facts.former_names,
        &after.former_names,
        |n| former_name_row(person, n, change),
    );
    differ(&mut batch.addresses, &before.addresses, &facts.addresses, &after.addresses, |a| {
        address_row(person, a, change)
    });
    differ(
        &mut batch.characteristics,
        &before.characteristics,
        &facts.characteristics,
        &after.characteristics,
        |c| characteristic_row(person, c, change),
    );
    differ(
        &mut batch.engagements,
        &before.engagements,
        &facts.engagements,
        &after.engagements,
        |e| engagement_row(person, e, change),
    );
    differ(&mut batch.benefits, &before.benefits, &facts.benefits, &after.benefits, |mark| {
        let (item, print) = (mark.item.as_str(), mark.print.as_str());
        vec![Value::NullInt, person.into(), item.into(), print.into(), change.0.into()]
    });
    differ(&mut batch.spells, &before.spells, &facts.spells, &after.spells, |s| {
        spell_row(person, s, change)
    });
}

/// Ends the rows whose value is gone and makes rows for the values that are new, one for one.
fn differ<T: PartialEq>(
    rows: &mut Rows,
    before: &[T],
    facts: &[i64],
    after: &[T],
    row: impl Fn(&T) -> Vec<Value>,
) {
    let mut kept = vec![false; after.len()];
    for (value, fact) in before.iter().zip(facts) {
        let same = after.iter().zip(&mut kept).find(|(a, kept)| !**kept && *a == value);
        match same {
            Some((_, kept)) => *kept = true,
            None => rows.end.push(*fact),
        }
    }
    rows.make.extend(after.iter().zip(&kept).filter(|(_, kept)| !**kept).map(|(a, _)| row(a)));
}

pub(super) fn particulars_row(person: i64, record: &PersonRecord, change: ChangeId) -> Vec<Value> {
    let p = &record.particulars;
    let mut row = vec![Value::NullInt, person.into()];
    row.extend(Field::ALL.iter().map(|f| Value::from(p.get(*f))));
    row.push(fold(p.get(Field::GivenName).unwrap_or("")).into());
    row.push(fold(p.get(Field::FamilyName).unwrap_or("")).into());
    row.push(change.0.into());
    row
}

pub(super) fn former_name_row(person: i64, n: &FormerName, change: ChangeId) -> Vec<Value> {
    vec![
        Value::NullInt,
        person.into(),
        n.given.as_str().into(),
        n.family.as_str().into(),
        fold(&n.given).into(),
        fold(&n.family).into(),
        n.source.as_str().into(),
        change.0.into(),
    ]
}

pub(super) fn characteristic_row(person: i64, c: &Characteristic, change: ChangeId) -> Vec<Value> {
    vec![
        Value::NullInt,
        person.into(),
        c.code.as_str().into(),
        c.from.into(),
        c.to.into(),
        c.source.as_str().into(),
        change.0.into(),
    ]
}

pub(super) fn engagement_row(person: i64, e: &Engagement, change: ChangeId) -> Vec<Value> {
    vec![
        Value::NullInt,
        person.into(),
        e.programme.as_str().into(),
        e.from.into(),
        e.to.into(),
        e.engaged.map(i64::from).into(),
        e.source.as_str().into(),
        e.kind.as_deref().into(),
        change.0.into(),
    ]
}

pub(super) fn address_row(
    person: i64,
    a: &domain::person::Address,
    change: ChangeId,
) -> Vec<Value> {
    let mut row = vec![Value::NullInt, person.into()];
    row.extend(a.lines.iter().map(|l| Value::from(l.as_str())));
    row.extend([a.town.as_str().into(), a.county.as_str().into(), a.postcode.as_str().into()]);
    row.extend([a.from.into(), a.to.into()]);
    row.extend([
        a.place.ward.as_deref().into(),
        a.place.ward_2003.as_deref().into(),
        a.place.lsoa.as_deref().into(),
        a.place.deprivation_decile.map(i64::from).into(),
        a.place.locality.as_deref().into(),
        a.place.vintage.as_deref().into(),
    ]);
    row.push(change.0.into());
    row
}

pub(super) fn spell_row(person: i64, s: &domain::status::Spell, change: ChangeId) -> Vec<Value> {
    vec![
        Value::NullInt,
        person.into(),
        s.code.as_str().into(),
        s.establishment_number.as_deref().into(),
        s.establishment_name.as_deref().into(),
        s.ukprn.as_deref().into(),
        s.organisation.as_deref().into(),
        s.start.into(),
        s.ascertained.into(),
        s.verified.into(),
        s.verified_by.as_deref().into(),
        s.verified_how.as_deref().into(),
        s.review.into(),
        s.predicted_end.into(),
        s.end.into(),
        s.neet_start.into(),
        s.lapse_stated.into(),
        s.lapsed_stated.map(i64::from).into(),
        s.stated_on.into(),
        change.0.into(),
    ]
}
