//! What is destroyed when its time is over: the rules, the lists, one list with its approval.

use crate::http::{Edge, Frame, Page, PageError, Path, SignedIn, Visitor, frame::Section};
use crate::pages::account::fresh;
use crate::pages::parts::{Tone, count};
use crate::pages::people::story::moment;
use app::Wrong;
use app::retention::{self, Opened};
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::Act;
use domain::calendar::shown as day;

#[derive(Template)]
#[template(path = "retention/list.html")]
pub struct List {
    frame: Frame,
    rules: Vec<(&'static str, String, String)>,
    runs: Vec<(i64, String, String, String, Tone)>,
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<List>, PageError> {
    let (rules, runs) = retention::list(edge.ctx(), who.may(Act::KeepRetention)?).await?;
    let rules = rules.into_iter().map(|r| (r.category.label(), r.words(), r.authority));
    let runs = runs.into_iter().map(|run| {
        let state = match &run.approved_at {
            Some(at) => {
                (format!("Carried out {}, {}", moment(at), run.approved_by_name), Tone::Plain)
            }
            None => ("Waits for somebody else".to_owned(), Tone::Slow),
        };
        (run.id, day(run.day), run.drawn_by_name, state.0, state.1)
    });
    Ok(Page(List {
        frame: frame.named("What is destroyed when its time is over", Section::Admin),
        rules: rules.collect(),
        runs: runs.collect(),
    }))
}

pub async fn draw(State(edge): State<Edge>, who: SignedIn) -> Result<Redirect, PageError> {
    let id = retention::draw(edge.ctx(), who.may(Act::KeepRetention)?).await?;
    Ok(Redirect::to(&format!("/retention/{id}")))
}

#[derive(Template)]
#[template(path = "retention/show.html")]
pub struct View {
    frame: Frame,
    id: i64,
    day: String,
    drawn_by: String,
    /// When it was carried out, by whom, and the proof.
    done: Option<(String, String, String)>,
    mine: bool,
    due: String,
    rows: Vec<Row>,
}

struct Row {
    what: &'static str,
    whom: String,
    person: Option<i64>,
    rule: String,
    since: String,
    outcome: String,
    tone: Tone,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::KeepRetention)?;
    let Opened { run, rules, lines } = match retention::open(edge.ctx(), actor, id).await {
        Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
        found => found?,
    };
    let due = lines.iter().filter(|(line, _)| line.outcome == "due").count();
    let rows = lines.into_iter().map(|(line, name)| {
        let rule = rules.iter().find(|rule| rule.id == line.rule);
        let there = line.category.of_a_person() && !name.is_empty();
        Row {
            what: line.category.label(),
            whom: if name.is_empty() { format!("Number {}", line.subject) } else { name },
            person: there.then_some(line.subject),
            rule: rule.map_or_else(|| line.rule.clone(), domain::retention::Rule::words),
            since: day(line.since),
            tone: if line.outcome.starts_with("kept") { Tone::Slow } else { Tone::Plain },
            outcome: match (line.outcome.as_str(), line.rows) {
                ("due", _) => "To be destroyed".to_owned(),
                ("destroyed", rows) => format!("Destroyed, {rows} rows"),
                (kept, _) => kept.replacen("kept", "Kept", 1),
            },
        }
    });
    Ok(Page(View {
        frame: frame.named(format!("List of {}", day(run.day)), Section::Admin),
        id,
        day: day(run.day),
        mine: run.drawn_by == actor.account,
        drawn_by: run.drawn_by_name,
        done: run
            .approved_at
            .map(|at| (moment(&at), run.approved_by_name, run.proof.unwrap_or_default())),
        due: count(due),
        rows: rows.collect(),
    }))
}

pub async fn approve(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::KeepRetention)?;
    let back = format!("/retention/{id}");
    fresh(&edge, &visitor, &back).await?;
    retention::approve(edge.ctx(), actor, id).await?;
    Ok(Redirect::to(&back))
}
