//! The registers beside a predictor: factors with evidence for and against, the log of suppliers and
//! decisions, and points tables in their versions. Nothing is edited; a new wording stands beside the old.

use domain::access::{Act, Actor};
use domain::prediction::State;
use risk::points::PointsTable;
use serde::{Deserialize, Serialize};
use store::{Tx, predictors};

pub use store::predictors::Entry;

use super::train::Kept;
use super::{begin, may, note, refused};
use crate::context::{Context, Wrong};

pub const FACTORS: &str = "factors";
pub const LOG: &str = "log";
const POINTS: &str = "points";

/// The table that ships; a council puts its own in its place.
const SHIPPED: &str = include_str!("../../../../reference/risk/roni-oxfordshire.toml");
/// Factors with published evidence, as a council finds them when it begins.
const KNOWN_FACTORS: &str = include_str!("../../../../reference/risk/factors.toml");

/// Why a fact is, or is not, thought to raise or lower the risk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Factor {
    pub name: String,
    /// risk or resilience.
    pub kind: String,
    /// The fact of the predictor that speaks of it; empty where none does.
    pub fact: String,
    /// Which values of the fact count as having it, and the same in words; without it nothing is counted.
    pub when: Option<When>,
    pub holds: String,
    /// The published ratio of odds, with whose it is; empty where none could be read.
    pub published: String,
    pub evidence_for: String,
    pub evidence_against: String,
    /// What was tried here about it, and what came of that.
    pub tried: String,
}

/// As an indicator of a points table reads a fact; with none of them, a yes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    pub at_least: Option<f64>,
    pub below: Option<f64>,
    pub is: Vec<String>,
}

#[derive(Deserialize)]
struct Shipped {
    factor: Vec<Factor>,
}

/// Factors as they stand: the council's wording where there is one, else what is published.
pub async fn factors(ctx: &Context, actor: &Actor) -> Result<Vec<(Factor, bool)>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    factors_in(&mut tx).await
}

/// The council's own odds of the factors, with the predictor whose years they are of: one in use before one
/// that is not, the newest of those. None where no fit has counted any.
pub async fn local(ctx: &Context, actor: &Actor) -> Result<Option<Kept>, Wrong> {
    let all = super::train::all(ctx, actor).await?;
    let counted = all.into_iter().filter(|kept| !kept.content.local.is_empty());
    Ok(counted.max_by_key(|kept| (kept.state == State::Operational, kept.id)))
}

pub(super) async fn factors_in(tx: &mut Tx) -> Result<Vec<(Factor, bool)>, Wrong> {
    let shipped: Shipped = toml::from_str(KNOWN_FACTORS).map_err(refused)?;
    let mut all: Vec<(Factor, bool)> = shipped.factor.into_iter().map(|f| (f, false)).collect();
    for entry in predictors::entries(tx, FACTORS).await?.into_iter().filter(|e| e.stands) {
        let own: Factor = serde_json::from_str(&entry.content).map_err(refused)?;
        match all.iter_mut().find(|(factor, _)| factor.name == own.name) {
            // What is counted and what is published is not the council's wording.
            Some(slot) => {
                let Factor { when, holds, published, .. } = slot.0.clone();
                *slot = (Factor { when, holds, published, ..own }, true);
            }
            None => all.push((own, true)),
        }
    }
    Ok(all)
}

/// Writes a factor.
pub async fn write_factor(ctx: &Context, actor: &Actor, factor: &Factor) -> Result<(), Wrong> {
    if factor.name.trim().is_empty() {
        return Err(Wrong::refused("Say what the factor is called."));
    }
    if factor.evidence_for.trim().is_empty() && factor.evidence_against.trim().is_empty() {
        return Err(Wrong::refused("Write the evidence, for or against."));
    }
    let content = serde_json::to_string(factor).map_err(refused)?;
    enter(ctx, actor, (FACTORS, factor.name.trim()), &content).await
}

/// Entries of the log of suppliers and decisions, the newest first.
pub async fn log(ctx: &Context, actor: &Actor) -> Result<Vec<Entry>, Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(predictors::entries(&mut tx, LOG).await?)
}

pub async fn write_log(
    ctx: &Context,
    actor: &Actor,
    title: &str,
    words: &str,
) -> Result<(), Wrong> {
    if title.trim().is_empty() || words.trim().is_empty() {
        return Err(Wrong::refused("Say with whom or about what, and what was decided."));
    }
    enter(ctx, actor, (LOG, title.trim()), words.trim()).await
}

/// The points table that stands, and whether it is the council's own.
pub async fn points(tx: &mut Tx) -> Result<(PointsTable, bool), Wrong> {
    let own = predictors::entries(tx, POINTS).await?.into_iter().find(|entry| entry.stands);
    let text = own.as_ref().map_or(SHIPPED, |entry| &entry.content);
    Ok((toml::from_str(text).map_err(refused)?, own.is_some()))
}

/// The same for a page.
pub async fn points_now(ctx: &Context, actor: &Actor) -> Result<(PointsTable, bool), Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    points(&mut tx).await
}

/// Puts a council's own table in the place of the one before, which is kept.
///
/// Errors: refused when it does not read, names a fact that nobody has, or keeps its version.
pub async fn write_points(ctx: &Context, actor: &Actor, text: &str) -> Result<(), Wrong> {
    may(actor, Act::KeepPredictor)?;
    let table: PointsTable = toml::from_str(text)
        .map_err(|error| Wrong::refused(format!("The points table does not read: {error}")))?;
    let unknown = table.indicators.iter().find(|i| domain::prediction::named(&i.field).is_none());
    if let Some(indicator) = unknown {
        return Err(Wrong::refused(format!(
            "No fact is called \"{}\", which \"{}\" reads.",
            indicator.field, indicator.name
        )));
    }
    let mut tx = ctx.db.begin_read().await?;
    let (before, _) = points(&mut tx).await?;
    drop(tx);
    if (before.name.as_str(), before.version.as_str()) == (&table.name, &table.version) {
        return Err(Wrong::refused("Give the table a new version."));
    }
    enter(ctx, actor, (POINTS, "points"), text).await
}

/// The table that stands with its text, and every wording of the council's own, the newest first.
pub struct PointsPage {
    pub table: PointsTable,
    pub text: String,
    pub versions: Vec<Entry>,
}

pub async fn points_page(ctx: &Context, actor: &Actor) -> Result<PointsPage, Wrong> {
    may(actor, Act::ViewPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    let versions = predictors::entries(&mut tx, POINTS).await?;
    let own = versions.iter().find(|entry| entry.stands);
    let text = own.map_or(SHIPPED, |entry| &entry.content).to_owned();
    Ok(PointsPage { table: toml::from_str(&text).map_err(refused)?, text, versions })
}

/// A wording as a table; none where it does not read any more.
pub fn read_points(text: &str) -> Option<PointsTable> {
    toml::from_str(text).ok()
}

async fn enter(
    ctx: &Context,
    actor: &Actor,
    (register, title): (&str, &str),
    content: &str,
) -> Result<(), Wrong> {
    may(actor, Act::KeepPredictor)?;
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, register).await?;
    let of = (content, actor.account_id());
    predictors::enter(&mut tx, change, (register, title), of).await?;
    note(ctx, &mut tx, actor, ("predictor register written", None, register)).await?;
    tx.commit().await?;
    Ok(())
}
