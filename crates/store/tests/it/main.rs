//! Contract tests of the store: one body, both engines.

mod ended;
mod inserting;
mod people;
mod scope;
mod statements;
