//! A list prepared to be asked: rows sorted so that likely candidates lie together in memory, an
//! index of blocking keys, and how common each value is. Asking changes nothing, so any number of
//! threads may ask at once and each gets the same answer.
#![expect(clippy::indexing_slicing, reason = "every index was made from the length it is used on")]

use crate::identifier::Identifier;
use crate::keys::{Grain, Key, Side, keys};
use crate::table::{Book, Rare, Row, Table};
use crate::text::{QuickMap, hash};
use rayon::prelude::*;

/// The register that other lists are linked to.
pub struct Register {
    pub(crate) table: Table,
    /// Rows by date of birth and names; `places` tells where each stood in the list.
    pub(crate) rows: Vec<Row>,
    pub(crate) places: Vec<u32>,
    /// A short hash of the id of each row: nearly all rivals are told to be others without a look at their ids.
    marks: Vec<u32>,
    pub(crate) rarity: Rarity,
    index: Index,
    fillers: usize,
}

/// log2 of the share of the records with such a field that hold a value; what is not held counts as held once.
pub(crate) struct Rarity {
    pub(crate) forenames: Vec<f32>,
    pub(crate) surnames: Vec<f32>,
    pub(crate) schools: Vec<f32>,
    by_forename: Shares,
    by_surname: Shares,
    by_school: Shares,
}

/// Entries by key and row; `starts` tells where the keys with one head begin.
struct Index {
    shift: u32,
    starts: Vec<u32>,
    entries: Vec<Entry>,
}

/// A key and a row filed under it, side by side so that both come with one look into memory.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u64);

impl Entry {
    fn new(key: u32, row: u32) -> Self {
        Self(u64::from(key) << 32 | u64::from(row))
    }
    fn key(self) -> u32 {
        (self.0 >> 32) as u32
    }
    fn row(self) -> u32 {
        self.0 as u32
    }
}

impl Register {
    /// Sorts, counts and indexes a list. Takes about a second and 250 MB for a million people.
    pub fn new(mut table: Table) -> Self {
        let fillers = forget_fillers(&mut table.rows);
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
        let mark = |place: &u32| hash(table.id(*place as usize).as_bytes()) as u32;
        let marks = places.par_iter().map(mark).collect();
        Self { table, rows, places, marks, rarity, index, fillers }
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
    /// How many pupil and learner numbers count as not given because too many different people hold them.
    pub fn fillers(&self) -> usize {
        self.fillers
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

    /// Whether two rows stand under one id: one person under several names or addresses.
    pub(crate) fn one_id(&self, a: u32, b: u32) -> bool {
        let id = |row: u32| self.table.id(self.places[row as usize] as usize);
        self.marks[a as usize] == self.marks[b as usize] && !id(a).is_empty() && id(a) == id(b)
    }

    /// The rows that share a key with the asker, each once. Nothing may depend on their order.
    pub(crate) fn candidates(&self, table: &Table, row: &Row, desk: &mut Desk) {
        desk.begin();
        let (mut asked, mut ranges) =
            (std::mem::take(&mut desk.keys), std::mem::take(&mut desk.ranges));
        keys(table, row, Side::Asking, Grain::of(self.len()), &mut asked);
        // Three passes, so that the memory of all keys is fetched at once instead of one by one.
        ranges.clear();
        ranges.extend(asked.iter().map(|key| self.index.bucket(*key)));
        std::hint::black_box(ranges.iter().fold(0, |all, range| all ^ self.index.fetch(*range)));
        for (key, range) in asked.iter().zip(&ranges) {
            for found in self.index.find(*key, *range) {
                desk.add(found.row());
            }
        }
        desk.ranges = ranges;
        desk.keys = asked;
        let rows = desk.found.iter().map(|row| self.rows[*row as usize].birth.packed());
        std::hint::black_box(rows.fold(0, |all, birth| all ^ birth));
    }
}

/// What one thread needs to gather candidates without asking for memory each time. Which rows were
/// found already stands in a small table that stays in the cache, whatever the size of the register.
pub(crate) struct Desk {
    keys: Vec<Key>,
    ranges: Vec<(u32, u32)>,
    /// The number of the question and the row, at the place that the row's hash gives or soon after.
    seen: Vec<u64>,
    question: u32,
    pub(crate) found: Vec<u32>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            ranges: Vec::new(),
            seen: vec![0; 512],
            question: 0,
            found: Vec::new(),
        }
    }
}

impl Desk {
    fn begin(&mut self) {
        self.found.clear();
        if self.question == u32::MAX {
            self.seen.fill(0);
            self.question = 0;
        }
        self.question += 1;
    }

    fn add(&mut self, row: u32) {
        if self.mark(row) {
            self.found.push(row);
            if self.found.len() * 2 > self.seen.len() {
                self.grow();
            }
        }
    }

    /// Whether the row is new to this question.
    fn mark(&mut self, row: u32) -> bool {
        let mask = self.seen.len() - 1;
        let own = u64::from(self.question) << 32 | u64::from(row);
        let mut at = row.wrapping_mul(0x9e37_79b9).rotate_left(16) as usize & mask;
        while (self.seen[at] >> 32) as u32 == self.question {
            if self.seen[at] == own {
                return false;
            }
            at = (at + 1) & mask;
        }
        self.seen[at] = own;
        true
    }

    fn grow(&mut self) {
        self.seen = vec![0; self.seen.len() * 4];
        for row in std::mem::take(&mut self.found) {
            self.mark(row);
            self.found.push(row);
        }
    }
}

impl Index {
    /// Entries are dealt into parts by the head of their key, and each part is sorted by itself: what
    /// is sorted fits the cache, and no part waits for another.
    fn of(table: &Table, rows: &[Row]) -> Self {
        let pieces: Vec<Vec<Vec<Entry>>> = rows
            .par_chunks(16_384)
            .enumerate()
            .map(|(piece, rows)| deal(table, rows, piece * 16_384, Grain::of(table.len())))
            .collect();
        let mut entries = Vec::with_capacity(pieces.iter().flatten().map(Vec::len).sum());
        for part in 0..PARTS {
            pieces.iter().for_each(|piece| entries.extend_from_slice(&piece[part]));
        }
        drop(pieces);
        let one_part = |a: &Entry, b: &Entry| a.key() >> 24 == b.key() >> 24;
        entries.par_chunk_by_mut(one_part).for_each(<[Entry]>::sort_unstable);
        let bits = usize::BITS - (entries.len() / 2).max(16).leading_zeros();
        let shift = 32 - bits.min(26);
        let mut starts = vec![0_u32; (1 << (32 - shift)) + 1];
        for entry in &entries {
            starts[(entry.key() >> shift) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { shift, starts, entries }
    }

    fn bucket(&self, key: Key) -> (u32, u32) {
        let bucket = (key.hash >> self.shift) as usize;
        (self.starts[bucket], self.starts[bucket + 1])
    }

    /// Reads the first entry of a bucket only so that it is at hand when it is searched.
    fn fetch(&self, (start, _): (u32, u32)) -> u64 {
        self.entries.get(start as usize).map_or(0, |entry| entry.0)
    }

    fn find(&self, key: Key, (start, end): (u32, u32)) -> &[Entry] {
        let (key, crowd) = (key.hash, key.crowd as usize);
        let (start, end) = (start as usize, end as usize);
        let bucket = &self.entries[start..end];
        let from = start
            + if bucket.len() > 16 {
                bucket.partition_point(|other| other.key() < key)
            } else {
                bucket.iter().position(|other| other.key() >= key).unwrap_or(bucket.len())
            };
        let run = self.entries[from..end].iter().take(crowd + 1);
        let length = run.take_while(|other| other.key() == key).count();
        if length > crowd { &[] } else { &self.entries[from..from + length] }
    }
}

const PARTS: usize = 256;

/// The entries of some rows, by the part of the index they belong to.
fn deal(table: &Table, rows: &[Row], first: usize, grain: Grain) -> Vec<Vec<Entry>> {
    let mut own = Vec::with_capacity(20);
    let room = rows.len() / 12;
    let mut parts: Vec<Vec<Entry>> = (0..PARTS).map(|_| Vec::with_capacity(room)).collect();
    for (at, row) in (first..).zip(rows) {
        keys(table, row, Side::Filed, grain, &mut own);
        let at = u32::try_from(at).expect("people fit in u32");
        for key in &own {
            parts[(key.hash >> 24) as usize].push(Entry::new(key.hash, at));
        }
    }
    parts
}

impl Rarity {
    fn of(table: &Table) -> Self {
        let squashed = |book: &Book, number: u32| book.form(number).squashed;
        let by_forename =
            Shares::of(&mut table.rows.iter().map(|row| squashed(&table.forenames, row.forename)));
        let by_surname =
            Shares::of(&mut table.rows.iter().map(|row| squashed(&table.surnames, row.surname)));
        let by_school =
            Shares::of(&mut table.rows.iter().map(|row| squashed(&table.schools, row.school)));
        let mut rarity = Self {
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
        let look = |book: &Book, known: &Shares| {
            let rare = |form: &crate::names::Form| known.get(form.squashed);
            book.forms.iter().map(rare).collect::<Vec<_>>()
        };
        (
            look(&table.forenames, &self.by_forename),
            look(&table.surnames, &self.by_surname),
            look(&table.schools, &self.by_school),
        )
    }
}

/// log2 of the share that each value has among the records that hold any: what two records that both hold one
/// agree in says more the rarer it is among such records, however few they are.
struct Shares {
    once: f32,
    by_value: QuickMap<u64, f32>,
}

impl Shares {
    /// Shares of values, 0 standing for a record that holds none.
    fn of(values: &mut dyn Iterator<Item = u64>) -> Self {
        let mut counts: QuickMap<u64, u32> = QuickMap::default();
        let mut given = 0_u32;
        for value in values.filter(|value| *value != 0) {
            *counts.entry(value).or_default() += 1;
            given += 1;
        }
        let given = given.max(1) as f32;
        let share = |count: u32| (count as f32 / given).log2();
        let by_value = counts.into_iter().map(|(value, count)| (value, share(count))).collect();
        Self { once: share(1), by_value }
    }

    fn get(&self, value: u64) -> f32 {
        self.by_value.get(&value).copied().unwrap_or(self.once)
    }
}

/// A number that more people than this hold fills a box and names nobody. One person's entries under other birth dates
/// or names are far fewer, however many entries a list has for each: one a term, say.
const HOLDERS: usize = 20;

/// Takes numbers away that are nobody's own: how often a number agrees by chance is reckoned for all numbers together,
/// so that two strangers with such a one would look like one person with a number of theirs. How many were taken.
fn forget_fillers(rows: &mut [Row]) -> usize {
    let numbers: [fn(&mut Row) -> &mut Identifier; 2] = [|row| &mut row.upn, |row| &mut row.uln];
    let mut forgotten = 0;
    for number in numbers {
        let mut entries: QuickMap<u64, usize> = QuickMap::default();
        for row in rows.iter_mut() {
            let number = number(row);
            if number.given() {
                *entries.entry(number.folded()).or_default() += 1;
            }
        }
        // Few lists have any number so often; only of those is it asked how many people they are.
        entries.retain(|_, entries| *entries > HOLDERS);
        if entries.is_empty() {
            continue;
        }
        let mut holders: Vec<(u64, u64)> = Vec::new();
        for row in rows.iter_mut() {
            let number = number(row).folded();
            if entries.contains_key(&number) {
                holders.push((number, whose(row)));
            }
        }
        holders.par_sort_unstable();
        holders.dedup();
        let crowds = holders.chunk_by(|a, b| a.0 == b.0).filter(|crowd| crowd.len() > HOLDERS);
        let fillers: QuickMap<u64, usize> =
            crowds.filter_map(|crowd| Some((crowd.first()?.0, crowd.len()))).collect();
        if fillers.is_empty() {
            continue;
        }
        forgotten += fillers.len();
        for row in rows.iter_mut() {
            let number = number(row);
            if fillers.contains_key(&number.folded()) {
                *number = Identifier::default();
            }
        }
    }
    forgotten
}

/// What tells the people apart who hold one number: the birth date, or the names where there is none or only the day
/// that lists write for one they do not know.
fn whose(row: &Row) -> u64 {
    match row.birth.given() && !row.birth.new_year() {
        true => u64::from(row.birth.packed()),
        false => 1_u64 << 63 | u64::from(row.forename) << 32 | u64::from(row.surname),
    }
}

/// Notes in each row how rare its birth date and postcode are.
fn rate(rows: &mut [Row]) {
    let births = Shares::of(&mut rows.iter().map(|row| u64::from(row.birth.packed())));
    let postcodes = Shares::of(&mut rows.iter().map(|row| row.postcode.packed()));
    for row in rows {
        row.rarity = [
            Rare::of(births.get(u64::from(row.birth.packed()))),
            Rare::of(postcodes.get(row.postcode.packed())),
        ];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Person;

    #[test]
    fn a_value_is_as_rare_as_it_is_among_those_who_have_one() {
        let person = |at: usize, school: &'static str| Person {
            forename: ["Ann", "Bea"][at % 2],
            school,
            ..Person::default()
        };
        // Everybody has a forename, one in ten a school, and half of those the same.
        let schools = ["Otley High", "Ilkley Grammar"];
        let people = (0..400).map(|at| match at % 10 {
            0 => person(at, schools[at / 10 % 2]),
            _ => person(at, ""),
        });
        let register = Register::new(Table::of(people));
        let row = register.row_at(0).expect("there are people");
        let (school, forename) = (row.school as usize, row.forename as usize);
        assert!((register.rarity.schools[school] + 1.0).abs() < 1e-6, "half of those with one");
        assert!((register.rarity.forenames[forename] + 1.0).abs() < 1e-6);
        let elsewhere = Table::of([person(0, "Bingley Academy")]);
        let (_, _, unknown) = register.rarity.of_books(&elsewhere);
        let once = unknown.last().expect("a school");
        assert!((once - (1.0_f32 / 40.0).log2()).abs() < 1e-6, "held once among the forty: {once}");
    }
}
