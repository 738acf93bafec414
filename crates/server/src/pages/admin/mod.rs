//! Administering: people with accounts, organisations, settings. A data manager's pages; the rules are
//! `app::admin`'s, which asks again whoever comes.

mod organisations;
mod password;
mod people;
mod schools;
mod seen;
mod settings;
pub mod sign_on;

pub use organisations::{list as organisations, save as save_organisation, show as organisation};
pub use password::{choose, form as password};
pub use people::{add, attest, change, end, end_sessions, link, list, new, recover, restart, show};
pub use schools::{add as add_schools, form as schools};
pub use seen::show as seen;
pub use settings::{save as save_settings, show as settings};

use crate::pages::parts::Tab;

/// The parts of this section.
fn tabs(current: &str) -> Vec<Tab> {
    [
        ("People", "/admin"),
        ("Organisations", "/admin/organisations"),
        ("Sign-on services", "/admin/sign-on"),
        ("Settings", "/admin/settings"),
        ("Whose data was seen", "/admin/seen"),
        ("Requests about own data", "/rights"),
        ("Retention", "/retention"),
    ]
    .map(|(words, href)| Tab {
        words: words.to_owned(),
        count: None,
        href: href.to_owned(),
        current: href == current,
    })
    .to_vec()
}
