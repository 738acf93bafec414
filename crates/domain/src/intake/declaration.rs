//! What one row of a partner's file says about one young person, whatever the file's format.

use jiff::civil::Date;

use crate::person::{Address, Engagement, FormerName, Particulars};
use crate::results::Graded;
use crate::status::Spell;

/// One person as declared by a sender. Silence is not denial: what is absent was not said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declaration {
    /// Where in the file: the line of a text file, the row of a sheet, the record of an XML, from 1.
    pub row: u32,
    /// The row as it stood, for the person who reads the report: column and text.
    pub raw: Vec<(String, String)>,
    /// The return's 13-digit identifier, where the sender is another caseload system.
    pub ypid: Option<String>,
    /// Only the fields that the row said something about.
    pub particulars: Particulars,
    pub former_names: Vec<FormerName>,
    /// The address lived at now.
    pub address: Option<Address>,
    /// The whole list of current characteristics, or `None` when the file does not carry them.
    pub characteristics: Option<Vec<String>>,
    /// Characteristics that the file says hold, where it says nothing of the others.
    pub also_holds: Vec<String>,
    pub activities: Vec<ActivitySaid>,
    /// Part taken in youth programmes; whose word it is goes by the sender.
    pub engagements: Vec<Engagement>,
    /// An exam result, which goes on to providers and never onto the record.
    pub graded: Option<Graded>,
    /// What was wrong with single values; the row still counts.
    pub remarks: Vec<String>,
}

/// Who provides what somebody does, as the file names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderSaid {
    /// Seven digits, authority and establishment number.
    pub establishment_number: Option<String>,
    pub ukprn: Option<String>,
    pub urn: Option<String>,
    pub name: Option<String>,
    /// What kind of organisation it is in the register, once the app has looked it up.
    pub kind: Option<String>,
}

/// What a sender says about what somebody does.
#[derive(Clone, Debug, PartialEq)]
pub enum ActivitySaid {
    /// The current activity as another caseload system holds it, with all its dates.
    Current(Spell),
    /// Somebody is on this provider's roll on the file's day. `code` is `None` where the edition
    /// and the academic age decide (compulsory school age or sixth form).
    OnRoll {
        code: Option<String>,
        provider: ProviderSaid,
        since: Option<Date>,
        until: Option<Date>,
    },
    /// Somebody began. `code` is `None` where the provider's kind and the academic age decide.
    Started {
        code: Option<String>,
        provider: ProviderSaid,
        start: Date,
        predicted_end: Option<Date>,
    },
    /// Somebody left; the last day is inclusive. `moved_on` when the sender says where to.
    Left { provider: ProviderSaid, end: Date, reason: Option<String>, moved_on: Option<String> },
    /// A whole history, oldest first, as a research file carries it.
    History(Vec<Spell>),
}

impl ActivitySaid {
    /// The period end for which another system's return states it.
    pub fn stated_on(&self) -> Option<Date> {
        match self {
            ActivitySaid::Current(spell) => spell.stated_on,
            _ => None,
        }
    }
}

/// A row that could not be read as a person at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowRefused {
    pub row: u32,
    pub raw: Vec<(String, String)>,
    pub reason: String,
}

/// What a file gives, row by row.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    Person(Box<Declaration>),
    Refused(RowRefused),
}

/// Why a whole file cannot be taken.
///
/// Shape: one sentence for the sender, with the row or line where it went wrong when there is one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct FileRefused {
    pub sentence: String,
    pub row: Option<u32>,
    /// Whether the same file may be read once somebody tells how: which column is which, how dates and
    /// letters are written. Any other fault needs another file.
    pub telling_may_help: bool,
}

impl FileRefused {
    /// A refusal that only another file can answer.
    pub fn for_good(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), row: None, telling_may_help: false }
    }

    /// The same refusal, of a file that may be good once it is told how to read it.
    pub fn until_told(self) -> Self {
        Self { telling_may_help: true, ..self }
    }
}

/// What a file says about itself, known once it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// Columns or elements that nobody reads, by name and how often.
    pub unread: Vec<(String, u32)>,
    /// For a return: its period end. For others: the day the file says it was made for.
    pub day: Option<Date>,
    /// The edition that the file's shape names, where it does.
    pub edition: Option<String>,
    /// Sentences to show with the result (encoding told, dates as told, rows in the header).
    pub notes: Vec<String>,
}
