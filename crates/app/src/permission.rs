//! The question before every journey: may this actor do this, for this purpose? `domain::access::judge`
//! answers; here a no becomes the sentence that is shown.

use domain::access::{Act, Actor, Purpose, Question, judge};

use crate::context::Wrong;

/// Errors: refused, with the reasons of the first condition that does not hold.
pub(crate) fn may(actor: &Actor, act: Act, purpose: Purpose) -> Result<(), Wrong> {
    let decision = judge(actor, &Question::of(act, purpose));
    match decision.allowed {
        true => Ok(()),
        false => Err(Wrong::denied(decision.denial_of(act))),
    }
}
