//! The council's own groupings: wards into localities, schools into consortia.

use super::{Area, NotRead, School};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Localities by name, and which ward of which boundaries belongs to which.
pub struct Localities {
    pub names: Vec<String>,
    pub of_ward: BTreeMap<String, String>,
    pub of_ward_2003: BTreeMap<String, String>,
}

/// Consortia by name, and which school belongs to which.
pub struct Consortia {
    pub names: Vec<String>,
    pub of_school: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LocalityFile {
    locality: Vec<LocalityRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LocalityRow {
    name: String,
    wards_2025: Vec<String>,
    wards_2003: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsortiumFile {
    consortium: Vec<ConsortiumRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsortiumRow {
    name: String,
    schools: Vec<String>,
}

pub fn localities(text: &str) -> Result<Localities, NotRead> {
    let what = "localities";
    let file: LocalityFile =
        toml::from_str(text).map_err(|error| NotRead { what, problem: error.to_string() })?;
    let mut read =
        Localities { names: Vec::new(), of_ward: BTreeMap::new(), of_ward_2003: BTreeMap::new() };
    for row in file.locality {
        put(what, &mut read.of_ward, &row.name, row.wards_2025)?;
        put(what, &mut read.of_ward_2003, &row.name, row.wards_2003)?;
        read.names.push(row.name);
    }
    Ok(read)
}

pub fn consortia(text: &str) -> Result<Consortia, NotRead> {
    let what = "consortia";
    let file: ConsortiumFile =
        toml::from_str(text).map_err(|error| NotRead { what, problem: error.to_string() })?;
    let mut read = Consortia { names: Vec::new(), of_school: BTreeMap::new() };
    for row in file.consortium {
        put(what, &mut read.of_school, &row.name, row.schools)?;
        read.names.push(row.name);
    }
    Ok(read)
}

/// A member of two groups would be counted twice, so it is refused.
fn put(
    what: &'static str,
    map: &mut BTreeMap<String, String>,
    group: &str,
    members: Vec<String>,
) -> Result<(), NotRead> {
    for member in members {
        if let Some(other) = map.insert(member.clone(), group.to_owned()) {
            let problem = format!("{member} is in {other} and in {group}");
            return Err(NotRead { what, problem });
        }
    }
    Ok(())
}

/// Tells every ward its locality. A ward without one, or one that is no ward, would lose people
/// from a locality's figures, so both are refused.
pub fn assign(wards: &mut [Area], of: &BTreeMap<String, String>) -> Result<(), NotRead> {
    let what = "localities";
    for ward in wards.iter_mut() {
        let locality = of.get(&ward.code).ok_or_else(|| NotRead {
            what,
            problem: format!("{} ({}) is in none", ward.name, ward.code),
        })?;
        ward.locality = Some(locality.clone());
    }
    match of.keys().find(|code| !wards.iter().any(|ward| ward.code == **code)) {
        Some(code) => Err(NotRead { what, problem: format!("{code} is not a ward") }),
        None => Ok(()),
    }
}

/// Tells the schools of a consortium which one it is.
pub fn join(schools: &mut [School], of: &BTreeMap<String, String>) -> Result<(), NotRead> {
    for (urn, consortium) in of {
        let school = schools.iter_mut().find(|school| school.urn == *urn).ok_or_else(|| {
            NotRead { what: "consortia", problem: format!("{urn} is not among the schools") }
        })?;
        school.consortium = Some(consortium.clone());
    }
    Ok(())
}
