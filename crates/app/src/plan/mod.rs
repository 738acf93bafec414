//! A strategy's journeys: bring a document or a table in, show what stands, take an import back. One
//! import is one change; the same file twice changes nothing; a file that cannot be read whole changes
//! nothing either.

mod bring;
mod figures;
mod history;
mod look;
mod meeting;
mod rate;
mod registers;
mod room;
mod undo;

pub use bring::{Brought, Effect, bring};
pub use figures::{TYPED, add_typed, bind, count, unbind};
pub use history::{Between, Opened, between, differing, open_outcome};
pub use look::{Shown, standing};
pub use meeting::{Attendance, Came, Group, Meeting, attend, group, meeting};
pub use rate::{Asked, Overtaken, Rated, rate, rate_on};
pub use registers::{Draft, Written, lines, wordings, write};
pub use room::{Followed, Room, Shown as ShownOutcome, Standing, list, open, open_on};
pub use store::plans::courses::{Bound, Figure};
pub use store::plans::entries::Entry;
pub use undo::{TakenBack, undo};

pub use formats::plan_text::Names;

/// A plan's file as it arrived.
pub struct Incoming<'a> {
    pub file_name: &'a str,
    pub bytes: &'a [u8],
    pub names: Names,
    pub account: Option<i64>,
}
