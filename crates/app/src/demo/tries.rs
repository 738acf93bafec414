//! Small files to try: one of each kind, made of the demonstration's own people, so that a stranger can
//! see in the browser what a file does before having one. What the rows of each come to is [`Try::effects`], and a
//! test holds it.
//!
//! Only a demonstration gives them. Invariant: the same town gives the same bytes.

mod made;
mod xml;

use domain::access::{Act, Actor, Purpose};
use domain::intake::Effect;
use domain::person::Field;
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
/// People among whom they are looked for.
const LOOKED_AMONG: i64 = 200;

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
    /// How its rows end when it is first brought in, each of these at least once.
    pub effects: &'static [Effect],
    /// What it says though its sender may not give it.
    pub drops: Option<Field>,
}

impl Try {
    /// What a reader finds in it.
    pub fn words(&self) -> String {
        let of = |effect: &Effect| match effect {
            Effect::New => "somebody new",
            Effect::Changed => "a change",
            Effect::Unchanged => "a row that changes nothing",
            Effect::Held => "a row that waits for a decision",
            Effect::Refused => "a row that is refused, with the reason",
        };
        let rows: Vec<&str> = self.effects.iter().map(of).collect();
        let drops = self.drops.map_or_else(String::new, |field| {
            let label = field.label();
            format!(" “{label}” is left out: no agreement lets this sender give it.")
        });
        format!("Holds {}.{drops}", rows.join(", "))
    }
}

/// How the rows of a file end.
const fn effects(kind: Kind) -> &'static [Effect] {
    match kind {
        Kind::Roll
        | Kind::Ctf
        | Kind::JoinersLeavers
        | Kind::Ilr
        | Kind::NccisFlat
        | Kind::Destinations => Effect::ALL,
        // Taking part in a programme puts nobody on the register by itself.
        Kind::Engagement => &[Effect::Changed, Effect::Unchanged, Effect::Held, Effect::Refused],
        Kind::NccisXml => &[Effect::New, Effect::Changed, Effect::Held],
        // Its people are made up by the way it is read.
        Kind::ActivityMatrix => &[Effect::New],
        Kind::Results => &[],
    }
}

/// What a file says though the agreement with its sender does not name it.
const fn drops(kind: Kind) -> Option<Field> {
    match kind {
        Kind::JoinersLeavers => Some(Field::Ethnicity),
        Kind::Destinations => Some(Field::GuaranteeYear11),
        _ => None,
    }
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
        let (effects, drops) = (effects(*kind), drops(*kind));
        Some(Try { kind: *kind, file_name, sender: name(sender)?, mapping, effects, drops })
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

/// Pupils of the school or students of the college, none of them restricted or protected, each with the number by
/// which such a file names them.
async fn chosen(tx: &mut Tx, kind: Kind) -> Result<Vec<Loaded>, Wrong> {
    let (ids, number) = match source(kind).0 {
        SCHOOL => (whole::on_roll(tx, SCHOOL, LOOKED_AMONG).await?, Field::Upn),
        _ => (whole::at_provider(tx, COLLEGE, LOOKED_AMONG).await?, Field::Uln),
    };
    let open = |one: &Loaded| {
        let p = &one.record.particulars;
        let closed = p.is_yes(Field::Restricted) || p.is_yes(Field::ProtectedAddress);
        !closed && p.get(number).is_some()
    };
    let loaded = people::load(tx, &ids, Moment::Now).await?;
    let mut found: Vec<Loaded> = loaded.into_iter().filter(open).collect();
    found.dedup_by_key(|one| one.person);
    if kind == Kind::Destinations {
        // Whose intention is known first, so that a row can say the same again.
        found.sort_by_key(|one| one.record.particulars.get(Field::IntendedDestination).is_none());
    }
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
