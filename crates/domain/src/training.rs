//! Training in recording, and reviews of the data that a caseload holds: who is trained on a day, which review
//! is due, and what a session or a review says to be worth keeping.
//!
//! Source: strategy action 1.3a (existing vulnerable group data reviewed, all advisers trained on recording
//! accurately).

use crate::calendar::Day;

/// Letters that a title or a name may have.
const CHARS_MOST: usize = 120;

/// Letters that what a review found may have.
const FOUND_CHARS_MOST: usize = 1_000;

/// That somebody came to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Training {
    pub id: i64,
    pub account: i64,
    pub title: String,
    pub day: Day,
    /// By whom.
    pub trainer: String,
    /// The last day on which it holds, where it lapses.
    pub valid_until: Option<Day>,
}

/// Whether somebody is trained on a day; in the order in which they want attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trained {
    Never,
    /// The last day on which a training held.
    Lapsed(Day),
    /// Until this day.
    Until(Day),
    ForGood,
}

impl Trained {
    /// By everything that one account was trained in.
    pub fn on(trainings: &[Training], day: Day) -> Self {
        let had = trainings.iter().filter(|one| one.day <= day);
        let states = had.map(|one| match one.valid_until {
            None => Trained::ForGood,
            Some(until) if until >= day => Trained::Until(until),
            Some(until) => Trained::Lapsed(until),
        });
        states.max().unwrap_or(Trained::Never)
    }

    pub const fn holds(self) -> bool {
        matches!(self, Trained::Until(_) | Trained::ForGood)
    }
}

/// A review of the data of an adviser's caseload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    pub id: i64,
    /// Whose caseload.
    pub adviser: i64,
    pub day: Day,
    /// Who reviewed, by name.
    pub reviewer: String,
    pub found: String,
    /// When it is due again, where it is.
    pub due: Option<Day>,
}

/// Whether a caseload's next review is due on a day, by its newest review; one that was never reviewed is not
/// due by a day, its adviser's line says so.
pub fn review_due(newest: Option<&Review>, day: Day) -> bool {
    newest.and_then(|review| review.due).is_some_and(|due| due <= day)
}

/// What is wrong with a session as typed: field and sentence.
pub fn session_faults(
    (title, trainer): (&str, &str),
    (day, valid_until): (Day, Option<Day>),
    today: Day,
) -> Vec<(&'static str, &'static str)> {
    let mut faults = Vec::new();
    let wrong = |text: &str| text.trim().is_empty() || text.chars().count() > CHARS_MOST;
    if wrong(title) {
        faults.push(("title", "Enter what it was about, in up to 120 letters."));
    }
    if day > today {
        faults.push(("day", "Enter a day that has come: who will have attended is not known yet."));
    }
    if wrong(trainer) {
        faults.push(("trainer", "Enter who trained them, in up to 120 letters."));
    }
    if valid_until.is_some_and(|until| until < day) {
        faults.push(("until", "Enter a day on or after the training, or none."));
    }
    faults
}

/// What is wrong with a review as typed: field and sentence.
pub fn review_faults(
    found: &str,
    (day, due): (Day, Option<Day>),
    today: Day,
) -> Vec<(&'static str, &'static str)> {
    let mut faults = Vec::new();
    if day > today {
        faults.push(("reviewed", "Enter a day that has come."));
    }
    if found.trim().is_empty() || found.chars().count() > FOUND_CHARS_MOST {
        faults.push(("found", "Say what you found, in up to 1,000 letters."));
    }
    if due.is_some_and(|due| due <= day) {
        faults.push(("due", "Enter a day after the review, or none."));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn training(day: Day, valid_until: Option<Day>) -> Training {
        let (title, trainer) = ("Recording".to_owned(), "Jo".to_owned());
        Training { id: 1, account: 2, title, day, trainer, valid_until }
    }

    #[test]
    fn a_training_holds_from_its_day_to_its_last() {
        let (first, last) = (date(2025, 7, 1), date(2026, 6, 30));
        let all = [training(first, Some(last))];
        let rows = [
            (date(2025, 6, 30), Trained::Never),
            (first, Trained::Until(last)),
            (last, Trained::Until(last)),
            (date(2026, 7, 1), Trained::Lapsed(last)),
        ];
        for (day, wanted) in rows {
            assert_eq!(Trained::on(&all, day), wanted, "{day}");
        }
        assert_eq!(Trained::on(&[], last), Trained::Never);
        let again = [training(first, Some(last)), training(date(2026, 7, 2), None)];
        assert_eq!(Trained::on(&again, date(2026, 7, 1)), Trained::Lapsed(last));
        assert_eq!(Trained::on(&again, date(2026, 7, 2)), Trained::ForGood);
        let order = [Trained::Never, Trained::Lapsed(last), Trained::Until(last), Trained::ForGood];
        assert!(order.is_sorted());
        assert_eq!(order.map(Trained::holds), [false, false, true, true]);
    }

    #[test]
    fn a_review_is_due_by_its_newest() {
        let due = date(2026, 3, 1);
        let review = |due| Review {
            id: 1,
            adviser: 2,
            day: date(2026, 1, 1),
            reviewer: "Jo".to_owned(),
            found: "Ethnicity".to_owned(),
            due,
        };
        assert!(!review_due(None, due));
        assert!(!review_due(Some(&review(None)), due));
        assert!(review_due(Some(&review(Some(due))), due));
        assert!(!review_due(Some(&review(Some(due))), date(2026, 2, 28)));
    }

    #[test]
    fn what_cannot_have_been_is_told_field_by_field() {
        let today = date(2026, 3, 1);
        let ahead = date(2026, 3, 2);
        let fields = |faults: Vec<(&'static str, &'static str)>| -> Vec<&'static str> {
            faults.into_iter().map(|(field, _)| field).collect()
        };
        let session = |title, day, until| session_faults((title, "Jo"), (day, until), today);
        assert!(fields(session("Recording", today, Some(today))).is_empty());
        assert_eq!(fields(session(" ", ahead, Some(today))), ["title", "day", "until"]);
        assert_eq!(fields(session_faults(("A", ""), (today, None), today)), ["trainer"]);
        assert!(fields(review_faults("Found", (today, Some(ahead)), today)).is_empty());
        let faults = review_faults(" ", (ahead, Some(ahead)), today);
        assert_eq!(fields(faults), ["reviewed", "found", "due"]);
    }
}
