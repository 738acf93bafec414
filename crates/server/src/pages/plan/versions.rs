//! The plan's document: bringing a version in, which versions stand and what was odd in the newest,
//! taking it back in one step, and the plan as a table.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Path, SignedIn, frame::Section, upload::Upload};
use crate::pages::parts::{Errors, Tab, count};
use crate::pages::people::story::moment;
use app::Wrong;
use app::plan::{self, Names, Version, Warning};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, roles};
use domain::calendar::shown;
use formats::plan_table;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "plan/versions.html")]
struct VersionsPage {
    frame: Frame,
    id: i64,
    tabs: Vec<Tab>,
    versions: Vec<Row>,
    warnings: Vec<Odd>,
    odd: String,
    errors: Errors,
    may_keep: bool,
}

#[derive(Template)]
#[template(path = "plan/bring.html")]
struct BringPage {
    frame: Frame,
    errors: Errors,
}

struct Row {
    id: i64,
    number: i64,
    title: String,
    source: String,
    rated: String,
    at: String,
    names: &'static str,
    newest: bool,
}

/// Something odd that the document said.
struct Odd {
    kind: String,
    place: String,
    line: String,
    sentence: String,
}

#[derive(Deserialize)]
pub struct Seen {
    version: i64,
}

pub async fn versions(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    frame: Frame,
) -> Result<Response, PageError> {
    show(&edge, &who, id, Errors::default(), frame).await
}

async fn show(
    edge: &Edge,
    who: &SignedIn,
    id: i64,
    errors: Errors,
    frame: Frame,
) -> Result<Response, PageError> {
    let room = plan::open(edge.ctx(), &who.actor, id).await?;
    let (versions, warnings) = plan::versions(edge.ctx(), &who.actor, id).await?;
    let page = VersionsPage {
        frame: frame.named("The plan's document", Section::Plan).with_errors(!errors.is_empty()),
        id,
        tabs: tabs(id, &room, "versions"),
        versions: versions.iter().enumerate().map(row).collect(),
        odd: count(warnings.len()),
        warnings: warnings.into_iter().map(odd).collect(),
        errors,
        may_keep: roles(Act::KeepPlan).contains(&who.actor.role),
    };
    Ok(Page(page).into_response())
}

fn row((place, version): (usize, &Version)) -> Row {
    Row {
        id: version.id,
        number: version.number,
        title: version.title.clone(),
        source: version.source.clone(),
        rated: shown(version.rated_on),
        at: moment(&version.at),
        names: if version.names_kept { "kept" } else { "left out" },
        newest: place == 0,
    }
}

fn odd(warning: Warning) -> Odd {
    Odd {
        kind: warning.kind,
        place: warning.place,
        line: warning.line.map_or(String::new(), |line| line.to_string()),
        sentence: warning.sentence,
    }
}

/// The form for a plan that does not stand yet.
pub async fn bring_form(who: SignedIn, frame: Frame) -> Result<Response, PageError> {
    who.may(Act::KeepPlan)?;
    Ok(bring_page(frame, Errors::default()))
}

fn bring_page(frame: Frame, errors: Errors) -> Response {
    let frame = frame.named("Bring a plan in", Section::Plan).with_errors(!errors.is_empty());
    Page(BringPage { frame, errors }).into_response()
}

pub async fn bring(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    upload: Upload,
) -> Result<Response, PageError> {
    let actor = who.may(Act::KeepPlan)?;
    let mut errors = Errors::default();
    let names = if upload.field("names") == "keep" { Names::Keep } else { Names::LeaveOut };
    let Some(received) = &upload.file else {
        errors.add("file", "Choose the plan's file.");
        return again(&edge, &who, &upload, errors, frame).await;
    };
    let file = received.content().map_err(PageError::failure)?;
    match plan::receive(edge.ctx(), actor, edge.reader(), (file, &received.name), names).await {
        Ok(brought) => Ok(Redirect::to(&format!("/plan/{}/versions", brought.id)).into_response()),
        Err(Wrong::Refused(sentence)) => {
            errors.add("file", sentence);
            again(&edge, &who, &upload, errors, frame).await
        }
        Err(broken) => Err(broken.into()),
    }
}

/// The page that the form was on, with what was wrong.
async fn again(
    edge: &Edge,
    who: &SignedIn,
    upload: &Upload,
    errors: Errors,
    frame: Frame,
) -> Result<Response, PageError> {
    match upload.field("plan").parse() {
        Ok(id) => show(edge, who, id, errors, frame).await,
        Err(_) => Ok(bring_page(frame, errors)),
    }
}

pub async fn take_back(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    crate::http::Posted(seen): crate::http::Posted<Seen>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::KeepPlan)?;
    let taken = plan::take_back(edge.ctx(), actor, id, seen.version).await?;
    Ok(Redirect::to(&match taken.standing {
        Some(_) => format!("/plan/{id}/versions"),
        None => "/plan".to_owned(),
    }))
}

/// The plan as it stands today, as `csv` or `xlsx`.
pub async fn table(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, kind)): Path<(i64, String)>,
) -> Result<Response, PageError> {
    let room = plan::open(edge.ctx(), who.may(Act::ViewPlan)?, id).await?;
    let (kind, mime) = match kind.as_str() {
        "csv" => (plan_table::Kind::Csv, "text/csv; charset=utf-8"),
        "xlsx" => (plan_table::Kind::Xlsx, super::XLSX),
        _ => return Err(PageError::NotFound),
    };
    let bytes = plan_table::write(kind, &room.now.plan).map_err(PageError::failure)?;
    let ending = if kind == plan_table::Kind::Csv { "csv" } else { "xlsx" };
    let name = format!("attachment; filename=\"plan-{id}-{}.{ending}\"", room.today);
    let headers = [(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}
