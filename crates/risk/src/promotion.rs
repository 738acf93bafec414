//! Whether a new model may take an old one's place. Choosing and fitting models is elsewhere.
//! Invariant: every rule that fails is told, and nothing is promoted without a name.

use crate::bootstrap::{interval, replicates};
use crate::drift::LEVEL;
use crate::measures::{ListLength, Ranked};
use serde::{Deserialize, Serialize};

/// Both models' chances for the same rows of the forward year, none of which either has seen.
/// Shape: all slices alike.
#[derive(Clone, Copy)]
pub struct Trial<'a> {
    pub old: &'a [f64],
    pub new: &'a [f64],
    pub outcomes: &'a [bool],
    /// The person behind each row, below `people`.
    pub people_of: &'a [u32],
    pub people: usize,
    /// Audited columns: a name and each row's group.
    pub audited: &'a [(String, Vec<String>)],
    pub list: ListLength,
    /// Who answers for the change; empty when nobody has signed.
    pub signed_by: &'a str,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub promoted: bool,
    /// Each rule with what was found, those that failed first.
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    pub holds: bool,
    pub sentence: String,
}

/// The least that the lower bound of new less old precision may be.
const LEAST_LEAD: f64 = -0.01;
/// No group's false alarms may rise by more.
const FAIRNESS: f64 = 0.05;
/// A group with fewer outcomes says nothing.
const ENOUGH: usize = crate::evaluation::ENOUGH;
/// What the last rule says while there is no name.
pub const UNSIGNED: &str = "nobody has signed for it";

/// Judges a trial by the rule: precision not worse, level in range, no group clearly worse off,
/// and a name.
pub fn judge(trial: &Trial<'_>, seed: u64, draws: u64) -> Verdict {
    let mut rules = vec![precision(trial, seed, draws), level(trial)];
    rules.extend(fairness(trial));
    let signed = !trial.signed_by.trim().is_empty();
    let sentence =
        if signed { format!("signed by {}", trial.signed_by.trim()) } else { UNSIGNED.to_owned() };
    rules.push(Rule { holds: signed, sentence });
    rules.sort_by_key(|rule| rule.holds);
    Verdict { promoted: rules.iter().all(|rule| rule.holds), rules }
}

fn precision(trial: &Trial<'_>, seed: u64, draws: u64) -> Rule {
    let (old, new) =
        (Ranked::new(trial.old, trial.outcomes), Ranked::new(trial.new, trial.outcomes));
    let lead = |weights: &[f64]| {
        let of = |ranked: &Ranked| {
            ranked.measure(weights, &[trial.list]).lists.first().and_then(|list| list.precision)
        };
        Some(of(&new)? - of(&old)?)
    };
    let drawn = interval(replicates(trial.people_of, trial.people, seed, draws, lead).into_iter());
    let Some(bounds) = drawn else {
        let sentence = "precision on the list cannot be compared on so few rows".to_owned();
        return Rule { holds: false, sentence };
    };
    Rule {
        holds: bounds.low > LEAST_LEAD,
        sentence: format!(
            "precision in the {} changes by between {:+.3} and {:+.3}; the lower must be over {LEAST_LEAD}",
            trial.list.label(),
            bounds.low,
            bounds.high
        ),
    }
}

fn level(trial: &Trial<'_>) -> Rule {
    let expected: f64 = trial.new.iter().sum();
    let observed = trial.outcomes.iter().filter(|outcome| **outcome).count();
    let ratio = expected / observed as f64;
    Rule {
        holds: observed > 0 && LEVEL.contains(&ratio),
        sentence: format!(
            "{expected:.0} were expected and {observed} came ({ratio:.2}; it must lie from {} to {})",
            LEVEL.start(),
            LEVEL.end()
        ),
    }
}

/// One rule for each group with enough outcomes to say.
fn fairness(trial: &Trial<'_>) -> Vec<Rule> {
    let (old, new) = (listed(trial.old, trial.list), listed(trial.new, trial.list));
    let mut rules = Vec::new();
    for (column, groups) in trial.audited {
        let mut names: Vec<&String> = groups.iter().collect();
        names.sort();
        names.dedup();
        for name in names {
            let rows: Vec<usize> = (groups.iter().enumerate())
                .filter_map(|(row, group)| (group == name).then_some(row))
                .collect();
            rules.extend(group(trial, &format!("{column} {name}"), &rows, &old, &new));
        }
    }
    rules
}

fn group(
    trial: &Trial<'_>,
    name: &str,
    rows: &[usize],
    old: &[bool],
    new: &[bool],
) -> Option<Rule> {
    let came = |row: &&usize| trial.outcomes.get(**row) == Some(&true);
    if rows.iter().filter(came).count() < ENOUGH {
        return None;
    }
    let quiet: Vec<usize> = rows.iter().filter(|row| !came(row)).copied().collect();
    let alarms = |listed: &[bool]| {
        let wrong = quiet.iter().filter(|row| listed.get(**row) == Some(&true)).count();
        wrong as f64 / quiet.len().max(1) as f64
    };
    let (before, after) = (alarms(old), alarms(new));
    Some(Rule {
        holds: after - before <= FAIRNESS,
        sentence: format!("{name}: false alarms go from {before:.3} to {after:.3}"),
    })
}

/// Who stands on the list; everybody tied with the last one does.
fn listed(chances: &[f64], list: ListLength) -> Vec<bool> {
    let mut sorted = chances.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let last = (list.rows_of(chances.len()).ceil() as usize).max(1) - 1;
    let edge = sorted.get(last).or(sorted.last()).copied().unwrap_or(f64::INFINITY);
    chances.iter().map(|chance| *chance >= edge).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(new: impl Fn(usize) -> f64, groups: bool, signed_by: &str) -> Verdict {
        let happens = |i: usize| i.is_multiple_of(5);
        let good = |i: usize| if happens(i) { 0.6 } else { 0.1 };
        let old: Vec<f64> = (0..400).map(good).collect();
        let new: Vec<f64> = (0..400).map(new).collect();
        let outcomes: Vec<bool> = (0..400).map(happens).collect();
        let people_of: Vec<u32> = (0..400).collect();
        let split = (0..400).map(|i| if i < 200 { "a" } else { "b" }.to_owned()).collect();
        let audited = [("half".to_owned(), split)];
        let trial = Trial {
            old: &old,
            new: &new,
            outcomes: &outcomes,
            people_of: &people_of,
            people: 400,
            audited: if groups { &audited } else { &[] },
            list: ListLength::Share(0.2),
            signed_by,
        };
        judge(&trial, 1, 60)
    }

    #[test]
    fn an_equal_model_that_somebody_signs_may_take_over() {
        let same = |i: usize| if i.is_multiple_of(5) { 0.6 } else { 0.1 };
        assert!(judged(same, true, "A. Owner").promoted);
        let unsigned = judged(same, true, " ");
        assert!(!unsigned.promoted);
        assert_eq!(unsigned.rules[0].sentence, UNSIGNED);
    }

    #[test]
    fn worse_order_wrong_level_and_an_unfair_list_each_stop_it() {
        let backwards = |i: usize| if i.is_multiple_of(5) { 0.1 } else { 0.2 };
        assert!(judged(backwards, false, "x").rules[0].sentence.contains("precision"));
        let loud = |i: usize| if i.is_multiple_of(5) { 0.9 } else { 0.4 };
        assert!(judged(loud, false, "x").rules[0].sentence.contains("were expected"));
        let unfair = |i: usize| if i.is_multiple_of(5) || i < 40 { 0.5 } else { 0.11 };
        let verdict = judged(unfair, true, "x");
        assert!(
            verdict.rules.iter().any(|r| !r.holds && r.sentence.contains("half a")),
            "{verdict:?}"
        );
    }
}
