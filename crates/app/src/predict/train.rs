//! Fitting a predictor on the years whose outcome is closed and judging it on the newest of them, which
//! it did not see. Invariant: years go forward in time, as `parts` has it; nobody is learnt from and judged on.

use domain::access::{Act, Actor};
use domain::calendar::Day;
use domain::prediction::{
    AUDITED, Evidence as Shown, Outcome, Point, State, Target, inputs, may_become,
};
use risk::bootstrap::Interval;
use risk::drift::Reference;
use risk::model::Recalibration;
use risk::points::PointsTable;
use risk::{FitOptions, Model, Table, Training};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Tx, changes, predictors};

use super::odds::{self, Local};
use super::registers::{self, Factor};
use super::rows::{self, Rows};
use super::{begin, forward, may, note, opening, parts, refused};
use crate::accounts::hex;
use crate::context::{Context, Wrong};

pub use super::forward::{Evidence, MonthLevel, STATUS};
pub use super::opening::{Began, Opening, Yearly};

/// What to fit.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub point: Point,
    pub target: Target,
    /// Whether the deprivation of the area may be read.
    pub with_area: bool,
    /// Places of support that the list is judged at; a tenth of the year where none is told.
    pub places: Option<usize>,
}

/// A year's part in a fit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Year {
    pub on: Day,
    pub closes: Day,
    pub rows: usize,
    pub happened: usize,
    pub not_known: usize,
    pub set_aside: usize,
    /// What it was for when the newest year was judged: learnt from, level set on, judged on, or closed too late.
    pub part: String,
}

/// A predictor with everything that its papers say of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Content {
    pub inputs: Vec<String>,
    pub with_area: bool,
    pub model: Model,
    /// The points at their local worth, for comparison and to fall back on.
    pub points: Model,
    pub table: PointsTable,
    pub intervals: Vec<Option<Interval>>,
    pub reference: Reference,
    /// For each month of the target, how far its log-odds lie from those of the whole target.
    pub month_shifts: Vec<f64>,
    /// How the newest of the years began, by the month before the target's first.
    #[serde(default)]
    pub opening: Opening,
    pub years: Vec<Year>,
    pub places: usize,
    pub evidence: Option<Evidence>,
    /// Level updates since the fit: day and shift.
    #[serde(default)]
    pub updates: Vec<(Day, f64)>,
    /// It is the points table and nothing else: where no year had closed by the day of a later one that has, no
    /// fit can be judged.
    #[serde(default)]
    pub points_only: bool,
    /// What each factor of the register went with in the years above.
    #[serde(default)]
    pub local: Vec<Local>,
}

impl Content {
    /// Whether a fact is read: by the model, or by the points that stand in every chance.
    pub fn reads(&self, fact: &str) -> bool {
        self.inputs.iter().any(|name| name == fact)
            || self.table.indicators.iter().any(|indicator| indicator.field == fact)
    }

    /// Whether a year had a say in the judging whose outcome was still open on the judged day. Predictors could be
    /// fitted by such a rule before, and what is kept of them is never worked out again.
    pub fn judged_by_open_years(&self) -> bool {
        self.evidence.as_ref().is_some_and(|evidence| {
            let open = |year: &Year| year.closes >= evidence.on && parts::had_a_say(&year.part);
            self.years.iter().any(open)
        })
    }

    /// Facts that are watched for drift: what is read, but for the school, which by its nature is another one
    /// every year.
    pub fn watched(&self) -> Vec<String> {
        let read = match self.inputs.is_empty() {
            true => fields_of(&self.table),
            false => self.inputs.clone(),
        };
        read.into_iter().filter(|name| *name != "school").collect()
    }
}

/// Facts that a points table counts, each once.
fn fields_of(table: &PointsTable) -> Vec<String> {
    let fields: std::collections::BTreeSet<&str> =
        table.indicators.iter().map(|indicator| indicator.field.as_str()).collect();
    fields.into_iter().map(str::to_owned).collect()
}

/// A predictor that was kept.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: i64,
    pub point: Point,
    pub target: Target,
    pub day: Day,
    pub hash: String,
    pub state: State,
    pub at: String,
    pub content: Content,
}

/// Fits, judges and keeps a predictor. It is researched, and used for nothing.
///
/// Where no year had closed by the day of the newest that has, or those that would be learnt from hold no outcome,
/// it is the points table alone.
///
/// Errors: refused when there is nobody to count points of.
pub async fn train(ctx: &Context, actor: &Actor, asked: &Asked) -> Result<Kept, Wrong> {
    may(actor, Act::KeepPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    let sets = years(ctx, &mut tx, asked).await?;
    let used = operational(&mut tx, asked.point).await?;
    let (table, _) = registers::points(&mut tx).await?;
    let factors = registers::factors_in(&mut tx).await?;
    let factors: Vec<Factor> = factors.into_iter().map(|(factor, _)| factor).collect();
    let on = asked.point.newest(ctx.today());
    let now = match young(&sets) {
        true => Some(rows::rows(ctx, &mut tx, asked.point, on).await?),
        false => None,
    };
    drop(tx);
    let content = match &now {
        Some(now) => points_alone(asked, (&sets, now), table, &factors)?,
        None => fit(asked, sets, (table, &factors), used.as_ref())?,
    };
    let text = serde_json::to_string(&content).map_err(refused)?;
    let hash = hex(&<[u8; 32]>::from(Sha256::digest(text.as_bytes())));
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "predictor fitted").await?;
    let (point, target) = (asked.point.name(), asked.target.name());
    let id = predictors::add(&mut tx, change, (point, target, ctx.today()), (&hash, &text)).await?;
    note(ctx, &mut tx, actor, ("predictor fitted", None, &format!("predictor {id}, {point}")))
        .await?;
    tx.commit().await?;
    let (point, target, day) = (asked.point, asked.target, ctx.today());
    let (state, at) = (State::Researched, ctx.now());
    Ok(Kept { id, point, target, day, hash, state, at, content })
}

/// One closed year with what became of everybody in it.
pub(super) struct Closed {
    pub on: Day,
    pub closes: Day,
    pub rows: Rows,
    pub outcomes: Vec<Outcome>,
    /// Shape: for each month of the target, one for each person.
    pub months: Vec<Vec<Outcome>>,
    /// At the end of the month before them, as known then; see `opening`.
    pub stood: Option<Vec<Outcome>>,
}

/// How many turns of a point are looked back on.
const MOST_YEARS: usize = 6;
/// Months between the turns of the monthly point that are learnt from.
const MONTHS_APART: usize = 3;

async fn years(ctx: &Context, tx: &mut Tx, asked: &Asked) -> Result<Vec<Closed>, Wrong> {
    let (point, target, today) = (asked.point, asked.target, ctx.today());
    let mut on = point.newest(today);
    let mut found = Vec::new();
    let mut turn: usize = 0;
    while found.len() < MOST_YEARS && turn < 60 {
        let wanted = point != Point::Monthly || turn.is_multiple_of(MONTHS_APART);
        let closes = target.closes(point, on);
        if wanted && closes < today {
            // Nothing was known before the register began.
            if changes::latest_at(tx, &ctx.end_of(on)).await? == domain::person::ChangeId(0) {
                break;
            }
            let rows = rows::rows(ctx, tx, point, on).await?;
            if rows.people.is_empty() {
                break;
            }
            let came = rows::came(tx, target, (point, on), &rows.people).await?;
            let stood = opening::stood(ctx, tx, target, (point, on), &rows.people).await?;
            let (outcomes, months) = (came.whole, came.months);
            found.push(Closed { on, closes, rows, outcomes, months, stood });
        }
        on = point.before(on);
        turn += 1;
    }
    found.reverse();
    Ok(found)
}

/// All rows of all years, numbered through.
pub(super) struct Data {
    pub table: Table,
    pub groups_table: Table,
    pub target: Vec<Option<bool>>,
    pub outcomes: Vec<Outcome>,
    pub people: Vec<u32>,
    pub count: usize,
    pub points: Vec<f64>,
    /// Rows of each year.
    pub years: Vec<Vec<usize>>,
    pub inputs: Vec<String>,
}

impl Data {
    fn new(sets: &[Closed], table: &PointsTable, inputs: Vec<String>) -> Result<Self, Wrong> {
        let rows: Vec<&Rows> = sets.iter().map(|set| &set.rows).collect();
        let facts = rows::table(&rows)?;
        let points = table.score_rows(&facts).map_err(refused)?;
        let outcomes: Vec<Outcome> = sets.iter().flat_map(|s| s.outcomes.clone()).collect();
        let mut numbers = std::collections::BTreeMap::new();
        let mut people = Vec::new();
        for person in rows.iter().flat_map(|set| &set.people) {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            people.push(*numbers.entry(*person).or_insert(next));
        }
        let mut from = 0;
        let mut years = Vec::new();
        for set in sets {
            years.push((from..from + set.rows.people.len()).collect());
            from += set.rows.people.len();
        }
        let known = |outcome: &Outcome| match outcome {
            Outcome::Happened => Some(true),
            Outcome::DidNot => Some(false),
            Outcome::NotKnown => None,
        };
        Ok(Self {
            groups_table: rows::groups(&rows)?,
            table: facts,
            target: outcomes.iter().map(known).collect(),
            outcomes,
            count: numbers.len(),
            people,
            points,
            years,
            inputs,
        })
    }

    pub fn training<'a>(&'a self, rows: &'a [usize]) -> Training<'a> {
        Training {
            table: &self.table,
            inputs: &self.inputs,
            target: &self.target,
            groups: &self.people,
            rows,
            points: Some(&self.points),
        }
    }

    pub fn known(&self, rows: &[usize]) -> (Vec<usize>, Vec<bool>) {
        let known = |row: &usize| Some((*row, self.target.get(*row).copied().flatten()?));
        rows.iter().filter_map(known).unzip()
    }

    pub fn chances(&self, model: &Model, rows: &[usize]) -> Result<Vec<f64>, Wrong> {
        self.chances_by(&self.points, model, rows)
    }

    /// The same where another table has counted the points of all rows.
    pub fn chances_by(
        &self,
        points: &[f64],
        model: &Model,
        rows: &[usize],
    ) -> Result<Vec<f64>, Wrong> {
        model.probabilities(&self.table, rows, Some(points)).map_err(refused)
    }
}

/// Whether the register is too young for a fit that could be judged: nothing that had closed by the judged day
/// holds both answers, of those who are learnt from.
fn young(sets: &[Closed]) -> bool {
    let learnt = parts::learnt_from(sets);
    let both = [Outcome::Happened, Outcome::DidNot];
    !both.iter().all(|wanted| learnt.contains(&wanted))
}

/// Assumed where no outcome is known: about four of a hundred become NEET in a year, so that a chance in
/// words is neither silent nor alarming. The papers say that it is assumed.
const ASSUMED_RATE: f64 = 0.04;

/// The points table as a predictor of its own, at the local rate where a year has closed.
///
/// Errors: refused when there is nobody to count points of.
fn points_alone(
    asked: &Asked,
    (sets, now): (&[Closed], &Rows),
    table: PointsTable,
    factors: &[Factor],
) -> Result<Content, Wrong> {
    let counted = table.score_rows(&rows::table(&[now])?).map_err(refused)?;
    if counted.is_empty() {
        return Err(Wrong::refused(format!(
            "There is nobody yet for {}.",
            asked.point.label().to_lowercase()
        )));
    }
    let mean = counted.iter().sum::<f64>() / counted.len() as f64;
    let data = Data::new(sets, &table, Vec::new())?;
    let newest = data.years.last().cloned().unwrap_or_default();
    let all: Vec<usize> = data.years.iter().flatten().copied().collect();
    let local = Model::fit(&data.training(&all), &FitOptions::default());
    let points = match local {
        Ok(local) => levelled(&data, &local, &newest)?,
        Err(_) => Model::of_points(ASSUMED_RATE, mean),
    };
    let month_shifts = match (sets.last(), points.outcomes) {
        (Some(set), 1..) => forward::shifts(&data.chances(&points, &newest)?, &set.months),
        _ => Vec::new(),
    };
    Ok(Content {
        inputs: Vec::new(),
        with_area: false,
        reference: Reference::learn(
            &rows::table(&[now])?,
            &fields_of(&table),
            &(0..now.people.len()).collect::<Vec<_>>(),
        ),
        model: points.clone(),
        points,
        table,
        intervals: Vec::new(),
        month_shifts,
        opening: Opening::TellsNothing,
        years: sets.iter().map(|set| year(set, "counted")).collect(),
        places: asked.places.unwrap_or(now.people.len().div_ceil(10)).max(1),
        evidence: None,
        updates: Vec::new(),
        points_only: true,
        local: odds::local(&data, factors),
    })
}

fn fit(
    asked: &Asked,
    sets: Vec<Closed>,
    (table, factors): (PointsTable, &[Factor]),
    used: Option<&Kept>,
) -> Result<Content, Wrong> {
    let inputs: Vec<String> = inputs(asked.with_area).into_iter().map(str::to_owned).collect();
    let data = Data::new(&sets, &table, inputs)?;
    let newest = data.years.last().cloned().unwrap_or_default();
    let places = asked.places.unwrap_or(newest.len().div_ceil(10)).max(1);
    let evidence = Some(forward::judge(&data, &sets, (asked, places, used))?);
    // What is used is fitted on every closed year, its level set on the newest.
    let all: Vec<usize> = data.years.iter().flatten().copied().collect();
    let model = Model::fit(&data.training(&all), &FitOptions::default()).map_err(refused)?;
    let intervals = model.intervals(&data.training(&all), forward::SEED, 100).map_err(refused)?;
    let bare = Training { inputs: &[], ..data.training(&all) };
    let points = Model::fit(&bare, &FitOptions::default()).map_err(refused)?;
    let model = levelled(&data, &model, &newest)?;
    let points = levelled(&data, &points, &newest)?;
    let chances = data.chances(&model, &newest)?;
    let month_shifts = sets.last().map(|set| forward::shifts(&chances, &set.months));
    let began = sets.last().and_then(|set| opening::began(&chances, set.stood.as_ref()));
    Ok(Content {
        reference: Reference::learn(&data.table, &data.inputs, &newest),
        inputs: data.inputs.clone(),
        with_area: asked.with_area,
        model,
        points,
        table,
        intervals,
        month_shifts: month_shifts.unwrap_or_default(),
        opening: Opening::of(began),
        years: years_told(&sets),
        places,
        evidence,
        updates: Vec::new(),
        points_only: false,
        local: odds::local(&data, factors),
    })
}

/// The model with its level, not its spread, set on some rows.
pub(super) fn levelled(data: &Data, model: &Model, rows: &[usize]) -> Result<Model, Wrong> {
    levelled_by(data, &data.points, model, rows)
}

/// The same where another table has counted the points of all rows.
pub(super) fn levelled_by(
    data: &Data,
    points: &[f64],
    model: &Model,
    rows: &[usize],
) -> Result<Model, Wrong> {
    let (known, outcomes) = data.known(rows);
    let chances = data.chances_by(points, model, &known)?;
    Ok(shifted(model, forward::shift(&chances, &outcomes).unwrap_or(0.0)))
}

/// The same model with its log-odds moved.
pub(super) fn shifted(model: &Model, by: f64) -> Model {
    let old = model.recalibration.unwrap_or(Recalibration { intercept: 0.0, slope: 1.0 });
    let recalibration = Some(Recalibration { intercept: old.intercept + by, ..old });
    Model { recalibration, ..model.clone() }
}

fn years_told(sets: &[Closed]) -> Vec<Year> {
    sets.iter().zip(parts::of(sets)).map(|(set, part)| year(set, part.words())).collect()
}

fn year(set: &Closed, part: &str) -> Year {
    let count = |wanted| set.outcomes.iter().filter(|o| **o == wanted).count();
    Year {
        on: set.on,
        closes: set.closes,
        rows: set.rows.people.len(),
        happened: count(Outcome::Happened),
        not_known: count(Outcome::NotKnown),
        set_aside: set.rows.set_aside,
        part: part.to_owned(),
    }
}

/// All predictors, the newest first.
pub async fn all(ctx: &Context, actor: &Actor) -> Result<Vec<Kept>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    kept(&mut tx).await
}

pub(crate) async fn kept(tx: &mut Tx) -> Result<Vec<Kept>, Wrong> {
    predictors::all(tx).await?.into_iter().map(read).collect()
}

fn read(p: predictors::Predictor) -> Result<Kept, Wrong> {
    let broken = |what: &str| Wrong::Failed(format!("predictor {}: {what}", p.id));
    Ok(Kept {
        id: p.id,
        point: Point::from_name(&p.point).ok_or_else(|| broken("no such point"))?,
        target: Target::from_name(&p.target).ok_or_else(|| broken("no such target"))?,
        day: p.day,
        state: State::from_name(&p.state).ok_or_else(|| broken("no such state"))?,
        content: serde_json::from_str(&p.content).map_err(|e| broken(&e.to_string()))?,
        hash: p.hash,
        at: p.at,
    })
}

/// The predictor that lists of a point are made from.
pub(super) async fn operational(tx: &mut Tx, point: Point) -> Result<Option<Kept>, Wrong> {
    let all = kept(tx).await?;
    Ok(all.into_iter().find(|p| p.point == point && p.state == State::Operational))
}

/// Takes a predictor to another state, by the rule of [`may_become`]. The one in use before it is
/// withdrawn when another becomes operational.
pub async fn sign(
    ctx: &Context,
    actor: &Actor,
    id: i64,
    (to, signed_by, reason): (State, &str, &str),
) -> Result<(), Wrong> {
    may(actor, Act::KeepPredictor)?;
    let mut tx = ctx.db.begin().await?;
    let all = kept(&mut tx).await?;
    let one = all.iter().find(|p| p.id == id);
    let one = one.ok_or_else(|| Wrong::refused(format!("There is no predictor {id}.")))?;
    let evidence = one.content.evidence.as_ref();
    let failed: Vec<String> = evidence.map(Evidence::promotion_failed).unwrap_or_default();
    let decision = may_become(
        one.state,
        to,
        &Shown {
            forward: evidence.is_some(),
            points_only: one.content.points_only,
            unfair: evidence.is_some_and(|e| !e.unfair.is_empty()),
            promotion_failed: &failed,
            signed_by,
            reason,
        },
    );
    if !decision.allowed {
        return Err(Wrong::refused(format!("It cannot: {}.", decision.reasons.join("; "))));
    }
    let change = begin(ctx, &mut tx, actor, "predictor signed").await?;
    let before =
        all.iter().filter(|p| p.id != id && p.point == one.point && p.state == State::Operational);
    if to == State::Operational {
        for old in before {
            let why = format!("predictor {id} took its place");
            let state = (State::Withdrawn.name(), signed_by, why.as_str());
            predictors::set_state(&mut tx, change, old.id, state).await?;
        }
    }
    predictors::set_state(&mut tx, change, id, (to.name(), signed_by.trim(), reason.trim()))
        .await?;
    let detail = format!("predictor {id} is {}", to.name());
    note(ctx, &mut tx, actor, ("predictor signed", None, &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// The steps of a predictor's life: state, who signed, why, when.
pub async fn life(ctx: &Context, actor: &Actor, id: i64) -> Result<Vec<predictors::Step>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(predictors::states(&mut tx, id).await?)
}

/// Names of the groups that figures are shown by.
pub fn audited() -> Vec<String> {
    AUDITED.iter().map(|name| (*name).to_owned()).collect()
}
