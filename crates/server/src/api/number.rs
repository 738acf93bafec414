//! The number in an address. One that is none is answered like one that nobody has.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Problem;
use crate::http::{PageError, Path};

pub struct Number(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<i64>::from_request_parts(parts, state).await {
            Ok(Path(number)) => Ok(Self(number)),
            Err(PageError::NotFound) => Err(Problem::not_found()),
            Err(broken) => Err(broken.into()),
        }
    }
}
