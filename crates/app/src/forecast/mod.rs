//! Looking ahead for commands and pages: what lapses and what saves it, and how many will be NEET or
//! not known in the months that count. The rules and the model are `domain::forecast`'s; here records
//! are loaded within the reader's scope, and who is shown by name is remembered.

mod currency;
mod history;
mod neet;
mod shown;
mod told;
mod weighing;

pub use currency::{Call, CurrencyAhead, Named, currency};
pub use history::Memory;
pub use neet::neet;
pub use shown::{Ahead, Interval, Level, MonthAhead, Tested, Trial, Under, Weighed, WhatIf};
