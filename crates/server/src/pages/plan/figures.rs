//! Binding an outcome to a figure with a target, counting our own measures, typing in what others count.

use super::day;
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors};
use app::plan::{self, Bound, TYPED};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::measure::{DEFINITIONS, named};
use domain::plan::{Better, COUNTERS, Counter, Course, OutcomeId, Point, counter};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "plan/figures.html")]
struct FiguresPage {
    frame: Frame,
    id: i64,
    outcome: i64,
    measures: Vec<Choice>,
    ways: Vec<Choice>,
    typed: Vec<(i64, String)>,
    counted: bool,
    form: Typed,
    errors: Errors,
}

#[derive(Clone, Default, Deserialize)]
pub struct Typed {
    measure: String,
    words: String,
    unit: String,
    better: String,
    from_day: String,
    from_value: String,
    target_day: String,
    target_value: String,
    near: String,
}

#[derive(Deserialize)]
pub struct Number {
    day: String,
    value: String,
    source: String,
}

pub async fn figures(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, outcome)): Path<(i64, i64)>,
    frame: Frame,
) -> Result<Response, PageError> {
    show(&edge, &who, (id, outcome), Typed::default(), Errors::default(), frame).await
}

async fn show(
    edge: &Edge,
    who: &SignedIn,
    (id, outcome): (i64, i64),
    form: Typed,
    errors: Errors,
    frame: Frame,
) -> Result<Response, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let room = plan::open(edge.ctx(), actor, id).await?;
    let found = room.outcome(OutcomeId(outcome))?;
    let own = room.followed.iter().filter(|one| one.bound.outcome == found.id);
    let (typed, counted): (Vec<_>, Vec<_>) = own.partition(|one| one.bound.measure == TYPED);
    let mut measures: Vec<Choice> = DEFINITIONS
        .iter()
        .map(|one| Choice::new(one.name, one.title, one.name == form.measure))
        .collect();
    let counter = |one: &Counter| Choice::new(one.name, one.title, one.name == form.measure);
    measures.extend(COUNTERS.iter().map(counter));
    let words = "Something else, typed in with its source (use of the prospectus, for example)";
    measures.push(Choice::new(TYPED, words, form.measure == TYPED));
    let way = |better: Better| {
        let words = format!("{} is better", better.word());
        Choice::new(better.word(), &words, better.word() == form.better)
    };
    let page = FiguresPage {
        frame: frame
            .named(format!("Figures of {} {}", found.label, found.title), Section::Plan)
            .with_errors(!errors.is_empty()),
        id,
        outcome,
        measures,
        ways: Better::ALL.into_iter().map(way).collect(),
        typed: typed.iter().map(|one| (one.bound.id, one.bound.words.clone())).collect(),
        counted: !counted.is_empty(),
        form,
        errors,
    };
    Ok(Page(page).into_response())
}

pub async fn bind(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, outcome)): Path<(i64, i64)>,
    frame: Frame,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let mut errors = Errors::default();
    let Some(bound) = judged(&typed, OutcomeId(outcome), &mut errors) else {
        return show(&edge, &who, (id, outcome), typed, errors, frame).await;
    };
    let actor = who.may(Act::RatePlan)?;
    match plan::bind(edge.ctx(), actor, id, &bound).await {
        Ok(_) => {}
        Err(app::Wrong::Refused(sentence)) => {
            errors.add("target_day", sentence);
            return show(&edge, &who, (id, outcome), typed, errors, frame).await;
        }
        Err(broken) => return Err(broken.into()),
    }
    plan::count(edge.ctx(), actor, id).await?;
    Ok(Redirect::to(&format!("/plan/{id}/outcomes/{outcome}")).into_response())
}

fn judged(typed: &Typed, outcome: OutcomeId, errors: &mut Errors) -> Option<Bound> {
    let mut number = |field: &str, text: &str| {
        let value = text.trim().trim_end_matches('%').trim().parse::<f64>().ok();
        let value = value.filter(|value| value.is_finite());
        if value.is_none() {
            errors.add(field, "Type a number, for example 4.5.");
        }
        value
    };
    let from_value = number("from_value", &typed.from_value);
    let target_value = number("target_value", &typed.target_value);
    let near = number("near", &typed.near);
    let mut when = |field: &str, text: &str| {
        let found = day(text);
        if found.is_none() {
            errors.add(field, "Type the day as 2026-03-12.");
        }
        found
    };
    let from_day = when("from_day", &typed.from_day);
    let target_day = when("target_day", &typed.target_day);
    let own = named(&typed.measure).map(|one| (one.title, "%"));
    let own = own.or(counter(&typed.measure).map(|one| (one.title, one.unit)));
    let words = match (typed.words.trim(), own) {
        ("", Some((title, _))) => title.to_owned(),
        ("", None) => {
            errors.add("words", "Say in words what is counted.");
            return None;
        }
        (words, _) => words.to_owned(),
    };
    let unit = own.map_or(typed.unit.trim(), |(_, unit)| unit);
    Some(Bound {
        id: 0,
        outcome,
        measure: typed.measure.clone(),
        words,
        unit: unit.to_owned(),
        course: Course {
            better: Better::read(&typed.better)?,
            from: Point { on: from_day?, value: from_value? },
            target: Point { on: target_day?, value: target_value? },
            near: near?,
        },
    })
}

pub async fn add(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, outcome, course)): Path<(i64, i64, i64)>,
    Posted(number): Posted<Number>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let on = day(&number.day);
    let value = number.value.trim().parse().ok();
    let Some((on, value)) = on.zip(value) else {
        return Err(PageError::Refused("Type the day as 2026-03-12 and a number.".to_owned()));
    };
    plan::add_typed(edge.ctx(), actor, id, course, (on, value, &number.source)).await?;
    Ok(Redirect::to(&format!("/plan/{id}/outcomes/{outcome}")))
}

pub async fn count(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    plan::count(edge.ctx(), who.may(Act::RatePlan)?, id).await?;
    Ok(Redirect::to(&format!("/plan/{id}")))
}
