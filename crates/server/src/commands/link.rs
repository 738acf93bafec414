//! `waymark link`: two CSV lists in, one list of links out. Files, clocks and sentences live here;
//! who is who is decided by the crate `linkage`. Invariant: a list that cannot be read whole and
//! unmistakably is refused, so that no link ever rests on a misread column.

mod gauge;
mod measure;
mod read;
mod write;

use super::{Outcome, Result, Unopened, Wrong, file_out, text_of};
use crate::output::{self, Format};
use gauge::{Gauge, Stage};
use linkage::{Diagnostics, Effort, Explanation, Linker, Links, Model, Quality, Register, Table};
use serde::Serialize;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// The register: a CSV file, plain or gzipped.
    a: PathBuf,
    /// The partner's list to find in it.
    b: PathBuf,
    /// Where the links go, as CSV: id_a, id_b, probability, weight.
    #[arg(long, value_name = "FILE", required_unless_present = "explain")]
    out: Option<PathBuf>,
    /// Links at least this probable are written.
    #[arg(long, value_name = "P", default_value_t = 0.95, value_parser = probability)]
    threshold: f64,
    /// True pairs (id_a, id_b), to measure against.
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    /// Say why these two records score what they score.
    #[arg(long, value_name = "ID_A,ID_B")]
    explain: Option<String>,
    /// Draw that explanation as an SVG waterfall.
    #[arg(long, value_name = "FILE", requires = "explain")]
    waterfall: Option<PathBuf>,
    /// Use a model learned before instead of learning one.
    #[arg(long, value_name = "FILE")]
    model_in: Option<PathBuf>,
    /// Keep the model.
    #[arg(long, value_name = "FILE")]
    model_out: Option<PathBuf>,
    /// Both lists hold each person once: of two links to one person the likelier is written.
    #[arg(long)]
    clean: bool,
    /// Threads to use; all cores when left out. The links are the same whatever the number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// A TOML file that names the columns of both lists, or under [a] and [b] those of each.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    _place: Unopened,
}

fn probability(text: &str) -> std::result::Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if number > 0.0 && number <= 1.0 {
        Ok(number)
    } else {
        Err("must be above 0 and at most 1".to_owned())
    }
}

/// Everything one run found, as it is printed in JSON.
#[derive(Serialize)]
struct Report {
    threshold: f64,
    links: usize,
    review: usize,
    /// Links left out because another of the same list was likelier.
    left_out: usize,
    candidates: u64,
    register: Quality,
    list: Quality,
    #[serde(skip_serializing_if = "Option::is_none")]
    training: Option<Diagnostics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    truth: Option<measure::Measured>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Explanation>,
    stages: Vec<Stage>,
    cpu_seconds: f64,
    wall_seconds: f64,
    peak_memory_mib: Option<f64>,
    warnings: Vec<String>,
}

impl Args {
    pub fn run(self) -> Result {
        let mut pool = rayon::ThreadPoolBuilder::new();
        if let Some(threads) = self.threads {
            pool = pool.num_threads(usize::from(threads));
        }
        let pool = pool
            .build()
            .map_err(|error| Wrong::Failed(format!("Threads could not be started: {error}.")))?;
        pool.install(|| self.link())
    }

    fn link(&self) -> Result {
        let mut gauge = Gauge::start();
        let (of_a, of_b) = read::columns(self.mapping.as_deref())?;
        let (a, b) = rayon::join(|| read::table(&self.a, &of_a), || read::table(&self.b, &of_b));
        let ((a, lines_a), (b, lines_b)) = (a?, b?);
        gauge.lap("read");
        let (qualities, mut warnings) = ((a.quality(), b.quality()), Vec::new());
        read::refuse_unusable(&self.a, (&qualities.0, lines_a), &mut warnings)?;
        read::refuse_unusable(&self.b, (&qualities.1, lines_b), &mut warnings)?;
        let truth = self.truth.as_deref().map(read::truth).transpose()?;
        gauge.lap("check");
        let register = Register::new(a);
        if register.fillers() > 0 {
            warnings.push(write::passed_over(&self.a, register.fillers()));
        }
        gauge.lap("index");
        let (model, training) = self.model(&register, &b)?;
        gauge.lap("learn");
        let linker = Linker::new(&register, &model);
        let mut links = linker.link(&b);
        let left_out =
            if self.clean { once_each(&mut links, &register, self.threshold) } else { 0 };
        gauge.lap("link");
        if left_out > 0 {
            warnings.push(format!("{left_out} links are left out: another row was likelier."));
        }
        let explanation = self.explanation(&register, &linker, &b)?;
        let kept: Vec<_> =
            links.links.iter().filter(|link| link.probability >= self.threshold).collect();
        if let Some(path) = &self.out {
            write::links(path, &register, &b, &kept)?;
        }
        if let Some(path) = &self.model_out {
            file_out::whole(path, model.to_json().as_bytes())?;
        }
        if let (Some(path), Some(explanation)) = (&self.waterfall, &explanation) {
            file_out::whole(path, linkage::waterfall(explanation).as_bytes())?;
        }
        gauge.lap("write");
        warnings.extend(training.iter().flat_map(|training| training.warnings.clone()));
        let measured = truth
            .map(|truth| measure::measure(&linker, &register, &b, &links, &truth, self.threshold));
        let report = Report {
            threshold: self.threshold,
            links: kept.len(),
            review: reviewable(&links, self.threshold),
            left_out,
            candidates: links.candidates,
            register: qualities.0,
            list: qualities.1,
            training,
            truth: measured,
            explanation,
            cpu_seconds: gauge.cpu(),
            wall_seconds: gauge.wall(),
            stages: gauge.stages,
            peak_memory_mib: gauge::peak_memory_mib(),
            warnings,
        };
        self.show(&report);
        Ok(Outcome::Done)
    }

    fn model(
        &self,
        register: &Register,
        b: &Table,
    ) -> std::result::Result<(Model, Option<Diagnostics>), Wrong> {
        let Some(path) = &self.model_in else {
            let (model, found) = linkage::train(register, b, Effort::default());
            return Ok((model, Some(found)));
        };
        let model = Model::from_json(&text_of(path)?);
        model
            .map(|model| (model, None))
            .map_err(|error| Wrong::Usage(format!("{}: {error}.", path.display())))
    }

    fn explanation(
        &self,
        register: &Register,
        linker: &Linker<'_>,
        b: &Table,
    ) -> std::result::Result<Option<Explanation>, Wrong> {
        let Some(ids) = &self.explain else { return Ok(None) };
        // Ids may hold commas themselves, so every comma is tried as the border.
        let borders = ids.match_indices(',').map(|(at, _)| ids.split_at(at));
        let mut pairs = borders.map(|(a, b)| (a.trim(), b.get(1..).unwrap_or("").trim()));
        let found =
            pairs.find_map(|(id_a, id_b)| Some((register.table().find(id_a)?, b.find(id_b)?)));
        let Some((at, bt)) = found else {
            return Err(Wrong::Usage(format!(
                "--explain wants an id of the first file, a comma and an id of the second; {ids} is no such pair."
            )));
        };
        Ok(linker.explain(at, b, bt))
    }

    fn show(&self, report: &Report) {
        write::summary(report);
        match self.format {
            Format::Json => output::json(report),
            Format::Text | Format::Csv => {
                if let Some(explanation) = &report.explanation {
                    output::line(&explanation.to_string());
                }
            }
        }
    }
}

/// Takes out links at the threshold or above that would give one person of a list two of the other; how
/// many.
fn once_each(links: &mut Links, register: &Register, threshold: f64) -> usize {
    let first = register.len();
    let edge = |link: &linkage::Link| linkage::Edge {
        one: link.a,
        other: first + link.b,
        probability: link.probability,
    };
    let sure = links.links.iter().filter(|link| link.probability >= threshold);
    let edges: Vec<linkage::Edge> = sure.map(edge).collect();
    let found = linkage::cluster(&edges, |record| usize::from(record >= first), |_| true);
    let refused: std::collections::HashSet<(usize, usize)> =
        found.refused.iter().map(|edge| (edge.one, edge.other)).collect();
    links.links.retain(|link| !refused.contains(&(link.a, first + link.b)));
    refused.len()
}

/// Best entries that are as likely as not, but below the line.
fn reviewable(links: &Links, threshold: f64) -> usize {
    links
        .links
        .iter()
        .filter(|link| link.probability >= 0.5 && link.probability < threshold)
        .count()
}
