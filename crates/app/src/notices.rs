//! One-minute notices: links for providers' contacts, the notice that comes by one, and acting on it.
//!
//! Invariant: what the sender is answered is the same whether or not the person is known; a notice is
//! found by those within whose reach the person is, and by the data manager while nobody is sure who it is.

mod passing;

pub(crate) use passing::passed_words;
pub use passing::{
    Handed, Passed, Told, WAYS, acknowledge, councils, handed_over, pass_on, passed, take_back,
    unacknowledged,
};

use domain::access::{Act, Actor, Purpose, decide};
use domain::notice::{Kind, Notice, Typed, due, read};
use domain::person::PersonId;
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use sha2::{Digest, Sha256};
use store::people;
use store::{Tx, audit, changes, notices};

pub use store::notices::{Kept, Link};

use crate::accounts::hex;
use crate::agreement::Hand;
use crate::context::{Context, Wrong, day_of};
use crate::permission::may;

/// Notices that one contact's link may give in a day: whoever holds it is not signed in.
const A_DAY_MOST: i64 = 60;
/// The same for a partner's own page or system, where somebody answers for each: a large college makes all
/// its offers in a week of August.
const A_DAY_MOST_SIGNED_IN: i64 = 5_000;
/// Months for which a link works.
const MONTHS: i32 = 12;

/// Makes a link for one contact of one organisation; its secret, which is shown this once.
pub async fn make_link(
    ctx: &Context,
    actor: &Actor,
    organisation: &str,
    contact: &str,
) -> Result<String, Wrong> {
    may(actor, Act::Administer, Purpose::Running)?;
    if contact.trim().is_empty() {
        return Err(Wrong::refused("Say whom the link is for."));
    }
    let secret = hex(&ctx.random::<16>());
    let mut tx = ctx.db.begin().await?;
    let id = [organisation.to_owned()];
    if store::organisations::names(&mut tx, &id).await?.is_empty() {
        return Err(Wrong::refused("Choose the organisation that the link is for."));
    }
    let until = ctx.today().checked_add(MONTHS.months()).unwrap_or(ctx.today());
    let change = begin(ctx, &mut tx, actor, "notice link made").await?;
    let of = (organisation, contact.trim(), until);
    let link = notices::add_link(&mut tx, change, &hash(&secret), of).await?;
    note(ctx, &mut tx, actor.account_id(), "notice link made", None, &format!("link {link}"))
        .await?;
    tx.commit().await?;
    Ok(secret)
}

/// Contacts' links that work or would but for their day. What partners' own pages and systems send by is
/// nobody's link: it has no address, and ending it would end nothing that somebody holds.
pub async fn links(ctx: &Context, actor: &Actor) -> Result<Vec<Link>, Wrong> {
    may(actor, Act::Administer, Purpose::Running)?;
    let mut tx = ctx.db.begin_read().await?;
    let mut all = notices::links(&mut tx).await?;
    all.retain(|link| link.contact != crate::partners::PORTAL);
    Ok(all)
}

/// Ends a link at once.
pub async fn end_link(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    may(actor, Act::Administer, Purpose::Running)?;
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "notice link ended").await?;
    if !notices::end_link(&mut tx, change, id).await? {
        return Err(Wrong::refused("This link was ended already."));
    }
    note(ctx, &mut tx, actor.account_id(), "notice link ended", None, &format!("link {id}"))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// What a contact sees who opens their link: whose it is, and what became of their newest notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub link: Link,
    pub sent: Vec<Kept>,
}

/// Opens a link. `None` for one that is ended, over or never was: the answer does not say which.
pub async fn open_link(ctx: &Context, secret: &str) -> Result<Option<Opened>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let Some(link) = live(ctx, &mut tx, secret).await? else { return Ok(None) };
    let sent = notices::of_link(&mut tx, link.id).await?;
    Ok(Some(Opened { link, sent }))
}

async fn live(ctx: &Context, tx: &mut Tx, secret: &str) -> Result<Option<Link>, Wrong> {
    let link = notices::link_of(tx, &hash(secret)).await?;
    Ok(link.filter(|link| link.until >= ctx.today()))
}

/// What came of giving a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The receipt.
    Kept(String),
    /// What has to be mended: field and sentence.
    Mend(Vec<(&'static str, &'static str)>),
    /// The link does not work.
    NoLink,
}

/// Takes a notice in.
///
/// Errors: refused where it needs an agreement that does not stand, and when too many came in a day.
pub async fn give(ctx: &Context, secret: &str, typed: &Typed) -> Result<Given, Wrong> {
    let notice = match read(typed, ctx.today()) {
        Ok(notice) => notice,
        Err(wrong) => return Ok(Given::Mend(wrong)),
    };
    let mut tx = ctx.db.begin().await?;
    let Some(link) = live(ctx, &mut tx, secret).await? else { return Ok(Given::NoLink) };
    let receipt = keep(ctx, &mut tx, (link.id, &link.organisation, None), &notice).await?;
    tx.commit().await?;
    Ok(Given::Kept(receipt))
}

/// Keeps a notice that came by a link, from an account where one sent it; its receipt.
///
/// Errors: refused where it needs an agreement that does not stand, and when too many came in a day.
pub(crate) async fn keep(
    ctx: &Context,
    tx: &mut Tx,
    (link, organisation, account): (i64, &str, Option<i64>),
    notice: &Notice,
) -> Result<String, Wrong> {
    let day = ctx.timestamp() - SignedDuration::from_hours(24);
    let most = if account.is_some() { A_DAY_MOST_SIGNED_IN } else { A_DAY_MOST };
    if notices::since(tx, link, &format!("{day:.6}")).await? >= most {
        let ask = crate::partners::whom_to_ask(tx).await?;
        return Err(Wrong::refused(format!(
            "{most} notices came this way within a day, which is as many as it takes. {} Or ring or write \
             to {ask}.",
            otherwise(notice.kind, account.is_some())
        )));
    }
    may_come(ctx, tx, (organisation, Hand::Council), notice).await?;
    let person = whom(tx, notice).await?;
    let receipt = hex(&ctx.random::<4>()).to_uppercase();
    let at = ctx.now();
    notices::add(tx, (link, &receipt), notice, (&at, person)).await?;
    if let Some(person) = person {
        crate::results::by_notice(ctx, tx, (person, organisation), notice).await?;
    }
    let detail = format!("{} by link {link}", notice.kind.name());
    note(ctx, tx, account, "notice received", person, &detail).await?;
    Ok(receipt)
}

/// How more of a kind can come in a day than a link, or somebody who signed in, can tell of.
const fn otherwise(kind: Kind, signed_in: bool) -> &'static str {
    match kind {
        Kind::Left | Kind::DidNotTurnUp | Kind::LikelyToLeave => {
            "Your organisation can send the others as one list of joiners and leavers."
        }
        Kind::OfferMade | Kind::OfferWithdrawn if signed_in => "Tell of the others a day later.",
        Kind::OfferMade | Kind::OfferWithdrawn => {
            "Whoever signs in for your organisation can tell of the others on its page of offers."
        }
    }
}

/// Whether a notice may come from a sender: what the law asks of every institution comes whatever is
/// signed, over or silent on it; anything else as far as the agreement goes.
///
/// Errors: refused where it needs an agreement and none in force covers it.
pub(crate) async fn may_come(
    ctx: &Context,
    tx: &mut Tx,
    sender: (&str, Hand),
    notice: &Notice,
) -> Result<(), Wrong> {
    if !notice.kind.is_duty() {
        crate::agreement::gate_of(ctx, tx, sender, notice.kind.flows()).await?;
    }
    Ok(())
}

/// The one person of that name and day of birth; nobody where there are two, or none.
async fn whom(tx: &mut Tx, notice: &Notice) -> Result<Option<i64>, Wrong> {
    let name = format!("{} {}", notice.given, notice.family);
    crate::looks::named(tx, &name, &notice.born.to_string()).await
}

/// Notices that wait, within the reader's reach. Whoever was shown is remembered.
pub async fn waiting(ctx: &Context, actor: &Actor) -> Result<Vec<Kept>, Wrong> {
    may(actor, Act::RecordContact, Purpose::Support)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let mut found = within(&mut tx, actor).await?;
    found.sort_by_key(|one| (due_of(one), one.id));
    let people: Vec<i64> = found.iter().filter_map(|one| one.person).collect();
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "shown in the notices",
        person: None,
        purpose: "notices",
        detail: "name, date of birth, what happened",
    };
    audit::write_shown(&mut tx, &entry, &people, found.len() - people.len()).await?;
    tx.commit().await?;
    Ok(found)
}

/// The last day on which acting on a notice is in time.
pub fn due_of(notice: &Kept) -> Date {
    day_of(&notice.received_at).map_or(notice.day, due)
}

/// How many wait.
pub async fn count(ctx: &Context, actor: &Actor) -> Result<usize, Wrong> {
    may(actor, Act::RecordContact, Purpose::Support)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(within(&mut tx, actor).await?.len())
}

/// Those about one person that wait, the soonest due first: the same decision as the list of all. Nothing
/// for whoever does not act on notices.
pub(crate) async fn of_person(
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
) -> Result<Vec<Kept>, Wrong> {
    if may(actor, Act::RecordContact, Purpose::Support).is_err() {
        return Ok(Vec::new());
    }
    let all = notices::open_of(tx, person.0).await?;
    let mut found = reached_of(tx, actor, all).await?;
    found.sort_by_key(|one| (due_of(one), one.id));
    Ok(found)
}

async fn within(tx: &mut Tx, actor: &Actor) -> Result<Vec<Kept>, Wrong> {
    let all = notices::open(tx).await?;
    reached_of(tx, actor, all).await
}

/// Of these, those that the reader acts on.
async fn reached_of(tx: &mut Tx, actor: &Actor, all: Vec<Kept>) -> Result<Vec<Kept>, Wrong> {
    let people: Vec<i64> = all.iter().filter_map(|one| one.person).collect();
    let reached = people::within(tx, &actor.scope, &people).await?;
    let sorts = decide(actor, Act::DecideIdentity).allowed;
    let reaches = |one: &Kept| one.person.map_or(sorts, |p| reached.binary_search(&p).is_ok());
    Ok(all.into_iter().filter(reaches).collect())
}

/// Marks a notice as acted on and says what was done.
pub async fn act_on(ctx: &Context, actor: &Actor, id: i64, outcome: &str) -> Result<(), Wrong> {
    may(actor, Act::RecordContact, Purpose::Support)?;
    if outcome.trim().is_empty() {
        return Err(Wrong::refused("Say in a few words what you did."));
    }
    let mut tx = ctx.db.begin().await?;
    let found = within(&mut tx, actor).await?.into_iter().find(|one| one.id == id);
    let found = found.ok_or_else(|| {
        Wrong::refused("This notice does not wait any more, or is not yours to act on.")
    })?;
    let account = actor.account_id();
    if !notices::done(&mut tx, id, (&ctx.now(), account, outcome.trim())).await? {
        return Err(Wrong::refused("Somebody else has acted on this notice."));
    }
    let detail = format!("notice {id}");
    note(ctx, &mut tx, account, "notice acted on", found.person, &detail).await?;
    tx.commit().await?;
    Ok(())
}

fn hash(secret: &str) -> String {
    hex(&<[u8; 32]>::from(Sha256::digest(secret.as_bytes())))
}

async fn begin(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    reason: &str,
) -> Result<domain::person::ChangeId, Wrong> {
    let by = actor.account_id();
    Ok(changes::begin(tx, &ctx.now(), "notice", by, None, Some(reason)).await?)
}

async fn note(
    ctx: &Context,
    tx: &mut Tx,
    account: Option<i64>,
    act: &str,
    person: Option<i64>,
    detail: &str,
) -> Result<(), Wrong> {
    let at = ctx.now();
    let entry = audit::Entry { at: &at, account, act, person, purpose: "notices", detail };
    audit::write(tx, &entry).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nobody is sent to a page where they stand already.
    #[test]
    fn who_has_told_of_as_many_as_a_day_takes_is_sent_elsewhere() {
        for kind in [Kind::OfferMade, Kind::OfferWithdrawn] {
            assert!(otherwise(kind, false).contains("page of offers"), "{kind:?}");
            assert!(otherwise(kind, true).contains("a day later"), "{kind:?}");
        }
        for signed_in in [false, true] {
            assert!(otherwise(Kind::Left, signed_in).contains("list of joiners and leavers"));
        }
    }
}
