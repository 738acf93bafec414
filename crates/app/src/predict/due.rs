//! What is due about the predictors in use: months that nobody has watched, alarms, and the level, which is set once
//! a year by somebody who answers for it. Each is told to whoever signed for the predictor, where they look.

use domain::access::{Act, Actor};
use domain::calendar::{Day, Month, shown};
use domain::prediction::{State, level_due};
use store::{Tx, predictors};

use super::runs::Past;
use super::train::{Kept, kept};
use super::watch::{self, watcher};
use super::{begin, may, registers};
use crate::context::{Context, Wrong};

/// Months of the predictors in use that are over and that nobody has watched, the oldest first: from
/// that in which each came into use, and a year back at most.
async fn unwatched(ctx: &Context, tx: &mut Tx) -> Result<Vec<(Kept, Month)>, Wrong> {
    let last = Month::of(ctx.today()).plus(-1);
    let mut due = Vec::new();
    for used in in_use(tx).await? {
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

async fn in_use(tx: &mut Tx) -> Result<Vec<Kept>, Wrong> {
    let all = kept(tx).await?.into_iter();
    Ok(all.filter(|one| one.state == State::Operational).collect())
}

/// Watches every month that is due, and says in the log where a level is; how many months.
///
/// Called by the server every hour; asked twice it watches nothing twice.
pub async fn run_due(ctx: &Context) -> Result<usize, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let due = unwatched(ctx, &mut tx).await?;
    drop(tx);
    let mut watched = 0;
    for (used, over) in due {
        match watch::month(ctx, &watcher(), used.point, over).await {
            // What cannot be watched stays due, and the home of whoever keeps it says so.
            Err(Wrong::Refused(_)) => {}
            seen => {
                seen?;
                watched += 1;
            }
        }
    }
    say_levels_due(ctx).await?;
    Ok(watched)
}

/// Writes into the log that the level of a predictor is to be set, once for each year. It is not set here: somebody
/// has to answer for it.
async fn say_levels_due(ctx: &Context) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let mut owed = Vec::new();
    let log = predictors::entries(&mut tx, registers::LOG).await?;
    for used in in_use(&mut tx).await? {
        let Some(since) = level_since(ctx, &mut tx, &used).await? else { continue };
        let title = format!("Level of predictor {} is due, {}", used.id, shown(since));
        if log.iter().all(|entry| entry.title != title) {
            owed.push((title, level_words(&owner(&mut tx, used.id).await?, &used, since)));
        }
    }
    drop(tx);
    if owed.is_empty() {
        return Ok(());
    }
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, &watcher(), "level of predictor due").await?;
    for (title, words) in owed {
        predictors::enter(&mut tx, change, (registers::LOG, &title), (&words, None)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Since when the level of a predictor stands, where it is due to be set on newer outcomes and there are some.
async fn level_since(ctx: &Context, tx: &mut Tx, used: &Kept) -> Result<Option<Day>, Wrong> {
    let since = used.content.updates.last().map_or(used.day, |(day, _)| *day);
    if !level_due(since, ctx.today()) {
        return Ok(None);
    }
    let past = Past::load(tx, used).await?;
    let last = Month::of(ctx.today()).plus(-1);
    let newer = |month: Month| month.last_day() > since && past.of(used, month).is_some();
    Ok((0..24).map(|back| last.plus(-back)).any(newer).then_some(since))
}

/// For the predictor's page: since when its level stands, where it is due.
pub async fn level(ctx: &Context, actor: &Actor, used: &Kept) -> Result<Option<Day>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    level_since(ctx, &mut ctx.db.begin_read().await?, used).await
}

/// Who signed for a predictor last.
async fn owner(tx: &mut Tx, predictor: i64) -> Result<String, Wrong> {
    let steps = predictors::states(tx, predictor).await?;
    Ok(steps.last().map(|step| step.1.clone()).unwrap_or_default())
}

fn level_words(owner: &str, used: &Kept, since: Day) -> String {
    format!(
        "For {owner}, who signed for predictor {} ({}): its level stands since {} and is to be set on the newest \
         outcomes once a year, by whoever answers for it.",
        used.id,
        used.point.label().to_lowercase(),
        shown(since)
    )
}

/// What waits for whoever keeps the predictors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Predictors in use whose newest watched month showed an alarm, or that alarms have stopped.
    pub alarmed: usize,
    /// Months that have been over for more than a day.
    pub unwatched: usize,
    /// Whether any list is made by points because of alarms.
    pub fallen_back: bool,
    /// What the owner of each that alarmed is told: who they are, what alarmed, and what follows.
    pub notices: Vec<String>,
    /// What the owner of each whose level is due is told.
    pub levels_due: Vec<String>,
}

/// Nobody on the register is named; those who signed are.
pub async fn waiting(ctx: &Context) -> Result<Waiting, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let yesterday = ctx.today().yesterday().unwrap_or(Day::MIN);
    let late = |month: &Month| month.last_day() < yesterday;
    let due = unwatched(ctx, &mut tx).await?;
    let unwatched = due.iter().filter(|(_, month)| late(month)).count();
    let mut waiting = Waiting { unwatched, ..Waiting::default() };
    for used in in_use(&mut tx).await? {
        let back = watch::fallen_back(&mut tx, used.id).await?;
        let owner = owner(&mut tx, used.id).await?;
        let newest = predictors::watched(&mut tx, used.id).await?.into_iter().next();
        let alarms = newest.as_ref().map_or(0, |watched| watched.1);
        if back || alarms > 0 {
            waiting.alarmed += 1;
            waiting.notices.push(notice(&owner, &used, newest.as_ref(), back));
        }
        waiting.fallen_back |= back;
        if let Some(since) = level_since(ctx, &mut tx, &used).await? {
            waiting.levels_due.push(level_words(&owner, &used, since));
        }
    }
    Ok(waiting)
}

fn notice(owner: &str, used: &Kept, newest: Option<&predictors::Watched>, back: bool) -> String {
    let seen = newest.and_then(|(_, _, text, _)| serde_json::from_str::<watch::Seen>(text).ok());
    let what = seen.map(|seen| {
        let month = seen.month.parse::<Month>().map_or(seen.month.clone(), Month::words);
        match seen.alarms.as_slice() {
            [] => format!("nothing alarmed in {month}, and two alarms before it stand"),
            alarms => format!("{month}: {}", alarms.join("; ")),
        }
    });
    let follows = if back { " Lists are made by points until you act." } else { "" };
    format!(
        "For {owner}, who signed for predictor {} ({}). {}.{follows}",
        used.id,
        used.point.label().to_lowercase(),
        what.unwrap_or_else(|| "An alarm stands".to_owned())
    )
}
