//! Confirming what is recorded for many people at once: first a page of what it would do, then
//! the doing. Only the ticked numbers travel, in the form's body.

use super::edition;
use crate::{
    http::{Edge, Frame, Page, PageError, Posted, SignedIn, frame::Section},
    pages::parts::{Choice, Errors, count},
};
use app::people::{self, Confirming};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::Act;
use domain::calendar::shown_short as short;
use domain::followup::List;
use domain::person::{ChangeId, PersonId};
use serde::Deserialize;

/// How a list of people can have been confirmed: name in the register, words on the page.
const HOW: [(&str, &str); 4] = [
    ("list", "A list from their school, college or provider"),
    ("provider-call", "A call with their school, college or provider"),
    ("visit", "A visit to their school, college or provider"),
    ("system", "Another council system"),
];

/// The most people of one go; a page of the list holds fewer.
const PEOPLE_MAX: usize = 500;

#[derive(Template)]
#[template(path = "followup/confirm.html")]
struct View {
    frame: Frame,
    errors: Errors,
    total: String,
    plural: bool,
    rows: Vec<Row>,
    refused: Vec<Row>,
    how: Vec<Choice>,
    list: &'static str,
}

struct Row {
    person: i64,
    name: String,
    born: String,
    activity: String,
    provider: String,
    before: String,
    after: String,
    why: &'static str,
}

/// The form's body as pairs, because one name comes many times.
struct Ticked {
    people: Vec<PersonId>,
    how: String,
    list: &'static str,
}

impl Ticked {
    fn read(pairs: &[(String, String)]) -> Result<Self, PageError> {
        let value = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let mut people: Vec<PersonId> = Vec::new();
        for id in pairs.iter().filter(|(key, _)| key == "ids").map(|(_, id)| id.parse()) {
            let id = PersonId(id.map_err(|_| PageError::BadForm("an id is no number".into()))?);
            if !people.contains(&id) {
                people.push(id);
            }
        }
        if people.len() > PEOPLE_MAX {
            return Err(PageError::Refused(format!(
                "At most {PEOPLE_MAX} people can be confirmed at once."
            )));
        }
        Ok(Self { people, how: value("how"), list: named(&value("list")) })
    }
}

pub async fn preview(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    who.may(Act::EditPeople)?;
    let ticked = Ticked::read(&pairs)?;
    if ticked.people.is_empty() {
        return Err(PageError::Refused("Go back and tick at least one person.".to_owned()));
    }
    draw(&edge, &who, frame, &ticked, Errors::default()).await
}

pub async fn apply(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let ticked = Ticked::read(&pairs)?;
    let Some((_, words)) = HOW.iter().find(|(name, _)| *name == ticked.how) else {
        let mut errors = Errors::default();
        errors.add("how", "Say how it was confirmed");
        return draw(&edge, &who, frame, &ticked, errors).await;
    };
    let done = people::verify(edge.ctx(), actor, &ticked.people, words).await?;
    let (people, change) = (done.people, done.change.0);
    let address = format!("/follow-up?list={}&confirmed={people}&change={change}", ticked.list);
    Ok(Redirect::to(&address).into_response())
}

/// The list to go back to, and what to take back.
#[derive(Debug, Deserialize)]
pub struct Mistake {
    list: String,
    change: i64,
}

/// Takes one's own confirmation back.
pub async fn take_back(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(mistake): Posted<Mistake>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let undone = people::unconfirm(edge.ctx(), actor, ChangeId(mistake.change)).await?;
    let list = named(&mistake.list);
    let (people, kept) = (undone.restored, undone.kept.len());
    let address = format!("/follow-up?list={list}&taken-back={people}&kept={kept}");
    Ok(Redirect::to(&address).into_response())
}

/// A list's name, whatever was sent.
fn named(list: &str) -> &'static str {
    List::from_name(list).unwrap_or(List::Lapsed).name()
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    ticked: &Ticked,
    errors: Errors,
) -> Result<Response, PageError> {
    let edition = edition(edge.ctx().today())?;
    let all = people::confirming(edge.ctx(), &who.actor, edition, &ticked.people).await?;
    let (refused, rows): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.refused.is_some());
    let frame =
        frame.named("Confirm what is recorded", Section::FollowUp).with_errors(!errors.is_empty());
    Ok(Page(View {
        frame,
        errors,
        total: count(rows.len()),
        plural: rows.len() != 1,
        rows: rows.into_iter().map(row).collect(),
        refused: refused.into_iter().map(row).collect(),
        how: HOW
            .iter()
            .map(|(name, words)| Choice::new(name, words, *name == ticked.how))
            .collect(),
        list: ticked.list,
    })
    .into_response())
}

fn row(one: &Confirming) -> Row {
    let day = |day: Option<_>, none: &str| day.map_or_else(|| none.to_owned(), short);
    Row {
        person: one.person.0,
        name: one.name.clone(),
        born: day(one.date_of_birth, "not recorded"),
        activity: one.activity.clone(),
        provider: one.provider.clone(),
        before: day(one.verified, "Never"),
        after: day(one.lapses, "Does not lapse"),
        why: one.refused.unwrap_or(""),
    }
}
