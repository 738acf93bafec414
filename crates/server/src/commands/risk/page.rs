//! The report in words: a page for reading and lines for a terminal, both from the same
//! figures. Invariant: what the model cannot do comes before what it can.

use super::report::Told;
use super::{charts, recalibrate};
use risk::evaluation::{Figure, GroupLine, Line};
use risk::importance::Loss;
use std::fmt::Write as _;

/// A figure as read: value and interval.
pub fn figure(figure: &Figure) -> String {
    let Some(value) = figure.value else { return "cannot be said".to_owned() };
    let range = figure.interval.map(|range| format!(" [{:.3}, {:.3}]", range.low, range.high));
    format!("{value:.4}{}", range.unwrap_or_default())
}

fn value(line: &Line, name: &str) -> Option<f64> {
    line.figures.get(name).and_then(|figure| figure.value)
}

/// What must be said before any figure.
pub fn cannot(told: &Told) -> Vec<String> {
    let mut all = Vec::new();
    let Some(model) = told.models.first() else { return all };
    for (name, precision) in model.figures.iter().filter(|(name, _)| name.starts_with("precision"))
    {
        let list = name.trim_start_matches("precision ");
        let recall = value(model, &format!("recall {list}"));
        if let (Some(precision), Some(recall)) = (precision.value, recall) {
            all.push(format!(
                "Of every 10 on the list ({list}), about {:.0} would not have the outcome, and \
                 the list misses about {:.0} of every 10 who will.",
                10.0 * (1.0 - precision),
                10.0 * (1.0 - recall)
            ));
        }
    }
    all.push("It ranks; it does not say what helps, and a reason is not a cause.".to_owned());
    if told.outcomes < 100 {
        all.push(format!(
            "There are only {} outcomes: a difference in AUC below about 0.04 cannot be seen.",
            told.outcomes
        ));
    }
    if !told.how.contains("forward in time") {
        all.push(
            "It was not tested forward in time here; expect the level of the chances to drift in \
             a later year even where the ranking holds."
                .to_owned(),
        );
    }
    all
}

/// Gaps between groups that call for a decision by a named person.
pub fn fairness(groups: &[GroupLine]) -> Vec<String> {
    let mut said = Vec::new();
    let same = |a: &GroupLine, b: &GroupLine| a.column == b.column && a.list == b.list;
    for lines in groups.chunk_by(same) {
        let range = |name: &str, least: usize| {
            let values = lines.iter().filter(|line| line.outcomes >= least);
            let values: Vec<f64> =
                values.filter_map(|line| line.figures.get(name)?.value).collect();
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(0.0, f64::max);
            (values.len() > 1).then_some((low, high))
        };
        let Some(first) = lines.first() else { continue };
        if let Some((low, high)) = range("false_alarms", 20).filter(|(low, high)| *high > 1.5 * low)
        {
            said.push(format!(
                "{}, {}: false alarms differ between groups from {low:.3} to {high:.3}, by more \
                 than half; a named owner should decide whether that is acceptable.",
                first.column, first.list
            ));
        }
        if let Some((low, high)) =
            range("expected_over_observed", 50).filter(|(low, high)| high - low > 0.15)
        {
            said.push(format!(
                "{}, {}: expected over observed differs between groups from {low:.2} to {high:.2}.",
                first.column, first.list
            ));
        }
    }
    said
}

/// The report for a terminal.
pub fn lines(told: &Told) -> Vec<String> {
    let mut all = told.cannot.clone();
    all.push(format!(
        "{} rows of {} people, {} outcomes ({}); {}.",
        told.rows, told.people, told.outcomes, told.positive, told.how
    ));
    all.extend(data_notes(told));
    all.extend(told.fairness.iter().cloned());
    all.extend(challenger(told));
    for model in &told.models {
        all.push(format!("{}:", model.model));
        all.extend(
            model.figures.iter().map(|(name, value)| format!("  {name}: {}", figure(value))),
        );
        if let Some(auc) = model.first_is_better_by.as_ref().and_then(|all| all.get("auc")) {
            all.push(format!("  the model's AUC is higher by {}", figure(auc)));
        }
    }
    all
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Each correction of level and spread, or their middle where there are many.
fn levels(told: &Told) -> Option<String> {
    let mut all = told.recalibrations.clone();
    all.sort_by(|a, b| a.slope.total_cmp(&b.slope));
    let middle = recalibrate::sentence(all.get(all.len() / 2)?);
    Some(match all.len() {
        1 => middle,
        fits => format!("{middle} That is the middle one of {fits} fits."),
    })
}

fn list(title: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let items: String = items.iter().map(|item| format!("<li>{}</li>", escape(item))).collect();
    format!("<h2>{title}</h2><ul>{items}</ul>")
}

fn table(title: &str, head: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let cells = |tag: &str, row: &[String]| -> String {
        row.iter().map(|cell| format!("<{tag}>{}</{tag}>", escape(cell))).collect()
    };
    let head: Vec<String> = head.iter().map(|name| (*name).to_owned()).collect();
    let body: String = rows.iter().map(|row| format!("<tr>{}</tr>", cells("td", row))).collect();
    format!(
        "<h2>{}</h2><div class=\"wide\"><table><thead><tr>{}</tr></thead><tbody>{body}</tbody></table></div>",
        escape(title),
        cells("th", &head)
    )
}

const STYLE: &str = "body{font:16px/1.5 Arial,sans-serif;max-width:70rem;margin:2rem auto;\
padding:0 1rem;color:#111827}table{border-collapse:collapse;font-size:14px}th,td{border-bottom:\
1px solid #d1d5db;padding:.3rem .7rem;text-align:left}svg{max-width:27rem;width:100%}svg.bars{\
max-width:none;min-width:40rem}.wide{overflow-x:\
auto}.first{border-left:6px solid #b45309;padding-left:1rem}";

/// The report as one page that needs nothing else.
pub fn html(told: &Told) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>Report on {0}</title><style>{STYLE}</style></head>\
         <body><h1>Report on {0}</h1><div class=\"first\">{1}</div><p>{2} rows of {3} people, {4} \
         outcomes (\"{5}\"); {6} rows whose outcome is not known were left out. Tested by {7}.</p>",
        escape(&told.target),
        list("What this model cannot do", &told.cannot),
        told.rows,
        told.people,
        told.outcomes,
        escape(&told.positive),
        told.outcome_not_known,
        escape(&told.how)
    );
    page.push_str(&list("To know about the data", &data_notes(told)));
    page.push_str(&scoreboard(told));
    let _ = write!(page, "<h2>Calibration</h2>{}", charts::calibration(&told.calibration));
    let percent = |share: f64| format!("{:.1}%", 100.0 * share);
    let bands: Vec<Vec<String>> = (told.calibration.iter())
        .map(|band| vec![band.rows.to_string(), percent(band.expected), percent(band.observed)])
        .collect();
    let head = ["predictions", "chance said", "share that came"];
    page.push_str(&table("Calibration, as a table", &head, &bands));
    let _ = write!(page, "<h2>Gain</h2>{}", charts::gain(&told.gain));
    let gain: Vec<Vec<String>> =
        told.gain.iter().step_by(5).map(|(x, y)| vec![percent(*x), percent(*y)]).collect();
    page.push_str(&table("Gain, as a table", &["listed", "caught"], &gain));
    page.push_str(&list("Fairness: what needs a decision", &told.fairness));
    if !told.groups.is_empty() {
        let bars = charts::fairness(&told.groups);
        let _ = write!(page, "<h2>Fairness</h2><div class=\"wide\">{bars}</div>");
    }
    page.push_str(&group_table(&told.groups));
    page.push_str(&reasons(told));
    page.push_str(&list("The challenger", &challenger(told)));
    page.push_str(&losses("AUC lost when a column is shuffled", &told.permutation));
    page.push_str(&losses("AUC lost when fitted without", &told.ablation));
    page.push_str("</body></html>\n");
    page
}

/// The rule of promotion as it fell out, where a challenger was asked for.
fn challenger(told: &Told) -> Vec<String> {
    let Some(verdict) = &told.challenger else { return Vec::new() };
    let said = "Boosted stumps were fitted beside the model, whose predictions stand. By the rule of promotion:";
    let rule = |rule: &risk::promotion::Rule| {
        format!("{}: {}", if rule.holds { "holds" } else { "fails" }, rule.sentence)
    };
    std::iter::once(said.to_owned()).chain(verdict.rules.iter().map(rule)).collect()
}

fn reasons(told: &Told) -> String {
    if told.reasons.is_empty() {
        return String::new();
    }
    let chart = charts::reasons(&told.reasons, told.listed);
    let row = |given: &risk::importance::Given| {
        vec![given.column.clone(), given.raises.to_string(), given.lowers.to_string()]
    };
    let rows: Vec<Vec<String>> = told.reasons.iter().map(row).collect();
    let title = format!("Reasons of the {} listed, as a table", told.listed);
    let head = ["column", "raises the chance of", "lowers the chance of"];
    let table = table(&title, &head, &rows);
    format!("<h2>Reasons</h2><div class=\"wide\">{chart}</div>{table}")
}

fn data_notes(told: &Told) -> Vec<String> {
    let mut notes = told.notes.clone();
    notes.extend(levels(told));
    let unused =
        |left: &risk::encoding::LeftOut| format!("{} is not used: {}.", left.column, left.why);
    notes.extend(told.left_out.iter().map(unused));
    for (column, kind) in &told.protected_inputs {
        notes.push(format!("{column} is an input and speaks of {kind}."));
    }
    for leak in &told.suspected_leaks {
        notes.push(format!("{} may give the outcome away: {}.", leak.column, leak.how));
    }
    for unseen in &told.unknown_levels {
        notes.push(format!(
            "\"{}\" in {} ({} rows) was not in the training rows and counted as average there.",
            unseen.level, unseen.column, unseen.rows
        ));
    }
    for reading in told.inputs.iter().filter(|reading| reading.unreadable > 0) {
        notes.push(format!(
            "{} cells of {} could not be read as numbers.",
            reading.unreadable, reading.column
        ));
    }
    notes
}

fn scoreboard(told: &Told) -> String {
    let mut head = vec!["measure"];
    head.extend(told.models.iter().map(|model| model.model.as_str()));
    let compared: Vec<&Line> =
        told.models.iter().filter(|model| model.first_is_better_by.is_some()).collect();
    let names: Vec<String> = compared.iter().map(|m| format!("model less {}", m.model)).collect();
    head.extend(names.iter().map(String::as_str));
    let measures = told.models.first().into_iter().flat_map(|model| model.figures.keys());
    let said = |found: Option<&Figure>| found.map(figure).unwrap_or_default();
    let row = |measure: &String| {
        let mut cells = vec![measure.replace('_', " ")];
        cells.extend(told.models.iter().map(|model| said(model.figures.get(measure))));
        let less = |m: &&Line| said(m.first_is_better_by.as_ref().and_then(|all| all.get(measure)));
        cells.extend(compared.iter().map(less));
        cells
    };
    let rows: Vec<Vec<String>> = measures.map(row).collect();
    table("How well, with 95% intervals over people", &head, &rows)
}

fn group_table(groups: &[GroupLine]) -> String {
    let measures =
        ["rate", "listed", "precision", "recall", "false_alarms", "expected_over_observed"];
    let mut head = vec!["list", "column", "group", "rows", "outcomes"];
    head.extend(measures.map(|name| if name == "false_alarms" { "false alarms" } else { name }));
    let row = |line: &GroupLine| {
        let mut cells =
            vec![line.list.clone(), line.column.clone(), line.group.clone(), line.rows.to_string()];
        cells.push(line.outcomes.to_string());
        let say = |name: &&str| match line.figures.get(*name) {
            _ if line.too_few_to_say => "too few to say".to_owned(),
            found => found.map(figure).unwrap_or_default(),
        };
        cells.extend(measures.iter().map(say));
        cells
    };
    table("By group, one list for everybody", &head, &groups.iter().map(row).collect::<Vec<_>>())
}

fn losses(title: &str, losses: &[Loss]) -> String {
    let say =
        |loss: &Loss| loss.auc_lost.map_or("cannot be said".to_owned(), |l| format!("{l:.4}"));
    let rows: Vec<Vec<String>> =
        losses.iter().map(|loss| vec![loss.what.clone(), say(loss)]).collect();
    table(title, &["without", "AUC lost"], &rows)
}
