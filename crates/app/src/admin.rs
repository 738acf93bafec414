//! Keeping the accounts, organisations and settings of a register: a data manager's work. Every change
//! leaves an audit row in its own unit of work that names what changed, and no password passes through
//! here but the one its owner chooses. Invariant: somebody can always still administer.

mod organisations;
mod people;
mod schools;
pub mod sign_on;

pub use organisations::{Contacts, organisation, organisations, save_contacts};
pub use people::{
    Form, LINK_HOURS, add, all, change, choose_password, end, link, localities, one, restart,
};
pub(crate) use schools::organisation as of_school;
pub use schools::{Brought, Run, bring as bring_schools};
pub use store::accounts::Account;
pub use store::organisations::Organisation;

use domain::access::{Act, Actor, Purpose, Role};
use store::organisations as kept;
use store::{Tx, audit};

use crate::context::{Context, Wrong};
use crate::permission;

/// What the council says of itself: name in the register, words on the page, hint.
pub const SETTINGS: &[(&str, &str, &str)] = &[
    ("council_name", "Name of the council", "As it stands on pages"),
    ("la_code", "Local authority code", "Three digits, as in the return"),
    ("database_id", "Database identifier", "Three digits that begin the numbers of new people"),
    (
        "neighbours",
        "Councils to compare with",
        "Three-digit codes with spaces between; may be empty",
    ),
    (
        "emergency_officer",
        "Officer told of emergency openings",
        "The sign-in address of somebody of information governance; while it is empty nobody can open a record in an emergency",
    ),
];

pub(crate) fn may(actor: &Actor) -> Result<(), Wrong> {
    permission::may(actor, Act::Administer, Purpose::Running)
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

/// The settings as they stand, in the order of [`SETTINGS`].
pub async fn settings(ctx: &Context, actor: &Actor) -> Result<Vec<String>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    let mut values = Vec::new();
    for (name, ..) in SETTINGS {
        values.push(kept::setting(&mut tx, name).await?.unwrap_or_default());
    }
    Ok(values)
}

/// Codes of three digits each with spaces or commas between, or nothing.
fn codes(text: &str) -> bool {
    let mut parts = text.split([' ', ',']).filter(|part| !part.is_empty());
    parts.all(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit()))
}

async fn is_governance(tx: &mut Tx, email: &str) -> Result<bool, Wrong> {
    let found = store::accounts::by_email(tx, email).await?;
    Ok(found.is_some_and(|one| one.active && one.role == Role::Governance.name()))
}

/// Changes settings; values in the order of [`SETTINGS`].
///
/// Errors: refused for an empty name or a code that is not three digits.
pub async fn set(ctx: &Context, actor: &Actor, values: &[String]) -> Result<(), Wrong> {
    may(actor)?;
    let before = settings(ctx, actor).await?;
    let mut tx = ctx.db.begin().await?;
    for (((name, words, _), value), before) in SETTINGS.iter().zip(values).zip(&before) {
        let value = value.trim();
        let neighbours = *name == "neighbours";
        if neighbours && !codes(value) {
            return Err(Wrong::refused(format!("{words} are codes of three digits each.")));
        }
        let officer = *name == "emergency_officer";
        if officer && !value.is_empty() && !is_governance(&mut tx, value).await? {
            return Err(Wrong::refused(format!(
                "{words}: no account of information governance that works has this address."
            )));
        }
        let code = *name != "council_name" && !neighbours && !officer;
        if code && !(value.len() == 3 && value.bytes().all(|b| b.is_ascii_digit())) {
            return Err(Wrong::refused(format!("{words} is three digits.")));
        }
        if value.is_empty() && !neighbours && !officer {
            return Err(Wrong::refused(format!("{words} cannot be empty.")));
        }
        if value != before {
            kept::set(&mut tx, name, value).await?;
            let detail = format!("{name}: '{before}' to '{value}'");
            note(ctx, &mut tx, actor.account_id(), "setting changed", &detail).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
