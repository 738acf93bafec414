//! Requests of young people about their own data: the list with due dates, one request with its review
//! and pack, one person's requests, and the page in plain words. The rules are `domain::rights`'s.

mod person;
mod plain;

pub use person::{ask, hold, person, release};
pub use plain::show as held;

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::admin::tabs;
use crate::pages::parts::{Choice, Errors, Tab, Tone};
use app::Wrong;
use app::rights::{self, Reviewed, Shown};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::calendar::shown as day;
use domain::rights::{Due, Removal, Right, Step, Why};
use serde::Deserialize;

/// One request as a row.
pub struct Row {
    id: i64,
    person: i64,
    name: String,
    what: &'static str,
    words: String,
    received: String,
    due: String,
    state: (String, Tone),
}

#[derive(Template)]
#[template(path = "rights/list.html")]
pub struct List {
    frame: Frame,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    waiting: usize,
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<List>, PageError> {
    let actor = who.may(Act::HandleRights)?;
    let found = rights::list(edge.ctx(), actor).await?;
    let waiting = found.iter().filter(|one| one.request.answer().is_none()).count();
    let rows = found.into_iter().map(row).collect();
    let frame = frame.named("What people ask about their own data", Section::Admin);
    Ok(Page(List { frame, tabs: tabs("/rights", actor), rows, waiting }))
}

fn row(one: Shown) -> Row {
    Row {
        id: one.request.id,
        person: one.request.person,
        state: state(&one),
        what: one.request.right.label(),
        words: one.request.words.clone(),
        received: day(one.request.received),
        due: day(one.due.by),
        name: one.name,
    }
}

/// How a request stands, in words with a colour.
fn state(one: &Shown) -> (String, Tone) {
    if let Some(answer) = one.request.answer() {
        let words = answer.step.label().to_owned();
        return match one.request.stops_use() {
            true => ("Use is stopped".to_owned(), Tone::Slow),
            false => (words, Tone::Plain),
        };
    }
    pressing(&one.due)
}

fn pressing(due: &Due) -> (String, Tone) {
    match (due.paused_since, due.days_left) {
        (Some(since), _) => (format!("Clock stopped since {}", day(since)), Tone::Plain),
        (None, left) if left < 0 => (format!("{} days late", -left), Tone::Bad),
        (None, 0) => ("Due today".to_owned(), Tone::Bad),
        (None, 1) => ("1 day left".to_owned(), Tone::Slow),
        (None, left) if left <= 7 => (format!("{left} days left"), Tone::Slow),
        (None, left) => (format!("{left} days left"), Tone::Good),
    }
}

#[derive(Template)]
#[template(path = "rights/show.html")]
struct View {
    frame: Frame,
    errors: Errors,
    row: Row,
    access: bool,
    answered: bool,
    by: &'static str,
    reasons: String,
    steps: Vec<(String, &'static str, String, String)>,
    choices: Vec<Choice>,
    why: String,
    granting: &'static str,
    sections: Vec<SectionView>,
    counts: Vec<(String, usize)>,
    removals: Vec<(i64, String, String, &'static str)>,
    taken_out: usize,
    reasons_to_cut: Vec<Choice>,
}

struct SectionView {
    title: String,
    rows: Vec<(String, String)>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    step: String,
    words: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    draw(&edge, &who, frame, id, (Typed::default(), Errors::default())).await
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    id: i64,
    (typed, errors): (Typed, Errors),
) -> Result<Response, PageError> {
    let actor = who.may(Act::HandleRights)?;
    let Reviewed { shown, sections, counts, removals, taken_out } =
        match rights::review(edge.ctx(), actor, id).await {
            Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
            found => found?,
        };
    let request = &shown.request;
    let steps = request.steps.iter().rev();
    let open = request.open_steps();
    let view = View {
        frame: frame
            .named(format!("{}: {}", request.right.label(), shown.name), Section::Admin)
            .with_errors(!errors.is_empty()),
        errors,
        access: request.right == Right::Access,
        answered: request.answer().is_some(),
        by: request.by.label(),
        reasons: shown.due.reasons.join(", and "),
        steps: steps.map(|s| (day(s.day), s.step.label(), s.words.clone(), s.by.clone())).collect(),
        choices: open
            .iter()
            .map(|step| Choice::new(step.name(), step.label(), step.name() == typed.step))
            .collect(),
        why: typed.words,
        granting: request.right.granting(),
        sections: sections.into_iter().map(section).collect(),
        counts,
        removals: removals
            .into_iter()
            .map(|(id, r)| (id, r.item, r.words, r.why.label()))
            .collect(),
        taken_out,
        reasons_to_cut: Why::ALL
            .iter()
            .map(|why| Choice::new(why.name(), why.label(), *why == Why::Other))
            .collect(),
        row: row(shown),
    };
    Ok(Page(view).into_response())
}

/// A section's rows as one text each: what was said, without its empty cells.
fn section(one: domain::rights::Section) -> SectionView {
    let columns = one.columns;
    let text = |cells: Vec<String>| {
        let said = columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        said.map(|(column, cell)| format!("{column}: {cell}")).collect::<Vec<_>>().join(" · ")
    };
    SectionView {
        title: one.title,
        rows: one.rows.into_iter().map(|row| (row.key, text(row.cells))).collect(),
    }
}

pub async fn step(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::HandleRights)?;
    let mut errors = Errors::default();
    match Step::from_name(&typed.step) {
        None => errors.add("step", "Choose what was done"),
        Some(step) => match rights::take(edge.ctx(), actor, id, (step, &typed.words)).await {
            Ok(()) => return Ok(Redirect::to(&format!("/rights/{id}")).into_response()),
            Err(Wrong::Refused(sentence)) => errors.add("words", sentence),
            Err(broken) => return Err(broken.into()),
        },
    }
    draw(&edge, &who, frame, id, (typed, errors)).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Cut {
    item: String,
    cut: String,
    reason: String,
    back: Option<i64>,
}

/// Takes words, or a whole row, out of the pack; or puts back.
pub async fn cut(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Posted(form): Posted<Cut>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::HandleRights)?;
    match form.back {
        Some(removal) => rights::put_back(edge.ctx(), actor, id, removal).await?,
        None => {
            let why = Why::from_name(&form.reason).unwrap_or(Why::Other);
            let removal = Removal { item: form.item, words: form.cut.trim().to_owned(), why };
            rights::remove(edge.ctx(), actor, id, &removal).await?;
        }
    }
    Ok(Redirect::to(&format!("/rights/{id}#review")))
}

pub async fn pack(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<impl IntoResponse, PageError> {
    let (name, bytes) = rights::pack(edge.ctx(), who.may(Act::HandleRights)?, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, bytes))
}
