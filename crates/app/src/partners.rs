//! The partners' side: what an organisation's own people see of it and may do for it.

use domain::access::{Actor, Terms};
use store::organisations;

use crate::context::{Context, Wrong};

/// The organisation that a partner's account belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub id: String,
    pub name: String,
    /// Whether an agreement in force decides what its people see.
    pub bound: bool,
}

/// `None` for the council's own staff.
pub async fn own(ctx: &Context, actor: &Actor) -> Result<Option<Own>, Wrong> {
    let Some(id) = actor.scope.own_organisation() else { return Ok(None) };
    let mut tx = ctx.db.begin_read().await?;
    let names = organisations::names(&mut tx, &[id.to_owned()]).await?;
    let name = names.into_iter().next().map_or_else(|| id.to_owned(), |(_, name)| name);
    let bound = matches!(actor.scope.terms, Terms::Agreed(_));
    Ok(Some(Own { id: id.to_owned(), name, bound }))
}
