//! What was known of somebody on a day, turned into facts. The record and the facts handed in are
//! those recorded by the end of that day; here only days of validity are looked at.

use super::{Cell, Covered, FEATURES, Sender};
use crate::calendar::{AcademicYear, Day};
use crate::edition::{Edition, Group};
use crate::followup::days_between;
use crate::person::{Field, PersonRecord};
use crate::status::{Spell, lapsed_on, spell_on};
use jiff::ToSpan;
use std::collections::BTreeSet;

/// A fact from a partner's set. Days: inclusive; no last day while it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    pub field: String,
    pub value: String,
    pub from: Day,
    pub to: Option<Day>,
    pub source: String,
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
        let no = |sender: &Sender| Cell::yes_no(false, None, &sender.name);
        self.silent(field, time).map(no).unwrap_or_default()
    }

    fn newest(&self, field: &str) -> Option<&Fact> {
        self.facts(field, None, self.day).max_by_key(|fact| (fact.from, fact.to))
    }

    fn newest_number(&self, field: &str) -> Cell {
        let read = |fact: &Fact| {
            Some(Cell::number(fact.value.parse().ok()?, Some(fact.from), &fact.source))
        };
        self.newest(field).and_then(read).unwrap_or_default()
    }

    fn newest_name(&self, field: &str) -> Cell {
        self.newest(field)
            .map(|fact| Cell::name(&fact.value, Some(fact.from), &fact.source))
            .unwrap_or_default()
    }

    /// Whether there ever was a fact of the field. No set speaks of a whole life, so none is no "no".
    fn ever(&self, field: &str) -> Cell {
        let yes = |fact: &Fact| Cell::yes_no(fact.value != "no", Some(fact.from), &fact.source);
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
            return Cell::yes_no(true, Some(fact.from), &fact.source);
        }
        let senders = self.known.covered.get("free_school_meals").into_iter().flatten();
        let counted = || {
            let by = senders.filter_map(|sender| self.counted_by(&sender.name));
            by.max_by_key(|fact| fact.from)
        };
        let no = newest("no")
            .or_else(|| counted().filter(|_| !self.unsaid("free_school_meals", self.last_year())));
        no.map(|fact| Cell::yes_no(false, Some(fact.from), &fact.source)).unwrap_or_default()
    }

    fn in_last_year(&self, field: &str) -> Cell {
        let year = AcademicYear::starting(AcademicYear::of(self.day).start_year() - 1);
        let found = self.facts(field, Some(year.first_day()), year.last_day()).max();
        match found {
            Some(fact) => Cell::yes_no(true, Some(fact.from), &fact.source),
            None => self.no_by_silence(field, (year.first_day(), year.last_day())),
        }
    }

    /// Sessions possible, missed and missed without leave over six months, `back` months ago.
    fn sessions(&self, back: i32) -> Option<([f64; 3], &Fact)> {
        let (first, last) = (self.months_back(back + 6), self.months_back(back));
        let mut sums = [0.0; 3];
        let mut newest: Option<&Fact> = None;
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
        }
        let [possible, ..] = sums;
        newest.filter(|_| possible > 0.0).map(|fact| (sums, fact))
    }

    fn attendance(&self, back: i32) -> Cell {
        let share = |([possible, missed, _], fact): ([f64; 3], &Fact)| {
            Cell::number(tenth(100.0 * (1.0 - missed / possible)), fact.to, &fact.source)
        };
        self.sessions(back).map(share).unwrap_or_default()
    }

    fn attendance_change(&self) -> Cell {
        let (now, then) = (self.attendance(0), self.attendance(6));
        match (now.as_number(), then.as_number(), &now.source) {
            (Some(a), Some(b), Some(source)) => Cell::number(tenth(a - b), now.day, source),
            _ => Cell::default(),
        }
    }

    fn unauthorised(&self) -> Cell {
        let share = |([possible, _, without], fact): ([f64; 3], &Fact)| {
            Cell::number(tenth(100.0 * without / possible), fact.to, &fact.source)
        };
        self.sessions(0).map(share).unwrap_or_default()
    }

    fn suspension_days(&self) -> Cell {
        let all: Vec<&Fact> =
            self.facts("suspended", Some(self.months_back(12)), self.day).collect();
        let days: f64 = all.iter().filter_map(|fact| fact.value.parse::<f64>().ok()).sum();
        match all.iter().max_by_key(|fact| fact.from) {
            Some(fact) => Cell::number(days, Some(fact.from), &fact.source),
            None => {
                let none = |sender: &Sender| Cell::number(0.0, None, &sender.name);
                self.silent("suspended", self.last_year()).map(none).unwrap_or_default()
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

    /// A characteristic of the register that holds on the day, or a fact of the field that does.
    /// Nobody writes down that somebody is not a carer, so nothing recorded reads as no.
    fn held(&self, code: &str, field: &str) -> Cell {
        self.characteristic(&[code], self.day)
            .or_else(|| {
                let fact = self.facts(field, Some(self.day), self.day).max()?;
                Some(Cell::yes_no(fact.value != "no", Some(fact.from), &fact.source))
            })
            .unwrap_or_else(|| Cell::yes_no(false, None, REGISTER))
    }

    fn in_year_or_held(&self, code: &str, field: &str) -> Cell {
        let first = self.months_back(12);
        self.characteristic(&[code], first)
            .or_else(|| {
                let fact = self.facts(field, Some(first), self.day).max()?;
                Some(Cell::yes_no(fact.value != "no", Some(fact.from), &fact.source))
            })
            .unwrap_or_else(|| Cell::yes_no(false, None, REGISTER))
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
            .unwrap_or_else(|| Cell::yes_no(false, None, REGISTER))
    }

    fn custody(&self) -> Cell {
        let first = self.months_back(12);
        let spell = self.spells().rfind(|s| s.code == "710" && s.end.is_none_or(|e| e >= first));
        match spell {
            Some(spell) => Cell::yes_no(true, Some(spell.start), REGISTER),
            None => self
                .facts("custody", Some(first), self.day)
                .max()
                .map(|fact| Cell::yes_no(fact.value != "no", Some(fact.from), &fact.source))
                .unwrap_or_else(|| Cell::yes_no(false, None, REGISTER)),
        }
    }

    /// Spells that had begun, in order of their beginning.
    fn spells(&self) -> impl DoubleEndedIterator<Item = &Spell> {
        self.known.record.spells.iter().filter(|spell| spell.start <= self.day)
    }

    fn neet_before(&self) -> Cell {
        let neet = self.spells().filter(|spell| self.edition.is_neet(&spell.code));
        let (mut count, mut last) = (0.0, None);
        for spell in neet {
            count += 1.0;
            last = Some(spell.start);
        }
        Cell::number(count, last, REGISTER)
    }

    fn neet_months(&self) -> Cell {
        let first = self.months_back(12);
        let days: i32 = self
            .spells()
            .filter(|spell| self.edition.is_neet(&spell.code))
            .map(|spell| {
                let (from, to) =
                    (spell.start.max(first), spell.end.unwrap_or(self.day).min(self.day));
                if from > to { 0 } else { days_between(from, to) + 1 }
            })
            .sum();
        Cell::number((f64::from(days) / 30.4).round().min(12.0), None, REGISTER)
    }

    fn status(&self) -> Cell {
        let Some(spell) = spell_on(&self.known.record.spells, self.day) else {
            return Cell::name("nothing recorded", None, REGISTER);
        };
        let word = match self.edition.group(&spell.code) {
            Some(Group::Compulsory) => "at school",
            Some(Group::Education) => "in education",
            Some(Group::Training | Group::ReEngagement) => "in training",
            Some(Group::Employment) => "in work",
            Some(Group::NeetAvailable | Group::NeetNotAvailable) => "NEET",
            Some(Group::NotKnown) | None => "not known to anybody",
            Some(Group::Other) => "neither",
        };
        let day = spell.verified.or(spell.ascertained).unwrap_or(spell.start);
        Cell::name(word, Some(day), spell.verified_how.as_deref().unwrap_or(REGISTER))
    }

    fn lapsed(&self) -> Cell {
        let spell = spell_on(&self.known.record.spells, self.day);
        let lapsed = spell.is_some_and(|spell| lapsed_on(spell, self.edition, self.day));
        Cell::yes_no(lapsed, spell.and_then(|spell| spell.verified), REGISTER)
    }

    /// The September Guarantee in four words. Source: CCIS specification, guarantee status codes:
    /// 110-115 an offer accepted, 120-123 a job or no wish for one, 130-154 no offer or not asked.
    fn offer(&self) -> Cell {
        let p = &self.known.record.particulars;
        let code = p.get(Field::GuaranteeYear12).or_else(|| p.get(Field::GuaranteeYear11));
        let word = match code {
            Some("110" | "111" | "112" | "113" | "114" | "115") => "offer accepted",
            Some(code) if code.starts_with("12") => "no offer needed",
            Some("159") => "not settled",
            Some(_) => "no offer",
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

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
