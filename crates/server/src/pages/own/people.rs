//! A partner's own people, with what is known, what is missing, and why the reader sees them.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, SignedIn, frame::Section};
use crate::pages::followup::edition;
use crate::pages::parts::{Tab, Tone};
use app::partners::{self, MOST, Mine};
use askama::Template;
use axum::extract::State;
use domain::access::{Act, Actor, Part, Role, sees};
use domain::calendar::{shown_short, year_group};
use domain::edition::Edition;
use domain::person::Field;
use domain::status::spell_on;
use jiff::civil::Date;

#[derive(Template)]
#[template(path = "own/people.html")]
pub struct View {
    frame: Frame,
    tabs: Vec<Tab>,
    name: String,
    bound: bool,
    rows: Vec<Row>,
    gaps: usize,
    more: bool,
    status: bool,
}

struct Row {
    person: i64,
    name: String,
    born: String,
    year: String,
    status: String,
    gaps: Vec<(&'static str, Tone)>,
}

pub async fn mine(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::SendOwn)?;
    let ctx = edge.ctx();
    let own = partners::own(ctx, actor).await?.ok_or(PageError::NotFound)?;
    let (today, all) = (ctx.today(), partners::mine(ctx, actor).await?);
    let edition = edition(today)?;
    let rows: Vec<Row> = all.iter().map(|one| row(actor, one, edition, today)).collect();
    let part = |part| sees(actor, part).allowed;
    Ok(Page(View {
        frame: frame.named(own.name.clone(), Section::Own),
        tabs: tabs("/own", own.is_contact),
        name: own.name,
        bound: own.bound,
        gaps: rows.iter().filter(|row| !row.gaps.is_empty()).count(),
        more: own.people > MOST,
        rows,
        status: part(Part::ActivityHere) || part(Part::ActivityElsewhere),
    }))
}

fn row(actor: &Actor, one: &Mine, edition: &Edition, today: Date) -> Row {
    let p = &one.record.particulars;
    let born = p.date_of_birth();
    let label = |code: &str| edition.activities.get(code).map(|a| a.label.clone());
    let spell = spell_on(&one.record.spells, today);
    let status = spell.and_then(|spell| {
        let since = shown_short(spell.start);
        Some(format!("{}, since {since}", label(&spell.code)?))
    });
    Row {
        person: one.person,
        name: p.full_name(),
        born: born.map(shown_short).unwrap_or_default(),
        year: born.map(|day| year_group(day, today).to_string()).unwrap_or_default(),
        gaps: gaps(actor, one, born, status.is_some(), today),
        status: status.unwrap_or_default(),
    }
}

/// What the partner could still tell: only of parts that the partner sees.
fn gaps(
    actor: &Actor,
    one: &Mine,
    born: Option<Date>,
    known: bool,
    today: Date,
) -> Vec<(&'static str, Tone)> {
    let p = &one.record.particulars;
    let mut found = Vec::new();
    if born.is_none() {
        found.push(("Date of birth", Tone::Slow));
    }
    let eleven = born.is_some_and(|day| year_group(day, today) == 11);
    let intends = sees(actor, Part::Guarantee).allowed && actor.role == Role::School;
    if eleven && intends && p.get(Field::IntendedDestination).is_none() {
        found.push(("Intended destination", Tone::Slow));
    }
    if eleven && intends && p.get(Field::GuaranteeYear11).is_none() {
        found.push(("September offer", Tone::Slow));
    }
    let over = born.is_some_and(|day| year_group(day, today) > 11);
    if !known && over && sees(actor, Part::ActivityHere).allowed {
        found.push(("What they do now", Tone::Bad));
    }
    found
}
