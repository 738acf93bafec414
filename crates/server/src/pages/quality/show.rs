//! The shares, and the table of them as a file.

use super::{NOBODYS, Wanted};
use crate::http::{Edge, Frame, Page, PageError, Query, SignedIn, frame::Section};
use crate::pages::figures::coded;
use crate::pages::parts::{Choice, count};
use app::quality::{By, Line, Quality, months, quality, sheet};
use app::{Wrong, exports};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::access::Act;
use domain::calendar::shown;
use domain::measure::Percent;

/// Months that the page looks back.
const MONTHS: i32 = 6;

#[derive(Template)]
#[template(path = "quality/show.html")]
pub struct View {
    frame: Frame,
    /// What there is to say first.
    first: String,
    dated: String,
    known: String,
    bys: Vec<Choice>,
    by: &'static str,
    heads: Vec<&'static str>,
    rows: Vec<Row>,
    /// For each head its share; nothing unless it was asked for.
    months: Vec<(String, Vec<(&'static str, String)>)>,
    back: String,
    file: String,
}

struct Row {
    name: String,
    people: String,
    cells: Vec<Cell>,
}

struct Cell {
    head: &'static str,
    share: String,
    /// What it is sorted by.
    order: String,
    missing: String,
    /// Those who lack it; empty where nobody does.
    href: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(query): Query<Wanted>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let asked = query.asked(&edge)?;
    let found = quality(edge.ctx(), actor, asked).await?;
    let before = match query.view.as_str() {
        "months" => months(edge.ctx(), actor, MONTHS).await?,
        _ => Vec::new(),
    };
    let whole = row(&found, &found.whole, &query, "");
    let lines = found.lines.iter().map(|line| {
        let key = if line.key.is_empty() { NOBODYS } else { line.key.as_str() };
        row(&found, line, &query, key)
    });
    let heads: Vec<&'static str> = found.facts.iter().map(|fact| fact.label()).collect();
    let of_month = |line: &Line| -> Vec<(&'static str, String)> {
        heads.iter().copied().zip(line.shares.iter().map(|share| percent(*share))).collect()
    };
    Ok(Page(View {
        frame: frame.named("How complete the records are", Section::Figures),
        first: weakest(&found),
        dated: format!(
            "{} young people of the return’s ages on {}, as known on that day, {} edition",
            count(whole_number(found.whole.people)),
            shown(found.day),
            found.edition
        ),
        known: query.known.clone(),
        bys: By::ALL.map(|by| Choice::new(by.name(), by.label(), by == asked.by)).to_vec(),
        by: asked.by.label(),
        rows: std::iter::once(whole).chain(lines).collect(),
        months: before.iter().map(|(month, line)| (month.words(), of_month(line))).collect(),
        heads,
        back: format!("{}&view=months", query.href("")),
        file: query.href("/file"),
    }))
}

/// The table, counts of everybody and of nobody by name.
pub async fn file(
    State(edge): State<Edge>,
    who: SignedIn,
    Query(query): Query<Wanted>,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let asked = query.asked(&edge)?;
    let found = quality(edge.ctx(), actor, asked).await?;
    let what = format!("completeness:{}:{}", asked.by.name(), asked.day);
    // It holds counts and nobody: no second person has to agree.
    let about = (what.as_str(), "Completeness of the records");
    let taken = exports::let_go(edge.ctx(), actor, about, 0, |stamp| {
        let table = exports::tame_csv(&sheet(&found, asked.by));
        let table =
            table.map_err(|e| Wrong::Failed(format!("the table cannot be written: {e}")))?;
        Ok(stamp.on_csv(&table))
    })
    .await?;
    let name = format!("attachment; filename=\"completeness-{}.csv\"", asked.day);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, taken.bytes))
}

fn row(found: &Quality, line: &Line, query: &Wanted, key: &str) -> Row {
    let cell = |(fact, share): (&domain::quality::Fact, &Percent)| {
        let lacking = share.all.saturating_sub(share.of);
        let row = if key.is_empty() { String::new() } else { format!("&row={}", coded(key)) };
        Cell {
            head: fact.label(),
            share: percent(*share),
            order: share.value().map_or_else(String::new, |value| format!("{value:09.5}")),
            missing: count(whole_number(lacking)),
            href: match lacking {
                0 => String::new(),
                _ => format!("{}&fact={}{row}", query.href("/people"), fact.name()),
            },
        }
    };
    Row {
        name: line.name.clone(),
        people: count(whole_number(line.people)),
        cells: found.facts.iter().zip(&line.shares).map(cell).collect(),
    }
}

fn percent(share: Percent) -> String {
    share.value().map_or("none asked".to_owned(), |_| format!("{} %", share.shown()))
}

fn whole_number(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The fact that the smallest share of records has.
fn weakest(found: &Quality) -> String {
    let asked = found.facts.iter().zip(&found.whole.shares).filter(|(_, share)| share.all > 0);
    let value = |share: &Percent| share.value().unwrap_or(100.0);
    let least = asked.min_by(|a, b| value(a.1).total_cmp(&value(b.1)));
    match least {
        Some((fact, share)) if share.of < share.all => format!(
            "{} of {} records are without {}: that is what is missing most",
            count(whole_number(share.all - share.of)),
            count(whole_number(share.all)),
            fact.lacking()
        ),
        Some(_) => "Every record has all that is asked of it".to_owned(),
        None => "Nobody is tracked on this day".to_owned(),
    }
}
