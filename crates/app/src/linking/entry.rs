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

use super::engine::{Asked, Engine, Likeness, share_out, unplaced};
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
/// More people than anybody compares before somebody new is entered.
const MOST: usize = 8;

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
    let mut best = vec![Weighed::by(&held.engine, &held.model, asked)];
    best.iter_mut().for_each(|weighed| weighed.leave_out(&changed));
    best.extend(among(&held.model, asked, &fresh));
    let found = shown(ctx, &mut tx, actor, best).await?;
    tx.commit().await?;
    Ok(found)
}

/// Everybody of one register whom the newcomer resembles.
struct Weighed {
    placed: Vec<Likeness>,
    /// The same had the newcomer no postcode: where an address is protected, not even who is found may hang on it.
    unplaced: Vec<Likeness>,
}

impl Weighed {
    fn by(engine: &Engine, model: &Model, asked: &Asked) -> Weighed {
        let linker = Linker::new(&engine.register, model);
        let nowhere = Asked { postcode: String::new(), ..asked.clone() };
        Weighed {
            placed: engine.resembled(&linker, asked),
            unplaced: engine.resembled(&linker, &nowhere),
        }
    }

    fn leave_out(&mut self, people: &BTreeSet<i64>) {
        self.placed.retain(|likeness| !people.contains(&likeness.person));
        self.unplaced.retain(|likeness| !people.contains(&likeness.person));
    }

    fn people(&self) -> impl Iterator<Item = i64> {
        self.placed.iter().chain(&self.unplaced).map(|likeness| likeness.person)
    }
}

/// Whoever changed since the register was read: few, so each is asked about sooner.
fn among(model: &Model, asked: &Asked, fresh: &[Loaded]) -> Option<Weighed> {
    let all: Vec<Identity> =
        fresh.iter().filter(|l| l.exists()).map(|l| identity(l.person, &l.record)).collect();
    (!all.is_empty()).then(|| Weighed::by(&Engine::of(&all), model, asked))
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

/// Who is worth asking about, the likeliest first, with how likely it may be said to be. The postcode of whose address
/// is protected counts nowhere, since it would be told by the reckoning, by theirs as by what it leaves to others.
/// Neither does any for a `blind` asker, who sees no addresses; but whom a postcode alone makes likely they are asked
/// about all the same, for nobody to be entered twice, and with no figure.
fn worth_asking(
    best: Vec<Weighed>,
    blind: bool,
    protected: impl Fn(i64) -> bool,
) -> Vec<(Likeness, Option<f64>)> {
    let mut found = Vec::new();
    for weighed in best {
        let open = weighed.placed.into_iter().filter(|one| !protected(one.person));
        let hidden = weighed.unplaced.into_iter().filter(|one| protected(one.person));
        let mut all: Vec<Likeness> = open.chain(hidden).collect();
        share_out(&mut all);
        let whole: Vec<f64> = all.iter().map(|one| one.probability).collect();
        if blind {
            unplaced(&mut all);
        }
        for (likeness, whole) in all.into_iter().zip(whole) {
            let told = Some(likeness.probability).filter(|told| *told >= WORTH_ASKING);
            let asks = told.is_some() || (whole >= WORTH_ASKING && !protected(likeness.person));
            found.extend(asks.then_some((likeness, told)));
        }
    }
    found.sort_by(|(x, _), (y, _)| {
        y.probability.total_cmp(&x.probability).then(x.person.cmp(&y.person))
    });
    found.truncate(MOST);
    found
}

/// Cut down to whom the asker reaches, with names; who was shown is written down.
async fn shown(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    best: Vec<Weighed>,
) -> Result<Resembling, Wrong> {
    let ids: BTreeSet<i64> = best.iter().flat_map(Weighed::people).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let loaded = people::load(tx, &ids, Moment::Now).await?;
    // Who was merged into somebody else meanwhile stands in nobody's way.
    let standing: HashMap<i64, Loaded> =
        loaded.into_iter().filter(Loaded::exists).map(|l| (l.person, l)).collect();
    let blind = !sees(actor, Part::Addresses).allowed;
    let protected = |one: &Loaded| one.record.particulars.is_yes(Field::ProtectedAddress);
    let best = worth_asking(best, blind, |person| standing.get(&person).is_some_and(protected));
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

    /// Of this weight, so many bits of which the postcode brought.
    fn likeness(person: i64, weight: f64, home: f64) -> Likeness {
        let part = |title: &'static str, bits: f64| linkage::Part {
            title: title.into(),
            words: String::new(),
            values: None,
            bits,
        };
        Likeness {
            person,
            probability: 0.0,
            weight,
            margin: 9.0,
            family: 0.0,
            parts: vec![part("Forename", weight - home), part("Postcode", home)],
            family_unplaced: None,
        }
    }

    fn unplaced_too(placed: Vec<Likeness>) -> Weighed {
        let mut unplaced = placed.clone();
        super::unplaced(&mut unplaced);
        Weighed { placed, unplaced }
    }

    /// Of five the postcode of the first agrees and does not matter, that of the second alone makes it likely, that of
    /// the third alone would leave it out.
    fn apart() -> Vec<Weighed> {
        let all = [
            likeness(1, 9.0, 5.0),
            likeness(2, 0.0, 10.0),
            likeness(3, -5.0, -6.0),
            likeness(4, -1.0, 1.0),
            likeness(5, -5.0, 0.0),
        ];
        all.into_iter().map(|one| unplaced_too(vec![one])).collect()
    }

    #[test]
    fn whom_a_postcode_alone_makes_likely_is_asked_about_without_a_figure_unless_it_is_protected() {
        let asked = |blind: bool, protected: fn(i64) -> bool| {
            let found = worth_asking(apart(), blind, protected).into_iter();
            found.map(|(l, likely)| (l.person, likely.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(asked(false, |_| false), [(1, true), (2, true), (4, true)]);
        assert_eq!(asked(true, |_| false), [(1, true), (3, true), (4, true), (2, false)]);
        assert_eq!(asked(false, |p| p < 4), [(1, true), (3, true), (4, true)]);
        assert_eq!(asked(true, |p| p < 4), [(1, true), (3, true), (4, true)]);
        for found in
            [worth_asking(apart(), true, |_| false), worth_asking(apart(), false, |_| true)]
        {
            let placed = |l: &Likeness| l.parts.iter().any(|part| part.title == "Postcode");
            assert!(!found.iter().any(|(l, _)| placed(l)), "{found:?}");
        }
    }

    #[test]
    fn what_a_namesake_is_left_with_tells_no_protected_postcode() {
        let namesake = |home: f64, protected: fn(i64) -> bool| {
            let both = vec![likeness(1, 1.0 + home, home), likeness(2, 1.0, 0.0)];
            let found = worth_asking(vec![unplaced_too(both)], false, protected);
            found.into_iter().find(|(l, _)| l.person == 2).and_then(|(_, likely)| likely)
        };
        assert_eq!(namesake(8.0, |_| false), None, "an open postcode settles who it is");
        assert_eq!(namesake(8.0, |p| p == 1), Some(0.4));
        assert_eq!(namesake(-6.0, |p| p == 1), Some(0.4));
    }
}
