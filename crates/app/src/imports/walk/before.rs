//! Rows that speak of somebody whom this very file brought in. Until its chunk is written such a person has a
//! provisional number, which nothing that is kept may hold.

use std::collections::HashMap;

use domain::edition::{Edition, Returning};
use domain::intake::Declaration;
use domain::matching::Match;
use domain::person::Field;
use formats::reference::editions;
use jiff::civil::Date;
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
                Some((Earlier::Same(person), twice(*row, said, self.plan.as_of)))
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
/// September Guarantee or as a duplicate; the register keeps one status of a person, and says what is lost by it and
/// what whoever settles the row has to decide.
///
/// Source: check 902 (a record of the guarantee may repeat an identifier), cohort statuses (YP10). How two records of
/// one identifier are to be read was not found, so that nobody's status changes without a person.
pub(super) fn twice(row: u32, said: &Declaration, as_of: Date) -> String {
    let same = format!("row {row} of this file speaks of the same person");
    let status = said.particulars.get(Field::CohortStatus);
    let Some(status) = status.filter(|_| said.ypid.is_some()) else { return same };
    let decide = to_decide(row, editions().on(as_of), status);
    format!(
        "{same}, of whom one cohort status is kept: this record ({status}) is not taken over, and a return written \
         from the register lacks it. {decide}. Only where its identifier is another can it be kept, as that of \
         somebody new"
    )
}

/// What to decide of a second record, by how long its status keeps somebody in the return.
fn to_decide(row: u32, edition: Option<&Edition>, status: &str) -> String {
    let known = edition.and_then(|edition| edition.cohort_statuses.get(status));
    match known.map(|known| (known.returning, known.label.as_str())) {
        Some((Returning::UntilGuaranteeCloses, _)) => "Decide whether they are of the primary cohort still: if so, \
            leave this record out, and write its September Guarantee status on their page where that lacks it; if \
            not, answer that it is the same person, who is then returned for the guarantee alone"
            .to_owned(),
        Some((Returning::EveryMonth, _)) => format!(
            "Decide whether they are of the primary cohort still: if so, answer that it is the same person, and \
             this status takes the place of that of row {row}; if not, leave this record out"
        ),
        Some((_, label)) => format!(
            "Decide whether this holds of them ({label}): if so, answer that it is the same person, who is then \
             told of as that and no longer as row {row} has it; if not, leave this record out"
        ),
        None => "Decide which of the two records holds".to_owned(),
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
