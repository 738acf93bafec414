//! Small files to try: one of each kind, made of the demonstration's own people, so that a stranger can
//! see in the browser what a file does before having one. Each holds rows that change nothing, rows that
//! change something, somebody new, a row that is held and one that is refused.
//!
//! Only a demonstration gives them. Invariant: the same town gives the same bytes.

mod made;
mod xml;

use domain::access::{Act, Actor, Purpose};
use formats::Kind;
use formats::reference::editions;
use jiff::civil::Date;
use store::people::{self, Loaded, Moment};
use store::{Tx, audit, organisations, whole};

use super::YOUTH_SERVICE;
use crate::context::{Context, Wrong};
use crate::permission;
use made::Words;

/// People of whom the rows of one file are made.
const PEOPLE: usize = 6;

/// A school, a college and the council of the made-up town.
const SCHOOL: &str = "urn-136107";
const COLLEGE: &str = "ukprn-19990001";
const COUNCIL: &str = "council-887";

/// A file that can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    pub kind: Kind,
    pub file_name: &'static str,
    /// The organisation to choose as its sender.
    pub sender: String,
    /// How it is read, where its headings alone do not say.
    pub mapping: String,
}

/// The files that a register offers: none outside a demonstration.
pub async fn tries(ctx: &Context) -> Result<Vec<Try>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let Some(day) = day(&mut tx).await? else { return Ok(Vec::new()) };
    let all = organisations::all(&mut tx).await?;
    let name = |id: &str| all.iter().find(|o| o.id == id).map(|o| o.name.clone());
    let offer = |kind: &Kind| {
        let (sender, file_name) = source(*kind);
        let mapping =
            if *kind == Kind::ActivityMatrix { made::mapping(day) } else { String::new() };
        Some(Try { kind: *kind, file_name, sender: name(sender)?, mapping })
    };
    Ok(Kind::ALL.iter().filter(|kind| kind.is_for_the_register()).filter_map(offer).collect())
}

/// The bytes of one, or `None` where there is none. Whose record it was made of is remembered.
pub async fn file(
    ctx: &Context,
    actor: &Actor,
    kind: Kind,
) -> Result<Option<(&'static str, Vec<u8>)>, Wrong> {
    permission::may(actor, Act::Import, Purpose::Register)?;
    let mut tx = ctx.db.begin().await?;
    let Some(day) = day(&mut tx).await? else { return Ok(None) };
    let found = chosen(&mut tx, kind).await?;
    let ids: Vec<i64> = found.iter().map(|one| one.person).collect();
    let bytes = written(kind, &found, day)?;
    let entry = audit::Entry {
        at: &ctx.now(),
        account: actor.account_id(),
        act: "put into a file to try",
        person: None,
        purpose: "demonstration",
        detail: kind.name(),
    };
    audit::write_many(&mut tx, &entry, &ids).await?;
    tx.commit().await?;
    Ok(Some((source(kind).1, bytes)))
}

async fn day(tx: &mut Tx) -> Result<Option<Date>, Wrong> {
    let day = organisations::setting(tx, "demo_day").await?;
    Ok(day.and_then(|day| day.parse().ok()))
}

const fn source(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Roll => (SCHOOL, "roll-to-try.csv"),
        Kind::Ctf => (SCHOOL, "transfer-file-to-try.xml"),
        Kind::JoinersLeavers => (COLLEGE, "joiners-and-leavers-to-try.csv"),
        Kind::Ilr => (COLLEGE, "learner-record-to-try.xml"),
        Kind::NccisXml => (COUNCIL, "return-to-try.xml"),
        Kind::NccisFlat => (COUNCIL, "return-rows-to-try.csv"),
        Kind::ActivityMatrix => (COUNCIL, "months-to-try.csv"),
        Kind::Destinations => (SCHOOL, "destinations-to-try.csv"),
        Kind::Engagement => (YOUTH_SERVICE, "youth-programmes-to-try.csv"),
        Kind::Results => (SCHOOL, "results-to-try.csv"),
    }
}

/// Pupils of the school or students of the college, none of them restricted or protected.
async fn chosen(tx: &mut Tx, kind: Kind) -> Result<Vec<Loaded>, Wrong> {
    let most = i64::try_from(PEOPLE * 4).unwrap_or(i64::MAX);
    let ids = match source(kind).0 {
        SCHOOL => whole::on_roll(tx, SCHOOL, most).await?,
        _ => whole::at_provider(tx, COLLEGE, most).await?,
    };
    let open = |one: &Loaded| {
        let p = &one.record.particulars;
        !p.is_yes(domain::person::Field::Restricted)
            && !p.is_yes(domain::person::Field::ProtectedAddress)
    };
    let loaded = people::load(tx, &ids, Moment::Now).await?;
    let mut found: Vec<Loaded> = loaded.into_iter().filter(open).collect();
    found.dedup_by_key(|one| one.person);
    found.truncate(PEOPLE);
    Ok(found)
}

fn written(kind: Kind, found: &[Loaded], day: Date) -> Result<Vec<u8>, Wrong> {
    let words: Vec<Words> = found.iter().map(|one| Words::of(&one.record)).collect();
    let edition = editions().on(day).ok_or_else(|| Wrong::Failed("no edition".into()))?;
    match kind {
        Kind::Roll => made::roll(&words),
        Kind::JoinersLeavers => made::joiners_leavers(&words, day),
        Kind::NccisFlat => made::flat(&words, day),
        Kind::ActivityMatrix => made::matrix(&words, day),
        Kind::Destinations => made::destinations(&words),
        Kind::Engagement => made::engagements(&words, day),
        Kind::Results => made::results(&words),
        Kind::Ctf => Ok(xml::transfer_file(&words, day)),
        Kind::Ilr => Ok(xml::learner_record(&words, day)),
        Kind::NccisXml => xml::monthly_return(found, edition, day),
    }
}
