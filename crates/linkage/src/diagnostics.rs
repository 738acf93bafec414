//! What learning has to say for itself: how it ended, how much each level was seen, and what a
//! reader should doubt. Nothing here changes the model.

use crate::chance::Chance;
use crate::levels::{Field, level};
use crate::model::Model;
use crate::train::{Counts, Doubts, Effort};
use serde::Serialize;

/// How learning went.
#[derive(Clone, Debug, Serialize)]
pub struct Diagnostics {
    pub converged: bool,
    /// Whether what was learned is used. Where it is not, shipped habits are, and the warnings say why.
    pub sound: bool,
    pub iterations: usize,
    /// The largest move of any probability in the last round, and in each.
    pub last_change: f64,
    pub changes: Vec<f64>,
    /// People of the asking list that were learned from, and how many of them were believed found.
    pub askers: f64,
    pub matched: f64,
    pub levels: Vec<LevelSupport>,
    pub warnings: Vec<String>,
}

/// How much one level was seen, and what was made of it.
#[derive(Clone, Debug, Serialize)]
pub struct LevelSupport {
    pub field: Field,
    pub level: &'static str,
    /// Expected true pairs at this level among the sampled candidates; random pairs at this level.
    pub in_matches: f64,
    pub in_random: f64,
    pub same: f64,
    pub chance: f64,
    pub bits: f64,
}

impl Diagnostics {
    pub(crate) fn untrained() -> Self {
        Self {
            converged: false,
            sound: false,
            iterations: 0,
            last_change: 0.0,
            changes: Vec::new(),
            askers: 0.0,
            matched: 0.0,
            levels: Vec::new(),
            warnings: vec!["One of the lists is empty: nothing was learned.".to_owned()],
        }
    }
}

pub(crate) fn diagnose(
    model: &Model,
    chance: &Chance,
    counts: &Counts,
    changes: &[f64],
    (effort, doubts): (Effort, Doubts),
) -> Diagnostics {
    let last_change = changes.last().copied().unwrap_or(f64::INFINITY);
    let mut found = Diagnostics {
        converged: last_change < effort.tolerance,
        sound: doubts.whole.is_none(),
        iterations: changes.len(),
        last_change,
        changes: changes.to_vec(),
        askers: counts.askers.iter().sum(),
        matched: counts.matched.iter().sum(),
        levels: Field::ALL
            .into_iter()
            .flat_map(|field| support(field, model, chance, counts))
            .collect(),
        warnings: Vec::new(),
    };
    found.warnings = doubted(&doubts);
    found.warnings.extend(warnings(&found, model, counts, effort));
    found
}

fn support(field: Field, model: &Model, chance: &Chance, counts: &Counts) -> Vec<LevelSupport> {
    let words = field.levels().iter().enumerate().skip(1);
    words
        .map(|(place, words)| {
            let at = level(place);
            let (same, by_chance) = (model.same.get(field, at), model.chance.get(field, at));
            LevelSupport {
                field,
                level: words,
                in_matches: counts.same.iter().map(|grid| grid.get(field, at)).sum(),
                in_random: chance.hits.get(field, at),
                same,
                chance: by_chance,
                bits: (same.max(1e-12) / by_chance.max(1e-12)).log2(),
            }
        })
        .collect()
}

fn doubted(doubts: &Doubts) -> Vec<String> {
    let whole = doubts.whole.iter().map(|why| {
        format!("What these lists taught is not used: {why}. Shipped habits are used instead; look at every link before you rely on it.")
    });
    let sources = doubts.sources.iter().map(|(name, why)| {
        let name = if name.is_empty() { "(no source)" } else { name };
        format!("What source {name} taught is not used: {why}. The habits of all sources are used for it.")
    });
    whole.chain(sources).collect()
}

fn warnings(found: &Diagnostics, model: &Model, counts: &Counts, effort: Effort) -> Vec<String> {
    let mut out = Vec::new();
    if !found.converged {
        out.push(format!(
            "Learning stopped after {} rounds while a probability still moved by {:.5} (wanted: below {:.5}).",
            found.iterations, found.last_change, effort.tolerance
        ));
    }
    if found.sound && found.matched < 200.0 {
        out.push(format!(
            "Only about {:.0} people seem to be in both lists: too few to learn habits from, so the starting beliefs weigh much.",
            found.matched
        ));
    }
    for (at, source) in model.sources.iter().enumerate() {
        let matched = counts.matched.get(at).copied().unwrap_or(0.0);
        if matched < 50.0 {
            let name = if source.name.is_empty() { "(no source)" } else { &source.name };
            out.push(format!("Source {name}: about {matched:.0} people found in the sample; the habits of all sources are used for it."));
        }
    }
    for field in Field::ALL {
        let (same, chance) = (model.same.get(field, 1), model.chance.get(field, 1));
        let seen: f64 = found
            .levels
            .iter()
            .filter(|level| level.field == field)
            .map(|level| level.in_matches)
            .sum();
        if seen > 50.0 && field != Field::NameOrder && same < chance * 1.5 {
            out.push(format!("{} hardly tells people apart in these lists.", field.title()));
        }
    }
    out
}
