//! Where one is signed in, and ending any of it; what one was trained in; and where one lives, which nobody has
//! to tell.

use crate::{
    http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, Visitor, frame::Section},
    pages::admin::training::words,
    pages::parts::Errors,
    pages::people::story::moment,
};
use app::{Wrong, accounts, training};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::{Act, roles};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account/show.html")]
struct View {
    frame: Frame,
    errors: Errors,
    postcode: String,
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
) -> Result<Response, PageError> {
    let postcode = accounts::own_postcode(edge.ctx(), &who.actor).await?;
    draw(&edge, (&who, &visitor), frame, (postcode, Errors::default())).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Home {
    postcode: String,
}

/// Keeps one's own postcode, or forgets it.
pub async fn postcode(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
    Posted(home): Posted<Home>,
) -> Result<Response, PageError> {
    match accounts::keep_own_postcode(edge.ctx(), &who.actor, &home.postcode).await {
        Ok(()) => Ok(Redirect::to("/account").into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("postcode", sentence);
            draw(&edge, (&who, &visitor), frame, (home.postcode, errors)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

async fn draw(
    edge: &Edge,
    (who, visitor): (&SignedIn, &Visitor),
    frame: Frame,
    (postcode, errors): (String, Errors),
) -> Result<Response, PageError> {
    let all = accounts::own_sessions(edge.ctx(), &who.actor, visitor.token.hash()).await?;
    let limits = who.limits;
    let trainings = training::own(edge.ctx(), &who.actor).await?;
    let records = roles(Act::RecordContact).contains(&who.actor.role);
    let frame = frame.named("Your account", Section::Elsewhere);
    Ok(Page(View {
        frame: frame.with_errors(!errors.is_empty()),
        errors,
        postcode,
        name: who.actor.name.clone(),
        role: who.actor.role.label(),
        rows: all.into_iter().map(row).collect(),
        idle: limits.idle_minutes,
        hours: limits.absolute_hours,
        trainings: records.then(|| trainings.iter().map(words).collect()),
    })
    .into_response())
}

pub async fn end(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(name): Path<String>,
) -> Result<Redirect, PageError> {
    accounts::end_own_session(edge.ctx(), &who.actor, &name).await?;
    Ok(Redirect::to("/account"))
}
