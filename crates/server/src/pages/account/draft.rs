//! What somebody had typed when their session, or the proof that it is they, ran out, given back after
//! signing in or proving it. It can be sent on as it is or thrown away, form by form; it is shown to nobody
//! else and forgotten after a day.

use crate::http::{Edge, Frame, Page, PageError, Query, SignedIn, forgery, frame::Section};
use crate::pages::people::story::moment;
use app::accounts;
use askama::Template;
use axum::{
    body::Body,
    extract::{Form, FromRequest, State},
    http::{Method, Request, header},
    response::{IntoResponse, Redirect, Response},
};

#[derive(Template)]
#[template(path = "account/draft.html")]
struct DraftPage {
    frame: Frame,
    drafts: Vec<Typed>,
}

/// What was typed into one form.
struct Typed {
    id: i64,
    /// The page whose form it was, and when it came.
    path: String,
    kept: String,
    fields: Vec<Field>,
}

/// Which of them a button is about.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Which {
    n: i64,
}

struct Field {
    name: String,
    label: String,
    value: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    let kept = accounts::drafts(edge.ctx(), &who.actor).await?;
    if kept.is_empty() {
        return Ok(Redirect::to("/").into_response());
    }
    let mut drafts = Vec::new();
    for draft in kept {
        let fields = read(draft.body).await?.into_iter().map(|(name, value)| Field {
            label: words(&name),
            name,
            value,
        });
        let (path, kept) = (draft.path, moment(&draft.kept_at));
        drafts.push(Typed { id: draft.id, path, kept, fields: fields.collect() });
    }
    let frame = frame.named("What you had typed", Section::Elsewhere);
    Ok(Page(DraftPage { frame, drafts }).into_response())
}

async fn read(body: String) -> Result<Vec<(String, String)>, PageError> {
    let form = "application/x-www-form-urlencoded";
    let request = Request::builder().method(Method::POST).header(header::CONTENT_TYPE, form);
    let request = request.body(Body::from(body)).map_err(PageError::failure)?;
    let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, &())
        .await
        .map_err(PageError::failure)?;
    Ok(pairs.into_iter().filter(|(name, _)| name != forgery::FIELD).collect())
}

/// A field's name as words: `next-day` is "Next day".
fn words(name: &str) -> String {
    let mut text = name.replace(['-', '_'], " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Sends what was typed to where it was going: the browser repeats the form to that address.
pub async fn send(
    State(edge): State<Edge>,
    who: SignedIn,
    Query(which): Query<Which>,
) -> Result<Redirect, PageError> {
    let kept = accounts::drafts(edge.ctx(), &who.actor).await?;
    let Some(draft) = kept.into_iter().find(|draft| draft.id == which.n) else {
        return Ok(Redirect::to("/draft"));
    };
    accounts::end_draft(edge.ctx(), &who.actor, draft.id).await?;
    Ok(Redirect::temporary(&draft.path))
}

pub async fn throw(
    State(edge): State<Edge>,
    who: SignedIn,
    Query(which): Query<Which>,
) -> Result<Redirect, PageError> {
    accounts::end_draft(edge.ctx(), &who.actor, which.n).await?;
    Ok(Redirect::to("/draft"))
}
