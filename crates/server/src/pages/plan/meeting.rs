//! One meeting before, while and after it is held: what is on the agenda and to be read, who came, what
//! was decided, and what moved since the meeting before. Minutes are lines of the plan's registers.

use super::changes::{Moved, moved};
use super::day;
use super::registers::{Line, line};
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, DateFields};
use crate::pages::people::story::moment;
use app::plan::{self, Attendance, Came, Draft, Entry, Meeting, Written};
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::{Act, roles};
use domain::calendar::{Day, shown};
use domain::plan::{AgendaItem, register};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "plan/meeting.html")]
pub struct MeetingPage {
    frame: Frame,
    id: i64,
    day: Day,
    lead: String,
    phase: Phase,
    agenda: Vec<AgendaItem>,
    moved: Vec<Moved>,
    since: String,
    overdue: usize,
    seats: Vec<SeatRow>,
    came: usize,
    /// Registers whose lines belong to this meeting, with what is written.
    own: Vec<(&'static str, &'static str, Vec<Line>)>,
    carried: Vec<Line>,
    issues: Vec<Line>,
    funding: Vec<Line>,
    packs: Vec<(i64, String)>,
    kinds: Vec<Choice>,
    outcomes: Vec<Choice>,
    due: DateFields,
    may_write: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Before,
    During,
    After,
}

/// A seat on the list of who came.
struct SeatRow {
    number: usize,
    body: String,
    post: String,
    expected: String,
    person: String,
    state: String,
    seen: i64,
    choices: Vec<Choice>,
}

/// What minutes are made of, in the order of their page.
const MINUTES: [&str; 5] = ["decision", "action", "recommendation", "contribution", "paper"];

#[derive(Deserialize)]
pub struct Minute {
    kind: String,
    title: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    person: String,
    #[serde(default, rename = "due-day")]
    day: String,
    #[serde(default, rename = "due-month")]
    month: String,
    #[serde(default, rename = "due-year")]
    year: String,
    #[serde(default)]
    outcome: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, on)): Path<(i64, String)>,
    frame: Frame,
) -> Result<Page<MeetingPage>, PageError> {
    let on = day(&on).ok_or(PageError::NotFound)?;
    let found = plan::meeting(edge.ctx(), &who.actor, id, on).await?;
    let today = edge.ctx().today();
    let phase = match on.cmp(&today) {
        std::cmp::Ordering::Greater => Phase::Before,
        std::cmp::Ordering::Equal => Phase::During,
        std::cmp::Ordering::Less => Phase::After,
    };
    let title = format!("Meeting of {}", shown(on));
    let may_write = roles(Act::RatePlan).contains(&who.actor.role);
    Ok(Page(page(frame.named(title, Section::Plan), &found, phase, may_write)))
}

fn page(frame: Frame, found: &Meeting, phase: Phase, may_write: bool) -> MeetingPage {
    let kept = |all: &[Entry]| {
        let one = |entry: &Entry| Some(line(&found.room, register(&entry.register)?, entry));
        all.iter().filter_map(one).collect::<Vec<_>>()
    };
    let own = MINUTES.iter().filter_map(|name| {
        let kind = register(name)?;
        let lines: Vec<Line> =
            found.lines(name).map(|entry| line(&found.room, kind, entry)).collect();
        (!lines.is_empty()).then_some((kind.name, kind.title, lines))
    });
    let since = found.before.unwrap_or(found.room.since);
    let seats: Vec<SeatRow> =
        found.seats.iter().enumerate().map(|(number, seat)| row(number, seat)).collect();
    let present = ["came", "sent a representative"];
    let mut outcomes = vec![Choice::new("", "None", true)];
    outcomes.extend(found.room.now.plan.outcomes().map(|one| {
        Choice::new(&one.id.0.to_string(), &format!("{} {}", one.label, one.title), false)
    }));
    let kind = |name: &&str| {
        register(name).map(|kept| Choice::new(kept.name, kept.one, *name == default_kind(phase)))
    };
    MeetingPage {
        frame,
        id: found.room.id,
        day: found.day,
        lead: lead(found, phase),
        phase,
        agenda: found.agenda.clone(),
        moved: found.moved.changes.iter().filter_map(|one| moved(&found.moved, one)).collect(),
        since: shown(since),
        overdue: found.room.overdue().len(),
        came: seats.iter().filter(|seat| present.contains(&seat.state.as_str())).count(),
        seats,
        own: own.collect(),
        carried: kept(&found.carried),
        issues: kept(&found.issues),
        funding: kept(&found.funding),
        packs: found
            .packs
            .iter()
            .map(|pack| {
                let (kind, at) = (pack.kind.to_uppercase(), moment(&pack.at));
                (pack.id, format!("{kind}, {at} by {} to {}", pack.by, pack.to_whom))
            })
            .collect(),
        kinds: MINUTES.iter().filter_map(kind).collect(),
        outcomes,
        due: DateFields::default(),
        may_write,
    }
}

fn default_kind(phase: Phase) -> &'static str {
    if phase == Phase::Before { "contribution" } else { "decision" }
}

fn lead(found: &Meeting, phase: Phase) -> String {
    let before = found
        .before
        .map_or(String::new(), |day| format!(" The meeting before it was on {}.", shown(day)));
    match phase {
        Phase::Before => format!("To come: agenda, papers and what to decide.{before}"),
        Phase::During => format!("Today: write down who came and what is decided.{before}"),
        Phase::After => format!("Held: minutes, who came and what was asked for.{before}"),
    }
}

fn row(number: usize, seat: &Attendance) -> SeatRow {
    let own = seat.line.as_ref();
    let state = own.map_or(String::new(), |line| line.state.clone());
    let states = register("attendance").map_or(&[][..], |kept| kept.states);
    let mut choices = vec![Choice::new("", "Not written down", state.is_empty())];
    choices.extend(states.iter().map(|word| Choice::new(word, word, **word == *state)));
    let expected = match seat.seat.people.as_slice() {
        [] => seat.seat.sitting.word().to_owned(),
        names => names.join(", "),
    };
    SeatRow {
        number,
        body: seat.seat.body.clone(),
        post: seat.seat.post.clone(),
        expected,
        person: own.map_or(String::new(), |line| line.person.clone()),
        state,
        seen: own.map_or(0, |line| line.id),
        choices,
    }
}

pub async fn attend(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, on)): Path<(i64, String)>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let on = day(&on).ok_or(PageError::NotFound)?;
    let fields: BTreeMap<String, String> = pairs.into_iter().collect();
    let text = |name: &str, number: &str| {
        fields.get(&format!("{name}-{number}")).map_or(String::new(), |said| said.trim().to_owned())
    };
    let numbers = fields.keys().filter_map(|name| name.strip_prefix("state-"));
    let came: Vec<Came> = numbers
        .map(|number| Came {
            body: text("body", number),
            post: text("post", number),
            person: text("person", number),
            state: text("state", number),
            seen: text("seen", number).parse().unwrap_or(0),
        })
        .filter(|one| !one.state.is_empty())
        .collect();
    plan::attend(edge.ctx(), actor, id, on, &came).await?;
    Ok(Redirect::to(&format!("/plan/{id}/meetings/{on}#attendance")))
}

pub async fn minute(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, on)): Path<(i64, String)>,
    Posted(typed): Posted<Minute>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let on = day(&on).ok_or(PageError::NotFound)?;
    let kept = register(&typed.kind).filter(|kept| MINUTES.contains(&kept.name));
    let kept = kept.ok_or_else(|| PageError::BadForm("a kind of minute".to_owned()))?;
    let decided = kept.name == "decision" && on <= edge.ctx().today();
    let first = kept.states.first().copied().unwrap_or_default();
    let state = if decided { "decided" } else { first };
    let own = |label: Option<&str>, said: &str| match label {
        Some(_) => said.trim().to_owned(),
        None => String::new(),
    };
    let line = Entry {
        register: kept.name.to_owned(),
        meeting: Some(on),
        outcome: typed.outcome.parse().ok().filter(|_| kept.outcome),
        title: typed.title.trim().to_owned(),
        body: own(kept.body, &typed.body),
        person: own(kept.person, &typed.person),
        state: state.to_owned(),
        ..Entry::default()
    };
    let due = DateFields::of(&typed.day, &typed.month, &typed.year).written_if_any();
    let draft = Draft { line, day: own(kept.day, &due), ..Draft::default() };
    match plan::write(edge.ctx(), actor, id, &draft).await? {
        Written::Saved { .. } => {
            Ok(Redirect::to(&format!("/plan/{id}/meetings/{on}#{}", kept.name)))
        }
        Written::Refused(why) => {
            let sentences: Vec<String> = why.into_iter().map(|(_, sentence)| sentence).collect();
            Err(PageError::Refused(sentences.join(" ")))
        }
        Written::Overtaken(_) => Err(PageError::BadForm("a line that stands already".to_owned())),
    }
}
