//! What a row says about what somebody does, laid over the spells the register holds.
//!
//! Invariants: at most one spell is open after a merge; news older than what is known changes nothing;
//! a confirmed start refreshes the verified date; a leaver's spell closes and "current situation not
//! known" opens, which gives way to what is told to have begun; whoever names no activity means the one that is
//! known to go on there, and only where none is does age say which it is.

use jiff::civil::Date;

use super::began::{Began, days_between, ended, last_told, on_roll, started};
use super::declaration::{ActivitySaid, Declaration, ProviderSaid};
use super::plan::PlanContext;
use super::provider::{same_place, same_provider};
use crate::calendar::year_of_age;
use crate::person::PersonRecord;
use crate::status::{Spell, begin};

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
                current(after, &spell, ctx, reasons).map(Held::against)
            }
            ActivitySaid::OnRoll { code, provider, since, until } => {
                let (code, days) = (code.as_deref(), (*since, *until));
                on_roll(after, code, provider, days, ctx, reasons).map(Held::against)
            }
            ActivitySaid::Started { code, provider, start, predicted_end } => {
                let ended = ended(said, provider, ctx.as_of);
                let (code, start) = (code.as_deref(), *start);
                let began = Began { code, provider, start, ended, answer };
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

/// Another system's current activity: the same spell takes its dates over, another one follows. What was confirmed
/// here since then, or ended after it was confirmed there, stands.
fn current(
    after: &mut PersonRecord,
    said: &Spell,
    ctx: &PlanContext<'_>,
    reasons: &mut Vec<String>,
) -> Option<String> {
    let unknown = ctx.codes.unknown;
    let is_said = |s: &Spell| s.code == said.code && s.start == said.start;
    if let Some(at) = after.spells.iter().position(is_said) {
        return current_again(after, at, said, ctx, reasons);
    }
    let near = |s: &Spell| {
        days_between(s.start, said.start) <= ctx.tolerance_days || s.holds_on(said.start)
    };
    let over = |s: &&Spell| near(s) && same_place(s, said) && s.end >= Some(last_known(said));
    if let Some(end) = after.spells.iter().find(over).and_then(|s| s.end) {
        reasons.push(format!("its activity from {} is known; it ended on {end}", said.start));
        return None;
    }
    let begins_later = after.spells.iter().any(|s| s.start > said.start && !s.only_fills(unknown));
    if (begins_later || said.verified.is_some()) && confirmed_since(after, said) {
        reasons.push("its activity was confirmed before the one that goes on".to_owned());
        return None;
    }
    if begins_later {
        return Some("its activity begins before one that the register holds".to_owned());
    }
    begin(&mut after.spells, said.clone(), unknown);
    None
}

/// The current activity of another system that the register holds at `at`. One that ended goes on only where
/// it was confirmed after its end.
fn current_again(
    after: &mut PersonRecord,
    at: usize,
    said: &Spell,
    ctx: &PlanContext<'_>,
    reasons: &mut Vec<String>,
) -> Option<String> {
    let unknown = ctx.codes.unknown;
    // Of two returns with the same confirmation the later one's word stands.
    let later = |known: &Spell| {
        known.verified == said.verified
            && said.stated_on.is_some_and(|day| known.stated_on > Some(day))
    };
    let older = |known: &&Spell| known.verified <= said.verified && !later(known);
    let known = after.spells.get(at).filter(older)?.clone();
    let goes_on = said.verified > known.end;
    if let Some(end) = known.end.filter(|_| goes_on) {
        if after.spells.iter().any(|s| s.start > known.start && !s.only_fills(unknown)) {
            let why = format!("its activity ended on {end} and another has begun since");
            return (!confirmed_since(after, said)).then_some(why);
        }
        reasons.push(format!("what ended on {end} was confirmed after that day and goes on"));
        after.spells.retain(|s| s.start <= known.start || !s.only_fills(unknown));
    }
    // The sender's dates are taken whole.
    let unmoved = known.verified == said.verified;
    let new = Spell {
        organisation: known.organisation.or_else(|| said.organisation.clone()),
        end: if goes_on { said.end } else { known.end },
        verified_by: known.verified_by.filter(|_| unmoved).or_else(|| said.verified_by.clone()),
        verified_how: known.verified_how.filter(|_| unmoved).or_else(|| said.verified_how.clone()),
        ..said.clone()
    };
    let place = after.spells.iter_mut().find(|s| s.code == said.code && s.start == said.start)?;
    *place = new;
    None
}

/// The last day on which another system knew of its activity.
fn last_known(said: &Spell) -> Date {
    said.verified.or(said.ascertained).unwrap_or(said.start)
}

/// Whether what goes on was confirmed after what another system says.
fn confirmed_since(record: &PersonRecord, said: &Spell) -> bool {
    record.spells.iter().any(|s| s.end.is_none() && s.verified > said.verified)
}

fn left(
    after: &mut PersonRecord,
    provider: &ProviderSaid,
    end: Date,
    (reason, moved_on): (&Option<String>, &Option<String>),
    ctx: &PlanContext<'_>,
    reasons: &mut Vec<String>,
) {
    let at = after.spells.iter_mut().find(|s| {
        same_provider(s, provider) && s.start <= end && s.end.is_none_or(|known| known > end)
    });
    match at {
        // Who was confirmed there since the file's day, and after the last day it tells, had not left.
        Some(known) if known.verified > Some(ctx.as_of.max(end)) => {
            reasons.push(format!("left on {end}, as of {}: confirmed there since", ctx.as_of));
        }
        Some(known) => {
            known.end = Some(end);
            if let Some(reason) = reason {
                reasons.push(format!("left: {reason}"));
            }
            if let Some(moved_on) = moved_on {
                reasons.push(format!("said to have gone on to {moved_on}: to be confirmed"));
            }
        }
        None => reasons
            .push("no activity at this provider is open on that day: nothing to close".to_owned()),
    }
    nobody_knows_since(after, provider, ctx);
}

/// Fills the place after a stay at a provider that nothing told of follows. Who left in summer and is told of
/// again in autumn has become old enough for another code.
fn nobody_knows_since(after: &mut PersonRecord, provider: &ProviderSaid, ctx: &PlanContext<'_>) {
    let unknown = ctx.codes.unknown;
    let last = last_told(&after.spells, unknown).filter(|s| same_provider(s, provider));
    let Some(end) = last.and_then(|s| s.end) else { return };
    let from = end.tomorrow().unwrap_or(end);
    for fill in nobody_knows(from, after.particulars.date_of_birth(), ctx) {
        let fills =
            |s: &&mut Spell| s.code == fill.code && s.start >= from && s.only_fills(unknown);
        match after.spells.iter_mut().find(fills) {
            Some(known) => known.start = fill.start,
            None => after.spells.push(fill),
        }
    }
}

/// "Not known" from a day on. The code of the compulsory years ends with them; what follows is recorded once
/// the year is over, since nothing is recorded of days that are still to come.
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
            .filter(|next| *next <= ctx.today)
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

/// A spell in words, for a list of differences.
pub fn words(spell: &Spell) -> String {
    let place = spell.establishment_name.as_deref().map_or(String::new(), |n| format!(" at {n}"));
    let end = spell.end.map_or(String::new(), |end| format!(" to {end}"));
    let verified = spell.verified.map_or(String::new(), |day| format!(", verified {day}"));
    // A return that says the same as the one before is a difference: it is written again as that of its own period.
    let stated = spell.stated_on.map_or(String::new(), |day| format!(", as returned for {day}"));
    format!("{}{place} from {}{end}{verified}{stated}", spell.code, spell.start)
}
