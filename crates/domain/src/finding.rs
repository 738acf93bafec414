//! A finding: something wrong in the data, collected and shown while work goes on.
//! A finding never stops anything; what a rule forbids is a refusal, and lives elsewhere.

use std::fmt;

/// How much a finding matters, by the requirement's own scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// 1: counted, and read as a fault of the return.
    Serious,
    /// 2: counted, of lesser weight.
    Lesser,
    /// 3: shown, not counted.
    Information,
}

impl Priority {
    /// 1, 2 or 3.
    pub fn number(self) -> u8 {
        match self {
            Self::Serious => 1,
            Self::Lesser => 2,
            Self::Information => 3,
        }
    }

    pub fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Serious),
            2 => Some(Self::Lesser),
            3 => Some(Self::Information),
            _ => None,
        }
    }
}

/// One fault in one place, with a sentence that a caseworker can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The department's code, such as `224`; our own word where it gave no number.
    pub code: String,
    pub priority: Priority,
    /// The statutory identifier of the person concerned; none for a fault of the whole file.
    pub young_persons_id: Option<String>,
    /// The element to look at, by its name in the return.
    pub field: String,
    /// What is wrong, in one sentence, without names or dates of birth.
    pub message: String,
    /// Where in the file the record began, if it came from one.
    pub line: Option<u32>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (priority {}): {}", self.code, self.priority.number(), self.message)
    }
}
