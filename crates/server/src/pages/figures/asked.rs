//! The question as an address carries it, and the choices that the form offers.

use crate::pages::parts::Choice;
use app::measures::{Months, Question, may_cut};
use app::{Context, Wrong};
use domain::access::Actor;
use domain::calendar::{Month, parse_day};
use domain::edition::Basis;
use domain::measure::{Cut, DEFINITIONS};
use formats::reference::editions;
use serde::Deserialize;

/// What the address says. Nothing in it is about a person.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub measure: String,
    pub month: String,
    pub by: String,
    pub edition: String,
    pub known: String,
    /// residence or place-of-study; the edition's own where empty.
    pub basis: String,
    /// Whom of the cell: in, out or excluded.
    pub list: String,
    /// What the month is counted against: return, month-end, or an edition's name.
    pub against: String,
    /// The value of the cut, where the people of one cell are wanted.
    pub cell: String,
    /// What the cell is called, where its value alone says little.
    pub name: String,
    pub page: String,
}

impl Asked {
    /// Fills what was not said: NEET and not known together, by ward, in the last whole month.
    pub fn filled(mut self, ctx: &Context) -> Self {
        if self.measure.is_empty() {
            "neet-not-known".clone_into(&mut self.measure);
        }
        if self.month.is_empty() {
            self.month = Month::of(ctx.today()).plus(-1).to_string();
        }
        self
    }

    /// Where nothing was said and wards are not this reader's to see, by year group.
    pub fn for_reader(mut self, actor: &Actor) -> Self {
        if self.by.is_empty() && may_cut(actor, &[self.cut()]).is_err() {
            Cut::YearGroup.name().clone_into(&mut self.by);
        }
        self
    }

    pub fn cut(&self) -> Cut {
        Cut::from_name(&self.by).unwrap_or(Cut::Ward)
    }

    pub fn month(&self) -> Result<Month, Wrong> {
        self.month.parse().map_err(|_| Wrong::refused("Type the month as 2026-09."))
    }

    pub fn question(&self) -> Result<Question, Wrong> {
        let mut question = Question::new(&self.measure, Months::One(self.month()?));
        question.by = vec![self.cut()];
        question.edition = Some(self.edition.clone()).filter(|name| !name.is_empty());
        question.basis = match self.basis.as_str() {
            "residence" => Some(Basis::Residence),
            "place-of-study" => Some(Basis::PlaceOfStudy),
            _ => None,
        };
        if !self.known.is_empty() {
            let day = parse_day(&self.known)
                .ok_or_else(|| Wrong::refused("Type the day it was known on as 2026-09-30."))?;
            question.known_on = Some(day);
        }
        Ok(question)
    }

    /// The address of the figure itself.
    pub fn href(&self) -> String {
        format!(
            "/figures?measure={}&month={}&by={}&edition={}&known={}&basis={}",
            coded(&self.measure),
            coded(&self.month),
            self.cut().name(),
            coded(&self.edition),
            coded(&self.known),
            coded(&self.basis)
        )
    }

    /// The last three years of months, and the one asked for where it is older.
    pub fn months(&self, last: Month) -> Vec<Choice> {
        let asked = self.month().ok();
        let all = (0..36).map(|back| last.plus(-back));
        let older = asked.filter(|month| last.months_since(*month) >= 36 || *month > last);
        let choice = |m: Month| Choice::new(&m.to_string(), &m.words(), Some(m) == asked);
        all.chain(older).map(choice).collect()
    }

    /// The address of the people of one cell.
    pub fn people_href(&self, value: &str) -> String {
        let people = self.page_href("people");
        let name = Some(&self.name).filter(|name| !name.is_empty());
        let name = name.map_or_else(String::new, |name| format!("&name={}", coded(name)));
        format!("{people}&cell={}{name}", coded(value))
    }

    /// The address of another page about the same figure.
    pub fn page_href(&self, page: &str) -> String {
        self.href().replacen("/figures?", &format!("/figures/{page}?"), 1)
    }

    /// The address of everybody on one of the measure's lists, whatever their cell.
    pub fn list_href(&self, list: &str) -> String {
        self.page_href("people") + "&list=" + list
    }

    pub fn bases(&self) -> Vec<Choice> {
        [
            ("", "The edition's own"),
            ("residence", "Where they live"),
            ("place-of-study", "Where they study"),
        ]
        .map(|(value, words)| Choice::new(value, words, self.basis == value))
        .to_vec()
    }

    pub fn measures(&self) -> Vec<Choice> {
        let choice =
            |d: &domain::measure::Definition| Choice::new(d.name, d.title, d.name == self.measure);
        DEFINITIONS.iter().map(choice).collect()
    }

    pub fn cuts(&self) -> Vec<Choice> {
        let chosen = self.cut();
        Cut::ALL.iter().map(|c| Choice::new(c.name(), c.label(), *c == chosen)).collect()
    }

    pub fn editions(&self) -> Vec<Choice> {
        let mut all = vec![Choice::new("", "The one in force", self.edition.is_empty())];
        all.extend(
            editions().iter().map(|e| Choice::new(&e.name, &e.name, e.name == self.edition)),
        );
        all
    }
}

/// A value as an address may carry it.
pub(in crate::pages) fn coded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::coded;

    #[test]
    fn a_value_cannot_end_its_place_in_the_address() {
        assert_eq!(coded("Chatham & Rochester"), "Chatham%20%26%20Rochester");
        assert_eq!(coded("E05000001"), "E05000001");
    }
}
