//! Rows that no identifier settles, weighed against the register. The engine learns the sender's habits
//! from the first rows of a large file, from what people decided before, or brings what it learned last
//! time. Invariant: the same register, file and decisions give the same answers, in a dry run and in the
//! real one.

use std::collections::HashMap;

use domain::access::{Act, Actor, Purpose};
use domain::intake::Declaration;
use domain::matching::{self, Index, Lines, Match, Settled, new_line, settle, sure_line};
use linkage::{Answer, Effort, Linker, Model, Table};
use rayon::prelude::*;
use store::linking::{self, Learned};
use store::whole::each_identity;
use store::{Tx, audit, organisations};

use super::engine::{Asked, Engine, Entries, FEWEST_PEOPLE, Likeness};
use super::memory::{Memory, Remembered, Verdict};
use crate::context::{Context, Wrong};
use crate::permission::may;

/// Fewer rows teach nothing by themselves that was not known.
const FEWEST_ROWS: usize = 500;
/// Where the council sets what share of automatic links must be right, and of rows taken for new people.
const SETTINGS: [&str; 2] = ["linkage_precision", "linkage_new_precision"];

/// What shares of rows must be right, as the council set them.
pub(super) async fn wanted(tx: &mut Tx) -> Result<[f64; 2], Wrong> {
    let mut wanted = matching::WANTED;
    for (slot, name) in wanted.iter_mut().zip(SETTINGS) {
        let set = organisations::setting(tx, name).await?.and_then(|text| text.parse().ok());
        *slot = set.unwrap_or(*slot);
    }
    Ok(wanted)
}

/// Sets what shares of rows must be right, in per cent as typed: of those that go through by themselves,
/// and of those taken for new people. From the next file on the lines follow.
pub async fn set_wanted(ctx: &Context, actor: &Actor, percents: [&str; 2]) -> Result<(), Wrong> {
    may(actor, Act::DecideIdentity, Purpose::Register)?;
    let mut tx = ctx.db.begin().await?;
    let mut set = Vec::new();
    for (name, percent) in SETTINGS.iter().zip(percents) {
        let share = matching::wanted(percent).map_err(Wrong::refused)?;
        organisations::set(&mut tx, name, &share.to_string()).await?;
        set.push(format!("{name} {share}"));
    }
    let entry = audit::Entry {
        at: &ctx.now(),
        account: actor.account_id(),
        act: "lines of who is who set",
        person: None,
        purpose: "who is who",
        detail: &set.join(", "),
    };
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// The lines as the council's own decisions set them.
pub(super) async fn lines(tx: &mut Tx, memory: &Memory) -> Result<Lines, Wrong> {
    let [sure, new] = wanted(tx).await?;
    let scored = memory.scored();
    Ok(Lines { sure: sure_line(sure, &scored), new: new_line(new, &scored) })
}

/// What was found of one row.
#[derive(Clone, Debug)]
pub struct Found {
    pub verdict: Match,
    /// The candidates with their reasons, where a person has to look.
    pub likenesses: Vec<Likeness>,
}

/// The engine at work on one sender's file. It is made when the first row is open: a file whose numbers
/// settle every row does not pay for it, but where its sender waits for the answer.
pub struct Weigher {
    /// Everybody, until then; nobody, where the register is too small to weigh.
    entries: Option<Entries>,
    ready: Option<(Engine, Model)>,
    /// The file's first rows, which tell of its sender's habits.
    first: Option<Table>,
    kept: Option<Learned>,
    memory: Memory,
    sender: String,
    lines: Lines,
    /// Whether the engine is made though no row is open.
    always: bool,
    /// What this file taught, to be kept once it is applied.
    taught: Option<(usize, usize)>,
}

impl Weigher {
    /// Reads the register once, for matching by numbers and exact names and for weighing; and what was
    /// learned and decided.
    pub async fn load(tx: &mut Tx, sender: &str) -> Result<(Index, Weigher), Wrong> {
        let (mut index, mut entries) = (Index::default(), Entries::default());
        each_identity(tx, |one| {
            index.add(one.known());
            entries.add(&one);
        })
        .await?;
        let memory = Memory::load(tx).await?;
        for (ypid, person) in linking::aliases(tx).await? {
            index.also(ypid, memory.now(person));
        }
        let weigher = Weigher {
            entries: (entries.len() >= FEWEST_PEOPLE).then_some(entries),
            ready: None,
            first: None,
            kept: linking::model_for(tx, sender).await?,
            lines: lines(tx, &memory).await?,
            memory,
            sender: sender.to_owned(),
            always: false,
            taught: None,
        };
        Ok((index, weigher))
    }

    /// Whether somebody stood in the register when it was read; everybody, where it is too small to weigh.
    pub fn knows(&self, person: i64) -> bool {
        match (&self.entries, &self.ready) {
            (Some(entries), _) => entries.knows(person),
            (None, Some((engine, _))) => engine.knows(person),
            (None, None) => person > 0,
        }
    }

    /// What a person decided of a row that said exactly this; `None` where nobody did.
    pub fn remembered(&self, asked: &Asked) -> Option<Match> {
        remembered(&self.memory.of_asked(asked, &self.sender))
    }

    /// Of whom a person decided that a row which said exactly this does not speak.
    pub fn not(&self, asked: &Asked) -> Vec<i64> {
        ruled_out(&self.memory.of_asked(asked, &self.sender))
    }

    /// Whom a row speaks of by what people decided, and then by identifiers and names.
    pub fn by_rules(&self, index: &Index, said: &Declaration, asked: &Asked) -> Match {
        let decided = self.memory.of_asked(asked, &self.sender);
        remembered(&decided).unwrap_or_else(|| index.decide_but(said, &ruled_out(&decided)))
    }

    /// Of a row that is somebody new: who they are, where the same row of another file has made them meanwhile.
    pub fn made_since(&self, index: &Index, said: &Declaration, asked: &Asked) -> Option<Match> {
        let not = self.not(asked);
        // Where nobody was ruled out, whoever is found was there when somebody said that it is nobody.
        let found = (!not.is_empty()).then(|| index.decide_but(said, &not))?;
        matches!(found, Match::Same { .. }).then_some(found)
    }

    /// Whose record a number stands for now, where records were merged.
    pub fn now(&self, person: i64) -> i64 {
        self.memory.now(person)
    }

    /// Meets the first rows of a file, which tell of its sender's habits. Later calls change nothing.
    pub fn meet<'a>(&mut self, rows: impl Iterator<Item = &'a Asked>) {
        if self.entries.is_none() || self.first.is_some() {
            return;
        }
        let mut table = Table::default();
        rows.for_each(|asked| table.push(&asked.person("row", &self.sender)));
        self.first = Some(table);
    }

    /// Has the engine made whatever the rows say: how long a check takes would otherwise tell its sender
    /// whether the register knows a number.
    pub fn always(&mut self) {
        self.always = true;
    }

    /// Makes the engine and teaches it, once.
    fn make_ready(&mut self) {
        if let Some(entries) = self.entries.take() {
            let engine = entries.ready();
            let model = self.learn(&engine);
            self.ready = Some((engine, model));
        }
    }

    /// What the first rows and the decisions on earlier ones teach. Of few rows only decisions do, where there
    /// are enough; otherwise it is what was kept of this sender, or what is believed of every list.
    fn learn(&mut self, engine: &Engine) -> Model {
        let mut table = self.first.take().unwrap_or_default();
        let first = table.len();
        let answers = self.answers(engine, &mut table);
        if first >= FEWEST_ROWS {
            let plain = linkage::train(&engine.register, &table, Effort::default()).0;
            let (model, moved) = super::teach::teach(engine, &table, &answers, plain);
            self.taught = Some((first, moved));
            return model;
        }
        let kept = self.kept.as_ref();
        let kept = kept.and_then(|k| Some((Model::from_json(&k.model).ok()?, k.people, k.answers)));
        let rows = kept.as_ref().and_then(|(_, rows, _)| usize::try_from(*rows).ok());
        let long = rows.is_some_and(|rows| rows >= FEWEST_ROWS);
        let plain = match kept {
            // What a long file taught together with decisions is better than what few rows can.
            Some((model, _, 1..)) if long => return model,
            // Decisions that a model knew cannot judge it.
            Some((model, _, 1..)) if !super::teach::enough(&answers) => return model,
            Some((model, _, 0)) => model,
            _ => engine.untaught(),
        };
        let (model, moved) = super::teach::teach(engine, &table, &answers, plain);
        // What a long list taught stays kept: beside it a short one's decisions teach of that one alone, and are
        // tried against it anew with the next.
        if moved > 0 && !long {
            self.taught = Some((first, moved));
        }
        model
    }

    /// Puts the rows of this sender that people decided into the table; what was said of each.
    fn answers(&self, engine: &Engine, table: &mut Table) -> Vec<Answer> {
        let places: HashMap<i64, usize> =
            (0..engine.len()).rev().map(|at| (engine.person(at), at)).collect();
        let mut answers = Vec::new();
        for decided in self.memory.of_sender(&self.sender) {
            let Some(a) = places.get(&decided.person) else { continue };
            answers.push(Answer { a: *a, b: table.len(), same: decided.verdict == Verdict::Same });
            table.push(&decided.said.person("decided", &self.sender));
        }
        answers
    }

    /// Weighs rows, each against everybody. `None` for each where the register is too small to weigh.
    pub fn weigh(&mut self, rows: &[&Asked]) -> Vec<Option<Found>> {
        if rows.is_empty() && !self.always {
            return Vec::new();
        }
        self.make_ready();
        let Some((engine, model)) = &self.ready else {
            return rows.iter().map(|_| None).collect();
        };
        let linker = Linker::new(&engine.register, model);
        rows.par_iter().map(|asked| Some(self.one(engine, &linker, asked))).collect()
    }

    fn one(&self, engine: &Engine, linker: &Linker<'_>, asked: &Asked) -> Found {
        let not = self.not(asked);
        let likenesses = engine.likenesses(linker, asked, &self.sender, &not);
        let best = likenesses.first().map(Likeness::weighed);
        match settle(&self.lines, best.as_ref()) {
            Settled::New { reason } => {
                Found { verdict: Match::New { reason }, likenesses: Vec::new() }
            }
            Settled::Same { reason } => {
                let person = likenesses.first().map_or(0, |l| l.person);
                Found { verdict: Match::Same { person, reason }, likenesses: Vec::new() }
            }
            Settled::Review { reason } => {
                let candidates = likenesses.iter().map(|l| l.person).collect();
                Found { verdict: Match::Review { candidates, reason }, likenesses }
            }
        }
    }

    /// The evidence beside candidates that identifiers or names brought up.
    pub fn beside(&mut self, asked: &Asked, candidates: &[i64]) -> Vec<Likeness> {
        self.make_ready();
        let Some((engine, model)) = &self.ready else { return Vec::new() };
        let linker = Linker::new(&engine.register, model);
        let mut all = engine.likenesses(&linker, asked, &self.sender, &[]);
        all.retain(|likeness| candidates.contains(&likeness.person));
        all
    }

    /// Keeps what an applied file taught, for small files of the same sender.
    pub async fn keep(&self, tx: &mut Tx, at: &str) -> Result<(), Wrong> {
        let (Some((_, model)), Some((people, answers))) = (&self.ready, self.taught) else {
            return Ok(());
        };
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let learned = Learned {
            sender: self.sender.clone(),
            model: model.to_json(),
            learned_at: at.to_owned(),
            people: count(people),
            answers: count(answers),
        };
        Ok(linking::keep_model(tx, &learned).await?)
    }
}

/// Whom people said that a row speaks of.
fn remembered(decided: &[&Remembered]) -> Option<Match> {
    decided.iter().rev().find(|d| d.verdict == Verdict::Same).map(|d| Match::Same {
        person: d.person,
        reason: format!("as a person decided on {}", d.day),
    })
}

/// Of whom people said that it does not.
fn ruled_out(decided: &[&Remembered]) -> Vec<i64> {
    let not = decided.iter().filter(|d| d.verdict == Verdict::Different);
    not.map(|d| d.person).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::teach::tests::somebody;
    use store::whole::Identity;

    fn weigher(people: &[Identity], memory: Memory) -> Weigher {
        let mut entries = Entries::default();
        people.iter().for_each(|one| entries.add(one));
        Weigher {
            entries: Some(entries),
            ready: None,
            first: None,
            kept: None,
            memory,
            sender: "club".to_owned(),
            lines: Lines { sure: 0.9, new: 0.1 },
            always: false,
            taught: None,
        }
    }

    /// A club that knows names and nothing else, and whose people are all on the register.
    fn names(one: &Identity) -> Asked {
        Asked { given: one.given.clone(), family: one.family.clone(), ..Asked::default() }
    }

    /// What people decided of the club's earlier rows: each is whom it names, and some are not somebody else.
    fn decided(people: &[Identity], rows: usize) -> Memory {
        let said = |one: &Identity, person, verdict| Remembered {
            person,
            verdict,
            day: "2026-01-05".to_owned(),
            sender: "club".to_owned(),
            known: String::new(),
            said: names(one),
            probability: None,
        };
        let mut all = Vec::new();
        for (at, one) in people.iter().enumerate().take(rows) {
            let side = format!("{at:03}");
            all.push((side.clone(), said(one, one.person, Verdict::Same)));
            if at % 4 == 0 {
                let other = people[(at + 63) % people.len()].person;
                all.push((side, said(one, other, Verdict::Different)));
            }
        }
        Memory::of(all)
    }

    /// Births, the looked-after, the Jobcentre: their lists stay short however long the council decides.
    #[test]
    fn short_lists_learn_from_decisions_once_there_are_enough() {
        let people: Vec<Identity> = (0..700).map(somebody).collect();
        let short: Vec<Asked> = people[640..].iter().map(names).collect();
        let weight = |rows: usize| {
            let mut weigher = weigher(&people, decided(&people, rows));
            weigher.meet(short.iter());
            weigher.weigh(&[&short[0]]);
            let (engine, model) = weigher.ready.as_ref().unwrap();
            let linker = Linker::new(&engine.register, model);
            let likeness = engine.likenesses(&linker, &short[0], "club", &[]).remove(0);
            assert_eq!(likeness.person, people[640].person);
            (weigher.taught, likeness.weight)
        };
        let (none, few, many) = (weight(0), weight(20), weight(120));
        assert_eq!((none.0, few.0), (None, None), "too few to learn from");
        assert!((none.1 - few.1).abs() < 1e-9);
        assert_eq!(many.0, Some((60, 150)), "the list and what was decided");
        assert!(many.1 > none.1 + 1.0, "{} {}", none.1, many.1);
    }

    /// What ten thousand rows taught without decisions is still there after a week's sixty rows with decisions.
    #[test]
    fn a_short_list_takes_nothing_away_that_a_long_one_taught() {
        let people: Vec<Identity> = (0..700).map(somebody).collect();
        let short: Vec<Asked> = people[640..].iter().map(names).collect();
        let mut entries = Entries::default();
        people.iter().for_each(|one| entries.add(one));
        let model = entries.ready().untaught().to_json();
        let learn = |rows: i64| {
            let kept = Learned {
                sender: "club".to_owned(),
                model: model.clone(),
                learned_at: String::new(),
                people: rows,
                answers: 0,
            };
            let plain = weigher(&people, decided(&people, 120));
            let mut weigher = Weigher { kept: Some(kept), ..plain };
            weigher.meet(short.iter());
            weigher.weigh(&[&short[0]]);
            let moved = weigher.ready.as_ref().unwrap().1.to_json() != model;
            (moved, weigher.taught)
        };
        assert_eq!(learn(60), (true, Some((60, 150))));
        assert_eq!(learn(10_000), (true, None), "its decisions teach, and nothing is written over");
    }

    /// How long a sender's own check takes tells nothing of whether its numbers are known.
    #[test]
    fn the_engine_is_made_for_a_senders_check_whatever_its_rows_say() {
        for always in [false, true] {
            let mut weigher = Weigher {
                entries: Some(Entries::default()),
                ready: None,
                first: None,
                kept: None,
                memory: Memory::default(),
                sender: "school".to_owned(),
                lines: Lines { sure: 0.9, new: 0.1 },
                always: false,
                taught: None,
            };
            if always {
                weigher.always();
            }
            assert!(weigher.weigh(&[]).is_empty());
            assert_eq!(weigher.ready.is_some(), always);
        }
    }
}
