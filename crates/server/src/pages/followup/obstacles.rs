//! What stands in the way, counted: a small table without anybody's name.

use crate::http::{Edge, Frame, Page, PageError, SignedIn, frame::Section};
use crate::pages::parts::count;
use app::people;
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::calendar::shown;
use domain::disclosure::FEW;

#[derive(Template)]
#[template(path = "followup/obstacles.html")]
pub struct View {
    frame: Frame,
    since: String,
    people: String,
    rows: Vec<(&'static str, String)>,
}

pub async fn obstacles(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::ViewFollowUp)?;
    let today = edge.ctx().today();
    let found = people::obstacles(edge.ctx(), actor, super::edition(today)?, today).await?;
    Ok(Page(View {
        frame: frame.named("What stands in the way", Section::FollowUp),
        since: shown(found.since),
        people: said(found.people),
        rows: found
            .rows
            .into_iter()
            .map(|(obstacle, people)| (obstacle.label.as_str(), said(people)))
            .collect(),
    }))
}

/// How many people, or that they are too few to say.
fn said(people: Option<u64>) -> String {
    match people.map(usize::try_from) {
        Some(Ok(people)) => count(people),
        _ => format!("under {FEW}"),
    }
}
