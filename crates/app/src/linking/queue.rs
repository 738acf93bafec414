//! What waits for a person: rows of files and pairs of the register that the engine cannot settle, the
//! most doubtful first, since deciding those teaches most. Invariant: nobody meets a record here that
//! they may not open, and what was answered is not asked again until one of the two says something else.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::str::FromStr;

use domain::access::Actor;
use domain::matching::ListKind;
use store::linking::{self, Decided, OpenListRow, OpenRow};
use store::people::{self, Moment};
use store::{Tx, imports, organisations};

use super::doubles::told;
use super::engine::{Asked, Evidence};
use super::memory::{Memory, PAIR, Remembered, Verdict, print};
use super::side::asked_of;
use crate::context::{Context, Wrong};

/// What is compared: a row of a file, or two people of the register (the lower number first).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Row {
        import: i64,
        line: i64,
    },
    /// A row of a list that is matched and not imported.
    List {
        run: i64,
        line: i64,
    },
    Pair {
        a: i64,
        b: i64,
    },
}

impl Key {
    /// Whom a decision behind this key is about, beside `person` the other of two records.
    pub(super) fn people(self, person: i64) -> Vec<i64> {
        first_of(self).into_iter().chain([person]).collect()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Row { import, line } => write!(f, "row-{import}-{line}"),
            Key::List { run, line } => write!(f, "list-{run}-{line}"),
            Key::Pair { a, b } => write!(f, "pair-{a}-{b}"),
        }
    }
}

impl FromStr for Key {
    type Err = ();

    fn from_str(text: &str) -> Result<Key, ()> {
        let mut parts = text.split('-');
        let kind = parts.next().ok_or(())?;
        let mut number = || parts.next().and_then(|n| n.parse::<i64>().ok()).ok_or(());
        let (first, second) = (number()?, number()?);
        match kind {
            "row" => Ok(Key::Row { import: first, line: second }),
            "list" => Ok(Key::List { run: first, line: second }),
            "pair" if first < second => Ok(Key::Pair { a: first, b: second }),
            _ => Err(()),
        }
    }
}

/// One question.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    pub key: Key,
    /// Who on the register is asked about.
    pub person: i64,
    /// Others whom the row may speak of.
    pub rest: usize,
    pub probability: Option<f64>,
    pub from: String,
}

/// How the council's decisions go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    pub same: i64,
    pub different: i64,
    pub later: i64,
    /// Of decisions that the engine had weighed: how many there are, and how many went as it leaned.
    pub weighed: usize,
    pub as_it_leaned: usize,
    /// What shares of rows must be right: of those that go through, and of those taken for new people.
    pub wanted: [f64; 2],
    /// From where up a row goes through by itself, and below what it is somebody new.
    pub lines: (f64, f64),
    /// Decisions that moved how partners' lists are read.
    pub taught: i64,
}

/// Everything that waits, as one person sees it.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    pub waiting: Vec<Waiting>,
    /// Questions about records that this reader may not open.
    pub hidden: usize,
    /// Decisions that wait for a second person.
    pub pending: Vec<Decided>,
    /// Files with decided rows that wait to be applied: number, name, rows.
    pub files: Vec<(i64, String, i64)>,
    /// Files with rows that wait for another answer than who it is: number, name, rows.
    pub other: Vec<(i64, String, i64)>,
    pub figures: Figures,
}

/// Rows that are looked through at once.
pub(super) const MOST: i64 = 5_000;
/// Before every row of every file and list.
pub(super) const FIRST: (i64, i64) = (0, 0);

/// What waits for this reader, the most doubtful first.
pub async fn queue(ctx: &Context, actor: &Actor) -> Result<Queue, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let memory = Memory::load(&mut tx).await?;
    let mut pending = linking::pending(&mut tx).await?;
    let asked = Answered::load(ctx, &mut tx, &memory, &pending).await?;
    let names: HashMap<String, String> =
        organisations::all(&mut tx).await?.into_iter().map(|o| (o.id, o.name)).collect();
    let rows = linking::open_rows(&mut tx, FIRST, MOST).await?;
    let mut questions: Vec<Waiting> =
        rows.iter().filter_map(|row| of_row(row, &memory, &asked, &names)).collect();
    for row in linking::open_list_rows(&mut tx, FIRST, MOST).await? {
        questions.extend(of_list(&row, actor, (&memory, &asked), &names));
    }
    let pairs = linking::pairs(&mut tx).await?;
    for pair in told(&mut tx, pairs).await? {
        let (side, key) = (side_of(pair.a), Key::Pair { a: pair.a, b: pair.b });
        if !asked.holds(&side, pair.b) {
            let probability = Some(pair.probability);
            let from = "entered twice?".to_owned();
            questions.push(Waiting { key, person: pair.b, rest: 0, probability, from });
        }
    }
    let open = reached(&mut tx, actor, &questions).await?;
    let ids: Vec<i64> = pending.iter().flat_map(|d| about(d, &memory)).collect();
    let mine = people::within(&mut tx, &actor.scope, &ids).await?;
    pending.retain(|d| about(d, &memory).iter().all(|person| mine.contains(person)));
    let all = questions.len();
    questions
        .retain(|q| open.contains(&q.person) && first_of(q.key).is_none_or(|a| open.contains(&a)));
    let doubt = |q: &Waiting| q.probability.map_or(1.0, |p| (p - 0.5).abs());
    questions.sort_by(|x, y| doubt(x).total_cmp(&doubt(y)).then(x.key.cmp(&y.key)));
    Ok(Queue {
        hidden: all - questions.len(),
        waiting: questions,
        pending,
        files: linking::decided_files(&mut tx).await?,
        other: imports::held_of_files(&mut tx).await?,
        figures: figures(&mut tx, &memory).await?,
    })
}

/// How the other person of a pair is written down as the side of a decision.
pub(super) fn side_of(person: i64) -> String {
    format!("{PAIR}{person}")
}

/// The other person, where a side is one.
fn other_of(side: &str) -> Option<i64> {
    side.strip_prefix(PAIR)?.parse().ok()
}

/// The rows of a file whose decision waits for a second person.
pub async fn waiting_rows(ctx: &Context, import: i64) -> Result<HashSet<i64>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let pending = linking::pending(&mut tx).await?;
    let line = |decided: &Decided| match decided.origin.parse() {
        Ok(Key::Row { import: of, line }) if of == import => Some(line),
        _ => None,
    };
    Ok(pending.iter().filter_map(line).collect())
}

/// Whom a decision is about, as their records stand now.
pub(super) fn about(decided: &Decided, memory: &Memory) -> Vec<i64> {
    match decided.origin.parse::<Key>() {
        Ok(key) => memory.all_now(&key.people(decided.person)),
        Err(()) => vec![memory.now(decided.person)],
    }
}

fn first_of(key: Key) -> Option<i64> {
    match key {
        Key::Pair { a, .. } => Some(a),
        Key::Row { .. } | Key::List { .. } => None,
    }
}

async fn reached(tx: &mut Tx, actor: &Actor, questions: &[Waiting]) -> Result<HashSet<i64>, Wrong> {
    let ids = questions.iter().flat_map(|q| [Some(q.person), first_of(q.key)]).flatten();
    let ids = each_once(ids.collect());
    Ok(people::within(tx, &actor.scope, &ids).await?.into_iter().collect())
}

pub(super) fn each_once(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn of_row(
    row: &OpenRow,
    memory: &Memory,
    asked: &Answered,
    names: &HashMap<String, String>,
) -> Option<Waiting> {
    let kept = evidence(&row.evidence, memory);
    let side = print(&kept.asked, &row.sender);
    let mut left: Vec<i64> = memory.all_now(&row.candidates);
    left.retain(|person| !asked.holds(&side, *person));
    let person = *left.first()?;
    let likeness = kept.likenesses.iter().find(|l| l.person == person);
    Some(Waiting {
        key: Key::Row { import: row.import, line: row.line },
        person,
        rest: left.len() - 1,
        probability: likeness.map(|l| l.probability),
        from: names.get(&row.sender).cloned().unwrap_or_else(|| row.sender.clone()),
    })
}

fn of_list(
    (run, line, evidence, sender, kind): &OpenListRow,
    actor: &Actor,
    (memory, asked): (&Memory, &Answered),
    names: &HashMap<String, String>,
) -> Option<Waiting> {
    let kind = ListKind::from_name(kind).unwrap_or(ListKind::Other);
    let kept: Evidence = serde_json::from_str(evidence).unwrap_or_default();
    let row = OpenRow {
        import: *run,
        line: *line,
        candidates: kept.candidates,
        evidence: evidence.clone(),
        sender: sender.clone(),
    };
    let waiting = of_row(&row, memory, asked, names)?;
    let key = Key::List { run: *run, line: *line };
    super::crossmatch::allowed(actor, kind).ok().map(|()| Waiting { key, ..waiting })
}

/// What was kept of a row, about the records that its candidates' numbers stand for now.
fn evidence(kept: &str, memory: &Memory) -> Evidence {
    let mut kept: Evidence = serde_json::from_str(kept).unwrap_or_default();
    kept.candidates = memory.all_now(&kept.candidates);
    kept.likenesses.iter_mut().for_each(|one| one.person = memory.now(one.person));
    kept
}

/// Questions that have an answer, or are with a second person.
struct Answered(HashSet<(String, i64)>);

impl Answered {
    async fn load(
        ctx: &Context,
        tx: &mut Tx,
        memory: &Memory,
        pending: &[Decided],
    ) -> Result<Answered, Wrong> {
        let mut answered: HashSet<(String, i64)> =
            pending.iter().map(|d| (d.side.clone(), memory.now(d.person))).collect();
        let mut later: Vec<(&String, Option<i64>, &Remembered)> = Vec::new();
        for (side, decided) in memory.all() {
            match decided.verdict {
                Verdict::LaterAgain => later.push((side, other_of(side), decided)),
                Verdict::Same | Verdict::Different => {
                    answered.insert((side.clone(), decided.person));
                }
            }
        }
        let ids = later.iter().flat_map(|(_, other, decided)| [Some(decided.person), *other]);
        let ids: Vec<i64> = ids.flatten().collect();
        let now: HashMap<i64, String> = people::load(tx, &each_once(ids), Moment::Now)
            .await?
            .into_iter()
            .map(|l| (l.person, print(&asked_of(&l.record, ctx.today()), "")))
            .collect();
        for (side, other, decided) in later {
            let as_then = now.get(&decided.person) == Some(&decided.known);
            // Of two records of the register either may have changed; a row says what it said.
            let said = || print(&decided.said, "");
            if as_then && other.is_none_or(|other| now.get(&other) == Some(&said())) {
                answered.insert((side.clone(), decided.person));
            }
        }
        Ok(Answered(answered))
    }

    fn holds(&self, side: &str, person: i64) -> bool {
        self.0.contains(&(side.to_owned(), person))
    }
}

async fn figures(tx: &mut Tx, memory: &Memory) -> Result<Figures, Wrong> {
    let counts: HashMap<String, i64> = linking::counts(tx).await?.into_iter().collect();
    let count = |verdict: Verdict| counts.get(verdict.name()).copied().unwrap_or(0);
    let weighed = memory.scored();
    let lines = super::weigh::lines(tx, memory).await?;
    Ok(Figures {
        wanted: super::weigh::wanted(tx).await?,
        lines: (lines.sure, lines.new),
        taught: linking::taught(tx).await?,
        same: count(Verdict::Same),
        different: count(Verdict::Different),
        later: count(Verdict::LaterAgain),
        weighed: weighed.len(),
        as_it_leaned: weighed.iter().filter(|(p, same)| (*p >= 0.5) == *same).count(),
    })
}

/// What a question is about, as the journeys of deciding need it.
pub(super) struct Question {
    pub asked: Asked,
    pub sender: String,
    pub side: String,
    pub candidates: Vec<i64>,
    pub evidence: Evidence,
}

/// The open question behind a key; refused where nobody waits for an answer.
pub(super) async fn question(ctx: &Context, tx: &mut Tx, key: Key) -> Result<Question, Wrong> {
    let over = || Wrong::refused("That question is not open any more.");
    let memory = Memory::load(tx).await?;
    match key {
        Key::Row { import, line } => {
            let found = linking::open_row(tx, import, line).await?.ok_or_else(over)?;
            let evidence = evidence(&found.evidence, &memory);
            Ok(Question {
                asked: evidence.asked.clone(),
                side: print(&evidence.asked, &found.sender),
                sender: found.sender,
                candidates: memory.all_now(&found.candidates),
                evidence,
            })
        }
        Key::List { run, line } => {
            let found = linking::crossmatch(tx, run).await?.ok_or_else(over)?;
            let row = linking::crossmatch_row(tx, run, line).await?;
            let row = row.filter(|row| row.outcome == "doubtful").ok_or_else(over)?;
            let evidence = evidence(&row.evidence, &memory);
            Ok(Question {
                asked: evidence.asked.clone(),
                side: print(&evidence.asked, &found.sender),
                sender: found.sender,
                candidates: evidence.candidates.clone(),
                evidence,
            })
        }
        Key::Pair { a, b } => {
            let found = linking::pair(tx, a, b).await?.ok_or_else(over)?;
            let found = told(tx, vec![found]).await?.pop().ok_or_else(over)?;
            let loaded = people::load(tx, &[a], Moment::Now).await?;
            let first = loaded.first().filter(|l| l.exists()).ok_or_else(over)?;
            let asked = asked_of(&first.record, ctx.today());
            let likenesses = serde_json::from_str(&found.evidence).into_iter().collect();
            Ok(Question {
                asked: asked.clone(),
                sender: String::new(),
                side: side_of(a),
                candidates: vec![b],
                evidence: Evidence { asked, likenesses, candidates: Vec::new() },
            })
        }
    }
}
