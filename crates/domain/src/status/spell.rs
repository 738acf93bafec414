//! One spell of one activity, and how spells follow each other.

use crate::calendar::Day;
use crate::edition::{Edition, UnknownActivity};

/// One activity over a stretch of time, as recorded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spell {
    /// The activity code, verbatim.
    pub code: String,
    pub establishment_number: Option<String>,
    pub establishment_name: Option<String>,
    pub ukprn: Option<String>,
    /// The organisation of the register that provides it, where it is one of ours.
    pub organisation: Option<String>,
    pub start: Day,
    /// When it was first established. Not the same as `verified`.
    pub ascertained: Option<Day>,
    /// When it was last confirmed; currency runs from here.
    pub verified: Option<Day>,
    /// Who confirmed it.
    pub verified_by: Option<String>,
    /// How it was confirmed: a roll, a call, a visit.
    pub verified_how: Option<String>,
    pub review: Option<Day>,
    pub predicted_end: Option<Day>,
    /// The last day of the spell, inclusive; `None` while it goes on.
    pub end: Option<Day>,
    /// Since when the person has been NEET, where a file or a person said so.
    pub neet_start: Option<Day>,
    /// The lapse date that a record moved in from another system stated.
    pub lapse_stated: Option<Day>,
    /// Its lapsed flag. Stated values win until the spell is verified again.
    pub lapsed_stated: Option<bool>,
    /// The period end for which the two were stated.
    pub stated_on: Option<Day>,
}

impl Spell {
    /// A spell that has nothing but its code and its first day.
    pub fn new(code: impl Into<String>, start: Day) -> Self {
        Self {
            code: code.into(),
            establishment_number: None,
            establishment_name: None,
            ukprn: None,
            organisation: None,
            start,
            ascertained: None,
            verified: None,
            verified_by: None,
            verified_how: None,
            review: None,
            predicted_end: None,
            end: None,
            neet_start: None,
            lapse_stated: None,
            lapsed_stated: None,
            stated_on: None,
        }
    }

    /// The same spell, confirmed on `day`: the clock restarts and stated values give way.
    ///
    /// An earlier day than the one known changes nothing, since old news does not refresh.
    pub fn verified_again(self, day: Day, by: Option<String>, how: Option<String>) -> Self {
        if self.verified.is_some_and(|known| known >= day) {
            return self;
        }
        Self {
            verified: Some(day),
            verified_by: by,
            verified_how: how,
            ascertained: self.ascertained.or(Some(day)),
            lapse_stated: None,
            lapsed_stated: None,
            stated_on: None,
            ..self
        }
    }

    /// Whether it only fills the place after what ended: "not known", and nobody has said so much as that. It
    /// gives way to whatever is told to have begun.
    pub fn only_fills(&self, unknown: &UnknownActivity) -> bool {
        let says_nothing = self.code == unknown.compulsory || self.code == unknown.after;
        says_nothing && self.verified.is_none() && self.stated_on.is_none()
    }

    /// Whether it gives way to what is told to have begun by then: it only filled the place that the other takes.
    pub fn gives_way_to(&self, told: &Spell, unknown: &UnknownActivity) -> bool {
        told.start <= self.start && self.only_fills(unknown)
    }

    /// Days: first and last day both inside.
    pub fn holds_on(&self, day: Day) -> bool {
        self.start <= day && self.end.is_none_or(|end| day <= end)
    }
}

/// Begins a spell: what goes on past its first day ends the day before, and what only filled the place from that
/// day on is gone.
pub fn begin(spells: &mut Vec<Spell>, new: Spell, unknown: &UnknownActivity) {
    let start = new.start;
    let eve = start.yesterday().unwrap_or(start);
    spells.retain(|s| !s.gives_way_to(&new, unknown));
    let reaches = |s: &&mut Spell| s.start <= start && s.end.is_none_or(|end| end >= start);
    for before in spells.iter_mut().filter(reaches) {
        before.end = Some(eve.max(before.start));
    }
    spells.push(new);
}

/// The spell that holds on a day: of those that cover it, the one that started last.
///
/// Shape: `spells` in any order. Of two that start together the later in the slice wins.
pub fn spell_on(spells: &[Spell], day: Day) -> Option<&Spell> {
    spells.iter().filter(|spell| spell.holds_on(day)).max_by_key(|spell| spell.start)
}

/// Since when a person has been NEET on `day`, carried back across NEET spells that follow each
/// other without a gap; `None` when the spell of that day is not NEET.
///
/// A stated start is believed and ends the search, since it may lie before our first record.
pub fn neet_start(spells: &[Spell], edition: &Edition, day: Day) -> Option<Day> {
    let mut current = spell_on(spells, day).filter(|spell| edition.is_neet(&spell.code))?;
    loop {
        if let Some(stated) = current.neet_start {
            return Some(stated.min(current.start));
        }
        let before = current.start.yesterday().ok()?;
        match spell_on(spells, before).filter(|spell| edition.is_neet(&spell.code)) {
            Some(earlier) => current = earlier,
            None => return Some(current.start),
        }
    }
}
