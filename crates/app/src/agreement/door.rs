//! Agreements at the door of a file.

use domain::access::Role;
use domain::agreement::{Answer, Decision, Flow, Gate, Item, Opened, Rule, enforced, set};
use formats::Kind;
use store::{Tx, organisations};

use super::look;
use crate::context::{Context, Wrong};
use crate::council::own_organisation;

/// Who hands over what a sender gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hand {
    /// The council's own staff: a sender whom no agreement binds yet is taken and marked, until the
    /// council asks agreements of everybody. So are one-minute notices, which the law asks for.
    Council,
    /// The sender's own people or system: nothing without an agreement, save by law.
    Sender,
}

impl Hand {
    /// Whose account brought something; without one it was the council. An account that nobody knows, or
    /// of a role that nobody knows, is held to what a sender is held to.
    pub(crate) async fn of(tx: &mut Tx, account: Option<i64>) -> Result<Hand, Wrong> {
        let Some(id) = account else { return Ok(Hand::Council) };
        let account = store::accounts::by_id(tx, id).await?;
        let role = account.and_then(|account| Role::from_name(&account.role));
        Ok(if role.is_none_or(Role::is_partner) { Hand::Sender } else { Hand::Council })
    }
}

/// The gate for a file of a sender, today.
///
/// Errors: refused with the decision's own reasons where the flow is closed.
pub(crate) async fn gate(
    ctx: &Context,
    tx: &mut Tx,
    (sender, hand): (&str, Hand),
    kind: Kind,
) -> Result<Gate, Wrong> {
    gate_of(ctx, tx, (sender, hand), flows(kind)).await
}

/// The gate for what flows from a sender, today, whatever file it comes in.
///
/// Errors: refused with the decision's own reasons where the flow is closed.
pub(crate) async fn gate_of(
    ctx: &Context,
    tx: &mut Tx,
    (sender, hand): (&str, Hand),
    flows: &[Flow],
) -> Result<Gate, Wrong> {
    if is_own(tx, sender).await? {
        return Ok(Gate::own());
    }
    let day = ctx.today();
    let agreements = look::load(tx).await?;
    let asked = enforced(&agreements, sender, look::from(tx).await?, day).is_ok();
    if hand == Hand::Council && !asked {
        return Ok(Gate::unrecorded());
    }
    let decision = match Gate::open(&agreements, sender, flows, day) {
        Opened::Open(gate) => return Ok(gate),
        Opened::Closed(decision) => decision,
    };
    let kind = organisations::all(tx).await?.into_iter().find(|o| o.id == sender).map(|o| o.kind);
    if decision.rule == Rule::NoAgreement
        && let Some(gate) = Gate::by_law(kind.as_deref().unwrap_or_default(), flows)
    {
        return Ok(gate);
    }
    Err(Wrong::refused(format!(
        "This sender's files are closed: {}. Sign or renew the agreement, then send the file again; the \
         council's data manager can tell you how.",
        decision.reasons.join("; ")
    )))
}

/// What the sender's agreements say today of a set for analysis; nothing where none is asked for.
///
/// Errors: refused with the decision's own reasons where they do not cover the set.
pub(crate) async fn of_set(
    ctx: &Context,
    tx: &mut Tx,
    sender: &str,
    (flows, item): (&[Flow], Item),
) -> Result<Option<Decision>, Wrong> {
    let (day, agreements) = (ctx.today(), look::load(tx).await?);
    let bound = enforced(&agreements, sender, look::from(tx).await?, day).is_ok();
    if !bound || is_own(tx, sender).await? {
        return Ok(None);
    }
    let decision = set(&agreements, (sender, flows), item, day);
    match decision.answer {
        Answer::No => Err(Wrong::refused(format!(
            "The agreement does not let this sender give the set ({}): {}.",
            item.label(),
            decision.reasons.join("; ")
        ))),
        Answer::Yes | Answer::OnlyWith(_) => Ok(Some(decision)),
    }
}

/// Whether any agreement in force lets a flow of a partner in today, whatever else is asked of partners.
///
/// Errors: refused with the decision's own reasons where none does.
pub(crate) async fn covered(
    ctx: &Context,
    tx: &mut Tx,
    partner: &str,
    flow: Flow,
) -> Result<(), Wrong> {
    let all = look::load(tx).await?;
    match Gate::open(&all, partner, &[flow], ctx.today()) {
        Opened::Open(_) => Ok(()),
        Opened::Closed(decision) => Err(Wrong::refused(format!(
            "No agreement of yours covers {}: {}.",
            flow.label().to_lowercase(),
            decision.reasons.join("; ")
        ))),
    }
}

/// Whether one agreement alone lets anything of these flows in today.
///
/// Errors: refused with the decision's own reasons where it does not.
pub(crate) async fn covers(
    ctx: &Context,
    tx: &mut Tx,
    (agreement, partner): (i64, &str),
    flows: &[Flow],
) -> Result<(), Wrong> {
    let all = look::load(tx).await?;
    let one: Vec<_> = all.into_iter().filter(|a| a.number == agreement).collect();
    match Gate::open(&one, partner, flows, ctx.today()) {
        Opened::Open(_) => Ok(()),
        Opened::Closed(decision) => Err(Wrong::refused(format!(
            "The agreement of this token does not cover it: {}.",
            decision.reasons.join("; ")
        ))),
    }
}

/// Whether the council itself is the sender.
pub(super) async fn is_own(tx: &mut Tx, sender: &str) -> Result<bool, Wrong> {
    Ok(own_organisation(tx).await?.as_deref() == Some(sender))
}

/// What a kind of file may count as: the first that an agreement covers.
pub(crate) fn flows(kind: Kind) -> &'static [Flow] {
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
        Kind::Engagement => &[Flow::Participation],
        Kind::Results => &[Flow::ExamResults],
        Kind::Destinations => &[Flow::IntendedDestinations, Flow::Offers, Flow::SchoolRoll],
    }
}
