//! The Common Transfer File: a school's pupils, each with numbers, birth, address, need, contacts
//! and schools. It is read as the roll of the school that sent it; what else it holds (attendance,
//! assessments, meals) is named as unread and not kept.

use crate::dates::{DateOrder, read_date};
use crate::limits::short;
use crate::person_line::former_name;
use crate::roll::SUBSIDIARY;
use crate::said;
use crate::xml_records::{Element, Shape, Taking, Unread, each_record, text_of};
use crate::{Options, Sink};
use domain::calendar::Day;
use domain::intake::{ActivitySaid, Declaration, FileFacts, FileRefused, ProviderSaid, Row};
use domain::person::{Address, Field};

const WANTED: &str = "a Common Transfer File (XML)";
const SKIPPED: [&str; 6] =
    ["Attendance", "StageAssessments", "FSMhistory", "NAWdetails", "Admissions", "SENneeds"];
const KNOWN: [&str; 15] = [
    "UPN",
    "UniqueLearnerNumber",
    "Surname",
    "Forename",
    "DOB",
    "Sex",
    "Gender",
    "BasicDetails",
    "LookedAfter",
    "SENhistory",
    "Address",
    "Phones",
    "Email",
    "Contacts",
    "SchoolHistory",
];

/// What is read of the basic details.
const KNOWN_BASIC: [&str; 7] =
    ["Surname", "Forename", "MiddleNames", "FormerSurname", "Ethnicity", "Email", "EnrolStatus"];
/// Looked after, as the return codes it.
///
/// Source: code list of individual characteristics (IC01).
const LOOKED_AFTER: &str = "110";

pub(crate) fn read(
    bytes: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<FileFacts, FileRefused> {
    let (text, note) = text_of(bytes, options, WANTED)?;
    let mut facts = FileFacts { notes: vec![note], ..FileFacts::default() };
    let (mut unread, mut pupils, mut source) = (Unread::default(), 0, ProviderSaid::default());
    let shape = Shape {
        wanted: WANTED,
        root: &|name, _| matches!(name, "CTfile" | "ATfile"),
        records: &["Header", "Pupil", "ATFpupil"],
        skipped: &SKIPPED,
    };
    each_record(&text, &shape, &mut |element| {
        if element.name == "Header" {
            source = header(&element, &mut facts);
        } else {
            pupils += 1;
            unread.count(&element, &KNOWN);
            unread.count_within(&element, "BasicDetails", &KNOWN_BASIC);
            sink(pupil(&element, pupils, &source, facts.day.or(options.as_of)));
        }
        Ok(())
    })?;
    facts.unread = unread.told();
    if pupils == 0 {
        return Err(crate::limits::refuse("The file holds no pupil."));
    }
    if source == ProviderSaid::default() {
        facts
            .notes
            .push("The header names no school, so nobody was put on a roll by it.".to_owned());
    }
    Ok(facts)
}

fn header(element: &Element, facts: &mut FileFacts) -> ProviderSaid {
    facts.day = element.said("DateTime").and_then(day);
    let version =
        element.said("CTFversion").map(|version| format!("CTF version {}.", short(version)));
    facts.notes.extend(version);
    element.at("SourceSchool").map(school).unwrap_or_default()
}

fn school(element: &Element) -> ProviderSaid {
    let number =
        element.said("LEA").zip(element.said("Estab")).map(|(la, estab)| format!("{la}{estab}"));
    ProviderSaid {
        // `LLLL` is the authority itself and `XXXX` nobody known: neither is a school.
        establishment_number: number
            .and_then(|number| said::establishment(&number, &mut Vec::new())),
        ukprn: None,
        urn: element.said("URN").map(str::to_owned),
        name: element.said("SchoolName").map(str::to_owned),
        kind: None,
    }
}

fn day(text: &str) -> Option<Day> {
    read_date(text, DateOrder::Ymd).ok()
}

fn pupil(element: &Element, row: u32, source: &ProviderSaid, file_day: Option<Day>) -> Row {
    let mut taking = Taking::new(element);
    let mut said = Declaration { row, ..Declaration::default() };
    particulars(&mut taking, &mut said);
    if let Some(text) = taking.take(&["DOB"]) {
        said::born("DOB", text, &mut said);
    }
    if let Some(text) = taking.take(&["UPN"]) {
        said::upn(text, &mut said);
    }
    if let Some(text) = taking.take(&["UniqueLearnerNumber"]) {
        said::uln(text, &mut said);
    }
    if let Some(text) = taking.take(&["Sex", "Gender"]) {
        said::sex(text, &mut said);
    }
    if let Some(text) = taking.take(&["BasicDetails/FormerSurname", "FormerSurname"]) {
        former_name(text, &mut said);
    }
    said.address = address(&mut taking, &mut said.remarks);
    need(&mut taking, file_day, &mut said);
    parent(element, &mut said);
    // The main school says where a pupil is whom this one holds beside it.
    let beside = taking.take(&["BasicDetails/EnrolStatus", "EnrolStatus"]) == Some("S");
    match beside {
        true => said.remarks.push(SUBSIDIARY.to_owned()),
        false => roll(element, source, file_day, &mut said),
    }
    said.raw = taking.raw;
    match said::names_somebody(said) {
        Ok(said) => Row::Person(Box::new(said)),
        Err(refused) => Row::Refused(refused),
    }
}

fn particulars(taking: &mut Taking<'_>, said: &mut Declaration) {
    for (paths, field) in [
        (["Surname", "BasicDetails/Surname"], Field::FamilyName),
        (["Forename", "BasicDetails/Forename"], Field::GivenName),
        (["BasicDetails/MiddleNames", "MiddleNames"], Field::MiddleName),
        (["Phones/Phone/PhoneNo", "Phone"], Field::Phone),
        (["Email", "BasicDetails/Email"], Field::Email),
    ] {
        if let Some(text) = taking.take(&paths) {
            said.particulars.set(field, text.to_owned());
        }
    }
    if let Some(text) = taking.take(&["BasicDetails/Ethnicity", "Ethnicity"]) {
        said::ethnicity(text, said);
    }
}

fn address(taking: &mut Taking<'_>, remarks: &mut Vec<String>) -> Option<Address> {
    let mut text = |paths: &[&str]| taking.take(paths).unwrap_or_default().to_owned();
    let bs = |name: &str| format!("Address/BS7666Address/{name}");
    let line = |number: u8| format!("Address/AddressLines/AddressLine{number}");
    let mut lines = [1, 2, 3, 4].map(|number| text(&[&line(number)]));
    let fifth = text(&[&line(5)]);
    if lines.iter().all(String::is_empty) {
        let [saon, paon, street, locality] =
            ["SAON", "PAON", "Street", "Locality"].map(|name| text(&[&bs(name)]));
        lines = said::lines_of_bs7666(&saon, &paon, &street, &locality);
    }
    let town = text(&[&bs("PostTown"), &bs("Town"), "Address/Town"]);
    let address = Address {
        lines,
        // A fifth line is where writers put the town.
        town: if town.is_empty() { fifth } else { town },
        county: text(&["Address/County", &bs("AdministrativeArea")]),
        ..Address::default()
    };
    let postcode = text(&["Address/PostCode", "Address/Postcode"]);
    said::address(address, &postcode, remarks)
}

/// The provision in force: the one that started last and has not ended by the file's day.
fn need(taking: &mut Taking<'_>, file_day: Option<Day>, said: &mut Declaration) {
    let current = taking
        .element
        .at("SENhistory")
        .into_iter()
        .flat_map(|history| history.all("SEN"))
        .filter(|sen| {
            let end = sen.said("EndDate").and_then(day);
            end.is_none_or(|end| file_day.is_some_and(|today| end >= today))
        })
        .max_by_key(|sen| sen.said("StartDate").and_then(day))
        .and_then(|sen| sen.said("SENprovision"));
    if let Some(provision) = current {
        taking.raw.push(("SENprovision".to_owned(), provision.to_owned()));
        said::sen_provision(provision, said);
    }
    let in_care = taking.take(&["LookedAfter/InCare"]).is_some_and(is_true);
    if in_care {
        said.also_holds.push(LOOKED_AFTER.to_owned());
        let authority = taking.take(&["LookedAfter/CareAuthority"]).map(short).unwrap_or_default();
        let remark =
            format!("The school says that they are looked after, by authority {authority}.");
        said.remarks.push(remark.replace(", by authority .", "."));
    }
}

fn is_true(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "true" | "1" | "y" | "yes")
}

/// The first contact with responsibility, by the order the school gave.
fn parent(element: &Element, said: &mut Declaration) {
    let contact = element
        .at("Contacts")
        .into_iter()
        .flat_map(|contacts| contacts.all("Contact"))
        .filter(|contact| contact.said("Responsibility").is_none_or(is_true))
        .min_by_key(|contact| {
            contact.said("Order").and_then(|order| order.parse::<u32>().ok()).unwrap_or(u32::MAX)
        });
    let Some(contact) = contact else { return };
    let name = [contact.said("Forename"), contact.said("Surname")];
    let name: Vec<&str> = name.into_iter().flatten().collect();
    said.particulars.set(Field::ParentName, name.join(" "));
    let phone = contact.said("Phones/Phone/PhoneNo").map(str::to_owned);
    said.particulars.set(Field::ParentPhone, phone);
}

/// On the sender's roll, since its own entry in the school history; left where that entry ends.
fn roll(element: &Element, source: &ProviderSaid, file_day: Option<Day>, said: &mut Declaration) {
    if *source == ProviderSaid::default() {
        return;
    }
    let own = element
        .at("SchoolHistory")
        .into_iter()
        .flat_map(|history| history.all("School"))
        .filter(|entry| {
            let number = school(entry).establishment_number;
            number.is_some() && number == source.establishment_number
        })
        .max_by_key(|entry| entry.said("EntryDate").and_then(day));
    let since = own.and_then(|entry| entry.said("EntryDate")).and_then(day);
    let until = own.and_then(|entry| entry.said("LeavingDate")).and_then(day);
    let provider = source.clone();
    match until {
        Some(end) if file_day.is_none_or(|today| end <= today) => {
            let reason = own.and_then(|entry| entry.said("LeavingReason")).map(str::to_owned);
            said.activities.push(ActivitySaid::Left { provider, end, reason, moved_on: None });
        }
        _ => said.activities.push(ActivitySaid::OnRoll { code: None, provider, since, until }),
    }
}
