//! How a year begins: where the young people of a run stand at the end of the last month before their target's first,
//! against where those before them stood a year earlier. The yearly update of the level is made from it as soon as
//! that month is over, since the last winter that has closed knows nothing of a rise or a fall since. It takes for
//! granted that a winter goes on as it begins, which [`yearly`] looks back on in every year that can be judged.
//!
//! Invariant: of no month of the target is anything read, and of the month before it only what had been recorded by
//! its end, in either year. What came of the year before is read as it is known now.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use domain::access::Scope;
use domain::calendar::Day;
use domain::prediction::{FEWEST_CAME, Outcome, Point, Target, at_month, comparable};
use risk::Model;
use risk::drift::Level;
use serde::{Deserialize, Serialize};
use store::people::{self, Moment};
use store::predictors::{self, Run};
use store::{Tx, changes};

use super::forward::{self, known, level, ratio};
use super::parts::Part;
use super::train::{Closed, Data, Kept};
use crate::context::{Context, Wrong};

/// How a year began.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Began {
    /// From the chance of the whole target to that of the month before its first. Units: log-odds.
    pub shift: f64,
    /// Of those with a chance, the share of whom it was known by then where they stood.
    pub known: f64,
}

/// How the newest year began that a predictor was fitted on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Opening {
    /// It was fitted before this was asked.
    #[default]
    NotAsked,
    /// Its target has no month before it that tells, or too few had the outcome by then.
    TellsNothing,
    Tells(Began),
}

impl Opening {
    pub(super) fn of(began: Option<Began>) -> Self {
        began.map_or(Self::TellsNothing, Self::Tells)
    }

    pub(super) const fn began(self) -> Option<Began> {
        match self {
            Self::Tells(began) => Some(began),
            Self::NotAsked | Self::TellsNothing => None,
        }
    }
}

/// How runs began whose month before the target is over. What was known on a past day never changes; who is still in
/// the run does, by a merge or an erasure, which a process that goes on takes in when it starts again.
#[derive(Default)]
pub(crate) struct Memory(Mutex<BTreeMap<i64, Option<Began>>>);

/// A closed year whose level was set before its first month, on the one before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Yearly {
    /// The day of the prediction.
    pub on: Day,
    /// The day by whose end everything was recorded that is read of how either year began.
    pub known_by: Day,
    /// Of those predicted, and of those before them, the share of whom it was known by then where they stood.
    #[serde(default)]
    pub known: Option<(f64, f64)>,
    /// How far the level was moved by how the year began. Units: log-odds.
    pub moved: f64,
    /// Expected over observed with the level as set on the newest year that had closed by then, and no more.
    pub without: Option<f64>,
    /// The same once it was moved.
    pub with: Option<f64>,
    /// That of the whole target, which is any of its months, where the two above sum the months' own chances.
    #[serde(default)]
    pub whole: Option<f64>,
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

/// How a year began; none where too few had the outcome by then.
pub(super) fn began(chances: &[f64], stood: Option<&Vec<Outcome>>) -> Option<Began> {
    let all = chances.len();
    let (chances, outcomes) = known(chances, stood?);
    let came = outcomes.iter().filter(|came| **came).count();
    if came < FEWEST_CAME {
        return None;
    }
    let known = outcomes.len() as f64 / all as f64;
    Some(Began { shift: forward::shift(&chances, &outcomes)?, known })
}

/// How far a year lies from one before it by how they began; none where too little was known in either to hold them
/// against each other. Units: log-odds.
pub(super) fn moved(before: Began, now: Began) -> Option<f64> {
    comparable(before.known, now.known).then_some(now.shift - before.shift)
}

/// Of how many it was known, in words.
pub(super) fn shares((now, before): (f64, f64)) -> String {
    let (now, before) = (100.0 * now, 100.0 * before);
    format!(
        "known then of {now:.0} % of those with a chance, and of {before:.0} % of those before them"
    )
}

/// How a run began; none where the month before its target is not over, or it tells nothing.
pub(super) async fn of_run(
    ctx: &Context,
    tx: &mut Tx,
    used: &Kept,
    run: &Run,
) -> Result<Option<Began>, Wrong> {
    let kept = ctx.openings.0.lock().unwrap_or_else(PoisonError::into_inner).get(&run.id).copied();
    if let Some(kept) = kept {
        return Ok(kept);
    }
    let scored = predictors::scored(tx, &Scope::everyone(), run.id).await?;
    let people: Vec<i64> = scored.iter().map(|one| one.score.person).collect();
    let chances: Vec<f64> = scored.iter().map(|one| one.score.chance).collect();
    let stood = stood(ctx, tx, used.target, (used.point, run.day), &people).await?;
    let found = began(&chances, stood.as_ref());
    if stood.is_some() {
        ctx.openings.0.lock().unwrap_or_else(PoisonError::into_inner).insert(run.id, found);
    }
    Ok(found)
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
        let began = began(&then, before.stood.as_ref()).zip(began(&chances, now.stood.as_ref()));
        let Some((then_began, now_began)) = began else { continue };
        let Some(moved) = moved(then_began, now_began) else { continue };
        let old = forward::shifts(&then, &before.months);
        let by = |moved: f64| {
            let months = now.months.iter().zip(&old);
            let levels: Vec<Level> =
                months.map(|(outcomes, old)| level(&chances, outcomes, old + moved)).collect();
            ratio(levels.iter())
        };
        let whole = whole((&then, &before.outcomes), (&chances, &now.outcomes), moved);
        let known = Some((now_began.known, then_began.known));
        let (without, with) = (by(0.0), by(moved));
        found.push(Yearly { on: now.on, known_by, known, moved, without, with, whole });
    }
    Ok(found)
}

/// Expected over observed of the whole target: the level set on the year before, and moved.
fn whole(
    (then, before): (&[f64], &[Outcome]),
    (chances, outcomes): (&[f64], &[Outcome]),
    moved: f64,
) -> Option<f64> {
    let (then, came) = known(then, before);
    let old = forward::shift(&then, &came)?;
    ratio([level(chances, outcomes, old + moved)].iter())
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
        let of = |came| began(&chances, Some(&stood(came))).map(|began| began.shift);
        let moved = of(50).unwrap();
        assert!(moved.abs() < 1e-9, "50 of 500 known came, as was expected: {moved}");
        let up = of(90).unwrap() - moved;
        let odds = |share: f64| (share / (1.0 - share)).ln();
        assert!((up - (odds(0.18) - odds(0.1))).abs() < 1e-9, "{up}");
        assert_eq!(of(19), None, "too few to say");
        assert!(of(20).is_some());
        assert_eq!(began(&chances, None), None, "the month is not over");
    }

    #[test]
    fn the_whole_target_has_its_level_from_the_year_before_and_is_moved() {
        let of = |came: usize| {
            let one = |at: usize| if at < came { Outcome::Happened } else { Outcome::DidNot };
            (0..1_000).map(one).collect::<Vec<_>>()
        };
        let chances = vec![0.1; 1_000];
        let ratio = |now: usize, moved| {
            whole((&chances, &of(200)), (&chances, &of(now)), moved).expect("some came")
        };
        let odds = |share: f64| (share / (1.0 - share)).ln();
        for (now, moved, wanted) in
            [(200, 0.0, 1.0), (400, 0.0, 0.5), (400, odds(0.4) - odds(0.2), 1.0)]
        {
            assert!((ratio(now, moved) - wanted).abs() < 1e-6, "{now} {moved}");
        }
        assert_eq!(
            whole((&chances, &of(200)), (&chances, &of(0)), 0.0),
            None,
            "nobody to hold against"
        );
    }

    /// A college's file came four days late: of 1,000, 950 were known a year earlier and 400 are now, and 50 of either
    /// are NEET. That is 5.3 % and 12.5 % of those known.
    #[test]
    fn a_file_that_came_late_moves_no_level() {
        use Outcome::{DidNot, Happened, NotKnown};
        let chances = vec![0.1; 1_000];
        let of = |known: usize, came: usize| {
            let one = |at: usize| match at {
                at if at < came => Happened,
                at if at < known => DidNot,
                _ => NotKnown,
            };
            began(&chances, Some(&(0..1_000).map(one).collect())).unwrap()
        };
        let (before, late) = (of(950, 50), of(400, 50));
        assert!((late.shift - before.shift - 0.94).abs() < 0.01, "{before:?} {late:?}");
        assert_eq!(moved(before, late), None);
        assert_eq!(moved(late, before), None, "nor where it had come late a year earlier");
        assert_eq!(moved(of(790, 50), of(790, 60)), None, "too little is known in both");
        assert_eq!(moved(before, of(890, 50)), None, "six points apart");
        let up = moved(before, of(910, 90)).unwrap();
        assert!((up - (of(910, 90).shift - before.shift)).abs() < 1e-12 && up > 0.5, "{up}");
        let said = shares((late.known, before.known));
        assert_eq!(
            said,
            "known then of 40 % of those with a chance, and of 95 % of those before them"
        );
    }

    #[test]
    fn what_was_fitted_before_this_was_asked_is_told_from_what_tells_nothing() {
        #[derive(Deserialize)]
        struct Fitted {
            #[serde(default)]
            opening: Opening,
        }
        let read = |text: &str| serde_json::from_str::<Fitted>(text).unwrap().opening;
        assert_eq!(read("{}"), Opening::NotAsked);
        let began = Began { shift: -0.5, known: 0.9 };
        for kept in [Opening::of(None), Opening::of(Some(began))] {
            let text = format!("{{\"opening\":{}}}", serde_json::to_string(&kept).unwrap());
            assert_eq!(read(&text), kept);
        }
        assert_eq!(Opening::of(Some(began)).began(), Some(began));
        assert_eq!(Opening::NotAsked.began(), None);
    }
}
