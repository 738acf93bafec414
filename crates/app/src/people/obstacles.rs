//! What stands in the way of the young people within a reader's reach, counted: a report without anybody's name.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Act, Actor, Part, decide, sees};
use domain::edition::Edition;
use domain::obstacle::{Obstacle, counted, told_since};
use formats::reference;
use jiff::civil::Date;
use store::contacts;

use crate::context::{Context, Wrong};
use crate::followup::tracked;

/// The report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacles {
    /// The first day of the contacts that are counted.
    pub since: Date,
    /// Who told of any; nothing where they are too few to say.
    pub people: Option<u64>,
    /// In the order of the form, each with who told of it.
    pub rows: Vec<(&'static Obstacle, Option<u64>)>,
}

/// Counts what those followed up on a day told of in the year before it.
///
/// Errors: refused where the reader sees no follow-up list or no contacts.
pub async fn obstacles(
    ctx: &Context,
    actor: &Actor,
    edition: &Edition,
    as_of: Date,
) -> Result<Obstacles, Wrong> {
    let decisions = [decide(actor, Act::ViewFollowUp), sees(actor, Part::Contacts)];
    if let Some(no) = decisions.iter().find(|decision| !decision.allowed) {
        return Err(Wrong::denied(no.denial("see this")));
    }
    let since = told_since(as_of);
    let mut tx = ctx.db.begin_read().await?;
    let within = tracked(&mut tx, actor, edition, as_of).await?;
    let told = contacts::obstacles_since(&mut tx, since).await?;
    drop(tx);
    let within: BTreeSet<i64> = within.iter().map(|one| one.person).collect();
    let mut people: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (person, names) in told.into_iter().filter(|(person, _)| within.contains(person)) {
        people.entry(person).or_default().extend(names);
    }
    let (people, rows) = counted(reference::obstacles(), &people);
    Ok(Obstacles { since, people, rows })
}
