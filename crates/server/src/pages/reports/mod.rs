//! Made to be read: the dashboard of one's own reach, packs for others, own reports, leavers and caseloads, files of
//! people.
//! Figures are counted by `app`; here they get titles that say what they show.

mod drawn;
mod exports;
pub mod leavers;
mod own;
mod packs;
mod survey;

pub use exports::{agree, ask, exports, take};
pub use own::{count, end, file, own, run, save};
pub use packs::{
    circulate, dashboard, monthly, monthly_end, monthly_file, pack, packs, save_words,
};
pub use survey::{file as survey_file, survey, yearly, yearly_end, yearly_file};

/// What follows the day of figures that a reader's reach holds to some of the people.
fn within(reach: Option<&str>) -> String {
    reach.map_or_else(String::new, |who| format!("; only those who {who}"))
}
