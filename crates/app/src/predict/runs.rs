//! Runs: which of them a list is made from, which of the past spoke of a month, at which level, and what became of
//! whom they spoke. The one home of which run is meant.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use domain::access::Scope;
use domain::calendar::{Day, Month, shown};
use domain::prediction::{Outcome, Point, State};
use store::Tx;
use store::predictors::{self, Life, Run, Step};

use super::gaps::Groups;
use super::opening::Began;
use super::rows::{self, Came};
use super::score::BY_MODEL;
use super::train::{Kept, kept};
use super::watch;
use crate::context::{Context, Wrong};

/// Predictors whose chances may be shown: those in use, and those that gave way to one of them. What was withdrawn
/// with nothing in its place is shown to nobody, also when another comes into use later.
pub(crate) fn standing(lives: &[Life]) -> BTreeSet<i64> {
    let in_use = lives.iter().filter(|life| is_in_use(life));
    let mut standing: BTreeSet<i64> = in_use.map(|life| life.id).collect();
    loop {
        // One gives way in the change in which the other comes, so at the same instant.
        let stand = lives.iter().filter(|life| standing.contains(&life.id));
        let came: BTreeSet<(&str, &str)> = stand
            .filter_map(|life| Some((life.point.as_str(), watch::came_into_use(&life.steps)?)))
            .collect();
        let gave_way = |life: &Life| {
            let last = life.steps.last().filter(|step| step.0 == State::Withdrawn.name())?;
            came.contains(&(life.point.as_str(), last.3.as_str())).then_some(life.id)
        };
        let before = standing.len();
        let more: Vec<i64> = lives.iter().filter_map(gave_way).collect();
        standing.extend(more);
        if standing.len() == before {
            return standing;
        }
    }
}

fn is_in_use(life: &Life) -> bool {
    life.steps.last().is_some_and(|step| step.0 == State::Operational.name())
}

/// Whether the chances of a run may be shown: until they expire, and while its predictor stands.
pub(crate) fn may_be_shown(run: &Run, standing: &BTreeSet<i64>, today: Day) -> bool {
    run.day <= today && run.expires >= today && standing.contains(&run.predictor)
}

/// The one order of runs: by the day they speak of, and of one day the last that was made. A past day that is
/// worked out again is still a past day.
pub(crate) fn order(run: &Run) -> (Day, i64) {
    (run.day, run.id)
}

/// The run that the lists of a point are made from.
pub(super) async fn newest(tx: &mut Tx, point: Point, today: Day) -> Result<Option<Run>, Wrong> {
    let standing = standing(&predictors::lives(tx).await?);
    let runs = predictors::runs(tx).await?;
    Ok(newest_of(&runs, &standing, point, today).cloned())
}

/// The same, of runs that were read before.
pub(super) fn newest_of<'a>(
    runs: &'a [Run],
    standing: &BTreeSet<i64>,
    point: Point,
    today: Day,
) -> Option<&'a Run> {
    let shown = |run: &&Run| run.point == point.name() && may_be_shown(run, standing, today);
    runs.iter().filter(shown).max_by_key(|run| order(run))
}

/// Of some runs the one that people went by: made by a day, and while its chances could still be shown; the newest of
/// those. What is worked out once the outcomes are known was nobody's list: it is taken where there is no other.
pub(super) fn went_by<'a>(runs: impl Iterator<Item = &'a Run>, by: Day) -> Option<&'a Run> {
    let seen = |run: &Run| {
        let made = run.at.get(..10).and_then(|day| day.parse::<Day>().ok());
        made.is_some_and(|day| day <= by && day <= run.expires)
    };
    runs.max_by_key(|run| (seen(run), order(run)))
}

/// Why there is no list of a point, where what made it was withdrawn and nothing has taken its place: which
/// predictor, by whom, and why.
pub(super) fn withdrawn(lives: &[Life], point: Point) -> Option<String> {
    let all: Vec<&Life> = lives.iter().filter(|life| life.point == point.name()).collect();
    if all.iter().any(|life| is_in_use(life)) {
        return None;
    }
    let mut last: Option<(i64, &Step)> = None;
    for life in all {
        let was_used = watch::came_into_use(&life.steps).is_some();
        let is_end = |step: &&Step| was_used && step.0 == State::Withdrawn.name();
        let Some(step) = life.steps.last().filter(is_end) else { continue };
        if last.is_none_or(|(_, newest)| step.3 > newest.3) {
            last = Some((life.id, step));
        }
    }
    last.map(|(id, (_, by, why, at))| {
        let day = at.get(..10).and_then(|day| day.parse::<Day>().ok());
        let on = day.map_or(String::new(), |day| format!(" on {}", shown(day)));
        let why = why.trim().trim_end_matches('.');
        format!("Predictor {id} was withdrawn{on} by {}: {why}. Its list is not shown.", by.trim())
    })
}

/// Every run of a predictor in use, or of one whose level it is.
pub(super) struct Past {
    runs: Vec<Run>,
    /// By how much the level was moved since, by predictor. Units: log-odds.
    moved: BTreeMap<i64, f64>,
}

/// The run that is held to a month of its target.
pub(super) struct Spoke<'a> {
    pub run: &'a Run,
    /// The place of the month among so many of the target.
    pub place: usize,
    pub months: usize,
    /// From the chance of the whole target to that of the month, with what the level was moved by since; none
    /// where nothing tells. Units: log-odds.
    pub by: Option<f64>,
    /// What the level was moved by since. Units: log-odds.
    moved: f64,
}

/// The run whose winter a month opens.
pub(super) struct Opened<'a> {
    pub run: &'a Run,
    /// How the newest year began that its predictor was fitted on.
    pub before: Began,
    /// What the level was moved by since. Units: log-odds.
    pub moved: f64,
}

impl Spoke<'_> {
    pub const fn is_last(&self) -> bool {
        self.place + 1 == self.months
    }

    /// Whether anything is expected of the month.
    pub const fn expects(&self) -> bool {
        self.by.is_some() || self.is_last()
    }
}

impl Past {
    /// Whom points put in order nothing was expected of, but by a predictor that is the points and nothing else.
    pub async fn load(tx: &mut Tx, used: &Kept) -> Result<Self, Wrong> {
        let moved = lineage(tx, used).await?;
        let mut runs = predictors::runs(tx).await?;
        let expected = |run: &Run| run.way == BY_MODEL || used.content.points_only;
        runs.retain(|run| expected(run) && moved.contains_key(&run.predictor));
        Ok(Self { runs, moved })
    }

    pub fn of(&self, used: &Kept, month: Month) -> Option<Spoke<'_>> {
        let months_of = |run: &Run| used.target.months(used.point, run.day);
        let speak = self.runs.iter().filter(|run| months_of(run).contains(&month));
        let run = went_by(speak, month.last_day())?;
        let months = months_of(run);
        let place = months.iter().position(|known| *known == month)?;
        let moved = *self.moved.get(&run.predictor)?;
        let by = used.content.month_shifts.get(place).map(|by| by + moved);
        Some(Spoke { run, place, months: months.len(), by, moved })
    }

    /// None where nothing tells how such a month lies to the whole target.
    pub fn opened_by(&self, used: &Kept, month: Month) -> Option<Opened<'_>> {
        let before = used.content.opening.began()?;
        let opens = |run: &&Run| used.target.opening(used.point, run.day) == Some(month);
        let run = went_by(self.runs.iter().filter(opens), month.last_day())?;
        Some(Opened { run, before, moved: *self.moved.get(&run.predictor)? })
    }
}

/// The predictor in use and those of the same fit whose level was moved to become it: by how much since.
pub(super) async fn lineage(tx: &mut Tx, used: &Kept) -> Result<BTreeMap<i64, f64>, Wrong> {
    let updates = &used.content.updates;
    let fit = |one: &Kept| (one.point, one.target, one.day, one.content.points_only);
    let same = |one: &Kept| fit(one) == fit(used);
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

impl Looked {
    /// What came, and by how much chances are moved to expect it: what came in the month; or, where no closed year
    /// has told how a month lies to the whole target, over the whole of it, once its last month has closed. None
    /// while nothing is expected.
    pub fn against(&self, spoke: &Spoke<'_>) -> Option<(&[Outcome], f64)> {
        match spoke.by {
            Some(by) => Some((self.came.months.get(spoke.place)?.as_slice(), by)),
            None => spoke.is_last().then_some((self.came.whole.as_slice(), spoke.moved)),
        }
    }
}

/// Runs that are looked back on, each read once.
#[derive(Default)]
pub(super) struct Looks(BTreeMap<i64, Looked>);

impl Looks {
    pub async fn at(
        &mut self,
        ctx: &Context,
        tx: &mut Tx,
        used: &Kept,
        run: &Run,
    ) -> Result<&Looked, Wrong> {
        let looked: &Looked = match self.0.entry(run.id) {
            Entry::Occupied(found) => found.into_mut(),
            Entry::Vacant(place) => place.insert(look(ctx, tx, used, run).await?),
        };
        Ok(looked)
    }
}

async fn look(ctx: &Context, tx: &mut Tx, used: &Kept, run: &Run) -> Result<Looked, Wrong> {
    let scored = predictors::scored(tx, &Scope::everyone(), run.id).await?;
    let people: Vec<i64> = scored.iter().map(|one| one.score.person).collect();
    let chances = scored.iter().map(|one| one.score.chance).collect();
    let came = rows::came(tx, used.target, (used.point, run.day), &people).await?;
    let then = rows::rows(ctx, tx, used.point, run.day).await?;
    let groups = then.people.into_iter().zip(then.groups).collect();
    Ok(Looked { people, chances, came, groups })
}
