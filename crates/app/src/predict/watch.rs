//! Watching a predictor month by month: what it reads against the same month a year before, what came
//! against what was expected as months close, gaps between groups; alarms, and what follows from them.

use std::collections::BTreeMap;

use domain::access::{Act, Actor, Role, Scope};
use domain::calendar::{Day, Month};
use domain::prediction::{AUDITED, Outcome, Point, State};
use risk::bootstrap::{Interval, interval, replicates};
use risk::drift::{Drift, Level, ONCE_IN_A_HUNDRED, Reference, Verdict};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Tx, changes, predictors};

use super::rows::{self, Rows};
use super::train::{Kept, kept, operational, shifted};
use super::{begin, forward, may, note, refused, registers};
use crate::accounts::hex;
use crate::context::{Context, Wrong};

/// What a month showed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Seen {
    pub month: String,
    /// People whose facts were compared, then and now.
    pub then: usize,
    pub now: usize,
    pub drift: Vec<Drift>,
    pub mean_chance: Option<f64>,
    /// What came in the month against what was expected, where it belongs to a target.
    pub level: Option<Level>,
    /// The same by group, for groups with 50 expected or more.
    pub groups: Vec<(String, String, Level)>,
    /// When the target has closed: precision among the first so many, and what it lies within.
    pub precision: Option<(usize, f64)>,
    #[serde(default)]
    pub precision_within: Option<Interval>,
    pub alarms: Vec<String>,
    /// Whether lists are made by points from now on.
    pub fallen_back: bool,
}

/// Alarms in the last two watched months from which on lists are made by points.
const TOO_MANY: i64 = 2;
/// A gap between groups is told where so many were expected.
const ENOUGH: f64 = 50.0;
/// Source: the project's goal for fairness: E/O of groups no further apart than .15.
const GAP: f64 = 0.15;

/// Watches one month of the predictor in use for a point, and keeps what was seen.
///
/// Errors: refused where none is in use, or the month is not over.
pub async fn month(
    ctx: &Context,
    actor: &Actor,
    point: Point,
    month: Month,
) -> Result<Seen, Wrong> {
    may(actor, Act::KeepPredictor)?;
    if month.last_day() >= ctx.today() {
        return Err(Wrong::refused(format!("{} is not over.", month.words())));
    }
    let mut tx = ctx.db.begin_read().await?;
    let used = operational(&mut tx, point).await?.ok_or_else(|| {
        Wrong::refused(format!("No predictor is in use for {}.", point.label().to_lowercase()))
    })?;
    let mut seen = Seen { month: month.to_string(), ..Seen::default() };
    facts(ctx, &mut tx, &used, month, &mut seen).await?;
    outcomes(ctx, &mut tx, &used, month, &mut seen).await?;
    let before = predictors::watched(&mut tx, used.id).await?;
    drop(tx);
    let alarms = i64::try_from(seen.alarms.len()).unwrap_or(i64::MAX);
    let earlier = before.iter().find(|(month, ..)| *month < seen.month).map_or(0, |w| w.1);
    seen.fallen_back = alarms + earlier >= TOO_MANY;
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "predictor watched").await?;
    let text = serde_json::to_string(&seen).map_err(refused)?;
    predictors::watch(&mut tx, change, (used.id, &seen.month), (alarms, &text)).await?;
    if seen.fallen_back {
        // The owner is told where decisions are kept, and on every page of the predictor.
        let words = format!(
            "Predictor {} showed {} alarms by {}: {}. Lists are made by points until the owner signs \
             a predictor again or its level is updated.",
            used.id,
            alarms + earlier,
            month.words(),
            seen.alarms.join("; ")
        );
        let title = format!("Alarms of predictor {} in {}", used.id, month.words());
        predictors::enter(&mut tx, change, (registers::LOG, &title), (&words, None)).await?;
    }
    let detail = format!("predictor {}, {}, {alarms} alarms", used.id, month.words());
    note(ctx, &mut tx, actor, ("predictor watched", None, &detail)).await?;
    tx.commit().await?;
    Ok(seen)
}

/// Whether two alarms of the last two watched months stand against a predictor.
pub(super) async fn fallen_back(tx: &mut Tx, predictor: i64) -> Result<bool, Wrong> {
    let watched = predictors::watched(tx, predictor).await?;
    let mut months: BTreeMap<&str, i64> = BTreeMap::new();
    for (month, alarms, ..) in &watched {
        // The newest look at a month counts.
        months.entry(month).or_insert(*alarms);
    }
    Ok(months.values().rev().take(2).sum::<i64>() >= TOO_MANY)
}

/// Who watches when nobody asks for it: the server, every hour.
fn watcher() -> Actor {
    let name = "the monthly watch".to_owned();
    Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() }
}

/// Months of the predictors in use that are over and that nobody has watched, the oldest first: from
/// that in which each came into use, and a year back at most.
async fn unwatched(ctx: &Context, tx: &mut Tx) -> Result<Vec<(Kept, Month)>, Wrong> {
    let last = Month::of(ctx.today()).plus(-1);
    let mut due = Vec::new();
    for used in kept(tx).await?.into_iter().filter(|p| p.state == State::Operational) {
        let steps = predictors::states(tx, used.id).await?;
        let began = steps.iter().rfind(|step| step.0 == State::Operational.name());
        let began = began.and_then(|step| step.3.get(..10)?.parse::<Day>().ok());
        let first = began.map_or(last, Month::of).max(last.plus(-11));
        let watched = predictors::watched(tx, used.id).await?;
        let mut month = first;
        while month <= last {
            if watched.iter().all(|(known, ..)| *known != month.to_string()) {
                due.push((used.clone(), month));
            }
            month = month.plus(1);
        }
    }
    Ok(due)
}

/// Watches every month that is due; how many.
///
/// Called by the server every hour; asked twice it watches nothing twice.
pub async fn run_due(ctx: &Context) -> Result<usize, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let due = unwatched(ctx, &mut tx).await?;
    drop(tx);
    let mut watched = 0;
    for (used, over) in due {
        match month(ctx, &watcher(), used.point, over).await {
            // What cannot be watched stays due, and the home of whoever keeps it says so.
            Err(Wrong::Refused(_)) => {}
            seen => {
                seen?;
                watched += 1;
            }
        }
    }
    Ok(watched)
}

/// What waits for whoever keeps the predictors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Predictors in use whose newest watched month showed an alarm, or that alarms have stopped.
    pub alarmed: usize,
    /// Months that have been over for more than a day.
    pub unwatched: usize,
    /// Whether any list is made by points because of alarms.
    pub fallen_back: bool,
}

/// Counts only: nobody is named.
pub async fn waiting(ctx: &Context) -> Result<Waiting, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let yesterday = ctx.today().yesterday().unwrap_or(Day::MIN);
    let late = |month: &Month| month.last_day() < yesterday;
    let due = unwatched(ctx, &mut tx).await?;
    let unwatched = due.iter().filter(|(_, month)| late(month)).count();
    let mut waiting = Waiting { unwatched, ..Waiting::default() };
    for used in kept(&mut tx).await?.into_iter().filter(|p| p.state == State::Operational) {
        let back = fallen_back(&mut tx, used.id).await?;
        let newest = predictors::watched(&mut tx, used.id).await?.first().map_or(0, |w| w.1);
        waiting.alarmed += usize::from(back || newest > 0);
        waiting.fallen_back |= back;
    }
    Ok(waiting)
}

/// The months watched, the newest first.
pub async fn watched(ctx: &Context, actor: &Actor, predictor: i64) -> Result<Vec<Seen>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    let rows = predictors::watched(&mut tx, predictor).await?;
    rows.iter().map(|(_, _, text, _)| serde_json::from_str(text).map_err(refused)).collect()
}

/// Compares what the predictor reads with the same month a year before: a year has its seasons.
async fn facts(
    ctx: &Context,
    tx: &mut Tx,
    used: &Kept,
    month: Month,
    seen: &mut Seen,
) -> Result<(), Wrong> {
    let now = rows::rows(ctx, tx, used.point, month.last_day()).await?;
    let year_before = month.plus(-12).last_day();
    let known = changes::latest_at(tx, &ctx.end_of(year_before)).await?;
    let all = |rows: &Rows| (0..rows.people.len()).collect::<Vec<usize>>();
    let table = rows::table(&[&now])?;
    let points = used.content.table.score_rows(&table).map_err(refused)?;
    let chances =
        used.content.model.probabilities(&table, &all(&now), Some(&points)).map_err(refused)?;
    if !chances.is_empty() {
        seen.mean_chance = Some(chances.iter().sum::<f64>() / chances.len() as f64);
    }
    // What changes by its nature from year to year is no drift.
    let inputs: Vec<String> =
        used.content.inputs.iter().filter(|name| *name != "school").cloned().collect();
    seen.now = now.people.len();
    if known == domain::person::ChangeId(0) || now.people.is_empty() {
        return Ok(());
    }
    let then = rows::rows(ctx, tx, used.point, year_before).await?;
    seen.then = then.people.len();
    let reference = Reference::learn(&rows::table(&[&then])?, &inputs, &all(&then));
    seen.drift = reference.compare(&table, &all(&now));
    for drift in seen.drift.iter().filter(|drift| drift.verdict == Verdict::Alarm) {
        let label = domain::prediction::named(&drift.column).map_or("", |f| f.label);
        let why = if drift.missing_now - drift.missing_then > risk::drift::MISSING_ALARM {
            format!(
                "not known for {:.0} % where it was {:.0} %",
                100.0 * drift.missing_now,
                100.0 * drift.missing_then
            )
        } else {
            format!("index {:.2}", drift.index)
        };
        seen.alarms.push(format!("{label} has shifted ({why})"));
    }
    Ok(())
}

/// Compares what came in the month with what the newest run whose target it belongs to expected.
async fn outcomes(
    ctx: &Context,
    tx: &mut Tx,
    used: &Kept,
    month: Month,
    seen: &mut Seen,
) -> Result<(), Wrong> {
    let Some((run, (place, months), moved)) = run_of(tx, used, month).await? else {
        return Ok(());
    };
    let whole = Scope::everyone();
    let scored = predictors::scored(tx, &whole, run.id).await?;
    let people: Vec<i64> = scored.iter().map(|one| one.score.person).collect();
    let chances: Vec<f64> = scored.iter().map(|one| one.score.chance).collect();
    let came = rows::came(tx, used.target, (used.point, run.day), &people).await?;
    let Some(outcomes) = came.months.get(place) else { return Ok(()) };
    // Points that no closed year has levelled expect nothing of a single month.
    let Some(by) = used.content.month_shifts.get(place).map(|by| by + moved) else {
        return Ok(());
    };
    let level = forward::level(&chances, outcomes, by);
    if level.alarm() {
        seen.alarms.push(format!(
            "{:.0} were expected and {} came in {}",
            level.expected, level.observed, seen.month
        ));
    }
    seen.level = Some(level);
    let then = rows::rows(ctx, tx, used.point, run.day).await?;
    groups(&then, (&people, &chances, outcomes, by), seen);
    if place + 1 == months {
        (seen.precision, seen.precision_within) =
            precision(&chances, &came.whole, used.content.places);
    }
    Ok(())
}

/// A run, the place of a month among so many of its target, and how far the level was moved since. Units:
/// log-odds.
type Watched = (predictors::Run, (usize, usize), f64);

/// The newest run of the predictor in use, or of one whose level it is, that has a month in its target. Whom
/// points put in order nothing was expected of.
async fn run_of(tx: &mut Tx, used: &Kept, month: Month) -> Result<Option<Watched>, Wrong> {
    let moved = lineage(tx, used).await?;
    for run in predictors::runs(tx).await? {
        let Some(moved) = moved.get(&run.predictor).filter(|_| run.way == super::score::BY_MODEL)
        else {
            continue;
        };
        let months = used.target.months(used.point, run.day);
        if let Some(place) = months.iter().position(|known| *known == month) {
            return Ok(Some((run, (place, months.len()), *moved)));
        }
    }
    Ok(None)
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

type Came<'a> = (&'a [i64], &'a [f64], &'a [Outcome], f64);

fn groups(then: &Rows, (people, chances, outcomes, by): Came<'_>, seen: &mut Seen) {
    let of: BTreeMap<i64, &Vec<String>> = then.people.iter().copied().zip(&then.groups).collect();
    for (at, name) in AUDITED.iter().enumerate().filter(|(_, name)| **name != "school") {
        let mut split: BTreeMap<&str, (Vec<f64>, Vec<Outcome>)> = BTreeMap::new();
        for ((person, chance), outcome) in people.iter().zip(chances).zip(outcomes) {
            let Some(group) = of.get(person).and_then(|groups| groups.get(at)) else { continue };
            let (chances, outcomes) = split.entry(group).or_default();
            chances.push(*chance);
            outcomes.push(*outcome);
        }
        let mut enough = Vec::new();
        for (group, (chances, outcomes)) in split {
            let level = forward::level(&chances, &outcomes, by);
            if level.expected >= ENOUGH {
                enough.push(level);
                seen.groups.push(((*name).to_owned(), group.to_owned(), level));
            }
        }
        if let Some((least, most)) = apart(&enough) {
            let most = match most.is_finite() {
                true => format!("{most:.2}"),
                false => "one in which none came".to_owned(),
            };
            seen.alarms.push(format!(
                "expected over observed differs between groups of {name}: {least:.2} to {most}"
            ));
        }
    }
}

/// The least and the most expected over observed, where they are too far apart: by more than [`GAP`], and
/// by more than chance would do once in a hundred months, as a single level is judged. Without the second
/// a pair of groups with fifty expected each would be alarmed every other month. Where none came of those
/// who were expected the ratio has no end, and that is the widest gap of all.
fn apart(levels: &[Level]) -> Option<(f64, f64)> {
    let ratio = |level: &Level| level.ratio().unwrap_or(f64::INFINITY);
    let all: Vec<(f64, &Level)> = levels.iter().map(|level| (ratio(level), level)).collect();
    let by_ratio = |a: &&(f64, &Level), b: &&(f64, &Level)| a.0.total_cmp(&b.0);
    let (least, most) = (all.iter().min_by(by_ratio)?, all.iter().max_by(by_ratio)?);
    // Chance is told on the other side up, where what was expected stands still.
    let came = |level: &Level| level.observed as f64 / level.expected;
    let thrown = |level: &Level| level.variance.sqrt() / level.expected;
    let by_chance = thrown(least.1).hypot(thrown(most.1));
    let far = came(least.1) - came(most.1) > ONCE_IN_A_HUNDRED * by_chance;
    (most.0 - least.0 > GAP && far).then_some((least.0, most.0))
}

type Precision = (Option<(usize, f64)>, Option<Interval>);

/// Precision among the first so many, with its interval over people drawn again.
fn precision(chances: &[f64], outcomes: &[Outcome], places: usize) -> Precision {
    let (chances, outcomes) = forward::known(chances, outcomes);
    let list = risk::measures::ListLength::Rows(places);
    let ranked = risk::measures::Ranked::new(&chances, &outcomes);
    let of = |weights: &[f64]| {
        ranked.measure(weights, &[list]).lists.first().and_then(|list| list.precision)
    };
    let rows = u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
    let each: Vec<u32> = (0..rows).collect();
    let drawn = replicates(&each, outcomes.len(), 1, 200, of);
    let value = of(&vec![1.0; outcomes.len()]);
    (value.map(|value| (places, value)), interval(drawn.into_iter()))
}

/// Sets the level of the predictor in use on the newest closed month: a new predictor of the same
/// coefficients takes its place, and the log says by how much and by whose word.
///
/// Errors: refused where no month has closed since it was fitted.
pub async fn update_level(
    ctx: &Context,
    actor: &Actor,
    point: Point,
    signed_by: &str,
) -> Result<(i64, f64), Wrong> {
    may(actor, Act::KeepPredictor)?;
    if signed_by.trim().is_empty() {
        return Err(Wrong::refused("Say who answers for the update."));
    }
    let mut tx = ctx.db.begin().await?;
    let used = operational(&mut tx, point).await?.ok_or_else(|| {
        Wrong::refused(format!("No predictor is in use for {}.", point.label().to_lowercase()))
    })?;
    let shift = newest_shift(ctx, &mut tx, &used)
        .await?
        .ok_or_else(|| Wrong::refused("No month of a run of this predictor has closed yet."))?;
    let mut content = used.content.clone();
    content.model = shifted(&content.model, shift);
    content.points = shifted(&content.points, shift);
    content.updates.push((ctx.today(), shift));
    let text = serde_json::to_string(&content).map_err(refused)?;
    let hash = hex(&<[u8; 32]>::from(Sha256::digest(text.as_bytes())));
    let change = begin(ctx, &mut tx, actor, "level of predictor updated").await?;
    let names = (used.point.name(), used.target.name(), used.day);
    let id = predictors::add(&mut tx, change, names, (&hash, &text)).await?;
    let why = format!("level of predictor {} moved by {shift:+.3} log-odds", used.id);
    let states = [(used.id, State::Withdrawn), (id, State::Tested), (id, State::Operational)];
    for (of, state) in states {
        let step = (state.name(), signed_by.trim(), why.as_str());
        predictors::set_state(&mut tx, change, of, step).await?;
    }
    let words = format!(
        "{why}, from the newest outcomes; predictor {id} takes its place. Signed by {}.",
        signed_by.trim()
    );
    let title = format!("Level update of {}, {}", point.name(), ctx.today());
    let by = (words.as_str(), actor.account_id());
    predictors::enter(&mut tx, change, (registers::LOG, &title), by).await?;
    note(ctx, &mut tx, actor, ("predictor level updated", None, &why)).await?;
    tx.commit().await?;
    Ok((id, shift))
}

/// How far the newest closed month lies from what was expected of it. Units: log-odds.
async fn newest_shift(ctx: &Context, tx: &mut Tx, used: &Kept) -> Result<Option<f64>, Wrong> {
    let last: Day = ctx.today();
    let mut month = Month::of(last).plus(-1);
    for _ in 0..24 {
        if let Some((run, (place, _), moved)) = run_of(tx, used, month).await? {
            let whole = Scope::everyone();
            let scored = predictors::scored(tx, &whole, run.id).await?;
            let people: Vec<i64> = scored.iter().map(|one| one.score.person).collect();
            let chances: Vec<f64> = scored.iter().map(|one| one.score.chance).collect();
            let came = rows::came(tx, used.target, (used.point, run.day), &people).await?;
            let Some(outcomes) = came.months.get(place) else { return Ok(None) };
            let (chances, outcomes) = forward::known(&chances, outcomes);
            let Some(before) = used.content.month_shifts.get(place).map(|by| by + moved) else {
                return Ok(None);
            };
            return Ok(forward::shift(&chances, &outcomes).map(|shift| shift - before));
        }
        month = month.plus(-1);
    }
    Ok(None)
}

/// The predictor in use for each point, and whether its lists are made by points.
pub async fn in_use(ctx: &Context, actor: &Actor) -> Result<Vec<(Kept, bool)>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    let mut found = Vec::new();
    for one in kept(&mut tx).await?.into_iter().filter(|p| p.state == State::Operational) {
        let back = fallen_back(&mut tx, one.id).await?;
        found.push((one, back));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_too_far_apart_from_fifteen_hundredths_on() {
        let level = |expected: f64, observed: usize| Level {
            rows: 20 * observed,
            expected,
            observed,
            variance: 0.95 * expected,
        };
        let told = |a: Level, b: Level| apart(&[a, b]).is_some();
        assert!(told(level(1_000.0, 1_000), level(1_200.0, 1_000)), "a gap of .20");
        assert!(!told(level(1_000.0, 1_000), level(1_140.0, 1_000)), "a gap of .14");
        assert!(!told(level(60.0, 60), level(72.0, 60)), "the same gap by chance");
        assert!(told(level(1_000.0, 1_000), level(50.0, 0)), "fifty expected and none came");
        assert!(!told(level(50.0, 0), level(60.0, 0)), "none came in either");
        assert_eq!(apart(&[level(1_000.0, 1_000)]), None);
        assert_eq!(apart(&[]), None);
    }
}
