//! Files of people: asked for with a purpose, agreed to by a second person where they are many, taken
//! once within a day. The file says who took it, when, why and under which serial; everybody in it has
//! an audit row from the same unit of work that let it go.

mod stamp;

pub(crate) use stamp::{REACH, on_csv};
pub use stamp::{Register, Stamp};

use std::collections::BTreeSet;

use domain::access::{Act, Actor, Decision, Denial, decide};
use domain::disclosure::{ALONE, HOURS, Leaving, may_agree, may_take};
use domain::edition::Edition;
use domain::person::Way;
use sha2::{Digest, Sha256};
use store::releases::{self, Export};
use store::{accounts, audit, people};

use crate::forecast::{Call, currency};
use crate::{Context, Wrong};
pub use stamp::{tame, tame_csv};

/// What the audit says a file was for. What was typed as its purpose may name somebody, so it stays with the
/// file of that serial and never enters the chain, out of which nothing can be taken.
const PURPOSE: &str = "files of people";

/// What a file may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The calls that no list saves: everybody's, or one adviser's.
    Calls { adviser: Option<i64> },
}

impl What {
    fn words(self) -> String {
        match self {
            Self::Calls { adviser: None } => "calls".to_owned(),
            Self::Calls { adviser: Some(id) } => format!("calls:{id}"),
        }
    }

    fn from_words(words: &str) -> Option<Self> {
        match words.split_once(':') {
            None if words == "calls" => Some(Self::Calls { adviser: None }),
            Some(("calls", id)) => Some(Self::Calls { adviser: Some(id.parse().ok()?) }),
            _ => None,
        }
    }
}

/// A file as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub export: Export,
    pub may_take: Decision,
    pub may_agree: Decision,
    /// It is taken where it is made, not from the list of files.
    pub elsewhere: bool,
}

/// A file that was let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub serial: i64,
    pub bytes: Vec<u8>,
}

async fn calls(
    ctx: &Context,
    actor: &Actor,
    edition: &Edition,
    what: What,
) -> Result<Vec<Call>, Wrong> {
    let What::Calls { adviser } = what;
    let found = currency(ctx, actor, edition, ctx.today()).await?;
    let wanted = |call: &Call| adviser.is_none() || call.adviser == adviser;
    Ok(found.calls.into_iter().filter(wanted).collect())
}

/// Asks for a file; its serial.
///
/// Errors: refused without a purpose, or where nobody would be in it.
pub async fn ask(
    ctx: &Context,
    actor: &Actor,
    edition: &Edition,
    what: What,
    purpose: &str,
) -> Result<i64, Wrong> {
    if purpose.trim().chars().count() < 10 {
        return Err(Wrong::refused("Say in a few words what the file is for."));
    }
    let people = calls(ctx, actor, edition, what).await?.len();
    if people == 0 {
        return Err(Wrong::refused("Nobody would be in this file."));
    }
    let mut tx = ctx.db.begin().await?;
    let about = (i64::try_from(people).unwrap_or(i64::MAX), people > ALONE);
    let at = ctx.now();
    let words = what.words();
    let who = (at.as_str(), actor.account_id());
    let serial = releases::ask(&mut tx, who, (&words, purpose.trim()), about).await?;
    let detail = format!("serial {}, {people} people", Register::Files.serial(serial));
    remember(&mut tx, actor, (&at, "asked for a file of people", &detail)).await?;
    tx.commit().await?;
    Ok(serial)
}

async fn remember(
    tx: &mut store::Tx,
    actor: &Actor,
    (at, act, detail): (&str, &str, &str),
) -> Result<(), Wrong> {
    let account = actor.account_id();
    let entry = audit::Entry { at, account, act, person: None, purpose: PURPOSE, detail };
    Ok(audit::write(tx, &entry).await?)
}

fn leaving(ctx: &Context, export: &Export, taker: Option<i64>) -> Leaving {
    let asked = export.at.parse::<jiff::Timestamp>().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    Leaving {
        people: usize::try_from(export.people).unwrap_or(usize::MAX),
        asked_by: export.account,
        taker,
        second: export.second,
        hours_since: ctx.timestamp().duration_since(asked).as_hours(),
        taken: export.taken_at.is_some(),
    }
}

/// The newest files that this reader asked for, and those that wait for a second person.
pub async fn list(ctx: &Context, actor: &Actor) -> Result<Vec<Shown>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let me = actor.account_id();
    let all = releases::exports(&mut tx, 200).await?;
    let shown = all.into_iter().map(|export| {
        let file = leaving(ctx, &export, me);
        let elsewhere = What::from_words(&export.what).is_none();
        let agree = match decide(actor, Act::ViewAudit) {
            no if !no.allowed => no,
            _ => may_agree(&file, me),
        };
        Shown { may_take: may_take(&file), may_agree: agree, elsewhere, export }
    });
    Ok(shown
        .filter(|one| {
            one.export.account == me || (one.may_agree.allowed && one.export.second.is_none())
        })
        .collect())
}

/// Agrees as the second person.
///
/// Errors: refused to who asked, to those who may not look into an audit, and to those who do not
/// reach everybody in the file.
pub async fn agree(
    ctx: &Context,
    actor: &Actor,
    edition: &Edition,
    serial: i64,
) -> Result<(), Wrong> {
    let decision = decide(actor, Act::ViewAudit);
    let mut tx = ctx.db.begin_read().await?;
    let export = found(releases::export_of(&mut tx, serial).await?)?;
    drop(tx);
    let file = leaving(ctx, &export, None);
    if !decision.allowed {
        return Err(denied(&decision));
    }
    let second = may_agree(&file, actor.account_id());
    if !second.allowed {
        return Err(refused(&second));
    }
    let reaches = match What::from_words(&export.what) {
        Some(what) => match acted(ctx, export.account).await? {
            Some(asker) => {
                let within = whom(&calls(ctx, &asker, edition, what).await?);
                within.is_subset(&whom(&calls(ctx, actor, edition, what).await?))
            }
            None => actor.scope.everyone,
        },
        // Who is in another kind of file is known where it is made; whoever reaches all reaches them.
        None => actor.scope.everyone,
    };
    if !reaches {
        return Err(Wrong::denied(Denial::said(
            "You do not reach everybody in this file; somebody who does has to agree.",
        )));
    }
    let mut tx = ctx.db.begin().await?;
    let at = ctx.now();
    let me = actor.account_id().unwrap_or_default();
    if !releases::agree(&mut tx, serial, (&at, me)).await? {
        return Err(Wrong::refused("Somebody else has agreed already."));
    }
    let detail = format!("serial {}", Register::Files.serial(serial));
    remember(&mut tx, actor, (&at, "agreed to a file of people", &detail)).await?;
    tx.commit().await?;
    Ok(())
}

fn whom(calls: &[Call]) -> BTreeSet<i64> {
    calls.iter().map(|call| call.person.0).collect()
}

/// Whoever acted on a file, with the reach of today; nobody for the command line.
async fn acted(ctx: &Context, account: Option<i64>) -> Result<Option<Actor>, Wrong> {
    let Some(id) = account else { return Ok(None) };
    let mut tx = ctx.db.begin_read().await?;
    let account = accounts::by_id(&mut tx, id).await?;
    Ok(account.as_ref().and_then(crate::accounts::actor))
}

fn found(export: Option<Export>) -> Result<Export, Wrong> {
    export.ok_or_else(no_such)
}

fn no_such() -> Wrong {
    Wrong::refused("There is no such file.")
}

fn denied(decision: &Decision) -> Wrong {
    Wrong::denied(decision.denial("do this"))
}

/// The same words where it lies in the file: taken already, too old, or somebody else has to agree.
fn refused(decision: &Decision) -> Wrong {
    Wrong::refused(decision.denial("do this").to_string())
}

/// Takes the file, once. Those in it now are asked for anew within the taker's reach; should there be
/// more of them than was agreed to, it is refused.
pub async fn take(
    ctx: &Context,
    actor: &Actor,
    edition: &Edition,
    serial: i64,
) -> Result<Taken, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let export = found(releases::export_of(&mut tx, serial).await?)?;
    drop(tx);
    let mut file = leaving(ctx, &export, actor.account_id());
    let what = What::from_words(&export.what).ok_or_else(no_such)?;
    let mut calls = calls(ctx, actor, edition, what).await?;
    file.people = file.people.max(calls.len());
    let decision = may_take(&file);
    if !decision.allowed {
        let is_theirs = file.taker == file.asked_by;
        return Err(if is_theirs { refused(&decision) } else { denied(&decision) });
    }
    if let Some(second) = acted(ctx, export.second).await? {
        // As many others are not those who were agreed to.
        let agreed = whom(&self::calls(ctx, &second, edition, what).await?);
        if !whom(&calls).is_subset(&agreed) {
            return Err(Wrong::refused(
                "Whoever agreed does not reach everybody who would be in this file now. Ask for a new file.",
            ));
        }
    }
    let mut tx = ctx.db.begin_read().await?;
    let ids: Vec<i64> = calls.iter().map(|call| call.person.0).collect();
    let withheld = crate::people::withheld(&mut tx, &ids, Way::File).await?;
    drop(tx);
    for call in &mut calls {
        if crate::people::is_nameless(withheld.get(&call.person.0)) {
            call.name = crate::people::NAMELESS.to_owned();
        }
    }
    let bytes = content(ctx, actor, &export, &calls)?;
    let hash: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    let mut tx = ctx.db.begin().await?;
    let at = ctx.now();
    if !releases::take(&mut tx, serial, (&at, &hash)).await? {
        return Err(Wrong::refused("The file was taken already."));
    }
    let ids: Vec<i64> = calls.iter().map(|call| call.person.0).collect();
    if people::within(&mut tx, &actor.scope, &ids).await?.len() != ids.len() {
        return Err(Wrong::refused("Somebody has left your reach since. Ask for a new file."));
    }
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "took out in a file",
        person: None,
        purpose: PURPOSE,
        detail: &format!("serial {}: name, activity, last contact", Register::Files.serial(serial)),
    };
    audit::write_many(&mut tx, &entry, &ids).await?;
    tx.commit().await?;
    Ok(Taken { serial, bytes })
}

/// Lets a file of another kind go, at once where it holds few people. Where it holds many it is asked for
/// and refused until a second person has agreed; taking it again within the day then gives it, once. Who is
/// in it is remembered where it is made.
///
/// `what` tells this file from others, its kind before a colon; `make` writes it under its stamp.
pub async fn let_go(
    ctx: &Context,
    actor: &Actor,
    (what, purpose): (&str, &str),
    people: usize,
    make: impl FnOnce(&Stamp) -> Result<Vec<u8>, Wrong>,
) -> Result<Taken, Wrong> {
    let (at, me) = (ctx.now(), actor.account_id());
    let mut tx = ctx.db.begin().await?;
    let waiting = releases::exports(&mut tx, 200).await?.into_iter().filter(|export| {
        let file = leaving(ctx, export, me);
        let same = export.account == me && export.what == what && file.people >= people;
        same && !file.taken && file.hours_since < HOURS
    });
    let waiting = waiting.max_by_key(|export| (export.second.is_some(), export.serial));
    let serial = match &waiting {
        Some(export) => export.serial,
        None => {
            let about = (i64::try_from(people).unwrap_or(i64::MAX), people > ALONE);
            releases::ask(&mut tx, (&at, me), (what, purpose), about).await?
        }
    };
    let detail = format!("serial {}, {people} people", Register::Files.serial(serial));
    if people > ALONE && waiting.as_ref().is_none_or(|export| export.second.is_none()) {
        remember(&mut tx, actor, (&at, "asked for a file of people", &detail)).await?;
        tx.commit().await?;
        return Err(Wrong::refused(format!(
            "This file holds {people} people, so a second person has to agree first. It waits as serial {} \
             under Files of people; once it is agreed to, take it here again within 24 hours.",
            Register::Files.serial(serial)
        )));
    }
    let kind = what.split(':').next().unwrap_or(what).replace('-', " ");
    let agreed_by = waiting.as_ref().map_or("", |export| export.second_name.as_str());
    let stamp =
        Stamp::now(ctx, (&kind, Register::Files, serial), (&actor.name, purpose), agreed_by);
    let bytes = make(&stamp)?;
    let hash: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    if !releases::take(&mut tx, serial, (&at, &hash)).await? {
        return Err(Wrong::refused("The file was taken already."));
    }
    remember(&mut tx, actor, (&at, "took a file of people", &detail)).await?;
    tx.commit().await?;
    Ok(Taken { serial, bytes })
}

/// The file: what it is first, then the rows. A text that a spreadsheet would run is defused.
fn content(
    ctx: &Context,
    actor: &Actor,
    export: &Export,
    calls: &[Call],
) -> Result<Vec<u8>, Wrong> {
    let failed = |e: csv::Error| Wrong::Failed(format!("the file cannot be written: {e}"));
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "person",
        "name",
        "age",
        "activity",
        "provider",
        "lapses",
        "last contact",
        "adviser",
    ])
    .map_err(failed)?;
    for call in calls {
        let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |d| d.to_string());
        let lapses = call.lapses.map_or_else(|| "lapsed".to_owned(), |d| d.to_string());
        let row = [
            call.person.0.to_string(),
            call.name.clone(),
            call.age.to_string(),
            call.activity.clone(),
            call.provider.clone(),
            lapses,
            day(call.last_contact),
            call.adviser_name.clone(),
        ];
        out.write_record(row.iter().map(|cell| tame(cell))).map_err(failed)?;
    }
    let rows = out.into_inner();
    let rows = rows.map_err(|e| Wrong::Failed(format!("the file cannot be written: {e}")))?;
    let of = ("calls to make", Register::Files, export.serial);
    let by = (actor.name.as_str(), export.purpose.as_str());
    Ok(Stamp::now(ctx, of, by, &export.second_name).on_csv(&rows))
}
