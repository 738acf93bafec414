//! The groups of a judged year: how the chances rank and hold in each, and what the list does to it. Schools are many,
//! so those that lie farthest off come first and the rest are folded away.

use std::collections::BTreeMap;

use app::predict::by_group::OfGroup;
use app::predict::train::Evidence;
use domain::prediction::group_in_words;
use risk::evaluation::{ENOUGH, GroupLine};

use super::said::EXPECTED;
use super::show::Cell;

/// Schools that are told before the fold.
const FIRST: usize = 5;

/// A group, and its figures.
pub(super) type Row = (String, Vec<Cell>);

/// Schools by how far expected lies from observed, the farthest first.
pub(super) struct Schools {
    pub first: Vec<Row>,
    pub rest: Vec<Row>,
    /// Those with too few outcomes to say anything of.
    pub few: usize,
}

pub(super) fn ranking(e: &Evidence) -> Vec<Row> {
    let lines = e.ranking.iter().filter(|of| of.column != "school");
    lines.map(|of| (group_in_words(&of.column, &of.group), ranked(of))).collect()
}

/// How chances rank and hold among everybody of a group.
fn ranked(of: &OfGroup) -> Vec<Cell> {
    let figure = |name: &str| of.figures.get(name);
    vec![
        Cell::count("Outcomes", of.outcomes),
        Cell::plain("AUC", figure("auc")),
        Cell::plain("Average precision", figure("average_precision")),
        Cell::plain("Brier", figure("brier")),
        Cell::plain("Log loss", figure("log_loss")),
        Cell::plain("Slope", figure("calibration_slope")),
        Cell::plain("Intercept", figure("calibration_intercept")),
        Cell::plain(EXPECTED, figure("expected_over_observed")),
    ]
}

pub(super) fn schools(e: &Evidence, names: &BTreeMap<String, String>) -> Schools {
    let mut all: Vec<&OfGroup> = e.ranking.iter().filter(|of| of.column == "school").collect();
    let whole = all.len();
    all.retain(|of| of.outcomes >= ENOUGH);
    let off = |of: &OfGroup| {
        let ratio = of.figures.get("expected_over_observed").and_then(|figure| figure.value);
        ratio.map_or(f64::INFINITY, |ratio| ratio.ln().abs())
    };
    all.sort_by(|a, b| off(b).total_cmp(&off(a)));
    let alarms = |of: &OfGroup| {
        let line = e.groups.iter().find(|l| l.column == "school" && l.group == of.group);
        let figure = line.and_then(|line: &GroupLine| line.figures.get("false_alarms"));
        Cell::percent("False alarms", figure)
    };
    let row = |of: &&OfGroup| {
        let name = names.get(&of.group).cloned().unwrap_or_else(|| of.group.clone());
        let mut cells = ranked(of);
        cells.push(alarms(of));
        (name, cells)
    };
    let few = whole - all.len();
    let mut first: Vec<Row> = all.iter().map(row).collect();
    let rest = first.split_off(first.len().min(FIRST));
    Schools { first, rest, few }
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk::evaluation::Figure;

    #[test]
    fn the_widest_gaps_come_first_and_the_rest_are_folded() {
        let school = |at: usize, outcomes: usize, ratio: f64| OfGroup {
            column: "school".to_owned(),
            group: format!("urn-{at}"),
            rows: 200,
            outcomes,
            figures: [(
                "expected_over_observed".to_owned(),
                Figure { value: Some(ratio), interval: None },
            )]
            .into(),
        };
        let ratios = [1.0, 1.1, 0.5, 1.3, 0.9, 1.05, 0.97];
        let mut ranking: Vec<OfGroup> =
            ratios.iter().enumerate().map(|(at, ratio)| school(at, 20, *ratio)).collect();
        ranking.push(school(9, 19, 3.0));
        let sex = OfGroup { column: "sex".to_owned(), group: "F".to_owned(), ..school(0, 40, 1.0) };
        ranking.push(sex);
        let evidence = Evidence { ranking, ..Evidence::default() };
        let names = [("urn-2".to_owned(), "Hill School".to_owned())].into();
        let told = schools(&evidence, &names);
        let of = |rows: &[Row]| rows.iter().map(|row| row.0.clone()).collect::<Vec<_>>();
        assert_eq!(of(&told.first), ["Hill School", "urn-3", "urn-4", "urn-1", "urn-5"]);
        assert_eq!((of(&told.rest), told.few), (vec!["urn-6".to_owned(), "urn-0".to_owned()], 1));
        assert_eq!(of(&ranking_of(&evidence)), ["Female"]);
    }

    fn ranking_of(evidence: &Evidence) -> Vec<Row> {
        super::ranking(evidence)
    }
}
