//! Binding an outcome to a figure with a target, counting our own measures, typing in what others count.

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, DateFields, Errors};
use crate::pages::people::{day_of, typed_day};
use app::plan::{self, Bound, TYPED};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::measure::{DEFINITIONS, named};
use domain::plan::{Better, COUNTERS, Counter, Course, OutcomeId, Point, counter};
use serde::Deserialize;
use std::collections::BTreeMap;

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
    /// The day a typed figure is of, not yet said.
    day: DateFields,
    from_day: DateFields,
    target_day: DateFields,
    form: Typed,
    errors: Errors,
}

#[derive(Clone, Default, Deserialize)]
pub struct Typed {
    measure: String,
    words: String,
    unit: String,
    better: String,
    #[serde(rename = "from_day-day")]
    from_day: String,
    #[serde(rename = "from_day-month")]
    from_month: String,
    #[serde(rename = "from_day-year")]
    from_year: String,
    from_value: String,
    #[serde(rename = "target_day-day")]
    target_day: String,
    #[serde(rename = "target_day-month")]
    target_month: String,
    #[serde(rename = "target_day-year")]
    target_year: String,
    target_value: String,
    near: String,
}

impl Typed {
    fn starting(&self) -> DateFields {
        DateFields::of(&self.from_day, &self.from_month, &self.from_year)
    }

    fn ending(&self) -> DateFields {
        DateFields::of(&self.target_day, &self.target_month, &self.target_year)
    }
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
        day: DateFields::default(),
        from_day: form.starting(),
        target_day: form.ending(),
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
    let mut when = |field: &str, typed: DateFields, what: &str| {
        let found = day_of(errors, field, typed, what);
        if found.is_none() && errors.on(field).is_empty() {
            errors.add(field, format!("Enter a day: {} is needed", what.to_lowercase()));
        }
        found
    };
    let from_day = when("from_day", typed.starting(), "The day it starts");
    let target_day = when("target_day", typed.ending(), "The day of the target");
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
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let fields: BTreeMap<String, String> = pairs.into_iter().collect();
    let said = |name: &str| fields.get(name).cloned().unwrap_or_default();
    // Several figures may be typed in on one page: the fields of their days are named for them.
    let [day, month, year] =
        ["day", "month", "year"].map(|part| said(&format!("day-{course}-{part}")));
    let on = typed_day(&DateFields { day, month, year }, "The day").map_err(PageError::Refused)?;
    let value = said("value").trim().parse().ok();
    let Some((on, value)) = on.zip(value) else {
        return Err(PageError::Refused("Enter the day and the number.".to_owned()));
    };
    plan::add_typed(edge.ctx(), actor, id, course, (on, value, &said("source"))).await?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_three_fields_and_one_that_is_wanting_or_wrong_is_asked_for() {
        let judge = |day: &str, month: &str, year: &str| {
            let text = str::to_owned;
            let typed = Typed {
                measure: text("neet"),
                better: text(Better::Lower.word()),
                from_day: text("1"),
                from_month: text("9"),
                from_year: text("2025"),
                from_value: text("6"),
                target_day: text(day),
                target_month: text(month),
                target_year: text(year),
                target_value: text("5"),
                near: text("0.5"),
                ..Typed::default()
            };
            let mut errors = Errors::default();
            let bound = judged(&typed, OutcomeId(1), &mut errors);
            (bound.map(|bound| bound.course.target.on), errors.on("target_day").to_owned())
        };
        assert_eq!(judge("31", "8", "2026"), (Some(date(2026, 8, 31)), String::new()));
        let (none, why) = judge("", "", "");
        assert!(none.is_none() && why.contains("the day of the target is needed"), "{why}");
        let (none, why) = judge("31", "6", "2026");
        assert!(none.is_none() && why.contains("must be a real day"), "{why}");
    }
}
