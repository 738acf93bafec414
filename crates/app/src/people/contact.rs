//! Recording a contact and what came of it: four fields, one unit of work.

use domain::access::{Act, Actor, Purpose};
use domain::followup::reached;
use domain::person::{ChangeId, PersonId};
use domain::status::spell_on;
use formats::reference::obstacles;
use jiff::civil::Date;
use store::contacts::{self, Contact};
use store::people::{self, Loaded, Write};
use store::{Tx, changes};

use super::asked::settle_own;
use super::{note, within_reach};
use crate::context::{Context, Wrong};
use crate::permission::may;

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

/// Somebody was reached who neither confirmed nor changed anything: of whom the caller is not shown what is recorded.
const SPOKE: &str = "spoke";

pub const OUTCOMES: &[Outcome] = &[
    outcome("confirmed", "Still doing what is recorded", true, false),
    outcome("changed", "Doing something else now", false, true),
    outcome("supported", "Spoke and gave advice, nothing changed", true, false),
    outcome("parent", "Parent or carer confirmed what is recorded", true, false),
    outcome(SPOKE, "Spoke with them", false, false),
    outcome("no-answer", "No answer", false, false),
    outcome("message", "Left a message", false, false),
    outcome("wrong-number", "Wrong number or address", false, false),
    outcome("refused", "Did not want to say", false, false),
];

/// What can be said to have come of a contact by whoever is shown what is recorded, or is not: then nobody confirms it.
pub fn offered(shown: bool) -> impl Iterator<Item = &'static Outcome> {
    OUTCOMES.iter().filter(move |one| if shown { one.name != SPOKE } else { !one.confirms })
}

/// The four fields, and what was ticked beside the note.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewContact {
    pub method: String,
    pub outcome: String,
    pub note: String,
    pub next_step: Option<Date>,
    /// What stands in the way, as they told of it: names of the reference data.
    pub obstacles: Vec<String>,
}

/// The longest note, in characters.
const NOTE_CHARS_MAX: usize = 4_000;

/// Records a contact on today's day. An outcome that confirms the activity restarts its currency; whoever was asked to
/// follow them up has done it, as on the page of what was asked.
pub async fn record_contact(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    new: &NewContact,
) -> Result<Outcome, Wrong> {
    may(actor, Act::RecordContact, Purpose::Support)?;
    let outcome = checked(new)?;
    let mut tx = ctx.db.begin().await?;
    let (loaded, _) =
        within_reach(&mut tx, actor, (Act::RecordContact, Purpose::Support), person).await?;
    let change = begin(ctx, &mut tx, actor, outcome).await?;
    keep(ctx, &mut tx, (actor, change), &loaded, (new, outcome.confirms)).await?;
    settle_own(ctx, &mut tx, (actor, change), person, outcome).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// What came of a contact, once its fields can be kept.
pub(super) fn checked(new: &NewContact) -> Result<Outcome, Wrong> {
    let outcome = OUTCOMES
        .iter()
        .find(|o| o.name == new.outcome)
        .ok_or_else(|| Wrong::refused("Say what came of the contact."))?;
    if !METHODS.iter().any(|(name, _)| *name == new.method) {
        return Err(Wrong::refused("Say how the contact was made."));
    }
    let known = |name: &String| obstacles().iter().any(|one| one.name == *name);
    if let Some(unknown) = new.obstacles.iter().find(|name| !known(name)) {
        return Err(Wrong::refused(format!("No obstacle is called {unknown}.")));
    }
    if !new.obstacles.is_empty() && !reached(outcome.name) {
        return Err(Wrong::refused("Nobody was reached who could tell what stands in the way."));
    }
    if new.note.chars().count() > NOTE_CHARS_MAX {
        return Err(Wrong::refused(format!(
            "The note is longer than {NOTE_CHARS_MAX} characters."
        )));
    }
    Ok(*outcome)
}

/// Begins the unit of work that a contact is kept in.
pub(super) async fn begin(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    outcome: Outcome,
) -> Result<ChangeId, Wrong> {
    let reason = format!("contact: {}", outcome.name);
    let account = actor.account_id();
    Ok(changes::begin(tx, &ctx.now(), "contact", account, None, Some(&reason)).await?)
}

/// Keeps a contact with somebody within reach and, where it confirms what they do, that it did.
pub(super) async fn keep(
    ctx: &Context,
    tx: &mut Tx,
    (actor, change): (&Actor, ChangeId),
    loaded: &Loaded,
    (new, confirms): (&NewContact, bool),
) -> Result<(), Wrong> {
    let today = ctx.today();
    let contact = Contact {
        id: 0,
        person: loaded.person,
        day: today,
        method: new.method.clone(),
        outcome: new.outcome.clone(),
        note: new.note.trim().to_owned(),
        next_step: new.next_step,
        account: actor.account_id(),
        account_name: String::new(),
        // In the order of the list, each once.
        obstacles: obstacles()
            .iter()
            .map(|one| one.name.clone())
            .filter(|name| new.obstacles.contains(name))
            .collect(),
    };
    contacts::add(tx, &contact, change.0).await?;
    if confirms {
        let mut after = loaded.record.clone();
        let current = spell_on(&after.spells, today).cloned();
        if let Some(slot) = after.spells.iter_mut().find(|s| Some(&**s) == current.as_ref()) {
            let (by, how) = (Some(actor.name.clone()), Some(new.method.clone()));
            *slot = slot.clone().verified_again(today, by, how);
        }
        domain::intake::sort(&mut after);
        people::write(tx, change, &[Write { before: loaded, after: &after }]).await?;
    }
    let person = PersonId(loaded.person);
    note(ctx, tx, actor, person, ("contact recorded", &new.outcome)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_offered_to_confirm_what_they_are_not_shown() {
        assert!(offered(false).all(|one| !one.confirms));
        assert!(offered(false).any(|one| reached(one.name) && !one.changes && one.name == SPOKE));
        assert_eq!(offered(true).count() + 1, OUTCOMES.len());
        assert!(offered(true).any(|one| one.confirms));
    }

    #[test]
    fn whoever_told_something_was_reached() {
        let unreached: Vec<&str> =
            OUTCOMES.iter().map(|o| o.name).filter(|name| !reached(name)).collect();
        assert_eq!(unreached, ["no-answer", "message", "wrong-number"]);
        assert!(OUTCOMES.iter().all(|o| reached(o.name) || !(o.confirms || o.changes)));
    }
}
