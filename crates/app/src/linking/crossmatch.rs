//! A partner's list matched with the register, under the sharing agreement, without being imported: who is
//! on both and what differs, who is only on theirs, who is only on ours, who is doubtful. The run is kept.
//! Invariant: nothing on anybody's record changes.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{Read, Seek};
use std::sync::Arc;

use domain::access::{Act, Actor, Denial, Purpose, Scope};
use domain::agreement::{Gate, Said};
use domain::intake::{Declaration, Row};
use domain::matching::{CLAIMANT_AGES, Index, ListKind, Match, may_claim};
use domain::person::{Field, PersonRecord, Way, benefits_may_leave};
use formats::Kind;
use jiff::ToSpan;
use jiff::civil::Date;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::linking::{self, Crossmatch, CrossmatchRow};
use store::people::{self, Moment};
use store::{Tx, analysis, audit};

use super::engine::{Asked, Evidence, Likeness};
use super::side::{ASKED, Mark, asked_of, compare};
use super::weigh::Weigher;
use crate::agreement::Hand;
use crate::context::{Context, Wrong, evenly_spaced};
use crate::imports::{Options, Providers, Reader};
use crate::permission::may;

/// A list to be matched.
pub struct List<'a> {
    pub kind: ListKind,
    /// Who sent it: the name, id or number of an organisation.
    pub sender: &'a str,
    pub title: &'a str,
    /// What for, in the asker's words; kept with the run.
    pub purpose: &'a str,
    pub file_name: &'a str,
    pub file: File,
}

/// Rows and people by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub found: i64,
    pub differs: i64,
    pub doubtful: i64,
    pub theirs: i64,
    pub ours: i64,
    pub refused: i64,
}

/// Where the lines of our own people begin, beyond any line of a file.
const OURS: i64 = 1_000_000_000;

/// A difference between their row and our record: what, ours, theirs.
pub type Difference = (String, String, String);

/// Matches a list and keeps the run; its number and what it came to.
pub async fn crossmatch(
    ctx: &Context,
    actor: &Actor,
    reader: &Reader,
    mut list: List<'_>,
) -> Result<(i64, Tally), Wrong> {
    allowed(actor, list.kind)?;
    if list.purpose.trim().is_empty() {
        return Err(Wrong::refused("Say what the list is matched for."));
    }
    let hash = hash(&mut list.file)?;
    let (sender, gate) = gated(ctx, &list).await?;
    let mut tx = ctx.db.begin_read().await?;
    let file = Arc::new(list.file);
    // The list and the register are read beside each other.
    let (rows, (index, weigher)) = tokio::try_join!(
        crate::imports::read_rows(reader, Kind::Roll, file, Options::default()),
        Weigher::load(&mut tx, &sender),
    )?;
    let providers = Providers::load(&mut tx).await?;
    let words = crate::consents::of_partner(&mut tx, &sender, ctx.today()).await?;
    let mut matcher = Matcher { gate, words, index, weigher, providers, sender: sender.clone() };
    let aimed = matcher.all(rows);
    let mut rows = settle(ctx, &mut tx, list.kind, aimed).await?;
    let title = called(&mut tx, (list.kind, &sender), list.title).await?;
    let before = linking::settled_before(&mut tx, (list.kind.name(), &sender, &title)).await?;
    super::lists::carry_settled(&mut rows, &before);
    drop(tx);
    let tally = count(&rows);
    let run = Crossmatch {
        kind: list.kind.name().to_owned(),
        title,
        sender,
        purpose: list.purpose.trim().to_owned(),
        file_name: list.file_name.to_owned(),
        file_hash: hash,
        at: ctx.now(),
        account: actor.account_id(),
        counts: json(&tally)?,
        ..Crossmatch::default()
    };
    let mut tx = ctx.db.begin().await?;
    matcher.weigher.keep(&mut tx, &run.at).await?;
    let id = linking::keep_crossmatch(&mut tx, &run, &rows).await?;
    let seen: Vec<i64> = rows.iter().filter_map(|r| r.person).collect();
    let entry = audit::Entry {
        at: &run.at,
        account: run.account,
        act: "matched with a partner's list",
        person: None,
        // What was typed as its purpose stays with the list of that number.
        purpose: "who is who",
        detail: &format!("list {id}, {}", run.kind),
    };
    audit::write_many(&mut tx, &entry, &seen).await?;
    tx.commit().await?;
    Ok((id, tally))
}

/// What a list is called: as the sender's list of this kind was before, however the name is cased or spaced now, so
/// that it stays one list.
async fn called(
    tx: &mut Tx,
    (kind, sender): (ListKind, &str),
    title: &str,
) -> Result<String, Wrong> {
    let title = evenly_spaced(title);
    let same = |one: &String| evenly_spaced(one).to_lowercase() == title.to_lowercase();
    let before = linking::crossmatch_titles(tx, (kind.name(), sender)).await?;
    Ok(before.into_iter().find(same).unwrap_or(title))
}

/// The sender, and what of the list its agreements let anybody look at, whoever brings it.
///
/// Errors: refused without an agreement that covers such a list; the council's own need none.
async fn gated(ctx: &Context, list: &List<'_>) -> Result<(String, Gate), Wrong> {
    // Names are told apart as at an import, which would make an unknown one known. No agreement names
    // such a one, so it is refused, and nothing of it stays.
    let mut tx = ctx.db.begin().await?;
    let sender = crate::imports::sender(&mut tx, list.sender).await?;
    let flows = [list.kind.flow()];
    let gate = crate::agreement::gate_of(ctx, &mut tx, (&sender, Hand::Sender), &flows).await?;
    Ok((sender, gate))
}

pub(super) fn allowed(actor: &Actor, kind: ListKind) -> Result<(), Wrong> {
    may(actor, Act::DecideIdentity, Purpose::Register)?;
    match kind.restricted() && !actor.scope.restricted {
        true => {
            let only = "That list is for those who may see restricted records.";
            Err(Wrong::denied(Denial::said(only)))
        }
        false => Ok(()),
    }
}

fn hash(file: &mut File) -> Result<String, Wrong> {
    let broken = |e: std::io::Error| Wrong::Failed(format!("the list cannot be read: {e}"));
    let (mut hash, mut part) = (Sha256::new(), vec![0; 64 * 1024]);
    file.rewind().map_err(broken)?;
    loop {
        match file.read(&mut part).map_err(broken)? {
            0 => break,
            read => hash.update(part.get(..read).unwrap_or_default()),
        }
    }
    file.rewind().map_err(broken)?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What is needed to say whom a row speaks of.
struct Matcher {
    gate: Gate,
    /// What people said about sharing with the sender.
    words: BTreeMap<i64, Said>,
    index: Index,
    weigher: Weigher,
    providers: Providers,
    sender: String,
}

/// A row with whom it speaks of, or why it could not be read.
struct Aimed {
    line: i64,
    said: Asked,
    found: Result<(Match, Vec<Likeness>), String>,
    /// Something was left out that may come only with consent.
    withheld: bool,
}

/// What is said of a row that nobody may look at while no consent stands.
const WITHHELD: &str = "not shown: it may come only with consent";

impl Matcher {
    fn all(&mut self, rows: Vec<Row>) -> Vec<Aimed> {
        let mut asked: Vec<(Box<Declaration>, Asked)> = Vec::with_capacity(rows.len());
        let mut aimed: Vec<Aimed> = Vec::new();
        for row in rows {
            match row {
                Row::Person(mut said) => {
                    self.gate.columns(&mut said);
                    self.providers.resolve(&mut said, &self.sender);
                    let own = self.asked(&said);
                    asked.push((said, own));
                }
                Row::Refused(r) => aimed.push(Aimed {
                    line: i64::from(r.row),
                    said: Asked::default(),
                    found: Err(r.reason),
                    withheld: false,
                }),
            }
        }
        self.weigher.meet(asked.iter().map(|(_, asked)| asked));
        let by_rules =
            |(said, own): &(Box<Declaration>, Asked)| self.weigher.by_rules(&self.index, said, own);
        let rules: Vec<Match> = asked.par_iter().map(by_rules).collect();
        let open: Vec<bool> = rules
            .par_iter()
            .zip(&asked)
            .map(|(rule, (said, own))| {
                !matches!(rule, Match::Same { .. })
                    && !self.index.has_number(said, &self.weigher.not(own))
            })
            .collect();
        let questions: Vec<&Asked> =
            asked.iter().zip(&open).filter(|(_, open)| **open).map(|((_, own), _)| own).collect();
        let mut answers = self.weigher.weigh(&questions).into_iter();
        let mut seen: HashMap<i64, u32> = HashMap::new();
        for ((rule, open), (said, own)) in rules.into_iter().zip(open).zip(asked) {
            let weighed = if open { answers.next().flatten() } else { None };
            let found = match weighed {
                Some(found) => (found.verdict, found.likenesses),
                None => (rule, Vec::new()),
            };
            let found = self.once(found, &own, said.row, &mut seen);
            aimed.push(self.shown(said, found));
        }
        aimed
    }

    /// A list holds each person once: a second row of the same person is somebody's question, unless
    /// somebody has answered it.
    fn once(
        &mut self,
        found: (Match, Vec<Likeness>),
        own: &Asked,
        row: u32,
        seen: &mut HashMap<i64, u32>,
    ) -> (Match, Vec<Likeness>) {
        let Match::Same { person, .. } = found.0 else { return found };
        match seen.get(&person) {
            Some(first) if self.weigher.remembered(own).is_none() => {
                let reason = format!("row {first} of this list speaks of the same person");
                let candidates = vec![person];
                (Match::Review { candidates, reason }, self.weigher.beside(own, &[person]))
            }
            _ => {
                seen.entry(person).or_insert(row);
                found
            }
        }
    }

    fn asked(&self, said: &Declaration) -> Asked {
        let school = said.particulars.get(Field::School).and_then(|id| self.providers.find(id));
        Asked::of(said, school.map_or("", |school| school.name.as_str()))
    }

    /// A row as it may be kept: whose word counts is known only once it is known who they are, and of
    /// somebody nobody can name no word is known.
    fn shown(&mut self, mut said: Box<Declaration>, found: (Match, Vec<Likeness>)) -> Aimed {
        let word = match &found.0 {
            Match::Same { person, .. } => self.words.get(person).copied().unwrap_or_default(),
            Match::New { .. } | Match::Review { .. } => Said::default(),
        };
        let withheld = self.gate.person(&mut said, word);
        Aimed { line: i64::from(said.row), said: self.asked(&said), found: Ok(found), withheld }
    }
}

/// Rows with their outcome, and our own people who are not on the list.
async fn settle(
    ctx: &Context,
    tx: &mut Tx,
    kind: ListKind,
    mut aimed: Vec<Aimed>,
) -> Result<Vec<CrossmatchRow>, Wrong> {
    // Whose use is stopped is in no list: their row reads as of somebody whom nobody here knows.
    let stopped = store::rights::stopped(tx).await?;
    for (found, likenesses) in aimed.iter_mut().filter_map(|one| one.found.as_mut().ok()) {
        *found = found.clone().without(&stopped);
        likenesses.retain(|likeness| !stopped.contains(&likeness.person));
    }
    let mut people: Vec<i64> = aimed
        .iter()
        .filter_map(|one| match &one.found {
            Ok((Match::Same { person, .. }, _)) => Some(*person),
            _ => None,
        })
        .collect();
    people.sort_unstable();
    people.dedup();
    let fields: Vec<Field> = ASKED.into_iter().chain([Field::ProtectedAddress]).collect();
    let known = people::load_compared(tx, &people, &fields).await?;
    let mut perhaps: HashSet<i64> = people.iter().copied().collect();
    for one in &aimed {
        if let Ok((Match::Review { candidates, .. }, _)) = &one.found {
            perhaps.extend(candidates);
        }
    }
    let today = ctx.today();
    let kept = |one: Aimed| kept((kind, today), one, &known);
    let mut rows = aimed.into_par_iter().map(kept).collect::<Result<Vec<_>, Wrong>>()?;
    let expected = expected(tx, kind, ctx.today()).await?.into_iter();
    let ours = expected.filter(|person| !perhaps.contains(person) && !stopped.contains(person));
    rows.extend((OURS..).zip(ours).map(|(line, person)| CrossmatchRow {
        line,
        outcome: "ours".to_owned(),
        person: Some(person),
        said: "{}".to_owned(),
        differs: "[]".to_owned(),
        ..CrossmatchRow::default()
    }));
    Ok(rows)
}

/// A row as it is kept.
fn kept(
    (kind, today): (ListKind, Date),
    one: Aimed,
    known: &HashMap<i64, PersonRecord>,
) -> Result<CrossmatchRow, Wrong> {
    let row = |outcome: &str, differs: &[Difference]| {
        Ok::<_, Wrong>(CrossmatchRow {
            line: one.line,
            outcome: outcome.to_owned(),
            said: json(&one.said)?,
            differs: json(differs)?,
            ..CrossmatchRow::default()
        })
    };
    let why = |reason: &str| [(reason.to_owned(), String::new(), String::new())];
    match one.found {
        Err(reason) => row("refused", &why(&reason)),
        // Nobody is named by what is left, and whose row it is may not be kept.
        Ok(_) if one.withheld && one.said.names_nobody() => row("refused", &why(WITHHELD)),
        Ok((Match::New { .. }, _)) => row("theirs", &[]),
        // What it was compared by is not shown to anybody either while nobody has agreed.
        Ok((Match::Review { .. }, _)) if one.withheld => row("doubtful", &why(WITHHELD)),
        Ok((Match::Review { candidates, reason }, likenesses)) => {
            let kept = row("doubtful", &why(&reason))?;
            let evidence = Evidence { asked: one.said, likenesses, candidates };
            Ok(CrossmatchRow { evidence: json(&evidence)?, ..kept })
        }
        Ok((Match::Same { person, .. }, _)) => {
            let found = known.get(&person);
            let differs = found.map(|record| differences((kind, today), &one.said, record));
            let differs = differs.unwrap_or_default();
            let outcome = if differs.is_empty() { "found" } else { "differs" };
            Ok(CrossmatchRow { person: Some(person), ..row(outcome, &differs)? })
        }
    }
}

/// What their row says otherwise than our record, or beyond it; a protected address is left aside.
pub(super) fn differences(
    (kind, today): (ListKind, Date),
    said: &Asked,
    record: &PersonRecord,
) -> Vec<Difference> {
    let mut record = Cow::Borrowed(record);
    if !record.benefits.is_empty() && !benefits_may_leave(Way::ComparedList).allowed {
        record.to_mut().without_benefits();
    }
    let ours = asked_of(&record, today);
    let protected = record.particulars.is_yes(Field::ProtectedAddress);
    let mut all: Vec<Difference> = compare(&ours, said)
        .into_iter()
        .filter(|line| line.field != "School" && !(protected && line.field == "Postcode"))
        .filter(|line| line.mark != Mark::Same && !line.right.is_empty())
        .map(|line| (line.field.to_owned(), line.left, line.right))
        .collect();
    if let Some(code) = kind.characteristic()
        && !record.characteristics_on(today).contains(&code)
    {
        all.push(("Characteristic".to_owned(), String::new(), format!("{code}, {}", kind.label())));
    }
    all
}

/// Whom of ours the list should hold: everybody for a population, those with its characteristic for
/// others, those whom a school's census calls gifted, and those who seek work at the Jobcentre's ages.
async fn expected(tx: &mut Tx, kind: ListKind, today: Date) -> Result<Vec<i64>, Wrong> {
    match (kind, kind.characteristic()) {
        (_, Some(code)) => Ok(linking::with_characteristic(tx, code).await?),
        (ListKind::Population, _) => Ok(people::all_ids(tx, Moment::Now).await?),
        (ListKind::Gifted, _) => Ok(analysis::holding(tx, "gifted", "yes").await?),
        (ListKind::Claimants, _) => {
            let Some(edition) = formats::reference::editions().on(today) else {
                return Ok(Vec::new());
            };
            let (youngest, oldest) = (*CLAIMANT_AGES.start(), *CLAIMANT_AGES.end() + 1);
            let born = (today - i32::from(oldest).years(), today - i32::from(youngest).years());
            let ids = analysis::born(tx, &Scope::everyone(), Moment::Now, born).await?;
            let loaded = people::load(tx, &ids, Moment::Now).await?;
            let seeking = loaded.into_iter().filter(|l| may_claim(&l.record, edition, today));
            Ok(seeking.map(|l| l.person).collect())
        }
        _ => Ok(Vec::new()),
    }
}

fn count(rows: &[CrossmatchRow]) -> Tally {
    let mut tally = Tally::default();
    for row in rows {
        tally.add(&row.outcome, 1);
    }
    tally
}

impl Tally {
    pub(super) fn add(&mut self, outcome: &str, rows: i64) {
        let slot = match outcome {
            "found" => &mut self.found,
            "differs" => &mut self.differs,
            "doubtful" => &mut self.doubtful,
            "theirs" => &mut self.theirs,
            "ours" => &mut self.ours,
            _ => &mut self.refused,
        };
        *slot += rows;
    }
}

pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Wrong> {
    serde_json::to_string(value).map_err(|e| Wrong::Failed(e.to_string()))
}
