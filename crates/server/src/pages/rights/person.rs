//! One person's requests, taking a new one in, and why their record is kept longer than the rules say.

use super::{Row, row};
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors};
use app::rights::{self, Asked};
use app::{Wrong, retention};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::consent::Speaker;
use domain::person::PersonId;
use domain::retention::Hold;
use domain::rights::Right;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "rights/person.html")]
struct View {
    frame: Frame,
    errors: Errors,
    person: i64,
    name: String,
    rows: Vec<Row>,
    handles: bool,
    rights: Vec<Choice>,
    speakers: Vec<Choice>,
    typed: Form,
    holds: Vec<(i64, &'static str, String)>,
    kinds: Vec<Choice>,
    /// Why it is to be kept longer, as typed.
    reason: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    right: String,
    by: String,
    words: String,
    received: String,
}

impl Form {
    /// An empty one, of today.
    fn of(today: Date) -> Self {
        let (by, received) = (Speaker::YoungPerson.name().to_owned(), today.to_string());
        Form { by, received, ..Form::default() }
    }
}

pub async fn person(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
) -> Result<Response, PageError> {
    who.may(Act::RecordContact)?;
    let typed = Form::of(edge.ctx().today());
    draw(&edge, &who, frame, person, (typed, Holding::default(), Errors::default())).await
}

pub async fn ask(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Posted(form): Posted<Form>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::RecordContact)?;
    let mut errors = Errors::default();
    let right = Right::from_name(&form.right);
    let received = form.received.trim().parse().ok();
    if right.is_none() {
        errors.add("right", "Choose what they ask for");
    }
    if received.is_none() {
        errors.add("received", "Give the day it came");
    }
    if let (Some(right), Some(received)) = (right, received) {
        let by = Speaker::from_name(&form.by).unwrap_or(Speaker::YoungPerson);
        let asked = Asked { right, by, words: form.words.clone(), received };
        match rights::ask(edge.ctx(), actor, PersonId(person), &asked).await {
            Ok(Ok(_)) => {
                return Ok(Redirect::to(&format!("/people/{person}/rights")).into_response());
            }
            Ok(Err(wrong)) => errors.tell(wrong),
            Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
            Err(broken) => return Err(broken.into()),
        }
    }
    draw(&edge, &who, frame, person, (form, Holding::default(), errors)).await
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    person: i64,
    (typed, held, errors): (Form, Holding, Errors),
) -> Result<Response, PageError> {
    let found = match rights::of_person(edge.ctx(), &who.actor, PersonId(person)).await {
        Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
        found => found?,
    };
    let frame = frame.named(format!("Requests: {}", found.name), Section::People);
    let holds = found
        .holds
        .into_iter()
        .map(|(id, kind, reason, _)| (id, Hold::from_name(&kind).map_or("", Hold::label), reason));
    let view = View {
        frame: frame.with_errors(!errors.is_empty()),
        errors,
        person,
        name: found.name,
        rows: found.requests.into_iter().map(row).collect(),
        handles: found.handles,
        rights: Right::ALL
            .iter()
            .map(|r| Choice::new(r.name(), r.label(), r.name() == typed.right))
            .collect(),
        speakers: Speaker::ALL
            .iter()
            .map(|s| Choice::new(s.name(), s.label(), s.name() == typed.by))
            .collect(),
        typed,
        holds: holds.collect(),
        kinds: Hold::SET
            .iter()
            .map(|h| Choice::new(h.name(), h.label(), h.name() == held.kind))
            .collect(),
        reason: held.reason,
    };
    Ok(Page(view).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Holding {
    kind: String,
    reason: String,
}

pub async fn hold(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Posted(form): Posted<Holding>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::HandleRights)?;
    let kind = Hold::from_name(&form.kind).unwrap_or(Hold::Claim);
    match retention::hold(edge.ctx(), actor, PersonId(person), (kind, &form.reason)).await {
        Ok(()) => Ok(Redirect::to(&format!("/people/{person}/rights")).into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("reason", sentence);
            let typed = Form::of(edge.ctx().today());
            draw(&edge, &who, frame, person, (typed, form, errors)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

pub async fn release(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((person, hold)): Path<(i64, i64)>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::HandleRights)?;
    retention::release(edge.ctx(), actor, PersonId(person), hold).await?;
    Ok(Redirect::to(&format!("/people/{person}/rights")))
}
