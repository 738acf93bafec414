//! What changed between two days: since the last meeting, unless another day is asked for.

use super::{Arrow, arrow, day, rag, tabs};
use crate::charts::{Stack, Svg, Words};
use crate::http::{Edge, Frame, Page, PageError, Path, Query, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Rag, Tab};
use app::plan::{self, Between};
use askama::Template;
use axum::extract::State;
use domain::calendar::{Day, shown};
use domain::plan::{Cell, Change, Counts, OutcomeId, Rating, Trend};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    since: String,
}

#[derive(Template)]
#[template(path = "plan/changes.html")]
pub struct ChangesPage {
    frame: Frame,
    id: i64,
    tabs: Vec<Tab>,
    since: String,
    days: Vec<Choice>,
    rated: Vec<Moved>,
    other: Vec<(i64, String, String)>,
    answered: i64,
    differ: i64,
    finding: String,
    chart: Svg,
    /// Meeting, and how many outcomes stood at each rating.
    standings: Vec<(String, Vec<usize>)>,
    marks: Vec<&'static str>,
}

/// A rating that moved, and why.
pub(super) struct Moved {
    pub outcome: i64,
    pub title: String,
    pub what: String,
    pub was: Rag,
    pub is: Rag,
    pub trend: Arrow,
    pub why: String,
}

pub async fn changes(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
    frame: Frame,
) -> Result<Page<ChangesPage>, PageError> {
    let room = plan::open(edge.ctx(), &who.actor, id).await?;
    let from = day(&asked.since).unwrap_or(room.since);
    let found = plan::between(edge.ctx(), &who.actor, id, from, room.today).await?;
    let (answered, differ) = plan::differing(edge.ctx(), &who.actor, id).await?;
    let standings = plan::standings(edge.ctx(), &who.actor, id).await?;
    let mut days = room.meetings.clone();
    days.extend(&found.days);
    days.retain(|day| *day <= room.today);
    days.push(from);
    days.sort_unstable();
    days.dedup();
    let choice = |day| Choice::new(&format!("{day}"), &shown(day), day == from);
    let (mut rated, mut other) = (Vec::new(), Vec::new());
    for change in &found.changes {
        match moved(&found, change) {
            Some(one) => rated.push(one),
            None => other.extend(told(&found, change)),
        }
    }
    Ok(Page(ChangesPage {
        frame: frame.named(format!("What changed since {}", shown(from)), Section::Plan),
        id,
        tabs: tabs(id, &room, "changes"),
        since: shown(from),
        days: days.into_iter().rev().map(choice).collect(),
        rated,
        other,
        answered,
        differ,
        finding: finding(&standings),
        chart: drawn(&standings),
        standings: standings.iter().map(|(on, c)| (shown(*on), by_mark(c))).collect(),
        marks: MARKS.iter().map(|rating| rag(*rating).words()).collect(),
    }))
}

/// In the order of the bars.
const MARKS: [Rating; 5] =
    [Rating::Green, Rating::Amber, Rating::Red, Rating::NotStarted, Rating::Unrated];

/// The badges', in the order of the bars. Amber is lighter than its words, which no bar has to hold.
const COLOURS: [&str; 5] = ["#0F6B3A", "#E69F00", "#A4161A", "#4B5A66", "#D5DCE1"];

fn by_mark(counts: &Counts) -> Vec<usize> {
    vec![counts.green, counts.amber, counts.red, counts.not_started, counts.unrated]
}

fn finding(standings: &[(Day, Counts)]) -> String {
    let Some(((from, then), (_, now))) = standings.first().zip(standings.last()) else {
        return String::new();
    };
    format!(
        "{} of {} outcomes are on track; on {} {} of {} were",
        now.green,
        now.total(),
        shown(*from),
        then.green,
        then.total()
    )
}

fn drawn(standings: &[(Day, Counts)]) -> Svg {
    #[expect(clippy::cast_precision_loss, reason = "a plan has some dozens of outcomes")]
    let bar = |(on, counts): &(Day, Counts)| {
        (shown(*on), by_mark(counts).into_iter().map(|count| count as f64).collect())
    };
    let chart = Stack {
        parts: MARKS.iter().map(|rating| rag(*rating).words().to_owned()).collect(),
        rows: standings.iter().map(bar).collect(),
        colours: &COLOURS,
    };
    let said = "A bar for each meeting, parted by rating; the table beside it gives the numbers.";
    chart.draw(&Words::new("standings", finding(standings), said))
}

fn title(found: &Between, id: OutcomeId) -> String {
    let outcome = found.is.plan.outcome(id).or_else(|| found.was.plan.outcome(id));
    outcome.map_or(String::new(), |outcome| format!("{} {}", outcome.label, outcome.title))
}

pub(super) fn moved(found: &Between, change: &Change) -> Option<Moved> {
    let (cell, was, is) = match change {
        Change::OutcomeRated { outcome, was, is } => (Cell::outcome(*outcome), *was, *is),
        Change::ActionRated { outcome, action, was, is } => {
            (Cell::action(*outcome, *action), *was, *is)
        }
        _ => return None,
    };
    let words = |action| found.is.plan.actions.get(&action).map(|held| held.text.clone());
    let mark = found.is.mark(cell).filter(|_| is != Rating::Unrated);
    Some(Moved {
        outcome: cell.outcome.0,
        title: title(found, cell.outcome),
        what: cell.action.and_then(words).unwrap_or_else(|| "The outcome itself".to_owned()),
        was: rag(was),
        is: rag(is),
        trend: arrow(Trend::between(was, is)),
        why: mark.map_or(String::new(), |mark| {
            let by = mark.by.as_deref().unwrap_or("the plan's document");
            let reason = mark.reason.as_deref().unwrap_or("no reason was asked for");
            format!("{reason} ({by}, {})", shown(mark.on))
        }),
    })
}

fn told(found: &Between, change: &Change) -> Option<(i64, String, String)> {
    let (outcome, words) = match change {
        Change::OutcomeAdded(id) => (*id, "was added".to_owned()),
        Change::OutcomeRemoved(id) => (*id, "was removed".to_owned()),
        Change::Relabelled { outcome, was, is } => (*outcome, format!("was {was} and is now {is}")),
        Change::Retitled { outcome } => (*outcome, "has new words".to_owned()),
        Change::TimeChanged { outcome, was, is } => {
            (*outcome, format!("was due '{was}' and is now due '{is}'"))
        }
        Change::LeadChanged { outcome, was, is } => {
            (*outcome, format!("was led by '{was}' and is now led by '{is}'"))
        }
        Change::AdditionalChanged { outcome } => {
            (*outcome, "has other additional responsibilities".to_owned())
        }
        Change::ActionAdded { outcome, .. } => (*outcome, "has an action more".to_owned()),
        Change::ActionRemoved { outcome, .. } => (*outcome, "has an action less".to_owned()),
        Change::OutcomeRated { .. } | Change::ActionRated { .. } => return None,
    };
    Some((outcome.0, title(found, outcome), words))
}
