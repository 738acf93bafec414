//! Giving everybody of a point a chance with reasons, from the predictor in use. Invariant: a run writes
//! chances and who was given one, and nothing to anybody's record.

use std::collections::BTreeMap;

use domain::access::{Act, Actor};
use domain::calendar::Day;
use domain::prediction::{FEATURES, Point, expires};
use risk::explain::Explainer;
use risk::words::Words;
use serde::{Deserialize, Serialize};
use store::predictors::{self, Run, Score};

use super::reasons::Reading;
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
    /// The organisation whose data it rests on; none where it is the register's own. What was kept before
    /// this was asked is nobody's to be shown.
    #[serde(default)]
    pub whose: Option<String>,
    /// Whether it says that a service knows them. What was kept before this was asked says nothing.
    #[serde(default)]
    pub involved: bool,
}

impl Said {
    /// For whoever decides what a reader may know of it.
    pub fn kept(&self) -> domain::prediction::Kept<'_> {
        let (whose, involved) = (self.whose.as_deref(), self.involved);
        domain::prediction::Kept { sentence: &self.sentence, whose, involved }
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
    let mut scores = scores(&used, &rows, (fallen_back, &names), on)?;
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
    on: Day,
) -> Result<Vec<Score>, Wrong> {
    let table = rows::table(&[rows])?;
    let content = &used.content;
    let points = content.table.score_rows(&table).map_err(refused)?;
    let model = if by_points { &content.points } else { &content.model };
    let all: Vec<usize> = (0..rows.people.len()).collect();
    let chances = model.probabilities(&table, &all, Some(&points)).map_err(refused)?;
    let words = Words::default();
    let explainer = Explainer::new(model, &table, Some(&points), &words).map_err(refused)?;
    let reading =
        Reading { content, explainer: &explainer, table: &table, cells: &rows.cells, names, on };
    let school = FEATURES.iter().position(|feature| feature.name == "school").unwrap_or(0);
    let one = |(row, person): (usize, &i64)| {
        let told = reading.told(row);
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
