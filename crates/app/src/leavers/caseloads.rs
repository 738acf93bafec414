//! Each adviser's caseload today, in one table.

use std::collections::BTreeMap;

use domain::access::{Actor, Part, sees};
use domain::calendar::Day;
use domain::edition::Edition;
use domain::narrative::count;
use domain::status::lapsed_on;
use formats::reference::editions;
use store::followup::Candidate;

use super::By;
use super::leaving::labels;
use super::table::{Case, Counted, Head};
use crate::followup::tracked;
use crate::{Context, Wrong};

const COLUMNS: [Head; 4] = [
    Head { name: "neet", label: "NEET" },
    Head { name: "not_known", label: "Not known" },
    Head { name: "lapsed", label: "Lapsed" },
    Head { name: "current", label: "Current, not NEET" },
];
const NEET: usize = 0;
const NOT_KNOWN: usize = 1;
const LAPSED: usize = 2;
const CURRENT: usize = 3;

pub(super) async fn counted(ctx: &Context, actor: &Actor) -> Result<Counted, Wrong> {
    // How a caseload fares is about a colleague as well.
    let decision = sees(actor, Part::Contacts);
    if !decision.allowed {
        return Err(Wrong::denied(decision.denial("see this")));
    }
    let today = ctx.today();
    let edition = editions().on(today);
    let edition = edition.ok_or_else(|| Wrong::Failed("no edition is known".to_owned()))?;
    let mut tx = ctx.db.begin_read().await?;
    let all = tracked(&mut tx, actor, edition, today).await?;
    let labels = labels(&mut tx, By::Adviser).await?;
    drop(tx);
    let key = |one: &Candidate| one.adviser.map_or_else(String::new, |id| id.to_string());
    let overdue = |one: &&Candidate| one.next_step.is_some_and(|day| day < today);
    let mut steps: BTreeMap<String, u32> = BTreeMap::new();
    for one in all.iter().filter(overdue) {
        *steps.entry(key(one)).or_default() += 1;
    }
    let number = |of: u32| vec![Some(f64::from(of))];
    let figures = all.iter().map(|one| {
        let key = key(one);
        let steps = steps.get(&key).copied().unwrap_or(0);
        (key, number(steps))
    });
    let case = |one: &Candidate| Case {
        person: Some(one.person),
        row: key(one),
        column: stands(one, edition, today),
    };
    let cases: Vec<Case> = all.iter().map(case).collect();
    let on = |column: usize| cases.iter().filter(|case| case.column == column).count();
    let carried = cases.iter().filter(|case| !case.row.is_empty()).count();
    Ok(Counted {
        first: format!(
            "{} of {} young people are on a caseload; {} are NEET, of {} it is not known what they do",
            count(carried),
            count(cases.len()),
            count(on(NEET)),
            count(on(NOT_KNOWN) + on(LAPSED))
        ),
        columns: COLUMNS.to_vec(),
        beside: vec![Head { name: "next_steps_overdue", label: "Next steps overdue" }],
        by_key: false,
        labels,
        figures: figures.collect(),
        whole: number(steps.values().sum()),
        cases,
    })
}

/// The one column that somebody stands in, as the follow-up list judges what is recorded.
fn stands(one: &Candidate, edition: &Edition, today: Day) -> usize {
    match &one.spell {
        None => NOT_KNOWN,
        Some(spell) if edition.is_not_known(&spell.code) => NOT_KNOWN,
        Some(spell) if lapsed_on(spell, edition, today) => LAPSED,
        Some(spell) if edition.is_neet(&spell.code) => NEET,
        Some(_) => CURRENT,
    }
}
