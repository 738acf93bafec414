//! Finding somebody. What is typed travels in the form's body and stays on this side; the
//! address of the results holds an opaque key that works for this account alone.

use super::day_of;
use crate::{
    http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section},
    pages::parts::{DateFields, Errors},
};
use app::looks::searched_in_haste;
use app::people::{self, Found, Query};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::{Act, Actor, Part, SEARCHES_A_MINUTE, decide, sees};
use domain::calendar::{academic_age, actual_age, shown_short as short};
use domain::identifiers::normalise_postcode;
use jiff::civil::Date;
use serde::Deserialize;

/// As many as `app::people::find` gives; more than these need a narrower search.
const FOUND_MOST: usize = 100;

#[derive(Template)]
#[template(path = "people/search.html")]
struct SearchPage {
    frame: Frame,
    errors: Errors,
    typed: Typed,
    born: DateFields,
    ended: bool,
    results: Option<Vec<Row>>,
    many: bool,
    /// Whether the reader sees addresses, and so may find by one.
    addresses: bool,
    /// Whether the way to a record out of reach is shown.
    emergency: bool,
    /// Whether the reader may enter somebody.
    adds: bool,
}

struct Row {
    person: i64,
    name: String,
    born: String,
    age: String,
    school: String,
    postcode: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    q: String,
    #[serde(rename = "born-day")]
    day: String,
    #[serde(rename = "born-month")]
    month: String,
    #[serde(rename = "born-year")]
    year: String,
    postcode: String,
}

impl Typed {
    fn born(&self) -> DateFields {
        DateFields::of(&self.day, &self.month, &self.year)
    }

    /// What to look for, or what is wrong with what was typed.
    fn query(&self) -> Result<Query, Errors> {
        let mut errors = Errors::default();
        let mut born = day_of(&mut errors, "born", self.born(), "Date of birth");
        let mut text = self.q.trim().to_owned();
        // The box at the top of every page takes a date of birth too.
        if let Some(day) = written_day(&text) {
            born = Some(day);
            text.clear();
        }
        let postcode = Some(self.postcode.trim()).filter(|typed| !typed.is_empty());
        let normal = postcode.and_then(|typed| normalise_postcode(typed).ok());
        if postcode.is_some() && normal.is_none() {
            errors.add("postcode", "Enter a whole postcode, like ME4 4UF");
        }
        if errors.is_empty() && text.is_empty() && born.is_none() && normal.is_none() {
            errors.add("q", "Enter a name, a number, a date of birth or a postcode");
        }
        match errors.is_empty() {
            true => {
                Ok(Query { text, date_of_birth: born.map(|day| day.to_string()), postcode: normal })
            }
            false => Err(errors),
        }
    }
}

/// 3/3/2009, 3.3.2009, 3-3-2009 or 2009-03-03.
fn written_day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split(['/', '.', '-']).map(str::trim).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, b, a) };
    let year = year.parse().ok().filter(|year| *year > 1900)?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

pub async fn ask(who: SignedIn, frame: Frame) -> Result<Response, PageError> {
    who.may(Act::ViewPeople)?;
    Ok(draw(frame, &who.actor, Typed::default(), Errors::default(), false, None))
}

pub async fn begin(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewPeople)?;
    if let Err(seconds) = edge.haste().take(&actor.account.to_string()) {
        searched_in_haste(edge.ctx(), actor).await?;
        let mut errors = Errors::default();
        let often = format!("You have searched {SEARCHES_A_MINUTE} times within a minute.");
        errors.add("q", format!("{often} Wait {seconds} seconds and search again."));
        return Ok(draw(frame, actor, typed, errors, false, None));
    }
    match typed.query() {
        Ok(query) => {
            let key = edge.searches().keep(edge.ctx(), actor.account, query);
            Ok(Redirect::to(&format!("/people/found/{key}")).into_response())
        }
        Err(errors) => Ok(draw(frame, actor, typed, errors, false, None)),
    }
}

pub async fn found(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(key): Path<String>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewPeople)?;
    let Some(query) = edge.searches().find(edge.ctx(), actor.account, &key) else {
        return Ok(draw(frame, actor, Typed::default(), Errors::default(), true, None));
    };
    let today = edge.ctx().today();
    let all = people::find(edge.ctx(), actor, &query).await?;
    let results = all.iter().map(|one| row(one, today)).collect();
    let typed = Typed {
        q: query.text,
        postcode: query.postcode.unwrap_or_default(),
        ..born(query.date_of_birth)
    };
    Ok(draw(frame, actor, typed, Errors::default(), false, Some(results)))
}

fn born(day: Option<String>) -> Typed {
    let Some(day) = day.and_then(|day| day.parse::<Date>().ok()) else { return Typed::default() };
    let DateFields { day, month, year } = DateFields::on(day);
    Typed { day, month, year, ..Typed::default() }
}

fn row(found: &Found, today: Date) -> Row {
    let born = found.date_of_birth.as_ref().and_then(|day| day.parse::<Date>().ok());
    let age =
        |day: Date| format!("{} (Year {})", actual_age(day, today), academic_age(day, today) - 4);
    Row {
        person: found.person,
        name: format!("{} {}", found.given_name, found.family_name).trim().to_owned(),
        born: born.map_or_else(|| "Not recorded".to_owned(), short),
        age: born.map(age).unwrap_or_default(),
        school: found.school_name.clone().unwrap_or_default(),
        postcode: found.postcode.clone().unwrap_or_default(),
    }
}

fn draw(
    frame: Frame,
    actor: &Actor,
    typed: Typed,
    errors: Errors,
    ended: bool,
    results: Option<Vec<Row>>,
) -> Response {
    let title = if results.is_some() { "Young people found" } else { "Find a young person" };
    let frame = frame.named(title, Section::People).with_errors(!errors.is_empty());
    let many = results.as_ref().is_some_and(|rows| rows.len() >= FOUND_MOST);
    let born = typed.born();
    let addresses = sees(actor, Part::Addresses).allowed;
    let emergency = decide(actor, Act::BreakGlass).allowed;
    let adds = decide(actor, Act::EditPeople).allowed;
    let view =
        SearchPage { frame, errors, typed, born, ended, results, many, addresses, emergency, adds };
    Page(view).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_box_takes_a_date_of_birth_as_people_write_it() {
        for text in ["3/3/2009", "03.03.2009", "2009-03-03", "3-3-2009"] {
            assert_eq!(written_day(text), Some(date(2009, 3, 3)), "{text}");
        }
        for text in ["Smith-Jones", "3/3/09", "31/2/2009", "A887200123401", "a-b-c"] {
            assert_eq!(written_day(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_typed_is_no_search() {
        assert!(Typed::default().query().is_err());
        let half = Typed { postcode: "ME4".to_owned(), ..Typed::default() };
        assert!(half.query().is_err_and(|errors| !errors.on("postcode").is_empty()));
    }
}
