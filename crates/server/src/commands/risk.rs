//! `waymark risk`: the predictor's engine on any CSV file, for an analyst alone at a desk. It
//! reads and writes files; everything it works out comes from the crate `risk`. Invariant: it
//! never opens the register, and what it prints says what the model cannot do before the rest.

mod cells;
mod challenger;
mod charts;
mod fit;
mod folds;
mod outcome;
mod page;
mod recalibrate;
mod report;
mod score;
mod source;
mod tables;

use super::{Result, Unopened, Wrong, bytes_of, file_out};
use crate::output::Format;
use clap::Subcommand;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Fit a model on every row and write model.json.
    Fit(fit::Args),
    /// Score rows with a fitted model and write scores.csv: id, probability, reasons, in_words, not_known.
    Score(score::Args),
    /// Set a fitted model's level and spread right on newer outcomes and write model.json.
    Recalibrate(recalibrate::Args),
    /// Fit on folds, predict what each fit did not see, and write predictions and a report.
    Report(Box<report::Args>),
}

impl Args {
    pub fn run(self) -> Result {
        match self.task {
            Task::Fit(args) => args.run(),
            Task::Score(args) => args.run(),
            Task::Recalibrate(args) => args.run(),
            Task::Report(args) => args.run(),
        }
    }
}

/// What to read and what to leave alone.
#[derive(clap::Args, Clone, Debug)]
pub struct DataArgs {
    /// A CSV file: comma, semicolon, tab or bar, with one line of column names.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// The values of the target that count as "yes", or a bound such as ">=6"; needed when they are not
    /// 1/0 or yes/no.
    #[arg(long, value_name = "VALUES", value_delimiter = ',', allow_negative_numbers = true)]
    positive: Vec<String>,
    /// Values of the target that say nothing, as "unknown"; blanks, NA and ? never count.
    #[arg(long, value_name = "VALUES", value_delimiter = ',', allow_negative_numbers = true)]
    not_known: Vec<String>,
    /// The column that says which rows are one person's. Never an input; the "id" of scores.csv, which without
    /// it is the row, counted from 0.
    #[arg(long, value_name = "COL")]
    id: Option<String>,
    /// Columns that must not be used, parted by commas; may be given more than once.
    #[arg(long, value_name = "COLS")]
    exclude: Vec<String>,
    /// A points score to start from and to be compared with: a column, or a points table (.toml).
    #[arg(long, value_name = "COL|FILE")]
    points: Option<String>,
    /// How columns are spoken of in reasons (.toml): label, can_act, source.
    #[arg(long, value_name = "FILE")]
    words: Option<PathBuf>,
    /// The folder to write into; made when it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    _place: Unopened,
}

fn read_toml<T: serde::de::DeserializeOwned>(path: &Path) -> std::result::Result<T, Wrong> {
    let text = String::from_utf8_lossy(&bytes_of(path)?).into_owned();
    toml::from_str(&text)
        .map_err(|error| Wrong::Usage(format!("{} does not read: {error}", path.display())))
}

fn write(folder: &Path, name: &str, contents: &[u8]) -> std::result::Result<(), Wrong> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder).map_err(|error| {
        Wrong::Failed(format!("{} cannot be written: {error}.", path.display()))
    })?;
    file_out::whole(&path, contents)
}

fn write_json(
    folder: &Path,
    name: &str,
    value: &impl serde::Serialize,
) -> std::result::Result<(), Wrong> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Wrong::Failed(format!("{name} cannot be written as JSON: {error}.")))?;
    write(folder, name, text.as_bytes())
}

/// A cell as CSV wants it, and safe from being run as a formula when a spreadsheet opens it.
fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '@', '\t', '\r'])
        || (text.starts_with(['+', '-']) && text.parse::<f64>().is_err());
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files that ship must read; a council starts from copies of them.
    #[test]
    fn shipped_points_and_words_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference/risk");
        let points: ::risk::points::PointsTable =
            read_toml(&folder.join("roni-oxfordshire.toml")).expect("the points table reads");
        assert_eq!(points.indicators.len(), 15);
        let total: f64 = points.indicators.iter().map(|indicator| indicator.points).sum();
        assert_eq!(total, 25.0, "the points as published");
        let words: ::risk::words::Words = read_toml(&folder.join("words.toml")).expect("reads");
        assert_eq!(words.can_act("attendance"), Some(true));
    }

    #[test]
    fn cells_are_quoted_and_cannot_run() {
        for (text, cell) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("=SUM(A1)", "'=SUM(A1)"),
            ("-0.5", "-0.5"),
            ("-cmd", "'-cmd"),
        ] {
            assert_eq!(csv_cell(text), cell);
        }
    }
}
