//! The tracking plan of a school year on one page: what is due when and how it stands, from the reference
//! data, the edition's count months, the agreements and the council's own entries; and what is not known by
//! month, planned against counted, with what lapses next. It joins what other journeys know and keeps only the council's own entries.

mod programmes;

pub use programmes::OfKind;

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Act, Actor, Purpose};
use domain::calendar::{AcademicYear, Day, Month};
use domain::edition::Edition;
use domain::forecast::currency::Curve;
use domain::measure::{level_percent, level_permille, named};
use domain::statutory::month_end::State as Version;
use domain::tracking::{Owed, State, judgeable, judged, month_of, owed, planned, stands};
use formats::reference;
use store::tracking::{self, Done, Entry};
use store::{Tx, imports, snapshots, targets};

use crate::context::{Context, Wrong, day_of};
use crate::measures::{Months, Question, figures_for};
use crate::permission::may;
use crate::work::changed;
use crate::{agreement, forecast};

/// The measure whose plan is drawn by month.
const NOT_KNOWN: &str = "not-known";

/// How many school years before and after this one can be asked for.
const YEARS: i16 = 20;

/// Something that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// With the day it is due, what names it.
    pub key: String,
    pub title: String,
    pub due: Day,
    pub owner: String,
    /// How it is judged, in words.
    pub by: String,
    pub state: State,
    /// Whether it is done once somebody says so.
    pub said: bool,
    /// Who said that it is done.
    pub done_by: Option<String>,
    /// The number of the council's own entry.
    pub own: Option<i64>,
}

/// One month of the year.
#[derive(Clone, Debug, PartialEq)]
pub struct MonthOfPlan {
    pub month: Month,
    /// Whether it is one of the months that the published figures are counted over.
    pub counts: bool,
    /// What partners owe by their agreements.
    pub owed: Owed,
    /// Not known by the plan and as counted at the month's end. Units: percent.
    pub planned: Option<f64>,
    pub counted: Option<f64>,
    /// Records that lapse in it if nobody confirms anything, from today on; nothing where the reckoning ends before it.
    pub lapsing: Option<usize>,
}

/// The whole plan.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackingPlan {
    pub year: AcademicYear,
    pub as_of: Day,
    pub edition: String,
    pub months: Vec<MonthOfPlan>,
    /// In the order in which they are due.
    pub items: Vec<Item>,
    /// The first month to come that the reckoning of what lapses does not reach the end of.
    pub unreckoned: Option<Month>,
    /// Records that lapse at the turn of the school year although the course goes on, and that end then; nothing for
    /// another year than this.
    pub cliff: Option<(usize, usize)>,
    /// How current those are who take part in programmes, by kind; nobody of another year than this.
    pub programmes: Vec<OfKind>,
}

/// What is kept of a year.
struct Kept {
    entries: Vec<Entry>,
    done: Vec<Done>,
    /// Period ends whose return was signed off, and on which day.
    signed: BTreeMap<Day, Day>,
    /// Period ends whose return was sent from another system and moved in.
    moved_in: BTreeSet<Day>,
    owed: BTreeMap<Month, Owed>,
    /// What targets and the council's own entries would have not known. Units: percent.
    levels: BTreeMap<Month, f64>,
}

/// Whether a school year is one that can be asked for and planned.
fn is_near(year: AcademicYear, today: Day) -> bool {
    let now = AcademicYear::of(today).start_year();
    (i32::from(year.start_year()) - i32::from(now)).abs() <= i32::from(YEARS)
}

/// The plan of a school year, by what the reader reaches.
///
/// Errors: refused where the role sees no follow-up list, and for a year that is too far away.
pub async fn plan(ctx: &Context, actor: &Actor, year: AcademicYear) -> Result<TrackingPlan, Wrong> {
    may(actor, Act::ViewFollowUp, Purpose::Support)?;
    let today = ctx.today();
    let now = AcademicYear::of(today);
    if !is_near(year, today) {
        return Err(Wrong::refused(format!("Ask for a year within {YEARS} years of this one.")));
    }
    let edition = reference::editions().on(year.last_day().min(today));
    let edition = edition.ok_or_else(|| Wrong::Failed("no edition is known at all".to_owned()))?;
    let mut tx = ctx.db.begin_read().await?;
    let kept = kept(&mut tx, year, today).await?;
    drop(tx);
    let counted = counted(ctx, actor, (NOT_KNOWN, year)).await?;
    let mut items = yearly(&kept, year, today);
    items.extend(returns(&kept, edition, year, today));
    for entry in &kept.entries {
        items.push(own(ctx, actor, (entry, &kept.done), &counted).await?);
    }
    items.sort_by(|a, b| (a.due, &a.key).cmp(&(b.due, &b.key)));
    let ahead = match year == now {
        true => Some(forecast::currency(ctx, actor, edition, today).await?),
        false => None,
    };
    let programmes = match year == now {
        true => {
            let mut tx = ctx.db.begin_read().await?;
            programmes::of_kinds(&mut tx, actor, edition, today).await?
        }
        false => Vec::new(),
    };
    let (lapsing, unreckoned) = match &ahead {
        Some(ahead) => lapsing(&ahead.curve, year),
        None => (BTreeMap::new(), None),
    };
    let months = Month::of(year.first_day()).through(Month::of(year.last_day()));
    let months = months.map(|month| MonthOfPlan {
        month,
        counts: edition.measure.months.contains(&month.number()),
        owed: kept.owed.get(&month).copied().unwrap_or_default(),
        planned: planned(&kept.levels, month),
        counted: counted.get(&month).copied(),
        lapsing: lapsing.get(&month).copied(),
    });
    Ok(TrackingPlan {
        year,
        as_of: today,
        edition: edition.name.clone(),
        months: months.collect(),
        items,
        unreckoned,
        cliff: ahead.map(|ahead| (ahead.curve.cliff_goes_on, ahead.curve.cliff_ends)),
        programmes,
    })
}

/// What lapses by month, of the months whose end is reckoned; and the first of the year whose end is not, since a part
/// of a month is no month.
fn lapsing(curve: &Curve, year: AcademicYear) -> (BTreeMap<Month, usize>, Option<Month>) {
    let mut all: BTreeMap<Month, usize> = BTreeMap::new();
    for point in &curve.days {
        let month = Month::of(point.day);
        if month.last_day() <= curve.until {
            *all.entry(month).or_default() += point.lapsing;
        }
    }
    let mut ahead = Month::of(curve.as_of).through(Month::of(year.last_day()));
    let unreckoned = ahead.find(|month| month.last_day() > curve.until);
    (all, unreckoned)
}

async fn kept(tx: &mut Tx, year: AcademicYear, today: Day) -> Result<Kept, Wrong> {
    let days = (year.first_day(), year.last_day());
    let entries = tracking::standing(tx, days).await?;
    let mut levels = BTreeMap::new();
    for target in targets::standing(tx).await?.into_iter().filter(|t| t.measure == NOT_KNOWN) {
        let from = target.from_month.zip(target.from_permille);
        for (month, level) in from.into_iter().chain([(target.by_month, target.level_permille)]) {
            if let Ok(month) = month.parse::<Month>() {
                levels.insert(month, level_percent(level));
            }
        }
    }
    let planned = entries.iter().filter(|entry| entry.measure.as_deref() == Some(NOT_KNOWN));
    for (entry, level) in planned.filter_map(|entry| Some((entry, entry.level_permille?))) {
        levels.insert(Month::of(entry.due), level_percent(level));
    }
    let all = snapshots::all(tx).await?;
    let signed = all.into_iter().filter(|one| one.state == Version::Signed.word());
    let signed =
        signed.filter_map(|one| Some((one.period_end, day_of(one.signed_at.as_deref()?)?)));
    let agreements = agreement::load(tx).await?;
    let owed = owed(&agreement::due_between(tx, &agreements, days, today).await?);
    let moved_in = imports::returns_between(tx, (Month::of(days.0).plus(-1).last_day(), days.1));
    Ok(Kept {
        moved_in: moved_in.await?.into_iter().collect(),
        done: tracking::all_done(tx, days).await?,
        signed: signed.collect(),
        owed,
        levels,
        entries,
    })
}

/// A measure at the end of every month of a year that is over, as the reader is told it. Units: percent.
async fn counted(
    ctx: &Context,
    actor: &Actor,
    (measure, year): (&str, AcademicYear),
) -> Result<BTreeMap<Month, f64>, Wrong> {
    let first = Month::of(year.first_day());
    let last = Month::of(year.last_day()).min(Month::of(ctx.today()).plus(-1));
    if last < first {
        return Ok(BTreeMap::new());
    }
    let question = Question::new(measure, Months::Period(first, last));
    let found = figures_for(ctx, actor, &question).await?;
    let month = |one: &crate::measures::MonthFigures| {
        Some((one.month.parse::<Month>().ok()?, one.total.percent?))
    };
    Ok(found.series.iter().filter_map(month).collect())
}

fn said_of<'a>(done: &'a [Done], key: &str, due: Day) -> Option<&'a Done> {
    done.iter().find(|one| one.entry == key && one.due == due)
}

/// An entry that is done once somebody says so.
fn by_word(done: &[Done], key: &str, due: Day, today: Day) -> (State, Option<String>) {
    let said = said_of(done, key, due);
    (stands(due, said.map(|one| one.day), today), said.map(|one| one.by.clone()))
}

fn yearly(kept: &Kept, year: AcademicYear, today: Day) -> Vec<Item> {
    let item = |one: &domain::tracking::Yearly| {
        let due = one.due(year)?;
        let (state, done_by) = by_word(&kept.done, &one.name, due, today);
        Some(Item {
            key: one.name.clone(),
            title: one.title.clone(),
            due,
            owner: one.owner.clone(),
            by: format!("Somebody says that it is done. {}", one.source),
            state,
            said: true,
            done_by,
            own: None,
        })
    };
    reference::tracking().iter().filter_map(item).collect()
}

/// The returns of the months that count: the month end shows whether they were signed off.
fn returns(kept: &Kept, edition: &Edition, year: AcademicYear, today: Day) -> Vec<Item> {
    let item = |number: &i8| {
        let month = month_of(year, *number)?;
        let (counted_on, due) = (month.last_day(), month.plus(1).last_day());
        Some(Item {
            key: format!("return-{month}"),
            title: format!("Return of {} signed off, a month that counts", month.words()),
            due,
            owner: "Data manager".to_owned(),
            by: "The month end is signed off before the next month is over".to_owned(),
            state: match kept.signed.get(&counted_on).copied() {
                None if kept.moved_in.contains(&counted_on) => State::MovedIn,
                signed => stands(due, signed, today),
            },
            said: false,
            done_by: None,
            own: None,
        })
    };
    let all = edition.measure.months.iter().filter_map(item);
    all.filter(|item| AcademicYear::of(item.due) == year).collect()
}

/// One of the council's own entries, with the figure it is held against.
async fn own(
    ctx: &Context,
    actor: &Actor,
    (entry, done): (&Entry, &[Done]),
    not_known: &BTreeMap<Month, f64>,
) -> Result<Item, Wrong> {
    let (today, key) = (ctx.today(), key_of(entry.id));
    let held =
        entry.measure.as_deref().and_then(named).zip(entry.level_permille.map(level_percent));
    let (by, (state, done_by)) = match held {
        None => ("Somebody says that it is done".to_owned(), by_word(done, &key, entry.due, today)),
        Some((measure, level)) => {
            let month = Month::of(entry.due);
            let now = match measure.name {
                NOT_KNOWN => not_known.get(&month).copied(),
                other => figure(ctx, actor, other, month).await?,
            };
            let most =
                if measure.direction.reached(0.0, 1.0) == Some(true) { "most" } else { "least" };
            let words = format!(
                "{} at {most} {level:.1} % at the end of the month, of the young people within your reach",
                measure.title
            );
            (words, (judged(entry.due, (now, level), measure.direction, today), None))
        }
    };
    Ok(Item {
        key,
        title: entry.title.clone(),
        due: entry.due,
        owner: entry.owner.clone(),
        by,
        state,
        said: held.is_none(),
        done_by,
        own: Some(entry.id),
    })
}

/// A measure at the end of a month that is over. Units: percent.
async fn figure(
    ctx: &Context,
    actor: &Actor,
    measure: &str,
    month: Month,
) -> Result<Option<f64>, Wrong> {
    if month >= Month::of(ctx.today()) {
        return Ok(None);
    }
    let question = Question::new(measure, Months::One(month));
    match figures_for(ctx, actor, &question).await {
        Ok(found) => Ok(found.total.percent),
        // The edition of that month may not have the measure, or the reader not see it: then nobody can judge it.
        Err(Wrong::Refused(_) | Wrong::Denied(_)) => Ok(None),
        Err(broken) => Err(broken),
    }
}

fn key_of(own: i64) -> String {
    format!("own-{own}")
}

/// An entry as somebody writes it. Units: percent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewEntry {
    pub title: String,
    pub due: Option<Day>,
    pub owner: String,
    /// What it is held against; empty where it is done once somebody says so.
    pub measure: String,
    pub level_percent: Option<f64>,
}

/// The longest title and owner, in characters.
const CHARS_MAX: usize = 200;

fn checked(new: &NewEntry) -> Result<Entry, Wrong> {
    let (title, owner) = (new.title.trim(), new.owner.trim());
    if title.is_empty() || title.chars().count() > CHARS_MAX {
        return Err(Wrong::refused(format!("Say what is due, in at most {CHARS_MAX} characters.")));
    }
    if owner.is_empty() || owner.chars().count() > CHARS_MAX {
        return Err(Wrong::refused("Say whose it is."));
    }
    let due = new.due.ok_or_else(|| Wrong::refused("Say by which day it is due."))?;
    let (measure, level_permille) = match (new.measure.as_str(), new.level_percent) {
        ("", None) => (None, None),
        ("", Some(_)) => return Err(Wrong::refused("Choose the figure that the level is of.")),
        (name, level) => {
            let known = judgeable().any(|one| one.name == name);
            let level = level.and_then(level_permille).filter(|_| known);
            let wrong = || Wrong::refused("Say the level, a percentage with at most one decimal.");
            (Some(name.to_owned()), Some(level.ok_or_else(wrong)?))
        }
    };
    Ok(Entry {
        id: 0,
        title: title.to_owned(),
        due,
        owner: owner.to_owned(),
        measure,
        level_permille,
    })
}

/// Adds an entry to the plan; its number.
///
/// Errors: refused where the role may not, and for an entry that cannot be judged as it says.
pub async fn add(ctx: &Context, actor: &Actor, new: &NewEntry) -> Result<i64, Wrong> {
    let entry = checked(new)?;
    if !is_near(AcademicYear::of(entry.due), ctx.today()) {
        return Err(Wrong::refused(format!("Choose a day within {YEARS} years of today.")));
    }
    changed(ctx, actor, (Act::RatePlan, "tracking entry added"), async |tx, change| {
        let id = tracking::add(tx, change, &entry).await?;
        Ok((id, format!("entry {id}")))
    })
    .await
}

/// Takes an entry off the plan; it stays in the register.
pub async fn end(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    changed(ctx, actor, (Act::RatePlan, "tracking entry ended"), async |tx, change| {
        match tracking::end(tx, change, id).await? {
            true => Ok((id, format!("entry {id}"))),
            false => Err(Wrong::refused("There is no such entry.")),
        }
    })
    .await
    .map(drop)
}

/// Says that an entry is done, or takes that back.
///
/// Errors: refused for an entry that is not on the plan of its year, or that the register judges.
pub async fn say(
    ctx: &Context,
    actor: &Actor,
    (key, due): (&str, Day),
    done: bool,
) -> Result<(), Wrong> {
    let year = AcademicYear::of(due);
    if !is_near(year, ctx.today()) {
        return Err(Wrong::refused("There is no such entry that somebody could say it of."));
    }
    let shipped = reference::tracking().iter();
    let shipped = shipped.filter_map(|one| Some((one.name.clone(), one.due(year)?)));
    let mut known: BTreeSet<(String, Day)> = shipped.collect();
    let (today, account) = (ctx.today(), actor.account_id());
    changed(ctx, actor, (Act::RatePlan, "tracking entry said done"), async |tx, change| {
        let own = tracking::standing(tx, (due, due)).await?;
        known.extend(own.iter().filter(|e| e.measure.is_none()).map(|e| (key_of(e.id), e.due)));
        if !known.contains(&(key.to_owned(), due)) {
            return Err(Wrong::refused("There is no such entry that somebody could say it of."));
        }
        let said = tracking::all_done(tx, (due, due)).await?;
        match (done, said_of(&said, key, due).is_some()) {
            (true, false) => {
                tracking::say_done(tx, change, (key, due), (today, account)).await?;
            }
            (false, true) => {
                tracking::unsay(tx, change, (key, due)).await?;
            }
            _ => {}
        }
        let which = if done { "done" } else { "not done" };
        Ok((0, format!("{key} due {due}: {which}")))
    })
    .await
    .map(drop)
}
