//! The partners' side: their own people, the files they send, who of them has an account. The rules are
//! `app::partners`'s.

mod files;
mod notices;
mod offers;
mod people;
mod person;
mod results;
mod vouch;

pub use files::{hand_over, list, receive, show, withdraw};
pub use notices::{acknowledge, notices};
pub use offers::{offer, offers};
pub use people::mine;
pub use person::{show as person, tell};
pub use results::{check, pass, results, sending, take_back};
pub use vouch::{accounts, state, vouch};

use crate::pages::parts::Tab;
use domain::access::{Actor, Role};

/// The parts of this section.
fn tabs(current: &str, actor: &Actor, contact: bool) -> Vec<Tab> {
    let provider = matches!(actor.role, Role::College | Role::TrainingProvider);
    let all = [
        ("People", "/own", true),
        ("Files", "/own/files", true),
        ("Follow-ups asked of you", "/follow-up/tasks", actor.role == Role::YouthService),
        ("Offers", "/own/offers", provider),
        ("Notices", "/own/notices", actor.role == Role::OtherCouncil),
        ("Exam results", "/own/results", provider || actor.role == Role::School),
        ("Accounts", "/own/accounts", contact),
    ];
    let shown = all.into_iter().filter(|(.., shown)| *shown);
    shown
        .map(|(words, href, _)| Tab {
            words: words.to_owned(),
            count: None,
            href: href.to_owned(),
            current: href == current,
        })
        .collect()
}
