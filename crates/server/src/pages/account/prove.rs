//! Proving again who one is, before an act that reaches far. Whoever signed in a moment ago has.

use crate::{
    http::{Edge, Frame, Page, PageError, Posted, Query, SignedIn, Visitor, frame::Section},
    pages::parts::Errors,
};
use app::{
    Wrong, accounts,
    accounts::outside::{Provider, provers},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account/prove.html")]
struct ProvePage {
    frame: Frame,
    errors: Errors,
    to: String,
    minutes: i64,
    /// Where one can show it instead.
    services: Vec<Provider>,
}

#[derive(Deserialize)]
pub struct To {
    #[serde(default)]
    to: String,
}

#[derive(Deserialize)]
pub struct Typed {
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    to: String,
}

/// Sends whoever has not proved who they are for a while to do so; they come back to `to`.
pub async fn fresh(edge: &Edge, visitor: &Visitor, to: &str) -> Result<(), PageError> {
    match accounts::is_fresh(edge.ctx(), visitor.token.hash()).await? {
        true => Ok(()),
        false => Err(PageError::ProveFirst(to.to_owned())),
    }
}

pub async fn form(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(to): Query<To>,
) -> Result<Response, PageError> {
    draw(&edge, &who, frame, (inside(&to.to), Errors::default())).await
}

pub async fn prove(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let said = (typed.password.as_str(), typed.code.as_str());
    match accounts::prove(edge.ctx(), &who.actor, visitor.token.hash(), said).await {
        Ok(()) => Ok(Redirect::to(&inside(&typed.to)).into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("password", sentence);
            draw(&edge, &who, frame, (inside(&typed.to), errors)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

/// Only an address of our own, whatever was asked.
pub fn inside(to: &str) -> String {
    let plain = to.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_".contains(&b));
    match plain && to.starts_with('/') && !to.starts_with("//") {
        true => to.to_owned(),
        false => "/".to_owned(),
    }
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    (to, errors): (String, Errors),
) -> Result<Response, PageError> {
    let frame =
        frame.named("Show that it is you", Section::Elsewhere).with_errors(!errors.is_empty());
    let services = provers(edge.ctx(), &who.actor).await?;
    let minutes = accounts::PROOF_MINUTES;
    Ok(Page(ProvePage { frame, errors, to, minutes, services }).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(inside("/people/5/emergency"), "/people/5/emergency");
        for to in ["https://evil.test", "//evil.test", "/\\evil.test", "people", "", "/a?b=c"] {
            assert_eq!(inside(to), "/", "{to}");
        }
    }
}
