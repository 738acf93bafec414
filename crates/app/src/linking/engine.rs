//! The register as the linking engine holds it. Somebody who had another name or lived elsewhere stands
//! in it under each, with one number, so that an old list still finds them.

use domain::intake::Declaration;
use domain::matching::Weighed;
use domain::person::Field;
use linkage::{Effort, Explanation, Linker, Model, Part, Person, Register, Table};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::whole::{Identity, each_identity};

use crate::context::Wrong;

/// How much a row resembles somebody, and why: kept with the row, shown to whoever decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    pub person: i64,
    /// That the two are one person, the other candidates weighed.
    pub probability: f64,
    /// Units: bits.
    pub weight: f64,
    pub margin: f64,
    pub family: f64,
    pub parts: Vec<Part>,
    /// The family's line where no postcode may count; none in what was kept before there was such a line.
    #[serde(default)]
    pub family_unplaced: Option<Part>,
}

/// What a held row said, and whom it resembles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub asked: Asked,
    /// Whom the row may speak of, where that is kept nowhere else.
    #[serde(default)]
    pub candidates: Vec<i64>,
    pub likenesses: Vec<Likeness>,
}

/// Everybody on the register, ready to be asked about.
pub struct Engine {
    pub(super) register: Register,
    /// Whose entry stands at each place.
    people: Vec<i64>,
    protected: Vec<bool>,
}

/// The engine while people come in, in the order of their numbers.
#[derive(Default)]
pub(super) struct Entries {
    table: Table,
    people: Vec<i64>,
    protected: Vec<bool>,
}

impl Entries {
    pub fn add(&mut self, one: &Identity) {
        let home = one.postcodes.first().map_or("", String::as_str);
        self.put(one, (&one.given, &one.family), home);
        for (given, family) in one.former.iter().take(ALIASES) {
            self.put(one, (if given.is_empty() { &one.given } else { given }, family), home);
        }
        for before in one.postcodes.iter().skip(1).take(ALIASES) {
            self.put(one, (&one.given, &one.family), before);
        }
    }

    fn put(&mut self, one: &Identity, (given, family): (&str, &str), postcode: &str) {
        self.table.push(&Person {
            id: &one.person.to_string(),
            source: "",
            forename: given,
            surname: family,
            dob: &one.born,
            sex: &one.sex,
            postcode,
            upn: &one.upn,
            uln: &one.uln,
            school: &one.school,
        });
        self.people.push(one.person);
        self.protected.push(one.protected);
    }

    /// Entries, aliases counted.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether somebody is among them. They stand in the order of numbers.
    pub fn knows(&self, person: i64) -> bool {
        self.people.binary_search(&person).is_ok()
    }

    pub fn ready(self) -> Engine {
        let Entries { table, people, protected } = self;
        Engine { register: Register::new(table), people, protected }
    }
}

/// What a row says, as the engine reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub given: String,
    pub family: String,
    pub born: String,
    pub sex: String,
    pub postcode: String,
    pub upn: String,
    pub uln: String,
    pub school: String,
}

impl Asked {
    /// Of a row whose organisations are named; `school` is the name of the school that it names.
    pub fn of(said: &Declaration, school: &str) -> Asked {
        let text = |field| said.particulars.get(field).unwrap_or("").to_owned();
        Asked {
            given: text(Field::GivenName),
            family: text(Field::FamilyName),
            born: text(Field::DateOfBirth),
            sex: text(Field::Sex),
            postcode: said.address.as_ref().map(|a| a.postcode.clone()).unwrap_or_default(),
            upn: text(Field::Upn),
            uln: text(Field::Uln),
            school: school.to_owned(),
        }
    }

    /// Whether nothing is said by which somebody could be named.
    pub fn names_nobody(&self) -> bool {
        let said = [&self.given, &self.family, &self.born, &self.postcode, &self.upn, &self.uln];
        said.iter().all(|text| text.is_empty())
    }

    /// Of somebody on the register.
    pub fn known(one: &Identity) -> Asked {
        Asked {
            given: one.given.clone(),
            family: one.family.clone(),
            born: one.born.clone(),
            sex: one.sex.clone(),
            postcode: one.postcodes.first().cloned().unwrap_or_default(),
            upn: one.upn.clone(),
            uln: one.uln.clone(),
            school: one.school.clone(),
        }
    }

    pub(super) fn person<'a>(&'a self, id: &'a str, source: &'a str) -> Person<'a> {
        Person {
            id,
            source,
            forename: &self.given,
            surname: &self.family,
            dob: &self.born,
            sex: &self.sex,
            postcode: &self.postcode,
            upn: &self.upn,
            uln: &self.uln,
            school: &self.school,
        }
    }
}

/// Former names and addresses of one person that are worth an entry each.
const ALIASES: usize = 3;
/// With fewer people nothing can be learned of what agrees by chance.
pub const FEWEST_PEOPLE: usize = 200;
/// Candidates whom somebody who decides is shown.
const RIVALS: usize = 4;
/// Less likely candidates are not shown.
const HOPELESS: f64 = 0.002;

impl Engine {
    /// Reads everybody. About 300 bytes a person while it stands.
    pub async fn load(tx: &mut Tx) -> Result<Engine, Wrong> {
        let mut entries = Entries::default();
        each_identity(tx, |one| entries.add(&one)).await?;
        Ok(entries.ready())
    }

    /// Of people at hand, in the order of their numbers.
    pub fn of(all: &[Identity]) -> Engine {
        let mut entries = Entries::default();
        all.iter().for_each(|one| entries.add(one));
        entries.ready()
    }

    /// Entries, aliases counted.
    pub fn len(&self) -> usize {
        self.register.len()
    }

    pub fn is_empty(&self) -> bool {
        self.register.is_empty()
    }

    pub fn person(&self, place: usize) -> i64 {
        self.people.get(place).copied().unwrap_or_default()
    }

    /// Whether somebody stood in the register when it was read. Entries stand in the order of numbers.
    pub fn knows(&self, person: i64) -> bool {
        self.people.binary_search(&person).is_ok()
    }

    /// What is believed before anything was learned: habits of every list, chance as in this register.
    pub fn untaught(&self) -> Model {
        let effort = Effort { sample: 0, iterations: 0, ..Effort::default() };
        linkage::train(&self.register, self.register.table(), effort).0
    }

    /// Whom one row resembles, best first, everybody in `not` left aside.
    pub fn likenesses(
        &self,
        linker: &Linker<'_>,
        asked: &Asked,
        source: &str,
        not: &[i64],
    ) -> Vec<Likeness> {
        let table = Table::of([asked.person("row", source)]);
        let best = self.rivals(linker, &table, not);
        let all = 1.0 + best.iter().map(|(_, bits)| bits.min(500.0).exp2()).sum::<f64>();
        let share = |bits: f64| bits.min(500.0).exp2() / all;
        let shown = best.iter().take(RIVALS).enumerate();
        shown
            .filter(|(_, (_, bits))| share(*bits) >= HOPELESS)
            .filter_map(|(at, (place, bits))| {
                let others = best.iter().enumerate().filter(|(other, _)| *other != at);
                let next = others.map(|(_, (_, bits))| *bits).fold(bits - 99.0, f64::max);
                let why = linker.explain(*place, &table, 0)?;
                Some(self.likeness(*place, share(*bits), bits - next, why))
            })
            .collect()
    }

    /// Everybody whom somebody about to be entered may be, best first, the hopeless among them: who is shown is
    /// settled once it is known whose postcode may count.
    pub(super) fn resembled(&self, linker: &Linker<'_>, asked: &Asked) -> Vec<Likeness> {
        let table = Table::of([asked.person("row", "")]);
        let best = self.rivals(linker, &table, &[]).into_iter();
        let explained = best.filter_map(|(place, _)| {
            let why = linker.explain(place, &table, 0)?;
            Some(self.likeness(place, why.probability, 99.0, why))
        });
        explained.collect()
    }

    /// The place and the bits of each person whom one row resembles, best first, everybody in `not` left aside.
    fn rivals(&self, linker: &Linker<'_>, table: &Table, not: &[i64]) -> Vec<(usize, f64)> {
        let mut seen: Vec<i64> = not.to_vec();
        let mut best: Vec<(usize, f64)> = Vec::new();
        for rival in linker.rivals(table, 0, 40) {
            let person = self.person(rival.a);
            if !seen.contains(&person) {
                seen.push(person);
                best.push((rival.a, rival.weight));
            }
        }
        best
    }

    /// What is kept of a pair of the register's own.
    pub(super) fn of_pair(
        &self,
        (a, b): (usize, usize),
        probability: f64,
        why: Explanation,
    ) -> Likeness {
        let mut likeness = self.likeness(b, probability, 99.0, why);
        if self.protected.get(a).copied().unwrap_or(true) {
            likeness.hide_postcode();
        }
        likeness
    }

    fn likeness(&self, place: usize, probability: f64, margin: f64, why: Explanation) -> Likeness {
        let mut likeness = Likeness {
            person: self.person(place),
            probability,
            weight: why.weight,
            margin,
            family: why.family,
            parts: why.parts,
            family_unplaced: why.family_unplaced,
        };
        if self.protected.get(place).copied().unwrap_or(true) {
            likeness.hide_postcode();
        }
        likeness
    }
}

/// As if no postcode had been compared, where one is not shown: that it agrees with another tells it, and so would
/// what the whole holds beyond its parts, and what is left of the whole for the other candidates.
pub(super) fn unplaced(all: &mut [Likeness]) {
    all.iter_mut().for_each(Likeness::without_postcode);
    share_out(all);
}

/// How likely each of all candidates is, by what their weights leave to one another.
pub(super) fn share_out(all: &mut [Likeness]) {
    let odds = |one: &Likeness| one.weight.min(500.0).exp2();
    let sum = 1.0 + all.iter().map(odds).sum::<f64>();
    for one in all {
        one.probability = odds(one) / sum;
    }
}

impl Likeness {
    /// A protected address is kept nowhere here; that it agrees or not is part of the reckoning.
    fn hide_postcode(&mut self) {
        self.parts.iter_mut().filter(|p| p.title == "Postcode").for_each(|p| p.values = None);
    }

    /// The weight and its parts as if no postcode had been compared; how likely it is then hangs on the others too.
    fn without_postcode(&mut self) {
        let home = |part: &Part| part.title == "Postcode";
        let of_home = self.parts.iter().filter(|part| home(part));
        let mut bits: f64 = of_home.map(|part| part.bits).sum();
        self.parts.retain(|part| !home(part));
        // Whether the two look like one household's is reckoned from their homes as well. In what was kept before that
        // was known apart, the line goes altogether.
        if let Some(at) = self.parts.iter().position(|part| part.title == "Family") {
            let family = self.parts.remove(at);
            let unplaced = self.family_unplaced.clone();
            self.family = unplaced.as_ref().map_or(0.0, |part| part.bits);
            bits += family.bits - self.family;
            if let Some(part) = unplaced {
                self.parts.insert(at, part);
            }
        }
        self.weight -= bits;
    }

    /// The reckoning as self-contained SVG texts, for a desk and for a phone, without any name or number of the two.
    pub fn drawings(&self) -> [String; 2] {
        let told = Explanation {
            id_a: "one record".to_owned(),
            id_b: "the other".to_owned(),
            parts: self.parts.clone(),
            weight: self.weight,
            probability: self.probability,
            family: self.family,
            family_unplaced: None,
        };
        [linkage::waterfall(&told), linkage::waterfall_narrow(&told)]
    }

    /// As the rule about lines reads it.
    pub fn weighed(&self) -> Weighed {
        let part = |title: &str| self.parts.iter().find(|part| part.title == title);
        let agrees =
            |title: &str| part(title).is_some_and(|part| part.words.starts_with("the same"));
        Weighed {
            probability: self.probability,
            margin: self.margin,
            family: self.family,
            given_against: part("Forename").is_some_and(|part| part.bits < 0.0),
            number_agrees: agrees("UPN") || agrees("ULN"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(title: &'static str, bits: f64) -> Part {
        Part { title: title.into(), words: String::new(), values: None, bits }
    }

    #[test]
    fn what_is_told_without_a_postcode_adds_up_and_leaves_the_others_their_share() {
        let of = |person: i64, parts: &[Part], family_unplaced: Option<Part>| Likeness {
            person,
            probability: 0.5,
            weight: parts.iter().map(|part| part.bits).sum(),
            margin: 1.0,
            family: -4.0,
            parts: parts.to_vec(),
            family_unplaced,
        };
        let parts = [part("Forename", 1.0), part("Postcode", 7.0), part("Family", -4.0)];
        // The second was kept before the line without a postcode was.
        let mut all =
            [of(1, &parts, Some(part("Family", 0.0))), of(2, &parts, None), of(3, &[], None)];
        unplaced(&mut all);
        for one in &all {
            let sum: f64 = one.parts.iter().map(|part| part.bits).sum();
            assert!((sum - one.weight).abs() < 1e-9, "{one:?}");
        }
        assert_eq!(all[0].parts, [part("Forename", 1.0), part("Family", 0.0)]);
        assert_eq!(all[1].parts, [part("Forename", 1.0)], "no line that a home has made");
        let shares: Vec<f64> = all.iter().map(|one| one.probability).collect();
        assert_eq!(shares, [2.0 / 6.0, 2.0 / 6.0, 1.0 / 6.0]);
        let once = all.clone();
        unplaced(&mut all);
        assert_eq!(all, once, "what is gone is not taken away again");
    }
}
