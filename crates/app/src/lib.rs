//! Waymark's journeys: load through `store`, decide in `domain`, save in one unit of work with its
//! audit row. No HTML, no SQL; the world is reached through [`Context`] alone.

pub mod accounts;
pub mod admin;
pub mod agreement;
pub mod audit;
pub mod cohorts;
pub mod comparators;
pub mod consents;
mod context;
pub mod council;
pub mod demo;
pub mod exports;
pub mod followup;
pub mod forecast;
pub mod geography;
pub mod hot_spots;
pub mod imports;
pub mod keys;
pub mod leavers;
pub mod linking;
pub mod looks;
pub mod machine;
pub mod measures;
pub mod month_end;
pub mod notices;
pub mod outbound;
pub mod packs;
pub mod partners;
pub mod people;
mod permission;
pub mod plan;
pub mod predict;
pub mod quality;
mod reach;
pub mod releases;
pub mod reports;
pub mod results;
pub mod retention;
pub mod rights;
pub mod survey;
mod taking_back;
pub mod tracking;
pub mod training;
mod work;

pub use context::{Clock, Context, Wrong};
pub use taking_back::Undone;
