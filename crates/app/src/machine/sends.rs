//! What a system sends beside files: notices, each in one unit of work with the answer to its key.

use domain::access::{Act, Purpose};
use domain::notice::Typed;
use formats::Kind;
use store::machine as kept;
use store::notices::{self, Kept};

use super::answers::{Begun, begin_in};
use super::tokens::Machine;
use crate::agreement;
use crate::context::{Context, Wrong};
use crate::notices as journeys;
use crate::permission;

/// What came of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The receipt; whether it was given before under the same key.
    Kept(String, bool),
    /// What has to be mended: field and sentence.
    Mend(Vec<(&'static str, &'static str)>),
    /// The key does not stand for a new notice.
    Not(Begun),
}

/// Takes a notice in, once a key.
///
/// Errors: refused where the token's agreement does not cover it, or too many came in a day.
pub async fn give(
    ctx: &Context,
    machine: &Machine,
    typed: &Typed,
    (key, request_hash): (&str, &str),
) -> Result<Given, Wrong> {
    may(machine)?;
    let notice = match domain::notice::read(typed, ctx.today()) {
        Ok(notice) => notice,
        Err(wrong) => return Ok(Given::Mend(wrong)),
    };
    let token = &machine.token;
    let mut tx = ctx.db.begin().await?;
    match begin_in(ctx, &mut tx, (token.id, key), request_hash).await? {
        Begun::Go => {}
        Begun::Again(_, receipt) => return Ok(Given::Kept(receipt, true)),
        other => return Ok(Given::Not(other)),
    }
    let party = (token.agreement, token.organisation.as_str());
    agreement::covers(ctx, &mut tx, party, notice.kind.flows()).await?;
    let by = (token.link, token.organisation.as_str(), machine.actor.account_id());
    let receipt = journeys::keep(ctx, &mut tx, by, &notice).await?;
    kept::answered(&mut tx, (token.id, key), (201, &receipt)).await?;
    tx.commit().await?;
    Ok(Given::Kept(receipt, false))
}

/// The newest notices that came by a token, with what became of them. What they say of anybody was said
/// by the asker.
pub async fn told(ctx: &Context, machine: &Machine) -> Result<Vec<Kept>, Wrong> {
    may(machine)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(notices::of_link(&mut tx, machine.token.link).await?)
}

/// Whether the token's own agreement lets a file of this kind in.
///
/// Errors: refused with the reasons where it does not.
pub async fn wants(ctx: &Context, machine: &Machine, kind: Kind) -> Result<(), Wrong> {
    let token = &machine.token;
    let mut tx = ctx.db.begin_read().await?;
    let party = (token.agreement, token.organisation.as_str());
    agreement::covers(ctx, &mut tx, party, agreement::flows(kind)).await
}

fn may(machine: &Machine) -> Result<(), Wrong> {
    permission::may(&machine.actor, Act::SendOwn, Purpose::Sharing)
}
