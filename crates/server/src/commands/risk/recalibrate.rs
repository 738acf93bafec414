//! `waymark risk recalibrate`: the yearly correction of a fitted model's level and spread on outcomes that it
//! has not seen. Nothing else of the model moves, so the order of people stays. Invariant: how true the chances
//! were before and are after is told, and the model that was given is not written over.

use super::outcome::{Outcomes, outcomes};
use super::score::{how_true, refusal, stored_model};
use super::source::Source;
use super::{DataArgs, page, write_json};
use crate::commands::{Outcome, Result, Wrong};
use crate::output::{self, Format};
use risk::Training;
use risk::evaluation::Line;
use risk::model::{Model, Recalibration};
use serde::Serialize;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The model to set right.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The column of what really happened, in rows that the model did not learn from.
    #[arg(long, value_name = "COL")]
    target: String,
}

#[derive(Serialize)]
struct Told {
    model: &'static str,
    rows: usize,
    outcomes: usize,
    positive: String,
    /// What the log-odds of the fit are multiplied by, and what is then added.
    recalibration: Option<Recalibration>,
    before: Option<Line>,
    after: Option<Line>,
    notes: Vec<String>,
    cannot: [&'static str; 1],
}

const CANNOT: &str = "The figures after are of the rows that set the level, so they flatter; the next year \
                      tells.";

impl Args {
    pub fn run(self) -> Result {
        let out = &self.data.out;
        let model = stored_model(&self.model)?;
        let same = |path: PathBuf| path.canonicalize().ok();
        if same(self.model.clone()) == same(out.join("model.json")) {
            return Err(Wrong::Usage(format!(
                "{} would be written over; name another folder with --out.",
                self.model.display()
            )));
        }
        let source = Source::to_score(&self.data, &model)?;
        let column = source.cells.wanted(&self.target, "the target")?;
        let Outcomes { positive, known, notes } = outcomes(&self.target, column, &self.data)?;
        let newer = Training { target: &known, ..source.training() };
        let wrong = |error| refusal(error, &source);
        let right = model.recalibrated_on(&newer).map_err(wrong)?;
        let line = |model: &Model| {
            let points = source.points.as_deref();
            let chances = model.probabilities(&source.table, &source.all_rows, points);
            Ok::<_, Wrong>(how_true(&source, &known, &chances.map_err(wrong)?))
        };
        let told = Told {
            model: "model.json",
            rows: known.iter().flatten().count(),
            outcomes: known.iter().flatten().filter(|outcome| **outcome).count(),
            positive,
            recalibration: right.recalibration,
            before: line(&model)?,
            after: line(&right)?,
            notes: source.notes.iter().chain(&notes).cloned().collect(),
            cannot: [CANNOT],
        };
        write_json(out, "model.json", &right)?;
        match self.data.format {
            Format::Json => output::json(&told),
            Format::Text | Format::Csv => tell(&told, out),
        }
        Ok(Outcome::Done)
    }
}

fn tell(told: &Told, out: &std::path::Path) {
    output::line(CANNOT);
    output::line(&format!(
        "Set right on {} rows with {} outcomes ({}).",
        told.rows, told.outcomes, told.positive
    ));
    told.recalibration.iter().for_each(|fix| output::line(&sentence(fix)));
    told.notes.iter().for_each(|note| output::line(note));
    for (name, figure) in told.before.iter().flat_map(|line| &line.figures) {
        let after = told.after.as_ref().and_then(|line| line.figures.get(name));
        let after = after.map_or_else(String::new, page::figure);
        output::line(&format!("  {name}: {} before, {after} after", page::figure(figure)));
    }
    output::line(&format!("Written: {}.", out.join("model.json").display()));
}

/// How a correction is spoken of, in a terminal and on the page.
pub fn sentence(fix: &Recalibration) -> String {
    format!(
        "Level and spread set right after the fit: log-odds times {:.3}, {:+.3}.",
        fix.slope, fix.intercept
    )
}
