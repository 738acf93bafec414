//! Numbers that leave the house: rounding, what is not said at all, and the attack that a release has
//! to stand before anybody sees it.
//!
//! A release is some tables. Each cell is a count of people with a set of properties; a margin is the
//! cell with one property fewer. [`attack`] knows the rules of rounding and every equation between
//! cells, in this release and the one before, and asks what a reader could find out; [`guard`] coarsens
//! what does not hold until it does, and says how. Invariant: a release that [`guard`] lets go leaves at
//! least [`LEAST`] possible values for every true count of 1 to 5.

mod beside;
mod few;
mod guard;
mod leaving;
mod release;
mod round;
mod share;
mod solver;
mod suppress;
mod together;

pub use beside::{Lie, Said, Three, Whom, beside};
pub use few::{FEW, FEW_OF_GROUP, is_few, is_whole, may_tell_group, may_tell_part, tells_of_few};
pub use guard::{Coarsened, Guarded, attack, guard};
pub use leaving::{ALONE, HOURS, Leaving, may_agree, may_take};
pub use release::{Cell, Dimension, Key, Table, counted};
pub use round::{Rule, percent_shown, published, shown};
pub use share::{gap_published, share_published};
pub use solver::{Attack, System};
pub use suppress::{Exact, LeftOut, alone};
pub use together::{Breakdown, Inside, Together, together};

/// How many values must stay possible for a true count of 1 to 5.
pub const LEAST: usize = 3;

/// True counts that are protected. Days do not matter here: they are people.
pub const SMALL: std::ops::RangeInclusive<i64> = 1..=5;
