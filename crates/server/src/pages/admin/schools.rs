//! Adding the schools and colleges of a list: what it would do first, then done.

use crate::{
    http::{Edge, Frame, Page, PageError, Posted, SignedIn, frame::Section},
    pages::parts::Errors,
};
use app::{
    Wrong,
    admin::{self, Brought, Run},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::Act;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "admin/schools.html")]
struct View {
    frame: Frame,
    errors: Errors,
    list: String,
    would: Option<Brought>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    list: String,
    sure: String,
}

pub async fn form(who: SignedIn, frame: Frame) -> Result<Response, PageError> {
    who.may(Act::Administer)?;
    Ok(draw(frame, String::new(), None, Errors::default()))
}

/// Sent first, the page shows what the list would do; sent again as sure, it is done.
pub async fn add(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let list = Some(typed.list.trim()).filter(|list| !list.is_empty());
    let run = if typed.sure.is_empty() { Run::Dry } else { Run::Real };
    match admin::bring_schools(edge.ctx(), actor, list, run).await {
        Ok(_) if run == Run::Real => Ok(Redirect::to("/admin/organisations").into_response()),
        Ok(would) => Ok(draw(frame, typed.list, Some(would), Errors::default())),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("list", sentence);
            Ok(draw(frame, typed.list, None, errors))
        }
        Err(broken) => Err(broken.into()),
    }
}

fn draw(frame: Frame, list: String, would: Option<Brought>, errors: Errors) -> Response {
    let frame =
        frame.named("Add schools and colleges", Section::Admin).with_errors(!errors.is_empty());
    Page(View { frame, errors, list, would }).into_response()
}
