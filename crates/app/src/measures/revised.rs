//! One month counted twice: as the return told of it and as known now, as known on two days, or under
//! two editions; and person by person who counts as something else.

use domain::access::{Actor, Scope};
use domain::calendar::Day;
use domain::measure::{Percent, Revised, Was, revision};
use serde::Serialize;
use store::people::Moment;
use store::{changes, snapshots};

use super::figures::{Figures, Loaded, span_of};
use super::question::{Meant, Months, Question};
use crate::{Context, Wrong};

/// What the first counting is; the second is the question as asked, under the same edition as a return where
/// it names none: what has changed since then is what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// The newest version of the month's return, signed or frozen, under the edition that it was made under.
    Return,
    /// As known at the end of a day.
    KnownOn(Day),
    /// As known when the month ended.
    MonthEnd,
    /// The same facts under another edition.
    Edition(String),
}

/// Somebody who counts as something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedPerson {
    pub person: i64,
    pub was: &'static str,
    pub was_activity: Option<String>,
    pub now: &'static str,
    pub now_activity: Option<String>,
}

/// Both countings and what lies between.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TwoCountings {
    pub first_is: String,
    pub second_is: String,
    pub first: Figures,
    pub second: Figures,
    /// Units: percentage points, unrounded; the second less the first.
    pub change_points: Option<f64>,
    /// People whom both know and the first counted, and who of them still counts as the same.
    pub compared: u64,
    pub same: u64,
    pub same_percent: Option<f64>,
    pub same_percent_shown: String,
    pub changed: Vec<ChangedPerson>,
}

const NOT_COUNTED: &str = "not of the ages counted, or not known to the register";

fn why(was: Option<&Was>) -> &'static str {
    was.map_or(NOT_COUNTED, |was| was.standing.why())
}

fn person(revised: Revised) -> ChangedPerson {
    let code = |was: &Option<Was>| was.as_ref().and_then(|was| was.code.clone());
    ChangedPerson {
        person: revised.person,
        was: why(revised.first.as_ref()),
        was_activity: code(&revised.first),
        now: why(revised.second.as_ref()),
        now_activity: code(&revised.second),
    }
}

/// The first question, the moment it is counted at, and what it is in words.
async fn first_of(
    ctx: &Context,
    question: &Question,
    meant: &Meant,
    against: &Against,
) -> Result<(Question, Option<Moment>, String), Wrong> {
    let last = meant.span.last().last_day();
    let known = |day: Day| {
        let asked = Question { known_on: Some(day), ..question.clone() };
        (asked, None, format!("as known on {}", domain::calendar::shown(day)))
    };
    match against {
        Against::KnownOn(day) => Ok(known(*day)),
        Against::MonthEnd => Ok(known(last)),
        Against::Edition(name) => {
            let asked = Question { edition: Some(name.clone()), ..question.clone() };
            Ok((asked, None, format!("under the edition {name}")))
        }
        Against::Return => {
            let mut tx = ctx.db.begin_read().await?;
            let all = snapshots::all(&mut tx).await?;
            let sent = all.iter().filter(|s| s.period_end == last);
            let newest =
                sent.max_by_key(|s| (s.state == "signed", s.version)).ok_or_else(|| {
                    Wrong::refused(format!(
                        "No return was frozen for {}.",
                        meant.span.last().words()
                    ))
                })?;
            let moment = Moment::After(domain::person::ChangeId(newest.as_known));
            let words = format!("version {} of the return, {}", newest.version, newest.state);
            // By the rules that it was sent under, whichever are asked for now; what is held to a target is
            // no figure of a return, and has its target's edition.
            let edition = Some(newest.edition.clone()).filter(|_| !meant.definition.needs_target);
            let edition = edition.or_else(|| question.edition.clone());
            Ok((Question { edition, ..question.clone() }, Some(moment), words))
        }
    }
}

/// Counts the last month of the question twice.
///
/// Errors: refused where the month has no return, or a word of the question is not understood.
pub async fn two_countings(
    ctx: &Context,
    scope: &Scope,
    question: &Question,
    against: &Against,
) -> Result<TwoCountings, Wrong> {
    let meant = question.meant(ctx.today())?;
    let (first_question, moment, first_is) = first_of(ctx, question, &meant, against).await?;
    let first_meant = first_question.meant(ctx.today())?;
    let mut first = Loaded::load_at(ctx, scope, &first_question, &first_meant, moment).await?;
    if let (Against::Return, Some(moment)) = (against, moment) {
        first.as_returned(ctx, moment, first_meant.span.last().last_day()).await?;
    }
    let as_then = first_question.edition.clone().filter(|_| *against == Against::Return);
    let edition = question.edition.clone().or(as_then);
    let second_question = Question { edition, ..question.clone() };
    let second_meant = second_question.meant(ctx.today())?;
    let second = Loaded::load_at(ctx, scope, &second_question, &second_meant, None).await?;
    let last = Months::One(meant.span.last());
    let month = |q: &Question| Question { months: last, by: Vec::new(), ..q.clone() };
    let (one, two) = (month(&first_question), month(&second_question));
    let (one_meant, two_meant) = (one.meant(ctx.today())?, two.meant(ctx.today())?);
    let between = revision(
        first.asked(&one_meant, span_of(&one_meant)),
        second.asked(&two_meant, span_of(&two_meant)),
    );
    let first = first.figures(&one, &one_meant)?;
    let second = second.figures(&two, &two_meant)?;
    let same = Percent { of: between.same, all: between.compared };
    Ok(TwoCountings {
        first_is,
        second_is: second_words(question, against, &second.edition),
        change_points: second.total.value.zip(first.total.value).map(|(now, was)| now - was),
        first,
        second,
        compared: between.compared,
        same: between.same,
        same_percent: same.value(),
        same_percent_shown: same.shown(),
        changed: between.changed.into_iter().map(person).collect(),
    })
}

fn second_words(question: &Question, against: &Against, edition: &str) -> String {
    match (against, question.known_on) {
        (Against::Edition(_), _) => format!("under the edition {edition}"),
        (_, Some(day)) => format!("as known on {}", domain::calendar::shown(day)),
        _ => "as known now".to_owned(),
    }
}

/// The same for a list of people: refused to whom may not open figures, and remembered in the audit.
pub async fn listed_countings(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
    against: &Against,
) -> Result<TwoCountings, Wrong> {
    super::may_open(actor)?;
    let found = two_countings(ctx, &actor.scope, question, against).await?;
    let ids: Vec<i64> = found.changed.iter().map(|one| one.person).collect();
    super::named::remember(ctx, actor, "listed as counted differently", &ids).await?;
    Ok(found)
}

/// Somebody who counts as something else, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedChange {
    pub name: String,
    pub changed: ChangedPerson,
}

/// Both countings with one page of the people by name: as many as `most` after the first `skip`. Only
/// those who are shown are read and remembered.
pub async fn named_countings(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
    against: &Against,
    (skip, most): (usize, usize),
) -> Result<(TwoCountings, Vec<NamedChange>), Wrong> {
    super::may_open(actor)?;
    let mut found = two_countings(ctx, &actor.scope, question, against).await?;
    let ids: Vec<i64> = found.changed.iter().map(|one| one.person).collect();
    let reached = super::named::reached(ctx, actor, &ids).await?;
    found.changed.retain(|one| reached.contains(&one.person));
    let page: Vec<ChangedPerson> = found.changed.iter().skip(skip).take(most).cloned().collect();
    let ids: Vec<i64> = page.iter().map(|one| one.person).collect();
    let names = super::named::names(ctx, actor, "shown as counted differently", &ids).await?;
    let people = names.into_iter().zip(page).map(|(name, changed)| NamedChange { name, changed });
    Ok((found, people.collect()))
}

/// Accuracy of a month as it was known at its end: who still counts as the same.
pub async fn accuracy(ctx: &Context, scope: &Scope, question: &Question) -> Result<Percent, Wrong> {
    let found = two_countings(ctx, scope, question, &Against::MonthEnd).await?;
    Ok(Percent { of: found.same, all: found.compared })
}

/// The recorded time that a question is counted at.
pub(super) async fn moment_of(
    ctx: &Context,
    tx: &mut store::Tx,
    question: &Question,
) -> Result<Moment, Wrong> {
    Ok(match question.known_on {
        None => Moment::Now,
        Some(day) => Moment::After(changes::latest_at(tx, &ctx.end_of(day)).await?),
    })
}
