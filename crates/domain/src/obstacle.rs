//! What stands in the way of a young person's being in education, employment or training, or staying there, as they
//! told of it: on a record with its day, and of how many. Which there are is reference data.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::Day;
use crate::disclosure::is_few;
use jiff::ToSpan;

/// Something that may stand in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// As the register keeps it.
    pub name: String,
    pub label: String,
}

/// For how long what was told holds.
///
/// Units: months.
/// Source: our own reading: what is not told again within a year may be overcome.
const TOLD_MONTHS: i32 = 12;

/// The first day of the contacts of which holds on a day what was told.
pub fn told_since(day: Day) -> Day {
    day.saturating_sub(TOLD_MONTHS.months())
}

/// One that somebody told of: when last, and to whom; nobody is named where no account recorded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told<'a> {
    pub obstacle: &'a Obstacle,
    pub on: Day,
    pub to: &'a str,
}

/// What somebody told of that holds on a day, each as it was told last.
///
/// Shape: contacts the newest first: the day, who recorded it, the names that were ticked. In the order of `all`.
pub fn told<'a>(
    all: &'a [Obstacle],
    contacts: &[(Day, &'a str, &'a [String])],
    on: Day,
) -> Vec<Told<'a>> {
    let since = told_since(on);
    let last = |obstacle: &'a Obstacle| {
        let holding = contacts.iter().rev().filter(|(day, ..)| *day >= since);
        let of = holding.filter(|(.., names)| names.contains(&obstacle.name));
        let (on, to, _) = of.max_by_key(|(day, ..)| *day)?;
        Some(Told { obstacle, on: *on, to })
    };
    all.iter().filter_map(last).collect()
}

/// Of how many people each obstacle was told, and of how many any; nothing where they are too few to say.
///
/// Shape: each person with the names told of them. Units: people, each once for an obstacle.
/// Source: small counts as in [`is_few`].
pub fn counted<'a>(
    all: &'a [Obstacle],
    people: &BTreeMap<i64, BTreeSet<String>>,
) -> (Option<u64>, Vec<(&'a Obstacle, Option<u64>)>) {
    let said = |people: usize| {
        let people = u64::try_from(people).unwrap_or(u64::MAX);
        (!is_few(people)).then_some(people)
    };
    let of = |obstacle: &Obstacle| people.values().filter(|n| n.contains(&obstacle.name)).count();
    let any = people.values().filter(|names| !names.is_empty()).count();
    (said(any), all.iter().map(|obstacle| (obstacle, said(of(obstacle)))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn all() -> Vec<Obstacle> {
        let one = |name: &str| Obstacle { name: name.to_owned(), label: name.to_uppercase() };
        ["money", "transport", "other"].map(one).to_vec()
    }

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn each_obstacle_is_told_as_it_was_told_last() {
        let all = all();
        let (both, one, none) = (names(&["money", "transport"]), names(&["money"]), names(&[]));
        let contacts = [
            (date(2026, 5, 4), "Dana", none.as_slice()),
            (date(2026, 3, 2), "Ada", one.as_slice()),
            (date(2026, 3, 2), "Bram", both.as_slice()),
            (date(2025, 9, 1), "Cleo", one.as_slice()),
        ];
        let said = |on: Day| -> Vec<_> {
            let found = told(&all, &contacts, on);
            found.iter().map(|one| (one.obstacle.name.as_str(), one.on, one.to)).collect()
        };
        let march = date(2026, 3, 2);
        let wanted = [("money", march, "Ada"), ("transport", march, "Bram")];
        assert_eq!(said(date(2026, 6, 2)), wanted);
        // What was not told again within a year may be overcome.
        assert_eq!(said(date(2027, 3, 2)), wanted);
        assert!(said(date(2027, 3, 3)).is_empty());
        assert!(told(&all, &[], march).is_empty());
    }

    #[test]
    fn people_are_counted_once_and_few_are_not_told() {
        let all = all();
        let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut people: BTreeMap<i64, BTreeSet<String>> =
            (0..5).map(|id| (id, of(&["money"]))).collect();
        people.insert(5, of(&["money", "transport"]));
        people.insert(6, BTreeSet::new());
        let (any, rows) = counted(&all, &people);
        let rows: Vec<_> = rows.iter().map(|(one, people)| (one.name.as_str(), *people)).collect();
        assert_eq!(
            (any, rows),
            (Some(6), vec![("money", Some(6)), ("transport", None), ("other", Some(0))])
        );
        people.retain(|id, _| *id < 4);
        assert_eq!(counted(&all, &people).0, None);
    }
}
