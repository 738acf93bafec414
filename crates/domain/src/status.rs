//! What a young person is doing: spells of activity, which one holds on a day, since when someone
//! is NEET and how often they were before, and whether what is known is still current.
//! Codes are kept as a file or a person said them; the edition judges them.

mod currency;
mod past;
mod spell;

pub use currency::{Clock, Due, DueReason, days_overdue, due_to_lapse, lapsed_on};
pub use past::{NeetPast, Watch, neet_past};
pub use spell::{Spell, begin, neet_start, spell_on};
