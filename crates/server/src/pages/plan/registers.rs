//! The registers: all of them counted, one with its lines and a form for a new one, and
//! one line with every wording it has had.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, DateFields, Errors, Tab, count};
use app::plan::{self, Draft, Entry, Room, Written};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, roles};
use domain::calendar::shown;
use domain::plan::{REGISTERS, Register, register};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "plan/registers.html")]
pub struct AllPage {
    frame: Frame,
    id: i64,
    tabs: Vec<Tab>,
    registers: Vec<Counted>,
}

/// A register with its lines counted, and what the plan itself says beside them.
struct Counted {
    register: &'static Register,
    lines: usize,
    open: usize,
    beside: String,
}

#[derive(Template)]
#[template(path = "plan/register.html")]
struct OnePage {
    frame: Frame,
    id: i64,
    register: &'static Register,
    beside: String,
    lines: Vec<Line>,
    form: Form,
    errors: Errors,
    may_write: bool,
}

#[derive(Template)]
#[template(path = "plan/entry.html")]
struct LinePage {
    frame: Frame,
    id: i64,
    entry: i64,
    seen: i64,
    register: &'static Register,
    form: Form,
    errors: Errors,
    theirs: Option<Line>,
    wordings: Vec<(String, Line)>,
    may_write: bool,
}

pub(super) struct Line {
    pub entry: i64,
    pub title: String,
    pub facts: Vec<(String, String)>,
    pub state: String,
    pub closed: bool,
}

/// What the form shows, as typed.
struct Form {
    title: String,
    detail: String,
    body: String,
    person: String,
    day: DateFields,
    amount: String,
    source: String,
    outcomes: Vec<Choice>,
    meetings: Vec<Choice>,
    states: Vec<Choice>,
}

#[derive(Clone, Default, Deserialize)]
pub struct Typed {
    title: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    person: String,
    #[serde(default, rename = "day-day")]
    day: String,
    #[serde(default, rename = "day-month")]
    month: String,
    #[serde(default, rename = "day-year")]
    year: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    meeting: String,
    state: String,
    #[serde(default)]
    seen: i64,
}

impl Typed {
    fn on(&self) -> DateFields {
        DateFields::of(&self.day, &self.month, &self.year)
    }
}

/// Seats and meetings stand in the plan's own text; their registers hold only what was written since.
fn beside(room: &Room, kept: &Register) -> String {
    let group = &room.now.plan.group;
    let (one, many, counted) = match kept.name {
        "member" => ("seat", "seats", group.seats.len()),
        "meeting" => ("meeting", "meetings", group.meetings.len()),
        _ => return String::new(),
    };
    match counted {
        0 => String::new(),
        1 => format!("1 {one} is in the plan itself; lines here change it or add to it."),
        more => {
            format!("{more} {many} are in the plan itself; lines here change them or add to them.")
        }
    }
}

pub async fn all(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    frame: Frame,
) -> Result<Page<AllPage>, PageError> {
    let room = plan::open(edge.ctx(), &who.actor, id).await?;
    let lines = plan::lines(edge.ctx(), &who.actor, id).await?;
    let of = |kept: &Register| lines.iter().filter(|line| line.register == kept.name).count();
    let open = |kept: &Register| {
        let own = lines.iter().filter(|line| line.register == kept.name);
        own.filter(|line| !kept.is_closed(&line.state)).count()
    };
    let counted = |kept: &'static Register| Counted {
        register: kept,
        lines: of(kept),
        open: open(kept),
        beside: beside(&room, kept),
    };
    Ok(Page(AllPage {
        tabs: tabs(id, &room, "registers"),
        frame: frame.named("Registers", Section::Plan),
        id,
        registers: REGISTERS.iter().map(counted).collect(),
    }))
}

pub async fn one(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, name)): Path<(i64, String)>,
    frame: Frame,
) -> Result<Response, PageError> {
    let kept = register(&name).ok_or(PageError::NotFound)?;
    register_page(&edge, &who, (id, kept), &Typed::default(), Errors::default(), frame).await
}

pub async fn add(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, name)): Path<(i64, String)>,
    frame: Frame,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let kept = register(&name).ok_or(PageError::NotFound)?;
    let written = plan::write(edge.ctx(), &who.actor, id, &draft(kept, 0, &typed)).await?;
    match written {
        Written::Refused(refused) => {
            let frame = frame.with_errors(true);
            register_page(&edge, &who, (id, kept), &typed, refused.into(), frame).await
        }
        _ => Ok(Redirect::to(&format!("/plan/{id}/registers/{name}")).into_response()),
    }
}

async fn register_page(
    edge: &Edge,
    who: &SignedIn,
    (id, kept): (i64, &'static Register),
    typed: &Typed,
    errors: Errors,
    frame: Frame,
) -> Result<Response, PageError> {
    let room = plan::open(edge.ctx(), &who.actor, id).await?;
    let lines = plan::lines(edge.ctx(), &who.actor, id).await?;
    let own = lines.iter().filter(|line| line.register == kept.name);
    let page = OnePage {
        frame: frame.named(kept.title, Section::Plan),
        id,
        register: kept,
        beside: beside(&room, kept),
        lines: own.map(|entry| line(&room, kept, entry)).collect(),
        form: form(&room, kept, typed),
        errors,
        may_write: roles(Act::RatePlan).contains(&who.actor.role),
    };
    Ok(Page(page).into_response())
}

pub async fn wording(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, entry)): Path<(i64, i64)>,
    frame: Frame,
) -> Result<Response, PageError> {
    line_page(&edge, &who, (id, entry), None, (Errors::default(), false), frame).await
}

pub async fn change(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, entry)): Path<(i64, i64)>,
    frame: Frame,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let wordings = plan::wordings(edge.ctx(), &who.actor, id, entry).await?;
    let (newest, ..) = wordings.first().ok_or(PageError::NotFound)?;
    let kept = register(&newest.register).ok_or(PageError::NotFound)?;
    match plan::write(edge.ctx(), &who.actor, id, &draft(kept, entry, &typed)).await? {
        Written::Saved { .. } => {
            Ok(Redirect::to(&format!("/plan/{id}/registers/{}", kept.name)).into_response())
        }
        Written::Refused(refused) => {
            let frame = frame.with_errors(true);
            let said = (refused.into(), false);
            line_page(&edge, &who, (id, entry), Some(&typed), said, frame).await
        }
        Written::Overtaken(_) => {
            let said = (Errors::default(), true);
            line_page(&edge, &who, (id, entry), Some(&typed), said, frame).await
        }
    }
}

/// `overtaken` shows the line as it now stands beside what was typed.
async fn line_page(
    edge: &Edge,
    who: &SignedIn,
    (id, entry): (i64, i64),
    typed: Option<&Typed>,
    (errors, overtaken): (Errors, bool),
    frame: Frame,
) -> Result<Response, PageError> {
    let room = plan::open(edge.ctx(), &who.actor, id).await?;
    let wordings = plan::wordings(edge.ctx(), &who.actor, id, entry).await?;
    let (newest, ..) = wordings.first().ok_or(PageError::NotFound)?;
    let kept = register(&newest.register).ok_or(PageError::NotFound)?;
    let stands = said(newest);
    let told = |at: &str, by: &str| format!("{} by {by}", at.get(..10).unwrap_or(at));
    let page = LinePage {
        frame: frame.named(newest.title.clone(), Section::Plan),
        id,
        entry,
        seen: typed.filter(|_| !overtaken).map_or(newest.id, |typed| typed.seen),
        register: kept,
        form: form(&room, kept, typed.unwrap_or(&stands)),
        errors,
        theirs: overtaken.then(|| line(&room, kept, newest)),
        wordings: wordings.iter().map(|(e, at, by)| (told(at, by), line(&room, kept, e))).collect(),
        may_write: roles(Act::RatePlan).contains(&who.actor.role),
    };
    Ok(Page(page).into_response())
}

fn draft(kept: &Register, entry: i64, typed: &Typed) -> Draft {
    let line = Entry {
        entry,
        register: kept.name.to_owned(),
        meeting: typed.meeting.parse().ok(),
        outcome: typed.outcome.parse().ok(),
        title: typed.title.trim().to_owned(),
        detail: typed.detail.trim().to_owned(),
        body: typed.body.trim().to_owned(),
        person: typed.person.trim().to_owned(),
        state: typed.state.clone(),
        source: typed.source.trim().to_owned(),
        ..Entry::default()
    };
    Draft { line, day: typed.on().written_if_any(), amount: typed.amount.clone(), seen: typed.seen }
}

fn said(entry: &Entry) -> Typed {
    let DateFields { day, month, year } = entry.on.map(DateFields::on).unwrap_or_default();
    Typed {
        title: entry.title.clone(),
        detail: entry.detail.clone(),
        body: entry.body.clone(),
        person: entry.person.clone(),
        day,
        month,
        year,
        amount: entry.amount.map_or(String::new(), |amount| amount.to_string()),
        source: entry.source.clone(),
        outcome: entry.outcome.map_or(String::new(), |outcome| outcome.to_string()),
        meeting: entry.meeting.map_or(String::new(), |day| day.to_string()),
        state: entry.state.clone(),
        seen: entry.id,
    }
}

fn form(room: &Room, kept: &Register, typed: &Typed) -> Form {
    let state = |word: &&str| Choice::new(word, word, *word == typed.state);
    let mut outcomes = vec![Choice::new("", "None", typed.outcome.is_empty())];
    outcomes.extend(room.now.plan.outcomes().map(|outcome| {
        let id = outcome.id.0.to_string();
        Choice::new(&id, &format!("{} {}", outcome.label, outcome.title), id == typed.outcome)
    }));
    let mut meetings = vec![Choice::new("", "None", typed.meeting.is_empty())];
    meetings.extend(room.meetings.iter().rev().map(|day| {
        let value = day.to_string();
        Choice::new(&value, &shown(*day), value == typed.meeting)
    }));
    Form {
        title: typed.title.clone(),
        detail: typed.detail.clone(),
        body: typed.body.clone(),
        person: typed.person.clone(),
        day: typed.on(),
        amount: typed.amount.clone(),
        source: typed.source.clone(),
        outcomes,
        meetings,
        states: kept.states.iter().map(state).collect(),
    }
}

pub(super) fn line(room: &Room, kept: &Register, entry: &Entry) -> Line {
    let pounds = |amount| format!("£{}", count(usize::try_from(amount).unwrap_or_default()));
    let outcome = entry.outcome.and_then(|id| room.now.plan.outcome(domain::plan::OutcomeId(id)));
    let facts = [
        (kept.body, entry.body.clone()),
        (kept.person, entry.person.clone()),
        (kept.day, entry.on.map(shown).unwrap_or_default()),
        (kept.amount, entry.amount.map(pounds).unwrap_or_default()),
        (kept.meeting.then_some("Meeting"), entry.meeting.map(shown).unwrap_or_default()),
        (
            kept.outcome.then_some("Outcome"),
            outcome.map(|o| o.label.to_string()).unwrap_or_default(),
        ),
        (kept.source, entry.source.clone()),
        (kept.detail, entry.detail.clone()),
    ];
    Line {
        entry: entry.entry,
        title: entry.title.clone(),
        facts: facts
            .into_iter()
            .filter_map(|(name, words)| Some((name?.to_owned(), words)))
            .filter(|(_, words)| !words.is_empty())
            .collect(),
        state: entry.state.clone(),
        closed: kept.is_closed(&entry.state),
    }
}
