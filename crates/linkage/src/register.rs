//! A list prepared to be asked: rows sorted so that likely candidates lie together in memory, an
//! index of blocking keys, and how common each value is. Asking changes nothing, so any number of
//! threads may ask at once and each gets the same answer.
#![expect(clippy::indexing_slicing, reason = "every index was made from the length it is used on")]

use crate::keys::{Grain, Key, Side, keys};
use crate::table::{Book, Rare, Row, Table};
use crate::text::QuickMap;
use rayon::prelude::*;

/// The register that other lists are linked to.
pub struct Register {
    pub(crate) table: Table,
    /// Rows by date of birth and names; `places` tells where each stood in the list.
    pub(crate) rows: Vec<Row>,
    pub(crate) places: Vec<u32>,
    pub(crate) rarity: Rarity,
    index: Index,
}

/// log2 of the share of records that hold a value; what is not held counts as held once.
pub(crate) struct Rarity {
    once: f32,
    pub(crate) forenames: Vec<f32>,
    pub(crate) surnames: Vec<f32>,
    pub(crate) schools: Vec<f32>,
    by_forename: QuickMap<u64, f32>,
    by_surname: QuickMap<u64, f32>,
    by_school: QuickMap<u64, f32>,
}

struct Index {
    shift: u32,
    starts: Vec<u32>,
    keys: Vec<u32>,
    rows: Vec<u32>,
}

impl Register {
    /// Sorts, counts and indexes a list. Takes about a second and 250 MB for a million people.
    pub fn new(table: Table) -> Self {
        let mut places: Vec<u32> = (0..).take(table.len()).collect();
        let order = |place: &u32| {
            let row = &table.rows[*place as usize];
            (row.birth, row.surname, row.postcode, *place)
        };
        places.par_sort_unstable_by_key(order);
        let mut rows: Vec<Row> = places.iter().map(|place| table.rows[*place as usize]).collect();
        rate(&mut rows);
        let rarity = Rarity::of(&table);
        let index = Index::of(&table, &rows);
        Self { table, rows, places, rarity, index }
    }

    pub fn table(&self) -> &Table {
        &self.table
    }
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// The prepared row of the person at a place of the list.
    pub(crate) fn row_at(&self, place: usize) -> Option<&Row> {
        let (birth, surname, postcode) =
            self.table.rows.get(place).map(|r| (r.birth, r.surname, r.postcode))?;
        let wanted = (birth, surname, postcode, place);
        let (mut from, mut until) = (0, self.rows.len());
        while from < until {
            let middle = from + (until - from) / 2;
            let row = &self.rows[middle];
            if (row.birth, row.surname, row.postcode, self.places[middle] as usize) < wanted {
                from = middle + 1;
            } else {
                until = middle;
            }
        }
        self.rows.get(from)
    }

    /// The rows that share a key with the asker, each once. Nothing may depend on their order.
    pub(crate) fn candidates(&self, table: &Table, row: &Row, desk: &mut Desk) {
        desk.begin(self.len());
        let (mut asked, mut ranges) =
            (std::mem::take(&mut desk.keys), std::mem::take(&mut desk.ranges));
        keys(table, row, Side::Asking, Grain::of(self.len()), &mut asked);
        // Two passes, so that the memory of all keys is fetched at once instead of one by one.
        ranges.clear();
        ranges.extend(asked.iter().map(|key| self.index.bucket(*key)));
        for (key, range) in asked.iter().zip(&ranges) {
            for found in self.index.find(*key, *range) {
                desk.add(*found);
            }
        }
        desk.ranges = ranges;
        desk.end();
        desk.keys = asked;
    }
}

/// What one thread needs to gather candidates without asking for memory each time.
#[derive(Default)]
pub(crate) struct Desk {
    keys: Vec<Key>,
    ranges: Vec<(u32, u32)>,
    stamps: Vec<u32>,
    stamp: u32,
    few: bool,
    pub(crate) found: Vec<u32>,
}

impl Desk {
    /// A desk for one question, which asks for no memory the size of the register.
    pub(crate) fn small() -> Self {
        Self { few: true, ..Self::default() }
    }

    fn begin(&mut self, rows: usize) {
        self.found.clear();
        if self.few {
            return;
        }
        if self.stamps.len() != rows || self.stamp == u32::MAX {
            self.stamps = vec![0; rows];
            self.stamp = 0;
        }
        self.stamp += 1;
    }

    fn add(&mut self, row: u32) {
        if self.few {
            self.found.push(row);
            return;
        }
        let stamp = &mut self.stamps[row as usize];
        if *stamp != self.stamp {
            *stamp = self.stamp;
            self.found.push(row);
        }
    }

    fn end(&mut self) {
        if self.few {
            self.found.sort_unstable();
            self.found.dedup();
        }
    }
}

impl Index {
    fn of(table: &Table, rows: &[Row]) -> Self {
        let grain = Grain::of(rows.len());
        let pieces: Vec<Vec<(u32, u32)>> = rows
            .par_chunks(16_384)
            .enumerate()
            .map(|(piece, rows)| {
                let mut own = Vec::with_capacity(20);
                let mut out = Vec::with_capacity(rows.len() * 16);
                for (at, row) in (piece * 16_384..).zip(rows) {
                    keys(table, row, Side::Filed, grain, &mut own);
                    let at = u32::try_from(at).expect("people fit in u32");
                    out.extend(own.iter().map(|key| (key.hash, at)));
                }
                out
            })
            .collect();
        let entries = pieces.iter().map(Vec::len).sum::<usize>();
        let bits = usize::BITS - (entries / 2).max(16).leading_zeros();
        let shift = 32 - bits.min(26);
        let mut starts = vec![0_u32; (1 << (32 - shift)) + 2];
        for (key, _) in pieces.iter().flatten() {
            starts[(key >> shift) as usize + 2] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let (mut keys, mut of_rows) = (vec![0_u32; entries], vec![0_u32; entries]);
        for (key, row) in pieces.into_iter().flatten() {
            let slot = &mut starts[(key >> shift) as usize + 1];
            keys[*slot as usize] = key;
            of_rows[*slot as usize] = row;
            *slot += 1;
        }
        let mut index = Self { shift, starts, keys, rows: of_rows };
        index.settle();
        index
    }

    /// Brings equal keys together inside each bucket.
    fn settle(&mut self) {
        let mut bucket: Vec<(u32, u32)> = Vec::new();
        for at in 0..self.starts.len() - 2 {
            let range = self.starts[at] as usize..self.starts[at + 1] as usize;
            if range.len() < 2 {
                continue;
            }
            bucket.clear();
            bucket.extend(
                self.keys[range.clone()]
                    .iter()
                    .copied()
                    .zip(self.rows[range.clone()].iter().copied()),
            );
            // The sort is stable by construction: rows ascend among equal keys already.
            bucket.sort_by_key(|(key, _)| *key);
            for (slot, (key, row)) in range.zip(&bucket) {
                self.keys[slot] = *key;
                self.rows[slot] = *row;
            }
        }
    }

    fn bucket(&self, key: Key) -> (u32, u32) {
        let bucket = (key.hash >> self.shift) as usize;
        (self.starts[bucket], self.starts[bucket + 1])
    }

    fn find(&self, key: Key, (start, end): (u32, u32)) -> &[u32] {
        let (key, crowd) = (key.hash, key.crowd as usize);
        let (start, end) = (start as usize, end as usize);
        let keys = &self.keys[start..end];
        let from = start
            + if keys.len() > 16 {
                keys.partition_point(|other| *other < key)
            } else {
                keys.iter().position(|other| *other >= key).unwrap_or(keys.len())
            };
        let length =
            self.keys[from..end].iter().take(crowd + 1).take_while(|other| **other == key).count();
        if length > crowd { &[] } else { &self.rows[from..from + length] }
    }
}

impl Rarity {
    fn of(table: &Table) -> Self {
        let count = |values: &mut dyn Iterator<Item = u64>| shares(table.len(), values);
        let squashed = |book: &Book, number: u32| book.form(number).squashed;
        let by_forename =
            count(&mut table.rows.iter().map(|row| squashed(&table.forenames, row.forename)));
        let by_surname =
            count(&mut table.rows.iter().map(|row| squashed(&table.surnames, row.surname)));
        let by_school =
            count(&mut table.rows.iter().map(|row| squashed(&table.schools, row.school)));
        let mut rarity = Self {
            once: (1.0 / table.len().max(1) as f32).log2(),
            forenames: Vec::new(),
            surnames: Vec::new(),
            schools: Vec::new(),
            by_forename,
            by_surname,
            by_school,
        };
        (rarity.forenames, rarity.surnames, rarity.schools) = rarity.of_books(table);
        rarity
    }

    /// The rarity in this register of each name in the books of any table.
    pub(crate) fn of_books(&self, table: &Table) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let look = |book: &Book, known: &QuickMap<u64, f32>| {
            let rare =
                |form: &crate::names::Form| known.get(&form.squashed).copied().unwrap_or(self.once);
            book.forms.iter().map(rare).collect::<Vec<_>>()
        };
        (
            look(&table.forenames, &self.by_forename),
            look(&table.surnames, &self.by_surname),
            look(&table.schools, &self.by_school),
        )
    }
}

/// log2 of the share of people that hold each value.
fn shares(people: usize, values: &mut dyn Iterator<Item = u64>) -> QuickMap<u64, f32> {
    let mut counts: QuickMap<u64, u32> = QuickMap::default();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    let people = people.max(1) as f32;
    counts.into_iter().map(|(value, count)| (value, (count as f32 / people).log2())).collect()
}

/// Notes in each row how rare its birth date and postcode are.
fn rate(rows: &mut [Row]) {
    let births = shares(rows.len(), &mut rows.iter().map(|row| u64::from(row.birth.packed())));
    let postcodes = shares(rows.len(), &mut rows.iter().map(|row| row.postcode.packed()));
    for row in rows {
        let rare = |shares: &QuickMap<u64, f32>, value| {
            Rare::of(shares.get(&value).copied().unwrap_or(0.0))
        };
        row.rarity =
            [rare(&births, u64::from(row.birth.packed())), rare(&postcodes, row.postcode.packed())];
    }
}
