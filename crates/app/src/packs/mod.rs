//! Packs: the figures of one audience, month by month and broken down, with sentences made from them.
//! A dashboard is the pack of the reader's own reach; a pack for a school, a consortium, a ward, a board
//! or the whole area is the same with one cut held still, and leaves out what is few: it goes to others.

mod files;
mod leaving;
mod make;
mod schedule;
mod targets;
mod told;
mod words;

pub use files::{Kept, as_csv, as_workbook, in_columns, in_words, kept, kept_workbook, stamped};
pub use leaving::gaps_beside;
pub use make::{Audience, Counted, Group, Pack, PackMonth, Table, audiences, pack};
pub(crate) use schedule::{Frozen, add, due, freeze, standing, told};
pub use schedule::{Standing, end_schedule, made, make_due, schedule, scheduled};
pub use targets::{Off, PackTarget};
pub use told::Telling;
pub(crate) use words::circulate_as;
pub use words::{Analysis, HELD_BACK, STALE, Sent, analysis, circulate, circulation, save};
