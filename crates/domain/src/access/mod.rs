//! Who may do what, to whom. The one place that answers, always with reasons; what is not allowed
//! here is refused.
//!
//! [`decide`] answers for an act, [`Scope`] for people: the same value guards a single record and
//! filters a list (the store turns it into a condition; a test holds the two together). [`redact`]
//! leaves of a record what the reader's role sees and, for a partner, what the agreement gives out.
//! [`judge`] asks all of it at once.

mod act;
mod denial;
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
pub use denial::Denial;
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
