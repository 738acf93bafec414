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

/// Sections that hold rows as partners sent them: whatever a record keeps back stands in these once more.
pub const COPIES: &[&str] = &["import_row", "crossmatch_row", "link_decision"];

/// Sections none of whose rows tells where somebody is to be found, but for [`FINDS`]. All others (homes,
/// activities, copies of rows, who may see the record and whoever read it) are kept from the parent of
/// somebody whose home is hidden; a list of what may go, so that a table that is added later stays.
const NO_PLACE: &[&str] = &[
    "young_person",
    "particulars",
    "former_name",
    "characteristic",
    "contact",
    "merge",
    "snapshot_leaver",
    "right_request",
    "use_stop",
    "retention_hold",
];

/// Fields by which somebody is found: where they learn or mean to, which council answers for them, how
/// they are rung.
const FINDS: &[Field] = &[
    Field::Phone,
    Field::Email,
    Field::School,
    Field::LeadLa,
    Field::EducatedLa,
    Field::LaAtYear11,
    Field::TransferredTo,
    Field::PreviousYpid,
    Field::GuaranteeYear11La,
    Field::GuaranteeYear12La,
    Field::IntendedDestination,
    Field::IntendedBy,
];

/// Columns that name who told us, as a school does.
const TELLERS: &[&str] = &["From", "From whom"];

/// Whether a heading of a partner's file, or a field's name, speaks of somebody else than the young person.
pub fn speaks_of_others(heading: &str) -> bool {
    let letters: String =
        heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    // That they care for somebody themselves is about them.
    let letters = letters.replace("youngcarer", "");
    let words = [
        "parent",
        "carer",
        "guardian",
        "mother",
        "father",
        "contactname",
        "emergencycontact",
        "nextofkin",
    ];
    words.iter().any(|word| letters.contains(word))
}

fn is_one_of(fields: &[Field], column: &str) -> bool {
    fields.iter().any(|field| field.label() == column)
}

impl Pack {
    /// Takes out what always goes, then what the reviewer chose. `protected`: the address is hidden from
    /// somebody, and the pack does not go to the young person alone.
    pub fn redact(mut self, removals: &[Removal], protected: bool) -> Pack {
        let others = self.others();
        let mut taken = self.taken_out;
        for section in &mut self.sections {
            if protected && !NO_PLACE.contains(&section.name.as_str()) {
                taken += section.withhold();
                continue;
            }
            let copy = COPIES.contains(&section.name.as_str());
            for row in &mut section.rows {
                for (column, cell) in section.columns.iter().zip(&mut row.cells) {
                    let before = cell.clone();
                    if is_one_of(OTHERS, column) {
                        *cell = without(cell, "", Why::Other);
                    }
                    let finds = is_one_of(FINDS, column) || TELLERS.contains(&column.as_str());
                    if protected && finds {
                        *cell = without(cell, "", Why::Protected);
                    }
                    for words in others.iter().filter(|_| copy) {
                        *cell = without(cell, words, Why::Other);
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

    /// What the record says, or said, of others: a row as sent may say it under any heading.
    fn others(&self) -> Vec<String> {
        let mut found = Vec::new();
        for section in &self.sections {
            for row in &section.rows {
                let cells = section.columns.iter().zip(&row.cells);
                let of_others = cells.filter(|(column, _)| is_one_of(OTHERS, column));
                found.extend(of_others.map(|(_, cell)| cell.trim().to_owned()));
            }
        }
        // No words would take out everything.
        found.retain(|words| !words.is_empty());
        found.sort();
        found.dedup();
        found
    }
}

impl Section {
    /// Leaves one row that says that something is kept back: not even how much there is. How many values
    /// that took out.
    fn withhold(&mut self) -> usize {
        if self.rows.is_empty() {
            return 0;
        }
        let mut cells = vec![String::new(); self.columns.len()];
        if let Some(first) = cells.first_mut() {
            *first = Why::Protected.mark().to_owned();
        }
        self.rows = vec![Row { key: format!("{}:kept-back", self.name), cells }];
        1
    }
}
