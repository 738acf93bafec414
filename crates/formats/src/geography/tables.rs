//! The plain tables: postcodes, schools, authorities. Columns are found by their names.

use super::{NotRead, Sources, Spot};
use domain::person::Place;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// A school or college of the national register.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct School {
    /// Empty for a college or provider that has only a UKPRN.
    pub urn: String,
    pub name: String,
    /// Primary, Secondary, Special, Alternative provision; College or Training provider in a council's own list.
    pub kind: String,
    pub town: String,
    #[serde(deserialize_with = "said")]
    pub postcode: Option<String>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    #[serde(rename = "ward25_code", deserialize_with = "said")]
    pub ward: Option<String>,
    /// The four digits inside its authority.
    #[serde(deserialize_with = "said")]
    pub establishment_number: Option<String>,
    #[serde(deserialize_with = "said")]
    pub ukprn: Option<String>,
    #[serde(skip)]
    pub locality: Option<String>,
    /// The group of schools it belongs to; a list need not have the column.
    #[serde(default, deserialize_with = "said")]
    pub consortium: Option<String>,
}

/// An upper-tier or unitary authority of England.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct UpperTier {
    /// The department's three digits.
    #[serde(rename = "dfe_la_code")]
    pub code: String,
    pub gss_code: String,
    pub name: String,
    pub region_code: String,
    pub region_name: String,
}

#[derive(Deserialize)]
struct Inside {
    postcode: String,
    lat: f64,
    lon: f64,
    ward25_code: String,
    ward2003_code: String,
    lsoa21_code: String,
    imd2025_decile: u8,
}

#[derive(Deserialize)]
struct Outside {
    postcode: String,
    lat: f64,
    lon: f64,
    ward_code: String,
}

/// An empty cell says nothing.
fn said<'de, D: serde::Deserializer<'de>>(cell: D) -> Result<Option<String>, D::Error> {
    String::deserialize(cell).map(|text| Some(text).filter(|text| !text.is_empty()))
}

fn rows<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<Vec<T>, NotRead> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .collect::<Result<_, csv::Error>>()
        .map_err(|error| NotRead { what, problem: error.to_string() })
}

/// A list of schools and colleges, as the shipped one is written. Localities are not in it, and consortia only
/// where it has a column of them, which the shipped one has not.
pub fn schools(text: &str) -> Result<Vec<School>, NotRead> {
    rows("schools", text)
}

pub fn authorities(text: &str) -> Result<Vec<UpperTier>, NotRead> {
    rows("authorities", text)
}

/// Both tables of postcodes as one. Outside the council only the ward in force is known.
pub fn spots(
    sources: &Sources<'_>,
    locality_of: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Spot>, NotRead> {
    let vintage = Some(sources.vintage.to_owned());
    let inside = rows::<Inside>("postcodes", sources.postcodes)?.into_iter().map(|row| {
        let place = Place {
            locality: locality_of.get(&row.ward25_code).cloned(),
            ward: Some(row.ward25_code),
            ward_2003: Some(row.ward2003_code),
            lsoa: Some(row.lsoa21_code),
            deprivation_decile: Some(row.imd2025_decile),
            vintage: vintage.clone(),
        };
        (row.postcode, Spot { place, lat: row.lat, lon: row.lon, inside: true })
    });
    let outside =
        rows::<Outside>("postcodes outside", sources.postcodes_outside)?.into_iter().map(|row| {
            let place =
                Place { ward: Some(row.ward_code), vintage: vintage.clone(), ..Place::default() };
            (row.postcode, Spot { place, lat: row.lat, lon: row.lon, inside: false })
        });
    Ok(outside.chain(inside).collect())
}
