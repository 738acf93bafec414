//! Who may do what, to whom. The one place that answers, always with reasons; what is not allowed
//! here is refused.
//!
//! [`decide`] answers for an act, [`Scope`] for people: the same value guards a single record and
//! filters a list (the store turns it into a condition; a test holds the two together). [`redact`]
//! leaves of a record what the reader's role sees and, for a partner, what the agreement gives out.
//! [`judge`] asks all of it at once.

mod act;
mod emergency;
mod gaps;
mod grain;
mod judge;
mod limits;
mod outside;
mod part;
mod password;
mod reach;
mod role;
mod scope;
mod table;
mod terms;
#[cfg(test)]
mod tests;
mod told;

pub use act::{Act, Purpose, decide, purposes, pursued_by, roles};
pub use emergency::{
    ATTESTED_DAYS, Attested, EMERGENCY_MINUTES, Ground, Look, MANY_A_DAY, REASON_CHARS_MIN,
    REMIND_DAYS, REPEAT_DAYS, REPEATS, REVIEW_WORKING_DAYS, Sign, attested, curious,
    emergency_faults, review_due,
};
pub use gaps::{Gap, gaps};
pub use grain::{Grain, joined};
pub use judge::{Question, judge};
pub use limits::{
    Guesses, Limits, RECORDS_A_MINUTE, SEALED, SEARCHES_A_MINUTE, SecondFactor, limits,
    second_factor, wait_seconds,
};
pub use outside::{
    Claims, Expected, SKEW_SECONDS, Still, Strength, TOKEN_SECONDS_MOST, TokenFault, still_needed,
    strength, token_faults,
};
pub use part::{Part, readers, redact, redact_for, sees};
pub use password::password_fault;
pub use reach::are_apart;
pub use role::{Asked, Role};
pub use scope::{Reach, Relation, Scope, listed_since, listed_until};
pub use table::table;
pub use terms::{Terms, sees_item, shown_parts, terms, terms_under};
pub use told::{FEW, FEW_OF_ALL, few};

/// Somebody with an account, and how far they reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub account: i64,
    pub name: String,
    pub role: Role,
    pub scope: Scope,
}

impl Actor {
    /// The account that acts are written down under; none for the command line, whose number is 0.
    pub fn account_id(&self) -> Option<i64> {
        (self.account > 0).then_some(self.account)
    }
}

/// The answer, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub allowed: bool,
    pub reasons: Vec<String>,
}

/// What every refusal of this table begins with, so that it is known again where it leaves. A rule that says no by
/// itself begins its sentence otherwise, or the audit would tell of it as of this table.
const REFUSED: &str = "You cannot ";

impl Decision {
    /// A no in the words that are shown: what was asked for, and why not.
    pub fn refusal(&self, what: &str) -> String {
        format!("{REFUSED}{what}: {}.", self.reasons.join("; "))
    }
}

/// What a sentence refuses and why, where it is a [`Decision::refusal`]; nothing for another sentence. It tells of
/// roles, acts and agreements, never of what a record holds.
pub fn refused_for(sentence: &str) -> Option<&str> {
    sentence.strip_prefix(REFUSED)
}
