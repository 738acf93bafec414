//! What accounts are for: the council's own roles and those of its partners, and which organisation a
//! partner's role belongs to. What a role may do is the table's, not this file's.

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
    /// Administers accounts and watches over who looks at what; works with no young person.
    Governance,
    /// Sees those who are learning at their own college.
    College,
    /// Sees those who are learning with their own provider.
    TrainingProvider,
    /// Sees those on the youth offending team's lists or referred to it.
    YouthOffending,
    /// Sees job seekers whom the Jobcentre named and who agreed.
    Jobcentre,
    /// Sees those in the youth service's programmes.
    YouthService,
    /// Health, police or housing: sees those they named or who were referred to them.
    SupportPartner,
    /// Another council: sees young people who are between it and us.
    OtherCouncil,
}

impl Role {
    pub const ALL: &'static [Role] = &[
        Role::DataManager,
        Role::LocalityManager,
        Role::Adviser,
        Role::School,
        Role::Governance,
        Role::College,
        Role::TrainingProvider,
        Role::YouthOffending,
        Role::Jobcentre,
        Role::YouthService,
        Role::SupportPartner,
        Role::OtherCouncil,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Role::DataManager => "data-manager",
            Role::LocalityManager => "locality-manager",
            Role::Adviser => "adviser",
            Role::School => "school",
            Role::Governance => "governance",
            Role::College => "college",
            Role::TrainingProvider => "training-provider",
            Role::YouthOffending => "youth-offending",
            Role::Jobcentre => "jobcentre",
            Role::YouthService => "youth-service",
            Role::SupportPartner => "support-partner",
            Role::OtherCouncil => "other-council",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Role::DataManager => "Data manager",
            Role::LocalityManager => "Locality manager",
            Role::Adviser => "Personal adviser",
            Role::School => "School user",
            Role::Governance => "Information governance",
            Role::College => "College user",
            Role::TrainingProvider => "Training provider user",
            Role::YouthOffending => "Youth offending user",
            Role::Jobcentre => "Jobcentre user",
            Role::YouthService => "Youth service user",
            Role::SupportPartner => "Health, police or housing user",
            Role::OtherCouncil => "Other council user",
        }
    }

    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.iter().copied().find(|role| role.name() == name)
    }

    /// Whether its people are the second of two where an act takes two. Such a role is itself given by two.
    pub const fn approves(self) -> bool {
        matches!(self, Role::DataManager | Role::LocalityManager | Role::Governance)
    }

    /// Whether its people share out the caseloads of others; an adviser hands on their own.
    pub const fn allocates(self) -> bool {
        matches!(self, Role::DataManager | Role::LocalityManager)
    }

    /// Whether the account is a partner's: it belongs to an organisation, sees what the agreements with
    /// that organisation give out, and ends with them.
    pub const fn is_partner(self) -> bool {
        match self {
            Role::DataManager | Role::LocalityManager | Role::Adviser | Role::Governance => false,
            Role::School
            | Role::College
            | Role::TrainingProvider
            | Role::YouthOffending
            | Role::Jobcentre
            | Role::YouthService
            | Role::SupportPartner
            | Role::OtherCouncil => true,
        }
    }

    /// Whether its people work with young people and can be asked to follow one up: of the council, or of a youth
    /// service.
    ///
    /// Source: our own reading of who follows young people up.
    pub const fn follows_up(self) -> bool {
        matches!(self, Role::Adviser | Role::LocalityManager | Role::YouthService)
    }
}

/// An account as far as it matters for asking it to follow somebody up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub role: Option<Role>,
    /// It has not ended.
    pub active: bool,
    /// A partner's system signs in by it, and a system follows nobody up.
    pub is_system: bool,
}

impl Asked {
    /// Whether it can be asked to follow somebody up. Whom of them it reaches is the scope's to say.
    pub fn can_be(self) -> bool {
        self.active && !self.is_system && self.role.is_some_and(Role::follows_up)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_work_with_young_people_can_be_asked_and_nobody_else() {
        let asked = |role| Asked { role, active: true, is_system: false };
        let can: Vec<Role> =
            Role::ALL.iter().copied().filter(|role| asked(Some(*role)).can_be()).collect();
        assert_eq!(can, [Role::LocalityManager, Role::Adviser, Role::YouthService]);
        let worker = asked(Some(Role::YouthService));
        assert!(!Asked { active: false, ..worker }.can_be(), "the account has ended");
        assert!(!Asked { is_system: true, ..worker }.can_be(), "a system signs in by it");
        assert!(!asked(None).can_be(), "a role that nobody knows any more");
    }
}
