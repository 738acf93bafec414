//! Published tables: what was published, what a month's tables would look like and whether they hold,
//! and publishing them. The attack and the rounding are `domain::disclosure`'s.

use crate::http::{
    Edge, Frame, Page, PageError, Path, Posted, Query, frame::Section, session::SignedIn,
};
use crate::pages::ahead::tabs;
use crate::pages::parts::{Choice, Tab, count};
use app::releases::{self, Draft, PublicTable};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use domain::access::{Act, decide};
use domain::calendar::Month;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "releases/list.html")]
pub struct ListPage {
    frame: Frame,
    tabs: Vec<Tab>,
    may_make: bool,
    months: Vec<Choice>,
    releases: Vec<Draft>,
}

#[derive(Template)]
#[template(path = "releases/show.html")]
pub struct ShowPage {
    frame: Frame,
    draft: Draft,
    verdict: String,
    may_publish: bool,
    tables: Vec<Shown>,
}

/// A table with an id of its own on the page.
struct Shown {
    id: String,
    table: PublicTable,
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<ListPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let last = Month::of(edge.ctx().today()).plus(-1);
    Ok(Page(ListPage {
        frame: frame.named("Published tables", Section::Reports),
        tabs: tabs(actor, "/releases"),
        may_make: decide(actor, Act::MonthEnd).allowed,
        months: (0..24)
            .map(|back| last.plus(-back))
            .map(|m| Choice::new(&m.to_string(), &m.words(), m == last))
            .collect(),
        releases: releases::list(edge.ctx(), actor).await?,
    }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AskedMonth {
    month: String,
}

pub async fn draft(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<AskedMonth>,
) -> Result<Page<ShowPage>, PageError> {
    let actor = who.may(Act::MonthEnd)?;
    let draft = releases::draft(edge.ctx(), actor, month(&asked.month)?).await?;
    let may_publish = decide(actor, Act::SignOff).allowed && !draft.tables.is_empty();
    Ok(Page(show_page(frame.named("Tables to publish", Section::Reports), draft, may_publish)))
}

fn month(text: &str) -> Result<Month, PageError> {
    text.parse().map_err(|_| PageError::Refused("Type the month as 2026-09.".to_owned()))
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Page<ShowPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let found = releases::one(edge.ctx(), actor, id).await?.ok_or(PageError::NotFound)?;
    Ok(Page(show_page(frame.named("Published tables", Section::Reports), found, false)))
}

/// How the numbers are made, and how well the tables stood being worked backwards.
fn verdict(draft: &Draft) -> String {
    let least = match draft.least {
        None => "No count behind them is between 1 and 5.".to_owned(),
        Some(least) => format!(
            "{} behind them {} between 1 and 5; the one that is easiest to work out may still be any of {}{least} numbers.",
            if draft.attacked == 1 {
                "1 count".to_owned()
            } else {
                format!("{} counts", draft.attacked)
            },
            if draft.attacked == 1 { "is" } else { "are" },
            if least >= 9 { "at least " } else { "" },
        ),
    };
    let beside = match draft.before {
        0 => String::new(),
        1 => ", beside the release before".to_owned(),
        many => format!(", beside the {many} releases before"),
    };
    format!(
        "Every number is rounded to the nearest ten on its own; percentages are made of rounded numbers. \
         It was tried whether small counts can be worked out from these tables{beside}. {least}"
    )
}

fn show_page(frame: Frame, draft: Draft, may_publish: bool) -> ShowPage {
    let verdict = verdict(&draft);
    let tables = draft
        .tables
        .iter()
        .enumerate()
        .map(|(at, table)| Shown { id: format!("table-{at}"), table: parted(table) })
        .collect();
    ShowPage { frame, verdict, may_publish, tables, draft }
}

/// A table for reading: its counts with their thousands parted, which the file leaves whole for machines.
fn parted(table: &PublicTable) -> PublicTable {
    let mut table = table.clone();
    for cell in table.rows.iter_mut().flat_map(|row| row.iter_mut().skip(1)) {
        if let Ok(number) = cell.parse() {
            *cell = count(number);
        }
    }
    table
}

#[derive(Deserialize)]
pub struct PublishForm {
    month: String,
    hash: String,
    #[serde(default)]
    note: String,
}

pub async fn publish(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(form): Posted<PublishForm>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::SignOff)?;
    let about = (month(&form.month)?, form.hash.as_str());
    let id = releases::publish(edge.ctx(), actor, about, &form.note).await?;
    Ok(Redirect::to(&format!("/releases/{id}")))
}

pub async fn file(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let release = releases::file(edge.ctx(), actor, id).await?.ok_or(PageError::NotFound)?;
    let name =
        format!("attachment; filename=\"neet-not-known-{}-release-{id}.csv\"", release.month);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, release.content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_parted_for_reading_and_nothing_else_is_changed() {
        let row = ["2025", "1240", "6", "not shown", "–", "20410"].map(str::to_owned);
        let table = PublicTable { title: String::new(), by: String::new(), rows: vec![row] };
        let told = ["2025", "1,240", "6", "not shown", "–", "20,410"];
        assert_eq!(parted(&table).rows, [told.map(str::to_owned)]);
    }

    #[test]
    fn how_the_tables_stood_is_said_in_plain_words() {
        let draft = |attacked, least, before| Draft {
            id: 0,
            month: "2025-10".parse().unwrap(),
            edition: String::new(),
            tables: Vec::new(),
            coarsened: Vec::new(),
            attacked,
            least,
            before,
            hash: String::new(),
            note: String::new(),
            at: String::new(),
            account_name: String::new(),
        };
        let said = verdict(&draft(0, None, 0));
        assert!(said.ends_with("these tables. No count behind them is between 1 and 5."), "{said}");
        let said = verdict(&draft(1, Some(4), 1));
        let wanted = "these tables, beside the release before. 1 count behind them is between 1 and 5; \
                      the one that is easiest to work out may still be any of 4 numbers.";
        assert!(said.ends_with(wanted), "{said}");
        let said = verdict(&draft(12, Some(9), 3));
        assert!(said.contains("beside the 3 releases before. 12 counts behind them are"), "{said}");
        assert!(said.ends_with("any of at least 9 numbers."), "{said}");
    }
}
