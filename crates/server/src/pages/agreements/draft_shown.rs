//! A typed wording in words, as the agreement's page will show it once it is signed, with what was typed carried on.

use super::draft_typed::{self, Typed};
use super::matters;
use super::show::{Flowing, beside, flows, name, people};
use crate::http::{Frame, frame::Section};
use app::agreement::{Agreement, Differs, Log, Reading};
use askama::Template;
use domain::agreement::{ClauseKind, Signature, Version};
use domain::calendar::shown;
use formats::agreement_toml::Written;
use jiff::civil::Date;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "agreements/draft_shown.html")]
pub struct ShownPage {
    frame: Frame,
    of: String,
    title: String,
    purpose: String,
    days: String,
    partners: Vec<String>,
    people: Vec<(&'static str, String)>,
    flows: Vec<Flowing>,
    /// What each is about, its words and its day.
    clauses: Vec<(&'static str, String, String)>,
    beside: Vec<(&'static str, String)>,
    /// What the next wording changes; empty for a new agreement.
    differs: Vec<Differs>,
    carried: Vec<(String, String)>,
}

pub fn page(
    frame: Frame,
    typed: &Typed,
    (written, stands): (&Written, Option<Agreement>),
    (reading, today): (Reading, Date),
    names: &BTreeMap<String, String>,
) -> ShownPage {
    let version = &written.version;
    let (mut signed, day) = signed(version, today);
    signed.contact.clone_from(&written.contact);
    // Whoever was deputy stays where nobody else is named.
    let deputy = stands.and_then(|stands| stands.deputy);
    signed.deputy = written.deputy.clone().or(deputy);
    let log = Log { complaints: Vec::new(), met: Vec::new() };
    let clauses = matters::clauses(&signed, &log, day).into_iter().map(|row| {
        let kind = ClauseKind::from_name(row.kind).map_or("", ClauseKind::label);
        (kind, row.words, row.due)
    });
    let ends = version.ends.map_or("no agreed end".to_owned(), shown);
    let starts = version.starts.map_or("signing".to_owned(), shown);
    ShownPage {
        frame: frame.named(format!("Check: {}", version.title), Section::Sharing),
        title: version.title.clone(),
        purpose: version.purpose.clone(),
        days: format!("From {starts} to {ends}."),
        partners: version.partners.iter().map(|id| name(names, id)).collect(),
        people: people(&signed),
        flows: flows(std::slice::from_ref(&signed), version, names, day),
        clauses: clauses.collect(),
        beside: beside(version),
        differs: if typed.of.is_empty() { Vec::new() } else { reading.differs },
        carried: draft_typed::pairs(&typed.of, &typed.draft),
        of: typed.of.clone(),
    }
}

/// The wording as if everybody had signed it, on the first day on which it can hold: what may flow by it is decided
/// as it will be then.
fn signed(version: &Version, today: Date) -> (Agreement, Date) {
    let day = version.starts.map_or(today, |starts| starts.max(today));
    let parties = std::iter::once(None).chain(version.partners.iter().cloned().map(Some));
    let sign = |party| Signature { party, name: String::new(), post: String::new(), day };
    let signatures = parties.map(sign).collect();
    let version = Version { signatures, ..version.clone() };
    (Agreement { versions: vec![version], ..Agreement::default() }, day)
}
