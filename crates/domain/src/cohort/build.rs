//! Puts rows that arrive in any order into columns, and swaps some people of a cohort for fresher
//! ones. Rows of somebody whose own row never came are dropped: they are not in the cohort.

#![expect(clippy::indexing_slicing, reason = "every row number comes from the columns themselves")]

use super::{Advisers, Cohort, Column, Contacts, Homes, People, Ranges, Spells, Stamp, Traits};
use crate::calendar::Day;
use std::collections::BTreeSet;

/// One person's scalar facts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Particular<'a> {
    pub id: i64,
    pub born: Option<Day>,
    pub status: Option<&'a str>,
    pub status_since: Option<Day>,
    pub sex: Option<&'a str>,
    pub ethnicity: Option<&'a str>,
    pub level_of_need: Option<&'a str>,
    pub education_level: Option<&'a str>,
    pub send: Option<&'a str>,
    pub sen_support: Option<&'a str>,
    pub school: Option<&'a str>,
    pub consortium: Option<&'a str>,
    pub lead_la: Option<&'a str>,
    pub educated_la: Option<&'a str>,
    pub guarantee_11: Option<&'a str>,
    pub guarantee_11_la: Option<&'a str>,
    pub guarantee_12: Option<&'a str>,
    pub guarantee_12_la: Option<&'a str>,
    /// The change from which all this is known.
    pub made: i64,
}

/// One stay on a caseload. Days: as for [`Home`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Allocation<'a> {
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub adviser: &'a str,
}

/// One address. Days: inclusive; no first day reaches back, no last day goes on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Home<'a> {
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub ward: Option<&'a str>,
    pub ward_2003: Option<&'a str>,
    pub lsoa: Option<&'a str>,
    pub decile: Option<&'a str>,
    pub locality: Option<&'a str>,
}

/// One characteristic. Days: as for [`Home`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Trait<'a> {
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub code: &'a str,
}

/// One spell. Days: inclusive.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stay<'a> {
    pub code: &'a str,
    pub provider: Option<&'a str>,
    pub start: Day,
    pub end: Option<Day>,
    /// The day the currency runs from: verified, else ascertained; else the start counts.
    pub base: Option<Day>,
    pub review: Option<Day>,
    pub predicted_end: Option<Day>,
    pub lapse_stated: Option<Day>,
    pub lapsed_stated: Option<bool>,
    pub stated_on: Option<Day>,
    /// The change from which the row is known.
    pub made: i64,
}

/// A cohort while its rows arrive.
#[derive(Default)]
pub struct Builder {
    cohort: Cohort,
    home_of: Vec<i64>,
    trait_of: Vec<i64>,
    spell_of: Vec<i64>,
    adviser_of: Vec<i64>,
    contact_of: Vec<i64>,
}

fn from(day: Option<Day>) -> Stamp {
    day.map_or(Stamp::ALWAYS, Stamp::of)
}

pub(super) fn to(day: Option<Day>) -> Stamp {
    day.map_or(Stamp::NEVER, Stamp::of)
}

/// Whether another system stated a lapse, as the column keeps it.
pub(super) fn stated(lapsed: Option<bool>) -> u8 {
    match lapsed {
        None => 0,
        Some(false) => 1,
        Some(true) => 2,
    }
}

impl Builder {
    pub fn person(&mut self, row: Particular<'_>) {
        let people = &mut self.cohort.people;
        people.id.push(row.id);
        people.born.push(from(row.born));
        people.status.push(row.status);
        people.status_since.push(from(row.status_since));
        people.sex.push(row.sex);
        people.ethnicity.push(row.ethnicity);
        people.level_of_need.push(row.level_of_need);
        people.education_level.push(row.education_level);
        people.send.push(row.send);
        people.sen_support.push(row.sen_support);
        people.school.push(row.school);
        people.consortium.push(row.consortium);
        people.lead_la.push(row.lead_la);
        people.educated_la.push(row.educated_la);
        people.guarantee_11.push(row.guarantee_11);
        people.guarantee_11_la.push(row.guarantee_11_la);
        people.guarantee_12.push(row.guarantee_12);
        people.guarantee_12_la.push(row.guarantee_12_la);
        people.made.push(row.made);
    }

    pub fn home(&mut self, person: i64, row: Home<'_>) {
        self.home_of.push(person);
        let homes = &mut self.cohort.homes;
        homes.from.push(from(row.from));
        homes.to.push(to(row.to));
        homes.ward.push(row.ward);
        homes.ward_2003.push(row.ward_2003);
        homes.lsoa.push(row.lsoa);
        homes.decile.push(row.decile);
        homes.locality.push(row.locality);
    }

    pub fn has_trait(&mut self, person: i64, row: Trait<'_>) {
        self.trait_of.push(person);
        let traits = &mut self.cohort.traits;
        traits.from.push(from(row.from));
        traits.to.push(to(row.to));
        traits.code.push(Some(row.code));
    }

    pub fn spell(&mut self, person: i64, row: Stay<'_>) {
        self.spell_of.push(person);
        let spells = &mut self.cohort.spells;
        spells.code.push(Some(row.code));
        spells.provider.push(row.provider);
        spells.start.push(Stamp::of(row.start));
        spells.end.push(to(row.end));
        spells.base.push(Stamp::of(row.base.unwrap_or(row.start)));
        spells.review.push(to(row.review));
        spells.predicted_end.push(to(row.predicted_end));
        spells.lapse_stated.push(to(row.lapse_stated));
        spells.stated_on.push(to(row.stated_on));
        spells.lapsed_stated.push(stated(row.lapsed_stated));
        spells.made.push(row.made);
    }

    pub fn adviser(&mut self, person: i64, row: Allocation<'_>) {
        self.adviser_of.push(person);
        let advisers = &mut self.cohort.advisers;
        advisers.from.push(from(row.from));
        advisers.to.push(to(row.to));
        advisers.who.push(Some(row.adviser));
    }

    pub fn contact(&mut self, person: i64, day: Day) {
        self.contact_of.push(person);
        self.cohort.contacts.day.push(Stamp::of(day));
    }

    /// The cohort. Of spells or homes that began together, the order of their other values decides,
    /// so that every engine gives the same figures.
    pub fn finish(self) -> Cohort {
        self.finish_in_order().0
    }

    /// As [`Builder::finish`], with the number at which each row of the spells arrived, counted from 0.
    pub(crate) fn finish_in_order(self) -> (Cohort, Vec<u32>) {
        let Self { cohort, home_of, trait_of, spell_of, adviser_of, contact_of } = self;
        let Cohort { people, homes, traits, spells, advisers, contacts } = cohort;
        let people = arrange_people(people);
        let (of, order) = gather(&people.id, &home_of, |row| {
            let place = (homes.ward.text(row), homes.lsoa.text(row), homes.decile.text(row));
            (
                homes.from[row],
                homes.to[row],
                place,
                homes.ward_2003.text(row),
                homes.locality.text(row),
            )
        });
        let homes = arrange_homes(homes, of, &order);
        let (of, order) = gather(&people.id, &trait_of, |row| {
            (traits.from[row], traits.code.text(row), traits.to[row])
        });
        let traits = Traits {
            of,
            from: pick(&traits.from, &order),
            to: pick(&traits.to, &order),
            code: traits.code.arranged(&order),
        };
        let (of, order) = gather(&people.id, &spell_of, |row| {
            let days = [spells.base[row], spells.end[row], spells.predicted_end[row]];
            let stated =
                (spells.lapse_stated[row], spells.lapsed_stated[row], spells.stated_on[row]);
            let what = (spells.code.text(row), spells.provider.text(row));
            (spells.start[row], what, days, spells.review[row], stated)
        });
        let spells = arrange_spells(spells, of, &order);
        let arrived = order;
        let advisers = arrange_advisers(&people.id, advisers, &adviser_of);
        let (of, order) = gather(&people.id, &contact_of, |row| contacts.day[row]);
        let contacts = Contacts { of, day: pick(&contacts.day, &order) };
        (Cohort { people, homes, traits, spells, advisers, contacts }, arrived)
    }
}

fn pick<T: Copy>(column: &[T], order: &[u32]) -> Vec<T> {
    order.iter().map(|row| column[*row as usize]).collect()
}

fn arrange_people(people: People) -> People {
    let mut order: Vec<u32> = (0..people.id.len()).map(narrow).collect();
    order.sort_by_key(|row| people.id[*row as usize]);
    order.dedup_by_key(|row| people.id[*row as usize]);
    let order = &order;
    People {
        id: pick(&people.id, order),
        born: pick(&people.born, order),
        status: people.status.arranged(order),
        status_since: pick(&people.status_since, order),
        sex: people.sex.arranged(order),
        ethnicity: people.ethnicity.arranged(order),
        level_of_need: people.level_of_need.arranged(order),
        education_level: people.education_level.arranged(order),
        send: people.send.arranged(order),
        sen_support: people.sen_support.arranged(order),
        school: people.school.arranged(order),
        consortium: people.consortium.arranged(order),
        lead_la: people.lead_la.arranged(order),
        educated_la: people.educated_la.arranged(order),
        guarantee_11: people.guarantee_11.arranged(order),
        guarantee_11_la: people.guarantee_11_la.arranged(order),
        guarantee_12: people.guarantee_12.arranged(order),
        guarantee_12_la: people.guarantee_12_la.arranged(order),
        made: pick(&people.made, order),
    }
}

fn arrange_homes(homes: Homes, of: Ranges, order: &[u32]) -> Homes {
    Homes {
        of,
        from: pick(&homes.from, order),
        to: pick(&homes.to, order),
        ward: homes.ward.arranged(order),
        ward_2003: homes.ward_2003.arranged(order),
        lsoa: homes.lsoa.arranged(order),
        decile: homes.decile.arranged(order),
        locality: homes.locality.arranged(order),
    }
}

fn arrange_advisers(ids: &[i64], advisers: Advisers, owners: &[i64]) -> Advisers {
    let (of, order) =
        gather(ids, owners, |row| (advisers.from[row], advisers.who.text(row), advisers.to[row]));
    Advisers {
        of,
        from: pick(&advisers.from, &order),
        to: pick(&advisers.to, &order),
        who: advisers.who.arranged(&order),
    }
}

fn arrange_spells(spells: Spells, of: Ranges, order: &[u32]) -> Spells {
    Spells {
        of,
        start: pick(&spells.start, order),
        end: pick(&spells.end, order),
        base: pick(&spells.base, order),
        review: pick(&spells.review, order),
        predicted_end: pick(&spells.predicted_end, order),
        lapse_stated: pick(&spells.lapse_stated, order),
        stated_on: pick(&spells.stated_on, order),
        lapsed_stated: pick(&spells.lapsed_stated, order),
        made: pick(&spells.made, order),
        code: spells.code.arranged(order),
        provider: spells.provider.arranged(order),
    }
}

fn narrow(row: usize) -> u32 {
    u32::try_from(row).expect("fewer than four thousand million rows fit in memory")
}

/// Rows in order of their person and then `key`, and where each person's begin.
fn gather<K: Ord>(ids: &[i64], owners: &[i64], key: impl Fn(usize) -> K) -> (Ranges, Vec<u32>) {
    // Rows of a person mostly arrive together, so the place found last is tried first.
    let mut last = 0;
    let mut keyed: Vec<(u32, u32)> = Vec::with_capacity(owners.len());
    for (row, owner) in owners.iter().enumerate() {
        if ids.get(last) != Some(owner) {
            match ids.binary_search(owner) {
                Ok(found) => last = found,
                Err(_) => continue,
            }
        }
        keyed.push((narrow(last), narrow(row)));
    }
    keyed.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| key(a.1 as usize).cmp(&key(b.1 as usize))));
    let mut starts = vec![0; ids.len() + 1];
    for (person, _) in &keyed {
        starts[*person as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    (Ranges(starts), keyed.into_iter().map(|(_, row)| row).collect())
}

impl Cohort {
    /// This cohort with `touched` people taken as they are in `fresh`; those not in `fresh` leave.
    pub fn refreshed(&self, touched: &BTreeSet<i64>, fresh: &Self) -> Self {
        let mut all = Builder::default();
        all.copy(self, |id| !touched.contains(&id));
        all.copy(fresh, |id| touched.contains(&id));
        all.finish()
    }
}

impl Builder {
    fn copy(&mut self, source: &Cohort, wanted: impl Fn(i64) -> bool) {
        for (p, id) in source.people.id.iter().enumerate().filter(|(_, id)| wanted(**id)) {
            self.copy_person(*id, &source.people, p);
            for row in source.homes.of.of(p) {
                self.home_of.push(*id);
                let (into, from) = (&mut self.cohort.homes, &source.homes);
                into.from.push(from.from[row]);
                into.to.push(from.to[row]);
                into.ward.push_from(&from.ward, row);
                into.ward_2003.push_from(&from.ward_2003, row);
                into.lsoa.push_from(&from.lsoa, row);
                into.decile.push_from(&from.decile, row);
                into.locality.push_from(&from.locality, row);
            }
            for row in source.traits.of.of(p) {
                self.trait_of.push(*id);
                self.cohort.traits.from.push(source.traits.from[row]);
                self.cohort.traits.to.push(source.traits.to[row]);
                self.cohort.traits.code.push_from(&source.traits.code, row);
            }
            for row in source.spells.of.of(p) {
                self.copy_spell(*id, &source.spells, row);
            }
            for row in source.advisers.of.of(p) {
                self.adviser_of.push(*id);
                let (into, from) = (&mut self.cohort.advisers, &source.advisers);
                into.from.push(from.from[row]);
                into.to.push(from.to[row]);
                into.who.push_from(&from.who, row);
            }
            for row in source.contacts.of.of(p) {
                self.contact_of.push(*id);
                self.cohort.contacts.day.push(source.contacts.day[row]);
            }
        }
    }

    /// Adds a person of another cohort under a number.
    pub(crate) fn copy_person(&mut self, id: i64, from: &People, p: usize) {
        let into = &mut self.cohort.people;
        into.id.push(id);
        into.made.push(from.made[p]);
        into.born.push(from.born[p]);
        into.status_since.push(from.status_since[p]);
        let columns: [(&mut Column, &Column); 15] = [
            (&mut into.status, &from.status),
            (&mut into.sex, &from.sex),
            (&mut into.ethnicity, &from.ethnicity),
            (&mut into.level_of_need, &from.level_of_need),
            (&mut into.education_level, &from.education_level),
            (&mut into.send, &from.send),
            (&mut into.sen_support, &from.sen_support),
            (&mut into.school, &from.school),
            (&mut into.consortium, &from.consortium),
            (&mut into.lead_la, &from.lead_la),
            (&mut into.educated_la, &from.educated_la),
            (&mut into.guarantee_11, &from.guarantee_11),
            (&mut into.guarantee_11_la, &from.guarantee_11_la),
            (&mut into.guarantee_12, &from.guarantee_12),
            (&mut into.guarantee_12_la, &from.guarantee_12_la),
        ];
        for (into, from) in columns {
            into.push_from(from, p);
        }
    }

    /// Adds a spell of another cohort to the person of a number.
    pub(crate) fn copy_spell(&mut self, id: i64, from: &Spells, row: usize) {
        self.spell_of.push(id);
        let into = &mut self.cohort.spells;
        into.code.push_from(&from.code, row);
        into.provider.push_from(&from.provider, row);
        into.start.push(from.start[row]);
        into.end.push(from.end[row]);
        into.base.push(from.base[row]);
        into.review.push(from.review[row]);
        into.predicted_end.push(from.predicted_end[row]);
        into.lapse_stated.push(from.lapse_stated[row]);
        into.stated_on.push(from.stated_on[row]);
        into.lapsed_stated.push(from.lapsed_stated[row]);
        into.made.push(from.made[row]);
    }
}
