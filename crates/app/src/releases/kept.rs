//! Tables with their true counts as they are kept for the next attack.

use domain::disclosure::{Dimension, Table};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::Wrong;

#[derive(Serialize, Deserialize)]
struct Kept {
    title: String,
    population: String,
    dimensions: Vec<KeptDimension>,
    counts: Vec<(Vec<String>, i64)>,
}

#[derive(Serialize, Deserialize)]
struct KeptDimension {
    name: String,
    groups: Vec<(String, BTreeSet<String>)>,
}

pub(super) fn write(tables: &[Table]) -> Result<String, Wrong> {
    let kept: Vec<Kept> = tables
        .iter()
        .map(|table| Kept {
            title: table.title.clone(),
            population: table.population.clone(),
            dimensions: table
                .dimensions
                .iter()
                .map(|d| KeptDimension { name: d.name.clone(), groups: d.groups.clone() })
                .collect(),
            counts: table.counts.iter().map(|(key, count)| (key.clone(), *count)).collect(),
        })
        .collect();
    serde_json::to_string(&kept)
        .map_err(|e| Wrong::Failed(format!("a release cannot be kept: {e}")))
}

pub(super) fn read(text: &str) -> Result<Vec<Table>, Wrong> {
    let kept: Vec<Kept> = serde_json::from_str(text)
        .map_err(|e| Wrong::Failed(format!("a kept release cannot be read: {e}")))?;
    Ok(kept
        .into_iter()
        .map(|table| Table {
            title: table.title,
            population: table.population,
            dimensions: table
                .dimensions
                .into_iter()
                .map(|d| Dimension { name: d.name, groups: d.groups })
                .collect(),
            counts: table.counts.into_iter().collect(),
        })
        .collect())
}
