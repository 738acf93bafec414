//! The people behind one cell, by name, within the reader's scope. Showing them is remembered.

use super::asked::Asked;
use crate::http::{Edge, Frame, Page, PageError, frame::Section, session::SignedIn};
use app::measures::{Named, named_people_of_cell};
use askama::Template;
use axum::extract::{Query, State};
use domain::access::Act;
use domain::measure::List;

#[derive(Template)]
#[template(path = "figures/people.html")]
pub struct PeoplePage {
    frame: Frame,
    month: String,
    people: Vec<Named>,
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
    let cell = [(asked.cut(), asked.cell.clone())];
    let question = asked.question()?;
    let people = named_people_of_cell(edge.ctx(), actor, &question, &cell, List::In).await?;
    let frame = frame.named("People behind a figure", Section::Figures);
    Ok(Page(PeoplePage { frame, month: asked.month, people }))
}
