//! A made-up file to try, as a demonstration offers them.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::access::Act;
use formats::Kind;

use crate::http::{Edge, PageError, Path, session::SignedIn};

pub async fn try_file(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(kind): Path<String>,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::Import)?;
    let kind: Kind = kind.parse().map_err(|_| PageError::NotFound)?;
    let found = app::demo::try_file(edge.ctx(), actor, kind).await?;
    let (name, bytes) = found.ok_or(PageError::NotFound)?;
    let content =
        if name.ends_with(".xml") { "application/xml" } else { "text/csv; charset=utf-8" };
    let headers = [
        (header::CONTENT_TYPE, content.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, bytes))
}
