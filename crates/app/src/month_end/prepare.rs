//! The return for a period as the register gives it: records, header, and what the checks find.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::sync::Arc;

use domain::edition::{Edition, Returning};
use domain::person::{ChangeId, PersonRecord};
use domain::status::Spell;
use domain::statutory::assemble::{Assembled, assemble, header};
use domain::statutory::check::{Checker, Report};
use domain::statutory::leaving::{NotReturned, Reported};
use domain::statutory::record::{Header, ReturnRecord};
use domain::statutory::registered::{Absent, Asked, DECIDING, asks_history, confirmed_by, subject};
use formats::nccis_xml::{write_end, write_record, write_start};
use formats::reference::{authorities, editions};
use jiff::civil::Date;
use rayon::prelude::*;
use store::imports::{self, Returns};
use store::people::Moment;
use store::{Tx, changes, organisations, returning, snapshots};
use tokio::task::JoinHandle;

use super::as_sent;
use crate::context::Wrong;

/// Who made the file, as its header says.
const SUPPLIER: (&str, &str) = ("Waymark", env!("CARGO_PKG_VERSION"));

/// Digits of a young person's identifier that name the database it came from.
const DATABASE_DIGITS: usize = 3;

/// People whose records are loaded together, so that memory holds little but the return itself.
const PEOPLE_AT_ONCE: usize = 5_000;

/// Records checked and written together.
const RECORDS_AT_ONCE: usize = 8_192;

/// A return that is ready to be written.
#[derive(Debug)]
pub struct Prepared {
    pub edition: &'static Edition,
    pub period_end: Date,
    /// Up to which change the register was read.
    pub as_known: ChangeId,
    /// Our own authority, where anybody has said which it is.
    pub authority: Option<String>,
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
/// Shape: records in the order in which people came into the register. `sent` is the day of sending that the
/// header tells, as [`super::sent_on`] says it.
pub async fn prepare(
    tx: &mut Tx,
    edition: &'static Edition,
    period_end: Date,
    sent: Date,
) -> Result<Prepared, Wrong> {
    let as_known = changes::latest(tx).await?;
    let own_la = organisations::setting(tx, "la_code").await?;
    let own_database = organisations::setting(tx, "database_id").await?;
    let told = told(tx, edition, period_end).await?;
    let ground = Arc::new(Ground { edition, period_end, own_la: own_la.clone(), told });
    let mut picked = Picked::default();
    let chosen = choose(tx, &ground, &mut picked).await?;
    let earlier = snapshots::confirmed_by(tx, Moment::After(as_known), period_end).await?;
    let returns = imports::returns_for(tx, period_end).await?;
    let mut making = Ground::make(&ground, Vec::new());
    for chunk in chosen.chunks(PEOPLE_AT_ONCE) {
        let records = load(tx, chunk, (&earlier, &returns), ground.asked()).await?;
        picked.take(making.await.map_err(broke_off)?);
        making = Ground::make(&ground, records);
    }
    picked.take(making.await.map_err(broke_off)?);
    let merged = crate::linking::told_as_merged(tx, as_known, edition).await?.into_iter();
    // Somebody of whom no return ever spoke need not be taken back.
    let merged = merged.filter(|loaded| ground.told.contains_key(&loaded.record.ypid));
    let merged = merged.map(|l| (l.person, l.record)).collect();
    picked.take(Ground::make(&ground, merged).await.map_err(broke_off)?);
    let days = (sent, period_end);
    let header = picked.header(edition, days, own_la.clone(), own_database);
    let report = check(edition, &header, &picked.records);
    let Picked { records, people, assumed, left_out } = picked;
    Ok(Prepared {
        edition,
        period_end,
        as_known,
        authority: own_la,
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
    for records in prepared.records.chunks(RECORDS_AT_ONCE) {
        let texts: Vec<io::Result<Vec<u8>>> = records
            .par_chunks(RECORDS_AT_ONCE / 16)
            .map(|records| {
                let mut text = Vec::new();
                records.iter().try_for_each(|record| write_record(&mut text, shape, record))?;
                Ok(text)
            })
            .collect();
        texts.into_iter().try_for_each(|text| out.write_all(&text?))?;
    }
    write_end(out, shape)
}

/// What returns said of everybody, by identifier.
type Told = HashMap<String, Vec<Reported>>;

/// How many leavers of a return have been told of in no return for its month or a later one, signed here or moved
/// in: each later return tells of them again until it is signed off.
pub async fn told_again(tx: &mut Tx, prepared: &Prepared) -> Result<usize, Wrong> {
    let Prepared { edition, period_end, .. } = prepared;
    let told = told(tx, edition, Date::MAX).await?;
    let leaves = |record: &&ReturnRecord| {
        let status = edition.cohort_statuses.get(record.cohort_status.as_deref().unwrap_or(""));
        status.is_some_and(|status| status.returning == Returning::Once)
    };
    let said = |record: &ReturnRecord| {
        let of = told.get(record.young_persons_id.as_deref().unwrap_or(""));
        of.into_iter().flatten().any(|said| {
            said.period_end >= *period_end
                && record.cohort_status.as_deref() == Some(said.status.as_str())
        })
    };
    Ok(prepared.records.iter().filter(leaves).filter(|record| !said(record)).count())
}

/// What every record of a return is made from, beside the person's own.
struct Ground {
    edition: &'static Edition,
    period_end: Date,
    own_la: Option<String>,
    told: Told,
}

/// A person with their record, or with why there is none.
type Made = (i64, Result<Assembled, Absent>);

impl Ground {
    fn asked(&self) -> Asked<'_> {
        let Ground { edition, period_end, .. } = *self;
        Asked { edition, period_end, own_la: self.own_la.as_deref() }
    }

    fn said_of(&self, record: &PersonRecord) -> &[Reported] {
        self.told.get(&record.ypid).map_or(&[], Vec::as_slice)
    }

    /// Begins to make these people's records, on other threads while the next are read.
    fn make(ground: &Arc<Self>, people: Vec<(i64, PersonRecord)>) -> JoinHandle<Vec<Made>> {
        let ground = Arc::clone(ground);
        tokio::task::spawn_blocking(move || {
            people.par_iter().map(|(person, record)| (*person, ground.one(record))).collect()
        })
    }

    fn one(&self, record: &PersonRecord) -> Result<Assembled, Absent> {
        let subject = subject(record, self.said_of(record), self.asked())?;
        Ok(assemble(&subject, self.edition, self.period_end))
    }
}

fn broke_off(e: tokio::task::JoinError) -> Wrong {
    Wrong::Failed(format!("a record was not made: {e}"))
}

/// Who is in the return, by the few facts that decide it; why the others are not goes to `picked`.
async fn choose(
    tx: &mut Tx,
    ground: &Ground,
    picked: &mut Picked,
) -> Result<Vec<(i64, String)>, Wrong> {
    // One unit of work sees one moment: what stands now is what was known by the last change.
    let mut everybody = returning::everybody(tx, Moment::Now, DECIDING).await?;
    let mut stated = returning::stated_on(tx, Moment::Now, ground.period_end).await?;
    for (person, record) in &mut everybody {
        record.spells = stated.remove(person).unwrap_or_default();
    }
    let answers: Vec<Option<Absent>> = everybody
        .par_iter()
        .map(|(_, record)| subject(record, ground.said_of(record), ground.asked()).err())
        .collect();
    let mut chosen = Vec::new();
    for ((person, record), answer) in everybody.into_iter().zip(answers) {
        match answer {
            None => chosen.push((person, record.ypid)),
            Some(why) => picked.leave_out(&why),
        }
    }
    Ok(chosen)
}

/// The records of people who are in the return, with the spells that it can speak of; `earlier` is what was
/// known of those that were confirmed again after the period end, `returns` what other systems sent for it.
async fn load(
    tx: &mut Tx,
    people: &[(i64, String)],
    (earlier, returns): (&HashMap<i64, Vec<Spell>>, &Returns),
    asked: Asked<'_>,
) -> Result<Vec<(i64, PersonRecord)>, Wrong> {
    let Asked { edition, period_end, .. } = asked;
    let ids: Vec<i64> = people.iter().map(|(person, _)| *person).collect();
    let records = returning::on_day(tx, Moment::Now, &ids, period_end).await?;
    let mut records: Vec<(i64, PersonRecord)> = ids.into_iter().zip(records).collect();
    let long = records.iter().filter(|(_, r)| asks_history(&r.spells, edition, period_end));
    let long: HashSet<i64> = long.map(|(person, _)| *person).collect();
    let mut histories = returning::spells(tx, Moment::Now, &long).await?;
    for ((person, record), (_, ypid)) in records.iter_mut().zip(people) {
        record.ypid.clone_from(ypid);
        if let Some(history) = histories.remove(person) {
            record.spells = history;
        }
        let known = earlier.get(person).map_or(&[][..], Vec::as_slice);
        confirmed_by(&mut record.spells, known, period_end);
    }
    as_sent::lay_over(tx, &mut records, (returns, period_end)).await?;
    Ok(records)
}

/// What returns for earlier periods said, by identifier: those signed here, and those that another system
/// sent before it was moved in.
async fn told(tx: &mut Tx, edition: &Edition, period_end: Date) -> Result<Told, Wrong> {
    let mut by_id = Told::new();
    let mut all = snapshots::told_moved_in(tx, period_end).await?;
    all.extend(snapshots::told(tx, period_end, edition.primary_status()).await?);
    for told in all {
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
    /// Keeps records that were made, and why there are no others.
    fn take(&mut self, made: Vec<Made>) {
        for (person, made) in made {
            match made {
                Ok(assembled) => {
                    self.assumed += usize::from(assembled.activity_assumed);
                    self.records.push(assembled.record);
                    self.people.push(person);
                }
                Err(why) => self.leave_out(&why),
            }
        }
    }

    fn leave_out(&mut self, why: &Absent) {
        // Which month told of it is each one's own; a line a month says nothing to anybody.
        let why = match why {
            Absent::Status(NotReturned::AlreadyReported(_)) => {
                "the leaving was told of in an earlier return".to_owned()
            }
            other => other.to_string(),
        };
        *self.left_out.entry(why).or_default() += 1;
    }

    /// Databases and authorities are our own and those of the records that are in the file.
    fn header(
        &self,
        edition: &Edition,
        (sent, period_end): (Date, Date),
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
        header(edition, databases, authorities, sent, period_end, SUPPLIER)
    }
}

fn check(edition: &Edition, header: &Header, records: &[ReturnRecord]) -> Report {
    let mut checker = Checker::new(edition, authorities(), header);
    for records in records.chunks(RECORDS_AT_ONCE) {
        let alone: Vec<_> = records.par_iter().map(|record| checker.alone(record)).collect();
        records.iter().zip(alone).for_each(|(record, alone)| checker.take(record, alone));
    }
    checker.finish()
}
