//! Correcting what is recorded: every change is shown before and after, and a correction of a
//! record that somebody else has changed meanwhile is sent back with both beside each other.

use crate::{
    http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section},
    pages::{
        followup::edition,
        parts::{Change, Choice, Errors},
    },
};
use app::{
    Wrong,
    people::{self, CHANGED_MEANWHILE, Opened},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::Act;
use domain::calendar::{Day, parse_day};
use domain::edition::Edition;
use domain::person::{Field, Kind, Particulars, PersonId};
use std::collections::BTreeMap;

/// What the form shows, in order. The rest comes from files alone.
const FIELDS: [Field; 27] = [
    Field::GivenName,
    Field::MiddleName,
    Field::FamilyName,
    Field::DateOfBirth,
    Field::Sex,
    Field::Ethnicity,
    Field::Upn,
    Field::Uln,
    Field::Phone,
    Field::Email,
    Field::ParentName,
    Field::ParentPhone,
    Field::LeadLa,
    Field::EducatedLa,
    Field::LaAtYear11,
    Field::GuaranteeIndicator,
    Field::GuaranteeYear11,
    Field::GuaranteeYear11La,
    Field::GuaranteeYear12,
    Field::GuaranteeYear12La,
    Field::IntendedDestination,
    Field::IntendedOn,
    Field::IntendedBy,
    Field::EducationLevel,
    Field::LevelOfNeed,
    Field::Send,
    Field::SenSupport,
];

#[derive(Template)]
#[template(path = "people/particulars.html")]
struct View {
    frame: Frame,
    errors: Errors,
    person: i64,
    name: String,
    seen: i64,
    fields: Vec<Shown>,
    reason: String,
    changes: Vec<Change>,
    meanwhile: bool,
}

struct Shown {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
    choices: Vec<Choice>,
}

/// What came back from the form.
struct Typed {
    values: BTreeMap<Field, String>,
    reason: String,
    seen: i64,
    sure: bool,
}

impl Typed {
    fn read(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| {
            pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned())
        };
        let values =
            FIELDS.iter().filter_map(|field| Some((*field, kept(*field, value(field.column())?))));
        Self {
            values: values.collect(),
            reason: value("reason").unwrap_or_default(),
            seen: value("seen").and_then(|seen| seen.parse().ok()).unwrap_or(0),
            sure: value("sure").is_some(),
        }
    }

    fn applied(&self, before: &Particulars) -> Particulars {
        let mut after = before.clone();
        for (field, value) in &self.values {
            after.set(*field, value.clone());
        }
        after
    }
}

pub async fn correct_form(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
) -> Result<Response, PageError> {
    who.may(Act::EditPeople)?;
    let opened = super::open(&edge, &who, person).await?;
    let edition = edition(edge.ctx().today())?;
    let typed =
        Typed { values: BTreeMap::new(), reason: String::new(), seen: opened.seen, sure: false };
    Ok(draw(frame, edition, &opened, &typed, Errors::default()))
}

/// First sent, the page comes back with before and after; sent again, it is done.
pub async fn correct(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let edition = edition(edge.ctx().today())?;
    let mut typed = Typed::read(&pairs);
    let opened = super::open(&edge, &who, person).await?;
    let mut errors = Errors::default();
    if typed.reason.is_empty() {
        errors.add("reason", "Say why, so that others can follow it");
    }
    for (field, value) in typed.values.iter().filter(|(_, value)| !value.is_empty()) {
        if !Particulars::well_formed(*field, value) {
            errors.add(field.column(), not_right(*field));
        }
    }
    if errors.is_empty() && typed.seen != opened.seen {
        errors.add("seen", CHANGED_MEANWHILE);
    }
    if errors.is_empty() && typed.sure {
        let key = (PersonId(person), typed.seen);
        match people::correct(edge.ctx(), actor, key, &typed.values, &typed.reason).await {
            Ok(()) => {
                let address = format!("/people/{person}?said=corrected");
                return Ok(Redirect::to(&address).into_response());
            }
            Err(Wrong::Refused(sentence)) => {
                let about = FIELDS.iter().find(|field| sentence.starts_with(field.label()));
                errors.add(about.map_or("reason", |field| field.column()), sentence);
            }
            Err(broken) => return Err(broken.into()),
        }
    }
    if errors.on("seen") == CHANGED_MEANWHILE {
        // Having been shown what is there now, the next save is of that state.
        typed.seen = opened.seen;
    }
    Ok(draw(frame, edition, &opened, &typed, errors))
}

fn draw(
    frame: Frame,
    edition: &Edition,
    opened: &Opened,
    typed: &Typed,
    errors: Errors,
) -> Response {
    let before = &opened.record.particulars;
    let after = typed.applied(before);
    let said = |value: Option<String>| match value {
        Some(text) => parse_day(&text).map_or(text, domain::calendar::shown),
        None => "not recorded".to_owned(),
    };
    let differences = before.differences(&after).into_iter().map(|d| Change {
        field: d.label,
        before: said(d.before),
        after: said(d.after),
    });
    let name = before.full_name();
    Page(View {
        frame: frame
            .named(format!("Correct record: {name}"), Section::People)
            .with_errors(!errors.is_empty()),
        person: opened.person.0,
        name,
        seen: typed.seen,
        fields: FIELDS.iter().map(|field| shown(*field, typed, &after, edition)).collect(),
        reason: typed.reason.clone(),
        changes: differences.collect(),
        meanwhile: errors.on("seen") == CHANGED_MEANWHILE,
        errors,
    })
    .into_response()
}

/// What is typed, as the register holds it: a day may come day first, as people here write it. Any other
/// text is left as it is for whoever judges it.
fn kept(field: Field, typed: String) -> String {
    let parts: Vec<&str> = typed.split(['/', '.', '-', ' ']).collect();
    let day = match (field.kind(), parts.as_slice()) {
        (Kind::Date, [day, month, year]) if year.len() == 4 => {
            let read = year.parse().ok().zip(month.parse().ok()).zip(day.parse().ok());
            read.and_then(|((year, month), day)| Day::new(year, month, day).ok())
        }
        _ => None,
    };
    day.map_or(typed, |day| day.to_string())
}

/// A day as it would be typed.
fn typed_as(day: Day) -> String {
    format!("{}/{}/{}", day.day(), day.month(), day.year())
}

/// What is wrong with a text that does not fit its field.
fn not_right(field: Field) -> String {
    match field.kind() {
        Kind::Date => format!("{} must be a day, month and year, like 3/3/2009", field.label()),
        _ => format!("{} is not right", field.label()),
    }
}

fn shown(field: Field, typed: &Typed, after: &Particulars, edition: &Edition) -> Shown {
    let value = typed.values.get(&field).cloned();
    let value = value.unwrap_or_else(|| after.get(field).unwrap_or("").to_owned());
    let value = parse_day(&value).filter(|_| field.kind() == Kind::Date).map_or(value, typed_as);
    let mut choices: Vec<Choice> = edition.lists.of(field).map_or_else(Vec::new, |list| {
        let none = Choice::new("", "Not recorded", value.is_empty());
        let all = list.iter().map(|(code, words)| Choice::new(code, words, *code == value));
        std::iter::once(none).chain(all).collect()
    });
    if field.kind() == Kind::Flag {
        choices = [("", "Not recorded"), ("Y", "Yes"), ("N", "No")]
            .map(|(code, words)| Choice::new(code, words, code == value))
            .to_vec();
    }
    // A value that the edition does not know is kept, not silently replaced by another.
    if !choices.is_empty() && !choices.iter().any(|choice| choice.chosen) {
        choices.push(Choice::new(&value, &value, true));
    }
    let hint = match field {
        Field::DateOfBirth => "Day, month and year: 3/3/2009",
        Field::IntendedOn => {
            "Day, month and year: 14/11/2025; left as it is, a new intention is of today"
        }
        Field::IntendedBy => "Left as it is, a new intention is told by you",
        Field::LeadLa | Field::GuaranteeYear11La | Field::GuaranteeYear12La => {
            "The three digits of an authority in England"
        }
        Field::EducatedLa | Field::LaAtYear11 => {
            "The three digits of an authority; 000 to 004 abroad, Wales, Scotland, elsewhere, not known"
        }
        _ => "",
    };
    Shown { name: field.column(), label: field.label(), hint, value, choices }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_typed_day_first_and_kept_as_the_register_holds_it() {
        let born = |typed: &str| kept(Field::DateOfBirth, typed.to_owned());
        for typed in ["10/11/2006", "10.11.2006", "10 11 2006", "2006-11-10"] {
            assert_eq!(born(typed), "2006-11-10", "{typed}");
        }
        for wrong in ["", "31/2/2006", "11/2006", "10/11/06", "tenth of November"] {
            assert_eq!(born(wrong), wrong);
            assert!(wrong.is_empty() || !Particulars::well_formed(Field::DateOfBirth, wrong));
        }
        assert_eq!(kept(Field::Phone, "10/11/2006".to_owned()), "10/11/2006");
        assert_eq!(typed_as(parse_day("2006-11-10").unwrap()), "10/11/2006");
    }
}
