//! The return for a period as the register gives it: records, header, and what the checks find.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;

use domain::edition::{Edition, Returning};
use domain::person::ChangeId;
use domain::statutory::assemble::{assemble, header};
use domain::statutory::check::{Checker, Report};
use domain::statutory::leaving::Reported;
use domain::statutory::record::{Header, ReturnRecord};
use domain::statutory::registered::{Asked, confirmed_by, subject};
use formats::nccis_xml::{write_end, write_record, write_start};
use formats::reference::{authorities, editions};
use jiff::civil::Date;
use store::people::{Loaded, Moment, load_all};
use store::{Tx, changes, organisations, snapshots};

use crate::context::Wrong;

/// Who made the file, as its header says.
const SUPPLIER: (&str, &str) = ("Waymark", env!("CARGO_PKG_VERSION"));

/// Digits of a young person's identifier that name the database it came from.
const DATABASE_DIGITS: usize = 3;

/// A return that is ready to be written.
#[derive(Debug)]
pub struct Prepared {
    pub edition: &'static Edition,
    pub period_end: Date,
    /// Up to which change the register was read.
    pub as_known: ChangeId,
    pub header: Header,
    pub records: Vec<ReturnRecord>,
    /// The person of each record, in the same order.
    pub people: Vec<i64>,
    /// Records whose activity had to be written as not known.
    pub assumed: usize,
    /// Why the others are not in it, in words, and how many.
    pub left_out: BTreeMap<String, usize>,
    pub report: Report,
}

/// The edition asked for by name, or that of the period end.
///
/// Errors: refused when there is none of that name, or when the day is no month's last.
pub fn edition_for(name: Option<&str>, period_end: Date) -> Result<&'static Edition, Wrong> {
    if period_end.last_of_month() != period_end {
        let last = period_end.last_of_month();
        return Err(Wrong::refused(format!(
            "A return ends with a month: {period_end} is not a last day, {last} is."
        )));
    }
    match name {
        Some(name) => editions().named(name).ok_or_else(|| {
            let names: Vec<_> = editions().iter().map(|e| e.name.as_str()).collect();
            Wrong::refused(format!("No edition is called {name}; there are {}.", names.join(", ")))
        }),
        None => {
            editions().on(period_end).ok_or_else(|| Wrong::Failed("no edition is known".into()))
        }
    }
}

/// Puts the return together: everybody as known now, facts as of the period end.
///
/// Shape: records in the order in which people came into the register. The day of sending is the
/// period end, since a day read from a clock would make every rerun another file.
pub async fn prepare(
    tx: &mut Tx,
    edition: &'static Edition,
    period_end: Date,
) -> Result<Prepared, Wrong> {
    let as_known = changes::latest(tx).await?;
    let own_la = organisations::setting(tx, "la_code").await?;
    let own_database = organisations::setting(tx, "database_id").await?;
    let told = told(tx, edition, period_end).await?;
    let mut earlier: HashMap<i64, Vec<domain::status::Spell>> = HashMap::new();
    for (person, spell) in snapshots::confirmed_by(tx, period_end).await? {
        earlier.entry(person).or_default().push(spell);
    }
    let asked = Asked { edition, period_end, own_la: own_la.as_deref() };
    let mut picked = Picked::default();
    for mut loaded in load_all(tx, Moment::After(as_known)).await? {
        if let Some(known) = earlier.get(&loaded.person) {
            confirmed_by(&mut loaded.record.spells, known, period_end);
        }
        let told = told.get(&loaded.record.ypid).map_or(&[][..], Vec::as_slice);
        picked.take(&loaded, told, asked);
    }
    for loaded in crate::linking::told_as_merged(tx, as_known, edition).await? {
        // Somebody of whom no return ever spoke need not be taken back.
        if let Some(told) = told.get(&loaded.record.ypid) {
            picked.take(&loaded, told, asked);
        }
    }
    let header = picked.header(edition, period_end, own_la, own_database);
    let report = check(edition, &header, &picked.records);
    let Picked { records, people, assumed, left_out } = picked;
    Ok(Prepared {
        edition,
        period_end,
        as_known,
        header,
        records,
        people,
        assumed,
        left_out,
        report,
    })
}

/// Writes the return in the edition's names and order.
pub fn write(out: &mut impl io::Write, prepared: &Prepared) -> io::Result<()> {
    let shape = &prepared.edition.xml;
    write_start(out, shape, &prepared.header)?;
    prepared.records.iter().try_for_each(|record| write_record(out, shape, record))?;
    write_end(out, shape)
}

/// What signed returns for earlier periods said, by identifier.
async fn told(
    tx: &mut Tx,
    edition: &Edition,
    period_end: Date,
) -> Result<HashMap<String, Vec<Reported>>, Wrong> {
    let mut statuses = edition.cohort_statuses.values();
    let primary = statuses.find(|status| status.returning == Returning::EveryMonth);
    let primary = primary.map_or("", |status| status.code.as_str());
    let mut by_id: HashMap<String, Vec<Reported>> = HashMap::new();
    for told in snapshots::told(tx, period_end, primary).await? {
        let said = Reported { period_end: told.period_end, status: told.status };
        by_id.entry(told.ypid).or_default().push(said);
    }
    Ok(by_id)
}

#[derive(Default)]
struct Picked {
    records: Vec<ReturnRecord>,
    people: Vec<i64>,
    assumed: usize,
    left_out: BTreeMap<String, usize>,
}

impl Picked {
    fn take(&mut self, loaded: &Loaded, told: &[Reported], asked: Asked<'_>) {
        match subject(&loaded.record, told, asked) {
            Ok(subject) => {
                let assembled = assemble(&subject, asked.edition, asked.period_end);
                self.assumed += usize::from(assembled.activity_assumed);
                self.records.push(assembled.record);
                self.people.push(loaded.person);
            }
            Err(why) => *self.left_out.entry(why.to_string()).or_default() += 1,
        }
    }

    /// Databases and authorities are our own and those of the records that are in the file.
    fn header(
        &self,
        edition: &Edition,
        period_end: Date,
        own_la: Option<String>,
        own_database: Option<String>,
    ) -> Header {
        let mut databases: BTreeSet<String> = own_database.into_iter().collect();
        let mut authorities: BTreeSet<String> = own_la.into_iter().collect();
        for record in &self.records {
            let prefix =
                record.young_persons_id.as_deref().and_then(|id| id.get(..DATABASE_DIGITS));
            for (known, said) in
                [(&mut databases, prefix), (&mut authorities, record.lead_lea.as_deref())]
            {
                if let Some(said) = said.filter(|said| !known.contains(*said)) {
                    known.insert(said.to_owned());
                }
            }
        }
        let (databases, authorities) =
            (databases.into_iter().collect(), authorities.into_iter().collect());
        header(edition, databases, authorities, period_end, period_end, SUPPLIER)
    }
}

fn check(edition: &Edition, header: &Header, records: &[ReturnRecord]) -> Report {
    let mut checker = Checker::new(edition, authorities(), header);
    records.iter().for_each(|record| checker.record(record));
    checker.finish()
}
