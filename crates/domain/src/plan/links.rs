//! Links between outcomes: which outcome a printed label means, and whether links run in a circle.

use super::similar::{folded, likeness};
use super::{Action, ActionKind, Label, OutcomeId, Plan};
use std::collections::{BTreeMap, BTreeSet};

/// The outcomes that carry a label, the one whose title is most like `from`'s first.
pub fn resolve(plan: &Plan, from: OutcomeId, label: Label) -> Vec<OutcomeId> {
    let title = plan.outcome(from).map_or("", |outcome| outcome.title.as_str());
    let mut found: Vec<(f64, OutcomeId)> = plan
        .outcomes()
        .filter(|outcome| outcome.label == label && outcome.id != from)
        .map(|outcome| (likeness(title, &outcome.title), outcome.id))
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().map(|(_, id)| id).collect()
}

impl ActionKind {
    /// What the words in the column of actions are: an action, a reference such as `See 3.11 above`,
    /// or words that hold the place of actions to come.
    pub fn read(text: &str) -> ActionKind {
        let words = folded(text);
        let see = text.strip_prefix("See ").or(text.strip_prefix("see "));
        let label = see.and_then(|rest| rest.split_whitespace().next()?.parse::<Label>().ok());
        if let Some(label) = label.filter(|_| words.split(' ').count() <= 5) {
            return ActionKind::See { label, outcomes: Vec::new() };
        }
        const LATER: [&str; 5] = [
            "to be considered",
            "to be discussed",
            "to be inserted",
            "to be added",
            "to be confirmed",
        ];
        let about_actions = words.starts_with("actions ")
            || words.starts_with("additional actions ")
            || words.contains(" actions to be ");
        if about_actions && LATER.iter().any(|phrase| words.contains(phrase)) {
            return ActionKind::Placeholder;
        }
        ActionKind::Action
    }
}

/// Finds the outcomes that references mean, once all of a plan is known.
pub fn link_references(plan: &mut Plan) {
    let mut found = Vec::new();
    for outcome in plan.outcomes() {
        for line in &outcome.lines {
            if let Some(Action { kind: ActionKind::See { label, .. }, .. }) =
                plan.actions.get(&line.action)
            {
                found.push((line.action, resolve(plan, outcome.id, *label)));
            }
        }
    }
    for (id, to) in found {
        if let Some(Action { kind: ActionKind::See { outcomes, .. }, .. }) =
            plan.actions.get_mut(&id)
        {
            *outcomes = to;
        }
    }
}

/// The links that lie on a circle, by their place in the list.
///
/// Shape: pairs of from and to, of any names. A link to itself is a circle.
pub fn in_a_circle<T: Ord>(links: &[(T, T)]) -> BTreeSet<usize> {
    let mut onward: BTreeMap<&T, Vec<&T>> = BTreeMap::new();
    for (from, to) in links {
        onward.entry(from).or_default().push(to);
    }
    let reaches = |start: &T, goal: &T| {
        let mut seen = BTreeSet::new();
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if at == goal {
                return true;
            }
            if seen.insert(at) {
                open.extend(onward.get(at).into_iter().flatten());
            }
        }
        false
    };
    links
        .iter()
        .enumerate()
        .filter(|(_, (from, to))| reaches(to, from))
        .map(|(place, _)| place)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_and_chains_are_not() {
        assert!(in_a_circle(&[(1, 2), (2, 3), (1, 3)]).is_empty());
        let found = in_a_circle(&[(1, 2), (2, 3), (3, 1), (3, 4), (5, 5)]);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [0, 1, 2, 4]);
    }
}
