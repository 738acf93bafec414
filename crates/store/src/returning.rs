//! What the return needs of the register, and no more of it: everybody by the few facts that decide
//! who is in it, and of those who are the facts of its day.
//!
//! It takes no scope: a return is the whole authority's. Invariant: of somebody asked for, everything
//! that holds on the day is read as [`crate::people::load`] reads it.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use domain::person::{Field, Particulars, PersonRecord};
use domain::status::Spell;
use jiff::civil::Date;

use crate::args;
use crate::engine::{Row, StoreError, Tx, Value};
use crate::people::load::{
    ADDRESS_COLUMNS, CHARACTERISTIC_COLUMNS, address, characteristic, particulars, spell,
    spell_columns,
};
use crate::people::{Moment, home};
use crate::seal;

/// People asked for in one statement.
const PEOPLE_AT_ONCE: usize = 5_000;

/// Everybody known at the moment with these fields alone, by number.
pub async fn everybody(
    tx: &mut Tx,
    moment: Moment,
    fields: &[Field],
) -> Result<Vec<(i64, PersonRecord)>, StoreError> {
    let named: Vec<String> = fields.iter().map(|f| format!("p.{}", f.column())).collect();
    let mut columns = vec!["p.person", "y.ypid"];
    columns.extend(named.iter().map(String::as_str));
    let rest = format!(
        "FROM particulars p JOIN young_person y ON y.id = p.person WHERE {} ORDER BY p.person",
        moment.condition("p.")
    );
    let mut all = Vec::new();
    tx.each_packed(&columns, &rest, args![], |row| {
        let mut particulars = Particulars::default();
        for (at, field) in (2..).zip(fields) {
            particulars.set(*field, row.opt_text(at)?);
        }
        let record = PersonRecord { ypid: row.text(1)?, particulars, ..PersonRecord::default() };
        all.push((row.int(0)?, record));
        Ok(())
    })
    .await?;
    Ok(all)
}

/// The spells that another system's return stated for a day, by person.
pub async fn stated_on(
    tx: &mut Tx,
    moment: Moment,
    day: Date,
) -> Result<HashMap<i64, Vec<Spell>>, StoreError> {
    let mut by: HashMap<i64, Vec<Spell>> = HashMap::new();
    let rest = format!("FROM spell WHERE stated_on = '{day}' AND {}", moment.condition(""));
    tx.each_packed(&with_person(spell_columns()), &rest, args![], |row| {
        by.entry(row.int(0)?).or_default().push(spell(row, 1)?);
        Ok(())
    })
    .await?;
    Ok(by)
}

/// These people's records as far as they hold on a day, in the order asked: every field, addresses and
/// characteristics of the day, spells that hold on it or were stated for it.
pub async fn on_day(
    tx: &mut Tx,
    moment: Moment,
    people: &[i64],
    day: Date,
) -> Result<Vec<PersonRecord>, StoreError> {
    let mut found: HashMap<i64, PersonRecord> = HashMap::with_capacity(people.len());
    for chunk in people.chunks(PEOPLE_AT_ONCE) {
        let who = format!("person {} AND {}", tx.among(chunk), moment.condition(""));
        fields(tx, &who, &mut found).await?;
        lists(tx, &who, day, &mut found).await?;
    }
    Ok(people
        .iter()
        .map(|id| {
            let mut record = found.remove(id).unwrap_or_default();
            record.addresses.sort_by(|a, b| (a.from, a).cmp(&(b.from, b)));
            record.characteristics.sort();
            record.spells.sort_by(order);
            record
        })
        .collect())
}

/// All spells of these people.
pub async fn spells(
    tx: &mut Tx,
    moment: Moment,
    people: &HashSet<i64>,
) -> Result<HashMap<i64, Vec<Spell>>, StoreError> {
    spells_where(tx, moment, people, &[]).await
}

/// All spells of those of these people who ever had one of some codes; the others are not read.
pub async fn spells_of_who_had(
    tx: &mut Tx,
    moment: Moment,
    people: &HashSet<i64>,
    codes: &[&str],
) -> Result<HashMap<i64, Vec<Spell>>, StoreError> {
    if codes.is_empty() {
        return Ok(HashMap::new());
    }
    spells_where(tx, moment, people, codes).await
}

/// All spells of these people and, where any codes are named, only of those who ever had one of them.
async fn spells_where(
    tx: &mut Tx,
    moment: Moment,
    people: &HashSet<i64>,
    codes: &[&str],
) -> Result<HashMap<i64, Vec<Spell>>, StoreError> {
    let numbers: Vec<String> = (1..=codes.len()).map(|number| format!("${number}")).collect();
    let numbers = numbers.join(", ");
    let binds: Vec<Value> = codes.iter().map(|code| Value::Text((*code).to_owned())).collect();
    let (at, had) = (moment.condition(""), moment.condition("h."));
    let mut ids: Vec<i64> = people.iter().copied().collect();
    ids.sort_unstable();
    let mut by: HashMap<i64, Vec<Spell>> = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(PEOPLE_AT_ONCE) {
        let among = tx.among(chunk);
        // Who had one is asked once of everybody, not again for each spell.
        let who = match codes.is_empty() {
            true => among,
            false => format!(
                "IN (SELECT h.person FROM spell h WHERE h.person {among} AND h.code IN ({numbers}) AND {had})"
            ),
        };
        let rest = format!("FROM spell WHERE person {who} AND {at}");
        tx.each_packed(&with_person(spell_columns()), &rest, &binds, |row| {
            by.entry(row.int(0)?).or_default().push(spell(row, 1)?);
            Ok(())
        })
        .await?;
    }
    by.values_mut().for_each(|spells| spells.sort_by(order));
    Ok(by)
}

/// What holds on any day from one to another. Days come from our own calendar, so they are written into the
/// text.
pub(crate) fn holds(from: &str, to: &str, (first, last): (Date, Date)) -> String {
    format!("({from} IS NULL OR {from} <= '{last}') AND ({to} IS NULL OR {to} >= '{first}')")
}

/// The order of spells in loaded records, which settles which of two that start together counts.
pub(crate) fn order(a: &Spell, b: &Spell) -> Ordering {
    (a.start, a).cmp(&(b.start, b))
}

fn with_person(columns: impl IntoIterator<Item = &'static str>) -> Vec<&'static str> {
    std::iter::once("person").chain(columns).collect()
}

async fn fields(
    tx: &mut Tx,
    who: &str,
    found: &mut HashMap<i64, PersonRecord>,
) -> Result<(), StoreError> {
    let columns = with_person(Field::ALL.iter().map(|field| field.column()));
    tx.each_packed(&columns, &format!("FROM particulars WHERE {who}"), args![], |row| {
        one(found, row)?.particulars = particulars(row, 1)?;
        Ok(())
    })
    .await
}

async fn lists(
    tx: &mut Tx,
    who: &str,
    day: Date,
    found: &mut HashMap<i64, PersonRecord>,
) -> Result<(), StoreError> {
    let facts = holds("from_day", "to_day", (day, day));
    let rest = format!("FROM address WHERE {who} AND {facts}");
    let columns = with_person(std::iter::once("fact").chain(ADDRESS_COLUMNS));
    let mut shut = Vec::new();
    tx.each_packed(&columns, &rest, args![], |row| {
        let (person, home) = (row.int(0)?, address(row, 2)?);
        let all = &mut one(found, row)?.addresses;
        if home.lines.iter().chain([&home.postcode]).any(|text| seal::is_sealed(text)) {
            shut.push((person, all.len(), row.int(1)?));
        }
        all.push(home);
        Ok(())
    })
    .await?;
    for (person, at, fact) in shut {
        let all = found.get_mut(&person).map(|record| &mut record.addresses);
        if let Some(address) = all.and_then(|all| all.get_mut(at)) {
            home::open(tx, fact, address)?;
        }
    }
    let rest = format!("FROM characteristic WHERE {who} AND {facts}");
    let (keys, columns) = (tx.keys(), with_person(CHARACTERISTIC_COLUMNS));
    tx.each_packed(&columns, &rest, args![], |row| {
        one(found, row)?.characteristics.push(characteristic(keys.as_deref(), row, 1)?);
        Ok(())
    })
    .await?;
    let held = holds("start_day", "end_day", (day, day));
    let rest = format!("FROM spell WHERE {who} AND (({held}) OR stated_on = '{day}')");
    tx.each_packed(&with_person(spell_columns()), &rest, args![], |row| {
        one(found, row)?.spells.push(spell(row, 1)?);
        Ok(())
    })
    .await
}

fn one<'a>(
    found: &'a mut HashMap<i64, PersonRecord>,
    row: &Row<'_>,
) -> Result<&'a mut PersonRecord, StoreError> {
    Ok(found.entry(row.int(0)?).or_default())
}
