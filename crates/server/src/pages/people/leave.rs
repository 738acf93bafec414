//! The form that says how somebody stands in the cohort: that they leave it, or come back.

use super::day_of;
use crate::{
    http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section},
    pages::{
        followup::edition,
        parts::{Choice, DateFields, Errors},
    },
};
use app::{
    Wrong,
    people::{self, CHANGED_MEANWHILE, Opened, Standing},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::Act;
use domain::calendar::shown;
use domain::edition::{Edition, OUTSIDE_ENGLAND, Returning};
use domain::person::{Field, PersonId};
use domain::statutory::leaving::{Said, recordable};
use formats::reference::authorities;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "people/leave.html")]
struct View {
    frame: Frame,
    errors: Errors,
    person: i64,
    name: String,
    now: String,
    statuses: Vec<Choice>,
    since: DateFields,
    places: Vec<Choice>,
    reason: String,
    seen: i64,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    status: String,
    #[serde(rename = "since-day")]
    day: String,
    #[serde(rename = "since-month")]
    month: String,
    #[serde(rename = "since-year")]
    year: String,
    to: String,
    reason: String,
    seen: i64,
}

impl Typed {
    fn since(&self) -> DateFields {
        DateFields::of(&self.day, &self.month, &self.year)
    }

    fn meant(
        &self,
        edition: &Edition,
        lead: Option<&str>,
        today: Date,
    ) -> Result<Standing, Errors> {
        let mut errors = Errors::default();
        let since = day_of(&mut errors, "since", self.since(), "The day");
        if since.is_none() && errors.is_empty() {
            errors.add("since", "Say from which day on");
        }
        let since = since.unwrap_or(today);
        let said = Said { status: &self.status, since, to: &self.to, lead };
        if let Err((field, sentence)) = recordable(&said, edition, authorities(), today) {
            let name = match field {
                Field::StatusSince => "since",
                Field::TransferredTo => "to",
                _ => "status",
            };
            errors.add(name, sentence);
        }
        if self.reason.trim().is_empty() {
            errors.add("reason", "Say how you know");
        }
        let (status, to, reason) = (self.status.clone(), self.to.clone(), self.reason.clone());
        if errors.is_empty() { Ok(Standing { status, since, to, reason }) } else { Err(errors) }
    }
}

/// How somebody stands, in words; nothing where nobody has said.
pub fn standing(opened: &Opened, edition: &Edition) -> Option<String> {
    let p = &opened.record.particulars;
    let code = p.get(Field::CohortStatus)?;
    let mut words = edition.cohort_statuses.get(code).map_or(code, |one| &one.label).to_owned();
    if let Some(day) = p.date(Field::StatusSince) {
        words += &format!(" since {}", shown(day));
    }
    if let Some(to) = p.get(Field::TransferredTo) {
        words += &format!(", to {}", authority(to));
    }
    Some(words)
}

fn authority(code: &str) -> String {
    let known = authorities().get(code);
    known.map_or_else(|| code.to_owned(), |one| format!("{} ({code})", one.name))
}

pub async fn leave_form(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
) -> Result<Response, PageError> {
    who.may(Act::EditPeople)?;
    let opened = super::open(&edge, &who, person).await?;
    let today = edge.ctx().today();
    let typed = Typed { seen: opened.seen, ..Typed::default() };
    Ok(draw(frame, (edition(today)?, today), &opened, typed, Errors::default()))
}

pub async fn leave(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Posted(mut typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let today = edge.ctx().today();
    let edition = edition(today)?;
    let opened = super::open(&edge, &who, person).await?;
    let lead = people::lead_of(edge.ctx(), opened.record.particulars.get(Field::LeadLa)).await?;
    let errors = match typed.meant(edition, lead.as_deref(), today) {
        Err(errors) => errors,
        Ok(standing) => {
            let key = (PersonId(person), typed.seen);
            match people::stand(edge.ctx(), actor, key, edition, &standing).await {
                Ok(()) => {
                    let address = format!("/people/{person}?said=standing");
                    return Ok(Redirect::to(&address).into_response());
                }
                Err(Wrong::Refused(sentence)) => {
                    if sentence == CHANGED_MEANWHILE {
                        // Having been shown what is there now, the next save is of that state.
                        typed.seen = opened.seen;
                    }
                    let mut errors = Errors::default();
                    errors.add("status", sentence);
                    errors
                }
                Err(broken) => return Err(broken.into()),
            }
        }
    };
    Ok(draw(frame, (edition, today), &opened, typed, errors))
}

fn draw(
    frame: Frame,
    (edition, today): (&Edition, Date),
    opened: &Opened,
    typed: Typed,
    errors: Errors,
) -> Response {
    let name = opened.record.particulars.full_name();
    let statuses = edition.cohort_statuses.values().filter(|s| s.returning != Returning::Never);
    let statuses = statuses.map(|s| Choice::new(&s.code, &s.label, s.code == typed.status));
    Page(View {
        frame: frame
            .named(format!("Leaves the cohort: {name}"), Section::People)
            .with_errors(!errors.is_empty()),
        errors,
        person: opened.person.0,
        name,
        now: standing(opened, edition).unwrap_or_else(|| "nothing is recorded".to_owned()),
        statuses: std::iter::once(Choice::new("", "Choose", typed.status.is_empty()))
            .chain(statuses)
            .collect(),
        since: typed.since(),
        places: places(today, &typed.to),
        reason: typed.reason,
        seen: typed.seen,
    })
    .into_response()
}

/// Where somebody can have gone: the places outside England, then every authority of the day by name.
fn places(today: Date, chosen: &str) -> Vec<Choice> {
    let mut all: Vec<_> = authorities()
        .iter()
        .filter(|one| {
            OUTSIDE_ENGLAND.contains(&one.code.as_str()) || (one.england && one.valid_on(today))
        })
        .collect();
    all.sort_by_key(|one| (one.england, one.name.clone()));
    let all = all.into_iter().map(|one| Choice::new(&one.code, &one.name, one.code == chosen));
    std::iter::once(Choice::new("", "No other authority", chosen.is_empty())).chain(all).collect()
}
