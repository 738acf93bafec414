//! Writing an agreement's wording: what it would change first, then taken in. It is pasted, not sent as a
//! file: no file is parsed where pages are served.

use crate::http::{Edge, Frame, Page, PageError, Posted, Query, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors};
use app::Wrong;
use app::agreement::{self, Reading};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "agreements/bring.html")]
struct BringPage {
    frame: Frame,
    errors: Errors,
    agreements: Vec<Choice>,
    text: String,
    /// What was read, and whether the text shown is the text that was read.
    read: Option<Reading>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    of: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The agreement of which it is the next wording; empty for a new one.
    of: String,
    text: String,
    sure: String,
}

/// With an agreement named, its newest wording stands in the form to be changed.
pub async fn form(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let text = match asked.of {
        Some(id) => agreement::wording(edge.ctx(), actor, id).await?.ok_or(PageError::NotFound)?,
        None => String::new(),
    };
    draw(&edge, frame, (asked.of, text), None, Errors::default()).await
}

pub async fn bring(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let of = super::next_of(&typed.of)?;
    let (ctx, sure) = (edge.ctx(), !typed.sure.is_empty());
    let answer = match sure {
        true => agreement::bring(ctx, actor, &typed.text, of).await.map(Ok),
        false => agreement::reading(ctx, actor, &typed.text, of).await.map(Err),
    };
    match answer {
        Ok(Ok(brought)) => {
            Ok(Redirect::to(&format!("/agreements/{}", brought.agreement)).into_response())
        }
        Ok(Err(read)) => draw(&edge, frame, (of, typed.text), Some(read), Errors::default()).await,
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("text", sentence);
            draw(&edge, frame, (of, typed.text), None, errors).await
        }
        Err(broken) => Err(broken.into()),
    }
}

async fn draw(
    edge: &Edge,
    frame: Frame,
    (of, text): (Option<i64>, String),
    read: Option<Reading>,
    errors: Errors,
) -> Result<Response, PageError> {
    let all = agreement::all(edge.ctx()).await?;
    let known = all.iter().filter(|one| one.ended.is_none()).map(|one| {
        let title = one.newest().map_or("", |version| version.title.as_str());
        let words = format!("The next wording of agreement {}: {title}", one.number);
        Choice::new(&one.number.to_string(), &words, of == Some(one.number))
    });
    let first = Choice::new("", "A new agreement", of.is_none());
    let agreements = std::iter::once(first).chain(known).collect();
    let frame =
        frame.named("Paste an agreement file", Section::Sharing).with_errors(!errors.is_empty());
    Ok(Page(BringPage { frame, errors, agreements, text, read }).into_response())
}
