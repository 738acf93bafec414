//! What a partner types instead of sending a file: what a pupil intends, a word on sharing, an offer made
//! or withdrawn. Each is checked before it is sent, and has a receipt after. A pupil's intention becomes
//! a list of one row, so that it goes the way of every list.

use domain::access::{Act, Actor, Denial, Purpose, Role};
use domain::consent::{Telling, Word, check};
use domain::notice::{Typed, read};
use domain::person::{Field, PersonId};
use domain::results::{Signs, is_provider};
use formats::Kind;
use jiff::ToSpan;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use store::accounts::{self, Account};
use store::notices::{self, Kept, Link};
use store::{Tx, changes, consents, organisations};

use super::{Mine, shown};
use crate::accounts::hex;
use crate::agreement::Hand;
use crate::context::{Context, Wrong};
use crate::imports::{Incoming, Options};
use crate::people::{note, within_reach};
use crate::permission::may;

/// What the notices of the portal come by.
pub(crate) const PORTAL: &str = "The partner's own page";
const MONTHS: i32 = 12;

/// One of the actor's own people, as the partner sees them; the look is audited. `None` for anybody else.
pub async fn one(ctx: &Context, actor: &Actor, person: PersonId) -> Result<Option<Mine>, Wrong> {
    may(actor, Act::SendOwn, Purpose::Sharing)?;
    let mut tx = ctx.db.begin().await?;
    if within_reach(&mut tx, actor, (Act::SendOwn, Purpose::Sharing), person).await.is_err() {
        return Ok(None);
    }
    let found = shown(ctx, &mut tx, actor, &[person.0], None).await?.into_iter().next();
    tx.commit().await?;
    Ok(found)
}

/// A pupil's intention as a list of one row, taken in to be checked; its number. It is of the day on which they
/// said it, so that what was told since stays.
///
/// Errors: refused where neither is a code, for a day ahead or before they were born, or where the partner sends no
/// such lists.
pub async fn intend(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    (intends, offer): (&str, &str),
    day: Date,
) -> Result<i64, Wrong> {
    let sender = super::sender(ctx, actor, Kind::Destinations).await?;
    let gone = || Wrong::refused("This is none of your people.");
    let one = one(ctx, actor, person).await?.ok_or_else(gone)?;
    let code = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    if [intends, offer].iter().all(|text| text.is_empty())
        || [intends, offer].iter().any(|text| !text.is_empty() && !code(text))
    {
        return Err(Wrong::refused("Choose what they intend, or how the September offer stands."));
    }
    let p = &one.record.particulars;
    if p.date_of_birth().is_some_and(|born| day < born) {
        return Err(Wrong::refused("Nothing was said before they were born."));
    }
    let text = |field| p.get(field).unwrap_or_default().to_owned();
    let failed = |e: csv::Error| Wrong::Failed(e.to_string());
    let mut out = csv::Writer::from_writer(Vec::new());
    let heads = [
        "upn",
        "uln",
        "given_name",
        "family_name",
        "date_of_birth",
        "intended_destination",
        "guarantee_year_11",
    ];
    out.write_record(heads).map_err(failed)?;
    let who = [Field::Upn, Field::Uln, Field::GivenName, Field::FamilyName, Field::DateOfBirth];
    let said = [intends.to_owned(), offer.to_owned()];
    out.write_record(who.into_iter().map(text).chain(said)).map_err(failed)?;
    let bytes = out.into_inner().map_err(|e| Wrong::Failed(e.to_string()))?;
    let incoming = Incoming {
        kind: Kind::Destinations,
        sender: &sender,
        file_name: "Typed by the school",
        content: Box::new(std::io::Cursor::new(bytes)),
        as_of: Some(day),
        options: Options::default(),
        account: actor.account_id(),
    };
    crate::imports::receive(ctx, incoming).await
}

/// A word on the school file, as the school heard it: what has to be mended, or nothing where it could be
/// sent; with `send` it is, and acts at once.
///
/// Errors: refused for whoever is none of the school's own.
pub async fn word(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    told: Telling,
    send: bool,
) -> Result<Result<Option<String>, Vec<(&'static str, String)>>, Wrong> {
    may(actor, Act::SendOwn, Purpose::Sharing)?;
    let own = match (actor.role, actor.scope.own_organisation()) {
        (Role::School, Some(own)) => own.to_owned(),
        _ => {
            let only = "Only a school tells what was said of its school file.";
            return Err(Wrong::denied(Denial::said(only)));
        }
    };
    let mut tx = ctx.db.begin().await?;
    let (loaded, _) =
        within_reach(&mut tx, actor, (Act::SendOwn, Purpose::Sharing), person).await?;
    let told = Telling { partner: own, ..told };
    let mut wrong = check(&told, loaded.record.particulars.date_of_birth(), ctx.today());
    if !told.word.is_of_school_file() {
        wrong.push(("word", "Choose what was said of the school file".to_owned()));
    }
    if !wrong.is_empty() {
        return Ok(Err(wrong));
    }
    if !send {
        return Ok(Ok(None));
    }
    let (by, at) = (actor.account_id(), ctx.now());
    let change = changes::begin(&mut tx, &at, "consent", by, None, Some(told.word.label())).await?;
    consents::tell(&mut tx, change, person.0, &told).await?;
    let detail = format!("{} {}", told.word.name(), told.partner);
    note(ctx, &mut tx, actor, person, ("word on sharing", &detail)).await?;
    tx.commit().await?;
    Ok(Ok(Some(format!("W{}", change.0))))
}

/// Whether the rest of the school file is refused to the actor's school of one of its own pupils.
pub async fn has_said_no(ctx: &Context, actor: &Actor, person: PersonId) -> Result<bool, Wrong> {
    may(actor, Act::SendOwn, Purpose::Sharing)?;
    let own = actor.scope.own_organisation().unwrap_or_default().to_owned();
    let mut tx = ctx.db.begin_read().await?;
    within_reach(&mut tx, actor, (Act::SendOwn, Purpose::Sharing), person).await?;
    let words = consents::of_person(&mut tx, person.0).await?;
    Ok(domain::consent::said(&words, &own, ctx.today()).no)
}

/// What a school can say of the school file.
pub const SCHOOL_WORDS: &[Word] = &[Word::SaidNo, Word::NoLonger];

/// What came of telling of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It could be sent.
    Good,
    Receipt(String),
    Mend(Vec<(&'static str, &'static str)>),
}

/// An offer made or withdrawn, typed by a provider; with `send` it is kept. What is answered is the same
/// whether or not the person is known.
///
/// Errors: refused where the provider's agreement does not cover it.
pub async fn offer(
    ctx: &Context,
    actor: &Actor,
    typed: &Typed,
    send: bool,
) -> Result<Offer, Wrong> {
    may(actor, Act::SendOwn, Purpose::Sharing)?;
    let Some(own) = actor.scope.own_organisation() else {
        return Err(super::no_organisation());
    };
    let notice = match read(typed, ctx.today()) {
        Ok(notice) => notice,
        Err(wrong) => return Ok(Offer::Mend(wrong)),
    };
    let mut tx = ctx.db.begin().await?;
    crate::notices::may_come(ctx, &mut tx, (own, Hand::Sender), &notice).await?;
    if !send {
        return Ok(Offer::Good);
    }
    let link = link(ctx, &mut tx, actor, own).await?;
    let by = (link.id, own, actor.account_id());
    let receipt = crate::notices::keep(ctx, &mut tx, by, &notice).await?;
    tx.commit().await?;
    Ok(Offer::Receipt(receipt))
}

/// Whom a pupil of the actor's can apply to: identifiers and names, by name.
pub async fn providers(ctx: &Context, actor: &Actor) -> Result<Vec<(String, String)>, Wrong> {
    may(actor, Act::SendOwn, Purpose::Sharing)?;
    let mut tx = ctx.db.begin_read().await?;
    let accounts = accounts::all(&mut tx).await?;
    let teaches = [Role::School, Role::College, Role::TrainingProvider].map(Role::name);
    let learned_at = organisations::with_learners(&mut tx).await?;
    let mut all = organisations::all(&mut tx).await?;
    all.retain(|one| {
        let of = |a: &Account| a.organisation.as_ref() == Some(&one.id);
        let signs = Signs {
            number: one.urn.is_some() || one.ukprn.is_some() || one.establishment.is_some(),
            account: accounts.iter().any(|a| of(a) && teaches.contains(&a.role.as_str())),
            learners: learned_at.contains(&one.id),
        };
        is_provider(&one.kind, signs) && !actor.scope.is_own(&one.id)
    });
    Ok(all.into_iter().map(|one| (one.id, one.name)).collect())
}

/// The newest notices of the organisation's own page, with what became of them.
pub async fn offers(ctx: &Context, actor: &Actor) -> Result<Vec<Kept>, Wrong> {
    may(actor, Act::SendOwn, Purpose::Sharing)?;
    let own = actor.scope.own_organisation().unwrap_or_default().to_owned();
    let mut tx = ctx.db.begin_read().await?;
    match found(&mut tx, &own).await? {
        Some(link) => Ok(notices::of_link(&mut tx, link.id).await?),
        None => Ok(Vec::new()),
    }
}

async fn found(tx: &mut Tx, own: &str) -> Result<Option<Link>, Wrong> {
    let all = notices::links(tx).await?;
    Ok(all.into_iter().find(|link| link.organisation == own && link.contact == PORTAL))
}

/// The link that the portal's notices come by, which nobody holds; made when it is first needed.
async fn link(ctx: &Context, tx: &mut Tx, actor: &Actor, own: &str) -> Result<Link, Wrong> {
    if let Some(link) = found(tx, own).await? {
        return Ok(link);
    }
    let secret: [u8; 32] = ctx.random();
    let closed = hex(&<[u8; 32]>::from(Sha256::digest(secret)));
    let until = ctx.today().checked_add(MONTHS.months()).unwrap_or(ctx.today());
    let by = actor.account_id();
    let change = changes::begin(tx, &ctx.now(), "notice", by, None, Some("portal opened")).await?;
    notices::add_link(tx, change, &closed, (own, PORTAL, until)).await?;
    let gone = || Wrong::Failed("a link that was made is gone".to_owned());
    found(tx, own).await?.ok_or_else(gone)
}
