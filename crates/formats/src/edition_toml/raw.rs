//! The shape of a reference file, word for word. Every struct refuses keys it does not know.

use serde::Deserialize;
use std::collections::BTreeMap;

type List = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawEdition {
    pub name: String,
    pub title: String,
    pub valid_from: String,
    pub valid_to: Option<String>,
    pub stands_in_from: Option<String>,
    pub duty: bool,
    pub participation_ages: Vec<RawParticipationAge>,
    pub membership: RawMembership,
    pub measure: RawMeasure,
    pub activities: BTreeMap<String, RawActivity>,
    pub custody: Vec<String>,
    pub unknown_activity: RawUnknown,
    pub on_roll: RawOnRoll,
    pub cohort_statuses: BTreeMap<String, RawStatus>,
    pub leaving: RawLeaving,
    pub lists: RawLists,
    pub guarantee: RawGuarantee,
    pub xml: RawXml,
    pub checks: BTreeMap<String, RawCheck>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawParticipationAge {
    pub born_from: String,
    pub age: i16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawMembership {
    pub min_age: i16,
    pub max_age: i16,
    pub max_age_with_send: i16,
    pub age_with_send: String,
    pub compulsory_age: i16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawMeasure {
    pub age: RawBand,
    pub basis: String,
    pub months: Vec<i8>,
    pub adjustment: Option<RawAdjustment>,
    pub excluded: Vec<String>,
    pub excluded_lapsed: String,
    pub outside_groups: Vec<String>,
    pub statuses: Vec<String>,
    pub target: Option<RawTarget>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBand {
    pub kind: String,
    pub min: i16,
    pub max: i16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAdjustment {
    pub eet_lapsed: f64,
    pub neet_lapsed: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTarget {
    pub neet_percent: f64,
    pub losses: Vec<RawLoss>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLoss {
    pub above_percent: f64,
    pub lost: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawActivity {
    pub label: String,
    pub group: String,
    pub participation: Option<String>,
    pub duty: String,
    pub lapse: String,
    #[serde(default)]
    pub review: bool,
    #[serde(default)]
    pub end_date: bool,
    pub needs_characteristic: Option<RawCharacteristic>,
    pub needs_send: Option<String>,
    pub needs_age: Option<RawAge>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCharacteristic {
    pub code: String,
    pub check: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAge {
    pub from: i16,
    pub check: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawStatus {
    pub label: String,
    pub returning: String,
    pub transfer_to: Option<String>,
    #[serde(default)]
    pub ends_guarantee: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLeaving {
    pub age_reached: String,
    pub plan_ceased: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawUnknown {
    pub compulsory: String,
    pub after: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOnRoll {
    pub compulsory: String,
    pub school: String,
    pub college: String,
    pub other: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLists {
    pub gender: List,
    pub ethnicity: List,
    pub level_of_need: List,
    pub characteristic: List,
    pub vulnerable_group: List,
    pub guarantee_year11: List,
    pub guarantee_year12: List,
    pub intended_destination: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawGuarantee {
    pub current_months: Vec<i8>,
    pub year11: i16,
    pub year12: i16,
    pub categories: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawXml {
    pub root: String,
    pub doctype: Option<String>,
    pub schema_version: String,
    pub database_id: String,
    pub order: Vec<String>,
    pub elements: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCheck {
    pub priority: u8,
    pub says: String,
    pub limit: Option<i16>,
    #[serde(default)]
    pub statuses: Vec<String>,
    #[serde(default)]
    pub strict: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAuthorities {
    pub england: BTreeMap<String, RawAuthority>,
    pub elsewhere: BTreeMap<String, RawAuthority>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAuthority {
    pub name: String,
    pub from: Option<String>,
    pub to: Option<String>,
}
