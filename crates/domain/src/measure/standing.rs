//! What one person counts as on one day. Every figure is a set of these.

use crate::calendar::{Day, year_of_age};
use crate::edition::{Edition, Group, Participation};

worded! {
    /// Somebody of the ages counted, on one day. The order is that of columns everywhere.
    Standing, word, why;
    FullTimeEducation, "full-time-education", "in full-time education";
    PartTimeEducation, "part-time-education", "in part-time education";
    Apprenticeship, "apprenticeship", "in an apprenticeship";
    WorkBasedLearning, "work-based-learning", "in work-based learning";
    EmploymentWithStudy, "employment-with-study", "in employment with study";
    OtherTraining, "other-training", "in other training";
    OtherEet, "other-eet", "in education, employment or training that is not participation";
    NeetAvailable, "neet-available", "NEET, available";
    NeetNotAvailable, "neet-not-available", "NEET, not available";
    NotKnownByCode, "not-known-by-code", "recorded as not known";
    NoActivity, "no-activity", "no activity is recorded for the day";
    UnknownCode, "unknown-code", "the activity code is not in the edition";
    LapsedEet, "lapsed-eet", "education, employment or training whose currency has lapsed";
    LapsedNeet, "lapsed-neet", "NEET whose currency has lapsed";
    LapsedOutside, "lapsed-outside", "custody or asylum whose currency has lapsed";
    Excluded, "excluded", "custody or asylum: outside the denominator";
    Compulsory, "compulsory", "of compulsory school age: outside the denominator";
    OtherStatus, "other-status", "the cohort status is not counted";
    Elsewhere, "elsewhere", "another authority's: they study there, or it leads on their record";
}

impl Standing {
    pub const fn is_eet(self) -> bool {
        self.participates() || matches!(self, Self::OtherEet)
    }

    /// Counts in the participation that the department publishes.
    pub const fn participates(self) -> bool {
        matches!(
            self,
            Self::FullTimeEducation
                | Self::PartTimeEducation
                | Self::Apprenticeship
                | Self::WorkBasedLearning
                | Self::EmploymentWithStudy
                | Self::OtherTraining
        )
    }

    pub const fn is_neet(self) -> bool {
        matches!(self, Self::NeetAvailable | Self::NeetNotAvailable)
    }

    /// Not known because a record has lapsed.
    pub const fn is_lapsed(self) -> bool {
        matches!(self, Self::LapsedEet | Self::LapsedNeet | Self::LapsedOutside)
    }

    /// Not known, by code or for want of a record, lapse left aside.
    pub const fn is_not_known_by_code(self) -> bool {
        matches!(self, Self::NotKnownByCode | Self::NoActivity | Self::UnknownCode)
    }

    pub const fn is_not_known(self) -> bool {
        self.is_lapsed() || self.is_not_known_by_code()
    }

    /// In the denominator.
    pub const fn in_cohort(self) -> bool {
        self.is_eet() || self.is_neet() || self.is_not_known()
    }

    /// Left out of the denominator for what they are doing.
    pub const fn is_excluded(self) -> bool {
        matches!(self, Self::Excluded | Self::Compulsory)
    }

    /// The standings of an activity code while it is current and after it has lapsed.
    ///
    /// Differs: what custody and asylum count as past their review date is the edition's to say, since the
    /// requirement's own treatment was not found; not known, apart, where they do. What somebody did in
    /// the compulsory years lapses with the school year: from 1 September on who left Year 11 is not known
    /// until somebody says what they do. "Not known" of the compulsory years is never anything else.
    /// Source: NI 117 definition (custody, asylum and not known); DfE methodology (participation).
    pub fn of_code(code: &str, edition: &Edition) -> (Self, Self) {
        let Some(activity) = edition.activity(code) else {
            return (Self::UnknownCode, Self::UnknownCode);
        };
        let measure = &edition.measure;
        if measure.excluded.contains(code) || activity.group == Group::Other {
            let lapsed = match measure.lapsed_is_not_known {
                true => Self::LapsedOutside,
                false => Self::Excluded,
            };
            return (Self::Excluded, lapsed);
        }
        let unknown = edition.is_not_known(code);
        if measure.outside_groups.contains(&activity.group) {
            let after = if unknown { Self::NotKnownByCode } else { Self::LapsedEet };
            return (Self::Compulsory, after);
        }
        match activity.group {
            _ if unknown => (Self::NotKnownByCode, Self::NotKnownByCode),
            Group::NeetAvailable => (Self::NeetAvailable, Self::LapsedNeet),
            Group::NeetNotAvailable => (Self::NeetNotAvailable, Self::LapsedNeet),
            _ => (Self::learning(activity.participation), Self::LapsedEet),
        }
    }

    /// The last day on which a spell counts as it does while it is current. Whoever is still of compulsory
    /// school age is outside the measure whether or not the school has confirmed them this year; of whom
    /// nothing is known is outside no longer than that, however long the record is held to be current.
    ///
    /// Shape: `lapsed` is the standing after that day.
    pub fn current_until(
        self,
        lapsed: Self,
        last: Day,
        born: Option<Day>,
        edition: &Edition,
    ) -> Day {
        let Some(born) = born.filter(|_| self == Self::Compulsory) else { return last };
        let school = year_of_age(born, edition.membership.compulsory_age).last_day();
        if lapsed == Self::NotKnownByCode { school } else { last.max(school) }
    }

    const fn learning(kind: Option<Participation>) -> Self {
        match kind {
            Some(Participation::FullTimeEducation) => Self::FullTimeEducation,
            Some(Participation::PartTimeEducation) => Self::PartTimeEducation,
            Some(Participation::Apprenticeship) => Self::Apprenticeship,
            Some(Participation::WorkBasedLearning) => Self::WorkBasedLearning,
            Some(Participation::EmploymentWithStudy) => Self::EmploymentWithStudy,
            Some(Participation::OtherTraining) => Self::OtherTraining,
            None => Self::OtherEet,
        }
    }
}
