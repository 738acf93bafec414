//! A header and a mapping brought together: where each of our columns stands in a row, what it says
//! when it stands nowhere, and which of their columns nobody reads.

use super::{Mapping, OurColumn};
use crate::limits::{refuse_at, short};
use crate::table::{Cell, Header, plain};
use domain::intake::FileRefused;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Where our columns stand, by their place in the list they were bound from.
#[derive(Debug)]
pub(crate) struct Bound {
    pub header: Header,
    slots: Vec<Slot>,
    /// For each of their columns, whether it is read.
    read: Vec<bool>,
}

#[derive(Debug, Default)]
struct Slot {
    /// Their columns, from 0.
    at: Vec<usize>,
    constant: Option<String>,
    /// Their words in plain letters, and ours.
    words: BTreeMap<String, String>,
}

/// Brings a header and a mapping together.
///
/// Shape: a slot for every one of `ours`, in its order.
/// Errors: a heading of the mapping that the file does not have, and a heading that stands over two
/// columns and would be read.
pub(crate) fn bind(
    header: Header,
    mapping: Option<&Mapping>,
    ours: &[OurColumn],
) -> Result<Bound, FileRefused> {
    let headings: Vec<String> = header.names.iter().map(|name| plain(name)).collect();
    let told = |column: &OurColumn| {
        mapping?
            .columns
            .iter()
            .find(|(name, _)| plain(name) == plain(column.name))
            .map(|(_, to)| to)
    };
    let mut taken: Vec<bool> = vec![false; headings.len()];
    for theirs in mapping.iter().flat_map(|mapping| mapping.columns.values()) {
        for (at, heading) in headings.iter().enumerate() {
            if *heading == plain(theirs)
                && let Some(slot) = taken.get_mut(at)
            {
                *slot = true;
            }
        }
    }
    let mut slots = Vec::with_capacity(ours.len());
    for column in ours {
        let at = match told(column) {
            Some(theirs) if theirs.trim().is_empty() => Vec::new(),
            Some(theirs) => told_places(&header, &headings, theirs)?,
            None => known_places(&headings, column, &taken),
        };
        if let ([first, _, ..], false) = (at.as_slice(), column.many) {
            return Err(refuse_at(
                header.row,
                format!(
                    "Two columns are headed “{}” (row {}). Rename or remove one, or say in the \
                     mapping which to read.",
                    header.name(*first),
                    header.row
                ),
            ));
        }
        slots.push(Slot { at, ..Slot::said(column, mapping) });
    }
    let mut read = vec![false; headings.len()];
    for at in slots.iter().flat_map(|slot| &slot.at) {
        if let Some(place) = read.get_mut(*at) {
            *place = true;
        }
    }
    Ok(Bound { header, slots, read })
}

impl Slot {
    fn said(column: &OurColumn, mapping: Option<&Mapping>) -> Self {
        let of = |name: &String| plain(name) == plain(column.name);
        let Some(mapping) = mapping else { return Self::default() };
        let constant = mapping.constants.iter().find(|(name, _)| of(name));
        let words = mapping.values.iter().filter(|(name, _)| of(name)).flat_map(|(_, words)| words);
        Self {
            at: Vec::new(),
            constant: constant.map(|(_, text)| text.clone()),
            words: words
                .map(|(theirs, ours)| (theirs.trim().to_lowercase(), ours.clone()))
                .collect(),
        }
    }
}

fn told_places(
    header: &Header,
    headings: &[String],
    theirs: &str,
) -> Result<Vec<usize>, FileRefused> {
    let at: Vec<usize> = places(headings, &plain(theirs)).collect();
    if at.is_empty() {
        return Err(refuse_at(
            header.row,
            format!(
                "The mapping reads the column “{}”, which row {} does not have.",
                short(theirs),
                header.row
            ),
        ));
    }
    Ok(at)
}

/// The columns under the best known heading that no mapping has given away; all known ones where
/// several may stand.
fn known_places(headings: &[String], column: &OurColumn, taken: &[bool]) -> Vec<usize> {
    let free = |at: &usize| taken.get(*at) == Some(&false);
    let ranked = headings.iter().enumerate().filter(|(at, _)| free(at));
    let best = ranked.filter_map(|(_, heading)| column.rank(heading)).min();
    let wanted = |heading: &String| match column.rank(heading) {
        Some(rank) => column.many || Some(rank) == best,
        None => false,
    };
    headings
        .iter()
        .enumerate()
        .filter(|(at, heading)| free(at) && wanted(heading))
        .map(|(at, _)| at)
        .collect()
}

fn places<'a>(headings: &'a [String], wanted: &'a str) -> impl Iterator<Item = usize> + 'a {
    headings
        .iter()
        .enumerate()
        .filter(move |(_, heading)| !wanted.is_empty() && *heading == wanted)
        .map(|(at, _)| at)
}

impl Bound {
    /// Whether one of our columns stands in the file or is constant.
    pub fn has(&self, ours: usize) -> bool {
        self.slots.get(ours).is_some_and(|slot| !slot.at.is_empty() || slot.constant.is_some())
    }

    /// How many of our columns stand in the file.
    pub fn found(&self) -> usize {
        self.slots.iter().filter(|slot| !slot.at.is_empty()).count()
    }

    /// The heading that one of our columns is read from, for a sentence.
    pub fn heading(&self, ours: usize) -> String {
        let at = self.slots.get(ours).and_then(|slot| slot.at.first());
        at.map_or_else(|| "the mapping".to_owned(), |at| self.header.name(*at))
    }

    /// Their columns that stand for one of ours.
    pub fn places(&self, ours: usize) -> &[usize] {
        self.slots.get(ours).map_or(&[], |slot| &slot.at)
    }

    /// The cell itself, where the file has one with something in it.
    pub fn cell<'c>(&self, ours: usize, cells: &'c [Cell]) -> Option<&'c Cell> {
        let at = self.slots.get(ours)?.at.first()?;
        cells.get(*at).filter(|cell| !cell.is_empty())
    }

    /// What a row says in one of our columns: the cell in our words, else the constant.
    pub fn text<'c>(&'c self, ours: usize, cells: &'c [Cell]) -> Option<Cow<'c, str>> {
        let slot = self.slots.get(ours)?;
        match self.cell(ours, cells) {
            Some(cell) => Some(self.in_our_words(ours, cell.shown())),
            None => slot.constant.as_deref().map(Cow::Borrowed),
        }
        .filter(|text| !text.is_empty())
    }

    /// A text of one of our columns in our words, where the mapping translates it.
    pub fn in_our_words<'c>(&'c self, ours: usize, text: Cow<'c, str>) -> Cow<'c, str> {
        let words = self.slots.get(ours).map(|slot| &slot.words).filter(|words| !words.is_empty());
        match words.and_then(|words| words.get(&text.to_lowercase())) {
            Some(word) => Cow::Borrowed(word.as_str()),
            None => text,
        }
    }

    /// Marks a column of theirs that the kind reads besides our columns.
    pub fn also_read(&mut self, at: usize) {
        if let Some(read) = self.read.get_mut(at) {
            *read = true;
        }
    }

    /// Whether their column is read.
    pub fn is_read(&self, at: usize) -> bool {
        self.read.get(at).copied().unwrap_or(false)
    }
}
