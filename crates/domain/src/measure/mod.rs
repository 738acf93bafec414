//! Figures: what a person counts as on a day, how many count as what, and what is called a measure.
//!
//! A measure is data ([`Definition`]): a named set of standings over the cohort, with its period
//! rule and its source. One walk ([`walk`](fn@walk)) gives every person's standings month by month;
//! the counts and the lists behind them both come from it, so that a figure always opens into
//! exactly the people it counts. Ages, basis, exclusions and averaging months come from the edition.

mod counts;
mod cut;
mod definition;
mod list;
mod movement;
mod resolve;
mod span;
mod standing;
mod tally;
mod target;
mod walk;

pub use counts::{Counts, Percent};
pub use cut::{Cut, Keys};
pub use definition::{DEFINITIONS, Definition, Numerator, Period, averaging_months, named};
pub use list::{List, Member, people};
pub use movement::{Movement, STABLE_POINTS, movement};
pub use span::Span;
pub use standing::Standing;
pub use tally::{Tally, tally};
pub use target::{Assessment, assess};
pub use walk::{Asked, Segment, walk};
