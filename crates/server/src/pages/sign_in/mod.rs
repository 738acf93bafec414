//! Signing in and out. A new session always gets a new token, so that one planted in a
//! browser beforehand is worth nothing; signing out empties what the browser kept.

mod code;
mod outside;

pub use code::{enter, form as code};
pub use outside::{come_back, invited, join, leave, leave_there, left, prove};

use crate::{
    http::{Caller, Edge, Frame, Page, PageError, Posted, Visitor, cookie, frame::Section},
    pages::parts::Errors,
};
use app::{
    Wrong, accounts,
    accounts::Entered,
    accounts::outside::{Provider, offered},
};
use askama::Template;
use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderName, HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// Where one goes after signing in: what was typed before, if anything was, else home.
const AFTER: &str = "/draft";

/// What the browser calls itself, in a few words.
pub struct Browser(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Browser {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let said = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Browser(said.map_or_else(String::new, known)))
    }
}

/// The browser and the system that a user agent names, where they are known ones.
fn known(agent: &str) -> String {
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browsers =
        [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ];
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

#[derive(Template)]
#[template(path = "sign_in/show.html")]
struct SignInPage {
    frame: Frame,
    errors: Errors,
    email: String,
    /// The council's own services.
    ours: Vec<Provider>,
    theirs: Vec<Provider>,
}

#[derive(Deserialize)]
pub struct Credentials {
    email: String,
    password: String,
}

pub async fn show(
    State(edge): State<Edge>,
    frame: Frame,
    visitor: Visitor,
) -> Result<Response, PageError> {
    if visitor.signed_in.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    draw(&edge, frame, Errors::default(), String::new()).await
}

pub async fn begin(
    State(edge): State<Edge>,
    frame: Frame,
    Caller(from): Caller,
    browser: Browser,
    Posted(form): Posted<Credentials>,
) -> Result<Response, PageError> {
    let token = cookie::Token::fresh();
    let typed = (form.email.as_str(), form.password.as_str());
    match accounts::sign_in(edge.ctx(), typed, (&from, &browser.0), token.hash()).await {
        Ok(entered) => {
            let given = [(header::SET_COOKIE, cookie::give(&token, edge.origin()))];
            let to = match entered {
                Entered::In(_) => AFTER,
                Entered::Waits => "/sign-in/code",
            };
            Ok((given, Redirect::to(to)).into_response())
        }
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("email", sentence);
            draw(&edge, frame, errors, form.email).await
        }
        Err(broken) => Err(broken.into()),
    }
}

pub async fn end(State(edge): State<Edge>, visitor: Visitor) -> Result<Response, PageError> {
    let elsewhere = accounts::sign_out(edge.ctx(), visitor.token.hash()).await?;
    let to = elsewhere.map_or("/sign-in".to_owned(), |id| format!("/sign-in/with/{id}/left"));
    let forget = [
        (header::SET_COOKIE, cookie::take_back(edge.origin())),
        (
            HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static("\"cache\", \"cookies\", \"storage\""),
        ),
    ];
    Ok((forget, Redirect::to(&to)).into_response())
}

async fn draw(
    edge: &Edge,
    frame: Frame,
    errors: Errors,
    email: String,
) -> Result<Response, PageError> {
    let frame = frame.named("Sign in", Section::Elsewhere).with_errors(!errors.is_empty());
    let (ours, theirs) = offered(edge.ctx()).await?;
    Ok(Page(SignInPage { frame, errors, email, ours, theirs }).into_response())
}
