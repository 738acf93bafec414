//! Everybody whom rows are compared with, in some hundred bytes a person: all texts stand in one, one after
//! another, since a dozen texts of their own would take thrice the room. Invariant: nobody's texts change or go,
//! and each begins where the one before ends.

use jiff::civil::Date;

use super::Known;

/// The texts that everybody has, in their order; former family names and postcodes follow.
const YPID: u32 = 0;
const UPN: u32 = 1;
const ULN: u32 = 2;
const GIVEN: u32 = 3;
const FAMILY: u32 = 4;
const OWN: u32 = 5;

#[derive(Debug, Default)]
pub(super) struct People {
    texts: String,
    /// Where each text ends.
    ends: Vec<u32>,
    all: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    person: i64,
    /// Which text is their first, their first postcode, and the first of whoever comes next.
    first: u32,
    postcodes: u32,
    next: u32,
    date_of_birth: Option<Date>,
    sex: Option<char>,
}

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct One<'a> {
    people: &'a People,
    entry: &'a Entry,
}

impl People {
    pub fn push(&mut self, known: &Known) {
        let first = self.count();
        self.put(&known.ypid);
        self.put(known.upn.as_deref().unwrap_or_default());
        self.put(known.uln.as_deref().unwrap_or_default());
        self.put(&known.given);
        self.put(&known.family);
        known.former_families.iter().for_each(|text| self.put(text));
        let postcodes = self.count();
        known.postcodes.iter().for_each(|text| self.put(text));
        self.all.push(Entry {
            person: known.person,
            first,
            postcodes,
            next: self.count(),
            date_of_birth: known.date_of_birth,
            sex: known.sex,
        });
    }

    fn put(&mut self, text: &str) {
        self.texts.push_str(text);
        self.ends.push(u32::try_from(self.texts.len()).expect("a register's names fit in 4 GB"));
    }

    fn count(&self) -> u32 {
        u32::try_from(self.ends.len()).expect("a text has an end, and ends fit in u32")
    }

    fn text(&self, number: u32) -> &str {
        let end = |number: u32| self.ends.get(number as usize).map_or(0, |end| *end as usize);
        let start = number.checked_sub(1).map_or(0, end);
        self.texts.get(start..end(number)).unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn get(&self, at: usize) -> Option<One<'_>> {
        self.all.get(at).map(|entry| One { people: self, entry })
    }

    /// Where somebody stands.
    pub fn place(&self, person: i64) -> Option<usize> {
        self.all.iter().position(|entry| entry.person == person)
    }

    /// Gives somebody another number.
    pub fn renumber(&mut self, from: i64, to: i64) {
        // Provisional people are the newest, so the search from the end is short.
        if let Some(entry) = self.all.iter_mut().rev().find(|entry| entry.person == from) {
            entry.person = to;
        }
    }
}

impl<'a> One<'a> {
    pub fn person(self) -> i64 {
        self.entry.person
    }

    pub fn date_of_birth(self) -> Option<Date> {
        self.entry.date_of_birth
    }

    pub fn sex(self) -> Option<char> {
        self.entry.sex
    }

    pub fn ypid(self) -> &'a str {
        self.own(YPID)
    }

    pub fn upn(self) -> Option<&'a str> {
        Some(self.own(UPN)).filter(|upn| !upn.is_empty())
    }

    pub fn uln(self) -> Option<&'a str> {
        Some(self.own(ULN)).filter(|uln| !uln.is_empty())
    }

    pub fn given(self) -> &'a str {
        self.own(GIVEN)
    }

    pub fn family(self) -> &'a str {
        self.own(FAMILY)
    }

    pub fn former_families(self) -> impl Iterator<Item = &'a str> {
        (self.entry.first + OWN..self.entry.postcodes).map(move |number| self.people.text(number))
    }

    pub fn postcodes(self) -> impl Iterator<Item = &'a str> {
        (self.entry.postcodes..self.entry.next).map(move |number| self.people.text(number))
    }

    fn own(self, which: u32) -> &'a str {
        self.people.text(self.entry.first + which)
    }
}
