//! Looking ahead: what lapses and what saves it, and NEET and not known to the months that count. The
//! sums are `app::forecast`'s; here they become sentences, drawings and tables.

mod currency;
mod neet;

pub use currency::{calls, currency};
pub use neet::neet;

use crate::pages::parts::Tab;
use app::measures::{may_cut, may_open};
use domain::access::{Act, Actor, decide};
use domain::measure::Cut;

/// The tabs of everything that is made to be read: reports, forecasts, hot spots, what is published.
pub fn tabs(actor: &Actor, current: &str) -> Vec<Tab> {
    let may = |act: Act| decide(actor, act).allowed;
    let follow = may(Act::ViewFollowUp);
    let places = may_cut(actor, &[Cut::Ward]).is_ok();
    let people = may_open(actor).is_ok();
    let groups = may_cut(actor, &[Cut::Characteristic]).is_ok();
    [
        ("/reports", "Dashboard", true),
        ("/ahead/neet", "NEET ahead", people),
        ("/ahead/currency", "What will lapse", follow),
        ("/cohorts", "School years", true),
        ("/hot-spots", "Hot spots", places),
        ("/figures/gaps", "Gaps", groups),
        ("/reports/survey", "Activity survey", people),
        ("/reports/leaving", "Leavers and caseloads", follow),
        ("/reports/packs", "Packs", true),
        ("/reports/own", "Own reports", true),
        ("/releases", "Published tables", app::releases::readable(actor)),
        ("/exports", "Files of people", follow),
    ]
    .into_iter()
    .filter(|(_, _, open)| *open)
    .map(|(href, words, _)| Tab {
        words: words.to_owned(),
        count: None,
        href: href.to_owned(),
        current: href == current,
    })
    .collect()
}
