//! What leavers of Year 11 said that they would do, and whether the activity survey found them doing it.

use crate::survey::Destination;

worded! {
    /// A kind of intended destination.
    Intention, name, label;
    SameSchool, "same-school", "Full-time education, same school";
    OtherInstitution, "other-institution", "Education or training, other institution";
    Apprenticeship, "apprenticeship", "Apprenticeship or traineeship";
    WorkWithStudy, "work-with-study", "Employment with study";
    WorkWithout, "work-without-training", "Employment without training";
    Other, "other", "Other";
    Undecided, "undecided", "Undecided";
    NotSaid, "not-said", "Nobody said";
}

worded! {
    /// What came of an intention: everybody in exactly one.
    Came, name, label;
    AsIntended, "as_intended", "As intended";
    Otherwise, "otherwise", "Something else";
    Neet, "neet", "NEET";
    NotKnown, "not_known", "Not known";
    Gone, "gone", "Moved away or outside";
    NoIntention, "no_intention", "Undecided, or nobody said";
}

impl Intention {
    /// The kind of a code; [`Intention::NotSaid`] where there is none, or none that says anything.
    ///
    /// Source: the requirement's list of intended destinations, whose codes name the kind by their first two digits.
    pub fn of(code: Option<&str>) -> Self {
        match code.and_then(|code| code.get(..2)) {
            Some("11") => Self::SameSchool,
            Some("12") => Self::OtherInstitution,
            Some("21") => Self::Apprenticeship,
            Some("31") => Self::WorkWithStudy,
            Some("32") => Self::WorkWithout,
            Some("41") => Self::Other,
            Some("51") => Self::Undecided,
            _ => Self::NotSaid,
        }
    }

    /// Whether a destination is one of those that the intention names. That the school is the same one is not asked:
    /// a sixth form may be recorded under a name of its own.
    const fn names(self, destination: Destination) -> bool {
        use Destination as D;
        match self {
            Self::SameSchool => matches!(destination, D::FullTimeEducation),
            Self::OtherInstitution => {
                matches!(destination, D::FullTimeEducation | D::PartTimeEducation | D::Training)
            }
            // Whoever is a trainee is told of as in training.
            Self::Apprenticeship => matches!(destination, D::Apprenticeship | D::Training),
            Self::WorkWithStudy => matches!(destination, D::EmploymentWithTraining),
            Self::WorkWithout => matches!(destination, D::EmploymentWithout),
            Self::Other => matches!(destination, D::GapYear | D::ReEngagement),
            Self::Undecided | Self::NotSaid => false,
        }
    }
}

impl Came {
    /// What came of an intention by what the survey found.
    pub const fn of(intention: Intention, destination: Destination) -> Self {
        use Destination as D;
        match (intention, destination) {
            (Intention::Undecided | Intention::NotSaid, _) => Self::NoIntention,
            (_, D::NotKnown) => Self::NotKnown,
            (_, D::MovedAway | D::Outside) => Self::Gone,
            (_, D::Available | D::NotAvailable) => Self::Neet,
            _ if intention.names(destination) => Self::AsIntended,
            _ => Self::Otherwise,
        }
    }

    /// Whether somebody counts in the share that came out as intended: they said it, and it is known what they do.
    pub const fn is_judged(self) -> bool {
        matches!(self, Self::AsIntended | Self::Otherwise | Self::Neet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intention_comes_out_by_kind_and_is_judged_of_who_is_known() {
        use Destination as D;
        for (code, destination, came) in [
            (Some("111"), D::FullTimeEducation, Came::AsIntended),
            (Some("111"), D::Apprenticeship, Came::Otherwise),
            (Some("121"), D::Training, Came::AsIntended),
            (Some("211"), D::Apprenticeship, Came::AsIntended),
            (Some("211"), D::NotAvailable, Came::Neet),
            (Some("311"), D::EmploymentWithout, Came::Otherwise),
            (Some("321"), D::EmploymentWithout, Came::AsIntended),
            (Some("411"), D::GapYear, Came::AsIntended),
            (Some("211"), D::NotKnown, Came::NotKnown),
            (Some("211"), D::MovedAway, Came::Gone),
            (Some("511"), D::FullTimeEducation, Came::NoIntention),
            (Some("611"), D::NotKnown, Came::NoIntention),
            (Some("é"), D::NotKnown, Came::NoIntention),
            (None, D::Available, Came::NoIntention),
        ] {
            assert_eq!(Came::of(Intention::of(code), destination), came, "{code:?}");
        }
        let judged: Vec<Came> = Came::ALL.iter().copied().filter(|one| one.is_judged()).collect();
        assert_eq!(judged, [Came::AsIntended, Came::Otherwise, Came::Neet]);
    }
}
