//! Young people as known at a recorded moment: loading whole records and writing what differs.
//!
//! A write takes the record as it was loaded and as it should be; rows that no longer hold are ended by
//! the change, new ones are made by it. Nothing is edited or deleted (but see `back`), so every earlier moment can be
//! loaded again. Ending a row that someone else ended first is a `Conflict`, and nothing is written.

pub(crate) mod back;
pub(crate) mod home;
pub(crate) mod load;
mod own;
mod search;
mod seed;
pub(crate) mod since;
mod write;

pub use back::newcomers;
pub use load::{
    Facts, Loaded, Moment, all_ids, load, load_all, load_compared, touched_by, with_benefits,
};
pub use own::{Referral, end_one_referral, end_referral, own, own_after, refer, referrals};
pub use search::{Found, Query, reach, search, within};
pub use seed::{Seed, SeedAssignment, SeedContact, seed, seed_assignments, seed_contacts};
pub use since::told_since;
pub use write::{Write, columns_of_particulars, new_people, write};

pub(crate) const STATEMENTS: &[(&str, &str)] = search::STATEMENTS;
