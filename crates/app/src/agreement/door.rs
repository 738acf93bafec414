//! Agreements at the door of a file.

use domain::access::{Denial, Role};
use domain::agreement::{Answer, Decision, Flow, Gate, Item, Opened, enforced, set};
use formats::Kind;
use store::{Tx, organisations};

use super::look;
use crate::context::{Context, Wrong};
use crate::council::own_organisation;

/// Who hands over what a sender gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hand {
    /// The council's own staff, with a file that the register is made of: a sender whom no agreement binds
    /// yet is taken and marked, until the council asks agreements of everybody. A register begins with such
    /// files, before anything was signed. So are one-minute notices, which the law asks for.
    Council,
    /// The sender's own people or system: nothing without an agreement, save by law. So is what the
    /// council's staff bring for another use than the register itself, a list to match or a set to
    /// analyse: it is the partner's as much, and nothing has the council hold it but the agreement.
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
    let institution = kind.as_deref().unwrap_or_default();
    if let Some(gate) = Gate::by_law(&agreements, (sender, institution), flows, day) {
        return Ok(gate);
    }
    Err(Wrong::refused(format!(
        "This sender's files are closed: {}. Sign or renew the agreement, then send the file again; the \
         council's data manager can tell you how.",
        decision.reasons.join("; ")
    )))
}

/// What the sender's agreements say today of a set for analysis, whoever brings it; nothing where the
/// council itself is the sender.
///
/// Errors: refused with the decision's own reasons where they do not cover the set.
pub(crate) async fn of_set(
    ctx: &Context,
    tx: &mut Tx,
    sender: &str,
    (flows, item): (&[Flow], Item),
) -> Result<Option<Decision>, Wrong> {
    if is_own(tx, sender).await? {
        return Ok(None);
    }
    let decision = set(&look::load(tx).await?, (sender, flows), item, ctx.today());
    match decision.answer {
        Answer::No => Err(Wrong::refused(format!(
            "No agreement lets this sender give the set ({}): {}.",
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
        Opened::Closed(decision) => Err(Wrong::denied(Denial::said(format!(
            "No agreement of yours covers {}: {}.",
            flow.label().to_lowercase(),
            decision.reasons.join("; ")
        )))),
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
        Opened::Closed(decision) => Err(Wrong::denied(Denial::said(format!(
            "The agreement of this token does not cover it: {}.",
            decision.reasons.join("; ")
        )))),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;
    use testkit::each_engine;

    #[tokio::test]
    async fn whoever_is_not_known_to_be_the_councils_hands_over_as_a_sender_does() {
        each_engine(async |register| {
            let day = jiff::civil::date(2026, 1, 9);
            let ctx = Context::seeded(register.db.clone(), None, Clock::on(day), 7);
            let mut tx = ctx.db.begin().await.unwrap();
            let mut ids = Vec::new();
            for role in Role::ALL {
                let email = format!("{}@example.org", role.name());
                let who = (email.as_str(), "Sam", *role);
                let reach = (None, &[][..]);
                let id = crate::accounts::add(&ctx, &mut tx, who, reach, "none".to_owned());
                ids.push((id.await.unwrap(), role.is_partner()));
            }
            for (id, partner) in &ids {
                let hand = Hand::of(&mut tx, Some(*id)).await.unwrap();
                assert_eq!(hand == Hand::Sender, *partner, "{id}");
            }
            let (adviser, _) = *ids.iter().find(|(_, partner)| !partner).unwrap();
            let odd = "UPDATE account SET role = 'astronaut' WHERE id = $1";
            tx.run(odd, store::args![adviser]).await.unwrap();
            for (account, hand) in
                [(None, Hand::Council), (Some(adviser), Hand::Sender), (Some(999), Hand::Sender)]
            {
                let found = Hand::of(&mut tx, account).await.unwrap();
                assert_eq!(found, hand, "{account:?} on {}", register.engine);
            }
        })
        .await;
    }
}
