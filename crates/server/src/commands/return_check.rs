//! `waymark return check`: the department's checks on a file, ours or another system's. Needs no
//! register; the file is read once, record by record.

use super::{Outcome, Result, Unopened, Wrong};
use crate::output::{self, Format};
use domain::finding::Finding;
use domain::statutory::check::Report;
use formats::nccis_xml::{Limits, check_file};
use formats::reference::{authorities, editions};
use serde::Serialize;
use std::{fs::File, io::BufReader, path::PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// The return, as XML.
    file: PathBuf,
    /// Check by this edition instead of that of the file's period end.
    #[arg(long, value_name = "NAME")]
    edition: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    _place: Unopened,
}

impl Args {
    pub fn run(self) -> Result {
        let edition = self.edition.as_deref().map(|name| {
            let unknown = || Wrong::Usage(format!("There is no edition {name}."));
            editions().named(name).ok_or_else(unknown)
        });
        let file = File::open(&self.file).map_err(|error| {
            Wrong::Usage(format!("{} cannot be opened: {error}.", self.file.display()))
        })?;
        let input = BufReader::with_capacity(1 << 16, file);
        let report =
            check_file(input, &Limits::default(), editions(), authorities(), edition.transpose()?)
                .ok_or_else(|| Wrong::Failed("This binary carries no edition.".into()))?;
        print(&report, self.format);
        let faultless = report.findings.is_empty() && !report.file_rejected();
        Ok(if faultless { Outcome::Done } else { Outcome::Findings })
    }
}

fn print(report: &Report, format: Format) {
    if format == Format::Json {
        return output::json(&Shown::of(report));
    }
    for finding in &report.findings {
        let person = finding.young_persons_id.as_deref().unwrap_or("the file");
        let line = finding.line.map(|line| format!(" (line {line})")).unwrap_or_default();
        output::line(&format!("{person}{line}: {} {finding}", finding.field));
    }
    let verdict = if report.file_rejected() { "; the file would be turned away" } else { "" };
    let Report { edition, records, findings, .. } = report;
    output::line(&format!(
        "{records} records checked by {edition}, {} findings{verdict}.",
        findings.len()
    ));
}

#[derive(Serialize)]
struct Shown<'a> {
    edition: &'a str,
    records: usize,
    file_rejected: bool,
    findings: Vec<ShownFinding<'a>>,
}

#[derive(Serialize)]
struct ShownFinding<'a> {
    code: Code<'a>,
    priority: u8,
    young_persons_id: Option<&'a str>,
    field: &'a str,
    message: &'a str,
}

/// The department's codes are numbers; where it gave none that we know of, a word of ours.
#[derive(Serialize)]
#[serde(untagged)]
enum Code<'a> {
    Number(u16),
    Word(&'a str),
}

impl<'a> Shown<'a> {
    fn of(report: &'a Report) -> Self {
        let finding = |finding: &'a Finding| ShownFinding {
            code: finding.code.parse().map_or(Code::Word(&finding.code), Code::Number),
            priority: finding.priority.number(),
            young_persons_id: finding.young_persons_id.as_deref(),
            field: &finding.field,
            message: &finding.message,
        };
        Self {
            edition: &report.edition,
            records: report.records,
            file_rejected: report.file_rejected(),
            findings: report.findings.iter().map(finding).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> serde_json::Value {
        let limits = Limits::default();
        let report = check_file(text.as_bytes(), &limits, editions(), authorities(), None);
        serde_json::to_value(Shown::of(&report.unwrap())).unwrap()
    }

    #[test]
    fn the_document_has_exactly_the_promised_keys() {
        let file = include_str!("../../../../testdata/nccis/incumbent-2019.xml");
        let faultless = serde_json::json!(
            { "edition": "2019-20", "records": 2, "file_rejected": false, "findings": [] }
        );
        assert_eq!(shown(file), faultless);
        let (right, wrong) = ("<CohortStatus>P</CohortStatus>", "<CohortStatus>X</CohortStatus>");
        let spoiled = shown(&file.replacen(right, wrong, 1));
        assert_eq!(spoiled["file_rejected"], true);
        assert_eq!(
            spoiled["findings"],
            serde_json::json!([{
                "code": 904,
                "priority": 1,
                "young_persons_id": "4680000000001",
                "field": "CohortStatus",
                "message": "The cohort status is not in the code list; the file fails: X.",
            }])
        );
    }

    #[test]
    fn a_file_that_cannot_be_read_is_a_rejection() {
        let half = shown("<NCCIS><FileHeader>");
        assert_eq!(half["file_rejected"], true);
        assert_eq!(half["records"], 0);
        assert_eq!(half["findings"][0]["code"], "file");
        assert_eq!(half["findings"][0]["young_persons_id"], serde_json::Value::Null);
    }
}
