//! How many places of support a team has: everybody together, a school, or the advisers of a locality, by which they are
//! put together.

use std::collections::BTreeSet;

use domain::access::{Act, Actor};
use domain::prediction::Point;
use store::{Tx, organisations, predictors};

use super::{may, note, runs};
use crate::context::{Context, Wrong};

/// Where nobody has said how many there are.
const PLACES: usize = 25;
pub(super) const MOST: usize = 2_000;

/// A team and its places of support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// A school's name or a locality's; empty for everybody together.
    pub name: String,
    pub places: usize,
}

/// Everybody together, then the schools and localities of which lists can be made today.
pub async fn teams(ctx: &Context, actor: &Actor) -> Result<Vec<Team>, Wrong> {
    may(actor, Act::KeepPredictor)?;
    let mut tx = ctx.db.begin_read().await?;
    let said = organisations::settings(&mut tx, SETTING).await?;
    let team = |name: String| {
        let places = said.get(of(&name)).and_then(|text| text.parse().ok()).unwrap_or(PLACES);
        Team { name, places }
    };
    Ok(names(ctx, &mut tx).await?.into_iter().map(team).collect())
}

async fn names(ctx: &Context, tx: &mut Tx) -> Result<Vec<String>, Wrong> {
    let (mut schools, mut localities) = (BTreeSet::new(), BTreeSet::new());
    let standing = runs::standing(&predictors::lives(tx).await?);
    let all = predictors::runs(tx).await?;
    for point in Point::ALL {
        let Some(run) = runs::newest_of(&all, &standing, point, ctx.today()) else { continue };
        for (school, locality) in predictors::parts(tx, run.id).await? {
            schools.extend(school);
            localities.extend(locality);
        }
    }
    Ok(std::iter::once(String::new()).chain(schools).chain(localities).collect())
}

/// The places that a team has said it has.
pub(super) async fn places(tx: &mut Tx, team: &str) -> Result<usize, Wrong> {
    let kept = organisations::setting(tx, &setting(team)).await?;
    Ok(kept.and_then(|text| text.parse().ok()).unwrap_or(PLACES))
}

const SETTING: &str = "support places: ";

fn setting(team: &str) -> String {
    format!("{SETTING}{}", of(team))
}

fn of(team: &str) -> &str {
    if team.is_empty() { "everybody" } else { team }
}

/// Keeps how many places of support a team has.
///
/// Errors: refused where no list can be made of such a team, or the number is none that can be meant.
pub async fn set_places(
    ctx: &Context,
    actor: &Actor,
    team: &str,
    places: usize,
) -> Result<(), Wrong> {
    may(actor, Act::KeepPredictor)?;
    if !(1..=MOST).contains(&places) {
        return Err(Wrong::refused("Places lie from 1 to 2,000."));
    }
    let mut tx = ctx.db.begin().await?;
    let team = team.trim();
    if !names(ctx, &mut tx).await?.iter().any(|known| known == team) {
        return Err(Wrong::refused(format!("There is no list of a school or locality {team}.")));
    }
    organisations::set(&mut tx, &setting(team), &places.to_string()).await?;
    let whose = if team.is_empty() { "everybody" } else { team };
    let detail = format!("{whose}: {places} places");
    note(ctx, &mut tx, actor, ("support places set", None, &detail)).await?;
    tx.commit().await?;
    Ok(())
}
