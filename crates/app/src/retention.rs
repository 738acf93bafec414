//! What is destroyed when its time is over: a month's list is drawn by one person, approved by another
//! and carried out at once, line by line judged anew, so that a hold set in between still wins. What
//! stays is the list with what became of each line, the hash over it, and counts that name nobody. Rules
//! are data; judging is `domain::retention`'s.

mod outside;
mod rules;

pub use outside::replay;
pub(crate) use rules::standing;
pub use rules::{
    Compared, InForce, Put, Waiting, agree_to_rules, compare_rules, decline_rules, rules_in_force,
    set_rules,
};

use std::collections::BTreeMap;

use domain::access::{Act, Actor, Purpose};
use domain::person::PersonId;
use domain::retention::{Category, Hold, Rule, Trigger, Verdict, judge, may_approve};
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use sha2::{Digest, Sha256};
use store::people::{self, Moment};
use store::retention::{Line, Run};
use store::{Tx, audit, changes, retention};

use crate::accounts::hex;
use crate::context::{Context, Wrong};
use crate::people::note;
use crate::permission::may;
use crate::rights::reached;

const DUE: &str = "due";
const DESTROYED: &str = "destroyed";

/// A list with its lines as a page shows them.
#[derive(Clone, Debug)]
pub struct Opened {
    pub run: Run,
    /// Those it was drawn by; none where nobody kept them.
    pub rules: Vec<Rule>,
    /// Whether those are in force, without which nobody approves it.
    pub stands: bool,
    /// Each line with the name of the person it is about, where it is about one who is still there.
    pub lines: Vec<(Line, String)>,
}

/// The rules in force, those that wait for a second person, and the newest lists.
#[derive(Clone, Debug)]
pub struct Listed {
    pub in_force: InForce,
    pub waiting: Option<Waiting>,
    /// Each with whether the rules it was drawn by are in force, without which nobody approves it.
    pub runs: Vec<(Run, bool)>,
}

pub async fn list(ctx: &Context, actor: &Actor) -> Result<Listed, Wrong> {
    may(actor, Act::KeepRetention, Purpose::Running)?;
    let mut tx = ctx.db.begin_read().await?;
    let in_force = standing(&mut tx).await?;
    let waiting = rules::waiting(&mut tx, &in_force.rules).await?;
    let hash = hash_of(&in_force.rules);
    let runs = retention::runs(&mut tx, 60).await?.into_iter();
    let runs = runs.map(|run| {
        let stands = run.rules == hash;
        (run, stands)
    });
    let runs = runs.collect();
    Ok(Listed { in_force, waiting, runs })
}

/// Draws today's list; its number.
pub async fn draw(ctx: &Context, actor: &Actor) -> Result<i64, Wrong> {
    may(actor, Act::KeepRetention, Purpose::Running)?;
    let mut tx = ctx.db.begin().await?;
    let rules = standing(&mut tx).await?.rules;
    if let Some(open) = retention::runs(&mut tx, 1).await?.first()
        && open.approved_at.is_none()
        && open.day == ctx.today()
        && open.rules == hash_of(&rules)
    {
        return Ok(open.id);
    }
    let judged = judged(&mut tx, &rules, ctx.today()).await?;
    let lines: Vec<Line> = (1..)
        .zip(judged)
        .map(|(line, ((rule, category, subject), (since, hold)))| Line {
            line,
            rule,
            category,
            subject,
            since,
            outcome: hold.map_or_else(|| DUE.to_owned(), held),
            rows: 0,
        })
        .collect();
    let at = ctx.now();
    let by = (&*at, actor.account);
    let id = retention::draw(&mut tx, (ctx.today(), &hash_of(&rules)), by, &lines).await?;
    let detail = format!("list {id}, {} lines", lines.len());
    tell(ctx, &mut tx, actor, ("retention list drawn", &detail)).await?;
    tx.commit().await?;
    Ok(id)
}

fn held(hold: Hold) -> String {
    format!("kept: {}", hold.label())
}

type Key = (String, Category, i64);

/// Everything whose time is over on a day, by rule and subject, with the hold that keeps it if one does.
async fn judged(
    tx: &mut Tx,
    rules: &[Rule],
    today: Date,
) -> Result<BTreeMap<Key, (Date, Option<Hold>)>, Wrong> {
    let holds = retention::holds(tx).await?;
    let mut due = BTreeMap::new();
    for rule in rules {
        let mut back = Span::new().months(rule.months);
        if let Trigger::Birthday { age } = rule.trigger {
            back = back.years(age);
        }
        // Two days of slack for months of different length: the judge has the last word.
        let until = today.saturating_sub(back).saturating_add(2.days());
        for (subject, day) in retention::candidates(tx, rule.category, until).await? {
            let of_person = rule.category.of_a_person();
            let holding = holds.get(&subject).filter(|_| of_person).map_or(&[][..], Vec::as_slice);
            let (since, hold) = match judge(rule, Some(day), holding, today) {
                Verdict::Due { since } => (since, None),
                Verdict::Held { since, by } => (since, Some(by)),
                Verdict::NotYet { .. } | Verdict::Unknown => continue,
            };
            due.insert((rule.id.clone(), rule.category, subject), (since, hold));
        }
    }
    Ok(due)
}

/// How many things a list of that day would destroy.
async fn count_due(tx: &mut Tx, rules: &[Rule], today: Date) -> Result<usize, Wrong> {
    let judged = judged(tx, rules, today).await?;
    Ok(judged.values().filter(|(_, hold)| hold.is_none()).count())
}

/// A list with names. Whoever is named is remembered as shown.
pub async fn open(ctx: &Context, actor: &Actor, id: i64) -> Result<Opened, Wrong> {
    may(actor, Act::KeepRetention, Purpose::Running)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let run = one(&mut tx, id).await?;
    let stands = run.rules == hash_of(&standing(&mut tx).await?.rules);
    let rules = rules::of_hash(&mut tx, &run.rules).await?;
    let lines = retention::lines(&mut tx, id).await?;
    let of_people = lines.iter().filter(|line| line.category.of_a_person());
    let ids: Vec<i64> = of_people.map(|line| line.subject).collect();
    let mut names = BTreeMap::new();
    for loaded in people::load(&mut tx, &ids, Moment::Now).await? {
        names.insert(loaded.person, loaded.record.particulars.full_name());
    }
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "shown in a retention list",
        person: None,
        purpose: "retention",
        detail: "name, rule",
    };
    audit::write_many(&mut tx, &entry, &ids).await?;
    tx.commit().await?;
    let lines = lines.into_iter().map(|line| {
        let name = names.get(&line.subject).filter(|_| line.category.of_a_person());
        let name = name.cloned().unwrap_or_default();
        (line, name)
    });
    Ok(Opened { run, rules, stands, lines: lines.collect() })
}

async fn one(tx: &mut Tx, id: i64) -> Result<Run, Wrong> {
    retention::run(tx, id).await?.ok_or_else(|| Wrong::refused("There is no such list."))
}

/// Approves a list and destroys what is on it; how many things went. All of it or nothing.
pub async fn approve(ctx: &Context, actor: &Actor, id: i64) -> Result<usize, Wrong> {
    may(actor, Act::KeepRetention, Purpose::Running)?;
    let mut tx = ctx.db.begin().await?;
    // Whoever would keep a record longer has done so by now, or finds it gone.
    changes::alone(&mut tx).await?;
    let run = one(&mut tx, id).await?;
    may_approve(run.drawn_by, actor.account).map_err(Wrong::refused)?;
    if run.approved_at.is_some() {
        return Err(Wrong::refused("This list was carried out already."));
    }
    let rules = standing(&mut tx).await?.rules;
    // What somebody read and approves was found by the rules that it was drawn by.
    if run.rules != hash_of(&rules) {
        return Err(Wrong::refused("The rules have changed: draw a new list."));
    }
    let now = judged(&mut tx, &rules, ctx.today()).await?;
    let births: BTreeMap<i64, Date> =
        retention::candidates(&mut tx, Category::Record, ctx.today()).await?.into_iter().collect();
    let mut lines = retention::lines(&mut tx, id).await?;
    let mut born: BTreeMap<i64, i64> = BTreeMap::new();
    let salt = outside::salt(ctx);
    let marks = outside::marks(&mut tx, &salt, &lines).await?;
    for line in lines.iter_mut().filter(|line| line.outcome == DUE) {
        let key = (line.rule.clone(), line.category, line.subject);
        line.outcome = match now.get(&key) {
            None => "kept: no longer due".to_owned(),
            Some((_, Some(hold))) => held(*hold),
            Some((_, None)) => {
                let gone = retention::destroy(&mut tx, line.category, line.subject).await?;
                line.rows = i64::try_from(gone).unwrap_or(i64::MAX);
                DESTROYED.to_owned()
            }
        };
        retention::outcome(&mut tx, id, line).await?;
        if line.outcome == DESTROYED {
            remember(ctx, &mut tx, actor, line).await?;
            if line.category == Category::Record
                && let Some(day) = births.get(&line.subject)
            {
                *born.entry(i64::from(day.year())).or_default() += 1;
            }
        }
    }
    retention::count(&mut tx, id, &born).await?;
    let proof = proof(&run, actor, &lines);
    let at = ctx.now();
    retention::approve(&mut tx, id, (&at, actor.account), &proof).await?;
    let gone = lines.iter().filter(|line| line.outcome == DESTROYED).count();
    let detail = format!("list {id}, {gone} destroyed, proof {proof}");
    tell(ctx, &mut tx, actor, ("retention list carried out", &detail)).await?;
    outside::keep(ctx, (id, &proof), (salt, &marks), &lines)?;
    tx.commit().await?;
    Ok(gone)
}

/// The act on one thing, under the person's number where it was about one.
async fn remember(ctx: &Context, tx: &mut Tx, actor: &Actor, line: &Line) -> Result<(), Wrong> {
    let detail = format!("{}, rule {}, {} rows", line.category.name(), line.rule, line.rows);
    match line.category.of_a_person() {
        true => {
            let person = PersonId(line.subject);
            note(ctx, tx, actor, person, ("destroyed under retention", &detail)).await
        }
        false => tell(ctx, tx, actor, ("destroyed under retention", &detail)).await,
    }
}

/// The hash over a list with what became of each line: whoever holds the list can compute it again.
fn proof(run: &Run, approver: &Actor, lines: &[Line]) -> String {
    let mut sha = Sha256::new();
    let by = (run.drawn_by, approver.account);
    sha.update(format!("list {} of {} by {} and {}\n", run.id, run.day, by.0, by.1));
    for l in lines {
        let (category, subject) = (l.category.name(), l.subject);
        let row = (l.line, &l.rule, category, subject, l.since, &l.outcome, l.rows);
        sha.update(format!("{row:?}\n"));
    }
    hex(&sha.finalize())
}

fn hash_of(rules: &[Rule]) -> String {
    hex(&Sha256::digest(format!("{rules:?}"))).chars().take(16).collect()
}

/// Keeps somebody's record longer than the rules say.
pub async fn hold(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    (kind, reason): (Hold, &str),
) -> Result<(), Wrong> {
    may(actor, Act::HandleRights, Purpose::Oversight)?;
    if reason.trim().is_empty() || !Hold::SET.contains(&kind) {
        return Err(Wrong::refused("Write why it is kept longer, so that somebody can end it."));
    }
    let mut tx = ctx.db.begin().await?;
    let (by, at) = (actor.account_id(), ctx.now());
    // Begun first: a list that is being carried out has ended by the time they are looked for.
    let change = changes::begin(&mut tx, &at, "hold", by, None, None).await?;
    reached(&mut tx, actor, person).await?;
    retention::hold(&mut tx, change, person.0, (kind, reason.trim())).await?;
    note(ctx, &mut tx, actor, person, ("kept longer", kind.name())).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a hold.
pub async fn release(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    hold: i64,
) -> Result<(), Wrong> {
    may(actor, Act::HandleRights, Purpose::Oversight)?;
    let mut tx = ctx.db.begin().await?;
    let (by, at) = (actor.account_id(), ctx.now());
    let change = changes::begin(&mut tx, &at, "hold", by, None, None).await?;
    if !retention::release(&mut tx, change, (person.0, hold)).await? {
        return Err(Wrong::refused("That hold has ended already."));
    }
    note(ctx, &mut tx, actor, person, ("no longer kept longer", "")).await?;
    tx.commit().await?;
    Ok(())
}

async fn tell(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (act, detail): (&str, &str),
) -> Result<(), Wrong> {
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act,
        person: None,
        purpose: "retention",
        detail,
    };
    audit::write(tx, &entry).await?;
    Ok(())
}
