//! Tokens: made and shown once, met at every request, ended.

use domain::access::{Act, Actor, Role, decide};
use domain::agreement::Standing;
use jiff::ToSpan;
use sha2::{Digest, Sha256};
use store::machine::{self, Token};
use store::{Tx, accounts, changes, notices};

use crate::accounts::{hex, vouched};
use crate::context::{Context, Wrong};
use crate::{admin, agreement};

/// Months for which a token may work at most.
pub const MONTHS_MOST: i8 = 12;
/// What every token begins with, so that one that leaked is known for what it is.
const PREFIX: &str = "wm_";
const NAME_CHARS_MOST: usize = 60;

/// Who asks, by a token.
#[derive(Clone, Debug)]
pub struct Machine {
    pub token: Token,
    pub actor: Actor,
}

/// What a secret stands for.
#[allow(clippy::large_enum_variant, reason = "made once a request and taken apart at once")]
#[derive(Clone, Debug)]
pub enum Met {
    In(Machine),
    /// No token, one that was ended or one past its day: the answer does not say which.
    Unknown,
    /// It is a token, but what it rests on is over; the reason is for its owner.
    Closed(String),
}

/// What an administrator asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub agreement: i64,
    pub organisation: String,
    /// A partner's role, by its name: how far the token reaches and what it sees.
    pub role: String,
    /// Which system it is for.
    pub name: String,
    pub months: i8,
}

/// A token as its keepers see it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub token: Token,
    pub role: Option<Role>,
    /// Why it does not work now; nothing where it does.
    pub closed: Option<String>,
}

fn hash(secret: &str) -> String {
    hex(&<[u8; 32]>::from(Sha256::digest(secret.as_bytes())))
}

/// What has to be mended: field and sentence.
fn check(wanted: &Wanted) -> Result<Role, (&'static str, &'static str)> {
    let named = wanted.name.trim().chars().count();
    if !(1..=NAME_CHARS_MOST).contains(&named) {
        return Err(("name", "Say in up to 60 letters which system it is for"));
    }
    if !(1..=MONTHS_MOST).contains(&wanted.months) {
        return Err(("months", "A token works for 1 to 12 months"));
    }
    let role = Role::from_name(&wanted.role).filter(|role| role.is_partner());
    role.ok_or(("role", "Choose what kind of partner it is"))
}

/// Makes a token; its secret, which is shown this once. What has to be mended otherwise.
pub async fn make(
    ctx: &Context,
    actor: &Actor,
    wanted: &Wanted,
) -> Result<Result<String, (&'static str, String)>, Wrong> {
    admin::may(actor)?;
    let role = match check(wanted) {
        Ok(role) => role,
        Err((field, sentence)) => return Ok(Err((field, sentence.to_owned()))),
    };
    let mut tx = ctx.db.begin().await?;
    let party = (wanted.agreement, wanted.organisation.as_str());
    if let Err(reason) = agreement::terms_by(ctx, &mut tx, party).await? {
        return Ok(Err(("agreement", format!("Choose an agreement in force: {reason}"))));
    }
    let secret = format!("{PREFIX}{}", hex(&ctx.random::<32>()));
    let until = ctx.today().checked_add(wanted.months.months()).unwrap_or(ctx.today());
    let (name, organisation) = (wanted.name.trim().to_owned(), wanted.organisation.clone());
    // Nobody signs in with it: no password makes this hash, and the address receives nothing.
    let email = format!("{}@token.invalid", hex(&ctx.random::<8>()));
    let shown = format!("{name} (system)");
    let who = (email.as_str(), shown.as_str(), role);
    let reach = (Some(organisation.clone()), &[][..]);
    let account = crate::accounts::add(ctx, &mut tx, who, reach, "none".to_owned()).await?;
    let by = actor.account_id();
    let change =
        changes::begin(&mut tx, &ctx.now(), "machine", by, None, Some("token made")).await?;
    // Its notices come by a link that nobody holds.
    let closed = hash(&hex(&ctx.random::<32>()));
    let link = notices::add_link(&mut tx, change, &closed, (&organisation, &shown, until)).await?;
    let token = Token {
        id: 0,
        account,
        agreement: wanted.agreement,
        organisation,
        organisation_name: String::new(),
        link,
        name,
        until,
        used_on: String::new(),
        ended: false,
    };
    let id = machine::add(&mut tx, change, &hash(&secret), &token).await?;
    let detail = format!("token {id}, agreement {}", wanted.agreement);
    admin::note(ctx, &mut tx, by, "token made", &detail).await?;
    tx.commit().await?;
    Ok(Ok(secret))
}

/// Every token that was made, the newest first.
pub async fn list(ctx: &Context, actor: &Actor) -> Result<Vec<Shown>, Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    let mut shown = Vec::new();
    for token in machine::all(&mut tx).await? {
        let account = accounts::by_id(&mut tx, token.account).await?;
        let role = account.as_ref().and_then(|account| Role::from_name(&account.role));
        let closed = match token.ended {
            true => Some("ended".to_owned()),
            false => stands(ctx, &mut tx, &token).await?.err(),
        };
        shown.push(Shown { token, role, closed });
    }
    Ok(shown)
}

/// What a token can be made for: agreement, organisation, words. Only what is in force.
pub type Parties = Vec<(i64, String, String)>;

pub async fn parties(ctx: &Context, actor: &Actor) -> Result<Parties, Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    let all = agreement::load(&mut tx).await?;
    let today = ctx.today();
    let mut found = Vec::new();
    for one in &all {
        let Some(version) = one.newest() else { continue };
        for partner in &version.partners {
            if let Standing::InForce(_) = one.standing(partner, today) {
                found.push((one.number, partner.clone()));
            }
        }
    }
    let ids: Vec<String> = found.iter().map(|(_, id)| id.clone()).collect();
    let names = store::organisations::names(&mut tx, &ids).await?;
    let named = |id: &str| names.iter().find(|(known, _)| known == id).map(|(_, n)| n.clone());
    let mut parties: Parties = found
        .into_iter()
        .map(|(number, id)| {
            let words = named(&id).unwrap_or_else(|| id.clone());
            (number, id, format!("{words}, agreement {number}"))
        })
        .collect();
    parties.sort_by(|a, b| a.2.cmp(&b.2));
    Ok(parties)
}

/// Ends a token at once, with the account and the link that it had.
pub async fn end(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    admin::may(actor)?;
    let mut tx = ctx.db.begin().await?;
    let found = machine::all(&mut tx).await?.into_iter().find(|token| token.id == id);
    let by = actor.account_id();
    let change =
        changes::begin(&mut tx, &ctx.now(), "machine", by, None, Some("token ended")).await?;
    let (Some(token), true) = (found, machine::end(&mut tx, change, id).await?) else {
        return Err(Wrong::refused("This token was ended already."));
    };
    accounts::set_active(&mut tx, token.account, false).await?;
    notices::end_link(&mut tx, change, token.link).await?;
    admin::note(ctx, &mut tx, by, "token ended", &format!("token {id}")).await?;
    tx.commit().await?;
    Ok(())
}

/// Whom a secret stands for, asked at every request.
pub async fn meet(ctx: &Context, secret: &str) -> Result<Met, Wrong> {
    if !secret.starts_with(PREFIX) {
        return Ok(Met::Unknown);
    }
    let mut tx = ctx.db.begin_read().await?;
    let found = machine::of_hash(&mut tx, &hash(secret)).await?;
    let Some(token) = found.filter(|t| !t.ended && t.until >= ctx.today()) else {
        return Ok(Met::Unknown);
    };
    let actor = match stands(ctx, &mut tx, &token).await? {
        Ok(actor) => actor,
        Err(reason) => return Ok(Met::Closed(reason)),
    };
    drop(tx);
    // The day of last use tells whether anybody would miss it; once a day spares a write a request.
    if token.used_on != ctx.today().to_string() {
        let mut tx = ctx.db.begin().await?;
        machine::used(&mut tx, token.id, ctx.today()).await?;
        tx.commit().await?;
    }
    Ok(Met::In(Machine { token, actor }))
}

/// Who asks by a token that was not ended; why nobody does.
pub(crate) async fn stands(
    ctx: &Context,
    tx: &mut Tx,
    token: &Token,
) -> Result<Result<Actor, String>, Wrong> {
    if token.until < ctx.today() {
        return Ok(Err(format!("it worked until {}", token.until)));
    }
    let account = accounts::by_id(tx, token.account).await?.filter(|account| account.active);
    let Some(actor) = account.as_ref().and_then(crate::accounts::actor) else {
        return Ok(Err("its account was ended".to_owned()));
    };
    if let Err(reason) = vouched(ctx, tx, token.account).await? {
        return Ok(Err(reason));
    }
    // What no partner's account may, no token may, whatever the account was changed into.
    if !decide(&actor, Act::SendOwn).allowed {
        return Ok(Err("its account is no partner's any more".to_owned()));
    }
    let party = (token.agreement, token.organisation.as_str());
    let terms = agreement::terms_by(ctx, tx, party).await?;
    Ok(terms.map(|terms| crate::accounts::as_agreed(ctx, actor, terms)))
}
