//! Who is who: doubtful pairs one at a time, people entered twice, partners' lists matched. These pages
//! show and pass on; what may be joined, and by whom, is decided elsewhere.

mod acts;
mod doubles;
mod lists;
mod show;
mod vulnerable;

pub use acts::{agree, decide, set_lines, take_back};
pub use doubles::{doubles, find, merge, merge_form, unmerge};
pub use lists::{export, list, lists, receive, settle};
pub use show::show;
pub use vulnerable::{vulnerable, vulnerable_file};

use crate::pages::parts::Tab;

/// The rooms of this section.
fn tabs(current: &str) -> Vec<Tab> {
    [
        ("Doubtful", "/who-is-who"),
        ("Entered twice", "/who-is-who/doubles"),
        ("Lists matched", "/who-is-who/lists"),
        ("Several vulnerabilities", "/who-is-who/vulnerable"),
    ]
    .into_iter()
    .map(|(words, href)| Tab {
        words: words.to_owned(),
        count: None,
        href: href.to_owned(),
        current: href == current,
    })
    .collect()
}
