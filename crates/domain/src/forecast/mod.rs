//! Looking ahead: which records will lapse and what would save them, and how many will be NEET or
//! not known in the months that count.
//!
//! [`currency`] follows from rules alone: a record's last current day is known today. [`landmark`] is a
//! model: what became of the council's own people so many months on. [`blend`] weighs it with four plain
//! ways, [`judge`] gives the interval and the test it has to pass. Nothing here reads a clock or draws a
//! chance; the same records give the same forecast.

pub mod blend;
pub mod currency;
pub mod judge;
pub mod landmark;
