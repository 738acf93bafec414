//! What is answered though a bug broke it off, and what is brought to its end once it was begun, though the
//! browser that asked hangs up. A try at a password is counted before it is judged and given back when it was
//! right: cut off between the two, somebody who typed the right one would be held back by a guess that nobody
//! made.

use super::page_error::PageError;
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::task::JoinSet;

/// Says that something went wrong where a bug broke an answer off: else the connection would end without a word.
/// Whoever hangs up ends it as before.
pub async fn answer(request: Request, next: Next) -> Response {
    let mut answering = JoinSet::new();
    answering.spawn(next.run(request));
    match answering.join_next().await {
        Some(Ok(answer)) => answer,
        Some(Err(broken)) => PageError::failure(broken).into_response(),
        None => PageError::NotFound.into_response(),
    }
}

/// Answers in a task of its own: a connection that ends takes nothing but its own wait with it.
pub async fn finish(request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(answer) => answer,
        Err(broken) => PageError::failure(broken).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::StatusCode, middleware::from_fn, routing::get};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_bug_in_a_page_is_answered() {
        let sound = get(async || "sound");
        let bug = get(async || -> &'static str { panic!("a bug") });
        let pages: Router = Router::new().route("/sound", sound).route("/bug", bug);
        let pages = pages.layer(from_fn(answer));
        for (path, status) in
            [("/sound", StatusCode::OK), ("/bug", StatusCode::INTERNAL_SERVER_ERROR)]
        {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let said = pages.clone().oneshot(request).await.unwrap();
            assert_eq!(said.status(), status, "{path}");
        }
    }
}
