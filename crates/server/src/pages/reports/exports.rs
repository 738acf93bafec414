//! Files of people: what was asked for, what waits for a second person, what may be taken.

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, Visitor, frame::Section};
use crate::pages::account::fresh;
use crate::pages::ahead::tabs;
use crate::pages::followup::edition;
use crate::pages::parts::{Tab, count};
use app::exports::{self, Register, Shown, What};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use domain::access::Act;
use domain::calendar::{parse_day, shown};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "reports/exports.html")]
pub struct ExportsPage {
    frame: Frame,
    tabs: Vec<Tab>,
    files: Vec<Row>,
}

struct Row {
    /// Its number, as addresses have it, and its serial as it is shown.
    number: i64,
    serial: String,
    when: String,
    by: String,
    purpose: String,
    people: String,
    state: String,
    may_take: bool,
    may_agree: bool,
}

pub async fn exports(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<ExportsPage>, PageError> {
    let actor = who.may(Act::ViewFollowUp)?;
    let files = exports::list(edge.ctx(), actor).await?;
    Ok(Page(ExportsPage {
        frame: frame.named("Files of people", Section::Reports),
        tabs: tabs(actor, "/exports"),
        files: files.into_iter().map(row).collect(),
    }))
}

fn row(one: Shown) -> Row {
    let e = one.export;
    let state = match (&e.taken_at, e.needs_second, e.second_name.is_empty()) {
        (Some(_), ..) => "taken".to_owned(),
        (None, true, true) => "waits for a second person".to_owned(),
        (None, true, false) if one.elsewhere => {
            format!("agreed by {}: take it where you asked", e.second_name)
        }
        (None, true, false) => format!("agreed by {}", e.second_name),
        (None, false, _) => "ready".to_owned(),
    };
    Row {
        number: e.serial,
        serial: Register::Files.serial(e.serial),
        when: e.at.get(..10).and_then(parse_day).map_or_else(String::new, shown),
        by: e.account_name,
        purpose: e.purpose,
        people: count(usize::try_from(e.people).unwrap_or_default()),
        state,
        may_take: one.may_take.allowed && !one.elsewhere,
        may_agree: one.may_agree.allowed && e.second.is_none(),
    }
}

#[derive(Deserialize)]
pub struct AskForm {
    #[serde(default)]
    adviser: String,
    purpose: String,
}

pub async fn ask(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(form): Posted<AskForm>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::ViewFollowUp)?;
    let ctx = edge.ctx();
    let what = What::Calls { adviser: form.adviser.parse().ok() };
    exports::ask(ctx, actor, edition(ctx.today())?, what, &form.purpose).await?;
    Ok(Redirect::to("/exports"))
}

pub async fn agree(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    Path(serial): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::ViewAudit)?;
    fresh(&edge, &visitor, "/exports").await?;
    let ctx = edge.ctx();
    exports::agree(ctx, actor, edition(ctx.today())?, serial).await?;
    Ok(Redirect::to("/exports"))
}

pub async fn take(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    Path(serial): Path<i64>,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::ViewFollowUp)?;
    fresh(&edge, &visitor, "/exports").await?;
    let ctx = edge.ctx();
    let taken = exports::take(ctx, actor, edition(ctx.today())?, serial).await?;
    let serial = Register::Files.serial(taken.serial);
    let name = format!("attachment; filename=\"calls-serial-{serial}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, taken.bytes))
}
