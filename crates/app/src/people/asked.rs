//! Asking somebody to follow a young person up, and what came of it: an adviser, or a youth worker of a partner, who
//! reaches them by a referral that is made for it and ends with it.
//!
//! Invariant: who was asked records a contact of this person and no other's, and the agreement still says what of them
//! is shown. What reached nobody leaves it to be done.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{
    self, Act, Actor, Denial, Part, Purpose, Question, Role, decide, judge, redact_for, sees,
    sees_item,
};
use domain::agreement::Said;
use domain::calendar::{Day, working_day_after};
use domain::followup::reached;
use domain::person::{ChangeId, Field, PersonId, PersonRecord};
use domain::status::{Spell, spell_on};
use jiff::ToSpan;
use store::accounts::{self, Account};
use store::people::{self, Loaded};
use store::tasks::{self, Asking};
use store::{Tx, audit, changes, machine, organisations};

pub use store::tasks::Task;

use super::contact::{self, NewContact, Outcome};
use super::edit::may_edit;
use super::{NAME, Opened, nobody, note, open, within_reach, word_of};
use crate::accounts::on_terms;
use crate::context::{Context, Wrong};
use crate::permission::may;

/// Until when a follow-up is to be done: help is to be prompt.
///
/// Units: working days.
/// Source: our own patience; the strategy asks for prompt support and names no number of days.
pub const ASKED_DAYS: u8 = 10;

/// For how long whoever asked is told of what was done, or will not be.
///
/// Units: days.
pub const TOLD_DAYS: i32 = 60;

/// The accounts that partners' systems sign in by.
async fn systems(tx: &mut Tx) -> Result<BTreeSet<i64>, Wrong> {
    Ok(machine::all(tx).await?.into_iter().map(|token| token.account).collect())
}

fn can_be_asked(account: &Account, systems: &BTreeSet<i64>) -> bool {
    let (role, active) = (Role::from_name(&account.role), account.active);
    access::Asked { role, active, is_system: systems.contains(&account.id) }.can_be()
}

/// Everybody who can be asked: number, and name with the partner they work for.
pub(super) async fn workers(tx: &mut Tx) -> Result<Vec<(i64, String)>, Wrong> {
    let systems = systems(tx).await?;
    let mut all = accounts::all(tx).await?;
    all.retain(|account| can_be_asked(account, &systems));
    let of: Vec<String> = all.iter().filter_map(|a| a.organisation.clone()).collect();
    let names: BTreeMap<String, String> =
        organisations::names(tx, &of).await?.into_iter().collect();
    let named = |account: Account| {
        let of = account.organisation.as_ref().and_then(|id| names.get(id));
        let name = match of {
            Some(of) => format!("{} ({of})", account.name),
            None => account.name,
        };
        (account.id, name)
    };
    let mut workers: Vec<(i64, String)> = all.into_iter().map(named).collect();
    workers.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(workers)
}

/// For a record that is opened: who can be asked to follow them up, where the reader may ask; and who is asked.
pub(super) async fn beside(
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
) -> Result<(Vec<(i64, String)>, Vec<Task>), Wrong> {
    let can = match decide(actor, Act::EditPeople).allowed {
        true => workers(tx).await?,
        false => Vec::new(),
    };
    let asked = match sees(actor, Part::Contacts).allowed {
        true => tasks::open_of(tx, person.0).await?,
        false => Vec::new(),
    };
    Ok((can, asked))
}

/// Everybody who can be asked; nobody where the reader may not ask.
pub async fn askable(ctx: &Context, actor: &Actor) -> Result<Vec<(i64, String)>, Wrong> {
    if !decide(actor, Act::EditPeople).allowed {
        return Ok(Vec::new());
    }
    let mut tx = ctx.db.begin_read().await?;
    workers(&mut tx).await
}

/// What came of asking for several people at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AskedFor {
    pub new: usize,
    /// Somebody was asked before.
    pub already: usize,
    /// Left out: the record is restricted, and whoever was chosen may not open it.
    pub restricted: usize,
}

/// What came of asking for one of them.
enum Fate {
    New,
    Already,
    Restricted,
}

/// Asks somebody to follow people up, and says of how many. Who is asked for already and whose record is closed to
/// whoever was chosen are left out.
///
/// Errors: refused when the account cannot be asked, somebody is out of its or the actor's reach, or nobody is left.
pub async fn ask(
    ctx: &Context,
    actor: &Actor,
    people: &[PersonId],
    worker: i64,
) -> Result<AskedFor, Wrong> {
    may_edit(actor)?;
    let mut tx = ctx.db.begin().await?;
    let by = actor.account_id();
    let why = Some("asked to follow up");
    let change = changes::begin(&mut tx, &ctx.now(), "follow-up", by, None, why).await?;
    let systems = systems(&mut tx).await?;
    let account = accounts::by_id(&mut tx, worker).await?;
    let account = account.filter(|account| can_be_asked(account, &systems));
    let account = account.ok_or_else(|| Wrong::refused("Choose whom to ask."))?;
    let worker = on_terms(ctx, &mut tx, &account)
        .await?
        .map_err(|why| Wrong::refused(format!("{} cannot be asked: {why}.", account.name)))?;
    let mut asked = AskedFor::default();
    for person in people {
        match ask_one(ctx, &mut tx, (actor, &worker), change, *person).await? {
            Fate::New => asked.new += 1,
            Fate::Already => asked.already += 1,
            Fate::Restricted => asked.restricted += 1,
        }
    }
    if asked.new == 0 {
        return Err(Wrong::refused(match (asked.restricted, worker.role.is_partner()) {
            (0, _) => "Somebody is asked to follow them up already.",
            (_, true) => "The record is restricted: no partner may reach it.",
            (_, false) => "The record is restricted: ask whoever has it on their caseload.",
        }));
    }
    tx.commit().await?;
    Ok(asked)
}

/// Asks for one person.
async fn ask_one(
    ctx: &Context,
    tx: &mut Tx,
    (actor, worker): (&Actor, &Actor),
    change: ChangeId,
    person: PersonId,
) -> Result<Fate, Wrong> {
    let (loaded, _) = within_reach(tx, actor, (Act::EditPeople, Purpose::Support), person).await?;
    if !tasks::open_of(tx, person.0).await?.is_empty() {
        return Ok(Fate::Already);
    }
    let today = ctx.today();
    let restricted = loaded.record.particulars.is_yes(Field::Restricted);
    let referral = match worker.scope.own_organisation() {
        Some(own) if !restricted => refer(tx, change, person, (own, today)).await?,
        _ => None,
    };
    if let Err(why) = reaches(ctx, tx, worker, &loaded).await? {
        if restricted {
            return Ok(Fate::Restricted);
        }
        // Whoever asks reaches the record, and one of many is found by its number.
        let (name, number) = (&worker.name, person.0);
        let words = format!("{name} cannot follow up young person {number}: {why}.");
        return Err(Wrong::refused(words));
    }
    let asked_by = actor.account_id();
    let asking = Asking { person: person.0, worker: worker.account, asked_by, referral };
    tasks::ask(tx, change, asking, (today, working_day_after(today, ASKED_DAYS))).await?;
    note(ctx, tx, actor, person, ("follow-up asked", &worker.name)).await?;
    Ok(Fate::New)
}

/// Refers somebody for it; nothing where they are referred there already, which then stays.
async fn refer(
    tx: &mut Tx,
    change: ChangeId,
    person: PersonId,
    (own, today): (&str, Day),
) -> Result<Option<i64>, Wrong> {
    let standing = people::referrals(tx, person.0).await?;
    if standing.iter().any(|one| one.organisation == own) {
        return Ok(None);
    }
    let to = (person.0, own);
    Ok(Some(people::refer(tx, change, to, (today, "Asked to follow them up")).await?))
}

/// Whether whoever is asked would be shown who it is, or why not.
async fn reaches(
    ctx: &Context,
    tx: &mut Tx,
    worker: &Actor,
    loaded: &Loaded,
) -> Result<Result<(), &'static str>, Wrong> {
    let reach = people::reach(tx, loaded.person).await?.ok_or_else(nobody)?;
    let said = word_of(ctx, tx, worker, loaded.person).await?;
    let question = Question::on(Act::AnswerFollowUp, Purpose::Support, &reach);
    let shown = redact_for(worker, loaded.record.clone(), said);
    let reached = judge(worker, &Question { item: Some(NAME), said, ..question }).allowed;
    if reached && is_named(worker, &shown, said) {
        return Ok(Ok(()));
    }
    Ok(Err(match worker.role.is_partner() {
        true if reached => "their name came as benefits information, which no partner is given",
        true => "no agreement gives out their name, or they said no to sharing",
        false => "they live in another locality; give them to the caseload instead",
    }))
}

/// Whether a reader is shown who somebody is, by the record as they are shown it: a name that came as benefits
/// information is withheld also where names are given out.
fn is_named(actor: &Actor, shown: &PersonRecord, said: Said) -> bool {
    sees_item(actor, NAME, said).allowed && !shown.particulars.full_name().is_empty()
}

/// The record of somebody who is asked about, whole and as the reader is shown it.
///
/// Errors: refused where the reader is not shown who it is.
async fn asked_about(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
) -> Result<(Loaded, PersonRecord), Wrong> {
    let asked = (Act::AnswerFollowUp, Purpose::Support);
    let (loaded, _) = within_reach(tx, actor, asked, person).await?;
    let said = word_of(ctx, tx, actor, person.0).await?;
    let shown = redact_for(actor, loaded.record.clone(), said);
    match is_named(actor, &shown, said) {
        true => Ok((loaded, shown)),
        false => Err(nobody()),
    }
}

/// Whether what somebody does is shown as it is recorded. Nobody confirms what they are not shown.
fn is_shown_now(shown: &PersonRecord, whole: &PersonRecord, today: Day) -> bool {
    spell_on(&shown.spells, today) == spell_on(&whole.spells, today)
}

/// A follow-up on a list, as its reader is shown the young person.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub task: Task,
    /// Empty where they are out of the reader's reach by now, or their name is not given out: then nothing else of
    /// the record is here either.
    pub name: String,
    pub born: Option<Day>,
    /// What they do on the day, as far as the reader is shown it.
    pub spell: Option<Spell>,
}

/// What the reader is asked to do, and what the reader asked of others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    pub mine: Vec<Listed>,
    pub others: Vec<Listed>,
}

/// Both lists. Who was shown in them is remembered.
pub async fn board(ctx: &Context, actor: &Actor) -> Result<Board, Wrong> {
    may(actor, Act::AnswerFollowUp, Purpose::Support)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let mine = tasks::of_worker(&mut tx, actor.account).await?;
    let mine = listed(ctx, &mut tx, actor, mine).await?;
    let since = ctx.today().saturating_sub(TOLD_DAYS.days());
    let others = match decide(actor, Act::EditPeople).allowed {
        true => tasks::by_asker(&mut tx, actor.account, since).await?,
        false => Vec::new(),
    };
    let others = listed(ctx, &mut tx, actor, others).await?;
    let shown = mine.iter().chain(&others).filter(|one| !one.name.is_empty());
    let shown: BTreeSet<i64> = shown.map(|one| one.task.person).collect();
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "shown in the list of follow-ups asked for",
        person: None,
        purpose: "follow-up",
        detail: "name, date of birth, activity",
    };
    audit::write_many(&mut tx, &entry, &Vec::from_iter(shown)).await?;
    tx.commit().await?;
    Ok(Board { mine, others })
}

async fn listed(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    all: Vec<Task>,
) -> Result<Vec<Listed>, Wrong> {
    let mut rows = Vec::with_capacity(all.len());
    for task in all {
        let record = match asked_about(ctx, tx, actor, PersonId(task.person)).await {
            Ok((_, shown)) => Some(shown),
            Err(Wrong::Refused(_)) => None,
            Err(broken) => return Err(broken),
        };
        let particulars = record.as_ref().map(|record| &record.particulars);
        rows.push(Listed {
            name: particulars.map(domain::person::Particulars::full_name).unwrap_or_default(),
            born: particulars.and_then(domain::person::Particulars::date_of_birth),
            spell: record.as_ref().and_then(|r| spell_on(&r.spells, ctx.today()).cloned()),
            task,
        });
    }
    Ok(rows)
}

/// How many follow-ups the reader is asked to do.
pub async fn asked_of(ctx: &Context, actor: &Actor) -> Result<usize, Wrong> {
    if !decide(actor, Act::AnswerFollowUp).allowed {
        return Ok(0);
    }
    let mut tx = ctx.db.begin_read().await?;
    let open = tasks::count_of_worker(&mut tx, actor.account).await?;
    Ok(usize::try_from(open).unwrap_or(0))
}

/// The follow-up with this number, which the actor is asked to do and has not done.
async fn own(tx: &mut Tx, actor: &Actor, id: i64) -> Result<Task, Wrong> {
    let own = |task: &Task| !task.ended && task.worker == actor.account;
    tasks::one(tx, id).await?.filter(own).ok_or_else(nobody)
}

/// One that the actor is asked to do.
#[derive(Clone, Debug)]
pub struct AskedOf {
    pub task: Task,
    /// The record as they are shown it.
    pub opened: Opened,
    /// Whether what they do now is shown as it is recorded.
    pub now_shown: bool,
}

/// Opens one that the actor is asked to do.
pub async fn open_asked(ctx: &Context, actor: &Actor, id: i64) -> Result<AskedOf, Wrong> {
    may(actor, Act::AnswerFollowUp, Purpose::Support)?;
    let mut tx = ctx.db.begin_read().await?;
    let task = own(&mut tx, actor, id).await?;
    drop(tx);
    // The look is remembered first, refused or not.
    let opened = open(ctx, actor, PersonId(task.person)).await?;
    let mut tx = ctx.db.begin_seeing().await?;
    let (loaded, shown) = asked_about(ctx, &mut tx, actor, PersonId(task.person)).await?;
    tx.commit().await?;
    let now_shown = is_shown_now(&shown, &loaded.record, ctx.today());
    Ok(AskedOf { task, opened, now_shown })
}

/// Records the contact that was asked for, and of whom. Once somebody was reached it is done.
///
/// Errors: refused where the actor is not asked, is not shown who it is, or confirms what they are not shown.
pub async fn answer(
    ctx: &Context,
    actor: &Actor,
    id: i64,
    new: &NewContact,
) -> Result<(PersonId, Outcome), Wrong> {
    may(actor, Act::AnswerFollowUp, Purpose::Support)?;
    let outcome = contact::checked(new)?;
    let mut tx = ctx.db.begin().await?;
    let change = contact::begin(ctx, &mut tx, actor, outcome).await?;
    let task = own(&mut tx, actor, id).await?;
    let person = PersonId(task.person);
    let (loaded, shown) = asked_about(ctx, &mut tx, actor, person).await?;
    if outcome.confirms && !is_shown_now(&shown, &loaded.record, ctx.today()) {
        return Err(Wrong::refused(
            "What they do is not shown to you, so you cannot confirm it: say that you spoke with them.",
        ));
    }
    contact::keep(ctx, &mut tx, (actor, change), &loaded, (new, outcome.confirms)).await?;
    settle(ctx, &mut tx, (actor, change), &task, outcome).await?;
    tx.commit().await?;
    Ok((person, outcome))
}

/// What a contact does to what its maker was asked for: once somebody was reached it is done.
async fn settle(
    ctx: &Context,
    tx: &mut Tx,
    (actor, change): (&Actor, ChangeId),
    task: &Task,
    outcome: Outcome,
) -> Result<(), Wrong> {
    if !reached(outcome.name) {
        tasks::tried(tx, task.id, outcome.name).await?;
        return Ok(());
    }
    tasks::done(tx, change, task.id, (outcome.name, ctx.today())).await?;
    end_referral(tx, change, task).await?;
    note(ctx, tx, actor, PersonId(task.person), ("follow-up done", outcome.name)).await
}

/// The same for a contact that was recorded on the record itself.
pub(super) async fn settle_own(
    ctx: &Context,
    tx: &mut Tx,
    (actor, change): (&Actor, ChangeId),
    person: PersonId,
    outcome: Outcome,
) -> Result<(), Wrong> {
    for task in tasks::open_of(tx, person.0).await? {
        if task.worker == actor.account {
            settle(ctx, tx, (actor, change), &task, outcome).await?;
        }
    }
    Ok(())
}

/// Ends the referral that was made for it, and no other.
async fn end_referral(tx: &mut Tx, change: ChangeId, task: &Task) -> Result<(), Wrong> {
    if let Some(referral) = task.referral {
        people::end_one_referral(tx, change, (task.person, referral)).await?;
    }
    Ok(())
}

/// Whether a reader may take back what was asked: whoever asked it, or who shares out the work of others.
pub fn may_take_back(actor: &Actor, task: &Task) -> bool {
    let own = task.asked_by == actor.account_id();
    decide(actor, Act::EditPeople).allowed && (own || actor.role.allocates())
}

/// Takes back what was asked and is not done; of whom it was.
pub async fn take_back(ctx: &Context, actor: &Actor, id: i64) -> Result<PersonId, Wrong> {
    may_edit(actor)?;
    let mut tx = ctx.db.begin().await?;
    let by = actor.account_id();
    let why = Some("follow-up taken back");
    let change = changes::begin(&mut tx, &ctx.now(), "follow-up", by, None, why).await?;
    let task = tasks::one(&mut tx, id).await?.ok_or_else(nobody)?;
    let person = PersonId(task.person);
    // Whoever asked ends it also once the young person is out of their reach: nobody else might.
    if task.asked_by != by {
        within_reach(&mut tx, actor, (Act::EditPeople, Purpose::Support), person).await?;
    }
    if !may_take_back(actor, &task) {
        return Err(Wrong::denied(Denial::said("Only who asked for it can take it back.")));
    }
    if !tasks::end(&mut tx, change, id).await? {
        return Err(Wrong::refused("It was done or taken back already."));
    }
    end_referral(&mut tx, change, &task).await?;
    note(ctx, &mut tx, actor, person, ("follow-up taken back", &task.worker_name)).await?;
    tx.commit().await?;
    Ok(person)
}

/// Ends what an account was asked to do, once nobody signs in by it any more: somebody else can be asked then.
pub(crate) async fn end_of_worker(
    ctx: &Context,
    tx: &mut Tx,
    by: Option<i64>,
    worker: i64,
) -> Result<(), Wrong> {
    let (at, why) = (ctx.now(), Some("account ended"));
    // Before looking: whoever is asking meanwhile is waited for.
    let change = changes::begin(tx, &at, "follow-up", by, None, why).await?;
    for task in tasks::of_worker(tx, worker).await? {
        tasks::undone(tx, change, task.id, ctx.today()).await?;
        end_referral(tx, change, &task).await?;
        let entry = audit::Entry {
            at: &at,
            account: by,
            act: "follow-up ended with its account",
            person: Some(task.person),
            purpose: "follow-up",
            detail: &task.worker_name,
        };
        audit::write(tx, &entry).await?;
    }
    Ok(())
}
