//! What an agreement asks for by a day: its dated clauses, and the log of complaints about sharing.

use crate::http::{Edge, PageError, Path, Posted, SignedIn};
use crate::pages::parts::{Choice, Tone};
use app::agreement::{self, Complained, Log};
use axum::extract::State;
use axum::response::Redirect;
use domain::access::Act;
use domain::agreement::{Agreement, ClauseKind, Complaint, Step, Teller};
use domain::calendar::shown;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A clause with what becomes of its day.
pub struct ClauseRow {
    pub words: String,
    pub due: String,
    pub kind: &'static str,
    /// The day as a form sends it; empty where nobody has to say that it was met.
    pub open: String,
    pub met: bool,
    /// Whether it stands only in a wording that nobody has signed yet.
    pub unsigned: bool,
}

pub fn clauses(found: &Agreement, log: &Log, today: Date) -> Vec<ClauseRow> {
    let asked = found.clauses_due(&log.met, today);
    let one = |clause: &domain::agreement::Clause| {
        let met = clause.due.is_some_and(|due| log.met.contains(&(clause.kind, due)));
        let listed = |due: &Date| asked.iter().any(|(a, on)| (a.kind, on) == (clause.kind, due));
        let open = clause.due.filter(listed);
        let days = clause.working_days.map(|n| format!(" Answered within {n} working days."));
        let effect = clause.effect.said().map(|said| format!(" ({said})")).unwrap_or_default();
        ClauseRow {
            words: format!("{}{effect}{}", clause.words, days.unwrap_or_default()),
            due: clause.due.map_or_else(String::new, shown),
            kind: clause.kind.name(),
            open: open.map_or_else(String::new, |due| due.to_string()),
            met,
            unsigned: found.is_unsigned(clause, today),
        }
    };
    found.clauses(today).into_iter().map(one).collect()
}

/// A complaint of the log.
pub struct ComplaintRow {
    pub id: i64,
    pub day: String,
    pub from: &'static str,
    pub partner: String,
    pub about: String,
    pub step: &'static str,
    pub steps: Vec<Choice>,
    /// Empty while it is open.
    pub answered: String,
    pub due: String,
    pub state: (&'static str, Tone),
}

pub fn complaints(log: Log, names: &BTreeMap<String, String>, today: Date) -> Vec<ComplaintRow> {
    let one = |(one, due): (Complaint, Date)| ComplaintRow {
        id: one.id,
        day: shown(one.day),
        from: one.teller.label(),
        partner: one.partner.map_or_else(
            || "All partners".to_owned(),
            |id| names.get(&id).cloned().unwrap_or_else(|| id.clone()),
        ),
        about: one.about,
        step: one.step.label(),
        steps: steps(Some(one.step)),
        state: match &one.answered {
            Some((day, _)) if *day <= due => ("Answered", Tone::Good),
            Some(_) => ("Answered late", Tone::Slow),
            None if due < today => ("Overdue", Tone::Bad),
            None => ("Open", Tone::Plain),
        },
        answered: one
            .answered
            .map_or_else(String::new, |(day, words)| format!("{}: {words}", shown(day))),
        due: shown(due),
    };
    log.complaints.into_iter().map(one).collect()
}

pub fn steps(chosen: Option<Step>) -> Vec<Choice> {
    let all = Step::ALL.iter();
    all.map(|(step, name, label)| Choice::new(name, label, chosen == Some(*step))).collect()
}

pub fn tellers() -> Vec<Choice> {
    let all = Teller::ALL.iter().map(|(_, name, label)| Choice::new(name, label, false));
    std::iter::once(Choice::new("", "Choose", true)).chain(all).collect()
}

#[derive(Deserialize)]
pub struct Form {
    partner: String,
    day: String,
    teller: String,
    about: String,
    step: String,
}

pub async fn complain(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(number): Path<i64>,
    Posted(form): Posted<Form>,
) -> Result<Redirect, PageError> {
    let Form { partner, day, teller, about, step } = form;
    let typed = Complained { partner, day, teller, about, step };
    agreement::complain(edge.ctx(), who.may(Act::Administer)?, number, &typed).await?;
    Ok(Redirect::to(&format!("/agreements/{number}#complaints")))
}

#[derive(Deserialize)]
pub struct Followed {
    step: String,
    answer: String,
}

pub async fn follow(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((number, id)): Path<(i64, i64)>,
    Posted(form): Posted<Followed>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    agreement::follow(edge.ctx(), actor, (number, id), (&*form.step, &*form.answer)).await?;
    Ok(Redirect::to(&format!("/agreements/{number}#complaints")))
}

#[derive(Deserialize)]
pub struct Met {
    kind: String,
    due: String,
}

pub async fn meet(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(number): Path<i64>,
    Posted(form): Posted<Met>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    let bad = |what: &str| PageError::BadForm(format!("no such {what}"));
    let kind = ClauseKind::from_name(&form.kind).ok_or_else(|| bad("clause"))?;
    let due: Date = form.due.parse().map_err(|_| bad("day"))?;
    agreement::meet(edge.ctx(), actor, number, (kind, due)).await?;
    Ok(Redirect::to(&format!("/agreements/{number}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::agreement::{Clause, Effect, Version};
    use jiff::civil::date;
    use std::collections::BTreeSet;

    #[test]
    fn a_clause_of_a_wording_that_nobody_signed_says_so() {
        let clause = Clause {
            kind: ClauseKind::Limit,
            words: "No addresses.".to_owned(),
            due: None,
            working_days: None,
            effect: Effect::Words,
        };
        let draft = Version {
            number: 1,
            partners: BTreeSet::from(["school".to_owned()]),
            clauses: vec![clause],
            ..Version::default()
        };
        let found = Agreement { number: 1, versions: vec![draft], ..Agreement::default() };
        let log = Log { complaints: Vec::new(), met: Vec::new() };
        assert!(clauses(&found, &log, date(2026, 1, 9)).iter().all(|row| row.unsigned));
    }
}
