//! A spell and the provider that a row names: whether the spell is there, whether it may be what is meant, and what
//! somebody of an age does at a provider that does not say it.

use jiff::civil::Date;

use super::declaration::ProviderSaid;
use super::plan::PlanContext;
use crate::calendar::year_of_age;
use crate::status::Spell;

/// Whether a spell is the one that a provider speaks of: there, of the code it names, or where it names none one
/// that it may mean of somebody of that age.
pub(super) fn meant(
    spell: &Spell,
    (code, provider): (Option<&str>, &ProviderSaid),
    (born, day): (Option<Date>, Date),
    ctx: &PlanContext<'_>,
) -> bool {
    let of_that_code = match code {
        Some(code) => spell.code == code,
        None => {
            let last = born.map(|born| year_of_age(born, ctx.codes.compulsory_age).last_day());
            ctx.codes.may_be_meant(&spell.code, last.is_none_or(|last| day <= last))
        }
    };
    of_that_code && same_provider(spell, provider)
}

/// What somebody does at a provider that does not say what it is.
pub(super) struct Guess {
    pub code: String,
    /// The first day that it can have begun.
    pub from: Option<Date>,
    /// The last day that it can go on, where age says so.
    pub until: Option<Date>,
}

/// By the age on a day and by the kind of provider.
///
/// Source: labels of the codes (school sixth form, further education, other full-time education). A special
/// school's sixth form is a school's; 280 is for the special institutions that begin at 16.
pub(super) fn guess(
    born: Date,
    provider: &ProviderSaid,
    day: Date,
    ctx: &PlanContext<'_>,
) -> Guess {
    let codes = ctx.codes.on_roll;
    let last = year_of_age(born, ctx.codes.compulsory_age).last_day();
    if day <= last {
        return Guess { code: codes.compulsory.clone(), from: None, until: Some(last) };
    }
    let code = match provider.kind.as_deref() {
        Some("school" | "special-school") => &codes.school,
        Some("college" | "training-provider") => &codes.college,
        Some("alternative-provision") => &codes.other,
        // Of one that the register does not know, the numbers must tell.
        _ if provider.ukprn.is_some() && provider.establishment_number.is_none() => &codes.college,
        _ => &codes.school,
    };
    Guess { code: code.clone(), from: last.tomorrow().ok(), until: None }
}

pub(super) fn spell(
    code: String,
    provider: &ProviderSaid,
    start: Date,
    predicted_end: Option<Date>,
    ctx: &PlanContext<'_>,
) -> Spell {
    let mut spell = Spell::new(code, start);
    spell.establishment_number = provider.establishment_number.clone();
    spell.establishment_name = provider.name.clone();
    spell.ukprn = provider.ukprn.clone();
    spell.organisation = provider.urn.clone();
    spell.ascertained = Some(ctx.as_of);
    spell.verified = Some(ctx.as_of);
    spell.verified_by = Some(ctx.sender.to_owned());
    spell.verified_how = Some(ctx.how.to_owned());
    spell.predicted_end = predicted_end;
    spell
}

/// Whether two spells are at one provider.
pub(crate) fn same_place(a: &Spell, b: &Spell) -> bool {
    let provider = ProviderSaid {
        establishment_number: b.establishment_number.clone(),
        ukprn: b.ukprn.clone(),
        urn: b.organisation.clone(),
        name: b.establishment_name.clone(),
        kind: None,
    };
    same_provider(a, &provider)
}

/// Whether a spell is at the provider a row names: by any number both have, else by name.
/// `ProviderSaid::urn` holds the organisation's id in the register once the app has looked it up.
pub(super) fn same_provider(spell: &Spell, provider: &ProviderSaid) -> bool {
    let pairs = [
        (&spell.organisation, &provider.urn),
        (&spell.establishment_number, &provider.establishment_number),
        (&spell.ukprn, &provider.ukprn),
    ];
    let both: Vec<bool> =
        pairs.iter().filter_map(|(a, b)| Some(a.as_ref()? == b.as_ref()?)).collect();
    if !both.is_empty() {
        return both.contains(&true);
    }
    matches!((&spell.establishment_name, &provider.name), (Some(a), Some(b)) if a == b)
}
