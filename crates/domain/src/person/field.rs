//! The vocabulary of scalar facts about a young person.

/// How a field's text is to be read and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// ISO `YYYY-MM-DD`.
    Date,
    /// `Y` or `N`.
    Flag,
    /// A code from the edition's list of the same name.
    Code,
    /// The id of an organisation in the register.
    Organisation,
}

/// What sort of fact it is: agreements and access speak of categories before they speak of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    Identity,
    Contact,
    Education,
    Need,
    Guarantee,
    Administration,
    Protection,
}

impl Category {
    pub const ALL: &'static [Category] = &[
        Category::Identity,
        Category::Contact,
        Category::Education,
        Category::Need,
        Category::Guarantee,
        Category::Administration,
        Category::Protection,
    ];

    /// The category's name on a page.
    pub const fn label(self) -> &'static str {
        match self {
            Category::Identity => "Who they are",
            Category::Contact => "How to reach them",
            Category::Education => "Education and what they do",
            Category::Need => "Needs and support",
            Category::Guarantee => "September Guarantee and intentions",
            Category::Administration => "Cohort and authority",
            Category::Protection => "Protection",
        }
    }
}

macro_rules! fields {
    ($($variant:ident, $column:literal, $label:literal, $kind:ident, $category:ident;)*) => {
        /// One scalar fact. The order is the order of columns everywhere.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field { $($variant,)* }

        impl Field {
            pub const ALL: &'static [Field] = &[$(Field::$variant,)*];
            pub const COUNT: usize = Self::ALL.len();

            /// The field's name in files, tables and JSON.
            pub const fn column(self) -> &'static str {
                match self { $(Field::$variant => $column,)* }
            }

            /// The field's name on a page.
            pub const fn label(self) -> &'static str {
                match self { $(Field::$variant => $label,)* }
            }

            pub const fn kind(self) -> Kind {
                match self { $(Field::$variant => Kind::$kind,)* }
            }

            pub const fn category(self) -> Category {
                match self { $(Field::$variant => Category::$category,)* }
            }

            /// The field of that column name, if there is one.
            pub fn from_column(name: &str) -> Option<Field> {
                match name { $($column => Some(Field::$variant),)* _ => None }
            }
        }
    };
}

fields! {
    GivenName, "given_name", "Given name", Text, Identity;
    MiddleName, "middle_name", "Middle name", Text, Identity;
    FamilyName, "family_name", "Family name", Text, Identity;
    DateOfBirth, "date_of_birth", "Date of birth", Date, Identity;
    Sex, "sex", "Sex", Code, Identity;
    Ethnicity, "ethnicity", "Ethnicity", Code, Identity;
    Upn, "upn", "Unique pupil number", Text, Identity;
    Uln, "uln", "Unique learner number", Text, Identity;
    Phone, "phone", "Phone", Text, Contact;
    Email, "email", "Email", Text, Contact;
    ParentName, "parent_name", "Parent or carer", Text, Contact;
    ParentPhone, "parent_phone", "Parent or carer's phone", Text, Contact;
    School, "school", "School on roll", Organisation, Education;
    LeadLa, "lead_la", "Lead authority", Code, Administration;
    EducatedLa, "educated_la", "Authority where educated", Code, Education;
    LaAtYear11, "la_at_year_11", "Authority of the Year 11 school", Code, Education;
    EducationLevel, "education_level", "Educational level", Text, Education;
    CohortStatus, "cohort_status", "Cohort status", Code, Administration;
    StatusSince, "status_since", "Cohort status since", Date, Administration;
    TransferredTo, "transferred_to", "Transferred to authority", Code, Administration;
    PreviousYpid, "previous_ypid", "Previous identifier", Text, Administration;
    GuaranteeIndicator, "guarantee_indicator", "September Guarantee cohort", Flag, Guarantee;
    GuaranteeYear11, "guarantee_year_11", "Guarantee status, Year 11", Code, Guarantee;
    GuaranteeYear11La, "guarantee_year_11_la", "Guarantee authority, Year 11", Code, Guarantee;
    GuaranteeYear12, "guarantee_year_12", "Guarantee status, Year 12", Code, Guarantee;
    GuaranteeYear12La, "guarantee_year_12_la", "Guarantee authority, Year 12", Code, Guarantee;
    IntendedDestination, "intended_destination", "Intended destination", Code, Guarantee;
    IntendedOn, "intended_on", "Intended destination said on", Date, Guarantee;
    IntendedBy, "intended_by", "Intended destination told by", Text, Guarantee;
    YouthContract, "youth_contract", "Youth Contract", Flag, Guarantee;
    YouthContractStart, "youth_contract_start", "Youth Contract start", Date, Guarantee;
    LevelOfNeed, "level_of_need", "Level of need", Code, Need;
    Send, "send", "Education, health and care plan", Flag, Need;
    SenSupport, "sen_support", "SEN support", Flag, Need;
    Restricted, "restricted", "Restricted record", Flag, Protection;
    ProtectedAddress, "protected_address", "Protected address", Flag, Protection;
}

impl Field {
    /// The field that this one tells more of, and without which it says nothing: they come, go and are
    /// merged together.
    pub const fn belongs_to(self) -> Option<Field> {
        match self {
            Field::StatusSince | Field::TransferredTo => Some(Field::CohortStatus),
            Field::IntendedOn | Field::IntendedBy => Some(Field::IntendedDestination),
            _ => None,
        }
    }
}
