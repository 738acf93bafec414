//! Who is who in the register: the linking engine over the council's own people. Here are its journeys
//! (rows of imports, the review queue, people entered twice, partners' lists); how evidence is weighed
//! is `linkage`'s, what may happen by itself is `domain::matching`'s. Invariant: nothing is joined that
//! a person cannot take apart again.

mod engine;
mod memory;
mod weigh;

pub use engine::{Asked, Engine, Likeness};
pub use memory::{Verdict, print};
pub use weigh::{Found, Weigher};
