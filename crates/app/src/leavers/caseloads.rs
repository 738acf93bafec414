//! Each adviser's caseload today, in one table.

use domain::access::{Actor, Part, sees};
use domain::followup::Stands;
use domain::narrative::count;
use formats::reference::editions;
use store::followup::Candidate;

use super::By;
use super::leaving::labels;
use super::table::{Case, Counted, Head, beside};
use crate::followup::tracked;
use crate::{Context, Wrong};

const COLUMNS: [(Stands, Head); 4] = [
    (Stands::Neet, Head { name: "neet", label: "NEET" }),
    (Stands::NotKnown, Head { name: "not_known", label: "Not known" }),
    (Stands::Lapsed, Head { name: "lapsed", label: "Lapsed" }),
    (Stands::Current, Head { name: "current", label: "Current, not NEET" }),
];

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
    let overdue = |of: &[&Candidate]| {
        let steps = of.iter().filter(|one| one.next_step.is_some_and(|day| day < today)).count();
        vec![Some(f64::from(u32::try_from(steps).unwrap_or(u32::MAX)))]
    };
    let (whole, figures) = beside(&all, key, overdue);
    let stands = |one: &Candidate| Stands::on(one.spell.as_ref(), edition, today);
    let case = |one: &Candidate| Case {
        person: Some(one.person),
        row: key(one),
        column: COLUMNS.iter().position(|(of, _)| *of == stands(one)).unwrap_or_default(),
    };
    let cases: Vec<Case> = all.iter().map(case).collect();
    let on = |of: Stands| all.iter().filter(|one| stands(one) == of).count();
    let carried = cases.iter().filter(|case| !case.row.is_empty()).count();
    Ok(Counted {
        first: format!(
            "{} of {} young people are on a caseload; {} are NEET, of {} it is not known what they do",
            count(carried),
            count(cases.len()),
            count(on(Stands::Neet)),
            count(on(Stands::NotKnown) + on(Stands::Lapsed))
        ),
        columns: COLUMNS.map(|(_, head)| head).to_vec(),
        beside: vec![Head { name: "next_steps_overdue", label: "Next steps overdue" }],
        by_key: false,
        labels,
        figures,
        whole,
        cases,
    })
}
