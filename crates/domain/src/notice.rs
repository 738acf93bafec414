//! One-minute notices: what a provider's contact may tell us of a young person without an account, and
//! what has to be in it. Who sent it and how it is kept is elsewhere. Invariant: nothing here depends on
//! whether the person is known, so that no answer can tell.

use jiff::civil::Date;

use crate::agreement::Flow;
use crate::calendar::working_day_after;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Left,
    DidNotTurnUp,
    LikelyToLeave,
    OfferMade,
    OfferWithdrawn,
}

impl Kind {
    pub const ALL: &'static [Kind] = &[
        Kind::Left,
        Kind::DidNotTurnUp,
        Kind::LikelyToLeave,
        Kind::OfferMade,
        Kind::OfferWithdrawn,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Kind::Left => "left",
            Kind::DidNotTurnUp => "did-not-turn-up",
            Kind::LikelyToLeave => "likely-to-leave",
            Kind::OfferMade => "offer-made",
            Kind::OfferWithdrawn => "offer-withdrawn",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Kind::Left => "They left",
            Kind::DidNotTurnUp => "They did not turn up",
            Kind::LikelyToLeave => "They are likely to leave",
            Kind::OfferMade => "We made them an offer",
            Kind::OfferWithdrawn => "We withdrew an offer",
        }
    }

    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Flows of an agreement that cover it: its own first.
    ///
    /// Source: Education and Skills Act 2008, section 13, for those who stop attending.
    pub const fn flows(self) -> &'static [Flow] {
        match self {
            Kind::Left | Kind::DidNotTurnUp => &[Flow::JoinersLeavers],
            Kind::LikelyToLeave => &[Flow::LikelyToLeave, Flow::JoinersLeavers],
            Kind::OfferMade | Kind::OfferWithdrawn => &[Flow::Offers, Flow::JoinersLeavers],
        }
    }

    /// Whether the law asks for it of every institution, whatever was agreed.
    ///
    /// Source: Education and Skills Act 2008, section 13: that somebody has stopped attending, or never
    /// came. That somebody may leave and what they were offered is told by agreement alone.
    pub const fn is_duty(self) -> bool {
        matches!(self, Kind::Left | Kind::DidNotTurnUp)
    }

    /// Whether it is about something that has happened already.
    const fn is_past(self) -> bool {
        !matches!(self, Kind::LikelyToLeave)
    }
}

/// Working days in which a notice is acted on or passed on.
///
/// Source: Education and Skills Act 2008, section 13: the council of somebody who lives elsewhere is told
/// as soon as reasonably practicable. The number is ours; the law names none.
pub const ACT_WORKING_DAYS: u8 = 5;

/// The last day on which acting on a notice is in time. Days: working days after the day it came.
pub fn due(received: Date) -> Date {
    working_day_after(received, ACT_WORKING_DAYS)
}

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// Acted on before the working day after it came was over.
    WithinADay,
    InTime,
    Late,
    /// Nobody has acted on it yet.
    Waiting,
}

/// What became of a notice that came on one day and was acted on, or not yet, on another.
pub fn became(received: Date, done: Option<Date>) -> Became {
    match done {
        Some(done) if done <= working_day_after(received, 1) => Became::WithinADay,
        Some(done) if done <= due(received) => Became::InTime,
        Some(_) => Became::Late,
        None => Became::Waiting,
    }
}

/// A notice as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub kind: String,
    pub given: String,
    pub family: String,
    /// ISO day.
    pub born: String,
    /// ISO day; today where empty.
    pub day: String,
    pub note: String,
}

/// A notice that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub kind: Kind,
    pub given: String,
    pub family: String,
    pub born: Date,
    pub day: Date,
    pub note: String,
}

const NOTE_CHARS_MOST: usize = 500;
const NAME_CHARS_MOST: usize = 80;

/// Reads what was typed; every field that has to be mended with its sentence.
///
/// Days: what has happened is dated today or before.
pub fn read(typed: &Typed, today: Date) -> Result<Notice, Vec<(&'static str, &'static str)>> {
    let mut wrong = Vec::new();
    let kind = Kind::from_name(&typed.kind);
    if kind.is_none() {
        wrong.push(("kind", "Choose what happened"));
    }
    for (field, value, none) in [
        ("given", &typed.given, "Enter their first name"),
        ("family", &typed.family, "Enter their last name"),
    ] {
        match value.trim().chars().count() {
            0 => wrong.push((field, none)),
            _ if value.trim().contains(char::is_control) => {
                wrong.push((field, "That name cannot be read"));
            }
            1..=NAME_CHARS_MOST => {}
            _ => wrong.push((field, "That name is too long")),
        }
    }
    let born: Option<Date> = typed.born.trim().parse().ok().filter(|born| *born < today);
    if born.is_none() {
        wrong.push(("born", "Enter their date of birth, such as 27 3 2008"));
    }
    let day: Option<Date> = match typed.day.trim() {
        "" => Some(today),
        text => text.parse().ok(),
    };
    match day {
        None => wrong.push(("day", "Enter the day, or leave it empty for today")),
        Some(day) if day > today && kind.is_some_and(Kind::is_past) => {
            wrong.push(("day", "That day is yet to come"));
        }
        Some(_) => {}
    }
    if typed.note.chars().count() > NOTE_CHARS_MOST {
        wrong.push(("note", "Say it in at most 500 letters"));
    } else if typed.note.contains('\0') {
        wrong.push(("note", "This cannot be read"));
    }
    match (kind, born, day, wrong.is_empty()) {
        (Some(kind), Some(born), Some(day), true) => Ok(Notice {
            kind,
            given: typed.given.trim().to_owned(),
            family: typed.family.trim().to_owned(),
            born,
            day,
            note: typed.note.trim().to_owned(),
        }),
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn typed() -> Typed {
        let text = str::to_owned;
        Typed {
            kind: text("left"),
            given: text(" Amina "),
            family: text("Khan"),
            born: text("2008-03-27"),
            day: String::new(),
            note: String::new(),
        }
    }

    #[test]
    fn a_notice_is_due_in_five_working_days() {
        // Friday the 14th, over two weekends; Monday to Monday over one.
        assert_eq!(due(date(2025, 3, 14)), date(2025, 3, 21));
        assert_eq!(due(date(2025, 3, 15)), date(2025, 3, 21));
        assert_eq!(due(date(2025, 3, 17)), date(2025, 3, 24));
    }

    #[test]
    fn the_day_after_a_friday_is_monday() {
        let friday = date(2025, 3, 14);
        for (done, word) in [
            (Some(friday), Became::WithinADay),
            (Some(date(2025, 3, 17)), Became::WithinADay),
            (Some(date(2025, 3, 18)), Became::InTime),
            (Some(date(2025, 3, 21)), Became::InTime),
            (Some(date(2025, 3, 22)), Became::Late),
            (None, Became::Waiting),
        ] {
            assert_eq!(became(friday, done), word, "{done:?}");
        }
    }

    #[test]
    fn what_is_needed_is_asked_for_at_its_field() {
        let today = date(2025, 3, 14);
        let read = |typed: Typed| read(&typed, today);
        let kept = read(typed()).unwrap();
        assert_eq!((kept.given.as_str(), kept.day), ("Amina", today));
        let text = str::to_owned;
        for (wrong, field) in [
            (Typed { kind: text("died"), ..typed() }, "kind"),
            (Typed { given: text(" "), ..typed() }, "given"),
            (Typed { family: "x".repeat(81), ..typed() }, "family"),
            (Typed { family: text("Kh\0an"), ..typed() }, "family"),
            (Typed { note: text("\0"), ..typed() }, "note"),
            (Typed { born: text("2026-01-01"), ..typed() }, "born"),
            (Typed { born: text("27/3/2008"), ..typed() }, "born"),
            (Typed { day: text("2025-03-15"), ..typed() }, "day"),
            (Typed { note: "x".repeat(501), ..typed() }, "note"),
        ] {
            let found = read(wrong).unwrap_err();
            assert_eq!(found.iter().map(|w| w.0).collect::<Vec<_>>(), [field]);
        }
        let ahead = Typed { kind: text("likely-to-leave"), day: text("2025-04-01"), ..typed() };
        assert!(read(ahead).is_ok());
    }
}
