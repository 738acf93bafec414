//! Two versions of a plan: which outcomes and actions are the same, and what changed between them.
//! Labels may move; an outcome keeps its id as long as its label or its title can be recognised.

use super::similar::{folded, likeness};
use super::{ActionId, ActionKind, Line, Outcome, OutcomeId, Plan, Rating};
use std::collections::{BTreeMap, BTreeSet};

/// One difference, by our ids, with what it was and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    OutcomeAdded(OutcomeId),
    OutcomeRemoved(OutcomeId),
    Relabelled { outcome: OutcomeId, was: super::Label, is: super::Label },
    Retitled { outcome: OutcomeId },
    TimeChanged { outcome: OutcomeId, was: String, is: String },
    LeadChanged { outcome: OutcomeId, was: String, is: String },
    AdditionalChanged { outcome: OutcomeId },
    OutcomeRated { outcome: OutcomeId, was: Rating, is: Rating },
    ActionAdded { outcome: OutcomeId, action: ActionId },
    ActionRemoved { outcome: OutcomeId, action: ActionId },
    ActionRated { outcome: OutcomeId, action: ActionId, was: Rating, is: Rating },
}

/// What changed from one version to the next, in the newer plan's order, removals last.
pub fn diff(was: &Plan, is: &Plan) -> Vec<Change> {
    let mut changes = Vec::new();
    for outcome in is.outcomes() {
        match was.outcome(outcome.id) {
            None => changes.push(Change::OutcomeAdded(outcome.id)),
            Some(old) => of_outcome(old, outcome, &mut changes),
        }
    }
    let gone = was.outcomes().filter(|old| is.outcome(old.id).is_none());
    changes.extend(gone.map(|old| Change::OutcomeRemoved(old.id)));
    changes
}

fn of_outcome(old: &Outcome, new: &Outcome, changes: &mut Vec<Change>) {
    let outcome = new.id;
    if old.label != new.label {
        changes.push(Change::Relabelled { outcome, was: old.label, is: new.label });
    }
    if old.title != new.title {
        changes.push(Change::Retitled { outcome });
    }
    let differs = |was: &String, is: &String| (was != is).then(|| (was.clone(), is.clone()));
    if let Some((was, is)) = differs(&old.by_when.said, &new.by_when.said) {
        changes.push(Change::TimeChanged { outcome, was, is });
    }
    if let Some((was, is)) = differs(&old.lead.said, &new.lead.said) {
        changes.push(Change::LeadChanged { outcome, was, is });
    }
    if old.additional != new.additional {
        changes.push(Change::AdditionalChanged { outcome });
    }
    if old.rating != new.rating {
        changes.push(Change::OutcomeRated { outcome, was: old.rating, is: new.rating });
    }
    let rating_of = |lines: &[Line], action| {
        lines.iter().find(|line| line.action == action).map(|line| line.rating)
    };
    for line in &new.lines {
        let (action, is) = (line.action, line.rating);
        match rating_of(&old.lines, action) {
            None => changes.push(Change::ActionAdded { outcome, action }),
            Some(was) if was != is => {
                changes.push(Change::ActionRated { outcome, action, was, is });
            }
            Some(_) => {}
        }
    }
    let gone = old.lines.iter().filter(|line| rating_of(&new.lines, line.action).is_none());
    changes.extend(gone.map(|line| Change::ActionRemoved { outcome, action: line.action }));
}

/// Gives a newly read plan the ids of the version before it, wherever the same outcome or action is
/// recognised, and fresh ids beyond all used ones elsewhere.
pub fn carry_ids(before: &Plan, next: &mut Plan) {
    let outcomes = outcome_ids(before, next);
    let actions = action_ids(before, next);
    let outcome = |id: OutcomeId| outcomes.get(&id).copied().unwrap_or(id);
    let action = |id: ActionId| actions.get(&id).copied().unwrap_or(id);
    for held in next.aims.iter_mut().flat_map(|aim| &mut aim.outcomes) {
        held.id = outcome(held.id);
        for line in &mut held.lines {
            line.action = action(line.action);
        }
    }
    let old = std::mem::take(&mut next.actions);
    for (id, mut held) in old {
        if let ActionKind::See { outcomes: to, .. } = &mut held.kind {
            *to = to.iter().map(|id| outcome(*id)).collect();
        }
        next.actions.insert(action(id), held);
    }
}

/// Pass by pass, from the surest sign to the weakest; an id is given once.
fn outcome_ids(before: &Plan, next: &Plan) -> BTreeMap<OutcomeId, OutcomeId> {
    type Same = fn(&Outcome, &Outcome) -> bool;
    const PASSES: [Same; 3] = [
        |old, new| old.label == new.label && old.title == new.title,
        |old, new| folded(&old.title) == folded(&new.title),
        |old, new| old.label == new.label && likeness(&old.title, &new.title) >= 0.5,
    ];
    let mut given = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for same in PASSES {
        for new in next.outcomes() {
            let free = |old: &&Outcome| !taken.contains(&old.id) && same(old, new);
            if given.contains_key(&new.id) {
                continue;
            }
            if let Some(id) = before.outcomes().find(free).map(|old| old.id) {
                taken.insert(id);
                given.insert(new.id, id);
            }
        }
    }
    let mut fresh = before.outcomes().map(|outcome| outcome.id.0).max().unwrap_or(0);
    for outcome in next.outcomes() {
        given.entry(outcome.id).or_insert_with(|| {
            fresh += 1;
            OutcomeId(fresh)
        });
    }
    given
}

fn action_ids(before: &Plan, next: &Plan) -> BTreeMap<ActionId, ActionId> {
    let mut known: BTreeMap<String, Vec<ActionId>> = BTreeMap::new();
    for (id, action) in before.actions.iter().rev() {
        known.entry(folded(&action.text)).or_default().push(*id);
    }
    let mut fresh = before.actions.keys().map(|id| id.0).max().unwrap_or(0);
    let mut given = BTreeMap::new();
    for (id, action) in &next.actions {
        let old = known.get_mut(&folded(&action.text)).and_then(Vec::pop);
        let new = old.unwrap_or_else(|| {
            fresh += 1;
            ActionId(fresh)
        });
        given.insert(*id, new);
    }
    given
}
