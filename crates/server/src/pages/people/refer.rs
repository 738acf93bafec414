//! To whom somebody is referred, referring them, and ending it.

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors};
use app::{Wrong, people};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor};
use domain::calendar::shown;
use domain::person::PersonId;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "people/refer.html")]
struct View {
    frame: Frame,
    errors: Errors,
    person: i64,
    name: String,
    restricted: bool,
    rows: Vec<(i64, String, String, String)>,
    partners: Vec<Choice>,
    reason: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    organisation: String,
    reason: String,
}

pub async fn referrals(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    draw(&edge, actor, frame, person, (Form::default(), Errors::default())).await
}

pub async fn refer(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Posted(form): Posted<Form>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let asked = (form.organisation.as_str(), form.reason.as_str());
    match people::refer(edge.ctx(), actor, PersonId(person), asked).await {
        Ok(()) => Ok(Redirect::to(&format!("/people/{person}/referrals")).into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            let field = if sentence.starts_with("Say") { "reason" } else { "organisation" };
            errors.add(field, sentence);
            draw(&edge, actor, frame, person, (form, errors)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

pub async fn end_referral(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((person, referral)): Path<(i64, i64)>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::EditPeople)?;
    people::end_referral(edge.ctx(), actor, PersonId(person), referral).await?;
    Ok(Redirect::to(&format!("/people/{person}/referrals")))
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    person: i64,
    (form, errors): (Form, Errors),
) -> Result<Response, PageError> {
    let found = match people::referred(edge.ctx(), actor, PersonId(person)).await {
        Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
        found => found?,
    };
    let mut partners = vec![Choice::new("", "Choose", form.organisation.is_empty())];
    let all = found.partners.iter();
    partners.extend(all.map(|(id, name)| Choice::new(id, name, *id == form.organisation)));
    let named = format!("Referrals: {}", found.name);
    let rows = found.standing.into_iter();
    let rows = rows.map(|one| (one.id, one.organisation_name, shown(one.from), one.reason));
    let view = View {
        frame: frame.named(named, Section::People).with_errors(!errors.is_empty()),
        errors,
        person,
        name: found.name,
        restricted: found.restricted,
        rows: rows.collect(),
        partners,
        reason: form.reason,
    };
    Ok(Page(view).into_response())
}
