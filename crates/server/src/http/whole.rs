//! What is brought to its end once it was begun, though the browser that asked hangs up. A try at a password
//! is counted before it is judged and given back when it was right: cut off between the two, somebody who
//! typed the right one would be held back by a guess that nobody made.

use super::page_error::PageError;
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Answers in a task of its own: a connection that ends takes nothing but its own wait with it.
pub async fn finish(request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(answer) => answer,
        Err(broken) => PageError::failure(broken).into_response(),
    }
}
