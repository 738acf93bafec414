//! Between the password and the session: the code of a device, and giving a device its secret first.

use crate::{
    http::{Caller, Edge, Frame, Page, PageError, Posted, Visitor, cookie, frame::Section},
    pages::parts::{Errors, Square, square},
};
use app::{Wrong, accounts};
use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in/code.html")]
struct CodePage {
    frame: Frame,
    errors: Errors,
    email: String,
    /// The code of now, in a demonstration.
    shown: Option<String>,
    device: Option<Shown>,
}

struct Shown {
    /// In groups of four, as people read it aloud.
    spelt: String,
    code: Square,
}

#[derive(Deserialize)]
pub struct Typed {
    code: String,
}

pub async fn form(
    State(edge): State<Edge>,
    frame: Frame,
    visitor: Visitor,
) -> Result<Response, PageError> {
    draw(&edge, frame, &visitor, Errors::default()).await
}

pub async fn enter(
    State(edge): State<Edge>,
    frame: Frame,
    visitor: Visitor,
    Caller(from): Caller,
    browser: super::Browser,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let token = cookie::Token::fresh();
    let tokens = (visitor.token.hash(), token.hash());
    match accounts::enter(edge.ctx(), tokens, &typed.code, (&from, &browser.0)).await {
        Ok(_) => {
            let given = [(header::SET_COOKIE, cookie::give(&token, edge.origin()))];
            Ok((given, Redirect::to(super::AFTER)).into_response())
        }
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("code", sentence);
            draw(&edge, frame, &visitor, errors).await
        }
        Err(broken) => Err(broken.into()),
    }
}

async fn draw(
    edge: &Edge,
    frame: Frame,
    visitor: &Visitor,
    errors: Errors,
) -> Result<Response, PageError> {
    let Some(waiting) = accounts::waiting(edge.ctx(), visitor.token.hash()).await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let device = waiting.device.map(|device| {
        let letters: Vec<char> = device.spelt.chars().collect();
        let groups: Vec<String> = letters.chunks(4).map(|four| four.iter().collect()).collect();
        Ok::<_, PageError>(Shown { spelt: groups.join(" "), code: square(&device.address)? })
    });
    let device = device.transpose()?;
    let title = match device {
        Some(_) => "Set up your second step",
        None => "Enter your code",
    };
    let frame = frame.named(title, Section::Elsewhere).with_errors(!errors.is_empty());
    let (email, shown) = (waiting.email, waiting.shown);
    Ok(Page(CodePage { frame, errors, email, shown, device }).into_response())
}
