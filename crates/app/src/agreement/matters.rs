//! What agreements ask for by a day beside deliveries: dated clauses, and the log of complaints about
//! sharing. What is due when is decided in `domain::agreement`.

use domain::access::Actor;
use domain::agreement::{Agreement, ClauseKind, Complaint, Step, Teller};
use jiff::civil::Date;
use store::{Tx, complaints};

use super::bring::{administers, audit, begin};
use super::look;
use crate::context::{Context, Wrong};

const ABOUT_CHARS_MOST: usize = 500;

/// Something that an agreement asks for by a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    pub agreement: i64,
    pub title: String,
    pub what: String,
    pub due: Date,
    pub overdue: bool,
}

/// Everything that is open of these agreements, first due first: clauses from four weeks before, complaints from the
/// first day.
pub async fn matters(ctx: &Context, agreements: &[Agreement]) -> Result<Vec<Matter>, Wrong> {
    let today = ctx.today();
    let mut tx = ctx.db.begin_read().await?;
    let met = complaints::all_met(&mut tx).await?;
    let logged = complaints::all(&mut tx).await?;
    let mut found = Vec::new();
    for agreement in agreements {
        let title = agreement.newest().map(|v| v.title.clone()).unwrap_or_default();
        let matter = |what: String, due: Date| Matter {
            agreement: agreement.number,
            title: title.clone(),
            what,
            due,
            overdue: due < today,
        };
        let clauses = agreement.clauses_due(&of(&met, agreement.number), today);
        found.extend(clauses.into_iter().map(|(clause, due)| matter(clause.words.clone(), due)));
        let open = |one: &&Complaint| one.agreement == agreement.number && one.answered.is_none();
        let said =
            |one: &Complaint| format!("Answer a complaint. It came from: {}", one.teller.label());
        let open = logged.iter().filter(open);
        found.extend(open.map(|one| matter(said(one), agreement.answer_due(one))));
    }
    found.sort_by_key(|one| (one.due, one.agreement));
    Ok(found)
}

fn of(met: &[(i64, ClauseKind, Date)], agreement: i64) -> Vec<(ClauseKind, Date)> {
    let own = met.iter().filter(|(number, ..)| *number == agreement);
    own.map(|(_, kind, due)| (*kind, *due)).collect()
}

/// The log of one agreement, newest first, each with the last day for an answer; and its dated clauses that
/// were met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    pub complaints: Vec<(Complaint, Date)>,
    pub met: Vec<(ClauseKind, Date)>,
}

/// Opens the log of an agreement.
pub async fn log(ctx: &Context, actor: &Actor, found: &Agreement) -> Result<Log, Wrong> {
    administers(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    let logged = complaints::all(&mut tx).await?.into_iter().rev();
    let own = logged.filter(|one| one.agreement == found.number);
    let with_due = |one: Complaint| {
        let due = found.answer_due(&one);
        (one, due)
    };
    let complaints = own.map(with_due).collect();
    let met = of(&complaints::all_met(&mut tx).await?, found.number);
    Ok(Log { complaints, met })
}

/// A complaint as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complained {
    /// An organisation; empty for all partners of the agreement.
    pub partner: String,
    /// ISO day; today where empty.
    pub day: String,
    pub teller: String,
    pub about: String,
    pub step: String,
}

/// Logs a complaint; its number.
///
/// Errors: refused for what cannot be read, a day that is yet to come and a partner of another agreement.
pub async fn complain(
    ctx: &Context,
    actor: &Actor,
    agreement: i64,
    typed: &Complained,
) -> Result<i64, Wrong> {
    administers(actor)?;
    let teller = Teller::from_name(&typed.teller);
    let teller = teller.ok_or_else(|| Wrong::refused("Choose who complained."))?;
    let step = Step::from_name(&typed.step);
    let step = step.ok_or_else(|| Wrong::refused("Choose how far the complaint has gone."))?;
    let about = worded(&typed.about, "Say in a few words what the complaint is about.")?;
    let day = match typed.day.trim() {
        "" => Some(ctx.today()),
        text => text.parse::<Date>().ok().filter(|day| *day <= ctx.today()),
    };
    let day = day.ok_or_else(|| Wrong::refused("Enter the day on which the complaint came."))?;
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "complaint about sharing").await?;
    let found = found(&mut tx, agreement).await?;
    let partner = Some(typed.partner.clone()).filter(|partner| !partner.is_empty());
    if partner.as_deref().is_some_and(|partner| !found.names(partner)) {
        return Err(Wrong::refused("Choose a partner of this agreement."));
    }
    let complaint =
        Complaint { id: 0, agreement, partner, day, teller, about, step, answered: None };
    let id = complaints::add(&mut tx, change, &complaint).await?;
    audit(ctx, &mut tx, actor, "complaint about sharing logged", agreement).await?;
    tx.commit().await?;
    Ok(id)
}

/// Moves an open complaint to a step, or with words answers it.
///
/// Errors: refused for one that was answered, or is none of this agreement.
pub async fn follow(
    ctx: &Context,
    actor: &Actor,
    (agreement, id): (i64, i64),
    (step, answer): (&str, &str),
) -> Result<(), Wrong> {
    administers(actor)?;
    let step = Step::from_name(step);
    let step = step.ok_or_else(|| Wrong::refused("Choose how far the complaint has gone."))?;
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "complaint about sharing").await?;
    let mut open = complaints::step(&mut tx, (agreement, id), step).await?;
    if open && !answer.trim().is_empty() {
        let words = worded(answer, "Say in a few words what was answered.")?;
        let said = (ctx.today(), words.as_str());
        open = complaints::answer(&mut tx, change, (agreement, id), said).await?;
    }
    if !open {
        return Err(Wrong::refused(
            "This complaint was answered already, or there is no such one.",
        ));
    }
    audit(ctx, &mut tx, actor, "complaint about sharing followed", agreement).await?;
    tx.commit().await?;
    Ok(())
}

/// Says that a dated clause was met.
///
/// Errors: refused for a clause that is not listed as due, or was met already.
pub async fn meet(
    ctx: &Context,
    actor: &Actor,
    agreement: i64,
    (kind, due): (ClauseKind, Date),
) -> Result<(), Wrong> {
    administers(actor)?;
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "clause of an agreement met").await?;
    let found = found(&mut tx, agreement).await?;
    let met = of(&complaints::all_met(&mut tx).await?, agreement);
    let asked = found.clauses_due(&met, ctx.today());
    if !asked.iter().any(|(clause, day)| (clause.kind, *day) == (kind, due)) {
        return Err(Wrong::refused("There is no such clause that is open."));
    }
    complaints::met(&mut tx, change, (agreement, kind, due), ctx.today()).await?;
    audit(ctx, &mut tx, actor, "clause of an agreement met", agreement).await?;
    tx.commit().await?;
    Ok(())
}

fn worded(text: &str, sentence: &str) -> Result<String, Wrong> {
    let text = text.trim();
    match text.chars().count() {
        1..=ABOUT_CHARS_MOST if !text.contains('\0') => Ok(text.to_owned()),
        _ => Err(Wrong::refused(sentence)),
    }
}

async fn found(tx: &mut Tx, agreement: i64) -> Result<Agreement, Wrong> {
    let all = look::load(tx).await?;
    let none = || Wrong::refused(format!("There is no agreement {agreement}."));
    all.into_iter().find(|one| one.number == agreement).ok_or_else(none)
}
