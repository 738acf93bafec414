//! The follow-up list: who is due, why, and which provider's list would clear most of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::access::{Act, Actor, Part, decide, sees};
use domain::calendar::academic_age;
use domain::edition::Edition;
use domain::followup::{Beside, List, Reason, cleared_by_confirming, reasons};
use domain::person::PersonId;
use domain::status::{Spell, neet_past, neet_start};
use domain::statutory::assemble::{LeftOut, belongs_by_age};
use formats::reference::neet_watch;
use jiff::ToSpan;
use jiff::civil::Date;
use store::followup::{Candidate, aged, candidates};
use store::people::Moment;
use store::{Tx, accounts, audit, organisations, returning};

use crate::context::{Context, Wrong};

/// Whose caseload to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caseload {
    /// That of the account with this number.
    Of(i64),
    /// Those on nobody's.
    Nobody,
}

impl Caseload {
    /// What asks, in an adviser's place, for those who have none.
    pub const NOBODY: &'static str = "none";
}

/// What to show of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub list: Option<List>,
    /// A provider's key, as in [`Provider::key`].
    pub provider: Option<String>,
    pub adviser: Option<Caseload>,
    pub locality: Option<String>,
    /// Of lists that ask for contact, only those whom nobody reached for longer than this. Units: days.
    pub quiet_days: Option<i32>,
    /// Order by family name instead of by urgency.
    pub by_name: bool,
}

/// One row: a person and why they are here.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    pub person: PersonId,
    pub name: String,
    pub family_name: String,
    pub date_of_birth: Date,
    /// Academic age on the day.
    pub age: i16,
    /// What holds on the day; `None` where no activity is recorded for it.
    pub spell: Option<Spell>,
    pub activity: String,
    pub reason: Reason,
    /// Whether confirming what is recorded takes them off the list of this reason.
    pub cleared: bool,
    pub last_contact: Option<Date>,
    pub next_step: Option<Date>,
    pub adviser: Option<i64>,
    pub adviser_name: Option<String>,
    pub locality: Option<String>,
    pub provider: Option<String>,
}

impl Due {
    /// What the provider is called on the record.
    pub fn provider_name(&self) -> Option<String> {
        self.spell.as_ref().and_then(|spell| spell.establishment_name.clone())
    }

    /// The code of what they do; empty where nothing is recorded.
    pub fn code(&self) -> &str {
        self.spell.as_ref().map_or("", |spell| &spell.code)
    }
}

/// A provider whose one list would settle many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Organisation id, or the establishment's name.
    pub key: String,
    pub name: String,
    pub people: usize,
    /// Of them, whom its list would clear.
    pub cleared: usize,
}

/// The list on a day.
#[derive(Clone, Debug)]
pub struct FollowUp {
    pub as_of: Date,
    pub edition: String,
    /// People in each list, after the filter's other parts.
    pub counts: Vec<(List, usize)>,
    pub rows: Vec<Due>,
    /// Of the rows shown, most first.
    pub providers: Vec<Provider>,
    /// The same whichever provider the filter asks for.
    pub by_provider: Vec<Provider>,
    /// What the filter can ask for: everything that occurs within reach, whatever the filter.
    pub offered: Offered,
}

/// Answers that a filter on the list can take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Keys and names, by name.
    pub providers: Vec<(String, String)>,
    pub advisers: Vec<(i64, String)>,
    pub localities: Vec<String>,
}

/// Builds the list within the reader's reach, and writes down who was shown.
pub async fn list(
    ctx: &Context,
    actor: &Actor,
    edition: &Edition,
    as_of: Date,
    filter: &Filter,
) -> Result<FollowUp, Wrong> {
    let decisions = [decide(actor, Act::ViewFollowUp), sees(actor, Part::ActivityElsewhere)];
    if let Some(no) = decisions.iter().find(|decision| !decision.allowed) {
        return Err(Wrong::denied(no.denial("see this")));
    }
    let mut tx = ctx.db.begin_read().await?;
    let mut found = tracked(&mut tx, actor, edition, as_of).await?;
    if !sees(actor, Part::Contacts).allowed {
        found.iter_mut().for_each(|c| {
            (c.last_contact, c.last_reached, c.next_step) = (None, None, None);
        });
    }
    let names: BTreeMap<i64, String> =
        accounts::all(&mut tx).await?.into_iter().map(|a| (a.id, a.name)).collect();
    let histories = histories(&mut tx, &found, (edition, as_of)).await?;
    drop(tx);
    let past = |c: &Candidate| histories.get(&c.person).map_or(&[][..], Vec::as_slice);
    let mut all: Vec<Due> =
        found.iter().flat_map(|c| rows_of(c, past(c), (edition, as_of), &names)).collect();
    let offered = offered(&all);
    let anybodys = Filter { provider: None, ..filter.clone() };
    let listed = |row: &Due| filter.list.is_none_or(|list| row.reason.list() == list);
    let by_provider = providers(all.iter().filter(|row| listed(row) && passes(row, &anybodys)));
    all.retain(|row| passes(row, filter));
    let counts = List::ALL
        .iter()
        .map(|list| (*list, all.iter().filter(|row| row.reason.list() == *list).count()))
        .collect();
    all.retain(listed);
    if filter.by_name {
        all.sort_by(|a, b| (&a.family_name, a.person).cmp(&(&b.family_name, b.person)));
    } else {
        all.sort_by_key(|row| (row.reason.list(), -i64::from(row.reason.weight()), row.person));
    }
    let providers = providers(all.iter());
    let edition = edition.name.clone();
    Ok(FollowUp { as_of, edition, counts, rows: all, providers, by_provider, offered })
}

/// Remembers that these people were shown in a list.
pub async fn shown(ctx: &Context, actor: &Actor, people: &[PersonId]) -> Result<(), Wrong> {
    let at = ctx.now();
    let ids: Vec<i64> = people.iter().map(|p| p.0).collect();
    let mut tx = ctx.db.begin_seeing().await?;
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "shown in the follow-up list",
        person: None,
        purpose: "follow-up",
        detail: "name, date of birth, activity",
    };
    audit::write_many(&mut tx, &entry, &ids).await?;
    tx.commit().await?;
    Ok(())
}

/// Whoever is tracked on a day, within the reader's reach: of the primary cohort, led on by no other authority, and of
/// the return's ages.
pub(crate) async fn tracked(
    tx: &mut Tx,
    actor: &Actor,
    edition: &Edition,
    as_of: Date,
) -> Result<Vec<Candidate>, Wrong> {
    let mut found = candidates(tx, &actor.scope, born_between(edition, as_of), as_of).await?;
    let own = organisations::setting(tx, "la_code").await?;
    found.retain(|c| {
        let said = (c.status.as_deref(), c.status_since);
        edition.tracks(said, (c.lead_la.as_deref(), own.as_deref()), as_of)
            && belongs_by_age(c.date_of_birth, c.has_plan, edition, as_of).is_ok()
    });
    Ok(found)
}

/// Who of these people is tracked and not yet of the return's ages on a day, within the reader's reach.
pub(crate) async fn too_young(
    tx: &mut Tx,
    actor: &Actor,
    (edition, as_of): (&Edition, Date),
    people: &[i64],
) -> Result<Vec<i64>, Wrong> {
    let mut found = aged(tx, &actor.scope, people).await?;
    let own = organisations::setting(tx, "la_code").await?;
    found.retain(|one| {
        let belongs = belongs_by_age(one.date_of_birth, one.has_plan, edition, as_of);
        let said = (one.status.as_deref(), one.status_since);
        edition.tracks(said, (one.lead_la.as_deref(), own.as_deref()), as_of)
            && belongs == Err(LeftOut::TooYoung)
    });
    Ok(found.into_iter().map(|one| one.person).collect())
}

/// All spells of those of whom the list tells what was before: the NEET, whoever has no activity now, and of those who
/// began theirs lately whoever was NEET before, since in autumn everybody has begun. They are within reach already.
async fn histories(
    tx: &mut Tx,
    found: &[Candidate],
    (edition, as_of): (&Edition, Date),
) -> Result<HashMap<i64, Vec<Spell>>, Wrong> {
    // Whoever is back within these months has begun all that they did since within them.
    let lately = as_of.saturating_sub(neet_watch().settling_months.months());
    let (mut asked, mut begun) = (HashSet::<i64>::new(), HashSet::<i64>::new());
    for one in found {
        match &one.spell {
            Some(spell) if !edition.is_neet(&spell.code) => {
                begun.extend((spell.start >= lately).then_some(one.person));
            }
            _ => asked.extend([one.person]),
        }
    }
    let codes = edition.activities.keys().map(String::as_str);
    let neet: Vec<&str> = codes.filter(|code| edition.is_neet(code)).collect();
    let mut all = returning::spells(tx, Moment::Now, &asked).await?;
    all.extend(returning::spells_of_who_had(tx, Moment::Now, &begun, &neet).await?);
    Ok(all)
}

/// Birthdays that can be in the return at all, so that the store need not read everybody.
fn born_between(edition: &Edition, as_of: Date) -> (Date, Date) {
    let ages = &edition.membership;
    let oldest = as_of.saturating_sub((i32::from(ages.max_age_with_send) + 2).years());
    let youngest = as_of.saturating_sub(i32::from(ages.min_age - 1).years());
    (oldest, youngest)
}

fn rows_of(
    c: &Candidate,
    past: &[Spell],
    (edition, as_of): (&Edition, Date),
    names: &BTreeMap<i64, String>,
) -> Vec<Due> {
    let activity = match &c.spell {
        Some(spell) => {
            edition.activity(&spell.code).map_or_else(|| spell.code.clone(), |a| a.label.clone())
        }
        None => "No activity recorded".to_owned(),
    };
    let known = if past.is_empty() { c.spell.as_slice() } else { past };
    let beside = Beside {
        born: Some(c.date_of_birth),
        neet_since: neet_start(known, edition, as_of),
        ended: past.iter().filter_map(|s| s.end).filter(|end| *end < as_of).max(),
        last_reached: c.last_reached,
        next_step: c.next_step,
        past: neet_past(known, edition, as_of, neet_watch()),
    };
    reasons(c.spell.as_ref(), edition, as_of, beside)
        .into_iter()
        .map(|reason| Due {
            person: PersonId(c.person),
            name: format!("{} {}", c.given_name, c.family_name).trim().to_owned(),
            family_name: c.family_name.clone(),
            date_of_birth: c.date_of_birth,
            age: academic_age(c.date_of_birth, as_of),
            spell: c.spell.clone(),
            activity: activity.clone(),
            reason,
            cleared: cleared_by_confirming(
                reason.list(),
                c.spell.as_ref(),
                (edition, as_of),
                beside,
            ),
            last_contact: c.last_contact,
            next_step: c.next_step,
            adviser: c.adviser,
            adviser_name: c.adviser.and_then(|id| names.get(&id).cloned()),
            locality: c.locality.clone(),
            provider: c.spell.as_ref().and_then(provider_key),
        })
        .collect()
}

fn provider_key(spell: &Spell) -> Option<String> {
    spell.organisation.clone().or_else(|| spell.establishment_name.clone())
}

fn passes(row: &Due, filter: &Filter) -> bool {
    let provider = filter.provider.is_none() || filter.provider == row.provider;
    let adviser = match filter.adviser {
        None => true,
        Some(Caseload::Of(adviser)) => row.adviser == Some(adviser),
        Some(Caseload::Nobody) => row.adviser.is_none(),
    };
    let locality = filter.locality.is_none() || filter.locality == row.locality;
    let asked = filter.quiet_days.filter(|_| row.reason.list().asks_for_contact());
    let quiet = asked.is_none_or(|most| row.reason.is_out_of_touch(most));
    provider && adviser && locality && quiet
}

fn offered(rows: &[Due]) -> Offered {
    let mut providers = BTreeMap::new();
    let mut advisers = BTreeMap::new();
    let mut localities = BTreeSet::new();
    for row in rows {
        if let Some(key) = row.provider.as_deref() {
            providers.entry(key).or_insert_with(|| provider_name(row));
        }
        if let Some(id) = row.adviser {
            advisers.entry(id).or_insert_with(|| row.adviser_name.as_deref().unwrap_or(""));
        }
        localities.extend(row.locality.as_deref());
    }
    let mut providers: Vec<(String, String)> =
        providers.into_iter().map(|(key, name)| (key.to_owned(), name)).collect();
    providers.sort_by(|a, b| a.1.cmp(&b.1));
    let mut advisers: Vec<(i64, String)> =
        advisers.into_iter().map(|(id, name)| (id, name.to_owned())).collect();
    advisers.sort_by(|a, b| a.1.cmp(&b.1));
    Offered { providers, advisers, localities: localities.into_iter().map(str::to_owned).collect() }
}

fn provider_name(row: &Due) -> String {
    row.provider_name().or_else(|| row.provider.clone()).unwrap_or_default()
}

/// The providers of these rows, the longest list first. Whoever is in several rows is one person.
pub fn providers<'a>(rows: impl Iterator<Item = &'a Due>) -> Vec<Provider> {
    let mut by: BTreeMap<&str, (String, BTreeMap<PersonId, bool>)> = BTreeMap::new();
    for row in rows {
        let Some(key) = &row.provider else { continue };
        let (_, people) = by.entry(key).or_insert_with(|| (provider_name(row), BTreeMap::new()));
        *people.entry(row.person).or_default() |= row.cleared;
    }
    let provider = |(key, (name, people)): (&str, (String, BTreeMap<PersonId, bool>))| Provider {
        key: key.to_owned(),
        name,
        people: people.len(),
        cleared: people.values().filter(|cleared| **cleared).count(),
    };
    let mut all: Vec<Provider> = by.into_iter().map(provider).collect();
    all.sort_by(|a, b| b.people.cmp(&a.people).then(a.name.cmp(&b.name)));
    all
}

/// Whose list to ask for next: the providers whose list would clear anybody, most first.
pub fn clearing(providers: &[Provider]) -> Vec<&Provider> {
    let mut all: Vec<&Provider> = providers.iter().filter(|one| one.cleared > 0).collect();
    all.sort_by_key(|one| Reverse(one.cleared));
    all
}
