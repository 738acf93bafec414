//! The day that a file speaks of.
//!
//! Invariant: it is never ahead. Nobody knows today how somebody is tomorrow; a sender would reach whom its file
//! names, and keep them current, for as long as the file says.

use jiff::civil::Date;

use crate::calendar::shown;

/// The day that somebody who brings a file types.
///
/// Errors: the sentence for them, where it is still to come.
pub fn typed_day(day: Date, today: Date) -> Result<Date, String> {
    if day <= today {
        return Ok(day);
    }
    Err(format!(
        "A file cannot speak of a day that is still to come: {} is after today, {}.",
        shown(day),
        shown(today)
    ))
}

/// The day that a file carries itself: one that is ahead stands for the day it came.
pub fn own_day(day: Date, came: Date) -> Date {
    day.min(came)
}
