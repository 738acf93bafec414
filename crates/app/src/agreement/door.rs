//! Agreements at the door of a file.

use domain::agreement::{Flow, Gate, Opened, enforced};
use formats::Kind;
use store::{Tx, organisations};

use super::look;
use crate::context::{Context, Wrong};

/// The gate for a file of a sender, today.
///
/// Errors: refused with the decision's own reasons where the flow is closed.
pub(crate) async fn gate(
    ctx: &Context,
    tx: &mut Tx,
    sender: &str,
    kind: Kind,
) -> Result<Gate, Wrong> {
    gate_of(ctx, tx, sender, flows(kind)).await
}

/// The gate for what flows from a sender, today, whatever file it comes in.
///
/// Errors: refused with the decision's own reasons where the flow is closed.
pub(crate) async fn gate_of(
    ctx: &Context,
    tx: &mut Tx,
    sender: &str,
    flows: &[Flow],
) -> Result<Gate, Wrong> {
    if sender == own(tx).await? {
        return Ok(Gate::own());
    }
    let day = ctx.today();
    let agreements = look::load(tx).await?;
    if enforced(&agreements, sender, look::from(tx).await?, day).is_err() {
        return Ok(Gate::unrecorded());
    }
    match Gate::open(&agreements, sender, flows, day) {
        Opened::Open(gate) => Ok(gate),
        Opened::Closed(decision) => Err(Wrong::refused(format!(
            "This sender's files are closed: {}. Renew or sign the agreement, then send the file again.",
            decision.reasons.join("; ")
        ))),
    }
}

/// The council's own organisation.
async fn own(tx: &mut Tx) -> Result<String, Wrong> {
    if let Some(own) = organisations::setting(tx, "own_organisation").await? {
        return Ok(own);
    }
    let code = organisations::setting(tx, "la_code").await?;
    Ok(format!("council-{}", code.as_deref().unwrap_or("887")))
}

/// What a kind of file may count as: the first that an agreement covers.
pub(super) fn flows(kind: Kind) -> &'static [Flow] {
    match kind {
        Kind::Roll | Kind::Ctf => &[Flow::SchoolRoll, Flow::PartnerList, Flow::Population],
        Kind::JoinersLeavers => &[
            Flow::JoinersLeavers,
            Flow::ApprenticeshipStarts,
            Flow::LikelyToLeave,
            Flow::Claimants,
            Flow::Participation,
            Flow::PartnerList,
        ],
        Kind::Ilr => &[Flow::JoinersLeavers, Flow::ApprenticeshipStarts],
        Kind::NccisXml | Kind::NccisFlat => &[Flow::CrossBorder, Flow::PartnerList],
        Kind::ActivityMatrix => &[Flow::PartnerList],
    }
}
