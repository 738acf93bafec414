//! Partners' own systems: tokens that an administrator makes, whom a token stands for, and what such a
//! system sends and reads. What it may is decided where people's is, in `domain::access` and
//! `domain::agreement`; a token only narrows, to one agreement.
//!
//! Invariant: a token works while its agreement does, while somebody answers for its account, and until
//! its day; the next request after that is refused.

mod answers;
mod sends;
mod tokens;

pub use answers::{Begun, answered, begin, forget};
pub use sends::{Given, give, told, wants};
pub use store::machine::Token;
pub(crate) use tokens::stands;
pub use tokens::{
    MONTHS_MOST, Machine, Met, Parties, Shown, Wanted, end, list, make, meet, parties,
};
