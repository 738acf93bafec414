//! A first mapping for a file nobody has mapped yet, made from its headings, for a screen on which
//! somebody says the rest.

use super::{Mapping, OurColumn, columns_of};
use crate::table::{Header, Source, Table, plain};
use crate::{Kind, Options};
use domain::intake::FileRefused;

/// One of their columns and what we take it for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// Their heading as written; for a column without one, its letters.
    pub heading: String,
    /// The name of our column; `None` where nobody would read theirs.
    pub ours: Option<&'static str>,
    /// Up to three values from under the heading, to choose by.
    pub examples: Vec<String>,
}

/// What a file would be read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub header_row: u32,
    pub columns: Vec<Proposed>,
    /// The proposal as a mapping, to be edited and kept.
    pub mapping: Mapping,
    /// How the file was read, in sentences.
    pub notes: Vec<String>,
}

/// Proposes a mapping for a file from its headings and, where there is one, the mapping in use.
///
/// Errors: a file that is no table or holds no rows. Headings that are all unknown are no error.
pub fn propose(kind: Kind, bytes: &[u8], options: &Options) -> Result<Proposal, FileRefused> {
    let source = Source { encoding: options.encoding(), sheet: options.sheet() };
    let mut table = Table::open(bytes, &source)?;
    let ours = columns_of(kind);
    let header =
        table.header(&|header: &Header| names(header, &ours, options).flatten().count(), 0)?;
    let taken: Vec<Option<&'static str>> = names(&header, &ours, options).collect();
    let mut columns: Vec<Proposed> = header
        .names
        .iter()
        .enumerate()
        .map(|(at, _)| Proposed {
            heading: header.name(at),
            ours: taken.get(at).copied().flatten(),
            examples: Vec::new(),
        })
        .collect();
    for (_, cells) in table.top()?.iter().filter(|(row, _)| *row > header.row).take(3) {
        for (column, cell) in columns.iter_mut().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            column.examples.push(crate::limits::short(&cell.shown()));
        }
    }
    let mut mapping = options.mapping.clone().unwrap_or_default();
    mapping.kind = Some(kind);
    for (column, name) in columns.iter().zip(&header.names) {
        if let Some(ours) = column.ours {
            mapping.columns.entry(ours.to_owned()).or_insert_with(|| name.clone());
        }
    }
    Ok(Proposal { header_row: header.row, columns, mapping, notes: table.notes })
}

/// For each heading the name of the column of ours that it would be read as, each at most once.
fn names<'a>(
    header: &'a Header,
    ours: &'a [OurColumn],
    options: &'a Options,
) -> impl Iterator<Item = Option<&'static str>> + 'a {
    let mut used: Vec<&'static str> = Vec::new();
    header.names.iter().map(move |name| {
        let heading = plain(name);
        let told = options.mapping.iter().flat_map(|mapping| &mapping.columns);
        let mut told = told.filter(|(_, theirs)| plain(theirs) == heading && !heading.is_empty());
        let column = match told.next() {
            Some((named, _)) => ours.iter().find(|column| plain(column.name) == plain(named)),
            None => ours.iter().find(|column| column.rank(&heading).is_some()),
        }?;
        if used.contains(&column.name) && !column.many {
            return None;
        }
        used.push(column.name);
        Some(column.name)
    })
}
