//! A strategy's journeys: bring a document or a table in, show what stands, take an import back. One
//! import is one change; the same file twice changes nothing; a file that cannot be read whole changes
//! nothing either.

mod bring;
mod count;
mod figures;
mod history;
mod look;
mod meeting;
mod mine;
mod pack;
mod public;
mod rate;
mod receive;
mod registers;
mod room;
mod undo;

pub use bring::{Brought, Effect, bring};
pub use count::count;
pub use figures::{TYPED, add_typed, bind, unbind};
pub use history::{Between, Opened, between, differing, open_outcome, standings};
pub use look::{Shown, standing};
pub use meeting::{Attendance, Came, Group, Meeting, attend, group, meeting};
pub use mine::{Mine, Waiting, mine, remind, waiting};
pub use pack::{circulate, circulated, pack};
pub use public::{Public, PublicAim, PublicOutcome, public};
pub use rate::{Asked, Overtaken, Rated, rate, rate_on};
pub use receive::{receive, relay};
pub use registers::{Draft, Written, lines, wordings, write};
pub use room::{Followed, Room, Shown as ShownOutcome, Standing, list, open, open_on};
pub use store::plans::courses::{Bound, Figure};
pub use store::plans::entries::Entry;
pub use store::plans::{Version, Warning};
pub use undo::{TakenBack, take_back, undo, versions};

pub use formats::plan_text::Names;

/// A plan's file as it arrived.
pub struct Incoming<'a> {
    pub file_name: &'a str,
    pub bytes: &'a [u8],
    pub names: Names,
    pub account: Option<i64>,
}
