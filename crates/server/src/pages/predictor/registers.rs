//! The factor register, the log of suppliers and decisions, and the points table in its versions.

use crate::charts::{Across, Svg, Whisker, Whiskers, Words};
use crate::http::{Edge, Frame, Page, PageError, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors, dated};
use crate::pages::people::story::moment;
use app::Wrong;
use app::predict::odds::Local;
use app::predict::registers::{self, Factor};
use app::predict::train::Kept;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, decide};
use serde::Deserialize;

/// The council's own odds, and of whom they are.
struct Counted {
    caption: String,
    /// What the chart shows first, and the chart.
    finding: String,
    chart: Svg,
    /// Factor, what counts as having it, odds here, odds as published.
    rows: Vec<[String; 4]>,
}

impl Counted {
    fn new(kept: Kept) -> Self {
        let years: Vec<String> =
            kept.content.years.iter().map(|year| year.on.year().to_string()).collect();
        let published = |words: String| match words.is_empty() {
            true => "No ratio published".to_owned(),
            false => words,
        };
        let finding = finding(&kept.content.local);
        let whisker = |local: &Local| Whisker {
            name: local.factor.clone(),
            value: local.odds.ratio.map(|r| (r.value, (r.within.low, r.within.high))),
        };
        let rows = kept.content.local.iter().map(whisker).collect();
        let words = Words::new("odds-drawn", finding.clone(), "The table has each factor.");
        let row = |local: &Local| {
            let (factor, holds) = (local.factor.clone(), local.holds.clone());
            [factor, holds, local.words(), published(local.published.clone())]
        };
        Self {
            caption: format!(
                "Predictor {}, {}, {}: odds of being {}",
                kept.id,
                kept.point.label(),
                years.join(", "),
                kept.target.label()
            ),
            chart: Whiskers { rows, across: Across::Ratio }.draw(&words),
            finding,
            rows: kept.content.local.iter().map(row).collect(),
        }
    }
}

/// The factor that the outcome goes with most, of those whose interval leaves out one.
fn finding(all: &[Local]) -> String {
    let ratio = |local: &&Local| local.odds.ratio.map(|ratio| (local.factor.clone(), ratio));
    let clear = all.iter().filter_map(|local| ratio(&local)).filter(|(_, r)| r.within.low > 1.0);
    match clear.max_by(|a, b| a.1.value.total_cmp(&b.1.value)) {
        Some((factor, ratio)) => {
            format!("{factor}: {:.1} times the odds of the others", ratio.value)
        }
        None => "No factor goes with clearly more of the outcome".to_owned(),
    }
}

#[derive(Template)]
#[template(path = "predictor/factors.html")]
struct Factors {
    frame: Frame,
    errors: Errors,
    rows: Vec<(Factor, bool, String)>,
    odds: Option<Counted>,
    kinds: Vec<Choice>,
    typed: Factor,
    keeps: bool,
}

pub async fn factors(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    draw(&edge, &who, frame, (Errors::default(), Factor::default())).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct FactorForm {
    name: String,
    kind: String,
    evidence_for: String,
    evidence_against: String,
    tried: String,
}

pub async fn write_factor(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(form): Posted<FactorForm>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::KeepPredictor)?;
    let known = registers::factors(edge.ctx(), actor).await?;
    let name = form.name.trim().to_owned();
    let before = known.into_iter().map(|(f, _)| f).find(|f| f.name == name).unwrap_or_default();
    let factor = Factor {
        name,
        kind: if form.kind == "resilience" { "resilience" } else { "risk" }.to_owned(),
        evidence_for: form.evidence_for.trim().to_owned(),
        evidence_against: form.evidence_against.trim().to_owned(),
        tried: form.tried.trim().to_owned(),
        ..before
    };
    match registers::write_factor(edge.ctx(), actor, &factor).await {
        Ok(()) => Ok(Redirect::to("/predictor/factors").into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            let field = if sentence.contains("called") { "name" } else { "evidence_for" };
            errors.add(field, sentence);
            draw(&edge, &who, frame, (errors, factor)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    (errors, typed): (Errors, Factor),
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewPredictor)?;
    let all = registers::factors(edge.ctx(), actor).await?;
    let row = |(factor, own): (Factor, bool)| {
        let read = domain::prediction::named(&factor.fact).filter(|f| f.input);
        let read = read.map_or("The model does not read it", |f| f.label).to_owned();
        (factor, own, read)
    };
    let kinds = ["risk", "resilience"];
    let view = Factors {
        frame: frame.named("Factors of risk and resilience", Section::Support),
        rows: all.into_iter().map(row).collect(),
        odds: registers::local(edge.ctx(), actor).await?.map(Counted::new),
        kinds: kinds.iter().map(|k| Choice::new(k, k, *k == typed.kind)).collect(),
        errors,
        typed,
        keeps: decide(actor, Act::KeepPredictor).allowed,
    };
    Ok(Page(view).into_response())
}

#[derive(Template)]
#[template(path = "predictor/log.html")]
struct Log {
    frame: Frame,
    errors: Errors,
    rows: Vec<(String, String, String, String)>,
    title: String,
    words: String,
    keeps: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LogForm {
    title: String,
    words: String,
}

pub async fn log(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    draw_log(&edge, &who, frame, (Errors::default(), LogForm::default())).await
}

pub async fn write_log(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(form): Posted<LogForm>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::KeepPredictor)?;
    match registers::write_log(edge.ctx(), actor, &form.title, &form.words).await {
        Ok(()) => Ok(Redirect::to("/predictor/log").into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("title", sentence);
            draw_log(&edge, &who, frame, (errors, form)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

async fn draw_log(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    (errors, form): (Errors, LogForm),
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewPredictor)?;
    let rows = registers::log(edge.ctx(), actor).await?;
    let rows = rows.into_iter().map(|e| (e.title, dated(&e.content), e.by, moment(&e.at)));
    let view = Log {
        frame: frame.named("Suppliers and decisions", Section::Support),
        errors,
        rows: rows.collect(),
        title: form.title,
        words: form.words,
        keeps: decide(actor, Act::KeepPredictor).allowed,
    };
    Ok(Page(view).into_response())
}

#[derive(Template)]
#[template(path = "predictor/points.html")]
struct Points {
    frame: Frame,
    errors: Errors,
    title: String,
    counted: Vec<(String, String, String)>,
    /// Title, whether it stands, who wrote it and when, the text.
    versions: Vec<(String, bool, String, String, String)>,
    text: String,
    keeps: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PointsForm {
    text: String,
}

pub async fn points(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    draw_points(&edge, &who, frame, (Errors::default(), None)).await
}

/// Puts the text in the place of the table that stands, which is kept.
pub async fn write_points(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(form): Posted<PointsForm>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::KeepPredictor)?;
    match registers::write_points(edge.ctx(), actor, &form.text).await {
        Ok(()) => Ok(Redirect::to("/predictor/points").into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("text", sentence);
            draw_points(&edge, &who, frame, (errors, Some(form.text))).await
        }
        Err(broken) => Err(broken.into()),
    }
}

async fn draw_points(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    (errors, typed): (Errors, Option<String>),
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewPredictor)?;
    let now = registers::points_page(edge.ctx(), actor).await?;
    let counted = now.table.indicators.iter().map(|i| {
        let read = domain::prediction::named(&i.field).map_or(i.field.as_str(), |f| f.label);
        (i.name.clone(), i.points.to_string(), read.to_owned())
    });
    let versions = now.versions.into_iter().map(|e| {
        let table = registers::read_points(&e.content);
        let title = table.map_or("A table that does not read".to_owned(), |table| {
            format!("{}, version {}", table.name, table.version)
        });
        (title, e.stands, e.by, moment(&e.at), e.content)
    });
    let view = Points {
        frame: frame.named("Points table", Section::Support).with_errors(!errors.is_empty()),
        errors,
        title: format!("{}, version {}", now.table.name, now.table.version),
        counted: counted.collect(),
        versions: versions.collect(),
        text: typed.unwrap_or(now.text),
        keeps: decide(actor, Act::KeepPredictor).allowed,
    };
    Ok(Page(view).into_response())
}
