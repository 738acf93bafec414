//! Who is asking. Every visitor has a cookie token, signed in or not, so that the sign-in
//! form is protected like any other. The remembering is `app`'s: this module only asks it,
//! through `Sessions`, and hands the answer to pages as `Visitor` or `SignedIn`.

use super::{cookie, cookie::Token, edge::Edge, frame::Section, page_error::PageError};
use app::{Context, accounts};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{header, request::Parts},
    middleware::Next,
    response::Response,
};
use domain::access::{Act, Actor, roles};
use std::{future::Future, pin::Pin, sync::Arc};

/// Someone with a live session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub actor: Actor,
    pub name: String,
    /// The role in words, as the header shows it.
    pub role: String,
    /// The menu entries this person may use, in order.
    pub sections: Vec<Section>,
    /// Seconds without a request before the session ends.
    pub idle_seconds: u32,
}

impl SignedIn {
    fn new(actor: Actor) -> Self {
        Self {
            name: actor.name.clone(),
            role: actor.role.label().to_owned(),
            sections: sections(&actor),
            idle_seconds: u32::try_from(accounts::IDLE_MINUTES * 60).unwrap_or(u32::MAX),
            actor,
        }
    }
}

/// The menu of somebody's role: an entry for every room they may enter.
fn sections(actor: &Actor) -> Vec<Section> {
    let rooms = [
        (Section::Home, Act::ViewPeople),
        (Section::FollowUp, Act::ViewFollowUp),
        (Section::People, Act::ViewPeople),
        (Section::Imports, Act::Import),
        (Section::MonthEnd, Act::MonthEnd),
        (Section::Figures, Act::ViewFigures),
        (Section::Admin, Act::Administer),
    ];
    rooms.into_iter().filter(|(_, act)| roles(*act).contains(&actor.role)).map(|(s, _)| s).collect()
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

    /// Sessions as the register remembers them.
    pub fn of(ctx: Arc<Context>) -> Self {
        Self::new(move |token| {
            let ctx = Arc::clone(&ctx);
            Box::pin(async move {
                let actor = accounts::signed_in(&ctx, token).await.map_err(PageError::failure)?;
                Ok(actor.map(SignedIn::new))
            })
        })
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
