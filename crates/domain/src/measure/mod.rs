//! Figures: what a person counts as on a day, how many count as what, and what is called a measure.
//!
//! A measure is data ([`Definition`]): a named set of standings over the cohort, with its period
//! rule and its source. One walk ([`walk`](fn@walk)) gives every person's standings month by month;
//! the counts and the lists behind them both come from it, so that a figure always opens into
//! exactly the people it counts. Ages, basis, exclusions and averaging months come from the edition.

mod again;
mod belief;
mod catalogue;
mod columns;
mod counts;
mod cut;
mod definition;
mod gap;
mod history;
mod interval;
mod list;
mod mark;
mod marks;
mod movement;
mod resolve;
mod returned;
mod revision;
mod set;
mod span;
mod standing;
mod tally;
mod target;
mod walk;

pub use again::{count_again, marks_again, standing_on};
pub use belief::{Beliefs, turned_out};
pub use catalogue::DEFINITIONS;
pub use columns::{Class, Columns, Three, count_columns};
pub use counts::{Counts, Percent, tenths, to_tenths};
pub use cut::{CUTS_MOST, Cut, Keys};
pub use definition::{Definition, Direction, Past, Period, Unit, averaging_months, named};
pub use gap::{Gap, gap, gap_of, gap_of_any};
pub use history::{History, HistoryBuilder};
pub use interval::wilson;
pub use list::{List, Member, people};
pub use mark::{Mark, Marked};
pub use movement::{Movement, STABLE_POINTS, movement};
pub use returned::count_returned;
pub use revision::{Revised, Revision, Was, revision};
pub use set::Set;
pub use span::Span;
pub use standing::Standing;
pub use tally::{Tally, tally, tally_all};
pub use target::{
    Assessment, Way, assess, level_percent, level_permille, money_lost, people_over, people_to_go,
    target_line,
};
pub use walk::{Asked, Segment, walk, walk_marked};
