//! How the predictor does and who answers for it: what is in use, what was watched, its papers, its
//! registers. Nothing here names a young person. The rules are `app::predict`'s.

mod registers;
mod sets;
mod show;
mod watched;

pub use registers::{factors, log, points, write_factor, write_log, write_points};
pub use sets::{receive, sets, take_back};
pub use show::{paper, paper_json, show, sign};
pub use watched::watched;

use crate::http::{Edge, Frame, Page, PageError, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors};
use app::Wrong;
use app::predict::train::{self, Asked, Kept};
use app::predict::watch::Seen;
use app::predict::{lists, paper as papers, registers as kept, score, watch};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, decide};
use domain::calendar::{Month, shown};
use domain::prediction::{Point, Target};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "predictor/overview.html")]
struct View {
    frame: Frame,
    errors: Errors,
    used: Vec<Used>,
    all: Vec<Row>,
    points: Vec<Choice>,
    targets: Vec<Choice>,
    table: String,
    keeps: bool,
    form: Form,
}

struct Used {
    id: i64,
    words: String,
    cannot: Vec<String>,
    fallen_back: bool,
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

/// One form for all that is done here; `act` says which.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    act: String,
    point: String,
    target: String,
    area: String,
    month: String,
    by: String,
    team: String,
    places: String,
    held_out: String,
}

pub async fn overview(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    draw(&edge, &who, frame, (Errors::default(), Form::default())).await
}

/// Fits, scores, watches, updates the level or sets places.
pub async fn act(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(form): Posted<Form>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::KeepPredictor)?;
    let ctx = edge.ctx();
    let point = Point::from_name(&form.point).unwrap_or(Point::Autumn);
    let (field, done) = match form.act.as_str() {
        "fit" => {
            let target = Target::from_name(&form.target).unwrap_or_else(|| point.target());
            let with_area = form.area == "yes";
            let asked = Asked { point, target, with_area, places: None };
            (
                "point",
                train::train(ctx, actor, &asked).await.map(|p| format!("/predictor/{}", p.id)),
            )
        }
        "score" => ("point", score::run(ctx, actor, point).await.map(|_| list_of(point))),
        "watch" => ("month", watch_month(&edge, &who, point, &form.month).await),
        "level" => (
            "by",
            watch::update_level(ctx, actor, point, &form.by)
                .await
                .map(|(id, _)| format!("/predictor/{id}")),
        ),
        "places" => {
            let places = form.places.trim().parse().unwrap_or(0);
            let held_out = form.held_out.trim().parse().unwrap_or(0);
            let set = lists::set_places(ctx, actor, &form.team, (places, held_out)).await;
            ("places", set.map(|()| "/early-support".to_owned()))
        }
        _ => ("point", Err(Wrong::refused("Choose what to do."))),
    };
    match done {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add(field, sentence);
            draw(&edge, &who, frame, (errors, form)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

fn list_of(point: Point) -> String {
    format!("/early-support?point={}", point.name())
}

async fn watch_month(
    edge: &Edge,
    who: &SignedIn,
    point: Point,
    month: &str,
) -> Result<String, Wrong> {
    let actor = who.may(Act::KeepPredictor).map_err(|_| Wrong::refused("You may not."))?;
    let month: Month =
        month.trim().parse().map_err(|_| Wrong::refused("Write the month as 2025-01."))?;
    watch::month(edge.ctx(), actor, point, month).await?;
    Ok("/predictor".to_owned())
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    (errors, form): (Errors, Form),
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewPredictor)?;
    let ctx = edge.ctx();
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
            months: months.iter().map(month).collect(),
        });
    }
    let all = train::all(ctx, actor).await?.iter().map(row).collect();
    let point = |p: &Point| Choice::new(p.name(), p.label(), p.name() == form.point);
    let target = |t: &Target| Choice::new(t.name(), t.label(), t.name() == form.target);
    let mut targets = vec![Choice::new("", "The point's own", form.target.is_empty())];
    targets.extend(Target::ALL.iter().map(target));
    let (table, own) = kept::points_now(ctx, actor).await?;
    let whose = if own { "the council's own" } else { "as it ships" };
    let view = View {
        frame: frame.named("The predictor", Section::Support).with_errors(!errors.is_empty()),
        errors,
        used,
        all,
        points: Point::ALL.iter().map(point).collect(),
        targets,
        table: format!("{}, version {}, {whose}", table.name, table.version),
        keeps: decide(actor, Act::KeepPredictor).allowed,
        form,
    };
    Ok(Page(view).into_response())
}

fn month(seen: &Seen) -> Watched {
    let level = seen.level.map_or("No month of its target".to_owned(), |level| {
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
    Watched { month: seen.month.clone(), level, shifted, alarms }
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
