//! What a row told, so that a file of an earlier day that comes later leaves it as it is. It is kept with the row,
//! because what is told again as it is known leaves no other trace.
//!
//! Invariant: only what says something counts; that nobody knows stands against nobody's word.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::declaration::Declaration;
use crate::agreement::Item;
use crate::person::{Field, Particulars, impossible_birth, says_nothing};

/// Fields and lists by their columns, and characteristics that were told one by one by their codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told(BTreeSet<String>);

impl Told {
    /// What a row of a file of that day tells.
    pub fn of(said: &Declaration, day: Date) -> Told {
        let mut told = Told::default();
        for field in Field::ALL.iter().copied() {
            let Some(value) = said.particulars.get(field) else { continue };
            let wrong = field == Field::DateOfBirth && impossible_birth(value, day).is_some();
            if !wrong && !says_nothing(field, value) {
                told.add(field.column());
            }
        }
        if said.address.as_ref().is_some_and(|address| !address.says_nothing()) {
            told.add(Item::Address.column());
        }
        if said.characteristics.is_some() {
            told.add(Item::Characteristics.column());
        }
        for code in &said.also_holds {
            told.add(code);
        }
        told
    }

    /// Adds the fields that somebody has set by hand.
    pub fn typed(&mut self, before: &Particulars, after: &Particulars) {
        for field in Field::ALL.iter().copied() {
            if before.get(field) != after.get(field) {
                self.add(field.column());
            }
        }
    }

    /// Adds a column or a code.
    pub fn add(&mut self, name: &str) {
        self.0.insert(name.to_owned());
    }

    /// Adds what was kept as text.
    pub fn add_text(&mut self, text: &str) {
        self.0.extend(text.split(',').filter(|name| !name.is_empty()).map(str::to_owned));
    }

    /// As it is kept.
    pub fn text(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join(",")
    }

    pub fn field(&self, field: Field) -> bool {
        self.0.contains(field.column())
    }

    pub fn address(&self) -> bool {
        self.0.contains(Item::Address.column())
    }

    /// Whether the whole list of characteristics was told.
    pub fn characteristics(&self) -> bool {
        self.0.contains(Item::Characteristics.column())
    }

    /// Whether this one was told by itself.
    pub fn characteristic(&self, code: &str) -> bool {
        self.0.contains(code)
    }
}
