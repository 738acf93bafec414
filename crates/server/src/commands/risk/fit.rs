//! `waymark risk fit`: one model on every row with a known outcome, written as model.json and
//! as a list of coefficients to read by eye. Invariant: the same file gives the same model.

use super::source::Source;
use super::{DataArgs, csv_cell, write, write_json};
use crate::commands::{Outcome, Result, Wrong};
use crate::output::{self, Format};
use risk::bootstrap::Interval;
use risk::encoding::Part;
use risk::model::{FitOptions, Model, Penalty};
use serde::Serialize;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The column to be predicted.
    #[arg(long, value_name = "COL")]
    target: String,
    /// The ridge (lambda, which is 1/C) instead of the one chosen on the data.
    #[arg(long, value_name = "LAMBDA", allow_negative_numbers = true)]
    penalty: Option<f64>,
    /// Fit again this many times on resampled people, for intervals of the coefficients.
    #[arg(long, value_name = "N", default_value_t = 0)]
    bootstrap: u64,
    /// Also write design.csv, the numbers the coefficients multiply.
    #[arg(long)]
    write_design: bool,
}

#[derive(Serialize)]
struct Told {
    model: &'static str,
    rows: usize,
    outcomes: usize,
    people: usize,
    positive: String,
    rung: risk::model::Rung,
    penalty: Option<f64>,
    inputs: Vec<risk::infer::Reading>,
    left_out: Vec<risk::encoding::LeftOut>,
    protected_inputs: Vec<(String, &'static str)>,
    suspected_leaks: Vec<risk::leaks::Leak>,
    notes: Vec<String>,
    cannot: Vec<String>,
}

pub fn options(penalty: Option<f64>) -> FitOptions {
    FitOptions { penalty: penalty.map_or(Penalty::Chosen, Penalty::Fixed) }
}

impl Args {
    pub fn run(self) -> Result {
        let source = Source::to_learn_from(&self.data, &self.target, self.data.id.as_deref(), &[])?;
        let suspected_leaks = source.refuse_leaks()?;
        let refused = |error: risk::model::FitError| Wrong::Refused(error.to_string());
        let options = options(self.penalty);
        let model = Model::fit(&source.training(), &options).map_err(refused)?;
        let ranges = match self.bootstrap {
            0 => Vec::new(),
            count => model.intervals(&source.training(), 1, count).map_err(refused)?,
        };
        let out = &self.data.out;
        write_json(out, "model.json", &model)?;
        write(out, "coefficients.csv", coefficients(&model, &ranges).as_bytes())?;
        if self.write_design {
            write(out, "design.csv", design(&source, &model)?.as_bytes())?;
        }
        let told = Told {
            model: "model.json",
            rows: model.rows,
            outcomes: model.outcomes,
            people: source.people,
            positive: source.positive.clone(),
            rung: model.rung,
            penalty: model.penalty,
            inputs: source
                .readings
                .iter()
                .filter(|r| source.inputs.contains(&r.column))
                .cloned()
                .collect(),
            left_out: model.encoding.left_out.clone(),
            protected_inputs: source.protected(),
            suspected_leaks,
            notes: source.notes.clone(),
            cannot: cannot(&model),
        };
        match self.data.format {
            Format::Json => output::json(&told),
            Format::Text | Format::Csv => tell(&told, out),
        }
        Ok(Outcome::Done)
    }
}

/// What a fit alone can never show.
fn cannot(model: &Model) -> Vec<String> {
    let mut all = vec![
        "A fit says nothing of how well it predicts; run `waymark risk report` for that."
            .to_owned(),
        "A large coefficient is not a cause.".to_owned(),
    ];
    if model.outcomes < 100 {
        all.push(format!(
            "{} outcomes are few: coefficients may turn round with the next year.",
            model.outcomes
        ));
    }
    all
}

fn tell(told: &Told, out: &std::path::Path) {
    for sentence in &told.cannot {
        output::line(sentence);
    }
    let penalty = told.penalty.map_or("points only".to_owned(), |p| format!("ridge {p:.3}"));
    output::line(&format!(
        "Fitted on {} rows of {} people with {} outcomes ({}), {penalty}.",
        told.rows, told.people, told.outcomes, told.positive
    ));
    told.notes.iter().for_each(|note| output::line(note));
    for reading in &told.inputs {
        let unreadable = match reading.unreadable {
            0 => String::new(),
            n => format!(", {n} cells could not be read"),
        };
        let kind = format!("{:?}", reading.kind).to_lowercase();
        output::line(&format!(
            "  {}: {kind}, {} known, {} not known{unreadable}",
            reading.column, reading.known, reading.not_known
        ));
    }
    for left in &told.left_out {
        output::line(&format!("  {} is not used: {}.", left.column, left.why));
    }
    for (column, kind) in &told.protected_inputs {
        output::line(&format!("  {column} is used and speaks of {kind}."));
    }
    for leak in &told.suspected_leaks {
        output::line(&format!("  {} may give the outcome away: {}.", leak.column, leak.how));
    }
    output::line(&format!("Written: {}.", out.join("model.json").display()));
}

pub fn part_name(part: &Part) -> String {
    match part {
        Part::Number { .. } => "number".to_owned(),
        Part::Level { level, .. } => format!("is {level}"),
        Part::Rare { .. } => "is one of the rare values".to_owned(),
        Part::Missing { .. } => "is not known".to_owned(),
    }
}

fn coefficients(model: &Model, ranges: &[Option<Interval>]) -> String {
    let mut text = "column,part,coefficient,low,high\n".to_owned();
    text.push_str(&format!("(intercept),,{},,\n", model.intercept));
    if let Some(points) = model.points {
        text.push_str(&format!("(points),each point,{},,\n", points.coefficient));
    }
    for (at, (term, coefficient)) in
        model.encoding.terms.iter().zip(&model.coefficients).enumerate()
    {
        let range = ranges.get(at).copied().flatten();
        let (low, high) =
            range.map_or(Default::default(), |r| (r.low.to_string(), r.high.to_string()));
        let (column, part) = (csv_cell(&term.column), csv_cell(&part_name(&term.part)));
        text.push_str(&format!("{column},{part},{coefficient},{low},{high}\n"));
    }
    text
}

fn design(source: &Source, model: &Model) -> std::result::Result<String, Wrong> {
    let matrix = model
        .encoding
        .design(&source.table, &source.all_rows)
        .map_err(|error| Wrong::Refused(error.to_string()))?;
    let mut text = "row,y".to_owned();
    for term in &model.encoding.terms {
        text.push(',');
        text.push_str(&csv_cell(&format!("{} {}", term.column, part_name(&term.part))));
    }
    text.push('\n');
    for row in source.all_rows.iter().filter(|_| matrix.width() > 0) {
        let outcome = match source.target.get(*row).copied().flatten() {
            Some(true) => "1",
            Some(false) => "0",
            None => "",
        };
        text.push_str(&format!("{row},{outcome}"));
        for cell in matrix.row(*row) {
            text.push_str(&format!(",{cell}"));
        }
        text.push('\n');
    }
    Ok(text)
}
