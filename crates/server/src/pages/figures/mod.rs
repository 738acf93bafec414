//! Figures: the question as asked, its answer drawn and tabled, and the people behind a cell.
//! What counts is `app::measures`' to say; names are read only on the page of people.

mod asked;
mod drawn;
mod people;
mod show;
mod words;

pub use people::people;
pub use show::show;
