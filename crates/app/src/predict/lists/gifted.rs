//! Gifted and talented young people who drift away, by the rule of `domain::prediction`.

use std::collections::BTreeMap;

use domain::access::{Act, Actor};
use domain::prediction::{FEATURES, Kept, Known, Seen, Sign, births, drifting, features, seen_by};
use store::people::{self, Moment};
use store::{analysis, organisations, predictors};

use super::cut::Cut;
use super::{ASK, reader};
use crate::context::{Context, Wrong};
use crate::predict::{may, note_all};

/// Somebody on the gifted and talented register who drifts, and why.
#[derive(Clone, Debug)]
pub struct Gifted {
    pub person: i64,
    pub name: String,
    pub school: String,
    pub reasons: Vec<String>,
}

/// Gifted and talented young people at risk of disengaging, as known today.
pub async fn gifted(ctx: &Context, actor: &Actor) -> Result<Vec<Gifted>, Wrong> {
    may(actor, Act::ViewSupport)?;
    let mut tx = ctx.db.begin().await?;
    let today = ctx.today();
    let ids = analysis::born(&mut tx, &actor.scope, Moment::Now, births((13, 17), today)).await?;
    let mut facts = analysis::facts(&mut tx, &ids, Moment::Now).await?;
    facts.retain(|_, facts| facts.iter().any(|f| f.field == "gifted" && f.value == "yes"));
    let objecting = predictors::objecting(&mut tx, &ids).await?;
    let ids: Vec<i64> = facts.keys().copied().filter(|id| !objecting.contains(id)).collect();
    let cut = Cut::load(&mut tx, actor, &ids, today).await?;
    let mut loaded = people::load(&mut tx, &ids, Moment::Now).await?;
    loaded.retain(|one| cut.is_named(one.person));
    let edition = formats::reference::editions()
        .on(today)
        .ok_or_else(|| Wrong::refused("No edition of the requirement is known for today."))?;
    let covered = Default::default();
    let mut found = Vec::new();
    for one in &loaded {
        let known = Known {
            record: &one.record,
            facts: facts.get(&one.person).map_or(&[], Vec::as_slice),
            tries: &[],
            covered: &covered,
        };
        let cells = features(&known, today, edition);
        let Some(drifting) = drifting(&cells) else { continue };
        let school = FEATURES.iter().position(|feature| feature.name == "school");
        let school = school.and_then(|at| cells.get(at)?.as_name().map(str::to_owned));
        found.push(Gifted {
            person: one.person,
            name: cut.name(one.person, one.record.particulars.full_name()),
            school: school.unwrap_or_default(),
            reasons: read(actor, &drifting.reasons),
        });
    }
    let schools: Vec<String> = found.iter().map(|one| one.school.clone()).collect();
    let names: BTreeMap<String, String> =
        organisations::names(&mut tx, &schools).await?.into_iter().collect();
    for one in &mut found {
        if let Some(name) = names.get(&one.school) {
            one.school.clone_from(name);
        }
    }
    found.sort_by(|a, b| a.school.cmp(&b.school).then_with(|| a.name.cmp(&b.name)));
    let shown: Vec<i64> = found.iter().map(|one| one.person).collect();
    note_all(ctx, &mut tx, actor, ("shown in the gifted list", &shown, "reasons")).await?;
    tx.commit().await?;
    Ok(found)
}

/// What a reader may know of the signs, as of any reasons.
fn read(actor: &Actor, signs: &[Sign]) -> Vec<String> {
    let kept: Vec<Kept<'_>> = signs.iter().map(Sign::kept).collect();
    // No sign tells of a service, so what is not told is told of by one line.
    let words = |seen: Seen| match seen.of {
        Some(_) => seen.sentence,
        None => "something that is not shown to schools".to_owned(),
    };
    seen_by(reader(actor, ASK), &kept).into_iter().map(words).collect()
}
