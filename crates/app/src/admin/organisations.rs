//! Organisations and schools, with whom to ask there and who stands in.

use domain::access::Actor;
use store::organisations::{self, Organisation};

use super::schools::consortium;
use super::{may, note};
use crate::context::{Context, Wrong};

/// Whom to ask, and where an organisation belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contacts {
    pub contact_name: String,
    pub contact_email: String,
    pub contact_phone: String,
    pub deputy_name: String,
    pub deputy_email: String,
    pub deputy_phone: String,
    pub locality: String,
    pub consortium: String,
}

/// All of them, by name.
pub async fn organisations(ctx: &Context, actor: &Actor) -> Result<Vec<Organisation>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(organisations::all(&mut tx).await?)
}

pub async fn organisation(
    ctx: &Context,
    actor: &Actor,
    id: &str,
) -> Result<Option<Organisation>, Wrong> {
    Ok(organisations(ctx, actor).await?.into_iter().find(|one| one.id == id))
}

/// Changes contact, deputy, locality and consortium.
///
/// Errors: refused for an address that is not one, or an organisation that is not there.
pub async fn save_contacts(
    ctx: &Context,
    actor: &Actor,
    id: &str,
    form: &Contacts,
) -> Result<(), Wrong> {
    may(actor)?;
    for email in [&form.contact_email, &form.deputy_email] {
        if !email.trim().is_empty() && !email.contains('@') {
            return Err(Wrong::refused("An email address looks like jo@example.gov.uk."));
        }
    }
    let mut tx = ctx.db.begin().await?;
    let before = organisations::all(&mut tx).await?.into_iter().find(|one| one.id == id);
    let before = before.ok_or_else(|| Wrong::refused("There is no such organisation."))?;
    let said = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let after = Organisation {
        contact_name: said(&form.contact_name),
        contact_email: said(&form.contact_email),
        contact_phone: said(&form.contact_phone),
        deputy_name: said(&form.deputy_name),
        deputy_email: said(&form.deputy_email),
        deputy_phone: said(&form.deputy_phone),
        locality: said(&form.locality),
        consortium: consortium(&form.consortium),
        ..before.clone()
    };
    if after != before {
        organisations::save(&mut tx, &after).await?;
        let detail = format!("{id}: {}", changed(&before, &after).join(", "));
        note(ctx, &mut tx, actor.account_id(), "organisation changed", &detail).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn changed(a: &Organisation, b: &Organisation) -> Vec<&'static str> {
    [
        ("contact name", a.contact_name != b.contact_name),
        ("contact email", a.contact_email != b.contact_email),
        ("contact phone", a.contact_phone != b.contact_phone),
        ("deputy name", a.deputy_name != b.deputy_name),
        ("deputy email", a.deputy_email != b.deputy_email),
        ("deputy phone", a.deputy_phone != b.deputy_phone),
        ("locality", a.locality != b.locality),
        ("consortium", a.consortium != b.consortium),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}
