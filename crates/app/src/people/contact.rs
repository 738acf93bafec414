//! Recording a contact and what came of it: four fields, one unit of work.

use domain::access::{Act, Actor, Purpose, decide};
use domain::person::PersonId;
use domain::status::spell_on;
use jiff::civil::Date;
use store::changes;
use store::contacts::{self, Contact};
use store::people::{self, Write};

use super::{note, within_reach};
use crate::context::{Context, Wrong};

/// How somebody was reached: name in the register, words on the page.
pub const METHODS: &[(&str, &str)] = &[
    ("call", "Phone call"),
    ("text", "Text message"),
    ("email", "Email"),
    ("visit", "Home visit"),
    ("meeting", "Meeting"),
    ("letter", "Letter"),
    ("other", "Other"),
];

/// What came of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub name: &'static str,
    pub words: &'static str,
    /// The person, or someone who knows, said that the recorded activity still holds.
    pub confirms: bool,
    /// The activity is another one now: the next page asks which.
    pub changes: bool,
}

const fn outcome(
    name: &'static str,
    words: &'static str,
    confirms: bool,
    changes: bool,
) -> Outcome {
    Outcome { name, words, confirms, changes }
}

pub const OUTCOMES: &[Outcome] = &[
    outcome("confirmed", "Still doing what is recorded", true, false),
    outcome("changed", "Doing something else now", false, true),
    outcome("supported", "Spoke and gave advice, nothing changed", true, false),
    outcome("parent", "Parent or carer confirmed what is recorded", true, false),
    outcome("no-answer", "No answer", false, false),
    outcome("message", "Left a message", false, false),
    outcome("wrong-number", "Wrong number or address", false, false),
    outcome("refused", "Did not want to say", false, false),
];

/// The four fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewContact {
    pub method: String,
    pub outcome: String,
    pub note: String,
    pub next_step: Option<Date>,
}

/// The longest note, in characters.
const NOTE_CHARS_MAX: usize = 4_000;

/// Records a contact on today's day. An outcome that confirms the activity restarts its currency.
pub async fn record_contact(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    new: &NewContact,
) -> Result<Outcome, Wrong> {
    if !decide(actor, Act::RecordContact).allowed {
        return Err(Wrong::refused("Your role may not record contacts."));
    }
    let outcome = OUTCOMES
        .iter()
        .find(|o| o.name == new.outcome)
        .ok_or_else(|| Wrong::refused("Say what came of the contact."))?;
    if !METHODS.iter().any(|(name, _)| *name == new.method) {
        return Err(Wrong::refused("Say how the contact was made."));
    }
    if new.note.chars().count() > NOTE_CHARS_MAX {
        return Err(Wrong::refused(format!(
            "The note is longer than {NOTE_CHARS_MAX} characters."
        )));
    }
    let today = ctx.today();
    let mut tx = ctx.db.begin().await?;
    let (loaded, _) =
        within_reach(&mut tx, actor, (Act::RecordContact, Purpose::Support), person).await?;
    let reason = format!("contact: {}", outcome.name);
    let account = actor.account_id();
    let change =
        changes::begin(&mut tx, &ctx.now(), "contact", account, None, Some(&reason)).await?;
    let contact = Contact {
        id: 0,
        person: person.0,
        day: today,
        method: new.method.clone(),
        outcome: outcome.name.to_owned(),
        note: new.note.trim().to_owned(),
        next_step: new.next_step,
        account,
        account_name: String::new(),
    };
    contacts::add(&mut tx, &contact, change.0).await?;
    if outcome.confirms {
        let mut after = loaded.record.clone();
        let current = spell_on(&after.spells, today).cloned();
        if let Some(slot) = after.spells.iter_mut().find(|s| Some(&**s) == current.as_ref()) {
            let (by, how) = (Some(actor.name.clone()), Some(new.method.clone()));
            *slot = slot.clone().verified_again(today, by, how);
        }
        domain::intake::sort(&mut after);
        people::write(&mut tx, change, &[Write { before: &loaded, after: &after }]).await?;
    }
    note(ctx, &mut tx, actor, person, ("contact recorded", outcome.name)).await?;
    tx.commit().await?;
    Ok(*outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::followup::reached;

    #[test]
    fn whoever_told_something_was_reached() {
        let unreached: Vec<&str> =
            OUTCOMES.iter().map(|o| o.name).filter(|name| !reached(name)).collect();
        assert_eq!(unreached, ["no-answer", "message", "wrong-number"]);
        assert!(OUTCOMES.iter().all(|o| reached(o.name) || !(o.confirms || o.changes)));
    }
}
