//! An agreement at the door of a file: closed, or open with the columns that may pass. What may not is
//! taken out of every row before anybody is matched by it, named in the row and counted for the file.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::decide::{Answer, Asked, Decision, Direction, Origin, Rule, Said, decide};
use super::{Agreement, Flow, Gateway, Item};
use crate::intake::{ActivitySaid, Declaration};

/// What the sentence about columns that were left out of a file begins with, so that it is known again in reports.
pub const LEFT_OUT: &str = "Left out, as ";

/// Whether a partner's files must obey agreements on a day, and why.
///
/// Days: `everyone_from` is the first day on which every partner needs one; a partner who has signed
/// obeys from the day both sides had signed, and goes on doing so when the agreement is over.
pub fn enforced(
    agreements: &[Agreement],
    partner: &str,
    everyone_from: Option<Date>,
    day: Date,
) -> Result<String, String> {
    let bound = agreements.iter().filter_map(|a| a.bound_since(partner)).min();
    match (bound, everyone_from) {
        (Some(since), _) if since <= day => Ok(format!("bound by an agreement since {since}")),
        (_, Some(from)) if from <= day => Ok(format!("every partner needs one since {from}")),
        _ => Err("no agreement recorded".to_owned()),
    }
}

/// What a file's rows go through. Built once a file, asked once a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// `None` where nothing is enforced: everything passes, and the report says that it did.
    verdicts: Option<BTreeMap<Item, Decision>>,
    unrecorded: bool,
    /// Open by the law alone: no agreement in force opened it.
    by_law: bool,
    /// The one flow that an agreement opened it for.
    flow: Option<Flow>,
    /// What the agreement gives of nobody: by the file alone, so its sender is told.
    dropped: BTreeMap<Item, Dropped>,
    /// What it does not give of single people: whose word counts goes by whom the register knows, which is
    /// the council's alone to read.
    of_people: BTreeMap<Item, Dropped>,
}

/// An item that was left out, in how many rows, and by which rule last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    pub rows: u64,
    pub rule: Rule,
    pub reason: String,
}

/// A gate, or the decision that closed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    Open(Gate),
    Closed(Decision),
}

impl Gate {
    /// For lists that need no agreement: the council's own.
    pub fn own() -> Gate {
        Gate::default()
    }

    /// For a partner who has none while none is asked for.
    pub fn unrecorded() -> Gate {
        Gate { unrecorded: true, ..Gate::default() }
    }

    /// For a school or college whose roll no agreement in force lets in: what it has to give on request
    /// whatever is agreed, drafted or over, and nothing else; what an agreement in force forbids stays out.
    /// An agreement that is over closes what rested on it, and the law does not. `None` for everybody else,
    /// and for what is not first of all a list of the institution's own pupils.
    ///
    /// Source: Education and Skills Act 2008, section 72, paragraphs (a) and (b); subsection (5) lists
    /// schools, academies, pupil referral units and institutions of further education.
    pub fn by_law(
        agreements: &[Agreement],
        (partner, institution): (&str, &str),
        flows: &[Flow],
        day: Date,
    ) -> Option<Gate> {
        const BOUND: &[&str] = &["school", "special-school", "alternative-provision", "college"];
        let flow = *flows.first().filter(|flow| **flow == Flow::SchoolRoll)?;
        if !BOUND.contains(&institution) {
            return None;
        }
        let mut verdicts = verdicts(agreements, partner, flow, day);
        let source = Gateway::Section72.source();
        for (_, decision) in verdicts.iter_mut().filter(|(item, _)| item.is_statutory()) {
            if decision.rule != Rule::Forbidden {
                *decision = Decision {
                    answer: Answer::Yes,
                    rule: Rule::StatutoryTier,
                    reasons: vec![format!(
                        "the law has an institution give it on request: {source}"
                    )],
                    agreement: None,
                    gateway: Some(Gateway::Section72),
                };
            }
        }
        let gate = Gate { verdicts: Some(verdicts), by_law: true, ..Gate::default() };
        gate.passes().then_some(gate)
    }

    /// Opens for the first of the flows that a file may count as and that lets anything pass.
    pub fn open(agreements: &[Agreement], partner: &str, flows: &[Flow], day: Date) -> Opened {
        let mut nearest: Option<Decision> = None;
        for flow in flows {
            let verdicts = verdicts(agreements, partner, *flow, day);
            let closing = verdicts.values().max_by_key(|d| (d.rule.closes_flow(), d.rule)).cloned();
            let gate = Gate { verdicts: Some(verdicts), flow: Some(*flow), ..Gate::default() };
            if gate.passes() {
                return Opened::Open(gate);
            }
            nearest = nearest.into_iter().chain(closing).max_by_key(|d| d.rule);
        }
        Opened::Closed(nearest.unwrap_or_else(|| decide(agreements, &nothing(partner, day))))
    }

    /// What a file counts as that came through; `None` where no agreement opened it.
    pub fn flow(&self) -> Option<Flow> {
        self.flow
    }

    /// Whether it lets anything of anybody through.
    fn passes(&self) -> bool {
        self.verdicts.iter().flatten().any(|(_, d)| d.answer != Answer::No)
    }

    /// Items that come by a benefits gateway: what they bring goes no further.
    pub fn benefits(&self) -> Vec<Item> {
        let by =
            |d: &Decision| d.answer != Answer::No && d.gateway.is_some_and(|g| g.is_benefits());
        let all = self.verdicts.iter().flatten();
        all.filter(|(_, decision)| by(decision)).map(|(item, _)| *item).collect()
    }

    /// Takes out of a row what its sender may not give of anybody.
    pub fn columns(&mut self, said: &mut Declaration) {
        let dropped = std::mem::take(&mut self.dropped);
        (self.dropped, _) = self.strip(said, dropped, |decision| match decision.answer {
            Answer::No => Some(decision.clone()),
            Answer::Yes | Answer::OnlyWith(_) => None,
        });
    }

    /// Takes out what may not be given of this person, once it is known who they are; whether anything
    /// was.
    pub fn person(&mut self, said: &mut Declaration, word: Said) -> bool {
        let dropped = std::mem::take(&mut self.of_people);
        let (dropped, any) = self.strip(said, dropped, |decision| {
            let settled = decision.clone().for_person(word);
            (!settled.allowed()).then_some(settled)
        });
        self.of_people = dropped;
        any
    }

    /// Takes out what is refused and counts it; whether anything was.
    fn strip(
        &self,
        said: &mut Declaration,
        mut dropped: BTreeMap<Item, Dropped>,
        refused: impl Fn(&Decision) -> Option<Decision>,
    ) -> (BTreeMap<Item, Dropped>, bool) {
        let Some(verdicts) = &self.verdicts else { return (dropped, false) };
        let mut gone: Vec<&str> = Vec::new();
        for (item, decision) in verdicts {
            let Some(refusal) = refused(decision) else { continue };
            if !take_out(said, *item) {
                continue;
            }
            gone.push(item.label());
            let reason = refusal.reasons.last().cloned().unwrap_or_default();
            let rule = refusal.rule;
            let entry = dropped.entry(*item).or_insert(Dropped { rows: 0, rule, reason });
            entry.rows += 1;
        }
        if gone.is_empty() {
            return (dropped, false);
        }
        said.remarks.push(format!("left out, as {}: {}", self.who_asks(), gone.join(", ")));
        // The report keeps what passed, in our own words, and nothing of what did not.
        said.raw = passed(said);
        (dropped, true)
    }

    /// What a file's report says of its agreement, to its sender too; nothing where there is nothing to say.
    pub fn sentence(&self) -> Option<String> {
        if self.unrecorded {
            return Some(
                "No agreement recorded with this sender: everything was taken.".to_owned(),
            );
        }
        let law = "No agreement in force with this sender covers it: only what the law has a school or \
                   college give on request was taken (Education and Skills Act 2008, section 72).";
        let law = self.by_law.then(|| law.to_owned());
        let left_out =
            listed(&self.dropped).map(|lines| format!("{LEFT_OUT}{}: {lines}.", self.who_asks()));
        let said: Vec<String> = law.into_iter().chain(left_out).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }

    /// What was left out of single people, for the council alone.
    pub fn of_people(&self) -> Option<String> {
        let lines = listed(&self.of_people)?;
        Some(format!("Left out of single rows, as {}: {lines}.", self.who_asks()))
    }

    /// By what something is left out.
    fn who_asks(&self) -> &'static str {
        if self.by_law { "no agreement covers it" } else { "the agreement asks" }
    }
}

/// What agreements say of every item of one flow from a partner.
fn verdicts(
    agreements: &[Agreement],
    partner: &str,
    flow: Flow,
    day: Date,
) -> BTreeMap<Item, Decision> {
    let (direction, origin) = (Direction::In, Origin::Ordinary);
    let ask = |item| decide(agreements, &Asked { partner, flow, direction, item, origin, day });
    Item::all().map(|item| (item, ask(item))).collect()
}

fn listed(dropped: &BTreeMap<Item, Dropped>) -> Option<String> {
    let lines: Vec<String> = dropped
        .iter()
        .map(|(item, d)| format!("{} ({} rows: {})", item.label(), d.rows, d.reason))
        .collect();
    (!lines.is_empty()).then(|| lines.join("; "))
}

fn nothing(partner: &str, day: Date) -> Asked<'_> {
    let item = Item::Attendance;
    let (direction, origin) = (Direction::In, Origin::Ordinary);
    Asked { partner, flow: Flow::PartnerList, direction, item, origin, day }
}

/// What agreements say of a set for analysis, which is one item: the best that any of its flows gives.
/// A prohibition in one agreement is a prohibition in all.
///
/// Days: `day` is the day on which it comes.
pub fn set(
    agreements: &[Agreement],
    (partner, flows): (&str, &[Flow]),
    item: Item,
    day: Date,
) -> Decision {
    let (direction, origin) = (Direction::In, Origin::Ordinary);
    let ask = |flow: &Flow| {
        decide(agreements, &Asked { partner, flow: *flow, direction, item, origin, day })
    };
    let rank = |decision: &Decision| match decision.answer {
        _ if decision.rule == Rule::Forbidden => (4, decision.rule),
        Answer::Yes => (3, decision.rule),
        Answer::OnlyWith(_) => (2, decision.rule),
        Answer::No => (1, decision.rule),
    };
    let best = flows.iter().map(ask).max_by_key(rank);
    best.unwrap_or_else(|| decide(agreements, &nothing(partner, day)))
}

/// Removes an item from a row; whether the row had said anything of it.
fn take_out(said: &mut Declaration, item: Item) -> bool {
    let attends = |a: &ActivitySaid| match a {
        ActivitySaid::OnRoll { .. } | ActivitySaid::Started { .. } | ActivitySaid::Left { .. } => {
            true
        }
        ActivitySaid::Current(_) | ActivitySaid::History(_) => false,
    };
    let before = said.activities.len();
    match item {
        Item::Field(field) => {
            let had = said.particulars.get(field).is_some();
            said.particulars.set(field, None);
            had
        }
        Item::Address => said.address.take().is_some(),
        Item::FormerNames => !std::mem::take(&mut said.former_names).is_empty(),
        Item::Characteristics => {
            let also = !std::mem::take(&mut said.also_holds).is_empty();
            said.characteristics.take().is_some() || also
        }
        Item::Attendance => {
            said.activities.retain(|a| !attends(a));
            said.activities.len() < before
        }
        Item::Activity => {
            said.activities.retain(attends);
            said.activities.len() < before
        }
        Item::Engagement => !std::mem::take(&mut said.engagements).is_empty(),
        Item::Results => said.graded.take().is_some(),
        // These come as sets of their own, never in a row about somebody: see [`set`].
        Item::Sessions
        | Item::Census
        | Item::Suspensions
        | Item::KeyStage2
        | Item::KeyStage4
        | Item::YouthJustice
        | Item::FamilyIntervention
        | Item::ChildrensFund
        | Item::EarlyHelp => false,
    }
}

fn passed(said: &Declaration) -> Vec<(String, String)> {
    let fields = crate::person::Field::ALL.iter().filter_map(|field| {
        Some((field.label().to_owned(), said.particulars.get(*field)?.to_owned()))
    });
    let postcode = said.address.iter().map(|a| ("Postcode".to_owned(), a.postcode.clone()));
    fields.chain(postcode).collect()
}
