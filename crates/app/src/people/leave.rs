//! How somebody stands in the cohort: that they leave it, with the day and where to, or come back. The
//! monthly return tells of it by itself (`domain::statutory::leaving`); nothing else of the record changes.

use domain::access::Actor;
use domain::edition::Edition;
use domain::person::{Field, PersonId};
use domain::statutory::leaving::{Said, recordable};
use formats::reference::authorities;
use jiff::civil::Date;
use store::organisations;

use super::edit::{edit, may_edit};
use crate::context::{Context, Wrong};

/// A status of the cohort as somebody says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub status: String,
    pub since: Date,
    /// The authority's code; empty where there is none.
    pub to: String,
    pub reason: String,
}

/// The authority that leads on a record: the one it names, or the council's own.
pub async fn lead_of(ctx: &Context, named: Option<&str>) -> Result<Option<String>, Wrong> {
    match named {
        Some(code) => Ok(Some(code.to_owned())),
        None => {
            let mut tx = ctx.db.begin_read().await?;
            Ok(organisations::setting(&mut tx, "la_code").await?)
        }
    }
}

/// Records the status. `seen` is the state the form was filled in from, as [`super::correct`] has it.
pub async fn stand(
    ctx: &Context,
    actor: &Actor,
    (person, seen): (PersonId, i64),
    edition: &Edition,
    standing: &Standing,
) -> Result<(), Wrong> {
    may_edit(actor)?;
    if standing.reason.trim().is_empty() {
        return Err(Wrong::refused("Say how you know."));
    }
    let own = lead_of(ctx, None).await?;
    let act = ("cohort status changed", standing.reason.trim());
    edit(ctx, actor, (person, Some(seen)), act, |record| {
        let particulars = &mut record.particulars;
        let lead = particulars.get(Field::LeadLa).or(own.as_deref());
        let said = Said { status: &standing.status, since: standing.since, to: &standing.to, lead };
        recordable(&said, edition, authorities(), ctx.today())
            .map_err(|(_, sentence)| Wrong::refused(sentence))?;
        particulars.set(Field::CohortStatus, standing.status.clone());
        particulars.set(Field::StatusSince, standing.since.to_string());
        particulars.set(Field::TransferredTo, standing.to.clone());
        Ok(())
    })
    .await
}
