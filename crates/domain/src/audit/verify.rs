//! Walking the chain against its checkpoints and saying what was touched.

use std::collections::BTreeSet;

use super::chain::{GENESIS, Hash, Row, link};
use super::checkpoint::Checkpoint;

/// What is wrong with the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// Numbers are left out: rows were taken out.
    Missing,
    /// The row and its hash do not agree: it was edited, moved or put in.
    Edited,
    /// A row after the chain began has no hash.
    Unhashed,
    /// The chain agrees with itself, but not with what was signed: it was made anew.
    Rebuilt,
    /// Rows that were signed for are not there any more.
    Truncated,
    /// The register's counter says that there were more or fewer rows.
    Counter,
    /// A checkpoint is not where it should be, or not what the next one names.
    Checkpoint,
    /// A signature is not that of the key.
    Signature,
}

impl Fault {
    pub const fn name(self) -> &'static str {
        match self {
            Fault::Missing => "missing",
            Fault::Edited => "edited",
            Fault::Unhashed => "unhashed",
            Fault::Rebuilt => "rebuilt",
            Fault::Truncated => "truncated",
            Fault::Counter => "counter",
            Fault::Checkpoint => "checkpoint",
            Fault::Signature => "signature",
        }
    }
}

/// One thing that was found, with the row or checkpoint it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub fault: Fault,
    pub number: i64,
    pub sentence: String,
}

/// The walk: give it every row in the order of numbers, then [`Walk::end`] it.
#[derive(Clone, Debug)]
pub struct Walk {
    /// By size.
    checkpoints: Vec<Checkpoint>,
    at: usize,
    /// The hash before the next row; `None` after a gap, where the next row begins anew.
    before: Option<Hash>,
    last: i64,
    begun: bool,
    unhashed_before: i64,
    found: Vec<Found>,
    faults: u64,
}

/// So many findings are told one by one; the rest is counted.
const TOLD_MOST: usize = 50;

impl Walk {
    /// `checkpoints` whose signatures hold, in the order of their numbers.
    pub fn new(checkpoints: Vec<Checkpoint>) -> Walk {
        let mut walk = Walk {
            checkpoints,
            at: 0,
            before: Some(GENESIS),
            last: 0,
            begun: false,
            unhashed_before: 0,
            found: Vec::new(),
            faults: 0,
        };
        walk.order();
        walk
    }

    /// Checkpoints count without gaps and each names the one before.
    fn order(&mut self) {
        let mut wrong = Vec::new();
        let mut before: Option<&Checkpoint> = None;
        for one in &self.checkpoints {
            let number = before.map_or(1, |b| b.number + 1);
            if one.number != number {
                wrong.push((number, format!("checkpoint {number} is missing")));
            } else if one.before != before.map(Checkpoint::hash) {
                wrong.push((number, format!("checkpoint {number} names another one before it")));
            } else if before.is_some_and(|b| b.size > one.size) {
                wrong.push((number, format!("checkpoint {number} has fewer rows than the last")));
            }
            before = Some(one);
        }
        for (number, sentence) in wrong {
            self.tell(Fault::Checkpoint, number, sentence);
        }
    }

    /// The next row with the hash that is kept with it.
    pub fn row(&mut self, row: &Row<'_>, kept: Option<&Hash>) {
        let expected = self.last + 1;
        if row.seq != expected {
            let sentence = format!("rows {expected} to {} are not there", row.seq - 1);
            self.tell(Fault::Missing, expected, sentence);
            self.skip(row.seq - 1);
            self.before = None;
        }
        self.last = row.seq;
        match kept {
            None if self.begun => {
                self.tell(Fault::Unhashed, row.seq, format!("row {} has no hash", row.seq));
                self.before = None;
            }
            // Rows from before the chain was kept; the first that has a hash begins it.
            None => self.unhashed_before += 1,
            Some(kept) => {
                self.begun = true;
                let before = self.before.unwrap_or_default();
                if self.before.is_some() && link(&before, row) != *kept {
                    let sentence =
                        format!("row {} ({}) is not what its hash says", row.seq, row.act);
                    self.tell(Fault::Edited, row.seq, sentence);
                }
                self.before = Some(*kept);
            }
        }
        self.passed(row.seq, kept);
    }

    /// Checkpoints whose rows are not there: the gap has been told.
    fn skip(&mut self, until: i64) {
        while self.checkpoints.get(self.at).is_some_and(|one| one.size <= until) {
            self.at += 1;
        }
    }

    /// Compares with the checkpoints that end at this row.
    fn passed(&mut self, seq: i64, kept: Option<&Hash>) {
        while let Some(one) = self.checkpoints.get(self.at).filter(|one| one.size <= seq).cloned() {
            self.at += 1;
            if kept != Some(&one.head) {
                let sentence = format!(
                    "row {seq} is not the one that checkpoint {} of {} signed",
                    one.number, one.at
                );
                self.tell(Fault::Rebuilt, seq, sentence);
            }
        }
    }

    /// `counter` is the last number that the register says it gave; `told` are the numbers of
    /// checkpoints that the audit itself tells of.
    pub fn end(mut self, counter: i64, told: &BTreeSet<i64>) -> Vec<Found> {
        let last = self.last;
        let signed = self.checkpoints.iter().map(|one| one.size).max().unwrap_or(0);
        if signed > last {
            let sentence =
                format!("the audit ends at row {last}, but {signed} rows have been signed for");
            self.tell(Fault::Truncated, last, sentence);
        }
        if counter != last {
            let sentence = format!(
                "the audit ends at row {last}, but the register has given numbers to {counter}"
            );
            self.tell(Fault::Counter, last, sentence);
        }
        let newest = self.checkpoints.last().map_or(0, |one| one.number);
        for number in told.iter().filter(|number| **number > newest) {
            let sentence = format!("the audit tells of checkpoint {number}, which is not here");
            self.tell(Fault::Checkpoint, *number, sentence);
        }
        if self.faults > TOLD_MOST as u64 {
            let more = self.faults - TOLD_MOST as u64;
            let fault = self.found.last().map_or(Fault::Edited, |f| f.fault);
            self.found.push(Found { fault, number: last, sentence: format!("and {more} more") });
        }
        self.found
    }

    /// Rows at the beginning that are older than the chain.
    pub fn unhashed_before(&self) -> i64 {
        self.unhashed_before
    }

    pub fn last(&self) -> i64 {
        self.last
    }

    fn tell(&mut self, fault: Fault, number: i64, sentence: String) {
        self.faults += 1;
        if self.found.len() < TOLD_MOST {
            self.found.push(Found { fault, number, sentence });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: i64) -> Row<'static> {
        let (at, act) = ("2025-11-24T12:00:00.000000Z", "opened");
        Row { seq, at, account: Some(1), act, person: Some(9), purpose: "casework", detail: "" }
    }

    fn hashes(rows: i64) -> Vec<Hash> {
        let chain = (1..=rows).scan(GENESIS, |before, seq| {
            *before = link(before, &row(seq));
            Some(*before)
        });
        chain.collect()
    }

    fn point(number: i64, size: i64, head: Hash, before: Option<&Checkpoint>) -> Checkpoint {
        let at = "2025-11-24T13:00:00.000000Z".to_owned();
        Checkpoint { number, size, head, at, before: before.map(Checkpoint::hash) }
    }

    fn faults(found: &[Found]) -> Vec<(Fault, i64)> {
        found.iter().map(|f| (f.fault, f.number)).collect()
    }

    #[test]
    fn a_whole_chain_has_no_fault_and_may_begin_late() {
        let kept = hashes(6);
        let first = point(1, 3, kept[2], None);
        let second = point(2, 6, kept[5], Some(&first));
        let mut walk = Walk::new(vec![first, second]);
        (1..=6).for_each(|seq| walk.row(&row(seq), Some(&kept[seq as usize - 1])));
        assert_eq!(walk.end(6, &BTreeSet::from([1, 2])), vec![]);
        let begun = link(&GENESIS, &row(3));
        let mut late = Walk::new(vec![point(1, 3, begun, None)]);
        late.row(&row(1), None);
        late.row(&row(2), None);
        late.row(&row(3), Some(&begun));
        assert_eq!(late.unhashed_before(), 2);
        assert_eq!(late.end(3, &BTreeSet::new()), vec![]);
    }

    #[test]
    fn hashes_that_were_all_taken_away_are_missed() {
        let kept = hashes(3);
        let mut walk = Walk::new(vec![point(1, 3, kept[2], None)]);
        (1..=3).for_each(|seq| walk.row(&row(seq), None));
        assert_eq!(faults(&walk.end(3, &BTreeSet::new())), vec![(Fault::Rebuilt, 3)]);
    }

    #[test]
    fn checkpoints_that_were_taken_away_are_missed() {
        let kept = hashes(3);
        let all: Vec<Checkpoint> = (1..=3).fold(Vec::new(), |mut all: Vec<Checkpoint>, number| {
            let next = point(number, number, kept[number as usize - 1], all.last());
            all.push(next);
            all
        });
        let told = BTreeSet::from([1, 2, 3]);
        let left = |keep: &[usize]| {
            let mut walk = Walk::new(keep.iter().map(|at| all[*at].clone()).collect());
            (1..=3).for_each(|seq| walk.row(&row(seq), Some(&kept[seq as usize - 1])));
            faults(&walk.end(3, &told))
        };
        assert_eq!(left(&[0, 1, 2]), vec![]);
        assert_eq!(left(&[0, 2]), vec![(Fault::Checkpoint, 2)]);
        assert_eq!(left(&[0, 1]), vec![(Fault::Checkpoint, 3)]);
        assert_eq!(left(&[1, 2])[0], (Fault::Checkpoint, 1));
    }
}
