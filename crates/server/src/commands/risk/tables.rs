//! The tables behind the charts, as CSV beside them. Invariant: a chart draws nothing that its table lacks.

use super::csv_cell;
use risk::calibration::Band;
use risk::evaluation::{Figure, GroupLine};
use risk::importance::Given;
use std::fmt::Write as _;

pub fn calibration(bands: &[Band]) -> String {
    let mut text = "predictions,chance_said,share_that_came\n".to_owned();
    for band in bands {
        let _ = writeln!(text, "{},{},{}", band.rows, band.expected, band.observed);
    }
    text
}

pub fn gain(points: &[(f64, f64)]) -> String {
    let mut text = "share_listed,share_caught\n".to_owned();
    for (listed, caught) in points {
        let _ = writeln!(text, "{listed},{caught}");
    }
    text
}

/// What is said of each group, in the table's order.
const FAIRNESS: [&str; 6] =
    ["rate", "listed", "precision", "recall", "false_alarms", "expected_over_observed"];

/// A figure that too few outcomes support is empty.
pub fn fairness(groups: &[GroupLine]) -> String {
    let mut text = "list,column,group,rows,outcomes,too_few_to_say".to_owned();
    FAIRNESS.iter().for_each(|name| {
        let _ = write!(text, ",{name},{name}_low,{name}_high");
    });
    text.push('\n');
    for line in groups {
        let (list, column, group) =
            (csv_cell(&line.list), csv_cell(&line.column), csv_cell(&line.group));
        let (rows, outcomes, few) = (line.rows, line.outcomes, line.too_few_to_say);
        let _ = write!(text, "{list},{column},{group},{rows},{outcomes},{few}");
        FAIRNESS.iter().for_each(|name| text.push_str(&figure(line.figures.get(*name))));
        text.push('\n');
    }
    text
}

fn figure(found: Option<&Figure>) -> String {
    let figure = found.copied().unwrap_or_default();
    let said = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let (low, high) = (figure.interval.map(|range| range.low), figure.interval.map(|r| r.high));
    format!(",{},{},{}", said(figure.value), said(low), said(high))
}

pub fn reasons(given: &[Given], listed: usize) -> String {
    let mut text = "column,listed,raises,lowers\n".to_owned();
    for reason in given {
        let column = csv_cell(&reason.column);
        let _ = writeln!(text, "{column},{listed},{},{}", reason.raises, reason.lowers);
    }
    text
}
