//! What tests share: a register of each engine, made for one test and gone after it.
//!
//! SQLite lives in a temporary folder. PostgreSQL is used where `WAYMARK_TEST_POSTGRES` holds the URL of
//! a server on which databases may be made; without it a test says that it was skipped there.

mod agreements;
mod canary;
mod engines;

pub use agreements::{everything, list_wording, wording};
pub use canary::{cells_that_tell, contents, tells};
pub use engines::{Register, each_empty_engine, each_engine, skipped, sqlite};
