//! Loading a partner's set into the analysis store: read, find whose rows they are, show, keep, take back.
//! What cannot be matched to one person for certain is counted and not kept.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Act, Actor, Purpose};
use domain::agreement::{Flow, Item};
use domain::calendar::Day;
use domain::prediction::{Fact, UNSAID};
use formats::analysis::{self, CENSUS_ROW, Line, Options, Read, Set};
use sha2::{Digest, Sha256};
use store::analysis::Load;
use store::{analysis as kept, imports};

pub use formats::analysis::SETS;
pub use store::analysis::Load as Loaded;

use super::census::Pupils;
use super::{begin, note, note_all};
use crate::accounts::hex;
use crate::context::{Context, Wrong};
use crate::permission;

/// A set as it came.
pub struct Incoming<'a> {
    pub kind: &'a str,
    /// The organisation that sent it.
    pub sender: &'a str,
    pub file_name: &'a str,
    pub bytes: &'a [u8],
    /// Our columns by name, and the file's headings for them; remembered for the sender.
    pub mapping: BTreeMap<String, String>,
    /// The first day that the set speaks of, where no row of it does; wanted where it names nobody.
    pub since: Option<Day>,
    /// The last, or that of the census.
    pub as_of: Option<Day>,
}

/// What a set would bring, or brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Told {
    /// The load's number; none where it was only looked at.
    pub load: Option<i64>,
    pub read: usize,
    pub kept: usize,
    /// Rows of nobody, or of more than one.
    pub unmatched: usize,
    /// Rows that could not be taken: row and why, the first hundred.
    pub refused: Vec<(u32, String)>,
    pub refused_count: usize,
    pub unread_columns: Vec<String>,
    pub facts: usize,
    /// The day of the census in whose table of pupils the rows were looked up, where they name one.
    pub census: Option<Day>,
}

impl Told {
    fn refuse(&mut self, row: u32, why: String) {
        self.refused_count += 1;
        if self.refused.len() < 100 {
            self.refused.push((row, why));
        }
    }
}

fn set_named(kind: &str) -> Result<&'static Set, Wrong> {
    Set::named(kind).ok_or_else(|| {
        let kinds: Vec<&str> = SETS.iter().map(|set| set.kind).collect();
        Wrong::refused(format!("No set is called {kind}; there are {}.", kinds.join(", ")))
    })
}

/// The number of nobody on the register, of whom no word is known.
const NOBODY: i64 = 0;

/// Reads a set and, with `commit`, keeps it.
///
/// Errors: refused where the kind is unknown, the sender's agreement does not cover it, the file was
/// loaded before, or it cannot be read.
pub async fn load(
    ctx: &Context,
    actor: &Actor,
    incoming: &Incoming<'_>,
    commit: bool,
) -> Result<Told, Wrong> {
    permission::may(actor, Act::Import, Purpose::Register)?;
    let set = set_named(incoming.kind)?;
    let mut tx = ctx.db.begin().await?;
    let (flows, item) = of_agreement(set.kind);
    let given = crate::agreement::of_set(ctx, &mut tx, incoming.sender, (flows, item)).await?;
    let words = crate::consents::of_partner(&mut tx, incoming.sender, ctx.today()).await?;
    let memory = format!("analysis {}", set.kind);
    let mut mapping = remembered(&mut tx, incoming.sender, &memory).await?;
    mapping.extend(incoming.mapping.clone());
    let source = called(&mut tx, incoming.sender).await?;
    let options = Options { sender: &source, mapping: mapping.clone(), as_of: incoming.as_of };
    let read = analysis::read(set, incoming.bytes, &options)
        .map_err(|refusal| Wrong::refused(refusal.sentence))?;
    let days = days(set, incoming, &read)?;
    let hash = hash(incoming, read.lines.is_empty());
    if let Some(load) = kept::by_hash(&mut tx, &hash).await?.filter(|_| commit) {
        return Err(Wrong::refused(format!("This file was loaded before, as set {load}.")));
    }
    let by_number = kept::whom(&mut tx).await?;
    let by_row = match read.lines.iter().any(|line| line.of_row.is_some()) {
        true => Some(Pupils::of(&mut tx, incoming.sender, incoming.as_of).await?),
        false => None,
    };
    // The surest number that is known decides; a number that two share decides nothing.
    let whom = |line: &Line| match (&by_row, &line.of_row) {
        (Some(pupils), Some(row)) => pupils.whose(row).into_iter().collect(),
        _ => line.keys.iter().find_map(|key| by_number.get(key).cloned()).unwrap_or_default(),
    };
    let may = |person: i64| {
        let said = words.get(&person).copied().unwrap_or_default();
        let settled = given.clone()?.for_person(said);
        (!settled.allowed()).then(|| settled.reasons.last().cloned().unwrap_or_default())
    };
    let (mut told, mut facts, shared) = matched(&read, &whom, &may);
    if let Some(day) = facts.iter().find(|(_, f)| f.field == CENSUS_ROW).map(|(_, f)| f.from) {
        super::census::refuse_second(&mut tx, incoming.sender, day).await?;
    }
    told.census = by_row.as_ref().map(|pupils| pupils.day);
    let Some((from, to)) = days.filter(|_| commit) else { return Ok(told) };
    let to = match set.silence_is_no.is_empty() {
        true => to,
        false => drawn(ctx, incoming, &facts).map_or(to, |drawn| to.max(drawn)),
    };
    let withheld = words.keys().copied().filter(|person| may(*person).is_some());
    let unsaid: BTreeSet<i64> = withheld.chain(shared).collect();
    facts.extend(silent_of(set, &unsaid, (from, to), &source));
    let change = begin(ctx, &mut tx, actor, "set loaded for analysis").await?;
    let load = as_kept(incoming, (hash, (from, to)), &told, may(NOBODY).is_none());
    let id = kept::add(&mut tx, change, &load, &facts).await?;
    let text = serde_json::to_string(&mapping).map_err(super::refused)?;
    imports::save_mapping(&mut tx, incoming.sender, &memory, &text).await?;
    let named = facts.iter().filter(|(_, fact)| fact.field != UNSAID);
    let mut people: Vec<i64> = named.map(|(person, _)| *person).collect();
    people.sort_unstable();
    people.dedup();
    let detail = format!("set {id}, {}", set.kind);
    note_all(ctx, &mut tx, actor, ("set loaded for analysis", &people, &detail)).await?;
    tx.commit().await?;
    told.load = Some(id);
    Ok(told)
}

fn as_kept(
    incoming: &Incoming<'_>,
    (file_hash, (from, to)): (String, (Day, Day)),
    told: &Told,
    silence: bool,
) -> Load {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Load {
        id: 0,
        kind: incoming.kind.to_owned(),
        sender: incoming.sender.to_owned(),
        file_name: incoming.file_name.to_owned(),
        file_hash,
        read: number(told.read),
        kept: number(told.kept),
        unmatched: number(told.unmatched),
        refused: number(told.refused_count),
        from,
        to,
        silence,
        at: String::new(),
    }
}

/// Of whom the set may not speak it is silent whether or not they are in it; of those who share a name or number
/// with somebody in it nobody can tell whom it means.
fn silent_of(
    set: &Set,
    unsaid: &BTreeSet<i64>,
    (from, to): (Day, Day),
    source: &str,
) -> Vec<(i64, Fact)> {
    let fact = |field: &str| Fact {
        field: UNSAID.to_owned(),
        value: field.to_owned(),
        from,
        to: Some(to),
        source: source.to_owned(),
        ..Fact::default()
    };
    let of = |field: &&'static str| {
        let fact = fact(field);
        unsaid.iter().map(move |person| (*person, fact.clone()))
    };
    set.silence_is_no.iter().flat_map(of).collect()
}

/// The days that a set speaks of: those of its rows, and those that are told of it. A set in which nobody is named
/// says "no" of everybody its sender would have named, and only whoever sends it knows from when to when.
///
/// Errors: refused where it names nobody, its silence would say something, and its days are not told.
fn days(set: &Set, incoming: &Incoming<'_>, read: &Read) -> Result<Option<(Day, Day)>, Wrong> {
    if let (Some(since), Some(until)) = (incoming.since, incoming.as_of)
        && since > until
    {
        return Err(Wrong::refused("The first day lies after the last."));
    }
    match (read.days, incoming.since, incoming.as_of) {
        (Some((from, to)), since, _) => Ok(Some((since.map_or(from, |since| since.min(from)), to))),
        _ if !read.lines.is_empty() || set.silence_is_no.is_empty() => Ok(None),
        (None, Some(since), Some(until)) => Ok(Some((since, until))),
        _ => Err(Wrong::refused(
            "This set names nobody. That says something of everybody else: say the first and the last day that it \
             speaks of.",
        )),
    }
}

/// By which a set is known again. One that names nobody has the same bytes every term, so it is known by its days.
fn hash(incoming: &Incoming<'_>, empty: bool) -> String {
    let mut hash = Sha256::new();
    hash.update(incoming.bytes);
    if empty {
        let Incoming { kind, sender, since, as_of, .. } = incoming;
        hash.update(format!("{kind} {sender} {since:?} {as_of:?}"));
    }
    hex(&<[u8; 32]>::from(hash.finalize()))
}

/// The day to which a set's silence about everybody else holds, that on which it was drawn: the day told,
/// or today where a period left open holds still.
fn drawn(ctx: &Context, incoming: &Incoming<'_>, facts: &[(i64, Fact)]) -> Option<Day> {
    let open = facts.iter().any(|(_, fact)| fact.to.is_none());
    incoming.as_of.or_else(|| open.then(|| ctx.today()))
}

async fn called(tx: &mut store::Tx, sender: &str) -> Result<String, Wrong> {
    let names = store::organisations::names(tx, &[sender.to_owned()]).await?;
    Ok(names.into_iter().next().map_or_else(|| sender.to_owned(), |(_, name)| name))
}

async fn remembered(
    tx: &mut store::Tx,
    sender: &str,
    memory: &str,
) -> Result<BTreeMap<String, String>, Wrong> {
    let text = imports::mapping(tx, sender, memory).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// Whose rows they are; `withheld` says why the agreement does not let a row come of somebody.
///
/// Shape: what is told of the file, the facts by person, and people of whom a row may speak without its being
/// certain which.
fn matched(
    read: &Read,
    whom: &dyn Fn(&Line) -> Vec<i64>,
    withheld: &dyn Fn(i64) -> Option<String>,
) -> (Told, Vec<(i64, Fact)>, Vec<i64>) {
    let mut told =
        Told { read: read.lines.len(), unread_columns: read.unread.clone(), ..Told::default() };
    let (mut facts, mut shared) = (Vec::new(), Vec::new());
    for line in &read.lines {
        let said = match &line.facts {
            Ok(said) => said,
            Err(why) => {
                told.refuse(line.row, why.clone());
                continue;
            }
        };
        let who = whom(line);
        let [person] = who[..] else {
            told.unmatched += 1;
            shared.extend(who);
            continue;
        };
        match withheld(person) {
            Some(why) => told.refuse(line.row, format!("left out: {why}")),
            None => {
                told.kept += 1;
                facts.extend(said.iter().map(|fact| (person, fact.clone())));
            }
        }
    }
    told.facts = facts.len();
    (told, facts, shared)
}

/// Sets that stand, the newest first.
pub async fn loads(ctx: &Context, actor: &Actor) -> Result<Vec<Load>, Wrong> {
    permission::may(actor, Act::Import, Purpose::Register)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(kept::loads(&mut tx).await?)
}

/// Takes a set back: its facts are known no more from now on, and stay in what was known before.
pub async fn take_back(ctx: &Context, actor: &Actor, load: i64) -> Result<(), Wrong> {
    permission::may(actor, Act::UndoImport, Purpose::Register)?;
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "set for analysis taken back").await?;
    if !kept::end(&mut tx, change, load).await? {
        return Err(Wrong::refused("This set does not stand any more."));
    }
    note(ctx, &mut tx, actor, ("set for analysis taken back", None, &format!("set {load}")))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// What a set is to an agreement: the flows by which it may come, its own first, and the item it is.
fn of_agreement(kind: &str) -> (&'static [Flow], Item) {
    const ROLL: &[Flow] = &[Flow::SchoolRoll, Flow::PartnerList];
    const EXAMS: &[Flow] = &[Flow::ExamResults, Flow::SchoolRoll, Flow::PartnerList];
    const PROJECTS: &[Flow] = &[Flow::Participation, Flow::PartnerList];
    const LIST: &[Flow] = &[Flow::PartnerList];
    match kind {
        "attendance" | "census-attendance" => (ROLL, Item::Sessions),
        "census" | "census-fsm" | "census-sen" => (ROLL, Item::Census),
        "suspensions" => (ROLL, Item::Suspensions),
        "exams" => (EXAMS, Item::Results),
        "ks2" => (EXAMS, Item::KeyStage2),
        "ks4" => (EXAMS, Item::KeyStage4),
        "yot" => (LIST, Item::YouthJustice),
        "fip" => (PROJECTS, Item::FamilyIntervention),
        "childrens-fund" => (PROJECTS, Item::ChildrensFund),
        _ => (LIST, Item::EarlyHelp),
    }
}
