//! What is destroyed when its time is over: the rules, the lists, one list with its approval; a council's own rules
//! are put forward by one person and put in force by another.

use crate::http::{
    Edge, Frame, Page, PageError, Path, SignedIn, Visitor, frame::Section, upload::Upload,
};
use crate::pages::account::fresh;
use crate::pages::admin::tabs;
use crate::pages::parts::{Errors, Tab, Tone, count};
use crate::pages::people::story::moment;
use app::Wrong;
use app::retention::{self, InForce, Opened};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::calendar::shown as day;
use domain::retention::{Category, without_a_rule};

#[derive(Template)]
#[template(path = "retention/list.html")]
pub struct List {
    frame: Frame,
    tabs: Vec<Tab>,
    errors: Errors,
    /// Since when the rules are in force and by whom.
    standing: String,
    waiting: Option<Waiting>,
    rules: Vec<(&'static str, String, String)>,
    /// What no rule names.
    kept: Vec<&'static str>,
    runs: Vec<(i64, String, String, String, Tone)>,
}

/// Rules that somebody put forward.
struct Waiting {
    id: i64,
    by: String,
    at: String,
    mine: bool,
    changes: Vec<String>,
    due: String,
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<List>, PageError> {
    draw_list(&edge, &who, frame, Errors::default()).await
}

async fn draw_list(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    errors: Errors,
) -> Result<Page<List>, PageError> {
    let actor = who.may(Act::KeepRetention)?;
    let listed = retention::list(edge.ctx(), actor).await?;
    let standing = standing(&listed.in_force);
    let kept = without_a_rule(&listed.in_force.rules).into_iter().map(Category::label);
    let kept = kept.collect();
    let rules = listed.in_force.rules.into_iter();
    let rules = rules.map(|r| (r.category.label(), r.words(), r.authority));
    let waiting = listed.waiting.map(|waiting| Waiting {
        id: waiting.own.id,
        mine: waiting.own.made_by == actor.account,
        at: moment(&waiting.own.made_at),
        by: waiting.own.made_by_name,
        changes: waiting.changes,
        due: count(usize::try_from(waiting.own.due).unwrap_or_default()),
    });
    let runs = listed.runs.into_iter().map(|(run, stands)| {
        let state = match &run.approved_at {
            Some(at) => {
                (format!("Carried out {}, {}", moment(at), run.approved_by_name), Tone::Plain)
            }
            None if !stands => ("Drawn by other rules".to_owned(), Tone::Plain),
            None => ("Waits for somebody else".to_owned(), Tone::Slow),
        };
        (run.id, day(run.day), run.drawn_by_name, state.0, state.1)
    });
    Ok(Page(List {
        frame: frame
            .named("What is destroyed when its time is over", Section::Admin)
            .with_errors(!errors.is_empty()),
        tabs: tabs("/retention", actor),
        errors,
        standing,
        waiting,
        rules: rules.collect(),
        kept,
        runs: runs.collect(),
    }))
}

/// Since when the rules are in force and by whom, in words.
fn standing(in_force: &InForce) -> String {
    let Some(own) = &in_force.own else {
        return "These are the rules that Waymark comes with. Set them to your own retention \
                schedule before the first list is approved."
            .to_owned();
    };
    let since = own.agreed_at.as_deref().map(moment).unwrap_or_default();
    match own.made_by_name == own.agreed_by_name {
        true => format!("Your own rules, in force since {since}, by {}.", own.agreed_by_name),
        false => format!(
            "Your own rules, in force since {since}. {} put them forward, {} agreed.",
            own.made_by_name, own.agreed_by_name
        ),
    }
}

/// No schedule is longer: what comes is read into memory whole.
const LONGEST: u64 = 64 * 1024;

/// Takes a file of rules, which somebody else then puts in force.
pub async fn put_forward(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
    upload: Upload,
) -> Result<Response, PageError> {
    let actor = who.may(Act::KeepRetention)?;
    fresh(&edge, &visitor, "/retention").await?;
    let mut errors = Errors::default();
    let sentence = match text(&upload).await? {
        Err(sentence) => sentence.to_owned(),
        Ok(text) => match retention::set_rules(edge.ctx(), actor, &text).await {
            Ok(_) => return Ok(Redirect::to("/retention").into_response()),
            Err(Wrong::Refused(sentence) | Wrong::RefusedAt { sentence, .. }) => sentence,
            Err(broken) => return Err(broken.into()),
        },
    };
    errors.add("file", sentence);
    Ok(draw_list(&edge, &who, frame, errors).await?.into_response())
}

/// What a file says, or why it is no text.
async fn text(upload: &Upload) -> Result<Result<String, &'static str>, PageError> {
    let Some(file) = &upload.file else { return Ok(Err("Choose the file with the rules.")) };
    let length = file.content().and_then(|file| file.metadata()).map_err(PageError::failure)?.len();
    if length > LONGEST {
        return Ok(Err("The file is too long to be rules of retention."));
    }
    let bytes = file.bytes().await.map_err(PageError::failure)?;
    Ok(String::from_utf8(bytes).map_err(|_| "The file is no text in UTF-8."))
}

pub async fn agree(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::KeepRetention)?;
    fresh(&edge, &visitor, "/retention").await?;
    retention::agree_to_rules(edge.ctx(), actor, id).await?;
    Ok(Redirect::to("/retention"))
}

/// Takes back rules that wait: it destroys nothing, so nobody shows again who they are.
pub async fn decline(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    retention::decline_rules(edge.ctx(), who.may(Act::KeepRetention)?, id).await?;
    Ok(Redirect::to("/retention"))
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
    /// Whether the rules it was drawn by are still in force.
    stands: bool,
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
    let Opened { run, rules, stands, lines } = match retention::open(edge.ctx(), actor, id).await {
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
        stands,
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
