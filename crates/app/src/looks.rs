//! Looks beyond one's work: opening a record in an emergency, its review, and looks that somebody should
//! explain. What counts as which is `domain::access`'s.
//!
//! Invariant: an emergency is one person's, in one session, for its hour; nothing prolongs it and nobody
//! reviews their own.

mod haste;

pub use haste::{Hasty, opened_in_haste, searched_in_haste, turned_away};

use std::collections::BTreeSet;

use domain::access::{
    Act, Actor, EMERGENCY_MINUTES, Look, Part, Purpose, REPEAT_DAYS, Role, curious,
    emergency_faults, review_due, sees,
};
use domain::person::{Field, Particulars, PersonId, fold};
use jiff::{SignedDuration, ToSpan};
use store::accounts::{self, Account};
use store::emergency::{self, Emergency, Noticed};
use store::people::{self, Moment, Query};
use store::{StoreError, Tx, audit, organisations};

use crate::accounts::{TokenHash, hex, lives_by};
use crate::context::{Context, Wrong};
use crate::people::note;
use crate::permission::may;

pub use domain::access::{Ground, Sign};

/// What somebody types who cannot reach the person they must help.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub name: String,
    /// ISO.
    pub born: String,
    pub ground: String,
    pub words: String,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    Opened(PersonId),
    Mend(Vec<(&'static str, String)>),
}

/// Opens one record to this session for an hour.
///
/// Nobody is found but by the whole name and the date of birth, so that it is no way to look around.
pub async fn break_glass(
    ctx: &Context,
    actor: &Actor,
    session: TokenHash,
    typed: &Typed,
) -> Result<Broken, Wrong> {
    may(actor, Act::BreakGlass, Purpose::Support)?;
    let mut wrong = emergency_faults(&typed.ground, &typed.words);
    let mut tx = ctx.db.begin().await?;
    let Some(officer) = officer(&mut tx).await? else {
        write(ctx, &mut tx, actor, None, "emergency refused").await?;
        tx.commit().await?;
        return Err(Wrong::refused(NO_OFFICER));
    };
    let found = whom(&mut tx, typed).await?;
    if found.is_none() {
        let words = "Nobody on the register has exactly this name and date of birth";
        wrong.push(("name", words.to_owned()));
    }
    let (Some(person), true) = (found, wrong.is_empty()) else {
        write(ctx, &mut tx, actor, None, "emergency refused").await?;
        tx.commit().await?;
        return Ok(Broken::Mend(wrong));
    };
    if actor.scope.opened.contains(&person) {
        return Err(Wrong::refused(
            "You have this record open already. It closes by itself and cannot be prolonged.",
        ));
    }
    let began = ctx.timestamp();
    let opening = Emergency {
        person,
        account: actor.account,
        ground: typed.ground.clone(),
        words: typed.words.trim().to_owned(),
        began_at: format!("{began:.6}"),
        until: format!("{:.6}", began + SignedDuration::from_mins(EMERGENCY_MINUTES)),
        review_due: review_due(ctx.today()).to_string(),
        officer: Some(officer.id),
        ..Emergency::default()
    };
    emergency::add(&mut tx, &hex(&session), &opening).await?;
    let detail =
        format!("for {EMERGENCY_MINUTES} minutes: {}; account {} told", typed.ground, officer.id);
    note(ctx, &mut tx, actor, PersonId(person), ("opened in an emergency", &detail)).await?;
    tx.commit().await?;
    Ok(Broken::Opened(PersonId(person)))
}

const NO_OFFICER: &str = "Nobody is named who is told of openings in an emergency, so none can be made. \
     An administrator names somebody of information governance under Administration, Settings.";

/// The officer who is told of every opening at once: the account that the setting names, while it works and
/// is information governance's.
async fn officer(tx: &mut Tx) -> Result<Option<Account>, Wrong> {
    let Some(email) = organisations::setting(tx, "emergency_officer").await? else {
        return Ok(None);
    };
    let found = accounts::by_email(tx, &email).await?;
    Ok(found.filter(|one| one.active && one.role == Role::Governance.name()))
}

/// The one person whose whole name and date of birth were typed.
async fn whom(tx: &mut Tx, typed: &Typed) -> Result<Option<i64>, Wrong> {
    named(tx, &typed.name, &typed.born).await
}

/// The one person of exactly this name, written either way round, and day of birth; nobody where there are
/// several, or none. A search goes by beginnings of names, which would take one person for another.
pub(crate) async fn named(tx: &mut Tx, name: &str, born: &str) -> Result<Option<i64>, Wrong> {
    let name = name.trim();
    if name.is_empty() || born.is_empty() {
        return Ok(None);
    }
    let query =
        Query { text: name.to_owned(), date_of_birth: Some(born.to_owned()), postcode: None };
    let everyone = domain::access::Scope::everyone();
    let found = people::search(tx, &everyone, &query, 20).await?;
    let whole = |f: &&people::Found| {
        let (given, family) = (fold(&f.given_name), fold(&f.family_name));
        let said = fold(name);
        said == format!("{given}{family}") || said == format!("{family}{given}")
    };
    let mut fitting = found.iter().filter(whole);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Ok(Some(only.person)),
        _ => Ok(None),
    }
}

/// Everything that waits for information governance, and what was reviewed in the last weeks.
#[derive(Clone, Debug, Default)]
pub struct Reviews {
    pub emergencies: Vec<Emergency>,
    pub noticed: Vec<Noticed>,
    pub hasty: Vec<Hasty>,
    /// Accounts that lay sealed in an envelope and were used, and when.
    pub unsealed: Vec<(String, String)>,
}

/// What is older is not told of any more.
fn weeks_ago(ctx: &Context) -> String {
    format!("{:.6}", ctx.timestamp() - SignedDuration::from_hours(24 * 28))
}

pub async fn reviews(ctx: &Context, actor: &Actor) -> Result<Reviews, Wrong> {
    may(actor, Act::ReviewLooks, Purpose::Oversight)?;
    let mut tx = ctx.db.begin().await?;
    let since = weeks_ago(ctx);
    let emergencies = emergency::newest(&mut tx, &since).await?;
    let noticed = emergency::noticed(&mut tx).await?;
    let hasty = haste::hasty(ctx, &mut tx).await?;
    let unsealed = store::envelopes::uses(&mut tx, &since).await?;
    write(ctx, &mut tx, actor, None, "reviews read").await?;
    tx.commit().await?;
    Ok(Reviews { emergencies, noticed, hasty, unsealed })
}

/// The verdicts of a review.
pub const VERDICTS: &[(&str, &str)] = &[
    ("needed", "It was needed"),
    ("explained", "Not needed, and explained"),
    ("taken-further", "Taken further"),
];

/// Closes the review of an emergency.
pub async fn review(
    ctx: &Context,
    actor: &Actor,
    id: i64,
    (verdict, words): (&str, &str),
) -> Result<(), Wrong> {
    may(actor, Act::ReviewLooks, Purpose::Oversight)?;
    if !VERDICTS.iter().any(|(name, _)| *name == verdict) || words.trim().is_empty() {
        return Err(Wrong::refused("Choose a verdict and say in a few words what you found."));
    }
    let mut tx = ctx.db.begin().await?;
    let found = emergency::one(&mut tx, id).await?;
    let Some(found) = found else { return Err(Wrong::refused("There is no such opening.")) };
    if found.account == actor.account {
        return Err(Wrong::refused("Nobody reviews their own opening."));
    }
    let by = (actor.account, ctx.now());
    emergency::review(&mut tx, id, (by.0, &by.1), (verdict, words.trim()))
        .await
        .map_err(already)?;
    write(ctx, &mut tx, actor, Some(found.person), "emergency reviewed").await?;
    tx.commit().await?;
    Ok(())
}

/// Closes the question about a look. What follows is counted anew: an answer explains what was asked about,
/// not whatever comes after it.
pub async fn settle(ctx: &Context, actor: &Actor, id: i64, words: &str) -> Result<(), Wrong> {
    may(actor, Act::ReviewLooks, Purpose::Oversight)?;
    if words.trim().is_empty() {
        return Err(Wrong::refused("Say in a few words what you found."));
    }
    let mut tx = ctx.db.begin().await?;
    // Whoever was noticed may have been given this role since.
    if emergency::noticed_of(&mut tx, id).await? == Some(actor.account) {
        return Err(Wrong::refused("Nobody closes a question about their own look."));
    }
    let by = (actor.account, ctx.now());
    emergency::settle(&mut tx, id, (by.0, &by.1), words.trim()).await.map_err(already)?;
    emergency::restart(&mut tx, id, (Sign::Repeated.name(), Sign::Many.name())).await?;
    write(ctx, &mut tx, actor, None, "look explained").await?;
    tx.commit().await?;
    Ok(())
}

fn already(error: StoreError) -> Wrong {
    match error {
        StoreError::Conflict => Wrong::refused("Somebody has closed this already."),
        other => other.into(),
    }
}

/// What presses: openings that wait, those overdue, looks that wait, accounts that searched in haste,
/// uses of sealed accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pressing {
    pub waiting: usize,
    /// Of those that wait, the ones of which this reader was told by name.
    pub mine: usize,
    pub overdue: usize,
    pub noticed: usize,
    pub hasty: usize,
    pub unsealed: usize,
}

pub async fn pressing(ctx: &Context, actor: &Actor) -> Result<Pressing, Wrong> {
    may(actor, Act::ReviewLooks, Purpose::Oversight)?;
    let mut tx = ctx.db.begin_read().await?;
    let today = ctx.today().to_string();
    let open: Vec<Emergency> = emergency::newest(&mut tx, &ctx.now()).await?;
    let open: Vec<&Emergency> = open.iter().filter(|e| e.reviewed_at.is_empty()).collect();
    let noticed = emergency::noticed(&mut tx).await?.len();
    let overdue = open.iter().filter(|e| e.review_due < today).count();
    let mine = open.iter().filter(|e| e.officer == actor.account_id()).count();
    // A row is an account on a day in one way; whoever did so on three days, or both ways, is one account.
    let hasty = haste::hasty(ctx, &mut tx).await?;
    let hasty = hasty.iter().map(|one| one.account).collect::<BTreeSet<i64>>().len();
    let unsealed = store::envelopes::uses(&mut tx, &weeks_ago(ctx)).await?.len();
    Ok(Pressing { waiting: open.len(), mine, overdue, noticed, hasty, unsealed })
}

/// Which of one's own people others opened in an emergency in the last week: numbers alone.
pub async fn on_my_caseload(ctx: &Context, actor: &Actor) -> Result<Vec<i64>, Wrong> {
    let Some(adviser) = actor.scope.caseload_of else { return Ok(Vec::new()) };
    let since = format!("{:.6}", ctx.timestamp() - SignedDuration::from_hours(24 * 7));
    let mut tx = ctx.db.begin_read().await?;
    Ok(emergency::of_caseload(&mut tx, adviser, &since).await?)
}

/// Whether who they are explains the look: a caseload, an emergency with its own review, or the command
/// line, which is not a person.
pub(crate) fn is_explained(actor: &Actor, person: PersonId, advisers: &[i64]) -> bool {
    let theirs = actor.scope.caseload_of.is_some_and(|me| advisers.contains(&me));
    theirs || actor.account == 0 || actor.scope.opened.contains(&person.0)
}

/// Counts a look at one of the pages beside the record's own: what was asked of somebody, what they said,
/// whom they are referred to, who read of them.
pub(crate) async fn glanced(
    ctx: &Context,
    actor: &Actor,
    (person, particulars): (PersonId, &Particulars),
) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let advisers = store::contacts::advisers(&mut tx, person.0).await?;
    drop(tx);
    let whom: Vec<i64> = advisers.into_iter().map(|(id, ..)| id).collect();
    if is_explained(actor, person, &whom) {
        return Ok(());
    }
    let mut tx = ctx.db.begin().await?;
    looked(ctx, &mut tx, actor, (person, particulars)).await?;
    tx.commit().await?;
    Ok(())
}

/// Counts a look that no work and nothing else explains, and writes down the one that somebody should
/// ask about.
pub(crate) async fn looked(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (person, particulars): (PersonId, &Particulars),
) -> Result<(), Wrong> {
    let today = ctx.today();
    let since = today.checked_sub(REPEAT_DAYS.days()).unwrap_or(today);
    let days = (today.to_string(), since.to_string());
    let who = (actor.account, person.0);
    let (opens, people_today) = emergency::look(tx, who, (&days.0, &days.1)).await?;
    let family = particulars.get(Field::FamilyName).map(fold).unwrap_or_default();
    let own = actor.name.split_whitespace().next_back().map(fold).unwrap_or_default();
    let same_name = !family.is_empty() && family == own;
    // Asked of the first look alone, which is the one that it decides.
    let same_postcode = opens == 1 && lives_by(ctx, tx, actor, person).await?;
    let look = Look { role: actor.role, same_name, same_postcode, opens, people_today };
    let Some(sign) = curious(&look) else { return Ok(()) };
    let noticed = Noticed {
        account: actor.account,
        person: person.0,
        day: days.0,
        sign: sign.name().to_owned(),
        opens: if sign == Sign::Many { people_today } else { opens },
        noticed_at: ctx.now(),
        ..Noticed::default()
    };
    Ok(emergency::notice(tx, &noticed).await?)
}

/// Work on a record explains the looks at it.
pub(crate) async fn explained(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<(), Wrong> {
    Ok(emergency::explain(tx, actor.account, person.0).await?)
}

/// The name behind a number, for whoever reviews.
pub async fn name_of(ctx: &Context, actor: &Actor, person: i64) -> Result<String, Wrong> {
    may(actor, Act::ReviewLooks, Purpose::Oversight)?;
    if !sees(actor, Part::Identity).allowed || actor.role != Role::Governance {
        return Ok(String::new());
    }
    let mut tx = ctx.db.begin().await?;
    let loaded = people::load(&mut tx, &[person], Moment::Now).await?.into_iter().next();
    write(ctx, &mut tx, actor, Some(person), "named for a review").await?;
    tx.commit().await?;
    Ok(loaded.map(|l| l.record.particulars.full_name()).unwrap_or_default())
}

async fn write(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    person: Option<i64>,
    act: &str,
) -> Result<(), Wrong> {
    let at = ctx.now();
    let account = actor.account_id();
    let entry = audit::Entry { at: &at, account, act, person, purpose: "oversight", detail: "" };
    Ok(audit::write(tx, &entry).await?)
}
