//! The register's memory; the only crate that knows SQL. It remembers and finds, it decides nothing.
//!
//! Invariants: facts are appended, never edited (see `people`); whatever belongs together is written in
//! one [`Tx`]; every reader of people takes a `Scope` except those in `whole`, whose name says so.

pub mod accounts;
mod address;
pub mod agreements;
mod among;
pub mod analysis;
pub mod audit;
pub mod changes;
pub mod cohort;
pub mod complaints;
pub mod consents;
pub mod contacts;
pub mod deliveries;
mod desk;
pub mod emergency;
pub mod engine;
pub mod envelopes;
pub mod followup;
pub mod grants;
pub mod haste;
mod holds;
pub mod imports;
mod inserting;
pub mod leavers;
pub mod linking;
pub mod machine;
mod migrate;
pub mod moments;
pub mod notices;
pub mod organisations;
pub mod outside;
mod packed;
pub mod people;
pub mod plans;
pub mod predictors;
pub mod quality;
pub mod releases;
pub mod reports;
pub mod results;
pub mod retention;
pub mod returning;
pub mod rights;
pub mod schedules;
mod scope;
pub mod seal;
pub mod sealed;
pub mod sign_in;
pub mod snapshots;
mod statements;
pub mod targets;
pub mod tasks;
pub mod tracking;
pub mod trainings;
pub mod whole;

pub use address::is_address;
pub use engine::{Db, Row, StoreError, Tx, Value, stands_in};
pub use holds::{Hold, Work};
pub use migrate::migrate;
pub use statements::all as all_statements;
