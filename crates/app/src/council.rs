//! What a council says of itself to those whose records it keeps: its name and whom to write to.
//! Kept as settings, so that a page's words are the council's own; nothing here is about a person.

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

/// Reads `council_name`, `privacy_contact`, `accessibility_contact` and `privacy_words`.
pub async fn council(ctx: &Context) -> Result<Council, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(Council {
        name: setting(&mut tx, "council_name").await?,
        privacy_contact: setting(&mut tx, "privacy_contact").await?,
        accessibility_contact: setting(&mut tx, "accessibility_contact").await?,
        privacy_words: setting(&mut tx, "privacy_words").await?,
    })
}
