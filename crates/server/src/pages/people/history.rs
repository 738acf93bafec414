//! Who has read or written a record, for those whose role answers for it; and who else can see somebody,
//! for whoever works with them.

use crate::http::{Edge, Frame, Page, PageError, Path, SignedIn, frame::Section};
use app::{
    Wrong,
    people::{self, LOOKS_DAYS, SeenBy},
};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::person::PersonId;

#[derive(Template)]
#[template(path = "people/history.html")]
pub struct View {
    frame: Frame,
    person: i64,
    acts: Vec<Row>,
}

struct Row {
    when: String,
    who: String,
    act: String,
    purpose: String,
    detail: String,
}

pub async fn history(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::ViewAudit)?;
    let acts = match people::history(edge.ctx(), actor, PersonId(person)).await {
        Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
        acts => acts?,
    };
    let acts = acts.into_iter().map(|one| Row {
        when: super::story::moment(&one.at),
        who: one.account_name,
        act: one.act,
        purpose: one.purpose,
        detail: one.detail,
    });
    let frame = frame.named("Who has read this record", Section::People);
    Ok(Page(View { frame, person, acts: acts.collect() }))
}

#[derive(Template)]
#[template(path = "people/seen_by.html")]
pub struct Seen {
    frame: Frame,
    person: i64,
    seen: SeenBy,
    days: i32,
}

/// Who else can see somebody and who looked: asked for, and not beside every look, since every account
/// is asked of its own decision.
pub async fn seen_by(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
) -> Result<Page<Seen>, PageError> {
    let actor = who.may(Act::RecordContact)?;
    let seen = match people::seen_by(edge.ctx(), actor, PersonId(person)).await {
        Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
        seen => seen?,
    };
    let frame = frame.named("Who else can see this person", Section::People);
    Ok(Page(Seen { frame, person, seen, days: LOOKS_DAYS }))
}
