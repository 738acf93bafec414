//! Another council's own page: the notices that were passed on to it, each with what it says, its receipt
//! and the button that acknowledges it.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Path, SignedIn, frame::Section};
use crate::pages::parts::Tab;
use crate::pages::people::story::moment;
use app::notices::{self, Handed};
use app::partners;
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::Act;
use domain::calendar::shown;
use domain::notice::Kind;

#[derive(Template)]
#[template(path = "own/notices.html")]
pub struct View {
    frame: Frame,
    tabs: Vec<Tab>,
    name: String,
    rows: Vec<Row>,
}

struct Row {
    id: i64,
    name: String,
    born: String,
    what: &'static str,
    day: String,
    note: String,
    from: String,
    passed: String,
    receipt: String,
    /// By whom and when; empty where nobody has.
    acknowledged: String,
}

pub async fn notices(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::ReceiveNotices)?;
    let own = partners::own(edge.ctx(), actor).await?.ok_or(PageError::NotFound)?;
    let all = notices::handed_over(edge.ctx(), actor).await?;
    Ok(Page(View {
        frame: frame.named("Notices passed on to you", Section::Own),
        tabs: tabs("/own/notices", actor, own.is_contact),
        name: own.name,
        rows: all.into_iter().map(row).collect(),
    }))
}

pub async fn acknowledge(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    notices::acknowledge(edge.ctx(), who.may(Act::ReceiveNotices)?, id).await?;
    Ok(Redirect::to("/own/notices"))
}

fn row(one: Handed) -> Row {
    let acknowledged = one.acknowledged_at.as_deref().map(|at| (&one.acknowledged_by, moment(at)));
    Row {
        id: one.id,
        name: format!("{} {}", one.given, one.family),
        born: shown(one.born),
        what: Kind::from_name(&one.kind).map_or("", Kind::label),
        day: shown(one.day),
        passed: moment(&one.passed_at),
        acknowledged: acknowledged.map(|(who, at)| format!("{who}, {at}")).unwrap_or_default(),
        note: one.note,
        from: one.from,
        receipt: one.receipt,
    }
}
