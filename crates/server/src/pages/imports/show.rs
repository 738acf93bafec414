//! One import: five steps, counts by effect, the rows with what differs.

use super::differs;
use crate::http::{Edge, Frame, Page, PageError, Path, Query, frame::Section, session::SignedIn};
use crate::pages::followup::edition;
use crate::pages::parts::{Change, Step, StepState, Tab, dated};
use app::imports::{self, Candidate, Done, Import, ImportRow};
use askama::Template;
use axum::Json;
use axum::extract::State;
use domain::access::{Act, Actor};
use domain::calendar::{parse_day, shown};
use domain::edition::Edition;
use domain::intake::{Answer, Effect};
use formats::Kind;
use serde::Deserialize;
use serde_json::{Value, json};

/// Rows on one page.
const ROWS: i64 = 25;

/// A row that no decision brings in.
const LEFT_OUT: &str = "left out";

#[derive(Template)]
#[template(path = "imports/show.html")]
pub struct ShowPage {
    frame: Frame,
    id: i64,
    file: String,
    sender: String,
    kind: &'static str,
    as_of: String,
    received: String,
    message: String,
    steps: Vec<Step>,
    running: bool,
    percent: Option<i64>,
    words: String,
    tabs: Vec<Tab>,
    held: bool,
    progress_href: String,
    rows: Vec<RowView>,
    next: Option<String>,
    /// What follows from it for people on the register, which its sender is not told.
    council: Vec<String>,
    /// How it was read and what nobody read of it.
    notes: Vec<String>,
    /// Whether somebody can say how it is to be read.
    may_tell: bool,
    /// Whether it waits, not applied: it can be read again and forgotten.
    waits: bool,
    /// Whether any row was read.
    was_read: bool,
    may_apply: bool,
    may_undo: bool,
    apply_words: String,
}

/// One row with its fate.
struct RowView {
    line: i64,
    table_id: String,
    who: String,
    person: Option<i64>,
    reasons: Vec<String>,
    said: Vec<(String, String)>,
    changes: Vec<Change>,
    candidates: Vec<Candidate>,
    /// The words of each answer that fits and the decision it makes; empty where the question is who it is.
    answers: Vec<(&'static str, String)>,
    /// In words; empty where nothing is decided.
    decision: String,
    /// Somebody has decided, and somebody else must agree.
    second: bool,
}

#[derive(Deserialize)]
pub struct Shown {
    #[serde(default)]
    effect: String,
    #[serde(default)]
    after: i64,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Query(shown): Query<Shown>,
) -> Result<Page<ShowPage>, PageError> {
    let actor = who.may(Act::Import)?;
    // Asked before the register is: work that ends in between then shows as running for one more
    // second, not as a state that is over and that nothing would ever refresh.
    let running = edge.work().done(id);
    let import = imports::one(edge.ctx(), id).await?.ok_or(PageError::NotFound)?;
    let effect = Effect::from_name(&shown.effect).unwrap_or_else(|| first_worth(&import));
    let mut found =
        imports::rows_of(edge.ctx(), actor, id, effect.name(), (shown.after, ROWS + 1)).await?;
    let more = found.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let next = found
        .last()
        .filter(|_| more)
        .map(|row| format!("/imports/{id}?effect={}&after={}", effect.name(), row.line));
    let told_by = edition(parse_day(&import.as_of).unwrap_or_else(|| edge.ctx().today()))?;
    let mut rows = views(&edge, actor, found, told_by).await?;
    let second = app::linking::waiting_rows(edge.ctx(), id).await?;
    rows.iter_mut().for_each(|row| row.second = second.contains(&row.line));
    let sender = sender_name(&edge, &import.sender).await?;
    let decided = rows.iter().filter(|r| !r.decision.is_empty() && r.decision != LEFT_OUT).count();
    Ok(Page(page(frame, &import, (sender, effect), rows, (running, next, decided))))
}

fn page(
    frame: Frame,
    import: &Import,
    (sender, effect): (String, Effect),
    rows: Vec<RowView>,
    (running, next, decided): (Option<Done>, Option<String>, usize),
) -> ShowPage {
    let applied = import.state == "applied";
    let c = import.counts;
    let waits = running.is_none() && matches!(import.state.as_str(), "received" | "planned");
    ShowPage {
        frame: frame.named(format!("Import {}", import.id), Section::Imports),
        id: import.id,
        file: import.file_name.clone(),
        sender,
        kind: import.kind.parse::<Kind>().map_or("", Kind::label),
        as_of: import.as_of.parse().map_or(import.as_of.clone(), shown),
        received: when(&import.received_at),
        message: import.message.clone().unwrap_or_default(),
        steps: steps(import, running.is_some()),
        running: running.is_some(),
        percent: running.and_then(Done::percent),
        words: running.map(far).unwrap_or_default(),
        tabs: tabs(import, effect),
        held: effect == Effect::Held,
        progress_href: format!("/imports/{}/progress", import.id),
        rows,
        next,
        council: serde_json::from_str(&import.council).unwrap_or_default(),
        notes: serde_json::from_str(&import.notes).unwrap_or_default(),
        waits,
        was_read: c.read > 0,
        may_tell: waits && import.kind.parse::<Kind>().is_ok_and(Kind::is_table),
        may_apply: running.is_none() && (import.state == "planned" || (applied && decided > 0)),
        may_undo: applied && running.is_none(),
        apply_words: match applied {
            true => "Apply the rows decided here".to_owned(),
            false => format!("Apply {} new and {} changed", c.new, c.changed),
        },
    }
}

/// What a sender is called.
pub(super) async fn sender_name(edge: &Edge, id: &str) -> Result<String, PageError> {
    let senders = imports::senders(edge.ctx()).await?;
    let known = senders.into_iter().find(|(known, _)| known == id);
    Ok(known.map_or(id.to_owned(), |(_, name)| name))
}

/// What a browser that waits is told.
pub async fn progress(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<Value>, PageError> {
    who.may(Act::Import)?;
    Ok(Json(match edge.work().done(id) {
        Some(done) => json!({"percent": done.percent(), "words": far(done), "done": false}),
        None => json!({"percent": 100, "words": "Done", "done": true}),
    }))
}

/// How far it is, as people read it.
fn far(done: Done) -> String {
    match done.of {
        Some(of) if of >= done.rows => format!("{} of about {of} rows done", done.rows),
        _ => format!("{} rows done", done.rows),
    }
}

/// The tab to open first: what needs a person, then what changes.
fn first_worth(import: &Import) -> Effect {
    let c = import.counts;
    let order = [
        (Effect::Held, c.held),
        (Effect::Refused, c.refused),
        (Effect::New, c.new),
        (Effect::Changed, c.changed),
    ];
    order.into_iter().find(|(_, n)| *n > 0).map_or(Effect::Unchanged, |(effect, _)| effect)
}

fn tabs(import: &Import, current: Effect) -> Vec<Tab> {
    let c = import.counts;
    [
        (Effect::Held, "Held for review", c.held),
        (Effect::New, "New", c.new),
        (Effect::Changed, "Changed", c.changed),
        (Effect::Unchanged, "Unchanged", c.unchanged),
        (Effect::Refused, "Refused", c.refused),
    ]
    .into_iter()
    .map(|(effect, words, count)| Tab {
        words: words.to_owned(),
        count: Some(count.to_string()),
        href: format!("/imports/{}?effect={}", import.id, effect.name()),
        current: effect == current,
    })
    .collect()
}

/// Received, read, matched, reviewed, applied.
fn steps(import: &Import, running: bool) -> Vec<Step> {
    let c = import.counts;
    let (read, applied) = match import.state.as_str() {
        "planned" | "applying" => (StepState::Done, StepState::Later),
        "applied" | "undone" => (StepState::Done, StepState::Done),
        _ if running => (StepState::Now, StepState::Later),
        _ => (StepState::Later, StepState::Later),
    };
    let reviewed = match (read, c.held) {
        (StepState::Done, 0) => StepState::Done,
        (StepState::Done, _) => StepState::Now,
        _ => StepState::Later,
    };
    let last = match import.state.as_str() {
        "applied" => format!("{} new, {} changed", c.new, c.changed),
        "undone" => "taken back".to_owned(),
        _ => String::new(),
    };
    let step = |words: &str, state, note: String| Step { words: words.to_owned(), state, note };
    vec![
        step("Received", StepState::Done, String::new()),
        step("Read", read, format!("{} rows", c.read)),
        step("Matched", read, format!("{} on the register", c.changed + c.unchanged)),
        step("Reviewed", reviewed, format!("{} held", c.held)),
        step("Applied", applied, last),
    ]
}

async fn views(
    edge: &Edge,
    actor: &Actor,
    rows: Vec<ImportRow>,
    edition: &Edition,
) -> Result<Vec<RowView>, PageError> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let candidates = match row.effect.as_str() {
            "held" => imports::candidates(edge.ctx(), actor, &row).await?,
            _ => Vec::new(),
        };
        all.push(view(row, candidates, edition));
    }
    Ok(all)
}

fn view(row: ImportRow, candidates: Vec<Candidate>, edition: &Edition) -> RowView {
    let said: Vec<(String, String)> = serde_json::from_str(&row.said).unwrap_or_default();
    let said: Vec<(String, String)> = said.into_iter().filter(|(_, v)| !v.is_empty()).collect();
    let changes: Vec<[Option<String>; 4]> = serde_json::from_str(&row.changes).unwrap_or_default();
    let who: Vec<&str> = said
        .iter()
        .filter(|(column, _)| {
            let column = column.to_lowercase();
            ["name", "dob", "birth"].iter().any(|part| column.contains(part))
                && !["former", "school", "establishment", "provider"]
                    .iter()
                    .any(|p| column.contains(p))
        })
        .map(|(_, value)| value.as_str())
        .take(3)
        .collect();
    let answers = row.answers.split(',').filter_map(Answer::from_name);
    RowView {
        answers: answers
            .zip(std::iter::repeat(row.person.unwrap_or_default()))
            .map(|(answer, person)| (words(answer), format!("{}:{person}", answer.name())))
            .collect(),
        line: row.line,
        table_id: format!("changes-{}", row.line),
        who: if who.is_empty() { format!("Row {}", row.line) } else { dated(&who.join(" ")) },
        person: row.person,
        reasons: serde_json::from_str(&row.reasons).unwrap_or_default(),
        changes: changes.into_iter().map(|one| change(one, edition)).collect(),
        said,
        candidates,
        decision: row.decision.as_deref().map(decided).unwrap_or_default(),
        second: false,
    }
}

fn change([field, label, before, after]: [Option<String>; 4], edition: &Edition) -> Change {
    let field = field.unwrap_or_default();
    let said = |side: Option<String>| {
        side.map_or_else(String::new, |text| differs::words(&field, &text, edition))
    };
    Change { before: said(before), after: said(after), field: label.unwrap_or_default() }
}

const fn words(answer: Answer) -> &'static str {
    match answer {
        Answer::Recorded => "What is recorded stands",
        Answer::Sent => "The start as sent",
    }
}

fn decided(decision: &str) -> String {
    let answer = decision.split(':').next().and_then(Answer::from_name);
    match decision {
        "new" => "somebody new".to_owned(),
        "leave" => LEFT_OUT.to_owned(),
        _ => answer.map_or("the same person".to_owned(), |answer| words(answer).to_lowercase()),
    }
}

/// An instant as people read it, in the day's own words.
pub(super) fn when(instant: &str) -> String {
    let day = instant.get(..10).and_then(|day| day.parse().ok());
    match (day, instant.get(11..16)) {
        (Some(day), Some(time)) => format!("{} at {time}", shown(day)),
        _ => instant.to_owned(),
    }
}
