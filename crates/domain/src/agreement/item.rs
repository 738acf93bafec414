//! What can flow (items: the scalar fields and the lists beside them) and on what occasion (flows).

use crate::person::{Category, Field};

/// One thing that a partner may say or be told about a young person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Item {
    Field(Field),
    Address,
    FormerNames,
    Characteristics,
    /// Being on the sender's own roll, starting there, leaving.
    Attendance,
    /// Any other activity, now or in the past.
    Activity,
    /// Part taken in youth programmes and whether they engage.
    Engagement,
    /// Exam results, from a school to the providers its pupils applied to.
    Results,
    /// Sessions missed at school. This and those below come as sets for analysis alone.
    Sessions,
    /// Special needs, free meals, first language and gifted register of the school census.
    Census,
    Suspensions,
    KeyStage2,
    KeyStage4,
    YouthJustice,
    FamilyIntervention,
    ChildrensFund,
    EarlyHelp,
}

impl Item {
    /// Every item, in the order of columns.
    pub fn all() -> impl Iterator<Item = Item> {
        let lists = [
            Item::Address,
            Item::FormerNames,
            Item::Characteristics,
            Item::Attendance,
            Item::Activity,
            Item::Engagement,
            Item::Results,
            Item::Sessions,
            Item::Census,
            Item::Suspensions,
            Item::KeyStage2,
            Item::KeyStage4,
            Item::YouthJustice,
            Item::FamilyIntervention,
            Item::ChildrensFund,
            Item::EarlyHelp,
        ];
        Field::ALL.iter().map(|field| Item::Field(*field)).chain(lists)
    }

    /// The item's name in files, tables and JSON.
    pub const fn column(self) -> &'static str {
        match self {
            Item::Field(field) => field.column(),
            Item::Address => "address",
            Item::FormerNames => "former_names",
            Item::Characteristics => "characteristics",
            Item::Attendance => "attendance",
            Item::Activity => "activity",
            Item::Engagement => "engagement",
            Item::Results => "exam_results",
            Item::Sessions => "sessions_missed",
            Item::Census => "school_census",
            Item::Suspensions => "suspensions",
            Item::KeyStage2 => "key_stage_2",
            Item::KeyStage4 => "key_stage_4",
            Item::YouthJustice => "youth_justice",
            Item::FamilyIntervention => "family_intervention",
            Item::ChildrensFund => "childrens_fund",
            Item::EarlyHelp => "early_help",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Item::Field(field) => field.label(),
            Item::Address => "Address",
            Item::FormerNames => "Former names",
            Item::Characteristics => "Characteristics",
            Item::Attendance => "On roll, starting, leaving",
            Item::Activity => "Activity",
            Item::Engagement => "Youth programmes: participation and engagement",
            Item::Results => "Exam results",
            Item::Sessions => "Sessions missed at school",
            Item::Census => "School census: special needs, free meals, first language, gifted",
            Item::Suspensions => "Suspensions and exclusions",
            Item::KeyStage2 => "Key Stage 2 scores",
            Item::KeyStage4 => "Key Stage 4 results",
            Item::YouthJustice => "Youth justice involvement",
            Item::FamilyIntervention => "Family Intervention Project",
            Item::ChildrensFund => "Children's Fund project",
            Item::EarlyHelp => "Early help assessment",
        }
    }

    pub const fn category(self) -> Category {
        match self {
            Item::Field(field) => field.category(),
            Item::Address => Category::Contact,
            Item::FormerNames => Category::Identity,
            Item::Characteristics => Category::Need,
            Item::Attendance
            | Item::Activity
            | Item::Results
            | Item::Sessions
            | Item::Suspensions
            | Item::KeyStage2
            | Item::KeyStage4 => Category::Education,
            Item::Engagement
            | Item::Census
            | Item::YouthJustice
            | Item::FamilyIntervention
            | Item::ChildrensFund
            | Item::EarlyHelp => Category::Need,
        }
    }

    pub fn from_column(name: &str) -> Option<Item> {
        Item::all().find(|item| item.column() == name)
    }

    /// What an education provider gives on request whatever the pupil or parent says: name, address,
    /// date of birth, the parent's name; that somebody attends is what the list itself says.
    ///
    /// Source: Education and Skills Act 2008, sections 14 and 72, paragraphs (a) and (b).
    pub const fn is_statutory(self) -> bool {
        matches!(
            self,
            Item::Field(
                Field::GivenName
                    | Field::MiddleName
                    | Field::FamilyName
                    | Field::DateOfBirth
                    | Field::ParentName
                    | Field::School
            ) | Item::Address
                | Item::Attendance
        )
    }

    /// What benefits information may consist of.
    ///
    /// Source: Education and Skills Act 2008, sections 15 and 76.
    pub const fn is_benefits_information(self) -> bool {
        matches!(
            self,
            Item::Field(
                Field::GivenName
                    | Field::MiddleName
                    | Field::FamilyName
                    | Field::DateOfBirth
                    | Field::ParentName
            ) | Item::Address
        )
    }
}

macro_rules! flows {
    ($($variant:ident $name:literal $label:literal;)*) => {
        /// A kind of delivery that an agreement speaks of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Flow { $($variant,)* }

        impl Flow {
            pub const ALL: &'static [Flow] = &[$(Flow::$variant,)*];

            pub const fn name(self) -> &'static str {
                match self { $(Flow::$variant => $name,)* }
            }

            pub const fn label(self) -> &'static str {
                match self { $(Flow::$variant => $label,)* }
            }

            pub fn from_name(name: &str) -> Option<Flow> {
                match name { $($name => Some(Flow::$variant),)* _ => None }
            }
        }
    };
}

flows! {
    SchoolRoll "school-roll" "School roll";
    Population "population" "Population of young people";
    IntendedDestinations "intended-destinations" "Intended destinations, Year 11";
    Offers "offers" "Offers made and withdrawn";
    JoinersLeavers "joiners-leavers" "Joiners and leavers";
    LikelyToLeave "likely-to-leave" "Likely to leave";
    ExamResults "exam-results" "Examination results";
    LiveBirths "live-births" "Live births";
    LookedAfter "looked-after" "Looked after children";
    PartnerList "partner-list" "A partner's own list";
    Participation "participation" "Youth programme participation and engagement";
    Claimants "claimants" "Jobcentre claimants of 18 and 19";
    ApprenticeshipStarts "apprenticeship-starts" "Apprenticeship starts";
    CrossBorder "cross-border" "Young people of another council";
}
