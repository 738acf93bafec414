//! The people behind a figure by name. Nobody outside the reader's scope is named, and everybody
//! who is named has an audit row from the same unit of work that read the name.

use std::collections::BTreeSet;

use domain::access::{Actor, Part, sees};
use domain::measure::{Cut, List};
use domain::person::Field;
use store::people::{self, Moment};
use store::{Tx, audit};

use super::{Listed, MonthPeople, Question, people_of_cell};
use crate::{Context, Wrong};

/// A person behind a figure, as a page shows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub listed: Listed,
}

/// Whether a reader may have a figure cut this way. A cell of few people tells what the cut is by, so a
/// cut needs the same sight as the fact itself.
///
/// Errors: refused with the cut and the rule.
pub fn may_cut(actor: &Actor, cuts: &[Cut]) -> Result<(), Wrong> {
    for cut in cuts {
        let decision = sees(actor, Part::told_by(*cut));
        if !decision.allowed {
            let what = format!("see figures by {}", cut.label().to_lowercase());
            return Err(Wrong::denied(decision.denial(&what)));
        }
    }
    Ok(())
}

/// Whether a reader may open figures into people: being counted tells what somebody does.
pub fn may_open(actor: &Actor) -> Result<(), Wrong> {
    let decision = sees(actor, Part::ActivityElsewhere);
    match decision.allowed {
        true => Ok(()),
        false => Err(Wrong::denied(decision.denial("see who is behind a figure"))),
    }
}

/// One page of the people behind a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPage {
    /// The month whose people these are: the last of those counted.
    pub month: String,
    /// Whether the figure is a mean of this month and others.
    pub averaged: bool,
    /// All whom the reader may see, on this page and others.
    pub total: usize,
    pub people: Vec<Named>,
}

/// The people of a cell in the last month asked, by name, in the order of the figure: as many as
/// `most` after the first `skip`. Only those who are shown are read and remembered.
pub async fn named_people_of_cell(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
    cell: &[(Cut, String)],
    list: List,
    (skip, most): (usize, usize),
) -> Result<NamedPage, Wrong> {
    may_open(actor)?;
    may_cut(actor, &cell.iter().map(|(cut, _)| *cut).collect::<Vec<_>>())?;
    let months = people_of_cell(ctx, &actor.scope, question, cell, list).await?;
    let averaged = months.len() > 1;
    let (month, listed) =
        months.into_iter().next_back().map(|m| (m.month, m.people)).unwrap_or_default();
    let ids: Vec<i64> = listed.iter().map(|one| one.person).collect();
    // Asked again here: somebody may have left the reader's reach since the figure was counted.
    let reached = reached(ctx, actor, &ids).await?;
    let listed: Vec<Listed> =
        listed.into_iter().filter(|one| reached.contains(&one.person)).collect();
    let total = listed.len();
    let listed: Vec<Listed> = listed.into_iter().skip(skip).take(most).collect();
    let ids: Vec<i64> = listed.iter().map(|one| one.person).collect();
    let names = names(ctx, actor, "shown behind a figure", &ids).await?;
    let people =
        names.into_iter().zip(listed).map(|(name, listed)| Named { name, listed }).collect();
    Ok(NamedPage { month, averaged, total, people })
}

/// Whom of these people the reader reaches now.
pub(crate) async fn reached(
    ctx: &Context,
    actor: &Actor,
    ids: &[i64],
) -> Result<BTreeSet<i64>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(people::within(&mut tx, &actor.scope, ids).await?.into_iter().collect())
}

/// The names of people whom the reader reaches, read and remembered in one unit of work.
pub(crate) async fn names(
    ctx: &Context,
    actor: &Actor,
    act: &str,
    ids: &[i64],
) -> Result<Vec<String>, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let loaded = people::load(&mut tx, ids, Moment::Now).await?;
    note(ctx, &mut tx, actor, (act, "name, activity"), ids).await?;
    tx.commit().await?;
    let name = |record: &domain::person::PersonRecord| {
        let text = |field| record.particulars.get(field).unwrap_or_default().to_owned();
        format!("{} {}", text(Field::GivenName), text(Field::FamilyName)).trim().to_owned()
    };
    Ok(loaded.iter().map(|one| name(&one.record)).collect())
}

/// The people of a cell by their numbers, in every month asked, for lists that leave the register.
/// Whoever is listed has an audit row before the list is given.
pub async fn numbered_people_of_cell(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
    cell: &[(Cut, String)],
    list: List,
) -> Result<Vec<MonthPeople>, Wrong> {
    may_open(actor)?;
    may_cut(actor, &cell.iter().map(|(cut, _)| *cut).collect::<Vec<_>>())?;
    let months = people_of_cell(ctx, &actor.scope, question, cell, list).await?;
    let everybody: BTreeSet<i64> =
        months.iter().flat_map(|month| month.people.iter().map(|one| one.person)).collect();
    let ids: Vec<i64> = everybody.into_iter().collect();
    remember(ctx, actor, "listed behind a figure", &ids).await?;
    Ok(months)
}

/// Keeps that people were listed by number, with what they do.
pub(super) async fn remember(
    ctx: &Context,
    actor: &Actor,
    act: &str,
    ids: &[i64],
) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin_seeing().await?;
    note(ctx, &mut tx, actor, (act, "number, activity"), ids).await?;
    tx.commit().await?;
    Ok(())
}

/// A row of the audit for each of whom a figure told.
async fn note(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (act, detail): (&str, &str),
    ids: &[i64],
) -> Result<(), Wrong> {
    let (at, account) = (ctx.now(), actor.account_id());
    let entry = audit::Entry { at: &at, account, act, person: None, purpose: "figures", detail };
    Ok(audit::write_many(tx, &entry, ids).await?)
}
