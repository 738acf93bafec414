//! `waymark risk score`: chances and reasons for the rows of a file, from a stored model. With
//! `--target` the newest outcomes are read too, to say how true the chances were. Invariant:
//! rows are scored even when a name is new to the model or a number lies beyond all it learnt from, and every
//! such name and number is told.

use super::outcome::outcomes;
use super::source::Source;
use super::{DataArgs, bytes_of, csv_cell, recalibrate, write};
use crate::commands::{Outcome, Result, Wrong};
use crate::output::{self, Format};
use rayon::prelude::*;
use risk::encoding::{EncodingError, Unseen};
use risk::evaluation::{Candidate, Line, Run, Settings, Truth, scoreboard};
use risk::explain::Explainer;
use risk::infer::Reading;
use risk::logistic::logistic;
use risk::measures::ListLength;
use risk::model::{FitError, Model, Recalibration};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The model to use; by default model.json in the folder given by --out.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The column of what really happened, where it is known: adds how true the chances were.
    #[arg(long, value_name = "COL")]
    target: Option<String>,
}

#[derive(Serialize)]
struct Told {
    scores: &'static str,
    rows: usize,
    mean_chance: f64,
    unknown_levels: Vec<Unseen>,
    /// Number columns and in how many rows they lie further out than any row learnt from.
    far_out: Vec<(String, usize)>,
    /// The correction that the model carries, if any.
    recalibration: Option<Recalibration>,
    /// Input columns with gaps, and in how many rows.
    missing_facts: Vec<(String, usize)>,
    /// Number columns with cells that are no numbers, read as not known, and how many.
    unreadable: Vec<(String, usize)>,
    /// Columns that the model reads and where the words say they come from.
    sources: Vec<(String, String)>,
    notes: Vec<String>,
    how_true: Option<Line>,
    cannot: [&'static str; 2],
}

const CANNOT: [&str; 2] = [
    "A chance is about people like this one, not about this person; most of those listed will \
     not have the outcome.",
    "Reasons say what moved the chance, not what would change the outcome. No decision may rest \
     on a chance alone.",
];

impl Args {
    pub fn run(self) -> Result {
        let given = self.model.clone().unwrap_or_else(|| self.data.out.join("model.json"));
        let model = stored_model(&given)?;
        let source = Source::to_score(&self.data, &model)?;
        let explainer =
            Explainer::new(&model, &source.table, source.points.as_deref(), &source.words)
                .map_err(|error| refusal(error, &source))?;
        let ids =
            self.data.id.as_deref().map(|id| source.cells.wanted(id, "the id")).transpose()?;
        let lines: Vec<(f64, String)> = source
            .all_rows
            .par_iter()
            .map(|row| {
                let id = ids.map_or_else(|| row.to_string(), |ids| ids.get(*row).to_owned());
                scored(&explainer, *row, &id)
            })
            .collect();
        let mut text = String::with_capacity(lines.len() * 200);
        text.push_str("id,probability,reasons,in_words,not_known\n");
        lines.iter().for_each(|(_, line)| text.push_str(line));
        write(&self.data.out, "scores.csv", text.as_bytes())?;
        let chances: Vec<f64> = lines.iter().map(|line| line.0).collect();
        let (how_true, unnamed) = self.outcome_told(&source, &chances)?;
        let told = Told {
            scores: "scores.csv",
            rows: chances.len(),
            mean_chance: chances.iter().sum::<f64>() / chances.len().max(1) as f64,
            unknown_levels: model.encoding.unseen(&source.table, &source.all_rows),
            far_out: model.encoding.far_out(&source.table, &source.all_rows, model.rows),
            recalibration: model.recalibration,
            missing_facts: gaps(&source, &model, |reading| reading.not_known),
            unreadable: gaps(&source, &model, |reading| reading.unreadable),
            sources: sources(&source, &model),
            notes: source.notes.iter().chain(&unnamed).cloned().collect(),
            how_true,
            cannot: CANNOT,
        };
        self.tell(&told);
        let known = told.unknown_levels.is_empty() && told.far_out.is_empty();
        Ok(if known { Outcome::Done } else { Outcome::Findings })
    }

    /// How true the chances were, and what of the target was counted without being named.
    fn outcome_told(
        &self,
        source: &Source,
        chances: &[f64],
    ) -> std::result::Result<(Option<Line>, Vec<String>), Wrong> {
        let Some(target) = &self.target else { return Ok((None, Vec::new())) };
        let column = source.cells.wanted(target, "the target")?;
        let found = outcomes(target, column, &self.data)?;
        Ok((how_true(source, &found.known, chances), found.notes))
    }

    fn tell(&self, told: &Told) {
        for unseen in &told.unknown_levels {
            output::complain(&format!(
                "Unknown level: \"{}\" in column \"{}\" ({} rows) was never seen when the model \
                 was fitted; those rows are scored as if average there.",
                unseen.level, unseen.column, unseen.rows
            ));
        }
        for (column, rows) in &told.far_out {
            output::complain(&format!(
                "Far out: \"{column}\" in {rows} rows lies further from the mean than in any row the \
                 model was fitted on; their chances are guessed beyond the data."
            ));
        }
        if self.data.format == Format::Json {
            return output::json(told);
        }
        CANNOT.iter().for_each(|sentence| output::line(sentence));
        let said = risk::words::chance(told.mean_chance);
        output::line(&format!(
            "{} rows scored; mean chance {:.3} ({said}).",
            told.rows, told.mean_chance
        ));
        for (column, rows) in &told.missing_facts {
            output::line(&format!("  {column} is not known in {rows} rows."));
        }
        for (column, rows) in &told.unreadable {
            output::line(&format!(
                "  {column} is no number in {rows} rows, which count as not known."
            ));
        }
        told.recalibration.iter().for_each(|fix| output::line(&recalibrate::sentence(fix)));
        told.notes.iter().for_each(|note| output::line(note));
        for (name, figure) in told.how_true.iter().flat_map(|line| &line.figures) {
            output::line(&format!("  {name}: {}", super::page::figure(figure)));
        }
        output::line(&format!("Written: {}.", self.data.out.join("scores.csv").display()));
    }
}

/// Errors: wrong use, since the caller named the file.
pub fn stored_model(path: &Path) -> std::result::Result<Model, Wrong> {
    let broken = |why: &str| Wrong::Usage(format!("{} is not a model: {why}.", path.display()));
    let model: Model =
        serde_json::from_slice(&bytes_of(path)?).map_err(|error| broken(&error.to_string()))?;
    let short = || broken("its coefficients are not those of its terms");
    Some(model).filter(Model::is_whole).ok_or_else(short)
}

/// The figures of the rows whose outcome is known. Shape: an outcome and a chance for each row.
pub fn how_true(source: &Source, known: &[Option<bool>], chances: &[f64]) -> Option<Line> {
    let told = |row: &usize| known.get(*row).copied().flatten().is_some();
    let rows: Vec<usize> = source.all_rows.iter().copied().filter(told).collect();
    let chances = rows.iter().filter_map(|row| chances.get(*row).copied()).collect();
    let candidate = Candidate { name: "model".to_owned(), runs: vec![Run { rows, chances }] };
    let truth = Truth { target: known, groups: &source.groups, people: source.people };
    let lists = vec![ListLength::Share(0.1), ListLength::Share(0.2)];
    let settings = Settings { lists, seed: 1, replicates: 200 };
    scoreboard(&[candidate], &truth, &settings).into_iter().next()
}

pub fn refusal(error: FitError, source: &Source) -> Wrong {
    match error {
        FitError::NoPoints => Wrong::Usage(
            "The model was fitted with points; give the same with --points.".to_owned(),
        ),
        FitError::Encoding(EncodingError::MissingColumns(_)) => {
            Wrong::Refused(format!("{error} The file has: {}.", source.cells.names.join(", ")))
        }
        other => Wrong::Refused(other.to_string()),
    }
}

fn scored(explainer: &Explainer<'_>, row: usize, id: &str) -> (f64, String) {
    let brief = explainer.brief(row);
    let chance = logistic(brief.log_odds);
    let said = risk::words::chance(chance);
    let reasons: Vec<&str> = brief.reasons.iter().map(|reason| reason.sentence.as_str()).collect();
    // Sentences hold commas and semicolons of their own.
    let reasons = csv_cell(&reasons.join(" | "));
    let missing = csv_cell(&brief.missing.join(" | "));
    (chance, format!("{},{chance},{reasons},{said},{missing}\n", csv_cell(id)))
}

fn sources(source: &Source, model: &Model) -> Vec<(String, String)> {
    let inputs = model.encoding.inputs.iter();
    inputs
        .filter_map(|(name, _)| Some((name.clone(), source.words.source(name)?.to_owned())))
        .collect()
}

/// Columns that the model reads with a count above nought.
fn gaps(source: &Source, model: &Model, count: fn(&Reading) -> usize) -> Vec<(String, usize)> {
    let used = |column: &String| model.encoding.inputs.iter().any(|input| input.0 == *column);
    let readings = source.readings.iter().filter(|r| count(r) > 0 && used(&r.column));
    readings.map(|reading| (reading.column.clone(), count(reading))).collect()
}
