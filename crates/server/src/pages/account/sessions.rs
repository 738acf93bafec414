//! Where one is signed in, and ending any of it; and what one was trained in.

use crate::{
    http::{Edge, Frame, Page, PageError, Path, SignedIn, Visitor, frame::Section},
    pages::admin::training::words,
    pages::people::story::moment,
};
use app::{accounts, training};
use askama::Template;
use axum::{extract::State, response::Redirect};
use domain::access::{Act, roles};

#[derive(Template)]
#[template(path = "account/show.html")]
pub struct View {
    frame: Frame,
    name: String,
    role: &'static str,
    rows: Vec<Row>,
    idle: i64,
    hours: i64,
    /// What they were trained in; nothing of whoever does not record.
    trainings: Option<Vec<String>>,
}

/// One session.
pub struct Row {
    pub key: String,
    pub browser: String,
    pub how: String,
    pub since: String,
    pub seen: String,
    pub here: bool,
}

pub fn row((session, here): (accounts::Session, bool)) -> Row {
    Row {
        key: session.name,
        browser: match session.browser.is_empty() {
            true => "Unknown browser".to_owned(),
            false => session.browser,
        },
        how: session.how,
        since: moment(&session.made_at),
        seen: moment(&session.seen_at),
        here,
    }
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
) -> Result<Page<View>, PageError> {
    let all = accounts::own_sessions(edge.ctx(), &who.actor, visitor.token.hash()).await?;
    let limits = who.limits;
    let trainings = training::own(edge.ctx(), &who.actor).await?;
    let records = roles(Act::RecordContact).contains(&who.actor.role);
    Ok(Page(View {
        frame: frame.named("Your account", Section::Elsewhere),
        name: who.actor.name.clone(),
        role: who.actor.role.label(),
        rows: all.into_iter().map(row).collect(),
        idle: limits.idle_minutes,
        hours: limits.absolute_hours,
        trainings: records.then(|| trainings.iter().map(words).collect()),
    }))
}

pub async fn end(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(name): Path<String>,
) -> Result<Redirect, PageError> {
    accounts::end_own_session(edge.ctx(), &who.actor, &name).await?;
    Ok(Redirect::to("/account"))
}
