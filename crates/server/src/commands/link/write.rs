//! Links into a file, and the run's summary onto standard error.

use super::super::{Wrong, file_out};
use super::Report;
use crate::output;
use linkage::{Link, Register, Table};
use std::path::Path;

pub fn links(path: &Path, register: &Register, b: &Table, links: &[&Link]) -> Result<(), Wrong> {
    let mut out = csv::Writer::from_writer(Vec::with_capacity(links.len() * 64));
    let mut rows = || -> csv::Result<()> {
        out.write_record(["id_a", "id_b", "probability", "weight"])?;
        for link in links {
            let (probability, weight) =
                (link.probability.to_string(), format!("{:.4}", link.weight));
            out.write_record([register.table().id(link.a), b.id(link.b), &probability, &weight])?;
        }
        out.flush()?;
        Ok(())
    };
    rows().map_err(|error| Wrong::Failed(format!("The links cannot be written: {error}.")))?;
    file_out::whole(path, out.get_ref())
}

/// How many numbers of the register were not taken for anybody's, so that whoever relies on them looks.
pub fn passed_over(register: &Path, numbers: usize) -> String {
    let count = match numbers {
        1 => "1 UPN or ULN counts".to_owned(),
        many => format!("{many} UPNs or ULNs count"),
    };
    format!("{}: {count} as missing, held by too many different people.", register.display())
}

/// For people: what was found, how sure, how long it took.
pub fn summary(report: &Report) {
    let say = output::complain;
    say(&format!(
        "{} links at {} and above, {} to review below; {} candidates among {} x {} records.",
        report.links,
        report.threshold,
        report.review,
        report.candidates,
        report.register.people,
        report.list.people
    ));
    for stage in &report.stages {
        say(&format!(
            "  {:<6} {:>8.3} s CPU {:>8.3} s wall",
            stage.name, stage.cpu_seconds, stage.wall_seconds
        ));
    }
    let memory = report.peak_memory_mib.map_or("unknown".to_owned(), |mib| format!("{mib:.0} MiB"));
    say(&format!(
        "  {:<6} {:>8.3} s CPU {:>8.3} s wall, peak memory {memory}",
        "total", report.cpu_seconds, report.wall_seconds
    ));
    if let Some(training) = &report.training {
        let state = if training.converged { "settled" } else { "NOT settled" };
        say(&format!(
            "Learned from {:.0} people of the list in {} rounds ({state}; last change {:.5}).",
            training.askers, training.iterations, training.last_change
        ));
    }
    if let Some(measured) = &report.truth {
        measured.lines().iter().for_each(|line| say(line));
    }
    report.warnings.iter().for_each(|warning| say(&format!("Note: {warning}")));
}
