//! The key under which a system sends something: sent again under the same key, it is done once and
//! answered the same. A key is the sender's own and is kept for a week.

use app::Wrong;
use app::machine::{self, Begun};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::Problem;
use super::files::unusable;
use crate::http::Edge;

pub const NAME: &str = "idempotency-key";
/// Says of an answer that it was given before.
const AGAIN: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The key of a request.
pub fn of(headers: &HeaderMap) -> Result<String, Problem> {
    let wrong = || Problem::bad("Send an Idempotency-Key of 8 to 100 letters, digits, - or _.");
    let text = headers.get(NAME).and_then(|value| value.to_str().ok()).ok_or_else(wrong)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match (8..=100).contains(&text.len()) && text.bytes().all(fits) {
        true => Ok(text.to_owned()),
        false => Err(wrong()),
    }
}

/// What a key that is not new comes to.
pub fn taken(begun: &Begun) -> Problem {
    match begun {
        Begun::Other => Problem::new(
            axum::http::StatusCode::UNPROCESSABLE_ENTITY,
            "Something else was sent under this key: use another.",
        ),
        _ => Problem::conflict("The same is being worked on: ask again in a moment."),
    }
}

/// Takes something in once under its key: the number that it came to, and whether it had come before. What
/// cannot be used leaves the key free.
pub async fn once(
    edge: &Edge,
    token: i64,
    (key, hash): (&str, &str),
    status: u16,
    take: impl Future<Output = Result<i64, Wrong>> + Send,
) -> Result<(i64, bool), Problem> {
    match machine::begin(edge.ctx(), token, key, hash).await? {
        Begun::Go => {}
        Begun::Again(_, id) => return Ok((id.parse().map_err(Problem::failure)?, true)),
        other => return Err(taken(&other)),
    }
    match take.await {
        Ok(id) => {
            machine::answered(edge.ctx(), token, key, (i64::from(status), &id.to_string())).await?;
            Ok((id, false))
        }
        Err(wrong) => {
            machine::forget(edge.ctx(), token, key).await?;
            Err(unusable(wrong))
        }
    }
}

/// Says of an answer whether it was given before.
pub fn said(mut answer: Response, again: bool) -> Response {
    if again {
        answer.headers_mut().insert(AGAIN, HeaderValue::from_static("true"));
    }
    answer
}

pub fn hex(hash: impl AsRef<[u8]>) -> String {
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What stands for a request's words.
pub fn hash(words: &[u8]) -> String {
    hex(Sha256::digest(words))
}
