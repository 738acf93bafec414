//! Leavers, offers and caseloads: four reports of one look. What there is to say comes first, then a table whose
//! counts open into people, and the table as a file. The counts are `app::leavers`'.

use crate::http::{Edge, Frame, Page, PageError, Query, SignedIn, frame::Section};
use crate::pages::ahead::tabs;
use crate::pages::figures::coded;
use crate::pages::parts::{Choice, Pager, Tab, count, page_of};
use app::leavers::{
    Asked, By, Head, Report, Row, Which, file as written, people as listed, report,
};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::access::{Act, Actor};
use domain::calendar::{parse_day, shown};
use domain::measure::tenths;
use serde::Deserialize;

const PER_PAGE: usize = 50;

/// In an address: those who belong to no provider, school or adviser.
const NOBODYS: &str = "-";

/// What the address says. Nothing in it is about a person.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Only where the address itself does not say it.
    report: String,
    by: String,
    period: String,
    /// The row, where it is not everybody.
    row: String,
    /// The column's name, where it is not all of them.
    column: String,
    page: String,
}

#[derive(Template)]
#[template(path = "reports/leavers.html")]
pub struct View {
    frame: Frame,
    tabs: Vec<Tab>,
    reports: Vec<Tab>,
    first: String,
    dated: String,
    /// The page itself.
    action: String,
    periods: Vec<Choice>,
    bys: Vec<Choice>,
    by: &'static str,
    caption: &'static str,
    columns: Vec<&'static str>,
    beside: Vec<&'static str>,
    rows: Vec<Line>,
    file: String,
    counted: &'static str,
}

struct Line {
    label: String,
    cells: Vec<Cell>,
    beside: Vec<(&'static str, String)>,
}

struct Cell {
    head: &'static str,
    count: String,
    /// The people counted; empty where there are none to show.
    href: String,
}

#[derive(Template)]
#[template(path = "reports/leavers_people.html")]
pub struct PeopleView {
    frame: Frame,
    back: String,
    title: &'static str,
    part: String,
    /// Whether somebody may be counted more than once in the table.
    often: bool,
    total: String,
    rows: Vec<(i64, String)>,
    pager: Pager,
}

pub async fn leaving(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Page<View>, PageError> {
    show(&edge, who.may(Act::ViewFigures)?, frame, (Which::Leaving, &wanted)).await
}

pub async fn intended(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Page<View>, PageError> {
    show(&edge, who.may(Act::ViewFigures)?, frame, (Which::Intended, &wanted)).await
}

pub async fn offers(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Page<View>, PageError> {
    show(&edge, who.may(Act::ViewFigures)?, frame, (Which::Offers, &wanted)).await
}

pub async fn caseloads(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Page<View>, PageError> {
    show(&edge, who.may(Act::ViewFigures)?, frame, (Which::Caseloads, &wanted)).await
}

async fn show(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    (which, wanted): (Which, &Wanted),
) -> Result<Page<View>, PageError> {
    let today = edge.ctx().today();
    let asked = Asked::read(which, &wanted.by, &wanted.period, today)?;
    let found = report(edge.ctx(), actor, &asked).await?;
    let periods = Asked::periods(which, today).into_iter();
    let choice = |by: &By| Choice::new(by.name(), by.label(), *by == asked.by);
    Ok(Page(View {
        frame: frame.named(which.title(), Section::Reports),
        tabs: tabs(actor, address(Which::Leaving)),
        reports: reports(which),
        first: found.first.clone(),
        dated: dated(&found),
        action: address(which).to_owned(),
        periods: periods
            .map(|one| Choice::new(&one.name, &one.words, one.name == asked.period.name))
            .collect(),
        bys: which.bys().iter().map(choice).collect(),
        by: asked.by.label(),
        caption: which.title(),
        columns: found.columns.iter().map(|head| head.label).collect(),
        beside: found.beside.iter().map(|head| head.label).collect(),
        rows: lines(&asked, &found),
        file: format!("/reports/leavers/file?{}", query(&asked)),
        counted: found.counted,
    }))
}

const fn address(which: Which) -> &'static str {
    match which {
        Which::Leaving => "/reports/leaving",
        Which::Intended => "/reports/intended",
        Which::Offers => "/reports/offers",
        Which::Caseloads => "/reports/caseloads",
    }
}

/// The reports of this look.
fn reports(current: Which) -> Vec<Tab> {
    let tab = |which: Which| Tab {
        words: which.title().to_owned(),
        count: None,
        href: address(which).to_owned(),
        current: which == current,
    };
    Which::ALL.map(tab).to_vec()
}

fn dated(found: &Report) -> String {
    let day = |text: &str| parse_day(text).map_or_else(String::new, shown);
    let within = super::within(found.reach.as_deref());
    match found.from == found.to {
        true => format!("{}{within}", day(&found.from)),
        false => format!("{}, {} to {}{within}", found.period, day(&found.from), day(&found.to)),
    }
}

/// The question as an address has it.
fn query(asked: &Asked) -> String {
    let (report, by) = (asked.which.name(), asked.by.name());
    format!("report={report}&by={by}&period={}", coded(&asked.period.name))
}

fn lines(asked: &Asked, found: &Report) -> Vec<Line> {
    let people = format!("/reports/leavers/people?{}", query(asked));
    let line = |row: &Row, whose: &str| {
        let cell = |head: &Head, people_of: &str, of: u64| Cell {
            head: head.label,
            count: number(of),
            href: match of {
                0 => String::new(),
                _ => format!("{people}{whose}{people_of}"),
            },
        };
        let cells = found.columns.iter().zip(&row.cells);
        let mut cells: Vec<Cell> =
            cells.map(|(head, of)| cell(head, &format!("&column={}", head.name), *of)).collect();
        cells.push(cell(&Head { name: "all", label: "All" }, "", row.all));
        let beside = found.beside.iter().zip(&row.beside);
        Line {
            label: row.label.clone(),
            cells,
            beside: beside.map(|(head, value)| (head.label, figure(head, *value))).collect(),
        }
    };
    let of_row = |row: &Row| {
        let key = if row.key.is_empty() { NOBODYS } else { row.key.as_str() };
        line(row, &format!("&row={}", coded(key)))
    };
    std::iter::once(line(&found.whole, "")).chain(found.rows.iter().map(of_row)).collect()
}

fn number(of: u64) -> String {
    count(usize::try_from(of).unwrap_or(usize::MAX))
}

/// A figure with one decimal; a whole one without, unless it is a share, which all stand in one column.
fn figure(head: &Head, value: Option<f64>) -> String {
    value.map_or_else(
        || "–".to_owned(),
        |value| {
            let text = tenths(value);
            if head.name.ends_with("_percent") {
                return text;
            }
            text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
        },
    )
}

fn asked(edge: &Edge, wanted: &Wanted) -> Result<Asked, PageError> {
    let which = Which::from_name(&wanted.report).ok_or(PageError::NotFound)?;
    Ok(Asked::read(which, &wanted.by, &wanted.period, edge.ctx().today())?)
}

/// The people of one count, by name, a page at a time. Showing them is remembered.
pub async fn people(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Page<PeopleView>, PageError> {
    who.may(Act::ViewFigures)?;
    let actor = who.may(Act::ViewPeople)?;
    let asked = asked(&edge, &wanted)?;
    let row = match wanted.row.as_str() {
        "" => None,
        NOBODYS => Some(""),
        key => Some(key),
    };
    let column = Some(wanted.column.as_str()).filter(|name| !name.is_empty());
    let (page, part) = page_of(&wanted.page, PER_PAGE);
    let found = listed(edge.ctx(), actor, &asked, (row, column), part).await?;
    Ok(Page(PeopleView {
        frame: frame.named(asked.which.title(), Section::Reports),
        back: format!("{}?{}", address(asked.which), query(&asked)),
        title: asked.which.title(),
        part: match (row.is_none() && column.is_none(), found.labels.is_empty()) {
            (true, _) => "Everybody".to_owned(),
            // The address of a row that nobody is counted in any more.
            (false, true) => "Nobody".to_owned(),
            (false, false) => found.labels.join(", "),
        },
        often: matches!(asked.which, Which::Leaving | Which::Offers),
        total: count(found.total),
        rows: found.shown,
        pager: Pager {
            page,
            per_page: PER_PAGE,
            total: found.total,
            address: format!(
                "/reports/leavers/people?{}&row={}&column={}&",
                query(&asked),
                coded(&wanted.row),
                coded(&wanted.column)
            ),
        },
    }))
}

/// The table as its reader is told it.
pub async fn file(
    State(edge): State<Edge>,
    who: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let asked = asked(&edge, &wanted)?;
    let bytes = written(edge.ctx(), actor, &asked).await?;
    let (name, from) = (asked.which.name(), asked.period.from);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}-{from}.csv\"")),
    ];
    Ok((headers, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_figures_have_no_decimal_and_shares_have_one() {
        let words = |name| {
            let head = Head { name, label: name };
            [Some(11.5), Some(100.0), Some(33.333), None].map(|value| figure(&head, value))
        };
        assert_eq!(words("median_days"), ["11.5", "100", "33.3", "–"]);
        assert_eq!(words("as_intended_percent"), ["11.5", "100.0", "33.3", "–"]);
    }
}
