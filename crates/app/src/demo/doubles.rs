//! People who are on the register twice: a college sent somebody without a pupil number and with
//! the name written a little differently, and a second record was made. Finding them is the
//! register's work; here they are only made.

use super::chance::Chance;
use super::diary::News;
use super::knowing::{History, Subject};
use domain::person::{Field, Particulars, PersonRecord};
use domain::status::Spell;

/// A second record for a few of those at college, with the chance that goes on from it.
pub fn double(
    subject: &Subject<'_>,
    history: &History,
    chance: &mut Chance,
) -> Option<(History, Chance)> {
    if !chance.yes(0.0035) {
        return None;
    }
    let stay = subject.stays.iter().rev().find(|stay| stay.code == "230" && stay.to.is_none())?;
    let (at, day) = subject
        .diary
        .bringing(News::Lists, 0)
        .find(|(_, day)| *day > stay.from)
        .filter(|(at, _)| history.first().is_some_and(|(first, _)| first < at))?;
    let (_, known) = history.last()?;
    let college = subject.providers.get(stay.provider?)?;
    let mut p = Particulars::default();
    let misheard = misspell(&subject.one.given, chance);
    for field in [Field::FamilyName, Field::DateOfBirth, Field::Sex, Field::Ethnicity] {
        p.set(field, known.particulars.get(field).map(str::to_owned));
    }
    p.set(Field::GivenName, misheard);
    for (field, text) in [
        (Field::LeadLa, "887"),
        (Field::EducatedLa, "887"),
        (Field::CohortStatus, "P"),
        (Field::LevelOfNeed, "3"),
        (Field::Send, "N"),
        (Field::SenSupport, "N"),
    ] {
        p.set(field, text.to_owned());
    }
    p.set(Field::StatusSince, day.to_string());
    let mut spell = Spell::new("230", stay.from);
    spell.establishment_name = Some(college.organisation.name.clone());
    spell.ukprn = college.organisation.ukprn.clone();
    spell.organisation = Some(college.organisation.id.clone());
    spell.predicted_end = stay.predicted_end;
    let by = Some(college.organisation.name.clone());
    let record = PersonRecord {
        particulars: p,
        addresses: vec![subject.home.address(None)],
        spells: vec![spell.verified_again(day, by, Some("enrolment list".to_owned()))],
        ..PersonRecord::default()
    };
    // What happens to the second record must not hang on what happens to the first.
    let other = Chance::stream(u64::try_from(chance.below(1 << 30)).unwrap_or(0), 3);
    Some((vec![(at, record)], other))
}

/// A given name as somebody else might write it; often it is written right.
fn misspell(name: &str, chance: &mut Chance) -> String {
    let letters: Vec<char> = name.chars().collect();
    match chance.below(4) {
        0 if letters.len() > 4 => letters.iter().take(letters.len() - 1).collect(),
        1 => name.replace("ie", "y").replace("ph", "f"),
        2 if letters.len() > 3 => {
            let at = 1 + chance.below(letters.len() - 2);
            let mut swapped = letters;
            swapped.swap(at, at + 1);
            swapped.into_iter().collect()
        }
        _ => name.to_owned(),
    }
}
