//! Planning by school year: one page that says first how many places a coming academic year may take, then
//! each school year from Year 7 on, and by academic year who will be counted. The counts are `app::cohorts`'.

use crate::http::{Edge, Frame, Page, PageError, Query, SignedIn, frame::Section};
use crate::pages::ahead::tabs;
use crate::pages::parts::{Tab, count};
use app::Wrong;
use app::cohorts::{Cohorts, Coming, Rate, Row, cohorts};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::calendar::{parse_day, shown, shown_short};
use domain::planning::{Duty, Places, SchoolYear};
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    day: String,
}

#[derive(Template)]
#[template(path = "cohorts/show.html")]
pub struct View {
    frame: Frame,
    tabs: Vec<Tab>,
    /// What there is to say first.
    first: String,
    dated: String,
    day: String,
    rows: Vec<Line>,
    /// Whether this reader sees need and characteristics.
    need: bool,
    traits: bool,
    outside: String,
    coming: Vec<ComingLine>,
    rate: String,
}

struct Line {
    year: String,
    born: String,
    people: String,
    schools: String,
    leaves: String,
    duty: String,
    counted: String,
    send: String,
    vulnerable: String,
    places: String,
}

struct ComingLine {
    year: String,
    of: String,
    people: String,
    places: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let day = match wanted.day.as_str() {
        "" => edge.ctx().today(),
        text => parse_day(text).ok_or_else(|| Wrong::refused("Type the day as 2026-09-30."))?,
    };
    let found = cohorts(edge.ctx(), actor, day).await?;
    Ok(Page(View {
        frame: frame.named("School years to come", Section::Reports),
        tabs: tabs(actor, "/cohorts"),
        first: first(&found),
        dated: format!(
            "Young people within your reach on {}, as known on that day, by the {} edition",
            shown(found.day),
            found.edition
        ),
        day: wanted.day,
        need: found.rows.iter().any(|row| row.send.is_some()),
        traits: found.rows.iter().any(|row| row.vulnerable.is_some()),
        rows: found.rows.iter().map(|row| line(&found, row)).collect(),
        outside: outside(&found),
        coming: found.coming.iter().map(coming).collect(),
        rate: rate(found.rate),
    }))
}

/// A number that is not known is said to be so; it is not nought.
const NOT_KNOWN: &str = "not known";

fn number(people: u64) -> String {
    count(usize::try_from(people).unwrap_or(usize::MAX))
}

fn known(people: Option<u64>) -> String {
    people.map_or_else(|| NOT_KNOWN.to_owned(), number)
}

fn said(places: Option<Places>) -> String {
    places.map_or_else(
        || NOT_KNOWN.to_owned(),
        |one| format!("{} ({} to {})", number(one.likely), number(one.least), number(one.most)),
    )
}

/// Whom figures will count in the next academic year, and what that may take; or that it is not known.
fn first(found: &Cohorts) -> String {
    let next = found.coming.get(1).and_then(|one| one.people.map(|people| (one, people)));
    let Some((one, people)) = next else {
        return "How many will be counted next year is not known yet".to_owned();
    };
    let counted = format!("In {} figures will count {} young people", one.year, number(people));
    match one.places {
        Some(places) => {
            format!("{counted}; at the present rate {} would be NEET", number(places.likely))
        }
        None => counted,
    }
}

fn line(found: &Cohorts, row: &Row) -> Line {
    let here = |count: Option<u64>| known(count.filter(|_| row.people > 0));
    let SchoolYear { born, leaves, duty, counted, .. } = row.year;
    Line {
        year: row.year.words(),
        born: format!("{} to {}", shown_short(born.0), shown_short(born.1)),
        people: here(Some(row.people)),
        schools: match row.schools {
            Some(schools) if row.people > 0 => format!("from {schools} of {}", found.schools),
            _ => String::new(),
        },
        leaves: shown_short(leaves),
        duty: duty.map_or_else(|| "not asked by the law".to_owned(), until),
        counted: match counted {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first} to {last}"),
        },
        send: here(row.send),
        vulnerable: here(row.vulnerable),
        places: said(row.places),
    }
}

/// Until which birthday, and when the oldest and the youngest of a school year have it.
fn until(duty: Duty) -> String {
    let (from, to) = (shown_short(duty.ends.0), shown_short(duty.ends.1));
    format!("{}th birthday, between {from} and {to}", duty.age)
}

fn coming(one: &Coming) -> ComingLine {
    ComingLine {
        year: one.year.to_string(),
        of: one.groups.join(", "),
        people: known(one.people),
        places: said(one.places),
    }
}

/// Those who are in none of the rows.
fn outside(found: &Cohorts) -> String {
    let parts = [(found.younger, "younger"), (found.older, "older")];
    let parts = parts.iter().filter(|(people, _)| *people > 0);
    let parts: Vec<String> =
        parts.map(|(people, which)| format!("{} {which}", number(*people))).collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!("Not in this table: {}.", parts.join(" and ")),
    }
}

fn rate(rate: Option<Rate>) -> String {
    rate.map_or_else(
        || {
            "The present rate is not known, or of too few to tell, so no places are reckoned."
                .to_owned()
        },
        |rate| {
            format!(
                "The present rate is that of {}: {} of {} young people were NEET, {} %.",
                rate.month.words(),
                number(rate.neet.of),
                number(rate.neet.all),
                rate.neet.shown()
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_birthday_is_named_with_the_days_of_the_oldest_and_the_youngest() {
        let duty = Duty { age: 18, ends: (date(2030, 9, 1), date(2031, 8, 31)) };
        assert_eq!(until(duty), "18th birthday, between 1 Sep 2030 and 31 Aug 2031");
    }
}
