//! On what terms a partner's people see what their role may see: item by item, as the agreements in
//! force give it out. Staff of the council need none; a partner without an agreement in force is shown
//! nothing of anybody, and why.
//!
//! Invariant: terms only narrow. What the table does not open, no agreement opens.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Actor, Decision, Part, sees};
use crate::agreement::{
    Agreement, Answer, Asked, Direction, Flow, Item, Origin, Rule, Said, decide,
};

/// What a partner is given. Whoever is no partner is not asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Terms {
    /// No agreement in force names the organisation: nothing of anybody, and why.
    Wanting(String),
    /// What agreements in force give out, with the decision that each item stands on.
    Agreed(BTreeMap<Item, crate::agreement::Decision>),
}

impl Default for Terms {
    /// Until an agreement was looked for, there is none.
    fn default() -> Self {
        Terms::Wanting(UNNAMED.to_owned())
    }
}

const UNNAMED: &str = "no sharing agreement with your organisation is recorded";
const NOTHING_OUT: &str = "no agreement in force gives anything out to your organisation";

impl Terms {
    /// Why nothing of anybody is given out; `None` where something is.
    pub fn wanting(&self) -> Option<&str> {
        match self {
            Terms::Wanting(why) => Some(why),
            Terms::Agreed(items) if items.values().all(|d| d.answer == Answer::No) => {
                Some(NOTHING_OUT)
            }
            Terms::Agreed(_) => None,
        }
    }

    /// What one item comes to for a person whose word on sharing is known.
    fn item(&self, item: Item, said: Said) -> Decision {
        let no = |reason: String| Decision { allowed: false, reasons: vec![reason] };
        match self {
            Terms::Wanting(why) => no(why.clone()),
            Terms::Agreed(items) => match items.get(&item) {
                Some(decision) => {
                    let settled = decision.clone().for_person(said);
                    Decision { allowed: settled.allowed(), reasons: settled.reasons }
                }
                None => no(format!("no agreement gives {} out", item.label().to_lowercase())),
            },
        }
    }

    /// Whether anything of a part may be seen of anybody.
    pub(super) fn opens(&self, part: Part) -> bool {
        let Terms::Agreed(items) = self else { return false };
        let given = |item: &Item| items.get(item).is_some_and(|d| d.answer != Answer::No);
        match part {
            // That somebody needs protecting is told to everybody who is told anything of them.
            Part::Protection => self.wanting().is_none(),
            Part::Contacts | Part::Changes => false,
            _ => Item::all().any(|item| Part::of_item(item) == part && given(&item)),
        }
    }
}

impl Actor {
    /// Why this actor is shown nothing of anybody: a partner whom no agreement in force gives anything
    /// out to. `None` for everybody else.
    pub fn wanting(&self) -> Option<&str> {
        self.scope.terms.wanting().filter(|_| self.role.is_partner())
    }
}

/// On what terms a partner's people see anybody on a day.
pub fn terms(agreements: &[Agreement], partner: &str, day: Date) -> Terms {
    let ours = || agreements.iter().filter(|a| a.names(partner));
    let over: Vec<String> = ours().filter_map(|a| not_in_force(a, partner, day)).collect();
    if over.len() == ours().count() {
        return match over.is_empty() {
            true => Terms::default(),
            false => Terms::Wanting(over.join("; ")),
        };
    }
    let items = Item::all().map(|item| (item, given_out(agreements, partner, item, day)));
    Terms::Agreed(items.collect())
}

/// Why an agreement that names a partner does not hold on a day; `None` where it does.
fn not_in_force(agreement: &Agreement, partner: &str, day: Date) -> Option<String> {
    let why = agreement.standing(partner, day).why_not()?;
    Some(format!("agreement {} {why}", agreement.number))
}

/// The same for somebody who comes by one agreement alone, such as a partner's own system: nothing but
/// what that one gives out, less what any other agreement with the partner forbids.
///
/// Errors: why nothing is given: there is no such agreement with the partner, or it is not in force.
pub fn terms_under(
    agreements: &[Agreement],
    number: i64,
    partner: &str,
    day: Date,
) -> Result<Terms, String> {
    let found = agreements.iter().find(|a| a.number == number && a.names(partner));
    let Some(one) = found else {
        return Err(format!("agreement {number} does not name the organisation"));
    };
    if let Some(why) = not_in_force(one, partner, day) {
        return Err(why);
    }
    let items = Item::all().map(|item| {
        let all = given_out(agreements, partner, item, day);
        let decision = match all.rule {
            Rule::Forbidden => all,
            _ => given_out(std::slice::from_ref(one), partner, item, day),
        };
        (item, decision)
    });
    Ok(Terms::Agreed(items.collect()))
}

/// The best that any flow gives of an item; a prohibition in one agreement is a prohibition in all.
fn given_out(
    agreements: &[Agreement],
    partner: &str,
    item: Item,
    day: Date,
) -> crate::agreement::Decision {
    let ask = |flow| {
        let (direction, origin) = (Direction::Out, Origin::Ordinary);
        decide(agreements, &Asked { partner, flow, direction, item, origin, day })
    };
    let mut best = ask(Flow::SchoolRoll);
    for flow in Flow::ALL {
        let other = ask(*flow);
        let better = match (best.rule, other.rule) {
            (Rule::Forbidden, _) => false,
            (_, Rule::Forbidden) => true,
            _ => rank(other.answer) > rank(best.answer),
        };
        if better {
            best = other;
        }
    }
    best
}

fn rank(answer: Answer) -> u8 {
    match answer {
        Answer::Yes => 2,
        Answer::OnlyWith(_) => 1,
        Answer::No => 0,
    }
}

/// The parts of which an actor is shown something of somebody who said this.
pub fn shown_parts(actor: &Actor, said: Said) -> Vec<Part> {
    // A part is open to a partner where one of its items may be given of anybody; their own word may close it.
    let some = |part: Part| {
        let mut items = Item::all().filter(|item| Part::of_item(*item) == part);
        !actor.role.is_partner() || items.any(|item| sees_item(actor, item, said).allowed)
    };
    Part::ALL.iter().copied().filter(|part| sees(actor, *part).allowed && some(*part)).collect()
}

/// Whether an actor sees one item of one person: the table first, then a partner's terms.
pub fn sees_item(actor: &Actor, item: Item, said: Said) -> Decision {
    let by_table = sees(actor, Part::of_item(item));
    let always = Part::of_item(item) == Part::Protection;
    if !by_table.allowed || always || !actor.role.is_partner() {
        return by_table;
    }
    let by_terms = actor.scope.terms.item(item, said);
    let reasons = by_table.reasons.into_iter().chain(by_terms.reasons).collect();
    Decision { allowed: by_terms.allowed, reasons }
}
