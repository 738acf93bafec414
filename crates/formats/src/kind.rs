//! The kinds of file that partners send, and what a sender or an officer may tell about one.

use crate::dates::DateOrder;
use crate::encoding::Encoding;
use crate::limits::{FILE_BYTES, RETURN_BYTES, check_size, refuse};
use crate::mapping::Mapping;
use domain::calendar::Day;
use domain::intake::FileRefused;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! kinds {
    ($( $variant:ident $name:literal $label:literal; )*) => {
        /// A kind of file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Kind { $( $variant, )* }

        impl Kind {
            pub const ALL: &'static [Kind] = &[ $( Kind::$variant, )* ];

            /// As typed in a command.
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// As shown on a page.
            pub fn label(self) -> &'static str {
                match self { $( Self::$variant => $label, )* }
            }
        }

        impl FromStr for Kind {
            type Err = UnknownKind;

            fn from_str(text: &str) -> Result<Self, UnknownKind> {
                match text { $( $name => Ok(Self::$variant), )* _ => Err(UnknownKind(text.into())) }
            }
        }
    };
}

kinds! {
    NccisXml "nccis-xml" "Another system's monthly return (XML)";
    NccisFlat "nccis-flat" "The return's fields, a row a person (CSV or XLSX)";
    Ctf "ctf" "Common Transfer File (XML)";
    Roll "roll" "School roll (CSV or XLSX)";
    JoinersLeavers "joiners-leavers" "Joiners and leavers (CSV or XLSX)";
    Ilr "ilr" "Individualised Learner Record (XML)";
    ActivityMatrix "activity-matrix" "A person a row, a month a column (CSV or XLSX)";
    Destinations "destinations" "Intended destinations and offers (CSV or XLSX)";
    Engagement "engagement" "Youth programmes: who takes part and engages (CSV or XLSX)";
    Results "results" "Exam results for providers (CSV or XLSX)";
}

impl Kind {
    /// Units: bytes that a file of this kind may have. The one home of this limit.
    pub fn bytes_max(self) -> u64 {
        match self {
            Self::NccisXml => RETURN_BYTES,
            _ => FILE_BYTES,
        }
    }

    /// Errors: an empty file, and one larger than its kind may be.
    pub fn check_size(self, bytes: u64) -> Result<(), FileRefused> {
        check_size(bytes, self.bytes_max())
    }

    /// Whether what it says goes onto records. Exam results only pass through to providers.
    pub fn is_for_the_register(self) -> bool {
        !matches!(self, Self::Results)
    }

    /// Whether its columns can be told to mean others than they are headed.
    pub fn is_table(self) -> bool {
        matches!(
            self,
            Self::NccisFlat
                | Self::Roll
                | Self::JoinersLeavers
                | Self::ActivityMatrix
                | Self::Destinations
                | Self::Engagement
                | Self::Results
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no kind of file called {0}")]
pub struct UnknownKind(pub String);

/// What is told about a file. What is told here wins over the mapping, and the mapping over what
/// the file suggests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub encoding: Option<Encoding>,
    pub date_order: Option<DateOrder>,
    pub sheet: Option<String>,
    pub mapping: Option<Mapping>,
    /// The day for which the file is read. An end after it is expected, not past.
    pub as_of: Option<Day>,
}

impl Options {
    /// The options from what was typed: an encoding, a date order, and a mapping in TOML.
    ///
    /// Errors: the first that cannot be read, as the refusal that the file gets.
    pub fn from_words(
        encoding: Option<&str>,
        date_order: Option<&str>,
        mapping: Option<&str>,
    ) -> Result<Self, FileRefused> {
        let told = |fault: String| refuse(format!("{fault}."));
        Ok(Self {
            encoding: encoding.map(str::parse).transpose().map_err(told)?,
            date_order: date_order.map(str::parse).transpose().map_err(told)?,
            mapping: mapping.map(Mapping::from_toml).transpose().map_err(|e| refuse(e.0))?,
            ..Self::default()
        })
    }

    pub(crate) fn encoding(&self) -> Option<Encoding> {
        self.encoding.or_else(|| self.mapping.as_ref()?.encoding)
    }

    /// The order told, if one was.
    pub(crate) fn date_order(&self) -> Option<DateOrder> {
        self.date_order.or_else(|| self.mapping.as_ref()?.date_order)
    }

    pub(crate) fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref().or_else(|| self.mapping.as_ref()?.sheet.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_from_words() {
        let read = Options::from_words(Some("cp1252"), Some("mdy"), Some("sheet = \"Roll\""));
        let options = read.unwrap();
        assert_eq!(options.encoding(), Some(Encoding::Windows1252));
        assert_eq!(options.date_order(), Some(DateOrder::Mdy));
        assert_eq!(options.sheet(), Some("Roll"));
        assert_eq!(Options::from_words(None, None, None), Ok(Options::default()));
        let refused = Options::from_words(None, Some("dym"), None).unwrap_err();
        assert!(refused.sentence.contains("dym"), "{refused}");
    }

    #[test]
    fn names_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(*kind));
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{kind}\""));
        }
        assert!("rolls".parse::<Kind>().is_err());
    }
}
