//! One young person and the list: the chance while it may be shown, its reasons, and what was decided.

use crate::charts::{Bar, Bars, Svg, Unit, Words};
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice as Option_, Errors};
use app::Wrong;
use app::predict::lists::{self, Given, Why};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::calendar::{Day, shown};
use domain::prediction::Choice;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "support/person.html")]
struct View {
    frame: Frame,
    errors: Errors,
    person: i64,
    name: String,
    now: Option<Now>,
    /// Why no chance is shown, where the predictor was withdrawn.
    withdrawn: Option<String>,
    earlier: Vec<String>,
    choices: Vec<Option_>,
    reason: String,
}

/// A table of reasons: its name, its heading, and each sentence with its share.
type Table = (&'static str, &'static str, Vec<(String, String)>);

struct Now {
    words: &'static str,
    dated: String,
    drawing: Option<Svg>,
    reasons: [Table; 2],
    missing: Vec<String>,
}

#[derive(Default, Deserialize)]
pub struct Form {
    #[serde(default)]
    choice: String,
    #[serde(default)]
    reason: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    draw(&edge, &who, frame, (id, Errors::default(), Form::default())).await
}

pub async fn choose(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(form): Posted<Form>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::DecideSupport)?;
    let choice = Choice::from_name(&form.choice);
    let mut errors = Errors::default();
    if choice.is_none() && form.choice != "none" {
        errors.add("choice", "Choose what was decided.");
        return draw(&edge, &who, frame, (id, errors, form)).await;
    }
    match lists::choose(edge.ctx(), actor, id, (choice, &form.reason)).await {
        Ok(()) => Ok(Redirect::to(&format!("/early-support/people/{id}")).into_response()),
        Err(Wrong::Refused(sentence)) => {
            errors.add("reason", sentence);
            draw(&edge, &who, frame, (id, errors, form)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    (id, errors, form): (i64, Errors, Form),
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewSupport)?;
    let seen = lists::of_person(edge.ctx(), actor, id).await?;
    let chosen = match (&form.choice, &seen.choice) {
        (typed, _) if !typed.is_empty() => typed.clone(),
        (_, Some((choice, _))) => choice.name().to_owned(),
        _ => String::new(),
    };
    let choices = [
        ("supported", "Supported already, in their own tab"),
        ("added", "Put on the list, whatever the chance"),
        ("taken-off", "Taken off the list"),
        ("none", "No decision: the list decides"),
    ];
    let reason = match form.reason.is_empty() {
        true => seen.choice.as_ref().map(|(_, why)| why.clone()).unwrap_or_default(),
        false => form.reason,
    };
    let (shown, earlier, withdrawn) = lists::parted(seen.given);
    let frame = frame.named(format!("Early support: {}", seen.name), Section::Support);
    let view = View {
        frame: frame.with_errors(!errors.is_empty()),
        errors,
        person: id,
        name: seen.name,
        now: shown.and_then(now),
        withdrawn,
        earlier: earlier.iter().map(old).collect(),
        choices: choices.iter().map(|(v, w)| Option_::new(v, w, *v == chosen)).collect(),
        reason,
    };
    Ok(Page(view).into_response())
}

/// A chance that is not the one shown, in a line.
fn old(one: &Given) -> String {
    let why = past((one.words.is_some(), one.expired), one.run.expires);
    format!("As known on {}: {why}", shown(one.run.day))
}

fn past((may_be_shown, expired): (bool, bool), expires: Day) -> String {
    match (may_be_shown, expired) {
        (true, _) => "a newer one stands above".to_owned(),
        (false, false) => "what it was worked out by was withdrawn".to_owned(),
        (false, true) => format!("the chance expired on {}", shown(expires)),
    }
}

fn now(one: Given) -> Option<Now> {
    let words = one.words?;
    let whole: f64 = one.reasons.iter().map(|reason| reason.weight.abs()).sum();
    let share = |weight: f64| 100.0 * weight.abs() / whole.max(1e-9);
    let bars = one.reasons.iter().map(|reason| Bar {
        name: reason.short.clone(),
        value: Some(share(reason.weight)),
        marked: reason.weight > 0.0,
    });
    let bars = Bars { bars: bars.collect(), target: None, unit: Unit::Percent };
    let words_of = Words::new(
        "reasons",
        "Which facts moved the chance most",
        "Share of the pull of each reason; darker bars raise the chance.",
    );
    let drawing = (whole > 0.0).then(|| bars.draw(&words_of));
    let row = |why: &Why| (why.sentence.clone(), format!("{:.0} %", share(why.weight)));
    let rows = |acts: bool| one.reasons.iter().filter(|w| w.can_act == acts).map(row).collect();
    let reasons = [
        ("reasons-act", "What a worker can act on", rows(true)),
        ("reasons-fixed", "What cannot be changed here", rows(false)),
    ];
    Some(Now {
        words,
        dated: format!(
            "As known on {}; may be shown until {}",
            shown(one.run.day),
            shown(one.run.expires)
        ),
        drawing,
        reasons,
        missing: one.missing,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_line_of_the_past_says_why_it_is_the_past() {
        let last = date(2025, 5, 15);
        assert_eq!(past((false, true), last), "the chance expired on 15 May 2025");
        assert_eq!(past((true, false), last), "a newer one stands above");
        // Whatever else is in use at its point: a last day still to come is no day on which it expired.
        assert_eq!(past((false, false), last), "what it was worked out by was withdrawn");
    }
}
