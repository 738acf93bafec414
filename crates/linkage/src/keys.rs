//! Which records are looked at together. Each record gives many keys, so that a pair is found
//! although any two or three of its fields are wrong; a key found on both sides makes a candidate.
//! A record asks with more keys than it is filed under: swapped dates and names are turned on the
//! asking side only. Large registers use finer keys, so that candidates grow with the list and not
//! with its square.

use crate::date::Birth;
use crate::names::Form;
use crate::sound::opening;
use crate::table::{Row, Table};
use crate::text::mix;

/// Which side of the search a record is on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Filed,
    Asking,
}

/// How finely keys divide, by the size of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    Wide,
    Fine,
}

impl Grain {
    pub(crate) fn of(people: usize) -> Self {
        if people <= 250_000 { Self::Wide } else { Self::Fine }
    }

    /// How many sounds of a name stand beside a birth date.
    fn sounds(self) -> u32 {
        match self {
            Self::Wide => 2,
            Self::Fine => 3,
        }
    }
}

#[derive(Clone, Copy)]
enum Rule {
    Upn = 1,
    Uln,
    BirthForename,
    BirthKin,
    BirthSurname,
    BirthInitials,
    BirthDistrict,
    BirthSchool,
    NamesYear,
    NamesNewYear,
    NamesYearMonth,
    NamesYearDay,
    NamesYearDistrict,
    NamesDay,
    NamesDistrict,
    PlaceForename,
    PlaceSurname,
    PlaceYear,
    PlaceDay,
    /// For records without a birth date on one side: filed always, asked only when needed.
    Names,
    NamesUndated,
}

impl Rule {
    /// A key that more records share than this says too little and would cost too much.
    fn crowd(self) -> u32 {
        match self {
            Self::Names | Self::NamesUndated => 100,
            _ => 3_000,
        }
    }
}

/// Collects the keys of one record.
struct Keys<'a>(&'a mut Vec<Key>);

/// What two records must share to be looked at together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) hash: u32,
    /// Asked for nothing when more records than this share it.
    pub(crate) crowd: u32,
}

impl Keys<'_> {
    fn add(&mut self, rule: Rule, parts: [u64; 3]) {
        let hash = parts.iter().fold(mix(7, rule as u64), |hash, part| mix(hash, *part));
        self.push(rule, (hash >> 32) as u32);
    }

    /// A key led by a birth date: keys of one date lie together in the index, and since lists are
    /// asked in order of birth date, that part of the index stays at hand.
    fn add_dated(&mut self, rule: Rule, birth: Birth, parts: [u64; 2]) {
        let date = mix(11, u64::from(birth.packed()));
        let hash = parts.iter().fold(mix(date, rule as u64), |hash, part| mix(hash, *part));
        self.push(rule, (date >> 51 << 19) as u32 | (hash >> 45) as u32);
    }

    fn push(&mut self, rule: Rule, hash: u32) {
        let key = Key { hash, crowd: rule.crowd() };
        if !self.0.contains(&key) {
            self.0.push(key);
        }
    }
}

/// The keys under which a record is filed, or with which it asks.
pub(crate) fn keys(table: &Table, row: &Row, side: Side, grain: Grain, into: &mut Vec<Key>) {
    into.clear();
    let mut keys = Keys(into);
    let forename = table.forenames.form(row.forename);
    let surname = table.surnames.form(row.surname);
    if row.upn.given() {
        keys.add(Rule::Upn, [row.upn.folded(), 0, 0]);
    }
    if row.uln.given() {
        keys.add(Rule::Uln, [row.uln.folded(), 0, 0]);
    }
    by_birth(&mut keys, table, row, grain);
    by_names(&mut keys, row, forename, surname, side, grain);
    by_names_alone(&mut keys, row, forename, surname, side);
    by_place(&mut keys, row, forename, surname);
    if !row.birth.given() {
        by_place_undated(&mut keys, row, forename, surname);
    }
    if side == Side::Asking {
        // A list that puts the family name first finds its people under the turned names.
        by_birth_and_names(&mut keys, row.birth, surname, forename, grain);
        by_names(&mut keys, row, surname, forename, side, grain);
        by_names_alone(&mut keys, row, surname, forename, side);
        if let Some(swapped) = row.birth.swapped() {
            by_birth_initials(&mut keys, swapped, forename, surname);
        }
    }
}

fn by_birth(keys: &mut Keys<'_>, table: &Table, row: &Row, grain: Grain) {
    let birth = row.birth;
    if !birth.given() {
        return;
    }
    let (forename, surname) =
        (table.forenames.form(row.forename), table.surnames.form(row.surname));
    by_birth_and_names(keys, birth, forename, surname, grain);
    by_birth_initials(keys, birth, forename, surname);
    for group in forename.kin {
        if grain == Grain::Wide {
            keys.add_dated(Rule::BirthKin, birth, [u64::from(*group), 0]);
        } else {
            for word in &surname.words {
                keys.add_dated(Rule::BirthKin, birth, [u64::from(*group), opening(word.sound, 1)]);
            }
        }
    }
    if row.postcode.given() {
        keys.add_dated(Rule::BirthDistrict, birth, [row.postcode.outward(), 0]);
    }
    if row.school != 0 {
        let school = table.schools.form(row.school).squashed;
        keys.add_dated(Rule::BirthSchool, birth, [school, 0]);
    }
}

fn by_birth_and_names(
    keys: &mut Keys<'_>,
    birth: Birth,
    forename: &Form,
    surname: &Form,
    grain: Grain,
) {
    if !birth.given() {
        return;
    }
    for word in &forename.words {
        keys.add_dated(Rule::BirthForename, birth, [opening(word.sound, grain.sounds()), 0]);
    }
    for word in &surname.words {
        keys.add_dated(Rule::BirthSurname, birth, [opening(word.sound, grain.sounds()), 0]);
    }
}

fn by_birth_initials(keys: &mut Keys<'_>, birth: Birth, forename: &Form, surname: &Form) {
    for first in &forename.words {
        for last in &surname.words {
            let initials = [opening(first.sound, 1), opening(last.sound, 1)];
            keys.add_dated(Rule::BirthInitials, birth, initials);
        }
    }
}

/// Both names and a part of the date: for dates with one part wrong.
fn by_names(
    keys: &mut Keys<'_>,
    row: &Row,
    forename: &Form,
    surname: &Form,
    side: Side,
    grain: Grain,
) {
    let Some(first) = forename.words.first() else { return };
    for last in &surname.words {
        let names = mix(first.sound, last.sound);
        if row.birth.given() {
            by_names_and_date(keys, row, names, side, grain);
        }
        if row.postcode.given() {
            keys.add(Rule::NamesDistrict, [names, row.postcode.outward(), 0]);
        }
    }
}

fn by_names_and_date(keys: &mut Keys<'_>, row: &Row, names: u64, side: Side, grain: Grain) {
    let birth = row.birth;
    let (year, month, day) =
        (u64::from(birth.year()), u64::from(birth.month()), u64::from(birth.day()));
    keys.add(Rule::NamesDay, [names, month, day]);
    if grain == Grain::Wide {
        keys.add(Rule::NamesYear, [names, year, 0]);
        return;
    }
    keys.add(Rule::NamesYearMonth, [names, year, month]);
    keys.add(Rule::NamesYearDay, [names, year, day]);
    if row.postcode.given() {
        keys.add(Rule::NamesYearDistrict, [names, year, row.postcode.outward()]);
    }
    // 1 January often stands for a day that was not known, on either side.
    let new_year = (month, day) == (1, 1);
    if side == Side::Filed || new_year {
        keys.add(Rule::NamesYear, [names, year, 0]);
    }
    if side == Side::Asking || new_year {
        keys.add(Rule::NamesNewYear, [names, year, 0]);
    }
}

/// A record without a birth date is sought among all of its name, if the name is rare enough, and
/// those without one are found by all who bear it.
fn by_names_alone(keys: &mut Keys<'_>, row: &Row, forename: &Form, surname: &Form, side: Side) {
    let Some(first) = forename.words.first() else { return };
    let dated = row.birth.given();
    for last in &surname.words {
        let names = mix(first.sound, last.sound);
        if side == Side::Filed || !dated {
            keys.add(Rule::Names, [names, 0, 0]);
        }
        if side == Side::Asking || !dated {
            keys.add(Rule::NamesUndated, [names, 0, 0]);
        }
    }
}

fn by_place(keys: &mut Keys<'_>, row: &Row, forename: &Form, surname: &Form) {
    if !row.postcode.given() {
        return;
    }
    let place = row.postcode.packed();
    by_place_and_names(keys, place, forename, surname);
    if row.birth.given() {
        keys.add(Rule::PlaceYear, [place, u64::from(row.birth.year()), 0]);
        keys.add(Rule::PlaceDay, [place, u64::from(row.birth.month_and_day()), 0]);
    }
}

fn by_place_and_names(keys: &mut Keys<'_>, place: u64, forename: &Form, surname: &Form) {
    for word in &forename.words {
        keys.add(Rule::PlaceForename, [place, opening(word.sound, 2), 0]);
    }
    for word in &surname.words {
        keys.add(Rule::PlaceSurname, [place, opening(word.sound, 2), 0]);
    }
}

/// Nothing leads to a record without a birth date but its number, name and place, so those are tried
/// as they are often written amiss: two neighbouring characters of the postcode swapped, and the names
/// turned. Only such records give and ask for these keys; the others meet them under their own.
fn by_place_undated(keys: &mut Keys<'_>, row: &Row, forename: &Form, surname: &Form) {
    if !row.postcode.given() {
        return;
    }
    by_place_and_names(keys, row.postcode.packed(), surname, forename);
    for place in row.postcode.neighbours_swapped() {
        by_place_and_names(keys, place.packed(), forename, surname);
    }
}
