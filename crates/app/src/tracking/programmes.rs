//! How current what is known is of those who take part in programmes, by kind: Key Stage 4 and alternative
//! programmes are where people are lost sight of first.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Actor, Part, sees};
use domain::calendar::Day;
use domain::edition::Edition;
use domain::followup::{Beside, List, reasons};
use formats::reference::{programme_kind, programme_kinds};
use store::Tx;

use crate::context::Wrong;
use crate::followup::{too_young, tracked};

/// Those of the return's ages who take part in programmes of one kind today, and how many are younger; somebody who
/// takes part in two kinds is of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfKind {
    /// The kind's name; empty where nobody said which it is.
    pub kind: String,
    pub label: String,
    pub people: usize,
    /// Of them, whose record has lapsed.
    pub lapsed: usize,
    /// Of them, whose record lapses within ninety days unless it is confirmed.
    pub lapsing: usize,
    /// Of them, of whom nothing is known.
    pub not_known: usize,
    /// Beside them, those who are too young for the return: of whom no list tells how current they are.
    pub younger: usize,
}

/// By kind, in the order of the reference data and those of no kind last, of whom the reader reaches; nothing where
/// the reader's role does not see who takes part.
pub(super) async fn of_kinds(
    tx: &mut Tx,
    actor: &Actor,
    edition: &Edition,
    today: Day,
) -> Result<Vec<OfKind>, Wrong> {
    if !sees(actor, Part::Need).allowed {
        return Ok(Vec::new());
    }
    let mut kinds: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (person, kind) in store::tracking::taking_part(tx, today).await? {
        kinds.entry(person).or_default().insert(kind.unwrap_or_default());
    }
    let mut all: BTreeMap<String, OfKind> = BTreeMap::new();
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    for one in tracked(tx, actor, edition, today).await? {
        let Some(kinds) = kinds.remove(&one.person) else { continue };
        // The lists tell how current somebody is; what else they are listed for is no matter here.
        let found = reasons(one.spell.as_ref(), edition, today, Beside::default());
        let on = |lists: &[List]| usize::from(found.iter().any(|r| lists.contains(&r.list())));
        for kind in kinds {
            let row = all.entry(kind).or_default();
            row.people += 1;
            row.lapsed += on(&[List::Lapsed]);
            row.lapsing += on(&[List::Due30, List::Due60, List::Due90]);
            row.not_known += on(&[List::NotKnown]);
        }
    }
    // Those left may be too young; whoever is neither is not tracked by us.
    let left: Vec<i64> = kinds.keys().copied().collect();
    let young = too_young(tx, actor, (edition, today), &left).await?;
    for kind in young.iter().filter_map(|person| kinds.remove(person)).flatten() {
        all.entry(kind).or_default().younger += 1;
    }
    Ok(in_order(all))
}

fn in_order(all: BTreeMap<String, OfKind>) -> Vec<OfKind> {
    let place = |kind: &str| programme_kinds().iter().position(|known| known.name == kind);
    let mut rows: Vec<OfKind> = all
        .into_iter()
        .map(|(kind, row)| {
            let label = match programme_kind(&kind) {
                Some(known) => known.label.clone(),
                None if kind.is_empty() => "No kind was said".to_owned(),
                None => kind.clone(),
            };
            OfKind { kind, label, ..row }
        })
        .collect();
    rows.sort_by_key(|row| place(&row.kind).unwrap_or(usize::MAX));
    rows
}
