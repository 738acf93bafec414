//! What every table of people says in the same columns: names, numbers, birth, address and need.
//! A value that cannot be right is told and left out where it would identify somebody wrongly, and
//! kept as written where it only describes.

use crate::mapping::Column;
use crate::said;
use crate::tabular::Line;
use domain::intake::{Declaration, FileRefused, ProviderSaid, RowRefused};
use domain::person::{Address, Field, FormerName};

/// The person of a row, without what they do.
///
/// Shape: `also` adds what the kind knows besides, before it is asked whether anybody is named.
/// Errors: the outer one refuses the file (a proved date order), the inner one only the row.
pub(crate) fn person(
    line: &Line<'_>,
    also: &dyn Fn(&mut Declaration),
) -> Result<Result<Declaration, RowRefused>, FileRefused> {
    let mut said = Declaration { row: line.row, raw: line.raw(), ..Declaration::default() };
    let text = |column: Column| line.text(column as usize);
    for (column, field) in [
        (Column::GivenName, Field::GivenName),
        (Column::MiddleName, Field::MiddleName),
        (Column::FamilyName, Field::FamilyName),
        (Column::Phone, Field::Phone),
        (Column::Email, Field::Email),
        (Column::ParentName, Field::ParentName),
        (Column::ParentPhone, Field::ParentPhone),
    ] {
        if let Some(text) = text(column) {
            said.particulars.set(field, text.into_owned());
        }
    }
    if let Some(born) = line.day(Column::DateOfBirth as usize, &mut said.remarks)? {
        said.particulars.set(Field::DateOfBirth, born.to_string());
    }
    if let Some(upn) = text(Column::Upn) {
        said::upn(&upn, &mut said);
    }
    if let Some(uln) = text(Column::Uln) {
        said::uln(&uln, &mut said);
    }
    if let Some(sex) = text(Column::Sex) {
        said::sex(&sex, &mut said);
    }
    if let Some(ethnicity) = text(Column::Ethnicity) {
        said::ethnicity(&ethnicity, &mut said);
    }
    if let Some(level) = text(Column::EducationLevel) {
        said::education_level(&level, &mut said);
    }
    need(line, &mut said);
    said.address = address(line, &mut said.remarks);
    if let Some(family) = text(Column::FormerFamilyName) {
        former_name(&family, &mut said);
    }
    also(&mut said);
    Ok(said::names_somebody(said))
}

pub(crate) fn former_name(family: &str, said: &mut Declaration) {
    let given = said.particulars.get(Field::GivenName).unwrap_or_default().to_owned();
    if said.particulars.get(Field::FamilyName) != Some(family) {
        let source = "the partner's file".to_owned();
        said.former_names.push(FormerName { given, family: family.to_owned(), source });
    }
}

fn need(line: &Line<'_>, said: &mut Declaration) {
    if let Some(provision) = line.text(Column::SenProvision as usize) {
        said::sen_provision(&provision, said);
    }
    for (column, field) in [(Column::Send, Field::Send), (Column::SenSupport, Field::SenSupport)] {
        if let Some(text) = line.text(column as usize) {
            said::flag(&text, field, said);
        }
    }
}

fn address(line: &Line<'_>, remarks: &mut Vec<String>) -> Option<Address> {
    let text = |column: Column| line.text(column as usize).unwrap_or_default().into_owned();
    let mut address = Address {
        lines: [
            text(Column::AddressLine1),
            text(Column::AddressLine2),
            text(Column::AddressLine3),
            text(Column::AddressLine4),
        ],
        town: text(Column::Town),
        county: text(Column::County),
        ..Address::default()
    };
    if address.lines.iter().all(String::is_empty) {
        let (saon, paon) = (text(Column::Saon), text(Column::Paon));
        address.lines =
            said::lines_of_bs7666(&saon, &paon, &text(Column::Street), &text(Column::Locality));
    }
    said::address(address, &text(Column::Postcode), remarks)
}

/// The provider that a row names.
pub(crate) fn provider(line: &Line<'_>, remarks: &mut Vec<String>) -> ProviderSaid {
    let text = |column: Column| line.text(column as usize);
    let number = text(Column::ProviderNumber).map(|number| number.into_owned()).or_else(|| {
        let establishment = text(Column::ProviderEstablishment)?;
        Some(format!("{}{establishment:0>4}", text(Column::ProviderAuthority)?))
    });
    ProviderSaid {
        establishment_number: number.and_then(|number| said::establishment(&number, remarks)),
        ukprn: text(Column::ProviderUkprn).and_then(|number| said::ukprn(&number, remarks)),
        urn: text(Column::ProviderUrn).map(|number| number.into_owned()),
        name: text(Column::ProviderName).map(|name| name.into_owned()),
        kind: None,
    }
}
