//! Lists of early support as long as there are places, each with its reasons, and what people decide
//! about who is on them. Every look is remembered.

use std::collections::BTreeMap;

use cut::Cut;
use domain::access::{Act, Actor, Denial, Part, Role, Scope, sees};
use domain::calendar::{Day, shown};
use domain::person::Field;
use domain::prediction::{
    Candidate, Choice, Kept as Heard, Made, Point, Reader, Seen, Settings, make, missing_seen,
    seen_by,
};
use sha2::{Digest, Sha256};
use store::Tx;
use store::people;
use store::predictors::{self, Chosen, Run, Scored};

use super::score::Told;
use super::train;
use super::{begin, may, note, note_all, runs};
use crate::context::{Context, Wrong};

mod cut;
mod file;
mod gifted;
mod person;
mod teams;
mod truth;

pub use file::{csv, file};
pub use gifted::{Gifted, gifted};
pub use person::{Given, OfPerson, Why, of_person, parted};
pub use teams::{Team, set_places, teams};

/// Whom a list is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// A school's name, or a locality's; everybody within reach where empty.
    pub school: String,
    pub locality: String,
    /// Places of support; the team's own number where none is told.
    pub places: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub person: i64,
    /// The number by which returns know them.
    pub ypid: String,
    pub upn: Option<String>,
    pub name: String,
    pub born: String,
    pub school: String,
    pub locality: String,
    pub chance: f64,
    pub in_words: &'static str,
    pub reasons: Vec<String>,
    /// Those of the reasons that a worker can do something about.
    pub to_act_on: Vec<String>,
    pub missing: Vec<String>,
    pub last_contact: Option<Day>,
    pub adviser: Option<String>,
    /// What was decided about them, and why.
    pub choice: Option<(Choice, String)>,
}

#[derive(Clone, Debug)]
pub struct List {
    pub run: Run,
    pub target: String,
    pub listed: Vec<Person>,
    pub supported: Vec<Person>,
    pub taken_off: Vec<Person>,
    /// How many are held out by lot; who they are is not shown.
    pub held_out: usize,
    /// It is made by the points table alone, since too little has closed to judge anything else.
    pub points_only: bool,
    pub places: usize,
    pub of: usize,
    /// "Of every 10 listed about 2 became NEET last year; the list found 4 of every 10."
    pub how_true: String,
    pub schools: Vec<String>,
    pub localities: Vec<String>,
}

const ASK: &str = "the early support team";

/// The list of a point. None where no chance is younger than its last day, or no predictor is in use.
pub async fn list(
    ctx: &Context,
    actor: &Actor,
    point: Point,
    asked: &Asked,
) -> Result<Option<List>, Wrong> {
    may(actor, Act::ViewSupport)?;
    let mut tx = ctx.db.begin().await?;
    let today = ctx.today();
    let Some(run) = runs::newest(&mut tx, point, today).await? else { return Ok(None) };
    let kept = train::kept(&mut tx).await?.into_iter().find(|p| p.id == run.predictor);
    let mut all = reached(&mut tx, &actor.scope, run.id).await?;
    let ids: Vec<i64> = all.iter().map(|one| one.score.person).collect();
    let cut = Cut::load(&mut tx, actor, &ids, today).await?;
    all.retain(|one| cut.is_named(one.score.person));
    let (schools, localities) = (named(&all, |s| &s.school_now), named(&all, |s| &s.locality));
    all.retain(|one| {
        let is =
            |told: &Option<String>, asked: &str| asked.is_empty() || told.as_deref() == Some(asked);
        is(&one.school_now, &asked.school) && is(&one.locality, &asked.locality)
    });
    let choices = predictors::choices(&mut tx, today).await?;
    let candidates = candidates(&all, &choices, run.id);
    // While a lot runs a longer list than the team's would show whom it holds out.
    let lot = candidates.iter().any(|one| one.held_out);
    let team = team(&actor.scope, asked, [&schools, &localities]);
    let settings = settings(&mut tx, (team, asked.places), lot).await?;
    let made = make(&candidates, settings);
    let people = |ids: &[i64]| -> Vec<Person> {
        let of = |id: &i64| all.iter().find(|one| one.score.person == *id);
        ids.iter().filter_map(of).map(|one| person(&cut, one, &choices)).collect()
    };
    let Made { listed, supported, taken_off, held_out } = &made;
    let shown: Vec<i64> = [listed, supported, taken_off].into_iter().flatten().copied().collect();
    let detail = format!("run {}, chance and reasons", run.id);
    note_all(ctx, &mut tx, actor, ("shown in the early support list", &shown, &detail)).await?;
    let part = !asked.school.is_empty() || !asked.locality.is_empty();
    let whole = actor.scope.everyone && !part;
    let length = truth::Length { places: settings.places, of: all.len(), whole };
    let list = List {
        points_only: kept.as_ref().is_some_and(|p| p.content.points_only),
        target: kept.as_ref().map_or("NEET", |p| p.target.label()).to_owned(),
        how_true: truth::how_true(kept.as_ref(), &run, length),
        listed: people(listed),
        supported: people(supported),
        taken_off: people(taken_off),
        held_out: held_out.len(),
        places: settings.places,
        of: all.len(),
        run,
        schools,
        localities,
    };
    tx.commit().await?;
    Ok(Some(list))
}

/// Why there is no list of a point, where its predictor was withdrawn and no other is in use: which, by whom and why.
pub async fn withdrawn(
    ctx: &Context,
    actor: &Actor,
    point: Point,
) -> Result<Option<String>, Wrong> {
    may(actor, Act::ViewSupport)?;
    let lives = predictors::lives(&mut ctx.db.begin_read().await?).await?;
    Ok(runs::withdrawn(&lives, point))
}

/// Everybody of a run within reach but those who have objected since.
async fn reached(tx: &mut Tx, scope: &Scope, run: i64) -> Result<Vec<Scored>, Wrong> {
    let mut all = predictors::scored(tx, scope, run).await?;
    let ids: Vec<i64> = all.iter().map(|one| one.score.person).collect();
    let objecting = predictors::objecting(tx, &ids).await?;
    all.retain(|one| !objecting.contains(&one.score.person));
    Ok(all)
}

fn named(all: &[Scored], of: impl Fn(&Scored) -> &Option<String>) -> Vec<String> {
    let mut names: Vec<String> = all.iter().filter_map(|one| of(one).clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// Whose places of support a list has: those of the school or locality that is asked for, else of the only one that
/// the reader's reach is of, else of everybody together. Those of a caseload who have a chance may all be of one
/// school today: it is none of theirs for that.
fn team<'a>(scope: &Scope, asked: &'a Asked, within: [&'a [String]; 2]) -> &'a str {
    let by_places = !scope.everyone && scope.caseload_of.is_none();
    let by_locality = by_places && !scope.localities.is_empty();
    let by_school = by_places && !scope.schools.is_empty() && scope.localities.is_empty();
    let only = |is_reach: bool, names: &'a [String]| match names {
        [name] if is_reach => name.as_str(),
        _ => "",
    };
    let [schools, localities] = within;
    let (school, locality) = (only(by_school, schools), only(by_locality, localities));
    let wanted = [asked.school.as_str(), asked.locality.as_str(), school, locality];
    wanted.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

async fn settings(
    tx: &mut Tx,
    (team, asked): (&str, Option<usize>),
    lot: bool,
) -> Result<Settings, Wrong> {
    let kept = teams::places(tx, team).await?;
    let most = if lot { kept } else { teams::MOST };
    Ok(Settings { places: asked.unwrap_or(kept).min(most).clamp(1, teams::MOST) })
}

pub(super) fn candidates(
    all: &[Scored],
    choices: &BTreeMap<i64, Chosen>,
    run: i64,
) -> Vec<Candidate> {
    all.iter()
        .map(|one| Candidate {
            person: one.score.person,
            chance: one.score.chance,
            last_contact: one.last_contact,
            choice: choices
                .get(&one.score.person)
                .and_then(|chosen| Choice::from_name(&chosen.choice)),
            lot: lot(&format!("{run}"), one.score.person),
            held_out: one.score.held_out,
        })
        .collect()
}

/// Drawn once for an occasion and a person, so that a list is the same each time it is opened.
pub(super) fn lot(occasion: &str, person: i64) -> u64 {
    let hash: [u8; 32] = Sha256::digest(format!("lot {occasion} {person}").as_bytes()).into();
    hash.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

/// Reasons are cut for whoever reads them; `ask` is whom a school may ask.
fn reader<'a>(actor: &'a Actor, ask: &'a str) -> Reader<'a> {
    match actor.role {
        Role::School => Reader::School { own: &actor.scope.schools, ask },
        _ => Reader::Service,
    }
}

fn person(cut: &Cut<'_>, one: &Scored, choices: &BTreeMap<i64, Chosen>) -> Person {
    let actor = cut.actor;
    let told: Told = serde_json::from_str(&one.score.content).unwrap_or_default();
    let reasons: Vec<Heard<'_>> = told.reasons.iter().map(|said| said.kept()).collect();
    let seen = seen_by(reader(actor, one.adviser.as_deref().unwrap_or(ASK)), &reasons);
    let acts = |seen: &&Seen| {
        let said = seen.of.and_then(|at| told.reasons.get(at));
        said.is_some_and(|said| said.can_act)
    };
    let to_act_on = seen.iter().filter(acts).map(|seen| seen.sentence.clone()).collect();
    let born = one.born.as_deref().filter(|_| cut.gives(one.score.person, Field::DateOfBirth));
    let choice = choices
        .get(&one.score.person)
        .and_then(|chosen| Some((Choice::from_name(&chosen.choice)?, chosen.reason.clone())));
    Person {
        person: one.score.person,
        ypid: one.ypid.clone(),
        upn: one.upn.clone().filter(|_| cut.gives(one.score.person, Field::Upn)),
        name: cut.name(one.score.person, format!("{} {}", one.given, one.family)),
        born: born.and_then(|day| day.parse().ok()).map(shown).unwrap_or_default(),
        school: one.school_now.clone().unwrap_or_default(),
        locality: one
            .locality
            .clone()
            .filter(|_| sees(actor, Part::Addresses).allowed)
            .unwrap_or_default(),
        chance: one.score.chance,
        in_words: risk::words::chance(one.score.chance),
        to_act_on,
        reasons: seen.into_iter().map(|seen| seen.sentence).collect(),
        missing: missing_seen(reader(actor, ASK), told.missing),
        last_contact: one.last_contact.filter(|_| sees(actor, Part::Contacts).allowed),
        adviser: one.adviser.clone(),
        choice,
    }
}

/// Decides about somebody and the list. `None` takes the decision back.
///
/// Errors: refused without a reason, or for somebody who is not within reach.
pub async fn choose(
    ctx: &Context,
    actor: &Actor,
    person: i64,
    (choice, reason): (Option<Choice>, &str),
) -> Result<(), Wrong> {
    may(actor, Act::DecideSupport)?;
    if reason.trim().is_empty() {
        return Err(Wrong::refused("Say why, in a few words."));
    }
    let mut tx = ctx.db.begin().await?;
    if people::within(&mut tx, &actor.scope, &[person]).await?.is_empty() {
        let theirs = "This young person is not yours to decide about.";
        return Err(Wrong::denied(Denial::said(theirs)));
    }
    let change = begin(ctx, &mut tx, actor, "early support decided").await?;
    // A decision goes with the label it was made about: after a year it has to be made again.
    let until = ctx.today().saturating_add(jiff::ToSpan::months(12));
    let chosen = choice.map(|choice| Chosen {
        choice: choice.name().to_owned(),
        reason: reason.trim().to_owned(),
        until,
        account: actor.account_id(),
    });
    predictors::choose(&mut tx, change, person, chosen.as_ref()).await?;
    let detail = choice.map_or("decision taken back", Choice::name);
    note(ctx, &mut tx, actor, ("early support decided", Some(person), detail)).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_reach_and_not_of_whom_a_list_happens_to_name() {
        let (schools, localities) = (["Hundred of Hoo".to_owned()], ["North".to_owned()]);
        let of =
            |scope: &Scope, asked: &Asked| team(scope, asked, [&schools, &localities]).to_owned();
        let everybody = Asked::default();
        let some = |names: [&str; 1]| names.map(str::to_owned).into();
        let roll = Scope { schools: some(["a school"]), ..Scope::default() };
        let manager = Scope { localities: some(["North"]), ..Scope::default() };
        assert_eq!(of(&roll, &everybody), "Hundred of Hoo");
        assert_eq!(of(&manager, &everybody), "North", "all of whom go to one school");
        // Of a caseload all live in one place and go to one school, for now.
        let adviser = Scope { caseload_of: Some(7), ..Scope::default() };
        let both = Scope { caseload_of: Some(7), ..manager.clone() };
        for scope in [adviser, both, Scope::everyone()] {
            assert_eq!(of(&scope, &everybody), "", "{scope:?}");
        }
        let asked = Asked { school: "Hundred of Hoo".to_owned(), ..Asked::default() };
        assert_eq!(of(&manager, &asked), "Hundred of Hoo");
    }
}
