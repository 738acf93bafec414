//! How a year begins: where the young people of a run stand at the end of the last month before their target's first,
//! against where those before them stood a year earlier. The yearly update of the level is made from it as soon as
//! that month is over, since the last winter that has closed knows nothing of a rise or a fall since. It takes for
//! granted that a winter goes on as it begins, which [`yearly`] looks back on in every year that can be judged.
//!
//! Invariant: of no month of the target is anything read, and of the month before it only what had been recorded by
//! its end, in either year.

use domain::calendar::Day;
use domain::prediction::{Outcome, Point, Target, at_month};
use risk::Model;
use risk::drift::Level;
use serde::{Deserialize, Serialize};
use store::people::{self, Moment};
use store::{Tx, changes};

use super::forward::{self, known, level, ratio};
use super::parts::Part;
use super::train::{Closed, Data};
use crate::context::{Context, Wrong};

/// Of fewer than this the share says too little, as of groups and factors.
const FEWEST: usize = 20;

/// A closed year whose level was set before its first month, on the one before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Yearly {
    /// The day of the prediction.
    pub on: Day,
    /// The day by whose end everything was recorded that the update reads.
    pub known_by: Day,
    /// How far the level was moved by how the year began. Units: log-odds.
    pub moved: f64,
    /// Expected over observed with the level as set on the newest year that had closed by then, and no more.
    pub without: Option<f64>,
    /// The same once it was moved.
    pub with: Option<f64>,
}

/// Where people stood at the end of the month before the target's first; none where the target has none, or that
/// month is not over.
pub(super) async fn stood(
    ctx: &Context,
    tx: &mut Tx,
    target: Target,
    (point, on): (Point, Day),
    people_asked: &[i64],
) -> Result<Option<Vec<Outcome>>, Wrong> {
    let over = |day: &Day| *day < ctx.today();
    let Some(month) = target.opening(point, on).filter(|month| over(&month.last_day())) else {
        return Ok(None);
    };
    let recorded = changes::latest_at(tx, &ctx.end_of(month.last_day())).await?;
    let loaded = people::load(tx, people_asked, Moment::After(recorded)).await?;
    let editions = formats::reference::editions();
    Ok(Some(loaded.iter().map(|one| at_month(&one.record, editions, target, month)).collect()))
}

/// From the chance of the whole target to that of the month before it; none where too few had the outcome by then.
/// Units: log-odds.
pub(super) fn shift(chances: &[f64], stood: Option<&Vec<Outcome>>) -> Option<f64> {
    let (chances, outcomes) = known(chances, stood?);
    let came = outcomes.iter().filter(|came| **came).count();
    if came < FEWEST { None } else { forward::shift(&chances, &outcomes) }
}

/// The update as it would have been made in each year that the model was not learnt from.
pub(super) fn yearly(
    data: &Data,
    model: &Model,
    (sets, parts): (&[Closed], &[Part]),
    (point, target): (Point, Target),
) -> Result<Vec<Yearly>, Wrong> {
    let mut found = Vec::new();
    let years: Vec<(&Closed, &Vec<usize>)> = sets.iter().zip(&data.years).collect();
    for ((at, (now, rows)), part) in years.iter().enumerate().zip(parts) {
        let Some(month) = target.opening(point, now.on).filter(|_| !part.teaches()) else {
            continue;
        };
        let known_by = month.last_day();
        let closed = years.iter().take(at).rev().find(|(before, _)| before.closes <= known_by);
        let Some((before, then)) = closed else { continue };
        let (then, chances) = (data.chances(model, then)?, data.chances(model, rows)?);
        let began = shift(&then, before.stood.as_ref()).zip(shift(&chances, now.stood.as_ref()));
        let Some((then_began, now_began)) = began else { continue };
        let moved = now_began - then_began;
        let old = forward::shifts(&then, &before.months);
        let by = |moved: f64| {
            let months = now.months.iter().zip(&old);
            let levels: Vec<Level> =
                months.map(|(outcomes, old)| level(&chances, outcomes, old + moved)).collect();
            ratio(levels.iter())
        };
        found.push(Yearly { on: now.on, known_by, moved, without: by(0.0), with: by(moved) });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_that_begins_like_the_one_before_moves_nothing_and_one_with_more_moves_it_up() {
        use Outcome::{DidNot, Happened, NotKnown};
        let chances = vec![0.1; 600];
        let stood = |came: usize| {
            let one = |at: usize| if at < came { Happened } else { DidNot };
            (0..600).map(|at| if at >= 500 { NotKnown } else { one(at) }).collect::<Vec<_>>()
        };
        let of = |came| shift(&chances, Some(&stood(came)));
        let moved = of(50).unwrap();
        assert!(moved.abs() < 1e-9, "50 of 500 known came, as was expected: {moved}");
        let up = of(90).unwrap() - moved;
        let odds = |share: f64| (share / (1.0 - share)).ln();
        assert!((up - (odds(0.18) - odds(0.1))).abs() < 1e-9, "{up}");
        assert_eq!(of(19), None, "too few to say");
        assert!(of(20).is_some());
        assert_eq!(shift(&chances, None), None, "the month is not over");
    }
}
