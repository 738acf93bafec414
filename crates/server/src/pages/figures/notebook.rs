//! The notebook of a measure: its definition in words, where that comes from, whom it counts, leaves out
//! and excludes, and the count done again the long way.

use super::{asked::Asked, words};
use crate::http::{Edge, Frame, Page, PageError, Query, frame::Section, session::SignedIn};
use app::measures::{Notebook, may_open, notebook_for};
use askama::Template;
use axum::extract::State;
use domain::access::Act;

#[derive(Template)]
#[template(path = "figures/notebook.html")]
pub struct NotebookPage {
    frame: Frame,
    back: String,
    month: String,
    noted: Notebook,
    /// Words, how many, and where they are listed.
    lists: Vec<(&'static str, u64, String)>,
    may_open: bool,
}

pub async fn notebook(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<NotebookPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let asked = asked.filled(edge.ctx());
    let mut question = asked.question()?;
    question.by = Vec::new();
    let noted = notebook_for(edge.ctx(), actor, &question).await?;
    let lists = vec![
        ("Counted", noted.counted, asked.list_href("in")),
        ("In the cohort and not counted", noted.not_counted, asked.list_href("out")),
        ("Left out of the cohort", noted.left_out, asked.list_href("excluded")),
    ];
    Ok(Page(NotebookPage {
        frame: frame.named("How a measure is counted", Section::Figures),
        back: asked.href(),
        month: words::month(&noted.month),
        noted,
        lists,
        may_open: may_open(actor).is_ok(),
    }))
}
