//! Journeys of sharing agreements: bring a wording in, sign, end, look, say why, and stand at the door
//! of every file. What an agreement allows is decided in `domain::agreement`, never here.

mod bring;
mod checking;
mod compare;
mod deliveries;
mod door;
mod draft;
mod look;
mod matters;

pub(crate) use bring::keep;
pub use bring::{Brought, bring, end, sign};
pub use checking::{CheckDue, Checked, Found, check, check_faults, checks, checks_due, known};
pub use compare::{Differs, Reading, reading, wording};
pub(crate) use deliveries::due_between;
pub use deliveries::{Deliveries, Delivery, deliveries, note_delivery};
pub use domain::agreement::{Agreement, Answer, Asked, Decision, Direction, Flow, Item, Standing};
pub(crate) use door::{Hand, covered, covers, flows, gate, gate_of, of_set};
pub use draft::{
    Draft, DraftClause, DraftLine, FORBIDS, NEEDS_CONSENT, STARTS, Start, draft_of, field,
};
pub use look::{all, enforce_from, enforced_from, given, why};
pub(crate) use look::{load, terms_by, terms_of};
pub use matters::{Complained, Log, Matter, complain, follow, log, matters, meet};

/// The setting that holds the day from which every sender needs an agreement.
const ENFORCED_FROM: &str = "agreements_enforced_from";
