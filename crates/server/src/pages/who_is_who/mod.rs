//! Who is who: doubtful pairs one at a time, people entered twice, partners' lists matched. These pages
//! show and pass on; what may be joined, and by whom, is decided elsewhere.

mod acts;
mod show;

pub use acts::{agree, decide, take_back};
pub use show::show;

use crate::pages::parts::Tab;

/// The rooms of this section.
fn tabs(current: &str, waiting: usize) -> Vec<Tab> {
    [("Doubtful", "/who-is-who", Some(waiting.to_string()))]
        .into_iter()
        .map(|(words, href, count)| Tab {
            words: words.to_owned(),
            count,
            href: href.to_owned(),
            current: href == current,
        })
        .collect()
}
