//! What became of somebody, from the register: it came, it did not, or nobody knows. Not known is a
//! third outcome, never "did not".

use super::{Point, Target};
use crate::calendar::Day;
use crate::edition::{Edition, Editions, Group};
use crate::person::PersonRecord;
use crate::status::{lapsed_on, spell_on};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Happened,
    DidNot,
    NotKnown,
}

/// Where somebody stood at the end of a month.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Neet,
    Learning,
    Elsewhere,
    NotKnown,
}

fn standing(record: &PersonRecord, edition: &Edition, day: Day) -> Standing {
    let Some(spell) = spell_on(&record.spells, day) else { return Standing::NotKnown };
    if edition.is_not_known(&spell.code) || lapsed_on(spell, edition, day) {
        return Standing::NotKnown;
    }
    // An apprentice, and whoever studies beside work, has not left learning.
    let takes_part = edition.activities.get(&spell.code).is_some_and(|a| a.participates());
    match edition.group(&spell.code) {
        Some(group) if group.is_neet() => Standing::Neet,
        Some(Group::Education | Group::Training | Group::ReEngagement | Group::Compulsory) => {
            Standing::Learning
        }
        _ if takes_part => Standing::Learning,
        _ => Standing::Elsewhere,
    }
}

/// What became of somebody who was predicted on `on`, by the record as known when it is asked.
///
/// Days: the ends of the target's months. With long NEET, six ends count as six months and 18 known
/// ends as enough to say no; else one end counts, and two of three known ends are enough.
pub fn outcome(
    record: &PersonRecord,
    editions: &Editions,
    target: Target,
    (point, on): (Point, Day),
) -> Outcome {
    let standings: Vec<Standing> = target
        .months(point, on)
        .into_iter()
        .map(|month| {
            let day = month.last_day();
            editions.on(day).map_or(Standing::NotKnown, |edition| standing(record, edition, day))
        })
        .collect();
    let count = |wanted: fn(&Standing) -> bool| standings.iter().filter(|s| wanted(s)).count();
    let neet = count(|s| *s == Standing::Neet);
    let known = count(|s| *s != Standing::NotKnown);
    let (happened, enough) = match target {
        Target::LongNeet => (neet >= 6, 18),
        Target::CountMonths => (neet >= 1, 2),
        Target::LeftLearning => (neet + count(|s| *s == Standing::Elsewhere) >= 1, 2),
    };
    match (happened, known >= enough) {
        (true, _) => Outcome::Happened,
        (false, true) => Outcome::DidNot,
        (false, false) => Outcome::NotKnown,
    }
}

/// What one closed month alone says, for watching a year while it runs.
pub fn at_month(
    record: &PersonRecord,
    editions: &Editions,
    target: Target,
    month: crate::calendar::Month,
) -> Outcome {
    let day = month.last_day();
    let standing = editions.on(day).map_or(Standing::NotKnown, |e| standing(record, e, day));
    match standing {
        Standing::Neet => Outcome::Happened,
        Standing::Elsewhere if target == Target::LeftLearning => Outcome::Happened,
        Standing::NotKnown => Outcome::NotKnown,
        Standing::Elsewhere | Standing::Learning => Outcome::DidNot,
    }
}
