//! Administering: people with accounts, organisations, settings. A data manager's pages; the rules are
//! `app::admin`'s, which asks again whoever comes.

mod organisations;
mod password;
mod people;
mod schools;
mod seen;
mod settings;
pub mod sign_on;
pub mod training;

pub use organisations::{list as organisations, save as save_organisation, show as organisation};
pub use password::{choose, form as password};
pub use people::{
    add, agree, attest, change, end, end_sessions, link, list, new, postcode, recover, restart,
    show,
};
pub use schools::{add as add_schools, form as schools};
pub use seen::show as seen;
pub use settings::{save as save_settings, show as settings};

use crate::pages::parts::Tab;
use domain::access::{Act, Actor, decide};

/// The parts of this section that the reader may open.
pub(in crate::pages) fn tabs(current: &str, actor: &Actor) -> Vec<Tab> {
    [
        ("People", "/admin", Act::Administer),
        ("Organisations", "/admin/organisations", Act::Administer),
        ("Sign-on services", "/admin/sign-on", Act::Administer),
        ("Training", "/admin/training", Act::Administer),
        ("Settings", "/admin/settings", Act::Administer),
        ("Whose data was seen", "/admin/seen", Act::InvestigateAccount),
        ("Requests about own data", "/rights", Act::HandleRights),
        ("Retention", "/retention", Act::KeepRetention),
    ]
    .into_iter()
    .filter(|(.., act)| decide(actor, *act).allowed)
    .map(|(words, href, _)| Tab {
        words: words.to_owned(),
        count: None,
        href: href.to_owned(),
        current: href == current,
    })
    .collect()
}
