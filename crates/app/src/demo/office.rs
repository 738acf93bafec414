//! What the council's own people kept of their work in the demonstration: a session of training in recording, reviews
//! of caseloads' data, and what they said of the tracking plan. As in life not everybody came and not all is done.

use domain::calendar::{AcademicYear, Day, working_day_after};
use domain::person::ChangeId;
use domain::tracking::month_of;
use domain::training::Training;
use formats::reference;
use jiff::ToSpan;
use store::{Tx, changes, trainings};

use super::staff::Staff;
use crate::context::Wrong;

/// From the first day of the school year to the session, to a working day from there.
///
/// Units: days.
const SESSION_AFTER: i32 = 40;
/// Of so many advisers the last was away.
const ONE_AWAY_OF: usize = 4;
/// Reviews: whose caseload, how long after the session, how long until it is due again, what was found.
///
/// Units: days.
const REVIEWS: [(usize, i32, i32, &str); 2] = [
    (0, 28, 84, "Phone numbers older than a year on a third of it; four without a next step."),
    (5, 49, 182, "Complete but for two start dates of employment. Groups checked with the team."),
];
/// What was said to be done some days after it was due, where all else was in time.
const SAID_LATE: &str = "autumn-calls";

pub async fn keep(tx: &mut Tx, staff: &Staff, day: Day) -> Result<(), Wrong> {
    let change = changes::latest(tx).await?;
    train(tx, change, staff, day).await?;
    say_done(tx, change, staff, day).await
}

/// The session of this school year, or of the one before where it is still to come.
async fn train(tx: &mut Tx, change: ChangeId, staff: &Staff, day: Day) -> Result<(), Wrong> {
    let this = AcademicYear::of(day);
    let held = |year: AcademicYear| {
        working_day_after(year.first_day().saturating_add(SESSION_AFTER.days()), 1)
    };
    let year = if held(this) <= day { this } else { before(this) };
    let session = held(year);
    let came = staff.advisers.iter().enumerate().filter(|(at, _)| at % ONE_AWAY_OF != 3);
    for (_, adviser) in came {
        let one = Training {
            id: 0,
            account: adviser.account,
            title: "Recording contacts, activities and vulnerable groups".to_owned(),
            day: session,
            trainer: "Tamsin Rook".to_owned(),
            // To the end of the school year after, when it is due again.
            valid_until: Some(AcademicYear::starting(year.start_year() + 1).last_day()),
        };
        trainings::add(tx, change, &one).await?;
    }
    for (whose, after, again, found) in REVIEWS {
        let reviewed = session.saturating_add(after.days());
        let Some(adviser) = staff.advisers.get(whose).filter(|_| reviewed <= day) else { continue };
        let due = Some(reviewed.saturating_add(again.days()));
        let between = (adviser.account, staff.data_manager);
        trainings::add_review(tx, change, between, (reviewed, found, due)).await?;
    }
    Ok(())
}

fn before(year: AcademicYear) -> AcademicYear {
    AcademicYear::starting(year.start_year() - 1)
}

/// All of the school year before, and of this one what was due by December: what came later waits for somebody.
async fn say_done(tx: &mut Tx, change: ChangeId, staff: &Staff, day: Day) -> Result<(), Wrong> {
    let this = AcademicYear::of(day);
    let december = month_of(this, 12).map(|month| month.last_day());
    let of = |year: AcademicYear| {
        reference::tracking().iter().filter_map(move |one| Some((one, one.due(year)?)))
    };
    for (one, due) in of(before(this)).chain(of(this)).filter(|(_, due)| Some(*due) <= december) {
        let after: i32 = if one.name == SAID_LATE { 6 } else { -3 };
        let on = due.saturating_add(after.days());
        if on <= day {
            let by = (on, Some(staff.data_manager));
            store::tracking::say_done(tx, change, (&one.name, due), by).await?;
        }
    }
    Ok(())
}
