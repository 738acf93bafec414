//! From scores to links. Each asker is one person, so its candidates are rivals: the probability of
//! each is weighed against all others, and a close runner-up makes a link doubtful. Only where the
//! register itself holds the person twice are both entries linked; entries under one id are one person
//! under several names or addresses, and never rivals. Invariant: an asker's links
//! depend on the register, the model and the asker, never on other askers.
#![expect(
    clippy::indexing_slicing,
    reason = "candidate numbers are rows of the register that found them"
)]

use crate::evidence::{Asker, Memory};
use crate::explain::{self, Explanation};
use crate::model::Model;
use crate::register::{Desk, Register};
use crate::score::{Scorer, Sheet};
use crate::table::{Person, Row, Table};
use rayon::prelude::*;

/// A believed pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// Places in the register's and in the asking list.
    pub a: usize,
    pub b: usize,
    /// That the two are one person, rivals weighed.
    pub probability: f64,
    /// log2 odds of the pair by itself.
    pub weight: f64,
    /// Bits between this entry and the next best other person; large when there is none.
    pub margin: f64,
}

/// What linking a whole list found.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// Best entries of each asker, in the order of the asking list, from `Linker::FLOOR` up.
    pub links: Vec<Link>,
    pub candidates: u64,
}

/// An entry of the register that resembles an asker, before rivals are weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rival {
    /// Its place in the register's list.
    pub a: usize,
    /// Units: bits, the log2 odds of the pair by itself.
    pub weight: f64,
}

/// Two entries of the register under different ids that may be one person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Double {
    /// Places in the register's list, the lower first.
    pub a: usize,
    pub b: usize,
    pub probability: f64,
    /// Units: bits.
    pub weight: f64,
}

/// A register and a model, ready to be asked.
pub struct Linker<'a> {
    register: &'a Register,
    pub(crate) scorer: Scorer,
    duplicates: Sheet,
}

struct Tools {
    desk: Desk,
    memory: Memory,
    inner: Memory,
    scored: Vec<(f64, u32)>,
}

impl Tools {
    fn new() -> Self {
        Self {
            desk: Desk::default(),
            memory: Memory::default(),
            inner: Memory::small(),
            scored: Vec::new(),
        }
    }

    fn small() -> Self {
        Self {
            desk: Desk::default(),
            memory: Memory::small(),
            inner: Memory::small(),
            scored: Vec::new(),
        }
    }
}

/// Units: bits. Who scores no more than this is no rival of anybody.
const HOPELESS: f64 = -12.0;

/// A margin when nobody else comes near.
const UNRIVALLED: f64 = 99.0;

impl<'a> Linker<'a> {
    /// Pairs less likely than this are not reported.
    pub const FLOOR: f64 = 0.01;

    pub fn new(register: &'a Register, model: &Model) -> Self {
        let scorer = Scorer::new(model, register.len());
        let duplicates = scorer.duplicates();
        Self { register, scorer, duplicates }
    }

    /// Links every person of a list.
    pub fn link(&self, table: &Table) -> Links {
        let asker = Asker::new(self.register, table);
        let itself = Asker::itself(self.register);
        let mut places: Vec<u32> = (0..).take(table.len()).collect();
        // Asking in order of birth date keeps the register's rows warm in the cache.
        places.par_sort_unstable_by_key(|place| (table.rows[*place as usize].birth, *place));
        let pieces: Vec<Links> = places
            .par_chunks(2_048)
            .map_init(Tools::new, |tools, places| {
                let mut found = Links::default();
                for place in places {
                    self.one(&asker, &itself, *place as usize, tools, &mut found);
                }
                found
            })
            .collect();
        let mut all = Links::default();
        for piece in pieces {
            all.candidates += piece.candidates;
            all.links.extend(piece.links);
        }
        all.links.par_sort_unstable_by_key(|link| (link.b, link.a));
        all
    }

    /// Links one new person: the same answer as in a list.
    pub fn ask(&self, person: Person<'_>) -> Vec<Link> {
        let table = Table::of([person]);
        let (asker, itself) = (Asker::new(self.register, &table), Asker::itself(self.register));
        let mut found = Links::default();
        self.one(&asker, &itself, 0, &mut Tools::small(), &mut found);
        found.links.sort_unstable_by_key(|link| link.a);
        found.links
    }

    fn one(
        &self,
        asker: &Asker<'_>,
        itself: &Asker<'_>,
        place: usize,
        tools: &mut Tools,
        out: &mut Links,
    ) {
        let row = &asker.table.rows[place];
        let sheet = self.scorer.sheet(asker.table.source_of(place));
        asker.register.candidates(asker.table, row, &mut tools.desk);
        out.candidates += tools.desk.found.len() as u64;
        tools.scored.clear();
        for a in &tools.desk.found {
            let evidence = asker.look(&self.register.rows[*a as usize], row, &mut tools.memory);
            if let Some(bits) = self.scorer.above(sheet, &evidence, HOPELESS) {
                tools.scored.push((bits, *a));
            }
        }
        let order = |entry: &(f64, u32)| self.register.places[entry.1 as usize];
        tools.scored.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then(order(x).cmp(&order(y))));
        let Some(best) = tools.scored.first().copied() else { return };
        if best.0 > -7.0 {
            self.settle(itself, place, best, tools, out);
        }
    }

    fn settle(
        &self,
        itself: &Asker<'_>,
        place: usize,
        best: (f64, u32),
        tools: &mut Tools,
        out: &mut Links,
    ) {
        let chosen = &self.register.rows[best.1 as usize];
        let (mut against, mut margin) = (1.0, UNRIVALLED);
        let mut again: Vec<(f64, u32, f64)> = Vec::new();
        for (bits, other) in tools.scored.iter().skip(1) {
            let twice = if self.register.one_id(best.1, *other) {
                UNRIVALLED
            } else if *bits > 0.0 {
                self.twice(itself, chosen, &self.register.rows[*other as usize], &mut tools.inner)
            } else {
                f64::NEG_INFINITY
            };
            if twice > 0.0 {
                again.push((*bits, *other, twice));
            } else {
                against += bits.exp2();
                margin = margin.min(best.0 - bits);
            }
        }
        let odds = best.0.exp2();
        let believed = if odds.is_finite() { odds / (odds + against) } else { 1.0 };
        let link = |bits: f64, a: u32, probability: f64| Link {
            a: self.register.places[a as usize] as usize,
            b: place,
            probability,
            weight: bits,
            margin,
        };
        if believed >= Self::FLOOR {
            out.links.push(link(best.0, best.1, believed));
            for (bits, a, twice) in again {
                out.links.push(link(bits, a, believed * share(bits.min(twice))));
            }
        }
    }

    /// The entries that resemble one person of a list most, best first: what somebody who has to
    /// decide wants to see side by side.
    ///
    /// Shape: at most `most`, those that are hopeless left out. Empty for a place beyond the list.
    pub fn rivals(&self, table: &Table, b: usize, most: usize) -> Vec<Rival> {
        if b >= table.len() {
            return Vec::new();
        }
        let (asker, itself) = (Asker::new(self.register, table), Asker::itself(self.register));
        let mut tools = Tools::small();
        self.one(&asker, &itself, b, &mut tools, &mut Links::default());
        let rival = |(weight, row): &(f64, u32)| Rival {
            a: self.register.places[*row as usize] as usize,
            weight: *weight,
        };
        tools.scored.iter().take(most).map(rival).collect()
    }

    /// Entries of the register that may be one person entered twice, by place.
    ///
    /// Shape: each pair once, from probability `floor` up; entries under one id are one already.
    pub fn doubles(&self, floor: f64) -> Vec<Double> {
        let itself = Asker::itself(self.register);
        let rows: Vec<u32> = (0..).take(self.register.len()).collect();
        let one = |tools: &mut Tools, row: &u32| -> Vec<Double> {
            let asking = &self.register.rows[*row as usize];
            self.register.candidates(self.register.table(), asking, &mut tools.desk);
            // Both orders are asked: which keys two rows share may depend on who asks.
            let others = tools.desk.found.iter().filter(|other| **other != *row);
            let weigh = |other: &u32| {
                let other_row = &self.register.rows[*other as usize];
                (*other, self.twice(&itself, asking, other_row, &mut tools.inner))
            };
            let scored = others.map(weigh).filter(|(_, bits)| share(*bits) >= floor);
            let place = |row: u32| self.register.places[row as usize] as usize;
            let double = |(other, weight): (u32, f64)| {
                let (x, y) = (place(*row), place(other));
                Double { a: x.min(y), b: x.max(y), probability: share(weight), weight }
            };
            scored.filter(|(other, _)| !self.register.one_id(*row, *other)).map(double).collect()
        };
        let found = rows.par_chunks(2_048).map_init(Tools::new, |tools, rows| {
            rows.iter().flat_map(|row| one(tools, row)).collect::<Vec<Double>>()
        });
        let mut all: Vec<Double> = found.flatten_iter().collect();
        all.par_sort_unstable_by_key(|double| (double.a, double.b));
        all.dedup_by_key(|double| (double.a, double.b));
        all
    }

    /// Why two entries of the register may be one. `None` when a place is beyond the list.
    pub fn explain_double(&self, a: usize, b: usize) -> Option<Explanation> {
        explain::explain(self.register, &self.scorer, &self.duplicates, a, self.register.table(), b)
    }

    /// log2 odds that two entries of the register are one person entered twice.
    fn twice(&self, itself: &Asker<'_>, a: &Row, b: &Row, memory: &mut Memory) -> f64 {
        let evidence = itself.look(a, b, memory);
        self.scorer.score(&self.duplicates, &evidence).bits
    }

    /// Why the pair of an entry of the register and a person of a list scores what it scores.
    /// `None` when one of the places is beyond its list.
    pub fn explain(&self, a: usize, table: &Table, b: usize) -> Option<Explanation> {
        let sheet = self.scorer.sheet(table.source_of(b));
        explain::explain(self.register, &self.scorer, sheet, a, table, b)
    }

    /// How many of these pairs (place in the register's list, place in the asking list) would be
    /// looked at, at all.
    pub fn considered(&self, table: &Table, pairs: &[(usize, usize)]) -> usize {
        let considers = |desk: &mut Desk, (a, b): &(usize, usize)| {
            let Some(row) = table.rows.get(*b) else { return false };
            self.register.candidates(table, row, desk);
            desk.found.iter().any(|found| self.register.places[*found as usize] as usize == *a)
        };
        let found = pairs.par_iter().map_init(Desk::default, considers);
        found.filter(|considered| *considered).count()
    }
}

fn share(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}
