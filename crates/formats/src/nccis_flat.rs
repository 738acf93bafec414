//! The return's fields as a table: a row a person, an element a column. Codes are kept as written;
//! only dates are brought into the return's own form.

use crate::limits::refuse_at;
use crate::mapping::{Bound, OurColumn};
use crate::reference::editions;
use crate::return_declared::{declare, path};
use crate::tabular::{Line, Rows, read_rows};
use crate::{Kind, Options, Sink};
use domain::intake::{FileFacts, FileRefused, Row};
use domain::statutory::record::{Field, ReturnRecord};
use std::sync::LazyLock;

/// The places after the record's own fields.
const CHARACTERISTICS: usize = Field::ALL.len();
const PERIOD_END: usize = CHARACTERISTICS + 1;

static COLUMNS: LazyLock<Vec<OurColumn>> = LazyLock::new(|| {
    let field = |field: &Field| OurColumn {
        name: path(*field).leak(),
        label: field.element(),
        headings: headings(*field),
        many: false,
    };
    let mut columns: Vec<OurColumn> = Field::ALL.iter().map(field).collect();
    columns.push(OurColumn {
        name: "CharacteristicCode",
        label: "Characteristics",
        headings: &[
            "characteristics",
            "characteristiccodes",
            "characteristic",
            "ic01",
            "characteristiccode1",
            "characteristiccode2",
            "characteristiccode3",
            "characteristiccode4",
            "characteristiccode5",
            "characteristiccode6",
            "characteristiccode7",
            "characteristiccode8",
        ],
        many: true,
    });
    columns.push(OurColumn { name: "PeriodEnd", label: "Period end", headings: &[], many: false });
    columns
});

pub(crate) fn columns() -> &'static [OurColumn] {
    &COLUMNS
}

/// Other headings for an element, letters and digits only.
fn headings(field: Field) -> &'static [&'static str] {
    match field {
        Field::YoungPersonsId => &["ypid", "youngpersonid", "youngpersonsidentifier", "yp01"],
        Field::CohortStatus => &["yp10"],
        Field::GivenName => &["forename", "firstname"],
        Field::FamilyName => &["surname", "lastname"],
        Field::Postcode => &["yp19"],
        Field::Gender => &["sex", "yp07"],
        Field::Dob => &["dateofbirth", "birthdate"],
        Field::Ethnicity => &["yp27"],
        Field::LeadLea => &["leadla"],
        Field::EducatedLea => &["educatedla", "yp32"],
        Field::TransferredToLaCode => &["yp13"],
        Field::LeaCodeAtYear11 => &["lacodeatyear11", "yp12"],
        Field::UniqueLearnerNo => &["uln", "uniquelearnernumber"],
        Field::UniquePupilNumber => &["upn"],
        Field::Year11GuaranteeStatus => &["guaranteestatusyear11", "sg02"],
        Field::Year11LeaCode => &["guaranteeleacodeyear11"],
        Field::Year12GuaranteeStatus => &["guaranteestatusyear12", "sg11"],
        Field::Year12LeaCode => &["guaranteeleacodeyear12"],
        Field::LevelOfNeedCode => &["levelofneed", "ca13"],
        Field::SendFlag => &["lddflag", "send"],
        Field::SenSupportFlag => &["sensupport"],
        Field::ActivityCode => &["ca01"],
        Field::UkProviderReferenceNumber => &["ukprn"],
        Field::IntendedDestinationYr11 => &["intendeddestination", "id01"],
        _ => &[],
    }
}

pub(crate) fn read(
    bytes: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<FileFacts, FileRefused> {
    let mut facts = read_rows(Kind::NccisFlat, bytes, options, &mut Flat, sink)?;
    facts.edition =
        facts.day.and_then(|day| editions().on(day)).map(|edition| edition.name.clone());
    if facts.day.is_none() {
        facts.notes.push(
            "The file has no PeriodEnd column, so stated lapse dates belong to no day.".to_owned(),
        );
    }
    Ok(facts)
}

struct Flat;

impl Rows for Flat {
    fn ours(&self) -> &[OurColumn] {
        columns()
    }

    fn begin(&mut self, bound: &mut Bound) -> Result<(), FileRefused> {
        let needed = [Field::YoungPersonsId, Field::FamilyName, Field::UniqueLearnerNo];
        if needed.iter().any(|field| bound.has(*field as usize)) {
            return Ok(());
        }
        Err(refuse_at(
            bound.header.row,
            format!(
                "Row {} has no heading YoungPersonsID, FamilyName or UniqueLearnerNo.",
                bound.header.row
            ),
        ))
    }

    fn row(&mut self, line: &Line<'_>, facts: &mut FileFacts) -> Result<Row, FileRefused> {
        let mut record = ReturnRecord::default();
        let mut remarks = Vec::new();
        for field in Field::ALL {
            let Some(text) = line.text(*field as usize) else { continue };
            let day = if is_date(*field) { line.day(*field as usize, &mut remarks)? } else { None };
            *record.slot(*field) =
                Some(day.map_or_else(|| text.into_owned(), |day| day.to_string()));
        }
        record.characteristics = characteristics(line);
        let period_end = line.day(PERIOD_END, &mut remarks)?;
        facts.day = facts.day.or(period_end);
        let mut row = declare(&record, period_end, line.row);
        if let Row::Person(said) = &mut row {
            let listed = !line.bound.places(CHARACTERISTICS).is_empty();
            said.characteristics = said.characteristics.take().filter(|_| listed);
        }
        Ok(row)
    }
}

fn is_date(field: Field) -> bool {
    let element = field.element();
    element == "DOB" || element.ends_with("Date") || element.starts_with("Date")
}

/// Codes from several columns, or from one in which they are joined.
fn characteristics(line: &Line<'_>) -> Vec<String> {
    let places = line.bound.places(CHARACTERISTICS);
    let cells = places.iter().filter_map(|at| line.cells.get(*at));
    let mut codes = Vec::new();
    for cell in cells {
        for code in cell.shown().split([';', ',', '|', ' ']).filter(|code| !code.is_empty()) {
            codes.push(line.bound.in_our_words(CHARACTERISTICS, code.into()).into_owned());
        }
    }
    codes
}
