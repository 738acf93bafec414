//! A no to whoever asks: their role, their reach, a restricted record or their agreement keeps them from it. The audit
//! tells of every one, so it is a value of its own from the rule to the answer, and is never known by its words.
//!
//! A no that lies in the thing itself (closed already, a wrong value, a second person who has to agree) is none; nor is
//! one that must not tell whether somebody is there at all.

use std::fmt;

use super::{Act, Decision};

/// What is shown, and why as the audit tells it: of roles, acts and agreements, never of what a record holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    sentence: String,
    why: String,
}

impl Decision {
    /// A no in the words that are shown: what was asked for, and why not.
    pub fn denial(&self, what: &str) -> Denial {
        let why = format!("{what}: {}.", self.reasons.join("; "));
        Denial { sentence: format!("You cannot {why}"), why }
    }

    /// A no to an act at a door. Whoever is turned away knows what they asked for; whoever reads the audit does
    /// not, and is told the act in its own words.
    pub fn denial_of(&self, act: Act) -> Denial {
        let reasons = self.reasons.join("; ");
        let sentence = format!("You cannot do this: {reasons}.");
        // Mostly it is the reason that names the act.
        let why = match reasons.contains(act.label()) {
            true => format!("{reasons}."),
            false => format!("{}: {reasons}.", act.label()),
        };
        Denial { sentence, why }
    }
}

impl Denial {
    /// In a sentence of its own, where it says better who may, or what to do instead.
    pub fn said(sentence: impl Into<String>) -> Denial {
        let sentence = sentence.into();
        Denial { why: sentence.clone(), sentence }
    }

    /// With a sentence for the person alone after it: what to do about it.
    pub fn advising(mut self, advice: &str) -> Denial {
        self.sentence.push(' ');
        self.sentence.push_str(advice);
        self
    }

    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    pub fn why(&self) -> &str {
        &self.why
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}
