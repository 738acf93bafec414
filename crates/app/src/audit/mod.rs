//! The audit as something to rely on: sealing it by signed checkpoints that are kept outside the
//! database, verifying it, and asking whose data an account saw. Rows are written by the journeys
//! themselves, each in its own unit of work; what counts as touched is `domain::audit`'s.

mod seal;
mod verify;
mod who;

pub(crate) use seal::new_file;
pub use seal::{Sealed, Vault, seal};
pub use verify::{Report, verify};
pub use who::{Person, Seen, who};

/// The act by which the audit tells of a checkpoint.
const SEALED: &str = "audit sealed";
