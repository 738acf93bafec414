//! What each lead answers for: outcomes by who leads them today, ratings that wait to be confirmed first,
//! and what meetings asked of them. A lead may look at their own alone.

use super::{Cell, cell, tabs};
use crate::http::{Edge, Frame, Page, PageError, Path, Query, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Tab};
use app::plan::{self, Entry, Room};
use askama::Template;
use axum::extract::State;
use domain::access::{Act, roles};
use domain::calendar::shown;
use domain::plan::register;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    lead: String,
}

#[derive(Template)]
#[template(path = "plan/leads.html")]
pub struct LeadsPage {
    frame: Frame,
    id: i64,
    tabs: Vec<Tab>,
    choices: Vec<Choice>,
    groups: Vec<Led>,
    may_rate: bool,
}

struct Led {
    lead: String,
    anchor: String,
    outcomes: Vec<Cell>,
    /// Number, words, due day and whether that is past.
    asked: Vec<(i64, String, String, bool)>,
    /// How many ratings wait, and when the lead was last reminded of one.
    waiting: usize,
    reminded: String,
}

pub async fn leads(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
    frame: Frame,
) -> Result<Page<LeadsPage>, PageError> {
    let room = plan::open(edge.ctx(), &who.actor, id).await?;
    let lines = plan::lines(edge.ctx(), &who.actor, id).await?;
    let groups = groups(&room, &lines);
    let choice = |group: &Led| Choice::new(&group.lead, &group.lead, group.lead == asked.lead);
    let mut choices = vec![Choice::new("", "Everybody", asked.lead.is_empty())];
    choices.extend(groups.iter().map(choice));
    let wanted = |group: &Led| asked.lead.is_empty() || group.lead == asked.lead;
    Ok(Page(LeadsPage {
        frame: frame.named("By lead", Section::Plan),
        id,
        tabs: tabs(id, &room, "leads"),
        choices,
        groups: groups.into_iter().filter(wanted).collect(),
        may_rate: roles(Act::RatePlan).contains(&who.actor.role),
    }))
}

fn groups(room: &Room, lines: &[Entry]) -> Vec<Led> {
    let mut all: BTreeMap<String, Led> = BTreeMap::new();
    let empty = |lead: &str| Led {
        lead: lead.to_owned(),
        anchor: String::new(),
        outcomes: vec![],
        asked: vec![],
        waiting: 0,
        reminded: String::new(),
    };
    for outcome in room.now.plan.outcomes() {
        for lead in room.leading(outcome) {
            let group = all.entry(lead.clone()).or_insert_with(|| empty(&lead));
            group.outcomes.push(cell(&room.shown(outcome)));
        }
    }
    let open = |line: &&Entry| {
        line.register == "action" && register("action").is_some_and(|r| !r.is_closed(&line.state))
    };
    for line in lines.iter().filter(open) {
        let lead = if line.body.is_empty() { "Nobody leads" } else { &line.body };
        let group = all.entry(lead.to_owned()).or_insert_with(|| empty(lead));
        let due = line.on.map_or("no day set".to_owned(), |day| format!("due {}", shown(day)));
        let late = line.on.is_some_and(|day| day < room.today);
        group.asked.push((line.entry, line.title.clone(), due, late));
    }
    let mut all: Vec<Led> = all.into_values().collect();
    for (number, group) in all.iter_mut().enumerate() {
        group.anchor = format!("led-{number}");
        group.outcomes.sort_by_key(|cell| !cell.overdue);
        group.waiting = group.outcomes.iter().filter(|cell| cell.overdue).count();
        let asked = lines.iter().filter(|l| l.register == "reminder" && l.body == group.lead);
        let last = asked.filter_map(|line| line.on).max();
        group.reminded =
            last.map_or(String::new(), |day| format!("Last reminded on {}.", shown(day)));
    }
    all
}
