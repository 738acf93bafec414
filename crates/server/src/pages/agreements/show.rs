//! One agreement: who, why, what may flow each way and on what ground, who signed, and the acts on it.

use super::{named, names, state};
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::Tone;
use app::agreement::{self, Agreement, Answer, Asked, Direction};
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::Act;
use domain::agreement::{Condition, Line, Origin, Signature, Version, decide};
use domain::calendar::shown;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "agreements/show.html")]
pub struct ShowPage {
    frame: Frame,
    number: i64,
    state: &'static str,
    tone: Tone,
    purpose: String,
    days: String,
    concerns: String,
    people: Vec<(&'static str, String)>,
    flows: Vec<Flowing>,
    clauses: Vec<(String, String)>,
    signatures: Vec<(String, String, String)>,
    partners: Vec<(String, String)>,
    over: bool,
    versions: usize,
}

/// A line of the agreement, item by item with today's answer.
struct Flowing {
    id: String,
    words: String,
    caption: String,
    ground: &'static str,
    items: Vec<(&'static str, &'static str, String)>,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(number): Path<i64>,
    frame: Frame,
) -> Result<Page<ShowPage>, PageError> {
    who.may(Act::Administer)?;
    let ctx = edge.ctx();
    let today = ctx.today();
    let all = agreement::all(ctx).await?;
    let found = all.iter().find(|a| a.number == number).ok_or(PageError::NotFound)?;
    let names = names(&edge).await?;
    let version = found.newest().cloned().unwrap_or_default();
    let (words, tone) = state(found, today);
    let day = |day: Option<Date>, none: &str| day.map_or(none.to_owned(), shown);
    let starts = day(version.starts, "signing");
    Ok(Page(ShowPage {
        frame: frame.named(version.title.clone(), Section::Sharing),
        number,
        state: words,
        tone,
        purpose: version.purpose.clone(),
        days: format!("From {starts} to {}.", day(version.ends, "no agreed end")),
        concerns: named(&found.concerns(today).join("; "), &names),
        people: people(found),
        flows: flows(&all, &version, today),
        clauses: clauses(&version),
        signatures: signatures(&version, &names),
        partners: version.partners.iter().map(|id| (id.clone(), name(&names, id))).collect(),
        over: found.ended.is_some(),
        versions: found.versions.len(),
    }))
}

fn name(names: &BTreeMap<String, String>, id: &str) -> String {
    names.get(id).cloned().unwrap_or_else(|| id.to_owned())
}

fn people(found: &Agreement) -> Vec<(&'static str, String)> {
    [("Named contact", &found.contact), ("Deputy", &found.deputy)]
        .into_iter()
        .map(|(role, person)| {
            let words = person.as_ref().map(|p| format!("{} {}", p.name, p.email));
            (role, words.unwrap_or_else(|| "Nobody".to_owned()))
        })
        .collect()
}

fn flows(all: &[Agreement], version: &Version, today: Date) -> Vec<Flowing> {
    let partner = version.partners.iter().next().map_or("", String::as_str);
    let one = |(at, line): (usize, &Line)| {
        let way = match line.direction {
            Direction::In => "from them to us",
            Direction::Out => "from us to them",
        };
        let often = match line.every_months {
            Some(1) => "every month".to_owned(),
            Some(months) => format!("every {months} months"),
            None => "as it happens".to_owned(),
        };
        Flowing {
            id: format!("flow-{}", at + 1),
            words: format!("{}, {way}, {often}", line.flow.label()),
            caption: format!("{}, {way}: today's answer for each item", line.flow.label()),
            ground: line.gateway.source(),
            items: items(all, line, partner, today),
        }
    };
    version.lines.iter().enumerate().map(one).collect()
}

/// Everything but what simply is not listed, with the answer and why.
fn items(
    all: &[Agreement],
    line: &Line,
    partner: &str,
    day: Date,
) -> Vec<(&'static str, &'static str, String)> {
    let (flow, direction, origin) = (line.flow, line.direction, Origin::Ordinary);
    agreement::Item::all()
        .filter(|item| {
            line.items.contains(item) || (line.gateway.has_statutory_tier() && item.is_statutory())
        })
        .map(|item| {
            let decision = decide(all, &Asked { partner, flow, direction, item, origin, day });
            let answer = match decision.answer {
                Answer::Yes => "Yes",
                Answer::No => "No",
                Answer::OnlyWith(Condition::UnlessSaidNo) => "Unless they said no",
                Answer::OnlyWith(Condition::Consent) => "Only with consent",
            };
            (item.label(), answer, decision.reasons.join("; "))
        })
        .collect()
}

fn clauses(version: &Version) -> Vec<(String, String)> {
    let due = |day: Option<Date>| day.map_or(String::new(), shown);
    version.clauses.iter().map(|c| (c.words.clone(), due(c.due))).collect()
}

fn signatures(
    version: &Version,
    names: &BTreeMap<String, String>,
) -> Vec<(String, String, String)> {
    let party =
        |s: &Signature| s.party.as_deref().map_or("The council".to_owned(), |id| name(names, id));
    let one = |s: &Signature| (party(s), format!("{}, {}", s.name, s.post), shown(s.day));
    version.signatures.iter().map(one).collect()
}

#[derive(Deserialize)]
pub struct Signed {
    party: String,
    name: String,
    post: String,
}

pub async fn sign(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(number): Path<i64>,
    Posted(form): Posted<Signed>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    if form.name.trim().is_empty() {
        return Err(PageError::Refused("Say who signed.".to_owned()));
    }
    let party = Some(form.party).filter(|party| !party.is_empty());
    let (name, post) = (form.name.trim().to_owned(), form.post.trim().to_owned());
    let signature = Signature { party, name, post, day: edge.ctx().today() };
    agreement::sign(edge.ctx(), actor, number, &signature).await?;
    Ok(Redirect::to(&format!("/agreements/{number}")))
}

pub async fn check(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(number): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    agreement::check(edge.ctx(), actor, number, edge.ctx().today()).await?;
    Ok(Redirect::to(&format!("/agreements/{number}")))
}

#[derive(Deserialize)]
pub struct Ended {
    reason: String,
}

pub async fn end(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(number): Path<i64>,
    Posted(form): Posted<Ended>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    agreement::end(edge.ctx(), actor, number, (edge.ctx().today(), &form.reason)).await?;
    Ok(Redirect::to(&format!("/agreements/{number}")))
}
