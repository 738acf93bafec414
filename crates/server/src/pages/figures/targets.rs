//! Targets: every one that stands with the month's figure against it, a form for another, and ending one.

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, DateFields, Errors};
use crate::pages::people::day_of;
use app::Wrong;
use app::measures::{self, Held, Stated};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor};
use domain::calendar::Month;
use domain::measure::{DEFINITIONS, Unit};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "figures/targets.html")]
struct TargetsPage {
    frame: Frame,
    errors: Errors,
    month: String,
    held: Vec<Held>,
    measures: Vec<Choice>,
    typed: Typed,
    agreed: DateFields,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    measure: String,
    level: String,
    by: String,
    from_level: String,
    from: String,
    #[serde(rename = "agreed-day")]
    day: String,
    #[serde(rename = "agreed-month")]
    month: String,
    #[serde(rename = "agreed-year")]
    year: String,
    owners: String,
    source: String,
    grant: String,
    losses: String,
}

impl Typed {
    fn agreed(&self) -> DateFields {
        DateFields::of(&self.day, &self.month, &self.year)
    }

    fn meant(&self) -> Result<Stated, Errors> {
        let mut errors = Errors::default();
        let agreed_on = day_of(&mut errors, "agreed", self.agreed(), "The day");
        let percent = |text: &str| text.trim().trim_end_matches('%').trim().parse::<f64>().ok();
        let level_percent = percent(&self.level);
        if level_percent.is_none() {
            errors.add("level", "Enter a percentage, like 5.8");
        }
        let from = match (self.from.trim(), self.from_level.trim()) {
            ("", "") => None,
            (month, level) => {
                let from = percent(level).map(|level| (month.to_owned(), level));
                if from.is_none() {
                    errors.add("from_level", "Enter the percentage it begins at");
                }
                from
            }
        };
        let grant = match self.grant.trim().trim_start_matches('£').replace(',', "").as_str() {
            "" => None,
            pounds => {
                let pence = pounds.parse::<i64>().ok().and_then(|pounds| pounds.checked_mul(100));
                if pence.is_none_or(|pence| pence < 0) {
                    errors.add("grant", "Enter whole pounds, like 250000");
                }
                pence
            }
        };
        let losses: Option<Vec<(f64, u32)>> =
            self.losses.lines().filter(|line| !line.trim().is_empty()).map(loss).collect();
        if losses.is_none() {
            errors.add("losses", "Write one on each line, like 6.0 = 50");
        }
        let stated = Stated {
            measure: self.measure.clone(),
            level_percent: level_percent.unwrap_or(0.0),
            by: self.by.trim().to_owned(),
            from,
            agreed_on,
            owners: self.owners.clone(),
            source: self.source.clone(),
            grant_pence: grant,
            losses: losses.unwrap_or_default(),
        };
        if errors.is_empty() { Ok(stated) } else { Err(errors) }
    }
}

/// Reads `6.0 = 50`.
fn loss(line: &str) -> Option<(f64, u32)> {
    let (above, lost) = line.split_once('=')?;
    Some((above.trim().parse().ok()?, lost.trim().parse().ok()?))
}

pub async fn targets(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    let actor = who.may(Act::KeepPlan)?;
    draw(&edge, actor, frame, Typed::default(), Errors::default()).await
}

pub async fn set_target(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::KeepPlan)?;
    let errors = match typed.meant() {
        Err(errors) => errors,
        Ok(stated) => match measures::set_target(edge.ctx(), actor, &stated).await {
            Ok(_) => return Ok(Redirect::to("/figures/targets").into_response()),
            Err(Wrong::Refused(sentence)) => {
                let mut errors = Errors::default();
                errors.add(about(&sentence), sentence);
                errors
            }
            Err(broken) => return Err(broken.into()),
        },
    };
    draw(&edge, actor, frame, typed, errors).await
}

/// The field that a refused target is about.
fn about(sentence: &str) -> &'static str {
    let fields = [
        ("Neither fewer nor more", "measure"),
        ("No measure", "measure"),
        ("is counted in", "measure"),
        ("assumes something", "measure"),
        ("A month", "by"),
        ("begins before", "from"),
        ("owners", "owners"),
        ("condition", "losses"),
        ("grant", "losses"),
        ("begins", "from_level"),
    ];
    fields.iter().find(|(words, _)| sentence.contains(words)).map_or("level", |(_, field)| *field)
}

pub async fn end_target(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    measures::end_target(edge.ctx(), who.may(Act::KeepPlan)?, id).await?;
    Ok(Redirect::to("/figures/targets"))
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    typed: Typed,
    errors: Errors,
) -> Result<Response, PageError> {
    let month = Month::of(edge.ctx().today()).plus(-1);
    let held = measures::targets(edge.ctx(), &actor.scope, month).await?;
    let measures = DEFINITIONS.iter().filter(|one| one.unit == Unit::Percent);
    let measures = measures.map(|one| Choice::new(one.name, one.title, one.name == typed.measure));
    let first = Choice::new("", "Choose", typed.measure.is_empty());
    let frame = frame.named("Targets", Section::Figures).with_errors(!errors.is_empty());
    Ok(Page(TargetsPage {
        frame,
        errors,
        month: month.words(),
        held,
        measures: std::iter::once(first).chain(measures).collect(),
        agreed: typed.agreed(),
        typed,
    })
    .into_response())
}
