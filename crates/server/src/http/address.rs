//! What an address says, as typed values. Where the program cannot read one, such as a number that is none,
//! there is nothing at that address: the visitor gets the page that says so, as for a number that nobody has.
//! A NUL is no part of any word, and PostgreSQL keeps none: it is turned away here, in `form` and in `upload`.

use super::page_error::PageError;
use axum::extract::{self, FromRequestParts, rejection::PathRejection};
use axum::http::{StatusCode, request::Parts};
use serde::de::DeserializeOwned;

/// As addresses and forms write it.
pub const NUL: &str = "%00";

/// The parts of an address that stand for something, in their order.
pub struct Path<T>(pub T);

/// What follows the question mark.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        if parts.uri.path().contains(NUL) {
            return Err(PageError::NotFound);
        }
        #[expect(clippy::disallowed_types, reason = "this is the one place that answers for it")]
        let read = extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|found| Self(found.0)).map_err(unread)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let nul = parts.uri.query().is_some_and(|query| query.contains(NUL));
        let read = extract::Query::<T>::try_from_uri(&parts.uri).ok().filter(|_| !nul);
        read.map(|found| Self(found.0)).ok_or(PageError::NotFound)
    }
}

/// A handler that asks for other parts than its address has is our own mistake.
fn unread(refusal: PathRejection) -> PageError {
    match refusal.status() {
        StatusCode::INTERNAL_SERVER_ERROR => PageError::failure(refusal),
        _ => PageError::NotFound,
    }
}
