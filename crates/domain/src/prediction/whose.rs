//! Whose data a fact is. A school may be told what it has told itself, and nothing that another has.

use super::Fact;
use crate::calendar::Day;
use crate::person::{Field, PersonRecord};

/// What schools return to their authority, so that of a council's set it is theirs.
///
/// Source: school census (pupils, meals, needs, termly attendance, suspensions); results and forecasts are
/// the school's as well.
const RETURNED: [&str; 12] = [
    "sessions",
    "suspended",
    "excluded",
    "census",
    "free_school_meals",
    "sen_provision",
    "sen_need",
    "eal",
    "gifted",
    "ks4",
    "english_maths",
    "educated_elsewhere",
];

/// The organisation whose data a fact is: who sent it, or, of what a council hands on for its schools, the
/// school that the young person was at on the day of the fact.
pub(super) fn whose(fact: &Fact, record: &PersonRecord) -> Option<String> {
    match fact.handed_on && RETURNED.contains(&fact.field.as_str()) {
        true => school_on(record, fact.from),
        false => Some(fact.sender.clone()).filter(|sender| !sender.is_empty()),
    }
}

/// Where somebody was taught on a day. A roll that says no day is believed of every day.
fn school_on(record: &PersonRecord, day: Day) -> Option<String> {
    let there = record.spells.iter().filter(|spell| spell.organisation.is_some());
    let on = |spell: &&crate::status::Spell| {
        spell.start <= day && spell.end.is_none_or(|end| end >= day)
    };
    match there.clone().next() {
        Some(_) => there.clone().filter(on).max_by_key(|spell| spell.start)?.organisation.clone(),
        None => record.particulars.get(Field::School).map(str::to_owned),
    }
}

/// Whose a figure is that was made of several facts: nobody's own where they differ.
pub(super) fn agreed(all: Vec<Option<String>>) -> Option<String> {
    let mut all = all.into_iter();
    let first = all.next()?;
    if all.all(|other| other == first) { first } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::Spell;
    use jiff::civil::date;

    fn fact(field: &str, sender: &str, day: Day) -> Fact {
        let handed_on = sender.starts_with("council");
        let (field, sender) = (field.to_owned(), sender.to_owned());
        Fact { field, sender, handed_on, from: day, ..Fact::default() }
    }

    #[test]
    fn what_a_council_hands_on_is_of_the_school_of_the_day() {
        let stay = |school: &str, start, end| {
            let organisation = Some(school.to_owned());
            Spell { organisation, end, ..Spell::new("101", start) }
        };
        let mut moved = PersonRecord::default();
        moved.particulars.set(Field::School, "urn-2".to_owned());
        moved.spells = vec![
            stay("urn-1", date(2020, 9, 1), Some(date(2024, 3, 31))),
            stay("urn-2", date(2024, 4, 22), None),
        ];
        let mut named = PersonRecord::default();
        named.particulars.set(Field::School, "urn-3".to_owned());
        let (spring, autumn) = (date(2024, 1, 8), date(2024, 10, 1));
        for (record, field, sender, day, wanted) in [
            (&moved, "sessions", "council-887", spring, Some("urn-1")),
            (&moved, "sessions", "council-887", autumn, Some("urn-2")),
            (&moved, "sessions", "council-887", date(2024, 4, 10), None),
            (&moved, "sessions", "urn-1", autumn, Some("urn-1")),
            (&moved, "early_help", "council-887", autumn, Some("council-887")),
            (&named, "suspended", "council-887", spring, Some("urn-3")),
            (&moved, "sessions", "", autumn, None),
        ] {
            let found = whose(&fact(field, sender, day), record);
            assert_eq!(found.as_deref(), wanted, "{field} of {sender} on {day}");
        }
    }

    #[test]
    fn a_figure_of_two_schools_is_neithers_own() {
        let of = |names: &[&str]| agreed(names.iter().map(|n| Some((*n).to_owned())).collect());
        assert_eq!(of(&["a", "a"]).as_deref(), Some("a"));
        assert_eq!(of(&["a", "b"]), None);
        assert_eq!(of(&[]), None);
    }
}
