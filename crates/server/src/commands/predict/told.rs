//! What `waymark predict` says, for people and for programs.

use crate::commands::Wrong;
use crate::output::{self, Format};
use app::predict::lists;
use app::predict::load::{Loaded, Told};
use app::predict::paper::{self, Paper};
use app::predict::score::Ran;
use app::predict::train::Kept;
use app::predict::watch::Seen;
use domain::calendar::shown;
use domain::measure::tenths;
use domain::prediction::State;
use serde_json::{Value, json};
use std::path::Path;

pub fn taken_back(set: i64, format: Format) {
    let document = json!({"set": set, "done": "taken back"});
    done(&document, &format!("Set {set} was taken back."), format);
}

pub fn signed(predictor: i64, state: State, format: Format) {
    let document = json!({"predictor": predictor, "state": state.name()});
    done(&document, &format!("Predictor {predictor} is {}.", state.name()), format);
}

pub fn levelled(predictor: i64, shift: f64, format: Format) {
    let line = format!("Predictor {predictor} is in use; its level moved by {shift:+.3}.");
    done(&json!({"predictor": predictor, "level_moved_by": shift}), &line, format);
}

pub fn papers(predictor: i64, written: &[String], format: Format) {
    let lines: Vec<String> = written.iter().map(|path| format!("Written: {path}.")).collect();
    let document = json!({"predictor": predictor, "written": written});
    done(&document, &lines.join("\n"), format);
}

pub fn points(file: &Path, format: Format) {
    let name = file.display().to_string();
    done(&json!({"points": name}), &format!("Points are those of {name}."), format);
}

/// That something was done.
fn done(document: &Value, line: &str, format: Format) {
    match format {
        Format::Json => output::json(document),
        Format::Csv | Format::Text => output::line(line),
    }
}

pub fn loaded(told: &Told, format: Format) {
    if format == Format::Json {
        return output::json(told);
    }
    output::line(&format!(
        "{} rows read: {} of one person each, {} of nobody or more than one, {} refused; {} facts.",
        told.read, told.kept, told.unmatched, told.refused_count, told.facts
    ));
    for (row, why) in &told.refused {
        output::line(&format!("  row {row}: {why}"));
    }
    if let Some(day) = told.census {
        let day = shown(day);
        output::line(&format!("Pupils were looked up in the table of pupils of {day}."));
    }
    if !told.unread_columns.is_empty() {
        output::line(&format!("Not read: {}.", told.unread_columns.join(", ")));
    }
    match told.load {
        Some(load) => output::line(&format!("Kept as set {load}.")),
        None => output::line("Nothing was kept; say --apply to keep it."),
    }
}

pub fn sets(sets: &[Loaded], format: Format) {
    if format == Format::Json {
        let one = |s: &Loaded| json!({"set": s.id, "kind": s.kind, "sender": s.sender, "file": s.file_name, "from": s.from.to_string(), "to": s.to.to_string(), "kept": s.kept, "unmatched": s.unmatched, "refused": s.refused, "at": s.at});
        return output::json(&sets.iter().map(one).collect::<Vec<_>>());
    }
    for s in sets {
        output::line(&format!(
            "{:>5}  {:<15} {} to {}  {} kept, {} unmatched, {} refused  {}",
            s.id, s.kind, s.from, s.to, s.kept, s.unmatched, s.refused, s.file_name
        ));
    }
}

pub fn fitted(kept: &Kept, format: Format) {
    if format == Format::Json {
        return output::json(
            &json!({"predictor": kept.id, "point": kept.point.name(), "target": kept.target.name(), "hash": kept.hash, "cannot": paper::cannot(kept), "years": kept.content.years, "evidence": kept.content.evidence}),
        );
    }
    paper::cannot(kept).iter().for_each(|words| output::line(words));
    let card = paper::model_card(kept, &paper::Owner::default());
    for section in card.sections.iter().skip(1).filter(|s| s.title != "Coefficients") {
        output::line(&format!("\n{}", section.title));
        for entry in &section.entries {
            output::line(&format!("  {}: {}", entry.field, entry.value));
        }
    }
}

pub fn predictors(all: &[Kept], format: Format) {
    if format == Format::Json {
        let one = |p: &Kept| json!({"predictor": p.id, "point": p.point.name(), "target": p.target.name(), "day": p.day.to_string(), "state": p.state.name(), "hash": p.hash});
        return output::json(&all.iter().map(one).collect::<Vec<_>>());
    }
    for p in all {
        output::line(&format!(
            "{:>4}  {} {:<13} {}  {}",
            p.id,
            p.point.name(),
            p.target.name(),
            p.day,
            p.state.name()
        ));
    }
}

pub fn ran(ran: &Ran, format: Format) {
    if format == Format::Json {
        return output::json(ran);
    }
    output::line(&format!(
        "Run {}: {} young people as known on {}, {} set aside, {:.0} outcomes expected, by {}.",
        ran.run, ran.people, ran.day, ran.set_aside, ran.expected, ran.way
    ));
}

pub fn list(
    list: Option<&lists::List>,
    withdrawn: Option<String>,
    format: Format,
) -> Result<(), Wrong> {
    let Some(list) = list else {
        let score = || "No chance of this point may still be shown; score it.".to_owned();
        return Err(Wrong::Refused(withdrawn.unwrap_or_else(score)));
    };
    match format {
        Format::Csv => {
            let text = lists::csv(list)?;
            text.lines().for_each(output::line);
        }
        Format::Json => output::json(
            &json!({"run": list.run.id, "day": list.run.day.to_string(), "expires": list.run.expires.to_string(), "way": list.run.way, "how_true": list.how_true, "of": list.of, "held_out": list.held_out, "supported": list.supported.len(), "taken_off": list.taken_off.len(), "listed": list.listed.iter().map(|p| json!({"person": p.person, "name": p.name, "school": p.school, "chance": p.in_words, "reasons": p.reasons, "not_known": p.missing})).collect::<Vec<_>>()}),
        ),
        Format::Text => {
            output::line(&list.how_true);
            for (at, p) in list.listed.iter().enumerate() {
                output::line(&format!("{:>3}. {} ({}), {}", at + 1, p.name, p.school, p.in_words));
                p.reasons.iter().for_each(|reason| output::line(&format!("     {reason}")));
            }
        }
    }
    Ok(())
}

pub fn seen(seen: &Seen, format: Format) {
    if format == Format::Json {
        return output::json(seen);
    }
    output::line(&format!(
        "{}: {} people against {} a year before.",
        seen.month, seen.now, seen.then
    ));
    if let Some(level) = seen.level {
        output::line(&format!("{:.1} expected, {} came.", level.expected, level.observed));
    }
    for (when, precision) in [("this month", seen.in_month), ("all its months", seen.precision)] {
        if let Some((places, share)) = precision {
            output::line(&format!("{} % of the first {places}, by {when}.", tenths(100.0 * share)));
        }
    }
    match seen.alarms.as_slice() {
        [] => output::line("No alarm."),
        alarms => alarms.iter().for_each(|alarm| output::line(&format!("Alarm: {alarm}."))),
    }
    if seen.fallen_back {
        output::line("Two alarms stand: lists are made by points until the owner acts.");
    }
}

pub fn json(paper: &Paper) -> Result<String, Wrong> {
    serde_json::to_string_pretty(paper).map_err(|error| Wrong::Failed(error.to_string()))
}

/// A paper as a page that stands alone.
pub fn html(paper: &Paper) -> String {
    let safe = |text: &str| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    let mut text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{0}</title><body><main><h1>{0}</h1><p>Predictor {1}, {2}</p>",
        paper.title, paper.predictor, paper.hash
    );
    for section in &paper.sections {
        text.push_str(&format!("<h2>{}</h2><dl>", section.title));
        for entry in &section.entries {
            text.push_str(&format!("<dt>{}</dt><dd>{}</dd>", entry.field, safe(&entry.value)));
        }
        text.push_str("</dl>");
    }
    text.push_str("</main></body></html>");
    text
}
