//! Whose caseload a young person is on, and giving them to another adviser.

use domain::access::{Act, Actor, Purpose, Role, decide};
use domain::person::PersonId;
use store::accounts::{self, Account};
use store::{Tx, changes, contacts};

use super::{note, within_reach};
use crate::context::{Context, Wrong};

/// Whether an account can have a caseload at all: those who work with young people.
fn holds_a_caseload(account: &Account) -> bool {
    let role = Role::from_name(&account.role);
    account.active && matches!(role, Some(Role::Adviser | Role::LocalityManager))
}

/// Everybody who can have a caseload: number and name, by name.
pub(super) async fn holders(tx: &mut Tx) -> Result<Vec<(i64, String)>, Wrong> {
    let all = accounts::all(tx).await?;
    let mut holders: Vec<(i64, String)> =
        all.into_iter().filter(holds_a_caseload).map(|a| (a.id, a.name)).collect();
    holders.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(holders)
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
    if !decide(actor, Act::EditPeople).allowed {
        return Err(Wrong::refused("Your role may not correct records."));
    }
    let mut tx = ctx.db.begin().await?;
    within_reach(&mut tx, actor, (Act::EditPeople, Purpose::Support), person).await?;
    let before = contacts::advisers(&mut tx, person.0).await?;
    if adviser == before.first().map(|(id, ..)| *id) {
        return Err(Wrong::refused("That is whose caseload they are on already."));
    }
    let reason = match adviser {
        None => "Taken off the caseload".to_owned(),
        Some(id) => {
            let account = accounts::by_id(&mut tx, id).await?.filter(holds_a_caseload);
            let account = account.ok_or_else(|| Wrong::refused("Choose an adviser."))?;
            format!("Given to {}", account.name)
        }
    };
    let (at, account) = (ctx.now(), actor.account_id());
    let change = changes::begin(&mut tx, &at, "allocation", account, None, Some(&reason)).await?;
    contacts::allocate(&mut tx, (person.0, adviser), ctx.today(), change.0).await?;
    note(ctx, &mut tx, actor, person, ("allocated", &reason)).await?;
    tx.commit().await?;
    Ok(())
}
