//! Files in: the list and the door, one import with its rows, and the acts on it.

mod acts;
mod list;
mod show;
mod work;

pub use acts::{apply, decide, undo};
pub use list::{list, receive};
pub use show::{progress, show};
pub use work::Work;
