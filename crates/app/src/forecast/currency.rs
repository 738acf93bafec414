//! The currency forecast over a reader's people, with names for providers and advisers, and the calls
//! that are left once lists have saved what they can.

use std::collections::BTreeMap;

use domain::access::{Act, Actor, Part, decide, sees};
use domain::calendar::{Day, academic_age, next_school_year_end};
use domain::edition::Edition;
use domain::forecast::currency::{Curve, DAYS, Fate, Open, Share, can_lapse, curve};
use domain::person::PersonId;
use domain::status::{Clock, Spell};
use domain::statutory::assemble::belongs_by_age;
use jiff::ToSpan;
use store::accounts;
use store::followup::Candidate;

use crate::{Context, Wrong};

/// A provider's or an adviser's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// As the follow-up list asks for it; empty for nobody.
    pub key: String,
    pub name: String,
    pub share: Share,
}

/// One call to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub person: PersonId,
    pub name: String,
    pub age: i16,
    pub activity: String,
    pub provider: String,
    /// The first day on which it counts as not known; nothing where it does already.
    pub lapses: Option<Day>,
    pub adviser: Option<i64>,
    pub adviser_name: String,
    pub last_contact: Option<Day>,
}

/// The forecast with its names.
#[derive(Clone, Debug)]
pub struct CurrencyAhead {
    pub edition: String,
    pub curve: Curve,
    /// By name; providers in the order in which their lists save most.
    pub providers: Vec<Named>,
    pub advisers: Vec<Named>,
    /// Provider's name, records saved and calls left, list by list.
    pub lists: Vec<(Named, usize)>,
    pub calls: Vec<Call>,
}

/// Forecasts what lapses among the people within reach. Nobody is named before `followup::shown`
/// has remembered whom a page or a file shows.
pub async fn currency(
    ctx: &Context,
    actor: &Actor,
    edition: &Edition,
    as_of: Day,
) -> Result<CurrencyAhead, Wrong> {
    let decisions = [decide(actor, Act::ViewFollowUp), sees(actor, Part::ActivityElsewhere)];
    if let Some(no) = decisions.iter().find(|decision| !decision.allowed) {
        return Err(Wrong::denied(no.denial("see this")));
    }
    let mut tx = ctx.db.begin_read().await?;
    let found = crate::followup::tracked(&mut tx, actor, edition, as_of).await?;
    let staff: BTreeMap<i64, String> =
        accounts::all(&mut tx).await?.into_iter().map(|a| (a.id, a.name)).collect();
    drop(tx);
    // Nothing lapses where nothing is recorded.
    let held = |c: Candidate| {
        let spell = c.spell.clone().filter(|spell| can_lapse(spell, edition))?;
        Some((c, spell))
    };
    let mut found: Vec<(Candidate, Spell)> = found.into_iter().filter_map(held).collect();
    if !sees(actor, Part::Contacts).allowed {
        found.iter_mut().for_each(|(c, _)| c.last_contact = None);
    }
    Ok(Forecast::new(&found, edition, as_of).told(&staff))
}

/// Records by number of their provider and adviser.
struct Forecast<'a> {
    found: &'a [(Candidate, Spell)],
    edition: &'a Edition,
    providers: Vec<(String, String)>,
    advisers: Vec<i64>,
    curve: Curve,
}

impl<'a> Forecast<'a> {
    fn new(found: &'a [(Candidate, Spell)], edition: &'a Edition, as_of: Day) -> Self {
        let names: BTreeMap<String, String> =
            found.iter().filter_map(|(_, s)| Some((provider(s)?, provider_name(s)))).collect();
        let providers: Vec<(String, String)> = names.into_iter().collect();
        let mut advisers: Vec<i64> = found.iter().filter_map(|(c, _)| c.adviser).collect();
        advisers.sort_unstable();
        advisers.dedup();
        let after = next_school_year_end(as_of).saturating_add(1.days());
        let open = |(c, spell): &(Candidate, Spell)| Open {
            clock: Clock::from(spell),
            activity: edition.activity(&spell.code),
            provider: provider(spell)
                .and_then(|key| providers.binary_search_by(|(k, _)| k.cmp(&key)).ok()),
            adviser: c.adviser.and_then(|id| advisers.binary_search(&id).ok()),
            stays: belongs_by_age(c.date_of_birth, c.has_plan, edition, after).is_ok(),
        };
        let records: Vec<Open<'_>> = found.iter().map(open).collect();
        let curve = curve(&records, as_of, as_of.saturating_add(DAYS.days()));
        Self { found, edition, providers, advisers, curve }
    }

    fn provider_named(&self, at: usize) -> Named {
        let (key, name) = self.providers.get(at).cloned().unwrap_or_default();
        Named { key, name, share: self.curve.providers.get(&at).copied().unwrap_or_default() }
    }

    fn told(self, staff: &BTreeMap<i64, String>) -> CurrencyAhead {
        let adviser_name = |id: Option<i64>| {
            let none = || "No adviser".to_owned();
            id.map_or_else(none, |id| staff.get(&id).cloned().unwrap_or_else(none))
        };
        let mut providers: Vec<Named> =
            self.curve.providers.keys().map(|at| self.provider_named(*at)).collect();
        let weight = |n: &Named| (n.share.saved, n.share.within_90 + n.share.lapsed, n.share.open);
        providers.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| a.name.cmp(&b.name)));
        let mut advisers: Vec<Named> = self
            .curve
            .advisers
            .iter()
            .map(|(at, share)| {
                let id = at.and_then(|at| self.advisers.get(at).copied());
                let key = id.map_or_else(String::new, |id| id.to_string());
                Named { key, name: adviser_name(id), share: *share }
            })
            .collect();
        advisers.sort_by(|a, b| a.name.cmp(&b.name));
        let lists = self
            .curve
            .steps
            .iter()
            .map(|step| (self.provider_named(step.provider), step.calls_left))
            .collect();
        let calls = self
            .curve
            .calls
            .iter()
            .filter_map(|at| self.found.get(*at))
            .map(|(c, spell)| self.call(c, spell, adviser_name(c.adviser)))
            .collect();
        let edition = self.edition.name.clone();
        CurrencyAhead { edition, providers, advisers, lists, calls, curve: self.curve }
    }

    fn call(&self, c: &Candidate, spell: &Spell, adviser_name: String) -> Call {
        let activity = self.edition.activity(&spell.code);
        let open = Open {
            clock: Clock::from(spell),
            activity,
            provider: None,
            adviser: None,
            stays: true,
        };
        Call {
            person: PersonId(c.person),
            name: format!("{} {}", c.given_name, c.family_name).trim().to_owned(),
            age: academic_age(c.date_of_birth, self.curve.as_of),
            activity: activity.map_or_else(|| spell.code.clone(), |a| a.label.clone()),
            provider: provider_name(spell),
            lapses: match open.fate(self.curve.as_of, self.curve.until) {
                Fate::Lapses { day } => Some(day),
                Fate::Lapsed | Fate::Current => None,
            },
            adviser: c.adviser,
            adviser_name,
            last_contact: c.last_contact,
        }
    }
}

fn provider(spell: &Spell) -> Option<String> {
    spell.organisation.clone()
}

fn provider_name(spell: &Spell) -> String {
    spell.establishment_name.clone().or_else(|| spell.organisation.clone()).unwrap_or_default()
}
