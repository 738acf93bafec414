//! Opening a record beyond one's reach in an emergency, when it must be reviewed, when an account of a
//! partner lapses, and which looks somebody should explain. Instants and days are the caller's.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::calendar::working_day_after;

use super::Role;

/// How long an emergency lasts; nothing prolongs it. Units: minutes.
pub const EMERGENCY_MINUTES: i64 = 60;
/// Letters that the reason needs beside the ground.
pub const REASON_CHARS_MIN: usize = 20;
/// Working days until the review must be done.
pub const REVIEW_WORKING_DAYS: u8 = 5;
/// Unexplained opens of one record by one account that somebody should explain.
pub const REPEATS: i64 = 5;
/// Days over which repeats are counted.
pub const REPEAT_DAYS: i32 = 21;
/// People whom one account opened unexplained in a day, from which somebody should explain it.
pub const MANY_A_DAY: i64 = 40;
/// Days for which a confirmation of a partner's account is good.
pub const ATTESTED_DAYS: i32 = 90;
/// Days before it lapses that its organisation is reminded.
pub const REMIND_DAYS: i32 = 14;

/// Why a record may be opened in an emergency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ground {
    /// Somebody may come to harm.
    Safeguarding,
    /// The young person is here, or on the phone, and asks for help now.
    PresentNow,
    /// The adviser who has them is away and something is due today.
    CoverToday,
    /// A duty in law to answer now: a court, the police.
    LegalDuty,
}

impl Ground {
    pub const ALL: &'static [Ground] =
        &[Ground::Safeguarding, Ground::PresentNow, Ground::CoverToday, Ground::LegalDuty];

    pub const fn name(self) -> &'static str {
        match self {
            Ground::Safeguarding => "safeguarding",
            Ground::PresentNow => "present-now",
            Ground::CoverToday => "cover-today",
            Ground::LegalDuty => "legal-duty",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Ground::Safeguarding => "Somebody may come to harm",
            Ground::PresentNow => "The young person is here or on the phone and needs help now",
            Ground::CoverToday => "Their adviser is away and something is due today",
            Ground::LegalDuty => "The law asks for an answer now, such as a court or the police",
        }
    }

    pub fn from_name(name: &str) -> Option<Ground> {
        Ground::ALL.iter().copied().find(|ground| ground.name() == name)
    }
}

/// What is wrong with a typed reason: field and sentence. Empty when all is well.
pub fn emergency_faults(ground: &str, words: &str) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if Ground::from_name(ground).is_none() {
        wrong.push(("ground", "Choose why it cannot wait".to_owned()));
    }
    if words.trim().chars().count() < REASON_CHARS_MIN {
        wrong.push(("words", format!("Say it in at least {REASON_CHARS_MIN} letters")));
    }
    wrong
}

/// The last day on which the review is in time.
///
/// Days: working days after the day of the opening.
pub fn review_due(opened: Date) -> Date {
    working_day_after(opened, REVIEW_WORKING_DAYS)
}

/// What made a look worth a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sign {
    /// The reader and the young person have one family name.
    SameName,
    /// The young person lives in the postcode where the reader does.
    SamePostcode,
    /// The same record, again and again, with nothing done.
    Repeated,
    /// Many records in one day, with nothing done.
    Many,
}

impl Sign {
    pub const fn name(self) -> &'static str {
        match self {
            Sign::SameName => "same-name",
            Sign::SamePostcode => "same-postcode",
            Sign::Repeated => "repeated",
            Sign::Many => "many",
        }
    }

    pub fn label(name: &str) -> &'static str {
        match name {
            "same-name" => "Reader and young person have the same family name",
            "same-postcode" => "Reader and young person live in the same postcode",
            "repeated" => "The same record again and again, and nothing done",
            "many" => "Many records in one day, and nothing done",
            _ => "Noticed for a reason that is no longer known",
        }
    }
}

/// One look at a record that is not on the reader's caseload and that no work explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub role: Role,
    pub same_name: bool,
    pub same_postcode: bool,
    /// Of this record by this account within [`REPEAT_DAYS`], this one included.
    pub opens: i64,
    /// People opened so by this account today, this one included.
    pub people_today: i64,
}

/// Whether a look is worth a question now. Each count asks once, when it is reached.
pub fn curious(look: &Look) -> Option<Sign> {
    // A data manager opens many records a day to keep them right; that is what the others are not for.
    let works_through = look.role == Role::DataManager;
    match look {
        Look { same_name: true, opens: 1, .. } => Some(Sign::SameName),
        Look { same_postcode: true, opens: 1, .. } => Some(Sign::SamePostcode),
        Look { opens: REPEATS, .. } => Some(Sign::Repeated),
        Look { people_today: MANY_A_DAY, .. } if !works_through => Some(Sign::Many),
        _ => None,
    }
}

/// How a partner's account stands towards its confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attested {
    /// Days until it lapses.
    Good(i32),
    /// Days until it lapses, soon.
    Soon(i32),
    Lapsed,
}

/// Days: confirmed on a day, an account works for the [`ATTESTED_DAYS`] days after it. One that nobody ever
/// confirmed does not work.
pub fn attested(on: Option<Date>, today: Date) -> Attested {
    let Some(last) = on.and_then(|on| on.checked_add(ATTESTED_DAYS.days()).ok()) else {
        return Attested::Lapsed;
    };
    match today.until(last).map_or(-1, |span| span.get_days()) {
        left if left < 0 => Attested::Lapsed,
        left if left <= REMIND_DAYS => Attested::Soon(left),
        left => Attested::Good(left),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_review_is_due_on_the_fifth_working_day() {
        for (opened, due) in [
            (date(2025, 11, 24), date(2025, 12, 1)),
            (date(2025, 11, 28), date(2025, 12, 5)),
            (date(2025, 11, 29), date(2025, 12, 5)),
            (date(2025, 11, 30), date(2025, 12, 5)),
        ] {
            assert_eq!(review_due(opened), due, "{opened}");
        }
    }

    #[test]
    fn a_reason_is_a_ground_and_a_sentence() {
        assert!(emergency_faults("safeguarding", "She rang and is not safe tonight").is_empty());
        assert_eq!(emergency_faults("", "x".repeat(20).as_str()).len(), 1);
        assert_eq!(emergency_faults("safeguarding", &format!("{:>40}", "short")).len(), 1);
    }

    #[test]
    fn the_fifth_open_asks_and_the_sixth_does_not_again() {
        let look = |opens, people_today| Look {
            role: Role::Adviser,
            same_name: false,
            same_postcode: false,
            opens,
            people_today,
        };
        assert_eq!(curious(&look(4, 1)), None);
        assert_eq!(curious(&look(5, 1)), Some(Sign::Repeated));
        assert_eq!(curious(&look(6, 1)), None);
        assert_eq!(curious(&look(1, 40)), Some(Sign::Many));
        assert_eq!(curious(&Look { role: Role::DataManager, ..look(1, 40) }), None);
        assert_eq!(curious(&Look { same_name: true, ..look(1, 1) }), Some(Sign::SameName));
        assert_eq!(curious(&Look { same_name: true, ..look(2, 1) }), None);
        let near = |opens| Look { same_postcode: true, ..look(opens, 1) };
        assert_eq!(curious(&near(1)), Some(Sign::SamePostcode));
        assert_eq!(curious(&near(2)), None);
        assert_eq!(curious(&Look { same_name: true, ..near(1) }), Some(Sign::SameName));
    }

    #[test]
    fn a_confirmation_is_good_for_ninety_days_and_not_for_one_more() {
        let on = Some(date(2025, 9, 1));
        assert_eq!(attested(on, date(2025, 9, 1)), Attested::Good(90));
        assert_eq!(attested(on, date(2025, 11, 16)), Attested::Soon(14));
        assert_eq!(attested(on, date(2025, 11, 30)), Attested::Soon(0));
        assert_eq!(attested(on, date(2025, 12, 1)), Attested::Lapsed);
        assert_eq!(attested(None, date(2025, 9, 1)), Attested::Lapsed, "nobody ever did");
    }
}
