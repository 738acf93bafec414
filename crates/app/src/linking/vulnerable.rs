//! How many young people have several vulnerabilities at once, as matched lists and files have told:
//! counted over whom the reader reaches, small numbers guarded.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Act, Actor, Purpose};
use domain::edition::Edition;
use domain::matching::several;
use store::{audit, linking, people};

use crate::context::{Context, Wrong};
use crate::permission::may;

/// A combination in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    pub characteristics: Vec<String>,
    pub people: usize,
}

/// The report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vulnerable {
    pub rows: Vec<Shared>,
    pub rarer: Option<(usize, usize)>,
    pub people: Option<usize>,
}

/// Counts whom this reader reaches and who stands in the register now. That it was counted is audited.
pub async fn vulnerable(
    ctx: &Context,
    actor: &Actor,
    edition: &Edition,
) -> Result<Vulnerable, Wrong> {
    may(actor, Act::DecideIdentity, Purpose::Register)?;
    let mut tx = ctx.db.begin().await?;
    let mut held: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (person, code) in linking::characteristics(&mut tx).await? {
        held.entry(person).or_default().insert(code);
    }
    held.retain(|_, codes| codes.len() > 1);
    let ids: Vec<i64> = held.keys().copied().collect();
    let reached: BTreeSet<i64> =
        people::within(&mut tx, &actor.scope, &ids).await?.into_iter().collect();
    held.retain(|person, _| reached.contains(person));
    let names = &edition.lists.characteristic;
    let counted: BTreeSet<String> = names.keys().cloned().collect();
    let found = several(&held, &counted);
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "counted several vulnerabilities",
        person: None,
        purpose: "who is who",
        detail: "counts by combination",
    };
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    let word = |code: &String| names.get(code).unwrap_or(code).clone();
    let rows = found.rows.into_iter().map(|row| Shared {
        characteristics: row.codes.iter().map(word).collect(),
        people: row.people,
    });
    Ok(Vulnerable { rows: rows.collect(), rarer: found.rarer, people: found.people })
}
