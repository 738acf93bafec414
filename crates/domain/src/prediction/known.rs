//! What was known of somebody on a day, turned into facts. The record and the facts handed in are
//! those recorded by the end of that day; here only days of validity are looked at.

use super::reach::most_of;
use super::silence::{before_sixteen, confirmed};
use super::whose::{agreed, whose};
use super::{Cell, Covered, FEATURES, Sender};
use crate::calendar::{AcademicYear, Day};
use crate::edition::{Edition, Group, Offer};
use crate::followup::days_between;
use crate::person::{Field, PersonRecord};
use crate::status::{Spell, lapsed_on, spell_on};
use jiff::ToSpan;
use std::collections::BTreeSet;

/// A fact from a partner's set. Days: inclusive; no last day while it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    pub field: String,
    pub value: String,
    pub from: Day,
    pub to: Option<Day>,
    pub source: String,
    /// The organisation that sent the set; empty before it is kept.
    pub sender: String,
    /// Whether that is a council, which hands on what schools return to it.
    pub handed_on: bool,
}

/// A try to reach somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    pub day: Day,
    pub reached: bool,
}

pub struct Known<'a> {
    pub record: &'a PersonRecord,
    pub facts: &'a [Fact],
    pub tries: &'a [Try],
    pub covered: &'a Covered,
}

/// The field of facts that tell of whom a set was not allowed, or not able, to speak; the value is the field
/// that it was silent of.
pub const UNSAID: &str = "unsaid";

const REGISTER: &str = "the register";
/// What somebody does of whom nobody knows it.
pub(super) const UNKNOWN: &str = "not known to anybody";

/// Every fact of [`FEATURES`], in its order, as of a day.
pub fn features(known: &Known<'_>, day: Day, edition: &Edition) -> Vec<Cell> {
    let read = Reading { known, facts: standing(known.facts), day, edition };
    FEATURES.iter().map(|feature| read.cell(feature.name)).collect()
}

/// Facts that stand, in a fixed order: what two sets say alike is said once, and a period that one set
/// leaves open and another ends has ended, whichever came first.
fn standing(facts: &[Fact]) -> Vec<&Fact> {
    let mut all: Vec<&Fact> = facts.iter().collect();
    all.sort_unstable();
    all.dedup();
    let ended: BTreeSet<_> = all.iter().filter(|f| f.to.is_some()).map(|f| period(f)).collect();
    all.retain(|fact| fact.to.is_some() || !ended.contains(&period(fact)));
    all
}

/// A period but for its end.
fn period(fact: &Fact) -> (&str, &str, Day, &str) {
    (&fact.field, &fact.value, fact.from, &fact.source)
}

struct Reading<'a> {
    known: &'a Known<'a>,
    facts: Vec<&'a Fact>,
    day: Day,
    edition: &'a Edition,
}

impl Reading<'_> {
    fn cell(&self, name: &str) -> Cell {
        match name {
            "attendance" => self.attendance(0),
            "attendance_change" => self.attendance_change(),
            "unauthorised" => self.unauthorised(),
            "suspension" => self.in_last_year("suspended"),
            "suspension_days" => self.suspension_days(),
            "permanent_exclusion" => self.ever("excluded"),
            "educated_elsewhere" => self.held("200", "educated_elsewhere"),
            "sen_provision" => self.provision(),
            "send_need" => self.newest_name("sen_need"),
            "free_school_meals" => self.meals(),
            "eal" => self.newest_name("eal"),
            "gifted" => self.newest_name("gifted"),
            "ks2" | "ks4" => self.newest_number(name),
            "english_maths" => self.newest_name(name),
            "school" => self.particular(Field::School),
            "looked_after" => self.in_year_or_held("110", name),
            "care_leaver" => self.held("160", name),
            "youth_justice" => self.in_year_or_held("170", name),
            "custody" => self.custody(),
            "young_carer" => self.held("140", name),
            "pregnant_or_parent" => self.parent(),
            "early_help" | "family_intervention" | "childrens_fund" => self.helped(name),
            "neet_before" => self.neet_before(),
            "neet_months" => self.neet_months(),
            "status" => self.status(),
            "lapsed" => self.lapsed(),
            "offer" => self.offer(),
            "intended" => self.intended(),
            "tries_failed" => self.tries_failed(),
            "deprivation" => self.deprivation(),
            _ => Cell::default(),
        }
    }

    /// Facts of a field that had begun by the day, and touch the days from `first` on.
    fn facts(&self, field: &str, first: Option<Day>, last: Day) -> impl Iterator<Item = &Fact> {
        let field = field.to_owned();
        let last = last.min(self.day);
        self.facts.iter().copied().filter(move |fact| {
            fact.field == field
                && fact.from <= last
                && first.is_none_or(|first| fact.to.unwrap_or(last) >= first)
        })
    }

    fn months_back(&self, months: i32) -> Day {
        self.day.saturating_sub(months.months())
    }

    /// Who sent sets of the field over a time and would have named this young person in them: on their
    /// roll or in their area for most of it, or counted in their census of the last year. Their silence
    /// says "no", but of whom the set could not speak.
    fn silent(&self, field: &str, time: (Day, Day)) -> Option<&Sender> {
        if self.unsaid(field, time) {
            return None;
        }
        self.known.covered.get(field)?.iter().filter(|sender| sender.speaks_of(time)).find(
            |sender| {
                let held = sender.reach.as_ref().is_some_and(|r| r.holds(self.known.record, time));
                held || self.counted_by(&sender.name).is_some()
            },
        )
    }

    fn unsaid(&self, field: &str, (first, last): (Day, Day)) -> bool {
        self.facts(UNSAID, Some(first), last).any(|fact| fact.value == field)
    }

    fn last_year(&self) -> (Day, Day) {
        (self.months_back(12), self.day)
    }

    /// The newest census of the last twelve months in which a sender counted this young person.
    fn counted_by(&self, sender: &str) -> Option<&Fact> {
        let counted = self.facts("census", Some(self.months_back(12)), self.day);
        counted.filter(|fact| fact.source == sender).max_by_key(|fact| fact.from)
    }

    fn no_by_silence(&self, field: &str, time: (Day, Day)) -> Cell {
        let no = |sender: &Sender| {
            Cell::yes_no(false, sender.last_told(time), &sender.name).of(Some(sender.id.clone()))
        };
        self.silent(field, time).map(no).unwrap_or_default()
    }

    fn whose(&self, fact: &Fact) -> Option<String> {
        whose(fact, self.known.record)
    }

    fn yes_no_of(&self, yes: bool, fact: &Fact) -> Cell {
        Cell::yes_no(yes, Some(fact.from), &fact.source).of(self.whose(fact))
    }

    /// "No" where the silence of a set says so, else where that of the register does.
    fn no_unless_told(&self, field: &str) -> Cell {
        let by_set = self.no_by_silence(field, self.last_year());
        match (by_set.as_name(), confirmed(self.known.record, self.edition, self.last_year())) {
            (None, Some(day)) => Cell::yes_no(false, Some(day), REGISTER),
            _ => by_set,
        }
    }

    fn newest(&self, field: &str) -> Option<&Fact> {
        self.facts(field, None, self.day).max_by_key(|fact| (fact.from, fact.to))
    }

    fn newest_number(&self, field: &str) -> Cell {
        let read = |fact: &Fact| {
            let number = fact.value.parse().ok()?;
            Some(Cell::number(number, Some(fact.from), &fact.source).of(self.whose(fact)))
        };
        self.newest(field).and_then(read).unwrap_or_default()
    }

    fn newest_name(&self, field: &str) -> Cell {
        self.newest(field)
            .map(|fact| Cell::name(&fact.value, Some(fact.from), &fact.source).of(self.whose(fact)))
            .unwrap_or_default()
    }

    /// Whether there ever was a fact of the field. No set speaks of a whole life, so none is no "no".
    fn ever(&self, field: &str) -> Cell {
        let yes = |fact: &Fact| self.yes_no_of(fact.value != "no", fact);
        self.newest(field).map(yes).unwrap_or_default()
    }

    /// Whether a service helps or ever helped; "no" by the silence of whoever told of the last year.
    fn helped(&self, field: &str) -> Cell {
        let told = self.ever(field);
        match told.as_name() {
            Some(_) => told,
            None => self.no_by_silence(field, self.last_year()),
        }
    }

    /// Free school meals at any time of the last twelve months. The table of meals names only who has
    /// them, so whom its sender counted in a census of the time, and did not name there, has none.
    fn meals(&self) -> Cell {
        let first = Some(self.months_back(12));
        let newest = |value: &str| {
            let said = self.facts("free_school_meals", first, self.day);
            said.filter(|fact| fact.value == value).max_by_key(|fact| fact.from)
        };
        if let Some(fact) = newest("yes") {
            return self.yes_no_of(true, fact);
        }
        let senders = self.known.covered.get("free_school_meals").into_iter().flatten();
        let counted = || {
            let by = senders.filter_map(|sender| self.counted_by(&sender.name));
            by.max_by_key(|fact| fact.from)
        };
        let no = newest("no")
            .or_else(|| counted().filter(|_| !self.unsaid("free_school_meals", self.last_year())));
        no.map(|fact| self.yes_no_of(false, fact)).unwrap_or_default()
    }

    fn in_last_year(&self, field: &str) -> Cell {
        let year = AcademicYear::starting(AcademicYear::of(self.day).start_year() - 1);
        let found = self.facts(field, Some(year.first_day()), year.last_day()).max();
        match found {
            Some(fact) => self.yes_no_of(true, fact),
            None => self.no_by_silence(field, (year.first_day(), year.last_day())),
        }
    }

    /// Sessions possible, missed and missed without leave over six months, `back` months ago.
    fn sessions(&self, back: i32) -> Option<Sessions<'_>> {
        let (first, last) = (self.months_back(back + 6), self.months_back(back));
        let mut sums = [0.0; 3];
        let mut newest: Option<&Fact> = None;
        let mut whose = Vec::new();
        // A period counts where it ended, so that two windows never share one.
        for fact in self.facts("sessions", None, last) {
            let end = fact.to.unwrap_or(fact.from);
            if end <= first || end > last {
                continue;
            }
            for (sum, part) in sums.iter_mut().zip(fact.value.split('/')) {
                *sum += part.parse().unwrap_or(0.0);
            }
            if newest.is_none_or(|known| known.to < fact.to) {
                newest = Some(fact);
            }
            whose.push(self.whose(fact));
        }
        let [possible, ..] = sums;
        let fact = newest.filter(|_| possible > 0.0)?;
        Some(Sessions { sums, fact, whose: agreed(whose) })
    }

    fn attendance(&self, back: i32) -> Cell {
        let share = |told: Sessions<'_>| {
            let [possible, missed, _] = told.sums;
            told.cell(100.0 * (1.0 - missed / possible))
        };
        self.sessions(back).map(share).unwrap_or_default()
    }

    fn attendance_change(&self) -> Cell {
        let (now, then) = (self.attendance(0), self.attendance(6));
        match (now.as_number(), then.as_number(), &now.source) {
            (Some(a), Some(b), Some(source)) => {
                let whose = agreed(vec![now.whose.clone(), then.whose]);
                Cell::number(tenth(a - b), now.day, source).of(whose)
            }
            _ => Cell::default(),
        }
    }

    fn unauthorised(&self) -> Cell {
        let share = |told: Sessions<'_>| {
            let [possible, _, without] = told.sums;
            told.cell(100.0 * without / possible)
        };
        self.sessions(0).map(share).unwrap_or_default()
    }

    fn suspension_days(&self) -> Cell {
        let all: Vec<&Fact> =
            self.facts("suspended", Some(self.months_back(12)), self.day).collect();
        let days: f64 = all.iter().filter_map(|fact| fact.value.parse::<f64>().ok()).sum();
        match all.iter().max_by_key(|fact| fact.from) {
            Some(fact) => {
                let whose = agreed(all.iter().map(|fact| self.whose(fact)).collect());
                Cell::number(days, Some(fact.from), &fact.source).of(whose)
            }
            None => {
                let time = self.last_year();
                let none = |sender: &Sender| {
                    let day = sender.last_told(time);
                    Cell::number(0.0, day, &sender.name).of(Some(sender.id.clone()))
                };
                self.silent("suspended", time).map(none).unwrap_or_default()
            }
        }
    }

    fn provision(&self) -> Cell {
        let told = self.newest_name("sen_provision");
        if told.as_name().is_some() {
            return told;
        }
        let p = &self.known.record.particulars;
        let yes = |field| p.get(field) == Some("Y");
        match (yes(Field::Send), yes(Field::SenSupport), p.get(Field::SenSupport)) {
            (true, ..) => Cell::name("E", None, REGISTER),
            (_, true, _) => Cell::name("K", None, REGISTER),
            (_, _, Some(_)) => Cell::name("N", None, REGISTER),
            _ => Cell::default(),
        }
    }

    fn particular(&self, field: Field) -> Cell {
        let value = self.known.record.particulars.get(field);
        value.map(|value| Cell::name(value, None, REGISTER)).unwrap_or_default()
    }

    /// A characteristic of the register that holds on the day, or a fact of the field that does; else what
    /// silence says.
    fn held(&self, code: &str, field: &str) -> Cell {
        self.characteristic(&[code], self.day)
            .or_else(|| {
                let fact = self.facts(field, Some(self.day), self.day).max()?;
                Some(self.yes_no_of(fact.value != "no", fact))
            })
            .unwrap_or_else(|| self.no_unless_told(field))
    }

    fn in_year_or_held(&self, code: &str, field: &str) -> Cell {
        let first = self.months_back(12);
        self.characteristic(&[code], first)
            .or_else(|| {
                let fact = self.facts(field, Some(first), self.day).max()?;
                Some(self.yes_no_of(fact.value != "no", fact))
            })
            .unwrap_or_else(|| self.no_unless_told(field))
    }

    fn characteristic(&self, codes: &[&str], first: Day) -> Option<Cell> {
        let held = self.known.record.characteristics.iter().filter(|held| {
            codes.contains(&held.code.as_str())
                && held.from.is_none_or(|from| from <= self.day)
                && held.to.is_none_or(|to| to >= first)
        });
        held.max_by_key(|held| held.from).map(|held| Cell::yes_no(true, held.from, &held.source))
    }

    fn parent(&self) -> Cell {
        self.characteristic(&["120", "180", "190"], self.day)
            .unwrap_or_else(|| self.no_unless_told("pregnant_or_parent"))
    }

    fn custody(&self) -> Cell {
        let first = self.months_back(12);
        let held = |spell: &&Spell| self.edition.custody.contains(&spell.code);
        let spell = self.spells().filter(held).rfind(|s| s.end.is_none_or(|e| e >= first));
        match spell {
            Some(spell) => Cell::yes_no(true, Some(spell.start), REGISTER),
            None => self
                .facts("custody", Some(first), self.day)
                .max()
                .map(|fact| self.yes_no_of(fact.value != "no", fact))
                .unwrap_or_else(|| self.no_unless_told("custody")),
        }
    }

    /// Spells that had begun, in order of their beginning.
    fn spells(&self) -> impl DoubleEndedIterator<Item = &Spell> {
        self.known.record.spells.iter().filter(|spell| spell.start <= self.day)
    }

    /// How often somebody was NEET. Nought is said only where the spells reach back to before sixteen, from
    /// when on somebody can be NEET at all; otherwise nobody knows what went before the first of them.
    fn neet_before(&self) -> Cell {
        let neet = self.spells().filter(|spell| self.edition.is_neet(&spell.code));
        let (mut count, mut last) = (0.0, None);
        for spell in neet {
            count += 1.0;
            last = Some(spell.start);
        }
        let reaches = || {
            let first = self.spells().map(|spell| spell.start).min();
            [Some(self.day), first]
                .iter()
                .flatten()
                .any(|day| before_sixteen(self.known.record, *day))
        };
        match count > 0.0 || reaches() {
            true => Cell::number(count, last, REGISTER),
            false => Cell::default(),
        }
    }

    /// Months NEET in the last twelve. Nought is said only of those who were too young for it then, or of
    /// whom something is known for most of the time.
    fn neet_months(&self) -> Cell {
        let time = self.last_year();
        let within =
            |spell: &Spell| (spell.start.max(time.0), spell.end.unwrap_or(self.day).min(self.day));
        let neet = self.spells().filter(|spell| self.edition.is_neet(&spell.code));
        let days: i32 = neet
            .map(|spell| {
                let (from, to) = within(spell);
                if from > to { 0 } else { days_between(from, to) + 1 }
            })
            .sum();
        let told = || {
            let known = self.spells().filter(|spell| !self.edition.is_not_known(&spell.code));
            most_of(&known.map(within).collect::<Vec<_>>(), time)
        };
        match days > 0 || before_sixteen(self.known.record, self.day) || told() {
            true => Cell::number((f64::from(days) / 30.4).round().min(12.0), None, REGISTER),
            false => Cell::default(),
        }
    }

    fn status(&self) -> Cell {
        let Some(spell) = spell_on(&self.known.record.spells, self.day) else {
            return Cell::name("nothing recorded", None, REGISTER);
        };
        let word = match self.edition.group(&spell.code) {
            _ if self.edition.is_not_known(&spell.code) => UNKNOWN,
            Some(Group::Compulsory) if spell.code == self.edition.on_roll.compulsory => "at school",
            // Taught at home, held, or on no roll.
            Some(Group::Compulsory) => "at no school",
            Some(Group::Education) => "in education",
            Some(Group::Training | Group::ReEngagement) => "in training",
            Some(Group::Employment) => "in work",
            Some(Group::NeetAvailable | Group::NeetNotAvailable) => "NEET",
            Some(Group::NotKnown) | None => UNKNOWN,
            Some(Group::Other) => "neither",
        };
        let day = spell.verified.or(spell.ascertained).unwrap_or(spell.start);
        Cell::name(word, Some(day), spell.verified_how.as_deref().unwrap_or(REGISTER))
    }

    fn lapsed(&self) -> Cell {
        let Some(spell) = spell_on(&self.known.record.spells, self.day) else {
            return Cell::default();
        };
        let lapsed = lapsed_on(spell, self.edition, self.day);
        Cell::yes_no(lapsed, spell.verified.or(Some(spell.start)), REGISTER)
    }

    /// The September Guarantee in four words, by the published categories of the edition. A status that the
    /// edition does not know says nothing.
    fn offer(&self) -> Cell {
        let p = &self.known.record.particulars;
        let code = p.get(Field::GuaranteeYear12).or_else(|| p.get(Field::GuaranteeYear11));
        let word = match code.and_then(|code| self.edition.guarantee.categories.get(code)) {
            Some(Offer::Made) => "offer accepted",
            Some(Offer::NotAppropriate) => "no offer needed",
            Some(Offer::NotRecorded) => "not settled",
            Some(Offer::NoOffer) => "no offer",
            None => return Cell::default(),
        };
        Cell::name(word, None, REGISTER)
    }

    fn intended(&self) -> Cell {
        let code = self.known.record.particulars.get(Field::IntendedDestination);
        let word = match code.and_then(|code| code.chars().next()) {
            Some('1') => "full-time education",
            Some('2') => "an apprenticeship",
            Some('3') => "work",
            Some('4') => "training",
            Some('5') => "undecided",
            Some(_) => "none",
            None => return Cell::default(),
        };
        Cell::name(word, None, REGISTER)
    }

    /// Tries are the service's own, so where it wrote none down there was none.
    fn tries_failed(&self) -> Cell {
        let first = self.months_back(6);
        let within = |t: &&Try| !t.reached && t.day > first && t.day <= self.day;
        let failed: Vec<&Try> = self.known.tries.iter().filter(within).collect();
        let last = failed.iter().map(|t| t.day).max();
        Cell::number(failed.len() as f64, last, REGISTER)
    }

    fn deprivation(&self) -> Cell {
        let address = self.known.record.address_on(self.day);
        let tenth = address.and_then(|address| address.place.deprivation_decile);
        tenth
            .map(|t| Cell::number(f64::from(t), None, "indices of deprivation"))
            .unwrap_or_default()
    }
}

/// What registers of attendance say of a time: sessions possible, missed and missed without leave, the newest
/// of the facts, and whose they all are.
struct Sessions<'a> {
    sums: [f64; 3],
    fact: &'a Fact,
    whose: Option<String>,
}

impl Sessions<'_> {
    fn cell(self, share: f64) -> Cell {
        Cell::number(tenth(share), self.fact.to, &self.fact.source).of(self.whose)
    }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
