//! Joining links into people. Links are taken in order of belief, and one that would put two
//! records of a clean source - a list known to hold each person once - into the same group is
//! refused and returned, for somebody to look at. The result does not depend on the order of input.

use crate::text::QuickMap;

/// A believed link between two records, numbered by the caller.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    pub one: usize,
    pub other: usize,
    pub probability: f64,
}

/// Groups of two or more records, and the links that were refused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clusters {
    /// Each ascending, and in order of their first record.
    pub groups: Vec<Vec<usize>>,
    pub refused: Vec<Edge>,
}

/// Groups records by their links.
///
/// Shape: `source_of` gives each record's source number; `clean` says for a source number whether
/// its list holds each person at most once.
pub fn cluster(
    edges: &[Edge],
    source_of: impl Fn(usize) -> usize,
    clean: impl Fn(usize) -> bool,
) -> Clusters {
    let ordered = |edge: &Edge| Edge {
        one: edge.one.min(edge.other),
        other: edge.one.max(edge.other),
        probability: edge.probability,
    };
    let mut edges: Vec<Edge> = edges.iter().map(ordered).collect();
    edges.sort_by(|x, y| {
        y.probability.total_cmp(&x.probability).then((x.one, x.other).cmp(&(y.one, y.other)))
    });
    let mut group_of: QuickMap<u64, usize> = QuickMap::default();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut refused = Vec::new();
    for edge in edges {
        let mut own = |record: usize| {
            *group_of.entry(record as u64).or_insert_with(|| {
                groups.push(vec![record]);
                groups.len() - 1
            })
        };
        let (x, y) = (own(edge.one), own(edge.other));
        if x == y {
            continue;
        }
        // The smaller group moves, so that no record moves more often than log2 of the records.
        let size = |group: usize| groups.get(group).map_or(0, Vec::len);
        let (stay, go) = if size(x) >= size(y) { (x, y) } else { (y, x) };
        let moving = groups.get_mut(go).map(std::mem::take).unwrap_or_default();
        let Some(staying) = groups.get_mut(stay) else { continue };
        let clash = moving.iter().any(|m| {
            let source = source_of(*m);
            clean(source) && staying.iter().any(|s| source_of(*s) == source)
        });
        if clash {
            refused.push(edge);
            if let Some(slot) = groups.get_mut(go) {
                *slot = moving;
            }
            continue;
        }
        for record in &moving {
            group_of.insert(*record as u64, stay);
        }
        staying.extend(moving);
    }
    groups.retain(|group| group.len() > 1);
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups.sort_unstable();
    Clusters { groups, refused }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edge(one: usize, other: usize, probability: f64) -> Edge {
        Edge { one, other, probability }
    }

    #[test]
    fn keeps_two_records_of_a_clean_source_apart() {
        // Records 0-9 are the register (source 0, clean), 10-19 a partner's (source 1).
        let edges = [edge(0, 10, 0.99), edge(1, 10, 0.96), edge(1, 11, 0.98), edge(2, 12, 0.97)];
        let found = cluster(&edges, |record| record / 10, |source| source == 0);
        assert_eq!(found.groups, [vec![0, 10], vec![1, 11], vec![2, 12]]);
        assert_eq!(found.refused, [edge(1, 10, 0.96)]);
    }

    proptest! {
        #[test]
        fn depends_on_no_order_and_keeps_the_rule(
            raw in proptest::collection::vec((0_usize..30, 0_usize..30, 1_u32..100), 0..60),
            turn in 0_usize..60,
        ) {
            let edges: Vec<Edge> = raw.iter().map(|(a, b, p)| edge(*a, *b, f64::from(*p) / 100.0)).collect();
            let mut turned = edges.clone();
            let by = turn % turned.len().max(1);
            turned.rotate_left(by);
            let (source, clean) = (|record: usize| record % 3, |source: usize| source != 2);
            let found = cluster(&edges, source, clean);
            prop_assert_eq!(&found, &cluster(&turned, source, clean));
            for group in &found.groups {
                for clean in 0..2 {
                    prop_assert!(group.iter().filter(|record| *record % 3 == clean).count() <= 1);
                }
            }
        }
    }
}
