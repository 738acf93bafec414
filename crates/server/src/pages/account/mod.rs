//! One's own account: where one is signed in, proving again who one is, and what was typed when a
//! session ran out. The rules are `app::accounts`'s.

mod draft;
mod prove;
mod sessions;

pub use draft::{send as send_draft, show as draft, throw as throw_draft};
pub use prove::{form as prove_form, fresh, inside, prove};
pub use sessions::{Row, end, postcode, row, show};
