//! What is asked of a report: which, by what its rows are, and of which days.

use domain::calendar::{AcademicYear, Day, Month};
use domain::survey::count_day;

use crate::Wrong;

/// The reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Leaving,
    Intended,
    Offers,
    Caseloads,
}

impl Which {
    pub const ALL: [Self; 4] = [Self::Leaving, Self::Intended, Self::Offers, Self::Caseloads];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Leaving => "leaving",
            Self::Intended => "intended",
            Self::Offers => "offers",
            Self::Caseloads => "caseloads",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Leaving => "After leaving",
            Self::Intended => "Intended and actual",
            Self::Offers => "Offers and no-shows",
            Self::Caseloads => "Caseloads",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// What its rows can be by: what comes first unless another is asked for.
    pub const fn bys(self) -> &'static [By] {
        match self {
            Self::Leaving => &[By::Provider, By::Adviser],
            Self::Intended => &[By::School, By::Intention],
            Self::Offers => &[By::Provider, By::Month],
            Self::Caseloads => &[By::Adviser],
        }
    }

    /// How it is counted, in words.
    pub const fn counted(self) -> &'static str {
        match self {
            Self::Leaving => {
                "Everybody whom the council follows and who was told in these days to have left learning or work, or \
                 not to have come: by a file, or by a provider’s notice. Whoever was known by then to go on with \
                 something is left out, and whoever is told of twice before anybody reached them counts once. Days \
                 run from the day it was told to the first contact that reached somebody; who was reached before it \
                 was told counts as none. Known otherwise means that what they do since was recorded first. A share \
                 is of those who were reached in so many working days or could have been. By adviser goes by whose \
                 caseload they are on now."
            }
            Self::Intended => {
                "Everybody who was in Year 11 when the summer began, by the destination that they intended and by what \
                 the record that covers 1 November says, where it was confirmed in time, as in the activity survey. \
                 The share is of those who had said what they intend and of whom it is known what they do. School is \
                 the one on the record."
            }
            Self::Offers => {
                "Notices that came in these days, from providers’ contacts, pages and systems, as they were told. \
                 Acted on within a day means before the next working day was over. Notices about nobody on the \
                 register count for whoever sorts them out."
            }
            Self::Caseloads => {
                "Everybody of the return’s ages whom the council follows, as they stand today, by whose caseload \
                 they are on. Lapsed means that nobody confirmed what they do in time, so that it counts as not \
                 known. A next step is overdue from the day after it was due."
            }
        }
    }
}

/// What the rows of a report are by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Provider,
    Adviser,
    School,
    Intention,
    Month,
}

impl By {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Adviser => "adviser",
            Self::School => "school",
            Self::Intention => "intention",
            Self::Month => "month",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Provider => "Provider",
            Self::Adviser => "Adviser",
            Self::School => "School",
            Self::Intention => "Intended destination",
            Self::Month => "Month",
        }
    }
}

/// The days that are counted. Days: both inclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// As it is asked for: `2025-02`, or the calendar year in which a school year begins.
    pub name: String,
    pub from: Day,
    pub to: Day,
    pub words: String,
}

impl Period {
    pub fn month(month: Month) -> Self {
        let (from, to) = (month.first_day(), month.last_day());
        Self { name: month.to_string(), from, to, words: month.words() }
    }

    pub fn year(year: AcademicYear) -> Self {
        Self {
            name: year.start_year().to_string(),
            from: year.first_day(),
            to: year.last_day(),
            words: format!("School year {year}"),
        }
    }
}

/// The whole question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub which: Which,
    pub by: By,
    pub period: Period,
}

/// School years before this one that can be asked for.
const YEARS_BACK: i16 = 20;

impl Asked {
    /// Reads what was asked: `by` and `period` may be empty.
    ///
    /// Errors: refused for rows that the report does not have, and for days that have not come or are too long ago.
    pub fn read(which: Which, by: &str, period: &str, today: Day) -> Result<Self, Wrong> {
        let by = match by {
            "" => which.bys().first().copied(),
            name => which.bys().iter().copied().find(|one| one.name() == name),
        };
        let by = by.ok_or_else(|| {
            let names: Vec<&str> = which.bys().iter().map(|one| one.name()).collect();
            Wrong::refused(format!("This report is by {}.", names.join(" or ")))
        })?;
        let period = match which {
            Which::Caseloads => {
                Period { words: "Today".to_owned(), from: today, to: today, name: String::new() }
            }
            Which::Intended => summer(period, today)?,
            Which::Leaving | Which::Offers => days(period, today)?,
        };
        Ok(Self { which, by, period })
    }

    /// The periods that a page offers, the newest first.
    pub fn periods(which: Which, today: Day) -> Vec<Period> {
        let now = AcademicYear::of(today).start_year();
        let years = |newest: i16| (0..4).map(move |back| AcademicYear::starting(newest - back));
        match which {
            Which::Caseloads => Vec::new(),
            Which::Intended => years(newest_summer(today) - 1).map(leavers_of).collect(),
            Which::Leaving | Which::Offers => {
                let months = (0..12).map(|back| Period::month(Month::of(today).plus(-back)));
                years(now).map(Period::year).take(2).chain(months).collect()
            }
        }
    }
}

/// The newest summer whose 1 November has come.
fn newest_summer(today: Day) -> i16 {
    if count_day(today.year()) <= today { today.year() } else { today.year() - 1 }
}

fn leavers_of(year: AcademicYear) -> Period {
    let summer = year.start_year() + 1;
    Period { words: format!("Year 11 leavers of summer {summer}"), ..Period::year(year) }
}

fn year_of(text: &str, today: Day) -> Result<AcademicYear, Wrong> {
    let now = AcademicYear::of(today).start_year();
    let year = text.parse().ok().filter(|year: &i16| (now - YEARS_BACK..=now).contains(year));
    let wrong = || {
        Wrong::refused(format!(
            "Type a month as 2025-02 or the year in which a school year begins as 2024: one that has begun, not more \
             than {YEARS_BACK} years ago."
        ))
    };
    year.map(AcademicYear::starting).ok_or_else(wrong)
}

fn days(text: &str, today: Day) -> Result<Period, Wrong> {
    if text.is_empty() {
        return Ok(Period::year(AcademicYear::of(today)));
    }
    match text.parse::<Month>() {
        Ok(month) => {
            let year = AcademicYear::of(month.first_day()).start_year();
            year_of(&year.to_string(), today)?;
            if month > Month::of(today) {
                return Err(Wrong::refused("That month has not come."));
            }
            Ok(Period::month(month))
        }
        Err(_) => Ok(Period::year(year_of(text, today)?)),
    }
}

fn summer(text: &str, today: Day) -> Result<Period, Wrong> {
    let newest = newest_summer(today);
    let year = match text {
        "" => AcademicYear::starting(newest - 1),
        text => year_of(text, today)?,
    };
    if year.start_year() >= newest {
        return Err(Wrong::refused("The 1 November after that school year has not come."));
    }
    Ok(leavers_of(year))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn read(which: Which, by: &str, period: &str) -> Result<(By, Day, Day), Wrong> {
        let found = Asked::read(which, by, period, date(2026, 1, 9))?;
        Ok((found.by, found.period.from, found.period.to))
    }

    #[test]
    fn days_are_a_month_or_a_school_year_that_has_begun() {
        let year = (date(2025, 9, 1), date(2026, 8, 31));
        let found = read(Which::Leaving, "", "").unwrap();
        assert_eq!(found, (By::Provider, year.0, year.1));
        let found = read(Which::Offers, "month", "2025-11").unwrap();
        assert_eq!(found, (By::Month, date(2025, 11, 1), date(2025, 11, 30)));
        let found = read(Which::Leaving, "adviser", "2024").unwrap();
        assert_eq!(found, (By::Adviser, date(2024, 9, 1), date(2025, 8, 31)));
        let found = read(Which::Intended, "", "").unwrap();
        assert_eq!((found.0, found.2), (By::School, date(2025, 8, 31)));
        for (which, by, period) in [
            (Which::Leaving, "school", ""),
            (Which::Leaving, "", "2026-02"),
            (Which::Leaving, "", "2026"),
            (Which::Leaving, "", "1900"),
            (Which::Offers, "", "soon"),
            (Which::Intended, "", "2025"),
            (Which::Intended, "", "2025-01"),
        ] {
            assert!(read(which, by, period).is_err(), "{which:?} {by} {period}");
        }
    }

    #[test]
    fn every_period_that_is_offered_can_be_asked_for() {
        let today = date(2026, 1, 9);
        for which in Which::ALL {
            for period in Asked::periods(which, today) {
                let read = Asked::read(which, "", &period.name, today).unwrap();
                assert_eq!(read.period, period);
            }
        }
    }
}
