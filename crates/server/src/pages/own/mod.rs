//! The partners' side: their own people, the files they send, who of them has an account. The rules are
//! `app::partners`'s.

mod files;
mod people;
mod vouch;

pub use files::{hand_over, list, receive, show, withdraw};
pub use people::mine;
pub use vouch::{accounts, state, vouch};

use crate::pages::parts::Tab;

/// The parts of this section.
fn tabs(current: &str, contact: bool) -> Vec<Tab> {
    let all = [("People", "/own"), ("Files", "/own/files"), ("Accounts", "/own/accounts")];
    let shown = all.into_iter().filter(|(_, href)| contact || *href != "/own/accounts");
    shown
        .map(|(words, href)| Tab {
            words: words.to_owned(),
            count: None,
            href: href.to_owned(),
            current: href == current,
        })
        .collect()
}
