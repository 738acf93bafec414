//! What information governance reviews: openings in an emergency, and looks that somebody should explain.

use crate::{
    http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section},
    pages::{
        parts::{Choice, Errors},
        people::story::moment,
    },
};
use app::{
    Wrong,
    looks::{self, Ground, Sign, VERDICTS},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::{Act, Actor};
use domain::calendar::shown_short;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "looks/show.html")]
struct View {
    frame: Frame,
    errors: Errors,
    waiting: Vec<Opening>,
    done: Vec<Opening>,
    noticed: Vec<Look>,
    hasty: Vec<Haste>,
    /// Sealed accounts by name, and when they were used.
    unsealed: Vec<(String, String)>,
    verdicts: Vec<Choice>,
}

struct Opening {
    id: i64,
    reader: String,
    person: String,
    ground: &'static str,
    words: String,
    when: String,
    due: String,
    /// Who was told of it at once.
    officer: String,
    overdue: bool,
    verdict: &'static str,
    review: String,
}

struct Look {
    id: i64,
    account: i64,
    reader: String,
    person: String,
    sign: &'static str,
    opens: i64,
    day: String,
}

/// Somebody who searched, or opened records, faster than people do, on one day.
struct Haste {
    account: i64,
    reader: String,
    what: &'static str,
    last: String,
    minutes: i64,
}

#[derive(Deserialize)]
pub struct Verdict {
    #[serde(default)]
    verdict: String,
    words: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    draw(&edge, who.may(Act::ReviewLooks)?, frame, Errors::default()).await
}

pub async fn review(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(said): Posted<Verdict>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::ReviewLooks)?;
    let done = looks::review(edge.ctx(), actor, id, (&said.verdict, &said.words)).await;
    answer(&edge, actor, frame, &format!("verdict-{id}"), done).await
}

pub async fn settle(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(said): Posted<Verdict>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::ReviewLooks)?;
    let done = looks::settle(edge.ctx(), actor, id, &said.words).await;
    answer(&edge, actor, frame, &format!("look-{id}"), done).await
}

async fn answer(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    field: &str,
    done: Result<(), Wrong>,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to("/looks").into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add(field, sentence);
            draw(edge, actor, frame, errors).await
        }
        Err(broken) => Err(broken.into()),
    }
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    errors: Errors,
) -> Result<Response, PageError> {
    let ctx = edge.ctx();
    let found = looks::reviews(ctx, actor).await?;
    let today = ctx.today().to_string();
    let mut openings = Vec::new();
    for e in found.emergencies {
        let verdict = VERDICTS.iter().find(|(name, _)| *name == e.verdict).map_or("", |v| v.1);
        openings.push(Opening {
            id: e.id,
            person: looks::name_of(ctx, actor, e.person).await?,
            reader: e.account_name,
            ground: Ground::from_name(&e.ground).map_or("Unknown ground", Ground::label),
            words: e.words,
            when: moment(&e.began_at),
            overdue: e.reviewed_at.is_empty() && e.review_due < today,
            due: day(&e.review_due),
            officer: e.officer_name,
            verdict,
            review: e.review_words,
        });
    }
    let (waiting, done) = openings.into_iter().partition(|o| o.verdict.is_empty());
    let mut noticed = Vec::new();
    for l in found.noticed {
        noticed.push(Look {
            id: l.id,
            account: l.account,
            person: looks::name_of(ctx, actor, l.person).await?,
            reader: l.account_name,
            sign: Sign::label(&l.sign),
            opens: l.opens,
            day: day(&l.day),
        });
    }
    let mut verdicts = vec![Choice::new("", "Choose", true)];
    verdicts.extend(VERDICTS.iter().map(|(name, words)| Choice::new(name, words, false)));
    let frame = frame.named("Looks to review", Section::Looks).with_errors(!errors.is_empty());
    let hasty = found.hasty.into_iter().map(|one| Haste {
        account: one.account,
        reader: one.account_name,
        what: if one.act == "record" { "Opened records" } else { "Searched" },
        last: moment(&one.last_at),
        minutes: one.minutes,
    });
    let hasty = hasty.collect();
    let unsealed = found.unsealed.into_iter().map(|(name, at)| (name, moment(&at))).collect();
    Ok(Page(View { frame, errors, waiting, done, noticed, hasty, unsealed, verdicts })
        .into_response())
}

fn day(text: &str) -> String {
    text.parse::<Date>().map_or_else(|_| text.to_owned(), shown_short)
}
