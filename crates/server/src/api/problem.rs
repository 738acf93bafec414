//! Every way a machine's request can end badly, as RFC 9457 has it. A failure's cause goes to the log; the
//! asker is told that it was ours.

use crate::http::turned_away;
use app::Wrong;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Denial;
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request came to nothing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says what kind it is.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    /// What to do about it, in a sentence.
    detail: String,
    /// What has to be mended, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldFault>,
    /// Units: seconds until it may be tried again.
    #[serde(skip)]
    wait: Option<u64>,
    /// Why, where the rules of access say no to whoever asks: for the audit.
    #[serde(skip)]
    denied: Option<Box<str>>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldFault {
    field: String,
    detail: String,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Refused"),
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            wait: None,
            denied: None,
        }
    }

    pub fn no_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Send a token that works, as `Authorization: Bearer wm_…`.",
        )
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Nothing of yours is here.")
    }

    pub fn refused(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    pub fn denied(denial: &Denial) -> Self {
        Self { denied: Some(denial.why().into()), ..Self::refused(denial.sentence()) }
    }

    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// What may come to something if it is sent again later.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    pub fn too_large(most: u64) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, format!("At most {most} bytes."))
    }

    pub fn slow_down(seconds: u64) -> Self {
        let detail = format!("Too many requests. Try again in {seconds} seconds.");
        Self { wait: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }

    pub fn mend(faults: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let errors = faults
            .into_iter()
            .map(|(field, detail)| FieldFault { field: field.to_owned(), detail })
            .collect();
        let detail = "Mend what is said of each field, and send it again.";
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    pub fn failure(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a machine's request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side; nothing was saved. Try again later.",
        )
    }
}

impl From<Wrong> for Problem {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Refused(sentence) | Wrong::RefusedAt { sentence, .. } => Self::refused(sentence),
            Wrong::Denied(denial) => Self::denied(&denial),
            Wrong::TooLate => Self::conflict(wrong.to_string()),
            broken => Self::failure(broken),
        }
    }
}

impl From<crate::http::PageError> for Problem {
    fn from(error: crate::http::PageError) -> Self {
        Self::failure(format!("{error:?}"))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (status, kind, body).into_response();
        if let Some(why) = &self.denied {
            turned_away::mark(&mut response, why);
        }
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // A refused body may still be on its way; reading on would only serve a flood.
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

pub async fn no_such_address() -> Problem {
    Problem::not_found()
}

pub async fn no_such_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "The address does not do that.")
}
