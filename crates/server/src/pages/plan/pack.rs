//! A meeting's pack in one click: as a page, a PDF and a workbook of the same; sent round as the very files
//! that are kept, with whom they went to.

use super::{Arrow, XLSX, arrow, day, rag};
use crate::charts::{Line, Series, Svg, Unit, Words};
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, assets, frame::Section};
use crate::pages::parts::Rag;
use app::plan;
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, roles};
use domain::calendar::{Day, Month, shown};
use domain::measure::tenths;
use domain::plan::{Counts, Pack, PackAim, PackFigure};
use formats::pdf::Fonts;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "plan/pack.html")]
pub struct PackPage {
    frame: Frame,
    id: i64,
    day: Day,
    lead: String,
    since: String,
    counts: Vec<(Rag, usize, usize)>,
    pack: Pack,
    aims: Vec<Aim>,
    moved: Vec<(String, String, Rag, Rag, String)>,
    exceptions: Vec<(String, Rag, String)>,
    figures: Vec<Figure>,
    may_send: bool,
}

struct Aim {
    anchor: String,
    caption: String,
    rows: Vec<Row>,
}

struct Row {
    label: String,
    title: String,
    lead: String,
    by_when: String,
    rag: Rag,
    trend: Arrow,
}

struct Figure {
    words: String,
    anchor: String,
    finding: String,
    chart: Svg,
    analysis: String,
    values: Vec<(String, String)>,
    about: String,
    rag: Rag,
}

#[derive(Deserialize)]
pub struct Sent {
    to_whom: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, on)): Path<(i64, String)>,
    frame: Frame,
) -> Result<Page<PackPage>, PageError> {
    let on = day(&on).ok_or(PageError::NotFound)?;
    let pack = plan::pack(edge.ctx(), &who.actor, id, on).await?;
    let title = format!("Meeting pack, {}", shown(on));
    Ok(Page(PackPage {
        frame: frame.named(title, Section::Plan),
        id,
        day: on,
        lead: format!("{}. {}. Made on {}.", pack.group, pack.plan, shown(pack.made)),
        since: shown(pack.since),
        counts: counts(pack.counts, pack.before),
        aims: pack.aims.iter().map(aim).collect(),
        moved: pack
            .moved
            .iter()
            .map(|one| {
                let (was, is) = (rag(one.was), rag(one.is));
                (one.outcome.clone(), one.action.clone(), was, is, one.why.clone())
            })
            .collect(),
        exceptions: pack
            .exceptions
            .iter()
            .map(|one| (one.outcome.clone(), rag(one.rating), one.reasons.join(" ")))
            .collect(),
        figures: pack.figures.iter().enumerate().map(figure).collect(),
        pack,
        may_send: roles(Act::RatePlan).contains(&who.actor.role),
    }))
}

fn counts(now: Counts, then: Counts) -> Vec<(Rag, usize, usize)> {
    vec![
        (Rag::Green, now.green, then.green),
        (Rag::Amber, now.amber, then.amber),
        (Rag::Red, now.red, then.red),
        (Rag::NotStarted, now.not_started, then.not_started),
        (Rag::Unrated, now.unrated, then.unrated),
    ]
}

fn aim(aim: &PackAim) -> Aim {
    let row = |one: &domain::plan::PackOutcome| Row {
        label: one.label.clone(),
        title: one.title.clone(),
        lead: one.lead.clone(),
        by_when: one.by_when.clone(),
        rag: rag(one.rating),
        trend: arrow(one.trend),
    };
    Aim {
        anchor: format!("aim-{}", aim.number),
        caption: format!(
            "Aim {}: {}. Suggested: {}. {}",
            aim.number,
            aim.title,
            rag(aim.rating).words(),
            aim.why
        ),
        rows: aim.outcomes.iter().map(row).collect(),
    }
}

fn figure((place, one): (usize, &PackFigure)) -> Figure {
    let finding = one.analysis.first().cloned().unwrap_or_default();
    let anchor = format!("figure-{place}");
    let said = |value: f64| format!("{} {}", tenths(value), one.unit).trim_end().to_owned();
    let shown_value = |known: Option<f64>| known.map_or("too few to say".to_owned(), said);
    let values: Vec<(String, String)> =
        one.points.iter().rev().map(|(on, known)| (shown(*on), shown_value(*known))).collect();
    let points: Vec<(Day, Option<f64>)> = one.points.clone();
    Figure {
        chart: drawn(&anchor, (&finding, &one.unit, &one.words), &points, one.course[1].1),
        words: one.words.clone(),
        anchor,
        finding,
        analysis: one.analysis.join(" "),
        values,
        about: format!("Speaks of {}. {}", one.outcome, one.source),
        rag: rag(one.proposed),
    }
}

/// A figure's line with its target.
pub(super) fn drawn(
    id: &str,
    (finding, unit, name): (&str, &str, &str),
    points: &[(Day, Option<f64>)],
    target: f64,
) -> Svg {
    let unit = if unit == "%" { Unit::Percent } else { Unit::Plain };
    let chart = Line {
        labels: points.iter().map(|(on, _)| Month::of(*on).words()).collect(),
        series: vec![Series {
            name: name.split(' ').take(3).collect::<Vec<_>>().join(" "),
            values: points.iter().map(|(_, known)| *known).collect(),
        }],
        targets: vec![Series::level("Target", target, points.len())],
        unit,
    };
    let described = points
        .iter()
        .map(|(on, known)| {
            let known = known.map_or("too few to say".to_owned(), tenths);
            format!("{}: {known}", shown(*on))
        })
        .collect::<Vec<_>>()
        .join("; ");
    chart.draw(&Words::new(id, finding, described))
}

/// The pack as a file, not sent to anybody yet.
pub async fn file(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, on, kind)): Path<(i64, String, String)>,
) -> Result<Response, PageError> {
    let on = day(&on).ok_or(PageError::NotFound)?;
    let pack = plan::pack(edge.ctx(), who.may(Act::ViewPlan)?, id, on).await?;
    let bytes = match kind.as_str() {
        "pdf" => pdf(pack).await?,
        "xlsx" => formats::pack::workbook(&pack).map_err(PageError::failure)?,
        _ => return Err(PageError::NotFound),
    };
    Ok(attached(bytes, on, &kind))
}

fn attached(bytes: Vec<u8>, on: Day, kind: &str) -> Response {
    let mime = if kind == "pdf" { "application/pdf" } else { XLSX };
    let name = format!("attachment; filename=\"meeting-pack-{on}.{kind}\"");
    let headers = [(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, bytes).into_response()
}

async fn pdf(pack: Pack) -> Result<Vec<u8>, PageError> {
    let work = tokio::task::spawn_blocking(move || {
        let font = |name: &str| assets::font(name).ok_or_else(|| format!("{name} was not built"));
        let (regular, bold) = (font("inter-400.ttf")?, font("inter-600.ttf")?);
        let (regular_more, bold_more) = (font("inter-400-more.ttf")?, font("inter-600-more.ttf")?);
        let fonts = Fonts {
            regular: &regular,
            bold: &bold,
            regular_more: &regular_more,
            bold_more: &bold_more,
        };
        formats::pdf::write(&formats::pack::document(&pack), fonts, pack.made)
    });
    work.await.map_err(PageError::failure)?.map_err(PageError::failure)
}

/// Makes the files, keeps them, and logs to whom they went.
pub async fn send(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, on)): Path<(i64, String)>,
    Posted(sent): Posted<Sent>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let on = day(&on).ok_or(PageError::NotFound)?;
    let pack = plan::pack(edge.ctx(), actor, id, on).await?;
    let workbook = formats::pack::workbook(&pack).map_err(PageError::failure)?;
    let files = vec![("xlsx", workbook), ("pdf", pdf(pack).await?)];
    plan::circulate(edge.ctx(), actor, (id, on), &sent.to_whom, files).await?;
    Ok(Redirect::to(&format!("/plan/{id}/meetings/{on}#packs")))
}

/// A file exactly as it went out.
pub async fn sent(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, pack)): Path<(i64, i64)>,
) -> Result<Response, PageError> {
    let found = plan::circulated(edge.ctx(), who.may(Act::ViewPlan)?, id, pack).await?;
    Ok(attached(found.0, found.1, &found.2))
}
