//! Looking at one pair: the level of agreement of every field and how common the agreed values
//! are. No belief is formed here; that is the model's. Invariant: the evidence of a pair depends on
//! the two records and on the register's counts, never on what was looked at before.
#![expect(
    clippy::indexing_slicing,
    reason = "name numbers come from the book whose length they index"
)]

use crate::levels::{Field, Pattern, birth, name, order, postcode, school};
use crate::names::{self, Form, Glance};
use crate::register::Register;
use crate::table::{Book, Row, Table, compare_sex};
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
        let rarity = &self.register.rarity;
        if tells(names.forename) {
            let (ours, theirs) = (&rarity.forenames, &self.forenames);
            common[0] = ours[a.forename as usize].max(theirs[b.forename as usize]);
        }
        if tells(names.surname) {
            let (ours, theirs) = (&rarity.surnames, &self.surnames);
            common[1] = ours[a.surname as usize].max(theirs[b.surname as usize]);
        }
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
        let register = self.register.table();
        let forenames = Two::of(&register.forenames, a.forename, &self.table.forenames, b.forename);
        let surnames = Two::of(&register.surnames, a.surname, &self.table.surnames, b.surname);
        let straight = Names {
            forename: forenames.compare(&mut memory.forenames),
            surname: surnames.compare(&mut memory.surnames),
            order: order::STRAIGHT,
        };
        let doubtful = |level: u8| level >= name::NEAR;
        let turned = doubtful(straight.forename)
            && doubtful(straight.surname)
            && forenames.glances.0.may_open_like(surnames.glances.1)
            && surnames.glances.0.may_open_like(forenames.glances.1);
        if turned {
            let ((fa, fb), (sa, sb)) = (forenames.forms(), surnames.forms());
            return turned_names(fa, sa, fb, sb).unwrap_or(straight);
        }
        straight
    }
}

struct Names {
    forename: u8,
    surname: u8,
    order: u8,
}

/// A name of the register and one of the asking list.
struct Two<'a> {
    books: (&'a Book, &'a Book),
    numbers: (u32, u32),
    glances: (Glance, Glance),
}

impl<'a> Two<'a> {
    fn of(ours: &'a Book, a: u32, theirs: &'a Book, b: u32) -> Self {
        let glances = (ours.glance(a), theirs.glance(b));
        Self { books: (ours, theirs), numbers: (a, b), glances }
    }

    fn forms(&self) -> (&'a Form, &'a Form) {
        (self.books.0.form(self.numbers.0), self.books.1.form(self.numbers.1))
    }

    fn compare(&self, known: &mut Cache) -> u8 {
        if self.glances.0.apart(self.glances.1) {
            return name::DIFFERENT;
        }
        known.recall(self.numbers.0, self.numbers.1, || {
            let (a, b) = self.forms();
            names::compare(a, b)
        })
    }
}

/// The names compared crosswise, when both then agree well.
fn turned_names(fa: &Form, sa: &Form, fb: &Form, sb: &Form) -> Option<Names> {
    let agree = |level: u8| (name::EXACT..name::PART_NEAR).contains(&level);
    // Beside a name that is exactly the other's, a faint likeness of the second is enough.
    let faint = |level: u8| (name::EXACT..name::DIFFERENT).contains(&level);
    let (forename, surname) = (names::compare(fa, sb), names::compare(sa, fb));
    let both = agree(forename) && agree(surname)
        || forename == name::EXACT && faint(surname)
        || surname == name::EXACT && faint(forename);
    both.then_some(Names { forename, surname, order: order::SWAPPED })
}

/// Whether two names agree in anything that may be rare.
fn tells(level: u8) -> bool {
    level != name::MISSING && level != name::DIFFERENT
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
