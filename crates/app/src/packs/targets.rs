//! The council's own targets over the months of a pack: where each is, and how far what the pack tells is from it. One
//! home for its page and for every file of it. What a grant loses is the page's of that figure to show: three measures
//! and their targets are as many as can be told apart.

use domain::access::Scope;
use domain::calendar::Month;
use domain::disclosure::FEW_OF_GROUP;
use domain::measure::{Percent, level_permille, named, people_to_go, tenths};

use super::make::{Counted, PackMonth};
use crate::measures::{LineKind, TargetLine, target_lines};
use crate::{Context, Wrong};

/// The measures of a pack's months: by name, as columns call them, and in a sentence.
const SERIES: [(&str, &str, &str); 3] = [
    ("neet", "NEET", "NEET"),
    ("not-known", "Not known", "Not known"),
    ("neet-not-known", "Together", "NEET or not known"),
];

/// What columns of points and of people say after whose they are. Kept packs are read by these words, so that changing
/// them is to go on reading the former ones.
pub(super) const POINTS: &str = ". Points over ";
pub(super) const PEOPLE: &str = ". People fewer to meet ";

/// How far a month is from the level of a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Off {
    /// Units: percentage points; negative under the target.
    pub points: f64,
    /// Fewer who would meet it; 0 where it is met. Units: people.
    pub people: u64,
}

/// A target beside the months of a pack.
#[derive(Clone, Debug, PartialEq)]
pub struct PackTarget {
    /// Its measure, as the pack's columns call it.
    pub of: &'static str,
    said: &'static str,
    pub line: TargetLine,
    /// By month; nothing where the pack does not tell the count, or the target has not begun.
    pub off: Vec<Option<Off>>,
}

impl PackTarget {
    fn beside(line: TargetLine, series: &[PackMonth]) -> Option<Self> {
        let &(_, of, said) = SERIES.iter().find(|(measure, ..)| *measure == line.measure)?;
        let off = |(month, level): (&PackMonth, &Option<f64>)| {
            level.and_then(|_| off(&line, &month.counted))
        };
        let off = series.iter().zip(&line.values).map(off).collect();
        Some(Self { of, said, off, line })
    }

    /// The headings of its columns: where it is, how far off in points, and in people.
    pub(super) fn headings(&self) -> [String; 3] {
        let level = self.level();
        let of = self.of;
        [self.line.heading(of), format!("{of}{POINTS}{level}"), format!("{of}{PEOPLE}{level}")]
    }

    fn level(&self) -> String {
        let percent = self.line.percent;
        match self.line.kind {
            LineKind::Level { by } | LineKind::Way { by } => {
                format!("{percent:.1} % by {}", by.words())
            }
            LineKind::Lost { .. } => format!("{percent:.1} %"),
        }
    }

    /// How the last month stands to it; nothing where that is not told.
    pub fn sentence(&self, series: &[PackMonth]) -> Option<String> {
        let (month, off) = (series.last()?, self.off.last().copied().flatten()?);
        let of = count(&self.line.measure, &month.counted)?;
        let now = Percent { of, all: month.counted.cohort }.shown();
        let (said, when, level) = (self.said, month.month.words(), self.level());
        let points = tenths(off.points);
        Some(match off.people {
            0 => format!("{said}: {now} % in {when}, which meets the target of {level}."),
            people => {
                let over = match points.as_str() {
                    "0.0" => "less than 0.1 points".to_owned(),
                    _ => format!("{points} points"),
                };
                format!(
                    "{said}: {now} % in {when}, {over} over the target of {level}; {people} fewer would meet it."
                )
            }
        })
    }
}

/// The targets of a pack's months, in the order of its columns.
pub(super) async fn beside(
    ctx: &Context,
    scope: &Scope,
    series: &[PackMonth],
) -> Result<Vec<PackTarget>, Wrong> {
    let months: Vec<Month> = series.iter().map(|one| one.month).collect();
    let measures = SERIES.map(|(measure, ..)| measure);
    let lines = target_lines(ctx, scope, &measures, &months).await?;
    let own = lines.into_iter().filter(|line| !matches!(line.kind, LineKind::Lost { .. }));
    Ok(own.filter_map(|line| PackTarget::beside(line, series)).collect())
}

/// Those of a measure; nothing where that is not told.
fn count(measure: &str, counted: &Counted) -> Option<u64> {
    match measure {
        "neet" => counted.neet,
        "not-known" => counted.not_known,
        _ => counted.together,
    }
}

/// Of a group too small for a share nothing is said.
fn off(line: &TargetLine, counted: &Counted) -> Option<Off> {
    let all = Some(counted.cohort).filter(|all| *all >= FEW_OF_GROUP)?;
    let share = Percent { of: count(&line.measure, counted)?, all };
    let level = u32::try_from(level_permille(line.percent)?).ok()?;
    let direction = named(&line.measure)?.direction;
    let people = people_to_go(share, 1, level, direction)?;
    Some(Off { points: share.value()? - line.percent, people })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(neet: Option<u64>, cohort: u64) -> PackMonth {
        let counted = Counted { neet, cohort, ..Counted::default() };
        PackMonth { month: "2025-10".parse().unwrap(), counted, lapsed: None }
    }

    fn held(kind: LineKind, month: &PackMonth) -> PackTarget {
        let line =
            TargetLine { measure: "neet".to_owned(), percent: 5.8, kind, values: vec![Some(7.0)] };
        PackTarget::beside(line, std::slice::from_ref(month)).unwrap()
    }

    #[test]
    fn how_far_off_is_held_against_the_level_and_said_in_points_and_people() {
        let by = "2027-01".parse().unwrap();
        let said = |kind, neet, cohort| {
            let month = month(Some(neet), cohort);
            held(kind, &month).sentence(&[month]).unwrap()
        };
        let over = "NEET: 8.4 % in October 2025, 2.6 points over the target of 5.8 % by January 2027; \
                    26 fewer would meet it.";
        assert_eq!(said(LineKind::Level { by }, 84, 1000), over);
        assert_eq!(said(LineKind::Way { by }, 84, 1000), over, "its end, not where the way is now");
        let just = said(LineKind::Level { by }, 5801, 100_000);
        assert!(just.contains("less than 0.1 points over") && just.contains("; 1 fewer"), "{just}");
        let met = "NEET: 5.8 % in October 2025, which meets the target of 5.8 % by January 2027.";
        assert_eq!(said(LineKind::Level { by }, 58, 1000), met);
    }

    #[test]
    fn what_a_pack_does_not_tell_is_held_against_nothing() {
        let by = "2027-01".parse().unwrap();
        for untold in [month(None, 1000), month(Some(2), 9)] {
            let target = held(LineKind::Level { by }, &untold);
            assert_eq!(target.off, vec![None::<Off>]);
            assert_eq!(target.sentence(&[untold]), None);
        }
    }
}
