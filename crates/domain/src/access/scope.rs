//! How far somebody reaches into the register, by which relation, and on whose terms.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Decision, Role, Terms};

/// The people somebody may see: a union of reaches. The empty scope reaches nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub everyone: bool,
    /// People who live in these localities.
    pub localities: BTreeSet<String>,
    /// People on the roll of these organisations.
    pub schools: BTreeSet<String>,
    /// People who are learning or working with these organisations now.
    pub learning: BTreeSet<String>,
    /// People whom the newest list of each kind of these organisations named.
    pub listed: BTreeSet<String>,
    /// The first day of lists that still count; without it none does.
    pub listed_since: Option<Date>,
    /// People referred to these organisations.
    pub referred: BTreeSet<String>,
    /// People on this account's caseload.
    pub caseload_of: Option<i64>,
    /// People opened in an emergency, by this session and for its hour.
    pub opened: BTreeSet<i64>,
    /// Whether restricted records may be seen beyond one's own caseload.
    pub restricted: bool,
    /// What the agreements with a partner give out of the people reached; without any it reaches nobody.
    pub terms: Terms,
}

/// What a scope needs to know about one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    pub person: i64,
    pub locality: Option<String>,
    pub school: Option<String>,
    /// Organisations of open activities.
    pub learning: Vec<String>,
    /// Senders whose newest applied list of a kind named them, and the day that list speaks of.
    pub listed: Vec<(String, Date)>,
    /// Organisations they are referred to.
    pub referred: Vec<String>,
    pub advisers: Vec<i64>,
    pub restricted: bool,
    /// The use of the record is stopped, as they asked: nobody reaches it by a list or by its number.
    pub stopped: bool,
}

/// How long being named by a partner's list keeps somebody within that partner's reach, where no newer
/// list of the kind ended it before. Agreements are checked every year and lists come several times a
/// year: whoever sent none for a year has stopped saying whom they work with.
///
/// Units: months.
const LISTED_MONTHS: i32 = 12;

/// The first day of lists that still give reach on a day.
///
/// Days: inclusive.
pub fn listed_since(today: Date) -> Date {
    today.saturating_sub(LISTED_MONTHS.months())
}

/// The last day on which a list that speaks of a day gives reach.
///
/// Days: inclusive.
pub fn listed_until(day: Date) -> Date {
    day.saturating_add(LISTED_MONTHS.months())
}

impl Scope {
    pub fn nobody() -> Self {
        Scope::default()
    }

    pub fn everyone() -> Self {
        Scope { everyone: true, restricted: true, ..Scope::default() }
    }

    /// Whether nobody is out of reach, so that its figures are the authority's.
    pub const fn is_whole(&self) -> bool {
        self.everyone && self.restricted
    }

    /// The reach of an account: its role says by which relation, its own facts say whom.
    pub fn of(
        role: Role,
        account: i64,
        organisation: Option<&str>,
        localities: BTreeSet<String>,
    ) -> Scope {
        let own = || organisation.map(str::to_owned).into_iter().collect::<BTreeSet<String>>();
        match role {
            Role::DataManager | Role::Governance => Scope::everyone(),
            Role::LocalityManager => Scope { localities, ..Scope::default() },
            Role::Adviser => Scope { localities, caseload_of: Some(account), ..Scope::default() },
            Role::School => Scope { schools: own(), ..Scope::default() },
            Role::College | Role::TrainingProvider => {
                Scope { schools: own(), learning: own(), referred: own(), ..Scope::default() }
            }
            Role::YouthOffending
            | Role::Jobcentre
            | Role::YouthService
            | Role::SupportPartner
            | Role::OtherCouncil => Scope { listed: own(), referred: own(), ..Scope::default() },
        }
    }

    /// Whether an organisation is the reader's own.
    pub fn is_own(&self, organisation: &str) -> bool {
        [&self.schools, &self.learning, &self.listed, &self.referred]
            .iter()
            .any(|set| set.contains(organisation))
    }

    /// The one organisation that a partner's account belongs to; `None` for staff of the council.
    pub fn own_organisation(&self) -> Option<&str> {
        let sets = [&self.schools, &self.learning, &self.listed, &self.referred];
        sets.into_iter().find_map(|set| set.first()).map(String::as_str)
    }

    /// Why a partner reaches nobody: no agreement in force names it. `None` for everybody else.
    pub fn closed(&self) -> Option<&str> {
        match &self.terms {
            Terms::Wanting(why) if self.own_organisation().is_some() => Some(why),
            _ => None,
        }
    }

    /// Whether this person is within reach, and by which relation.
    pub fn admits(&self, person: &Reach) -> Decision {
        let answer = match self.closed() {
            Some(why) => Err(why),
            None => self.relation(person).map(Relation::reason),
        };
        let (Ok(reason) | Err(reason)) = answer;
        Decision { allowed: answer.is_ok(), reasons: vec![reason.to_owned()] }
    }

    /// By which relation this person is within reach.
    ///
    /// Errors: why they are not.
    pub fn relation(&self, person: &Reach) -> Result<Relation, &'static str> {
        let mine = self.caseload_of.is_some_and(|me| person.advisers.contains(&me));
        if person.stopped {
            return Err("the use of the record is stopped, as they asked");
        }
        let opened = self.opened.contains(&person.person);
        if person.restricted && !self.restricted && !mine && !opened {
            return Err("the record is restricted");
        }
        if self.everyone {
            return Ok(Relation::Authority);
        }
        if mine {
            return Ok(Relation::Caseload);
        }
        if person.locality.as_ref().is_some_and(|l| self.localities.contains(l)) {
            return Ok(Relation::Locality);
        }
        if person.school.as_ref().is_some_and(|s| self.schools.contains(s)) {
            return Ok(Relation::Roll);
        }
        if person.learning.iter().any(|o| self.learning.contains(o)) {
            return Ok(Relation::Learning);
        }
        if person.referred.iter().any(|o| self.referred.contains(o)) {
            return Ok(Relation::Referral);
        }
        let counts = |day: &Date| self.listed_since.is_some_and(|since| *day >= since);
        if person.listed.iter().any(|(o, day)| self.listed.contains(o) && counts(day)) {
            return Ok(Relation::List);
        }
        if opened {
            return Ok(Relation::Emergency);
        }
        Err("no relation to you is recorded: caseload, locality, roll, list or referral")
    }
}

/// What brings somebody within a reader's reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The role covers everybody.
    Authority,
    Caseload,
    Locality,
    Roll,
    Learning,
    Referral,
    List,
    Emergency,
}

impl Relation {
    /// As its reader is told.
    pub const fn reason(self) -> &'static str {
        match self {
            Relation::Authority => "your role covers the whole authority",
            Relation::Caseload => "they are on your caseload",
            Relation::Locality => "they live in your locality",
            Relation::Roll => "they are on your own roll",
            Relation::Learning => "they are with your organisation now",
            Relation::Referral => "they were referred to your organisation",
            Relation::List => "a list of your organisation names them",
            Relation::Emergency => "you opened the record in an emergency, which will be reviewed",
        }
    }

    /// As somebody else is told of a reader.
    pub const fn label(self) -> &'static str {
        match self {
            Relation::Authority => "works for the whole authority",
            Relation::Caseload => "has them on the caseload",
            Relation::Locality => "works in the locality where they live",
            Relation::Roll => "has them on the roll",
            Relation::Learning => "has them learning or working there now",
            Relation::Referral => "had them referred",
            Relation::List => "named them on its newest list",
            Relation::Emergency => "opened the record in an emergency",
        }
    }
}
