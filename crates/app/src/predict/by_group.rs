//! How chances rank and how true they are group by group, each figure with its interval. What a list does to a group
//! is the engine's (`evaluation::by_group`); here everybody of the group counts, listed or not.

use std::collections::BTreeMap;

use domain::access::{Act, Actor};
use domain::prediction::AUDITED;
use risk::evaluation::{self, ENOUGH, Figures, Settings, Truth};
use serde::{Deserialize, Serialize};

use super::forward::{DRAWS, Evidence, SEED, candidate};
use super::may;
use super::train::Data;
use crate::context::{Context, Wrong};

/// A group of the judged year.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OfGroup {
    pub column: String,
    pub group: String,
    pub rows: usize,
    pub outcomes: usize,
    /// Area under the curve, average precision, Brier, log loss, slope, intercept, expected over observed. None
    /// of them where there are too few outcomes to say.
    pub figures: Figures,
}

/// Every group of every audited column, in order.
pub(super) fn by_group(data: &Data, rows: &[usize], chances: &[f64]) -> Vec<OfGroup> {
    let truth = Truth { target: &data.target, groups: &data.people, people: data.count };
    let settings = Settings { lists: Vec::new(), seed: SEED, replicates: DRAWS };
    let mut all = Vec::new();
    for name in AUDITED {
        let Some(column) = data.groups_table.column(name) else { continue };
        let mut split: BTreeMap<String, (Vec<usize>, Vec<f64>)> = BTreeMap::new();
        for (row, chance) in rows.iter().zip(chances) {
            let group = column.group(*row);
            let (rows, chances) = split.entry(group).or_default();
            rows.push(*row);
            chances.push(*chance);
        }
        for (group, (rows, chances)) in split {
            let happened = |row: &&usize| data.target.get(**row) == Some(&Some(true));
            let outcomes = rows.iter().filter(happened).count();
            let count = rows.len();
            let figures = match outcomes >= ENOUGH {
                true => {
                    let one = [candidate(&group, &rows, chances)];
                    let lines = evaluation::scoreboard(&one, &truth, &settings);
                    lines.into_iter().next().map(|line| line.figures).unwrap_or_default()
                }
                false => Figures::new(),
            };
            all.push(OfGroup { column: name.to_owned(), group, rows: count, outcomes, figures });
        }
    }
    all
}

/// What the schools of the judged year are called.
pub async fn school_names(
    ctx: &Context,
    actor: &Actor,
    evidence: &Evidence,
) -> Result<BTreeMap<String, String>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut ids: Vec<String> = evidence.groups.iter().map(|line| line.group.clone()).collect();
    ids.sort();
    ids.dedup();
    let mut tx = ctx.db.begin_read().await?;
    Ok(store::organisations::names(&mut tx, &ids).await?.into_iter().collect())
}
