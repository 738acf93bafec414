//! What support did, as far as a lot can tell: of those who would have been listed, what became of those
//! held out against those who were listed. Counts only; nobody is named.

use std::collections::BTreeSet;

use domain::access::{Act, Actor, Scope};
use domain::calendar::Day;
use domain::prediction::Outcome;
use risk::bootstrap::{Interval, interval, replicates};
use store::predictors::{self, Scored};

use super::train::kept;
use super::{may, rows};
use crate::context::{Context, Wrong};

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

/// Runs of a predictor that held somebody out and whose target has closed, the newest first.
pub async fn outcomes(ctx: &Context, actor: &Actor, predictor: i64) -> Result<Vec<Told>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    let all = kept(&mut tx).await?;
    let Some(used) = all.iter().find(|p| p.id == predictor) else { return Ok(Vec::new()) };
    let (mut told, mut days) = (Vec::new(), BTreeSet::new());
    for run in predictors::runs(&mut tx).await? {
        let closed = used.target.closes(used.point, run.day) < ctx.today();
        // Of several runs of a day the newest made the list.
        if run.predictor != used.id || !closed || !days.insert(run.day) {
            continue;
        }
        let scored = predictors::scored(&mut tx, &Scope::everyone(), run.id).await?;
        let (held, listed) = sides(&scored, used.content.places);
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

/// Those held out and those listed, from the highest chance down, until there are as many listed as places.
fn sides(scored: &[Scored], places: usize) -> (Vec<i64>, Vec<i64>) {
    let (mut held, mut listed) = (Vec::new(), Vec::new());
    for one in scored {
        if listed.len() >= places {
            break;
        }
        if one.score.held_out { &mut held } else { &mut listed }.push(one.score.person);
    }
    (held, listed)
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
    let within = interval(replicates(&each, known.len(), 1, 200, share).into_iter());
    Side { people: outcomes.len(), known: known.len(), happened, within }
}
