//! Whether somebody about to be entered stands in the register already. The server keeps the register in
//! memory as the engine holds it, and whoever changed since is weighed beside it, so that what was saved a
//! moment ago is found too. Invariant: names are told only of people within the asker's reach.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::access::{Actor, Part, sees};
use domain::person::{ChangeId, Field, PersonRecord};
use linkage::{Linker, Model};
use store::cohort::touched_since;
use store::people::{self, Loaded, Moment};
use store::whole::Identity;
use store::{Tx, audit, changes};
use tokio::sync::Mutex;

use super::engine::{Asked, Engine, Likeness};
use crate::context::{Context, Wrong};

/// The register as it was at a change, ready to be asked.
struct Held {
    engine: Engine,
    model: Model,
    change: ChangeId,
}

/// What this process keeps between questions.
#[derive(Default)]
pub struct Cache {
    keeping: AtomicBool,
    held: Mutex<Option<Arc<Held>>>,
}

/// More people changed than this: the register is read again.
const STALE: usize = 500;
/// Less likely people are not worth a question before somebody new is entered.
const WORTH_ASKING: f64 = 0.05;

impl Cache {
    /// Keeps the register from now on; the server asks for it, a single command does not.
    pub fn keep(&self) {
        self.keeping.store(true, Ordering::Relaxed);
    }

    /// The register in memory, and who was changed since it was read.
    async fn held(&self, tx: &mut Tx) -> Result<(Arc<Held>, Vec<i64>), Wrong> {
        if !self.keeping.load(Ordering::Relaxed) {
            return Ok((Arc::new(read(tx).await?), Vec::new()));
        }
        // Held over the reading on purpose: a second asker waits for it instead of reading as well.
        let mut held = self.held.lock().await;
        if let Some(kept) = held.as_ref() {
            let touched = touched_since(tx, kept.change).await?;
            if touched.len() <= STALE {
                return Ok((Arc::clone(kept), touched));
            }
        }
        let fresh = Arc::new(read(tx).await?);
        *held = Some(Arc::clone(&fresh));
        Ok((fresh, Vec::new()))
    }
}

async fn read(tx: &mut Tx) -> Result<Held, Wrong> {
    let change = changes::latest(tx).await?;
    let engine = Engine::load(tx).await?;
    let model = engine.untaught();
    Ok(Held { engine, model, change })
}

/// Reads the register into memory, or anew where much has changed. For work behind the page.
pub async fn warm(ctx: &Context) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let fresh = Arc::new(read(&mut tx).await?);
    ctx.entries.keep();
    *ctx.entries.held.lock().await = Some(fresh);
    Ok(())
}

/// Somebody on the register whom a newcomer resembles.
#[derive(Clone, Debug)]
pub struct Resembles {
    pub person: i64,
    pub name: String,
    /// ISO text.
    pub born: String,
    /// That it is the same person; `None` where only a postcode that the asker is not shown makes it worth asking.
    pub likely: Option<f64>,
    pub likeness: Likeness,
}

/// Who the newcomer may be.
#[derive(Clone, Debug, Default)]
pub struct Resembling {
    /// The likeliest first.
    pub people: Vec<Resembles>,
    /// Whether somebody beyond the asker's reach may be the same person.
    pub beyond: bool,
}

/// Whom on the register somebody about to be entered may be. The names shown are audited.
pub async fn resembling(ctx: &Context, actor: &Actor, asked: &Asked) -> Result<Resembling, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let (held, touched) = ctx.entries.held(&mut tx).await?;
    let changed: BTreeSet<i64> = touched.iter().copied().collect();
    let fresh = match changed.is_empty() {
        true => Vec::new(),
        false => people::load(&mut tx, &touched, Moment::Now).await?,
    };
    let mut best = weighed(&held, asked);
    best.retain(|likeness| !changed.contains(&likeness.person));
    best.extend(among(&held.model, asked, &fresh));
    let found = shown(ctx, &mut tx, actor, best).await?;
    tx.commit().await?;
    Ok(found)
}

fn weighed(held: &Held, asked: &Asked) -> Vec<Likeness> {
    held.engine.likenesses(&Linker::new(&held.engine.register, &held.model), asked, "", &[])
}

/// Whoever changed since the register was read: few, so each is asked about sooner.
fn among(model: &Model, asked: &Asked, fresh: &[Loaded]) -> Vec<Likeness> {
    let all: Vec<Identity> =
        fresh.iter().filter(|l| l.exists()).map(|l| identity(l.person, &l.record)).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let engine = Engine::of(&all);
    engine.likenesses(&Linker::new(&engine.register, model), asked, "", &[])
}

fn identity(person: i64, record: &PersonRecord) -> Identity {
    let text = |field| record.particulars.get(field).unwrap_or("").to_owned();
    Identity {
        person,
        given: text(Field::GivenName),
        family: text(Field::FamilyName),
        born: text(Field::DateOfBirth),
        sex: text(Field::Sex),
        upn: text(Field::Upn),
        uln: text(Field::Uln),
        postcodes: record.addresses.iter().rev().map(|a| a.postcode.clone()).collect(),
        former: record.former_names.iter().map(|n| (n.given.clone(), n.family.clone())).collect(),
        ypid: record.ypid.clone(),
        restricted: record.particulars.is_yes(Field::Restricted),
        protected: record.particulars.is_yes(Field::ProtectedAddress),
        ..Identity::default()
    }
}

/// Who is worth asking about, the likeliest first, with how likely it may be said to be. Of whom no postcode is shown
/// none counts, since what it does to the reckoning would tell it; whom it alone makes likely is asked about all the
/// same, for nobody to be entered twice, and with no figure.
fn worth_asking(best: Vec<Likeness>, hidden: impl Fn(i64) -> bool) -> Vec<(Likeness, Option<f64>)> {
    let mut all = Vec::with_capacity(best.len());
    for mut likeness in best {
        let whole = likeness.probability;
        if hidden(likeness.person) {
            likeness.without_postcode();
        }
        let told = likeness.probability;
        if whole.max(told) >= WORTH_ASKING {
            all.push((likeness, Some(told).filter(|told| *told >= WORTH_ASKING)));
        }
    }
    all.sort_by(|(x, _), (y, _)| {
        y.probability.total_cmp(&x.probability).then(x.person.cmp(&y.person))
    });
    all
}

/// Cut down to whom the asker reaches, with names; who was shown is written down.
async fn shown(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    best: Vec<Likeness>,
) -> Result<Resembling, Wrong> {
    let ids: Vec<i64> = best.iter().map(|likeness| likeness.person).collect();
    let loaded = people::load(tx, &ids, Moment::Now).await?;
    // Who was merged into somebody else meanwhile stands in nobody's way.
    let standing: HashMap<i64, Loaded> =
        loaded.into_iter().filter(Loaded::exists).map(|l| (l.person, l)).collect();
    let blind = !sees(actor, Part::Addresses).allowed;
    let protected = |one: &Loaded| one.record.particulars.is_yes(Field::ProtectedAddress);
    let best = worth_asking(best, |person| blind || standing.get(&person).is_some_and(protected));
    let ids: Vec<i64> = best.iter().map(|(likeness, _)| likeness.person).collect();
    let reached = people::within(tx, &actor.scope, &ids).await?;
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "shown as resembling somebody about to be entered",
        person: None,
        purpose: "who is who",
        detail: "name, date of birth, what agrees",
    };
    audit::write_many(tx, &entry, &reached).await?;
    let mut found = Resembling::default();
    for (likeness, likely) in best {
        let Some(one) = standing.get(&likeness.person) else { continue };
        if !reached.contains(&likeness.person) {
            found.beyond = true;
            continue;
        }
        let p = &one.record.particulars;
        let born = p.date_of_birth().map(|day| day.to_string()).unwrap_or_default();
        let (person, name) = (likeness.person, p.full_name());
        found.people.push(Resembles { person, name, born, likely, likeness });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(person: i64, probability: f64, home: f64) -> Likeness {
        let part = linkage::Part {
            title: "Postcode".into(),
            words: String::new(),
            values: None,
            bits: home,
        };
        let (parts, family_unplaced) = (vec![part], None);
        Likeness {
            person,
            probability,
            weight: 0.0,
            margin: 9.0,
            family: 0.0,
            parts,
            family_unplaced,
        }
    }

    /// Of three whose home is hidden: the postcode of the first agrees and does not matter, that of the second alone
    /// makes it likely, that of the third alone would leave it out.
    #[test]
    fn whom_a_hidden_postcode_makes_likely_is_asked_about_without_a_figure() {
        let all = || {
            let hidden = [likeness(1, 0.99, 5.0), likeness(2, 0.5, 10.0), likeness(3, 0.04, -6.0)];
            let mut all = hidden.to_vec();
            all.extend([likeness(4, 0.3, 9.0), likeness(5, 0.04, -6.0)]);
            all
        };
        let asked = |hidden: fn(i64) -> bool| {
            let found = worth_asking(all(), hidden).into_iter();
            found.map(|(l, likely)| (l.person, likely.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(asked(|_| false), [(1, true), (2, true), (4, true)]);
        assert_eq!(asked(|p| p < 4), [(1, true), (3, true), (4, true), (2, false)]);
        let found = worth_asking(all(), |p| p < 4);
        assert!(found.iter().all(|(l, _)| l.person >= 4 || l.parts.is_empty()), "{found:?}");
    }
}
