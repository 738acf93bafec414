//! Who is asking. Every visitor has a cookie token, signed in or not, so that the sign-in
//! form is protected like any other. The remembering is `app`'s: this module only asks it,
//! through `Sessions`, and hands the answer to pages as `Visitor` or `SignedIn`.

use super::{cookie, cookie::Token, edge::Edge, frame::Section, page_error::PageError};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{header, request::Parts},
    middleware::Next,
    response::Response,
};
use std::{future::Future, pin::Pin, sync::Arc};

/// Someone with a live session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub account: String,
    pub name: String,
    /// The role in words, as the header shows it.
    pub role: String,
    /// The menu entries this person may use, in order.
    pub sections: Vec<Section>,
    /// Seconds without a request before the session ends.
    pub idle_seconds: u32,
}

/// One browser: its token and, when the session is live, its person.
#[derive(Clone)]
pub struct Visitor {
    pub token: Token,
    pub signed_in: Option<SignedIn>,
}

type Answer = Pin<Box<dyn Future<Output = Result<Option<SignedIn>, PageError>> + Send>>;

/// The question the edge asks of whoever remembers sessions.
#[derive(Clone)]
pub struct Sessions {
    find: Arc<dyn Fn(cookie::TokenHash) -> Answer + Send + Sync>,
}

impl Sessions {
    pub fn new(find: impl Fn(cookie::TokenHash) -> Answer + Send + Sync + 'static) -> Self {
        Self { find: Arc::new(find) }
    }

    /// No one can be signed in: for the gallery and for tests.
    pub fn nobody() -> Self {
        Self::new(|_| Box::pin(async { Ok(None) }))
    }
}

/// Reads or gives the cookie and looks the session up, once per request.
/// A failed look-up refuses the request: never fail open.
pub async fn meet(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let known = cookie::read(request.headers(), edge.origin());
    let is_new = known.is_none();
    let token = known.unwrap_or_else(Token::fresh);
    let found = if is_new { Ok(None) } else { (edge.sessions().find)(token.hash()).await };
    let signed_in = match found {
        Ok(signed_in) => signed_in,
        Err(error) => return axum::response::IntoResponse::into_response(error),
    };
    request.extensions_mut().insert(Visitor { token: token.clone(), signed_in });
    let mut response = next.run(request).await;
    if is_new && !response.headers().contains_key(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie::give(&token, edge.origin()));
    }
    response
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        Ok(parts.extensions.get::<Self>().cloned().expect("session::meet wraps every route"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        visitor.signed_in.ok_or(PageError::SignInFirst)
    }
}
