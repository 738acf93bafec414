//! How complete the records are: of everybody tracked on a day within the reader's reach, by school, by who
//! sent them or by whose caseload they are on, and month by month as it was known. What a share tells of
//! somebody is told only to whoever sees that part of a record, so no share is told that would have to be
//! hidden where it is few.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::access::{Act, Actor, Part, decide, sees};
use domain::calendar::{Day, Month};
use domain::edition::Edition;
use domain::measure::{Cut, Percent};
use domain::person::{ChangeId, Field, Particulars};
use domain::quality::{Fact, Seen};
use domain::status::Spell;
use domain::statutory::assemble::belongs_by_age;
use formats::reference::editions;
use formats::tables_out::{Cell, Sheet};
use store::cohort::admitted;
use store::moments::Moments;
use store::{Tx, accounts, changes, organisations, quality as kept};

use crate::measures::{names, reached};
use crate::{Context, Wrong};

/// What a record is looked at for.
const FIELDS: &[Field] = &[
    Field::DateOfBirth,
    Field::CohortStatus,
    Field::StatusSince,
    Field::LeadLa,
    Field::School,
    Field::Upn,
    Field::Uln,
    Field::Ethnicity,
    Field::Send,
    Field::SenSupport,
    Field::Phone,
    Field::Email,
    Field::ParentPhone,
    Field::IntendedDestination,
];

/// Whose records stand together in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The school on whose roll they are.
    #[default]
    School,
    /// Everybody whose files have named them; somebody may stand in several rows.
    Sender,
    /// The adviser whose caseload they are on.
    Adviser,
}

impl By {
    pub const ALL: [By; 3] = [By::School, By::Sender, By::Adviser];

    pub const fn name(self) -> &'static str {
        match self {
            By::School => "school",
            By::Sender => "sender",
            By::Adviser => "adviser",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            By::School => "School",
            By::Sender => "Sender",
            By::Adviser => "Adviser",
        }
    }

    pub fn from_name(name: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.name() == name)
    }

    const fn part(self) -> Part {
        match self {
            By::School => Part::Education,
            By::Sender => Part::Changes,
            By::Adviser => Part::told_by(Cut::Adviser),
        }
    }

    /// The row of those who belong to no other.
    const fn nobody(self) -> &'static str {
        match self {
            By::School => "No school recorded",
            By::Sender => "Named by no file",
            By::Adviser => "No adviser",
        }
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The day looked at, as it was known by the end of that day.
    pub day: Day,
    pub by: By,
}

/// One row: everybody, or those of one school, sender or adviser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The organisation's id, or the adviser's account; empty for those who belong to none.
    pub key: String,
    pub name: String,
    pub people: u64,
    /// In the order of the facts: how many have it, of how many it is asked.
    pub shares: Vec<Percent>,
}

/// How complete the records are on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quality {
    pub day: Day,
    pub edition: String,
    /// Those that the reader sees.
    pub facts: Vec<Fact>,
    pub whole: Line,
    /// By name; those who belong nowhere last.
    pub lines: Vec<Line>,
}

/// A day looked at, as it was known after a change.
#[derive(Clone, Copy)]
struct Looked {
    day: Day,
    edition: &'static Edition,
    known: ChangeId,
}

/// Somebody, and for each fact whether the record has it.
struct One {
    person: i64,
    school: String,
    held: Vec<Option<bool>>,
}

/// Counts for a reader.
///
/// Errors: refused where the reader reads no figures or does not see what the rows are by, and for a day
/// that lies ahead.
pub async fn quality(ctx: &Context, actor: &Actor, asked: Asked) -> Result<Quality, Wrong> {
    let (facts, edition) = allowed(ctx, actor, asked)?;
    let mut tx = ctx.db.begin_read().await?;
    let all = on(ctx, &mut tx, actor, (edition, asked.day), &facts).await?;
    let rows = rows_of(ctx, &mut tx, &all, asked).await?;
    let names: BTreeMap<String, String> = match asked.by {
        By::School | By::Sender => {
            organisations::all(&mut tx).await?.into_iter().map(|one| (one.id, one.name)).collect()
        }
        By::Adviser => {
            let all = accounts::all(&mut tx).await?;
            all.into_iter().map(|one| (one.id.to_string(), one.name)).collect()
        }
    };
    let named = |key: &str| match key {
        "" => asked.by.nobody().to_owned(),
        key => names.get(key).cloned().unwrap_or_else(|| key.to_owned()),
    };
    let mut lines: Vec<Line> = rows
        .iter()
        .map(|(key, people)| line(key, named(key), people.iter().copied(), facts.len()))
        .collect();
    lines.sort_by(|a, b| (a.key.is_empty(), &a.name).cmp(&(b.key.is_empty(), &b.name)));
    let whole = line("", "Everybody".to_owned(), all.iter(), facts.len());
    Ok(Quality { day: asked.day, edition: edition.name.clone(), facts, whole, lines })
}

/// Those of a row (of everybody, where none is named) whose record lacks a fact: how many, and a page of
/// their numbers and names. Whoever is named has an audit row.
///
/// Errors: as [`quality`], and refused where the reader does not see what the fact tells.
pub async fn missing(
    ctx: &Context,
    actor: &Actor,
    asked: Asked,
    (fact, row): (Fact, Option<&str>),
    (skip, most): (usize, usize),
) -> Result<(usize, Vec<(i64, String)>), Wrong> {
    let (facts, edition) = allowed(ctx, actor, asked)?;
    let Some(at) = facts.iter().position(|one| *one == fact) else {
        let decision = sees(actor, fact.part());
        return Err(Wrong::denied(decision.denial("see this")));
    };
    let mut tx = ctx.db.begin_read().await?;
    let all = on(ctx, &mut tx, actor, (edition, asked.day), &facts).await?;
    let rows = rows_of(ctx, &mut tx, &all, asked).await?;
    drop(tx);
    let of_row: Vec<&One> = match row {
        None => all.iter().collect(),
        Some(key) => rows.get(key).cloned().unwrap_or_default(),
    };
    let lacking = of_row.iter().filter(|one| one.held.get(at) == Some(&Some(false)));
    let mut ids: Vec<i64> = lacking.map(|one| one.person).collect();
    // Of an earlier day somebody may be named who has left the register, or this reach, since.
    let still = reached(ctx, actor, &ids).await?;
    ids.retain(|id| still.contains(id));
    let total = ids.len();
    let shown: Vec<i64> = ids.into_iter().skip(skip).take(most).collect();
    let names = names(ctx, actor, "shown for what their record lacks", &shown).await?;
    Ok((total, shown.into_iter().zip(names).collect()))
}

/// The shares of everybody at the ends of months, as they were known then, up to the last whole month: all of
/// them from one reading of the register. A month before the register's first is left out.
pub async fn months(ctx: &Context, actor: &Actor, count: i32) -> Result<Vec<(Month, Line)>, Wrong> {
    let last = Month::of(ctx.today()).plus(-1);
    let months: Vec<Month> = (0..count).rev().map(|back| last.plus(-back)).collect();
    let mut tx = ctx.db.begin_read().await?;
    let (mut looked, mut told) = (Vec::new(), Vec::new());
    for month in &months {
        let asked = Asked { day: month.last_day(), by: By::default() };
        let (facts, edition) = allowed(ctx, actor, asked)?;
        looked.push(looked_at(ctx, &mut tx, (edition, asked.day)).await?);
        told = facts;
    }
    let line = |month: &Month| Line::new("", month.words(), told.len());
    let mut lines: Vec<Line> = months.iter().map(line).collect();
    everybody(&mut tx, actor, &looked, &told, |at, one| {
        if let Some(line) = lines.get_mut(at) {
            line.add(&one);
        }
    })
    .await?;
    Ok(months.into_iter().zip(lines).filter(|(_, line)| line.people > 0).collect())
}

/// As a table: a row for everybody and one for each line; for each fact how many have it, of how many, and
/// the share.
pub fn sheet(found: &Quality, by: By) -> Sheet {
    let head = found.facts.iter().flat_map(|fact| {
        ["have it", "asked of", "percent"].map(|what| format!("{}, {what}", fact.label()))
    });
    let columns = [by.label().to_owned(), "People".to_owned()].into_iter().chain(head).collect();
    let count = |number: u64| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX));
    let row = |line: &Line| {
        let mut cells = vec![Cell::Text(line.name.clone()), count(line.people)];
        for share in &line.shares {
            let percent = share.value().map_or(Cell::Empty, Cell::Percent);
            cells.extend([count(share.of), count(share.all), percent]);
        }
        cells
    };
    let rows = std::iter::once(&found.whole).chain(&found.lines).map(row).collect();
    Sheet { name: "Completeness".to_owned(), columns, rows }
}

/// The facts that a reader sees, and the edition of the day.
fn allowed(
    ctx: &Context,
    actor: &Actor,
    asked: Asked,
) -> Result<(Vec<Fact>, &'static Edition), Wrong> {
    let decision = decide(actor, Act::ViewFigures);
    if !decision.allowed {
        return Err(Wrong::denied(decision.denial("see this")));
    }
    let decision = sees(actor, asked.by.part());
    if !decision.allowed {
        let what = format!("see this by {}", asked.by.label().to_lowercase());
        return Err(Wrong::denied(decision.denial(&what)));
    }
    if asked.day > ctx.today() {
        return Err(Wrong::refused("The day lies ahead; nothing is known of it yet."));
    }
    let edition = editions().on(asked.day);
    let edition = edition.ok_or_else(|| Wrong::Failed("no edition is known".to_owned()))?;
    let seen = |fact: &Fact| sees(actor, fact.part()).allowed;
    Ok((Fact::ALL.iter().copied().filter(seen).collect(), edition))
}

/// Up to which change a day was known by its end; today as it is known now.
pub(crate) async fn known_on(ctx: &Context, tx: &mut Tx, day: Day) -> Result<ChangeId, Wrong> {
    Ok(match day == ctx.today() {
        true => changes::latest(tx).await?,
        false => changes::latest_at(tx, &ctx.end_of(day)).await?,
    })
}

async fn looked_at(
    ctx: &Context,
    tx: &mut Tx,
    (edition, day): (&'static Edition, Day),
) -> Result<Looked, Wrong> {
    Ok(Looked { day, edition, known: known_on(ctx, tx, day).await? })
}

/// Everybody tracked on one day.
async fn on(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (edition, day): (&'static Edition, Day),
    facts: &[Fact],
) -> Result<Vec<One>, Wrong> {
    let looked = [looked_at(ctx, tx, (edition, day)).await?];
    let mut all = Vec::new();
    everybody(tx, actor, &looked, facts, |_, one| all.push(one)).await?;
    Ok(all)
}

/// Gives everybody tracked on each of some days within reach, with the place of the day: of the primary
/// cohort, of the return's ages, and ours.
async fn everybody(
    tx: &mut Tx,
    actor: &Actor,
    looked: &[Looked],
    facts: &[Fact],
    mut give: impl FnMut(usize, One),
) -> Result<(), Wrong> {
    let days = looked.iter().map(|one| one.day);
    let Some(days) = days.clone().min().zip(days.max()) else { return Ok(()) };
    let reached: Option<HashSet<i64>> =
        admitted(tx, &actor.scope).await?.map(|ids| ids.into_iter().collect());
    let own = organisations::setting(tx, "la_code").await?;
    let moments = Moments::new(looked.iter().map(|one| one.known).collect());
    let placed = kept::placed(tx, &moments, days).await?;
    let spells = kept::spells(tx, &moments, days).await?;
    kept::each(tx, &moments, FIELDS, |person, held, particulars| {
        if reached.as_ref().is_some_and(|reached| !reached.contains(&person)) {
            return;
        }
        let (homes, stays) = (placed.get(&person), spells.get(&person));
        for at in moments.of(held) {
            let Some(one) = looked.get(at).copied() else { continue };
            if !tracked(particulars, one, own.as_deref()) {
                continue;
            }
            let on = (one.known, one.day);
            let held: Vec<Spell> =
                stays.into_iter().flatten().filter(|s| s.on(on)).map(|s| s.what.clone()).collect();
            let seen = Seen {
                particulars,
                spells: &held,
                placed: homes.is_some_and(|homes| homes.iter().any(|home| home.on(on))),
                edition: one.edition,
                day: one.day,
            };
            let held = facts.iter().map(|fact| fact.held(&seen)).collect();
            let school = particulars.get(Field::School).unwrap_or_default().to_owned();
            give(at, One { person, school, held });
        }
    })
    .await?;
    Ok(())
}

/// Whether somebody with these fields is tracked on a day.
fn tracked(p: &Particulars, Looked { day, edition, .. }: Looked, own: Option<&str>) -> bool {
    let said = (p.get(Field::CohortStatus), p.date(Field::StatusSince));
    let plan = p.is_yes(Field::Send);
    let of_age = p.date_of_birth();
    let of_age = of_age.is_some_and(|born| belongs_by_age(born, plan, edition, day).is_ok());
    of_age && edition.tracks(said, (p.get(Field::LeadLa), own), day)
}

/// Everybody by the rows they stand in.
async fn rows_of<'a>(
    ctx: &Context,
    tx: &mut Tx,
    all: &'a [One],
    asked: Asked,
) -> Result<BTreeMap<String, Vec<&'a One>>, Wrong> {
    let mut rows: BTreeMap<String, Vec<&One>> = BTreeMap::new();
    let pairs = match asked.by {
        By::School => {
            for one in all {
                rows.entry(one.school.clone()).or_default().push(one);
            }
            return Ok(rows);
        }
        By::Sender => kept::senders(tx, &ctx.end_of(asked.day)).await?,
        By::Adviser => {
            let known = known_on(ctx, tx, asked.day).await?;
            kept::advisers(tx, known, asked.day).await?
        }
    };
    let mut by: HashMap<i64, Vec<String>> = HashMap::new();
    for (person, key) in pairs {
        by.entry(person).or_default().push(key);
    }
    for one in all {
        for key in by.remove(&one.person).unwrap_or_else(|| vec![String::new()]) {
            rows.entry(key).or_default().push(one);
        }
    }
    Ok(rows)
}

impl Line {
    fn new(key: &str, name: String, facts: usize) -> Self {
        Self { key: key.to_owned(), name, people: 0, shares: vec![Percent::default(); facts] }
    }

    fn add(&mut self, one: &One) {
        self.people += 1;
        for (share, held) in self.shares.iter_mut().zip(&one.held) {
            share.all += u64::from(held.is_some());
            share.of += u64::from(*held == Some(true));
        }
    }
}

fn line<'a>(key: &str, name: String, people: impl Iterator<Item = &'a One>, facts: usize) -> Line {
    let mut line = Line::new(key, name, facts);
    people.for_each(|one| line.add(one));
    line
}
