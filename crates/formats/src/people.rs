//! What the kinds of table about people have in common before a row is read.

use crate::Kind;
use crate::limits::refuse_at;
use crate::mapping::{Bound, Column, OurColumn};
use domain::intake::FileRefused;

/// Our columns by their place in `Column::ALL`, those of other kinds unfindable.
pub(crate) fn ours(kind: Kind) -> Vec<OurColumn> {
    let nothing = OurColumn { name: "", label: "", headings: &[], many: false };
    let of = |column: &Column| if column.used_by(kind) { column.ours() } else { nothing };
    Column::ALL.iter().map(of).collect()
}

/// The columns of which one must be there: without any of them no row could name anybody.
pub(crate) struct Needed(&'static [Column]);

pub(crate) const PEOPLE_NEEDED: Needed = Needed(&[Column::Upn, Column::Uln, Column::FamilyName]);

impl Needed {
    pub(crate) fn check(&self, bound: &Bound) -> Result<(), FileRefused> {
        if self.0.iter().any(|column| bound.has(*column as usize)) {
            return Ok(());
        }
        Err(refuse_at(
            bound.header.row,
            format!(
                "Row {} has {} known headings, but none for a family name, a UPN or a ULN. Say in a \
                 mapping which columns these are.",
                bound.header.row,
                bound.found()
            ),
        ))
    }
}

/// A list that says nothing without each of these columns.
pub(crate) fn needs(bound: &Bound, columns: &[Column]) -> Result<(), FileRefused> {
    PEOPLE_NEEDED.check(bound)?;
    let Some(lost) = columns.iter().find(|column| !bound.has(**column as usize)) else {
        return Ok(());
    };
    let (row, label) = (bound.header.row, lost.ours().label.to_lowercase());
    Err(refuse_at(row, format!("Row {row} has no heading for \"{label}\".")))
}
