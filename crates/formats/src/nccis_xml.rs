//! The monthly return as XML: a reader that streams one record at a time and a writer whose bytes
//! depend on nothing but what it is given. The reader takes what real systems wrote; the writer
//! writes what the edition asks for. Neither judges the contents: checking a file is the domain's
//! checks run over what the reader hands on.

mod check;
mod lines;
mod places;
mod read;
mod write;

pub use check::check_file;
pub use read::{Limits, Part, Problem, ReadError, Summary, read, read_whole};
pub use write::{write_end, write_record, write_return, write_start};
