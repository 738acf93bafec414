//! How people leave the return. Someone who leaves is told of once, with the reason; someone whose
//! guarantee is still open stays in for it. What has been told already is read from the returns
//! that were sent, never stamped on the person, so that making a return again gives the same one.

use super::assemble::{LeftOut, belongs_by_age};
use crate::calendar::{Day, academic_age};
use crate::edition::{Authorities, Edition, OUTSIDE_ENGLAND, Returning, TransferTo};
use crate::person::Field;

/// The cohort status that someone has from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusChange {
    pub status: String,
    /// Days: the status holds from this day.
    pub from: Day,
}

/// What a return that was sent said of this person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    pub period_end: Day,
    pub status: String,
}

/// Why someone is not in a return.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReturned {
    #[error("the cohort status {0} is not one of this edition")]
    UnknownStatus(String),
    #[error("the cohort status {0} is never returned")]
    NeverReturned(String),
    #[error("the leaving was told of in the return for {0}")]
    AlreadyReported(Day),
    #[error("the September Guarantee is closed, and nothing else keeps them in the return")]
    GuaranteeClosed,
}

/// The status with which someone stands in the return for a period, or why they do not.
///
/// Shape: `changes` in any order; the last that began by the period end counts, and the primary
/// cohort is meant when none did. `reported` is what returns for other periods said; those for
/// this period or later ones are not looked at, so an old return comes out as it was.
/// `guarantee_open` says whether they are on a baseline of the September Guarantee that is open at
/// the period end: then every leaver but the dead stays in, for the guarantee alone.
/// Source: code list of cohort statuses; a supplier's help on clients leaving the cohort.
pub fn status_in_return(
    changes: &[StatusChange],
    reported: &[Reported],
    guarantee_open: bool,
    edition: &Edition,
    period_end: Day,
) -> Result<String, NotReturned> {
    let begun = changes.iter().filter(|change| change.from <= period_end);
    let Some(change) = begun.max_by_key(|change| change.from) else {
        return Ok(edition.primary_status().to_owned());
    };
    let Some(status) = edition.cohort_statuses.get(&change.status) else {
        return Err(NotReturned::UnknownStatus(change.status.clone()));
    };
    match status.returning {
        Returning::EveryMonth => Ok(change.status.clone()),
        Returning::Never => Err(NotReturned::NeverReturned(change.status.clone())),
        Returning::UntilGuaranteeCloses if guarantee_open => Ok(change.status.clone()),
        Returning::UntilGuaranteeCloses => Err(NotReturned::GuaranteeClosed),
        Returning::Once if guarantee_open && !status.ends_guarantee => {
            Ok(with(edition, Returning::UntilGuaranteeCloses).unwrap_or(change.status.clone()))
        }
        Returning::Once => once(change, reported, period_end),
    }
}

/// A leaving is told of in the first return after it, and in no later one.
fn once(
    change: &StatusChange,
    reported: &[Reported],
    period_end: Day,
) -> Result<String, NotReturned> {
    let told = reported.iter().filter(|earlier| {
        // An earlier stay may have ended the same way; only returns since this leaving count.
        earlier.status == change.status
            && earlier.period_end < period_end
            && earlier.period_end >= change.from
    });
    match told.map(|earlier| earlier.period_end).min() {
        Some(first) => Err(NotReturned::AlreadyReported(first)),
        None => Ok(change.status.clone()),
    }
}

/// The status of someone who was in the last return and whom age now takes out of it: age reached,
/// or plan ceased for those whom only a plan had kept. `None` when age takes nobody out.
///
/// Shape: `plan` at the period end; `reported` as for `status_in_return`, to which the answer goes
/// as one more change.
/// Source: cohort statuses A and L; a supplier's help (age reached without, or with, a plan).
pub fn leaving_by_age(
    born: Day,
    plan: bool,
    reported: &[Reported],
    edition: &Edition,
    period_end: Day,
) -> Option<StatusChange> {
    let last = reported.iter().filter(|earlier| earlier.period_end < period_end);
    let last = last.max_by_key(|earlier| earlier.period_end)?;
    let returning = edition.cohort_statuses.get(&last.status)?.returning;
    if matches!(returning, Returning::Once | Returning::Never) {
        return None;
    }
    let plan_kept = academic_age(born, last.period_end) > edition.membership.max_age;
    let status = match belongs_by_age(born, plan, edition, period_end) {
        Err(LeftOut::NoPlan) if plan_kept => edition.leaving.plan_ceased.as_ref(),
        Err(LeftOut::NoPlan | LeftOut::TooOld) => None,
        _ => return None,
    };
    let status = status.unwrap_or(&edition.leaving.age_reached).clone();
    Some(StatusChange { status, from: period_end })
}

/// A status as somebody says it of a young person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said<'a> {
    pub status: &'a str,
    /// Days: the status holds from this day.
    pub since: Day,
    /// The authority transferred to; empty where there is none.
    pub to: &'a str,
    /// The authority that leads on the record until now.
    pub lead: Option<&'a str>,
}

/// Whether a status can be recorded as said; otherwise the field that is not right, and why.
///
/// Source: cohort statuses (YP10) and checks 13, 34, 35, 41, 42 and 904 on the authority transferred to.
pub fn recordable(
    said: &Said<'_>,
    edition: &Edition,
    authorities: &Authorities,
    today: Day,
) -> Result<(), (Field, &'static str)> {
    let status = edition.cohort_statuses.get(said.status);
    let Some(status) = status.filter(|status| status.returning != Returning::Never) else {
        return Err((Field::CohortStatus, "Choose a cohort status."));
    };
    if said.since > today {
        return Err((Field::StatusSince, "The day lies ahead. Record it when it has happened."));
    }
    let wrong = |why| Err((Field::TransferredTo, why));
    match status.transfer_to {
        TransferTo::None if said.to.is_empty() => Ok(()),
        TransferTo::None => wrong("Somebody with this status goes to no other authority."),
        TransferTo::OutsideEngland if said.to.is_empty() => Ok(()),
        TransferTo::OutsideEngland if OUTSIDE_ENGLAND.contains(&said.to) => Ok(()),
        TransferTo::OutsideEngland => wrong("Choose a place outside England, or leave it open."),
        TransferTo::English if !authorities.in_england(said.to, said.since) => {
            wrong("Choose the English authority that they moved to.")
        }
        TransferTo::English if said.lead == Some(said.to) => {
            wrong("That is the authority that leads on the record already.")
        }
        TransferTo::English => Ok(()),
    }
}

fn with(edition: &Edition, returning: Returning) -> Option<String> {
    let mut statuses = edition.cohort_statuses.values();
    statuses.find(|status| status.returning == returning).map(|status| status.code.clone())
}
