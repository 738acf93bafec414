//! Everything known about one young person at one recorded moment.

use jiff::civil::Date;

use super::{Address, BenefitMark, Field, FormerName, Kind};
use crate::status::Spell;

/// A field's text, absent when nobody has said.
pub type Scalar = Option<String>;

/// All scalar fields of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Particulars {
    values: Vec<Scalar>,
}

impl Default for Particulars {
    fn default() -> Self {
        Particulars { values: vec![None; Field::COUNT] }
    }
}

impl Particulars {
    pub fn get(&self, field: Field) -> Option<&str> {
        self.values.get(field as usize).and_then(Option::as_deref)
    }

    /// Sets a field; an empty or blank text is "nobody has said".
    pub fn set(&mut self, field: Field, value: impl Into<Option<String>>) {
        let bare = |v: String| if v.trim().len() == v.len() { v } else { v.trim().to_owned() };
        let value = value.into().map(bare).filter(|v| !v.is_empty());
        if let Some(slot) = self.values.get_mut(field as usize) {
            *slot = value;
        }
    }

    /// The same with one field set, for building.
    pub fn with(mut self, field: Field, value: &str) -> Self {
        self.set(field, value.to_owned());
        self
    }

    /// A date field, when it holds a real date.
    pub fn date(&self, field: Field) -> Option<Date> {
        self.get(field).and_then(|text| text.parse().ok())
    }

    /// Whether a flag says yes.
    pub fn is_yes(&self, field: Field) -> bool {
        self.get(field) == Some("Y")
    }

    pub fn date_of_birth(&self) -> Option<Date> {
        self.date(Field::DateOfBirth)
    }

    /// Given and family name, as one says them.
    pub fn full_name(&self) -> String {
        let given = self.get(Field::GivenName).unwrap_or("");
        let family = self.get(Field::FamilyName).unwrap_or("");
        format!("{given} {family}").trim().to_owned()
    }

    /// Fields that differ, in the vocabulary's order.
    pub fn differences(&self, after: &Particulars) -> Vec<FieldChange> {
        Field::ALL
            .iter()
            .filter(|f| self.get(**f) != after.get(**f))
            .map(|f| FieldChange {
                field: f.column().to_owned(),
                label: f.label().to_owned(),
                before: self.get(*f).map(str::to_owned),
                after: after.get(*f).map(str::to_owned),
            })
            .collect()
    }

    /// Whether the text fits the field's kind. Codes are judged by an edition, not here.
    pub fn well_formed(field: Field, text: &str) -> bool {
        match field.kind() {
            Kind::Date => text.parse::<Date>().is_ok(),
            Kind::Flag => matches!(text, "Y" | "N"),
            Kind::Text | Kind::Code | Kind::Organisation => true,
        }
    }
}

/// One difference between two states of a record, as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    pub field: String,
    pub label: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Something true of a young person for a time, from a source (vulnerable groups above all).
///
/// Days: inclusive at both ends; `to` is `None` while it holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Characteristic {
    pub code: String,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub source: String,
}

impl Characteristic {
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// Part taken in a youth programme, as the service that runs it tells. It says nothing of what somebody
/// does otherwise: no activity follows from it.
///
/// Days: inclusive at both ends; `to` is `None` while it goes on, or where nobody has said.
/// Source: strategy action 1.12, positive activities for young people (PAYP).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Engagement {
    pub programme: String,
    pub from: Date,
    pub to: Option<Date>,
    /// Whether they engage; `None` where it was not said.
    pub engaged: Option<bool>,
    /// Who told.
    pub source: String,
    /// The name of its kind in the reference data; `None` where it was not said.
    pub kind: Option<String>,
}

impl Engagement {
    /// What makes it the same part in the same programme, whatever became of it.
    pub fn key(&self) -> (&str, Date, &str) {
        (&self.programme, self.from, &self.source)
    }
}

/// One young person as known at one recorded moment. Lists are kept in a fixed order by the store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonRecord {
    /// The 13-digit identifier of the return; empty until the register gives one.
    pub ypid: String,
    pub particulars: Particulars,
    pub former_names: Vec<FormerName>,
    pub addresses: Vec<Address>,
    pub characteristics: Vec<Characteristic>,
    pub spells: Vec<Spell>,
    pub engagements: Vec<Engagement>,
    /// Which values came as benefits information, in their order.
    pub benefits: Vec<BenefitMark>,
}

impl PersonRecord {
    /// The address lived at on `day`; the one that began last where several cover it.
    pub fn address_on(&self, day: Date) -> Option<&Address> {
        self.addresses.iter().filter(|a| a.covers(day)).max_by_key(|a| a.from)
    }

    /// Codes that hold on `day`, sorted, each once.
    pub fn characteristics_on(&self, day: Date) -> Vec<&str> {
        let mut codes: Vec<&str> = self
            .characteristics
            .iter()
            .filter(|c| c.holds_on(day))
            .map(|c| c.code.as_str())
            .collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}
