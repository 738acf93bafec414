//! What became of those who left: how soon somebody spoke with them (`fate`), and whether they came to do what they
//! had said that they would (`intention`). What a leaver is promised, and who keeps the promise, is elsewhere.
//!
//! Invariant: nobody leaves who was known to go on with something by then, and whoever is told of twice before anybody
//! reached them has left once.

mod fate;
mod intention;

pub use fate::{
    Fate, Leaving, Speed, Stand, Stay, WORKING_DAYS, fates, goes_on, goes_on_elsewhere, speed,
    takes_part,
};
pub use intention::{Came, Intention};
