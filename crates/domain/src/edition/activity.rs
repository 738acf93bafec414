//! What an edition says of one activity code: its group, what it counts as, and how long a record
//! of it stays current.

/// The groups that activities fall into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Still of compulsory school age.
    Compulsory,
    Education,
    Employment,
    Training,
    /// Re-engagement provision: beside education, employment and training, never NEET.
    ReEngagement,
    NeetAvailable,
    NeetNotAvailable,
    /// Neither: custody and, in older editions, asylum seekers. Outside the denominator.
    Other,
    NotKnown,
}

impl Group {
    pub const ALL: [Self; 9] = [
        Self::Compulsory,
        Self::Education,
        Self::Employment,
        Self::Training,
        Self::ReEngagement,
        Self::NeetAvailable,
        Self::NeetNotAvailable,
        Self::Other,
        Self::NotKnown,
    ];

    pub fn is_neet(self) -> bool {
        matches!(self, Self::NeetAvailable | Self::NeetNotAvailable)
    }

    /// In education, employment or training, re-engagement included.
    pub fn is_eet(self) -> bool {
        matches!(self, Self::Education | Self::Employment | Self::Training | Self::ReEngagement)
    }

    /// The word used in reference files and in files that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Compulsory => "compulsory",
            Self::Education => "education",
            Self::Employment => "employment",
            Self::Training => "training",
            Self::ReEngagement => "re-engagement",
            Self::NeetAvailable => "neet-available",
            Self::NeetNotAvailable => "neet-not-available",
            Self::Other => "other",
            Self::NotKnown => "not-known",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Compulsory => "Compulsory school age",
            Self::Education => "Education",
            Self::Employment => "Employment",
            Self::Training => "Training",
            Self::ReEngagement => "Re-engagement provision",
            Self::NeetAvailable => "NEET, available",
            Self::NeetNotAvailable => "NEET, not available",
            Self::Other => "Not EET or NEET",
            Self::NotKnown => "Not known",
        }
    }
}

/// The kinds of participation that the department publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Participation {
    FullTimeEducation,
    PartTimeEducation,
    Apprenticeship,
    WorkBasedLearning,
    EmploymentWithStudy,
    OtherTraining,
}

impl Participation {
    pub const ALL: [Self; 6] = [
        Self::FullTimeEducation,
        Self::PartTimeEducation,
        Self::Apprenticeship,
        Self::WorkBasedLearning,
        Self::EmploymentWithStudy,
        Self::OtherTraining,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::FullTimeEducation => "full-time-education",
            Self::PartTimeEducation => "part-time-education",
            Self::Apprenticeship => "apprenticeship",
            Self::WorkBasedLearning => "work-based-learning",
            Self::EmploymentWithStudy => "employment-with-study",
            Self::OtherTraining => "other-training",
        }
    }
}

/// Where an activity stands to the duty to participate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    Meeting,
    WorkingTowards,
    TemporaryBreak,
    NotMeeting,
    NotKnown,
    /// The duty does not apply: compulsory age, custody, or before there was a duty.
    Outside,
}

impl Duty {
    pub const ALL: [Self; 6] = [
        Self::Meeting,
        Self::WorkingTowards,
        Self::TemporaryBreak,
        Self::NotMeeting,
        Self::NotKnown,
        Self::Outside,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::WorkingTowards => "working-towards",
            Self::TemporaryBreak => "temporary-break",
            Self::NotMeeting => "not-meeting",
            Self::NotKnown => "not-known",
            Self::Outside => "outside",
        }
    }
}

/// How long a confirmed activity stays current. A predicted end date caps every one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lapse {
    Never,
    /// The first 31 August on or after the day of verification.
    SchoolYearEnd,
    /// So many months after the day of verification.
    Months(i32),
    /// So many days after the review date.
    ReviewPlusDays(i32),
}

/// What else must be true of the person for an activity to be believed, and the check that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// One of the individual characteristics.
    Characteristic { code: String, check: String },
    /// A current education, health and care plan.
    Send { check: String },
    /// Not started before this birthday.
    Age { from: i16, check: String },
}

/// One activity code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    pub code: String,
    pub label: String,
    pub group: Group,
    /// How it counts in published participation; `None` when it does not.
    pub participation: Option<Participation>,
    pub duty: Duty,
    pub lapse: Lapse,
    pub review_required: bool,
    pub end_date_required: bool,
    pub lapse_required: bool,
    pub needs: Vec<Needs>,
}

impl Activity {
    pub fn participates(&self) -> bool {
        self.participation.is_some()
    }
}
