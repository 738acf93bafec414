//! What is true and what is allowed: every rule of Waymark, once, without clock, file or database.
//! Values in, values out; the day is always an argument.

#[macro_use]
mod worded;

pub mod access;
pub mod agreement;
pub mod audit;
pub mod calendar;
pub mod cohort;
pub mod consent;
pub mod disclosure;
pub mod edition;
pub mod finding;
pub mod followup;
pub mod forecast;
pub mod hotspot;
pub mod identifiers;
pub mod intake;
pub mod leaver;
pub mod matching;
pub mod measure;
pub mod narrative;
pub mod notice;
pub mod obstacle;
pub mod person;
pub mod plan;
pub mod planning;
pub mod prediction;
pub mod quality;
pub mod results;
pub mod retention;
pub mod rights;
pub mod status;
pub mod statutory;
pub mod survey;
pub mod tracking;
pub mod training;
