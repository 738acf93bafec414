//! The way to a record that one cannot reach and must. It is short and says what will follow.

use crate::{
    http::{Edge, Frame, Page, PageError, Posted, SignedIn, Visitor, frame::Section},
    pages::{
        account::fresh,
        parts::{Choice, DateFields, Errors},
        people::day_of,
    },
};
use app::looks::{self, Broken, Ground};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::{Act, EMERGENCY_MINUTES, REASON_CHARS_MIN, REVIEW_WORKING_DAYS};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "looks/emergency.html")]
struct EmergencyPage {
    frame: Frame,
    errors: Errors,
    typed: Typed,
    born: DateFields,
    grounds: Vec<Choice>,
    minutes: i64,
    hint: String,
    days: u8,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    #[serde(rename = "born-day")]
    day: String,
    #[serde(rename = "born-month")]
    month: String,
    #[serde(rename = "born-year")]
    year: String,
    ground: String,
    words: String,
}

impl Typed {
    fn born(&self) -> DateFields {
        DateFields::of(&self.day, &self.month, &self.year)
    }
}

pub async fn ask(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
) -> Result<Response, PageError> {
    who.may(Act::BreakGlass)?;
    fresh(&edge, &visitor, "/emergency").await?;
    Ok(draw(frame, Typed::default(), Errors::default()))
}

pub async fn open(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::BreakGlass)?;
    fresh(&edge, &visitor, "/emergency").await?;
    let mut errors = Errors::default();
    let born = day_of(&mut errors, "born", typed.born(), "Date of birth");
    let said = looks::Typed {
        name: typed.name.clone(),
        born: born.map(|day| day.to_string()).unwrap_or_default(),
        ground: typed.ground.clone(),
        words: typed.words.clone(),
    };
    match looks::break_glass(edge.ctx(), actor, visitor.token.hash(), &said).await? {
        Broken::Opened(person) => {
            Ok(Redirect::to(&format!("/people/{}", person.0)).into_response())
        }
        Broken::Mend(wrong) => {
            errors.tell(wrong);
            Ok(draw(frame, typed, errors))
        }
    }
}

fn draw(frame: Frame, typed: Typed, errors: Errors) -> Response {
    let frame = frame.named("Open a record in an emergency", Section::People);
    let mut grounds = vec![Choice::new("", "Choose", typed.ground.is_empty())];
    grounds.extend(
        Ground::ALL.iter().map(|g| Choice::new(g.name(), g.label(), g.name() == typed.ground)),
    );
    let born = typed.born();
    Page(EmergencyPage {
        frame: frame.with_errors(!errors.is_empty()),
        errors,
        typed,
        born,
        grounds,
        minutes: EMERGENCY_MINUTES,
        hint: format!("In your own words, at least {REASON_CHARS_MIN} letters"),
        days: REVIEW_WORKING_DAYS,
    })
    .into_response()
}
