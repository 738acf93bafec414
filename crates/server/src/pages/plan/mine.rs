//! What waits for the reader: outcomes they lead and actions that meetings asked of them; and chasing.

use super::{Cell, cell, tabs};
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::Tab;
use app::plan;
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::{Act, roles};
use domain::calendar::shown;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "plan/mine.html")]
pub struct MinePage {
    frame: Frame,
    id: i64,
    tabs: Vec<Tab>,
    name: String,
    bodies: Vec<String>,
    outcomes: Vec<(Cell, String)>,
    /// Number, words, due day and whether that is past.
    asked: Vec<(i64, String, String, bool)>,
    waiting: usize,
    may_rate: bool,
}

#[derive(Deserialize)]
pub struct Reminded {
    lead: String,
}

pub async fn mine(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    frame: Frame,
) -> Result<Page<MinePage>, PageError> {
    let found = plan::mine(edge.ctx(), &who.actor, id).await?;
    let room = &found.room;
    let outcomes: Vec<(Cell, String)> = found
        .outcomes
        .iter()
        .filter_map(|id| room.now.plan.outcome(*id))
        .map(|outcome| {
            let last = found.reminded.get(&outcome.id.0);
            let last = last.map_or(String::new(), |day| format!("reminded on {}", shown(*day)));
            (cell(&room.shown(outcome)), last)
        })
        .collect();
    Ok(Page(MinePage {
        frame: frame.named("My part", Section::Plan),
        id,
        tabs: tabs(id, room, "mine"),
        name: who.actor.name.clone(),
        bodies: found.bodies.iter().cloned().collect(),
        waiting: outcomes.iter().filter(|(cell, _)| cell.overdue).count(),
        outcomes,
        asked: found
            .asked
            .iter()
            .map(|line| {
                let due = line.on.map_or("no day set".to_owned(), |d| format!("due {}", shown(d)));
                let late = line.on.is_some_and(|day| day < room.today);
                (line.entry, line.title.clone(), due, late)
            })
            .collect(),
        may_rate: roles(Act::RatePlan).contains(&who.actor.role),
    }))
}

/// Notes that a lead was reminded of all that waits for them.
pub async fn remind(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Posted(reminded): Posted<Reminded>,
) -> Result<Redirect, PageError> {
    plan::remind(edge.ctx(), who.may(Act::RatePlan)?, id, &reminded.lead).await?;
    Ok(Redirect::to(&format!("/plan/{id}/leads")))
}
