//! Files of people that leave the house: who may take one, and when a second person has to agree.

use crate::access::Decision;

/// More people than this and one person alone may not take the file.
///
/// Source: the house's security requirements on exports (a second person over 200 people).
pub const ALONE: usize = 200;

/// A file may be taken for so long after it was asked for. Units: hours.
pub const HOURS: i64 = 24;

/// What is known of a file that somebody wants to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub people: usize,
    pub asked_by: Option<i64>,
    /// Who wants to take it now.
    pub taker: Option<i64>,
    pub second: Option<i64>,
    pub hours_since: i64,
    pub taken: bool,
}

/// Whether the file may be taken, and why not.
pub fn may_take(file: &Leaving) -> Decision {
    let refuse = |why: &str| Decision { allowed: false, reasons: vec![why.to_owned()] };
    if file.taker != file.asked_by {
        return refuse("only who asked for the file takes it");
    }
    if file.taken {
        return refuse("the file was taken already; ask for a new one");
    }
    if file.hours_since >= HOURS {
        return refuse("it was asked for more than 24 hours ago; ask for a new one");
    }
    if file.people > ALONE && file.second.is_none() {
        return refuse("it holds more than 200 people, so a second person has to agree first");
    }
    Decision { allowed: true, reasons: vec!["it was asked for with a purpose".to_owned()] }
}

/// Whether somebody may be the second person.
pub fn may_agree(file: &Leaving, second: Option<i64>) -> Decision {
    let refuse = |why: &str| Decision { allowed: false, reasons: vec![why.to_owned()] };
    match second {
        None => refuse("the command line is nobody's account"),
        _ if second == file.asked_by => refuse("who asked cannot be the second person"),
        _ if file.taken => refuse("the file was taken already"),
        _ if file.people <= ALONE => refuse("this file needs no second person"),
        _ => Decision { allowed: true, reasons: vec!["somebody else asked".to_owned()] },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_people_for_more_than_two_hundred() {
        let file = Leaving {
            people: 200,
            asked_by: Some(1),
            taker: Some(1),
            second: None,
            hours_since: 0,
            taken: false,
        };
        assert!(may_take(&file).allowed);
        let many = Leaving { people: 201, ..file };
        assert!(!may_take(&many).allowed);
        assert!(!may_agree(&many, Some(1)).allowed && may_agree(&many, Some(2)).allowed);
        assert!(!may_agree(&many, None).allowed && !may_agree(&file, Some(2)).allowed);
        assert!(may_take(&Leaving { second: Some(2), ..many }).allowed);
        for wrong in [
            Leaving { taken: true, ..file },
            Leaving { hours_since: 24, ..file },
            Leaving { taker: Some(3), ..file },
        ] {
            assert!(!may_take(&wrong).allowed, "{wrong:?}");
        }
    }
}
