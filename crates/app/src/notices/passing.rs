//! Notices about another council's residents: told on that council's own page here where its people have
//! accounts, by other means where not. What is kept is the receipt, of who told whom, when and how, and when
//! that council acknowledged it.
//!
//! Invariant: a council reads what the notices passed on to it say, and nothing of what is known here.

use domain::access::{Act, Actor, Purpose, Role};
use domain::calendar::shown;
use domain::notice::Kind;
use jiff::ToSpan;
use jiff::civil::Date;
use store::notices;
use store::{Tx, accounts, audit, organisations, people};

pub use store::notices::{Handed, Passed};

use super::{Kept, note, within};
use crate::accounts::hex;
use crate::context::{Context, Wrong};
use crate::permission::may;

/// The way that tells nobody in person: the notice stands on that council's own page.
const OWN_PAGE: &str = "own-page";
/// How another council is told: value and words.
pub const WAYS: &[(&str, &str)] = &[
    (OWN_PAGE, "on its own page here"),
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
    /// Who there was told: a name or a post. Nobody is where it stands on their own page.
    pub whom: String,
    /// One of [`WAYS`].
    pub how: String,
    /// ISO day; today where empty.
    pub day: String,
}

/// Whom, how and when, once all of it can be kept.
fn read(told: &Told, today: Date) -> Result<String, Wrong> {
    if told.how == OWN_PAGE {
        if !told.whom.trim().is_empty() || !told.day.trim().is_empty() {
            return Err(Wrong::refused(
                "On its own page it is nobody in particular who is told, and from today on: leave name and day \
                 empty, or choose how you told them.",
            ));
        }
        return Ok(format!("on their own page here since {}", shown(today)));
    }
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

/// What stands of a notice that was passed on to a council under a receipt, once what was typed can be kept.
pub(crate) fn passed_words(
    (council, receipt): (&str, &str),
    told: &Told,
    today: Date,
) -> Result<String, Wrong> {
    Ok(format!("Passed on to {council}, receipt {receipt}: {}", read(told, today)?))
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
    let receipt = hex(&ctx.random::<4>()).to_uppercase();
    let outcome = passed_words((name, &receipt), told, ctx.today())?;
    let mut tx = ctx.db.begin().await?;
    let found = within(&mut tx, actor).await?.into_iter().find(|one| one.id == id);
    let found = found.ok_or_else(|| {
        Wrong::refused("This notice does not wait any more, or is not yours to act on.")
    })?;
    let on_own_page = told.how == OWN_PAGE;
    if on_own_page {
        has_page(ctx, &mut tx, council, &found).await?;
    }
    let by = (&*ctx.now(), actor.account_id());
    if !notices::passed(&mut tx, id, by, (council, &outcome, &receipt, on_own_page)).await? {
        return Err(Wrong::refused("Somebody else has acted on this notice."));
    }
    let detail = format!("notice {id} to {council}, receipt {receipt}");
    note(ctx, &mut tx, by.1, "notice passed on", found.person, &detail).await?;
    tx.commit().await?;
    Ok(receipt)
}

/// Takes a notice off another council's own page, where nobody there has acknowledged it: it waits again.
pub async fn take_back(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    may(actor, Act::RecordContact, Purpose::Support)?;
    let mut tx = ctx.db.begin().await?;
    let found = reached(&mut tx, actor, listed_since(ctx)).await?;
    let found = found.into_iter().find(|one| one.id == id);
    let found =
        found.ok_or_else(|| Wrong::refused("There is no such notice that you passed on."))?;
    if !notices::take_back(&mut tx, id).await? {
        return Err(Wrong::refused(
            "Only what stands on another council's own page, and was not acknowledged there, can be taken back.",
        ));
    }
    let by = actor.account_id();
    note(ctx, &mut tx, by, "notice taken back", found.person, &format!("notice {id}")).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether anybody of a council would find a notice on its own page.
///
/// Errors: refused where nobody would, with what to do instead.
async fn has_page(ctx: &Context, tx: &mut Tx, council: &str, one: &Kept) -> Result<(), Wrong> {
    if let Some(person) = one.person
        && store::rights::stopped(tx).await?.contains(&person)
    {
        return Err(Wrong::refused(
            "The use of their record is stopped, so no page shows this notice. Tell that council another way.",
        ));
    }
    let reads = |one: &accounts::Account| {
        let theirs = one.organisation.as_deref() == Some(council);
        one.active && theirs && one.role == Role::OtherCouncil.name()
    };
    if !accounts::all(tx).await?.iter().any(reads) {
        return Err(Wrong::refused(
            "Nobody of that council has an account here. Tell it another way.",
        ));
    }
    let agreed = crate::agreement::terms_of(ctx, tx, council).await?.wanting().is_none();
    if !agreed && !by_law(&one.kind) {
        return Err(Wrong::refused(
            "No agreement with that council is in force, so its page shows only who left or never came. Tell it \
             another way.",
        ));
    }
    Ok(())
}

/// Whether the law has us tell the council where somebody lives, whatever was agreed with it.
fn by_law(kind: &str) -> bool {
    Kind::from_name(kind).is_some_and(Kind::is_duty)
}

/// What was passed on to the reader's own council in the last twelve months, newest first: what the law has
/// us tell it, and the rest while an agreement with it is in force. Whoever was shown is remembered.
pub async fn handed_over(ctx: &Context, actor: &Actor) -> Result<Vec<Handed>, Wrong> {
    may(actor, Act::ReceiveNotices, Purpose::Sharing)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let found = handed(ctx, &mut tx, actor).await?;
    let shown: Vec<i64> = found.iter().filter_map(|one| one.person).collect();
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "shown to the council that a notice was passed on to",
        person: None,
        purpose: "notices",
        detail: "name, date of birth, what happened",
    };
    audit::write_shown(&mut tx, &entry, &shown, found.len() - shown.len()).await?;
    tx.commit().await?;
    Ok(found)
}

/// How many of them nobody there has acknowledged.
pub async fn unacknowledged(ctx: &Context, actor: &Actor) -> Result<usize, Wrong> {
    may(actor, Act::ReceiveNotices, Purpose::Sharing)?;
    let mut tx = ctx.db.begin_read().await?;
    let all = handed(ctx, &mut tx, actor).await?;
    Ok(all.iter().filter(|one| one.acknowledged_at.is_none()).count())
}

/// Says for the reader's own council that it has a notice, once.
pub async fn acknowledge(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    may(actor, Act::ReceiveNotices, Purpose::Sharing)?;
    let mut tx = ctx.db.begin().await?;
    let found = handed(ctx, &mut tx, actor).await?.into_iter().find(|one| one.id == id);
    let found = found
        .ok_or_else(|| Wrong::refused("There is no such notice that was passed on to you."))?;
    let own = actor.scope.own_organisation().unwrap_or_default();
    let by = (&*ctx.now(), actor.account_id());
    if !notices::acknowledge(&mut tx, (id, own), by).await? {
        return Err(Wrong::refused("Somebody of your council has acknowledged this notice."));
    }
    let detail = format!("notice {id} by {own}, receipt {}", found.receipt);
    note(ctx, &mut tx, by.1, "notice acknowledged", found.person, &detail).await?;
    tx.commit().await?;
    Ok(())
}

async fn handed(ctx: &Context, tx: &mut Tx, actor: &Actor) -> Result<Vec<Handed>, Wrong> {
    let Some(own) = actor.scope.own_organisation() else { return Ok(Vec::new()) };
    let mut all = notices::to_council(tx, own, &listed_since(ctx).to_string()).await?;
    let stopped = store::rights::stopped(tx).await?;
    all.retain(|one| by_law(&one.kind) || actor.wanting().is_none());
    all.retain(|one| one.person.is_none_or(|person| !stopped.contains(&person)));
    Ok(all)
}

/// The first day of whose passing on is listed.
fn listed_since(ctx: &Context) -> Date {
    ctx.today().checked_sub(LISTED_MONTHS.months()).unwrap_or(ctx.today())
}

/// The receipts of the last twelve months within the reader's reach, newest first. Whoever was shown is
/// remembered.
pub async fn passed(ctx: &Context, actor: &Actor) -> Result<Vec<Passed>, Wrong> {
    may(actor, Act::RecordContact, Purpose::Support)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let found = reached(&mut tx, actor, listed_since(ctx)).await?;
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
