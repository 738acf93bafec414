//! Writes one whole version, many rows to a statement.

use domain::person::ChangeId;
use domain::plan::{Group, Oddity, Plan, Rating};

use super::{NUMBER, Source};
use crate::engine::{StoreError, Tx, Value};
use crate::{args, changes};

/// Writes a plan as the next version; the version's id.
pub async fn save(
    tx: &mut Tx,
    change: ChangeId,
    plan_id: i64,
    plan: &Plan,
    source: &Source<'_>,
    warnings: &[Oddity],
) -> Result<i64, StoreError> {
    let version = changes::take(tx, "plan_version", 1).await?;
    let number = tx.one(NUMBER, args![plan_id], |row| row.int(0)).await?.unwrap_or(0) + 1;
    let columns = [
        "id",
        "plan",
        "number",
        "title",
        "first_year",
        "last_year",
        "rated_on",
        "group_name",
        "purpose",
        "relationships",
        "source",
        "source_hash",
        "names_kept",
        "made",
    ];
    let row = args![
        version,
        plan_id,
        number,
        &plan.title,
        plan.years.map(|(first, _)| i64::from(first)),
        plan.years.map(|(_, last)| i64::from(last)),
        plan.rated_on,
        &plan.group.name,
        &plan.group.purpose,
        &plan.group.relationships,
        source.name,
        source.hash,
        source.names_kept,
        change.0,
    ];
    tx.insert("plan_version", &columns, &[row.to_vec()]).await?;
    tree(tx, version, plan).await?;
    beside(tx, version, plan).await?;
    group(tx, version, &plan.group).await?;
    let rows = numbered(warnings, |warning| {
        let line = warning.line.map(i64::from);
        vec![
            warning.kind.word().into(),
            (&warning.place).into(),
            line.into(),
            (&warning.sentence).into(),
        ]
    });
    list(tx, version, "plan_warning", &["kind", "place", "line", "sentence"], rows).await?;
    ratings(tx, change, plan_id, version, plan).await?;
    Ok(version)
}

/// Aims, outcomes, actions and which action stands where.
async fn tree(tx: &mut Tx, version: i64, plan: &Plan) -> Result<(), StoreError> {
    let aims = numbered(&plan.aims, |aim| vec![i64::from(aim.number).into(), (&aim.title).into()]);
    list(tx, version, "plan_aim", &["number", "title"], aims).await?;
    let mut outcomes = Vec::new();
    let mut lines = Vec::new();
    for (aim, outcome) in plan.aims.iter().flat_map(|a| a.outcomes.iter().map(move |o| (a, o))) {
        outcomes.push(vec![
            outcome.id.0.into(),
            i64::from(aim.number).into(),
            outcome.label.to_string().into(),
            (&outcome.title).into(),
            (&outcome.by_when.said).into(),
            (&outcome.lead.said).into(),
            (&outcome.additional).into(),
        ]);
        for (position, line) in (1_i64..).zip(&outcome.lines) {
            lines.push(args![version, outcome.id.0, position, line.action.0].to_vec());
        }
    }
    let columns = ["outcome", "aim", "label", "title", "by_when", "lead", "additional"];
    list(tx, version, "plan_outcome", &columns, numbered(&outcomes, Clone::clone)).await?;
    let actions: Vec<Vec<Value>> = plan
        .actions
        .iter()
        .map(|(id, action)| args![version, id.0, &action.text].to_vec())
        .collect();
    tx.insert("plan_action", &["version", "action", "words"], &actions).await?;
    tx.insert("plan_line", &["version", "outcome", "position", "action"], &lines).await
}

/// The key and the plans beside this one.
async fn beside(tx: &mut Tx, version: i64, plan: &Plan) -> Result<(), StoreError> {
    let key = numbered(&plan.key, |entry| {
        vec![entry.rating.word().into(), (&entry.mark).into(), (&entry.wording).into()]
    });
    list(tx, version, "plan_key", &["rating", "mark", "wording"], key).await?;
    let parents = numbered(&plan.parents, |parent| {
        vec![(&parent.title).into(), parent.indicators.join(",").into()]
    });
    list(tx, version, "plan_parent", &["title", "indicators"], parents).await
}

async fn group(tx: &mut Tx, version: i64, group: &Group) -> Result<(), StoreError> {
    let objectives = numbered(&group.objectives, |words| vec![words.into()]);
    list(tx, version, "plan_objective", &["words"], objectives).await?;
    let seats = numbered(&group.seats, |seat| {
        vec![
            (&seat.body).into(),
            seat.post.clone().into(),
            seat.sitting.word().into(),
            seat.person.clone().into(),
        ]
    });
    list(tx, version, "plan_seat", &["body", "post", "sitting", "person"], seats).await?;
    let meetings = numbered(&group.meetings, |meeting| {
        let weekday = meeting.weekday.map(|day| i64::from(day.to_monday_one_offset()));
        vec![meeting.day.into(), weekday.into()]
    });
    list(tx, version, "plan_meeting", &["day", "weekday"], meetings).await
}

/// What the version says of each outcome and action on its day. Unrated is the absence of a fact.
async fn ratings(
    tx: &mut Tx,
    change: ChangeId,
    plan_id: i64,
    version: i64,
    plan: &Plan,
) -> Result<(), StoreError> {
    let mut facts: Vec<(i64, Option<i64>, Rating)> = Vec::new();
    for outcome in plan.outcomes() {
        facts.push((outcome.id.0, None, outcome.rating));
        facts.extend(outcome.lines.iter().map(|l| (outcome.id.0, Some(l.action.0), l.rating)));
    }
    facts.retain(|(.., rating)| *rating != Rating::Unrated);
    let count = i64::try_from(facts.len()).unwrap_or(i64::MAX);
    let first = changes::take(tx, "plan_rating", count).await?;
    let rows: Vec<Vec<Value>> = (first..)
        .zip(&facts)
        .map(|(id, (outcome, action, rating))| {
            args![id, plan_id, version, *outcome, *action, plan.rated_on, rating.word(), change.0]
                .to_vec()
        })
        .collect();
    let columns = ["id", "plan", "version", "outcome", "action", "on_day", "rating", "made"];
    tx.insert("plan_rating", &columns, &rows).await
}

/// Gives every item its position from 1.
fn numbered<T>(items: &[T], row: impl Fn(&T) -> Vec<Value>) -> Vec<Vec<Value>> {
    (1_i64..)
        .zip(items)
        .map(|(position, item)| {
            let mut values = vec![Value::from(position)];
            values.extend(row(item));
            values
        })
        .collect()
}

/// Inserts numbered rows of a version.
async fn list(
    tx: &mut Tx,
    version: i64,
    table: &'static str,
    columns: &[&'static str],
    rows: Vec<Vec<Value>>,
) -> Result<(), StoreError> {
    let mut all = vec!["version", "position"];
    all.extend(columns);
    let rows: Vec<Vec<Value>> = rows
        .into_iter()
        .map(|row| std::iter::once(Value::from(version)).chain(row).collect())
        .collect();
    tx.insert(table, &all, &rows).await
}
