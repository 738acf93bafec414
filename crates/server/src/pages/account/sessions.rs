//! Where one is signed in, and ending any of it.

use crate::{
    http::{Edge, Frame, Page, PageError, Path, SignedIn, Visitor, frame::Section},
    pages::people::story::moment,
};
use app::accounts;
use askama::Template;
use axum::{extract::State, response::Redirect};

#[derive(Template)]
#[template(path = "account/show.html")]
pub struct View {
    frame: Frame,
    name: String,
    role: &'static str,
    rows: Vec<Row>,
    idle: i64,
    hours: i64,
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
    Ok(Page(View {
        frame: frame.named("Your account", Section::Elsewhere),
        name: who.actor.name.clone(),
        role: who.actor.role.label(),
        rows: all.into_iter().map(row).collect(),
        idle: limits.idle_minutes,
        hours: limits.absolute_hours,
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
