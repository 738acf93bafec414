//! What a row says about what somebody does, laid over the spells the register holds.
//!
//! Invariants: at most one spell is open after a merge; news older than what is known changes nothing;
//! a confirmed start refreshes the verified date; a leaver's spell closes and "current situation not
//! known" opens.

use jiff::civil::Date;

use super::declaration::{ActivitySaid, Declaration, ProviderSaid};
use super::plan::PlanContext;
use crate::calendar::{academic_age, year_of_age};
use crate::person::PersonRecord;
use crate::status::{Spell, spell_on};

/// What a person answers where a row says another activity than the register holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// What is recorded stands.
    Recorded,
    /// The start is the one that was sent.
    Sent,
}

impl Answer {
    pub const fn name(self) -> &'static str {
        match self {
            Answer::Recorded => "recorded",
            Answer::Sent => "sent",
        }
    }

    pub fn from_name(name: &str) -> Option<Answer> {
        [Answer::Recorded, Answer::Sent].into_iter().find(|answer| answer.name() == name)
    }
}

/// Why a person must look at a row's activity, and what they may answer.
pub struct Held {
    pub why: String,
    pub answers: &'static [Answer],
}

impl Held {
    /// Two activities that cannot both be right: only which one stands can be said.
    fn against(why: String) -> Held {
        Held { why, answers: &[Answer::Recorded] }
    }
}

/// Lays the row's activities over the record. `Some` when a person must look at it instead; `answer` is
/// what one has said.
pub fn merge(
    after: &mut PersonRecord,
    said: &Declaration,
    (ctx, answer): (&PlanContext<'_>, Option<Answer>),
    reasons: &mut Vec<String>,
) -> Option<Held> {
    for activity in &said.activities {
        let held = match activity {
            ActivitySaid::Current(spell) => {
                let spell = none_ahead(spell.clone(), ctx.as_of, reasons);
                current(after, &spell).map(Held::against)
            }
            ActivitySaid::OnRoll { code, provider, since, until } => {
                on_roll(after, code.as_deref(), provider, (*since, *until), ctx).map(Held::against)
            }
            ActivitySaid::Started { code, provider, start, predicted_end } => {
                let began = Began { code: code.as_deref(), provider, start: *start, answer };
                started(after, began, *predicted_end, ctx, reasons)
            }
            ActivitySaid::Left { provider, end, reason, moved_on } => {
                left(after, provider, *end, (reason, moved_on), ctx, reasons);
                None
            }
            ActivitySaid::History(spells) => history(after, spells).map(Held::against),
        };
        match (held, answer) {
            (Some(held), None) => return Some(held),
            (Some(held), Some(_)) => {
                reasons.push(format!("{}; what is recorded stands, as a person decided", held.why));
            }
            (None, _) => {}
        }
    }
    None
}

/// The spell that is open, or that covers the day.
fn open_on(record: &PersonRecord, day: Date) -> Option<usize> {
    let current = spell_on(&record.spells, day)?;
    record.spells.iter().position(|s| s == current)
}

/// Another system's activity confirmed by the day it speaks of at the latest: what is confirmed for a day that is
/// still to come would never lapse, and every later roll would be older news.
fn none_ahead(said: Spell, as_of: Date, reasons: &mut Vec<String>) -> Spell {
    let mut bounded = |name: &str, day: Option<Date>| {
        let ahead = day.filter(|day| *day > as_of);
        if let Some(ahead) = ahead {
            reasons.push(format!("{name} on {ahead} lies ahead; {as_of} was taken for it"));
        }
        day.map(|day| day.min(as_of))
    };
    let ascertained = bounded("ascertained", said.ascertained);
    let verified = bounded("verified", said.verified);
    Spell { ascertained, verified, ..said }
}

/// Another system's current activity: the same spell takes its dates over, another one follows.
fn current(after: &mut PersonRecord, said: &Spell) -> Option<String> {
    let same = after.spells.iter_mut().find(|s| s.code == said.code && s.start == said.start);
    if let Some(known) = same {
        // A confirmation recorded here since then stands; otherwise the sender's dates are taken whole.
        if known.verified <= said.verified {
            let organisation = known.organisation.clone().or_else(|| said.organisation.clone());
            let (by, how) = (known.verified_by.clone(), known.verified_how.clone());
            let unmoved = known.verified == said.verified;
            *known = Spell { organisation, ..said.clone() };
            if unmoved {
                (known.verified_by, known.verified_how) =
                    (by.or(said.verified_by.clone()), how.or(said.verified_how.clone()));
            }
        }
        return None;
    }
    if after.spells.iter().any(|s| s.start > said.start) {
        let later = after.spells.iter().any(|s| s.end.is_none() && s.verified > said.verified);
        if later {
            return None;
        }
        return Some("its activity begins before one that the register holds".to_owned());
    }
    close_open(after, said.start);
    after.spells.push(said.clone());
    None
}

/// Ends open spells the day before `start`.
fn close_open(after: &mut PersonRecord, start: Date) {
    let eve = start.yesterday().unwrap_or(start);
    for open in after.spells.iter_mut().filter(|s| s.end.is_none_or(|end| end >= start)) {
        open.end = Some(eve.max(open.start));
    }
}

fn on_roll(
    after: &mut PersonRecord,
    code: Option<&str>,
    provider: &ProviderSaid,
    (since, until): (Option<Date>, Option<Date>),
    ctx: &PlanContext<'_>,
) -> Option<String> {
    let (code, earliest, until) = match code {
        Some(code) => (code.to_owned(), None, until),
        None => {
            let born = after.particulars.date_of_birth()?;
            let code = roll_code(born, provider, ctx).to_owned();
            let last = year_of_age(born, ctx.codes.compulsory_age).last_day();
            match code == ctx.codes.on_roll.compulsory {
                true => (code, None, until.or(Some(last))),
                false => (code, last.tomorrow().ok(), until),
            }
        }
    };
    // A school gives the day on which somebody came to it: its sixth form begins after Year 11.
    let since = since.max(earliest.filter(|_| since.is_some()));
    let open = open_on(after, ctx.as_of);
    let by = Some(ctx.sender.to_owned());
    let how = Some(ctx.how.to_owned());
    if let Some(known) = open.and_then(|at| after.spells.get_mut(at)) {
        if known.verified.is_some_and(|day| day > ctx.as_of) {
            return None;
        }
        if known.code == code && same_provider(known, provider) {
            *known = known.clone().verified_again(ctx.as_of, by, how);
            known.predicted_end = known.predicted_end.or(until);
            return None;
        }
    }
    if after.spells.iter().any(|s| s.start > ctx.as_of) {
        return Some("the register holds an activity that begins after this roll's day".to_owned());
    }
    let floor = after.spells.iter().map(|s| s.start).max();
    let start = since.unwrap_or(ctx.as_of).min(ctx.as_of);
    let start = floor.map_or(start, |floor| if start <= floor { ctx.as_of } else { start });
    close_open(after, start);
    after.spells.push(spell(code, provider, start, until, ctx));
    None
}

/// The code that being on a roll stands for, by age and by kind of provider.
///
/// Source: labels of the codes (school sixth form, further education, other full-time education). A special
/// school's sixth form is a school's; 280 is for the special institutions that begin at 16.
fn roll_code<'a>(born: Date, provider: &ProviderSaid, ctx: &PlanContext<'a>) -> &'a str {
    let codes = ctx.codes.on_roll;
    if academic_age(born, ctx.as_of) <= ctx.codes.compulsory_age {
        return &codes.compulsory;
    }
    match provider.kind.as_deref() {
        Some("school" | "special-school") => &codes.school,
        Some("college" | "training-provider") => &codes.college,
        Some("alternative-provision") => &codes.other,
        // Of one that the register does not know, the numbers must tell.
        _ if provider.ukprn.is_some() && provider.establishment_number.is_none() => &codes.college,
        _ => &codes.school,
    }
}

/// A start as a row says it, and what a person said of it.
struct Began<'a> {
    code: Option<&'a str>,
    provider: &'a ProviderSaid,
    start: Date,
    answer: Option<Answer>,
}

fn started(
    after: &mut PersonRecord,
    Began { code, provider, start, answer }: Began<'_>,
    predicted_end: Option<Date>,
    ctx: &PlanContext<'_>,
    reasons: &mut Vec<String>,
) -> Option<Held> {
    let by = Some(ctx.sender.to_owned());
    let how = Some(ctx.how.to_owned());
    let code = match code {
        Some(code) => code.to_owned(),
        None => roll_code(after.particulars.date_of_birth()?, provider, ctx).to_owned(),
    };
    if start > ctx.as_of {
        reasons.push(format!("the start on {start} lies ahead and is not recorded yet"));
        return None;
    }
    let apart = |known: &Spell| days_between(known.start, start);
    let near = |known: &Spell| apart(known) <= ctx.tolerance_days;
    let here = |s: &Spell| same_provider(s, provider);
    let open = |s: &Spell| here(s) && s.code == code && s.end.is_none();
    // A whole year's file names everybody who has left since again: a stay that is over is not news.
    let over = after.spells.iter().find(|s| here(s) && near(s) && s.end.is_some());
    if let Some(end) = over.and_then(|s| s.end)
        && !after.spells.iter().any(|s| open(s) && near(s))
    {
        reasons.push(format!("the start on {start} is known; it ended on {end}"));
        return None;
    }
    let at = after.spells.iter().position(open);
    if let Some(known) = at.and_then(|at| after.spells.get_mut(at)) {
        if !near(known) && answer.is_none() {
            return Some(Held {
                why: format!(
                    "the provider confirms this study but says it began {} days from what is recorded",
                    apart(known)
                ),
                answers: &[Answer::Recorded, Answer::Sent],
            });
        }
        if answer == Some(Answer::Sent) {
            known.start = start;
        }
        *known = known.clone().verified_again(ctx.as_of.max(start), by, how);
        known.predicted_end = predicted_end.or(known.predicted_end);
        if answer == Some(Answer::Sent) {
            end_before(after, start);
        }
        return None;
    }
    let newest = after.spells.iter().filter(|s| s.start > start).map(|s| s.start).max();
    if let Some(newest) = newest {
        let why = format!("the start on {start} is older than the activity of {newest}");
        return Some(Held::against(why));
    }
    close_open(after, start);
    after.spells.push(spell(code, provider, start, predicted_end, ctx));
    None
}

/// Ends what began before `start` and went on past it.
fn end_before(after: &mut PersonRecord, start: Date) {
    let eve = start.yesterday().unwrap_or(start);
    let reaches = |s: &&mut Spell| s.start < start && s.end.is_none_or(|end| end >= start);
    after.spells.iter_mut().filter(reaches).for_each(|s| s.end = Some(eve));
}

fn left(
    after: &mut PersonRecord,
    provider: &ProviderSaid,
    end: Date,
    (reason, moved_on): (&Option<String>, &Option<String>),
    ctx: &PlanContext<'_>,
    reasons: &mut Vec<String>,
) {
    let born = after.particulars.date_of_birth();
    let at = after.spells.iter().position(|s| {
        same_provider(s, provider) && s.start <= end && s.end.is_none_or(|known| known > end)
    });
    let Some(known) = at.and_then(|at| after.spells.get_mut(at)) else {
        reasons
            .push("no activity at this provider is open on that day: nothing to close".to_owned());
        return;
    };
    let was_current = known.end.is_none();
    known.end = Some(end);
    if let Some(reason) = reason {
        reasons.push(format!("left: {reason}"));
    }
    if let Some(moved_on) = moved_on {
        reasons.push(format!("said to have gone on to {moved_on}: to be confirmed"));
    }
    if was_current {
        let from = end.tomorrow().unwrap_or(end);
        after.spells.extend(nobody_knows(from, born, ctx));
    }
}

/// "Not known" from a day on. The code of the compulsory years ends with them; what follows is recorded once
/// the file's day has come so far, since nothing is recorded of days that are still to come.
///
/// Source: checks 229 and 230 (codes by age); whoever has left Year 11 and is not traced is not known.
fn nobody_knows(from: Date, born: Option<Date>, ctx: &PlanContext<'_>) -> Vec<Spell> {
    let unknown = |code: &str, start: Date| Spell {
        ascertained: Some(ctx.as_of.max(start)),
        verified_by: Some(ctx.sender.to_owned()),
        verified_how: Some(ctx.how.to_owned()),
        ..Spell::new(code, start)
    };
    let codes = ctx.codes.unknown;
    let last = born.map(|born| year_of_age(born, ctx.codes.compulsory_age).last_day());
    let Some(last) = last.filter(|last| from <= *last) else {
        return vec![unknown(&codes.after, from)];
    };
    let compulsory = unknown(&codes.compulsory, from);
    let mut spells = vec![Spell { predicted_end: Some(last), end: Some(last), ..compulsory }];
    spells.extend(
        last.tomorrow()
            .ok()
            .filter(|next| *next <= ctx.as_of)
            .map(|next| unknown(&codes.after, next)),
    );
    spells
}

/// A whole history is taken where there is none, and otherwise must be the same.
fn history(after: &mut PersonRecord, spells: &[Spell]) -> Option<String> {
    let missing: Vec<&Spell> = spells.iter().filter(|s| !after.spells.contains(s)).collect();
    if missing.is_empty() {
        return None;
    }
    if after.spells.is_empty() {
        after.spells = spells.to_vec();
        return None;
    }
    Some("the register already holds another history".to_owned())
}

fn spell(
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

/// Whether a spell is at the provider a row names: by any number both have, else by name.
/// `ProviderSaid::urn` holds the organisation's id in the register once the app has looked it up.
fn same_provider(spell: &Spell, provider: &ProviderSaid) -> bool {
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

fn days_between(a: Date, b: Date) -> i32 {
    a.until(b).map_or(i32::MAX, |span| span.get_days().abs())
}

/// A spell in words, for a list of differences.
pub fn words(spell: &Spell) -> String {
    let place = spell.establishment_name.as_deref().map_or(String::new(), |n| format!(" at {n}"));
    let end = spell.end.map_or(String::new(), |end| format!(" to {end}"));
    let verified = spell.verified.map_or(String::new(), |day| format!(", verified {day}"));
    format!("{}{place} from {}{end}{verified}", spell.code, spell.start)
}
