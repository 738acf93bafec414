//! Whoever was denied something is written down as they leave, whichever page, journey or interface asked: this is the
//! one home of that. `app::looks` groups them, so that a scanner fills no disk. What is written down is the address as
//! the router has it, which holds nobody's number, and the denial's own reason.

use super::{edge::Edge, session::Visitor};
use app::looks;
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use std::sync::{Arc, OnceLock};

/// What an answer carries inside the server when somebody was denied something: why.
#[derive(Clone)]
struct Denied(String);

/// Who asks where no session says it: the door that knows them tells, and whatever refuses behind it need not.
#[derive(Clone, Default)]
pub struct Asker(Arc<OnceLock<i64>>);

impl Asker {
    pub fn is(&self, account: i64) {
        self.0.get_or_init(|| account);
    }
}

/// Marks an answer to somebody who was denied something, with [`domain::access::Denial::why`].
pub fn mark(answer: &mut Response, why: &str) {
    answer.extensions_mut().insert(Denied(why.to_owned()));
}

/// Writes down who was turned away. An answer that is a refusal tells nothing, so it goes out even where that could
/// not be done; the log says so.
pub async fn note(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let (who, method, place) = asked(&request);
    let asker = Asker::default();
    request.extensions_mut().insert(asker.clone());
    let answer = next.run(request).await;
    let Some(Denied(why)) = answer.extensions().get::<Denied>().cloned() else {
        return answer;
    };
    if let Some(account) = who.or(asker.0.get().copied()) {
        let noted = looks::turned_away(edge.ctx(), account, (&method, &place), &why).await;
        if let Err(cause) = noted {
            tracing::error!(%cause, "a refusal could not be written down");
        }
    }
    answer
}

/// Who asks, how, and for which of the router's addresses.
fn asked(request: &Request) -> (Option<i64>, String, String) {
    let visitor = request.extensions().get::<Visitor>();
    let who = visitor.and_then(|visitor| visitor.signed_in.as_ref());
    let place = request.extensions().get::<MatchedPath>();
    let place = place.map_or_else(String::new, |place| place.as_str().to_owned());
    (who.and_then(|who| who.actor.account_id()), request.method().to_string(), place)
}
