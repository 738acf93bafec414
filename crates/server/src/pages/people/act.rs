//! What a worker does on the page itself: record a contact, give somebody to an adviser.

use super::{
    day_of,
    show::{Contact, again},
};
use crate::{
    http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn},
    pages::{followup::edition, parts::Errors},
};
use app::{
    Wrong,
    people::{self, METHODS, NewContact, OUTCOMES},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::Act;
use domain::followup::reached;
use domain::person::PersonId;
use jiff::civil::Date;
use serde::Deserialize;

pub async fn record(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Posted(typed): Posted<Contact>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::RecordContact)?;
    let today = edge.ctx().today();
    let mut errors = Errors::default();
    let new = meant(&typed, today, &mut errors);
    if errors.is_empty() {
        match people::record_contact(edge.ctx(), actor, PersonId(person), &new).await {
            Ok(outcome) if outcome.changes => {
                return Ok(Redirect::to(&format!("/people/{person}/activity")).into_response());
            }
            Ok(outcome) => {
                let said = if outcome.confirms { "confirmed" } else { "contact" };
                return Ok(Redirect::to(&format!("/people/{person}?said={said}")).into_response());
            }
            Err(Wrong::Refused(sentence)) => errors.add("note", sentence),
            Err(broken) => return Err(broken.into()),
        }
    }
    let opened = super::open(&edge, &who, person).await?;
    let view = again(frame, actor, (&opened, edition(today)?, today), typed, errors);
    Ok(Page(view).into_response())
}

/// The four fields as typed and what was ticked, with what is wrong of them said.
pub fn meant(typed: &Contact, today: Date, errors: &mut Errors) -> NewContact {
    if !METHODS.iter().any(|(name, _)| *name == typed.method) {
        errors.add("method", "Say how the contact was made");
    }
    if !OUTCOMES.iter().any(|each| each.name == typed.outcome) {
        errors.add("outcome", "Say what came of it");
    }
    let next_step = day_of(errors, "next", typed.next(), "Next step");
    if next_step.is_some_and(|day| day < today) {
        errors.add("next", "Next step must be today or later");
    }
    if !typed.obstacles.is_empty() && !reached(&typed.outcome) {
        errors.add(
            "obstacle",
            "Untick what stands in the way: nobody was reached who could tell of it",
        );
    }
    NewContact {
        method: typed.method.clone(),
        outcome: typed.outcome.clone(),
        note: typed.note.clone(),
        next_step,
        obstacles: typed.obstacles.clone(),
    }
}

/// The adviser chosen; nobody where it is empty.
#[derive(Debug, Deserialize)]
pub struct Allocation {
    adviser: String,
}

/// Gives somebody to an adviser's caseload, or takes them off.
pub async fn allocate(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(person): Path<i64>,
    Posted(chosen): Posted<Allocation>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    super::open(&edge, &who, person).await?;
    let adviser = match chosen.adviser.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| PageError::BadForm("an adviser is a number".into()))?),
    };
    people::allocate(edge.ctx(), actor, PersonId(person), adviser).await?;
    let said = if adviser.is_some() { "allocated" } else { "released" };
    Ok(Redirect::to(&format!("/people/{person}?said={said}")).into_response())
}
