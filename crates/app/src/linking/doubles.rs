//! People who may stand in the register twice: found by weighing the register against itself, kept as
//! questions for the queue. Nothing is merged here.

use std::collections::{HashMap, HashSet};

use domain::access::{Act, Actor, Purpose};
use linkage::Linker;
use store::linking::{self, FoundPair};
use store::{Tx, changes, organisations, people};

use super::engine::{Engine, FEWEST_PEOPLE, Likeness, unplaced};
use super::memory::{Memory, Verdict};
use super::queue::side_of;
use crate::context::{Context, Wrong};
use crate::imports::Outcome;
use crate::permission::may;

/// Less likely pairs are not anybody's question.
const WORTH_ASKING: f64 = 0.2;
/// The same in a register too small to tell by: how rare a name is says nothing among a handful, so that two
/// who agree in everything weigh little, and there are few pairs to ask about.
const WORTH_ASKING_OF_FEW: f64 = 0.002;
/// More questions than anybody answers; the likeliest are kept.
const MOST: usize = 2_000;

/// The setting that keeps up to which change files owe nothing: whom they brought was looked at, or they brought
/// nobody. A look that a stopped program never got to is owed by it.
const LOOKED: &str = "doubles_looked_to";
/// The setting that keeps how likely the least likely pair was to be that is kept.
const FLOOR: &str = "doubles_floor";

/// Weighs everybody against everybody else and keeps who may be one person; how many pairs.
pub async fn find_doubles(ctx: &Context) -> Result<usize, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let newest = changes::latest(&mut tx).await?.0;
    let engine = Engine::load(&mut tx).await?;
    drop(tx);
    let model = engine.untaught();
    let found = pairs(&engine, &Linker::new(&engine.register, &model), &ctx.now())?;
    let mut tx = ctx.db.begin().await?;
    linking::keep_pairs(&mut tx, &found).await?;
    organisations::set(&mut tx, FLOOR, &floor(&engine).to_string()).await?;
    nothing_owed(&mut tx, newest).await?;
    tx.commit().await?;
    Ok(found.len())
}

/// What follows once a file was applied: whom it may have brought in twice becomes a question, not a
/// surprise. A file by which nobody is known otherwise than before can have brought in nobody twice. It
/// stands whether or not this can be done.
pub async fn after_file(ctx: &Context, applied: &Outcome) {
    let looked = match applied.identities {
        true => find_doubles(ctx).await.map(|_| ()),
        false => brought_nobody(ctx, applied).await,
    };
    if let Err(wrong) = looked {
        tracing::warn!(%wrong, "people entered twice were not looked for");
    }
}

async fn brought_nobody(ctx: &Context, applied: &Outcome) -> Result<(), Wrong> {
    let Some(change) = applied.change else { return Ok(()) };
    if !owed(ctx, change).await? {
        let mut tx = ctx.db.begin().await?;
        nothing_owed(&mut tx, change).await?;
        tx.commit().await?;
        return Ok(());
    }
    find_doubles(ctx).await.map(|_| ())
}

/// Looks where files were applied and nobody has looked since: the program may have been stopped in between.
pub async fn find_owed_doubles(ctx: &Context) -> Result<(), Wrong> {
    if owed(ctx, 0).await? {
        find_doubles(ctx).await?;
    }
    Ok(())
}

/// Whether a file other than one change's was applied since anybody looked.
async fn owed(ctx: &Context, beside: i64) -> Result<bool, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let looked = looked_to(&mut tx).await?;
    Ok(changes::file_since(&mut tx, looked, beside).await?.is_some())
}

async fn looked_to(tx: &mut Tx) -> Result<i64, Wrong> {
    let kept = organisations::setting(tx, LOOKED).await?;
    Ok(kept.and_then(|text| text.parse().ok()).unwrap_or(0))
}

async fn nothing_owed(tx: &mut Tx, until: i64) -> Result<(), Wrong> {
    if until > looked_to(tx).await? {
        organisations::set(tx, LOOKED, &until.to_string()).await?;
    }
    Ok(())
}

fn floor(engine: &Engine) -> f64 {
    if engine.len() < FEWEST_PEOPLE { WORTH_ASKING_OF_FEW } else { WORTH_ASKING }
}

fn pairs(engine: &Engine, linker: &Linker<'_>, at: &str) -> Result<Vec<FoundPair>, Wrong> {
    let mut best: HashMap<(i64, i64), (f64, usize, usize)> = HashMap::new();
    for double in linker.doubles(floor(engine)) {
        let (x, y) = (engine.person(double.a), engine.person(double.b));
        let (key, places) = match x < y {
            true => ((x, y), (double.a, double.b)),
            false => ((y, x), (double.b, double.a)),
        };
        let slot = best.entry(key).or_insert((f64::MIN, 0, 0));
        if double.probability > slot.0 {
            *slot = (double.probability, places.0, places.1);
        }
    }
    let mut all: Vec<_> = best.into_iter().collect();
    all.sort_by(|x, y| y.1.0.total_cmp(&x.1.0).then(x.0.cmp(&y.0)));
    all.truncate(MOST);
    let mut found = Vec::with_capacity(all.len());
    for ((a, b), (probability, first, second)) in all {
        let Some(why) = linker.explain_double(first, second) else { continue };
        let likeness = engine.of_pair((first, second), probability, why);
        let evidence =
            serde_json::to_string(&likeness).map_err(|e| Wrong::Failed(e.to_string()))?;
        found.push(FoundPair { a, b, probability, evidence, found_at: at.to_owned() });
    }
    Ok(found)
}

/// Two people who may be one, as the list shows them.
#[derive(Clone, Debug, PartialEq)]
pub struct Double {
    pub a: i64,
    pub b: i64,
    pub names: (String, String),
    pub probability: f64,
}

/// Pairs within reach that nobody has decided, the likeliest first, and when they were looked for.
pub async fn doubles(ctx: &Context, actor: &Actor) -> Result<(Vec<Double>, Option<String>), Wrong> {
    may(actor, Act::DecideIdentity, Purpose::Register)?;
    let mut tx = ctx.db.begin_read().await?;
    let memory = Memory::load(&mut tx).await?;
    let found = linking::pairs(&mut tx).await?;
    let at = found.first().map(|pair| pair.found_at.clone());
    let mut found = told(&mut tx, found).await?;
    let decided = |pair: &FoundPair| {
        let about = memory.of_row(&side_of(pair.a));
        about.iter().any(|d| d.person == pair.b && d.verdict == Verdict::Different)
    };
    found.retain(|pair| !decided(pair));
    let ids: Vec<i64> = found.iter().flat_map(|pair| [pair.a, pair.b]).collect();
    let reached = people::within(&mut tx, &actor.scope, &ids).await?;
    let loaded = people::load(&mut tx, &reached, people::Moment::Now).await?.into_iter();
    let names: HashMap<i64, String> =
        loaded.map(|one| (one.person, one.record.particulars.full_name())).collect();
    let mut all = Vec::with_capacity(found.len());
    for pair in found {
        let (Some(one), Some(other)) = (names.get(&pair.a), names.get(&pair.b)) else { continue };
        let names = (one.clone(), other.clone());
        all.push(Double { a: pair.a, b: pair.b, names, probability: pair.probability });
    }
    all.sort_by(|x, y| y.probability.total_cmp(&x.probability).then((x.a, x.b).cmp(&(y.a, y.b))));
    Ok((all, at))
}

/// Pairs as they may be told. Where the address of either is protected no postcode counts, since beside the figure of
/// the comparison this one would tell whether the postcodes agree; and whom a postcode alone made a question are none,
/// since that they stand here at all would tell it.
pub(super) async fn told(tx: &mut Tx, found: Vec<FoundPair>) -> Result<Vec<FoundPair>, Wrong> {
    let protected: HashSet<i64> = linking::protected_in_pairs(tx).await?.into_iter().collect();
    if protected.is_empty() {
        return Ok(found);
    }
    let kept = organisations::setting(tx, FLOOR).await?;
    let floor = kept.and_then(|text| text.parse().ok()).unwrap_or(WORTH_ASKING);
    let mut all = Vec::with_capacity(found.len());
    for mut pair in found {
        if protected.contains(&pair.a) || protected.contains(&pair.b) {
            pair.probability = unplaced_of(&pair)?;
            if pair.probability < floor {
                continue;
            }
        }
        all.push(pair);
    }
    Ok(all)
}

fn unplaced_of(pair: &FoundPair) -> Result<f64, Wrong> {
    let kept = serde_json::from_str(&pair.evidence);
    let mut likeness: Likeness = kept.map_err(|e| Wrong::Failed(e.to_string()))?;
    unplaced(std::slice::from_mut(&mut likeness));
    Ok(likeness.probability)
}
