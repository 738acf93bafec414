//! Files in: the list and the door, one import with its rows, and the acts on it.

mod acts;
mod columns;
mod differs;
mod list;
mod show;
mod tries;
mod work;

pub use acts::{apply, decide, read, undo, withdraw};
pub use columns::{columns, tell};
pub(in crate::pages) use list::state_words;
pub use list::{list, receive};
pub use show::{progress, show};
pub use tries::try_file;
pub use work::Work;
