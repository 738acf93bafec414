//! How far somebody reaches into the register.

use std::collections::BTreeSet;

use super::Decision;

/// The people somebody may see: a union of reaches. The empty scope reaches nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub everyone: bool,
    /// People who live in these localities.
    pub localities: BTreeSet<String>,
    /// People on the roll of these organisations.
    pub schools: BTreeSet<String>,
    /// People on this account's caseload.
    pub caseload_of: Option<i64>,
    /// Whether restricted records may be seen beyond one's own caseload.
    pub restricted: bool,
}

/// What a scope needs to know about one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    pub locality: Option<String>,
    pub school: Option<String>,
    pub advisers: Vec<i64>,
    pub restricted: bool,
}

impl Scope {
    pub fn nobody() -> Self {
        Scope::default()
    }

    pub fn everyone() -> Self {
        Scope { everyone: true, restricted: true, ..Scope::default() }
    }

    /// Whether this person is within reach, and by which relation.
    pub fn admits(&self, person: &Reach) -> Decision {
        let mine = self.caseload_of.is_some_and(|me| person.advisers.contains(&me));
        if person.restricted && !self.restricted && !mine {
            return refuse("the record is restricted");
        }
        if self.everyone {
            return admit("your role covers the whole authority");
        }
        if mine {
            return admit("they are on your caseload");
        }
        if person.locality.as_ref().is_some_and(|l| self.localities.contains(l)) {
            return admit("they live in your locality");
        }
        if person.school.as_ref().is_some_and(|s| self.schools.contains(s)) {
            return admit("they are on your school's roll");
        }
        refuse("not on your caseload, in your locality or on your roll")
    }
}

fn admit(reason: &str) -> Decision {
    Decision { allowed: true, reasons: vec![reason.to_owned()] }
}

fn refuse(reason: &str) -> Decision {
    Decision { allowed: false, reasons: vec![reason.to_owned()] }
}
