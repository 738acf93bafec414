//! Who asks: the token of the `Authorization` header, met anew at every request, within its rate.

use app::machine::{self, Machine, Met};
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use domain::access::{Act, Actor, decide};

use super::Problem;
use crate::http::{Caller, Edge, turned_away::Asker};

/// A partner's system whose token works.
pub struct Asking(pub Machine);

impl Asking {
    /// Refuses with the rule's own words unless the token's role may do this at all.
    pub fn may(&self, act: Act) -> Result<&Actor, Problem> {
        let decision = decide(&self.0.actor, act);
        match decision.allowed {
            true => Ok(&self.0.actor),
            false => Err(Problem::denied(&decision.denial_of(act))),
        }
    }
}

impl FromRequestParts<Edge> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, edge).await;
        let caller = caller.map_or_else(|_| "unknown".to_owned(), |caller| caller.0);
        let secret = bearer(parts).unwrap_or_default();
        match machine::meet(edge.ctx(), secret).await? {
            Met::In(machine) => {
                if let Some(asker) = parts.extensions.get::<Asker>() {
                    asker.is(machine.actor.account);
                }
                let who = format!("token {}", machine.token.id);
                edge.rate().take(&who).map_err(Problem::slow_down)?;
                Ok(Self(machine))
            }
            // Whoever guesses is slowed down by where they guess from.
            Met::Unknown => {
                edge.rate().take(&format!("from {caller}")).map_err(Problem::slow_down)?;
                Err(Problem::no_token())
            }
            Met::Closed(reason) => {
                edge.rate().take(&format!("from {caller}")).map_err(Problem::slow_down)?;
                Err(Problem::refused(format!("This token does not work now: {reason}.")))
            }
        }
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let line = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = line.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(secret.trim())
}
