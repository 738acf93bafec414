//! The figures that outcomes are bound to, the course each should take, and what was counted or typed.

use domain::calendar::Day;
use domain::person::ChangeId;
use domain::plan::{Better, Course, OutcomeId, Point};

use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    INSERT = "INSERT INTO plan_course (id, plan, outcome, measure, words, unit, better, from_day, from_value, target_day, target_value, near_by, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    STANDING = "SELECT id, outcome, measure, words, unit, better, from_day, from_value, target_day, target_value, near_by FROM plan_course WHERE plan = $1 AND ended IS NULL ORDER BY outcome, id";
    END = "UPDATE plan_course SET ended = $1 WHERE id = $2 AND plan = $3 AND ended IS NULL";
    FIGURE = "INSERT INTO plan_figure (id, course, on_day, value, few, source, by_name, made, part, whole, beside_part, beside_whole) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    FIGURES = "SELECT f.course, f.on_day, f.value, f.few, f.source, f.by_name, f.part, f.whole, f.beside_part, f.beside_whole FROM plan_figure f JOIN plan_course c ON c.id = f.course WHERE c.plan = $1 AND c.ended IS NULL AND f.ended IS NULL AND f.on_day >= $2 ORDER BY f.course, f.on_day, f.id";
    INTENDED = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN intended_destination IS NOT NULL AND intended_destination <> '' THEN 1 ELSE 0 END), 0) FROM particulars WHERE ended IS NULL AND date_of_birth >= $1 AND date_of_birth <= $2";
    END_DAY = "UPDATE plan_figure SET ended = $1 WHERE course = $2 AND on_day = $3 AND ended IS NULL";
}

/// A figure that an outcome is bound to.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    pub id: i64,
    pub outcome: OutcomeId,
    /// A measure's name, or `typed`.
    pub measure: String,
    pub words: String,
    pub unit: String,
    pub course: Course,
}

/// One figure as it was counted or typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub course: i64,
    pub on: Day,
    pub value: f64,
    /// Whether so few people stand behind it that it is not shown beyond the register's keepers.
    pub few: bool,
    pub source: String,
    pub by: Option<String>,
    /// How many of how many it is a share of, or a difference of two shares; nothing where that is not known.
    pub of: Option<Shares>,
}

/// What a counted figure is made of: how many, of how many. Units: people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    pub share: (u64, u64),
    /// The share that is taken from it, where the figure is a difference.
    pub less: Option<(u64, u64)>,
}

/// Binds an outcome to a figure; its number. The given `id` is not read.
pub async fn bind(
    tx: &mut Tx,
    change: ChangeId,
    plan: i64,
    bound: &Bound,
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "plan_course", 1).await?;
    let course = &bound.course;
    let values = args![
        id,
        plan,
        bound.outcome.0,
        &bound.measure,
        &bound.words,
        &bound.unit,
        course.better.word(),
        course.from.on,
        course.from.value,
        course.target.on,
        course.target.value,
        course.near,
        change.0,
    ];
    tx.run(INSERT, values).await?;
    Ok(id)
}

/// Every course that stands, by outcome.
pub async fn standing(tx: &mut Tx, plan: i64) -> Result<Vec<Bound>, StoreError> {
    tx.rows(STANDING, args![plan], read).await
}

/// Ends a course; its figures stay.
///
/// Errors: `Conflict` when it does not stand any more.
pub async fn end(tx: &mut Tx, change: ChangeId, plan: i64, id: i64) -> Result<(), StoreError> {
    match tx.run(END, args![change.0, id, plan]).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// Writes a figure; one of the same day before it is ended and kept.
pub async fn add_figure(tx: &mut Tx, change: ChangeId, figure: &Figure) -> Result<(), StoreError> {
    tx.run(END_DAY, args![change.0, figure.course, figure.on]).await?;
    let id = changes::take(tx, "plan_figure", 1).await?;
    let count = |people: u64| i64::try_from(people).unwrap_or(i64::MAX);
    let share = figure.of.map(|of| of.share);
    let less = figure.of.and_then(|of| of.less);
    let values = args![
        id,
        figure.course,
        figure.on,
        figure.value,
        figure.few,
        &figure.source,
        figure.by.as_deref(),
        change.0,
        share.map(|share| count(share.0)),
        share.map(|share| count(share.1)),
        less.map(|less| count(less.0)),
        less.map(|less| count(less.1)),
    ];
    tx.run(FIGURE, values).await?;
    Ok(())
}

/// The figures of all standing courses from a day on, by course and day.
pub async fn figures(tx: &mut Tx, plan: i64, from: Day) -> Result<Vec<Figure>, StoreError> {
    tx.rows(FIGURES, args![plan, from], |row| {
        Ok(Figure {
            course: row.int(0)?,
            on: row.date(1)?,
            value: row.real(2)?,
            few: row.flag(3)?,
            source: row.text(4)?,
            by: row.opt_text(5)?,
            of: shares(row)?,
        })
    })
    .await
}

/// Everybody born between two days, and of them those whose intended destination is recorded.
pub async fn intended(tx: &mut Tx, (first, last): (Day, Day)) -> Result<(i64, i64), StoreError> {
    let found = tx.one(INTENDED, args![first, last], |row| Ok((row.int(0)?, row.int(1)?))).await?;
    Ok(found.unwrap_or((0, 0)))
}

fn shares(row: &Row<'_>) -> Result<Option<Shares>, StoreError> {
    let pair = |at: usize| -> Result<Option<(u64, u64)>, StoreError> {
        let pair = row.opt_int(at)?.zip(row.opt_int(at + 1)?);
        Ok(pair.map(|(part, whole)| (part.unsigned_abs(), whole.unsigned_abs())))
    };
    let less = pair(8)?;
    Ok(pair(6)?.map(|share| Shares { share, less }))
}

fn read(row: &Row<'_>) -> Result<Bound, StoreError> {
    let id = row.int(0)?;
    let better = row.text(5)?;
    let better = Better::read(&better).ok_or(StoreError::Inconsistent {
        table: "plan_course",
        id: id.to_string(),
        what: better,
    })?;
    let course = Course {
        better,
        from: Point { on: row.date(6)?, value: row.real(7)? },
        target: Point { on: row.date(8)?, value: row.real(9)? },
        near: row.real(10)?,
    };
    let outcome = OutcomeId(row.int(1)?);
    Ok(Bound {
        id,
        outcome,
        measure: row.text(2)?,
        words: row.text(3)?,
        unit: row.text(4)?,
        course,
    })
}
