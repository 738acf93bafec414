//! Giving everybody of a point a chance with reasons, from the predictor in use. Invariant: a run writes
//! chances and who was given one, and nothing to anybody's record.

use std::collections::BTreeMap;

use domain::access::{Act, Actor};
use domain::calendar::Day;
use domain::prediction::{Cell, FEATURES, Origin, Point, expires, named, reason};
use risk::explain::{Explainer, POINTS};
use risk::table::Table;
use risk::words::Words;
use serde::{Deserialize, Serialize};
use store::predictors::{self, Run, Score};

use super::rows::{self, Rows};
use super::train::{Kept, operational};
use super::{begin, holdout, lists, may, note_all, refused, watch};
use crate::context::{Context, Wrong};

/// Why a chance is what it is, as kept with it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub reasons: Vec<Said>,
    /// Facts that the predictor would read and nobody has.
    pub missing: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    pub fact: String,
    pub sentence: String,
    pub raises: bool,
    pub can_act: bool,
    /// Units: log-odds above the average; below when negative.
    #[serde(default)]
    pub weight: f64,
    /// school, service, register or area.
    pub origin: String,
    /// Whether it says that a service knows them. What was kept before this was asked says nothing.
    #[serde(default)]
    pub involved: bool,
}

impl Said {
    /// For whoever decides what a reader may know of it.
    pub fn kept(&self) -> domain::prediction::Kept<'_> {
        let (origin, involved) = (self.origin(), self.involved);
        domain::prediction::Kept { sentence: &self.sentence, origin, involved }
    }

    fn origin(&self) -> Origin {
        match self.origin.as_str() {
            "school" => Origin::School,
            "register" => Origin::Register,
            "area" => Origin::Area,
            _ => Origin::Service,
        }
    }
}

fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::School => "school",
        Origin::Register => "register",
        Origin::Area => "area",
        Origin::Service => "service",
    }
}

/// How a run put people in order: by the model's chances, not by points.
pub const BY_MODEL: &str = "model";

/// What a run did.
#[derive(Clone, Debug, Serialize)]
pub struct Ran {
    pub run: i64,
    pub predictor: i64,
    pub point: String,
    pub day: Day,
    pub people: usize,
    pub set_aside: usize,
    /// model, or points where two alarms stand.
    pub way: String,
    pub expected: f64,
}

/// Scores a point's newest day with the predictor in use.
///
/// Errors: refused where none is in use.
pub async fn run(ctx: &Context, actor: &Actor, point: Point) -> Result<Ran, Wrong> {
    may(actor, Act::KeepPredictor)?;
    let on = point.newest(ctx.today());
    run_on(ctx, actor, point, on).await
}

/// Scores a point on a day of the past, as what was known then would have it.
pub async fn run_on(ctx: &Context, actor: &Actor, point: Point, on: Day) -> Result<Ran, Wrong> {
    may(actor, Act::KeepPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    let used = operational(&mut tx, point).await?.ok_or_else(|| {
        Wrong::refused(format!("No predictor is in use for {}.", point.label().to_lowercase()))
    })?;
    let rows = rows::rows(ctx, &mut tx, point, on).await?;
    let fallen_back = used.content.points_only || watch::fallen_back(&mut tx, used.id).await?;
    let schools: Vec<String> = {
        let at = FEATURES.iter().position(|feature| feature.name == "school").unwrap_or(0);
        let mut ids: Vec<String> = rows
            .cells
            .iter()
            .filter_map(|cells| cells.get(at)?.as_name().map(str::to_owned))
            .collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let names = store::organisations::names(&mut tx, &schools).await?.into_iter().collect();
    let held = holdout::drawn(&mut tx).await?;
    drop(tx);
    let mut scores = scores(&used, &rows, (fallen_back, &names), ctx.today())?;
    // Drawn for the turn, so that working the chances out again holds out the same people.
    let turn = format!("held out {} {on}", point.name());
    for score in &mut scores {
        score.held_out = lists::lot(&turn, score.person) % 100 < held;
    }
    let way = if fallen_back { "points" } else { BY_MODEL };
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "chances worked out").await?;
    let run = Run {
        id: 0,
        predictor: used.id,
        point: point.name().to_owned(),
        day: on,
        expires: expires(point, on),
        way: way.to_owned(),
        at: String::new(),
    };
    let id = predictors::add_run(&mut tx, change, &run, (rows.as_known, &scores)).await?;
    let detail = format!("run {id} of predictor {}", used.id);
    note_all(ctx, &mut tx, actor, ("chance worked out", &rows.people, &detail)).await?;
    tx.commit().await?;
    Ok(Ran {
        run: id,
        predictor: used.id,
        point: run.point,
        day: on,
        people: scores.len(),
        set_aside: rows.set_aside,
        way: run.way,
        expected: scores.iter().map(|score| score.chance).sum(),
    })
}

fn scores(
    used: &Kept,
    rows: &Rows,
    (by_points, names): (bool, &BTreeMap<String, String>),
    today: Day,
) -> Result<Vec<Score>, Wrong> {
    let table = rows::table(&[rows])?;
    let content = &used.content;
    let points = content.table.score_rows(&table).map_err(refused)?;
    let model = if by_points { &content.points } else { &content.model };
    let all: Vec<usize> = (0..rows.people.len()).collect();
    let chances = model.probabilities(&table, &all, Some(&points)).map_err(refused)?;
    let words = Words::default();
    let explainer = Explainer::new(model, &table, Some(&points), &words).map_err(refused)?;
    let school = FEATURES.iter().position(|feature| feature.name == "school").unwrap_or(0);
    let one = |(row, person): (usize, &i64)| {
        let told = told(used, (&explainer, &table, rows), row, (names, today));
        Ok(Score {
            person: *person,
            chance: chances.get(row).copied().unwrap_or(0.0),
            points: points.get(row).copied().unwrap_or(0.0),
            school: rows
                .cells
                .get(row)
                .and_then(|cells| cells.get(school)?.as_name().map(str::to_owned)),
            content: serde_json::to_string(&told).map_err(refused)?,
            held_out: false,
        })
    };
    rows.people.iter().enumerate().map(one).collect()
}

/// Facts whose absence is worth a word to whoever reads a reason.
const ASKED_FOR: [&str; 6] =
    ["attendance", "suspension_days", "ks4", "free_school_meals", "offer", "intended"];

fn told(
    used: &Kept,
    (explainer, table, rows): (&Explainer<'_>, &Table, &Rows),
    row: usize,
    (names, today): (&BTreeMap<String, String>, Day),
) -> Told {
    let cell = |name: &str| {
        let at = FEATURES.iter().position(|feature| feature.name == name)?;
        rows.cells.get(row)?.get(at)
    };
    let weights: BTreeMap<&str, f64> = explainer.contributions(row).into_iter().collect();
    let weight = |column: &str| weights.get(column).copied().unwrap_or(0.0);
    let mut reasons = Vec::new();
    for part in explainer.brief(row).reasons {
        if part.column == POINTS {
            let holds = |name: &str| cell(name).is_some_and(Cell::is_yes);
            reasons.push(by_points(used, table, (row, weight(POINTS)), &holds));
            continue;
        }
        let (Some(feature), Some(cell)) = (named(&part.column), cell(&part.column)) else {
            continue;
        };
        let mut cell = cell.clone();
        if let Some(name) = cell.as_name().and_then(|id| names.get(id)) {
            cell.value = domain::prediction::Value::Name(name.clone());
        }
        let said = reason(feature, &cell, part.raises, today);
        reasons.push(Said {
            fact: said.feature.to_owned(),
            sentence: said.sentence,
            raises: said.raises,
            can_act: said.can_act,
            weight: weight(said.feature),
            origin: origin_name(said.origin).to_owned(),
            involved: said.involved,
        });
    }
    let gone = |name: &&&str| {
        cell(name).is_none_or(|cell| cell.value == domain::prediction::Value::NotKnown)
    };
    let missing = ASKED_FOR.iter().filter(gone);
    let missing = missing.filter_map(|name| Some(named(name)?.label.to_owned())).collect();
    Told { reasons, missing }
}

/// What the points counted. It may rest on any service, so a school is not told it.
fn by_points(
    used: &Kept,
    table: &Table,
    (row, weight): (usize, f64),
    holds: &dyn Fn(&str) -> bool,
) -> Said {
    let raises = weight > 0.0;
    let points = &used.content.table;
    let score = points.score_row(table, row);
    let of_a_service = |name: &str| {
        let indicator = points.indicators.iter().find(|indicator| indicator.name == name);
        let fact = indicator.and_then(|indicator| named(&indicator.field));
        fact.is_some_and(|fact| fact.origin == Origin::Service && holds(fact.name))
    };
    let involved = score.counted.iter().any(|(name, _)| of_a_service(name));
    let counted: Vec<String> =
        score.counted.iter().map(|(name, points)| format!("{name} ({points})")).collect();
    let what = match counted.as_slice() {
        [] => "none counted".to_owned(),
        _ => counted.join(", "),
    };
    let way = if raises { "raises" } else { "lowers" };
    Said {
        fact: POINTS.to_owned(),
        sentence: format!(
            "Points of {}: {}, {what}, {way} the chance",
            score_name(used),
            score.total
        ),
        raises,
        can_act: false,
        weight,
        origin: "service".to_owned(),
        involved,
    }
}

fn score_name(used: &Kept) -> &str {
    &used.content.table.name
}
