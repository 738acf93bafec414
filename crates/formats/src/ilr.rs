//! The Individualised Learner Record of a college or training provider: who began, who is expected
//! to go on until when, and who left. A learner's main aims say it; component aims are not news.
//! Differs: ethnicity is not taken, since the record's two digits are not the return's codes.

mod aims;

use crate::dates::{DateOrder, read_date};
use crate::limits::{refuse, short};
use crate::said;
use crate::xml_records::{Element, Shape, Taking, Unread, each_record, text_of};
use crate::{Options, Sink};
use domain::calendar::Day;
use domain::intake::{Declaration, FileFacts, FileRefused, ProviderSaid, Row};
use domain::person::{Address, Field};
use std::collections::BTreeMap;

const WANTED: &str = "an Individualised Learner Record (XML)";
const KNOWN: [&str; 19] = [
    "PriorAttain",
    "LearnRefNumber",
    "ULN",
    "FamilyName",
    "GivenNames",
    "DateOfBirth",
    "Sex",
    "Postcode",
    "AddLine1",
    "AddLine2",
    "AddLine3",
    "AddLine4",
    "TelNo",
    "Email",
    "LearnerFAM",
    "LearningDelivery",
    "PlanLearnHours",
    "PlanEEPHours",
    "LearnerContact",
];
const SKIPPED: [&str; 4] =
    ["AppFinRecord", "ProviderSpecDeliveryMonitoring", "LearningDeliveryHE", "LearnerHE"];

pub(crate) fn read(
    bytes: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<FileFacts, FileRefused> {
    let (text, note) = text_of(bytes, options, WANTED)?;
    let mut facts = FileFacts { notes: vec![note], ..FileFacts::default() };
    let went = destinations(&text)?;
    let (mut unread, mut learners, mut provider) = (Unread::default(), 0, ProviderSaid::default());
    let shape = Shape {
        wanted: WANTED,
        root: &is_ilr,
        records: &["Header", "LearningProvider", "Learner"],
        skipped: &SKIPPED,
    };
    each_record(&text, &shape, &mut |element| {
        match element.name.as_str() {
            "Header" => header(&element, &mut facts, &mut provider),
            "LearningProvider" => {
                provider.ukprn = ukprn(element.said("UKPRN"), &mut facts).or(provider.ukprn.take())
            }
            _ => {
                learners += 1;
                unread.count(&element, &KNOWN);
                monitoring(&element, &mut unread);
                sink(learner(&element, learners, &provider, &went));
            }
        }
        Ok(())
    })?;
    if learners == 0 {
        return Err(refuse("The file holds no learner."));
    }
    facts.unread = unread.told();
    Ok(facts)
}

/// The namespace changes every year: `ESFA/ILR/2025-26`, `SFA/ILR/2015-16`.
fn is_ilr(root: &str, spaces: &[String]) -> bool {
    let named = |space: &String| {
        let mut parts = space.trim().trim_end_matches('/').rsplit('/');
        let year = parts.next().is_some_and(|year| {
            year.len() == 7
                && year
                    .bytes()
                    .enumerate()
                    .all(|(at, b)| if at == 4 { b == b'-' } else { b.is_ascii_digit() })
        });
        year && parts.next() == Some("ILR")
            && matches!(parts.next(), Some("ESFA" | "SFA" | "DFE" | "DfE"))
    };
    root == "Message" && spaces.iter().any(named)
}

fn header(element: &Element, facts: &mut FileFacts, provider: &mut ProviderSaid) {
    facts.day = element.said("CollectionDetails/FilePreparationDate").and_then(day);
    if let Some(year) = element.said("CollectionDetails/Year") {
        facts.notes.push(format!("ILR of the year {}.", short(year)));
    }
    provider.ukprn = ukprn(element.said("Source/UKPRN"), facts);
}

fn ukprn(text: Option<&str>, facts: &mut FileFacts) -> Option<String> {
    said::ukprn(text?, &mut facts.notes)
}

fn day(text: &str) -> Option<Day> {
    read_date(text, DateOrder::Ymd).ok()
}

/// Where learners went, by their number at the provider, in files that still say so.
fn destinations(text: &str) -> Result<BTreeMap<String, String>, FileRefused> {
    const RECORD: &str = "LearnerDestinationandProgression";
    let mut went = BTreeMap::new();
    if !text.contains(RECORD) {
        return Ok(went);
    }
    let shape = Shape { wanted: WANTED, root: &is_ilr, records: &[RECORD], skipped: &[] };
    each_record(text, &shape, &mut |element| {
        let last = element
            .all("DPOutcome")
            .max_by_key(|outcome| outcome.said("OutStartDate").and_then(day))
            .and_then(|outcome| outcome.said("OutType").zip(outcome.said("OutCode")));
        if let (Some(number), Some((kind, code))) = (element.said("LearnRefNumber"), last) {
            went.insert(number.to_owned(), aims::destination(kind, code));
        }
        Ok(())
    })?;
    Ok(went)
}

fn learner(
    element: &Element,
    row: u32,
    provider: &ProviderSaid,
    went: &BTreeMap<String, String>,
) -> Row {
    let mut taking = Taking::new(element);
    let mut said = Declaration { row, ..Declaration::default() };
    for (path, field) in [
        ("FamilyName", Field::FamilyName),
        ("GivenNames", Field::GivenName),
        ("TelNo", Field::Phone),
        ("Email", Field::Email),
    ] {
        if let Some(text) = taking.take(&[path]) {
            said.particulars.set(field, text.to_owned());
        }
    }
    if let Some(text) = taking.take(&["DateOfBirth"]) {
        said::born("DateOfBirth", text, &mut said);
    }
    if let Some(text) = taking.take(&["ULN"]) {
        said::uln(text, &mut said);
    }
    if let Some(text) = taking.take(&["Sex"]) {
        said::sex(text, &mut said);
    }
    said.address = address(&mut taking, &mut said.remarks);
    need(element, &mut said);
    if let Some(level) = aims::level(element) {
        said.particulars.set(Field::EducationLevel, level.to_owned());
    }
    let moved_on = taking.take(&["LearnRefNumber"]).and_then(|number| went.get(number)).cloned();
    aims::activities(&mut taking, provider, moved_on, &mut said);
    said.raw = taking.raw;
    match said::names_somebody(said) {
        Ok(said) => Row::Person(Box::new(said)),
        Err(refused) => Row::Refused(refused),
    }
}

/// Types of learner funding and monitoring that nobody reads, by name.
fn monitoring(element: &Element, unread: &mut Unread) {
    let types = element.all("LearnerFAM").filter_map(|fam| fam.said("LearnFAMType"));
    for kind in types.filter(|kind| !matches!(*kind, "EHC" | "SEN" | "HNS")) {
        unread.name(&format!("LearnerFAM {}", short(kind)));
    }
}

/// A plan, or special needs without one. High-needs funding (HNS) is for those whose support costs more than a
/// provider's own means cover, so without a plan it says special needs with support; the row says that it
/// was read so. Other types have no field of the register: they are about money, meals and entry grades.
///
/// Source: ILR specification, LearnFAMType (EHC, SEN, HNS). That SEN and HNS mean support without a plan where
/// no EHC stands beside them is our reading.
fn need(element: &Element, said: &mut Declaration) {
    let has =
        |kind: &str| element.all("LearnerFAM").any(|fam| fam.said("LearnFAMType") == Some(kind));
    if has("EHC") {
        said.particulars.set(Field::Send, "Y".to_owned());
    } else if has("SEN") || has("HNS") {
        said.particulars.set(Field::SenSupport, "Y".to_owned());
        if !has("SEN") {
            said.remarks
                .push("High-needs funding without a plan was read as SEN support.".to_owned());
        }
    }
}

fn address(taking: &mut Taking<'_>, remarks: &mut Vec<String>) -> Option<Address> {
    let mut text = |path: &str| taking.take(&[path]).unwrap_or_default().to_owned();
    let lines = ["AddLine1", "AddLine2", "AddLine3", "AddLine4"].map(&mut text);
    let postcode = text("Postcode");
    said::address(Address { lines, ..Address::default() }, &postcode, remarks)
}
