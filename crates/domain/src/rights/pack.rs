//! Everything held about one young person, as sections of rows, and the pack cut down by its removals.

use super::{Removal, Why, without};
use crate::person::Field;

/// One kind of thing that is held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The table's name, for machines.
    pub name: String,
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Names this row for a removal: the table and the row's number.
    pub key: String,
    /// As many as the section's columns.
    pub cells: Vec<String>,
}

/// A pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    pub name: String,
    pub born: String,
    pub council: String,
    /// The day on which it was gathered.
    pub day: String,
    pub sections: Vec<Section>,
    /// Values of which something was taken out.
    pub taken_out: usize,
}

/// Columns that speak of somebody else than the young person; a pack leaves them out unasked.
const OTHERS: &[Field] = &[Field::ParentName, Field::ParentPhone];

/// Sections that tell where somebody lives.
const WHERE: &[&str] = &["address"];

impl Pack {
    /// Takes out what always goes, then what the reviewer chose. `protected`: the address is hidden from
    /// somebody, and the pack does not go to the young person alone.
    pub fn redact(mut self, removals: &[Removal], protected: bool) -> Pack {
        let mut taken = 0;
        for section in &mut self.sections {
            let others: Vec<usize> = (0..)
                .zip(&section.columns)
                .filter(|(_, column)| OTHERS.iter().any(|field| field.label() == column.as_str()))
                .map(|(at, _)| at)
                .collect();
            let hidden = protected && WHERE.contains(&section.name.as_str());
            for row in &mut section.rows {
                for (at, cell) in row.cells.iter_mut().enumerate() {
                    let before = cell.clone();
                    if others.contains(&at) {
                        *cell = without(cell, "", Why::Other);
                    }
                    if hidden {
                        *cell = without(cell, "", Why::Protected);
                    }
                    for removal in removals.iter().filter(|one| one.item == row.key) {
                        *cell = without(cell, &removal.words, removal.why);
                    }
                    taken += usize::from(*cell != before);
                }
            }
        }
        self.taken_out = taken;
        self
    }
}
