//! Early support: when a chance is worked out, of what, from which facts, who is listed and who may
//! know why. Numbers are the engine's (`risk`); here is what is true and what is allowed.
//!
//! Invariants: a fact that began after the prediction day is not read (what was recorded later never
//! gets here: the record is loaded as it was known); sex, ethnicity, religion, names and notes are no
//! inputs; nothing here changes anybody's status or starts an action.

mod cell;
mod feature;
mod gifted;
mod known;
mod lifecycle;
mod list;
mod opening;
mod outcome;
mod point;
mod reach;
mod say;
mod silence;
mod whose;

pub use cell::{Cell, Value};
pub use feature::{
    AUDITED, FEATURES, Feature, Origin, SUBJECTS, audited, group_in_words, inputs, named,
};
pub use gifted::{Drifting, Sign, drifting};
pub use known::{Fact, Known, Try, UNSAID, features};
pub use lifecycle::{Evidence, State, is_newer, level_due, may_become};
pub use list::{Candidate, Choice, Made, Settings, expires, make, set_aside};
pub use opening::{FEWEST_CAME, comparable, comparable_words};
pub use outcome::{Outcome, at_month, outcome};
pub use point::{Point, Target, births};
pub use reach::{Area, Covered, Organisation, Own, Reach, Sender};
pub use say::{
    Kept, OTHER_FACTS, Reader, Reason, Seen, missing_seen, reason, reason_called, seen_by,
};
