//! The audit as a chain that shows when somebody has touched it: each row is hashed together with the
//! hash before it, and signed checkpoints, kept outside the database, say how long the chain was and how
//! it ended at an hour.
//!
//! What a row says is its writer's affair; keys, files and rows are reached elsewhere. Invariant: a row
//! that was edited, moved, taken out or put in anywhere before a checkpoint is found by [`Walk`].

mod chain;
mod checkpoint;
mod verify;

pub use chain::{GENESIS, Hash, Row, from_text, hash_of, link, text};
pub use checkpoint::Checkpoint;
pub use verify::{Fault, Found, Walk};
