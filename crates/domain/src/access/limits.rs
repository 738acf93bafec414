//! How long a session lasts and how long a guesser waits, as data. Nothing here reads a clock: instants
//! and counts are the caller's. Invariant: nobody who has signed in from a place before can be kept out by
//! what somebody elsewhere tries.

use super::Role;

/// When a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Units: minutes without a request.
    pub idle_minutes: i64,
    /// Units: hours since signing in, however it is used.
    pub absolute_hours: i64,
}

/// The limits of a role: shorter where one session reaches everybody, or stands in a shared office.
pub const fn limits(role: Role) -> Limits {
    match role {
        Role::DataManager | Role::Governance => Limits { idle_minutes: 15, absolute_hours: 8 },
        Role::LocalityManager | Role::Adviser => Limits { idle_minutes: 30, absolute_hours: 12 },
        Role::School
        | Role::College
        | Role::TrainingProvider
        | Role::YouthOffending
        | Role::Jobcentre
        | Role::YouthService
        | Role::SupportPartner
        | Role::OtherCouncil => Limits { idle_minutes: 20, absolute_hours: 8 },
    }
}

/// Searches for people that an account may make, in a burst as large and then steadily; no desk comes near it.
///
/// Units: searches a minute.
pub const SEARCHES_A_MINUTE: u32 = 30;

/// Pages of people's records that an account may ask for, in a burst as large and then steadily: two a second,
/// which nobody reads.
///
/// Units: pages a minute.
pub const RECORDS_A_MINUTE: u32 = 120;

/// The limits of an account that lay sealed in an envelope: long enough to let somebody else in again.
pub const SEALED: Limits = Limits { idle_minutes: 15, absolute_hours: 1 };

/// When somebody who signs in with a password must show a second thing that only they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// Always; nothing can switch it off.
    Always,
    /// Always, but for a demonstration, whose people are made up and whose passwords are public.
    ButInDemonstrations,
}

impl SecondFactor {
    pub const fn label(self) -> &'static str {
        match self {
            SecondFactor::Always => "always",
            SecondFactor::ButInDemonstrations => "always, save in a demonstration",
        }
    }
}

/// Whether a role needs the second factor. There is no setting: whoever watches over the others needs
/// it even where nothing is real.
pub const fn second_factor(role: Role) -> SecondFactor {
    match role {
        Role::Governance => SecondFactor::Always,
        Role::DataManager
        | Role::LocalityManager
        | Role::Adviser
        | Role::School
        | Role::College
        | Role::TrainingProvider
        | Role::YouthOffending
        | Role::Jobcentre
        | Role::YouthService
        | Role::SupportPartner
        | Role::OtherCouncil => SecondFactor::ButInDemonstrations,
    }
}

/// What wrong passwords are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guesses {
    /// One account from one place.
    Pair,
    /// One place, whatever the account.
    Place,
    /// One account, from places that it has never been signed in from.
    Account,
}

impl Guesses {
    /// Wrong passwords that cost nothing, the longest wait in seconds.
    const fn bounds(self) -> (i64, i64) {
        match self {
            Guesses::Pair => (4, 300),
            Guesses::Place => (20, 60),
            Guesses::Account => (20, 900),
        }
    }
}

/// How long to wait after so many wrong passwords in a row.
///
/// Units: seconds. It begins at five and doubles.
pub fn wait_seconds(by: Guesses, failures: i64) -> i64 {
    let (free, longest) = by.bounds();
    match u32::try_from(failures - free) {
        Ok(over) if over > 0 => (5_i64 << (over - 1).min(10)).min(longest),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_begin_late_double_and_end() {
        for (by, failures, seconds) in [
            (Guesses::Pair, 0, 0),
            (Guesses::Pair, 4, 0),
            (Guesses::Pair, 5, 5),
            (Guesses::Pair, 6, 10),
            (Guesses::Pair, 8, 40),
            (Guesses::Pair, 1_000, 300),
            (Guesses::Place, 20, 0),
            (Guesses::Place, 21, 5),
            (Guesses::Place, 40, 60),
            (Guesses::Account, 21, 5),
            (Guesses::Account, 90, 900),
        ] {
            assert_eq!(wait_seconds(by, failures), seconds, "{by:?} {failures}");
        }
    }

    #[test]
    fn whoever_reaches_everybody_is_signed_out_first() {
        let reach_all = limits(Role::DataManager);
        for role in Role::ALL {
            assert!(reach_all.idle_minutes <= limits(*role).idle_minutes, "{role:?}");
            assert!(reach_all.absolute_hours <= limits(*role).absolute_hours, "{role:?}");
        }
    }
}
