//! `waymark report leaving`, `intended`, `offers` and `caseloads`: the tables of the pages of the same names.

use super::super::{Outcome, Result, Shown, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::leavers::{Asked, Report, Row, Which, as_csv, report};
use domain::measure::tenths;

/// Days that are a month or a school year.
#[derive(clap::Args)]
pub struct Days {
    /// Count what was told in this month: YYYY-MM. Without month and year it is this school year.
    #[arg(long, value_name = "MONTH", conflicts_with = "year")]
    month: Option<String>,
    /// Count what was told in the school year that begins in this calendar year.
    #[arg(long, value_name = "YEAR")]
    year: Option<i16>,
    /// provider, or adviser (of who left) or month (of offers).
    #[arg(long, default_value = "provider")]
    by: String,
    #[command(flatten)]
    shown: Shown,
}

#[derive(clap::Args)]
pub struct Summer {
    /// The year in whose summer they left Year 11; the newest whose 1 November has come where none is named.
    #[arg(long, value_name = "YEAR")]
    summer: Option<i16>,
    /// school or intention.
    #[arg(long, default_value = "school")]
    by: String,
    #[command(flatten)]
    shown: Shown,
}

#[derive(clap::Args)]
pub struct Today {
    #[command(flatten)]
    shown: Shown,
}

impl Days {
    pub async fn run(self, which: Which) -> Result {
        let year = self.year.map(|year| year.to_string());
        let period = self.month.or(year).unwrap_or_default();
        answer(which, (&self.by, &period), &self.shown).await
    }
}

impl Summer {
    pub async fn run(self) -> Result {
        // The school year that ends in the summer is called by the year in which it began.
        let begun = self.summer.map(|summer| summer.saturating_sub(1).to_string());
        let period = begun.unwrap_or_default();
        answer(Which::Intended, (&self.by, &period), &self.shown).await
    }
}

impl Today {
    pub async fn run(self) -> Result {
        answer(Which::Caseloads, ("", ""), &self.shown).await
    }
}

async fn answer(which: Which, (by, period): (&str, &str), shown: &Shown) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let asked = Asked::read(which, by, period, ctx.today())?;
    let found = report(&ctx, &whole_authority(), &asked).await?;
    match shown.format {
        Format::Json => output::json(&found),
        Format::Csv => {
            output::line(String::from_utf8_lossy(&as_csv(&found)?).trim_end());
        }
        Format::Text => output::line(text(&found).trim_end()),
    }
    Ok(Outcome::Done)
}

fn text(found: &Report) -> String {
    let mut text = format!("{}\n{}: {} to {}\n", found.first, found.period, found.from, found.to);
    for row in found.lines() {
        text += &format!("\n{}\n", row.label);
        for (label, value) in told(found, row) {
            text += &format!("  {label:<36} {value:>8}\n");
        }
    }
    text
}

/// What is told of a row, with its words.
fn told<'a>(found: &'a Report, row: &'a Row) -> impl Iterator<Item = (&'static str, String)> + 'a {
    let cells = found.columns.iter().zip(&row.cells);
    let beside = found.beside.iter().zip(&row.beside);
    let figure = |value: Option<f64>| value.map_or_else(|| "z".to_owned(), tenths);
    cells
        .map(|(head, of)| (head.label, of.to_string()))
        .chain([("All", row.all.to_string())])
        .chain(beside.map(move |(head, value)| (head.label, figure(*value))))
}
