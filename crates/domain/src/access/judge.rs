//! The whole question in one: may this actor do this, to this person, for this purpose, and see this
//! item of them? Every condition must hold; the first that fails is the answer, with its reason.
//!
//! Invariant: what is not known denies. A question about a person whose reach could not be told is a
//! question about nobody.

use super::{Act, Actor, Decision, Purpose, Reach, act, decide, purposes, sees_item};
use crate::agreement::{Item, Origin, Said};

/// One question.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub act: Act,
    pub purpose: Purpose,
    /// Whom it touches; `None` for an act that touches nobody.
    pub person: Option<&'a Reach>,
    /// The item asked for; `None` for none.
    pub item: Option<Item>,
    pub origin: Origin,
    /// Whether the person's address is protected.
    pub protected: bool,
    /// The person's word on sharing with this partner.
    pub said: Said,
}

impl<'a> Question<'a> {
    /// An act for a purpose, on a person, without an item.
    pub fn on(act: Act, purpose: Purpose, person: &'a Reach) -> Self {
        Question { person: Some(person), ..Question::of(act, purpose) }
    }

    /// An act for a purpose that touches nobody.
    pub fn of(act: Act, purpose: Purpose) -> Self {
        let (origin, said) = (Origin::Ordinary, Said::default());
        Question { act, purpose, person: None, item: None, origin, protected: false, said }
    }
}

/// The answer, with the reasons of every condition that was asked.
pub fn judge(actor: &Actor, asked: &Question<'_>) -> Decision {
    let mut answer = decide(actor, asked.act);
    let serves = purposes(asked.act).contains(&asked.purpose);
    both(&mut answer, || purpose(asked, serves));
    both(&mut answer, || pursues(actor, asked.purpose));
    if let Some(person) = asked.person {
        both(&mut answer, || actor.scope.admits(person));
    }
    if let Some(item) = asked.item {
        both(&mut answer, || forbidden(actor, asked, item));
        both(&mut answer, || sees_item(actor, item, asked.said));
    }
    answer
}

/// Goes on only while the answer is yes; a no drops what was in its favour.
fn both(answer: &mut Decision, next: impl FnOnce() -> Decision) {
    if !answer.allowed {
        return;
    }
    let next = next();
    match next.allowed {
        true => answer.reasons.extend(next.reasons),
        false => *answer = next,
    }
}

fn purpose(asked: &Question<'_>, serves: bool) -> Decision {
    let verb = if serves { "serves" } else { "does not serve" };
    let reason = format!("to {} {verb} {}", asked.act.label(), asked.purpose.label());
    Decision { allowed: serves, reasons: vec![reason] }
}

/// Whether a role works for a purpose.
fn pursues(actor: &Actor, purpose: Purpose) -> Decision {
    let allowed = super::pursued_by(purpose).contains(&actor.role);
    let verb = if allowed { "works" } else { "does not work" };
    let reason = format!("{} {verb} for {}", act::spoken(actor.role), purpose.label());
    Decision { allowed, reasons: vec![reason] }
}

/// What no role and no agreement opens.
///
/// Source: Education and Skills Act 2008, sections 15 and 76, for what came as benefits information.
fn forbidden(actor: &Actor, asked: &Question<'_>, item: Item) -> Decision {
    let no = |reason: &str| Decision { allowed: false, reasons: vec![reason.to_owned()] };
    if asked.protected && item == Item::Address {
        return no("the address is protected");
    }
    if asked.origin == Origin::Benefits && actor.role.is_partner() {
        return no("it came as benefits information, which goes no further");
    }
    Decision { allowed: true, reasons: Vec::new() }
}
