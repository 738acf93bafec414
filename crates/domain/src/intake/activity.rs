//! What a row says about what somebody does, laid over the spells the register holds.
//!
//! Invariants: at most one spell is open after a merge; news older than what is known changes nothing;
//! a confirmed start refreshes the verified date; a leaver's spell closes and "current situation not
//! known" opens, which gives way to what is told to have begun; whoever names no activity means the one that is
//! known to go on there, and only where none is does age say which it is.

use jiff::civil::Date;

use super::began::{Began, ended, on_roll, started};
use super::declaration::{ActivitySaid, Declaration, ProviderSaid};
use super::plan::PlanContext;
use super::provider::same_provider;
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
                current(after, &spell, ctx).map(Held::against)
            }
            ActivitySaid::OnRoll { code, provider, since, until } => {
                on_roll(after, code.as_deref(), provider, (*since, *until), ctx).map(Held::against)
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

/// Another system's current activity: the same spell takes its dates over, another one follows.
fn current(after: &mut PersonRecord, said: &Spell, ctx: &PlanContext<'_>) -> Option<String> {
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
    begin(&mut after.spells, said.clone(), ctx.codes.unknown);
    None
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

/// A spell in words, for a list of differences.
pub fn words(spell: &Spell) -> String {
    let place = spell.establishment_name.as_deref().map_or(String::new(), |n| format!(" at {n}"));
    let end = spell.end.map_or(String::new(), |end| format!(" to {end}"));
    let verified = spell.verified.map_or(String::new(), |day| format!(", verified {day}"));
    format!("{}{place} from {}{end}{verified}", spell.code, spell.start)
}
