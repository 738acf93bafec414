//! What a wording changes, told before it is taken in: the dry reading is the real one without the commit.

use domain::access::Actor;
use domain::agreement::{Agreement, Clause, Direction, Line, Person, Version};
use formats::agreement_toml;

use super::{bring, look};
use crate::context::{Context, Wrong};

/// One difference: what, as it stands, as it would be; empty where there is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    pub what: &'static str,
    pub before: String,
    pub after: String,
}

/// What a text would bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub title: String,
    /// Whether the wording would be new; the same one again adds only what else the text brings.
    pub new_wording: bool,
    pub differs: Vec<Differs>,
}

/// Reads a text as [`super::bring`] does and keeps nothing.
pub async fn reading(
    ctx: &Context,
    actor: &Actor,
    text: &str,
    of: Option<i64>,
) -> Result<Reading, Wrong> {
    let (mut tx, brought) = bring::taken(ctx, actor, text, of).await?;
    let after = found(look::load(&mut tx).await?, brought.agreement);
    drop(tx);
    let before = match of {
        Some(id) => found(look::all(ctx).await?, id),
        None => Agreement::default(),
    };
    let title = after.newest().map(|version| version.title.clone()).unwrap_or_default();
    Ok(Reading { title, new_wording: brought.new_wording, differs: differences(&before, &after) })
}

/// The newest wording of an agreement as it is written, to write the next one from.
pub async fn wording(ctx: &Context, actor: &Actor, id: i64) -> Result<Option<String>, Wrong> {
    bring::administers(actor)?;
    let found = found(look::all(ctx).await?, id);
    Ok(found.newest().map(agreement_toml::write_terms))
}

fn found(all: Vec<Agreement>, id: i64) -> Agreement {
    all.into_iter().find(|one| one.number == id).unwrap_or_default()
}

fn differences(before: &Agreement, after: &Agreement) -> Vec<Differs> {
    let (old, new) = (said(before), said(after));
    let mut all: Vec<Differs> = Vec::new();
    for what in ORDER {
        let of = |said: &[(&'static str, String)]| -> Vec<String> {
            said.iter().filter(|(name, _)| name == what).map(|(_, text)| text.clone()).collect()
        };
        let (old, new) = (of(&old), of(&new));
        let gone = old.iter().filter(|one| !new.contains(one));
        let come = new.iter().filter(|one| !old.contains(one));
        let (mut gone, mut come) = (gone.cloned(), come.cloned());
        loop {
            let (before, after) = (gone.next(), come.next());
            if before.is_none() && after.is_none() {
                break;
            }
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            all.push(Differs { what, before, after });
        }
    }
    all
}

const ORDER: &[&str] = &[
    "Title",
    "Purpose",
    "Partner",
    "First day",
    "Last day",
    "Impact assessment",
    "May flow",
    "Clause",
    "Contact",
    "Deputy",
    "Signature",
];

/// Everything that an agreement's newest wording says, piece by piece.
fn said(agreement: &Agreement) -> Vec<(&'static str, String)> {
    let mut all = agreement.newest().map(wording_said).unwrap_or_default();
    for (what, person) in [("Contact", &agreement.contact), ("Deputy", &agreement.deputy)] {
        all.extend(person.as_ref().map(|person| (what, person_words(person))));
    }
    all
}

fn wording_said(version: &Version) -> Vec<(&'static str, String)> {
    let mut all = vec![("Title", version.title.clone()), ("Purpose", version.purpose.clone())];
    all.extend(version.partners.iter().map(|partner| ("Partner", partner.clone())));
    all.extend(version.starts.map(|day| ("First day", day.to_string())));
    all.extend(version.ends.map(|day| ("Last day", day.to_string())));
    if !version.assessment.is_empty() {
        let day = version.assessed.map(|day| format!(", {day}")).unwrap_or_default();
        all.push(("Impact assessment", format!("{}{day}", version.assessment)));
    }
    all.extend(version.lines.iter().map(|line| ("May flow", line_words(line))));
    all.extend(version.clauses.iter().map(|clause| ("Clause", clause_words(clause))));
    let signed = version.signatures.iter().map(|signature| {
        let party = signature.party.as_deref().unwrap_or("the council");
        ("Signature", format!("{} for {party}, {}", signature.name, signature.day))
    });
    all.extend(signed);
    all
}

fn line_words(line: &Line) -> String {
    let way = match line.direction {
        Direction::In => "from them to us",
        Direction::Out => "from us to them",
    };
    let items: Vec<&str> = line.items.iter().map(|item| item.label()).collect();
    let often = match line.every_months {
        Some(1) => ", every month".to_owned(),
        Some(months) => format!(", every {months} months"),
        None => String::new(),
    };
    let first = line.first_due.map(|day| format!(", first due {day}")).unwrap_or_default();
    format!(
        "{}, {way}{often}{first}, on {}: {}",
        line.flow.label(),
        line.gateway.source(),
        items.join(", ")
    )
}

/// All that a clause does: one that forbids no more may say the same words still.
fn clause_words(clause: &Clause) -> String {
    let effect = clause.effect.said().map(|said| format!(" ({said})")).unwrap_or_default();
    let due = clause.due.map(|day| format!(", due {day}")).unwrap_or_default();
    let days = clause.working_days.map(|n| format!(", within {n} working days"));
    let kind = clause.kind.label();
    format!("{kind}: {}{effect}{due}{}", clause.words, days.unwrap_or_default())
}

fn person_words(person: &Person) -> String {
    let parts = [&person.name, &person.post, &person.email, &person.phone];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::agreement::{ClauseKind, Effect, Item};
    use domain::person::Field;

    use super::*;

    #[test]
    fn a_clause_that_forbids_no_more_or_is_about_something_else_is_a_change() {
        let phone = BTreeSet::from([Item::Field(Field::Phone)]);
        let of = |kind: ClauseKind, effect: Effect| {
            let words = "As agreed.".to_owned();
            let clause = Clause { kind, words, due: None, working_days: None, effect };
            let version = Version { clauses: vec![clause], ..Version::default() };
            Agreement { versions: vec![version], ..Agreement::default() }
        };
        let before = of(ClauseKind::Limit, Effect::Forbids(phone.clone()));
        assert_eq!(differences(&before, &before), []);
        let limit = "A limit on what is shared: As agreed.";
        for (kind, effect, after) in [
            (ClauseKind::Limit, Effect::Words, limit.to_owned()),
            (
                ClauseKind::Limit,
                Effect::NeedsConsent(phone.clone()),
                format!("{limit} (only with consent: Phone)"),
            ),
            (
                ClauseKind::Retention,
                Effect::Forbids(phone),
                "How long it is kept: As agreed. (never shared: Phone)".to_owned(),
            ),
        ] {
            let before_words = format!("{limit} (never shared: Phone)");
            let differs = Differs { what: "Clause", before: before_words, after };
            assert_eq!(differences(&before, &of(kind, effect)), [differs]);
        }
    }
}
