//! The activity survey of a summer's leavers, by year group, beside that of the summer before: as it was
//! sent and as it is known now. As a table for pages, and as files whose small counts are left empty.

mod schedule;

use std::collections::BTreeSet;

use domain::access::{Act, Actor, Purpose};
use domain::calendar::{Day, Month};
use domain::cohort::Cohort;
use domain::disclosure::{Exact, FEW, LeftOut, alone};
use domain::edition::Edition;
use domain::measure::{Asked, Cut, Percent, Span};
use domain::survey::{Counts, Destination, YEARS, births, count_day, sent_by, survey as count};
use formats::reference::editions;
use formats::tables_out::{Cell, Sheet, workbook};
use serde::Serialize;
use store::cohort::{Narrow, admitted, whole};
use store::people::Moment;
use store::{Tx, changes, organisations};

use crate::exports::{Register, Stamp, tame_csv};
use crate::geography::geography;
use crate::measures::{Labels, may_cut, may_open};
use crate::permission::may;
use crate::{Context, Wrong};

pub use schedule::{make_due, schedule, scheduled};

/// What a survey is broken down by: what everybody has exactly one value of.
pub const CUTS: [Cut; 6] =
    [Cut::Sex, Cut::Ethnicity, Cut::Send, Cut::Vulnerabilities, Cut::Ward, Cut::School];

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The year in whose summer they left.
    pub summer: i16,
    pub by: Cut,
    /// The leavers of one school alone, by its number.
    pub school: Option<String>,
    /// Counted from what was recorded by the end of this day.
    pub known_on: Option<Day>,
}

/// One destination of one year group. Units: people, percent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    #[serde(skip)]
    pub destination: Destination,
    pub name: &'static str,
    pub label: &'static str,
    pub people: u64,
    pub percent: Option<f64>,
    /// The year before, as known when it was sent and as known when this year is.
    pub before_sent: Option<f64>,
    pub before_now: Option<f64>,
    /// Units: points; this year less the year before as it was sent.
    pub change: Option<f64>,
    /// By the values of the cut, in the order of the table's columns.
    pub cells: Vec<u64>,
    /// The year before, as its percentages are of.
    #[serde(skip)]
    people_sent: u64,
    #[serde(skip)]
    people_then: u64,
}

/// One year group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    pub year: i16,
    pub people: u64,
    /// Values of the cut with their labels and how many people they hold.
    pub columns: Vec<(String, String, u64)>,
    pub rows: Vec<Row>,
}

/// The survey of one summer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Survey {
    pub summer: i16,
    pub day: String,
    pub edition: String,
    pub edition_before: String,
    pub known_on: Option<String>,
    /// Who alone is counted, where the reach of who asked is not everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<String>,
    /// The day by which the year before counts as sent.
    pub sent_by: String,
    pub by: &'static str,
    #[serde(skip)]
    pub cut: Option<Cut>,
    pub source: &'static str,
    pub tables: Vec<Table>,
}

/// Said beside every table.
pub const SOURCE: &str = "Annual activity survey: the situation on 1 November of those who left in the summer, confirmed in time; sent by the end of January. Years 12 and 13 are counted the same way";

/// What a summer's leavers are counted from, as it is known at a moment.
pub(crate) struct Loaded {
    pub cohort: Cohort,
    edition: &'static Edition,
    authority: Option<String>,
    /// The month whose end the count day follows.
    span: Span,
}

impl Loaded {
    pub(crate) async fn load(tx: &mut Tx, moment: Moment, summer: i16) -> Result<Self, Wrong> {
        let day = count_day(summer);
        let edition = editions().on(day);
        let edition = edition.ok_or_else(|| Wrong::Failed("No edition is known at all.".into()))?;
        let october = Month::of(day).plus(-1);
        let days = Some((october.last_day(), day));
        let narrow = Narrow { born: Some(births(summer)), days, people: None };
        Ok(Self {
            cohort: whole(tx, moment, &narrow).await?,
            edition,
            authority: organisations::setting(tx, "la_code").await?,
            span: Span::one(october),
        })
    }

    pub(crate) fn asked<'a>(&'a self, within: Option<&'a [bool]>) -> Asked<'a> {
        Asked {
            cohort: &self.cohort,
            edition: self.edition,
            basis: self.edition.measure.basis,
            authority: self.authority.as_deref(),
            span: self.span,
            within,
            believed: None,
        }
    }
}

/// A survey as it is counted at one moment.
struct Taken {
    counts: Counts,
    labels: Labels,
    edition: &'static Edition,
}

async fn taken(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
    (summer, known_on): (i16, Option<Day>),
) -> Result<Taken, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let moment = match known_on {
        None => Moment::Now,
        Some(day) => Moment::After(changes::latest_at(&mut tx, &ctx.end_of(day)).await?),
    };
    let loaded = Loaded::load(&mut tx, moment, summer).await?;
    let cohort = &loaded.cohort;
    let reached: Option<BTreeSet<i64>> =
        admitted(&mut tx, &actor.scope).await?.map(|ids| ids.into_iter().collect());
    let within: Vec<bool> = (0..cohort.len())
        .map(|p| {
            let id = cohort.people.id.get(p).copied().unwrap_or_default();
            let school = question.school.as_deref();
            reached.as_ref().is_none_or(|reached| reached.contains(&id))
                && school.is_none_or(|school| cohort.people.school.text(p) == school)
        })
        .collect();
    let labels = Labels::load(&mut tx, &[question.by]).await?;
    let counts = count(loaded.asked(Some(&within)), summer, Some(question.by));
    Ok(Taken { counts, labels, edition: loaded.edition })
}

/// Counts the survey of a summer within the reader's reach, beside that of the summer before.
///
/// Errors: refused for who does not see what single people do, or what the survey is cut by, and for a
/// summer whose 1 November has not come.
pub async fn survey(ctx: &Context, actor: &Actor, question: &Question) -> Result<Survey, Wrong> {
    may(actor, Act::ViewFigures, Purpose::Strategy)?;
    may_open(actor)?;
    may_cut(actor, &[question.by])?;
    if !CUTS.contains(&question.by) {
        let names = CUTS.map(Cut::name).join(", ");
        return Err(Wrong::refused(format!("A survey is broken down by one of {names}.")));
    }
    let day = count_day(question.summer);
    if question.summer < 2000 || day > ctx.today() {
        return Err(Wrong::refused(
            "The 1 November of that year has not come, or is too long ago.",
        ));
    }
    let before = question.summer - 1;
    let now = taken(ctx, actor, question, (question.summer, question.known_on)).await?;
    let sent = taken(ctx, actor, question, (before, Some(sent_by(before)))).await?;
    let then = taken(ctx, actor, question, (before, question.known_on)).await?;
    let mut tx = ctx.db.begin_read().await?;
    let reach = crate::reach::words(&mut tx, &actor.scope).await?;
    drop(tx);
    Ok(Survey {
        summer: question.summer,
        day: day.to_string(),
        edition: now.edition.name.clone(),
        edition_before: then.edition.name.clone(),
        known_on: question.known_on.map(|day| day.to_string()),
        reach,
        sent_by: sent_by(before).to_string(),
        by: question.by.name(),
        cut: Some(question.by),
        source: SOURCE,
        tables: YEARS.map(|year| table(year, question.by, &now, (&sent, &then))).to_vec(),
    })
}

/// The schools that a survey can be held to, by number and name.
pub async fn schools(ctx: &Context) -> Result<Vec<(String, String)>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let all = organisations::all(&mut tx).await?.into_iter();
    Ok(all.filter(|one| one.kind == "school").map(|one| (one.id, one.name)).collect())
}

fn people(counts: &Counts, of: impl Fn(i16, Destination, &str) -> bool) -> u64 {
    let taken =
        counts.iter().filter(|((year, destination, value), _)| of(*year, *destination, value));
    taken.map(|(_, people)| people).sum()
}

fn table(year: i16, cut: Cut, now: &Taken, (sent, then): (&Taken, &Taken)) -> Table {
    let of_year = |counts: &Counts| people(counts, |y, _, _| y == year);
    let values: BTreeSet<&str> =
        now.counts.keys().filter(|key| key.0 == year).map(|key| key.2.as_str()).collect();
    let all = of_year(&now.counts);
    let went = |taken: &Taken, destination: Destination| {
        people(&taken.counts, |y, d, _| y == year && d == destination)
    };
    let share = |taken: &Taken, of: u64| Percent { of, all: of_year(&taken.counts) }.value();
    let rows = Destination::ALL.iter().map(|destination| {
        let cell = |value: &&str| {
            people(&now.counts, |y, d, v| y == year && d == *destination && v == *value)
        };
        let [mine, was_sent, was] = [now, sent, then].map(|taken| went(taken, *destination));
        let (percent_now, before_sent) = (share(now, mine), share(sent, was_sent));
        Row {
            destination: *destination,
            name: destination.word(),
            label: destination.label(),
            people: mine,
            percent: percent_now,
            before_sent,
            before_now: share(then, was),
            change: percent_now.zip(before_sent).map(|(now, then)| now - then),
            cells: values.iter().map(cell).collect(),
            people_sent: was_sent,
            people_then: was,
        }
    });
    let columns = values.iter().map(|value| {
        let label = now.labels.of(cut, value, now.edition);
        let ward = geography().ward_name(value).filter(|_| cut == Cut::Ward);
        let label = ward.map_or(label, str::to_owned);
        let people = people(&now.counts, |y, _, v| y == year && v == *value);
        ((*value).to_owned(), label, people)
    });
    Table { year, people: all, columns: columns.collect(), rows: rows.collect() }
}

/// The rows of a file: a line for each year group, destination and value of the cut, and one for all of
/// them. Counts under [`FEW`] are left empty, with as many others as would give them away.
pub fn sheet(found: &Survey) -> Sheet {
    let columns = [
        "year_group",
        "destination",
        "label",
        found.by,
        "leavers",
        "people",
        "percent",
        "year_before_as_sent_percent",
        "year_before_as_known_percent",
        "change_points",
    ];
    Sheet {
        name: format!("Survey {}", found.summer),
        columns: columns.map(str::to_owned).to_vec(),
        rows: found.tables.iter().flat_map(lines).collect(),
    }
}

/// What may not be told of a table: by row, the values of the cut and then all of them.
fn left_out(table: &Table) -> LeftOut {
    let cells: Vec<Vec<u64>> = table.rows.iter().map(|row| row.cells.clone()).collect();
    let whole: Vec<u64> = table.rows.iter().map(|row| row.people).collect();
    let columns = table.columns.len();
    Exact::new(&cells).and_then(|exact| exact.suppress(FEW)).unwrap_or_else(|| {
        // No breakdown stands: all of them together, or nothing.
        let sums = alone(&whole, FEW);
        sums.into_iter().map(|out| [vec![true; columns], vec![out]].concat()).collect()
    })
}

fn lines(table: &Table) -> Vec<Vec<Cell>> {
    let count = |people: u64| Cell::Count(i64::try_from(people).unwrap_or(i64::MAX));
    let share = |value: Option<f64>, out: bool| match value {
        Some(value) if !out => Cell::Percent(value),
        _ => Cell::Empty,
    };
    let text = |words: &str| Cell::Text(words.to_owned());
    let (left_out, columns) = (left_out(table), table.columns.len());
    let of = |pick: fn(&Row) -> u64| -> Vec<bool> {
        alone(&table.rows.iter().map(pick).collect::<Vec<_>>(), FEW)
    };
    let (sent, then) = (of(|row| row.people_sent), of(|row| row.people_then));
    let mut lines = Vec::new();
    for (((row, out), sent), then) in table.rows.iter().zip(&left_out).zip(sent).zip(then) {
        let hidden = |at: usize| out.get(at).copied().unwrap_or(true);
        let line = |value: &str, (people, all): (u64, u64), out: bool| {
            let people_told = if out { Cell::Empty } else { count(people) };
            let year = Cell::Count(i64::from(table.year));
            let front =
                [year, text(row.name), text(row.label), text(value), count(all), people_told];
            let mut line = front.to_vec();
            line.push(share(Percent { of: people, all }.value(), out));
            line
        };
        let mut whole = line("all", (row.people, table.people), hidden(columns));
        whole.push(share(row.before_sent, sent));
        whole.push(share(row.before_now, then));
        whole.push(share(row.change, sent || hidden(columns)));
        lines.push(whole);
        for (at, ((_, label, all), people)) in table.columns.iter().zip(&row.cells).enumerate() {
            let mut one = line(label, (*people, *all), hidden(at));
            one.extend([Cell::Empty, Cell::Empty, Cell::Empty]);
            lines.push(one);
        }
    }
    lines
}

/// How a survey leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    Csv,
    Workbook,
}

/// A survey as a file that leaves, with its serial: whom it goes to is written down first.
///
/// Errors: as [`survey`], and refused without a receiver and a purpose.
pub async fn file(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
    (to, purpose, how): (&str, &str, As),
) -> Result<(i64, Vec<u8>), Wrong> {
    let found = survey(ctx, actor, question).await?;
    let month = Month::of(count_day(question.summer));
    let subject = subject(question);
    let words = if how == As::Csv { "CSV" } else { "workbook" };
    let about = (subject.as_str(), month);
    let serial = crate::packs::circulate_as(ctx, actor, about, (to, purpose, words)).await?;
    let about = (serial, actor.name.as_str(), purpose);
    let bytes = match how {
        As::Csv => on_csv(ctx, &found, about)?,
        As::Workbook => {
            let mut lines = stamp(ctx, &found, about).lines();
            lines.push(("for".to_owned(), to.to_owned()));
            lines.push(("source".to_owned(), SOURCE.to_owned()));
            lines.push(("edition".to_owned(), found.edition.clone()));
            lines.push((
                "handling".to_owned(),
                "Counts under 5, and others that would give them away, are left empty.".to_owned(),
            ));
            workbook(&lines, &[sheet(&found)]).map_err(unwritten)?
        }
    };
    Ok((serial, bytes))
}

/// What the circulation of a survey is kept under.
fn subject(question: &Question) -> String {
    format!("survey:{}", question.school.as_deref().unwrap_or_default())
}

/// Its serial, who has it made, what for.
fn stamp(ctx: &Context, found: &Survey, (serial, by, purpose): (i64, &str, &str)) -> Stamp {
    let what = format!("activity survey of the leavers of {}", found.summer);
    Stamp::now(ctx, (&what, Register::Circulation, serial), (by, purpose), "")
        .within(found.reach.as_deref())
}

fn on_csv(ctx: &Context, found: &Survey, about: (i64, &str, &str)) -> Result<Vec<u8>, Wrong> {
    Ok(stamp(ctx, found, about).on_csv(&tame_csv(&sheet(found)).map_err(unwritten)?))
}

fn unwritten(why: String) -> Wrong {
    Wrong::Failed(format!("the survey cannot be written: {why}"))
}
