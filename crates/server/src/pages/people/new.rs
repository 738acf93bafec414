//! Entering somebody by hand: whoever on the register may be the same person is shown before anybody
//! new is made.

use super::typed_day;
use crate::{
    http::{Edge, Frame, Page, PageError, Posted, SignedIn, frame::Section},
    pages::{
        followup::edition,
        parts::{Choice, DateFields, Errors},
    },
};
use app::{
    Wrong,
    linking::{self, Resembling},
    people::{self, NEEDED, Newcomer},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::Act;
use domain::calendar::shown;
use domain::edition::Edition;
use domain::identifiers::normalise_postcode;
use domain::matching::percent;
use domain::person::{Field, Particulars};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "people/new.html")]
struct View {
    frame: Frame,
    errors: Errors,
    typed: Typed,
    born: DateFields,
    sexes: Vec<Choice>,
    resembling: Vec<Row>,
    /// Whether somebody beyond the reader's reach may be the same person.
    beyond: bool,
    asked: bool,
    /// The people shown, as the form sends them back.
    seen: String,
}

struct Row {
    person: i64,
    name: String,
    born: String,
    likely: String,
    agrees: String,
    differs: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    given_name: String,
    family_name: String,
    #[serde(rename = "born-day")]
    day: String,
    #[serde(rename = "born-month")]
    month: String,
    #[serde(rename = "born-year")]
    year: String,
    sex: String,
    postcode: String,
    upn: String,
    uln: String,
    reason: String,
    /// The people who were shown and are not the one.
    seen: String,
    sure: String,
}

impl Typed {
    fn born(&self) -> DateFields {
        DateFields::of(&self.day, &self.month, &self.year)
    }

    fn newcomer(&self) -> Result<Newcomer, Errors> {
        let mut errors = Errors::default();
        let mut newcomer = Newcomer { reason: self.reason.clone(), ..Newcomer::default() };
        let texts = [
            (Field::GivenName, &self.given_name),
            (Field::FamilyName, &self.family_name),
            (Field::Sex, &self.sex),
            (Field::Upn, &self.upn),
            (Field::Uln, &self.uln),
        ];
        for (field, text) in texts.into_iter().filter(|(_, text)| !text.trim().is_empty()) {
            let text = match field {
                Field::Upn => text.trim().to_uppercase(),
                _ => text.trim().to_owned(),
            };
            if !Particulars::well_formed(field, &text) {
                errors.add(field.column(), format!("{} is not right", field.label()));
            }
            newcomer.values.insert(field, text);
        }
        match typed_day(&self.born(), "Date of birth") {
            Ok(Some(day)) => {
                newcomer.values.insert(Field::DateOfBirth, day.to_string());
            }
            Ok(None) => {}
            Err(sentence) => errors.add("born", sentence),
        }
        for field in NEEDED {
            let name = if field == Field::DateOfBirth { "born" } else { field.column() };
            if !newcomer.values.contains_key(&field) && errors.on(name).is_empty() {
                errors.add(name, format!("Enter the {}", field.label().to_lowercase()));
            }
        }
        match normalise_postcode(self.postcode.trim()) {
            Ok(postcode) => newcomer.postcode = postcode,
            Err(_) if self.postcode.trim().is_empty() => {}
            Err(_) => errors.add("postcode", "Enter a whole postcode, like ME4 4UF"),
        }
        if self.reason.trim().is_empty() {
            errors.add("reason", "Say how you know of them");
        }
        if errors.is_empty() { Ok(newcomer) } else { Err(errors) }
    }
}

pub async fn new_form(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    who.may(Act::EditPeople)?;
    let edition = edition(edge.ctx().today())?;
    Ok(draw(frame, edition, Typed::default(), Errors::default(), None))
}

/// Sent first, whoever may be the same person is shown; where nobody is, or it is sent again as sure,
/// somebody new is made.
pub async fn add_new(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let edition = edition(edge.ctx().today())?;
    let newcomer = match typed.newcomer() {
        Ok(newcomer) => newcomer,
        Err(errors) => return Ok(draw(frame, edition, typed, errors, None)),
    };
    let found = linking::resembling(edge.ctx(), actor, &newcomer.asked()).await?;
    let shown_now: Vec<i64> = found.people.iter().map(|one| one.person).collect();
    let seen: Vec<i64> = typed.seen.split(',').filter_map(|id| id.parse().ok()).collect();
    // Whoever appeared since the list was shown is shown before anybody is made.
    let known = typed.sure == "yes" && shown_now.iter().all(|person| seen.contains(person));
    if !known && (found.beyond || !shown_now.is_empty()) {
        return Ok(draw(frame, edition, typed, Errors::default(), Some(found)));
    }
    match people::add(edge.ctx(), actor, &newcomer, &shown_now).await {
        Ok(person) => {
            Ok(Redirect::to(&format!("/people/{}?said=entered", person.0)).into_response())
        }
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            let about = newcomer.values.keys().find(|field| sentence.starts_with(field.label()));
            errors.add(about.map_or("given_name", |field| field.column()), sentence);
            Ok(draw(frame, edition, typed, errors, None))
        }
        Err(broken) => Err(broken.into()),
    }
}

fn draw(
    frame: Frame,
    edition: &Edition,
    typed: Typed,
    errors: Errors,
    found: Option<Resembling>,
) -> Response {
    let mut sexes = vec![Choice::new("", "Not known", typed.sex.is_empty())];
    let list = edition.lists.gender.iter();
    sexes.extend(list.map(|(code, words)| Choice::new(code, words, *code == typed.sex)));
    let asked = found.is_some();
    let found = found.unwrap_or_default();
    let ids: Vec<String> = found.people.iter().map(|one| one.person.to_string()).collect();
    Page(View {
        frame: frame.named("Add a young person", Section::People).with_errors(!errors.is_empty()),
        errors,
        born: typed.born(),
        typed,
        sexes,
        resembling: found.people.into_iter().map(row).collect(),
        beyond: found.beyond,
        asked,
        seen: ids.join(","),
    })
    .into_response()
}

fn row(one: linking::Resembles) -> Row {
    let lines = one.likeness.parts.iter().filter(|part| part.values.is_some());
    let words = |for_it: bool| {
        let of = lines.clone().filter(|part| (part.bits > 0.0) == for_it && part.bits != 0.0);
        of.map(|part| part.title.to_lowercase()).collect::<Vec<_>>().join(", ")
    };
    Row {
        person: one.person,
        name: one.name,
        born: one.born.parse().map_or(one.born, shown),
        likely: one.likely.map_or_else(|| "perhaps".to_owned(), percent),
        agrees: words(true),
        differs: words(false),
    }
}
