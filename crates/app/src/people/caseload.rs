//! Whose caseload a young person is on, and giving them to another adviser.

use domain::access::{Act, Actor, Purpose, Role, decide};
use domain::person::PersonId;
use store::accounts::{self, Account};
use store::{Tx, changes, contacts, trainings};

use super::edit::may_edit;
use super::{note, within_reach};
use crate::context::{Context, Wrong};

/// Whether an account can have a caseload at all: those who work with young people.
fn holds_a_caseload(account: &Account) -> bool {
    account.active && works_with_people(account)
}

fn works_with_people(account: &Account) -> bool {
    matches!(Role::from_name(&account.role), Some(Role::Adviser | Role::LocalityManager))
}

/// Everybody who can have a caseload: number and name, by name.
pub(super) async fn holders(tx: &mut Tx) -> Result<Vec<(i64, String)>, Wrong> {
    let all = accounts::all(tx).await?;
    let mut holders: Vec<(i64, String)> =
        all.into_iter().filter(holds_a_caseload).map(|a| (a.id, a.name)).collect();
    holders.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(holders)
}

/// Everybody who can be given people; nobody where the reader may not give.
pub async fn holding(ctx: &Context, actor: &Actor) -> Result<Vec<(i64, String)>, Wrong> {
    if !decide(actor, Act::EditPeople).allowed {
        return Ok(Vec::new());
    }
    let mut tx = ctx.db.begin_read().await?;
    holders(&mut tx).await
}

/// Whose caseload a name or an email address can mean: number and address, of all who share the name. Whoever
/// left counts too, since people may be on their caseload still.
pub async fn called(ctx: &Context, actor: &Actor, said: &str) -> Result<Vec<(i64, String)>, Wrong> {
    let may = decide(actor, Act::ViewFollowUp);
    if !may.allowed {
        return Err(Wrong::denied(may.denial("see this")));
    }
    let said = said.trim().to_lowercase();
    let mut tx = ctx.db.begin_read().await?;
    let caseloads = trainings::caseloads(&mut tx).await?;
    let mut all = accounts::all(&mut tx).await?;
    all.retain(|one| {
        let meant = one.email.to_lowercase() == said || one.name.to_lowercase() == said;
        meant && (works_with_people(one) || caseloads.iter().any(|(id, _)| *id == one.id))
    });
    Ok(all.into_iter().map(|one| (one.id, one.email)).collect())
}

/// The account that people are given to.
async fn holder(tx: &mut Tx, id: i64) -> Result<Account, Wrong> {
    let account = accounts::by_id(tx, id).await?.filter(holds_a_caseload);
    account.ok_or_else(|| Wrong::refused("Choose an adviser."))
}

fn given_to(account: &Account) -> String {
    format!("Given to {}", account.name)
}

/// Puts many people on one adviser's caseload from today, all of them or nobody; how many were not on it before.
///
/// Errors: refused when the account has no caseload, somebody is out of reach, or all are there already.
pub async fn give(
    ctx: &Context,
    actor: &Actor,
    people: &[PersonId],
    adviser: i64,
) -> Result<usize, Wrong> {
    may_edit(actor)?;
    let mut tx = ctx.db.begin().await?;
    let reason = given_to(&holder(&mut tx, adviser).await?);
    let (at, account) = (ctx.now(), actor.account_id());
    let change = changes::begin(&mut tx, &at, "allocation", account, None, Some(&reason)).await?;
    let mut given = 0;
    for person in people {
        within_reach(&mut tx, actor, (Act::EditPeople, Purpose::Support), *person).await?;
        let before = contacts::advisers(&mut tx, person.0).await?;
        if before.first().is_some_and(|(id, ..)| *id == adviser) {
            continue;
        }
        contacts::allocate(&mut tx, (person.0, Some(adviser)), ctx.today(), change.0).await?;
        note(ctx, &mut tx, actor, *person, ("allocated", &reason)).await?;
        given += 1;
    }
    if given == 0 {
        return Err(Wrong::refused("They are all on that caseload already."));
    }
    tx.commit().await?;
    Ok(given)
}

/// Puts a person on one adviser's caseload from today, or on nobody's; any other allocation ends.
///
/// Errors: refused when the account has no caseload, or the person is there already.
pub async fn allocate(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    adviser: Option<i64>,
) -> Result<(), Wrong> {
    may_edit(actor)?;
    let mut tx = ctx.db.begin().await?;
    within_reach(&mut tx, actor, (Act::EditPeople, Purpose::Support), person).await?;
    let before = contacts::advisers(&mut tx, person.0).await?;
    if adviser == before.first().map(|(id, ..)| *id) {
        return Err(Wrong::refused("That is whose caseload they are on already."));
    }
    let reason = match adviser {
        None => "Taken off the caseload".to_owned(),
        Some(id) => given_to(&holder(&mut tx, id).await?),
    };
    let (at, account) = (ctx.now(), actor.account_id());
    let change = changes::begin(&mut tx, &at, "allocation", account, None, Some(&reason)).await?;
    contacts::allocate(&mut tx, (person.0, adviser), ctx.today(), change.0).await?;
    note(ctx, &mut tx, actor, person, ("allocated", &reason)).await?;
    tx.commit().await?;
    Ok(())
}
