//! Runs of the past: which of them spoke of a month, at which level, and what became of whom they spoke.

use std::collections::BTreeMap;

use domain::access::Scope;
use domain::calendar::Month;
use store::Tx;
use store::predictors::{self, Run};

use super::gaps::Groups;
use super::rows::{self, Came};
use super::score::BY_MODEL;
use super::train::{Kept, kept};
use crate::context::Wrong;

/// Every run of a predictor in use, or of one whose level it is.
pub(super) struct Past {
    runs: Vec<Run>,
    /// By how much the level was moved since, by predictor. Units: log-odds.
    moved: BTreeMap<i64, f64>,
}

/// The newest run that has a month in its target.
pub(super) struct Spoke<'a> {
    pub run: &'a Run,
    /// The place of the month among so many of the target.
    pub place: usize,
    pub months: usize,
    /// From the chance of the whole target to that of the month, with what the level was moved by since; none
    /// where nothing tells. Units: log-odds.
    pub by: Option<f64>,
}

impl Past {
    /// Whom points put in order nothing was expected of.
    pub async fn load(tx: &mut Tx, used: &Kept) -> Result<Self, Wrong> {
        let moved = lineage(tx, used).await?;
        let mut runs = predictors::runs(tx).await?;
        runs.retain(|run| run.way == BY_MODEL && moved.contains_key(&run.predictor));
        Ok(Self { runs, moved })
    }

    pub fn of(&self, used: &Kept, month: Month) -> Option<Spoke<'_>> {
        self.runs.iter().find_map(|run| {
            let months = used.target.months(used.point, run.day);
            let place = months.iter().position(|known| *known == month)?;
            let moved = self.moved.get(&run.predictor)?;
            let by = used.content.month_shifts.get(place).map(|by| by + moved);
            Some(Spoke { run, place, months: months.len(), by })
        })
    }
}

/// The predictor in use and those of the same fit whose level was moved to become it: by how much since.
async fn lineage(tx: &mut Tx, used: &Kept) -> Result<BTreeMap<i64, f64>, Wrong> {
    let updates = &used.content.updates;
    let same = |one: &Kept| (one.point, one.target, one.day) == (used.point, used.target, used.day);
    let all = kept(tx).await?.into_iter().filter(same);
    let since = |one: Kept| {
        let later = updates.strip_prefix(one.content.updates.as_slice())?;
        Some((one.id, later.iter().map(|(_, by)| by).sum()))
    };
    let mut moved: BTreeMap<i64, f64> =
        all.filter(|one| one.id <= used.id).filter_map(since).collect();
    moved.insert(used.id, 0.0);
    Ok(moved)
}

/// A run looked back on. Shape: all alike, one for each person.
pub(super) struct Looked {
    pub people: Vec<i64>,
    pub chances: Vec<f64>,
    pub came: Came,
    /// The groups that each was in on the day of the run.
    pub groups: Groups,
}

pub(super) async fn look(
    ctx: &crate::context::Context,
    tx: &mut Tx,
    used: &Kept,
    run: &Run,
) -> Result<Looked, Wrong> {
    let scored = predictors::scored(tx, &Scope::everyone(), run.id).await?;
    let people: Vec<i64> = scored.iter().map(|one| one.score.person).collect();
    let chances = scored.iter().map(|one| one.score.chance).collect();
    let came = rows::came(tx, used.target, (used.point, run.day), &people).await?;
    let then = rows::rows(ctx, tx, used.point, run.day).await?;
    let groups = then.people.into_iter().zip(then.groups).collect();
    Ok(Looked { people, chances, came, groups })
}
