//! The partners' side: what an organisation's own people see of it, the files they send with a check
//! before and a receipt after, and their word on who still needs an account.
//!
//! Invariant: everything here is of the actor's own organisation; a number of somebody else's is answered
//! like one that nobody has.

mod typed;

use std::collections::BTreeMap;

pub use domain::access::{Gap, gaps};
pub(crate) use typed::PORTAL;
pub use typed::{Offer, SCHOOL_WORDS, has_said_no, intend, offer, offers, one, providers, word};

use domain::access::{
    Act, Actor, Attested, Denial, Purpose, Role, attested, redact_for, sees_item,
};
use domain::agreement::{Item, Said};
use domain::person::{Field, PersonRecord};
use formats::Kind;
use jiff::civil::Date;
use store::accounts::{self, Account};
use store::imports::{self, Import};
use store::organisations::Organisation;
use store::people::{self, Moment};
use store::{Tx, audit, organisations};

use crate::admin;
use crate::agreement::Hand;
use crate::context::{Context, Wrong};
use crate::permission::may;

/// The organisation that a partner's account belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub id: String,
    pub name: String,
    /// Why nothing of anybody is shown; `None` where an agreement in force gives something out.
    pub wanting: Option<Wanting>,
    /// How many people are named to them: of those they reach, whom the agreement and everybody's word give out.
    pub people: usize,
    /// Whether they answer for the organisation's accounts.
    pub is_contact: bool,
    /// Accounts of the organisation that lapse within two weeks, or have; for whoever answers for them.
    pub lapsing: usize,
}

/// Which agreement is wanting, and who can mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanting {
    pub why: String,
    /// A data manager of the council, with the address to write to.
    pub ask: String,
}

impl Wanting {
    /// The whole of it for whoever is turned away.
    pub fn sentence(&self) -> String {
        format!("Nothing about anybody is shown: {}. Ask {}.", self.why, self.ask)
    }
}

/// People on one page of a partner's list.
pub const MOST: usize = 100;

/// `None` for the council's own staff.
pub async fn own(ctx: &Context, actor: &Actor) -> Result<Option<Own>, Wrong> {
    if actor.scope.own_organisation().is_none() {
        return Ok(None);
    }
    let mut tx = ctx.db.begin_read().await?;
    let organisation = of(&mut tx, actor).await?;
    let account = accounts::by_id(&mut tx, actor.account).await?;
    let is_contact = account.is_some_and(|account| answers(&organisation, &account));
    let lapsing = match is_contact {
        true => {
            let all = standing(ctx, &mut tx).await?;
            let ours =
                all.iter().filter(|(a, _)| a.organisation.as_deref() == Some(&organisation.id));
            ours.filter(|(_, vouched)| vouched.presses()).count()
        }
        false => 0,
    };
    let people = people::own(&mut tx, &actor.scope, i64::MAX).await?;
    let people = named(ctx, &mut tx, actor, people).await?.len();
    let wanting = match actor.wanting() {
        Some(why) => Some(Wanting { why: why.to_owned(), ask: whom_to_ask(&mut tx).await? }),
        None => None,
    };
    Ok(Some(Own {
        id: organisation.id,
        name: organisation.name,
        wanting,
        people,
        is_contact,
        lapsing,
    }))
}

/// The data manager who has been there longest: agreements are theirs to mend.
pub(crate) async fn whom_to_ask(tx: &mut Tx) -> Result<String, Wrong> {
    let keeps = |a: &&Account| a.active && a.role == Role::DataManager.name();
    let all = accounts::all(tx).await?;
    let keeper = all.iter().filter(keeps).min_by_key(|account| account.id);
    Ok(keeper.map_or_else(
        || "the council's data manager".to_owned(),
        |keeper| format!("the council's data manager, {} ({})", keeper.name, keeper.email),
    ))
}

async fn of(tx: &mut Tx, actor: &Actor) -> Result<Organisation, Wrong> {
    let own = actor.scope.own_organisation();
    let all = organisations::all(tx).await?;
    all.into_iter().find(|o| Some(o.id.as_str()) == own).ok_or_else(no_organisation)
}

pub(crate) fn no_organisation() -> Wrong {
    Wrong::denied(Denial::said("Your account belongs to no organisation."))
}

/// Whether an account is its organisation's named contact or the deputy.
fn answers(organisation: &Organisation, account: &Account) -> bool {
    let named = [&organisation.contact_email, &organisation.deputy_email];
    named.into_iter().flatten().any(|email| email.trim().eq_ignore_ascii_case(&account.email))
}

/// One of a partner's own people, cut down to what the partner is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Mine {
    pub person: i64,
    pub record: PersonRecord,
}

/// A page of a partner's own people, and how many there are of all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub people: Vec<Mine>,
    /// The page that is shown: the last one where another was asked that is not there.
    pub page: usize,
    /// On all pages together.
    pub total: usize,
    /// Of all the partner's people, those of whom something is missing that the partner could tell.
    pub short: usize,
}

/// The partner's own people by family name, a page at a time; where `lacking`, those alone of whom something is
/// missing. The look is audited, one row a person on the page.
pub async fn mine(
    ctx: &Context,
    actor: &Actor,
    (page, lacking): (usize, bool),
) -> Result<Listed, Wrong> {
    may(actor, Act::ViewPeople, Purpose::Sharing)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let ids = people::own(&mut tx, &actor.scope, i64::MAX).await?;
    let mut all = seen(ctx, &mut tx, actor, &ids).await?;
    let today = ctx.today();
    let lacks = |(one, _): &(Mine, Said)| !gaps(actor, &one.record, today).is_empty();
    let short = all.iter().filter(|one| lacks(one)).count();
    if lacking {
        all.retain(lacks);
    }
    let total = all.len();
    let page = page.clamp(1, total.div_ceil(MOST).max(1));
    let before = (page - 1).saturating_mul(MOST);
    let shown: Vec<(Mine, Said)> = all.into_iter().skip(before).take(MOST).collect();
    listed(ctx, &mut tx, actor, (&shown, None)).await?;
    tx.commit().await?;
    Ok(Listed { people: shown.into_iter().map(|(one, _)| one).collect(), page, total, short })
}

/// The same by number, page by page: those after a number, and the number that the next page is after.
pub async fn page(
    ctx: &Context,
    actor: &Actor,
    (after, most): (i64, i64),
) -> Result<(Vec<Mine>, Option<i64>), Wrong> {
    may(actor, Act::ViewPeople, Purpose::Sharing)?;
    let mut tx = ctx.db.begin().await?;
    let ids = people::own_after(&mut tx, &actor.scope, (after, most)).await?;
    let mine = shown(ctx, &mut tx, actor, &ids, None).await?;
    tx.commit().await?;
    let full = i64::try_from(ids.len()).unwrap_or(0) == most;
    Ok((mine, ids.last().copied().filter(|_| full)))
}

/// Of these people what the partner is given, as the audit writes down of each by their own word; nobody whose
/// name is not. Where only something of it goes on to the partner, `only` says what.
pub(crate) async fn shown(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    ids: &[i64],
    only: Option<&str>,
) -> Result<Vec<Mine>, Wrong> {
    let seen = seen(ctx, tx, actor, ids).await?;
    listed(ctx, tx, actor, (&seen, only)).await?;
    Ok(seen.into_iter().map(|(one, _)| one).collect())
}

/// Of these people, in their order, what the partner is given, with the word that decides it.
async fn seen(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    ids: &[i64],
) -> Result<Vec<(Mine, Said)>, Wrong> {
    let words: BTreeMap<i64, Said> =
        named(ctx, tx, actor, ids.to_vec()).await?.into_iter().collect();
    let mut seen = Vec::new();
    for loaded in people::load(tx, ids, Moment::Now).await? {
        if let Some(said) = words.get(&loaded.person).copied() {
            let record = redact_for(actor, loaded.record, said);
            seen.push((Mine { person: loaded.person, record }, said));
        }
    }
    Ok(seen)
}

/// Of these people those who are named to the partner at all, with the word that decides it.
async fn named(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    ids: Vec<i64>,
) -> Result<Vec<(i64, Said)>, Wrong> {
    let Some(partner) = actor.scope.own_organisation() else { return Ok(Vec::new()) };
    let words = crate::consents::of_partner(tx, partner, ctx.today()).await?;
    let name = Item::Field(Field::FamilyName);
    let said = ids.into_iter().map(|id| (id, words.get(&id).copied().unwrap_or_default()));
    Ok(said.filter(|(_, said)| sees_item(actor, name, *said).allowed).collect())
}

/// Writes down of each whom a partner is shown.
async fn listed(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (seen, only): (&[(Mine, Said)], Option<&str>),
) -> Result<(), Wrong> {
    let mut told: BTreeMap<(bool, bool), Vec<i64>> = BTreeMap::new();
    for (one, said) in seen {
        told.entry((said.no, said.consent)).or_default().push(one.person);
    }
    let at = ctx.now();
    for ((no, consent), people) in told {
        let parts = || crate::people::parts_shown(actor, Said { no, consent });
        let entry = audit::Entry {
            at: &at,
            account: actor.account_id(),
            act: "listed to a partner",
            person: None,
            purpose: "sharing",
            detail: &only.map_or_else(parts, str::to_owned),
        };
        audit::write_many(tx, &entry, &people).await?;
    }
    Ok(())
}

/// The kinds of file that a role sends.
pub fn kinds(role: Role) -> &'static [Kind] {
    match role {
        Role::School => &[Kind::Roll, Kind::Ctf, Kind::JoinersLeavers, Kind::Destinations],
        Role::College | Role::TrainingProvider => &[Kind::JoinersLeavers, Kind::Ilr, Kind::Roll],
        Role::YouthService => &[Kind::Engagement, Kind::JoinersLeavers, Kind::Roll],
        Role::YouthOffending | Role::Jobcentre | Role::SupportPartner => {
            &[Kind::JoinersLeavers, Kind::Roll]
        }
        Role::OtherCouncil => &[Kind::NccisXml, Kind::NccisFlat],
        Role::DataManager | Role::LocalityManager | Role::Adviser | Role::Governance => &[],
    }
}

/// Whether this partner may send a file of this kind; its sender's name for [`crate::imports::receive`].
pub async fn sender(ctx: &Context, actor: &Actor, kind: Kind) -> Result<String, Wrong> {
    may(actor, Act::SendOwn, Purpose::Sharing)?;
    if !kinds(actor.role).contains(&kind) {
        return Err(Wrong::refused("Your organisation does not send files of this kind."));
    }
    let mut tx = ctx.db.begin_read().await?;
    let own = of(&mut tx, actor).await?;
    // Closed before the file is taken, with the agreement's own reasons.
    crate::agreement::gate(ctx, &mut tx, (&own.id, Hand::Sender), kind).await?;
    Ok(own.id)
}

/// One of a partner's files without what the council alone reads of it.
fn own_side(import: Import) -> Import {
    Import { council: "[]".to_owned(), ..import }
}

/// The files of the partner, newest first.
pub async fn sent(ctx: &Context, actor: &Actor) -> Result<Vec<Import>, Wrong> {
    may(actor, Act::SendOwn, Purpose::Sharing)?;
    let own = actor.scope.own_organisation().unwrap_or_default().to_owned();
    let mut tx = ctx.db.begin_read().await?;
    Ok(imports::of_sender(&mut tx, &own, 30).await?.into_iter().map(own_side).collect())
}

/// One of the partner's files; `None` for somebody else's.
pub async fn file(ctx: &Context, actor: &Actor, id: i64) -> Result<Option<Import>, Wrong> {
    may(actor, Act::SendOwn, Purpose::Sharing)?;
    let mut tx = ctx.db.begin_read().await?;
    let found = imports::one(&mut tx, id).await?;
    let own = |import: &Import| Some(import.sender.as_str()) == actor.scope.own_organisation();
    Ok(found.filter(own).map(own_side))
}

/// What a check tells the sender of a file. Only the file speaks here: whom the register knows, and what it
/// holds of them, would otherwise be tried row by row, a guessed name or telephone number at a time, by files
/// that are never sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    pub read: i64,
    /// Rows that could be read: the council takes them in, decides on them or asks.
    pub usable: i64,
    /// Rows that no register would make usable. One that speaks of nobody known and says too little to bring
    /// somebody in is not among them: the same row of somebody known is taken.
    pub refused: i64,
}

pub fn checked(import: &Import) -> Checked {
    let c = import.counts;
    Checked { read: c.read, usable: c.read - c.unreadable, refused: c.unreadable }
}

/// Rows of a partner's file that cannot be used, by line, with the reasons: the words are about the file.
pub async fn faults(
    ctx: &Context,
    actor: &Actor,
    id: i64,
) -> Result<Vec<(i64, Vec<String>)>, Wrong> {
    if file(ctx, actor, id).await?.is_none() {
        return Ok(Vec::new());
    }
    let mut tx = ctx.db.begin_read().await?;
    let rows = imports::unreadable(&mut tx, id, 100).await?;
    let read = |text: String| serde_json::from_str::<Vec<String>>(&text).unwrap_or_default();
    Ok(rows.into_iter().map(|(line, reasons)| (line, read(reasons))).collect())
}

/// Sends a file that was checked: the receipt's number, the same however often one asks.
pub async fn hand_over(ctx: &Context, actor: &Actor, id: i64) -> Result<String, Wrong> {
    let gone = || Wrong::refused("There is no such file of your organisation.");
    let import = file(ctx, actor, id).await?.ok_or_else(gone)?;
    if import.state != "planned" {
        return Err(Wrong::refused("This file cannot be sent: it was not checked to its end."));
    }
    let mut tx = ctx.db.begin().await?;
    // Held in the same unit of work, so that nobody withdraws or takes it up meanwhile.
    let held = ("planned", "planned");
    if !imports::move_state(&mut tx, id, held, import.message.as_deref()).await? {
        return Err(Wrong::refused("This file was withdrawn or taken up meanwhile."));
    }
    let receipt = receipt(&import);
    if imports::handed_over(&mut tx, id).await?.is_none() {
        imports::hand_over(&mut tx, id, (actor.account, &ctx.now())).await?;
        let at = ctx.now();
        let entry = audit::Entry {
            at: &at,
            account: actor.account_id(),
            act: "file sent by a partner",
            person: None,
            purpose: "sharing",
            detail: &format!("import {id}, receipt {receipt}"),
        };
        audit::write(&mut tx, &entry).await?;
    }
    tx.commit().await?;
    Ok(receipt)
}

/// How a partner's file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    Checking,
    /// Checked to its end, and not handed over.
    Checked,
    /// Handed over; it waits at the council.
    Sent,
    TakingIn,
    Applied,
    TakenBack,
    Refused,
}

/// How a partner's file stands; `running` while somebody works on it.
pub fn stands(import: &Import, sent: bool, running: bool) -> Stands {
    match (import.state.as_str(), sent) {
        // Nobody could read it, which its sender is told, and mends.
        ("received", false) if !running && import.message.is_some() => Stands::Refused,
        ("received", true) if !running => Stands::Sent,
        ("received" | "reading", _) => Stands::Checking,
        ("planned", false) if running => Stands::Checking,
        ("planned", true) if running => Stands::TakingIn,
        ("planned", false) => Stands::Checked,
        ("planned", true) => Stands::Sent,
        ("applied", _) if !running => Stands::Applied,
        ("undone", _) => Stands::TakenBack,
        ("refused", _) => Stands::Refused,
        _ => Stands::TakingIn,
    }
}

/// When a file was handed over; `None` while it was not.
pub async fn handed_over(ctx: &Context, id: i64) -> Result<Option<String>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(imports::handed_over(&mut tx, id).await?)
}

/// What a sender can be asked for later: the file's number and the beginning of its hash.
pub fn receipt(import: &Import) -> String {
    let hash: String = import.file_hash.chars().take(8).collect();
    format!("{}-{hash}", import.id)
}

/// Forgets a file that was not handed over.
pub async fn withdraw(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    let gone = || Wrong::refused("There is no such file of your organisation.");
    file(ctx, actor, id).await?.ok_or_else(gone)?;
    crate::imports::withdraw_unsent(ctx, id, actor.account_id()).await
}

/// An account of the partner and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    pub account: i64,
    pub name: String,
    pub email: String,
    pub standing: Attested,
    pub by: String,
    /// Whether it is the reader's own, which somebody else confirms.
    pub own: bool,
}

impl Vouched {
    /// Whether somebody should say now that it is still needed.
    pub fn presses(&self) -> bool {
        !matches!(self.standing, Attested::Good(_))
    }
}

/// The open accounts of an organisation, for its contact.
pub async fn vouched(ctx: &Context, actor: &Actor) -> Result<Vec<Vouched>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    contact(&mut tx, actor).await?;
    let own = actor.scope.own_organisation();
    let all = standing(ctx, &mut tx).await?;
    let ours = all.into_iter().filter(|(account, _)| account.organisation.as_deref() == own);
    Ok(ours.map(|(_, v)| Vouched { own: v.account == actor.account, ..v }).collect())
}

/// Every open account of a partner, those that lapse first at the head, for administrators.
pub async fn lapsing(ctx: &Context, actor: &Actor) -> Result<Vec<(String, Vouched)>, Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    let mut all: Vec<(String, Vouched)> = standing(ctx, &mut tx)
        .await?
        .into_iter()
        .map(|(account, v)| (account.organisation.unwrap_or_default(), v))
        .collect();
    all.sort_by_key(|(_, v)| match v.standing {
        Attested::Lapsed => -1,
        Attested::Soon(days) | Attested::Good(days) => days,
    });
    Ok(all)
}

async fn standing(ctx: &Context, tx: &mut Tx) -> Result<Vec<(Account, Vouched)>, Wrong> {
    let said = accounts::attestations(tx).await?;
    let mut all = Vec::new();
    for account in accounts::all(tx).await? {
        let partner = Role::from_name(&account.role).is_some_and(Role::is_partner);
        if !account.active || !partner {
            continue;
        }
        let found = said.iter().find(|(id, ..)| *id == account.id);
        let day = found.and_then(|(_, _, day)| day.parse::<Date>().ok());
        let vouched = Vouched {
            account: account.id,
            name: account.name.clone(),
            email: account.email.clone(),
            standing: attested(day, ctx.today()),
            by: found.map(|(_, by, _)| by.clone()).unwrap_or_default(),
            own: false,
        };
        all.push((account, vouched));
    }
    Ok(all)
}

/// Refuses whoever is not their organisation's named contact or deputy.
async fn contact(tx: &mut Tx, actor: &Actor) -> Result<Account, Wrong> {
    may(actor, Act::Vouch, Purpose::Running)?;
    let organisation = of(tx, actor).await?;
    let account = accounts::by_id(tx, actor.account).await?;
    account.filter(|account| answers(&organisation, account)).ok_or_else(|| {
        let only = "Only your organisation's named contact or deputy can do this.";
        Wrong::denied(Denial::said(only))
    })
}

/// Says that an account is still needed, or ends it. Nobody confirms their own.
pub async fn vouch(ctx: &Context, actor: &Actor, account: i64, needed: bool) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    let me = contact(&mut tx, actor).await?;
    let found = accounts::by_id(&mut tx, account).await?;
    let own = actor.scope.own_organisation();
    let Some(found) = found.filter(|f| f.active && f.organisation.as_deref() == own) else {
        return Err(Wrong::refused("There is no such account of your organisation."));
    };
    if found.id == me.id {
        return Err(Wrong::refused("Somebody else has to confirm your own account."));
    }
    settle(ctx, &mut tx, (actor, &me.name), account, needed).await?;
    tx.commit().await?;
    Ok(())
}

/// The same by an administrator of the council, for any partner.
pub async fn attest(ctx: &Context, actor: &Actor, account: i64) -> Result<(), Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin().await?;
    let name = format!("{} (council)", actor.name);
    settle(ctx, &mut tx, (actor, &name), account, true).await?;
    tx.commit().await?;
    Ok(())
}

async fn settle(
    ctx: &Context,
    tx: &mut Tx,
    (actor, by): (&Actor, &str),
    account: i64,
    needed: bool,
) -> Result<(), Wrong> {
    let detail = format!("account {account}");
    match needed {
        true => {
            accounts::attest(tx, account, by, &ctx.today().to_string()).await?;
            admin::note(ctx, tx, actor.account_id(), "account confirmed", &detail).await
        }
        false => {
            accounts::set_active(tx, account, false).await?;
            crate::people::end_of_worker(ctx, tx, actor.account_id(), account).await?;
            admin::note(ctx, tx, actor.account_id(), "account ended by its sponsor", &detail).await
        }
    }
}
