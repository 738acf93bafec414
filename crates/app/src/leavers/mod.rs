//! Reports on those who left and on who looks after whom: how soon somebody was spoken with after they left, what
//! leavers of Year 11 intended beside what they do, what providers told of offers and of who never came, and each
//! adviser's caseload. What counts as what is `domain::leaver`'s and its neighbours'; here people are counted within
//! the reader's reach, and a count opens into them.
//!
//! Invariant: one counted is in one row and one column, and nobody is told a count who does not see what single people
//! do.

mod asked;
mod caseloads;
mod intended;
mod leaving;
mod offers;
mod table;

use domain::access::{Act, Actor, Purpose};
use formats::tables_out::{Cell, Sheet};
use serde::Serialize;

use crate::exports::{let_go, tame_csv};
use crate::measures::{may_open, names, reached};
use crate::permission::may;
use crate::{Context, Wrong};

pub use asked::{Asked, By, Period, Which};
use table::{Counted, rows};
pub use table::{Head, Row};

/// A report as it is shown, written and printed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    pub report: &'static str,
    /// What there is to say first.
    pub first: String,
    /// The days that are counted.
    pub from: String,
    pub to: String,
    pub period: String,
    pub by: &'static str,
    /// Who alone is counted, where the reach of who asked is not everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<String>,
    /// What parts the counts: everybody counted is in one of these.
    pub columns: Vec<Head>,
    /// What is told of each row besides.
    pub beside: Vec<Head>,
    /// Everybody.
    pub whole: Row,
    pub rows: Vec<Row>,
    /// How it is counted.
    pub counted: &'static str,
}

impl Report {
    /// Everybody, and each row.
    pub fn lines(&self) -> impl Iterator<Item = &Row> {
        std::iter::once(&self.whole).chain(&self.rows)
    }
}

/// A row, by its key; of all rows where none is named. A column by its name; all columns where none is named.
pub type Part<'a> = (Option<&'a str>, Option<&'a str>);

/// The people of a part of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct People {
    /// What the row and the column are called, as far as they are named.
    pub labels: Vec<String>,
    /// All whom the reader may see, on this page and others.
    pub total: usize,
    /// The numbers and names on this page.
    pub shown: Vec<(i64, String)>,
}

async fn count(ctx: &Context, actor: &Actor, asked: &Asked) -> Result<Counted, Wrong> {
    may(actor, Act::ViewFigures, Purpose::Strategy)?;
    // A school knows its leavers by name: a count of what few of them do tells what each does.
    may_open(actor)?;
    match asked.which {
        Which::Leaving => leaving::counted(ctx, actor, asked).await,
        Which::Intended => intended::counted(ctx, actor, asked).await,
        Which::Offers => offers::counted(ctx, actor, asked).await,
        Which::Caseloads => caseloads::counted(ctx, actor).await,
    }
}

/// Counts a report within the reader's reach.
///
/// Errors: refused where the reader reads no figures, or does not see what single people do or what else the report
/// tells.
pub async fn report(ctx: &Context, actor: &Actor, asked: &Asked) -> Result<Report, Wrong> {
    let found = count(ctx, actor, asked).await?;
    let mut tx = ctx.db.begin_read().await?;
    let reach = crate::reach::words(&mut tx, &actor.scope).await?;
    drop(tx);
    let (whole, rows) = rows(&found);
    Ok(Report {
        report: asked.which.name(),
        first: found.first,
        from: asked.period.from.to_string(),
        to: asked.period.to.to_string(),
        period: asked.period.words.clone(),
        by: asked.by.name(),
        reach,
        columns: found.columns,
        beside: found.beside,
        whole,
        rows,
        counted: asked.which.counted(),
    })
}

/// The people of a part of a report, a page of them by name. Whoever is named has an audit row. Of whom nobody knows
/// who they are nobody is named.
///
/// Errors: as [`report`], and refused where there is no such column.
pub async fn people(
    ctx: &Context,
    actor: &Actor,
    asked: &Asked,
    (row, column): Part<'_>,
    (skip, most): (usize, usize),
) -> Result<People, Wrong> {
    let found = count(ctx, actor, asked).await?;
    let place = |name: &str| {
        let at = found.columns.iter().position(|head| head.name == name);
        at.ok_or_else(|| Wrong::refused("There is no such column in this report."))
    };
    let column = column.map(place).transpose()?;
    let counted = |key: &&str| found.cases.iter().any(|case| case.row == *key);
    let of_row = row.filter(counted).map(|key| found.label(key));
    let of_column = column.and_then(|at| found.columns.get(at)).map(|head| head.label.to_owned());
    let wanted = found.cases.iter().filter(|case| {
        row.is_none_or(|row| case.row == row) && column.is_none_or(|column| case.column == column)
    });
    let mut ids: Vec<i64> = wanted.filter_map(|case| case.person).collect();
    ids.sort_unstable();
    ids.dedup();
    // Somebody may have left the reader's reach since they were counted.
    let still = reached(ctx, actor, &ids).await?;
    ids.retain(|id| still.contains(id));
    let total = ids.len();
    let shown: Vec<i64> = ids.into_iter().skip(skip).take(most).collect();
    let act = format!("shown in the report {}", asked.which.name());
    let names = names(ctx, actor, &act, &shown).await?;
    Ok(People {
        labels: of_row.into_iter().chain(of_column).collect(),
        total,
        shown: shown.into_iter().zip(names).collect(),
    })
}

/// A report as a table: everybody first, then its rows.
pub fn sheet(found: &Report) -> Sheet {
    let heads = found.columns.iter().map(|head| head.name);
    let beside = found.beside.iter().map(|head| head.name);
    let columns = [found.by].into_iter().chain(heads).chain(["all"]).chain(beside);
    let count = |people: u64| Cell::Count(i64::try_from(people).unwrap_or(i64::MAX));
    let line = |row: &Row| {
        let mut cells = vec![Cell::Text(row.label.clone())];
        cells.extend(row.cells.iter().copied().map(count));
        cells.push(count(row.all));
        cells.extend(row.beside.iter().map(|value| value.map_or(Cell::Empty, Cell::Number)));
        cells
    };
    Sheet {
        name: found.report.to_owned(),
        columns: columns.map(str::to_owned).collect(),
        rows: found.lines().map(line).collect(),
    }
}

/// The same as CSV.
pub fn as_csv(found: &Report) -> Result<Vec<u8>, Wrong> {
    tame_csv(&sheet(found)).map_err(|why| Wrong::Failed(format!("it cannot be written: {why}")))
}

/// A report as a file that somebody takes, as its reader is told it, under a serial.
pub async fn file(ctx: &Context, actor: &Actor, asked: &Asked) -> Result<Vec<u8>, Wrong> {
    let found = report(ctx, actor, asked).await?;
    let what = format!("report-{}:{}:{}", found.report, found.by, found.from);
    // It holds counts and nobody: no second person has to agree.
    let about = (what.as_str(), asked.which.title());
    let taken = let_go(ctx, actor, about, 0, |stamp| {
        Ok(stamp.clone().within(found.reach.as_deref()).on_csv(&as_csv(&found)?))
    })
    .await?;
    Ok(taken.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_row_is_no_formula_in_a_file() {
        let row = |label: &str| Row {
            key: String::new(),
            label: label.to_owned(),
            cells: Vec::new(),
            all: 2,
            beside: Vec::new(),
        };
        let found = Report {
            report: "leaving",
            first: String::new(),
            from: String::new(),
            to: String::new(),
            period: String::new(),
            by: "provider",
            reach: None,
            columns: Vec::new(),
            beside: Vec::new(),
            whole: row("All"),
            rows: vec![row("=HYPERLINK(A1)")],
            counted: "",
        };
        let text = String::from_utf8(as_csv(&found).unwrap()).unwrap();
        assert_eq!(text, "provider,all\nAll,2\n'=HYPERLINK(A1),2\n");
    }
}
