//! Figures: the question as asked, its answer drawn and tabled, and the people behind a cell.
//! What counts is `app::measures`' to say; names are read only on the page of people.

mod asked;
mod changes;
mod drawn;
mod gaps;
mod notebook;
mod people;
mod show;
mod targets;
mod words;

pub(in crate::pages) use asked::coded;
pub(in crate::pages) use drawn::Aim;

pub use changes::changes;
pub use gaps::{Drawn as DrawnGaps, drawn as drawn_gaps, gaps};
pub use notebook::notebook;
pub use people::people;
pub use show::show;
pub use targets::{end_target, set_target, targets};
pub use words::signed;
