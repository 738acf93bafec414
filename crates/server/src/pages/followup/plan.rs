//! The tracking plan: the months of a school year with what is due in each, what is not known by month, planned against
//! counted, and the council's own entries. What is due and how it stands is `app::tracking`'s.

use crate::charts::{Line, Series, Svg, Unit, Words};
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, Query, SignedIn, frame::Section};
use crate::pages::parts::{Choice, DateFields, Errors, Tone, count};
use crate::pages::people::day_of;
use app::Wrong;
use app::tracking::{self, Item, MonthOfPlan, NewEntry, OfKind, TrackingPlan};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor, decide};
use domain::calendar::{
    AcademicYear, Day, Month, month_name, parse_day, shown, shown_short as short,
};
use domain::measure::tenths;
use domain::tracking::{State as Standing, apart, judgeable};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "followup/plan.html")]
struct View {
    frame: Frame,
    errors: Errors,
    year: String,
    start: i16,
    dated: String,
    lead: String,
    cliff: String,
    /// From which month on what lapses is not reckoned.
    unreckoned: String,
    chart_title: String,
    chart: Option<Svg>,
    months: Vec<MonthRow>,
    /// Who takes part, lapsed, lapsing and not known, and who is younger, by kind of programme.
    programmes: Vec<(String, [String; 5])>,
    items: Vec<ItemRow>,
    /// Whether the reader adds entries and says what is done.
    keeps: bool,
    /// Whether the reader may open the deliveries.
    deliveries: bool,
    typed: Typed,
    due: DateFields,
    measures: Vec<Choice>,
}

struct MonthRow {
    month: String,
    counts: bool,
    /// What is due, and whether it is done or late.
    due: Vec<Due>,
    deliveries: String,
    planned: String,
    counted: String,
    lapsing: String,
}

struct Due {
    /// The day with its month: beside a bare number the words read as so many of them.
    day: String,
    title: String,
    mark: &'static str,
    tone: Tone,
}

struct ItemRow {
    key: String,
    /// As addresses and forms have it.
    day: String,
    due: String,
    title: String,
    owner: String,
    by: String,
    state: (String, Tone),
    done_by: String,
    said: bool,
    done: bool,
    own: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The calendar year in which the school year begins.
    year: String,
}

/// An entry as typed, with the year of the page it was typed on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    year: String,
    title: String,
    owner: String,
    measure: String,
    level: String,
    #[serde(rename = "due-day")]
    day: String,
    #[serde(rename = "due-month")]
    month: String,
    #[serde(rename = "due-year")]
    due_year: String,
}

impl Typed {
    fn due(&self) -> DateFields {
        DateFields::of(&self.day, &self.month, &self.due_year)
    }

    fn meant(&self) -> Result<NewEntry, Errors> {
        let mut errors = Errors::default();
        let due = day_of(&mut errors, "due", self.due(), "The day");
        let level = self.level.trim().trim_end_matches('%').trim();
        let level_percent = level.parse::<f64>().ok();
        if !level.is_empty() && level_percent.is_none() {
            errors.add("level", "Enter a percentage, like 3.5");
        }
        let entry = NewEntry {
            title: self.title.clone(),
            due,
            owner: self.owner.clone(),
            measure: self.measure.clone(),
            level_percent,
        };
        if errors.is_empty() { Ok(entry) } else { Err(errors) }
    }
}

/// The year asked for; this one where nothing is or no number was.
fn year(text: &str, edge: &Edge) -> AcademicYear {
    let now = AcademicYear::of(edge.ctx().today());
    text.parse().map_or(now, AcademicYear::starting)
}

pub async fn plan(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewFollowUp)?;
    let year = year(&asked.year, &edge);
    draw(&edge, actor, frame, year, (Typed::default(), Errors::default())).await
}

pub async fn add(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let errors = match typed.meant() {
        Err(errors) => errors,
        Ok(entry) => match tracking::add(edge.ctx(), actor, &entry).await {
            Ok(_) => {
                let at = entry.due.unwrap_or_else(|| edge.ctx().today());
                let year = AcademicYear::of(at).start_year();
                return Ok(Redirect::to(&format!("/follow-up/plan?year={year}")).into_response());
            }
            Err(Wrong::Refused(sentence)) => {
                let mut errors = Errors::default();
                errors.add(about(&sentence), sentence);
                errors
            }
            Err(broken) => return Err(broken.into()),
        },
    };
    let year = year(&typed.year, &edge);
    draw(&edge, actor, frame, year, (typed, errors)).await
}

/// The field that a refused entry is about.
fn about(sentence: &str) -> &'static str {
    let fields =
        [("what is due", "title"), ("whose", "owner"), ("day", "due"), ("figure", "measure")];
    fields.iter().find(|(words, _)| sentence.contains(words)).map_or("level", |(_, field)| *field)
}

/// Which entry is said to be done, or not to be.
#[derive(Debug, Deserialize)]
pub struct Said {
    key: String,
    due: String,
    done: String,
}

pub async fn say(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(said): Posted<Said>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let due = parse_day(&said.due).ok_or_else(|| PageError::BadForm("due is no day".into()))?;
    tracking::say(edge.ctx(), actor, (&said.key, due), said.done == "yes").await?;
    let year = AcademicYear::of(due).start_year();
    Ok(Redirect::to(&format!("/follow-up/plan?year={year}#what")))
}

pub async fn end(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    tracking::end(edge.ctx(), who.may(Act::RatePlan)?, id).await?;
    Ok(Redirect::to("/follow-up/plan"))
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    year: AcademicYear,
    (typed, errors): (Typed, Errors),
) -> Result<Response, PageError> {
    let found = tracking::plan(edge.ctx(), actor, year).await?;
    let may = |act| decide(actor, act).allowed;
    let first = Choice::new("", "None: somebody says that it is done", typed.measure.is_empty());
    let measures = judgeable().map(|m| Choice::new(m.name, m.title, m.name == typed.measure));
    let chart_title = chart_title(&found);
    let frame = frame.named("Tracking plan", Section::FollowUp).with_errors(!errors.is_empty());
    Ok(Page(View {
        frame,
        errors,
        year: found.year.to_string(),
        start: found.year.start_year(),
        dated: format!("{}, {} edition", shown(found.as_of), found.edition),
        lead: lead(&found),
        cliff: found.cliff.map_or_else(String::new, cliff),
        unreckoned: found.unreckoned.map_or_else(String::new, unreckoned),
        chart: chart(&found, &chart_title),
        chart_title,
        months: found.months.iter().map(|month| month_row(month, &found.items)).collect(),
        programmes: found.programmes.iter().map(programme_row).collect(),
        items: found.items.iter().map(item_row).collect(),
        keeps: may(Act::RatePlan),
        deliveries: may(Act::Administer),
        due: typed.due(),
        measures: std::iter::once(first).chain(measures).collect(),
        typed,
    })
    .into_response())
}

fn programme_row(one: &OfKind) -> (String, [String; 5]) {
    let numbers = [one.people, one.lapsed, one.lapsing, one.not_known, one.younger];
    (one.label.clone(), numbers.map(count))
}

fn lead(found: &TrackingPlan) -> String {
    let all = found.items.len();
    let of = |is: fn(Standing) -> bool| found.items.iter().filter(|i| is(i.state)).count();
    let (done, late) = (of(Standing::is_done), of(Standing::is_late));
    let year = found.year;
    format!("Of {all} things due in the school year {year}, {done} are done and {late} are late.")
}

fn unreckoned(month: Month) -> String {
    format!("What lapses from {} on is not reckoned: it is too far ahead.", month.words())
}

fn cliff((goes_on, ends): (usize, usize)) -> String {
    format!(
        "When the school year ends {} records lapse although the course goes on, and {} lapse on courses \
         that end then, unless somebody confirms them or records what comes next.",
        count(goes_on),
        count(ends)
    )
}

fn points(value: f64) -> String {
    format!("{} %", tenths(value))
}

/// What the newest counted month says of the plan.
fn chart_title(found: &TrackingPlan) -> String {
    let newest = found.months.iter().rev().find_map(|m| Some((m, m.counted?)));
    match newest {
        None => "No month of this year is counted yet".to_owned(),
        Some((month, now)) => {
            let shown = match month.planned {
                Some(planned) if now > planned => format!("{} %", apart(now, planned)),
                _ => points(now),
            };
            let words = format!("Not known was {shown} at the end of {}", month.month.words());
            match month.planned {
                None => words,
                Some(planned) if now <= planned => {
                    format!("{words}, within the {} planned", points(planned))
                }
                Some(planned) => format!("{words}, above the {} planned", points(planned)),
            }
        }
    }
}

/// Nothing where there is nothing to draw.
fn chart(found: &TrackingPlan, title: &str) -> Option<Svg> {
    let of = |value: fn(&MonthOfPlan) -> Option<f64>| -> Vec<Option<f64>> {
        found.months.iter().map(value).collect()
    };
    let (counted, planned) = (of(|month| month.counted), of(|month| month.planned));
    let drawn = |values: &[Option<f64>]| values.iter().any(Option::is_some);
    let series: Vec<Series> = [("Not known", counted), ("Planned", planned)]
        .into_iter()
        .filter(|(_, values)| drawn(values))
        .map(|(name, values)| Series { name: name.to_owned(), values })
        .collect();
    if series.is_empty() {
        return None;
    }
    let label = |month: &MonthOfPlan| {
        let name = month_name(month.month.number());
        name.get(..3).unwrap_or(name).to_owned()
    };
    let labels = found.months.iter().map(label).collect();
    let line = Line { labels, series, targets: Vec::new(), unit: Unit::Percent };
    Some(line.draw(&Words::new("tracking", title, "The table has the numbers.")))
}

fn tone(state: Standing) -> Tone {
    match state {
        Standing::Done { late: true, .. } => Tone::Slow,
        state if state.is_done() => Tone::Good,
        state if state.is_late() => Tone::Bad,
        _ => Tone::Plain,
    }
}

fn day_and_month(day: Day) -> String {
    format!("{} {}", day.day(), month_name(day.month()))
}

fn month_row(month: &MonthOfPlan, items: &[Item]) -> MonthRow {
    let here = items.iter().filter(|item| Month::of(item.due) == month.month);
    let due = here.map(|item| Due {
        day: day_and_month(item.due),
        title: item.title.clone(),
        mark: match item.state {
            Standing::Done { late: true, .. } => "Done late",
            state if state.is_done() => "Done",
            state if state.is_late() => "Late",
            _ => "",
        },
        tone: tone(item.state),
    });
    let owed = month.owed;
    MonthRow {
        month: month.month.words(),
        counts: month.counts,
        due: due.collect(),
        deliveries: match (owed.due, owed.missing) {
            (0, _) => String::new(),
            (due, 0) => format!("{} due, {} came", count(due), count(owed.came)),
            (due, missing) => {
                let (due, came) = (count(due), count(owed.came));
                format!("{due} due, {came} came, {} late", count(missing))
            }
        },
        planned: month.planned.map_or_else(String::new, points),
        counted: month.counted.map_or_else(String::new, points),
        lapsing: month.lapsing.map_or_else(String::new, count),
    }
}

fn item_row(item: &Item) -> ItemRow {
    ItemRow {
        key: item.key.clone(),
        day: item.due.to_string(),
        due: short(item.due),
        title: item.title.clone(),
        owner: item.owner.clone(),
        by: item.by.clone(),
        state: (item.state.words(), tone(item.state)),
        done_by: item.done_by.clone().unwrap_or_default(),
        said: item.said,
        done: item.state.is_done(),
        own: item.own,
    }
}
