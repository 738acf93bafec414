//! What is due about the predictors in use: months that nobody has watched, alarms, and the level, which is set once
//! a year by somebody who answers for it. Each is told to whoever signed for the predictor, where they look.

use domain::access::{Act, Actor};
use domain::calendar::{Day, Month, shown};
use domain::prediction::{Point, State, is_newer, level_due};
use store::Tx;
use store::predictors::{self, Step, Watched};

use super::runs::Past;
use super::train::{Kept, kept};
use super::watch::{self, watcher};
use super::{begin, may, opening, registers};
use crate::context::{Context, Wrong};

/// A predictor in use, with its life and the months that were watched, the newest first.
struct InUse {
    kept: Kept,
    steps: Vec<Step>,
    watched: Vec<Watched>,
}

async fn in_use(tx: &mut Tx) -> Result<Vec<InUse>, Wrong> {
    let mut found = Vec::new();
    for kept in kept(tx).await?.into_iter().filter(|one| one.state == State::Operational) {
        let steps = predictors::states(tx, kept.id).await?;
        let watched = predictors::watched(tx, kept.id).await?;
        found.push(InUse { kept, steps, watched });
    }
    Ok(found)
}

impl InUse {
    /// Months that are over and that nobody has watched, the oldest first: from that in which it came into use,
    /// and a year back at most.
    fn unwatched(&self, today: Day) -> Vec<Month> {
        let last = Month::of(today).plus(-1);
        let began = watch::came_into_use(&self.steps);
        let began = began.and_then(|at| at.get(..10)?.parse::<Day>().ok());
        let first = began.map_or(last, Month::of).max(last.plus(-11));
        let all = std::iter::successors(Some(first), |month| Some(month.plus(1)));
        let known = |month: &Month| self.watched.iter().any(|seen| seen.0 == month.to_string());
        all.take_while(|month| *month <= last).filter(|month| !known(month)).collect()
    }

    /// Who signed for it last.
    fn owner(&self) -> &str {
        self.steps.last().map_or("", |step| step.1.as_str())
    }

    /// What its owner is told where its newest month alarmed, or alarms have stopped its lists.
    fn notice(&self, stopped: bool) -> Option<String> {
        let newest = self.watched.first().filter(|watched| stopped || watched.1 > 0)?;
        let seen = serde_json::from_str::<watch::Seen>(&newest.2).ok().map(|seen| {
            let month = seen.month.parse::<Month>().map_or(seen.month.clone(), Month::words);
            match seen.alarms.as_slice() {
                [] => format!("nothing alarmed in {month}, and two alarms before it stand"),
                alarms => format!("{month}: {}", alarms.join("; ")),
            }
        });
        Some(format!(
            "For {}, who signed for predictor {} ({}). {}.{}",
            self.owner(),
            self.kept.id,
            self.kept.point.label().to_lowercase(),
            seen.unwrap_or_else(|| "An alarm stands".to_owned()),
            if stopped { " Lists are made by points until you act." } else { "" }
        ))
    }
}

/// Watches every month that is due, and says in the log where a level is; how many months.
///
/// Called by the server every hour; asked twice it watches nothing twice.
pub async fn run_due(ctx: &Context) -> Result<usize, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let due: Vec<(Point, Month)> = in_use(&mut tx)
        .await?
        .iter()
        .flat_map(|used| {
            used.unwatched(ctx.today()).into_iter().map(move |month| (used.kept.point, month))
        })
        .collect();
    drop(tx);
    let mut watched = 0;
    for (point, over) in due {
        match watch::month(ctx, &watcher(), point, over).await {
            // What cannot be watched stays due, and the home of whoever keeps it says so.
            Err(Wrong::Refused(_)) => {}
            seen => {
                seen?;
                watched += 1;
            }
        }
    }
    stay_by_points(ctx).await?;
    say_levels_due(ctx).await?;
    Ok(watched)
}

/// Makes by points what a watch was cut off before, or what stood stopped before lists followed at once.
async fn stay_by_points(ctx: &Context) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let all = in_use(&mut tx).await?;
    drop(tx);
    for used in all {
        if watch::stopped(&used.watched)? {
            watch::by_points(ctx, &watcher(), &used.kept).await?;
        }
    }
    Ok(())
}

/// Writes into the log that the level of a predictor is to be set, once for each year. It is not set here: somebody
/// has to answer for it.
async fn say_levels_due(ctx: &Context) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let mut owed = Vec::new();
    let log = predictors::entries(&mut tx, registers::LOG).await?;
    for used in in_use(&mut tx).await? {
        let Some(since) = level_since(ctx, &mut tx, &used.kept).await? else { continue };
        let title = format!("Level of predictor {} is due, {}", used.kept.id, shown(since));
        if log.iter().all(|entry| entry.title != title) {
            owed.push((title, level_words(used.owner(), &used.kept, since)));
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

/// Since when the level of a predictor stands, where it is due to be set and there is something newer to set it on. A
/// month that opens a winter is such a thing only where it tells.
async fn level_since(ctx: &Context, tx: &mut Tx, used: &Kept) -> Result<Option<Day>, Wrong> {
    let since = used.content.updates.last().map_or(used.day, |(day, _)| *day);
    if used.content.opening.began().is_none() && !level_due(since, None, ctx.today()) {
        return Ok(None);
    }
    let past = Past::load(tx, used).await?;
    let last = Month::of(ctx.today()).plus(-1);
    let months = (0..24).map(|back| last.plus(-back));
    let newer: Vec<Month> = months.take_while(|m| is_newer(m.last_day(), since)).collect();
    let opens = newer.iter().find_map(|month| Some((month, past.opened_by(used, *month)?)));
    let opened = match opens {
        Some((month, opened)) => {
            let now = opening::of_run(ctx, tx, used, opened.run).await?;
            now.and_then(|now| opening::moved(opened.before, now)).map(|_| month.last_day())
        }
        None => None,
    };
    let closed = |month: &Month| past.of(used, *month).is_some_and(|spoke| spoke.expects());
    let is_due = level_due(since, opened, ctx.today());
    Ok((is_due && (opened.is_some() || newer.iter().any(closed))).then_some(since))
}

/// For the predictor's page: since when its level stands, where it is due.
pub async fn level(ctx: &Context, actor: &Actor, used: &Kept) -> Result<Option<Day>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    level_since(ctx, &mut ctx.db.begin_read().await?, used).await
}

fn level_words(owner: &str, used: &Kept, since: Day) -> String {
    format!(
        "For {owner}, who signed for predictor {} ({}): its level stands since {} and is to be set on what is \
         known since, once a year, by whoever answers for it.",
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
    let mut waiting = Waiting::default();
    for used in in_use(&mut tx).await? {
        waiting.unwatched += used.unwatched(ctx.today()).iter().filter(|month| late(month)).count();
        let stopped = watch::stopped(&used.watched)?;
        waiting.fallen_back |= stopped;
        waiting.notices.extend(used.notice(stopped));
        if let Some(since) = level_since(ctx, &mut tx, &used.kept).await? {
            waiting.levels_due.push(level_words(used.owner(), &used.kept, since));
        }
    }
    waiting.alarmed = waiting.notices.len();
    Ok(waiting)
}
