//! "What we hold about you", in plain words, to be read together with a young person.

use std::collections::BTreeSet;

use domain::access::{Act, Actor, Purpose, decide};
use domain::calendar::shown as day_words;
use domain::person::{Field, Particulars, PersonId};
use domain::retention::{Category, Rule, Verdict, judge};
use domain::status::spell_on;
use jiff::civil::Date;
use store::people::Loaded;
use store::rights::{self, Held};

use crate::context::{Context, Wrong};
use crate::council;
use crate::looks;
use crate::people::{note, within_reach};
use crate::permission::may;
use crate::retention;

/// One thing to know: a question and what we say to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub question: &'static str,
    pub answers: Vec<String>,
}

/// Name, and what is held, for somebody within reach. The look is audited.
pub async fn held(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
) -> Result<(String, Vec<Part>), Wrong> {
    may(actor, Act::RecordContact, Purpose::Support)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let (loaded, _) =
        within_reach(&mut tx, actor, (Act::RecordContact, Purpose::Support), person).await?;
    let same = rights::same(&mut tx, person.0).await?;
    let all = rights::held(&mut tx, &same).await?;
    let rules = retention::standing(&mut tx).await?.rules;
    let council = council::of(&mut tx).await?;
    let whole = decide(actor, Act::ViewSupport).allowed;
    let chances = super::chance::plain(&mut tx, &same, (whole, ctx.today())).await?;
    note(ctx, &mut tx, actor, person, ("what we hold read", "all of it, in plain words")).await?;
    tx.commit().await?;
    let today = ctx.today();
    let particulars = &loaded.record.particulars;
    looks::glanced(ctx, actor, (person, particulars)).await?;
    let born = particulars.date_of_birth();
    let rule = rules.iter().find(|rule| rule.category == Category::Record);
    let until = how_long(rule, born, today);
    let parts = vec![
        Part { question: "Who are you?", answers: who(particulars) },
        Part { question: "How can we reach you?", answers: reach(particulars, &loaded) },
        Part { question: "What do you do now?", answers: doing(&loaded, today) },
        Part { question: "What help do you get?", answers: help(&loaded) },
        Part { question: "What did we talk about?", answers: talks(&all) },
        Part { question: "What did a computer work out about you?", answers: chances },
        Part { question: "Who told us about you?", answers: told(&all, &loaded) },
        Part { question: "Who has looked at this?", answers: looked(&all) },
        Part { question: "How long do we keep it?", answers: vec![until] },
        Part { question: "What can you ask for?", answers: RIGHTS.map(str::to_owned).to_vec() },
        Part { question: "Whom do you ask?", answers: vec![whom(council.privacy_contact)] },
    ];
    Ok((particulars.full_name(), parts))
}

fn how_long(rule: Option<&Rule>, born: Option<Date>, today: Date) -> String {
    let Some(rule) = rule else { return "No time is set for this yet.".to_owned() };
    match judge(rule, born, &[], today) {
        Verdict::NotYet { on } => {
            format!("We keep this until {}. Then we delete it.", day_words(on))
        }
        Verdict::Due { .. } | Verdict::Held { .. } => {
            "The time to keep this is over. We check it each month.".to_owned()
        }
        Verdict::Unknown => {
            "It depends on the day you were born. We do not know that day.".to_owned()
        }
    }
}

const RIGHTS: [&str; 5] = [
    "You can ask to see all of it. We must give it to you in one month.",
    "You can ask us to put right what is wrong.",
    "You can tell us not to use it. Say why if you like.",
    "You can ask us to stop using it while we check. Tell your adviser. It is free.",
    "If we stop, one use goes on. Each month the law has us tell the government what you do.",
];

fn whom(contact: Option<String>) -> String {
    match contact {
        Some(contact) => format!("Ask your adviser, or {contact}."),
        None => "Ask your adviser.".to_owned(),
    }
}

fn who(p: &Particulars) -> Vec<String> {
    let mut answers = vec![format!("Your name is {}.", p.full_name())];
    answers.extend(p.date_of_birth().map(|day| format!("You were born on {}.", day_words(day))));
    let numbers = [Field::Upn, Field::Uln].into_iter().filter(|field| p.get(*field).is_some());
    answers.extend(numbers.map(|field| format!("We keep your {}.", field.label().to_lowercase())));
    let also = [Field::Sex, Field::Ethnicity].into_iter().filter(|field| p.get(*field).is_some());
    answers.extend(also.map(|field| format!("We keep your {}.", field.label().to_lowercase())));
    answers
}

fn reach(p: &Particulars, loaded: &Loaded) -> Vec<String> {
    let mut answers = Vec::new();
    answers.extend(p.get(Field::Phone).map(|phone| format!("Your phone is {phone}.")));
    answers.extend(p.get(Field::Email).map(|email| format!("Your email is {email}.")));
    if p.is_yes(Field::ProtectedAddress) {
        answers.push("Your home is kept hidden. No page shows it.".to_owned());
    } else if let Some(home) = loaded.record.addresses.last() {
        answers.push(format!("Your home is at {} {}.", home.lines.concat(), home.postcode));
    }
    let parents = [Field::ParentName, Field::ParentPhone];
    if parents.iter().any(|field| p.get(*field).is_some()) {
        answers.push("We know how to reach your parent or carer.".to_owned());
    }
    match answers.is_empty() {
        true => vec!["We do not know how to reach you.".to_owned()],
        false => answers,
    }
}

fn doing(loaded: &Loaded, today: Date) -> Vec<String> {
    let Some(spell) = spell_on(&loaded.record.spells, today) else {
        return vec!["We do not know what you do now. Please tell us.".to_owned()];
    };
    let edition = formats::reference::editions().on(today);
    let activity = edition.and_then(|edition| edition.activity(&spell.code));
    let words = activity.map_or_else(|| spell.code.clone(), |a| a.label.clone());
    let place = spell.establishment_name.as_ref().map(|place| format!(" at {place}"));
    let mut answers = vec![format!(
        "We have: {words}{}. It began on {}.",
        place.unwrap_or_default(),
        day_words(spell.start)
    )];
    answers.extend(spell.verified.map(|day| format!("Somebody told us so on {}.", day_words(day))));
    answers
}

fn help(loaded: &Loaded) -> Vec<String> {
    let p = &loaded.record.particulars;
    let mut answers = Vec::new();
    if p.is_yes(Field::Send) {
        answers.push("You have a plan for your education, health and care.".to_owned());
    }
    if p.is_yes(Field::SenSupport) {
        answers.push("You get help with learning.".to_owned());
    }
    let groups = loaded.record.characteristics.len();
    answers.push(match groups {
        0 => "We have no note of any group you belong to.".to_owned(),
        1 => "We have one note of a group you belong to or help you had.".to_owned(),
        many => format!("We have {many} notes of groups you belong to or help you had."),
    });
    let programmes = loaded.record.engagements.iter();
    answers.extend(
        programmes
            .map(|one| format!("{} told us that you took part in {}.", one.source, one.programme)),
    );
    answers
}

fn rows<'a>(all: &'a [Held], table: &str) -> &'a [(String, Vec<String>)] {
    all.iter().find(|held| held.table == table).map_or(&[], |held| &held.rows)
}

fn cell(row: &(String, Vec<String>), at: usize) -> &str {
    row.1.get(at).map_or("", String::as_str)
}

fn talks(all: &[Held]) -> Vec<String> {
    let contacts = rows(all, "contact");
    let last = contacts.iter().map(|row| cell(row, 0)).max();
    match (contacts.len(), last.and_then(|day| day.parse().ok()).map(day_words)) {
        (0, _) | (_, None) => vec!["We have no note of a talk with you.".to_owned()],
        (1, Some(day)) => vec![format!("We have a note of one talk, on {day}.")],
        (many, Some(day)) => {
            vec![format!("We have notes of {many} talks. The last was on {day}.")]
        }
    }
}

fn told(all: &[Held], loaded: &Loaded) -> Vec<String> {
    let files = rows(all, "import_row").iter().chain(rows(all, "crossmatch_row"));
    let senders: BTreeSet<&str> =
        files.map(|row| cell(row, 0)).filter(|name| !name.is_empty()).collect();
    // A school or college that confirmed what they did there told of them, by whatever way it came.
    let spells = loaded.record.spells.iter();
    let confirmed: BTreeSet<&str> = spells
        .filter(|spell| spell.verified_by == spell.establishment_name)
        .filter_map(|spell| spell.verified_by.as_deref())
        .filter(|name| !senders.contains(name))
        .collect();
    if senders.is_empty() && confirmed.is_empty() {
        return vec!["Only people who work here, or you.".to_owned()];
    }
    let lists = senders.iter().map(|name| format!("{name} sent us a list."));
    lists.chain(confirmed.iter().map(|name| format!("{name} told us what you do."))).collect()
}

fn looked(all: &[Held]) -> Vec<String> {
    let acts = rows(all, "audit");
    let places: BTreeSet<&str> = acts.iter().map(|row| cell(row, 3)).collect();
    let mut answers = vec![format!("This was read or changed {} times.", acts.len())];
    answers.extend(places.into_iter().map(|place| format!("Somebody at {place} did.")));
    answers.push("We keep a list of each time. You can ask to see it.".to_owned());
    answers
}
