//! A list as long as there are places of support. Who is on it is a suggestion to people, who add and
//! take off with a reason; being on it changes nothing else.

use super::Point;
use crate::access::Decision;
use crate::calendar::Day;
use crate::person::{Field, PersonRecord};
use jiff::ToSpan;
use std::cmp::Ordering;

/// What somebody decided about a young person and the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// On the list whatever the chance: somebody knows better.
    Added,
    /// Off the list, with a reason.
    TakenOff,
    /// Supported already: in their own tab, taking no place.
    Supported,
}

impl Choice {
    pub const ALL: [Self; 3] = [Self::Added, Self::TakenOff, Self::Supported];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::TakenOff => "taken-off",
            Self::Supported => "supported",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

/// Somebody who has a chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub person: i64,
    pub chance: f64,
    pub last_contact: Option<Day>,
    pub choice: Option<Choice>,
    /// Drawn for this list, the same each time it is made.
    pub lot: u64,
    /// Drawn when the chances were worked out, to learn what support does; kept with the chance.
    pub held_out: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Places of support.
    pub places: usize,
}

/// Numbers of people, each in order of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    pub listed: Vec<i64>,
    pub supported: Vec<i64>,
    pub taken_off: Vec<i64>,
    pub held_out: Vec<i64>,
}

impl Candidate {
    /// The one order of every list: people added first, then by chance, to the last bit, as what is said of a
    /// list's truth was counted; equal chances by the longest since a contact, those never contacted before
    /// all; then by lot, so that no number or name decides.
    fn before(&self, other: &Self) -> Ordering {
        let added = |one: &Self| one.choice == Some(Choice::Added);
        added(other)
            .cmp(&added(self))
            .then(other.chance.total_cmp(&self.chance))
            .then(self.last_contact.cmp(&other.last_contact))
            .then((self.lot, self.person).cmp(&(other.lot, other.person)))
    }
}

/// Makes the list. Where there is a place for everybody nobody is held out: whoever was missing would be
/// known by it.
pub fn make(candidates: &[Candidate], settings: Settings) -> Made {
    let mut order: Vec<&Candidate> = candidates.iter().collect();
    order.sort_by(|one, other| one.before(other));
    let mut made = Made::default();
    let wanting = |c: &&&Candidate| !matches!(c.choice, Some(Choice::Supported | Choice::TakenOff));
    let scarce = order.iter().filter(wanting).count() > settings.places;
    for one in order {
        match one.choice {
            Some(Choice::Supported) => made.supported.push(one.person),
            Some(Choice::TakenOff) => made.taken_off.push(one.person),
            _ if made.listed.len() >= settings.places => {}
            // Whom a person has added is never held out.
            None if one.held_out && scarce => made.held_out.push(one.person),
            _ => made.listed.push(one.person),
        }
    }
    made
}

/// The last day on which a chance may be shown: the point's next turn, or six weeks for the monthly.
pub fn expires(point: Point, on: Day) -> Day {
    match point {
        Point::Monthly => on.saturating_add(42.days()),
        Point::Autumn => on.saturating_add(6.months()),
        Point::Spring => on.saturating_add(5.months()),
        Point::September => on.saturating_add(3.months()),
    }
}

/// Whether a young person is left out of any chance, and why. `objects` is whether they, or a parent,
/// have objected to profiling or the record's processing is restricted.
///
/// Source: UK GDPR Articles 18 and 21.
pub fn set_aside(record: &PersonRecord, objects: bool) -> Decision {
    let mut reasons = Vec::new();
    if objects {
        reasons.push("they have objected, or processing is restricted".to_owned());
    }
    if record.particulars.is_yes(Field::Restricted) {
        reasons.push("the record is restricted".to_owned());
    }
    if record.particulars.get(Field::CohortStatus).is_some_and(|status| status != "P") {
        reasons.push("they are no longer in the area".to_owned());
    }
    Decision { allowed: !reasons.is_empty(), reasons }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn one(person: i64, chance: f64) -> Candidate {
        let (last_contact, choice) = (None, None);
        Candidate { person, chance, last_contact, choice, lot: 99, held_out: false }
    }

    #[test]
    fn ties_go_to_the_longest_since_a_contact_and_support_takes_no_place() {
        let candidates = [
            Candidate { last_contact: Some(date(2025, 3, 1)), ..one(1, 0.3) },
            Candidate { last_contact: Some(date(2025, 1, 1)), ..one(2, 0.3) },
            one(3, 0.3),
            Candidate { choice: Some(Choice::Supported), ..one(4, 0.9) },
            Candidate { choice: Some(Choice::Added), ..one(5, 0.01) },
            Candidate { choice: Some(Choice::TakenOff), ..one(6, 0.8) },
        ];
        let made = make(&candidates, Settings { places: 3 });
        assert_eq!(made.listed, [5, 3, 2]);
        assert_eq!((made.supported, made.taken_off), (vec![4], vec![6]));
    }

    #[test]
    fn chances_that_round_alike_are_told_apart() {
        let never = one(1, 0.301);
        let called = Candidate { last_contact: Some(date(2025, 3, 1)), ..one(2, 0.304) };
        let made = make(&[never, called], Settings { places: 1 });
        assert_eq!(made.listed, [2], "both are 30 %, and the higher of them has the place");
    }

    #[test]
    fn those_held_out_by_lot_leave_their_place_to_the_next() {
        let candidates: Vec<Candidate> =
            (0..100).map(|n| Candidate { held_out: n < 20, ..one(n, 0.5) }).collect();
        let added = Candidate { choice: Some(Choice::Added), ..candidates[3].clone() };
        let candidates: Vec<Candidate> =
            candidates.into_iter().filter(|c| c.person != 3).chain([added]).collect();
        let made = make(&candidates, Settings { places: 10 });
        assert_eq!((made.listed.len(), made.held_out.len()), (10, 19));
        assert!(made.listed.iter().all(|n| *n >= 20 || *n == 3), "whom a person added is listed");
    }
}
