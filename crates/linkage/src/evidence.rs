//! Looking at one pair: the level of agreement of every field and how common the agreed values
//! are. No belief is formed here; that is the model's. Invariant: the evidence of a pair depends on
//! the two records and on the register's counts, never on what was looked at before.
#![expect(
    clippy::indexing_slicing,
    reason = "name numbers come from the book whose length they index"
)]

use crate::levels::{Field, Pattern, birth, name, order, postcode, school};
use crate::names::{self, Form};
use crate::register::Register;
use crate::table::{Row, Table, compare_sex};
use std::borrow::Cow;

/// Fields whose agreement says more the rarer the value.
pub(crate) const RATED: [Field; 5] =
    [Field::Forename, Field::Surname, Field::Birth, Field::Postcode, Field::School];

/// What one look at a pair found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) pattern: Pattern,
    /// log2 of the share of the register that holds the agreed value, in the order of [`RATED`];
    /// for names that agree in part, the commoner of the two.
    pub(crate) common: [f32; 5],
}

impl Evidence {
    /// As if no postcode had been compared.
    #[must_use]
    pub(crate) fn without_postcode(self) -> Self {
        let mut common = self.common;
        common[3] = 0.0;
        Self { pattern: self.pattern.without(Field::Postcode), common }
    }
}

/// A list that asks, with the register's rarity of each of its names.
pub(crate) struct Asker<'a> {
    pub(crate) register: &'a Register,
    pub(crate) table: &'a Table,
    forenames: Cow<'a, [f32]>,
    surnames: Cow<'a, [f32]>,
    schools: Cow<'a, [f32]>,
}

impl<'a> Asker<'a> {
    pub(crate) fn new(register: &'a Register, table: &'a Table) -> Self {
        let (forenames, surnames, schools) = register.rarity.of_books(table);
        let (forenames, surnames, schools) = (forenames.into(), surnames.into(), schools.into());
        Self { register, table, forenames, surnames, schools }
    }

    /// The register asking itself, whose rarities it already holds.
    pub(crate) fn itself(register: &'a Register) -> Self {
        let rarity = &register.rarity;
        Self {
            register,
            table: register.table(),
            forenames: Cow::Borrowed(&rarity.forenames),
            surnames: Cow::Borrowed(&rarity.surnames),
            schools: Cow::Borrowed(&rarity.schools),
        }
    }

    /// Looks at the pair of a row of the register and a row of the asking list.
    pub(crate) fn look(&self, a: &Row, b: &Row, memory: &mut Memory) -> Evidence {
        let mut common = [0.0; 5];
        let names = self.names(a, b, memory);
        common[0] = commoner(
            names.forename,
            self.register.rarity.forenames[a.forename as usize],
            self.forenames[b.forename as usize],
        );
        common[1] = commoner(
            names.surname,
            self.register.rarity.surnames[a.surname as usize],
            self.surnames[b.surname as usize],
        );
        let births = a.birth.compare(b.birth);
        if births == birth::EXACT {
            common[2] = a.rarity[0].log2();
        }
        let places = a.postcode.compare(b.postcode);
        if places == postcode::EXACT {
            common[3] = a.rarity[1].log2();
        }
        let schools = self.schools(a, b, memory);
        if schools == school::SAME {
            common[4] = self.schools[b.school as usize];
        }
        let pattern = Pattern::default()
            .with(Field::Forename, names.forename)
            .with(Field::Surname, names.surname)
            .with(Field::NameOrder, names.order)
            .with(Field::Birth, births)
            .with(Field::Postcode, places)
            .with(Field::Upn, a.upn.compare(b.upn))
            .with(Field::Uln, a.uln.compare(b.uln))
            .with(Field::Sex, compare_sex(a.sex, b.sex))
            .with(Field::School, schools);
        Evidence { pattern, common }
    }

    fn schools(&self, a: &Row, b: &Row, memory: &mut Memory) -> u8 {
        if a.school == 0 || b.school == 0 {
            return school::MISSING;
        }
        memory.schools.recall(a.school, b.school, || {
            names::compare_schools(
                self.register.table.schools.form(a.school),
                self.table.schools.form(b.school),
            )
        })
    }

    fn names(&self, a: &Row, b: &Row, memory: &mut Memory) -> Names {
        let (fa, sa) = (
            self.register.table.forenames.form(a.forename),
            self.register.table.surnames.form(a.surname),
        );
        let (fb, sb) = (self.table.forenames.form(b.forename), self.table.surnames.form(b.surname));
        let straight = Names {
            forename: memory.forenames.recall(a.forename, b.forename, || names::compare(fa, fb)),
            surname: memory.surnames.recall(a.surname, b.surname, || names::compare(sa, sb)),
            order: order::STRAIGHT,
        };
        let doubtful = |level: u8| level >= name::NEAR;
        if doubtful(straight.forename) && doubtful(straight.surname) {
            return turned(fa, sa, fb, sb).unwrap_or(straight);
        }
        straight
    }
}

struct Names {
    forename: u8,
    surname: u8,
    order: u8,
}

/// The names compared crosswise, when both then agree well.
fn turned(fa: &Form, sa: &Form, fb: &Form, sb: &Form) -> Option<Names> {
    if !fa.may_open_like(sb) || !sa.may_open_like(fb) {
        return None;
    }
    let agree = |level: u8| (name::EXACT..name::PART_NEAR).contains(&level);
    // Beside a name that is exactly the other's, a faint likeness of the second is enough.
    let faint = |level: u8| (name::EXACT..name::DIFFERENT).contains(&level);
    let (forename, surname) = (names::compare(fa, sb), names::compare(sa, fb));
    let both = agree(forename) && agree(surname)
        || forename == name::EXACT && faint(surname)
        || surname == name::EXACT && faint(forename);
    both.then_some(Names { forename, surname, order: order::SWAPPED })
}

fn commoner(level: u8, a: f32, b: f32) -> f32 {
    if level == name::MISSING || level == name::DIFFERENT { 0.0 } else { a.max(b) }
}

/// What one thread remembers of names it has compared. Forgetting changes speed, never a level.
pub(crate) struct Memory {
    forenames: Cache,
    surnames: Cache,
    schools: Cache,
}

impl Default for Memory {
    fn default() -> Self {
        Self { forenames: Cache::new(15), surnames: Cache::new(15), schools: Cache::new(12) }
    }
}

impl Memory {
    /// Hardly any room: for looking at a handful of pairs.
    pub(crate) fn small() -> Self {
        Self { forenames: Cache::new(4), surnames: Cache::new(4), schools: Cache::new(4) }
    }
}

/// Two name numbers of thirty bits and the level, in one word a pair.
struct Cache {
    shift: u32,
    slots: Vec<u64>,
}

impl Cache {
    fn new(bits: u32) -> Self {
        Self { shift: 64 - bits, slots: vec![0; 1 << bits] }
    }

    fn recall(&mut self, a: u32, b: u32, compare: impl FnOnce() -> u8) -> u8 {
        if a == 0 || b == 0 {
            return name::MISSING;
        }
        if (a | b) >> 30 != 0 {
            return compare();
        }
        // Numbers start at 1, so no pair is ever the key 0 of an empty slot.
        let key = u64::from(a) << 34 | u64::from(b) << 4;
        let at = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize;
        let slot = &mut self.slots[at];
        if *slot & !0xf != key {
            *slot = key | u64::from(compare());
        }
        (*slot & 0xf) as u8
    }
}
