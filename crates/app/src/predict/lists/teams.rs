//! How many places of support a team has: everybody together, a school, a locality.

use domain::access::{Act, Actor, Scope};
use domain::prediction::Point;
use store::{Tx, organisations, predictors};

use super::{may, named, newest, note};
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
    let mut found = Vec::new();
    for name in names(ctx, &mut tx).await? {
        let places = places(&mut tx, &name).await?;
        found.push(Team { name, places });
    }
    Ok(found)
}

async fn names(ctx: &Context, tx: &mut Tx) -> Result<Vec<String>, Wrong> {
    let mut all = Vec::new();
    for point in Point::ALL {
        if let Some(run) = newest(tx, point, ctx.today()).await? {
            all.extend(predictors::scored(tx, &Scope::everyone(), run.id).await?);
        }
    }
    let everybody = std::iter::once(String::new());
    let schools = named(&all, |one| &one.school_now);
    Ok(everybody.chain(schools).chain(named(&all, |one| &one.locality)).collect())
}

/// The places that a team has said it has.
pub(super) async fn places(tx: &mut Tx, team: &str) -> Result<usize, Wrong> {
    let kept = organisations::setting(tx, &setting(team)).await?;
    Ok(kept.and_then(|text| text.parse().ok()).unwrap_or(PLACES))
}

fn setting(team: &str) -> String {
    format!("support places: {}", if team.is_empty() { "everybody" } else { team })
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
