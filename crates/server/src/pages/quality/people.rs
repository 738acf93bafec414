//! The people whose record lacks a fact, by name, a page at a time. Showing them is remembered.

use super::{NOBODYS, Wanted};
use crate::http::{Edge, Frame, Page, PageError, Query, SignedIn, frame::Section};
use crate::pages::figures::coded;
use crate::pages::parts::{Pager, count, page_of};
use app::quality::missing;
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::calendar::shown;
use domain::quality::Fact;

const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "quality/people.html")]
pub struct View {
    frame: Frame,
    back: String,
    lacking: &'static str,
    day: String,
    total: String,
    rows: Vec<(i64, String)>,
    pager: Pager,
}

pub async fn people(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(query): Query<Wanted>,
) -> Result<Page<View>, PageError> {
    who.may(Act::ViewFigures)?;
    let actor = who.may(Act::ViewPeople)?;
    let fact = Fact::from_name(&query.fact).ok_or(PageError::NotFound)?;
    let asked = query.asked(&edge)?;
    let row = match query.row.as_str() {
        "" => None,
        NOBODYS => Some(""),
        key => Some(key),
    };
    let (page, part) = page_of(&query.page, PER_PAGE);
    let (total, rows) = missing(edge.ctx(), actor, asked, (fact, row), part).await?;
    let whose = match query.row.as_str() {
        "" => String::new(),
        row => format!("&row={}", coded(row)),
    };
    Ok(Page(View {
        frame: frame.named("What is missing", Section::Figures),
        back: query.href(""),
        lacking: fact.lacking(),
        day: shown(asked.day),
        total: count(total),
        rows,
        pager: Pager {
            page,
            per_page: PER_PAGE,
            total,
            address: format!("{}&fact={}{whose}&", query.href("/people"), fact.name()),
        },
    }))
}
