//! One-minute notices from a system: given once a key, and what became of them. What the sender is
//! answered is the same whether or not the person is known.

use app::machine::{self, Given};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::access::Act;
use domain::notice::Typed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::token::Asking;
use super::{Problem, key};
use crate::http::Edge;

/// What happened.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum NoticeKind {
    Left,
    DidNotTurnUp,
    LikelyToLeave,
    OfferMade,
    OfferWithdrawn,
}

impl NoticeKind {
    const fn domain(self) -> domain::notice::Kind {
        match self {
            NoticeKind::Left => domain::notice::Kind::Left,
            NoticeKind::DidNotTurnUp => domain::notice::Kind::DidNotTurnUp,
            NoticeKind::LikelyToLeave => domain::notice::Kind::LikelyToLeave,
            NoticeKind::OfferMade => domain::notice::Kind::OfferMade,
            NoticeKind::OfferWithdrawn => domain::notice::Kind::OfferWithdrawn,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    kind: NoticeKind,
    #[schema(min_length = 1, max_length = 80, example = "Amina")]
    given_name: String,
    #[schema(min_length = 1, max_length = 80, example = "Khan")]
    family_name: String,
    #[schema(format = "date", example = "2008-03-27")]
    date_of_birth: String,
    /// The day it happened, or is feared for; today where it is left out.
    #[schema(format = "date", nullable = false)]
    day: Option<String>,
    #[schema(max_length = 500, nullable = false)]
    note: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Receipt {
    /// What you can ask us about later.
    receipt: String,
}

#[derive(Serialize, ToSchema)]
pub struct Notices {
    notices: Vec<Sent>,
}

#[derive(Serialize, ToSchema)]
pub struct Sent {
    receipt: String,
    kind: String,
    day: String,
    received_at: String,
    /// When somebody acted on it; nothing while it waits.
    acted_on_at: Option<String>,
    /// The receipt under which it was passed on to the council in whose area they live.
    passed_on_receipt: Option<String>,
}

/// The newest twenty notices that this token gave.
#[utoipa::path(
    get,
    path = "/api/v1/notices",
    tag = "notices",
    responses(
        (status = 200, body = Notices),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(edge): State<Edge>, asking: Asking) -> Result<Json<Notices>, Problem> {
    asking.may(Act::SendOwn)?;
    let told = machine::told(edge.ctx(), &asking.0).await?;
    let notices = told
        .into_iter()
        .map(|one| Sent {
            receipt: one.receipt,
            kind: one.kind,
            day: one.day.to_string(),
            received_at: one.received_at,
            acted_on_at: one.done_at,
            passed_on_receipt: Some(one.passed_receipt).filter(|receipt| !receipt.is_empty()),
        })
        .collect();
    Ok(Json(Notices { notices }))
}

/// Tell us of a young person.
#[utoipa::path(
    post,
    path = "/api/v1/notices",
    tag = "notices",
    params(("Idempotency-Key" = String, Header, min_length = 8, max_length = 100, pattern = "^[A-Za-z0-9_-]{8,100}$",
        description = "Your own key of what you send: sent again under it, it is done once")),
    request_body = Notice,
    responses(
        (status = 201, body = Receipt),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn give(
    State(edge): State<Edge>,
    asking: Asking,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, Problem> {
    asking.may(Act::SendOwn)?;
    let key = key::of(&headers)?;
    let body = body.map_err(|_| Problem::too_large(super::files::WORDS_MOST as u64))?;
    let notice: Notice = json(&headers, &body)?;
    let days = [("date_of_birth", Some(&notice.date_of_birth)), ("day", notice.day.as_ref())];
    let wrong = days
        .into_iter()
        .filter(|(_, day)| day.is_some_and(|day| domain::calendar::parse_day(day).is_none()));
    let faults: Vec<_> =
        wrong.map(|(field, _)| (field, "Write a day as 2026-03-27.".to_owned())).collect();
    if !faults.is_empty() {
        return Err(Problem::mend(faults));
    }
    let typed = Typed {
        kind: notice.kind.domain().name().to_owned(),
        given: notice.given_name,
        family: notice.family_name,
        born: notice.date_of_birth,
        day: notice.day.unwrap_or_default(),
        note: notice.note.unwrap_or_default(),
    };
    let hash = key::hash(&body);
    match machine::give(edge.ctx(), &asking.0, &typed, (&key, &hash)).await? {
        Given::Kept(receipt, again) => {
            let answer = (StatusCode::CREATED, Json(Receipt { receipt })).into_response();
            Ok(key::said(answer, again))
        }
        Given::Mend(faults) => Err(Problem::mend(
            faults.into_iter().map(|(field, sentence)| (named(field), sentence.to_owned())),
        )),
        Given::Not(begun) => Err(key::taken(&begun)),
    }
}

/// Our field by the interface's name.
fn named(field: &'static str) -> &'static str {
    match field {
        "given" => "given_name",
        "family" => "family_name",
        "born" => "date_of_birth",
        other => other,
    }
}

fn json<T: serde::de::DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Problem> {
    let kind = headers.get(axum::http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_json = kind.is_some_and(|kind| {
        kind.split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
    });
    if !is_json {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "Send it as application/json."));
    }
    serde_json::from_slice(body).map_err(|e| Problem::bad(format!("The body cannot be read: {e}.")))
}
