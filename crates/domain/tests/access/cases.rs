//! Questions by chance that repeats, and each of them put to the first decider in its own types.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{
    Act, Actor, Purpose, Question, Reach, Role, Scope, Terms, judge, listed_since,
};
use domain::agreement::{Answer, Condition, Decision, Item, Origin, Rule, Said};

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::naive::{Case, Person};

pub const LETTERS: &[(char, &str)] = &[
    ('D', "Data manager"),
    ('L', "Locality manager"),
    ('A', "Personal adviser"),
    ('S', "School user"),
    ('G', "Information governance"),
    ('C', "College user"),
    ('T', "Training provider user"),
    ('Y', "Youth offending user"),
    ('J', "Jobcentre user"),
    ('U', "Youth service user"),
    ('P', "Health, police or housing user"),
    ('O', "Other council user"),
];

const PLACES: &[&str] = &["North", "South", ""];
const ORGANISATIONS: &[&str] = &["one", "two", "three"];
const WORDS: &[&str] = &["yes", "consent", "unless-no", "no"];

/// Numbers that repeat: a million cases take seconds, and a failure can be looked at again.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn maybe(&mut self, from: &[&str]) -> Option<String> {
        (!self.one_in(4)).then(|| self.pick(from).to_owned())
    }

    fn some(&mut self, from: &[&str]) -> Vec<String> {
        from.iter().filter(|_| self.one_in(3)).map(|each| (*each).to_owned()).collect()
    }
}

/// The printed names, once: looking them up a million times would be the slowest part of the test.
pub struct Names {
    pub acts: Vec<(&'static str, Act)>,
    pub purposes: Vec<(&'static str, Purpose)>,
    pub items: Vec<(&'static str, Item)>,
    pub roles: Vec<(char, Role)>,
}

impl Names {
    pub fn new() -> Names {
        let role = |label: &str| *Role::ALL.iter().find(|r| r.label() == label).unwrap();
        Names {
            acts: Act::ALL.iter().map(|a| (a.label(), *a)).collect(),
            purposes: Purpose::ALL.iter().map(|p| (p.label(), *p)).collect(),
            items: Item::all().map(|i| (i.column(), i)).collect(),
            roles: LETTERS.iter().map(|(letter, label)| (*letter, role(label))).collect(),
        }
    }
}

pub fn case(n: &mut Numbers, names: &Names) -> Case {
    let act = n.below(names.acts.len());
    let purpose = match n.one_in(4) {
        true => n.pick(&names.purposes).0,
        // Mostly a purpose that the act serves, or nearly every answer would be the same no.
        false => n.pick(domain::access::purposes(names.acts[act].1)).label(),
    };
    let person = (!n.one_in(3)).then(|| person(n));
    let given = n.one_in(2).then(|| {
        let items = names.items.iter().filter(|_| !n.one_in(3));
        let items: Vec<&'static str> = items.map(|(column, _)| *column).collect();
        items.into_iter().map(|column| (column, n.pick(WORDS))).collect()
    });
    Case {
        role: n.pick(LETTERS).0,
        account: n.below(3) as i64,
        organisation: n.pick(ORGANISATIONS).to_owned(),
        localities: n.some(PLACES),
        opened: (0..3).filter(|_| n.one_in(4)).collect(),
        given,
        act: names.acts[act].0,
        purpose,
        person,
        item: (!n.one_in(3)).then(|| n.pick(&names.items).0),
        benefits: n.one_in(4),
        protected: n.one_in(3),
        said_no: n.one_in(2),
        consents: n.one_in(2),
    }
}

fn person(n: &mut Numbers) -> Person {
    Person {
        number: n.below(3) as i64,
        locality: n.maybe(PLACES),
        school: n.maybe(ORGANISATIONS),
        learning: n.some(ORGANISATIONS),
        listed: n.some(ORGANISATIONS),
        months: n.pick(&[0, 11, 12, 13, 40]),
        referred: n.some(ORGANISATIONS),
        advisers: (0..n.below(3)).map(|_| n.below(3) as i64).collect(),
        restricted: n.one_in(3),
        stopped: n.one_in(6),
    }
}

/// The day of all questions, or one some months before.
fn day(months_before: i32) -> Date {
    date(2026, 1, 15) - months_before.months()
}

/// The first decider's answer.
pub fn first(case: &Case, names: &Names) -> bool {
    let role = names.roles.iter().find(|(letter, _)| *letter == case.role).unwrap().1;
    let organisation = role.is_partner().then_some(case.organisation.as_str());
    let localities: BTreeSet<String> = case.localities.iter().cloned().collect();
    let mut scope = Scope::of(role, case.account, organisation, localities);
    scope.opened = case.opened.iter().copied().collect();
    scope.listed_since = Some(listed_since(day(0)));
    if let Some(given) = &case.given {
        scope.terms = Terms::Agreed(terms(given, names));
    }
    let actor = Actor { account: case.account, name: String::new(), role, scope };
    let reach = case.person.as_ref().map(|p| Reach {
        person: p.number,
        locality: p.locality.clone(),
        school: p.school.clone(),
        learning: p.learning.clone(),
        listed: p.listed.iter().map(|of| (of.clone(), day(p.months))).collect(),
        referred: p.referred.clone(),
        advisers: p.advisers.clone(),
        restricted: p.restricted,
        stopped: p.stopped,
    });
    let of = |list: &[(&str, Item)], name| list.iter().find(|(n, _)| *n == name).map(|(_, i)| *i);
    let question = Question {
        act: names.acts.iter().find(|(name, _)| *name == case.act).unwrap().1,
        purpose: names.purposes.iter().find(|(name, _)| *name == case.purpose).unwrap().1,
        person: reach.as_ref(),
        item: case.item.map(|item| of(&names.items, item).unwrap()),
        origin: if case.benefits { Origin::Benefits } else { Origin::Ordinary },
        protected: case.protected,
        said: Said { no: case.said_no, consent: case.consents },
    };
    let answer = judge(&actor, &question);
    assert!(!answer.reasons.is_empty(), "{case:?}");
    answer.allowed
}

fn terms(given: &[(&str, &str)], names: &Names) -> BTreeMap<Item, Decision> {
    let decision = |word: &str| Decision {
        answer: match word {
            "yes" => Answer::Yes,
            "consent" => Answer::OnlyWith(Condition::Consent),
            "unless-no" => Answer::OnlyWith(Condition::UnlessSaidNo),
            _ => Answer::No,
        },
        rule: Rule::Covered,
        reasons: Vec::new(),
        agreement: Some(1),
        gateway: None,
    };
    let item = |column: &str| names.items.iter().find(|(name, _)| *name == column).unwrap().1;
    given.iter().map(|(column, word)| (item(column), decision(word))).collect()
}
