//! Looking ahead: which records will lapse and what would save them, and how many will be NEET or
//! not known in the months that count.
//!
//! [`currency`] follows from rules alone: a record's last current day is known today. [`chain`] is a
//! model: rates of moving between standings, learned from the council's own months, with an interval
//! and with the test it has to pass. Neither reads a clock nor draws a chance; the same records give
//! the same forecast.

pub mod blend;
pub mod chain;
pub mod currency;
pub mod judge;
