//! Of whom a set speaks by its silence. Whoever lists the suspended says of the other pupils in their
//! reach that they were not; of everybody else nothing is known, and "not known" is not "no".

use crate::calendar::Day;
use crate::followup::days_between;
use crate::person::{Field, PersonRecord};
use crate::results::teaches;
use crate::status::Spell;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of sets that were loaded for the time, and who sent them: in their reach no fact means "no".
pub type Covered = BTreeMap<String, BTreeSet<Sender>>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sender {
    /// The organisation.
    pub id: String,
    /// As the facts of its sets name their source.
    pub name: String,
    /// None where nobody can tell whom it would have named: then its silence speaks only of those whom
    /// its own census counted.
    pub reach: Option<Reach>,
    /// Days that its sets of the field speak of, inclusive.
    pub spans: Vec<(Day, Day)>,
}

impl Sender {
    /// Whether its sets speak of most of a time. A term's suspensions say nothing of the year before.
    pub fn speaks_of(&self, time: (Day, Day)) -> bool {
        most_of(&joined(&self.spans), time)
    }

    /// The last day of a time of which its sets speak. Days: inclusive.
    pub fn last_told(&self, (first, last): (Day, Day)) -> Option<Day> {
        let within = self.spans.iter().filter(|(from, to)| *from <= last && *to >= first);
        within.map(|(_, to)| (*to).min(last)).max()
    }
}

/// Sets of one sender that follow each other within a term are one telling: each speaks of the days since the
/// one before it, on which nothing happened that it would have named. Units: days.
const A_TERM: i32 = 120;

/// Spans with the days between those that follow each other within [`A_TERM`]. Days: inclusive.
fn joined(spans: &[(Day, Day)]) -> Vec<(Day, Day)> {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    let mut all: Vec<(Day, Day)> = Vec::new();
    for (from, to) in spans {
        match all.last_mut() {
            Some((_, until)) if days_between(*until, from) <= A_TERM => *until = to.max(*until),
            _ => all.push((from, to)),
        }
    }
    all
}

/// Whether spans, which may overlap, take up at least half of a time. Days: inclusive.
pub(super) fn most_of(spans: &[(Day, Day)], (first, last): (Day, Day)) -> bool {
    let mut spans: Vec<(Day, Day)> =
        spans.iter().map(|(a, b)| (*a.max(&first), *b.min(&last))).collect();
    spans.retain(|(from, to)| from <= to);
    spans.sort_unstable();
    let (mut days, mut until) = (0, None::<Day>);
    for (from, to) in spans {
        let from =
            until.and_then(|until| until.tomorrow().ok()).map_or(from, |next| next.max(from));
        if from <= to {
            days += days_between(from, to) + 1;
            until = Some(to);
        }
    }
    days * 2 > days_between(first, last)
}

/// Who would have been named in a sender's set, had there been something to say of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Who was on the roll of this organisation for most of the time that is looked at.
    Roll(String),
    /// Who is taught in the area.
    Taught(Area),
    /// Who lives in the area.
    Home(Area),
}

/// A council's area.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Area {
    pub code: String,
    /// Whether it is that of the council whose register this is.
    pub own: bool,
}

/// An organisation as far as its reach goes.
#[derive(Clone, Copy, Debug)]
pub struct Organisation<'a> {
    pub id: &'a str,
    pub kind: &'a str,
}

/// The council whose register this is: its organisation and its code.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    pub id: &'a str,
    pub code: &'a str,
}

impl Reach {
    /// The reach of whoever sent a set with this field, where it can be told.
    pub fn of(field: &str, sender: Organisation<'_>, own: Option<Own<'_>>) -> Option<Self> {
        let area = |code: &str| {
            let own = own.is_some_and(|own| own.code == code);
            Area { code: code.to_owned(), own }
        };
        let area = match sender.kind {
            kind if teaches(kind) => return Some(Self::Roll(sender.id.to_owned())),
            "council" => match own.filter(|own| own.id == sender.id) {
                Some(own) => area(own.code),
                None => area(sender.id.strip_prefix("council-")?),
            },
            // A service without a roll works for the council's own young people.
            "partner" => area(own?.code),
            _ => return None,
        };
        // Schools tell their own authority of a suspension; a family is helped where it lives.
        let of_schools = matches!(field, "suspended" | "free_school_meals");
        Some(if of_schools { Self::Taught(area) } else { Self::Home(area) })
    }

    /// Days: inclusive.
    pub fn holds(&self, record: &PersonRecord, time: (Day, Day)) -> bool {
        let said = |field| record.particulars.get(field);
        match self {
            Self::Roll(id) => {
                let there = |spell: &&Spell| spell.organisation.as_ref() == Some(id);
                let stays = record.spells.iter().filter(there);
                let stays: Vec<(Day, Day)> =
                    stays.map(|spell| (spell.start, spell.end.unwrap_or(Day::MAX))).collect();
                // A roll that says no day is believed of the whole time.
                most_of(&stays, time) || stays.is_empty() && said(Field::School) == Some(id)
            }
            Self::Taught(area) => area.is(said(Field::EducatedLa).or_else(|| said(Field::LeadLa))),
            Self::Home(area) => area.is(said(Field::LeadLa)),
        }
    }
}

impl Area {
    /// Whoever's authority nobody recorded is of the council in whose register they are.
    fn is(&self, code: Option<&str>) -> bool {
        code.map_or(self.own, |code| code == self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const OWN: Own<'_> = Own { id: "council-887", code: "887" };

    fn record(told: &[(Field, &str)]) -> PersonRecord {
        let mut record = PersonRecord::default();
        for (field, value) in told {
            record.particulars.set(*field, (*value).to_owned());
        }
        record
    }

    fn reaches(field: &str, (id, kind): (&str, &str), record: &PersonRecord) -> Option<bool> {
        let reach = Reach::of(field, Organisation { id, kind }, Some(OWN))?;
        Some(reach.holds(record, (date(2024, 1, 1), date(2024, 12, 31))))
    }

    #[test]
    fn a_sender_speaks_of_its_roll_or_of_its_area_and_of_nobody_else() {
        let (here, kent) = (("council-887", "council"), ("council-886", "council"));
        let (school, team) = (("urn-1", "school"), ("partner-families", "partner"));
        let both = |lead, taught| record(&[(Field::LeadLa, lead), (Field::EducatedLa, taught)]);
        let rolled = |school| record(&[(Field::LeadLa, "886"), (Field::School, school)]);
        let (suspended, helped) = ("suspended", "early_help");
        for (field, sender, who, wanted) in [
            (suspended, here, both("887", "887"), Some(true)),
            (suspended, here, both("887", "886"), Some(false)),
            (suspended, kent, both("887", "886"), Some(true)),
            (suspended, here, record(&[]), Some(true)),
            (suspended, kent, record(&[]), Some(false)),
            (suspended, here, record(&[(Field::LeadLa, "886")]), Some(false)),
            (helped, here, both("887", "886"), Some(true)),
            (helped, here, both("886", "887"), Some(false)),
            (helped, team, both("887", "886"), Some(true)),
            (helped, team, both("886", "887"), Some(false)),
            (suspended, school, rolled("urn-1"), Some(true)),
            (suspended, school, rolled("urn-2"), Some(false)),
            (helped, ("somebody", ""), both("887", "887"), None),
            (helped, ("unitary", "council"), both("887", "887"), None),
        ] {
            assert_eq!(reaches(field, sender, &who), wanted, "{field} of {sender:?}: {who:?}");
        }
    }

    /// The roll of the time counts: whoever left school in summer was on it in spring.
    #[test]
    fn who_was_there_in_the_time_was_in_reach() {
        let stay = |start, end| {
            let spell = Spell { organisation: Some("urn-1".into()), ..Spell::new("101", start) };
            PersonRecord { spells: vec![Spell { end, ..spell }], ..PersonRecord::default() }
        };
        let school = ("urn-1", "school");
        for (start, end, wanted) in [
            (date(2020, 9, 1), Some(date(2024, 7, 5)), true),
            (date(2020, 9, 1), None, true),
            (date(2020, 9, 1), Some(date(2023, 12, 31)), false),
            (date(2025, 1, 1), None, false),
        ] {
            assert_eq!(reaches("suspended", school, &stay(start, end)), Some(wanted), "{start}");
        }
    }

    #[test]
    fn sets_within_a_term_of_each_other_speak_of_the_days_between() {
        let day = |month, day| jiff::civil::date(2024, month, day);
        let sender = |spans: &[(Day, Day)]| Sender {
            id: "urn-1".to_owned(),
            name: "them".to_owned(),
            reach: None,
            spans: spans.to_vec(),
        };
        let year = (day(1, 1), day(12, 31));
        // Three days of the year, with a spring between the first two and a summer before the last.
        let monthly = [(day(1, 8), day(1, 8)), (day(4, 22), day(4, 22)), (day(7, 16), day(7, 16))];
        assert!(sender(&monthly).speaks_of(year));
        assert!(!sender(&[monthly[0], monthly[2]]).speaks_of(year), "half a year of nothing");
        assert!(!sender(&monthly[..2]).speaks_of(year));
    }

    #[test]
    fn without_a_council_a_partner_reaches_nobody() {
        let partner = Organisation { id: "partner-families", kind: "partner" };
        assert_eq!(Reach::of("early_help", partner, None), None);
    }
}
