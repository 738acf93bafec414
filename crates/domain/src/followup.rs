//! Who is due to be followed up on a day, and why: the rules behind the follow-up list.
//!
//! A person may be due for several reasons; the list is a view on them, nothing is stored. Invariant:
//! a reason names the day or the number it stands on.

use crate::calendar::{Day, Month, academic_age, shown, year_of_age};
use crate::edition::Edition;
use crate::status::{DueReason, NeetPast, Spell, days_overdue, due_to_lapse, lapsed_on};

/// How far ahead a lapse is looked for.
pub const AHEAD_DAYS_MAX: i32 = 90;

/// Days without a contact after which somebody NEET is out of touch; our own measure of patience.
pub const QUIET_DAYS: i32 = 60;

/// What came of contacts that reached nobody.
pub const UNREACHED: &[&str] = &["no-answer", "message", "wrong-number"];

/// Whether a contact reached the young person or their parent or carer, by what came of it: a message or an
/// unanswered call did not, and who did not want to say was reached.
///
/// Source: our own outcomes; the department's tables of months since last contact do not say.
pub fn reached(outcome: &str) -> bool {
    !UNREACHED.contains(&outcome)
}

/// One reason to follow somebody up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nobody confirmed the activity in time: it counts as not known.
    Lapsed { days_overdue: i32 },
    /// It will lapse within [`AHEAD_DAYS_MAX`].
    DueToLapse { on: Day, days_left: i32 },
    /// NEET now; `days_since_contact` is since somebody was reached, and `None` when nobody ever was.
    Neet { since: Day, days_since_contact: Option<i32> },
    /// NEET now, and more than once within so many months: a history of dropping out.
    NeetAgain { days_since_contact: Option<i32>, past: NeetPast },
    /// Back in education, employment or training after being NEET, and watched up to a day so that they stay.
    SettlingIn {
        since: Day,
        until: Day,
        days_left: i32,
        days_since_contact: Option<i32>,
        past: NeetPast,
    },
    /// Recorded as not known.
    NotKnown { months: i32 },
    /// No activity is recorded for the day, which counts as not known; `ended` is the last one's last day.
    NoActivity { ended: Option<Day>, months: Option<i32> },
    /// The day to look again has passed.
    ReviewPassed { on: Day, days: i32 },
    /// When it lapses hangs on a day to look again, and nobody gave one: it would never lapse.
    ReviewMissing { since: Day, days: i32 },
    /// The activity is one of the compulsory years, which ended before `since`, and counts as current.
    PastSchoolAge { since: Day, days: i32 },
    /// What the last contact left to do is due: on the day itself, and until it is done.
    NextStep { on: Day, days_overdue: i32 },
}

/// The lists that reasons are counted in, in the order in which they press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum List {
    Lapsed,
    Due30,
    Due60,
    Due90,
    Neet,
    NeetAgain,
    NotKnown,
    NextStep,
    Review,
    SchoolAge,
    SettlingIn,
}

impl List {
    pub const ALL: &'static [List] = &[
        List::Lapsed,
        List::Due30,
        List::Due60,
        List::Due90,
        List::Neet,
        List::NeetAgain,
        List::NotKnown,
        List::NextStep,
        List::Review,
        List::SchoolAge,
        List::SettlingIn,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            List::Lapsed => "lapsed",
            List::Due30 => "due-30",
            List::Due60 => "due-60",
            List::Due90 => "due-90",
            List::Neet => "neet",
            List::NeetAgain => "neet-again",
            List::NotKnown => "not-known",
            List::SettlingIn => "settling-in",
            List::Review => "review",
            List::SchoolAge => "school-age",
            List::NextStep => "next-step",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            List::Lapsed => "Lapsed",
            List::Due30 => "Lapse in 30 days",
            List::Due60 => "In 31 to 60 days",
            List::Due90 => "In 61 to 90 days",
            List::Neet => "NEET",
            List::NeetAgain => "NEET again",
            List::NotKnown => "Not known",
            List::SettlingIn => "Settling in",
            List::Review => "Review passed or missing",
            List::SchoolAge => "School-age education after Year 11",
            List::NextStep => "Next step due",
        }
    }

    pub fn from_name(name: &str) -> Option<List> {
        List::ALL.iter().copied().find(|list| list.name() == name)
    }

    /// Whether its people are there to be kept in touch with, so that it matters when somebody last was.
    pub const fn asks_for_contact(self) -> bool {
        matches!(self, List::Neet | List::NeetAgain | List::SettlingIn)
    }
}

impl Reason {
    /// The list that shows it.
    pub const fn list(self) -> List {
        match self {
            Reason::Lapsed { .. } => List::Lapsed,
            Reason::DueToLapse { days_left, .. } if days_left <= 30 => List::Due30,
            Reason::DueToLapse { days_left, .. } if days_left <= 60 => List::Due60,
            Reason::DueToLapse { .. } => List::Due90,
            Reason::Neet { .. } => List::Neet,
            Reason::NeetAgain { .. } => List::NeetAgain,
            Reason::NotKnown { .. } | Reason::NoActivity { .. } => List::NotKnown,
            Reason::SettlingIn { .. } => List::SettlingIn,
            Reason::ReviewPassed { .. } | Reason::ReviewMissing { .. } => List::Review,
            Reason::PastSchoolAge { .. } => List::SchoolAge,
            Reason::NextStep { .. } => List::NextStep,
        }
    }

    /// Whether nobody was reached for longer than so many days, or ever; of a list that does not ask for it nobody is
    /// out of touch.
    pub fn is_out_of_touch(self, days_most: i32) -> bool {
        match self {
            Reason::Neet { days_since_contact, .. }
            | Reason::NeetAgain { days_since_contact, .. }
            | Reason::SettlingIn { days_since_contact, .. } => {
                days_since_contact.is_none_or(|days| days > days_most)
            }
            _ => false,
        }
    }

    /// How pressing it is within its list; the largest comes first.
    pub fn weight(self) -> i32 {
        match self {
            Reason::Lapsed { days_overdue } => days_overdue,
            Reason::DueToLapse { days_left, .. } => -days_left,
            // Nobody was ever spoken to: before everyone who was.
            Reason::Neet { days_since_contact, .. }
            | Reason::NeetAgain { days_since_contact, .. }
            | Reason::SettlingIn { days_since_contact, .. } => {
                days_since_contact.unwrap_or(i32::MAX)
            }
            Reason::NotKnown { months } => months,
            // Nothing was ever known: before everyone of whom something was.
            Reason::NoActivity { months, .. } => months.unwrap_or(i32::MAX),
            Reason::ReviewPassed { days, .. }
            | Reason::ReviewMissing { days, .. }
            | Reason::PastSchoolAge { days, .. } => days,
            Reason::NextStep { days_overdue, .. } => days_overdue,
        }
    }

    /// The reason in words, for the row.
    pub fn words(self) -> String {
        match self {
            Reason::Lapsed { days_overdue } => {
                format!("Lapsed {}", plural(days_overdue, "day", "ago"))
            }
            Reason::DueToLapse { on, days_left } => {
                format!("Lapses {} ({})", shown(on), plural(days_left, "day", "left"))
            }
            Reason::Neet { since, days_since_contact } => {
                let contact = match days_since_contact {
                    Some(0) => "in touch today".to_owned(),
                    Some(days) => format!("last in touch {}", plural(days, "day", "ago")),
                    None => "nobody in touch yet".to_owned(),
                };
                format!("NEET since {}, {contact}", shown(since))
            }
            Reason::NeetAgain { past, .. } => {
                past.words().unwrap_or_else(|| "NEET again".to_owned())
            }
            Reason::SettlingIn { since, until, past, .. } => {
                let before = past.words().map_or_else(String::new, |words| format!("; {words}"));
                format!("Back since {}, settling in until {}{before}", shown(since), shown(until))
            }
            Reason::NotKnown { months } => {
                format!("Not known for {}", plural(months, "month", "").trim_end())
            }
            Reason::NoActivity { ended: Some(ended), .. } => {
                format!("No activity is recorded since {}", shown(ended))
            }
            Reason::NoActivity { ended: None, .. } => "No activity was ever recorded".to_owned(),
            Reason::ReviewPassed { on, .. } => format!("Review was due {}", shown(on)),
            Reason::ReviewMissing { since, .. } => {
                format!("Review date missing, activity since {}", shown(since))
            }
            Reason::PastSchoolAge { since, .. } => {
                format!("Still at school-age education, which was over by {}", shown(since))
            }
            Reason::NextStep { days_overdue: 0, .. } => "Next step is due today".to_owned(),
            Reason::NextStep { on, .. } => format!("Next step was due {}", shown(on)),
        }
    }
}

fn plural(count: i32, unit: &str, tail: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{s} {tail}")
}

/// How somebody stands on a day, by what is recorded: everybody in exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    Neet,
    NotKnown,
    /// Nobody confirmed what they do in time, so that it counts as not known.
    Lapsed,
    Current,
}

impl Stands {
    /// By the spell that holds on the day, judged as [`reasons`] are.
    pub fn on(spell: Option<&Spell>, edition: &Edition, day: Day) -> Self {
        match spell {
            None => Self::NotKnown,
            Some(spell) if edition.is_not_known(&spell.code) => Self::NotKnown,
            Some(spell) if lapsed_on(spell, edition, day) => Self::Lapsed,
            Some(spell) if edition.is_neet(&spell.code) => Self::Neet,
            Some(_) => Self::Current,
        }
    }
}

/// What else is known of somebody than what they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    pub born: Option<Day>,
    /// The first day of NEET, carried across NEET codes.
    pub neet_since: Option<Day>,
    /// The last day of their last activity, where none holds now.
    pub ended: Option<Day>,
    /// The newest contact that reached somebody.
    pub last_reached: Option<Day>,
    /// When what the newest contact of any kind left to do is due.
    pub next_step: Option<Day>,
    /// How their days of being NEET lie behind them.
    pub past: NeetPast,
}

/// Every reason to follow somebody up, by the spell that holds on the day.
///
/// Days: `as_of` is today; a review on `as_of` itself has not passed, a next step on it is due.
pub fn reasons(
    spell: Option<&Spell>,
    edition: &Edition,
    as_of: Day,
    beside: Beside,
) -> Vec<Reason> {
    let mut found = match spell {
        Some(spell) => reasons_of(spell, edition, as_of, beside),
        None => {
            let months = |ended| Month::of(as_of).months_since(Month::of(ended)).max(0);
            vec![Reason::NoActivity { ended: beside.ended, months: beside.ended.map(months) }]
        }
    };
    if let Some(on) = beside.next_step.filter(|day| *day <= as_of) {
        found.push(Reason::NextStep { on, days_overdue: days_between(on, as_of) });
    }
    found
}

fn reasons_of(spell: &Spell, edition: &Edition, as_of: Day, beside: Beside) -> Vec<Reason> {
    let mut found = Vec::new();
    if edition.is_not_known(&spell.code) {
        // Nothing is believed that could lapse, whatever day the return asks to be told.
        let months = Month::of(as_of).months_since(Month::of(spell.start));
        found.push(Reason::NotKnown { months: months.max(0) });
    } else if let Some(days_overdue) = days_overdue(spell, edition, as_of) {
        found.push(Reason::Lapsed { days_overdue });
    } else {
        if let Some(on) = due_to_lapse(spell, edition).day {
            let days_left = days_between(as_of, on);
            if (0..=AHEAD_DAYS_MAX).contains(&days_left) {
                found.push(Reason::DueToLapse { on, days_left });
            }
        }
        found.extend(past_school_age(spell, edition, as_of, beside.born));
    }
    let days_since_contact = beside.last_reached.map(|day| days_between(day, as_of));
    let past = beside.past;
    if edition.is_neet(&spell.code) {
        let since = beside.neet_since.unwrap_or(spell.start);
        found.push(Reason::Neet { since, days_since_contact });
        found.extend(past.is_repeat().then_some(Reason::NeetAgain { days_since_contact, past }));
    }
    if let Some((since, until)) = past.settling {
        let days_left = days_between(as_of, until);
        found.push(Reason::SettlingIn { since, until, days_left, days_since_contact, past });
    }
    let reviewed = edition.activity(&spell.code).is_some_and(|a| a.review_required);
    if let Some(on) = spell.review.filter(|day| reviewed && *day < as_of) {
        found.push(Reason::ReviewPassed { on, days: days_between(on, as_of) });
    }
    if due_to_lapse(spell, edition).reason == DueReason::NoReviewDate {
        let since = spell.start;
        found.push(Reason::ReviewMissing { since, days: days_between(since, as_of) });
    }
    found
}

/// Somebody whom the return would tell of at an activity of the compulsory years although they have left them. While
/// that is not known or has lapsed they are on the list for that, and nobody believes it.
///
/// Source: check 230, which finds them in the return.
fn past_school_age(
    spell: &Spell,
    edition: &Edition,
    as_of: Day,
    born: Option<Day>,
) -> Option<Reason> {
    let born =
        born.filter(|born| edition.is_past_compulsory(&spell.code, academic_age(*born, as_of)))?;
    let last = year_of_age(born, edition.membership.compulsory_age).last_day();
    let since = last.tomorrow().ok()?;
    Some(Reason::PastSchoolAge { since, days: days_between(since, as_of) })
}

/// Whether confirming on a day what is recorded takes somebody off a list. It ends no review and does no next step,
/// and it moves no last day that stands whenever it is confirmed: the school year's, or one by which it was to end.
/// Where it would only bring them onto the list of those past school age, it settles nothing.
pub fn cleared_by_confirming(
    list: List,
    spell: Option<&Spell>,
    (edition, today): (&Edition, Day),
    beside: Beside,
) -> bool {
    spell.is_some_and(|spell| {
        let confirmed = spell.clone().verified_again(today, None, None);
        let left = reasons(Some(&confirmed), edition, today, beside);
        left.iter().all(|left| left.list() != list && left.list() != List::SchoolAge)
    })
}

/// Whole days from one day to another; negative when `to` is the earlier.
pub fn days_between(from: Day, to: Day) -> i32 {
    i32::try_from(to.duration_since(from).as_hours() / 24).unwrap_or(0)
}
