//! Deciding a held row, applying, taking back.

use crate::http::{Edge, PageError, Path, Posted, session::SignedIn};
use app::imports;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::Act;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Decision {
    decision: String,
}

#[derive(Deserialize)]
pub struct Reason {
    reason: String,
}

pub async fn decide(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, line)): Path<(i64, i64)>,
    Posted(form): Posted<Decision>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Import)?;
    imports::decide(edge.ctx(), actor, id, line, &form.decision).await?;
    Ok(Redirect::to(&format!("/imports/{id}?effect=held#row-{line}")))
}

pub async fn apply(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    who.may(Act::Import)?;
    edge.work().start(&edge, id, true);
    Ok(Redirect::to(&format!("/imports/{id}")))
}

/// Reads a file again that was interrupted, or whose decisions should show what they come to.
pub async fn read(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    who.may(Act::Import)?;
    edge.work().start(&edge, id, false);
    Ok(Redirect::to(&format!("/imports/{id}")))
}

/// Forgets a file that is not applied.
pub async fn withdraw(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Import)?;
    imports::withdraw(edge.ctx(), id, Some(actor.account)).await?;
    Ok(Redirect::to(&format!("/imports/{id}")))
}

pub async fn undo(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Posted(form): Posted<Reason>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::UndoImport)?;
    if form.reason.trim().is_empty() {
        return Err(PageError::Refused("Say why the import is taken back.".to_owned()));
    }
    imports::undo(edge.ctx(), id, Some(actor.account), form.reason.trim()).await?;
    Ok(Redirect::to(&format!("/imports/{id}")))
}
