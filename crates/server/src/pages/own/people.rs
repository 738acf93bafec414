//! A partner's own people, with what is known, what is missing, and why the reader sees them.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Query, SignedIn, frame::Section};
use crate::pages::followup::edition;
use crate::pages::parts::{Pager, Tab, Tone};
use app::partners::{self, Gap, Listed, MOST, Mine, Wanting, gaps};
use askama::Template;
use axum::extract::State;
use domain::access::{Act, Actor, Part, Role, sees};
use domain::calendar::{shown_short, year_group};
use domain::edition::Edition;
use domain::status::spell_on;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "own/people.html")]
pub struct View {
    frame: Frame,
    tabs: Vec<Tab>,
    name: String,
    wanting: Option<Wanting>,
    rows: Vec<Row>,
    /// Of how many, on all pages, something is missing.
    gaps: usize,
    /// Whether those alone are shown.
    lacking: bool,
    pager: Pager,
    status: bool,
    /// Whether the reader tells of its people one by one.
    tells: bool,
}

struct Row {
    person: i64,
    name: String,
    born: String,
    year: String,
    status: String,
    gaps: Vec<(&'static str, Tone)>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: String,
    /// `yes` for those alone of whom something is missing.
    lacking: String,
}

pub async fn mine(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::SendOwn)?;
    let ctx = edge.ctx();
    let own = partners::own(ctx, actor).await?.ok_or(PageError::NotFound)?;
    let today = ctx.today();
    let lacking = asked.lacking == "yes";
    let Listed { people, page, total, short } = match own.wanting {
        Some(_) => Listed { people: Vec::new(), page: 1, total: 0, short: 0 },
        None => partners::mine(ctx, actor, (asked.page.parse().unwrap_or(1), lacking)).await?,
    };
    let edition = edition(today)?;
    let rows: Vec<Row> = people.iter().map(|one| row(actor, one, edition, today)).collect();
    let part = |part| sees(actor, part).allowed;
    Ok(Page(View {
        frame: frame.named(own.name.clone(), Section::Own),
        tabs: tabs("/own", actor, own.is_contact),
        name: own.name,
        wanting: own.wanting,
        gaps: short,
        lacking,
        pager: Pager {
            page,
            per_page: MOST,
            total,
            address: if lacking { "/own?lacking=yes&" } else { "/own?" }.to_owned(),
        },
        rows,
        tells: actor.role == Role::School,
        status: part(Part::ActivityHere) || part(Part::ActivityElsewhere),
    }))
}

fn shown(gap: Gap) -> (&'static str, Tone) {
    (gap.label(), if gap.presses() { Tone::Bad } else { Tone::Slow })
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
        gaps: gaps(actor, &one.record, today).into_iter().map(shown).collect(),
        status: status.unwrap_or_default(),
    }
}
