//! How the predictor does and who answers for it: what is in use, what was watched, its papers, its
//! registers. Nothing here names a young person. The rules are `app::predict`'s.

mod groups;
mod keep;
mod registers;
mod said;
mod sets;
mod show;
mod watched;

pub use keep::act;
pub use registers::{factors, log, points, write_factor, write_log, write_points};
pub use sets::{receive, sets, take_back};
pub use show::{paper, paper_json, show, sign};
pub use watched::watched;

use crate::http::{Edge, Frame, Page, PageError, SignedIn, frame::Section};
use crate::pages::parts::Errors;
use app::predict::train::{self, Kept};
use app::predict::watch::Seen;
use app::predict::{due, paper as papers, registers as kept, watch};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::access::{Act, decide};
use domain::calendar::{Month, shown};
use keep::Keep;

#[derive(Template)]
#[template(path = "predictor/overview.html")]
struct View {
    frame: Frame,
    errors: Errors,
    used: Vec<Used>,
    all: Vec<Row>,
    table: String,
    keep: Option<Keep>,
}

struct Used {
    id: i64,
    words: String,
    cannot: Vec<String>,
    fallen_back: bool,
    /// Since when its level stands, where it is due to be set.
    level_since: Option<String>,
    months: Vec<Watched>,
}

struct Watched {
    month: String,
    level: String,
    shifted: String,
    alarms: String,
}

struct Row {
    id: i64,
    point: &'static str,
    target: &'static str,
    day: String,
    state: &'static str,
    judged: String,
}

pub async fn overview(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    draw(&edge, &who, frame, (Errors::default(), keep::Form::default())).await
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    (errors, form): (Errors, keep::Form),
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewPredictor)?;
    let ctx = edge.ctx();
    let keep = match decide(actor, Act::KeepPredictor).allowed {
        true => Some(Keep::of(ctx, actor, form).await?),
        false => None,
    };
    let mut used = Vec::new();
    for (one, fallen_back) in watch::in_use(ctx, actor).await? {
        let months = watch::watched(ctx, actor, one.id).await?;
        used.push(Used {
            id: one.id,
            words: format!(
                "{} ({}), a chance of being {}",
                one.point.label(),
                one.point.name(),
                one.target.label()
            ),
            cannot: papers::cannot(&one),
            fallen_back,
            level_since: due::level(ctx, actor, &one).await?.map(shown),
            months: months.iter().map(month).collect(),
        });
    }
    let all = train::all(ctx, actor).await?.iter().map(row).collect();
    let (table, own) = kept::points_now(ctx, actor).await?;
    let whose = if own { "the council's own" } else { "as it ships" };
    let view = View {
        frame: frame.named("The predictor", Section::Support).with_errors(!errors.is_empty()),
        errors,
        used,
        all,
        table: format!("{}, version {}, {whose}", table.name, table.version),
        keep,
    };
    Ok(Page(view).into_response())
}

fn month(seen: &Seen) -> Watched {
    let level = seen.level.map_or(watched::no_level(seen).to_owned(), |level| {
        format!("{:.0} expected, {} came", level.expected, level.observed)
    });
    let worst = seen.drift.iter().max_by(|a, b| a.index.total_cmp(&b.index));
    let shifted = worst.map_or("Nothing to compare with".to_owned(), |drift| {
        let label = domain::prediction::named(&drift.column).map_or("", |f| f.label);
        match drift.index > risk::drift::WARN {
            true => format!("{label} ({:.2})", drift.index),
            false => "Nothing much".to_owned(),
        }
    });
    let alarms = match seen.alarms.as_slice() {
        [] => "None".to_owned(),
        alarms => alarms.join("; "),
    };
    let month = seen.month.parse::<Month>().map_or_else(|_| seen.month.clone(), Month::words);
    Watched { month, level, shifted, alarms }
}

fn row(kept: &Kept) -> Row {
    let judged = kept.content.evidence.as_ref().map_or("On no later year".to_owned(), |e| {
        let precision = e.precision.map_or("too few".to_owned(), |p| format!("{:.0} %", 100.0 * p));
        format!("{}: precision {precision} on {} places", shown(e.on), e.places)
    });
    Row {
        id: kept.id,
        point: kept.point.label(),
        target: kept.target.label(),
        day: shown(kept.day),
        state: kept.state.name(),
        judged,
    }
}
