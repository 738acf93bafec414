//! The answer to a question: cells, totals, months, the average, and what to hold them against.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::access::Scope;
use domain::calendar::{Day, Month};
use domain::cohort::Cohort;
use domain::edition::{AgeKind, Basis, Edition};
use domain::measure::{
    Asked, Beliefs, Counts, Cut, List, Period, Span, Tally, Unit, averaging_months, people, tally,
};
use domain::statutory::registered::confirmed_by;
use serde::{Serialize, Serializer};
use store::cohort::{Narrow, admitted, history};
use store::people::Moment;
use store::{Tx, changes, organisations, snapshots};

use super::compare::{self, Comparison, TargetView};
use super::labels::Labels;
use super::numbers::Numbers;
use super::question::{Meant, Question};
use super::revised::moment_of;
use crate::{Context, Wrong};

/// One cell: a value for each cut, and its figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// The values by the name of their cut.
    #[serde(flatten)]
    pub key: BTreeMap<&'static str, String>,
    pub label: String,
    /// What the label is joined of, in the order of the cuts.
    #[serde(skip)]
    pub labels: Vec<String>,
    /// The value of the cell less that of everybody, unrounded. Units: points, or the measure's own.
    pub gap: Option<f64>,
    #[serde(flatten)]
    pub numbers: Numbers,
}

/// One month of a series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MonthFigures {
    pub month: String,
    /// The day the month is counted on.
    pub counted_on: String,
    pub total: Numbers,
    pub cells: Vec<Cell>,
}

/// Everything about one figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    pub measure: &'static str,
    pub title: &'static str,
    pub definition: String,
    pub source: &'static str,
    /// What follows the value: %, months or spells a person.
    #[serde(serialize_with = "in_word")]
    pub unit: Unit,
    pub edition: String,
    pub basis: &'static str,
    pub ages: String,
    pub months: Vec<String>,
    /// The months that were averaged; empty when the headline is the last month alone.
    pub averaged: Vec<String>,
    pub known_on: Option<String>,
    pub by: Vec<&'static str>,
    /// Whether everybody is in exactly one cell.
    pub partitions: bool,
    /// The headline: the mean of the averaged months, or the last month.
    #[serde(flatten)]
    pub total: Numbers,
    pub cells: Vec<Cell>,
    pub series: Vec<MonthFigures>,
    pub comparison: Comparison,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetView>,
}

fn in_word<S: Serializer>(unit: &Unit, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(unit.word())
}

/// A person behind a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub person: i64,
    pub standing: &'static str,
    pub why: &'static str,
    pub activity: Option<String>,
    pub since: Option<String>,
}

/// The people of one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MonthPeople {
    pub month: String,
    pub people: Vec<Listed>,
}

/// What a question is counted from.
pub(super) struct Loaded {
    cohort: Arc<Cohort>,
    within: Option<Vec<bool>>,
    authority: Option<String>,
    /// The councils chosen to be compared with, as the setting has them.
    neighbours: String,
    labels: Labels,
    /// What was believed when each month ended, where the measure asks for it.
    believed: Option<Beliefs>,
    /// Whom the reach holds the figures to; nothing where it is everybody.
    reach: Option<String>,
}

impl Loaded {
    pub(super) async fn load(
        ctx: &Context,
        scope: &Scope,
        question: &Question,
        meant: &Meant,
    ) -> Result<Self, Wrong> {
        Self::load_at(ctx, scope, question, meant, None).await
    }

    /// As [`Loaded::load`], at a moment of its own where one is given.
    pub(super) async fn load_at(
        ctx: &Context,
        scope: &Scope,
        question: &Question,
        meant: &Meant,
        moment: Option<Moment>,
    ) -> Result<Self, Wrong> {
        let mut tx = ctx.db.begin_read().await?;
        let moment = match moment {
            Some(moment) => moment,
            None => moment_of(ctx, &mut tx, question).await?,
        };
        let narrow = narrow(meant);
        let cohort = ctx.measures.cohort(&mut tx, moment, &narrow).await?;
        let within = admitted(&mut tx, scope).await?.map(|ids| mask(&cohort, &ids));
        let authority = organisations::setting(&mut tx, "la_code").await?;
        let labels = Labels::load(&mut tx, &question.by).await?;
        let neighbours = organisations::setting(&mut tx, "neighbours").await?.unwrap_or_default();
        let reach = crate::reach::words(&mut tx, scope).await?;
        let mut loaded =
            Self { cohort, within, authority, neighbours, labels, believed: None, reach };
        if meant.definition.asks_what_was_believed() {
            loaded.believed = Some(loaded.beliefs(ctx, &mut tx, meant, moment).await?);
        }
        Ok(loaded)
    }

    /// As a return for the period tells of it, which knows nothing of what was confirmed after its end.
    pub(super) async fn as_returned(
        &mut self,
        ctx: &Context,
        moment: Moment,
        period_end: Day,
    ) -> Result<(), Wrong> {
        let mut tx = ctx.db.begin_read().await?;
        let earlier = snapshots::confirmed_by(&mut tx, moment, period_end).await?;
        let late = snapshots::confirmed_after(&mut tx, moment, period_end).await?;
        let cohort = Arc::make_mut(&mut self.cohort);
        for (person, mut spell) in late {
            let known = earlier.get(&person).map_or(&[][..], Vec::as_slice);
            confirmed_by(std::slice::from_mut(&mut spell), known, period_end);
            cohort.confirmed_as(person, &spell);
        }
        Ok(())
    }

    /// The end of every month once more, as it was known then, and nothing later than what is asked for.
    async fn beliefs(
        &self,
        ctx: &Context,
        tx: &mut Tx,
        meant: &Meant,
        now: Moment,
    ) -> Result<Beliefs, Wrong> {
        let span = widened(meant).0;
        let mut known = Vec::new();
        for month in span.iter() {
            let end = changes::latest_at(tx, &ctx.end_of(month.last_day())).await?;
            known.push(match now {
                Moment::After(now) => now.min(end),
                Moment::Now => end,
            });
        }
        let history = history(tx, (now, &narrow(meant)), (span, known), &self.cohort).await?;
        Ok(Beliefs::new(&history, self.asked(meant, span)))
    }

    pub(super) fn asked<'a>(&'a self, meant: &Meant, span: Span) -> Asked<'a> {
        Asked {
            cohort: &self.cohort,
            edition: meant.edition,
            basis: meant.basis,
            authority: self.authority.as_deref(),
            span,
            within: self.within.as_deref(),
            believed: self.believed.as_ref(),
        }
    }
}

/// The span with the months before it that the measure looks back on, and at least the one that the
/// first is compared with; and how many those are.
fn widened(meant: &Meant) -> (Span, u32) {
    // The month that the first is compared with has a month before it as well.
    let back = meant.definition.lookback(meant.edition) + 1;
    let first = meant.span.first().plus(-i32::try_from(back).unwrap_or(0));
    (Span::new(first, meant.span.last()), back)
}

fn narrow(meant: &Meant) -> Narrow {
    Narrow { born: Some(births(meant)), days: Some(days(meant)), people: None }
}

/// The first and the last month's end that is looked at.
fn days(meant: &Meant) -> (Day, Day) {
    let wide = widened(meant).0;
    (wide.first().last_day(), wide.last().last_day())
}

/// The first and the last day of birth of everybody who is counted in any of them.
fn births(meant: &Meant) -> (Day, Day) {
    let ((first, last), age) = (days(meant), &meant.edition.measure.age);
    (age.births(first).0, age.births(last).1)
}

fn mask(cohort: &Cohort, ids: &[i64]) -> Vec<bool> {
    let mut within = vec![false; cohort.len()];
    for row in ids.iter().filter_map(|id| cohort.row_of(*id)) {
        if let Some(slot) = within.get_mut(row) {
            *slot = true;
        }
    }
    within
}

/// Counts a measure, cut as asked, over the people within the scope.
///
/// Errors: refused when the measure, edition or months are not understood, or when a measure that
/// is only stated over its count months is asked for a period without them.
pub async fn figures(ctx: &Context, scope: &Scope, question: &Question) -> Result<Figures, Wrong> {
    let meant = question.meant(ctx.today())?;
    let loaded = Loaded::load(ctx, scope, question, &meant).await?;
    loaded.figures(question, &meant)
}

impl Loaded {
    /// Counts what is loaded.
    pub(super) fn figures(&self, question: &Question, meant: &Meant) -> Result<Figures, Wrong> {
        let (wide, lead) = widened(meant);
        let tally = tally(self.asked(meant, wide), &question.by);
        let average = averaging_months(meant.edition, meant.span);
        if meant.definition.period == Period::Averaging && average.is_empty() {
            let months: Vec<String> =
                meant.edition.measure.months.iter().map(i8::to_string).collect();
            return Err(Wrong::refused(format!(
                "{} is the mean of months {}; the period asked for does not hold them all.",
                meant.definition.name,
                months.join(", ")
            )));
        }
        let whole = (!question.by.iter().all(|cut| cut.partitions()))
            .then(|| domain::measure::tally(self.asked(meant, wide), &[]));
        let view =
            View { whole: whole.as_ref(), question, meant, loaded: self, tally: &tally, lead };
        Ok(view.figures(&average))
    }
}

/// The last month of a question with those that its measure looks back on.
pub(super) fn span_of(meant: &Meant) -> Span {
    let back = i32::try_from(meant.definition.lookback(meant.edition)).unwrap_or(0);
    let last = meant.span.last();
    Span::new(last.plus(-back), last)
}

/// The people of a cell (some or all cuts with their values) in every month asked.
pub async fn people_of_cell(
    ctx: &Context,
    scope: &Scope,
    question: &Question,
    cell: &[(Cut, String)],
    list: List,
) -> Result<Vec<MonthPeople>, Wrong> {
    let meant = question.meant(ctx.today())?;
    let loaded = Loaded::load(ctx, scope, question, &meant).await?;
    let listed = |month: Month| {
        let back = i32::try_from(meant.definition.lookback(meant.edition)).unwrap_or(0);
        let asked = loaded.asked(&meant, Span::new(month.plus(-back), month));
        let found = people(asked, meant.definition, cell, list);
        MonthPeople {
            month: month.to_string(),
            people: found.iter().map(|member| loaded.listed(member)).collect(),
        }
    };
    Ok(meant.span.iter().map(listed).collect())
}

impl Loaded {
    fn listed(&self, member: &domain::measure::Member) -> Listed {
        let spells = &self.cohort.spells;
        let row = member.spell.map(|row| row as usize);
        Listed {
            person: self.cohort.people.id.get(member.person).copied().unwrap_or_default(),
            standing: member.word(),
            why: member.why(),
            activity: row.map(|row| spells.code.text(row).to_owned()),
            since: row.and_then(|row| spells.start.get(row)?.day()).map(|day: Day| day.to_string()),
        }
    }
}

/// A counted question on its way to be shown. Places of months count from the first looked back at.
struct View<'a> {
    question: &'a Question,
    meant: &'a Meant,
    loaded: &'a Loaded,
    tally: &'a Tally,
    /// Everybody once, where somebody is in several cells.
    whole: Option<&'a Tally>,
    /// The place of the first month asked for.
    lead: u32,
}

impl View<'_> {
    fn figures(&self, average: &[u32]) -> Figures {
        let Meant { definition, edition, basis, span } = *self.meant;
        let last = self.lead + span.months() - 1;
        let series: Vec<MonthFigures> = (self.lead..)
            .zip(span.iter())
            .map(|(place, month)| MonthFigures {
                month: month.to_string(),
                counted_on: month.last_day().to_string(),
                total: self.numbers(&self.everybody(&[place]), 1),
                cells: self.cells(&[place]),
            })
            .collect();
        let places: Vec<u32> = if average.is_empty() {
            vec![last]
        } else {
            average.iter().map(|n| n + self.lead).collect()
        };
        let total = self.everybody(&places);
        let months: Vec<Month> = span.iter().collect();
        let averaged =
            average.iter().filter_map(|at| months.get(*at as usize)).map(Month::to_string);
        let previous = self.everybody(&[last - 1]);
        let (now, then) = (self.everybody(&[last]), span.last().plus(-1));
        Figures {
            measure: definition.name,
            title: definition.title,
            definition: self.loaded.words(self.meant),
            source: definition.source,
            unit: definition.unit,
            edition: edition.name.clone(),
            basis: basis_word(basis),
            ages: ages(edition),
            averaged: averaged.collect(),
            months: months.iter().map(Month::to_string).collect(),
            known_on: self.question.known_on.map(|day| day.to_string()),
            by: self.question.by.iter().map(|cut| cut.name()).collect(),
            partitions: self.question.by.iter().all(|cut| cut.partitions()),
            total: self.numbers(&total, places.len()),
            cells: self.cells(&places),
            series,
            comparison: Comparison {
                last_month: compare::last_month(
                    definition,
                    then,
                    definition.share(&previous, edition),
                    definition.share(&now, edition),
                ),
                published: self.published(),
            },
            target: compare::target(
                self.meant,
                &total,
                &now,
                average.len(),
                self.loaded.reach.is_none(),
            ),
        }
    }

    fn published(&self) -> Vec<crate::comparators::Published> {
        let leads = &self.loaded.cohort.people.lead_la;
        let authority = self.loaded.authority.as_deref().or_else(|| {
            // A register of one council: the first person's lead authority is everybody's.
            (!self.loaded.cohort.is_empty()).then(|| leads.text(0))
        });
        let month = self.meant.span.last();
        let mut rows = authority.map_or_else(Vec::new, |la| crate::comparators::beside(la, month));
        if let Some(year) = rows.first().map(|row| row.year) {
            rows.extend(crate::comparators::neighbours(&self.loaded.neighbours, year));
        }
        rows
    }

    fn numbers(&self, counts: &Counts, months: usize) -> Numbers {
        let months = u32::try_from(months).unwrap_or(u32::MAX);
        Numbers::new(counts, months, self.meant.definition, self.meant.edition)
    }

    fn sum(&self, cell: usize, places: &[u32]) -> Counts {
        let mut sum = Counts::default();
        for place in places {
            sum.plus(&self.tally.counts(cell, *place));
        }
        sum
    }

    /// Counts of all people, each once: somebody with two characteristics is in two cells.
    fn everybody(&self, places: &[u32]) -> Counts {
        let Some(whole) = self.whole else {
            let mut sum = Counts::default();
            for cell in 0..self.tally.keys.len() {
                sum.plus(&self.sum(cell, places));
            }
            return sum;
        };
        let mut sum = Counts::default();
        for place in places {
            sum.plus(&whole.counts(0, *place));
        }
        sum
    }

    fn cells(&self, places: &[u32]) -> Vec<Cell> {
        if self.question.by.is_empty() {
            return Vec::new();
        }
        let all = self.numbers(&self.everybody(places), places.len()).value;
        let mut cells: Vec<Cell> = (0..)
            .zip(&self.tally.keys)
            .filter_map(|(cell, key)| {
                let counts = self.sum(cell, places);
                (counts.cohort() + counts.excluded() + self.meant.definition.people(&counts).all
                    > 0)
                .then(|| self.cell(key, &counts, places, all))
            })
            .collect();
        cells.sort_by_cached_key(|cell| {
            let order = |cut: &Cut| {
                let value = cell.key.get(cut.name()).cloned().unwrap_or_default();
                (value.parse::<u32>().unwrap_or(u32::MAX), value)
            };
            self.question.by.iter().map(order).collect::<Vec<_>>()
        });
        cells
    }

    fn cell(&self, key: &[u32], counts: &Counts, places: &[u32], all: Option<f64>) -> Cell {
        let mut values = BTreeMap::new();
        let mut labels = Vec::new();
        for (cut, number) in self.question.by.iter().zip(key) {
            let value = cut.value(&self.loaded.cohort, *number);
            labels.push(self.loaded.labels.of(*cut, &value, self.meant.edition));
            values.insert(cut.name(), value);
        }
        let numbers = self.numbers(counts, places.len());
        let gap = numbers.value.zip(all).map(|(value, all)| domain::measure::gap(value, all));
        Cell { key: values, label: labels.join(", "), labels, gap, numbers }
    }
}

fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::PlaceOfStudy => "place-of-study",
        Basis::Residence => "residence",
    }
}

/// Whom the figures of an edition count, in words.
pub(crate) fn ages(edition: &Edition) -> String {
    let age = edition.measure.age;
    match age.kind {
        AgeKind::Academic => format!("academic age {} to {}", age.min, age.max),
        AgeKind::Actual => format!("aged {} to {} on the day of the count", age.min, age.max),
    }
}

impl Loaded {
    /// What is counted, and whom the reader's reach holds it to.
    pub(super) fn words(&self, meant: &Meant) -> String {
        let all = words(meant);
        match &self.reach {
            None => all,
            Some(who) => format!("{all} Of them only those are counted who {who}."),
        }
    }
}

fn words(meant: &Meant) -> String {
    let measure = &meant.edition.measure;
    let excluded: Vec<&str> = measure.excluded.iter().map(String::as_str).collect();
    let statuses: Vec<&str> = measure.statuses.iter().map(String::as_str).collect();
    let basis = match meant.basis {
        Basis::PlaceOfStudy => "the authority in which they study",
        Basis::Residence => "the authority in which they live",
    };
    format!(
        "{} The cohort is everybody of {} with cohort status {}, by {basis}, without activity {}. \
         Counted on the last day of each month under the edition {}; months are averaged by \
         averaging counts and then dividing.",
        meant.definition.words,
        ages(meant.edition),
        statuses.join(", "),
        excluded.join(", "),
        meant.edition.name
    )
}
