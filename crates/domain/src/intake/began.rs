//! What a provider says goes on, or began, there. The spell that is known to go on there is the one that is meant;
//! only what is new needs a code, and age gives it where the file names none.
//!
//! Invariants: those of `activity`; nobody confirms a stay that the same row ends.

use jiff::civil::Date;

use super::activity::{Answer, Held};
use super::declaration::{ActivitySaid, Declaration, ProviderSaid};
use super::plan::PlanContext;
use super::provider::{Guess, guess, meant, same_place, same_provider, spell};
use crate::edition::UnknownActivity;
use crate::person::PersonRecord;
use crate::status::{Spell, begin, spell_on};

/// Either can be right, and a person knows which.
const EITHER: &[Answer] = &[Answer::Recorded, Answer::Sent];

/// Somebody is on a provider's roll on the file's day.
pub(super) fn on_roll(
    after: &mut PersonRecord,
    code: Option<&str>,
    provider: &ProviderSaid,
    (since, until): (Option<Date>, Option<Date>),
    ctx: &PlanContext<'_>,
    reasons: &mut Vec<String>,
) -> Option<String> {
    let born = after.particulars.date_of_birth();
    let by_age = || born.map(|born| guess(born, provider, ctx.as_of, ctx));
    let open = open_on(after, ctx.as_of);
    let by = Some(ctx.sender.to_owned());
    let how = Some(ctx.how.to_owned());
    if let Some(known) = open.and_then(|at| after.spells.get_mut(at)) {
        if known.verified.is_some_and(|day| day > ctx.as_of) {
            return None;
        }
        if meant(known, (code, provider), (born, ctx.as_of), ctx) {
            *known = known.clone().verified_again(ctx.as_of, by, how);
            let until = until.or_else(|| by_age().filter(|_| code.is_none())?.until);
            known.predicted_end = known.predicted_end.or(until);
            return None;
        }
    }
    if gone_since(after, provider, ctx) {
        reasons.push("they had left this provider by then, as a later file told".to_owned());
        return None;
    }
    let told = after.spells.iter().filter(|s| !s.only_fills(ctx.codes.unknown));
    if told.clone().any(|s| s.start > ctx.as_of) {
        return Some("the register holds an activity that begins after this roll's day".to_owned());
    }
    let floor = told.map(|s| s.end.unwrap_or(s.start)).max();
    let Guess { code, from, until } = match code {
        Some(code) => Guess { code: code.to_owned(), from: None, until },
        None => {
            let guess = by_age()?;
            Guess { until: until.or(guess.until), ..guess }
        }
    };
    // A school gives the day on which somebody came to it: its sixth form begins after Year 11.
    let since = since.max(from.filter(|_| since.is_some()));
    let start = since.unwrap_or(ctx.as_of).min(ctx.as_of);
    let start = floor.map_or(start, |floor| if start <= floor { ctx.as_of } else { start });
    let new = spell(code, provider, start, until, ctx);
    begin(&mut after.spells, new, ctx.codes.unknown);
    None
}

/// Whether a later file than this one has told already that they had left this provider by its day.
fn gone_since(record: &PersonRecord, provider: &ProviderSaid, ctx: &PlanContext<'_>) -> bool {
    let unknown = ctx.codes.unknown;
    let filled = spell_on(&record.spells, ctx.as_of)
        .is_some_and(|s| s.only_fills(unknown) && s.ascertained > Some(ctx.as_of));
    filled && last_told(&record.spells, unknown).is_some_and(|s| same_provider(s, provider))
}

/// What somebody has told of last, whatever fills the place after it.
pub(super) fn last_told<'a>(spells: &'a [Spell], unknown: &UnknownActivity) -> Option<&'a Spell> {
    let told = spells.iter().filter(|s| !s.only_fills(unknown));
    told.max_by_key(|s| s.end.unwrap_or(Date::MAX))
}

/// The spell that is open, or that covers the day.
fn open_on(record: &PersonRecord, day: Date) -> Option<usize> {
    let current = spell_on(&record.spells, day)?;
    record.spells.iter().position(|s| s == current)
}

/// The last day at a provider, where the same row tells that somebody has left it by the file's day.
pub(super) fn ended(said: &Declaration, provider: &ProviderSaid, as_of: Date) -> Option<Date> {
    said.activities.iter().find_map(|activity| match activity {
        ActivitySaid::Left { provider: left, end, .. } if left == provider && *end <= as_of => {
            Some(*end)
        }
        _ => None,
    })
}

/// A start as a row says it, and what a person said of it.
pub(super) struct Began<'a> {
    pub code: Option<&'a str>,
    pub provider: &'a ProviderSaid,
    pub start: Date,
    /// The last day, where the row tells it too.
    pub ended: Option<Date>,
    pub answer: Option<Answer>,
}

/// Somebody began at a provider.
pub(super) fn started(
    after: &mut PersonRecord,
    Began { code, provider, start: told, ended, answer }: Began<'_>,
    predicted_end: Option<Date>,
    ctx: &PlanContext<'_>,
    reasons: &mut Vec<String>,
) -> Option<Held> {
    if told > ctx.as_of {
        reasons.push(format!("the start on {told} lies ahead and is not recorded yet"));
        return None;
    }
    let born = after.particulars.date_of_birth();
    let day = ended.unwrap_or(ctx.as_of);
    let guess = born.filter(|_| code.is_none()).map(|born| guess(born, provider, day, ctx));
    // Whoever came to a school for Year 7 began its sixth form after Year 11.
    let start = told.max(guess.as_ref().and_then(|guess| guess.from).unwrap_or(told));
    let apart = |s: &Spell| days_between(s.start, start).min(days_between(s.start, told));
    let near = |s: &Spell| apart(s) <= ctx.tolerance_days;
    let here = |s: &Spell| same_provider(s, provider);
    let open = |s: &Spell| s.end.is_none() && meant(s, (code, provider), (born, day), ctx);
    // A whole year's file names everybody who has left since again: a stay that is over is not news.
    let within = |s: &Spell| ended.is_some_and(|last| s.start <= last && s.end >= Some(told));
    let stay = |s: &&Spell| here(s) && s.end.is_some() && (near(s) || within(s));
    let over = after.spells.iter().find(stay);
    if let Some(end) = over.and_then(|s| s.end)
        && !after.spells.iter().any(|s| open(s) && near(s))
    {
        reasons.push(format!("the start on {told} is known; it ended on {end}"));
        return None;
    }
    let at = after.spells.iter().position(open);
    if let Some(known) = at.and_then(|at| after.spells.get_mut(at)) {
        // Nobody confirms what is over: the row's end closes it.
        if ended.is_some() {
            return None;
        }
        let apart = apart(known);
        if apart > ctx.tolerance_days && answer.is_none() {
            return Some(Held {
                why: format!(
                    "the provider confirms this study but says it began {apart} days from what is recorded"
                ),
                answers: EITHER,
            });
        }
        confirm(known, (start, predicted_end), answer, ctx);
        if answer == Some(Answer::Sent) {
            end_before(after, start);
        }
        return None;
    }
    let (code, until) = match (code, guess) {
        (Some(code), _) => (code.to_owned(), None),
        (None, guess) => guess.map(|guess| (guess.code, guess.until))?,
    };
    let new = spell(code, provider, start, predicted_end.or(until), ctx);
    anew(after, new, (ended, answer), ctx)
}

/// What goes on is confirmed; its start is the one that was sent where a person said so.
fn confirm(
    known: &mut Spell,
    (start, predicted_end): (Date, Option<Date>),
    answer: Option<Answer>,
    ctx: &PlanContext<'_>,
) {
    if answer == Some(Answer::Sent) {
        known.start = start;
    }
    let (by, how) = (Some(ctx.sender.to_owned()), Some(ctx.how.to_owned()));
    *known = known.clone().verified_again(ctx.as_of.max(start), by, how);
    known.predicted_end = predicted_end.or(known.predicted_end);
}

/// A start that the register does not hold in any form. One before an activity that began later is asked about;
/// where what was sent is right, it is what goes on today.
fn anew(
    after: &mut PersonRecord,
    new: Spell,
    (ended, answer): (Option<Date>, Option<Answer>),
    ctx: &PlanContext<'_>,
) -> Option<Held> {
    let start = new.start;
    let unknown = ctx.codes.unknown;
    // What fills the place after a stay that covers the day says that this stay is over.
    let covers = |s: &Spell| s.end.is_some_and(|end| s.start < start && start <= end);
    let told_of = after.spells.iter().any(|s| covers(s) && same_place(s, &new));
    let stands = |s: &&Spell| s.start > start && (told_of || !s.only_fills(unknown));
    let newest = after.spells.iter().filter(stands).map(|s| s.start).max();
    match (newest, answer) {
        (None, _) => begin(&mut after.spells, new, unknown),
        (Some(_), Some(Answer::Sent)) if ended.is_some() => {
            end_before(after, start);
            after.spells.push(Spell { end: ended, ..new });
        }
        (Some(_), Some(Answer::Sent)) => {
            after.spells.retain(|s| s.start <= start || s.end.is_some());
            begin(&mut after.spells, new, unknown);
        }
        (Some(newest), _) => {
            return Some(Held {
                why: format!("the start on {start} is older than the activity of {newest}"),
                answers: EITHER,
            });
        }
    }
    None
}

/// Ends what began before `start` and went on past it.
fn end_before(after: &mut PersonRecord, start: Date) {
    let eve = start.yesterday().unwrap_or(start);
    let reaches = |s: &&mut Spell| s.start < start && s.end.is_none_or(|end| end >= start);
    after.spells.iter_mut().filter(reaches).for_each(|s| s.end = Some(eve));
}

pub(super) fn days_between(a: Date, b: Date) -> i32 {
    a.until(b).map_or(i32::MAX, |span| span.get_days().abs())
}
