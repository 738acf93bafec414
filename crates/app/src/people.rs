//! One young person: finding, opening, correcting, recording a contact. Every read and write leaves its
//! audit row in the same unit of work, and nobody outside the reader's scope is found or opened.

mod add;
mod asked;
mod caseload;
mod circumstances;
mod confirm;
mod contact;
mod edit;
mod find;
mod leave;
mod obstacles;
mod refer;
mod seen_by;
mod undo;

pub use add::{NEEDED, Newcomer, add};
pub(crate) use asked::end_of_worker;
pub use asked::{
    ASKED_DAYS, AskedFor, AskedOf, Board, Listed, TOLD_DAYS, Task, answer, ask, askable, asked_of,
    board, may_take_back, open_asked, take_back,
};
pub use caseload::{allocate, called, give, holding};
pub use circumstances::{NewAddress, lives_at, say_characteristic};
pub use confirm::{Confirming, Preview, confirming};
pub use contact::{METHODS, NewContact, OUTCOMES, Outcome, offered, record_contact};
pub use edit::{CHANGED_MEANWHILE, Confirmed, NewActivity, change_activity, correct, verify};
pub use find::find;
pub use leave::{Standing, lead_of, stand};
pub use obstacles::{Obstacles, obstacles};
pub use refer::{Referred, end_referral, refer, referred};
pub(crate) use seen_by::of_person as seen_by_of;
pub use seen_by::{LOOKS_DAYS, Looked, SeenBy, Seers, seen_by};
pub use undo::unconfirm;

pub use store::audit::Remembered;
pub use store::changes::Touched;
pub use store::contacts::Contact;
pub use store::people::{Found, Query};

use domain::access::{
    Act, Actor, Part, Purpose, Question, decide, judge, redact_for, sees, sees_item, shown_parts,
};
use domain::agreement::{Item, Said};
use domain::consent::said;
use domain::person::{Field, PersonId, PersonRecord, Way, benefits_may_leave};
use std::collections::BTreeMap;

use jiff::civil::Date;
use store::people::{self, Loaded, Moment};
use store::{Tx, audit, changes, contacts, organisations};

use crate::context::{Context, Wrong};
use crate::looks;
use find::NAME;

/// Everything the person page shows.
#[derive(Clone, Debug)]
pub struct Opened {
    pub person: PersonId,
    pub record: PersonRecord,
    /// Why the reader may see it.
    pub why: Vec<String>,
    pub contacts: Vec<Contact>,
    pub advisers: Vec<(i64, String, Date)>,
    /// Who can be given them: number and name. Nobody where the reader may not give.
    pub holders: Vec<(i64, String)>,
    /// Who can be asked to follow them up, as the above.
    pub workers: Vec<(i64, String)>,
    /// Who is asked to, and has not yet; nothing for a reader who sees no contacts.
    pub asked: Vec<Task>,
    /// Notices about them that wait; nothing for a reader who does not act on notices.
    pub notices: Vec<crate::notices::Kept>,
    /// Units of work that touched the record, newest first.
    pub changes: Vec<Touched>,
    /// The organisations that the record names, by id.
    pub organisations: Vec<(String, String)>,
    /// Which state of the particulars this is: a correction must name it.
    pub seen: i64,
    /// How often the record was read or written, by anybody.
    pub acts: i64,
}

/// Opens one record, cut down to what the reader's role sees. Somebody out of reach is not there: the
/// answer does not tell the difference.
pub async fn open(ctx: &Context, actor: &Actor, person: PersonId) -> Result<Opened, Wrong> {
    let mut tx = ctx.db.begin_seeing().await?;
    let (loaded, mut why) =
        match within_reach(&mut tx, actor, (Act::ViewPeople, Purpose::Support), person).await {
            Err(Wrong::Refused(sentence)) => {
                note(ctx, &mut tx, actor, person, ("opening refused", "out of reach")).await?;
                tx.commit().await?;
                return Err(Wrong::Refused(sentence));
            }
            reached => reached?,
        };
    let seen = loaded.facts.particulars.unwrap_or(0);
    let said = word_of(ctx, &mut tx, actor, person.0).await?;
    let named = sees_item(actor, NAME, said);
    if !named.allowed {
        note(ctx, &mut tx, actor, person, ("opening refused", "not given out")).await?;
        tx.commit().await?;
        return Err(nobody());
    }
    // Beside the relation, a partner is told by which agreement: the table's own reason is the first.
    why.extend(named.reasons.into_iter().skip(1));
    let record = redact_for(actor, loaded.record, said);
    let part = |part| sees(actor, part).allowed;
    let contacts = match part(Part::Contacts) {
        true => contacts::of_person(&mut tx, person.0, 200).await?,
        false => Vec::new(),
    };
    let changes = match part(Part::Changes) {
        true => changes::of_person(&mut tx, person.0, 100).await?,
        false => Vec::new(),
    };
    let advisers = match part(Part::Administration) {
        true => contacts::advisers(&mut tx, person.0).await?,
        false => Vec::new(),
    };
    let holders = match decide(actor, Act::EditPeople).allowed {
        true => caseload::holders(&mut tx).await?,
        false => Vec::new(),
    };
    let (workers, asked) = asked::beside(&mut tx, actor, person).await?;
    let notices = crate::notices::of_person(&mut tx, actor, person).await?;
    let acts = audit::count_of_person(&mut tx, person.0).await?;
    let organisations = organisations::names(&mut tx, &organisations_of(&record)).await?;
    let whom: Vec<i64> = advisers.iter().map(|(id, ..)| *id).collect();
    note(ctx, &mut tx, actor, person, ("opened", &parts_shown(actor, said))).await?;
    tx.commit().await?;
    // Readings stand beside each other; only a look that nothing explains is counted, and that writes.
    if !looks::is_explained(actor, person, &whom) {
        let mut tx = ctx.db.begin().await?;
        looks::looked(ctx, &mut tx, actor, (person, &record.particulars)).await?;
        tx.commit().await?;
    }
    Ok(Opened {
        person,
        record,
        why,
        contacts,
        advisers,
        holders,
        workers,
        asked,
        notices,
        changes,
        organisations,
        seen,
        acts,
    })
}

/// What a person said about being known to the reader's organisation; nothing where staff asks.
async fn word_of(ctx: &Context, tx: &mut Tx, actor: &Actor, person: i64) -> Result<Said, Wrong> {
    let Some(partner) = actor.scope.own_organisation() else { return Ok(Said::default()) };
    let words = store::consents::of_person(tx, person).await?;
    Ok(said(&words, partner, ctx.today()))
}

fn nobody() -> Wrong {
    Wrong::refused("There is nobody here whom you may see.")
}

/// The parts of the record of somebody who said this that the reader is shown, as the audit names them.
pub(crate) fn parts_shown(actor: &Actor, said: Said) -> String {
    let shown = shown_parts(actor, said);
    match shown.len() == Part::ALL.len() {
        true => "whole record".to_owned(),
        false => shown.into_iter().map(Part::label).collect::<Vec<_>>().join("; "),
    }
}

fn organisations_of(record: &PersonRecord) -> Vec<String> {
    let school = record.particulars.get(Field::School).map(str::to_owned);
    school.into_iter().chain(record.spells.iter().filter_map(|s| s.organisation.clone())).collect()
}

/// Who has read or written a record.
pub async fn history(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
) -> Result<Vec<Remembered>, Wrong> {
    let mut tx = ctx.db.begin_seeing().await?;
    let (loaded, _) =
        within_reach(&mut tx, actor, (Act::ViewPeople, Purpose::Support), person).await?;
    let acts = audit::of_person(&mut tx, person.0, 500).await?;
    note(ctx, &mut tx, actor, person, ("audit read", "acts")).await?;
    tx.commit().await?;
    looks::glanced(ctx, actor, (person, &loaded.record.particulars)).await?;
    Ok(acts)
}

/// Loads a record if the actor may do this act on it, for this purpose; how it is reached beside it.
pub(crate) async fn within_reach(
    tx: &mut Tx,
    actor: &Actor,
    (act, purpose): (Act, Purpose),
    person: PersonId,
) -> Result<(Loaded, Vec<String>), Wrong> {
    let reach = people::reach(tx, person.0).await?.ok_or_else(nobody)?;
    if !judge(actor, &Question::on(act, purpose, &reach)).allowed {
        return Err(nobody());
    }
    let loaded = people::load(tx, &[person.0], Moment::Now).await?.into_iter().next();
    let why = actor.scope.admits(&reach).reasons;
    loaded.filter(Loaded::exists).map(|l| (l, why)).ok_or_else(nobody)
}

/// Acts that only look: work is what explains them.
const LOOKING: &[&str] = &[
    "opened",
    "opening refused",
    "opened in an emergency",
    "audit read",
    "readers read",
    "sharing read",
    "requests read",
    "request opened",
    "subject access pack made",
    "what we hold read",
    "referrals read",
];

/// The audit row of an act on one person.
pub(crate) async fn note(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    (act, detail): (&str, &str),
) -> Result<(), Wrong> {
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act,
        person: Some(person.0),
        purpose: "casework",
        detail,
    };
    audit::write(tx, &entry).await?;
    match LOOKING.contains(&act) {
        true => Ok(()),
        false => looks::explained(tx, actor, person).await,
    }
}

/// Of these people the items that came as benefits information, where there are any: what leaves by a
/// way that does not carry them leaves without.
pub(crate) async fn withheld(
    tx: &mut Tx,
    people: &[i64],
    way: Way,
) -> Result<BTreeMap<i64, Vec<Item>>, Wrong> {
    if benefits_may_leave(way).allowed {
        return Ok(BTreeMap::new());
    }
    let marked = people::with_benefits(tx, people).await?;
    let loaded = people::load(tx, &marked, Moment::Now).await?;
    let items = loaded.iter().map(|l| (l.person, l.record.benefits_items()));
    Ok(items.filter(|(_, items)| !items.is_empty()).collect())
}

/// Whether a name is among what is withheld of somebody.
pub(crate) fn is_nameless(items: Option<&Vec<Item>>) -> bool {
    let names = [Field::GivenName, Field::FamilyName].map(Item::Field);
    items.is_some_and(|items| names.iter().any(|name| items.contains(name)))
}

/// What stands where a name would.
pub(crate) const NAMELESS: &str = "Name withheld: benefits information";
