//! Where a one-time link leads: choosing a password without being signed in. The page is the same for
//! every link, good or not, so that it tells nobody whether there is an account behind one.

use crate::{
    http::{Caller, Edge, Frame, Page, PageError, Path, Posted, frame::Section},
    pages::parts::Errors,
};
use app::{Wrong, admin};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "admin/password.html")]
struct PasswordPage {
    frame: Frame,
    errors: Errors,
    secret: String,
}

#[derive(Deserialize)]
pub struct Typed {
    password: String,
    again: String,
}

pub async fn form(frame: Frame, Path(secret): Path<String>) -> Response {
    draw(frame, secret, Errors::default())
}

pub async fn choose(
    State(edge): State<Edge>,
    Caller(from): Caller,
    frame: Frame,
    Path(secret): Path<String>,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let mut errors = Errors::default();
    if typed.password != typed.again {
        errors.add("again", "The two passwords differ");
        return Ok(draw(frame, secret, errors));
    }
    match admin::choose_password_from(edge.ctx(), &secret, &typed.password, &from).await {
        Ok(()) => Ok(Redirect::to("/sign-in").into_response()),
        Err(Wrong::Refused(sentence)) => {
            errors.add("password", sentence);
            Ok(draw(frame, secret, errors))
        }
        Err(broken) => Err(broken.into()),
    }
}

fn draw(frame: Frame, secret: String, errors: Errors) -> Response {
    let frame =
        frame.named("Choose a password", Section::Elsewhere).with_errors(!errors.is_empty());
    Page(PasswordPage { frame, errors, secret }).into_response()
}
