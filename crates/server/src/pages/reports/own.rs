//! Own reports: made, saved, shared, counted within the reader's reach, taken as a file.

use crate::http::{
    Edge, Frame, Page, PageError, Path, Posted, Query, frame::Section, session::SignedIn,
    turned_away,
};
use crate::pages::ahead::tabs;
use crate::pages::parts::{Choice, Tab};
use app::Wrong;
use app::exports::{self, Stamp};
use app::measures::{Cell, Figures, Numbers, is_over, may_cut};
use app::reports::{self, Report, Run, Wish, counts};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::calendar::{Month, parse_day, shown};
use domain::measure::{Cut, DEFINITIONS, Unit};
use formats::parquet_out::parquet;
use formats::tables_out::workbook;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "reports/own.html")]
pub struct OwnPage {
    frame: Frame,
    tabs: Vec<Tab>,
    reports: Vec<Row>,
    measures: Vec<Choice>,
    cuts: Vec<Choice>,
    months: Vec<Choice>,
}

struct Row {
    id: i64,
    title: String,
    what: String,
    by: String,
    mine: bool,
    how: String,
    /// Why it is not counted, where a rule holds it up.
    held_up: Option<String>,
}

#[derive(Template)]
#[template(path = "reports/count.html")]
pub struct CountPage {
    frame: Frame,
    report: Report,
    mine: bool,
    may_end: bool,
    dated: String,
    /// Why nothing could be counted for the reader.
    held_up: Option<String>,
    month: String,
    months: Vec<Choice>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    more: usize,
    runs: Vec<(String, String, String)>,
}

/// Rows shown on the page; a file has all.
const SHOWN: usize = 200;

pub async fn own(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<OwnPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let all = reports::list(edge.ctx(), actor).await?;
    let row = |r: Report| Row {
        mine: r.account == actor.account_id(),
        what: counts(&r),
        held_up: reports::held_up(actor, &r),
        how: [(r.shared, "shared"), (r.scheduled, "counted every month")]
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, words)| *words)
            .collect::<Vec<_>>()
            .join(", "),
        id: r.id,
        title: r.title,
        by: r.account_name,
    };
    let mut cuts = vec![Choice::new("", "Nothing", true)];
    let open = Cut::ALL.iter().filter(|cut| may_cut(actor, &[**cut]).is_ok());
    cuts.extend(open.map(|cut| Choice::new(cut.name(), cut.label(), false)));
    Ok(Page(OwnPage {
        frame: frame.named("Own reports", Section::Reports),
        tabs: tabs(actor, "/reports/own"),
        reports: all.into_iter().map(row).collect(),
        measures: DEFINITIONS
            .iter()
            .map(|d| Choice::new(d.name, d.title, d.name == "neet"))
            .collect(),
        cuts,
        months: [1, 3, 6, 12, 13, 24, 36]
            .map(|n: i32| Choice::new(&n.to_string(), &format!("The last {n}"), n == 12))
            .to_vec(),
    }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SaveForm {
    title: String,
    measure: String,
    first: String,
    second: String,
    third: String,
    months: String,
    shared: String,
    scheduled: String,
}

pub async fn save(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(form): Posted<SaveForm>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let named = [&form.first, &form.second, &form.third].into_iter();
    // Without what was asked for it would be another report under the same title.
    let cut = |name: &String| {
        let known = Cut::from_name(name);
        known.ok_or_else(|| PageError::Refused(format!("Nothing is broken down by {name}.")))
    };
    let cuts = named.filter(|name| !name.is_empty()).map(cut);
    let cuts = cuts.collect::<Result<Vec<Cut>, PageError>>()?;
    let wish = Wish {
        title: form.title,
        measure: form.measure,
        cuts,
        months: form.months.parse().unwrap_or(0),
        shared: form.shared == "yes",
        scheduled: form.scheduled == "yes",
    };
    let id = reports::save(edge.ctx(), actor, &wish).await?;
    Ok(Redirect::to(&format!("/reports/own/{id}")))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    month: String,
    format: String,
}

fn month(edge: &Edge, asked: &Asked) -> Result<Month, PageError> {
    match asked.month.is_empty() {
        true => Ok(Month::of(edge.ctx().today()).plus(-1)),
        false => {
            let typed: Result<Month, _> = asked.month.parse();
            let month =
                typed.map_err(|_| PageError::Refused("Type the month as 2026-09.".into()))?;
            is_over(edge.ctx(), month)?;
            Ok(month)
        }
    }
}

pub async fn count(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let (report, runs) = reports::one(edge.ctx(), actor, id).await?.ok_or(PageError::NotFound)?;
    let month = month(&edge, &asked)?;
    let found = match reports::count(edge.ctx(), actor, &report, month).await {
        Ok(found) => Ok(found),
        // The report is still somebody's to read the runs of, and to end.
        Err(no @ (Wrong::Refused(_) | Wrong::Denied(_))) => Err(no),
        Err(wrong) => return Err(wrong.into()),
    };
    let (columns, mut rows) = found.as_ref().map(shown_rows).unwrap_or_default();
    let more = rows.len().saturating_sub(SHOWN);
    rows.truncate(SHOWN);
    let last = Month::of(edge.ctx().today()).plus(-1);
    let run = |run: Run| {
        let day = run.at.get(..10).and_then(parse_day).map_or_else(String::new, shown);
        let words = run.month.parse().map_or_else(|_| run.month.clone(), Month::words);
        (run.month, words, day)
    };
    let held_up = found.as_ref().err().map(ToString::to_string);
    let may_end = reports::may_end(edge.ctx(), actor, &report).await?;
    let mut answer = Page(CountPage {
        frame: frame.named(report.title.clone(), Section::Reports),
        mine: report.account == actor.account_id(),
        may_end,
        dated: match &found {
            Ok(found) => format!("{}, {}, {} edition", counts(&report), found.ages, found.edition),
            Err(_) => counts(&report),
        },
        held_up,
        month: month.to_string(),
        months: (0..24)
            .map(|back| last.plus(-back))
            .map(|m| Choice::new(&m.to_string(), &m.words(), m == month))
            .collect(),
        columns,
        rows,
        more,
        runs: runs.into_iter().map(run).collect(),
        report,
    })
    .into_response();
    // The page stands, and the audit has the denial as it has one that left alone.
    if let Err(Wrong::Denied(denial)) = &found {
        turned_away::mark(&mut answer, denial.why());
    }
    Ok(answer)
}

/// The mean of the count months, then the newest month first, as a page shows it.
fn shown_rows(found: &Figures) -> (Vec<String>, Vec<Vec<String>>) {
    let value = if found.unit == Unit::Percent { "Share" } else { "Mean" };
    let columns = ["Month", "What", "Young people", "Counted", "Of", value].map(str::to_owned);
    let in_words = |month: &str| month.parse().map_or_else(|_| month.to_owned(), Month::words);
    let mut rows = Vec::new();
    let mut add = |words: &str, total: &Numbers, cells: &[Cell]| {
        rows.push(shown_row((words, "All"), total, found.unit.word()));
        rows.extend(cells.iter().map(|cell| {
            shown_row((words, &reports::named_cell(cell)), &cell.numbers, found.unit.word())
        }));
    };
    if let Some((first, last)) = reports::mean_of(found) {
        let words = format!("Mean of {} to {}", in_words(first), in_words(last));
        add(&words, &found.total, &found.cells);
    }
    for month in found.series.iter().rev() {
        add(&in_words(&month.month), &month.total, &month.cells);
    }
    (columns.to_vec(), rows)
}

fn shown_row((words, label): (&str, &str), n: &Numbers, unit: &str) -> Vec<String> {
    vec![
        words.to_owned(),
        label.to_owned(),
        n.cohort.shown(),
        n.counted_shown(),
        if n.few { "–".to_owned() } else { n.denominator.shown() },
        match n.tells_value() {
            true => format!("{} {unit}", n.value_shown),
            false => "too few to say".to_owned(),
        },
    ]
}

pub async fn file(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let (report, _) = reports::one(edge.ctx(), actor, id).await?.ok_or(PageError::NotFound)?;
    let month = month(&edge, &asked)?;
    let found = reports::count(edge.ctx(), actor, &report, month).await?;
    let (kind, end) = match asked.format.as_str() {
        "parquet" => ("application/vnd.apache.parquet", "parquet"),
        "xlsx" => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        _ => ("text/csv; charset=utf-8", "csv"),
    };
    let what = format!("own-report:{id}:{month}:{end}");
    let purpose = format!("Reading figures: {}", report.title);
    // It holds counts and nobody: no second person has to agree.
    let about = reports::about(edge.ctx(), actor, &report, &found).await?;
    let taken = exports::let_go(edge.ctx(), actor, (&what, &purpose), 0, |stamp| {
        written((&report, &found), &stamp.saying(&about), end)
    })
    .await?;
    let name = format!("attachment; filename=\"report-{id}-{month}.{end}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, taken.bytes))
}

/// A counted report in a kind of file, with its stamp inside; where there is room, the definition too.
fn written(
    (report, found): (&Report, &Figures),
    stamp: &Stamp,
    end: &str,
) -> Result<Vec<u8>, Wrong> {
    let sheet = reports::sheet(report, found);
    let failed = |e: String| Wrong::Failed(format!("the report cannot be written: {e}"));
    let mut about = stamp.lines();
    about.push(("definition".to_owned(), found.definition.clone()));
    match end {
        "parquet" => Ok(parquet(&about, &sheet)),
        "xlsx" => workbook(&about, &[sheet]).map_err(failed),
        _ => Ok(stamp.on_csv(&exports::tame_csv(&sheet).map_err(failed)?)),
    }
}

/// A frozen run, as it was counted.
pub async fn run(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, month)): Path<(i64, String)>,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let (report, runs) = reports::one(edge.ctx(), actor, id).await?.ok_or(PageError::NotFound)?;
    let run = runs.into_iter().find(|run| run.month == month).ok_or(PageError::NotFound)?;
    let what = format!("own-report:{id}:{month}:run");
    let purpose = format!("Reading figures: {}", report.title);
    let taken = exports::let_go(edge.ctx(), actor, (&what, &purpose), 0, |stamp| {
        Ok(stamp.on_csv(run.content.as_bytes()))
    })
    .await?;
    let name = format!("attachment; filename=\"report-{id}-{}.csv\"", run.month);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, taken.bytes))
}

pub async fn end(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    reports::end(edge.ctx(), actor, id).await?;
    Ok(Redirect::to("/reports/own"))
}
