//! Where somebody lives and what is true of them for a time: two forms on one page, each saved by itself.
//! A protected address is not shown in the form; a new one can still be said.

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
    people::{self, NewAddress, Opened},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::Act;
use domain::calendar::shown;
use domain::edition::Edition;
use domain::person::{Characteristic, Field, PersonId};
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "people/circumstances.html")]
struct View {
    frame: Frame,
    errors: Errors,
    person: i64,
    name: String,
    protected: bool,
    ways: Vec<Choice>,
    home: Home,
    from: DateFields,
    held: Vec<Held>,
    codes: Vec<Choice>,
    typed: Trait,
    begins: DateFields,
    ends: DateFields,
}

struct Held {
    words: String,
    days: String,
    source: String,
}

/// The form of the address.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Home {
    way: String,
    line1: String,
    line2: String,
    line3: String,
    line4: String,
    town: String,
    county: String,
    postcode: String,
    #[serde(rename = "from-day")]
    day: String,
    #[serde(rename = "from-month")]
    month: String,
    #[serde(rename = "from-year")]
    year: String,
    told: String,
}

impl Home {
    fn from(&self) -> DateFields {
        DateFields::of(&self.day, &self.month, &self.year)
    }

    /// The form as it stands: what is recorded, to be moved from or put right.
    fn of(opened: &Opened, today: Date) -> Home {
        let stands = opened.record.address_on(today).filter(|_| !is_protected(opened));
        let Some(stands) = stands.cloned() else { return Home::default() };
        let [line1, line2, line3, line4] = stands.lines;
        let (town, county, postcode) = (stands.town, stands.county, stands.postcode);
        Home { line1, line2, line3, line4, town, county, postcode, ..Home::default() }
    }

    fn meant(&self, errors: &mut Errors) -> NewAddress {
        let from = day_of(errors, "from", self.from(), "The first day");
        if !matches!(self.way.as_str(), "moved" | "wrong") {
            errors.add("way", "Say whether they moved or the address was wrong");
        }
        let form = self.clone();
        NewAddress {
            lines: [form.line1, form.line2, form.line3, form.line4],
            town: form.town,
            county: form.county,
            postcode: form.postcode,
            from,
            moved: self.way == "moved",
            source: form.told,
        }
    }
}

/// The form of a characteristic.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Trait {
    code: String,
    #[serde(rename = "begins-day")]
    begins_day: String,
    #[serde(rename = "begins-month")]
    begins_month: String,
    #[serde(rename = "begins-year")]
    begins_year: String,
    #[serde(rename = "ends-day")]
    ends_day: String,
    #[serde(rename = "ends-month")]
    ends_month: String,
    #[serde(rename = "ends-year")]
    ends_year: String,
    source: String,
}

impl Trait {
    fn begins(&self) -> DateFields {
        DateFields::of(&self.begins_day, &self.begins_month, &self.begins_year)
    }

    fn ends(&self) -> DateFields {
        DateFields::of(&self.ends_day, &self.ends_month, &self.ends_year)
    }

    fn meant(&self, errors: &mut Errors) -> Characteristic {
        let mut day = |name, fields, what| day_of(errors, name, fields, what);
        let from = day("begins", self.begins(), "The first day");
        let to = day("ends", self.ends(), "The last day");
        if self.code.is_empty() {
            errors.add("code", "Choose a characteristic");
        }
        Characteristic { code: self.code.clone(), from, to, source: self.source.clone() }
    }
}

fn is_protected(opened: &Opened) -> bool {
    opened.record.particulars.is_yes(Field::ProtectedAddress)
}

pub async fn circumstances(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
) -> Result<Response, PageError> {
    who.may(Act::EditPeople)?;
    let opened = super::open(&edge, &who, person).await?;
    let today = edge.ctx().today();
    let home = Home::of(&opened, today);
    draw(frame, (&opened, today), (home, Trait::default()), Errors::default())
}

pub async fn move_home(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Posted(home): Posted<Home>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let mut errors = Errors::default();
    let new = home.meant(&mut errors);
    if errors.is_empty() {
        match people::lives_at(edge.ctx(), actor, PersonId(person), &new).await {
            Ok(()) => {
                return Ok(Redirect::to(&format!("/people/{person}?said=address")).into_response());
            }
            Err(Wrong::Refused(sentence)) => errors.add(about(&sentence), sentence),
            Err(broken) => return Err(broken.into()),
        }
    }
    let opened = super::open(&edge, &who, person).await?;
    draw(frame, (&opened, edge.ctx().today()), (home, Trait::default()), errors)
}

/// The field that a refused address is about.
fn about(sentence: &str) -> &'static str {
    let fields = [("line", "line1"), ("postcode", "postcode"), ("told", "told"), ("day", "from")];
    fields.iter().find(|(word, _)| sentence.contains(word)).map_or("way", |(_, field)| *field)
}

pub async fn say_characteristic(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Posted(typed): Posted<Trait>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let (ctx, today) = (edge.ctx(), edge.ctx().today());
    let mut errors = Errors::default();
    let said = typed.meant(&mut errors);
    if errors.is_empty() {
        let person_id = PersonId(person);
        match people::say_characteristic(ctx, actor, person_id, edition(today)?, &said).await {
            Ok(()) => {
                let address = format!("/people/{person}/circumstances");
                return Ok(Redirect::to(&address).into_response());
            }
            Err(Wrong::Refused(sentence)) => {
                let told = sentence.contains("told");
                errors.add(if told { "source" } else { "code" }, sentence);
            }
            Err(broken) => return Err(broken.into()),
        }
    }
    let opened = super::open(&edge, &who, person).await?;
    let home = Home::of(&opened, today);
    draw(frame, (&opened, today), (home, typed), errors)
}

fn draw(
    frame: Frame,
    (opened, today): (&Opened, Date),
    (home, typed): (Home, Trait),
    errors: Errors,
) -> Result<Response, PageError> {
    let edition = edition(today)?;
    let name = opened.record.particulars.full_name();
    let way = |value: &str, words: &str| Choice::new(value, words, home.way == value);
    let held = opened.record.characteristics.iter().map(|one| Held {
        words: label(edition, &one.code),
        days: days(one),
        source: one.source.clone(),
    });
    let page = View {
        frame: frame
            .named(format!("Address and support: {name}"), Section::People)
            .with_errors(!errors.is_empty()),
        errors,
        person: opened.person.0,
        name,
        protected: is_protected(opened),
        ways: vec![way("moved", "They moved"), way("wrong", "The address was wrong or incomplete")],
        from: home.from(),
        home,
        held: held.collect(),
        codes: codes(edition, opened, &typed.code),
        begins: typed.begins(),
        ends: typed.ends(),
        typed,
    };
    Ok(Page(page).into_response())
}

fn label(edition: &Edition, code: &str) -> String {
    edition.lists.characteristic.get(code).cloned().unwrap_or_else(|| code.to_owned())
}

fn days(one: &Characteristic) -> String {
    match (one.from, one.to) {
        (Some(from), Some(to)) => format!("{} to {}", shown(from), shown(to)),
        (Some(from), None) => format!("Since {}", shown(from)),
        (None, Some(to)) => format!("Until {}", shown(to)),
        (None, None) => "Still".to_owned(),
    }
}

/// What the edition knows, and what stands open on the record that it does not know.
fn codes(edition: &Edition, opened: &Opened, chosen: &str) -> Vec<Choice> {
    let known = &edition.lists.characteristic;
    let mut all = vec![Choice::new("", "Choose", chosen.is_empty())];
    all.extend(known.iter().map(|(code, words)| Choice::new(code, words, code == chosen)));
    let open = opened.record.characteristics.iter().filter(|one| one.to.is_none());
    let strange = open.filter(|one| !known.contains_key(&one.code));
    all.extend(strange.map(|one| Choice::new(&one.code, &one.code, one.code == chosen)));
    all
}
