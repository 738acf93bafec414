//! What young people ask about their own data: taking a request in, its steps, the pack, the page that
//! says in plain words what is held. When an answer is due and what a step does is `domain::rights`'s.

mod chance;
mod copies;
mod pack;
mod plain;
mod words;

pub use pack::{Reviewed, pack, put_back, remove, review};
pub use plain::{Part, held};

use std::collections::{BTreeSet, HashMap};

use domain::access::{Act, Actor, Purpose, decide};
use domain::consent::Speaker;
use domain::person::{Particulars, PersonId};
use domain::rights::{Due, Request, Right, Step, check};
use jiff::civil::Date;
use store::people::{self, Moment};
use store::{Tx, audit, changes, retention, rights};

use crate::context::{Context, Wrong};
use crate::looks;
use crate::people::{note, within_reach};
use crate::permission::may;

/// A request as lists and pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub request: Request,
    pub due: Due,
    pub name: String,
}

/// What a person asked for, and why their record is kept longer.
#[derive(Clone, Debug)]
pub struct OfPerson {
    pub name: String,
    pub requests: Vec<Shown>,
    /// Number, kind, reason, when.
    pub holds: Vec<(i64, String, String, String)>,
    /// Whether the reader may handle requests and holds.
    pub handles: bool,
}

/// What somebody typed about a request.
#[derive(Clone, Debug)]
pub struct Asked {
    pub right: Right,
    pub by: Speaker,
    pub words: String,
    pub received: Date,
}

/// The requests and holds of one person within reach. The look is audited.
pub async fn of_person(ctx: &Context, actor: &Actor, person: PersonId) -> Result<OfPerson, Wrong> {
    may(actor, Act::RecordContact, Purpose::Support)?;
    let handles = decide(actor, Act::HandleRights).allowed;
    let mut tx = ctx.db.begin_seeing().await?;
    let particulars = reached(&mut tx, actor, person).await?;
    let requests = rights::of_person(&mut tx, person.0).await?;
    let holds = match handles {
        true => retention::holds_of(&mut tx, person.0).await?,
        false => Vec::new(),
    };
    note(ctx, &mut tx, actor, person, ("requests read", "requests about their own data")).await?;
    tx.commit().await?;
    looks::glanced(ctx, actor, (person, &particulars)).await?;
    let name = particulars.full_name();
    let shown =
        |request: Request| Shown { due: request.due(ctx.today()), name: name.clone(), request };
    let requests = requests.into_iter().map(shown).collect();
    Ok(OfPerson { name, requests, holds, handles })
}

/// Particulars of somebody within reach, or of anybody for those who handle requests: a record whose use
/// is stopped is reached here and nowhere else.
pub(crate) async fn reached(
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
) -> Result<Particulars, Wrong> {
    if !decide(actor, Act::HandleRights).allowed {
        return Ok(within_reach(tx, actor, (Act::RecordContact, Purpose::Support), person)
            .await?
            .0
            .record
            .particulars);
    }
    let loaded = people::load(tx, &[person.0], Moment::Now).await?.into_iter().next();
    let found = loaded.filter(|one| one.exists()).map(|one| one.record.particulars);
    found.ok_or_else(|| Wrong::refused("There is nobody here whom you may see."))
}

/// Takes a request in; its number, or what has to be mended.
pub async fn ask(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    asked: &Asked,
) -> Result<Result<i64, Vec<(&'static str, &'static str)>>, Wrong> {
    may(actor, Act::RecordContact, Purpose::Support)?;
    let wrong = check(&asked.words, asked.received, ctx.today());
    if !wrong.is_empty() {
        return Ok(Err(wrong));
    }
    let mut tx = ctx.db.begin().await?;
    let (by, at) = (actor.account_id(), ctx.now());
    let change = changes::begin(&mut tx, &at, "right", by, None, None).await?;
    reached(&mut tx, actor, person).await?;
    let request = Request {
        id: 0,
        person: person.0,
        right: asked.right,
        by: asked.by,
        words: asked.words.trim().to_owned(),
        received: asked.received,
        steps: Vec::new(),
    };
    let id = rights::add(&mut tx, change, &request).await?;
    note(ctx, &mut tx, actor, person, ("request taken in", asked.right.name())).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

/// Every request, those without an answer first and of them the most pressing. Whoever is named is
/// remembered as shown.
pub async fn list(ctx: &Context, actor: &Actor) -> Result<Vec<Shown>, Wrong> {
    may(actor, Act::HandleRights, Purpose::Oversight)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let requests = rights::all(&mut tx).await?;
    // Somebody may have asked for several things; their record is read once.
    let ids: BTreeSet<i64> = requests.iter().map(|one| one.person).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let loaded = people::load(&mut tx, &ids, Moment::Now).await?;
    let named = loaded.iter().map(|one| one.record.particulars.full_name());
    let names: HashMap<i64, String> = ids.iter().copied().zip(named).collect();
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "shown in the list of requests",
        person: None,
        purpose: "rights",
        detail: "name, request",
    };
    audit::write_many(&mut tx, &entry, &ids).await?;
    tx.commit().await?;
    let mut shown: Vec<Shown> = requests
        .into_iter()
        .map(|request| Shown {
            due: request.due(ctx.today()),
            name: names.get(&request.person).cloned().unwrap_or_default(),
            request,
        })
        .collect();
    shown.sort_by_key(|one| (one.request.answer().is_some(), one.due.by, one.request.id));
    Ok(shown)
}

/// Requests that wait for an answer, and how many of them are late.
pub async fn waiting(ctx: &Context) -> Result<(usize, usize), Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let open: Vec<Request> =
        rights::all(&mut tx).await?.into_iter().filter(|one| one.answer().is_none()).collect();
    let late = open.iter().filter(|one| one.due(ctx.today()).days_left < 0).count();
    Ok((open.len(), late))
}

/// Takes a step; it acts at once.
pub async fn take(
    ctx: &Context,
    actor: &Actor,
    id: i64,
    (step, words): (Step, &str),
) -> Result<(), Wrong> {
    may(actor, Act::HandleRights, Purpose::Oversight)?;
    if words.trim().is_empty() {
        return Err(Wrong::refused("Write why, so that it can be answered for later."));
    }
    let mut tx = ctx.db.begin().await?;
    let (by, at) = (actor.account_id(), ctx.now());
    // Begun before it is asked whether the step may be taken: of two who answer at once one answers.
    let change = changes::begin(&mut tx, &at, "right", by, None, None).await?;
    let request = one(&mut tx, id).await?;
    request.may(step).map_err(Wrong::refused)?;
    rights::step(&mut tx, change, id, (step, words.trim(), ctx.today())).await?;
    match step {
        Step::Granted if request.right.stops_use() => {
            rights::stop(&mut tx, change, (id, request.person)).await?;
        }
        Step::Lifted => rights::lift(&mut tx, change, id).await?,
        _ => {}
    }
    let detail = format!("{} {}", request.right.name(), step.name());
    let person = PersonId(request.person);
    note(ctx, &mut tx, actor, person, ("step of a request", &detail)).await?;
    tx.commit().await?;
    Ok(())
}

pub(crate) async fn one(tx: &mut Tx, id: i64) -> Result<Request, Wrong> {
    rights::one(tx, id).await?.ok_or_else(|| Wrong::refused("There is no such request."))
}
