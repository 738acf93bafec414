//! Targets that the council set itself as lines beside the months of a measure, and the shares not known above which
//! part of a grant is lost. How a line is drawn and called is the pages' to say.

use domain::access::Scope;
use domain::calendar::Month;
use domain::measure::{level_percent, target_line};
use store::targets::{self, Target};

use super::targets::{losses, way_to};
use crate::{Context, Wrong};

/// The measure that money hangs on.
const NOT_KNOWN: &str = "not-known";

/// One line. Units: percent, as every target is.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetLine {
    pub measure: String,
    pub percent: f64,
    pub kind: LineKind,
    /// By month; nothing before it begins.
    pub values: Vec<Option<f64>>,
}

impl TargetLine {
    /// The heading of its column; `of` says whose it is where several measures stand side by side, and is empty where
    /// one stands alone.
    pub fn heading(&self, of: &str) -> String {
        let percent = self.percent;
        let heading = match self.kind {
            LineKind::Level { by } => format!("Target: {percent:.1} % by {}", by.words()),
            LineKind::Way { by } => format!("Way to {percent:.1} % by {}", by.words()),
            LineKind::Lost { percent: lost } => {
                format!("Over {percent:.1} %, {lost} % of a grant is lost")
            }
        };
        if of.is_empty() { heading } else { format!("{of}. {heading}") }
    }
}

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A level to be met by a month.
    Level { by: Month },
    /// The way from where a target begins to where it is to be by a month.
    Way { by: Month },
    /// A condition: above it this percentage of a grant is lost.
    Lost { percent: u32 },
}

/// The lines of some measures over some months, in the order of the measures: each target that stands and has begun
/// by the last of them, and the conditions of any where it is not known that is counted.
///
/// Conditions are told whoever reaches everybody, since money hangs on the whole authority's figure.
pub async fn target_lines(
    ctx: &Context,
    scope: &Scope,
    measures: &[&str],
    months: &[Month],
) -> Result<Vec<TargetLine>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let standing = targets::standing(&mut tx).await?;
    drop(tx);
    let mut lines = Vec::new();
    for measure in measures {
        let own = standing.iter().filter(|one| one.measure == *measure);
        lines.extend(own.filter_map(|one| line(one, months)));
        if *measure == NOT_KNOWN && scope.is_whole() {
            lines.extend(conditions(&standing, months));
        }
    }
    Ok(lines)
}

fn line(target: &Target, months: &[Month]) -> Option<TargetLine> {
    let (by, way) = (target.by_month.parse().ok()?, way_to(target));
    let percent = level_percent(target.level_permille);
    let values = target_line(percent, way, months);
    values.iter().any(Option::is_some).then(|| TargetLine {
        measure: target.measure.clone(),
        percent,
        kind: if way.is_some() { LineKind::Way { by } } else { LineKind::Level { by } },
        values,
    })
}

/// Each condition once, however many targets share it.
fn conditions(standing: &[Target], months: &[Month]) -> Vec<TargetLine> {
    let mut all: Vec<(u32, u32)> = standing
        .iter()
        .flat_map(|one| losses(&one.losses))
        .map(|loss| (loss.above_permille, loss.lost_hundredths))
        .collect();
    all.sort_unstable();
    all.dedup();
    let line = |(above, lost): (u32, u32)| {
        let percent = level_percent(i64::from(above));
        TargetLine {
            measure: NOT_KNOWN.to_owned(),
            percent,
            kind: LineKind::Lost { percent: lost },
            values: target_line(percent, None, months),
        }
    };
    all.into_iter().map(line).collect()
}
