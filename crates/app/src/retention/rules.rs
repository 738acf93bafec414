//! The rules that lists are drawn by: those that Waymark comes with, until a council puts its own in force. In the
//! browser one person puts rules forward and another agrees, as with a list, since rules that end sooner destroy;
//! whoever can run the program on the register's files is asked nothing, having all of it in hand.

use domain::access::{Act, Actor, Purpose};
use domain::retention::{Rule, changes, may_approve};
use formats::retention_toml;
use store::retention::OwnRules;
use store::{StoreError, Tx, retention};

use super::{count_due, hash_of, tell};
use crate::context::{Context, Wrong};
use crate::permission::may;

/// The rules in force.
#[derive(Clone, Debug)]
pub struct InForce {
    pub rules: Vec<Rule>,
    /// Nothing where they are those that Waymark comes with.
    pub own: Option<OwnRules>,
}

/// Rules that wait until somebody else agrees to them.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub own: OwnRules,
    /// What they would change, a sentence for each rule.
    pub changes: Vec<String>,
}

/// What rules would do if they were put in force today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub changes: Vec<String>,
    pub due: usize,
}

/// What became of rules that somebody sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    pub changes: Vec<String>,
    /// Whether they are in force, or wait for a second person.
    pub in_force: bool,
}

pub(crate) async fn standing(tx: &mut Tx) -> Result<InForce, Wrong> {
    let own = retention::rules_in_force(tx).await?;
    let text = own.as_ref().map_or(retention_toml::SHIPPED, |own| own.text.as_str());
    Ok(InForce { rules: read(text)?, own })
}

pub(super) async fn waiting(tx: &mut Tx, now: &[Rule]) -> Result<Option<Waiting>, Wrong> {
    let Some(own) = retention::rules_waiting(tx).await? else { return Ok(None) };
    let rules = read(&own.text)?;
    Ok(Some(Waiting { own, changes: changes(now, &rules) }))
}

/// The rules of a hash that some list was drawn by: of those that were put forward here, or that Waymark comes with.
/// None where nobody kept them, as those that an earlier version came with.
pub(super) async fn of_hash(tx: &mut Tx, hash: &str) -> Result<Vec<Rule>, Wrong> {
    let own = retention::rules_ever(tx).await?;
    let all = own.iter().map(String::as_str).chain([retention_toml::SHIPPED]);
    let mut found = all.filter_map(|text| retention_toml::read(text).ok());
    Ok(found.find(|rules| hash_of(rules) == hash).unwrap_or_default())
}

fn read(text: &str) -> Result<Vec<Rule>, Wrong> {
    retention_toml::read(text).map_err(|fault| {
        let sentence = format!("The rules do not read: {fault}.");
        match fault.line {
            Some(row) => Wrong::RefusedAt { sentence, row },
            None => Wrong::Refused(sentence),
        }
    })
}

/// The rules in force, for whoever asks for them alone.
pub async fn rules_in_force(ctx: &Context, actor: &Actor) -> Result<InForce, Wrong> {
    may(actor, Act::KeepRetention, Purpose::Running)?;
    standing(&mut ctx.db.begin_read().await?).await
}

/// What rules would change if they were put in force, and how much would be due by them today.
///
/// Errors: refused where they do not read, with the line.
pub async fn compare_rules(ctx: &Context, actor: &Actor, text: &str) -> Result<Compared, Wrong> {
    may(actor, Act::KeepRetention, Purpose::Running)?;
    let rules = read(text)?;
    let mut tx = ctx.db.begin_read().await?;
    let now = standing(&mut tx).await?.rules;
    let due = count_due(&mut tx, &rules, ctx.today()).await?;
    Ok(Compared { changes: changes(&now, &rules), due })
}

/// Puts rules in force from the next list on, or forward where somebody else has to agree. Those that waited until
/// then wait no more.
///
/// Errors: refused where they do not read, with the line.
pub async fn set_rules(ctx: &Context, actor: &Actor, text: &str) -> Result<Put, Wrong> {
    may(actor, Act::KeepRetention, Purpose::Running)?;
    let rules = read(text)?;
    // The whole register is judged: once, and before others wait for what this writes.
    let due = count_due(&mut ctx.db.begin_read().await?, &rules, ctx.today()).await?;
    let due = i64::try_from(due).unwrap_or(i64::MAX);
    let mut tx = ctx.db.begin().await?;
    let changes = changes(&standing(&mut tx).await?.rules, &rules);
    let at = ctx.now();
    let by = (&*at, actor.account);
    let id = retention::put_rules_forward(&mut tx, (text, due), by).await?;
    let in_force = actor.account_id().is_none();
    if in_force {
        retention::agree_to_rules(&mut tx, id, by).await?;
    }
    let act = if in_force { "retention rules set" } else { "retention rules put forward" };
    tell(ctx, &mut tx, actor, (act, &format!("rules {id}, {}", hash_of(&rules)))).await?;
    tx.commit().await?;
    Ok(Put { changes, in_force })
}

fn gone() -> Wrong {
    Wrong::refused("These rules wait no more. Look at the page again.")
}

fn late(error: StoreError) -> Wrong {
    match error {
        StoreError::Conflict => gone(),
        broken => broken.into(),
    }
}

/// Takes waiting rules back: whoever sent them, or who would have agreed.
pub async fn decline_rules(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    may(actor, Act::KeepRetention, Purpose::Running)?;
    let mut tx = ctx.db.begin().await?;
    if retention::rules_waiting(&mut tx).await?.is_none_or(|own| own.id != id) {
        return Err(gone());
    }
    let at = ctx.now();
    retention::decline_rules(&mut tx, id, (&at, actor.account)).await.map_err(late)?;
    tell(ctx, &mut tx, actor, ("retention rules declined", &format!("rules {id}"))).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts rules in force that somebody else put forward.
pub async fn agree_to_rules(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    may(actor, Act::KeepRetention, Purpose::Running)?;
    let mut tx = ctx.db.begin().await?;
    let own = retention::rules_waiting(&mut tx).await?;
    let own = own.filter(|own| own.id == id).ok_or_else(gone)?;
    may_approve(own.made_by, actor.account).map_err(Wrong::refused)?;
    let rules = read(&own.text)?;
    let at = ctx.now();
    retention::agree_to_rules(&mut tx, id, (&at, actor.account)).await.map_err(late)?;
    tell(ctx, &mut tx, actor, ("retention rules set", &format!("rules {id}, {}", hash_of(&rules))))
        .await?;
    tx.commit().await?;
    Ok(())
}
