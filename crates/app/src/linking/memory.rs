//! What people decided of who is who, brought to mind when the same question comes again. A row is
//! known again by what it said of identity alone. Invariants: a decision that was taken back is as if it
//! had never been made; one about a record that was merged away is about the record it became part of,
//! for as long as the merge stands.

use std::collections::{BTreeMap, HashMap};

use domain::person::fold;
use sha2::{Digest, Sha256};
use store::Tx;
use store::linking::{Decided, merged, merged_of_new, standing};

use super::engine::Asked;
use super::queue::Key;
use crate::context::Wrong;

/// What a person says of two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Same,
    Different,
    /// Cannot be told now; asked again once either record says something else.
    LaterAgain,
}

impl Verdict {
    pub const ALL: [Verdict; 3] = [Verdict::Same, Verdict::Different, Verdict::LaterAgain];

    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Different => "different",
            Verdict::LaterAgain => "later",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Verdict::Same => "The same person",
            Verdict::Different => "Two people",
            Verdict::LaterAgain => "Cannot tell yet",
        }
    }

    pub fn from_name(name: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// A standing decision about a partner's row.
#[derive(Clone, Debug)]
pub struct Remembered {
    pub person: i64,
    pub verdict: Verdict,
    /// The day it was made, as ISO text.
    pub day: String,
    pub sender: String,
    /// The fingerprint of what the register held of the person then.
    pub known: String,
    pub said: Asked,
    pub probability: Option<f64>,
}

/// What decisions about one row come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Same(i64),
    /// Everybody whom it may speak of is ruled out.
    Nobody,
    Open,
}

/// How a side begins that is another record of the register.
pub(super) const PAIR: &str = "person:";

/// Every standing decision about rows, by what the row said.
#[derive(Default)]
pub struct Memory {
    by_row: HashMap<String, Vec<Remembered>>,
    merged: BTreeMap<i64, i64>,
}

impl Memory {
    pub async fn load(tx: &mut Tx) -> Result<Memory, Wrong> {
        let mut memory = Memory { merged: merged(tx).await?, ..Memory::default() };
        let mut made: HashMap<String, i64> = HashMap::new();
        for (import, line, person) in merged_of_new(tx).await? {
            made.insert(Key::Row { import, line }.to_string(), memory.now(person));
        }
        let mut all: Vec<(i64, String, Remembered)> = Vec::new();
        // Of what such a row said: the decisions that made it somebody, and who that is now.
        let mut makers: HashMap<String, Vec<(i64, i64)>> = HashMap::new();
        for decided in standing(tx).await? {
            let (id, person) = (decided.id, made.get(&decided.origin).copied());
            let pair = decided.side.starts_with(PAIR).then(|| decided.side.clone());
            let Some(one) = read(decided) else { continue };
            let one = Remembered { person: memory.now(one.person), ..one };
            let side = pair.unwrap_or_else(|| print(&one.said, &one.sender));
            if let Some(person) = person {
                makers.entry(side.clone()).or_default().push((id, person));
            }
            all.push((id, side, one));
        }
        for (id, side, one) in all {
            // Somebody new who was found to be one with somebody else is what the row spoke of after all.
            // What was said since somebody was made of it stands, and so does what another merge is about.
            let mut of_row = makers.get(&side).into_iter().flatten();
            let over = one.verdict == Verdict::Different
                && of_row.any(|(last, person)| id <= *last && *person == one.person);
            if !over {
                memory.by_row.entry(side).or_default().push(one);
            }
        }
        Ok(memory)
    }

    /// Of decisions at hand, by what the row said.
    #[cfg(test)]
    pub(super) fn of(all: Vec<(String, Remembered)>) -> Memory {
        let mut memory = Memory::default();
        for (side, one) in all {
            memory.by_row.entry(side).or_default().push(one);
        }
        memory
    }

    /// Whose record a number stands for now.
    pub fn now(&self, person: i64) -> i64 {
        self.merged.get(&person).copied().unwrap_or(person)
    }

    /// Whose records these numbers stand for now, each once, in their order.
    pub fn all_now(&self, people: &[i64]) -> Vec<i64> {
        let mut now: Vec<i64> = Vec::with_capacity(people.len());
        for person in people.iter().map(|person| self.now(*person)) {
            if !now.contains(&person) {
                now.push(person);
            }
        }
        now
    }

    /// What was decided last of each person and a row that says this of identity.
    pub fn of_asked(&self, asked: &Asked, sender: &str) -> Vec<&Remembered> {
        // A row is asked about several times on its way, and its fingerprint costs more than all else of it.
        if self.by_row.is_empty() {
            return Vec::new();
        }
        self.of_row(&print(asked, sender))
    }

    /// What was decided last of each person and a row, in the order in which it was decided.
    pub fn of_row(&self, print: &str) -> Vec<&Remembered> {
        let all = self.by_row.get(print).map_or(&[][..], Vec::as_slice);
        let later = |at: usize, person: i64| all.iter().skip(at + 1).any(|d| d.person == person);
        let newest = all.iter().enumerate().filter(|(at, one)| !later(*at, one.person));
        newest.map(|(_, one)| one).collect()
    }

    /// What decisions come to for a row that may speak of these people.
    pub fn answer(&self, print: &str, candidates: &[i64]) -> Answered {
        let standing = self.of_row(print);
        let verdict =
            |person: &i64| standing.iter().find(|d| d.person == *person).map(|d| d.verdict);
        let candidates = self.all_now(candidates);
        // Of two that were said to be meant, the one who was said last.
        let mut said = standing.iter().rev().filter(|d| d.verdict == Verdict::Same);
        if let Some(decided) = said.find(|d| candidates.contains(&d.person)) {
            return Answered::Same(decided.person);
        }
        match candidates.iter().all(|person| verdict(person) == Some(Verdict::Different)) {
            true => Answered::Nobody,
            false => Answered::Open,
        }
    }

    /// Every standing decision with what it was about.
    pub fn all(&self) -> impl Iterator<Item = (&String, &Remembered)> {
        self.by_row.iter().flat_map(|(side, all)| all.iter().map(move |one| (side, one)))
    }

    /// Decisions that settle something about one sender's rows, in a fixed order.
    pub fn of_sender(&self, sender: &str) -> Vec<&Remembered> {
        let mut all: Vec<(&String, &Remembered)> = self
            .all()
            .filter(|(_, one)| one.sender == sender && one.verdict != Verdict::LaterAgain)
            .collect();
        all.sort_by(|x, y| (x.0, x.1.person).cmp(&(y.0, y.1.person)));
        all.into_iter().map(|(_, one)| one).collect()
    }

    /// Decisions about rows with the probability that the engine gave: whether the lines stand where they should.
    /// Of two records of the register only that they are two is decided; that they are one is a merge.
    pub fn scored(&self) -> Vec<(f64, bool)> {
        let rows = self.all().filter(|(side, _)| !side.starts_with(PAIR)).map(|(_, d)| d);
        let settled = rows.filter(|d| d.verdict != Verdict::LaterAgain);
        settled.filter_map(|d| Some((d.probability?, d.verdict == Verdict::Same))).collect()
    }
}

fn read(decided: Decided) -> Option<Remembered> {
    Some(Remembered {
        person: decided.person,
        verdict: Verdict::from_name(&decided.verdict)?,
        day: decided.at.chars().take(10).collect(),
        sender: decided.sender,
        known: decided.known,
        said: serde_json::from_str(&decided.said).ok()?,
        probability: decided.probability,
    })
}

/// What a row says of identity, as a fingerprint: names folded, case and spaces left aside. A row with neither a
/// number nor both a day of birth and a postcode says too little to answer for another sender's with the same words:
/// two boys of one name may be born on one day.
pub fn print(asked: &Asked, sender: &str) -> String {
    let mut parts = vec![
        fold(&asked.given),
        fold(&asked.family),
        asked.born.trim().to_owned(),
        fold(&asked.postcode),
        fold(&asked.upn),
        fold(&asked.uln),
        fold(&asked.sex),
    ];
    let says = |part: &str| !part.trim().is_empty();
    let telling =
        says(&asked.upn) || says(&asked.uln) || (says(&asked.born) && says(&asked.postcode));
    if !telling {
        parts.push(sender.to_owned());
    }
    let digest = Sha256::digest(parts.join("|"));
    let half = digest.iter().take(16).fold(0, |half, byte| half << 8 | u128::from(*byte));
    format!("{half:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Another sender's row with the same words is the same statement where it says enough.
    #[test]
    fn a_fingerprint_is_its_senders_own_unless_it_tells_who_it_is() {
        let born = Asked {
            given: "Mohammed".to_owned(),
            family: "Ali".to_owned(),
            born: "2010-05-12".to_owned(),
            ..Asked::default()
        };
        let (home, number) = ("ME4 4EE".to_owned(), "H887400009001".to_owned());
        for (asked, shared) in [
            (Asked::default(), false),
            (born.clone(), false),
            (Asked { postcode: home.clone(), ..born.clone() }, true),
            (Asked { postcode: home, born: String::new(), ..born.clone() }, false),
            (Asked { upn: number.clone(), born: String::new(), ..born.clone() }, true),
            (Asked { uln: number, ..Asked::default() }, true),
        ] {
            assert_eq!(print(&asked, "a") == print(&asked, "b"), shared, "{asked:?}");
        }
    }

    /// That two are one is nowhere among the decisions, so that two who are two would tip the scales.
    #[test]
    fn pairs_of_the_register_do_not_move_the_lines() {
        let one = |verdict, probability| Remembered {
            person: 2,
            verdict,
            day: String::new(),
            sender: String::new(),
            known: String::new(),
            said: Asked::default(),
            probability: Some(probability),
        };
        let memory = Memory::of(vec![
            (format!("{PAIR}1"), one(Verdict::Different, 0.9)),
            ("a row".to_owned(), one(Verdict::Same, 0.8)),
            ("another".to_owned(), one(Verdict::LaterAgain, 0.7)),
        ]);
        assert_eq!(memory.scored(), [(0.8, true)]);
    }
}
