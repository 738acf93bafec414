//! Keeping the accounts, organisations and settings of a register: a data manager's work. Every change
//! leaves an audit row in its own unit of work that names what changed, and no password passes through
//! here but the one its owner chooses. Invariant: somebody can always still administer.

mod granting;
mod organisations;
mod people;
mod schools;
mod settings;
pub mod sign_on;

pub use granting::{GRANT_DAYS, agree_to, all_asked, asked};
pub use organisations::{Contacts, organisation, organisations, save_contacts};
pub use people::{
    Form, LINK_HOURS, add, all, change, choose_password, choose_password_from, end, link,
    localities, one, restart,
};
pub(crate) use schools::organisation as of_school;
pub use schools::{Brought, Run, bring as bring_schools};
pub use settings::{Holds, SETTINGS, Setting, set, settings};
pub use store::accounts::Account;
pub use store::grants::Grant;
pub use store::organisations::Organisation;

use domain::access::{Act, Actor, Purpose};
use store::{Tx, audit, envelopes};

use crate::context::{Context, Wrong};
use crate::permission;

pub(crate) fn may(actor: &Actor) -> Result<(), Wrong> {
    permission::may(actor, Act::Administer, Purpose::Running)
}

/// Refuses to touch an account that lies sealed in an envelope, save by command: what is on the paper must be
/// good on the day on which somebody opens it.
pub(crate) async fn not_sealed(tx: &mut Tx, actor: &Actor, account: i64) -> Result<(), Wrong> {
    if actor.account_id().is_some() && envelopes::is_sealed(tx, account).await? {
        return Err(Wrong::refused(
            "This account lies sealed in an envelope. `waymark account seal` on the server makes it anew.",
        ));
    }
    Ok(())
}

pub(crate) async fn note(
    ctx: &Context,
    tx: &mut Tx,
    actor: Option<i64>,
    act: &str,
    detail: &str,
) -> Result<(), Wrong> {
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor,
        act,
        person: None,
        purpose: "administration",
        detail,
    };
    audit::write(tx, &entry).await?;
    Ok(())
}
