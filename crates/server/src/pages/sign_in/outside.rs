//! Signing in by another service: leaving for it, coming back, joining one's account by an invitation, and
//! signing out of the service too. Every step out is a link, since a form may lead to our own pages only.

use super::{AFTER, Browser, draw};
use crate::{
    http::{
        Caller, Edge, Frame, Page, PageError, Path, Query, SignedIn, Visitor, cookie,
        frame::Section,
    },
    pages::parts::Errors,
};
use app::{
    Wrong,
    accounts::outside::{self, Arrived, Back, Errand},
};
use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in/unknown.html")]
struct UnknownPage {
    frame: Frame,
    service: String,
    subject: String,
}

#[derive(Template)]
#[template(path = "sign_in/invited.html")]
struct InvitedPage {
    frame: Frame,
    /// The service's name, where the invitation works.
    service: Option<String>,
    council: String,
    secret: String,
}

#[derive(Template)]
#[template(path = "sign_in/left.html")]
struct LeftPage {
    frame: Frame,
    service: i64,
    name: String,
}

pub async fn leave(
    State(edge): State<Edge>,
    frame: Frame,
    visitor: Visitor,
    Caller(from): Caller,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    go(&edge, frame, &visitor, (&from, id), Errand::In).await
}

async fn go(
    edge: &Edge,
    frame: Frame,
    visitor: &Visitor,
    (from, id): (&str, i64),
    errand: Errand,
) -> Result<Response, PageError> {
    let who = (visitor.token.hash(), from, edge.origin().as_str());
    match outside::leave(edge.ctx(), id, errand, who).await {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err(Wrong::Refused(sentence)) => said(edge, frame, sentence).await,
        Err(broken) => Err(broken.into()),
    }
}

/// The page for signing in, with the sentence on top.
async fn said(edge: &Edge, frame: Frame, sentence: String) -> Result<Response, PageError> {
    let mut errors = Errors::default();
    errors.add("services", sentence);
    draw(edge, frame, errors, String::new()).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    state: String,
    code: String,
    error: String,
    iss: Option<String>,
}

pub async fn come_back(
    State(edge): State<Edge>,
    frame: Frame,
    visitor: Visitor,
    (Caller(from), browser): (Caller, Browser),
    Path(id): Path<i64>,
    Query(answer): Query<Answer>,
) -> Result<Response, PageError> {
    let Answer { state, code, error, iss } = answer;
    let back = Back { state, code, error, issuer: iss };
    let token = cookie::Token::fresh();
    let returning = outside::Browser {
        had: visitor.token.hash(),
        gets: token.hash(),
        from: &from,
        name: &browser.0,
        origin: edge.origin().as_str(),
    };
    let given = |to: &str| {
        let cookie = [(header::SET_COOKIE, cookie::give(&token, edge.origin()))];
        (cookie, Redirect::to(to)).into_response()
    };
    match outside::come_back(edge.ctx(), id, &back, &returning).await {
        Ok(Arrived::In) => Ok(given(AFTER)),
        Ok(Arrived::Waits) => Ok(given("/sign-in/code")),
        Ok(Arrived::Proved(to)) => Ok(Redirect::to(&to).into_response()),
        Ok(Arrived::Unknown { service, subject }) => {
            let frame = frame.named("No account is joined to this sign-in", Section::Elsewhere);
            Ok(Page(UnknownPage { frame, service, subject }).into_response())
        }
        Err(Wrong::Refused(sentence)) => said(&edge, frame, sentence).await,
        Err(broken) => Err(broken.into()),
    }
}

/// What an invitation is for, before anybody leaves.
pub async fn invited(
    State(edge): State<Edge>,
    frame: Frame,
    Path(secret): Path<String>,
) -> Result<Response, PageError> {
    let found = outside::invited(edge.ctx(), &secret).await?;
    let frame = frame.named("Join your account", Section::Elsewhere);
    let (service, council) =
        found.map_or((None, String::new()), |(one, council)| (Some(one.name), council));
    Ok(Page(InvitedPage { frame, service, council, secret }).into_response())
}

pub async fn join(
    State(edge): State<Edge>,
    frame: Frame,
    visitor: Visitor,
    Caller(from): Caller,
    Path(secret): Path<String>,
) -> Result<Response, PageError> {
    let Some((service, _)) = outside::invited(edge.ctx(), &secret).await? else {
        return Err(PageError::NotFound);
    };
    go(&edge, frame, &visitor, (&from, service.id), Errand::Join(secret)).await
}

#[derive(Deserialize)]
pub struct To {
    #[serde(default)]
    to: String,
}

/// Proving again who one is, at the service.
pub async fn prove(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    visitor: Visitor,
    Caller(from): Caller,
    (Path(id), Query(to)): (Path<i64>, Query<To>),
) -> Result<Response, PageError> {
    let errand = Errand::Prove(who.actor.account, crate::pages::account::inside(&to.to));
    go(&edge, frame, &visitor, (&from, id), errand).await
}

/// Signed out here; perhaps not there.
pub async fn left(
    State(edge): State<Edge>,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    let (ours, theirs) = outside::offered(edge.ctx()).await?;
    let Some(service) = ours.into_iter().chain(theirs).find(|one| one.id == id) else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let frame = frame.named("You are signed out of Waymark", Section::Elsewhere);
    Ok(Page(LeftPage { frame, service: id, name: service.name }).into_response())
}

pub async fn leave_there(
    State(edge): State<Edge>,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    match outside::leave_there(edge.ctx(), id, edge.origin().as_str()).await {
        Ok(Some(address)) => Ok(Redirect::to(&address).into_response()),
        Ok(None) => {
            let sentence = "This service has no page for signing out. Close the browser.";
            said(&edge, frame, sentence.to_owned()).await
        }
        Err(Wrong::Refused(sentence)) => said(&edge, frame, sentence).await,
        Err(broken) => Err(broken.into()),
    }
}
