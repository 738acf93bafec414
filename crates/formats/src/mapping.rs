//! Which of a partner's columns is which of ours, and what their words mean. Known headings are
//! taken without being told; a mapping says what differs, is kept per sender as TOML, and wins.
//! A column that nobody reads is named, never guessed at.

mod bound;
mod columns;
mod matrix;
mod propose;

pub(crate) use bound::{Bound, bind};
pub use columns::{Column, OurColumn, columns_of};
pub use matrix::{MadeUp, Matrix};
pub use propose::{Proposal, Proposed, propose, settle};

use crate::Kind;
use crate::dates::DateOrder;
use crate::encoding::Encoding;
use crate::table::plain;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How one sender's tables are to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// The kind of file that it is for; any when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Our column -> their heading; an empty heading means: do not read it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
    /// Our column -> what every row says that does not say otherwise.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, String>,
    /// Our column -> their word -> ours.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// How the months stand, for a table of a person a row and a month a column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix: Option<Matrix>,
}

/// What is wrong with a mapping, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MappingFault(pub String);

impl Mapping {
    /// Errors: text that is no mapping; the sentence says where.
    pub fn from_toml(text: &str) -> Result<Self, MappingFault> {
        toml::from_str(text)
            .map_err(|error| MappingFault(format!("The mapping cannot be read: {error}")))
    }

    /// The mapping as TOML, which `from_toml` reads back to the same value.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self)
            .expect("names, texts and maps of texts always have a TOML form")
    }

    /// Whether it can be used for a kind of file.
    ///
    /// Errors: another kind than its own, and the first of our columns that the kind does not have.
    pub fn check(&self, kind: Kind) -> Result<(), MappingFault> {
        if let Some(own) = self.kind.filter(|own| *own != kind) {
            return Err(MappingFault(format!("The mapping is for {own}, not for {kind}.")));
        }
        let ours = columns_of(kind);
        let known = |name: &&String| ours.iter().any(|column| plain(column.name) == plain(name));
        let named = self.columns.keys().chain(self.constants.keys()).chain(self.values.keys());
        match named.clone().find(|name| !known(name)) {
            Some(name) => Err(MappingFault(format!(
                "The mapping names “{name}”, which is not a column of {kind}. Columns are: {}.",
                ours.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
            ))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_read_back_as_written() {
        let text = "kind = \"roll\"\nencoding = \"windows-1252\"\ndate_order = \"mdy\"\n\n\
                    [columns]\nfamily_name = \"Pupil's last\"\n\n[values.sex]\nBoy = \"M\"\n";
        let mapping = Mapping::from_toml(text).unwrap();
        assert_eq!(mapping.values["sex"]["Boy"], "M");
        assert_eq!(Mapping::from_toml(&mapping.to_toml()).unwrap(), mapping);
        assert!(mapping.check(Kind::Roll).is_ok());
        assert!(mapping.check(Kind::JoinersLeavers).unwrap_err().0.contains("is for roll"));
    }

    #[test]
    fn faults_are_sentences() {
        assert!(Mapping::from_toml("colums = 1").unwrap_err().0.contains("colums"));
        let mapping = Mapping::from_toml("[constants]\nshoe_size = \"9\"").unwrap();
        assert!(mapping.check(Kind::Roll).unwrap_err().0.contains("“shoe_size”"));
    }
}
