//! Figures as somebody may read them: whoever does not see of a person what a measure counts is not told
//! counts of few people, which would say it of each. Hidden in the answer, and so in every page and file.
//!
//! How finely is [`Grain`]'s to say: what is told of a month is sums of the cells of one table, so that
//! nothing is found out by taking one cell, cut, measure or mean from another. For the same reason such a
//! reader has one counting of a month: under the rules in force, as known now.
//! The whole of a reader's reach is a count by itself, of [`FEW_OF_ALL`] or more.

use domain::access::{Actor, FEW, FEW_OF_ALL, Grain, Part, joined, sees};
use domain::measure::{Cut, Definition, Span, averaging_months, tally};
use formats::reference::editions;

use super::figures::Loaded;
use super::notebook::{Notebook, notebook};
use super::question::Meant;
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

    const fn something(self) -> bool {
        self.own || self.standings
    }

    /// Leaves of some numbers what may be told so finely.
    fn numbers(self, measure: &Definition, grain: Grain, numbers: &mut Numbers) {
        if self.own && !grain.tells(measure) {
            numbers.hide();
        }
        if self.standings {
            numbers.coarsen(grain);
        }
    }

    fn cells(self, measure: &Definition, grain: Grain, cells: &mut Vec<Cell>) {
        // Who is in custody has a cell and counts in none.
        cells.retain(|cell| {
            let n = &cell.numbers;
            n.cohort.sum > 0 || (!self.own && n.denominator.sum > 0)
        });
        for cell in cells {
            self.numbers(measure, grain, &mut cell.numbers);
            cell.gap = cell.gap.filter(|_| !cell.numbers.few);
        }
    }
}

/// How finely each month of a question may be told: the month before the first one, then each.
struct Months {
    whole: Vec<Grain>,
    cells: Vec<Grain>,
}

impl Months {
    fn of(loaded: &Loaded, meant: &Meant, by: &[Cut]) -> Self {
        let all = meant.span.months() as usize + 1;
        let cells = match joined(by) {
            Some(cuts) if !by.is_empty() => grains(loaded, meant, &cuts, FEW),
            _ => vec![Grain::default(); all],
        };
        Self { whole: grains(loaded, meant, &[], FEW_OF_ALL), cells }
    }

    /// What may be told of the months at these places together.
    fn together(grains: &[Grain], places: &[usize]) -> Grain {
        let mut told = places.iter().map(|at| grains.get(*at).copied().unwrap_or_default());
        let first = told.next().unwrap_or_default();
        told.fold(first, Grain::and)
    }
}

fn grains(loaded: &Loaded, meant: &Meant, cuts: &[Cut], least: u64) -> Vec<Grain> {
    let span = Span::new(meant.span.first().plus(-1), meant.span.last());
    let table = tally(loaded.asked(meant, span), cuts);
    let alike = |in_force: &domain::edition::Edition| {
        in_force.measure == meant.edition.measure && in_force.activities == meant.edition.activities
    };
    (0..)
        .zip(span.iter())
        .map(|(place, month)| {
            let rows = (0..table.keys.len()).map(|cell| table.counts(cell, place));
            // A cell without anybody in the cohort tells nothing; a whole without anybody does.
            let rows: Vec<_> = rows.filter(|row| cuts.is_empty() || row.cohort() > 0).collect();
            match editions().on(month.last_day()).is_some_and(alike) {
                true => Grain::of(&rows, least),
                false => Grain::default(),
            }
        })
        .collect()
}

/// Errors: refused where a month is asked for by other rules, or as known on another day: two countings of
/// one month tell of the few by whom they differ.
fn one_counting(question: &Question) -> Result<(), Wrong> {
    match (&question.edition, question.basis, question.known_on) {
        (None, None, None) => Ok(()),
        _ => Err(Wrong::refused(
            "You are told a month once: by the edition in force, its own basis and as known now. \
             Another counting beside it would tell of the few people by whom the two differ.",
        )),
    }
}

/// Counts a measure for a reader: within their reach, cut by what they see, without what is few of what
/// they do not see.
///
/// Errors: as [`figures`], and refused where the reader may not have a cut, or another counting.
pub async fn figures_for(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
) -> Result<Figures, Wrong> {
    may_cut(actor, &question.by)?;
    let meant = question.meant(ctx.today())?;
    let (measure, hidden) = (meant.definition, Hidden::from(actor, meant.definition));
    if !hidden.something() {
        return figures(ctx, &actor.scope, question).await;
    }
    one_counting(question)?;
    let loaded = Loaded::load(ctx, &actor.scope, question, &meant).await?;
    let mut found = loaded.figures(question, &meant)?;
    let told = Months::of(&loaded, &meant, &question.by);
    for (at, month) in (1..).zip(&mut found.series) {
        hidden.numbers(measure, Months::together(&told.whole, &[at]), &mut month.total);
        hidden.cells(measure, Months::together(&told.cells, &[at]), &mut month.cells);
    }
    let last = found.series.len();
    let averaged = averaging_months(meant.edition, meant.span);
    let places: Vec<usize> = match averaged.is_empty() {
        true => vec![last],
        false => averaged.iter().map(|at| *at as usize + 1).collect(),
    };
    hidden.numbers(measure, Months::together(&told.whole, &places), &mut found.total);
    hidden.cells(measure, Months::together(&told.cells, &places), &mut found.cells);
    if hidden.own && !Months::together(&told.whole, &[last - 1, last]).tells(measure) {
        let before = &mut found.comparison.last_month;
        (before.percent, before.change_points) = (None, None);
        before.percent_shown = String::new();
    }
    if found.total.few || found.total.few_standings {
        found.target = None;
    }
    Ok(found)
}

/// The notebook of a measure for a reader. Whoever does not see what people do, or what the measure
/// counts, has its words, and its value where the figure is told; who is counted and why would say it of
/// each.
pub async fn notebook_for(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
) -> Result<Notebook, Wrong> {
    let mut noted = notebook(ctx, &actor.scope, question).await?;
    if Hidden::from(actor, question.meant(ctx.today())?.definition).something() {
        let whole = Question { by: Vec::new(), ..question.clone() };
        noted.hide(!figures_for(ctx, actor, &whole).await?.total.few);
    }
    Ok(noted)
}

#[cfg(test)]
mod tests {
    use domain::measure::named;

    use super::super::numbers::Count;
    use super::*;

    fn roll() -> Numbers {
        let count = |sum| Count { sum, months: 1 };
        Numbers {
            cohort: count(150),
            eet: count(131),
            neet: count(7),
            not_known: count(12),
            not_known_by_code: count(3),
            lapsed: count(9),
            excluded: count(1),
            participating: count(128),
            numerator: count(7),
            denominator: count(150),
            ..Numbers::default()
        }
    }

    fn told(measure: &str, grain: Grain) -> Numbers {
        let hidden = Hidden { own: true, standings: true };
        let mut numbers = roll();
        hidden.numbers(named(measure).unwrap(), grain, &mut numbers);
        numbers
    }

    #[test]
    fn numbers_keep_what_their_grain_tells_and_nothing_finer() {
        let whole = Grain { standings: true, ..Grain::default() };
        let neet = told("neet", whole);
        assert!(!neet.few && !neet.few_standings);
        assert_eq!((neet.neet.sum, neet.not_known.sum, neet.numerator.sum), (7, 12, 7));
        assert!(neet.few_reasons && neet.few_kinds, "three of the twelve would be told");
        let finer = [neet.not_known_by_code, neet.lapsed, neet.participating, neet.excluded];
        assert_eq!(finer, <[Count; 4]>::default());
        // Nine lapsed of twelve would tell of the three.
        assert!(told("not-known-lapsed", whole).few);
        let apart = Grain { reasons: true, ..whole };
        assert_eq!(told("not-known-lapsed", apart).lapsed.sum, 9);
        assert_eq!(
            told("participation", Grain { participation: true, ..whole }).participating.sum,
            128
        );
        let none = told("neet", Grain::default());
        assert!(none.few && none.few_standings);
        assert_eq!((none.neet.sum, none.eet.sum, none.cohort.sum), (0, 0, 150));
    }

    #[test]
    fn a_mean_is_told_as_its_least_told_month() {
        let whole = Grain { standings: true, ..Grain::default() };
        let finer = Grain { reasons: true, ..whole };
        let months = [Grain::default(), whole, finer];
        assert_eq!(Months::together(&months, &[1, 2]), whole);
        assert_eq!(Months::together(&months, &[0, 2]), Grain::default());
        assert_eq!(Months::together(&months, &[]), Grain::default());
    }
}
