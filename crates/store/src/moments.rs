//! Facts as they were known at several moments, read once: a row says from which change to which it held, and
//! so at which of the moments it was known.

use domain::person::ChangeId;

use crate::engine::{Row, StoreError};

/// Some moments, in any order.
#[derive(Clone, Debug)]
pub struct Moments(Vec<ChangeId>);

/// From which change a row holds, and from which no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    made: i64,
    ended: Option<i64>,
}

impl Held {
    /// The two columns `made` and `ended` of a row, from a place on.
    pub(crate) fn read(row: &Row<'_>, at: usize) -> Result<Self, StoreError> {
        Ok(Self { made: row.int(at)?, ended: row.opt_int(at + 1)? })
    }

    /// Whether the row was known after this change and before the next; as [`crate::people::Moment`] has it.
    pub fn at(self, ChangeId(change): ChangeId) -> bool {
        self.made <= change && self.ended.is_none_or(|ended| ended > change)
    }
}

impl Moments {
    pub fn new(changes: Vec<ChangeId>) -> Self {
        Self(changes)
    }

    /// The condition on rows that may have been known at any of them, under an alias that ends in a dot.
    pub(crate) fn condition(&self, alias: &str) -> String {
        let first = self.0.iter().map(|change| change.0).min().unwrap_or_default();
        let last = self.0.iter().map(|change| change.0).max().unwrap_or_default();
        format!("{alias}made <= {last} AND ({alias}ended IS NULL OR {alias}ended > {first})")
    }

    /// The places of those at which a row was known.
    pub fn of(&self, held: Held) -> impl Iterator<Item = usize> {
        let known = self.0.iter().enumerate().filter(move |(_, change)| held.at(**change));
        known.map(|(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_known_from_its_change_until_the_one_that_ended_it() {
        let moments = Moments::new([3, 5, 9].map(ChangeId).to_vec());
        let at = |made, ended| moments.of(Held { made, ended }).collect::<Vec<_>>();
        assert_eq!(at(1, None), [0, 1, 2]);
        assert_eq!(at(4, None), [1, 2]);
        assert_eq!(at(1, Some(5)), [0]);
        assert_eq!(at(5, Some(9)), [1]);
        assert_eq!(at(6, Some(8)), [0; 0]);
        let condition = "p.made <= 9 AND (p.ended IS NULL OR p.ended > 3)";
        assert_eq!(moments.condition("p."), condition);
    }
}
