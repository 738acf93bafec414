//! The walk over a file's rows: whom each speaks of, what it would change, and, in a real run, the
//! writing of it. One chunk of rows at a time, so that memory does not grow with the file.

mod before;
mod unchanged;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::agreement::{Gate, Said};
use domain::intake::{
    ActivitySaid, Answer, Declaration, Effect, Plan, PlanContext, Row, Told, plan, plan_answered,
};
use domain::matching::{Index, Known, Match, tells_apart};
use domain::person::{ChangeId, Field, FieldChange, PersonRecord};
use rayon::prelude::*;
use store::imports::{Counts, ImportRow};
use store::people::{self, Loaded, Moment, Write};
use store::{Tx, audit};

use self::before::{Earlier, renumber};
use super::organisations::Providers;
use crate::agreement::Hand;
use crate::context::Wrong;
use crate::geography;
use crate::linking::{Asked, Evidence, Likeness, Weigher};

/// What stays the same over a file.
pub(super) struct Walk<'a> {
    pub plan: PlanContext<'a>,
    pub sender: &'a str,
    pub providers: Providers,
    pub database_id: String,
    /// What people decided of held rows, by line.
    pub decisions: HashMap<i64, String>,
    /// Whether one person may stand in several rows (a leaver here, a starter there).
    pub repeats: bool,
    /// Whether a row of somebody unknown waits for a person: taking part in a programme puts nobody on the
    /// register, where they would count as not known.
    pub known_only: bool,
    /// Whether it is a table of a return, each row of which has its own period end.
    tabled: bool,
    pub index: Index,
    pub counts: Counts,
    /// Whether the file came from its sender's own hand, who learns nothing of the register by it.
    pub by_sender: bool,
    /// Whether anybody came in, or is known by another name, birth date, number or home than before.
    pub identities: bool,
    /// What the sender's agreement lets pass.
    pub gate: Gate,
    /// What people said about sharing with the sender; nobody else has said anything.
    pub words: BTreeMap<i64, Said>,
    /// Who is who where no identifier says.
    pub weigher: Weigher,
    /// Records as rows before left them, where nothing is written (a dry run).
    overlay: HashMap<i64, PersonRecord>,
    /// What was told of the people of a chunk for days after the file's.
    newer: HashMap<i64, Told>,
    /// The first row of each person.
    seen: HashMap<i64, u32>,
    /// Whom rows of this file spoke of that were applied before, where only those decided since are walked.
    pub told_of: HashSet<i64>,
    /// The organisations of the register at which rows say that somebody began or left.
    taught_at: BTreeSet<String>,
    /// Numbers for people who have none yet: -1, -2...
    provisional: i64,
}

/// A real run writes; a dry run does not.
#[derive(Clone, Copy)]
pub(super) struct Commit<'a> {
    pub change: ChangeId,
    pub at: &'a str,
    pub account: Option<i64>,
    pub import: i64,
}

const DECIDED_NEW: &str = "decided: somebody new";

/// The person that a decision on a row names: `same:7`, or an answer of whoever it speaks of, `sent:7`.
pub(super) fn decided_person(decision: &str) -> Option<i64> {
    let (word, person) = decision.split_once(':')?;
    let known = word == "same" || Answer::from_name(word).is_some();
    person.parse().ok().filter(|_| known)
}

/// What a decision on a row answers of its activity.
pub(super) fn answered(decision: &str) -> Option<Answer> {
    decision.split_once(':').and_then(|(word, _)| Answer::from_name(word))
}

/// Whom a row was found to speak of.
enum Target {
    Person { id: i64, reason: String },
    Unknown { reason: String },
    Held { reason: String, candidates: Vec<i64>, evidence: Box<Evidence> },
    Left,
}

/// A row with whom it speaks of, as its sender may give it.
struct Given {
    row: Row,
    target: Target,
    /// Something was left out that may come only with consent.
    withheld: bool,
}

impl<'a> Walk<'a> {
    pub fn new(
        plan: PlanContext<'a>,
        sender: &'a str,
        (providers, database_id): (Providers, String),
        (decisions, repeats): (HashMap<i64, String>, bool),
        (index, weigher): (Index, Weigher),
    ) -> Walk<'a> {
        Walk {
            plan,
            sender,
            providers,
            database_id,
            decisions,
            repeats,
            known_only: false,
            tabled: false,
            index,
            counts: Counts::default(),
            by_sender: false,
            identities: false,
            gate: Gate::own(),
            words: BTreeMap::new(),
            weigher,
            overlay: HashMap::new(),
            newer: HashMap::new(),
            seen: HashMap::new(),
            told_of: HashSet::new(),
            taught_at: BTreeSet::new(),
            provisional: 0,
        }
    }

    /// Who brings the file, and whether they only check it.
    pub fn brought_by(&mut self, hand: Hand, commit: bool) {
        self.by_sender = hand == Hand::Sender;
        if self.by_sender && !commit {
            self.weigher.always();
        }
    }

    /// People with an open activity at a provider of this file whom none of its rows spoke of. Only a list
    /// of the whole year, read as a `whole`, says that by silence; and of a provider other than its sender
    /// only where the council brings it, since every file may state every number.
    pub async fn unnamed(&self, tx: &mut Tx, whole: bool) -> Result<Vec<i64>, Wrong> {
        if !whole {
            return Ok(Vec::new());
        }
        let tells = |place: &&str| !self.by_sender || *place == self.sender;
        let places: Vec<&str> = self.taught_at.iter().map(String::as_str).filter(tells).collect();
        let there = store::imports::learning_at(tx, &places, self.plan.as_of).await?;
        Ok(there.into_iter().filter(|person| !self.seen.contains_key(person)).collect())
    }

    /// Plans a chunk and, in a real run, writes it. The fate of every row, in order.
    pub async fn chunk(
        &mut self,
        tx: &mut Tx,
        rows: Vec<Row>,
        commit: Option<Commit<'_>>,
    ) -> Result<Vec<ImportRow>, Wrong> {
        let aimed = self.aim_all(rows);
        // Each once: a number that is asked for twice is loaded once and then nobody.
        let named: BTreeSet<i64> = aimed
            .iter()
            .filter_map(|(_, target)| match target {
                Target::Person { id, .. } if *id > 0 => Some(*id),
                _ => None,
            })
            .collect();
        let mut ids: Vec<i64> = named.into_iter().collect();
        self.newer = people::told_since(tx, &ids, self.plan.as_of).await?;
        ids.retain(|id| !self.overlay.contains_key(id));
        let loaded: HashMap<i64, Loaded> =
            people::load(tx, &ids, Moment::Now).await?.into_iter().map(|l| (l.person, l)).collect();
        let mut state: BTreeMap<i64, PersonRecord> = BTreeMap::new();
        let given: Vec<Given> =
            aimed.into_iter().map(|(row, target)| self.given(row, target)).collect();
        let ahead: Vec<Option<Plan>> =
            given.par_iter().map(|one| self.ahead(one, &loaded)).collect();
        let mut fates: Vec<ImportRow> = given
            .into_iter()
            .zip(ahead)
            .map(|(one, planned)| self.settle(one, planned, &loaded, &mut state))
            .collect();
        match commit {
            Some(commit) => self.write(tx, commit, &loaded, state, &mut fates).await?,
            None => {
                renumber(&mut fates, &HashMap::new());
                if self.repeats {
                    self.overlay.extend(state);
                }
            }
        }
        Ok(fates)
    }

    /// Whom each row of a chunk speaks of: by what people decided, by identifiers, and what those leave
    /// open by weight of evidence, for the whole chunk at once.
    fn aim_all(&mut self, rows: Vec<Row>) -> Vec<(Row, Target)> {
        let rows: Vec<Row> = rows.into_iter().map(|row| self.named(row)).collect();
        let asked: Vec<Option<Asked>> = rows.iter().map(|row| self.asked(row)).collect();
        self.weigher.meet(asked.iter().flatten());
        let mut found: Vec<Option<(Match, Vec<Likeness>)>> =
            rows.par_iter().zip(&asked).map(|(row, asked)| self.by_rules(row, asked)).collect();
        let open: Vec<usize> = (0..rows.len())
            .into_par_iter()
            .filter(|at| {
                let rule = found.get(*at).and_then(Option::as_ref);
                let doubtful = match rule {
                    Some((Match::New { .. }, _)) => true,
                    // Whom this file itself brought in the engine has not met.
                    Some((Match::Review { candidates, .. }, _)) => {
                        candidates.iter().all(|person| self.weigher.knows(*person))
                    }
                    _ => false,
                };
                let asked = asked.get(*at).and_then(Option::as_ref);
                doubtful
                    && rows.get(*at).zip(asked).is_some_and(|(row, asked)| self.is_open(row, asked))
            })
            .collect();
        let questions: Vec<&Asked> =
            open.iter().filter_map(|at| asked.get(*at).and_then(Option::as_ref)).collect();
        for (at, answer) in open.iter().zip(self.weigher.weigh(&questions)) {
            if let (Some(slot), Some(answer)) = (found.get_mut(*at), answer) {
                *slot = Some((answer.verdict, answer.likenesses));
            }
        }
        let aimed = rows.into_iter().zip(found).zip(asked);
        aimed
            .map(|((row, found), asked)| {
                let target = self.target(&row, found, asked.unwrap_or_default());
                (row, target)
            })
            .collect()
    }

    /// A row with its organisations and place named, and without what its sender may not give of anybody.
    fn named(&mut self, mut row: Row) -> Row {
        if let Row::Person(said) = &mut row {
            self.gate.columns(said);
            self.providers.resolve(said, self.sender);
            for activity in &said.activities {
                if let ActivitySaid::Started { provider, .. }
                | ActivitySaid::Left { provider, .. } = activity
                {
                    self.taught_at.extend(provider.urn.clone());
                }
            }
            if let Some(address) = &mut said.address {
                address.place = geography::place(&address.postcode);
            }
        }
        row
    }

    fn asked(&self, row: &Row) -> Option<Asked> {
        let Row::Person(said) = row else { return None };
        Some(self.said_of(said))
    }

    fn said_of(&self, said: &Declaration) -> Asked {
        let school = said.particulars.get(Field::School).and_then(|id| self.providers.find(id));
        Asked::of(said, school.map_or("", |school| school.name.as_str()))
    }

    /// What people decided and identifiers say; `None` for a row that is left out.
    fn by_rules(&self, row: &Row, asked: &Option<Asked>) -> Option<(Match, Vec<Likeness>)> {
        let Row::Person(said) = row else { return None };
        let decided = self.decisions.get(&i64::from(said.row)).map(String::as_str);
        let same = decided.and_then(decided_person);
        let found = match (decided, same) {
            (Some("leave"), _) => return None,
            (Some("new"), _) => self.made_new(said, asked.as_ref()?),
            (_, Some(person)) => {
                let person = self.weigher.now(person);
                Match::Same { person, reason: "decided by a person".to_owned() }
            }
            _ => self.weigher.by_rules(&self.index, said, asked.as_ref()?),
        };
        Some((found, Vec::new()))
    }

    /// Whom a row brings in that somebody answered to be new: whoever another file made of the same row since, and
    /// nobody whose identifier another has. A second record of one identifier in this very file is not that.
    fn made_new(&self, said: &Declaration, asked: &Asked) -> Match {
        let taken = self.index.identified(said);
        let made = match taken.is_some_and(|person| self.told_of.contains(&person)) {
            true => None,
            false => self.weigher.made_since(&self.index, said, asked),
        };
        made.unwrap_or_else(|| match taken {
            Some(person) => Match::Review { candidates: vec![person], reason: before::taken() },
            None => Match::New { reason: DECIDED_NEW.to_owned() },
        })
    }

    /// Whether neither a person nor an identifier has settled whom a row speaks of.
    fn is_open(&self, row: &Row, asked: &Asked) -> bool {
        let Row::Person(said) = row else { return false };
        !self.decisions.contains_key(&i64::from(said.row))
            && !self.index.has_number(said, &self.weigher.not(asked))
    }

    fn target(&mut self, row: &Row, found: Option<(Match, Vec<Likeness>)>, asked: Asked) -> Target {
        let (Row::Person(said), Some((found, likenesses))) = (row, found) else {
            return Target::Left;
        };
        match found {
            Match::Review { candidates, reason } => {
                let likenesses = match likenesses.is_empty() {
                    true => self.weigher.beside(&asked, &candidates),
                    false => likenesses,
                };
                Target::Held {
                    reason,
                    candidates,
                    evidence: Box::new(Evidence { asked, likenesses, candidates: Vec::new() }),
                }
            }
            Match::New { reason } => Target::Unknown { reason },
            Match::Same { person, reason } => match self.seen.get(&person) {
                Some(row) if !self.repeats => Target::Held {
                    reason: before::twice(*row, said, self.plan.as_of),
                    candidates: vec![person],
                    evidence: Box::new(Evidence { asked, ..Evidence::default() }),
                },
                _ => {
                    self.seen.entry(person).or_insert(said.row);
                    Target::Person { id: person, reason }
                }
            },
        }
    }

    /// A row without what its sender may not give of whom it speaks.
    fn given(&mut self, mut row: Row, target: Target) -> Given {
        // Whose word counts is known only now; of somebody nobody can name no word is known.
        let word = match &target {
            Target::Person { id, .. } => self.words.get(id).copied().unwrap_or_default(),
            _ => Said::default(),
        };
        let withheld = match &mut row {
            Row::Person(said) => self.gate.person(said, word),
            Row::Refused(_) => false,
        };
        Given { row, target, withheld }
    }

    /// The plan of a row that nothing before it in the file can bear on, so that a chunk's rows are planned beside
    /// each other; `None` for one that has to wait for them.
    fn ahead(&self, given: &Given, loaded: &HashMap<i64, Loaded>) -> Option<Plan> {
        match (&given.row, &given.target) {
            (Row::Person(said), Target::Person { id, .. }) if !self.repeats => {
                Some(self.over(said, *id, loaded.get(id).map(|l| &l.record)))
            }
            _ => None,
        }
    }

    /// The plan of a row over a record, with what a person answered.
    fn over(&self, said: &Declaration, id: i64, before: Option<&PersonRecord>) -> Plan {
        let answer = self.decisions.get(&i64::from(said.row)).and_then(|d| answered(d));
        let nothing = Told::default();
        let newer = self.newer.get(&id).unwrap_or(&nothing);
        plan_answered(said, before, &self.plan, (answer, newer))
    }

    /// Settles one row over what the rows before it left.
    fn settle(
        &mut self,
        Given { row, target, withheld }: Given,
        planned: Option<Plan>,
        loaded: &HashMap<i64, Loaded>,
        state: &mut BTreeMap<i64, PersonRecord>,
    ) -> ImportRow {
        let said = match row {
            Row::Refused(r) => {
                self.counts.unreadable += 1;
                let fate = self.fate(r.row, &r.raw, Effect::Refused, None, &[r.reason], &[]);
                return ImportRow { unreadable: true, ..fate };
            }
            Row::Person(said) => said,
        };
        match target {
            Target::Left => {
                let reason = "left out, as a person decided".to_owned();
                self.fate(said.row, &said.raw, Effect::Held, None, &[reason], &[])
            }
            Target::Held { reason, candidates, evidence } => {
                self.held(&said, (reason, &candidates), &evidence, withheld)
            }
            Target::Unknown { reason } if self.known_only && reason != DECIDED_NEW => {
                let why = "nobody on the register is found by it: decide whether they belong there";
                let reasons = [reason, why.to_owned()];
                self.fate(said.row, &said.raw, Effect::Held, None, &reasons, &[])
            }
            Target::Unknown { reason } => {
                let earlier = self.brought_before(&said, &reason);
                match earlier {
                    Some((Earlier::Same(id), reason)) if self.repeats => {
                        return self.again(&said, (id, reason), loaded, state);
                    }
                    Some((earlier, reason)) => {
                        let asked = self.said_of(&said);
                        let evidence = Evidence { asked, ..Evidence::default() };
                        return self.held(&said, (reason, &earlier.people()), &evidence, withheld);
                    }
                    None => {}
                }
                let planned = plan(&said, None, &self.plan);
                let mut id = None;
                if planned.effect == Effect::New {
                    self.provisional -= 1;
                    id = Some(self.provisional);
                    self.index.add(Known::of(self.provisional, &planned.after));
                    self.seen.insert(self.provisional, said.row);
                    state.insert(self.provisional, planned.after.clone());
                }
                self.planned(&said, id, reason, &planned)
            }
            Target::Person { id, reason } => match planned {
                Some(planned) => self.goes_over(&said, (id, reason), &planned, state),
                None => self.again(&said, (id, reason), loaded, state),
            },
        }
    }

    /// Plans a row of somebody whom the register holds, or whom a row before it brought in.
    fn again(
        &mut self,
        said: &Declaration,
        (id, reason): (i64, String),
        loaded: &HashMap<i64, Loaded>,
        state: &mut BTreeMap<i64, PersonRecord>,
    ) -> ImportRow {
        let before = state.get(&id).or_else(|| self.overlay.get(&id));
        let planned = self.over(said, id, before.or_else(|| loaded.get(&id).map(|l| &l.record)));
        self.goes_over(said, (id, reason), &planned, state)
    }

    /// Remembers what a row makes of somebody, for the rows after it.
    fn goes_over(
        &mut self,
        said: &Declaration,
        (id, reason): (i64, String),
        planned: &Plan,
        state: &mut BTreeMap<i64, PersonRecord>,
    ) -> ImportRow {
        if matches!(planned.effect, Effect::Changed | Effect::New) {
            state.insert(id, planned.after.clone());
        }
        self.planned(said, Some(id), reason, planned)
    }

    /// A row of which a person must say whom it speaks of.
    fn held(
        &mut self,
        said: &Declaration,
        (reason, candidates): (String, &[i64]),
        evidence: &Evidence,
        withheld: bool,
    ) -> ImportRow {
        if withheld {
            // Who it may be is not shown to anybody either while nobody has agreed.
            let reasons = [reason, "not shown: it may come only with consent".to_owned()];
            return self.fate(said.row, &said.raw, Effect::Held, None, &reasons, &[]);
        }
        let fate = self.fate(said.row, &said.raw, Effect::Held, None, &[reason], &[]);
        let candidates: Vec<String> = candidates.iter().map(i64::to_string).collect();
        ImportRow { candidates: candidates.join(","), evidence: json(evidence), ..fate }
    }

    fn planned(
        &mut self,
        said: &Declaration,
        id: Option<i64>,
        reason: String,
        planned: &Plan,
    ) -> ImportRow {
        let mut reasons = vec![reason];
        reasons.extend(planned.reasons.iter().cloned());
        self.identities |= planned.effect == Effect::New || planned.changes.iter().any(tells_apart);
        let raw = self.kept_of(said, planned);
        let fate = self.fate(said.row, &raw, planned.effect, id, &reasons, &planned.changes);
        // Somebody whom this very file brings in has no record yet that could stand.
        let answers = if id.is_some_and(|id| id > 0) { planned.answers } else { &[] };
        let answers: Vec<&str> = answers.iter().map(|answer| answer.name()).collect();
        let told = match planned.effect {
            Effect::Held | Effect::Refused => String::new(),
            _ => Told::of(said, self.plan.as_of).text(),
        };
        ImportRow { answers: answers.join(","), told, ..fate }
    }

    fn fate(
        &mut self,
        line: u32,
        raw: &[(String, String)],
        effect: Effect,
        person: Option<i64>,
        reasons: &[String],
        changes: &[FieldChange],
    ) -> ImportRow {
        self.counts.read += 1;
        *match effect {
            Effect::New => &mut self.counts.new,
            Effect::Changed => &mut self.counts.changed,
            Effect::Unchanged => &mut self.counts.unchanged,
            Effect::Held => &mut self.counts.held,
            Effect::Refused => &mut self.counts.refused,
        } += 1;
        let changes: Vec<[Option<&str>; 4]> = changes
            .iter()
            .map(|c| {
                [
                    Some(c.field.as_str()),
                    Some(c.label.as_str()),
                    c.before.as_deref(),
                    c.after.as_deref(),
                ]
            })
            .collect();
        let decision = self.decisions.get(&i64::from(line)).cloned();
        ImportRow {
            line: i64::from(line),
            effect: effect.name().to_owned(),
            person,
            said: json(&raw),
            reasons: json(&reasons),
            changes: json(&changes),
            candidates: String::new(),
            decision,
            evidence: String::new(),
            answers: String::new(),
            unreadable: false,
            told: String::new(),
        }
    }

    async fn write(
        &mut self,
        tx: &mut Tx,
        commit: Commit<'_>,
        loaded: &HashMap<i64, Loaded>,
        state: BTreeMap<i64, PersonRecord>,
        fates: &mut [ImportRow],
    ) -> Result<(), Wrong> {
        let (mut fresh, known): (Vec<_>, Vec<_>) = state.into_iter().partition(|(id, _)| *id < 0);
        // Provisional numbers count downwards; the register's follow the file's order.
        fresh.reverse();
        let records: Vec<&PersonRecord> = fresh.iter().map(|(_, record)| record).collect();
        let ids = people::newcomers(tx, commit.change, &self.database_id, &records).await?;
        let numbers: HashMap<i64, i64> =
            fresh.iter().map(|(provisional, _)| *provisional).zip(ids.iter().copied()).collect();
        renumber(fates, &numbers);
        for (provisional, id) in &numbers {
            self.index.renumber(*provisional, *id);
            if let Some(row) = self.seen.remove(provisional) {
                self.seen.insert(*id, row);
            }
        }
        let empty: Vec<Loaded> =
            ids.iter().map(|id| Loaded { person: *id, ..Loaded::default() }).collect();
        let mut writes: Vec<Write<'_>> =
            empty.iter().zip(&fresh).map(|(before, (_, after))| Write { before, after }).collect();
        for (id, after) in &known {
            let before =
                loaded.get(id).ok_or_else(|| Wrong::Failed(format!("person {id} is gone")))?;
            writes.push(Write { before, after });
        }
        people::write(tx, commit.change, &writes).await?;
        let touched: Vec<i64> = writes.iter().map(|w| w.before.person).collect();
        let entry = audit::Entry {
            at: commit.at,
            account: commit.account,
            act: "changed by an import",
            person: None,
            purpose: "import",
            detail: &format!("import {}", commit.import),
        };
        audit::write_many(tx, &entry, &touched).await?;
        Ok(())
    }
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("texts and lists always have a JSON form")
}
