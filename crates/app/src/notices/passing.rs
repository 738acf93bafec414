//! Notices about another council's residents: telling that council is an act of ours by other means, since
//! it has no page here that lists them; what is kept is the receipt, of who told whom, when and how.

use domain::access::{Act, Actor, Purpose};
use domain::calendar::shown;
use jiff::ToSpan;
use jiff::civil::Date;
use store::notices;
use store::{Tx, audit, organisations, people};

pub use store::notices::Passed;

use super::{note, within};
use crate::accounts::hex;
use crate::context::{Context, Wrong};
use crate::permission::may;

/// How another council is told: value and words.
pub const WAYS: &[(&str, &str)] = &[
    ("telephone", "by telephone"),
    ("secure-email", "by secure email"),
    ("letter", "by letter"),
    ("in-person", "in person"),
];
const WHOM_CHARS_MOST: usize = 80;
/// Months for which receipts are listed.
const LISTED_MONTHS: i32 = 12;

/// What is written down of telling another council, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Who there was told: a name or a post.
    pub whom: String,
    /// One of [`WAYS`].
    pub how: String,
    /// ISO day; today where empty.
    pub day: String,
}

/// Whom, how and when, once all of it can be kept.
fn read(told: &Told, today: Date) -> Result<String, Wrong> {
    let whom = told.whom.trim();
    if whom.is_empty() || whom.chars().count() > WHOM_CHARS_MOST {
        return Err(Wrong::refused("Say in a few words whom you told at that council."));
    }
    let Some((_, how)) = WAYS.iter().find(|(value, _)| *value == told.how) else {
        return Err(Wrong::refused("Choose how you told that council."));
    };
    let day = match told.day.trim() {
        "" => Some(today),
        text => text.parse::<Date>().ok().filter(|day| *day <= today),
    };
    let day = day.ok_or_else(|| Wrong::refused("Enter the day on which you told them."))?;
    Ok(format!("{whom} was told {how} on {}", shown(day)))
}

/// The councils that a notice about somebody of theirs can be passed on to: id and name.
pub async fn councils(ctx: &Context, actor: &Actor) -> Result<Vec<(String, String)>, Wrong> {
    may(actor, Act::RecordContact, Purpose::Support)?;
    let mut tx = ctx.db.begin_read().await?;
    let own = crate::council::own_organisation(&mut tx).await?;
    let all = organisations::all(&mut tx).await?.into_iter();
    let others = all.filter(|one| one.kind == "council" && Some(&one.id) != own.as_ref());
    Ok(others.map(|one| (one.id, one.name)).collect())
}

/// Writes down that the council in whose area somebody lives was told; the receipt for both councils. The
/// notice's sender sees that it was passed on, not to whom: that would tell where somebody lives.
///
/// Source: Education and Skills Act 2008, section 13.
pub async fn pass_on(
    ctx: &Context,
    actor: &Actor,
    id: i64,
    (council, told): (&str, &Told),
) -> Result<String, Wrong> {
    let councils = councils(ctx, actor).await?;
    let Some((council, name)) = councils.iter().find(|(known, _)| known == council) else {
        return Err(Wrong::refused("Choose the council in whose area they live."));
    };
    let told = read(told, ctx.today())?;
    let mut tx = ctx.db.begin().await?;
    let found = within(&mut tx, actor).await?.into_iter().find(|one| one.id == id);
    let found = found.ok_or_else(|| {
        Wrong::refused("This notice does not wait any more, or is not yours to act on.")
    })?;
    let receipt = hex(&ctx.random::<4>()).to_uppercase();
    let outcome = format!("Passed on to {name}, receipt {receipt}: {told}");
    let by = (&*ctx.now(), actor.account_id());
    if !notices::passed(&mut tx, id, by, (council, &outcome, &receipt)).await? {
        return Err(Wrong::refused("Somebody else has acted on this notice."));
    }
    let detail = format!("notice {id} to {council}, receipt {receipt}");
    note(ctx, &mut tx, by.1, "notice passed on", found.person, &detail).await?;
    tx.commit().await?;
    Ok(receipt)
}

/// The receipts of the last twelve months within the reader's reach, newest first. Whoever was shown is
/// remembered.
pub async fn passed(ctx: &Context, actor: &Actor) -> Result<Vec<Passed>, Wrong> {
    may(actor, Act::RecordContact, Purpose::Support)?;
    let since = ctx.today().checked_sub(LISTED_MONTHS.months()).unwrap_or(ctx.today());
    let mut tx = ctx.db.begin_seeing().await?;
    let found = reached(&mut tx, actor, since).await?;
    let shown: Vec<i64> = found.iter().filter_map(|one| one.person).collect();
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "shown in the notices passed on",
        person: None,
        purpose: "notices",
        detail: "name, to which council",
    };
    audit::write_shown(&mut tx, &entry, &shown, found.len() - shown.len()).await?;
    tx.commit().await?;
    Ok(found)
}

async fn reached(tx: &mut Tx, actor: &Actor, since: Date) -> Result<Vec<Passed>, Wrong> {
    let all = notices::all_passed(tx, &since.to_string()).await?;
    let people: Vec<i64> = all.iter().filter_map(|one| one.person).collect();
    let reached = people::within(tx, &actor.scope, &people).await?;
    let sorts = domain::access::decide(actor, Act::DecideIdentity).allowed;
    let reaches = |one: &Passed| one.person.map_or(sorts, |p| reached.binary_search(&p).is_ok());
    Ok(all.into_iter().filter(reaches).collect())
}
