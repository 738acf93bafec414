//! A pack as a workbook and as one table for machines. What the pack does not tell is an empty cell.

use formats::tables_out::{Cell, Sheet, csv, workbook};

use super::make::{Counted, Pack};
use super::words::Analysis;
use crate::exports::{Register, Stamp};
use crate::{Context, Wrong};

fn whole(of: u64) -> Cell {
    Cell::Count(i64::try_from(of).unwrap_or(i64::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn percent(of: Option<u64>, cohort: u64) -> Cell {
    let told = of.filter(|_| cohort > 0);
    told.map_or(Cell::Empty, |of| Cell::Percent(of as f64 * 100.0 / cohort as f64))
}

fn numbers(counted: &Counted) -> Vec<Cell> {
    let Counted { neet, not_known, together, cohort } = *counted;
    vec![
        whole(cohort),
        neet.map_or(Cell::Empty, whole),
        percent(neet, cohort),
        not_known.map_or(Cell::Empty, whole),
        percent(not_known, cohort),
        percent(together, cohort),
    ]
}

const NUMBERS: [&str; 6] =
    ["cohort", "neet", "neet_percent", "not_known", "not_known_percent", "together_percent"];

fn columns(first: &[&str]) -> Vec<String> {
    first.iter().chain(&NUMBERS).map(|name| (*name).to_owned()).collect()
}

/// Everything in one table: what it is by, the group or month, its numbers.
pub fn as_csv(pack: &Pack) -> Result<Vec<u8>, Wrong> {
    let mut rows = Vec::new();
    for m in &pack.series {
        let front = vec![Cell::Text("month".to_owned()), Cell::Text(m.month.to_string())];
        rows.push(front.into_iter().chain(numbers(&m.counted)).collect());
    }
    for table in &pack.tables {
        for g in &table.groups {
            let front = vec![Cell::Text(table.cut.name().to_owned()), Cell::Text(g.name.clone())];
            rows.push(front.into_iter().chain(numbers(&g.counted)).collect());
        }
    }
    let sheet = Sheet { name: String::new(), columns: columns(&["by", "value"]), rows };
    csv(&sheet).map_err(|e| Wrong::Failed(format!("the pack cannot be written: {e}")))
}

/// The same with its stamp before it: serial, who has it made, what for.
pub fn stamped(
    ctx: &Context,
    pack: &Pack,
    (serial, by, purpose): (i64, &str, &str),
) -> Result<Vec<u8>, Wrong> {
    let what = format!("pack: {}, {}", pack.title, pack.month.words());
    let stamp = Stamp::now(ctx, (&what, Register::Circulation, serial), (by, purpose), "");
    Ok(stamp.within(pack.reach.as_deref()).on_csv(&as_csv(pack)?))
}

/// A workbook: about, the words, the months, each breakdown.
pub fn as_workbook(
    pack: &Pack,
    words: &Analysis,
    about: &[(String, String)],
) -> Result<Vec<u8>, Wrong> {
    let mut sheets = vec![Sheet {
        name: "Analysis".to_owned(),
        columns: vec!["Analysis".to_owned()],
        rows: words
            .handed_on()
            .lines()
            .filter(|l| !l.is_empty())
            .map(|l| vec![Cell::Text(l.to_owned())])
            .collect(),
    }];
    let months = pack.series.iter().map(|m| {
        let front = vec![Cell::Text(m.month.to_string())];
        front.into_iter().chain(numbers(&m.counted)).collect()
    });
    sheets.push(Sheet {
        name: "Months".to_owned(),
        columns: columns(&["month"]),
        rows: months.collect(),
    });
    for table in &pack.tables {
        let rows = table.groups.iter().map(|g| {
            let front = vec![Cell::Text(g.name.clone())];
            front.into_iter().chain(numbers(&g.counted)).collect()
        });
        sheets.push(Sheet {
            name: format!("By {}", table.cut.label().to_lowercase()),
            columns: columns(&["group"]),
            rows: rows.collect(),
        });
    }
    workbook(about, &sheets).map_err(|e| Wrong::Failed(format!("the pack cannot be written: {e}")))
}
