//! Files in: receive, read in a limited process, match, plan, review, apply, undo.
//!
//! Dry run and real run are the same walk over the same rows (`walk`); the real one writes facts as it
//! goes and commits once at the end. Invariant: a file that cannot be read whole, a killed process and a
//! full disk leave the register as it was.

mod answer;
mod claim;
mod columns;
mod content;
mod look;
mod named;
mod organisations;
mod read;
mod reading;
mod receive;
mod report;
mod run;
mod undo;
mod walk;

pub use answer::{Taken, decide};
pub use claim::{recover, withdraw, withdraw_unsent};
pub use columns::{Layout, Told, layout, relay_layout, tell};
pub use content::Content;
pub use look::{Candidate, candidates, held_open, newest, one, rows, rows_of, senders};
pub use named::named;
pub use organisations::Providers;
pub use read::{CPU_SECONDS_MAX, LAID_BY, MEMORY_BYTES_MAX, Reader, relay_file};
pub(crate) use reading::read_rows;
pub use receive::{Incoming, Options, found_harmful, receive};
pub(crate) use receive::{sender_id as sender, sender_name as sender_label};
pub(crate) use run::codes_on;
pub use run::{Done, Outcome, Progress, apply, plan};
pub use store::imports::{Counts, Import, ImportRow};
pub use undo::undo;
