//! One young person and how to find them: search, record, contact, activity, particulars, acts.
//! Somebody out of reach is answered like somebody who is not there.

mod act;
mod activity;
mod circumstances;
mod history;
mod leave;
mod new;
mod particulars;
mod refer;
mod search;
mod show;
pub(in crate::pages) mod story;

pub(in crate::pages) use act::meant;
pub use act::{allocate, record};
pub use activity::{change, change_form};
pub use circumstances::{circumstances, move_home, say_characteristic};
pub use history::{history, seen_by};
pub use leave::{leave, leave_form};
pub use new::{add_new, new_form};
pub use particulars::{correct, correct_form};
pub use refer::{end_referral, refer, referrals};
pub use search::{ask, begin, found};
pub use show::show;
pub(in crate::pages) use show::{Contact, methods, outcomes};

use crate::{
    http::{Edge, PageError, SignedIn},
    pages::parts::{DateFields, Errors},
};
use app::{Wrong, people, people::Opened};
use domain::person::PersonId;
use jiff::civil::Date;

/// Opens a record, or says that there is no such page.
async fn open(edge: &Edge, who: &SignedIn, person: i64) -> Result<Opened, PageError> {
    match people::open(edge.ctx(), &who.actor, PersonId(person)).await {
        Ok(opened) => Ok(opened),
        Err(Wrong::Refused(_)) => Err(PageError::NotFound),
        Err(broken) => Err(broken.into()),
    }
}

/// A day as typed in three fields: nothing at all, a day, or a sentence about what is wrong.
pub(in crate::pages) fn typed_day(date: &DateFields, what: &str) -> Result<Option<Date>, String> {
    let parts = [&date.year, &date.month, &date.day].map(|part| part.trim());
    if parts.iter().all(|part| part.is_empty()) {
        return Ok(None);
    }
    let [year, month, day] = parts;
    let read = year.parse().ok().zip(month.parse().ok()).zip(day.parse().ok());
    read.and_then(|((year, month), day)| Date::new(year, month, day).ok())
        .filter(|day| day.year() > 1900)
        .map(Some)
        .ok_or_else(|| format!("{what} must be a real day, like 3 3 2026"))
}

/// The same, with what is wrong said of its field.
pub(in crate::pages) fn day_of(
    errors: &mut Errors,
    name: &str,
    date: DateFields,
    what: &str,
) -> Option<Date> {
    typed_day(&date, what).unwrap_or_else(|sentence| {
        errors.add(name, sentence);
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_typed_day_is_nothing_a_day_or_a_sentence() {
        let typed = |day: &str, month: &str, year: &str| {
            let date = DateFields { day: day.into(), month: month.into(), year: year.into() };
            typed_day(&date, "It")
        };
        assert_eq!(typed("", " ", ""), Ok(None));
        assert_eq!(typed("3", "03", "2026"), Ok(Some(date(2026, 3, 3))));
        for wrong in [("31", "2", "2026"), ("3", "", "2026"), ("3", "3", "26"), ("x", "3", "2026")]
        {
            assert!(typed(wrong.0, wrong.1, wrong.2).is_err(), "{wrong:?}");
        }
    }
}
