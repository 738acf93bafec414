//! One row a young person: what was known of them on a day, as the engine's columns.

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::{Day, Month};
use domain::person::ChangeId;
use domain::prediction::{
    AUDITED, Cell, Covered, FEATURES, Known, Organisation, Outcome, Own, Point, Reach, Sender,
    Target, Value, at_month, audited, births, features, outcome, set_aside,
};
use jiff::ToSpan;
use risk::{Column, Table};
use store::people::{Loaded, Moment};
use store::{Tx, analysis, changes, people, predictors};

use crate::context::{Context, Wrong};
use crate::council::organisation;

/// What was known on one day of everybody whom a point takes.
#[derive(Clone, Debug)]
pub struct Rows {
    pub people: Vec<i64>,
    /// Shape: one for each of [`FEATURES`], for each person.
    pub cells: Vec<Vec<Cell>>,
    /// Shape: one for each of [`AUDITED`], for each person.
    pub groups: Vec<Vec<String>>,
    pub as_known: ChangeId,
    /// People whom the point takes and who get no chance.
    pub set_aside: usize,
}

/// Reads the rows of a point on a day, from what had been recorded by the end of that day.
pub async fn rows(ctx: &Context, tx: &mut Tx, point: Point, on: Day) -> Result<Rows, Wrong> {
    let as_known = changes::latest_at(tx, &ctx.end_of(on)).await?;
    let moment = Moment::After(as_known);
    let whole = domain::access::Scope::everyone();
    let ids = analysis::born(tx, &whole, moment, births(point.ages(), on)).await?;
    let objecting: BTreeSet<i64> = predictors::objecting(tx, &ids).await?.into_iter().collect();
    let loaded = people::load(tx, &ids, moment).await?;
    let facts = analysis::facts(tx, &ids, moment).await?;
    let tries = analysis::tries(tx, &ids, moment).await?;
    let covered = covered(tx, moment, on).await?;
    let edition = formats::reference::editions().on(on).ok_or_else(|| {
        Wrong::refused(format!("No edition of the requirement is known for {on}."))
    })?;
    let mut rows =
        Rows { people: Vec::new(), cells: Vec::new(), groups: Vec::new(), as_known, set_aside: 0 };
    for one in loaded.iter().filter(|one| one.exists()) {
        let takes = one.record.particulars.date_of_birth().is_some_and(|b| point.takes(b, on));
        if !takes {
            continue;
        }
        if set_aside(&one.record, objecting.contains(&one.person)).allowed {
            rows.set_aside += 1;
            continue;
        }
        let known = Known {
            record: &one.record,
            facts: facts.get(&one.person).map_or(&[], Vec::as_slice),
            tries: tries.get(&one.person).map_or(&[], Vec::as_slice),
            covered: &covered,
        };
        let cells = features(&known, on, edition);
        if point == Point::Monthly && !learns(&cells) {
            continue;
        }
        rows.groups.push(audited(&known, &cells, on));
        rows.cells.push(cells);
        rows.people.push(one.person);
    }
    Ok(rows)
}

/// The monthly point is about those who learn.
fn learns(cells: &[Cell]) -> bool {
    let at = FEATURES.iter().position(|feature| feature.name == "status");
    let status = at.and_then(|at| cells.get(at)).and_then(Cell::as_name);
    matches!(status, Some("in education" | "in training"))
}

/// A sender, as its sets name it, and whom it would have named.
type Whom = (String, String, Option<Reach>);

/// Fields for which silence means no, of whom and when: those of sets that speak of the two years before the
/// day, in which the last school year lies. What senders are called and were is as it was when they sent.
async fn covered(tx: &mut Tx, moment: Moment, on: Day) -> Result<Covered, Wrong> {
    let years = (on.saturating_sub(24.months()), on);
    let said = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let mut spans: BTreeMap<(&str, Whom), Vec<(Day, Day)>> = BTreeMap::new();
    for sent in analysis::sent(tx, moment, years).await? {
        let set = super::load::SETS.iter().find(|set| set.kind == sent.kind);
        let of = Organisation { id: &sent.sender, kind: &sent.organisation };
        let (named, code) = sent.council;
        let code = said(code);
        let id = organisation(said(named), code.as_deref());
        let own = id.as_deref().zip(code.as_deref()).map(|(id, code)| Own { id, code });
        for field in set.iter().flat_map(|set| set.silence_is_no) {
            let whom = (sent.sender.clone(), sent.name.clone(), Reach::of(field, of, own));
            spans.entry((*field, whom)).or_default().push(sent.days);
        }
    }
    let mut covered = Covered::new();
    for ((field, (id, name, reach)), spans) in spans {
        let sender = Sender { id, name, reach, spans };
        covered.entry(field.to_owned()).or_default().insert(sender);
    }
    Ok(covered)
}

/// What became of people: over the whole target, and in each of its months.
pub struct Came {
    /// Shape: one for each person asked for.
    pub whole: Vec<Outcome>,
    /// Shape: for each month, one for each person.
    pub months: Vec<Vec<Outcome>>,
}

/// What became of people, by what is known now. Their records are read once for both answers.
pub async fn came(
    tx: &mut Tx,
    target: Target,
    (point, on): (Point, Day),
    people_asked: &[i64],
) -> Result<Came, Wrong> {
    let loaded: Vec<Loaded> = people::load(tx, people_asked, Moment::Now).await?;
    let editions = formats::reference::editions();
    let of = |one: &Loaded| outcome(&one.record, editions, target, (point, on));
    let month = |month: Month| {
        loaded.iter().map(|one| at_month(&one.record, editions, target, month)).collect()
    };
    Ok(Came {
        whole: loaded.iter().map(of).collect(),
        months: target.months(point, on).into_iter().map(month).collect(),
    })
}

/// All facts of several sets of rows as the engine's columns, in the order of the rows.
pub fn table(sets: &[&Rows]) -> Result<Table, Wrong> {
    let all: Vec<&Vec<Cell>> = sets.iter().flat_map(|set| &set.cells).collect();
    let columns = FEATURES.iter().enumerate().map(|(at, feature)| {
        let cells = all.iter().map(move |cells| cells.get(at));
        match feature.number {
            true => {
                let number =
                    |cell: Option<&Cell>| cell.and_then(Cell::as_number).unwrap_or(f64::NAN);
                Column::numbers(feature.name, cells.map(number).collect())
            }
            false => Column::levels(feature.name, cells.map(|cell| cell.and_then(Cell::as_name))),
        }
    });
    Table::new(columns.collect()).map_err(super::refused)
}

/// The groups that are looked at, as columns beside the facts.
pub fn groups(sets: &[&Rows]) -> Result<Table, Wrong> {
    let all: Vec<&Vec<String>> = sets.iter().flat_map(|set| &set.groups).collect();
    let columns = AUDITED.iter().enumerate().map(|(at, name)| {
        Column::levels(name, all.iter().map(move |groups| groups.get(at).map(String::as_str)))
    });
    Table::new(columns.collect()).map_err(super::refused)
}

/// Facts as a line of text that tells every bit apart, for tests that compare.
pub fn to_the_bit(cells: &[Cell]) -> String {
    let one = |cell: &Cell| match &cell.value {
        Value::Number(number) => format!("{:016x}", number.to_bits()),
        Value::Name(name) => name.clone(),
        Value::NotKnown => "?".to_owned(),
    };
    let line = cells.iter().map(|cell| format!("{} {:?} {:?}", one(cell), cell.day, cell.source));
    line.collect::<Vec<_>>().join("|")
}
