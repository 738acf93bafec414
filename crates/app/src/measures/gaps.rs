//! The gap between each vulnerable group and the cohort, month by month, with what chance may have done
//! to it. What a gap is is `domain::measure::gap`'s to say.

use domain::access::Actor;
use domain::calendar::Month;
use domain::edition::Edition;
use domain::measure::{Cut, Gap, Period, Unit, gap_of, named};
use formats::reference::editions;

use super::{Cell, Figures, Months, Question, figures_for};
use crate::{Context, Wrong};

/// Months shown, so that the last has the same month of the year before.
const MONTHS: i32 = 13;

/// One group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupGaps {
    pub name: String,
    /// Month by month; nothing where nobody was in the group.
    pub months: Vec<Option<Gap>>,
}

impl GroupGaps {
    /// The gap of the last month.
    pub fn last(&self) -> Option<Gap> {
        self.months.last().copied().flatten()
    }
}

/// Every group's gaps, the widest of the last month first, after the groups that hold several.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaps {
    pub measure: &'static str,
    pub title: &'static str,
    pub source: &'static str,
    pub edition: String,
    pub ages: String,
    pub months: Vec<Month>,
    pub groups: Vec<GroupGaps>,
}

impl Gaps {
    /// How many groups at the head hold several: the department's vulnerable group, and any characteristic.
    pub const OF_SEVERAL: usize = 2;
}

/// Counts the gaps of a measure over the reader's reach, for thirteen months up to one.
///
/// Errors: refused for who may not see characteristics, and for a measure that is no share of a month.
pub async fn gaps(
    ctx: &Context,
    actor: &Actor,
    measure: &str,
    month: Month,
) -> Result<Gaps, Wrong> {
    let is_share =
        named(measure).is_some_and(|m| m.unit == Unit::Percent && m.period == Period::AsAsked);
    if !is_share {
        return Err(Wrong::refused("A gap is of a measure that is a share of every month."));
    }
    let mut question = Question::new(measure, Months::Period(month.plus(1 - MONTHS), month));
    // One cell a person, whichever characteristics they have together.
    question.by = vec![Cut::Characteristics];
    let found = figures_for(ctx, actor, &question).await?;
    let edition = editions()
        .named(&found.edition)
        .ok_or_else(|| Wrong::Failed("figures are of no known edition".into()))?;
    Ok(Gaps {
        measure: found.measure,
        title: found.title,
        source: found.source,
        months: found.series.iter().filter_map(|one| one.month.parse().ok()).collect(),
        groups: groups(&found, edition),
        edition: found.edition,
        ages: found.ages,
    })
}

fn codes(cell: &Cell) -> impl Iterator<Item = &str> {
    let value = cell.key.get(Cut::Characteristics.name()).map_or("none", String::as_str);
    value.split('+').filter(|code| *code != "none")
}

fn groups(found: &Figures, edition: &Edition) -> Vec<GroupGaps> {
    let lists = &edition.lists;
    let held = |code: &str| {
        let mut cells = found.series.iter().flat_map(|month| &month.cells);
        cells.any(|cell| codes(cell).any(|held| held == code))
    };
    let mut all: Vec<GroupGaps> = lists
        .characteristic
        .iter()
        .filter(|(code, _)| held(code))
        .map(|(code, label)| {
            let months = months(found, &|cell| codes(cell).any(|held| held == code));
            GroupGaps { name: label.clone(), months }
        })
        .collect();
    let points = |group: &GroupGaps| group.last().map_or(f64::MIN, |gap| gap.points);
    all.sort_by(|a, b| points(b).total_cmp(&points(a)));
    let of_several = |name: &str, of: &dyn Fn(&Cell) -> bool| GroupGaps {
        name: name.to_owned(),
        months: months(found, of),
    };
    let any = of_several("Any characteristic", &|cell| codes(cell).next().is_some());
    let vulnerable =
        |cell: &Cell| codes(cell).any(|code| lists.vulnerable_group.contains_key(code));
    all.splice(0..0, [of_several("The department's vulnerable group", &vulnerable), any]);
    all
}

fn months(found: &Figures, of: &dyn Fn(&Cell) -> bool) -> Vec<Option<Gap>> {
    let pair = |numbers: &super::Numbers| (numbers.numerator.sum, numbers.denominator.sum);
    let one = |month: &super::MonthFigures| {
        let cells = month.cells.iter().filter(|cell| of(cell)).map(|cell| pair(&cell.numbers));
        let group = cells.fold((0, 0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
        gap_of(group, pair(&month.total))
    };
    found.series.iter().map(one).collect()
}
