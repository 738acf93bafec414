//! What support did, as far as a lot can tell: of those who would have been listed, what became of those
//! held out against those who were listed. Counts only; nobody is named.

use std::collections::BTreeMap;

use domain::access::{Act, Actor, Scope};
use domain::calendar::Day;
use domain::prediction::{Outcome, Settings, make};
use risk::bootstrap::{Interval, interval, replicates};
use store::predictors::{self, Run, Scored};
use store::{Tx, organisations};

use super::forward::{DRAWS, SEED};
use super::train::kept;
use super::{lists, may, note, rows, runs};
use crate::context::{Context, Wrong};

const OF_100: &str = "support held out of 100";
/// Half a list at most may be kept from support for the sake of learning.
const MOST: u64 = 50;

/// Of a hundred, how many are held out by lot in what is scored from now on.
pub async fn of_100(ctx: &Context, actor: &Actor) -> Result<u64, Wrong> {
    may(actor, Act::ViewPredictor)?;
    drawn(&mut ctx.db.begin_read().await?).await
}

pub(super) async fn drawn(tx: &mut Tx) -> Result<u64, Wrong> {
    let held = organisations::setting(tx, OF_100).await?;
    Ok(held.and_then(|text| text.parse().ok()).unwrap_or(0).min(MOST))
}

/// Says how many are held out when chances are next worked out. Who is held out already stays so.
///
/// Errors: refused above half.
pub async fn set(ctx: &Context, actor: &Actor, of_100: u64) -> Result<(), Wrong> {
    may(actor, Act::KeepPredictor)?;
    if of_100 > MOST {
        return Err(Wrong::refused("At most 50 of a hundred are held out."));
    }
    let mut tx = ctx.db.begin().await?;
    organisations::set(&mut tx, OF_100, &of_100.to_string()).await?;
    let detail = format!("{of_100} of 100 held out");
    note(ctx, &mut tx, actor, ("support held out by lot", None, &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// One side of the lot.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Side {
    pub people: usize,
    pub known: usize,
    pub happened: usize,
    /// Of the share of those known; none where nobody is.
    pub within: Option<Interval>,
}

/// A run whose months have closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    pub day: Day,
    pub held_out: Side,
    pub listed: Side,
}

/// Runs of a predictor, and of those whose level was moved to become it, that held somebody out and whose target has
/// closed, the newest first.
pub async fn outcomes(ctx: &Context, actor: &Actor, predictor: i64) -> Result<Vec<Told>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    let all = kept(&mut tx).await?;
    let Some(used) = all.iter().find(|p| p.id == predictor) else { return Ok(Vec::new()) };
    let line = runs::lineage(&mut tx, used).await?;
    let mut days: BTreeMap<Day, Vec<Run>> = BTreeMap::new();
    for run in predictors::runs(&mut tx).await? {
        if line.contains_key(&run.predictor) {
            days.entry(run.day).or_default().push(run);
        }
    }
    let mut told = Vec::new();
    for (day, of_day) in days.iter().rev() {
        let closes = used.target.closes(used.point, *day);
        let Some(run) = runs::went_by(of_day.iter(), closes).filter(|_| closes < ctx.today())
        else {
            continue;
        };
        let scored = predictors::scored(&mut tx, &Scope::everyone(), run.id).await?;
        let (held, listed) = sides(&scored, run.id, used.content.places);
        if held.is_empty() {
            continue;
        }
        let on = (used.point, run.day);
        let held = rows::came(&mut tx, used.target, on, &held).await?.whole;
        let listed = rows::came(&mut tx, used.target, on, &listed).await?.whole;
        told.push(Told { day: run.day, held_out: side(&held), listed: side(&listed) });
    }
    Ok(told)
}

/// Those held out and those listed as the list of the run put them, before anybody decided about anybody. Whoever
/// was contacted since is not put later for it: that would be one side only.
fn sides(scored: &[Scored], run: i64, places: usize) -> (Vec<i64>, Vec<i64>) {
    let mut candidates = lists::candidates(scored, &BTreeMap::new(), run);
    for one in &mut candidates {
        one.last_contact = None;
    }
    let made = make(&candidates, Settings { places });
    (made.held_out, made.listed)
}

fn side(outcomes: &[Outcome]) -> Side {
    let known: Vec<f64> = outcomes
        .iter()
        .filter(|outcome| **outcome != Outcome::NotKnown)
        .map(|outcome| f64::from(u8::from(*outcome == Outcome::Happened)))
        .collect();
    let count = u32::try_from(known.len()).unwrap_or(u32::MAX);
    let each: Vec<u32> = (0..count).collect();
    let share = |weights: &[f64]| {
        let (sum, all) = weights
            .iter()
            .zip(&known)
            .fold((0.0, 0.0), |(sum, all), (weight, came)| (sum + weight * came, all + weight));
        (all > 0.0).then(|| sum / all)
    };
    let happened = outcomes.iter().filter(|outcome| **outcome == Outcome::Happened).count();
    let within = interval(replicates(&each, known.len(), SEED, DRAWS, share).into_iter());
    Side { people: outcomes.len(), known: known.len(), happened, within }
}
