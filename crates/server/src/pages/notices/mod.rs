//! One-minute notices: the sender's page, which needs no account and tells nothing about anybody; the
//! list of those that wait; and the links, each with its QR code. The rules are `app::notices`'s.

mod give;
mod links;

pub use give::{form, give};
pub use links::{end, list as links, make};

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors, Tone};
use crate::pages::people::story::moment;
use app::Wrong;
use app::notices::{self, Kept, Passed, Told};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor, decide};
use domain::calendar::shown;
use domain::notice::Kind;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "notices/list.html")]
pub struct View {
    frame: Frame,
    errors: Errors,
    rows: Vec<Row>,
    /// Receipts of those that were passed on.
    passed: Vec<Receipt>,
    may_link: bool,
}

struct Row {
    id: i64,
    person: Option<i64>,
    name: String,
    born: String,
    what: &'static str,
    day: String,
    note: String,
    from: String,
    received: String,
    due: String,
    overdue: bool,
    /// What was typed of it and refused.
    outcome: String,
    passed: PassedOn,
    /// Whether it was to be passed on, and not acted on.
    tried: bool,
    /// Councils that it can be passed on to.
    councils: Vec<Choice>,
    ways: Vec<Choice>,
}

/// What somebody typed of one notice, and why a rule refused it.
#[derive(Default)]
struct Refused {
    id: i64,
    outcome: String,
    passed: PassedOn,
    errors: Errors,
}

struct Receipt {
    id: i64,
    name: String,
    person: Option<i64>,
    outcome: String,
    /// By whom and when it was written down.
    by: String,
    /// By whom of that council and when it was acknowledged; empty where it was not.
    acknowledged: String,
    /// Whether it can be taken off that council's own page.
    may_take_back: bool,
}

fn receipt(one: Passed) -> Receipt {
    let acknowledged = one.acknowledged_at.as_deref().map(|at| (&one.acknowledged_by, moment(at)));
    Receipt {
        id: one.id,
        may_take_back: one.on_own_page && one.acknowledged_at.is_none(),
        name: format!("{} {}", one.given, one.family),
        person: one.person,
        by: format!("{}, {}", one.by, moment(&one.done_at)),
        acknowledged: acknowledged.map(|(who, at)| format!("{who}, {at}")).unwrap_or_default(),
        outcome: one.outcome,
    }
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::RecordContact)?;
    let waiting = notices::waiting(edge.ctx(), actor).await?;
    draw(&edge, actor, frame, waiting, Refused::default()).await
}

/// The page again with what was typed, where the notice is among those that wait for the reader.
async fn again(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    mut typed: Refused,
    (field, sentence): (&str, String),
) -> Result<Response, PageError> {
    let waiting = notices::waiting(edge.ctx(), actor).await?;
    if !waiting.iter().any(|one| one.id == typed.id) {
        return Err(PageError::Refused(sentence));
    }
    typed.errors.add(&format!("{field}-{}", typed.id), sentence);
    Ok(draw(edge, actor, frame, waiting, typed).await?.into_response())
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    waiting: Vec<Kept>,
    typed: Refused,
) -> Result<Page<View>, PageError> {
    let today = edge.ctx().today();
    let councils = notices::councils(edge.ctx(), actor).await?;
    let rows = waiting.into_iter().map(|one| {
        let again = one.id == typed.id;
        let passed = if again { typed.passed.clone() } else { PassedOn::default() };
        Row {
            due: shown(notices::due_of(&one)),
            overdue: notices::due_of(&one) < today,
            id: one.id,
            person: one.person,
            name: format!("{} {}", one.given, one.family),
            born: shown(one.born),
            what: Kind::from_name(&one.kind).map_or("", Kind::label),
            day: shown(one.day),
            note: one.note,
            from: format!("{}, {}", one.contact, one.organisation_name),
            received: moment(&one.received_at),
            outcome: if again { typed.outcome.clone() } else { String::new() },
            councils: choices(councils.iter().map(|(id, name)| (&**id, &**name)), &passed.council),
            ways: choices(notices::WAYS.iter().copied(), &passed.how),
            tried: again && typed.errors.on(&format!("outcome-{}", one.id)).is_empty(),
            passed,
        }
    });
    let rows = rows.collect();
    let passed = notices::passed(edge.ctx(), actor).await?.into_iter().map(receipt);
    let may_link = decide(actor, Act::Administer).allowed;
    let frame = frame.named("Notices from providers", Section::FollowUp);
    Ok(Page(View {
        frame: frame.with_errors(!typed.errors.is_empty()),
        errors: typed.errors,
        rows,
        passed: passed.collect(),
        may_link,
    }))
}

fn choices<'a>(all: impl Iterator<Item = (&'a str, &'a str)>, chosen: &str) -> Vec<Choice> {
    let first = Choice::new("", "Choose", chosen.is_empty());
    let all = all.map(|(value, words)| Choice::new(value, words, value == chosen));
    std::iter::once(first).chain(all).collect()
}

#[derive(Deserialize)]
pub struct Acted {
    outcome: String,
}

pub async fn act(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(form): Posted<Acted>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::RecordContact)?;
    match notices::act_on(edge.ctx(), actor, id, &form.outcome).await {
        Ok(()) => Ok(Redirect::to("/notices").into_response()),
        Err(Wrong::Refused(sentence)) => {
            let typed = Refused { id, outcome: form.outcome, ..Refused::default() };
            again(&edge, actor, frame, typed, ("outcome", sentence)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

#[derive(Clone, Default, Deserialize)]
pub struct PassedOn {
    council: String,
    whom: String,
    how: String,
    day: String,
}

/// Takes a notice off another council's own page.
pub async fn take_back(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    notices::take_back(edge.ctx(), who.may(Act::RecordContact)?, id).await?;
    Ok(Redirect::to("/notices"))
}

/// Writes down that the council in whose area somebody lives was told.
pub async fn pass_on(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(form): Posted<PassedOn>,
) -> Result<Response, PageError> {
    let PassedOn { whom, how, day, .. } = form.clone();
    let told = Told { whom, how, day };
    let actor = who.may(Act::RecordContact)?;
    match notices::pass_on(edge.ctx(), actor, id, (&*form.council, &told)).await {
        Ok(_) => Ok(Redirect::to("/notices").into_response()),
        Err(Wrong::Refused(sentence)) => {
            let typed = Refused { id, passed: form, ..Refused::default() };
            again(&edge, actor, frame, typed, ("council", sentence)).await
        }
        Err(broken) => Err(broken.into()),
    }
}
