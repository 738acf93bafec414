//! Lists of early support as long as there are places, each with its reasons, and what people decide
//! about who is on them. Every look is remembered.

use std::collections::BTreeMap;

use domain::access::{Act, Actor, Part, Role, Scope, sees, sees_item};
use domain::agreement::Item;
use domain::calendar::{Day, shown};
use domain::person::{Field, Way};
use domain::prediction::{
    Candidate, Choice, FEATURES, Known, Made, Point, Reader, Settings, births, drifting, features,
    make, seen_by,
};
use sha2::{Digest, Sha256};
use store::people::{self, Moment};
use store::predictors::{self, Chosen, Run, Scored};
use store::{Tx, analysis, organisations};

use super::score::Told;
use super::train::{self, Kept};
use super::{begin, may, note, note_all, refused};
use crate::context::{Context, Wrong};

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
    pub name: String,
    pub born: String,
    pub school: String,
    pub locality: String,
    pub chance: f64,
    pub in_words: &'static str,
    pub reasons: Vec<String>,
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
    pub places: usize,
    pub of: usize,
    /// "Of every 10 listed about 2 became NEET last year; the list found 4 of every 10."
    pub how_true: String,
    pub schools: Vec<String>,
    pub localities: Vec<String>,
}

const PLACES: usize = 25;
const ASK: &str = "the early support team";

/// The list of a point. None where no chance is younger than its last day.
pub async fn list(
    ctx: &Context,
    actor: &Actor,
    point: Point,
    asked: &Asked,
) -> Result<Option<List>, Wrong> {
    may(actor, Act::ViewSupport)?;
    let mut tx = ctx.db.begin().await?;
    let today = ctx.today();
    let Some(run) = newest(&mut tx, point, today).await? else { return Ok(None) };
    let kept = train::kept(&mut tx).await?.into_iter().find(|p| p.id == run.predictor);
    let mut all = reached(&mut tx, &actor.scope, run.id).await?;
    // A list of names is given to whom an agreement gives the name, and hears a no.
    let words = match actor.scope.own_organisation() {
        Some(own) => crate::consents::of_partner(&mut tx, own, today).await?,
        None => BTreeMap::new(),
    };
    let given = |person: i64, field| {
        let said = words.get(&person).copied().unwrap_or_default();
        sees_item(actor, Item::Field(field), said).allowed
    };
    all.retain(|one| given(one.score.person, Field::FamilyName));
    let (schools, localities) = (named(&all, |s| &s.school_now), named(&all, |s| &s.locality));
    all.retain(|one| {
        let is =
            |told: &Option<String>, asked: &str| asked.is_empty() || told.as_deref() == Some(asked);
        is(&one.school_now, &asked.school) && is(&one.locality, &asked.locality)
    });
    let choices = predictors::choices(&mut tx, today).await?;
    let settings = settings(&mut tx, asked).await?;
    let made = make(&candidates(&all, &choices, run.id), settings);
    let ids: Vec<i64> = all.iter().map(|one| one.score.person).collect();
    let withheld = match actor.role.is_partner() {
        true => crate::people::withheld(&mut tx, &ids, Way::Partner).await?,
        false => BTreeMap::new(),
    };
    let born = Item::Field(Field::DateOfBirth);
    let cut = |mut one: Person| {
        let items = withheld.get(&one.person);
        if crate::people::is_nameless(items) {
            one.name = crate::people::NAMELESS.to_owned();
        }
        let held = items.is_some_and(|items| items.contains(&born));
        if held || !given(one.person, Field::DateOfBirth) {
            one.born.clear();
        }
        one
    };
    let people = |ids: &[i64]| -> Vec<Person> {
        let of = |id: &i64| all.iter().find(|one| one.score.person == *id);
        ids.iter().filter_map(of).map(|one| cut(person(actor, one, &choices))).collect()
    };
    let Made { listed, supported, taken_off, held_out } = &made;
    let shown: Vec<i64> = [listed, supported, taken_off].into_iter().flatten().copied().collect();
    let detail = format!("run {}, chance and reasons", run.id);
    note_all(ctx, &mut tx, actor, ("shown in the early support list", &shown, &detail)).await?;
    let list = List {
        target: kept.as_ref().map_or("NEET", |p| p.target.label()).to_owned(),
        how_true: how_true(kept.as_ref(), &run),
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

/// The newest run whose chances may still be shown.
async fn newest(tx: &mut Tx, point: Point, today: Day) -> Result<Option<Run>, Wrong> {
    let runs = predictors::runs(tx).await?;
    let fits = |run: &Run| run.point == point.name() && run.day <= today && run.expires >= today;
    Ok(runs.into_iter().find(fits))
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

async fn settings(tx: &mut Tx, asked: &Asked) -> Result<Settings, Wrong> {
    let team = match (asked.school.as_str(), asked.locality.as_str()) {
        ("", "") => "everybody",
        ("", locality) => locality,
        (school, _) => school,
    };
    let name = format!("support places: {team}");
    let kept = organisations::setting(tx, &name).await?.and_then(|text| text.parse().ok());
    let held = organisations::setting(tx, "support held out of 100").await?;
    Ok(Settings {
        places: asked.places.or(kept).unwrap_or(PLACES).clamp(1, 2_000),
        held_out_of_100: held.and_then(|text| text.parse().ok()).unwrap_or(0).min(50),
    })
}

/// Keeps a team's places, and how many of a hundred are held out by lot.
pub async fn set_places(
    ctx: &Context,
    actor: &Actor,
    team: &str,
    (places, held_out): (usize, u64),
) -> Result<(), Wrong> {
    may(actor, Act::KeepPredictor)?;
    if !(1..=2_000).contains(&places) || held_out > 50 {
        return Err(Wrong::refused("Places lie from 1 to 2,000; at most 50 of 100 are held out."));
    }
    let mut tx = ctx.db.begin().await?;
    let team = if team.trim().is_empty() { "everybody" } else { team.trim() };
    let name = format!("support places: {team}");
    organisations::set(&mut tx, &name, &places.to_string()).await?;
    organisations::set(&mut tx, "support held out of 100", &held_out.to_string()).await?;
    let detail = format!("{team}: {places} places, {held_out} of 100 held out");
    note(ctx, &mut tx, actor, ("support places set", None, &detail)).await?;
    tx.commit().await?;
    Ok(())
}

fn candidates(all: &[Scored], choices: &BTreeMap<i64, Chosen>, run: i64) -> Vec<Candidate> {
    all.iter()
        .map(|one| Candidate {
            person: one.score.person,
            chance: one.score.chance,
            last_contact: one.last_contact,
            choice: choices
                .get(&one.score.person)
                .and_then(|chosen| Choice::from_name(&chosen.choice)),
            lot: lot(run, one.score.person),
        })
        .collect()
}

/// Drawn once for a run and a person, so that a list is the same each time it is opened.
fn lot(run: i64, person: i64) -> u64 {
    let hash: [u8; 32] = Sha256::digest(format!("lot {run} {person}").as_bytes()).into();
    hash.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

fn person(actor: &Actor, one: &Scored, choices: &BTreeMap<i64, Chosen>) -> Person {
    let told: Told = serde_json::from_str(&one.score.content).unwrap_or_default();
    let reasons: Vec<_> = told.reasons.iter().map(|r| (r.origin(), r.sentence.clone())).collect();
    let ask = one.adviser.as_deref().unwrap_or(ASK);
    let reader = match actor.role {
        Role::School => Reader::School { ask },
        _ => Reader::Service,
    };
    let choice = choices
        .get(&one.score.person)
        .and_then(|chosen| Some((Choice::from_name(&chosen.choice)?, chosen.reason.clone())));
    Person {
        person: one.score.person,
        name: format!("{} {}", one.given, one.family),
        born: one.born.as_deref().and_then(|day| day.parse().ok()).map(shown).unwrap_or_default(),
        school: one.school_now.clone().unwrap_or_default(),
        locality: one
            .locality
            .clone()
            .filter(|_| sees(actor, Part::Addresses).allowed)
            .unwrap_or_default(),
        chance: one.score.chance,
        in_words: risk::words::chance(one.score.chance),
        reasons: seen_by(reader, &reasons),
        missing: told.missing,
        last_contact: one.last_contact.filter(|_| sees(actor, Part::Contacts).allowed),
        adviser: one.adviser.clone(),
        choice,
    }
}

/// How the list did on the judged year, as people say it.
fn how_true(kept: Option<&Kept>, run: &Run) -> String {
    let evidence = kept.and_then(|p| p.content.evidence.as_ref());
    let Some(evidence) = evidence else {
        return "Nobody has judged this list on a later year yet.".to_owned();
    };
    let (precision, recall) = (evidence.precision, evidence.recall);
    let (Some(precision), Some(recall)) = (precision, recall) else {
        return "Too few became NEET in the judged year to say how true the list was.".to_owned();
    };
    let by = if run.way == "points" { " The list is made by points at present." } else { "" };
    format!(
        "Of every 10 listed about {} became NEET in the year that was judged; the list found {} of \
         every 10. Most of those listed did not become NEET.{by}",
        tenths(precision),
        tenths(recall)
    )
}

fn tenths(share: f64) -> String {
    match (share * 10.0).round() as i64 {
        0 => "none".to_owned(),
        n => n.to_string(),
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
        return Err(Wrong::refused("This young person is not yours to decide about."));
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

/// One person and the list: the chances they were given, the newest first, and what was decided.
#[derive(Clone, Debug)]
pub struct OfPerson {
    pub name: String,
    pub given: Vec<Given>,
    pub choice: Option<(Choice, String)>,
}

#[derive(Clone, Debug)]
pub struct Given {
    pub run: Run,
    /// None once it has expired.
    pub words: Option<&'static str>,
    pub reasons: Vec<Why>,
    pub missing: Vec<String>,
}

/// A reason as its reader may know it.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    pub sentence: String,
    /// What it is about, in a word or two.
    pub short: String,
    /// Units: log-odds.
    pub weight: f64,
}

/// Errors: refused for somebody who is not within reach, or who gets no chance.
pub async fn of_person(ctx: &Context, actor: &Actor, id: i64) -> Result<OfPerson, Wrong> {
    may(actor, Act::ViewSupport)?;
    let mut tx = ctx.db.begin().await?;
    if people::within(&mut tx, &actor.scope, &[id]).await?.is_empty() {
        return Err(Wrong::refused("This young person is not within your reach."));
    }
    if !predictors::objecting(&mut tx, &[id]).await?.is_empty() {
        return Err(Wrong::refused("No chance is worked out for this young person."));
    }
    let loaded = people::load(&mut tx, &[id], Moment::Now).await?;
    let name = loaded.first().map(|one| one.record.particulars.full_name()).unwrap_or_default();
    let today = ctx.today();
    let advisers = store::contacts::advisers(&mut tx, id).await?;
    let ask = advisers.first().map_or(ASK, |(_, name, _)| name.as_str());
    let all = predictors::of_person(&mut tx, id).await?.into_iter().map(|(run, score)| {
        let told: Told = serde_json::from_str(&score.content).unwrap_or_default();
        let live = run.expires >= today;
        Given {
            words: live.then(|| risk::words::chance(score.chance)),
            reasons: if live { whys(actor, &told, ask) } else { Vec::new() },
            missing: if live { told.missing } else { Vec::new() },
            run,
        }
    });
    let given = all.collect();
    let choice = predictors::choices(&mut tx, today)
        .await?
        .remove(&id)
        .and_then(|chosen| Some((Choice::from_name(&chosen.choice)?, chosen.reason)));
    note(ctx, &mut tx, actor, ("chance shown", Some(id), "chance and reasons")).await?;
    tx.commit().await?;
    Ok(OfPerson { name, given, choice })
}

/// Reasons one by one; what a school may not know is one line without a weight of its own.
fn whys(actor: &Actor, told: &Told, ask: &str) -> Vec<Why> {
    let reader = match actor.role {
        Role::School => Reader::School { ask },
        _ => Reader::Service,
    };
    let label = |fact: &str| match domain::prediction::named(fact) {
        Some(feature) => feature.label.to_owned(),
        None => "points".to_owned(),
    };
    let all: Vec<_> = told.reasons.iter().map(|r| (r.origin(), r.sentence.clone())).collect();
    let of = |sentence: String| match told.reasons.iter().find(|r| r.sentence == sentence) {
        Some(said) => Why { short: short(&label(&said.fact)), weight: said.weight, sentence },
        None => Why { short: "Another service".to_owned(), weight: 0.0, sentence },
    };
    seen_by(reader, &all).into_iter().map(of).collect()
}

/// At most four words, for a bar's name.
fn short(label: &str) -> String {
    let words: Vec<&str> =
        label.split([' ', ',']).filter(|word| !word.is_empty()).take(4).collect();
    let mut text = words.join(" ");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// The list of a point as the file that a school's own system takes, the same by page and by machine:
/// whoever asks gets their own young people and the reasons they may know. None where no chance may be
/// shown. Every young person in it is audited as shown.
pub async fn file(
    ctx: &Context,
    actor: &Actor,
    point: Point,
    asked: &Asked,
) -> Result<Option<String>, Wrong> {
    list(ctx, actor, point, asked).await?.as_ref().map(csv).transpose()
}

/// A list as a table for a school's own system.
pub fn csv(list: &List) -> Result<String, Wrong> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = ["ypid", "name", "born", "school", "chance", "reasons", "not known", "last contact"];
    writer.write_record(head).map_err(refused)?;
    for one in &list.listed {
        let safe = |text: &str| match text.starts_with(['=', '+', '-', '@']) {
            true => format!("'{text}"),
            false => text.to_owned(),
        };
        let row = [
            one.person.to_string(),
            safe(&one.name),
            one.born.clone(),
            safe(&one.school),
            one.in_words.to_owned(),
            one.reasons.join("; "),
            one.missing.join("; "),
            one.last_contact.map(|day| day.to_string()).unwrap_or_default(),
        ];
        writer.write_record(row).map_err(refused)?;
    }
    let bytes = writer.into_inner().map_err(refused)?;
    String::from_utf8(bytes).map_err(refused)
}

/// Somebody on the gifted and talented register who drifts, and why.
#[derive(Clone, Debug)]
pub struct Gifted {
    pub person: i64,
    pub name: String,
    pub school: String,
    pub reasons: Vec<&'static str>,
}

/// Gifted and talented young people at risk of disengaging, as known today.
pub async fn gifted(ctx: &Context, actor: &Actor) -> Result<Vec<Gifted>, Wrong> {
    may(actor, Act::ViewSupport)?;
    let mut tx = ctx.db.begin().await?;
    let today = ctx.today();
    let ids = analysis::born(&mut tx, &actor.scope, Moment::Now, births((13, 17), today)).await?;
    let mut facts = analysis::facts(&mut tx, &ids, Moment::Now).await?;
    facts.retain(|_, facts| facts.iter().any(|f| f.field == "gifted" && f.value == "yes"));
    let objecting = predictors::objecting(&mut tx, &ids).await?;
    let ids: Vec<i64> = facts.keys().copied().filter(|id| !objecting.contains(id)).collect();
    let loaded = people::load(&mut tx, &ids, Moment::Now).await?;
    let edition = formats::reference::editions()
        .on(today)
        .ok_or_else(|| Wrong::refused("No edition of the requirement is known for today."))?;
    let covered = Default::default();
    let mut found = Vec::new();
    for one in &loaded {
        let known = Known {
            record: &one.record,
            facts: facts.get(&one.person).map_or(&[], Vec::as_slice),
            tries: &[],
            covered: &covered,
        };
        let cells = features(&known, today, edition);
        let Some(drifting) = drifting(&cells) else { continue };
        let school = FEATURES.iter().position(|feature| feature.name == "school");
        let school = school.and_then(|at| cells.get(at)?.as_name().map(str::to_owned));
        found.push(Gifted {
            person: one.person,
            name: one.record.particulars.full_name(),
            school: school.unwrap_or_default(),
            reasons: drifting.reasons,
        });
    }
    let schools: Vec<String> = found.iter().map(|one| one.school.clone()).collect();
    let names: BTreeMap<String, String> =
        organisations::names(&mut tx, &schools).await?.into_iter().collect();
    for one in &mut found {
        if let Some(name) = names.get(&one.school) {
            one.school.clone_from(name);
        }
    }
    found.sort_by(|a, b| a.school.cmp(&b.school).then_with(|| a.name.cmp(&b.name)));
    let shown: Vec<i64> = found.iter().map(|one| one.person).collect();
    note_all(ctx, &mut tx, actor, ("shown in the gifted list", &shown, "reasons")).await?;
    tx.commit().await?;
    Ok(found)
}
