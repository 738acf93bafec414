//! Month end: the return put together from the register, frozen, checked, signed and kept.
//!
//! [`prepare`] loads everybody as known now and says what the return would hold; [`freeze`] keeps
//! that as a version that is never edited. Invariant: the same register and the same signed months
//! give the same bytes, so nothing here that reaches the file reads the clock.

mod prepare;

pub use prepare::{Prepared, edition_for, prepare, write};
