//! The form that ends the current activity and begins another.

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
    people::{self, METHODS, NewActivity},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::Act;
use domain::calendar::shown;
use domain::edition::{Edition, Group};
use domain::person::PersonId;
use domain::status::spell_on;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "people/activity.html")]
struct View {
    frame: Frame,
    errors: Errors,
    person: i64,
    name: String,
    now: String,
    groups: Vec<(&'static str, Vec<Choice>)>,
    methods: Vec<Choice>,
    typed: Typed,
    start: DateFields,
    review: DateFields,
    end: DateFields,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    code: String,
    place: String,
    how: String,
    #[serde(rename = "start-day")]
    start_day: String,
    #[serde(rename = "start-month")]
    start_month: String,
    #[serde(rename = "start-year")]
    start_year: String,
    #[serde(rename = "review-day")]
    review_day: String,
    #[serde(rename = "review-month")]
    review_month: String,
    #[serde(rename = "review-year")]
    review_year: String,
    #[serde(rename = "end-day")]
    end_day: String,
    #[serde(rename = "end-month")]
    end_month: String,
    #[serde(rename = "end-year")]
    end_year: String,
}

impl Typed {
    fn start(&self) -> DateFields {
        DateFields::of(&self.start_day, &self.start_month, &self.start_year)
    }

    fn review(&self) -> DateFields {
        DateFields::of(&self.review_day, &self.review_month, &self.review_year)
    }

    fn end(&self) -> DateFields {
        DateFields::of(&self.end_day, &self.end_month, &self.end_year)
    }

    fn meant(&self, edition: &Edition, errors: &mut Errors) -> NewActivity {
        let mut day = |name, fields, what| day_of(errors, name, fields, what);
        let start = day("start", self.start(), "The first day");
        let review = day("review", self.review(), "The day to look again");
        let predicted_end = day("end", self.end(), "The day it is expected to end");
        match edition.activity(&self.code) {
            None => errors.add("code", "Choose an activity"),
            Some(activity) if activity.review_required && review.is_none() => {
                errors.add("review", "This activity needs a day to look again");
            }
            Some(activity) if activity.end_date_required && predicted_end.is_none() => {
                errors.add("end", "This activity needs the day it is expected to end");
            }
            Some(_) => {}
        }
        let how = METHODS.iter().find(|(name, _)| *name == self.how);
        if how.is_none() {
            errors.add("how", "Say how you know");
        }
        NewActivity {
            code: self.code.clone(),
            start,
            establishment_name: Some(self.place.trim().to_owned()).filter(|p| !p.is_empty()),
            organisation: None,
            review,
            predicted_end,
            how: how.map(|(_, words)| (*words).to_owned()).unwrap_or_default(),
        }
    }
}

pub async fn change_form(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
) -> Result<Response, PageError> {
    who.may(Act::EditPeople)?;
    draw(&edge, &who, frame, person, Typed::default(), Errors::default()).await
}

pub async fn change(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let edition = edition(edge.ctx().today())?;
    let mut errors = Errors::default();
    let new = typed.meant(edition, &mut errors);
    if errors.is_empty() {
        let changed =
            people::change_activity(edge.ctx(), actor, PersonId(person), edition, &new).await;
        match changed {
            Ok(()) => {
                let address = format!("/people/{person}?said=activity");
                return Ok(Redirect::to(&address).into_response());
            }
            Err(Wrong::Refused(sentence)) => errors.add("start", sentence),
            Err(broken) => return Err(broken.into()),
        }
    }
    draw(&edge, &who, frame, person, typed, errors).await
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    person: i64,
    typed: Typed,
    errors: Errors,
) -> Result<Response, PageError> {
    let opened = super::open(edge, who, person).await?;
    let today = edge.ctx().today();
    let edition = edition(today)?;
    let now = spell_on(&opened.record.spells, today).map_or_else(
        || "nothing is recorded".to_owned(),
        |spell| {
            let label = edition.activity(&spell.code).map_or(spell.code.as_str(), |a| &a.label);
            format!("{label}, since {}", shown(spell.start))
        },
    );
    let name = opened.record.particulars.full_name();
    let methods = std::iter::once(Choice::new("", "Choose", typed.how.is_empty()))
        .chain(METHODS.iter().map(|(each, words)| Choice::new(each, words, *each == typed.how)));
    Ok(Page(View {
        frame: frame
            .named(format!("Change activity: {name}"), Section::People)
            .with_errors(!errors.is_empty()),
        errors,
        person,
        name,
        now,
        groups: groups(edition, &typed.code),
        methods: methods.collect(),
        start: typed.start(),
        review: typed.review(),
        end: typed.end(),
        typed,
    })
    .into_response())
}

/// Every activity of the edition under the words of its group.
fn groups(edition: &Edition, chosen: &str) -> Vec<(&'static str, Vec<Choice>)> {
    let of = |group: Group| -> Vec<Choice> {
        let all = edition.activities.values().filter(|activity| activity.group == group);
        all.map(|a| Choice::new(&a.code, &a.label, a.code == chosen)).collect()
    };
    let all = Group::ALL.iter().map(|group| (group.label(), of(*group)));
    all.filter(|(_, choices)| !choices.is_empty()).collect()
}
