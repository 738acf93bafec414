//! On what terms a partner's people see what their role may see: item by item, as the agreements in
//! force give it out. Staff of the council need none; a partner who is not yet bound has none.
//!
//! Invariant: terms only narrow. What the table does not open, no agreement opens.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Actor, Decision, Part, sees};
use crate::agreement::{
    Agreement, Answer, Asked, Direction, Flow, Item, Origin, Rule, Said, Standing, decide, enforced,
};

/// What a partner is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Terms {
    /// The council's own staff, or a partner whom no agreement binds yet: the table alone.
    #[default]
    Table,
    /// What agreements in force give out, with the decision that each item stands on.
    Agreed(BTreeMap<Item, crate::agreement::Decision>),
}

impl Terms {
    /// What one item comes to for a person whose word on sharing is known.
    fn item(&self, item: Item, said: Said) -> Decision {
        let Terms::Agreed(items) = self else {
            return Decision { allowed: true, reasons: Vec::new() };
        };
        match items.get(&item) {
            Some(decision) => {
                let settled = decision.clone().for_person(said);
                Decision { allowed: settled.allowed(), reasons: settled.reasons }
            }
            None => {
                let reason = format!("no agreement gives {} out", item.label().to_lowercase());
                Decision { allowed: false, reasons: vec![reason] }
            }
        }
    }

    /// Whether anything of a part may be seen of anybody.
    pub(super) fn opens(&self, part: Part) -> bool {
        let Terms::Agreed(items) = self else { return true };
        let given = |item: &Item| items.get(item).is_some_and(|d| d.answer != Answer::No);
        match part {
            // That somebody needs protecting is told to everybody who sees them at all.
            Part::Protection => true,
            Part::Contacts | Part::Changes => false,
            _ => Item::all().any(|item| Part::of_item(item) == part && given(&item)),
        }
    }
}

/// Whether an account of a partner still works, and on what terms; else why it does not.
///
/// Days: `everyone_from` is the first day on which every partner needs an agreement.
pub fn terms(
    agreements: &[Agreement],
    partner: &str,
    everyone_from: Option<Date>,
    day: Date,
) -> Result<Terms, String> {
    if enforced(agreements, partner, everyone_from, day).is_err() {
        return Ok(Terms::Table);
    }
    let in_force = |a: &Agreement| matches!(a.standing(partner, day), Standing::InForce(_));
    if !agreements.iter().any(in_force) {
        return Err("the agreement with your organisation is not in force".to_owned());
    }
    let items = Item::all().map(|item| (item, given_out(agreements, partner, item, day)));
    Ok(Terms::Agreed(items.collect()))
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
    match one.standing(partner, day) {
        Standing::InForce(_) => {}
        Standing::Unsigned => return Err(format!("agreement {number} is not signed")),
        Standing::NotYet(from) => return Err(format!("agreement {number} begins on {from}")),
        Standing::Expired(on) => return Err(format!("agreement {number} expired on {on}")),
        Standing::Ended(on) => return Err(format!("agreement {number} was ended on {on}")),
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

/// Whether an actor sees one item of one person: the table first, then the terms.
pub fn sees_item(actor: &Actor, item: Item, said: Said) -> Decision {
    let by_table = sees(actor, Part::of_item(item));
    let always = Part::of_item(item) == Part::Protection;
    if !by_table.allowed || always {
        return by_table;
    }
    let by_terms = actor.scope.terms.item(item, said);
    let reasons = by_table.reasons.into_iter().chain(by_terms.reasons).collect();
    Decision { allowed: by_terms.allowed, reasons }
}
