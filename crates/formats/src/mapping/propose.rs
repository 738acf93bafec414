//! A first mapping for a file nobody has mapped yet, made from its headings, for a screen on which
//! somebody says the rest.

use super::MappingFault;
use super::{Mapping, OurColumn, columns_of};
use crate::limits::short;
use crate::table::{Header, Source, Table, plain};
use crate::{Kind, Options};
use domain::intake::FileRefused;
use serde::{Deserialize, Serialize};

/// One of their columns and what we take it for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Their heading as written; for a column without one, its letters.
    pub heading: String,
    /// Whether the file gives it a heading. A mapping cannot name a column without one.
    pub headed: bool,
    /// The name of our column; `None` where nobody would read theirs.
    pub ours: Option<String>,
    /// Up to three values from under the heading, to choose by.
    pub examples: Vec<String>,
}

/// What a file would be read as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    let known = |header: &Header| names(header, &ours, options).flatten().count();
    let header = table.header(&known, 2).or_else(|_| table.header(&known, 0))?;
    let taken: Vec<Option<&'static str>> = names(&header, &ours, options).collect();
    let mut columns: Vec<Proposed> = header
        .names
        .iter()
        .enumerate()
        .map(|(at, name)| Proposed {
            heading: if plain(name).is_empty() { header.name(at) } else { name.clone() },
            headed: !plain(name).is_empty(),
            ours: taken.get(at).copied().flatten().map(str::to_owned),
            examples: Vec::new(),
        })
        .collect();
    for (_, cells) in table.top()?.iter().filter(|(row, _)| *row > header.row).take(3) {
        for (column, cell) in columns.iter_mut().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            column.examples.push(short(&cell.shown()));
        }
    }
    let mut mapping = options.mapping.clone().unwrap_or_default();
    mapping.kind = Some(kind);
    mapping.date_order = options.date_order();
    mapping.encoding = options.encoding();
    for (column, name) in columns.iter().zip(&header.names) {
        if let Some(ours) = &column.ours {
            mapping.columns.entry(ours.clone()).or_insert_with(|| name.clone());
        }
    }
    Ok(Proposal { header_row: header.row, columns, mapping, notes: table.notes })
}

/// The mapping that somebody chose for a file's columns. It says only what differs from what their
/// headings are known to mean, so that next month's file may leave a column out.
///
/// Shape: `chosen` pairs every heading of the file with the name of our column, or with nothing where it
/// is not to be read. What `before` says besides columns is kept.
/// Errors: a name that is no column of the kind, and two headings chosen for one column.
pub fn settle(
    kind: Kind,
    before: &Mapping,
    chosen: &[(String, Option<String>)],
) -> Result<Mapping, MappingFault> {
    let ours = columns_of(kind);
    let unknown = chosen
        .iter()
        .filter_map(|(_, name)| name.as_ref())
        .find(|name| !ours.iter().any(|column| column.name == name.as_str()));
    if let Some(name) = unknown {
        return Err(MappingFault(format!("“{}” is not a column of {kind}.", short(name))));
    }
    let mut mapping = Mapping { kind: Some(kind), columns: Default::default(), ..before.clone() };
    for column in &ours {
        let theirs: Vec<&String> = chosen
            .iter()
            .filter(|(_, name)| name.as_deref() == Some(column.name))
            .map(|(heading, _)| heading)
            .collect();
        let known: Vec<&String> = chosen
            .iter()
            .filter(|(heading, _)| column.rank(&plain(heading)).is_some())
            .map(|(heading, _)| heading)
            .collect();
        match theirs.as_slice() {
            _ if theirs == known && (column.many || theirs.len() < 2) => {}
            [] => _ = mapping.columns.insert(column.name.to_owned(), String::new()),
            [one] => _ = mapping.columns.insert(column.name.to_owned(), (*one).clone()),
            [first, second, ..] => {
                return Err(MappingFault(format!(
                    "“{}” and “{}” are both read as {}. Choose one of them.",
                    short(first),
                    short(second),
                    column.label
                )));
            }
        }
    }
    Ok(mapping)
}

/// For each heading the name of the column of ours that it would be read as, each at most once.
fn names<'a>(
    header: &'a Header,
    ours: &'a [OurColumn],
    options: &'a Options,
) -> impl Iterator<Item = Option<&'static str>> + 'a {
    let mut used: Vec<&'static str> = Vec::new();
    let told_off = |column: &&OurColumn| {
        let mut told = options.mapping.iter().flat_map(|mapping| &mapping.columns);
        told.any(|(named, theirs)| plain(named) == plain(column.name) && theirs.trim().is_empty())
    };
    header.names.iter().map(move |name| {
        let heading = plain(name);
        let told = options.mapping.iter().flat_map(|mapping| &mapping.columns);
        let mut told = told.filter(|(_, theirs)| plain(theirs) == heading && !heading.is_empty());
        let column = match told.next() {
            Some((named, _)) => ours.iter().find(|column| plain(column.name) == plain(named)),
            None => ours.iter().find(|column| column.rank(&heading).is_some() && !told_off(column)),
        }?;
        if used.contains(&column.name) && !column.many {
            return None;
        }
        used.push(column.name);
        Some(column.name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(pairs: &[(&str, &str)]) -> Vec<(String, Option<String>)> {
        let ours = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        pairs.iter().map(|(heading, name)| ((*heading).to_owned(), ours(name))).collect()
    }

    #[test]
    fn a_choice_says_only_what_differs() {
        let known = chosen(&[("UPN", "upn"), ("Surname", "family_name")]);
        let mapping = settle(Kind::Roll, &Mapping::default(), &known).unwrap();
        assert_eq!(mapping, Mapping { kind: Some(Kind::Roll), ..Mapping::default() });

        let other = chosen(&[("UPN", ""), ("Pupil's last", "family_name"), ("Shoe size", "")]);
        let mapping = settle(Kind::Roll, &Mapping::default(), &other).unwrap();
        let columns: Vec<_> =
            mapping.columns.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(columns, [("family_name", "Pupil's last"), ("upn", "")]);
    }

    #[test]
    fn a_choice_twice_is_refused_by_both_names() {
        let twice = chosen(&[("Name", "family_name"), ("Other name", "family_name")]);
        let fault = settle(Kind::Roll, &Mapping::default(), &twice).unwrap_err();
        assert!(fault.0.starts_with("“Name” and “Other name” are both read as"), "{fault}");
        let unknown = settle(Kind::Roll, &Mapping::default(), &chosen(&[("Name", "shoe")]));
        assert!(unknown.unwrap_err().0.contains("“shoe”"));
    }

    #[test]
    fn what_was_chosen_is_what_is_read() {
        let file = b"Pupil's last,First,UPN\nLake,Ann,x\n";
        let proposal = propose(Kind::Roll, file, &Options::default()).unwrap();
        assert_eq!(proposal.columns[0].ours, None);
        let picked =
            chosen(&[("Pupil's last", "family_name"), ("First", "given_name"), ("UPN", "")]);
        let mapping = settle(Kind::Roll, &proposal.mapping, &picked).unwrap();
        let options = Options { mapping: Some(mapping), ..Options::default() };
        let again = propose(Kind::Roll, file, &options).unwrap();
        let read: Vec<Option<&str>> = again.columns.iter().map(|c| c.ours.as_deref()).collect();
        assert_eq!(read, [Some("family_name"), Some("given_name"), None]);
    }
}
