//! Signing in and out. A new session always gets a new token, so that one planted in a
//! browser beforehand is worth nothing; signing out empties what the browser kept.

use crate::{
    http::{Caller, Edge, Frame, Page, PageError, Posted, Visitor, cookie, frame::Section},
    pages::parts::Errors,
};
use app::{Wrong, accounts};
use askama::Template;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

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
    Posted(form): Posted<Credentials>,
) -> Result<Response, PageError> {
    let token = cookie::Token::fresh();
    let typed = (form.email.as_str(), form.password.as_str());
    match accounts::sign_in(edge.ctx(), typed, &from, token.hash()).await {
        Ok(_) => {
            let given = [(header::SET_COOKIE, cookie::give(&token, edge.origin()))];
            Ok((given, Redirect::to("/")).into_response())
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
