//! Signing in and out. A new session always gets a new token, so that one planted in a
//! browser beforehand is worth nothing; signing out empties what the browser kept.

mod code;

pub use code::{enter, form as code};

use crate::{
    http::{Caller, Edge, Frame, Page, PageError, Posted, Visitor, cookie, frame::Section},
    pages::parts::Errors,
};
use app::{Wrong, accounts, accounts::Entered};
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
}

#[derive(Deserialize)]
pub struct Credentials {
    email: String,
    password: String,
}

pub async fn show(frame: Frame, visitor: Visitor) -> Response {
    if visitor.signed_in.is_some() {
        return Redirect::to("/").into_response();
    }
    draw(frame, Errors::default(), String::new())
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
            Ok(draw(frame, errors, form.email))
        }
        Err(broken) => Err(broken.into()),
    }
}

pub async fn end(State(edge): State<Edge>, visitor: Visitor) -> Result<Response, PageError> {
    accounts::sign_out(edge.ctx(), visitor.token.hash()).await?;
    let forget = [
        (header::SET_COOKIE, cookie::take_back(edge.origin())),
        (
            HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static("\"cache\", \"cookies\", \"storage\""),
        ),
    ];
    Ok((forget, Redirect::to("/sign-in")).into_response())
}

fn draw(frame: Frame, errors: Errors, email: String) -> Response {
    let frame = frame.named("Sign in", Section::Elsewhere).with_errors(!errors.is_empty());
    Page(SignInPage { frame, errors, email }).into_response()
}
