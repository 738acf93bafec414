//! One agreement: who, why, what may flow each way and on what ground, who signed, and the acts on it.

use super::matters::{self, ClauseRow, ComplaintRow};
use super::{named, names, state};
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors, Tone, capital};
use app::agreement::{self, Agreement, Answer, Asked, Direction, Found};
use app::{Context, Wrong};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor};
use domain::agreement::{ClauseKind, Condition, Line, Origin, Signature, Version, decide};
use domain::calendar::shown;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "agreements/show.html")]
pub struct ShowPage {
    frame: Frame,
    errors: Errors,
    number: i64,
    state: &'static str,
    tone: Tone,
    purpose: String,
    days: String,
    concerns: String,
    people: Vec<(&'static str, String)>,
    flows: Vec<Flowing>,
    clauses: Vec<ClauseRow>,
    complaints: Vec<ComplaintRow>,
    tellers: Vec<Choice>,
    steps: Vec<Choice>,
    /// What is agreed beside the flows: the impact assessment, how long it is kept, how good it has to be.
    beside: Vec<(&'static str, String)>,
    checks: Vec<Checked>,
    /// By when the next annual check is made; empty where none is asked for.
    check_due: String,
    /// What is known for its answers, or what was typed.
    known: Found,
    check_day: String,
    signatures: Vec<(String, String, String)>,
    partners: Vec<(String, String)>,
    over: bool,
    versions: usize,
}

/// A line of the agreement for one partner, item by item with today's answer.
pub(super) struct Flowing {
    pub id: String,
    pub words: String,
    caption: String,
    pub ground: &'static str,
    pub items: Vec<(&'static str, &'static str, String)>,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(number): Path<i64>,
    frame: Frame,
) -> Result<Response, PageError> {
    draw(&edge, who.may(Act::Administer)?, frame, number, None).await
}

/// A check as somebody typed it, with what has to be mended.
struct Typed {
    found: Found,
    day: String,
    errors: Errors,
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    number: i64,
    typed: Option<Typed>,
) -> Result<Response, PageError> {
    let ctx = edge.ctx();
    let today = ctx.today();
    let all = agreement::all(ctx).await?;
    let found = all.iter().find(|a| a.number == number).ok_or(PageError::NotFound)?;
    let names = names(edge).await?;
    let version = found.newest().cloned().unwrap_or_default();
    let (words, tone) = state(found, today);
    let log = agreement::log(ctx, actor, found).await?;
    let over = found.ended.is_some();
    let (known, check_day, errors) = match typed {
        // What is wrong with it cannot be mended any more, but it is somebody's work.
        Some(typed) if over => {
            let mut errors = Errors::default();
            errors.add("checks", "The agreement has ended, so the check was not recorded.");
            (typed.found, typed.day, errors)
        }
        Some(typed) => (typed.found, typed.day, typed.errors),
        // It is gathered from a year's files, and without a form nobody reads it.
        None if over => (Found::default(), String::new(), Errors::default()),
        None => {
            (agreement::known(ctx, actor, &all, number).await?, String::new(), Errors::default())
        }
    };
    let day = |day: Option<Date>, none: &str| day.map_or(none.to_owned(), shown);
    let starts = day(version.starts, "signing");
    let frame = frame.named(version.title.clone(), Section::Sharing);
    Ok(Page(ShowPage {
        frame: frame.with_errors(!errors.is_empty()),
        errors,
        number,
        state: words,
        tone,
        purpose: version.purpose.clone(),
        days: format!("From {starts} to {}.", day(version.ends, "no agreed end")),
        concerns: capital(&named(&found.concerns(today).join("; "), &names)),
        people: people(found),
        flows: flows(&all, &version, &names, today),
        clauses: matters::clauses(found, &log, today),
        complaints: matters::complaints(log, &names, today),
        tellers: matters::tellers(),
        beside: beside(&version),
        checks: checks(ctx, actor, number).await?,
        check_due: day(found.check_due(today), ""),
        known,
        check_day,
        steps: matters::steps(None),
        signatures: signatures(&version, &names),
        partners: version.partners.iter().map(|id| (id.clone(), name(&names, id))).collect(),
        over,
        versions: found.versions.len(),
    })
    .into_response())
}

/// What a wording says of the data itself, or that it says nothing.
pub(super) fn beside(version: &Version) -> Vec<(&'static str, String)> {
    let clause = |kind: ClauseKind| {
        let words = version.clauses.iter().filter(|clause| clause.kind == kind);
        let words: Vec<&str> = words.map(|clause| clause.words.as_str()).collect();
        if words.is_empty() { "Nothing is agreed".to_owned() } else { words.join(" ") }
    };
    let assessment = match (version.assessment.as_str(), version.assessed) {
        ("", _) => "None is named".to_owned(),
        (named, Some(day)) => format!("{named}, {}", shown(day)),
        (named, None) => named.to_owned(),
    };
    vec![
        ("Data protection impact assessment", assessment),
        ("How long it is kept", clause(ClauseKind::Retention)),
        ("Quality of the data", clause(ClauseKind::DataQuality)),
    ]
}

/// An annual check as it is shown.
struct Checked {
    day: String,
    by: String,
    practical: String,
    legal: String,
    effective: String,
}

async fn checks(ctx: &Context, actor: &Actor, number: i64) -> Result<Vec<Checked>, PageError> {
    let said = |words: String| if words.is_empty() { "No words were kept".into() } else { words };
    let made = agreement::checks(ctx, actor, number).await?.into_iter().map(|one| Checked {
        day: shown(one.day),
        by: one.by,
        practical: said(one.practical),
        legal: said(one.legal),
        effective: said(one.effective),
    });
    Ok(made.collect())
}

pub(super) fn name(names: &BTreeMap<String, String>, id: &str) -> String {
    names.get(id).cloned().unwrap_or_else(|| id.to_owned())
}

pub(super) fn people(found: &Agreement) -> Vec<(&'static str, String)> {
    [("Named contact", &found.contact), ("Deputy", &found.deputy)]
        .into_iter()
        .map(|(role, person)| {
            let words = person.as_ref().map(|p| format!("{} {}", p.name, p.email));
            (role, words.unwrap_or_else(|| "Nobody".to_owned()))
        })
        .collect()
}

/// Every line for every partner: what flows turns on who has signed and on the partner's other agreements.
pub(super) fn flows(
    all: &[Agreement],
    version: &Version,
    names: &BTreeMap<String, String>,
    today: Date,
) -> Vec<Flowing> {
    let several = version.partners.len() > 1;
    let one = |line: &Line, partner: &str| {
        let way = match (line.direction, several) {
            (Direction::In, false) => "from them to us".to_owned(),
            (Direction::Out, false) => "from us to them".to_owned(),
            (Direction::In, true) => format!("from {} to us", name(names, partner)),
            (Direction::Out, true) => format!("from us to {}", name(names, partner)),
        };
        let often = match line.every_months {
            Some(1) => "every month".to_owned(),
            Some(months) => format!("every {months} months"),
            None => "as it happens".to_owned(),
        };
        Flowing {
            id: String::new(),
            words: format!("{}, {way}, {often}", line.flow.label()),
            caption: format!("{}, {way}: today's answer for each item", line.flow.label()),
            ground: line.gateway.source(),
            items: items(all, line, partner, today),
        }
    };
    let pairs = version.lines.iter().flat_map(|l| version.partners.iter().map(move |p| (l, p)));
    let numbered = pairs.enumerate();
    numbered.map(|(at, (l, p))| Flowing { id: format!("flow-{}", at + 1), ..one(l, p) }).collect()
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
            (item.label(), answer, capital(&decision.reasons.join("; ")))
        })
        .collect()
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

#[derive(Deserialize)]
pub struct CheckForm {
    /// Empty for today. The form of complaints on the same page has a `day` of its own.
    #[serde(default, rename = "check-day")]
    day: String,
    practical: String,
    legal: String,
    effective: String,
}

pub async fn check(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(number): Path<i64>,
    Posted(form): Posted<CheckForm>,
) -> Result<Response, PageError> {
    let (actor, ctx) = (who.may(Act::Administer)?, edge.ctx());
    let CheckForm { day: typed, practical, legal, effective } = form;
    let found = Found { practical, legal, effective };
    let day = match typed.trim() {
        "" => Some(ctx.today()),
        text => text.parse::<Date>().ok(),
    };
    let faults = agreement::check_faults(ctx, day.unwrap_or(ctx.today()), &found);
    let mut errors = Errors::from(faults);
    match day {
        Some(day) if errors.is_empty() => {
            match agreement::check(ctx, actor, number, (day, &found)).await {
                Ok(()) => {
                    let to = format!("/agreements/{number}#checks");
                    return Ok(Redirect::to(&to).into_response());
                }
                Err(Wrong::Refused(sentence)) => errors.add("checks", sentence),
                Err(broken) => return Err(broken.into()),
            }
        }
        Some(_) => {}
        None => errors.add("check-day", "Enter the day of the check."),
    }
    draw(&edge, actor, frame, number, Some(Typed { found, day: typed, errors })).await
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::agreement::{Flow, Gateway, Item};
    use jiff::civil::date;
    use std::collections::BTreeSet;

    #[test]
    fn each_partner_has_its_own_answer_and_its_own_why() {
        let day = date(2026, 1, 9);
        let signed = |party: Option<&str>| Signature {
            party: party.map(str::to_owned),
            name: "R Hale".to_owned(),
            post: String::new(),
            day,
        };
        let line = Line {
            flow: Flow::PartnerList,
            direction: Direction::In,
            gateway: Gateway::Section17,
            items: BTreeSet::from([Item::Address]),
            every_months: None,
            first_due: None,
        };
        let version = Version {
            number: 1,
            partners: BTreeSet::from(["college".to_owned(), "school".to_owned()]),
            lines: vec![line],
            signatures: vec![signed(None), signed(Some("school"))],
            ..Version::default()
        };
        let all =
            [Agreement { number: 1, versions: vec![version.clone()], ..Agreement::default() }];
        let names = BTreeMap::from([("college".to_owned(), "MidKent".to_owned())]);
        let found = flows(&all, &version, &names, day);
        let said: Vec<(&str, &str, &str)> =
            found.iter().map(|f| (&*f.id, &*f.words, f.items[0].1)).collect();
        assert_eq!(
            said,
            [
                ("flow-1", "A partner's own list, from MidKent to us, as it happens", "No"),
                ("flow-2", "A partner's own list, from school to us, as it happens", "Yes"),
            ]
        );
        assert_eq!(found[0].items[0].2, "Agreement 1 is not signed by both sides");
    }
}
