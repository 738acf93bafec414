//! What providers told the town's council in a minute each: who left, who never came, who is likely to leave, and
//! offers. Most were acted on as they should be, some late, the newest wait, and one was Kent's to act on.
//!
//! It is kept by the store, not by the door that a provider's contact comes through: that door writes a change of the
//! day on which it is called, and the register's history is over by now. Invariant: a notice changes no record, so that
//! no figure moves, and its chance is a stream of its own.

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::{Day, academic_age, working_day_after};
use domain::notice::{Kind, Notice};
use domain::person::{ChangeId, Field, PersonRecord};
use domain::status::spell_on;
use jiff::ToSpan;
use store::people::{self, Loaded, Moment};
use store::{Tx, changes, notices, organisations};

use super::Plan;
use super::chance::Chance;
use super::staff::{self, Staff};
use super::town::{Provider, Sort};
use crate::context::Wrong;
use crate::notices::{Told, passed_words};
use crate::results::tie_of;

/// The stream of chance; those of people are numbered from 1,000 on.
const STREAM: u64 = 502;
/// Records that are looked through for somebody to tell of.
const LOOKED_AT: usize = 2_000;
/// What came, the newest first: working days until somebody acted on it; nothing where it waits.
const CAME: [(Kind, &[Option<u8>]); 4] = [
    (Kind::Left, &[Some(1), Some(1), Some(3), Some(1), Some(2), Some(8), Some(1)]),
    (Kind::DidNotTurnUp, &[None, Some(1), Some(4), Some(1), Some(1)]),
    (Kind::LikelyToLeave, &[None, Some(2), Some(1), Some(1), Some(7)]),
    (
        Kind::OfferMade,
        &[None, Some(1), Some(1), Some(2), Some(1), Some(1), Some(6), Some(1), Some(1)],
    ),
];
/// How long ago the newest of a kind came, and how long lay between two. Units: days.
const NEWEST: i32 = 4;
const BETWEEN: i32 = 13;
/// How long ago somebody may have left of whom a notice tells. Units: days.
const LEFT_WITHIN: i32 = 150;
/// Of the offers those that were withdrawn: from this one on, every so many, so many working days later.
const WITHDRAWN_FROM: usize = 3;
const WITHDRAWN_OF: usize = 4;
const WITHDRAWN_AFTER: u8 = 6;
/// Months for which a link still works.
const LINK_MONTHS: i32 = 8;
/// Whose a link is, by turns.
const CONTACTS: &[&str] =
    &["Joan Kember", "Ravi Solanki", "Della Whitcombe", "Owen Tarrant", "Sanna Reyl"];
/// The council to which one was passed on, and how long ago that came. Units: days.
const NEIGHBOUR: &str = "council-886";
const PASSED_ON: i32 = 24;

/// A notice about somebody on the register.
#[derive(Clone, Copy)]
struct Came<'a> {
    person: &'a Loaded,
    kind: Kind,
    provider: &'a str,
    /// The day that it tells of.
    day: Day,
    received: Day,
    acted: Option<u8>,
}

/// Writes what providers told until the day of the plan; the same plan, the same notices.
pub async fn come(
    tx: &mut Tx,
    providers: &[Provider],
    (plan, staff): (&Plan, &Staff),
) -> Result<(), Wrong> {
    let change = changes::latest(tx).await?;
    let all = people::all_ids(tx, Moment::Now).await?;
    let step = all.len().div_ceil(LOOKED_AT).max(1);
    // From the last on: the first records are those that everybody tries.
    let some: Vec<i64> = all.into_iter().rev().step_by(step).collect();
    let some = people::load(tx, &some, Moment::Now).await?;
    let takes = |one: &&Provider| matches!(one.sort, Sort::College | Sort::Training);
    let takers: Vec<&str> =
        providers.iter().filter(takes).map(|one| one.organisation.id.as_str()).collect();
    let chance = Chance::stream(plan.seed, STREAM);
    let (day, links) = (plan.as_of, BTreeMap::new());
    let mut desk = Desk { tx, change, staff, chance, links, day };
    for one in came(&some, &takers, day) {
        desk.keep(one).await?;
    }
    match takers.first() {
        Some(provider) => desk.pass_on(provider).await,
        None => Ok(()),
    }
}

/// What comes, in its order. Nobody is told of twice but by a withdrawn offer.
fn came<'a>(all: &'a [Loaded], takers: &[&'a str], day: Day) -> Vec<Came<'a>> {
    let yesterday = day.saturating_sub(1.day());
    let mut found: Vec<Came<'a>> = Vec::new();
    for (kind, acted) in CAME {
        let taken: BTreeSet<i64> = found.iter().map(|one| one.person.person).collect();
        let others = all.iter().filter(|one| !taken.contains(&one.person));
        let told = others
            .filter_map(|one| told_of(kind, one, (takers, day)).map(|(at, left)| (one, at, left)));
        for (((back, acted), taker), (person, at, left)) in
            (0_i32..).zip(acted).zip(takers.iter().cycle()).zip(told)
        {
            let about = day.saturating_sub((NEWEST + BETWEEN * back).days());
            let received = match left {
                Some(left) => working_day_after(left, 2),
                None => working_day_after(about, 1),
            };
            let received = received.min(yesterday);
            let before = received.saturating_sub(1.day());
            let happened = left.unwrap_or(if kind.is_duty() { before } else { received });
            let (provider, acted) = (at.unwrap_or(*taker), *acted);
            found.push(Came { person, kind, provider, day: happened, received, acted });
        }
    }
    let offers = found.iter().filter(|one| one.kind == Kind::OfferMade);
    let withdrawn = offers.skip(WITHDRAWN_FROM).step_by(WITHDRAWN_OF).map(|offer| {
        let day = working_day_after(offer.received, WITHDRAWN_AFTER).min(yesterday);
        Came { kind: Kind::OfferWithdrawn, day, received: day, acted: Some(1), ..*offer }
    });
    let withdrawn: Vec<Came<'a>> = withdrawn.collect();
    found.extend(withdrawn);
    found.sort_by_key(|one| one.received);
    found
}

/// Whether there is such a thing to tell of somebody: where they are or were, where that is known, and when they left.
fn told_of<'a>(
    kind: Kind,
    one: &'a Loaded,
    (takers, day): (&[&str], Day),
) -> Option<(Option<&'a str>, Option<Day>)> {
    let PersonRecord { particulars, spells, .. } = &one.record;
    let age = academic_age(particulars.date_of_birth()?, day);
    let of_age = match kind {
        Kind::OfferMade | Kind::OfferWithdrawn => age == 15,
        Kind::Left | Kind::DidNotTurnUp | Kind::LikelyToLeave => (16..=17).contains(&age),
    };
    if !of_age || particulars.get(Field::CohortStatus) != Some("P") {
        return None;
    }
    let place = spell_on(spells, day).and_then(|spell| spell.organisation.as_deref());
    match kind {
        Kind::Left => spells.iter().rev().find_map(|spell| {
            let (end, place) = (spell.end?, spell.organisation.as_deref()?);
            let days = day.saturating_sub(LEFT_WITHIN.days())..=day.saturating_sub(5.days());
            // In the summer courses are over.
            let left = days.contains(&end) && !matches!(end.month(), 7 | 8);
            (left && takers.contains(&place)).then_some((Some(place), Some(end)))
        }),
        Kind::DidNotTurnUp => place.is_none().then_some((None, None)),
        Kind::LikelyToLeave => place.map(|place| (Some(place), None)),
        Kind::OfferMade | Kind::OfferWithdrawn => Some((None, None)),
    }
}

const fn note(kind: Kind) -> &'static str {
    match kind {
        Kind::Left => "Stopped coming and says that the course is not the right one",
        Kind::DidNotTurnUp => "Had a place and did not come to enrol",
        Kind::LikelyToLeave => "Absent for most of two weeks",
        Kind::OfferMade | Kind::OfferWithdrawn => "",
    }
}

const fn done(kind: Kind) -> &'static str {
    match kind {
        Kind::Left => "Rang them; an adviser sees them next week",
        Kind::DidNotTurnUp => "Rang home; they come in to talk about what else there is",
        Kind::LikelyToLeave => "Spoke with them and their tutor; looked at again in a month",
        Kind::OfferMade => "Noted, nothing to do",
        Kind::OfferWithdrawn => "Rang them; they look at other courses",
    }
}

struct Desk<'a> {
    tx: &'a mut Tx,
    change: ChangeId,
    staff: &'a Staff,
    chance: Chance,
    /// Links by their providers.
    links: BTreeMap<String, i64>,
    day: Day,
}

impl Desk<'_> {
    async fn keep(&mut self, one: Came<'_>) -> Result<(), Wrong> {
        let particulars = &one.person.record.particulars;
        let names = (particulars.get(Field::GivenName), particulars.get(Field::FamilyName));
        let ((Some(given), Some(family)), Some(born)) = (names, particulars.date_of_birth()) else {
            return Ok(());
        };
        let (given, family) = (given.to_owned(), family.to_owned());
        let note = note(one.kind).to_owned();
        let notice = Notice { kind: one.kind, given, family, born, day: one.day, note };
        let person = one.person.person;
        let id = self.receive(one.provider, &notice, (one.received, Some(person))).await?;
        if let Some(tie) = tie_of(one.kind) {
            let told = (tie, one.day, one.provider);
            store::results::tie(self.tx, self.change, (person, one.provider), told).await?;
        }
        let acted = one.acted.map(|days| working_day_after(one.received, days));
        if let Some(acted) = acted.filter(|acted| *acted < self.day) {
            let near = staff::advisers_near(&self.staff.advisers, &one.person.record);
            let by = match near.is_empty() {
                true => self.staff.data_manager,
                false => *self.chance.pick(&near),
            };
            let at = self.at(acted);
            notices::done(self.tx, id, (&at, Some(by), done(one.kind))).await?;
        }
        Ok(())
    }

    /// Keeps a notice that came from a provider; its number.
    async fn receive(
        &mut self,
        provider: &str,
        notice: &Notice,
        (received, person): (Day, Option<i64>),
    ) -> Result<i64, Wrong> {
        let link = self.link(provider).await?;
        let (receipt, at) = (self.receipt(), self.at(received));
        Ok(notices::add(self.tx, (link, &receipt), notice, (&at, person)).await?)
    }

    async fn link(&mut self, provider: &str) -> Result<i64, Wrong> {
        if let Some(link) = self.links.get(provider) {
            return Ok(*link);
        }
        let contact = *CONTACTS.iter().cycle().nth(self.links.len()).unwrap_or(&"Admissions");
        let until = self.day.saturating_add(LINK_MONTHS.months());
        // The hash of no secret: nobody holds this link.
        let hash = format!("demonstration {provider}");
        let link = notices::add_link(self.tx, self.change, &hash, (provider, contact, until));
        let link = link.await?;
        self.links.insert(provider.to_owned(), link);
        Ok(link)
    }

    /// Somebody of the neighbour's, whom the register does not know, left a provider here.
    async fn pass_on(&mut self, provider: &str) -> Result<(), Wrong> {
        let ids = [NEIGHBOUR.to_owned()];
        let names = organisations::names(self.tx, &ids).await?;
        let Some((council, name)) = names.first() else { return Ok(()) };
        let received = working_day_after(self.day.saturating_sub(PASSED_ON.days()), 1);
        let notice = Notice {
            kind: Kind::Left,
            given: "Kit".to_owned(),
            family: "Ferrow".to_owned(),
            born: self.day.saturating_sub(17.years()),
            day: received.saturating_sub(1.day()),
            note: "Lives in Maidstone".to_owned(),
        };
        let id = self.receive(provider, &notice, (received, None)).await?;
        let passed = working_day_after(received, 2);
        let told = Told {
            whom: "The participation team".to_owned(),
            how: "secure-email".to_owned(),
            day: passed.to_string(),
        };
        let (receipt, at) = (self.receipt(), self.at(passed));
        let outcome = passed_words((name, &receipt), &told, passed)?;
        let by = (at.as_str(), Some(self.staff.data_manager));
        notices::passed(self.tx, id, by, (council, &outcome, &receipt, false)).await?;
        Ok(())
    }

    fn receipt(&mut self) -> String {
        format!("{:08X}", self.chance.below(0xFFFF_FFFF))
    }

    /// A moment of a working day.
    fn at(&mut self, day: Day) -> String {
        let (hour, minute) = (self.chance.between(9, 15), self.chance.between(0, 59));
        format!("{day}T{hour:02}:{minute:02}:00.000000Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::person::Particulars;
    use domain::status::Spell;
    use jiff::civil::date;

    const DAY: Day = date(2025, 3, 14);

    fn someone(person: i64, born: &str, spell: Spell) -> Loaded {
        let particulars =
            Particulars::default().with(Field::DateOfBirth, born).with(Field::CohortStatus, "P");
        let record = PersonRecord { particulars, spells: vec![spell], ..PersonRecord::default() };
        Loaded { person, record, facts: Default::default() }
    }

    #[test]
    fn what_is_told_is_of_whom_it_can_be_true() {
        let at = |place: Option<&str>, end| Spell {
            organisation: place.map(str::to_owned),
            end,
            ..Spell::new("220", date(2024, 9, 2))
        };
        let left = date(2025, 1, 17);
        let (sixteen, pupil) = ("2008-03-05", "2009-03-05");
        let tells = |one: &Loaded| {
            let told = |kind: &&Kind| told_of(**kind, one, (&["college"], DAY)).is_some();
            Kind::ALL.iter().filter(told).copied().collect::<Vec<_>>()
        };
        let gone = someone(1, sixteen, at(Some("college"), Some(left)));
        assert_eq!(tells(&gone), [Kind::Left, Kind::DidNotTurnUp]);
        let summer = someone(2, sixteen, at(Some("college"), Some(date(2024, 8, 31))));
        assert_eq!(tells(&summer), [Kind::DidNotTurnUp]);
        let autumn = told_of(Kind::Left, &summer, (&["college"], date(2024, 11, 1)));
        assert!(autumn.is_none(), "the course was over");
        let there = someone(3, sixteen, at(Some("college"), None));
        assert_eq!(tells(&there), [Kind::LikelyToLeave]);
        let pupil = someone(4, pupil, at(Some("school"), None));
        assert_eq!(tells(&pupil), [Kind::OfferMade, Kind::OfferWithdrawn]);
        let all = [gone, summer, there, pupil];
        let found = came(&all, &["college", "other"], DAY);
        let told: Vec<_> = found.iter().map(|one| (one.person.person, one.kind)).collect();
        let wanted = [
            (1, Kind::Left),
            (2, Kind::DidNotTurnUp),
            (3, Kind::LikelyToLeave),
            (4, Kind::OfferMade),
        ];
        assert_eq!(told, wanted, "in the order in which they came, nobody twice");
        assert_eq!(found[0].received, date(2025, 1, 21));
        assert!(found.iter().all(|one| one.day <= one.received && one.received < DAY));
    }
}
