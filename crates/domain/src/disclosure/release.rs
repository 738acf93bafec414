//! Tables as they are to be published: true counts by the finest values of some dimensions, the groups
//! those are shown in, and every cell and margin that this shows.

use super::Rule;
use super::round::published;
use std::collections::{BTreeMap, BTreeSet};

/// One way in which a table's people are told apart. Everybody is in exactly one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    pub name: String,
    /// What is shown, with the finest values that it holds.
    pub groups: Vec<(String, BTreeSet<String>)>,
}

/// One table. `population` says whom it counts and when: tables with the same one count the same people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub title: String,
    pub population: String,
    pub dimensions: Vec<Dimension>,
    /// True counts by the finest value of every dimension, in their order.
    pub counts: BTreeMap<Vec<String>, i64>,
}

/// Whom a cell counts: the population, and for each dimension that is not summed over the finest values
/// allowed. Cells of two tables with the same key are the same number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub population: String,
    pub within: BTreeMap<String, BTreeSet<String>>,
}

/// One number of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub key: Key,
    /// The label in every dimension; `None` where it is summed over.
    pub labels: Vec<Option<String>>,
    pub count: i64,
    /// As the public sees it.
    pub published: Option<i64>,
}

/// Counts people by the finest values; the groups are those values themselves.
pub fn counted(
    title: &str,
    population: &str,
    names: &[&str],
    rows: impl IntoIterator<Item = (Vec<String>, i64)>,
) -> Table {
    let mut counts: BTreeMap<Vec<String>, i64> = BTreeMap::new();
    for (values, people) in rows {
        *counts.entry(values).or_default() += people;
    }
    let values = |at: usize| -> BTreeSet<String> {
        counts.keys().filter_map(|key| key.get(at)).cloned().collect()
    };
    let dimensions = names
        .iter()
        .enumerate()
        .map(|(at, name)| Dimension {
            name: (*name).to_owned(),
            groups: values(at).into_iter().map(|v| (v.clone(), BTreeSet::from([v]))).collect(),
        })
        .collect();
    Table { title: title.to_owned(), population: population.to_owned(), dimensions, counts }
}

/// The values that a cell holds of one dimension; nothing for all of them.
type Members = Option<BTreeSet<String>>;
/// A group of one dimension with its label.
type Choice = (Option<String>, Members);

impl Table {
    /// Every cell and margin that is shown.
    pub fn cells(&self, rule: Rule) -> Vec<Cell> {
        let choices = self.dimensions.iter().map(|dimension| {
            let mut shown: Vec<Choice> = dimension
                .groups
                .iter()
                .map(|(label, members)| (Some(label.clone()), Some(members.clone())))
                .collect();
            shown.push((None, None));
            shown
        });
        self.product(choices.collect())
            .into_iter()
            .map(|(labels, key, count)| Cell {
                key,
                labels,
                count,
                published: published(rule, count),
            })
            .collect()
    }

    /// Every number that the shown ones are sums of: the finest values, the groups and the margins.
    pub(super) fn lattice(&self) -> Vec<(Key, i64)> {
        let choices = self.dimensions.iter().map(|dimension| {
            let finest = dimension.groups.iter().flat_map(|(_, members)| members);
            let mut sets: BTreeSet<BTreeSet<String>> =
                finest.map(|value| BTreeSet::from([value.clone()])).collect();
            sets.extend(dimension.groups.iter().map(|(_, members)| members.clone()));
            let mut all: Vec<_> = sets.into_iter().map(|set| (None, Some(set))).collect();
            all.push((None, None));
            all
        });
        self.product(choices.collect()).into_iter().map(|(_, key, count)| (key, count)).collect()
    }

    fn product(&self, choices: Vec<Vec<Choice>>) -> Vec<(Vec<Option<String>>, Key, i64)> {
        let mut found: Vec<(Vec<Option<String>>, Vec<Members>)> = vec![(Vec::new(), Vec::new())];
        for choice in choices {
            found = found
                .iter()
                .flat_map(|(labels, sets)| {
                    choice.iter().map(|(label, set)| {
                        let (mut labels, mut sets) = (labels.clone(), sets.clone());
                        labels.push(label.clone());
                        sets.push(set.clone());
                        (labels, sets)
                    })
                })
                .collect();
        }
        found
            .into_iter()
            .map(|(labels, sets)| {
                let count = self.count(&sets);
                (labels, self.key(&sets), count)
            })
            .collect()
    }

    fn count(&self, sets: &[Members]) -> i64 {
        let inside = |values: &[String]| {
            values.iter().zip(sets).all(|(v, set)| set.as_ref().is_none_or(|set| set.contains(v)))
        };
        self.counts.iter().filter(|(values, _)| inside(values)).map(|(_, people)| people).sum()
    }

    fn key(&self, sets: &[Members]) -> Key {
        let within = self
            .dimensions
            .iter()
            .zip(sets)
            .filter_map(|(dimension, set)| Some((dimension.name.clone(), set.clone()?)))
            .collect();
        Key { population: self.population.clone(), within }
    }

    /// The finest values of a dimension, by its name.
    pub(super) fn finest(&self, name: &str) -> Option<BTreeSet<String>> {
        let dimension = self.dimensions.iter().find(|dimension| dimension.name == name)?;
        Some(dimension.groups.iter().flat_map(|(_, members)| members.clone()).collect())
    }

    /// This table with the two groups of fewest people of its longest dimension shown as one; without
    /// its last dimension where none has three groups; `None` when there is nothing left to do.
    pub(super) fn coarser(&self) -> Option<(Self, String)> {
        let mut table = self.clone();
        let longest = (0..table.dimensions.len())
            .max_by_key(|at| table.dimensions.get(*at).map_or(0, |d| d.groups.len()))?;
        let people = |members: &BTreeSet<String>| -> i64 {
            let of =
                |values: &Vec<String>| values.get(longest).is_some_and(|v| members.contains(v));
            self.counts.iter().filter(|(values, _)| of(values)).map(|(_, people)| people).sum()
        };
        let dimension = table.dimensions.get_mut(longest)?;
        if dimension.groups.len() > 2 {
            dimension.groups.sort_by_key(|(label, members)| (people(members), label.clone()));
            let (first, mut members) = dimension.groups.remove(0);
            let (second, more) = dimension.groups.remove(0);
            members.extend(more);
            let label = format!("{first}, {second}");
            let how = format!("{first} and {second} are shown together");
            dimension.groups.push((label, members));
            dimension.groups.sort();
            return Some((table, how));
        }
        let dropped = table.dimensions.pop()?;
        let keep = table.dimensions.len();
        let mut counts: BTreeMap<Vec<String>, i64> = BTreeMap::new();
        for (values, people) in &self.counts {
            *counts.entry(values.iter().take(keep).cloned().collect()).or_default() += people;
        }
        table.counts = counts;
        Some((table, format!("it is no longer broken down by {}", dropped.name)))
    }
}
