//! Published tables: made of a month's figures, attacked together with what was published before,
//! coarsened where they do not hold, frozen with their hash. Nobody publishes true numbers by hand.

mod kept;
mod make;

pub use make::{Draft, PublicTable, draft, file, list, one, publish, readable};
