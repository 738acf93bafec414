//! How often two unrelated records agree: from random pairs, and exactly from the counts of values
//! where agreement is too rare to be met by drawing. The draw is the same in every run.
#![expect(
    clippy::indexing_slicing,
    reason = "drawn places are below the lengths they were drawn for"
)]

use crate::evidence::{Asker, Evidence, Memory, RATED};
use crate::levels::{FIELDS, Field, LEVELS};
use crate::model::Grid;
use crate::table::Row;
use crate::text::{QuickMap, mix};
use rayon::prelude::*;

/// What random pairs showed.
pub(crate) struct Chance {
    /// P(level) over random pairs, true pairs among them included.
    pub(crate) levels: Grid,
    pub(crate) usual: Grid,
    pub(crate) hits: Grid,
    /// How many times as often each source of the asking list meets each level by chance.
    pub(crate) by_source: Vec<Grid>,
}

const PIECE: usize = 8_192;
/// So many draws are made before any is looked at; a piece holds a whole number of these.
const AT_ONCE: usize = 32;

/// Draws random pairs and counts their levels.
pub(crate) fn measure(asker: &Asker<'_>, pairs: usize) -> Chance {
    let pieces = pairs.div_ceil(PIECE);
    let draw = |memory: &mut Memory, piece| Tally::of(asker, piece, memory);
    let tallies: Vec<Tally> = (0..pieces).into_par_iter().map_init(Memory::default, draw).collect();
    let mut all = Tally::new(asker.table.sources.len());
    tallies.iter().for_each(|tally| all.add(tally));
    let mut chance = all.chance();
    exact(asker, &mut chance);
    chance.levels.normalise();
    chance
}

type Hits = [[u32; LEVELS]; FIELDS];

/// How many hits the chance of all sources weighs in a source's own. A level that is met less often
/// than this stays near what it is for all.
const LEANING: f64 = 20.0;

/// What is met in one source, as so many times what is met in all. A list that writes 1 January for
/// every birthday it does not know agrees with strangers in that way far more often than others do,
/// and a list of one school in that school. Equal values are left out: how common each is is known.
fn beside_all(source: &Hits, all: &Hits) -> Grid {
    let mut times = Grid(vec![vec![1.0; LEVELS]; FIELDS]);
    for field in Field::ALL {
        let (own, all) = (&source[field.index()], &all[field.index()]);
        let given = |hits: &[u32; LEVELS]| hits.iter().skip(1).map(|n| f64::from(*n)).sum::<f64>();
        let share = given(own) / given(all).max(1.0);
        for level in 2..field.levels().len() {
            let expected = share * f64::from(all[level]);
            times.0[field.index()][level] =
                (f64::from(own[level]) + LEANING) / (expected + LEANING);
        }
    }
    times
}

#[derive(Clone)]
struct Tally {
    hits: Hits,
    by_source: Vec<Hits>,
    common: [[f64; LEVELS]; 5],
}

impl Tally {
    fn new(sources: usize) -> Self {
        let none = [[0; LEVELS]; FIELDS];
        Self { hits: none, by_source: vec![none; sources], common: [[0.0; LEVELS]; 5] }
    }

    fn of(asker: &Asker<'_>, piece: usize, memory: &mut Memory) -> Self {
        let (rows, others) = (&asker.register.rows, &asker.table.rows);
        let mut tally = Self::new(asker.table.sources.len());
        for draws in (piece * PIECE..(piece + 1) * PIECE).step_by(AT_ONCE) {
            let drawn: [(&Row, &Row); AT_ONCE] = std::array::from_fn(|at| {
                let number = mix(0x5eed, (draws + at) as u64);
                let a = ((number >> 32) * rows.len() as u64) >> 32;
                let b = ((number & 0xffff_ffff) * others.len() as u64) >> 32;
                (&rows[a as usize], &others[b as usize])
            });
            // Read first only so that the memory of all of them is fetched at once instead of one by one.
            let births = drawn.iter().map(|(a, b)| a.birth.packed() ^ b.birth.packed());
            std::hint::black_box(births.fold(0, |all, birth| all ^ birth));
            for (a, b) in drawn {
                tally.count(&asker.look(a, b, memory), b.source);
            }
        }
        tally
    }

    fn count(&mut self, evidence: &Evidence, source: u16) {
        let of_source = &mut self.by_source[usize::from(source)];
        for field in Field::ALL {
            let level = usize::from(evidence.pattern.level(field));
            self.hits[field.index()][level] += 1;
            of_source[field.index()][level] += 1;
        }
        for ((sums, field), common) in self.common.iter_mut().zip(RATED).zip(evidence.common) {
            if common < 0.0 {
                sums[usize::from(evidence.pattern.level(field))] += f64::from(common).exp2();
            }
        }
    }

    fn add(&mut self, other: &Self) {
        let sources = self.by_source.iter_mut().zip(&other.by_source);
        for (mine, theirs) in sources.chain([(&mut self.hits, &other.hits)]) {
            for (mine, theirs) in mine.iter_mut().flatten().zip(theirs.iter().flatten()) {
                *mine += theirs;
            }
        }
        for (mine, theirs) in self.common.iter_mut().flatten().zip(other.common.iter().flatten()) {
            *mine += theirs;
        }
    }

    fn chance(&self) -> Chance {
        let by_source = self.by_source.iter().map(|own| beside_all(own, &self.hits)).collect();
        let mut chance =
            Chance { levels: Grid::zero(), usual: Grid::zero(), hits: Grid::zero(), by_source };
        for field in Field::ALL {
            for level in 0..field.levels().len() {
                let hits = f64::from(self.hits[field.index()][level]);
                chance.hits.0[field.index()][level] = hits;
                // Half a hit for a level that was never drawn: rare, not impossible.
                chance.levels.0[field.index()][level] = if level == 0 { 0.0 } else { hits + 0.5 };
            }
        }
        chance.levels.normalise();
        for (field, sums) in RATED.iter().zip(&self.common) {
            for (level, sum) in sums.iter().enumerate().skip(1) {
                let hits = chance.hits.0[field.index()][level];
                if hits >= 20.0 {
                    chance.usual.0[field.index()][level] = sum / hits;
                }
            }
        }
        chance
    }
}

/// Agreement in value is counted exactly: the sum over values of the two shares.
fn exact(asker: &Asker<'_>, chance: &mut Chance) {
    let (a, b) = (asker.register.table(), asker.table);
    let set = |chance: &mut Chance, field: Field, share: f64| {
        *chance.levels.at(field, 1) = share.max(1e-9);
        if RATED.contains(&field) {
            *chance.usual.at(field, 1) = share.max(1e-9);
        }
    };
    let name = |book: &crate::table::Book, number: u32| book.form(number).squashed;
    set(
        chance,
        Field::Forename,
        meet(
            &a.rows,
            &b.rows,
            |r| name(&a.forenames, r.forename),
            |r| name(&b.forenames, r.forename),
        ),
    );
    set(
        chance,
        Field::Surname,
        meet(&a.rows, &b.rows, |r| name(&a.surnames, r.surname), |r| name(&b.surnames, r.surname)),
    );
    set(
        chance,
        Field::School,
        meet(&a.rows, &b.rows, |r| name(&a.schools, r.school), |r| name(&b.schools, r.school)),
    );
    let birth = |row: &Row| u64::from(row.birth.packed());
    set(chance, Field::Birth, meet(&a.rows, &b.rows, birth, birth));
    let turned = |row: &Row| row.birth.swapped().map_or(0, |other| u64::from(other.packed()));
    let swapped = meet(&a.rows, &b.rows, birth, turned);
    *chance.levels.at(Field::Birth, crate::levels::birth::SWAPPED) = swapped.max(1e-7);
    let postcode = |row: &Row| row.postcode.packed();
    set(chance, Field::Postcode, meet(&a.rows, &b.rows, postcode, postcode));
    let upn = |row: &Row| row.upn.folded();
    set(chance, Field::Upn, meet(&a.rows, &b.rows, upn, upn));
    let uln = |row: &Row| row.uln.folded();
    set(chance, Field::Uln, meet(&a.rows, &b.rows, uln, uln));
}

/// Less often than this do random pairs of a list differ wholly that is as good as of one kind.
const HARDLY_EVER: f64 = 0.2;

/// Sees to it that differing wholly speaks for nobody where a whole register lives in one postcode area, is of one
/// school or one sex: random pairs hardly ever differ in it, yet whoever is asked about and does differs from
/// everybody. It then says as much as it and the level that says least do together.
pub(crate) fn differing_says_least(same: &Grid, chance: &mut Grid) {
    for field in Field::ALL.into_iter().filter(|field| *field != Field::NameOrder) {
        let last = field.levels().len() - 1;
        let (same, chance) = (&same.0[field.index()], &mut chance.0[field.index()]);
        let says = |(same, chance): (f64, f64)| same / chance.max(1e-12);
        let others = same.iter().copied().zip(chance.iter().copied()).take(last).skip(1);
        let least = others.min_by(|a, b| says(*a).total_cmp(&says(*b))).unwrap_or((1.0, 1.0));
        let both = says((least.0 + same[last], least.1 + chance[last]));
        let both = both.min(says((same[1], chance[1])));
        if chance[last] < HARDLY_EVER && says((same[last], chance[last])) > both {
            chance[last] = same[last] / both.max(1e-12);
        }
    }
}

/// P(a random pair holds the same value | both hold one).
fn meet(a: &[Row], b: &[Row], of_a: impl Fn(&Row) -> u64, of_b: impl Fn(&Row) -> u64) -> f64 {
    let mut counts: QuickMap<u64, u32> = QuickMap::default();
    let (mut given_a, mut given_b, mut pairs) = (0_u64, 0_u64, 0_u64);
    for value in a.iter().map(of_a).filter(|value| *value != 0) {
        *counts.entry(value).or_default() += 1;
        given_a += 1;
    }
    for value in b.iter().map(of_b).filter(|value| *value != 0) {
        pairs += u64::from(counts.get(&value).copied().unwrap_or(0));
        given_b += 1;
    }
    pairs as f64 / (given_a.max(1) as f64 * given_b.max(1) as f64)
}
