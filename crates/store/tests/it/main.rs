//! Contract tests of the store: one body, both engines.

mod people;
mod scope;
mod statements;
