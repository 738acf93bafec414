//! Who may do what, to whom. The one place that answers, always with reasons; what is not allowed
//! here is refused.
//!
//! [`decide`] answers for an act, [`Scope`] for people: the same value guards a single record and
//! filters a list (the store turns it into a condition; a test holds the two together). [`redact`]
//! leaves of a record what the reader's role sees.

mod limits;
mod part;
mod scope;
mod table;
#[cfg(test)]
mod tests;

pub use limits::{Guesses, Limits, limits, wait_seconds};
pub use part::{Part, readers, redact, sees};
pub use scope::{Reach, Scope};
pub use table::table;

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Keeps the register: imports, month end, people and organisations.
    DataManager,
    /// Leads a locality's advisers.
    LocalityManager,
    /// Personal adviser with a caseload in a locality.
    Adviser,
    /// Sees the pupils on their own school's roll.
    School,
}

impl Role {
    pub const ALL: &'static [Role] =
        &[Role::DataManager, Role::LocalityManager, Role::Adviser, Role::School];

    pub const fn name(self) -> &'static str {
        match self {
            Role::DataManager => "data-manager",
            Role::LocalityManager => "locality-manager",
            Role::Adviser => "adviser",
            Role::School => "school",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Role::DataManager => "Data manager",
            Role::LocalityManager => "Locality manager",
            Role::Adviser => "Personal adviser",
            Role::School => "School user",
        }
    }

    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.iter().copied().find(|role| role.name() == name)
    }
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// Open a person's record, search, see lists of people.
    ViewPeople,
    /// Correct a person's particulars or activity.
    EditPeople,
    /// Record a contact and what came of it.
    RecordContact,
    /// See the follow-up list.
    ViewFollowUp,
    /// Send a file in, review and apply it.
    Import,
    /// Take an applied import back.
    UndoImport,
    /// Read figures and open them into people.
    ViewFigures,
    /// Decide which records are one person, merge and take apart.
    DecideIdentity,
    /// Freeze, check and write the return.
    MonthEnd,
    /// Sign a month off.
    SignOff,
    /// Manage accounts and organisations.
    Administer,
    /// See who has read a record.
    ViewAudit,
    /// See whose records an account has read.
    InvestigateAccount,
    /// Read the strategy, its ratings and its group.
    ViewPlan,
    /// Rate outcomes and actions, write minutes and registers.
    RatePlan,
    /// Bring plans in and take them back, bind figures, publish.
    KeepPlan,
}

impl Act {
    pub const ALL: &'static [Act] = &[
        Act::ViewPeople,
        Act::EditPeople,
        Act::RecordContact,
        Act::ViewFollowUp,
        Act::Import,
        Act::UndoImport,
        Act::ViewFigures,
        Act::DecideIdentity,
        Act::MonthEnd,
        Act::SignOff,
        Act::Administer,
        Act::ViewAudit,
        Act::InvestigateAccount,
        Act::ViewPlan,
        Act::RatePlan,
        Act::KeepPlan,
    ];

    pub const fn label(self) -> &'static str {
        match self {
            Act::ViewPeople => "see people's records",
            Act::EditPeople => "correct a record",
            Act::RecordContact => "record a contact",
            Act::ViewFollowUp => "see the follow-up list",
            Act::Import => "bring files in",
            Act::UndoImport => "take an import back",
            Act::ViewFigures => "read figures",
            Act::DecideIdentity => "decide who is who",
            Act::MonthEnd => "prepare the return",
            Act::SignOff => "sign a month off",
            Act::Administer => "manage people and organisations",
            Act::ViewAudit => "see who has read a record",
            Act::InvestigateAccount => "see whose records an account has read",
            Act::ViewPlan => "read the strategy",
            Act::RatePlan => "rate the strategy's outcomes",
            Act::KeepPlan => "keep the strategy's plan",
        }
    }
}

/// Somebody with an account, and how far they reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub account: i64,
    pub name: String,
    pub role: Role,
    pub scope: Scope,
}

impl Actor {
    /// The account that acts are written down under; none for the command line, whose number is 0.
    pub fn account_id(&self) -> Option<i64> {
        (self.account > 0).then_some(self.account)
    }
}

/// The answer, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub allowed: bool,
    pub reasons: Vec<String>,
}

/// Roles that may do an act. One row an act: this is the table to read and sign.
pub const fn roles(act: Act) -> &'static [Role] {
    use Role::{Adviser, DataManager, LocalityManager, School};
    match act {
        Act::ViewPeople | Act::ViewFigures | Act::ViewPlan => {
            &[DataManager, LocalityManager, Adviser, School]
        }
        Act::EditPeople | Act::RecordContact | Act::ViewFollowUp => {
            &[DataManager, LocalityManager, Adviser]
        }
        Act::ViewAudit | Act::RatePlan => &[DataManager, LocalityManager],
        Act::Import
        | Act::UndoImport
        | Act::DecideIdentity
        | Act::MonthEnd
        | Act::SignOff
        | Act::Administer
        | Act::InvestigateAccount
        | Act::KeepPlan => &[DataManager],
    }
}

/// Whether an actor may do an act at all; the people it touches are [`Scope::admits`]'s question.
pub fn decide(actor: &Actor, act: Act) -> Decision {
    let allowed = roles(act).contains(&actor.role);
    let verb = if allowed { "may" } else { "may not" };
    Decision {
        allowed,
        reasons: vec![format!("a {} {verb} {}", actor.role.label().to_lowercase(), act.label())],
    }
}
