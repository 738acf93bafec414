//! Watching a predictor month by month: what it reads against the same month a year before, what came
//! against what was expected as months close, gaps between groups; alarms, and what follows from them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::access::{Act, Actor, Role, Scope};
use domain::calendar::Month;
use domain::prediction::{Outcome, Point, State, comparable_words, is_newer};
use risk::bootstrap::{Interval, interval, replicates};
use risk::drift::{Drift, Level, Reference, Verdict};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::predictors::{self, Step, Watched};
use store::{Tx, changes};

use super::forward::{DRAWS, SEED};
use super::gaps::{self, Pool};
use super::rows::{self, Rows};
use super::runs::{self, Looks, Past};
use super::score::{self, BY_MODEL};
use super::train::{Kept, kept, operational, shifted};
use super::{begin, forward, may, note, opening, refused, registers};
use crate::accounts::hex;
use crate::context::{Context, Wrong};

/// What a month showed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Seen {
    pub month: String,
    /// People whose facts were compared, then and now.
    pub then: usize,
    /// Whether "then" are the young people it was fitted on, since a year before nothing was known.
    #[serde(default)]
    pub against_fit: bool,
    pub now: usize,
    pub drift: Vec<Drift>,
    pub mean_chance: Option<f64>,
    /// What came in the month against what was expected, where it belongs to a target.
    pub level: Option<Level>,
    /// Closed months of the last year that the groups are told of together.
    #[serde(default)]
    pub months_together: usize,
    /// The same by group, for groups with 50 expected or more.
    pub groups: Vec<(String, String, Level)>,
    /// Precision among the first so many by what came in this month alone, and what it lies within.
    #[serde(default)]
    pub in_month: Option<(usize, f64)>,
    #[serde(default)]
    pub in_month_within: Option<Interval>,
    /// The same over all months of the target, when they have closed.
    pub precision: Option<(usize, f64)>,
    #[serde(default)]
    pub precision_within: Option<Interval>,
    pub alarms: Vec<String>,
    /// Whether lists are made by points from now on.
    pub fallen_back: bool,
    /// The month whose alarms were added to these, where one was watched before it.
    #[serde(default)]
    pub before: Option<String>,
}

/// Alarms in the last two watched months from which on lists are made by points.
const TOO_MANY: i64 = 2;
/// Closed months in which groups are looked at together.
const MONTHS_TOGETHER: i32 = 12;

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
    let past = Past::load(&mut tx, &used).await?;
    outcomes(ctx, &mut tx, &used, month, (&past, &mut seen)).await?;
    let looks = newest_looks(&predictors::watched(&mut tx, used.id).await?)?;
    let mut months: BTreeMap<String, i64> =
        looks.into_iter().map(|(month, look)| (month, look.alarms)).collect();
    let title = format!("Alarms of predictor {} in {}", used.id, month.words());
    let entries = predictors::entries(&mut tx, registers::LOG).await?;
    let told_before = entries.iter().any(|entry| entry.stands && entry.title == title);
    drop(tx);
    let alarms = i64::try_from(seen.alarms.len()).unwrap_or(i64::MAX);
    months.insert(seen.month.clone(), alarms);
    let newest_two: Vec<(&String, &i64)> = months.iter().rev().take(2).collect();
    let standing: i64 = newest_two.iter().map(|(_, alarms)| **alarms).sum();
    // An old month that is watched again stops nothing once two later ones were watched.
    seen.fallen_back =
        standing >= TOO_MANY && newest_two.iter().any(|(month, _)| **month == seen.month);
    seen.before =
        newest_two.iter().find(|(month, _)| **month != seen.month).map(|(m, _)| (*m).clone());
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "predictor watched").await?;
    let text = serde_json::to_string(&seen).map_err(refused)?;
    predictors::watch(&mut tx, change, (used.id, &seen.month), (alarms, &text)).await?;
    // The owner is told where decisions are kept, on every page of the predictor, and at home.
    let words = match (seen.fallen_back, told_before) {
        (true, _) => Some(format!(
            "Predictor {} showed {standing} alarms in its last two months, {} of them in {}: {}. Lists are \
             made by points until the owner signs another predictor or a new level of this one.",
            used.id,
            alarms,
            month.words(),
            seen.alarms.join("; ")
        )),
        (false, true) => Some(format!(
            "Predictor {} was watched again for {}: {alarms} alarms. This month stops no list any more.",
            used.id,
            month.words()
        )),
        (false, false) => None,
    };
    if let Some(words) = words {
        predictors::enter(&mut tx, change, (registers::LOG, &title), (&words, None)).await?;
    }
    let detail = format!("predictor {}, {}, {alarms} alarms", used.id, month.words());
    note(ctx, &mut tx, actor, ("predictor watched", None, &detail)).await?;
    tx.commit().await?;
    if seen.fallen_back {
        by_points(ctx, actor, &used).await?;
    }
    Ok(seen)
}

/// Makes the list in use anew by points, where a model made it: half a year may lie before the next. Whichever
/// predictor that was: this one had another number before its level was last set.
pub(super) async fn by_points(ctx: &Context, actor: &Actor, used: &Kept) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let newest = runs::newest(&mut tx, used.point, ctx.today()).await?;
    drop(tx);
    if let Some(run) = newest.filter(|run| run.way == BY_MODEL) {
        score::run_on(ctx, actor, used.point, run.day).await?;
    }
    Ok(())
}

/// Whether the lists of a predictor are made by points.
pub(super) async fn fallen_back(tx: &mut Tx, predictor: i64) -> Result<bool, Wrong> {
    stopped(&predictors::watched(tx, predictor).await?)
}

/// Whether lists are made by points: since a month stopped them, until its alarms are looked at again and gone,
/// or another predictor takes its place. Quiet months beside it lift nothing.
pub(super) fn stopped(watched: &[Watched]) -> Result<bool, Wrong> {
    let looks = newest_looks(watched)?;
    let alarms = |month: &String| looks.get(month).map_or(0, |look| look.alarms);
    let stands = |look: &Look| {
        look.stopped && look.alarms + look.before.as_ref().map_or(0, alarms) >= TOO_MANY
    };
    Ok(looks.values().any(stands))
}

/// When a predictor was last signed into use.
pub(super) fn came_into_use(steps: &[Step]) -> Option<&str> {
    let step = steps.iter().rfind(|step| step.0 == State::Operational.name());
    step.map(|step| step.3.as_str())
}

/// The newest look at a month.
struct Look {
    alarms: i64,
    /// Whether lists were made by points from it on, and the month whose alarms were added to its own.
    stopped: bool,
    before: Option<String>,
}

/// By month.
fn newest_looks(watched: &[Watched]) -> Result<BTreeMap<String, Look>, Wrong> {
    let mut months = BTreeMap::new();
    for (month, alarms, text, _) in watched {
        if let Entry::Vacant(place) = months.entry(month.clone()) {
            let seen: Seen = serde_json::from_str(text).map_err(refused)?;
            let (stopped, before) = (seen.fallen_back, seen.before);
            place.insert(Look { alarms: *alarms, stopped, before });
        }
    }
    Ok(months)
}

/// Who watches when nobody asks for it: the server, every hour.
pub(super) fn watcher() -> Actor {
    let name = "the monthly watch".to_owned();
    Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() }
}

/// The months watched, the newest first.
pub async fn watched(ctx: &Context, actor: &Actor, predictor: i64) -> Result<Vec<Seen>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    let rows = predictors::watched(&mut tx, predictor).await?;
    rows.iter().map(|(_, _, text, _)| serde_json::from_str(text).map_err(refused)).collect()
}

/// Compares what the predictor reads with the same month a year before, since a year has its seasons; while
/// nothing was known a year before, with the young people it was fitted on.
async fn facts(
    ctx: &Context,
    tx: &mut Tx,
    used: &Kept,
    month: Month,
    seen: &mut Seen,
) -> Result<(), Wrong> {
    let now = rows::rows(ctx, tx, used.point, month.last_day()).await?;
    let all = |rows: &Rows| (0..rows.people.len()).collect::<Vec<usize>>();
    let table = rows::table(&[&now])?;
    let points = used.content.table.score_rows(&table).map_err(refused)?;
    let chances =
        used.content.model.probabilities(&table, &all(&now), Some(&points)).map_err(refused)?;
    if !chances.is_empty() {
        seen.mean_chance = Some(chances.iter().sum::<f64>() / chances.len() as f64);
    }
    seen.now = now.people.len();
    if now.people.is_empty() {
        return Ok(());
    }
    let watched = used.content.watched();
    let reference = match year_before(ctx, tx, used.point, month).await? {
        Some(then) => Reference::learn(&rows::table(&[&then])?, &watched, &all(&then)),
        None => {
            seen.against_fit = true;
            used.content.reference.clone()
        }
    };
    seen.then = reference.rows;
    seen.drift = reference.compare(&table, &all(&now));
    seen.drift.retain(|drift| watched.contains(&drift.column));
    seen.alarms.extend(seen.drift.iter().filter(|d| d.verdict == Verdict::Alarm).map(shifted_fact));
    Ok(())
}

/// Whom the point took a year before; none where nothing, or nobody, was known then.
async fn year_before(
    ctx: &Context,
    tx: &mut Tx,
    point: Point,
    month: Month,
) -> Result<Option<Rows>, Wrong> {
    let day = month.plus(-12).last_day();
    if changes::latest_at(tx, &ctx.end_of(day)).await? == domain::person::ChangeId(0) {
        return Ok(None);
    }
    let then = rows::rows(ctx, tx, point, day).await?;
    Ok(Some(then).filter(|then| !then.people.is_empty()))
}

fn shifted_fact(drift: &Drift) -> String {
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
    format!("{label} has shifted ({why})")
}

/// Compares what came in the month with what the run that people went by expected of it, tells how many of the first
/// on its list it came to, and compares the groups over every month of the last year that has closed by then.
async fn outcomes(
    ctx: &Context,
    tx: &mut Tx,
    used: &Kept,
    month: Month,
    (past, seen): (&Past, &mut Seen),
) -> Result<(), Wrong> {
    let Some(spoke) = past.of(used, month) else { return Ok(()) };
    let places = used.content.places;
    let mut looks = Looks::default();
    let looked = looks.at(ctx, tx, used, spoke.run).await?;
    if let Some(outcomes) = looked.came.months.get(spoke.place) {
        (seen.in_month, seen.in_month_within) = precision(&looked.chances, outcomes, places);
    }
    if spoke.is_last() {
        (seen.precision, seen.precision_within) =
            precision(&looked.chances, &looked.came.whole, places);
    }
    if let Some((outcomes, by)) = looked.against(&spoke) {
        let level = forward::level(&looked.chances, outcomes, by);
        if level.alarm() {
            let when = if spoke.by.is_some() { "in" } else { "in the months to" };
            seen.alarms.push(format!(
                "{:.0} were expected and {} came {when} {}",
                level.expected, level.observed, seen.month
            ));
        }
        seen.level = Some(level);
    }
    let mut pool = Pool::default();
    for back in 0..MONTHS_TOGETHER {
        let Some(spoke) = past.of(used, month.plus(-back)) else { continue };
        let of_run = looks.at(ctx, tx, used, spoke.run).await?;
        let Some((outcomes, by)) = of_run.against(&spoke) else { continue };
        pool.add(&of_run.groups, (&of_run.people, &of_run.chances, outcomes, by));
        seen.months_together += 1;
    }
    seen.groups = pool.levels();
    seen.alarms.extend(gaps::told(&seen.groups));
    Ok(())
}

type Precision = (Option<(usize, f64)>, Option<Interval>);

/// Precision among the first so many, with its interval over people drawn again.
fn precision(chances: &[f64], outcomes: &[Outcome], places: usize) -> Precision {
    let (chances, outcomes) = forward::known(chances, outcomes);
    if outcomes.is_empty() {
        return (None, None);
    }
    let list = risk::measures::ListLength::Rows(places);
    let ranked = risk::measures::Ranked::new(&chances, &outcomes);
    let of = |weights: &[f64]| {
        ranked.measure(weights, &[list]).lists.first().and_then(|list| list.precision)
    };
    let rows = u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
    let each: Vec<u32> = (0..rows).collect();
    let drawn = replicates(&each, outcomes.len(), SEED, DRAWS, of);
    let value = of(&vec![1.0; outcomes.len()]);
    (value.map(|value| (places, value)), interval(drawn.into_iter()))
}

/// Sets the level of the predictor in use on the newest month that tells, which is one of the target's that has closed
/// or the one that opens a winter: a new predictor of the same coefficients takes its place, and the log says by how
/// much, from what and by whose word.
///
/// Errors: refused where no month has closed since it was fitted, or none of them tells.
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
    let (shift, from) = newest_shift(ctx, &mut tx, &used).await?;
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
    let words =
        format!("{why}, {from}; predictor {id} takes its place. Signed by {}.", signed_by.trim());
    let title = format!("Level update of {}, {}", point.name(), ctx.today());
    let by = (words.as_str(), actor.account_id());
    predictors::enter(&mut tx, change, (registers::LOG, &title), by).await?;
    note(ctx, &mut tx, actor, ("predictor level updated", None, &why)).await?;
    tx.commit().await?;
    Ok((id, shift))
}

/// How far the newest month of which enough is known lies from what was expected of it, and which that was, in words.
/// Units: log-odds.
///
/// Errors: refused where there is none; of a month that opens a winter it is said why it tells nothing.
async fn newest_shift(ctx: &Context, tx: &mut Tx, used: &Kept) -> Result<(f64, String), Wrong> {
    let past = Past::load(tx, used).await?;
    let last = Month::of(ctx.today()).plus(-1);
    let levelled = used.content.updates.last().map(|(day, _)| *day);
    let mut looks = Looks::default();
    let mut tried = false;
    let mut why =
        "No month of a run of this predictor has closed of which enough is known.".to_owned();
    for month in (0..24).map(|back| last.plus(-back)) {
        let (spoke, opened) = (past.of(used, month), past.opened_by(used, month));
        if spoke.is_none() && opened.is_none() {
            continue;
        }
        // Where the newest tells nothing, what had closed by the last update would set the same level again.
        if tried && levelled.is_some_and(|day| !is_newer(month.last_day(), day)) {
            break;
        }
        tried = true;
        if let Some(spoke) = spoke {
            let looked = looks.at(ctx, tx, used, spoke.run).await?;
            let Some((outcomes, before)) = looked.against(&spoke) else { continue };
            let (chances, outcomes) = forward::known(&looked.chances, outcomes);
            if let Some(shift) = forward::shift(&chances, &outcomes) {
                let from = format!("from what came by the end of {}", month.words());
                return Ok((shift - before, from));
            }
        } else if let Some(opened) = opened {
            let (before, now) = (opened.before, opening::of_run(ctx, tx, used, opened.run).await?);
            let known = now.map(|now| opening::shares((now.known, before.known)));
            let why_not = known.as_ref().map_or_else(
                || "too few were NEET by then.".to_owned(),
                |known| format!("{known}. {}", comparable_words()),
            );
            let month = month.words();
            if let Some(moved) = now.and_then(|now| opening::moved(before, now)) {
                let from = format!(
                    "from how many were NEET at the end of {month}, as known then ({}), before any of the months \
                     that count",
                    known.unwrap_or_default()
                );
                return Ok((moved - opened.moved, from));
            }
            why = format!("{why} The end of {month} sets no level either: {why_not}");
        }
    }
    Err(Wrong::refused(why))
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

    /// A look at a month: its alarms, and where it stopped the lists the month that it was added to.
    fn look(month: &str, alarms: i64, stopped_with: Option<&str>) -> Watched {
        let (before, fallen_back) = (stopped_with.map(str::to_owned), stopped_with.is_some());
        let seen = Seen { month: month.to_owned(), fallen_back, before, ..Seen::default() };
        (month.to_owned(), alarms, serde_json::to_string(&seen).unwrap(), String::new())
    }

    #[test]
    fn a_stop_stands_until_one_of_its_own_two_months_is_looked_at_again() {
        let together = [look("2026-03", 1, Some("2026-01")), look("2026-01", 1, None)];
        assert!(stopped(&together).unwrap());
        let quiet = |month| [&[look(month, 0, None)][..], &together].concat();
        for beside in ["2026-02", "2026-04"] {
            assert!(stopped(&quiet(beside)).unwrap(), "{beside} is none of them");
        }
        assert!(!stopped(&quiet("2026-01")).unwrap() && !stopped(&quiet("2026-03")).unwrap());
        // One month alone had too many.
        let mut alone = look("2026-03", 2, Some(""));
        assert!(stopped(std::slice::from_ref(&alone)).unwrap());
        alone.1 = 1;
        assert!(!stopped(&[alone]).unwrap());
    }
}
