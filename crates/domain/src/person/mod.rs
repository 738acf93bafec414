//! Who a young person is, as far as anybody has said: particulars, names, addresses, characteristics.
//!
//! Every scalar fact has a [`Field`], the one vocabulary that files, diffs, merges, agreements, audit
//! and pages share. Values are kept verbatim as text, since a register must be able to hold what a
//! file said; an edition judges them elsewhere. What somebody *does* (spells) lives in `status`.
//!
//! Invariant: a [`PersonRecord`] is a plain value; what was known before is another value.

mod address;
mod field;
mod intention;
mod names;
mod nothing;
mod origin;
mod record;

pub use address::{Address, Place};
pub use field::{Category, Field, Kind};
pub use intention::date_intention;
pub use names::{FormerName, fold};
pub use nothing::{NOT_OBTAINED, impossible_birth, says_nothing};
pub use origin::{BenefitMark, Way, benefits_may_leave, mark};
pub use record::{Characteristic, Engagement, FieldChange, Particulars, PersonRecord, Scalar};

/// Number of a young person inside one register. Opaque: safe in a URL, meaningless outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(pub i64);

/// Number of one unit of work. Recorded time is counted in changes: a fact is known from the change
/// that made it until the change that ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChangeId(pub i64);
