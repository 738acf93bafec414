//! Who records has been trained in it, and whose caseload's data was reviewed: kept by whoever administers
//! accounts, read by everybody of themselves. What holds and what is due is `domain::training`'s.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Act, Actor, Role, roles};
use domain::calendar::{Day, parse_day};
use domain::measure::Percent;
use domain::person::ChangeId;
use domain::training::{Review, Trained, Training, review_due, review_faults, session_faults};
use store::accounts::Account;
use store::{Tx, accounts, changes, trainings};

use crate::admin::{may, note};
use crate::context::{Context, Wrong};

/// Somebody who records, and how they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub account: i64,
    pub name: String,
    pub role: Role,
    pub trained: Trained,
    /// Newest first.
    pub trainings: Vec<Training>,
    /// How many people are on their caseload.
    pub caseload: i64,
    /// The newest review of it.
    pub review: Option<Review>,
    pub review_due: bool,
}

/// Everybody who records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    pub day: Day,
    /// Advisers first; of them, and of the others, whoever is not trained first.
    pub members: Vec<Member>,
    /// Of the advisers.
    pub share: Percent,
    /// Newest first.
    pub reviews: Vec<Review>,
}

/// A session as typed: ISO days, `until` empty where it does not lapse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    pub title: String,
    pub day: String,
    pub trainer: String,
    pub until: String,
    /// Who came.
    pub accounts: Vec<i64>,
}

/// A review as typed; `due` empty where none is planned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviewed {
    pub adviser: String,
    pub day: String,
    pub found: String,
    pub due: String,
}

/// What came of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// For how many people.
    Saved(usize),
    /// Field and sentence.
    Mend(Vec<(&'static str, String)>),
}

/// Whether an account is one of those who record in this register: open, and the council's own.
fn records(account: &Account) -> Option<Role> {
    let role = Role::from_name(&account.role)?;
    (account.active && roles(Act::RecordContact).contains(&role)).then_some(role)
}

/// Everybody who records, as they stand today.
pub async fn team(ctx: &Context, actor: &Actor) -> Result<Team, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    read(&mut tx, ctx.today()).await
}

async fn read(tx: &mut Tx, day: Day) -> Result<Team, Wrong> {
    let mut by: BTreeMap<i64, Vec<Training>> = BTreeMap::new();
    for one in trainings::standing(tx).await? {
        by.entry(one.account).or_default().push(one);
    }
    let caseloads: BTreeMap<i64, i64> = trainings::caseloads(tx).await?.into_iter().collect();
    let reviews = trainings::reviews(tx).await?;
    let member = |account: Account| {
        let role = records(&account)?;
        let trainings = by.remove(&account.id).unwrap_or_default();
        let review = reviews.iter().find(|review| review.adviser == account.id);
        Some(Member {
            account: account.id,
            name: account.name,
            role,
            trained: Trained::on(&trainings, day),
            trainings,
            caseload: caseloads.get(&account.id).copied().unwrap_or(0),
            review: review.cloned(),
            review_due: review_due(review, day),
        })
    };
    let mut members: Vec<Member> =
        accounts::all(tx).await?.into_iter().filter_map(member).collect();
    // Names are in order already, and this sorting keeps them so.
    members.sort_by_key(|one| (one.role != Role::Adviser, one.trained));
    let advisers = || members.iter().filter(|one| one.role == Role::Adviser);
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let trained = advisers().filter(|one| one.trained.holds()).count();
    let share = Percent { of: count(trained), all: count(advisers().count()) };
    Ok(Team { day, members, share, reviews })
}

/// What waits: advisers who are not trained, and caseloads whose review is due. A council that never wrote a
/// session down keeps this elsewhere, and is not reminded of it.
pub async fn waiting(ctx: &Context) -> Result<(usize, usize), Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let team = read(&mut tx, ctx.today()).await?;
    let advisers = || team.members.iter().filter(|one| one.role == Role::Adviser);
    let kept = team.members.iter().any(|one| !one.trainings.is_empty());
    let untrained = advisers().filter(|one| kept && !one.trained.holds()).count();
    Ok((untrained, advisers().filter(|one| one.review_due).count()))
}

/// How many of the advisers are trained today.
pub(crate) async fn share(ctx: &Context) -> Result<Percent, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(read(&mut tx, ctx.today()).await?.share)
}

/// What the reader was trained in, newest first.
pub async fn own(ctx: &Context, actor: &Actor) -> Result<Vec<Training>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(trainings::of_account(&mut tx, actor.account).await?)
}

/// Writes a session down for everybody who came. Who is down for the same session already stays down once.
///
/// Errors: refused where the reader does not administer, or somebody named does not record.
pub async fn record(ctx: &Context, actor: &Actor, typed: &Session) -> Result<Kept, Wrong> {
    may(actor)?;
    let mut mend = Vec::new();
    let day = typed_day(("day", &typed.day), &mut mend);
    let until = match typed.until.trim() {
        "" => None,
        text => typed_day(("until", text), &mut mend),
    };
    let (title, trainer) = (typed.title.trim(), typed.trainer.trim());
    let faults = session_faults((title, trainer), (day.unwrap_or_default(), until), ctx.today());
    tell(faults, &mut mend);
    let came: BTreeSet<i64> = typed.accounts.iter().copied().collect();
    if came.is_empty() {
        mend.push(("account", "Tick who attended.".to_owned()));
    }
    let Some(day) = day.filter(|_| mend.is_empty()) else { return Ok(Kept::Mend(mend)) };
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "training in recording").await?;
    let known: BTreeSet<i64> = {
        let all = accounts::all(&mut tx).await?;
        all.iter().filter(|account| records(account).is_some()).map(|account| account.id).collect()
    };
    if !came.is_subset(&known) {
        return Err(Wrong::refused("Somebody you ticked has no account to record with any more."));
    }
    let standing = trainings::standing(&mut tx).await?;
    let mut saved = Vec::new();
    for account in came {
        let one = Training {
            id: 0,
            account,
            title: title.to_owned(),
            day,
            trainer: trainer.to_owned(),
            valid_until: until,
        };
        if standing.iter().any(|other| Training { id: 0, ..other.clone() } == one) {
            continue;
        }
        trainings::add(&mut tx, change, &one).await?;
        saved.push(account.to_string());
    }
    let detail = format!("{title} on {day}, accounts {}", saved.join(", "));
    note(ctx, &mut tx, actor.account_id(), "training written down", &detail).await?;
    tx.commit().await?;
    Ok(Kept::Saved(saved.len()))
}

/// Takes back that somebody was trained, where it was written by mistake.
pub async fn take_back(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "training taken back").await?;
    if !trainings::end(&mut tx, change, id).await? {
        return Err(Wrong::refused("There is no such training, or it was taken back already."));
    }
    let detail = format!("training {id}");
    note(ctx, &mut tx, actor.account_id(), "training taken back", &detail).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes down that the data of an adviser's caseload was reviewed, by whoever asks.
///
/// Errors: refused where the reader does not administer, or has no account of their own.
pub async fn review(ctx: &Context, actor: &Actor, typed: &Reviewed) -> Result<Kept, Wrong> {
    may(actor)?;
    let reviewer = actor.account_id();
    let reviewer = reviewer.ok_or_else(|| Wrong::refused("A review is somebody's: sign in."))?;
    let mut mend = Vec::new();
    let day = typed_day(("reviewed", &typed.day), &mut mend);
    let due = match typed.due.trim() {
        "" => None,
        text => typed_day(("due", text), &mut mend),
    };
    let found = typed.found.trim();
    tell(review_faults(found, (day.unwrap_or_default(), due), ctx.today()), &mut mend);
    let adviser = typed.adviser.parse::<i64>().ok();
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "caseload reviewed").await?;
    let account = match adviser {
        Some(id) => accounts::by_id(&mut tx, id).await?,
        None => None,
    };
    let account = account.filter(|one| records(one) == Some(Role::Adviser));
    if account.is_none() {
        mend.insert(0, ("adviser", "Choose whose caseload was reviewed.".to_owned()));
    }
    let (Some(day), Some(account), true) = (day, account, mend.is_empty()) else {
        return Ok(Kept::Mend(mend));
    };
    trainings::add_review(&mut tx, change, (account.id, reviewer), (day, found, due)).await?;
    let detail = format!("caseload of account {} on {day}", account.id);
    note(ctx, &mut tx, Some(reviewer), "caseload reviewed", &detail).await?;
    tx.commit().await?;
    Ok(Kept::Saved(1))
}

/// Takes a review back, where it was written by mistake or of the wrong caseload: the one before it holds again.
pub async fn take_review_back(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "review taken back").await?;
    if !trainings::end_review(&mut tx, change, id).await? {
        return Err(Wrong::refused("There is no such review, or it was taken back already."));
    }
    let detail = format!("review {id}");
    note(ctx, &mut tx, actor.account_id(), "review taken back", &detail).await?;
    tx.commit().await?;
    Ok(())
}

/// Begins a change. Whoever has begun one is alone until it ends, so what must hold is asked after it.
async fn begin(ctx: &Context, tx: &mut Tx, actor: &Actor, reason: &str) -> Result<ChangeId, Wrong> {
    let by = actor.account_id();
    Ok(changes::begin(tx, &ctx.now(), "training", by, None, Some(reason)).await?)
}

/// Reads a day of a form, or says what is wrong with it.
fn typed_day(
    (field, text): (&'static str, &str),
    mend: &mut Vec<(&'static str, String)>,
) -> Option<Day> {
    let day = parse_day(text.trim());
    if day.is_none() {
        mend.push((field, "Enter a day as 2026-09-30.".to_owned()));
    }
    day
}

/// Adds what a rule found, but for fields that could not be read at all.
fn tell(faults: Vec<(&'static str, &'static str)>, mend: &mut Vec<(&'static str, String)>) {
    for (field, sentence) in faults {
        if !mend.iter().any(|(other, _)| *other == field) {
            mend.push((field, sentence.to_owned()));
        }
    }
}
