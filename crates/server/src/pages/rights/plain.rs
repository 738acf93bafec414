//! What we hold about somebody in plain words, to be read together with them or printed for them.

use crate::http::{Edge, Frame, Page, PageError, Path, SignedIn, frame::Section};
use app::Wrong;
use app::rights::{self, Part};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::person::PersonId;

#[derive(Template)]
#[template(path = "rights/held.html")]
pub struct View {
    frame: Frame,
    person: i64,
    name: String,
    parts: Vec<Part>,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::RecordContact)?;
    let (name, parts) = match rights::held(edge.ctx(), actor, PersonId(person)).await {
        Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
        found => found?,
    };
    let frame = frame.named(format!("What we hold about {name}"), Section::People);
    Ok(Page(View { frame, person, name, parts }))
}
