//! Sharing agreements as something the system obeys: who may send or be given which facts about young
//! people, on what legal gateway, from when until when.
//!
//! What an agreement says lives in [`Agreement`]; [`decide`] answers one question (this partner, this
//! flow, this item, this day) with the rule that settled it. Who may see a page is `access`'s question.
//! Invariant: deny by default. Without an agreement in force nothing flows, and whatever one agreement
//! forbids no other clause or agreement allows.

mod decide;
mod due;
mod gateway;
mod item;
mod matter;
mod pass;
mod terms;

#[cfg(test)]
mod tests;

pub use decide::{Answer, Asked, Condition, Decision, Direction, Origin, Rule, Said, decide};
pub use due::{Came, Due, Punctual, State, expected, settles};
pub use gateway::Gateway;
pub use item::{Flow, Item};
pub use matter::{Complaint, Step, Teller};
pub use pass::{Dropped, Gate, LEFT_OUT, Opened, enforced, set};
pub use terms::{
    Agreement, Clause, ClauseKind, Effect, Line, Person, Signature, Standing, Version,
};
