//! Reading people from a table, whatever the kind: find the headings, bind them, go row by row, and
//! count what nobody reads. What a row means is the kind's own affair.

use crate::dates::{DateOrder, NotADate, read_date};
use crate::limits::{refuse, refuse_at, short};
use crate::mapping::{Bound, OurColumn, bind};
use crate::table::{Cell, Header, Source, Table, plain};
use crate::{Kind, Options, Sink};
use domain::calendar::Day;
use domain::intake::{FileFacts, FileRefused, Row, RowRefused};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// What a kind of table does with its rows.
pub(crate) trait Rows {
    /// The columns to bind, which a row is then asked by their place.
    fn ours(&self) -> &[OurColumn];

    /// Headings that the kind reads besides its columns.
    fn also_known(&self, _heading: &str) -> bool {
        false
    }

    /// Looks at the headings once; refuses a file that lacks what the kind cannot do without.
    fn begin(&mut self, bound: &mut Bound) -> Result<(), FileRefused>;

    /// Reads one row. Errors: only what proves the whole file wrong.
    fn row(&mut self, line: &Line<'_>, facts: &mut FileFacts) -> Result<Row, FileRefused>;
}

/// One row under its headings.
pub(crate) struct Line<'a> {
    pub row: u32,
    pub bound: &'a Bound,
    pub cells: &'a [Cell],
    told: Option<DateOrder>,
}

pub(crate) fn read_rows(
    kind: Kind,
    bytes: &[u8],
    options: &Options,
    rows: &mut dyn Rows,
    sink: &mut Sink<'_>,
) -> Result<FileFacts, FileRefused> {
    if let Some(mapping) = &options.mapping {
        mapping.check(kind).map_err(|fault| refuse(fault.0).until_told())?;
    }
    let source = Source { encoding: options.encoding(), sheet: options.sheet() };
    let mut table = Table::open(bytes, &source)?;
    let header = table.header(&|header: &Header| known(header, &*rows, options), 2)?;
    // Which column is which is what people can tell.
    let until_told = FileRefused::until_told;
    let mut bound = bind(header, options.mapping.as_ref(), rows.ours()).map_err(until_told)?;
    rows.begin(&mut bound).map_err(until_told)?;

    let mut facts = FileFacts { notes: std::mem::take(&mut table.notes), ..FileFacts::default() };
    describe_header(&bound.header, &mut facts);
    let mut counts = Counts::new(&bound);
    table.each_row(&mut |row, cells| {
        if row <= bound.header.row {
            return Ok(ControlFlow::Continue(()));
        }
        counts.take(row, cells, &bound);
        let line = Line { row, bound: &bound, cells, told: options.date_order() };
        match line.beyond_the_headings() {
            Some(refused) => sink(Row::Refused(refused)),
            None => sink(rows.row(&line, &mut facts)?),
        }
        Ok(ControlFlow::Continue(()))
    })?;
    counts.finish(&bound, table.last_line_is_open(), &mut facts)?;
    if options.date_order().is_none() && counts.dates_in_doubt {
        facts.notes.push(format!(
            "Dates of numbers were read as {}; say the date order if that is wrong.",
            DateOrder::default().words()
        ));
    }
    Ok(facts)
}

fn known(header: &Header, rows: &dyn Rows, options: &Options) -> usize {
    let told = |heading: &str| {
        let columns = options.mapping.iter().flat_map(|mapping| mapping.columns.values());
        columns.into_iter().any(|theirs| plain(theirs) == heading)
    };
    let is_known = |name: &&String| {
        let heading = plain(name);
        !heading.is_empty()
            && (told(&heading)
                || rows.also_known(name)
                || rows.ours().iter().any(|column| column.rank(&heading).is_some()))
    };
    header.names.iter().filter(is_known).count()
}

fn describe_header(header: &Header, facts: &mut FileFacts) {
    if header.row > 1 {
        facts.notes.push(format!("The headings stand in row {}.", header.row));
    }
    let repeated = header.repeated();
    if !repeated.is_empty() {
        let names: Vec<String> = repeated.iter().take(10).map(|name| short(name)).collect();
        facts.notes.push(format!("More than one column is headed: {}.", names.join(", ")));
    }
}

/// What is counted over all rows.
struct Counts {
    filled: Vec<u32>,
    people: u32,
    fewer_cells: u32,
    last_was_short: Option<u32>,
    dates_in_doubt: bool,
}

impl Counts {
    fn new(bound: &Bound) -> Self {
        Self {
            filled: vec![0; bound.header.names.len()],
            people: 0,
            fewer_cells: 0,
            last_was_short: None,
            dates_in_doubt: false,
        }
    }

    fn take(&mut self, row: u32, cells: &[Cell], bound: &Bound) {
        self.people += 1;
        let is_short = cells.len() < bound.header.names.len();
        self.fewer_cells += u32::from(is_short);
        self.last_was_short = is_short.then_some(row);
        for (at, (count, cell)) in self.filled.iter_mut().zip(cells).enumerate() {
            *count += u32::from(!cell.is_empty());
            let date = matches!(cell, Cell::Text(text) if in_doubt(text));
            self.dates_in_doubt |= date && bound.is_read(at);
        }
    }

    fn finish(
        &self,
        bound: &Bound,
        last_line_is_open: bool,
        facts: &mut FileFacts,
    ) -> Result<(), FileRefused> {
        match self.last_was_short {
            Some(row) if last_line_is_open && self.fewer_cells == 1 && self.people > 1 => {
                return Err(refuse_at(
                    row,
                    format!("The file breaks off in the middle of row {row}. Send it again."),
                ));
            }
            _ if self.people == 0 => {
                return Err(refuse_at(
                    bound.header.row,
                    format!("There are no rows under the headings in row {}.", bound.header.row),
                ));
            }
            _ => {}
        }
        if last_line_is_open && self.fewer_cells > 0 {
            facts.notes.push(format!(
                "{} of {} rows have fewer cells than there are headings.",
                self.fewer_cells, self.people
            ));
        }
        facts.unread = self
            .filled
            .iter()
            .enumerate()
            .filter(|(at, _)| !bound.is_read(*at))
            .filter(|(at, count)| {
                **count > 0 || bound.header.names.get(*at).is_some_and(|n| !n.is_empty())
            })
            .map(|(at, count)| (bound.header.name(at), *count))
            .collect();
        Ok(())
    }
}

/// Whether a text is a date that could be meant in two orders.
fn in_doubt(text: &str) -> bool {
    let mut bytes = text.bytes();
    matches!(bytes.next(), Some(b'0'..=b'9'))
        && text.len() >= 8
        && bytes.next().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'/' | b'.' | b'-'))
        && text.bytes().take(3).any(|b| matches!(b, b'/' | b'.' | b'-'))
}

impl Line<'_> {
    /// A row with more than its headings has probably slipped sideways, so nothing of it is taken.
    fn beyond_the_headings(&self) -> Option<RowRefused> {
        let width = self.bound.header.names.len();
        let beyond = self.cells.iter().skip(width).any(|cell| !cell.is_empty());
        beyond.then(|| {
            self.refused(format!(
                "The row has {} cells under {width} headings, so its values may stand in the wrong \
                 columns.",
                self.cells.len()
            ))
        })
    }

    pub fn refused(&self, reason: impl Into<String>) -> RowRefused {
        RowRefused { row: self.row, raw: self.raw(), reason: reason.into() }
    }

    /// The row as it stood, without the columns that nobody reads: what is not needed is not kept.
    pub fn raw(&self) -> Vec<(String, String)> {
        self.cells
            .iter()
            .enumerate()
            .filter(|(at, cell)| self.bound.is_read(*at) && !cell.is_empty())
            .map(|(at, cell)| (self.bound.header.name(at), cell.shown().into_owned()))
            .collect()
    }

    pub fn text(&self, ours: usize) -> Option<Cow<'_, str>> {
        self.bound.text(ours, self.cells)
    }

    /// A day in one of our columns.
    ///
    /// Errors: only a date that proves another order, where none was told. Any other fault becomes
    /// a remark, and the row goes on without the day.
    pub fn day(&self, ours: usize, remarks: &mut Vec<String>) -> Result<Option<Day>, FileRefused> {
        if let Some(Cell::Day(day)) = self.bound.cell(ours, self.cells) {
            return Ok(Some(*day));
        }
        let Some(text) = self.text(ours) else { return Ok(None) };
        match read_date(&text, self.told.unwrap_or_default()) {
            Ok(day) => Ok(Some(day)),
            Err(NotADate::OtherOrder { month, try_order }) if self.told.is_none() => {
                Err(refuse_at(
                    self.row,
                    format!(
                        "Row {}, “{}”: {} has {month} where the month should stand. If the file writes \
                     {}, say --date-order {}; if this one date is wrong, say --date-order dmy.",
                        self.row,
                        self.bound.heading(ours),
                        short(&text),
                        try_order.words(),
                        try_order.name(),
                    ),
                )
                .until_told())
            }
            Err(fault) => {
                remarks.push(format!("{}: {} {fault}.", self.bound.heading(ours), short(&text)));
                Ok(None)
            }
        }
    }
}
