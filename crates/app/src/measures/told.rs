//! Figures as somebody may read them: whoever does not see of a person what a measure counts is not told
//! counts of few people, which would say it of each. Hidden in the answer, and so in every page and file.
//!
//! Where one cell of a table is hidden all of its cells are, since the others and the whole would tell it.
//! The whole of a reader's reach is a count by itself, of [`FEW_OF_ALL`] or more.

use domain::access::{Actor, FEW, FEW_OF_ALL, Part, few, sees};
use domain::measure::{Definition, Set, Unit};

use super::notebook::{Notebook, notebook};
use super::{Cell, Figures, Numbers, Question, figures, may_cut};
use crate::{Context, Wrong};

/// What is hidden from a reader where it is few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hidden {
    /// The measure's own counts, by the parts it tells of.
    own: bool,
    /// What people do.
    standings: bool,
}

impl Hidden {
    fn from(actor: &Actor, measure: &Definition) -> Self {
        let hidden = |part: &Part| !sees(actor, *part).allowed;
        Self {
            own: Part::told_by_measure(measure).iter().any(hidden),
            standings: hidden(&Part::ActivityElsewhere),
        }
    }

    /// Hides what is few in the numbers of one table.
    fn table<'a>(self, unit: Unit, rows: impl Iterator<Item = &'a mut Numbers>) {
        let mut rows: Vec<&mut Numbers> = rows.collect();
        let own = self.own && rows.iter().any(|row| row.is_few(FEW, unit));
        let is_few = |row: &&mut Numbers| row.has_few_standings(FEW) || row.has_few_reasons(FEW);
        let standings = self.standings && rows.iter().any(is_few);
        for row in &mut rows {
            if own {
                row.hide();
            }
            if standings {
                row.hide_standings();
            }
        }
    }

    /// Hides what is few in the count of everybody within reach. What is hidden of what people do hides
    /// the measures that would tell it by subtraction from one another.
    fn whole(self, measure: &Definition, row: &mut Numbers) {
        let standings = self.standings && row.has_few_standings(FEW_OF_ALL);
        let reasons = self.standings && row.has_few_reasons(FEW_OF_ALL);
        let plain = [Set::Eet, Set::Neet, Set::NotKnown, Set::NeetOrNotKnown];
        let tells = standings || (reasons && !plain.contains(&measure.numerator));
        if self.own && (tells || row.is_few(FEW_OF_ALL, measure.unit)) {
            row.hide();
        }
        if standings {
            row.hide_standings();
        } else if reasons {
            row.hide_reasons();
        }
    }

    fn cells(self, unit: Unit, cells: &mut [Cell]) {
        self.table(unit, cells.iter_mut().map(|cell| &mut cell.numbers));
        for cell in cells.iter_mut().filter(|cell| cell.numbers.few) {
            cell.gap = None;
        }
    }
}

/// Counts a measure for a reader: within their reach, cut by what they see, without what is few of what
/// they do not see.
///
/// Errors: as [`figures`], and refused where the reader may not have a cut.
pub async fn figures_for(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
) -> Result<Figures, Wrong> {
    may_cut(actor, &question.by)?;
    let mut found = figures(ctx, &actor.scope, question).await?;
    let measure = question.meant()?.definition;
    let (hidden, unit) = (Hidden::from(actor, measure), measure.unit);
    hidden.whole(measure, &mut found.total);
    hidden.cells(unit, &mut found.cells);
    for month in &mut found.series {
        hidden.whole(measure, &mut month.total);
        hidden.cells(unit, &mut month.cells);
    }
    let last = found.series.last().is_some_and(|month| month.total.few);
    let before = &mut found.comparison.last_month;
    let of_before = few(FEW_OF_ALL, unit, (before.before.of, before.before.all), 1);
    if hidden.own && (last || of_before) {
        (before.percent, before.change_points) = (None, None);
        before.percent_shown = String::new();
    }
    if found.total.few || found.total.few_standings {
        found.target = None;
    }
    Ok(found)
}

/// The notebook of a measure for a reader. Whoever does not see what people do, or what the measure
/// counts, has its words; who is counted and why would say it of each.
pub async fn notebook_for(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
) -> Result<Notebook, Wrong> {
    let mut noted = notebook(ctx, &actor.scope, question).await?;
    let measure = question.meant()?.definition;
    let hidden = Hidden::from(actor, measure);
    if hidden.own || hidden.standings {
        noted.hide(hidden.own, measure.unit);
    }
    Ok(noted)
}

#[cfg(test)]
mod tests {
    use domain::measure::{DEFINITIONS, named};

    use super::super::numbers::Count;
    use super::*;

    fn roll(neet: u64) -> Numbers {
        let count = |sum| Count { sum, months: 1 };
        Numbers {
            cohort: count(150),
            eet: count(138 - neet),
            neet: count(neet),
            not_known: count(12),
            not_known_by_code: count(3),
            lapsed: count(9),
            numerator: count(neet),
            denominator: count(150),
            ..Numbers::default()
        }
    }

    #[test]
    fn the_whole_of_a_roll_is_told_from_five_on_and_its_parts_from_ten() {
        let hidden = Hidden { own: true, standings: true };
        let mut whole = roll(7);
        hidden.whole(named("neet").unwrap(), &mut whole);
        assert!(!whole.few && !whole.few_standings);
        assert_eq!((whole.neet.sum, whole.not_known.sum), (7, 12));
        assert!(whole.few_reasons, "three of the twelve would be told");
        assert_eq!((whole.not_known_by_code, whole.lapsed), Default::default());
        let mut few = roll(4);
        hidden.whole(named("neet").unwrap(), &mut few);
        assert!(few.few && few.few_standings);
        assert_eq!((few.neet.sum, few.eet.sum), (0, 0));
        // Nine lapsed of twelve would tell of the three.
        let mut lapsed = roll(9);
        let by_reason = DEFINITIONS.iter().find(|one| one.numerator == Set::Lapsed).unwrap();
        hidden.whole(by_reason, &mut lapsed);
        assert!(lapsed.few && !lapsed.few_standings);
        // Sixteen together and twelve not known would tell of the four who are NEET.
        let mut together = Numbers { numerator: Count { sum: 16, months: 1 }, ..roll(4) };
        hidden.whole(named("neet-not-known").unwrap(), &mut together);
        assert!(together.few);
        let mut parts = [roll(7), roll(40)];
        hidden.table(Unit::Percent, parts.iter_mut());
        assert!(parts.iter().all(|part| part.few && part.few_standings));
    }
}
