//! Freezing, settling, signing, and taking the file.

use crate::http::{Edge, PageError, Path, Posted, session::SignedIn};
use app::month_end::{self, Asked};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Freeze {
    period_end: String,
    seen: i64,
}

#[derive(Deserialize)]
pub struct Settle {
    code: String,
}

pub async fn freeze(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(form): Posted<Freeze>,
) -> Result<Redirect, PageError> {
    let period_end: Date = form.period_end.trim().parse().map_err(|_| {
        PageError::Refused("Type the last day of the month as 2026-09-30.".to_owned())
    })?;
    let asked = Asked { period_end, edition: None, seen: form.seen };
    let id = month_end::freeze(edge.ctx(), &who.actor, asked).await?;
    Ok(Redirect::to(&format!("/month-end/{id}")))
}

/// Settles every open finding of one kind.
pub async fn settle(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Posted(form): Posted<Settle>,
) -> Result<Redirect, PageError> {
    month_end::settle_code(edge.ctx(), &who.actor, id, &form.code).await?;
    Ok(Redirect::to(&format!("/month-end/{id}#findings")))
}

pub async fn sign(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    month_end::sign_off(edge.ctx(), &who.actor, id).await?;
    Ok(Redirect::to(&format!("/month-end/{id}")))
}

pub async fn file(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<impl IntoResponse, PageError> {
    let (snapshot, content) = month_end::file(edge.ctx(), &who.actor, id).await?;
    let name = format!("return-{}-v{}.xml", snapshot.period_end, snapshot.version);
    let headers = [
        (header::CONTENT_TYPE, "application/xml".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, content))
}
