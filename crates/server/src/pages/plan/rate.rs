//! Rating in two steps: a form for one outcome or many, and saving it. Where somebody else rated first
//! the form comes back with both ratings, and nothing has been saved.

use super::{Cell, cell, rag};
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors, Rag};
use app::plan::{self, Asked, Overtaken, Rated, Room};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::calendar::shown;
use domain::plan::{ActionId, ActionKind, Cell as Place, Outcome, OutcomeId, Rating, seen};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Template)]
#[template(path = "plan/rate.html")]
struct RatePage {
    frame: Frame,
    id: i64,
    errors: Errors,
    overtaken: usize,
    blocks: Vec<Block>,
}

/// One outcome on the form.
struct Block {
    cell: Cell,
    seen: i64,
    proposed: (Rag, String),
    choices: Vec<Choice>,
    reason: String,
    theirs: String,
    actions: Vec<Row>,
}

/// One action on the form, that is rated or left as it is.
struct Row {
    id: i64,
    words: String,
    seen: i64,
    was: &'static str,
    choices: Vec<Choice>,
    theirs: String,
}

type Fields = BTreeMap<String, String>;

pub async fn form(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
    frame: Frame,
) -> Result<Response, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let query = query.unwrap_or_default();
    let ids: BTreeSet<i64> = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("ids="))
        .filter_map(|id| id.parse().ok())
        .collect();
    if ids.is_empty() {
        return Err(PageError::Refused("Tick the outcomes you want to rate first.".to_owned()));
    }
    let room = plan::open(edge.ctx(), actor, id).await?;
    let page = page(&room, &ids, &Fields::new(), &[], Errors::default(), frame);
    Ok(Page(page).into_response())
}

pub async fn save(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    frame: Frame,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let fields: Fields = pairs.into_iter().collect();
    let asked = asked(&fields)?;
    let ids: BTreeSet<i64> = asked.iter().map(|one| one.cell.outcome.0).collect();
    let found = plan::rate(edge.ctx(), actor, id, &asked).await?;
    if let Rated::Saved { .. } = found {
        let only = ids.first().filter(|_| ids.len() == 1);
        let to = only.map_or(String::new(), |outcome| format!("/outcomes/{outcome}"));
        return Ok(Redirect::to(&format!("/plan/{id}{to}")).into_response());
    }
    let room = plan::open(edge.ctx(), actor, id).await?;
    let mut errors = Errors::default();
    let mut theirs = Vec::new();
    match found {
        Rated::Refused(refused) => {
            for (cell, sentence) in refused {
                errors.add(&format!("reason-{}", cell.outcome.0), sentence);
            }
        }
        Rated::Overtaken(found) => theirs = found,
        Rated::Saved { .. } => {}
    }
    let frame = frame.with_errors(!errors.is_empty());
    Ok(Page(page(&room, &ids, &fields, &theirs, errors, frame)).into_response())
}

/// The ratings a form asks for: every outcome on it, and the actions that were changed.
fn asked(fields: &Fields) -> Result<Vec<Asked>, PageError> {
    let bad = || PageError::BadForm("a rating's field".to_owned());
    let number = |text: &str| text.parse::<i64>().map_err(|_| bad());
    let text = |name: String| fields.get(&name).map_or("", String::as_str);
    let mut all = Vec::new();
    let mut actions_seen = BTreeSet::new();
    for (name, value) in fields {
        let (cell, was, seen) = if let Some(id) = name.strip_prefix("rating-") {
            (Place::outcome(OutcomeId(number(id)?)), "", text(format!("seen-{id}")))
        } else if let Some(rest) = name.strip_prefix("action-") {
            let (outcome, action) = rest.split_once('-').ok_or_else(bad)?;
            let cell = Place::action(OutcomeId(number(outcome)?), ActionId(number(action)?));
            (cell, text(format!("was-{rest}")), text(format!("seen-{rest}")))
        } else {
            continue;
        };
        // A shared action may stand on the form twice; it is one action and rated once.
        let changed = value != was;
        if !changed || cell.action.is_some_and(|action| !actions_seen.insert(action)) {
            continue;
        }
        let rating = Rating::read(value).ok_or_else(bad)?;
        let reason = text(format!("reason-{}", cell.outcome.0)).to_owned();
        all.push(Asked { cell, rating, reason, seen: number(seen)? });
    }
    Ok(all)
}

fn page(
    room: &Room,
    ids: &BTreeSet<i64>,
    fields: &Fields,
    overtaken: &[Overtaken],
    errors: Errors,
    frame: Frame,
) -> RatePage {
    let wanted = room.now.plan.outcomes().filter(|outcome| ids.contains(&outcome.id.0));
    let blocks: Vec<Block> =
        wanted.map(|outcome| block(room, outcome, fields, overtaken)).collect();
    let title = match blocks.as_slice() {
        [one] => format!("Rate {} {}", one.cell.label, one.cell.title),
        many => format!("Rate {} outcomes", many.len()),
    };
    RatePage {
        frame: frame.named(title, Section::Plan),
        id: room.id,
        errors,
        overtaken: overtaken.len(),
        blocks,
    }
}

fn block(room: &Room, outcome: &Outcome, fields: &Fields, overtaken: &[Overtaken]) -> Block {
    let id = outcome.id.0;
    let place = Place::outcome(outcome.id);
    let proposed = room.proposed(outcome);
    let chosen = fields
        .get(&format!("rating-{id}"))
        .and_then(|word| Rating::read(word))
        .unwrap_or(outcome.rating);
    let actions = outcome.lines.iter().filter_map(|line| {
        let action = room.now.plan.actions.get(&line.action)?;
        if action.kind != ActionKind::Action {
            return None;
        }
        let place = Place::action(outcome.id, line.action);
        let name = format!("action-{id}-{}", line.action.0);
        let chosen = fields.get(&name).and_then(|word| Rating::read(word)).unwrap_or(line.rating);
        Some(Row {
            id: line.action.0,
            words: action.text.clone(),
            seen: seen(&room.now.marks, place),
            was: line.rating.word(),
            choices: choices(chosen),
            theirs: theirs(overtaken, place),
        })
    });
    Block {
        cell: cell(&room.shown(outcome)),
        seen: seen(&room.now.marks, place),
        proposed: (rag(proposed.rating), proposed.because),
        choices: choices(chosen),
        reason: fields.get(&format!("reason-{id}")).cloned().unwrap_or_default(),
        theirs: theirs(overtaken, place),
        actions: actions.collect(),
    }
}

fn choices(chosen: Rating) -> Vec<Choice> {
    let choice =
        |rating: &Rating| Choice::new(rating.word(), rag(*rating).words(), *rating == chosen);
    Rating::ALL.iter().map(choice).collect()
}

/// What somebody else said of a place since the form was opened, in words.
fn theirs(overtaken: &[Overtaken], place: Place) -> String {
    let Some(found) = overtaken.iter().find(|one| one.cell == place) else { return String::new() };
    let Some(mark) = &found.theirs else { return "The rating was taken back.".to_owned() };
    let by = mark.by.as_deref().unwrap_or("The plan's document");
    let why = mark.reason.as_ref().map_or(String::new(), |reason| format!(", because: {reason}"));
    format!(
        "{by} rated it {} on {}{why}. You chose {}.",
        rag(mark.rating).words().to_lowercase(),
        shown(mark.on),
        rag(found.yours).words().to_lowercase()
    )
}
