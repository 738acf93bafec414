//! Which records are looked at together. Each record gives many keys, so that a pair is found
//! although any two or three of its fields are wrong; a key found on both sides makes a candidate.
//! A record asks with more keys than it is filed under: swapped dates and names are turned on the
//! asking side only.

use crate::date::Birth;
use crate::names::Form;
use crate::sound::opening;
use crate::table::{Row, Table};
use crate::text::mix;

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
    NamesDay,
    NamesMonth,
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
        let key = Key { hash: (hash >> 32) as u32, crowd: rule.crowd() };
        if !self.0.contains(&key) {
            self.0.push(key);
        }
    }
}

/// The keys under which a record is filed, or with which it asks.
pub(crate) fn keys(table: &Table, row: &Row, asking: bool, into: &mut Vec<Key>) {
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
    by_birth(&mut keys, row, forename, surname);
    if row.birth.given() && row.school != 0 {
        let school = table.schools.form(row.school).squashed;
        keys.add(Rule::BirthSchool, [u64::from(row.birth.packed()), school, 0]);
    }
    by_names(&mut keys, row, forename, surname);
    by_names_alone(&mut keys, row, forename, surname, asking);
    by_place(&mut keys, row, forename, surname);
    if asking {
        // A list that puts the family name first finds its people under the turned names.
        by_birth_and_names(&mut keys, row.birth, surname, forename);
        by_names(&mut keys, row, surname, forename);
        by_names_alone(&mut keys, row, surname, forename, asking);
        if let Some(swapped) = row.birth.swapped() {
            by_birth_initials(&mut keys, swapped, forename, surname);
        }
    }
}

fn by_birth(keys: &mut Keys<'_>, row: &Row, forename: &Form, surname: &Form) {
    if !row.birth.given() {
        return;
    }
    let birth = u64::from(row.birth.packed());
    by_birth_and_names(keys, row.birth, forename, surname);
    by_birth_initials(keys, row.birth, forename, surname);
    for group in &forename.kin {
        keys.add(Rule::BirthKin, [birth, u64::from(*group), 0]);
    }
    if row.postcode.given() {
        keys.add(Rule::BirthDistrict, [birth, row.postcode.outward(), 0]);
    }
}

fn by_birth_and_names(keys: &mut Keys<'_>, birth: Birth, forename: &Form, surname: &Form) {
    if !birth.given() {
        return;
    }
    let birth = u64::from(birth.packed());
    for word in &forename.words {
        keys.add(Rule::BirthForename, [birth, opening(word.sound, 2), 0]);
    }
    for word in &surname.words {
        keys.add(Rule::BirthSurname, [birth, opening(word.sound, 2), 0]);
    }
}

fn by_birth_initials(keys: &mut Keys<'_>, birth: Birth, forename: &Form, surname: &Form) {
    for first in &forename.words {
        for last in &surname.words {
            let initials = [opening(first.sound, 1), opening(last.sound, 1)];
            keys.add(Rule::BirthInitials, [u64::from(birth.packed()), initials[0], initials[1]]);
        }
    }
}

fn by_names(keys: &mut Keys<'_>, row: &Row, forename: &Form, surname: &Form) {
    let Some(first) = forename.words.first() else { return };
    for last in &surname.words {
        let names = mix(first.sound, last.sound);
        if row.birth.given() {
            let (year, day) = (row.birth.year(), row.birth.day());
            keys.add(Rule::NamesYear, [names, u64::from(year), 0]);
            keys.add(Rule::NamesDay, [names, u64::from(row.birth.month_and_day()), 0]);
            keys.add(Rule::NamesMonth, [names, u64::from(day), 1]);
        }
        if row.postcode.given() {
            keys.add(Rule::NamesDistrict, [names, row.postcode.outward(), 0]);
        }
    }
}

/// A record without a birth date is sought among all of its name, if the name is rare enough, and
/// those without one are found by all who bear it.
fn by_names_alone(keys: &mut Keys<'_>, row: &Row, forename: &Form, surname: &Form, asking: bool) {
    let Some(first) = forename.words.first() else { return };
    let dated = row.birth.given();
    for last in &surname.words {
        let names = mix(first.sound, last.sound);
        if !asking || !dated {
            keys.add(Rule::Names, [names, 0, 0]);
        }
        if asking || !dated {
            keys.add(Rule::NamesUndated, [names, 0, 0]);
        }
    }
}

fn by_place(keys: &mut Keys<'_>, row: &Row, forename: &Form, surname: &Form) {
    if !row.postcode.given() {
        return;
    }
    let place = row.postcode.packed();
    for word in &forename.words {
        keys.add(Rule::PlaceForename, [place, opening(word.sound, 2), 0]);
    }
    for word in &surname.words {
        keys.add(Rule::PlaceSurname, [place, opening(word.sound, 2), 0]);
    }
    if row.birth.given() {
        keys.add(Rule::PlaceYear, [place, u64::from(row.birth.year()), 0]);
        keys.add(Rule::PlaceDay, [place, u64::from(row.birth.month_and_day()), 0]);
    }
}
