//! The demonstration's predictor: fitted on the closed years, judged, signed by a made-up owner and used
//! for the list of Year 11, so that its pages have something to show.

use domain::access::{Actor, Role, Scope};
use domain::calendar::Month;
use domain::prediction::{Point, State};

use crate::context::{Context, Wrong};
use crate::predict::train::{Asked, sign, train};
use crate::predict::{registers, score, watch};

const OWNER: &str = "Orla Penhaligon, head of service (demonstration)";
const WHY: &str = "Lists differ by group as need does; reviewed with the equality lead, to be looked at \
                   again after the next year.";

/// Fits, signs and scores. A town too small to tell anything apart is left without a predictor.
pub async fn foresight(ctx: &Context) -> Result<(), Wrong> {
    let name = "the demonstration".to_owned();
    let actor = Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() };
    let asked = Asked {
        point: Point::Autumn,
        target: Point::Autumn.target(),
        with_area: false,
        places: None,
    };
    let fitted = match train(ctx, &actor, &asked).await {
        Ok(fitted) if fitted.content.evidence.is_some() => fitted,
        Ok(_) | Err(Wrong::Refused(_)) => return Ok(()),
        Err(broken) => return Err(broken),
    };
    sign(ctx, &actor, fitted.id, (State::Tested, OWNER, "")).await?;
    sign(ctx, &actor, fitted.id, (State::Operational, OWNER, WHY)).await?;
    score::run(ctx, &actor, Point::Autumn).await?;
    // The last month that is over, with what it truly shows: what is read has not shifted, and of the level
    // nothing can be said before the first month of a run has closed.
    watch::month(ctx, &actor, Point::Autumn, Month::of(ctx.today()).plus(-1)).await?;
    for (title, words) in [
        (
            "CCIS supplier",
            "The supplier's own module was looked at and not bought: its weights are not \
          told and it could not be judged on a later year. The predictor is part of the register.",
        ),
        ("Points table", "Oxfordshire's table is kept as the comparison and to fall back on."),
    ] {
        registers::write_log(ctx, &actor, title, words).await?;
    }
    Ok(())
}
