//! Between a plan and the rows of its table.

use super::cells::Numbered;
use domain::calendar::{Day, parse_day};
use domain::plan::{
    Action, ActionId, ActionKind, Aim, ByWhen, Group, Label, Lead, Line, Outcome, OutcomeId, Plan,
    Rating, folded, in_a_circle, link_references, standard_key, years_in,
};
use std::collections::BTreeMap;

pub(super) const COLUMNS: [&str; 14] = [
    "plan",
    "rated on",
    "aim",
    "aim title",
    "outcome id",
    "label",
    "outcome",
    "by when",
    "lead",
    "additional responsibilities",
    "outcome rating",
    "action id",
    "action",
    "action rating",
];

/// Why one row is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row}: {what}")]
pub struct RowError {
    /// In the file, from 1 for the header.
    pub row: u32,
    pub what: String,
}

/// A table with wrong rows: all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRefused {
    pub rows: Vec<RowError>,
}

impl TableRefused {
    pub(super) fn one(row: u32, what: &str) -> TableRefused {
        TableRefused { rows: vec![RowError { row, what: what.to_owned() }] }
    }
}

impl std::fmt::Display for TableRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SHOWN: usize = 20;
        let rows: Vec<String> = self.rows.iter().take(SHOWN).map(ToString::to_string).collect();
        f.write_str(&rows.join("; "))?;
        match self.rows.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl std::error::Error for TableRefused {}

/// What a table says: aims to ratings, nothing of the key, the group or other plans.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub title: String,
    pub rated_on: Day,
    pub aims: Vec<Aim>,
    pub actions: BTreeMap<ActionId, Action>,
}

impl Table {
    /// The whole plan: what the table does not say comes from the plan before it.
    pub fn into_plan(self, before: Option<&Plan>) -> Plan {
        let mut plan = Plan {
            years: years_in(&self.title),
            title: self.title,
            rated_on: self.rated_on,
            key: before.map_or_else(standard_key, |plan| plan.key.clone()),
            actions: self.actions,
            aims: self.aims,
            parents: before.map_or_else(Vec::new, |plan| plan.parents.clone()),
            group: before.map_or_else(Group::default, |plan| plan.group.clone()),
        };
        link_references(&mut plan);
        plan
    }
}

/// A plan's rows, without the header.
pub(super) fn cells(plan: &Plan) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for aim in &plan.aims {
        for outcome in &aim.outcomes {
            let head = [
                plan.title.clone(),
                plan.rated_on.to_string(),
                aim.number.to_string(),
                aim.title.clone(),
                outcome.id.0.to_string(),
                outcome.label.to_string(),
                outcome.title.clone(),
                outcome.by_when.said.clone(),
                outcome.lead.said.clone(),
                outcome.additional.clone(),
                outcome.rating.word().to_owned(),
            ];
            let lines: Vec<[String; 3]> =
                outcome.lines.iter().map(|l| line_cells(plan, l)).collect();
            let lines = if lines.is_empty() { vec![<[String; 3]>::default()] } else { lines };
            rows.extend(lines.into_iter().map(|line| head.iter().cloned().chain(line).collect()));
        }
    }
    rows
}

fn line_cells(plan: &Plan, line: &Line) -> [String; 3] {
    let words = plan.actions.get(&line.action).map(|action| action.text.clone());
    [line.action.0.to_string(), words.unwrap_or_default(), line.rating.word().to_owned()]
}

/// A row's cells by column, after the header has said where each is.
struct Cells<'a> {
    row: u32,
    cells: &'a [String],
    places: &'a [usize],
}

impl Cells<'_> {
    fn get(&self, column: &str) -> &str {
        let at = COLUMNS.iter().position(|name| *name == column);
        let place = at.and_then(|at| self.places.get(at)).copied();
        place.and_then(|place| self.cells.get(place)).map_or("", |cell| cell.trim())
    }

    fn wrong(&self, what: impl Into<String>) -> RowError {
        RowError { row: self.row, what: what.into() }
    }

    fn number(&self, column: &str) -> Result<i64, RowError> {
        let text = self.get(column);
        let number = text.parse().ok().filter(|number| (1..=1_000_000_000).contains(number));
        number.ok_or_else(|| self.wrong(format!("'{}' in '{column}' is not a number", short(text))))
    }

    fn rating(&self, column: &str) -> Result<Rating, RowError> {
        let text = self.get(column);
        let what = || format!("'{}' in '{column}' is not a rating", short(text));
        Rating::read(text).ok_or_else(|| self.wrong(what()))
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Reads rows into a table.
pub(super) fn table(rows: &[Numbered]) -> Result<Table, TableRefused> {
    let Some(((number, header), body)) = rows.split_first() else {
        return Err(TableRefused::one(1, "the file is empty"));
    };
    let places = places(*number, header)?;
    let filled = body.iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
    let mut reading = Reading::default();
    let mut wrong = Vec::new();
    for (row, cells) in filled {
        let cells = Cells { row: *row, cells, places: &places };
        if let Err(error) = reading.take(&cells) {
            wrong.push(error);
        }
    }
    wrong.extend(reading.circles());
    wrong.sort_by_key(|error| error.row);
    match reading.head {
        Some((title, rated_on)) if wrong.is_empty() => {
            Ok(Table { title, rated_on, aims: reading.aims, actions: reading.actions })
        }
        None if wrong.is_empty() => Err(TableRefused::one(*number, "the table has no rows")),
        _ => Err(TableRefused { rows: wrong }),
    }
}

fn places(row: u32, header: &[String]) -> Result<Vec<usize>, TableRefused> {
    let names: Vec<String> = header.iter().map(|name| folded(name)).collect();
    let found = COLUMNS.map(|column| (column, names.iter().position(|name| name == column)));
    let missing: Vec<&str> =
        found.iter().filter(|(_, at)| at.is_none()).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        let what = format!("these columns are missing: {}", missing.join(", "));
        return Err(TableRefused::one(row, &what));
    }
    Ok(found.into_iter().filter_map(|(_, at)| at).collect())
}

/// The table so far.
#[derive(Default)]
struct Reading {
    head: Option<(String, Day)>,
    aims: Vec<Aim>,
    actions: BTreeMap<ActionId, Action>,
    /// Where references stand: row, from, to.
    links: Vec<(u32, OutcomeId, Label)>,
}

impl Reading {
    fn take(&mut self, cells: &Cells<'_>) -> Result<(), RowError> {
        self.head(cells)?;
        let line = self.line(cells)?;
        let outcome = self.outcome(cells)?;
        let Some((action, text, rating)) = line else { return Ok(()) };
        if outcome.lines.iter().any(|line| line.action == action) {
            return Err(cells.wrong("the same action stands under this outcome twice"));
        }
        outcome.lines.push(Line { action, rating });
        let from = outcome.id;
        let kind = ActionKind::read(&text);
        if let ActionKind::See { label, .. } = &kind {
            self.links.push((cells.row, from, *label));
        }
        self.actions.insert(action, Action { text, kind });
        Ok(())
    }

    fn head(&mut self, cells: &Cells<'_>) -> Result<(), RowError> {
        let title = cells.get("plan");
        let day = parse_day(cells.get("rated on"))
            .ok_or_else(|| cells.wrong("'rated on' is not a day such as 2026-01-31"))?;
        if title.is_empty() {
            return Err(cells.wrong("the plan has no title"));
        }
        let (first, rated_on) = self.head.get_or_insert_with(|| (title.to_owned(), day));
        if first != title || *rated_on != day {
            return Err(cells.wrong("the plan or its day differs from the first row's"));
        }
        Ok(())
    }

    /// The row's action, checked before anything is added.
    fn line(&self, cells: &Cells<'_>) -> Result<Option<(ActionId, String, Rating)>, RowError> {
        let text = cells.get("action");
        let rating = cells.rating("action rating")?;
        if text.is_empty() {
            let nothing = cells.get("action id").is_empty() && rating == Rating::Unrated;
            let what = "the action has an id or a rating and no words";
            return if nothing { Ok(None) } else { Err(cells.wrong(what)) };
        }
        let id = ActionId(cells.number("action id")?);
        if self.actions.get(&id).is_some_and(|action| action.text != text) {
            return Err(cells.wrong(format!("action {} has other words in another row", id.0)));
        }
        Ok(Some((id, text.to_owned(), rating)))
    }

    fn outcome(&mut self, cells: &Cells<'_>) -> Result<&mut Outcome, RowError> {
        let new = outcome(cells)?;
        let number = u16::try_from(cells.number("aim")?).unwrap_or(0);
        if new.label.aim != number {
            return Err(cells.wrong(format!("outcome {} stands under aim {number}", new.label)));
        }
        let elsewhere = self
            .aims
            .iter()
            .any(|aim| aim.number != number && aim.outcomes.iter().any(|other| other.id == new.id));
        if elsewhere {
            return Err(cells.wrong(format!("outcome id {} is used under another aim", new.id.0)));
        }
        let title = cells.get("aim title");
        let at = self.aims.iter().position(|aim| aim.number == number);
        if at.is_none() {
            let title = title.to_owned();
            self.aims.push(Aim { number, title, outcomes: Vec::new() });
        }
        let aim = at.unwrap_or(self.aims.len().saturating_sub(1));
        let aim = self.aims.get_mut(aim).ok_or_else(|| cells.wrong("the aim is missing"))?;
        if aim.title != title {
            return Err(cells.wrong(format!("aim {number} has another title in another row")));
        }
        let at = aim.outcomes.iter().position(|other| other.id == new.id);
        if let Some(old) = at.and_then(|at| aim.outcomes.get(at))
            && !same_head(old, &new)
        {
            return Err(cells.wrong(format!("outcome id {} differs in another row", new.id.0)));
        }
        if at.is_none() {
            aim.outcomes.push(new);
        }
        let at = at.unwrap_or(aim.outcomes.len().saturating_sub(1));
        aim.outcomes.get_mut(at).ok_or_else(|| cells.wrong("the outcome is missing"))
    }

    /// References that run in a circle; a label that two outcomes carry stands for both.
    fn circles(&self) -> Vec<RowError> {
        let outcomes: Vec<(&Label, OutcomeId)> =
            self.aims.iter().flat_map(|aim| &aim.outcomes).map(|o| (&o.label, o.id)).collect();
        let mut rows = Vec::new();
        let mut links = Vec::new();
        for (row, from, label) in self.links.iter().take(1_000) {
            for (_, to) in outcomes.iter().filter(|(other, _)| *other == label) {
                rows.push(*row);
                links.push((*from, *to));
            }
        }
        let mut wrong: Vec<u32> =
            in_a_circle(&links).into_iter().filter_map(|at| rows.get(at).copied()).collect();
        wrong.dedup();
        let what = "its reference leads back to itself";
        wrong.into_iter().map(|row| RowError { row, what: what.to_owned() }).collect()
    }
}

fn outcome(cells: &Cells<'_>) -> Result<Outcome, RowError> {
    let label = cells.get("label").parse().map_err(|()| {
        cells.wrong(format!("'{}' is not a label such as 3.11", short(cells.get("label"))))
    })?;
    Ok(Outcome {
        id: OutcomeId(cells.number("outcome id")?),
        label,
        title: cells.get("outcome").to_owned(),
        by_when: ByWhen::read(cells.get("by when")),
        lead: Lead::read(cells.get("lead")),
        additional: cells.get("additional responsibilities").to_owned(),
        rating: cells.rating("outcome rating")?,
        lines: Vec::new(),
    })
}

fn same_head(one: &Outcome, other: &Outcome) -> bool {
    let head = |o: &Outcome| Outcome { lines: Vec::new(), ..o.clone() };
    head(one) == head(other)
}
