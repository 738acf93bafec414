//! A list of people as the engine keeps it: one small row a person, names and schools looked at
//! once and shared. What was wrong with the list is counted and named here, never silently mended.
//! Invariant: rows keep the order in which people were added, and so do their ids.

use crate::date::Birth;
use crate::identifier::Identifier;
use crate::levels::sex;
use crate::names::{Form, Glance};
use crate::place::Postcode;
use crate::text::QuickMap;

/// One person as a list gives them. Anything not given is an empty text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Person<'a> {
    pub id: &'a str,
    /// Which partner's list it came from; people of one source are assumed to share its habits.
    pub source: &'a str,
    pub forename: &'a str,
    pub surname: &'a str,
    pub dob: &'a str,
    pub sex: &'a str,
    pub postcode: &'a str,
    pub upn: &'a str,
    pub uln: &'a str,
    pub school: &'a str,
}

/// What a list leaves out or gets wrong. The lists of examples hold at most [`Quality::EXAMPLES`].
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Quality {
    pub people: usize,
    pub without_forename: usize,
    pub without_surname: usize,
    pub without_birth: usize,
    pub without_postcode: usize,
    pub without_sex: usize,
    /// Dates that were given and are no dates; they count as missing.
    pub bad_births: usize,
    pub bad_birth_ids: Vec<String>,
    /// UPNs and ULNs whose check character is wrong; they take part with less weight.
    pub unsound_identifiers: usize,
    pub duplicate_ids: usize,
    pub duplicate_id_examples: Vec<String>,
    pub empty_ids: usize,
}

impl Quality {
    pub const EXAMPLES: usize = 5;
}

/// The log2 of a share, in thousandths of a bit below nothing, so that a row stays within one line
/// of the processor's cache.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rare(u16);

impl Rare {
    pub(crate) fn of(log2: f32) -> Self {
        Self((-log2 * 1000.0).round().clamp(0.0, 65_535.0) as u16)
    }
    pub(crate) fn log2(self) -> f32 {
        f32::from(self.0) / -1000.0
    }
}

/// One line of the processor's cache, so that looking at a candidate fetches memory once.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub(crate) struct Row {
    pub(crate) upn: Identifier,
    pub(crate) uln: Identifier,
    pub(crate) postcode: Postcode,
    pub(crate) forename: u32,
    pub(crate) surname: u32,
    pub(crate) school: u32,
    pub(crate) birth: Birth,
    pub(crate) source: u16,
    pub(crate) sex: u8,
    /// How rare the birth date and the postcode are in the register; set when it is prepared.
    pub(crate) rarity: [Rare; 2],
}

/// Distinct names of one kind; number 0 is the name not given.
#[derive(Clone, Debug)]
pub(crate) struct Book {
    make: fn(&str) -> Form,
    pub(crate) forms: Vec<Form>,
    glances: Vec<Glance>,
    by_raw: QuickMap<Box<str>, u32>,
    by_text: QuickMap<Box<str>, u32>,
}

impl Book {
    fn new(make: fn(&str) -> Form) -> Self {
        Self {
            make,
            forms: vec![Form::default()],
            glances: vec![Glance::default()],
            by_raw: QuickMap::default(),
            by_text: QuickMap::default(),
        }
    }

    fn number(&mut self, raw: &str) -> u32 {
        if raw.is_empty() {
            return 0;
        }
        if let Some(number) = self.by_raw.get(raw) {
            return *number;
        }
        let form = (self.make)(raw);
        let number = if !form.given() {
            0
        } else if let Some(number) = self.by_text.get(&form.text) {
            *number
        } else {
            let number =
                u32::try_from(self.forms.len()).expect("fewer names than people, who fit in u32");
            self.by_text.insert(form.text.clone(), number);
            self.glances.push(form.glance);
            self.forms.push(form);
            number
        };
        self.by_raw.insert(raw.into(), number);
        number
    }

    pub(crate) fn form(&self, number: u32) -> &Form {
        self.forms.get(number as usize).expect("rows hold numbers that their own book gave out")
    }

    /// What is kept of a name beside its form, close together.
    pub(crate) fn glance(&self, number: u32) -> Glance {
        *self.glances.get(number as usize).expect("rows hold numbers that their own book gave out")
    }
}

/// A list of people, ready to be linked.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) rows: Vec<Row>,
    pub(crate) forenames: Book,
    pub(crate) surnames: Book,
    pub(crate) schools: Book,
    pub(crate) sources: Vec<String>,
    ids: String,
    id_ends: Vec<usize>,
    quality: Quality,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            forenames: Book::new(Form::forename),
            surnames: Book::new(Form::surname),
            schools: Book::new(Form::school),
            sources: Vec::new(),
            ids: String::new(),
            id_ends: Vec::new(),
            quality: Quality::default(),
        }
    }
}

impl Table {
    /// A table of the people given, in their order.
    pub fn of<'a>(people: impl IntoIterator<Item = Person<'a>>) -> Self {
        let mut table = Self::default();
        people.into_iter().for_each(|person| table.push(&person));
        table
    }

    /// Adds one person.
    pub fn push(&mut self, person: &Person<'_>) {
        let birth = self.birth(person);
        let row = Row {
            upn: Identifier::upn(person.upn),
            uln: Identifier::uln(person.uln),
            postcode: Postcode::read(person.postcode),
            forename: self.forenames.number(person.forename),
            surname: self.surnames.number(person.surname),
            school: self.schools.number(person.school),
            birth,
            source: self.source(person.source),
            sex: read_sex(person.sex),
            rarity: [Rare::default(); 2],
        };
        self.count(&row, person.id);
        self.rows.push(row);
        self.ids.push_str(person.id);
        self.id_ends.push(self.ids.len());
    }

    fn birth(&mut self, person: &Person<'_>) -> Birth {
        let given = person.dob.trim();
        if given.is_empty() {
            return Birth::NONE;
        }
        Birth::read(given).unwrap_or_else(|| {
            self.quality.bad_births += 1;
            if self.quality.bad_birth_ids.len() < Quality::EXAMPLES {
                self.quality.bad_birth_ids.push(person.id.to_owned());
            }
            Birth::NONE
        })
    }

    fn source(&mut self, name: &str) -> u16 {
        let found = self.sources.iter().position(|known| known == name);
        let at = found.unwrap_or_else(|| {
            // A column with more kinds of source than this is no column of sources.
            if self.sources.len() < 256 {
                self.sources.push(name.to_owned());
            }
            self.sources.len() - 1
        });
        u16::try_from(at).unwrap_or(0)
    }

    fn count(&mut self, row: &Row, id: &str) {
        let unsound = |id: Identifier| usize::from(id.given() && !id.holds());
        let quality = &mut self.quality;
        quality.people += 1;
        quality.without_forename += usize::from(row.forename == 0);
        quality.without_surname += usize::from(row.surname == 0);
        quality.without_birth += usize::from(!row.birth.given());
        quality.without_postcode += usize::from(!row.postcode.given());
        quality.without_sex += usize::from(row.sex == 0);
        quality.unsound_identifiers += unsound(row.upn) + unsound(row.uln);
        quality.empty_ids += usize::from(id.is_empty());
    }

    /// What the list leaves out or gets wrong, with the ids that occur more than once.
    pub fn quality(&self) -> Quality {
        let mut quality = self.quality.clone();
        let mut seen: QuickMap<&str, ()> = QuickMap::default();
        seen.reserve(self.len());
        for id in (0..self.len()).map(|at| self.id(at)) {
            if seen.insert(id, ()).is_some() {
                quality.duplicate_ids += 1;
                if quality.duplicate_id_examples.len() < Quality::EXAMPLES {
                    quality.duplicate_id_examples.push(id.to_owned());
                }
            }
        }
        quality
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The id of the person at this place; empty when there is none.
    pub fn id(&self, at: usize) -> &str {
        let start =
            at.checked_sub(1).and_then(|before| self.id_ends.get(before)).copied().unwrap_or(0);
        self.id_ends.get(at).and_then(|end| self.ids.get(start..*end)).unwrap_or("")
    }

    /// The place of the person with this id, the first if there are several.
    pub fn find(&self, id: &str) -> Option<usize> {
        (0..self.len()).find(|at| self.id(*at) == id)
    }

    /// The name of the source of the person at this place.
    pub fn source_of(&self, at: usize) -> &str {
        let row = self.rows.get(at);
        row.and_then(|row| self.sources.get(usize::from(row.source))).map_or("", String::as_str)
    }
}

fn read_sex(raw: &str) -> u8 {
    match raw.trim().as_bytes() {
        [b'm' | b'M', ..] | b"1" => 1,
        [b'f' | b'F', ..] | b"2" => 2,
        _ => 0,
    }
}

pub(crate) fn compare_sex(a: u8, b: u8) -> u8 {
    match (a, b) {
        (0, _) | (_, 0) => sex::MISSING,
        _ if a == b => sex::SAME,
        _ => sex::DIFFERENT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_one_cache_line() {
        assert_eq!(size_of::<Row>(), 64);
    }

    #[test]
    fn counts_and_names_what_is_wrong() {
        let people = [
            Person {
                id: "1",
                forename: "Ann",
                dob: "2010-02-31",
                upn: "A123",
                ..Person::default()
            },
            Person { id: "1", forename: "Baby", dob: "", ..Person::default() },
            Person { id: "", surname: "Ng", sex: "Female", dob: "01/02/2010", ..Person::default() },
        ];
        let table = Table::of(people);
        let quality = table.quality();
        assert_eq!((quality.people, quality.bad_births, quality.duplicate_ids), (3, 1, 1));
        assert_eq!((quality.without_forename, quality.without_sex, quality.empty_ids), (2, 2, 1));
        assert_eq!(quality.bad_birth_ids, ["1"]);
        assert_eq!((table.id(0), table.id(2), table.id(3)), ("1", "", ""));
    }
}
