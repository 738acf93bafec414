//! Month end: the list of months with what blocks each, one version from freeze to sign-off, the
//! acts on it, and its kept file.

mod acts;
mod list;
mod show;

pub use acts::{file, freeze, settle, sign};
pub use list::list;
pub use show::show;

use crate::pages::parts::Tone;
use app::month_end::Listed;
use domain::statutory::month_end::State;
use jiff::civil::Date;

/// A day as pages say it: 3 March 2026.
fn day(date: Date) -> String {
    domain::calendar::shown(date)
}

/// The day of an instant that is kept as text.
fn day_of(instant: &str) -> String {
    let date = instant.get(..10).and_then(|text| text.parse::<Date>().ok());
    date.map_or_else(|| instant.to_owned(), day)
}

/// What a version is, in a word and a tone.
fn state(listed: &Listed) -> (&'static str, Tone) {
    let signed = listed.snapshot.state == State::Signed.word();
    match (signed, listed.superseded) {
        (true, false) => ("Signed", Tone::Good),
        (true, true) => ("Signed, corrected since", Tone::Plain),
        (false, true) => ("Replaced", Tone::Plain),
        (false, false) => ("Frozen", Tone::Slow),
    }
}
