//! The people behind one cell, by name, within the reader's scope, a page at a time. Showing them is
//! remembered.

use super::{asked::Asked, words};
use crate::http::{Edge, Frame, Page, PageError, Query, frame::Section, session::SignedIn};
use crate::pages::parts::{Pager, count, page_of};
use app::geography::geography;
use app::measures::{Named, named_people_of_cell};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::calendar::{parse_day, shown};
use domain::measure::{Cut, List};

const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "figures/people.html")]
pub struct PeoplePage {
    frame: Frame,
    back: String,
    measure: &'static str,
    cell: String,
    counted: String,
    total: String,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    person: i64,
    name: String,
    why: &'static str,
    since: String,
}

pub async fn people(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<PeoplePage>, PageError> {
    who.may(Act::ViewFigures)?;
    let actor = who.may(Act::ViewPeople)?;
    let asked = asked.filled(edge.ctx());
    let list = List::from_name(&asked.list).unwrap_or(List::In);
    // Without a cell these are everybody on the list.
    let cell: Vec<(Cut, String)> = match asked.cell.as_str() {
        "" => Vec::new(),
        cell => vec![(asked.cut(), cell.to_owned())],
    };
    let question = asked.question()?;
    let (page, part) = page_of(&asked.page, PER_PAGE);
    let found = named_people_of_cell(edge.ctx(), actor, &question, &cell, list, part).await?;
    let month = words::month(&found.month);
    let counted = match found.averaged {
        true => format!("at the end of {month}, the last of the months that are averaged"),
        false => format!("at the end of {month}"),
    };
    Ok(Page(PeoplePage {
        frame: frame.named("People behind a figure", Section::Figures),
        back: asked.href(),
        measure: domain::measure::named(&asked.measure).map_or("", |measure| measure.title),
        cell: match asked.cell.as_str() {
            "" => whose(list).to_owned(),
            _ => format!("{}: {}", asked.cut().label(), place(&asked)),
        },
        counted,
        total: count(found.total),
        pager: Pager {
            page,
            per_page: PER_PAGE,
            total: found.total,
            address: asked.people_href(&asked.cell) + "&list=" + &asked.list + "&",
        },
        rows: found.people.into_iter().map(row).collect(),
    }))
}

/// What the people of a list are to the measure.
const fn whose(list: List) -> &'static str {
    match list {
        List::In => "Counted",
        List::Out => "In the cohort and not counted",
        List::Excluded => "Left out of the cohort",
    }
}

/// The cell as an address says it; wards by their name.
fn place(asked: &Asked) -> String {
    let ward = geography().ward_name(&asked.cell).filter(|_| asked.cut() == Cut::Ward);
    let said = [&asked.name, &asked.cell].into_iter().find(|text| !text.is_empty());
    ward.map_or_else(|| said.cloned().unwrap_or_else(|| "all".to_owned()), str::to_owned)
}

fn row(one: Named) -> Row {
    let since = one.listed.since.as_deref().and_then(parse_day);
    Row {
        person: one.listed.person,
        name: one.name,
        why: one.listed.why,
        since: since.map_or_else(|| "Not recorded".to_owned(), shown),
    }
}
