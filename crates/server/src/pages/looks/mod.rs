//! Looks beyond one's work: opening a record in an emergency, and what information governance makes of
//! such openings and of curious looks. The rules are `app::looks`'s.

mod emergency;
mod reviews;

pub use emergency::{ask, open};
pub use reviews::{review, settle, show};
