//! One-minute notices: the sender's page, which needs no account and tells nothing about anybody; the
//! list of those that wait; and the links, each with its QR code. The rules are `app::notices`'s.

mod give;
mod links;

pub use give::{form, give};
pub use links::{end, list as links, make};

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Tone};
use crate::pages::people::story::moment;
use app::notices::{self, Passed, Told};
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::{Act, decide};
use domain::calendar::shown;
use domain::notice::Kind;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "notices/list.html")]
pub struct View {
    frame: Frame,
    rows: Vec<Row>,
    /// Councils that a notice can be passed on to.
    councils: Vec<Choice>,
    ways: Vec<Choice>,
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
    let today = edge.ctx().today();
    let rows = notices::waiting(edge.ctx(), actor).await?.into_iter().map(|one| Row {
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
    });
    let mut councils = vec![Choice::new("", "Choose", true)];
    let others = notices::councils(edge.ctx(), actor).await?;
    councils.extend(others.iter().map(|(id, name)| Choice::new(id, name, false)));
    let mut ways = vec![Choice::new("", "Choose", true)];
    ways.extend(notices::WAYS.iter().map(|(value, words)| Choice::new(value, words, false)));
    let passed = notices::passed(edge.ctx(), actor).await?.into_iter().map(receipt);
    let may_link = decide(actor, Act::Administer).allowed;
    Ok(Page(View {
        frame: frame.named("Notices from providers", Section::FollowUp),
        rows: rows.collect(),
        councils,
        ways,
        passed: passed.collect(),
        may_link,
    }))
}

#[derive(Deserialize)]
pub struct Acted {
    outcome: String,
}

pub async fn act(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Posted(form): Posted<Acted>,
) -> Result<Redirect, PageError> {
    notices::act_on(edge.ctx(), who.may(Act::RecordContact)?, id, &form.outcome).await?;
    Ok(Redirect::to("/notices"))
}

#[derive(Deserialize)]
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
    Path(id): Path<i64>,
    Posted(form): Posted<PassedOn>,
) -> Result<Redirect, PageError> {
    let told = Told { whom: form.whom, how: form.how, day: form.day };
    let actor = who.may(Act::RecordContact)?;
    notices::pass_on(edge.ctx(), actor, id, (&*form.council, &told)).await?;
    Ok(Redirect::to("/notices"))
}
