//! Checking a file as it is read: the edition is chosen when the header has been read, then every
//! record goes through the checks and is let go.

use super::read::{Limits, Part, read};
use domain::edition::{Authorities, Edition, Editions};
use domain::statutory::check::{Checker, Report};
use std::io::BufRead;

/// Checks a return, by the edition given or else by that of its period end and root.
///
/// Errors: none; a file that cannot be read is a report that rejects it, with the reader's
/// sentence. `None` only when there is no edition at all.
pub fn check_file(
    input: impl BufRead,
    limits: &Limits,
    editions: &Editions,
    authorities: &Authorities,
    edition: Option<&Edition>,
) -> Option<Report> {
    let mut root = String::new();
    let mut checker: Option<Checker<'_>> = None;
    let outcome = read(input, limits, &mut |part| match part {
        Part::Root(name) => root = name,
        Part::Header(header) => {
            let edition = edition.or_else(|| editions.for_file(&root, header.period_end_day()));
            checker = edition.map(|edition| Checker::new(edition, authorities, &header));
        }
        Part::Record(record) => {
            if let Some(checker) = checker.as_mut() {
                checker.record(&record);
            }
        }
    });
    let report = match checker {
        Some(checker) => checker.finish(),
        None => Report::empty(edition.or_else(|| editions.for_file(&root, None))?),
    };
    Some(match outcome {
        Ok(_) => report,
        Err(error) => report.unreadable(&error.to_string()),
    })
}
