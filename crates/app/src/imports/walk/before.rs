//! Rows that speak of somebody whom this very file brought in. Until its chunk is written such a person has a
//! provisional number, which nothing that is kept may hold.

use std::collections::HashMap;

use domain::intake::Declaration;
use domain::matching::Match;
use domain::person::Field;
use store::imports::ImportRow;

use super::{DECIDED_NEW, Walk};

/// Whom of those that this file brought in a row speaks of.
pub(super) enum Earlier {
    Same(i64),
    /// Which of these, a person decides.
    Perhaps(Vec<i64>),
}

impl Earlier {
    pub(super) fn people(self) -> Vec<i64> {
        match self {
            Earlier::Same(id) => vec![id],
            Earlier::Perhaps(people) => people,
        }
    }
}

impl Walk<'_> {
    /// Whether a row speaks of somebody whom this very file brought in, with their number, or has the number or the
    /// name and birth date of one, and why; `None` where it does not, or a person said otherwise of a row whose
    /// return's identifier nobody has.
    pub(super) fn brought_before(
        &self,
        said: &Declaration,
        reason: &str,
    ) -> Option<(Earlier, String)> {
        if reason == DECIDED_NEW {
            let first = self.index.identified(said)?;
            return Some((Earlier::Perhaps(vec![first]), taken()));
        }
        let not = self.weigher.not(&self.said_of(said));
        match self.index.decide_but(said, &not) {
            Match::Same { person, .. } if !self.weigher.knows(person) => {
                let row = self.seen.get(&person)?;
                Some((Earlier::Same(person), twice(*row, said)))
            }
            Match::Review { candidates, reason } if self.index.has_number(said, &not) => {
                let row = candidates.iter().find_map(|person| self.seen.get(person))?;
                let why = format!("row {row} of this file has the same number: {reason}");
                Some((Earlier::Perhaps(candidates), why))
            }
            Match::Review { mut candidates, reason } => {
                // Whom this file brought in was not weighed; who has another number is somebody else.
                let named = self.index.of_name(said, &not);
                candidates.retain(|id| named.contains(id) && !self.weigher.knows(*id));
                let row = candidates.iter().find_map(|person| self.seen.get(person))?;
                let why = format!("row {row} of this file may be the same person: {reason}");
                Some((Earlier::Perhaps(candidates), why))
            }
            _ => None,
        }
    }
}

/// Why a second row of somebody waits. A return may tell of one person twice, as of the primary cohort and of the
/// September Guarantee or as a duplicate; the register keeps one status of a person, and says what is lost by it.
///
/// Source: check 902 (a record of the guarantee may repeat an identifier), cohort statuses (YP10).
pub(super) fn twice(row: u32, said: &Declaration) -> String {
    let same = format!("row {row} of this file speaks of the same person");
    match (&said.ypid, said.particulars.get(Field::CohortStatus)) {
        (Some(_), Some(status)) => format!(
            "{same}, of whom one cohort status is kept: this record ({status}) is not taken over, and a return \
             written from the register lacks it. Only where its identifier is another can it be kept, as that of \
             somebody new"
        ),
        _ => same,
    }
}

/// Why a row that was answered to be somebody new waits all the same.
pub(super) fn taken() -> String {
    "answered to be somebody new, but somebody has its return's identifier already: it can only be theirs, or left out"
        .to_owned()
}

/// Gives whom the rows speak of the numbers that the register gave them. In a dry run it gives none: such a row speaks
/// of nobody yet, and nobody can be asked about whom the register does not hold.
pub(super) fn renumber(fates: &mut [ImportRow], numbers: &HashMap<i64, i64>) {
    let now = |id: i64| numbers.get(&id).copied().unwrap_or(id);
    for fate in fates {
        fate.person = fate.person.map(now).filter(|id| *id > 0);
        let whom = fate.candidates.split(',').filter_map(|id| id.parse().ok()).map(now);
        let whom: Vec<String> = whom.filter(|id| *id > 0).map(|id| id.to_string()).collect();
        fate.candidates = whom.join(",");
    }
}
