//! How soon somebody was spoken with after they left.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::access::{Actor, Part, sees};
use domain::calendar::{Day, working_day_after};
use domain::edition::Edition;
use domain::followup;
use domain::leaver::{
    Fate, Leaving, Stand, Stay, WORKING_DAYS, fates, goes_on, goes_on_elsewhere, speed, takes_part,
};
use domain::measure::Percent;
use domain::narrative::count;
use domain::notice::Kind;
use domain::statutory::assemble::belongs_by_age;
use formats::reference::editions;
use jiff::ToSpan;
use store::followup::{Aged, aged};
use store::leavers::{self as kept, Row};
use store::{Tx, accounts, changes, organisations};

use super::table::{Case, Counted, Head, beside};
use super::{Asked, By};
use crate::context::{Context, Wrong, day_of};
use crate::imports::Providers;

/// How long before the days that are counted somebody may have been told of first. Units: months.
const BEFORE: i32 = 6;

const BESIDE: [Head; 3] = [
    Head { name: "median_days", label: "Median days" },
    Head { name: "within_5_working_days_percent", label: "% within 5 working days" },
    Head { name: "within_20_working_days_percent", label: "% within 20" },
];

pub(super) async fn counted(ctx: &Context, actor: &Actor, asked: &Asked) -> Result<Counted, Wrong> {
    let decision = sees(actor, Part::Contacts);
    if !decision.allowed {
        return Err(Wrong::denied(decision.denial("see this")));
    }
    let day = asked.period.to.min(ctx.today());
    let edition = editions().on(day);
    let edition = edition.ok_or_else(|| Wrong::Failed("no edition is known".to_owned()))?;
    let mut tx = ctx.db.begin_read().await?;
    let all = all(ctx, &mut tx, actor, (asked, edition)).await?;
    let by: BTreeMap<i64, i64> = match asked.by {
        By::Adviser => kept::advisers(&mut tx).await?.into_iter().collect(),
        _ => BTreeMap::new(),
    };
    let labels = labels(&mut tx, asked.by).await?;
    drop(tx);
    let key = |one: &Leaving| match asked.by {
        By::Adviser => by.get(&one.person).map(i64::to_string).unwrap_or_default(),
        _ => one.provider.clone(),
    };
    let figures = |of: &[&(Leaving, Fate)]| {
        let found = speed(of.iter().copied(), ctx.today());
        let [soon, late] = found.within.map(Percent::value);
        vec![found.median, soon, late]
    };
    let (whole, figures) = beside(&all, |one| key(&one.0), figures);
    let case = |one: &(Leaving, Fate)| Case {
        person: Some(one.0.person),
        row: key(&one.0),
        column: Stand::ALL.iter().position(|stand| *stand == Stand::of(one)).unwrap_or_default(),
    };
    Ok(Counted {
        first: first(&all, whole.first().copied().flatten()),
        columns: Stand::ALL.map(|one| Head { name: one.name(), label: one.label() }).to_vec(),
        beside: BESIDE.to_vec(),
        cases: all.iter().map(case).collect(),
        by_key: false,
        labels,
        whole,
        figures,
    })
}

fn first(all: &[(Leaving, Fate)], median: Option<f64>) -> String {
    let waiting = all.iter().filter(|one| Stand::of(one) == Stand::Waiting).count();
    match (all.len(), median) {
        (0, _) => "Nobody was told to have left".to_owned(),
        (left, None) => {
            let (waiting, left) = (count(waiting), count(left));
            format!("{waiting} of {left} leavings wait for somebody to reach the young person")
        }
        (left, Some(days)) => format!(
            "Half of those reached were within {} of our being told; {} of {} leavings still wait",
            if days.total_cmp(&1.0).is_eq() { "1 day".to_owned() } else { format!("{days} days") },
            count(waiting),
            count(left)
        ),
    }
}

/// What rows are called.
pub(super) async fn labels(tx: &mut Tx, by: By) -> Result<BTreeMap<String, String>, Wrong> {
    let (nobody, named): (&str, Vec<(String, String)>) = match by {
        By::Adviser => {
            let all = accounts::all(tx).await?.into_iter();
            ("On nobody’s caseload", all.map(|one| (one.id.to_string(), one.name)).collect())
        }
        _ => {
            let all = organisations::all(tx).await?.into_iter();
            ("Provider not recorded", all.map(|one| (one.id, one.name)).collect())
        }
    };
    Ok(named.into_iter().chain([(String::new(), nobody.to_owned())]).collect())
}

/// Everybody within reach who was told in these days to have left, with what became of it. A register holds a hundred
/// thousand rows of those of whom a year's files tell, and of most nothing comes: each question here is asked only of
/// those who are left by the one before.
async fn all(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (asked, edition): (&Asked, &Edition),
) -> Result<Vec<(Leaving, Fate)>, Wrong> {
    let providers = Providers::load(tx).await?;
    let told = told(ctx, tx, (asked, edition), &providers).await?;
    let told = followed(tx, actor, (asked, edition), told).await?;
    let mut leavings = not_going_on(tx, (edition, &providers), told).await?;
    let is_counted = |one: &Leaving| one.told >= asked.period.from;
    leavings.retain(|_, of| of.iter().any(is_counted));
    let first = |of: &[Leaving]| of.iter().map(|one| one.left).min().unwrap_or_default();
    let since: Vec<(i64, Day)> = leavings.iter().map(|(id, of)| (*id, first(of))).collect();
    let stays = stays(kept::standing(tx, &since).await?, &providers);
    let since = leavings.values().flatten().map(|one| one.left.min(one.told)).min();
    let mut contacts: HashMap<i64, Vec<Day>> = HashMap::new();
    if let Some(since) = since {
        let who: Vec<i64> = leavings.keys().copied().collect();
        for (person, day, outcome) in kept::contacts(tx, &who, since).await? {
            if followup::reached(&outcome) {
                contacts.entry(person).or_default().push(day);
            }
        }
    }
    let mut found = Vec::new();
    for (person, of) in leavings {
        let reached = contacts.get(&person).map_or(&[][..], Vec::as_slice);
        let standing = stays.get(&person).map_or(&[][..], Vec::as_slice);
        found.extend(fates(of, reached, standing, (edition, ctx.today())));
    }
    found.retain(|(one, _)| is_counted(one));
    Ok(found)
}

/// Of what was told, what is of people within reach whom the council follows and of whom these days tell something.
async fn followed(
    tx: &mut Tx,
    actor: &Actor,
    (asked, edition): (&Asked, &Edition),
    mut told: Vec<(Leaving, ToldBy)>,
) -> Result<Vec<(Leaving, ToldBy)>, Wrong> {
    let counted = told.iter().filter(|(one, _)| one.told >= asked.period.from);
    let ids: BTreeSet<i64> = counted.map(|(one, _)| one.person).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let own = organisations::setting(tx, "la_code").await?;
    let aged = aged(tx, &actor.scope, &ids).await?;
    let aged: HashMap<i64, Aged> = aged.into_iter().map(|one| (one.person, one)).collect();
    told.retain(|(one, _)| {
        let who = aged.get(&one.person);
        who.is_some_and(|who| is_followed(who, (edition, one.told), own.as_deref()))
    });
    Ok(told)
}

/// By person, the leavings of those of whom it was not known by then what they go on with.
async fn not_going_on(
    tx: &mut Tx,
    (edition, providers): (&Edition, &Providers),
    told: Vec<(Leaving, ToldBy)>,
) -> Result<BTreeMap<i64, Vec<Leaving>>, Wrong> {
    let asked = told.iter().map(|(one, by)| (one.person, by.newest(), one.left));
    let asked: Vec<(i64, i64, Day)> = asked.collect();
    let held = stays(kept::held(tx, &asked).await?, providers);
    let mut leavings: BTreeMap<i64, Vec<Leaving>> = BTreeMap::new();
    for (one, by) in told {
        let held = held.get(&one.person).map_or(&[][..], Vec::as_slice);
        let went_on = match by {
            ToldBy::File(change) => goes_on(held, one.left, change, edition),
            ToldBy::Notice(newest) => goes_on_elsewhere(held, &one, newest, edition),
        };
        if !went_on {
            leavings.entry(one.person).or_default().push(one);
        }
    }
    Ok(leavings)
}

/// Who told of a leaving.
enum ToldBy {
    /// A file, by the change that it made.
    File(i64),
    /// A notice, which changes no record; the newest change when it came.
    Notice(i64),
}

impl ToldBy {
    /// The newest change once it was told.
    const fn newest(&self) -> i64 {
        match *self {
            Self::File(change) | Self::Notice(change) => change,
        }
    }
}

/// Whoever was told to have left until the end of these days, and for a while before them, with who told of it.
async fn told(
    ctx: &Context,
    tx: &mut Tx,
    (asked, edition): (&Asked, &Edition),
    providers: &Providers,
) -> Result<Vec<(Leaving, ToldBy)>, Wrong> {
    let from = asked.period.from.saturating_sub(BEFORE.months());
    let after = ctx.end_of(from.yesterday().unwrap_or(from));
    let until = ctx.end_of(asked.period.to);
    let instants = (after.as_str(), until.as_str());
    let before = changes::latest_at(tx, instants.0).await?;
    let mut all = Vec::new();
    for one in kept::told(tx, before.0, instants).await? {
        let Some(told) = day_of(&one.at) else { continue };
        if one.end <= ctx.today() && takes_part(edition, &one.code) {
            let (person, provider) = (one.person, known(providers, one.provider));
            let leaving = Leaving { person, told, left: one.end, provider };
            all.push((leaving, ToldBy::File(one.change)));
        }
    }
    for one in kept::notices(tx, instants).await? {
        let is_told = Kind::from_name(&one.kind).is_some_and(Kind::is_duty);
        let (Some(person), Some(told)) = (one.person, day_of(&one.received_at)) else { continue };
        if is_told {
            let provider = known(providers, one.organisation);
            let leaving = Leaving { person, told, left: one.day, provider };
            all.push((leaving, ToldBy::Notice(one.newest)));
        }
    }
    Ok(all)
}

/// Whether the council follows somebody for as long as they are to be reached in. Whoever leaves Year 13 is not waited
/// for.
fn is_followed(who: &Aged, (edition, told): (&Edition, Day), own: Option<&str>) -> bool {
    let [_, late] = WORKING_DAYS;
    let day = working_day_after(told, late);
    let said = (who.status.as_deref(), who.status_since);
    belongs_by_age(who.date_of_birth, who.has_plan, edition, day).is_ok()
        && edition.tracks(said, (who.lead_la.as_deref(), own), day)
}

/// An organisation's id where the register has one that is called so; else the name as it was recorded. Whoever writes
/// down by hand where somebody is types a name.
fn known(providers: &Providers, said: String) -> String {
    let found = providers.find(&said).filter(|_| !said.is_empty());
    found.map_or(said, |one| one.id.clone())
}

/// By person.
fn stays(rows: Vec<Row>, providers: &Providers) -> HashMap<i64, Vec<Stay>> {
    let mut all: HashMap<i64, Vec<Stay>> = HashMap::new();
    for row in rows {
        all.entry(row.person).or_default().extend(stay(row, providers));
    }
    all
}

fn stay(row: Row, providers: &Providers) -> Option<Stay> {
    let day = day_of(&row.at)?;
    let Row { record, code, provider, start, end, made, ended, .. } = row;
    let provider = provider.filter(|said| !said.is_empty()).map(|said| known(providers, said));
    Some(Stay { record, code, provider, start, end, made, ended, known: day })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn thousands_are_parted_in_what_is_said_first() {
        let told = date(2025, 11, 3);
        let one = |person: i64| {
            let leaving = Leaving { person, told, left: told, provider: String::new() };
            (leaving, Fate::Waiting { days: 1 })
        };
        let all: Vec<(Leaving, Fate)> = (0..1_234).map(one).collect();
        let waiting = first(&all, None);
        assert_eq!(waiting, "1,234 of 1,234 leavings wait for somebody to reach the young person");
        let half = first(&all, Some(2.5));
        assert!(half.ends_with("told; 1,234 of 1,234 leavings still wait"), "{half}");
    }
}
