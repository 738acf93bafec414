//! The filter in the address: which list, whose provider, adviser and locality. It holds keys
//! of organisations and accounts and the names of places, never anything of a young person.

use super::confirm::value_of;
use crate::pages::parts::{Chip, Choice, count};
use app::followup::{Caseload, Filter, FollowUp};
use domain::followup::{List, QUIET_DAYS};
use serde::Deserialize;

/// The address as asked. Every part is text, since an address may hold anything.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    list: String,
    pub provider: String,
    adviser: String,
    locality: String,
    contact: String,
    order: String,
    page: String,
}

impl Asked {
    /// The list asked for; the lapsed where none is, since they cost the council most.
    pub fn list(&self) -> List {
        List::from_name(&self.list).unwrap_or(List::Lapsed)
    }

    pub fn page(&self) -> usize {
        self.page.parse().unwrap_or(1).max(1)
    }

    pub fn filter(&self) -> Filter {
        let said = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Filter {
            list: Some(self.list()),
            provider: said(&self.provider),
            adviser: match self.adviser.as_str() {
                Caseload::NOBODY => Some(Caseload::Nobody),
                id => id.parse().ok().map(Caseload::Of),
            },
            locality: said(&self.locality),
            quiet_days: (self.contact == "none").then_some(QUIET_DAYS),
            by_name: self.order == "name",
        }
    }

    pub fn with_list(&self, list: List) -> Self {
        let contact = if list.asks_for_contact() { self.contact.clone() } else { String::new() };
        Self { list: list.name().to_owned(), contact, page: String::new(), ..self.clone() }
    }

    pub fn with_provider(&self, key: &str) -> Self {
        Self { provider: key.to_owned(), ..self.with_list(self.list()) }
    }

    /// The filter that a form carries.
    pub fn of_form(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| value_of(pairs, name);
        Self {
            list: value("list"),
            provider: value("provider"),
            adviser: value("adviser"),
            locality: value("locality"),
            contact: value("contact"),
            order: value("order"),
            page: String::new(),
        }
    }

    /// The filter of a form that asks for everybody of a provider, where it does.
    pub fn of_a_provider(pairs: &[(String, String)]) -> Option<Self> {
        let asked = Self::of_form(pairs);
        (!value_of(pairs, "all").is_empty() && !asked.provider.is_empty()).then_some(asked)
    }

    /// The same, as fields of a form.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let said = self.parts().into_iter().filter(|(_, value)| !value.is_empty());
        said.map(|(name, value)| (name, value.to_owned())).collect()
    }

    /// The same list, unfiltered.
    pub fn cleared(&self) -> Self {
        Self { order: self.order.clone(), ..Self::default() }.with_list(self.list())
    }

    fn parts(&self) -> [(&'static str, &str); 5] {
        [
            ("provider", &self.provider),
            ("adviser", &self.adviser),
            ("locality", &self.locality),
            ("contact", &self.contact),
            ("order", &self.order),
        ]
    }

    pub fn address(&self) -> String {
        let mut address = format!("/follow-up?list={}", self.list().name());
        for (name, value) in self.parts().iter().filter(|(_, value)| !value.is_empty()) {
            address += &format!("&{name}={}", escape(value));
        }
        address
    }

    /// The address before `page=N`.
    pub fn for_pages(&self) -> String {
        self.address() + "&"
    }

    pub fn active(&self) -> usize {
        self.parts().iter().take(4).filter(|(_, value)| !value.is_empty()).count()
    }

    pub fn providers(&self, found: &FollowUp) -> Vec<Choice> {
        let people = |key: &str| {
            let here = found.by_provider.iter().find(|provider| provider.key == key);
            count(here.map_or(0, |provider| provider.people))
        };
        let all = found.offered.providers.iter();
        let all: Vec<(&str, String)> =
            all.map(|(key, name)| (key.as_str(), format!("{name} ({})", people(key)))).collect();
        let all = all.iter().map(|(key, words)| (*key, words.as_str()));
        choices("All providers", &self.provider, all)
    }

    pub fn advisers(&self, found: &FollowUp) -> Vec<Choice> {
        let all = found.offered.advisers.iter().map(|(id, name)| (id.to_string(), &**name));
        let nobody = (Caseload::NOBODY.to_owned(), "No adviser");
        let keyed: Vec<(String, &str)> = std::iter::once(nobody).chain(all).collect();
        choices("All advisers", &self.adviser, keyed.iter().map(|(id, name)| (id.as_str(), *name)))
    }

    pub fn localities(&self, found: &FollowUp) -> Vec<Choice> {
        let all = found.offered.localities.iter().map(|name| (name.as_str(), name.as_str()));
        choices("All localities", &self.locality, all)
    }

    pub fn contacts(&self) -> Vec<Choice> {
        let words = format!("Nobody reached for over {QUIET_DAYS} days");
        choices("Any", &self.contact, [("none", words.as_str())].into_iter())
    }

    pub fn orders(&self) -> Vec<Choice> {
        choices("Most pressing first", &self.order, [("name", "Family name")].into_iter())
    }

    /// What the provider that is asked for is called.
    pub fn provider_name(&self, found: &FollowUp) -> Option<String> {
        let mut all = found.offered.providers.iter();
        all.find(|(key, _)| *key == self.provider).map(|(_, name)| name.clone())
    }

    pub fn chips(&self, found: &FollowUp) -> Vec<Chip> {
        let chosen = |choices: Vec<Choice>| {
            let chosen = choices.into_iter().find(|c| c.chosen && !c.value.is_empty());
            chosen.map(|choice| choice.words)
        };
        let without = |clear: fn(&mut Self)| {
            let mut other = self.with_list(self.list());
            clear(&mut other);
            other.address()
        };
        type Clear = fn(&mut Asked);
        let all: [(Option<String>, Clear); 4] = [
            (self.provider_name(found), |a| a.provider.clear()),
            (chosen(self.advisers(found)), |a| a.adviser.clear()),
            (chosen(self.localities(found)), |a| a.locality.clear()),
            (chosen(self.contacts()), |a| a.contact.clear()),
        ];
        all.into_iter()
            .filter_map(|(words, clear)| Some(Chip { words: words?, href: without(clear) }))
            .collect()
    }
}

fn choices<'a>(
    all: &str,
    chosen: &str,
    others: impl Iterator<Item = (&'a str, &'a str)>,
) -> Vec<Choice> {
    let first = Choice::new("", all, chosen.is_empty());
    let rest = others.map(|(value, words)| Choice::new(value, words, value == chosen));
    std::iter::once(first).chain(rest).collect()
}

/// Percent-encodes all but the plainest letters, for one value of a query.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                escaped.push(char::from(byte));
            }
            _ => escaped += &format!("%{byte:02X}"),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_was_asked_and_nothing_else() {
        let asked = Asked {
            list: "neet".to_owned(),
            locality: "Chatham & Rochester".to_owned(),
            page: "4".to_owned(),
            ..Asked::default()
        };
        assert_eq!(asked.address(), "/follow-up?list=neet&locality=Chatham%20%26%20Rochester");
        assert_eq!(asked.active(), 1);
        assert_eq!(asked.cleared().address(), "/follow-up?list=neet");
    }

    #[test]
    fn the_last_contact_is_asked_of_the_lists_that_ask_for_one() {
        let asked = Asked { contact: "none".to_owned(), ..Asked::default() };
        let kept = |list| asked.with_list(list).filter().quiet_days;
        for list in [List::Neet, List::NeetAgain, List::SettlingIn] {
            assert_eq!(kept(list), Some(QUIET_DAYS), "{list:?}");
        }
        assert_eq!((kept(List::Lapsed), kept(List::NextStep)), (None, None));
    }

    #[test]
    fn those_without_an_adviser_are_asked_for_by_a_word() {
        let adviser = |said: &str| {
            let asked = Asked { adviser: said.to_owned(), ..Asked::default() };
            asked.filter().adviser
        };
        assert_eq!(adviser("none"), Some(Caseload::Nobody));
        assert_eq!(adviser("7"), Some(Caseload::Of(7)));
        assert_eq!((adviser(""), adviser("x")), (None, None));
    }

    #[test]
    fn everybody_is_asked_for_of_a_provider_and_of_nobody_else() {
        let form = |pairs: &[(&str, &str)]| {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            let pairs: Vec<(String, String)> = pairs.iter().map(owned).collect();
            Asked::of_a_provider(&pairs).map(|asked| asked.address())
        };
        let whole = [("all", "yes"), ("list", "due-30"), ("provider", "A"), ("locality", "East")];
        let address = "/follow-up?list=due-30&provider=A&locality=East";
        assert_eq!(form(&whole).as_deref(), Some(address));
        assert_eq!(form(&whole[1..]), None, "some are ticked");
        assert_eq!(form(&whole[..2]), None, "a whole list is nobody's to confirm");
    }

    #[test]
    fn nonsense_in_an_address_is_the_first_page_of_the_lapsed() {
        let asked = Asked { list: "x".into(), page: "-2".into(), ..Asked::default() };
        assert_eq!((asked.list(), asked.page()), (List::Lapsed, 1));
    }
}
