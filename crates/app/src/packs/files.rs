//! A pack as a workbook and as one table for machines. What the pack does not tell is an empty cell. A pack
//! of every month is kept as that table, and everything else is made of it. Columns have names that machines
//! keep to in the table and the words of the page in the workbook; those of targets are named alike in both.

use domain::calendar::Month;
use domain::measure::{Cut, tenths};
use formats::tables_out::{Cell, Sheet, workbook};
use store::schedules::Made;

use super::make::{Counted, Pack};
use super::targets::{PEOPLE, POINTS, PackTarget};
use super::words::Analysis;
use crate::exports::{Register, Stamp, tame_csv};
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

/// Of each target in a month: where it is, and how far what is told is from it.
fn held(targets: &[PackTarget], at: usize) -> Vec<Cell> {
    let of = |target: &PackTarget| {
        let level = target.line.values.get(at).copied().flatten();
        let off = target.off.get(at).copied().flatten();
        [
            level.map_or(Cell::Empty, Cell::Percent),
            off.map_or(Cell::Empty, |off| Cell::Number(off.points)),
            off.map_or(Cell::Empty, |off| whole(off.people)),
        ]
    };
    targets.iter().flat_map(of).collect()
}

fn headings(targets: &[PackTarget]) -> Vec<String> {
    targets.iter().flat_map(PackTarget::headings).collect()
}

/// The columns of numbers, for machines and in words.
const NUMBERS: [(&str, &str); 6] = [
    ("cohort", "Young people"),
    ("neet", "NEET"),
    ("neet_percent", "NEET, %"),
    ("not_known", "Not known"),
    ("not_known_percent", "Not known, %"),
    ("together_percent", "Together, %"),
];

/// The columns of numbers as a page and a workbook call them, in the order of [`Counted`]'s row.
pub fn in_columns() -> [&'static str; 6] {
    NUMBERS.map(|(_, words)| words)
}

/// What stands before the numbers in the table for machines.
const FIRST: [&str; 2] = ["by", "value"];

/// The rows of the table for machines that are months.
const MONTH: &str = "month";

fn columns() -> Vec<String> {
    FIRST.into_iter().chain(NUMBERS.map(|(name, _)| name)).map(str::to_owned).collect()
}

fn in_words_of(first: &str) -> Vec<String> {
    [first].into_iter().chain(in_columns()).map(str::to_owned).collect()
}

/// Everything in one table: what it is by, the group or month, its numbers.
pub fn as_csv(pack: &Pack) -> Result<Vec<u8>, Wrong> {
    let targets = headings(&pack.targets);
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (at, m) in pack.series.iter().enumerate() {
        let front = vec![Cell::Text(MONTH.to_owned()), Cell::Text(m.month.to_string())];
        rows.push([front, numbers(&m.counted), held(&pack.targets, at)].concat());
    }
    for table in &pack.tables {
        for g in &table.groups {
            let front = vec![Cell::Text(table.cut.name().to_owned()), Cell::Text(g.name.clone())];
            // Targets are of everybody that the pack is about.
            let none = vec![Cell::Empty; targets.len()];
            rows.push([front, numbers(&g.counted), none].concat());
        }
    }
    let sheet = Sheet { name: String::new(), columns: [columns(), targets].concat(), rows };
    tame_csv(&sheet).map_err(|e| Wrong::Failed(format!("the pack cannot be written: {e}")))
}

/// The same with its stamp before it: serial, who has it made, what for.
pub fn stamped(
    ctx: &Context,
    pack: &Pack,
    (serial, by, purpose): (i64, &str, &str),
) -> Result<Vec<u8>, Wrong> {
    let what = format!("pack: {}, {}", pack.title, pack.month.words());
    let stamp = Stamp::now(ctx, (&what, Register::Circulation, serial), (by, purpose), "");
    let said = [
        ("edition", format!("{}, {}", pack.edition, pack.ages)),
        ("empty cells", "too few to say or the target has not begun".to_owned()),
    ];
    let said = said.map(|(name, words)| (name.to_owned(), words));
    Ok(stamp.within(pack.reach.as_deref()).saying(&said).on_csv(&as_csv(pack)?))
}

/// The words, a line in each row.
fn analysis(words: &str) -> Sheet {
    let lines = words.lines().filter(|line| !line.is_empty());
    Sheet {
        name: "Analysis".to_owned(),
        columns: vec!["Analysis".to_owned()],
        rows: lines.map(|line| vec![Cell::Text(line.to_owned())]).collect(),
    }
}

fn months(targets: &[String], rows: Vec<Vec<Cell>>) -> Sheet {
    let columns = [in_words_of("Month").as_slice(), targets].concat();
    Sheet { name: "Months".to_owned(), columns, rows }
}

fn groups(by: &str, rows: Vec<Vec<Cell>>) -> Sheet {
    let name = format!("By {}", by.to_lowercase());
    Sheet { name, columns: in_words_of(by), rows }
}

fn written(about: &[(String, String)], sheets: &[Sheet]) -> Result<Vec<u8>, Wrong> {
    workbook(about, sheets).map_err(|e| Wrong::Failed(format!("the pack cannot be written: {e}")))
}

/// A workbook: about, the words, the months, each breakdown.
pub fn as_workbook(
    pack: &Pack,
    words: &Analysis,
    about: &[(String, String)],
) -> Result<Vec<u8>, Wrong> {
    let row = |name: String, counted: &Counted| -> Vec<Cell> {
        [Cell::Text(name)].into_iter().chain(numbers(counted)).collect()
    };
    let series =
        pack.series.iter().enumerate().map(|(at, m)| {
            [row(m.month.to_string(), &m.counted), held(&pack.targets, at)].concat()
        });
    let series = months(&headings(&pack.targets), series.collect());
    let mut sheets = vec![analysis(&words.handed_on()), series];
    sheets.extend(pack.tables.iter().map(|table| {
        let rows = table.groups.iter().map(|g| row(g.name.clone(), &g.counted));
        groups(table.cut.label(), rows.collect())
    }));
    written(about, &sheets)
}

/// A pack of every month as it was frozen: what it says of itself, its words, its months and breakdowns.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub about: Vec<(String, String)>,
    pub words: String,
    pub tables: Vec<Sheet>,
}

/// Reads a frozen pack back. Nothing is counted again, so that whatever is made of it says what went out.
///
/// Shape: nothing where what was frozen is no pack.
pub fn kept(made: &Made) -> Result<Option<Kept>, Wrong> {
    let broken = |e: csv::Error| Wrong::Failed(format!("a kept pack cannot be read: {e}"));
    let content = made.content.as_bytes();
    // The stamp stands before the table, in lines that begin so.
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(content);
    let heads: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
    let base = columns();
    if !heads.starts_with(&base) {
        return Ok(None);
    }
    // Packs from before targets were written have none.
    let (targets, heads) = (heads.iter().skip(base.len()), heads.iter().skip(FIRST.len()));
    let mut tables = vec![months(&targets.cloned().collect::<Vec<_>>(), Vec::new())];
    let mut last = MONTH.to_owned();
    for row in reader.records() {
        let row = row.map_err(broken)?;
        let mut cells = row.iter();
        let (by, value) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        if by != last {
            by.clone_into(&mut last);
            let label = match Cut::from_name(by) {
                Some(cut) => cut.label(),
                None => by,
            };
            tables.push(groups(label, Vec::new()));
        }
        let many = if by == MONTH { usize::MAX } else { NUMBERS.len() };
        let numbers = cells.zip(heads.clone()).take(many).map(|(text, column)| read(column, text));
        let row = [Cell::Text(value.to_owned())].into_iter().chain(numbers).collect();
        if let Some(table) = tables.last_mut() {
            table.rows.push(row);
        }
    }
    let said = made.content.lines().map_while(|line| line.strip_prefix("# "));
    let said = said.filter_map(|line| line.split_once(':'));
    let said = said.map(|(name, words)| (name.to_owned(), words.trim().to_owned()));
    let about = said.filter(|(_, words)| !words.is_empty()).collect();
    Ok(Some(Kept { about, words: made.words.clone(), tables }))
}

/// A cell of a kept pack; nothing where nothing was told.
fn read(column: &str, text: &str) -> Cell {
    let is_count = match NUMBERS.iter().any(|(name, _)| *name == column) {
        true => !column.ends_with("percent"),
        false => column.contains(PEOPLE),
    };
    let cell = match (is_count, column.contains(POINTS)) {
        (true, _) => text.parse().ok().map(Cell::Count),
        (false, true) => text.parse().ok().map(Cell::Number),
        (false, false) => text.parse().ok().map(Cell::Percent),
    };
    cell.unwrap_or(Cell::Empty)
}

/// A kept pack as the workbook that would have been taken of it by hand, under its own stamp.
pub fn kept_workbook(kept: &Kept) -> Result<Vec<u8>, Wrong> {
    let sheets = [&[analysis(&kept.words)][..], kept.tables.as_slice()].concat();
    written(&kept.about, &sheets)
}

/// A cell of a kept pack as a page shows it, in its column.
pub fn in_words(column: &str, cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.parse().map_or_else(|_| text.clone(), Month::words),
        Cell::Count(count) => count.to_string(),
        Cell::Percent(percent) => format!("{} %", tenths(*percent)),
        Cell::Number(number) => tenths(*number),
        // A target that has not begun is not few.
        Cell::Empty if !NUMBERS.iter().any(|(_, words)| *words == column) => "–".to_owned(),
        Cell::Empty => "too few to say".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_pack_is_shown_as_its_page_was() {
        let shown = [
            ("Month", Cell::Text("2025-10".to_owned())),
            ("Ward", Cell::Text("East".to_owned())),
            ("NEET, %", Cell::Percent(6.25)),
            ("NEET, %", Cell::Empty),
            ("NEET. Points over 5.8 % by January 2027", Cell::Number(0.45)),
            ("NEET. Points over 5.8 % by January 2027", Cell::Number(-0.04)),
            ("NEET. Points over 5.8 % by January 2027", Cell::Empty),
        ]
        .map(|(column, cell)| in_words(column, &cell));
        assert_eq!(shown, ["October 2025", "East", "6.3 %", "too few to say", "0.5", "0.0", "–"]);
    }
}
