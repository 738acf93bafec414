//! The walk over a file's rows: whom each speaks of, what it would change, and, in a real run, the
//! writing of it. One chunk of rows at a time, so that memory does not grow with the file.

use std::collections::{BTreeMap, HashMap};

use domain::agreement::{Gate, Said};
use domain::intake::{Declaration, Effect, Plan, PlanContext, Row, plan};
use domain::matching::{Index, Known, Match};
use domain::person::{ChangeId, FieldChange, PersonRecord};
use store::imports::{Counts, ImportRow};
use store::people::{self, Loaded, Moment, Write};
use store::{Tx, audit};

use super::organisations::Providers;
use crate::context::Wrong;
use crate::geography;

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
    pub index: Index,
    pub counts: Counts,
    /// What the sender's agreement lets pass.
    pub gate: Gate,
    /// Records as rows before left them, where nothing is written (a dry run).
    overlay: HashMap<i64, PersonRecord>,
    /// The first row of each person.
    seen: HashMap<i64, u32>,
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

/// Whom a row was found to speak of.
enum Target {
    Person { id: i64, reason: String },
    Unknown { reason: String },
    Held { reason: String, candidates: Vec<i64> },
    Left,
}

impl<'a> Walk<'a> {
    pub fn new(
        plan: PlanContext<'a>,
        sender: &'a str,
        (providers, database_id): (Providers, String),
        (decisions, repeats): (HashMap<i64, String>, bool),
        index: Index,
    ) -> Walk<'a> {
        Walk {
            plan,
            sender,
            providers,
            database_id,
            decisions,
            repeats,
            index,
            counts: Counts::default(),
            gate: Gate::own(),
            overlay: HashMap::new(),
            seen: HashMap::new(),
            provisional: 0,
        }
    }

    /// Plans a chunk and, in a real run, writes it. The fate of every row, in order.
    pub async fn chunk(
        &mut self,
        tx: &mut Tx,
        rows: Vec<Row>,
        commit: Option<Commit<'_>>,
    ) -> Result<Vec<ImportRow>, Wrong> {
        let aimed: Vec<(Row, Target)> = rows.into_iter().map(|row| self.aim(row)).collect();
        let ids: Vec<i64> = aimed
            .iter()
            .filter_map(|(_, target)| match target {
                Target::Person { id, .. } if *id > 0 && !self.overlay.contains_key(id) => Some(*id),
                _ => None,
            })
            .collect();
        let loaded: HashMap<i64, Loaded> =
            people::load(tx, &ids, Moment::Now).await?.into_iter().map(|l| (l.person, l)).collect();
        let mut state: BTreeMap<i64, PersonRecord> = BTreeMap::new();
        let mut fates: Vec<ImportRow> = aimed
            .into_iter()
            .map(|(row, target)| self.settle(row, target, &loaded, &mut state))
            .collect();
        match commit {
            Some(commit) => self.write(tx, commit, &loaded, state, &mut fates).await?,
            None if self.repeats => self.overlay.extend(state),
            None => {}
        }
        Ok(fates)
    }

    /// Whom a row speaks of. Somebody new is added to the index at once, so that a second row finds them.
    fn aim(&mut self, mut row: Row) -> (Row, Target) {
        let target = match &mut row {
            Row::Refused(_) => Target::Left,
            Row::Person(said) => {
                self.gate.person(said, Said::default());
                self.providers.resolve(said, self.sender);
                if let Some(address) = &mut said.address {
                    address.place = geography::place(&address.postcode);
                }
                self.aim_person(said)
            }
        };
        (row, target)
    }

    fn aim_person(&mut self, said: &Declaration) -> Target {
        let decided = self.decisions.get(&i64::from(said.row)).cloned();
        let found = match decided.as_deref() {
            Some("leave") => return Target::Left,
            Some("new") => Match::New { reason: "decided: somebody new".to_owned() },
            Some(same) => match same.strip_prefix("same:").and_then(|id| id.parse().ok()) {
                Some(person) => Match::Same { person, reason: "decided by a person".to_owned() },
                None => self.index.decide(said),
            },
            None => self.index.decide(said),
        };
        match found {
            Match::Review { candidates, reason } => Target::Held { reason, candidates },
            Match::New { reason } => Target::Unknown { reason },
            Match::Same { person, reason } => match self.seen.get(&person) {
                Some(row) if !self.repeats => Target::Held {
                    reason: format!("row {row} of this file speaks of the same person"),
                    candidates: vec![person],
                },
                _ => {
                    self.seen.entry(person).or_insert(said.row);
                    Target::Person { id: person, reason }
                }
            },
        }
    }

    /// Plans one row over what the rows before it left.
    fn settle(
        &mut self,
        row: Row,
        target: Target,
        loaded: &HashMap<i64, Loaded>,
        state: &mut BTreeMap<i64, PersonRecord>,
    ) -> ImportRow {
        let said = match row {
            Row::Refused(r) => {
                return self.fate(r.row, &r.raw, Effect::Refused, None, &[r.reason], &[]);
            }
            Row::Person(said) => said,
        };
        match target {
            Target::Left => {
                let reason = "left out, as a person decided".to_owned();
                self.fate(said.row, &said.raw, Effect::Held, None, &[reason], &[])
            }
            Target::Held { reason, candidates } => {
                let person = candidates.first().copied().filter(|id| *id > 0);
                let others: Vec<String> =
                    candidates.iter().filter(|id| **id > 0).map(i64::to_string).collect();
                let fate = self.fate(said.row, &said.raw, Effect::Held, person, &[reason], &[]);
                ImportRow { candidates: others.join(","), ..fate }
            }
            Target::Unknown { reason } => {
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
            Target::Person { id, reason } => {
                let before = state
                    .get(&id)
                    .or_else(|| self.overlay.get(&id))
                    .or_else(|| loaded.get(&id).map(|l| &l.record));
                let planned = plan(&said, before, &self.plan);
                if matches!(planned.effect, Effect::Changed | Effect::New) {
                    state.insert(id, planned.after.clone());
                }
                self.planned(&said, Some(id), reason, &planned)
            }
        }
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
        self.fate(said.row, &said.raw, planned.effect, id, &reasons, &planned.changes)
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
        // The file itself is kept; an unchanged row's text need not be kept again.
        let said = if effect == Effect::Unchanged { "[]".to_owned() } else { json(&raw) };
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
            said,
            reasons: json(&reasons),
            changes: json(&changes),
            candidates: String::new(),
            decision,
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
        let mut ypids: Vec<String> = fresh.iter().map(|(_, r)| r.ypid.clone()).collect();
        let ids = people::new_people(tx, commit.change, &self.database_id, &mut ypids).await?;
        let numbers: HashMap<i64, i64> =
            fresh.iter().map(|(provisional, _)| *provisional).zip(ids.iter().copied()).collect();
        for fate in fates.iter_mut() {
            fate.person = fate.person.map(|id| numbers.get(&id).copied().unwrap_or(id));
        }
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
