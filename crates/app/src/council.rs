//! What a council says of itself: its name and whom to write to, for those whose records it keeps, and the
//! codes by which returns and other systems know it. Kept as settings, so that a page's words are the
//! council's own; nothing here is about a person.
//!
//! Invariant: no council is meant before one is named. What needs a code is refused until then.

use store::Tx;
use store::organisations::setting;

use crate::context::{Context, Wrong};

/// The council's own words; nothing where it has not said them yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Council {
    pub name: Option<String>,
    /// Who answers for personal data, and how to reach them.
    pub privacy_contact: Option<String>,
    /// Who mends what a reader cannot use.
    pub accessibility_contact: Option<String>,
    /// What the council adds to the privacy notice, paragraph by paragraph.
    pub privacy_words: Option<String>,
}

/// What it has said by now.
pub async fn council(ctx: &Context) -> Result<Council, Wrong> {
    of(&mut ctx.db.begin_read().await?).await
}

/// Reads `council_name`, `privacy_contact`, `accessibility_contact` and `privacy_words`.
pub(crate) async fn of(tx: &mut Tx) -> Result<Council, Wrong> {
    Ok(Council {
        name: said(tx, "council_name").await?,
        privacy_contact: said(tx, "privacy_contact").await?,
        accessibility_contact: said(tx, "accessibility_contact").await?,
        privacy_words: said(tx, "privacy_words").await?,
    })
}

/// The codes by which a council is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Codes {
    /// Three digits, as in the return.
    pub la: String,
    /// Three digits that begin the numbers of new people.
    pub database: String,
}

/// The codes of the council whose register this is.
///
/// Errors: refused until they are said, with where to say them.
pub(crate) async fn codes(tx: &mut Tx) -> Result<Codes, Wrong> {
    let la = said(tx, "la_code").await?;
    let database = said(tx, "database_id").await?;
    match (la, database) {
        (Some(la), Some(database)) => Ok(Codes { la, database }),
        _ => Err(Wrong::refused(
            "This register does not know yet which council it belongs to. Say its name and codes first: \
             on the page Settings of Admin, or by `waymark council set`.",
        )),
    }
}

/// The council whose register this is, as an organisation; `None` until it is said.
pub(crate) async fn own_organisation(tx: &mut Tx) -> Result<Option<String>, Wrong> {
    let named = said(tx, "own_organisation").await?;
    let code = said(tx, "la_code").await?;
    Ok(organisation(named, code.as_deref()))
}

/// A council that has named no organisation as its own is known by its code.
pub(crate) fn organisation(named: Option<String>, code: Option<&str>) -> Option<String> {
    named.or_else(|| code.map(|code| format!("council-{code}")))
}

/// A setting that holds something: one that was emptied says nothing.
async fn said(tx: &mut Tx, name: &str) -> Result<Option<String>, Wrong> {
    Ok(setting(tx, name).await?.filter(|text| !text.trim().is_empty()))
}
