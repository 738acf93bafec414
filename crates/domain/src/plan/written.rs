//! Plain sentences about a figure and about an outcome that needs looking at. They say what is known and
//! how sure it is, and nothing that the numbers do not carry; every sentence follows from its inputs.

use super::{Better, ByWhen, Course, LeadKind, Outcome, Point, Proposed, Rating, Trend};
use crate::calendar::{Day, shown};
use crate::measure::tenths;

/// At least this many figures, over at least this many days, before anything is said of a pace.
/// Source: our own rule; two figures make a difference and not a pace.
const PACE_FIGURES: usize = 3;
const PACE_DAYS: i32 = 56;

/// What a figure says in words: its level, its course, its last move and its pace.
///
/// Shape: `points` in the order of their days, without those that are too few to show.
pub fn analysis(words: &str, unit: &str, course: &Course, points: &[Point]) -> Vec<String> {
    let Some(last) = points.last() else {
        return vec![format!("{words} has no figure that can be shown.")];
    };
    let with = |value: f64| written(value, unit);
    let mut said = vec![format!("{words} stood at {} on {}.", with(last.value), shown(last.on))];
    said.push(against_course(course, last, unit));
    match points.iter().rev().nth(1) {
        None => said.push("There is no figure before it to compare with.".to_owned()),
        Some(before) => said.push(moved(course, before, last, unit)),
    }
    said.extend(pace(course, points, unit));
    said
}

/// One decimal and the unit; a percentage's sign stands apart as everywhere.
fn written(value: f64, unit: &str) -> String {
    match unit.trim() {
        "" => tenths(value),
        unit => format!("{} {unit}", tenths(value)),
    }
}

fn shortfall(better: Better, value: f64, of: f64) -> f64 {
    match better {
        Better::Lower => value - of,
        Better::Higher => of - value,
    }
}

/// Smaller than what one decimal shows.
const HAIR: f64 = 0.05;

fn against_course(course: &Course, last: &Point, unit: &str) -> String {
    let target = written(course.target.value, unit);
    if shortfall(course.better, last.value, course.target.value) <= 0.0 {
        return format!("That meets the target of {target} by {}.", shown(course.target.on));
    }
    let expected = course.expected(last.on);
    let short = shortfall(course.better, last.value, expected);
    let stands = match short {
        short if short.abs() < HAIR => "which is where it stands".to_owned(),
        short if short > 0.0 => format!("so it falls short by {}", tenths(short)),
        short => format!("so it is ahead by {}", tenths(-short)),
    };
    let expected = written(expected, unit);
    let by = shown(course.target.on);
    format!("The way to the target of {target} by {by} expects {expected} on that day, {stands}.")
}

fn moved(course: &Course, before: &Point, last: &Point, unit: &str) -> String {
    let was = format!("It was {} on {}", written(before.value, unit), shown(before.on));
    let gained = shortfall(course.better, before.value, last.value);
    if gained.abs() < HAIR {
        return format!("{was} and has not moved.");
    }
    let way = if gained > 0.0 { "towards" } else { "away from" };
    let small =
        if gained.abs() <= course.near { " A move as small as this may be chance." } else { "" };
    format!("{was}: it moved {} {way} the target.{small}", tenths(gained.abs()))
}

fn pace(course: &Course, points: &[Point], unit: &str) -> Option<String> {
    let first = points.iter().rev().nth(PACE_FIGURES - 1)?;
    let last = points.last()?;
    let days = (last.on - first.on).get_days();
    let left = shortfall(course.better, last.value, course.target.value);
    let ahead = (course.target.on - last.on).get_days();
    if days < PACE_DAYS || left <= 0.0 || ahead <= 0 {
        return None;
    }
    let a_day = shortfall(course.better, first.value, last.value) / f64::from(days);
    let then = match course.better {
        Better::Lower => last.value - a_day * f64::from(ahead),
        Better::Higher => last.value + a_day * f64::from(ahead),
    };
    let since = shown(first.on);
    let short = shortfall(course.better, then, course.target.value);
    Some(match (a_day > 0.0, short <= 0.0) {
        (false, _) => format!("Since {since} it has not come nearer to the target."),
        (_, true) => format!(
            "If it goes on as since {since}, the target is met in time; three figures are a thin ground for that."
        ),
        (_, false) => format!(
            "If it goes on as since {since}, it would stand at {} on the target's day and miss it.",
            written(then, unit)
        ),
    })
}

/// What an outcome's exceptions are judged by.
pub struct Looked<'a> {
    pub outcome: &'a Outcome,
    pub trend: Trend,
    pub was: Rating,
    pub proposed: &'a Proposed,
    pub rated: Option<Day>,
    pub overdue: bool,
    pub since: Day,
    pub today: Day,
}

/// Why a meeting should look at an outcome; nothing where it need not.
///
/// Source: our own rule: what is off course or worse, what is past its day, what nobody has confirmed or
/// leads, and where a lead and the proposal differ.
pub fn exceptions(looked: &Looked<'_>) -> Vec<String> {
    let Looked { outcome, today, .. } = looked;
    let mut reasons = Vec::new();
    if outcome.rating == Rating::Red {
        reasons.push("It is rated not on track.".to_owned());
    }
    if looked.trend == Trend::Worse {
        let (was, is) = (looked.was.said(), outcome.rating.said());
        reasons.push(format!("It went from {was} to {is} since {}.", shown(looked.since)));
    }
    if let Some(due) = past(&outcome.by_when, *today).filter(|_| outcome.rating != Rating::Green) {
        reasons.push(format!("It was due by {} and is {}.", shown(due), outcome.rating.said()));
    }
    if looked.overdue {
        reasons.push(match looked.rated {
            Some(day) => format!("Its rating was last confirmed on {}.", shown(day)),
            None => "It has never been rated.".to_owned(),
        });
    }
    let said = looked.proposed.rating;
    if said != Rating::Unrated && outcome.rating != Rating::Unrated && said != outcome.rating {
        let by =
            if looked.proposed.by_figure { "Its figure proposes" } else { "Its actions propose" };
        reasons.push(format!("{by} {}; it is rated {}.", said.said(), outcome.rating.said()));
    }
    match outcome.lead.kind {
        LeadKind::Blank => reasons.push("Nobody leads it.".to_owned()),
        LeadKind::ToBeConfirmed => reasons.push("Its lead is still to be confirmed.".to_owned()),
        _ => {}
    }
    reasons
}

fn past(by_when: &ByWhen, today: Day) -> Option<Day> {
    by_when.when.due().filter(|due| *due < today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn falling() -> Course {
        Course {
            better: Better::Lower,
            from: Point { on: date(2025, 1, 1), value: 10.0 },
            target: Point { on: date(2026, 1, 1), value: 4.0 },
            near: 0.5,
        }
    }

    fn say(values: &[(i8, f64)]) -> String {
        let points: Vec<Point> = values
            .iter()
            .map(|(month, value)| Point { on: date(2025, *month, 1), value: *value })
            .collect();
        analysis("Not known", "%", &falling(), &points).join(" ")
    }

    #[test]
    fn a_figure_is_put_in_words_that_its_numbers_carry() {
        assert_eq!(say(&[]), "Not known has no figure that can be shown.");
        assert_eq!(
            say(&[(7, 7.0)]),
            "Not known stood at 7.0 % on 1 July 2025. The way to the target of 4.0 % by 1 January 2026 expects 7.0 % on that day, which is where it stands. There is no figure before it to compare with."
        );
        let worse = say(&[(6, 6.9), (7, 7.3)]);
        assert!(worse.contains("falls short by 0.3"), "{worse}");
        assert!(worse.contains("moved 0.4 away from the target. A move as small"), "{worse}");
        let half = say(&[(6, 6.25), (7, 6.25)]);
        assert!(half.starts_with("Not known stood at 6.3 %"), "as its measure's page: {half}");
        let met = say(&[(6, 6.0), (7, 3.9)]);
        assert!(met.contains("meets the target of 4.0 %"), "{met}");
        assert!(met.contains("moved 2.1 towards the target.") && !met.contains("chance"), "{met}");
        assert!(!say(&[(6, 6.0), (7, 6.0)]).contains("If it goes on"));
    }

    #[test]
    fn a_pace_needs_three_figures_and_is_said_with_its_doubt() {
        let slow = say(&[(1, 10.0), (4, 9.5), (7, 9.0)]);
        assert!(slow.contains("would stand at 8.0 % on the target's day and miss it"), "{slow}");
        let fast = say(&[(1, 10.0), (4, 8.0), (7, 6.0)]);
        assert!(fast.contains("met in time; three figures are a thin ground"), "{fast}");
        let none = say(&[(1, 8.0), (4, 9.0), (7, 8.5)]);
        assert!(none.contains("has not come nearer"), "{none}");
        assert!(
            !say(&[(5, 10.0), (6, 8.0), (6, 7.0)]).contains("If it goes on"),
            "too short a time"
        );
    }
}
