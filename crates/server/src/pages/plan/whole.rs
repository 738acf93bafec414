//! The whole plan on one page, one cell an outcome, and one aim in the same shape.

use super::{Cell, cell, rag, since, tabs};
use crate::http::{Edge, Frame, Page, PageError, Path, Query, SignedIn, frame::Section};
use crate::pages::parts::{Rag, Tab};
use app::plan::{self, Room};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, roles};
use domain::calendar::shown;
use domain::plan::{Counts, Outcome, Trend};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "plan/list.html")]
struct ListPage {
    frame: Frame,
    plans: Vec<(i64, String)>,
    may_keep: bool,
}

#[derive(Template)]
#[template(path = "plan/whole.html")]
pub struct WholePage {
    frame: Frame,
    id: i64,
    tabs: Vec<Tab>,
    /// The aim shown alone, with the words of its place.
    alone: Option<u16>,
    lead: String,
    counts: Vec<(Rag, usize)>,
    moved: String,
    overdue: usize,
    aims: Vec<AimView>,
    key: Vec<(Rag, String)>,
    find: String,
    found: String,
    may_rate: bool,
}

struct AimView {
    number: u16,
    title: String,
    rag: Rag,
    why: String,
    /// Who rates it otherwise than suggested, and why.
    overruled: String,
    cells: Vec<Cell>,
}

#[derive(Default, Deserialize)]
pub struct Find {
    #[serde(default)]
    find: String,
}

/// The only plan at once, or a list of them, or how to bring one.
pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    let plans = plan::list(edge.ctx(), &who.actor).await?;
    if let [(id, _)] = plans.as_slice() {
        return Ok(Redirect::to(&format!("/plan/{id}")).into_response());
    }
    let may_keep = roles(Act::KeepPlan).contains(&who.actor.role);
    Ok(Page(ListPage { frame: frame.named("Plan", Section::Plan), plans, may_keep })
        .into_response())
}

pub async fn whole(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Query(asked): Query<Find>,
    frame: Frame,
) -> Result<Page<WholePage>, PageError> {
    let room = plan::open(edge.ctx(), &who.actor, id).await?;
    Ok(Page(view(&room, None, asked.find.trim(), frame, &who)))
}

pub async fn aim(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, number)): Path<(i64, u16)>,
    frame: Frame,
) -> Result<Page<WholePage>, PageError> {
    let room = plan::open(edge.ctx(), &who.actor, id).await?;
    if !room.now.plan.aims.iter().any(|aim| aim.number == number) {
        return Err(PageError::NotFound);
    }
    Ok(Page(view(&room, Some(number), "", frame, &who)))
}

fn view(room: &Room, alone: Option<u16>, find: &str, frame: Frame, who: &SignedIn) -> WholePage {
    let kept = room.now.plan.find(find);
    let shows = |outcome: &Outcome| find.is_empty() || kept.iter().any(|one| one.id == outcome.id);
    let plan = &room.now.plan;
    let wanted = plan.aims.iter().filter(|aim| alone.is_none_or(|number| aim.number == number));
    let aims: Vec<AimView> = wanted
        .map(|aim| {
            let said = plan.suggest_aim(aim);
            let other = room.overruled.get(&aim.number);
            AimView {
                number: aim.number,
                title: aim.title.clone(),
                rag: rag(other.map_or(said.rating, |other| other.rating)),
                overruled: other
                    .map_or(String::new(), |other| format!("{} says so: {}", other.by, other.why)),
                why: format!("{}: {}", rag(said.rating).words(), said.reason),
                cells: aim
                    .outcomes
                    .iter()
                    .filter(|o| shows(o))
                    .map(|o| cell(&room.shown(o)))
                    .collect(),
            }
        })
        .collect();
    let counted = plan.aims.iter().filter(|aim| alone.is_none_or(|number| aim.number == number));
    let counts: Counts =
        counted.flat_map(|aim| &aim.outcomes).map(|outcome| outcome.rating).collect();
    let trends: Vec<Trend> = aims.iter().flat_map(|a| &a.cells).map(|c| c.trend.trend).collect();
    let went = |wanted: Trend| trends.iter().filter(|trend| **trend == wanted).count();
    let title = match alone.and(aims.first()) {
        Some(aim) => format!("Aim {}: {}", aim.number, aim.title),
        None => plan.title.clone(),
    };
    WholePage {
        frame: frame.named(title, Section::Plan),
        id: room.id,
        tabs: tabs(room.id, room, if alone.is_none() { "plan" } else { "" }),
        alone,
        found: match find {
            "" => String::new(),
            find => format!("{} outcomes speak of {find}.", kept.len()),
        },
        find: find.to_owned(),
        lead: lead(room),
        counts: [
            (Rag::Green, counts.green),
            (Rag::Amber, counts.amber),
            (Rag::Red, counts.red),
            (Rag::NotStarted, counts.not_started),
            (Rag::Unrated, counts.unrated),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .collect(),
        moved: format!(
            "{} better, {} worse {}",
            went(Trend::Better),
            went(Trend::Worse),
            since(room)
        ),
        overdue: aims.iter().flat_map(|aim| &aim.cells).filter(|cell| cell.overdue).count(),
        aims,
        key: plan.key.iter().map(|entry| (rag(entry.rating), entry.wording.clone())).collect(),
        may_rate: roles(Act::RatePlan).contains(&who.actor.role),
    }
}

fn lead(room: &Room) -> String {
    let plan = &room.now.plan;
    let outcomes = plan.outcomes().count();
    let next = room
        .next_meeting()
        .map_or("No meeting is planned.".to_owned(), |day| format!("Next meeting {}.", shown(day)));
    format!(
        "{} aims, {outcomes} outcomes, newest rating {}. {next}",
        plan.aims.len(),
        shown(plan.rated_on)
    )
}
