//! Loads whole records, as they stand or as they stood.

use std::borrow::Cow;
use std::collections::HashMap;

use domain::person::{
    Address, BenefitMark, ChangeId, Characteristic, Engagement, Field, FormerName, Particulars,
    PersonRecord, Place,
};
use domain::status::Spell;

use super::home;
use crate::args;
use crate::engine::{Row, StoreError, Tx, Value};
use crate::seal::{self, Cell, Keys};

/// Which recorded moment to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// As it stands.
    Now,
    /// As it stood after this change and before the next.
    After(ChangeId),
}

impl Moment {
    /// The condition on a fact's row, under a table alias that ends in a dot (or is empty).
    pub fn condition(self, alias: &str) -> String {
        match self {
            Moment::Now => format!("{alias}ended IS NULL"),
            Moment::After(ChangeId(n)) => {
                format!("{alias}made <= {n} AND ({alias}ended IS NULL OR {alias}ended > {n})")
            }
        }
    }
}

/// The rows behind a loaded record, parallel to its lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub particulars: Option<i64>,
    pub former_names: Vec<i64>,
    pub addresses: Vec<i64>,
    pub characteristics: Vec<i64>,
    pub spells: Vec<i64>,
    pub engagements: Vec<i64>,
    pub benefits: Vec<i64>,
}

/// A record with the rows it came from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    pub person: i64,
    pub record: PersonRecord,
    pub facts: Facts,
}

impl Loaded {
    /// Whether anything at all is known of the person at that moment.
    pub fn exists(&self) -> bool {
        self.facts.particulars.is_some()
    }
}

/// People asked for in one statement.
const AT_ONCE: usize = 2_000;

/// Loads these people, in the order asked; a number that nobody has gives an empty record.
pub async fn load(tx: &mut Tx, people: &[i64], moment: Moment) -> Result<Vec<Loaded>, StoreError> {
    let mut found: HashMap<i64, Building> = HashMap::with_capacity(people.len());
    for chunk in people.chunks(AT_ONCE) {
        let mut some = HashMap::with_capacity(chunk.len());
        let (among, binds) = tx.among_bound(chunk);
        gather(tx, (&format!("person {among}"), &binds), moment, &mut some).await?;
        found.extend(some);
    }
    Ok(people.iter().map(|id| found.remove(id).unwrap_or_default().finish(*id)).collect())
}

/// What a list is compared with, and no more of the records: these fields, homes, characteristics and what came as
/// benefits information, as they stand.
pub async fn load_compared(
    tx: &mut Tx,
    people: &[i64],
    fields: &[Field],
) -> Result<HashMap<i64, PersonRecord>, StoreError> {
    let mut found: HashMap<i64, Building> = HashMap::with_capacity(people.len());
    for chunk in people.chunks(AT_ONCE) {
        let (among, binds) = tx.among_bound(chunk);
        let who = (format!("person {among}"), binds);
        let who: Who<'_> = (&who.0, &who.1);
        let mut some = HashMap::with_capacity(chunk.len());
        scalars(tx, who, Moment::Now, (fields, &mut some)).await?;
        beside(tx, who, &Moment::Now.condition(""), &mut some).await?;
        found.extend(some);
    }
    Ok(found.into_iter().map(|(id, building)| (id, building.finish(id).record)).collect())
}

/// Those of these people of whom anything stands that came as benefits information.
pub async fn with_benefits(tx: &mut Tx, people: &[i64]) -> Result<Vec<i64>, StoreError> {
    let of = "SELECT DISTINCT person FROM benefit_mark WHERE ended IS NULL AND person";
    tx.rows_in((of, ""), args![], people, |row| row.int(0)).await
}

/// Loads everybody known at the moment, by number. For whole-register work only: it takes no scope.
pub async fn load_all(tx: &mut Tx, moment: Moment) -> Result<Vec<Loaded>, StoreError> {
    let mut found: HashMap<i64, Building> = HashMap::new();
    gather(tx, ("1 = 1", &[]), moment, &mut found).await?;
    let mut all: Vec<Loaded> =
        found.into_iter().map(|(id, b)| b.finish(id)).filter(Loaded::exists).collect();
    all.sort_by_key(|l| l.person);
    Ok(all)
}

/// Numbers of everybody known at the moment.
pub async fn all_ids(tx: &mut Tx, moment: Moment) -> Result<Vec<i64>, StoreError> {
    let sql =
        format!("SELECT person FROM particulars WHERE {} ORDER BY person", moment.condition(""));
    tx.rows(&sql, args![], |row| row.int(0)).await
}

/// The tables whose rows are facts of a record.
const FACT_TABLES: [&str; 7] = [
    "particulars",
    "former_name",
    "address",
    "characteristic",
    "spell",
    "engagement",
    "benefit_mark",
];

/// Everybody of whom a change made or ended a fact.
pub async fn touched_by(tx: &mut Tx, change: ChangeId) -> Result<Vec<i64>, StoreError> {
    let mut people = Vec::new();
    for table in FACT_TABLES {
        let sql = format!(
            "SELECT person FROM {table} WHERE made = $1 UNION SELECT person FROM {table} WHERE ended = $2"
        );
        people.extend(tx.rows(&sql, args![change.0, change.0], |row| row.int(0)).await?);
    }
    people.sort_unstable();
    people.dedup();
    Ok(people)
}

/// A record while its rows arrive from their tables.
#[derive(Default)]
struct Building {
    ypid: String,
    particulars: Option<(i64, Particulars)>,
    former_names: Vec<(FormerName, i64)>,
    addresses: Vec<(Address, i64)>,
    characteristics: Vec<(Characteristic, i64)>,
    spells: Vec<(Spell, i64)>,
    engagements: Vec<(Engagement, i64)>,
    benefits: Vec<(BenefitMark, i64)>,
}

impl Building {
    fn finish(mut self, person: i64) -> Loaded {
        self.former_names.sort();
        self.addresses.sort_by(|a, b| (a.0.from, &a.0).cmp(&(b.0.from, &b.0)));
        self.characteristics.sort();
        self.benefits.sort();
        self.engagements.sort();
        self.spells.sort_by(|a, b| (a.0.start, &a.0).cmp(&(b.0.start, &b.0)));
        let (fact, particulars) = match self.particulars {
            Some((fact, particulars)) => (Some(fact), particulars),
            None => (None, Particulars::default()),
        };
        let (former_names, former_facts) = self.former_names.into_iter().unzip();
        let (addresses, address_facts) = self.addresses.into_iter().unzip();
        let (characteristics, characteristic_facts) = self.characteristics.into_iter().unzip();
        let (spells, spell_facts) = self.spells.into_iter().unzip();
        let (engagements, engagement_facts) = self.engagements.into_iter().unzip();
        let (benefits, benefit_facts) = self.benefits.into_iter().unzip();
        Loaded {
            person,
            record: PersonRecord {
                ypid: self.ypid,
                particulars,
                former_names,
                addresses,
                characteristics,
                spells,
                engagements,
                benefits,
            },
            facts: Facts {
                particulars: fact,
                former_names: former_facts,
                addresses: address_facts,
                characteristics: characteristic_facts,
                spells: spell_facts,
                engagements: engagement_facts,
                benefits: benefit_facts,
            },
        }
    }
}

/// The condition on whose rows are read, and what it binds.
type Who<'a> = (&'a str, &'a [Value]);

async fn gather(
    tx: &mut Tx,
    (who, binds): Who<'_>,
    moment: Moment,
    found: &mut HashMap<i64, Building>,
) -> Result<(), StoreError> {
    let when = moment.condition("");
    scalars(tx, (who, binds), moment, (Field::ALL, &mut *found)).await?;
    let sql = format!(
        "SELECT fact, person, given, family, source FROM former_name WHERE {who} AND {when}"
    );
    tx.each(&sql, binds, |row| {
        let name = FormerName { given: row.text(2)?, family: row.text(3)?, source: row.text(4)? };
        found.entry(row.int(1)?).or_default().former_names.push((name, row.int(0)?));
        Ok(())
    })
    .await?;
    let columns: Vec<&str> = ["fact", "person"].into_iter().chain(spell_columns()).collect();
    tx.each_packed(&columns, &format!("FROM spell WHERE {who} AND {when}"), binds, |row| {
        found.entry(row.int(1)?).or_default().spells.push((spell(row, 2)?, row.int(0)?));
        Ok(())
    })
    .await?;
    programmes(tx, (who, binds), &when, found).await?;
    beside(tx, (who, binds), &when, found).await
}

/// The identifier and these fields.
async fn scalars(
    tx: &mut Tx,
    (who, binds): Who<'_>,
    moment: Moment,
    (fields, found): (&[Field], &mut HashMap<i64, Building>),
) -> Result<(), StoreError> {
    let named: Vec<String> = fields.iter().map(|f| format!("p.{}", f.column())).collect();
    let mut columns = vec!["p.fact", "p.person", "y.ypid"];
    columns.extend(named.iter().map(String::as_str));
    let rest = format!(
        "FROM particulars p JOIN young_person y ON y.id = p.person WHERE {who} AND {}",
        moment.condition("p.")
    );
    tx.each_packed(&columns, &rest, binds, |row| {
        let mut particulars = Particulars::default();
        for (at, field) in (3..).zip(fields) {
            particulars.set(*field, row.opt_text(at)?);
        }
        let building = found.entry(row.int(1)?).or_default();
        building.ypid = row.text(2)?;
        building.particulars = Some((row.int(0)?, particulars));
        Ok(())
    })
    .await
}

/// Homes, characteristics, and what came as benefits information.
async fn beside(
    tx: &mut Tx,
    (who, binds): Who<'_>,
    when: &str,
    found: &mut HashMap<i64, Building>,
) -> Result<(), StoreError> {
    let columns: Vec<&str> = ["fact", "person"].into_iter().chain(ADDRESS_COLUMNS).collect();
    tx.each_packed(&columns, &format!("FROM address WHERE {who} AND {when}"), binds, |row| {
        found.entry(row.int(1)?).or_default().addresses.push((address(row, 2)?, row.int(0)?));
        Ok(())
    })
    .await?;
    for (address, fact) in found.values_mut().flat_map(|one| &mut one.addresses) {
        home::open(tx, *fact, address)?;
    }
    let keys = tx.keys();
    let sql = format!(
        "SELECT person, {} FROM characteristic WHERE {who} AND {when}",
        CHARACTERISTIC_COLUMNS.join(", ")
    );
    tx.each(&sql, binds, |row| {
        let one = characteristic(keys.as_deref(), row, 1)?;
        found.entry(row.int(0)?).or_default().characteristics.push((one, row.int(1)?));
        Ok(())
    })
    .await?;
    let sql = format!("SELECT fact, person, item, print FROM benefit_mark WHERE {who} AND {when}");
    tx.each(&sql, binds, |row| {
        let mark = BenefitMark { item: row.text(2)?, print: row.text(3)? };
        found.entry(row.int(1)?).or_default().benefits.push((mark, row.int(0)?));
        Ok(())
    })
    .await
}

/// Part taken in youth programmes.
async fn programmes(
    tx: &mut Tx,
    (who, binds): Who<'_>,
    when: &str,
    found: &mut HashMap<i64, Building>,
) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT fact, person, programme, from_day, to_day, engaged, source, kind FROM engagement \
         WHERE {who} AND {when}"
    );
    tx.each(&sql, binds, |row| {
        let one = Engagement {
            programme: row.text(2)?,
            from: row.date(3)?,
            to: row.opt_date(4)?,
            engaged: row.opt_int(5)?.map(|flag| flag != 0),
            source: row.text(6)?,
            kind: row.opt_text(7)?,
        };
        found.entry(row.int(1)?).or_default().engagements.push((one, row.int(0)?));
        Ok(())
    })
    .await
}

/// Reads every field, the first from column number `at`.
pub(crate) fn particulars(row: &Row<'_>, at: usize) -> Result<Particulars, StoreError> {
    let mut particulars = Particulars::default();
    for (place, field) in (at..).zip(Field::ALL) {
        particulars.set(*field, row.opt_text(place)?);
    }
    Ok(particulars)
}

/// The columns of a characteristic in the order that [`characteristic`] reads them.
pub(crate) const CHARACTERISTIC_COLUMNS: [&str; 5] =
    ["fact", "code", "from_day", "to_day", "source"];

/// Reads a characteristic whose first column is number `at`, and opens it.
pub(crate) fn characteristic(
    keys: Option<&Keys>,
    row: &Row<'_>,
    at: usize,
) -> Result<Characteristic, StoreError> {
    let fact = row.int(at)?;
    let source = Cell::new("characteristic", fact, "source");
    Ok(Characteristic {
        code: characteristic_code(keys, fact, row.str(at + 1)?)?.into_owned(),
        from: row.opt_date(at + 2)?,
        to: row.opt_date(at + 3)?,
        source: seal::unseal(keys, &source, row.str(at + 4)?)?.into_owned(),
    })
}

/// Opens the code of a characteristic that was read as it is kept.
pub(crate) fn characteristic_code<'t>(
    keys: Option<&Keys>,
    fact: i64,
    kept: &'t str,
) -> Result<Cow<'t, str>, StoreError> {
    seal::unseal(keys, &Cell::new("characteristic", fact, "code"), kept)
}

/// The columns of an address in the order that [`address`] reads them.
pub(crate) const ADDRESS_COLUMNS: [&str; 15] = [
    "line1",
    "line2",
    "line3",
    "line4",
    "town",
    "county",
    "postcode",
    "from_day",
    "to_day",
    "ward",
    "ward_2003",
    "lsoa",
    "deprivation_decile",
    "locality",
    "vintage",
];

/// Reads an address whose first column is number `at`.
pub(crate) fn address(row: &Row<'_>, at: usize) -> Result<Address, StoreError> {
    Ok(Address {
        lines: [row.text(at)?, row.text(at + 1)?, row.text(at + 2)?, row.text(at + 3)?],
        town: row.text(at + 4)?,
        county: row.text(at + 5)?,
        postcode: row.text(at + 6)?,
        from: row.opt_date(at + 7)?,
        to: row.opt_date(at + 8)?,
        place: Place {
            ward: row.opt_text(at + 9)?,
            ward_2003: row.opt_text(at + 10)?,
            lsoa: row.opt_text(at + 11)?,
            deprivation_decile: row.opt_int(at + 12)?.and_then(|d| u8::try_from(d).ok()),
            locality: row.opt_text(at + 13)?,
            vintage: row.opt_text(at + 14)?,
        },
    })
}

/// The columns of a spell in the order that [`spell`] reads them.
pub(crate) const SPELL_COLUMNS: &str = "code, establishment_number, establishment_name, ukprn, \
     organisation, start_day, ascertained, verified, verified_by, verified_how, review, \
     predicted_end, end_day, neet_start, lapse_stated, lapsed_stated, stated_on";

/// The same one by one.
pub(crate) fn spell_columns() -> impl Iterator<Item = &'static str> {
    SPELL_COLUMNS.split(',').map(str::trim)
}

/// Reads a spell whose first column is number `at`.
pub(crate) fn spell(row: &Row<'_>, at: usize) -> Result<Spell, StoreError> {
    Ok(Spell {
        code: row.text(at)?,
        establishment_number: row.opt_text(at + 1)?,
        establishment_name: row.opt_text(at + 2)?,
        ukprn: row.opt_text(at + 3)?,
        organisation: row.opt_text(at + 4)?,
        start: row.date(at + 5)?,
        ascertained: row.opt_date(at + 6)?,
        verified: row.opt_date(at + 7)?,
        verified_by: row.opt_text(at + 8)?,
        verified_how: row.opt_text(at + 9)?,
        review: row.opt_date(at + 10)?,
        predicted_end: row.opt_date(at + 11)?,
        end: row.opt_date(at + 12)?,
        neet_start: row.opt_date(at + 13)?,
        lapse_stated: row.opt_date(at + 14)?,
        lapsed_stated: row.opt_int(at + 15)?.map(|flag| flag != 0),
        stated_on: row.opt_date(at + 16)?,
    })
}
