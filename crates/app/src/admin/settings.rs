//! What the council says of itself, and what each of its settings may hold.

use domain::access::{Actor, Role};
use store::Tx;
use store::organisations as kept;

use super::{may, note};
use crate::context::{Context, Wrong};

/// One thing that a council says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// In the register and in documents.
    pub name: &'static str,
    /// On the page.
    pub words: &'static str,
    pub hint: &'static str,
    pub holds: Holds,
}

/// What a setting may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A line that has to be there.
    Name,
    /// Three digits that have to be there.
    Code,
    /// Codes of three digits with spaces between, or nothing.
    Codes,
    /// The address of an account of information governance that works, or nothing.
    Officer,
    /// A line by which somebody can be reached, or nothing.
    Contact,
    /// Paragraphs, or nothing.
    Paragraphs,
}

pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "council_name",
        words: "Name of the council",
        hint: "As it stands on pages",
        holds: Holds::Name,
    },
    Setting {
        name: "la_code",
        words: "Local authority code",
        hint: "Three digits, as in the return",
        holds: Holds::Code,
    },
    Setting {
        name: "database_id",
        words: "Database identifier",
        hint: "Three digits that begin the numbers of new people",
        holds: Holds::Code,
    },
    Setting {
        name: "neighbours",
        words: "Councils to compare with",
        hint: "Three-digit codes with spaces between; may be empty",
        holds: Holds::Codes,
    },
    Setting {
        name: "emergency_officer",
        words: "Officer told of emergency openings",
        hint: "The sign-in address of somebody of information governance; while it is empty nobody can open a record in an emergency",
        holds: Holds::Officer,
    },
    Setting {
        name: "privacy_contact",
        words: "Whom to ask about personal data",
        hint: "An email address, a phone number or both; shown to everybody on Privacy and on the pages for young people",
        holds: Holds::Contact,
    },
    Setting {
        name: "accessibility_contact",
        words: "Whom to tell what cannot be used",
        hint: "An email address, a phone number or both; shown to everybody on Accessibility",
        holds: Holds::Contact,
    },
    Setting {
        name: "privacy_words",
        words: "More for the privacy page",
        hint: "Your own words, a paragraph a line; may be empty",
        holds: Holds::Paragraphs,
    },
];

const LINE_MOST: usize = 200;
const PARAGRAPHS_MOST: usize = 4_000;
/// A number that somebody can ring has at least so many digits.
const PHONE_DIGITS: usize = 5;

/// The settings as they stand, in the order of [`SETTINGS`].
pub async fn settings(ctx: &Context, actor: &Actor) -> Result<Vec<String>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    let mut values = Vec::new();
    for setting in SETTINGS {
        values.push(kept::setting(&mut tx, setting.name).await?.unwrap_or_default());
    }
    Ok(values)
}

/// Changes the settings that are named; the others stay as they are.
///
/// Errors: refused where any setting then holds what it may not, in a sentence that begins with its words.
pub async fn set(ctx: &Context, actor: &Actor, said: &[(&str, String)]) -> Result<(), Wrong> {
    let stand = settings(ctx, actor).await?;
    let mut tx = ctx.db.begin().await?;
    for (setting, before) in SETTINGS.iter().zip(&stand) {
        let said = said.iter().find(|(name, _)| *name == setting.name);
        let value = said.map_or(before, |(_, value)| value).replace("\r\n", "\n");
        let value = value.trim();
        if let Some(wrong) = setting.holds.wrong(value) {
            return Err(Wrong::refused(format!("{} {wrong}.", setting.words)));
        }
        if value == before {
            continue;
        }
        if setting.holds == Holds::Officer && !is_governance(&mut tx, value).await? {
            return Err(Wrong::refused(format!(
                "{}: no account of information governance that works has this address.",
                setting.words
            )));
        }
        kept::set(&mut tx, setting.name, value).await?;
        let detail = format!("{}: '{before}' to '{value}'", setting.name);
        note(ctx, &mut tx, actor.account_id(), "setting changed", &detail).await?;
    }
    tx.commit().await?;
    Ok(())
}

impl Holds {
    /// Why it cannot hold a trimmed text, to follow the setting's words; what the register has to be asked
    /// for is not asked here.
    fn wrong(self, text: &str) -> Option<&'static str> {
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        let code = |text: &str| text.len() == 3 && digits(text) == 3;
        match self {
            Holds::Name if text.is_empty() => Some("cannot be empty"),
            Holds::Code if !code(text) => Some("is three digits"),
            Holds::Codes if !text.split([' ', ',']).all(|part| part.is_empty() || code(part)) => {
                Some("are codes of three digits each")
            }
            Holds::Contact
                if !text.is_empty() && !text.contains('@') && digits(text) < PHONE_DIGITS =>
            {
                Some("needs an email address or a phone number")
            }
            Holds::Paragraphs if text.chars().count() > PARAGRAPHS_MOST => {
                Some("has more than 4,000 characters")
            }
            Holds::Paragraphs => None,
            _ if text.chars().count() > LINE_MOST => Some("has more than 200 characters"),
            _ if text.contains(char::is_control) => Some("is one line"),
            _ => None,
        }
    }
}

/// Nobody is named by an empty address.
async fn is_governance(tx: &mut Tx, email: &str) -> Result<bool, Wrong> {
    if email.is_empty() {
        return Ok(true);
    }
    let found = store::accounts::by_email(tx, email).await?;
    Ok(found.is_some_and(|one| one.active && one.role == Role::Governance.name()))
}
