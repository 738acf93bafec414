//! The monthly return as XML: a reader that streams one record at a time and a writer whose bytes
//! depend on nothing but what it is given. The reader takes what real systems wrote; the writer
//! writes what the edition asks for. Neither judges the contents.

mod lines;
mod places;
mod read;
mod write;

pub use read::{Limits, Part, Problem, ReadError, Summary, read, read_whole};
pub use write::{write_end, write_record, write_return, write_start};
