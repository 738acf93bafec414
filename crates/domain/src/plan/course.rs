//! The course an outcome's figure should take from where it began to its target, and the rating that
//! a level and a trend propose. A proposal is never a rating: the outcome's lead confirms it or says
//! why not. Figures are given; where they come from is not asked here.

use super::Rating;
use crate::calendar::{Day, shown};
use crate::measure::tenths;

/// Which way a figure should go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    Lower,
    Higher,
}

impl Better {
    pub const ALL: [Better; 2] = [Better::Lower, Better::Higher];

    pub fn word(self) -> &'static str {
        match self {
            Better::Lower => "lower",
            Better::Higher => "higher",
        }
    }

    pub fn read(word: &str) -> Option<Better> {
        Better::ALL.into_iter().find(|better| better.word() == word)
    }
}

/// Where a figure began, where it should be and by when. Units: the figure's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    pub better: Better,
    pub from: Point,
    pub target: Point,
    /// How far short still counts as near, and how small a move counts as none.
    pub near: f64,
}

/// A figure on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub on: Day,
    pub value: f64,
}

/// A figure older than this says nothing of today. Units: days.
const OLD_DAYS: i32 = 120;

/// The rules of a proposal, tried from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CourseRule {
    NoFigure,
    TooOld,
    TargetMet,
    OnCourse,
    OnCourseButWorse,
    NearAndBetter,
    Near,
    OffButBetter,
    Off,
}

impl CourseRule {
    /// The rule in words, for the page that shows it.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoFigure => "Without a figure nothing is proposed.",
            Self::TooOld => "A figure of more than 120 days ago says nothing of today.",
            Self::TargetMet => "On track when the target is met.",
            Self::OnCourse => "On track when the figure is where its course expects it, or beyond.",
            Self::OnCourseButWorse => {
                "Slow or blocked when the figure is still on course but has turned away from the target."
            }
            Self::NearAndBetter => "On track when the figure is near its course and closing in.",
            Self::Near => "Slow or blocked when the figure is near its course and not closing in.",
            Self::OffButBetter => {
                "Slow or blocked when the figure is off its course but moving to the target."
            }
            Self::Off => {
                "Not on track when the figure is off its course and not moving to the target."
            }
        }
    }

    fn rating(self) -> Rating {
        match self {
            Self::NoFigure | Self::TooOld => Rating::Unrated,
            Self::TargetMet | Self::OnCourse | Self::NearAndBetter => Rating::Green,
            Self::OnCourseButWorse | Self::Near | Self::OffButBetter => Rating::Amber,
            Self::Off => Rating::Red,
        }
    }
}

/// A rating proposed by a figure: which rule spoke, and on what.
#[derive(Clone, Debug, PartialEq)]
pub struct CourseProposal {
    pub rating: Rating,
    pub rule: CourseRule,
    pub reason: String,
    /// Where the course expects the figure on the day of the newest one.
    pub expected: Option<f64>,
}

impl Course {
    /// Where the figure should be: a straight line from the start to the target, level before and after.
    pub fn expected(&self, on: Day) -> f64 {
        let days = |from: Day, to: Day| f64::from((to - from).get_days());
        let whole = days(self.from.on, self.target.on);
        if whole <= 0.0 {
            return self.target.value;
        }
        let part = (days(self.from.on, on) / whole).clamp(0.0, 1.0);
        self.from.value + (self.target.value - self.from.value) * part
    }

    /// How far a value falls short of another in the direction that is worse; negative when beyond.
    fn short(&self, value: f64, of: f64) -> f64 {
        match self.better {
            Better::Lower => value - of,
            Better::Higher => of - value,
        }
    }
}

/// Proposes a rating from the newest figure and the one before it.
///
/// Shape: `figures` in the order of their days. Days: figures after `today` are not looked at.
/// Source: our own rule; level against a straight course, trend against the figure before.
pub fn propose(course: &Course, figures: &[Point], today: Day) -> CourseProposal {
    let known: Vec<&Point> = figures.iter().filter(|point| point.on <= today).collect();
    let Some(last) = known.last() else {
        return said(CourseRule::NoFigure, String::new(), None);
    };
    let expected = course.expected(last.on);
    let before = known.iter().rev().nth(1);
    let rule = rule(course, last, before.copied(), today);
    let moved = match before {
        None => "there is no figure before it".to_owned(),
        Some(before) => {
            format!("the figure before it was {} on {}", tenths(before.value), shown(before.on))
        }
    };
    let reason = format!(
        "{} on {}, where the course expects {} and the target is {} by {}; {moved}. ",
        tenths(last.value),
        shown(last.on),
        tenths(expected),
        tenths(course.target.value),
        shown(course.target.on)
    );
    said(rule, reason, Some(expected))
}

fn said(rule: CourseRule, reason: String, expected: Option<f64>) -> CourseProposal {
    let reason = format!("{reason}{}", rule.sentence());
    CourseProposal { rating: rule.rating(), rule, reason, expected }
}

fn rule(course: &Course, last: &Point, before: Option<&Point>, today: Day) -> CourseRule {
    // Sums of tenths are not exact; a figure at its course must not fall short by a rounding.
    const HAIR: f64 = 1e-9;
    if (today - last.on).get_days() > OLD_DAYS {
        return CourseRule::TooOld;
    }
    if course.short(last.value, course.target.value) <= HAIR {
        return CourseRule::TargetMet;
    }
    let moved = before.map_or(0.0, |before| course.short(before.value, last.value));
    let better = moved > HAIR;
    let worse = moved < -course.near - HAIR;
    let short = course.short(last.value, course.expected(last.on));
    match (short <= HAIR, short <= course.near + HAIR) {
        (true, _) if worse => CourseRule::OnCourseButWorse,
        (true, _) => CourseRule::OnCourse,
        (_, true) if better => CourseRule::NearAndBetter,
        (_, true) => CourseRule::Near,
        _ if better => CourseRule::OffButBetter,
        _ => CourseRule::Off,
    }
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

    #[test]
    fn the_course_is_a_straight_line_and_level_beyond_its_ends() {
        let course = falling();
        for (on, wanted) in [
            (date(2024, 1, 1), 10.0),
            (date(2025, 1, 1), 10.0),
            (date(2025, 7, 2), 10.0 - 6.0 * 182.0 / 365.0),
            (date(2026, 1, 1), 4.0),
            (date(2030, 1, 1), 4.0),
        ] {
            assert!((course.expected(on) - wanted).abs() < 1e-9, "{on}");
        }
        let at_once = Course { target: course.from, ..course };
        assert!((at_once.expected(date(2024, 6, 1)) - 10.0).abs() < 1e-9);
    }

    #[test]
    fn level_and_trend_propose_as_the_rules_say() {
        use CourseRule::{
            Near, NearAndBetter, NoFigure, Off, OffButBetter, OnCourse, OnCourseButWorse,
            TargetMet, TooOld,
        };
        // On 2 July the course expects 7.01.
        let (before, on, today) = (date(2025, 6, 1), date(2025, 7, 2), date(2025, 7, 20));
        let table: [(&[f64], CourseRule, Rating); 10] = [
            (&[], NoFigure, Rating::Unrated),
            (&[7.0], OnCourse, Rating::Green),
            (&[6.8, 7.0], OnCourse, Rating::Green),
            (&[5.0, 7.0], OnCourseButWorse, Rating::Amber),
            (&[8.0, 7.4], NearAndBetter, Rating::Green),
            (&[7.4, 7.4], Near, Rating::Amber),
            (&[7.4], Near, Rating::Amber),
            (&[9.0, 8.5], OffButBetter, Rating::Amber),
            (&[8.0, 8.5], Off, Rating::Red),
            (&[3.0, 4.0], TargetMet, Rating::Green),
        ];
        for (values, rule, rating) in table {
            let days = [before, on];
            let skip = days.len() - values.len();
            let figures: Vec<Point> = days
                .iter()
                .skip(skip)
                .zip(values)
                .map(|(on, value)| Point { on: *on, value: *value })
                .collect();
            let found = propose(&falling(), &figures, today);
            assert_eq!((found.rule, found.rating), (rule, rating), "{values:?}: {}", found.reason);
        }
        let old = [Point { on, value: 4.0 }];
        assert_eq!(propose(&falling(), &old, date(2025, 12, 1)).rule, TooOld);
        assert_eq!(propose(&falling(), &old, date(2025, 7, 1)).rule, NoFigure);
    }

    #[test]
    fn higher_is_better_where_it_is_said_so() {
        let course = Course {
            better: Better::Higher,
            from: Point { on: date(2025, 1, 1), value: 40.0 },
            target: Point { on: date(2025, 12, 31), value: 80.0 },
            near: 2.0,
        };
        let on = date(2025, 7, 2);
        for (value, rule) in [(60.0, CourseRule::OnCourse), (50.0, CourseRule::Off)] {
            let found = propose(&course, &[Point { on, value }], on);
            assert_eq!(found.rule, rule, "{}", found.reason);
        }
        assert_eq!(propose(&course, &[Point { on, value: 80.0 }], on).rule, CourseRule::TargetMet);
    }
}
