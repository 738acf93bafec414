//! Who is asking. Every visitor has a cookie token, signed in or not, so that the sign-in
//! form is protected like any other. The remembering is `app`'s: this module only asks it
//! and hands the answer to pages as `Visitor` or `SignedIn`.

use super::{cookie, cookie::Token, edge::Edge, page_error::PageError};
use app::{
    accounts::{self, Known},
    looks,
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{Method, header, request::Parts},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use domain::access::{self, Act, Actor, Limits};

/// Someone with a live session, as every handler that needs one takes it.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub actor: Actor,
    /// When this session is over.
    pub limits: Limits,
}

impl SignedIn {
    /// Refuses with the rule's own words unless the role may do this at all.
    pub fn may(&self, act: Act) -> Result<&Actor, PageError> {
        let decision = access::decide(&self.actor, act);
        if decision.allowed {
            return Ok(&self.actor);
        }
        let denial = decision.denial_of(act);
        Err(PageError::Denied(match self.actor.wanting() {
            Some(_) => denial.advising("Your organisation's page says whom to ask."),
            None => denial,
        }))
    }
}

/// One browser: its token and, when the session is live, its person.
#[derive(Clone)]
pub struct Visitor {
    pub token: Token,
    pub signed_in: Option<SignedIn>,
    /// Whose session ran out with this token: what they send is kept for them.
    pub ran_out: Option<i64>,
}

/// What somebody is answered who comes from another site and whose strict cookie stayed behind: the page asks for the
/// same address again, and this time it is asked from here. After a second, so that a browser which still took it for
/// another site's leaves time for the link.
const AGAIN: &str = "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
    <title>Opening the page \u{2013} Waymark</title>\n<meta http-equiv=\"refresh\" content=\"1\">\n</head>\n\
    <body>\n<main><h1>Opening the page</h1>\n<p><a href=\"\">Open it now</a></p></main>\n</body>\n</html>\n";

/// Whether a request begins on another site: then that it brings no strict cookie says nothing of whether there is one.
fn begins_elsewhere(request: &Request) -> bool {
    request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site")
}

/// Reads or gives the cookie and looks the session up, once per request.
/// A failed look-up refuses the request: never fail open.
pub async fn meet(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let known = cookie::read(request.headers(), edge.origin());
    let is_new = known.is_none();
    let elsewhere = begins_elsewhere(&request);
    let marked = cookie::is_strict(request.headers(), edge.origin());
    let stayed_behind = is_new && elsewhere && marked;
    if stayed_behind && request.method() == Method::GET {
        return Html(AGAIN).into_response();
    }
    let token = known.unwrap_or_else(Token::fresh);
    let found = if is_new {
        Ok(Known::Nobody)
    } else {
        accounts::signed_in(edge.ctx(), token.hash()).await
    };
    let (signed_in, ran_out) = match found {
        Ok(Known::In(actor, limits)) => (Some(SignedIn { actor, limits }), None),
        Ok(Known::RanOut(account)) => (None, Some(account)),
        Ok(Known::Nobody) => (None, None),
        Err(wrong) => return PageError::from(wrong).into_response(),
    };
    if let Some(who) = &signed_in
        && is_record(request.uri().path())
        && let Err(seconds) = edge.records().take(&who.actor.account.to_string())
    {
        return too_fast(&edge, &who.actor, seconds).await.into_response();
    }
    let administers = |who: &SignedIn| access::decide(&who.actor, Act::Administer).allowed;
    let to_be_strict = signed_in.as_ref().is_some_and(administers);
    request.extensions_mut().insert(Visitor { token: token.clone(), signed_in, ran_out });
    let mut response = next.run(request).await;
    let given = response.headers().contains_key(header::SET_COOKIE);
    let lines = match ((is_new || given) && !stayed_behind, marked) {
        // The cookie that the mark speaks of is no longer this browser's.
        (true, true) => vec![cookie::take_mark_back(edge.origin())],
        (false, false) if to_be_strict => cookie::make_strict(&token, edge.origin()),
        _ => Vec::new(),
    };
    // A new one would take the place of one that stayed behind, and whose session it is would be signed out.
    let first = (is_new && !given && !stayed_behind).then(|| cookie::give(&token, edge.origin()));
    for line in first.into_iter().chain(lines) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// Whether an address is of one person's record, whatever of it is asked for.
fn is_record(path: &str) -> bool {
    let path = path.strip_prefix("/own").unwrap_or(path);
    let rest = path.strip_prefix("/people/").unwrap_or_default();
    // What is no record is named here, since a number may be written in more ways than one (%31).
    !["", "new", "search", "found"].contains(&rest.split('/').next().unwrap_or_default())
}

/// Tells a walk through the records to wait, and information governance of it.
async fn too_fast(edge: &Edge, actor: &Actor, seconds: u64) -> PageError {
    match looks::opened_in_haste(edge.ctx(), actor).await {
        Ok(()) => PageError::Refused(format!(
            "You open records faster than people do. Wait {seconds} seconds and open this one again."
        )),
        Err(wrong) => wrong.into(),
    }
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
