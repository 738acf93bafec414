//! What an agreement says, version by version, and how it stands on a day.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Direction, Flow, Gateway, Item};
use crate::calendar::shown;

/// An agreement that ends within this many days is worth a word.
pub const ENDS_SOON_DAYS: i32 = 60;
/// Days from one annual check to the next.
const CHECK_DAYS: i32 = 365;

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

/// An agreement between the council and one or more partners.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Number in the register.
    pub number: i64,
    /// Oldest first. A version binds a partner once the council and that partner have signed it.
    pub versions: Vec<Version>,
    /// Ended early: the first day on which it no longer holds, and why.
    pub ended: Option<(Date, String)>,
    /// Days on which the annual check was made.
    pub checked: Vec<Date>,
    /// Who answers for it at the partner, and in their absence.
    pub contact: Option<Person>,
    pub deputy: Option<Person>,
    /// Partners of whom nobody answers for their people's accounts: the organisation's named contact is
    /// empty, or that contact's account is closed.
    pub vacant: BTreeSet<String>,
}

/// One wording, signed or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    pub number: i64,
    pub title: String,
    pub purpose: String,
    /// Organisations of the register; the council itself is always a party.
    pub partners: BTreeSet<String>,
    pub lines: Vec<Line>,
    pub clauses: Vec<Clause>,
    /// First day. Days: inclusive.
    pub starts: Option<Date>,
    /// Last day. Days: inclusive; `None` while no end is agreed.
    pub ends: Option<Date>,
    /// By what name the data protection impact assessment is found, and of which day it is; empty where none is
    /// named.
    pub assessment: String,
    pub assessed: Option<Date>,
    pub signatures: Vec<Signature>,
}

/// What may flow on one occasion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub flow: Flow,
    pub direction: Direction,
    pub gateway: Gateway,
    pub items: BTreeSet<Item>,
    /// Months between deliveries; `None` for "as it happens".
    pub every_months: Option<u8>,
    pub first_due: Option<Date>,
}

impl Line {
    /// Whether it would give out by a gateway through which facts only come in.
    pub fn is_backwards(&self) -> bool {
        self.direction == Direction::Out && self.gateway.is_inward_only()
    }
}

/// Something agreed beside the lines, in the agreement's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    pub kind: ClauseKind,
    pub words: String,
    pub due: Option<Date>,
    /// In how many working days what it speaks of is answered.
    pub working_days: Option<u8>,
    pub effect: Effect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClauseKind {
    DataAction,
    VulnerableGroups,
    GuaranteeDuty,
    Grievance,
    Complaints,
    DestinationSurvey,
    Responsibilities,
    /// How long what was given is kept.
    Retention,
    /// How good what is given has to be.
    DataQuality,
    Limit,
}

impl ClauseKind {
    pub const ALL: &'static [(ClauseKind, &'static str)] = &[
        (ClauseKind::DataAction, "data-action"),
        (ClauseKind::VulnerableGroups, "vulnerable-groups"),
        (ClauseKind::GuaranteeDuty, "guarantee-duty"),
        (ClauseKind::Grievance, "grievance"),
        (ClauseKind::Complaints, "complaints"),
        (ClauseKind::DestinationSurvey, "destination-survey"),
        (ClauseKind::Responsibilities, "responsibilities"),
        (ClauseKind::Retention, "retention"),
        (ClauseKind::DataQuality, "data-quality"),
        (ClauseKind::Limit, "limit"),
    ];

    pub fn name(self) -> &'static str {
        ClauseKind::ALL.iter().find(|(kind, _)| *kind == self).map_or("limit", |(_, name)| name)
    }

    pub fn from_name(name: &str) -> Option<ClauseKind> {
        ClauseKind::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// What it is about, on a page.
    pub const fn label(self) -> &'static str {
        match self {
            ClauseKind::DataAction => "Putting data right",
            ClauseKind::VulnerableGroups => "Vulnerable groups",
            ClauseKind::GuaranteeDuty => "September Guarantee",
            ClauseKind::Grievance => "Disagreements between the parties",
            ClauseKind::Complaints => "Complaints about sharing",
            ClauseKind::DestinationSurvey => "Intended destinations and surveys",
            ClauseKind::Responsibilities => "Who does what",
            ClauseKind::Retention => "How long it is kept",
            ClauseKind::DataQuality => "How good the data has to be",
            ClauseKind::Limit => "A limit on what is shared",
        }
    }
}

/// What a clause does to the lines. It can only narrow them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Effect {
    #[default]
    Words,
    Forbids(BTreeSet<Item>),
    NeedsConsent(BTreeSet<Item>),
}

impl Effect {
    /// What it closes, as it stands behind the clause's own words; nothing where it is words alone.
    pub fn said(&self) -> Option<String> {
        let (how, items) = match self {
            Effect::Words => return None,
            Effect::Forbids(items) => ("never shared", items),
            Effect::NeedsConsent(items) => ("only with consent", items),
        };
        let labels: Vec<&str> = items.iter().map(|item| item.label()).collect();
        Some(format!("{how}: {}", labels.join(", ")))
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub post: String,
    pub email: String,
    pub phone: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The organisation; `None` for the council.
    pub party: Option<String>,
    pub name: String,
    pub post: String,
    pub day: Date,
}

/// How an agreement stands towards one partner on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    Unsigned,
    NotYet(Date),
    InForce(&'a Version),
    /// The last day it held.
    Expired(Date),
    /// Ended early, on this day.
    Ended(Date),
}

impl Standing<'_> {
    /// Why an agreement does not hold, as a sentence goes on after its number; `None` where it does.
    pub fn why_not(&self) -> Option<String> {
        match self {
            Self::InForce(_) => None,
            Self::Unsigned => Some("is not signed by both sides".to_owned()),
            Self::NotYet(from) => Some(format!("begins only on {}", shown(*from))),
            Self::Expired(on) => Some(format!("expired on {}", shown(*on))),
            Self::Ended(on) => Some(format!("was ended on {}", shown(*on))),
        }
    }
}

impl Version {
    /// Whether the council and this partner have both signed by a day.
    pub fn binds(&self, partner: &str, day: Date) -> bool {
        let signed = |party: Option<&str>| {
            self.signatures.iter().any(|s| s.party.as_deref() == party && s.day <= day)
        };
        self.partners.contains(partner) && signed(None) && signed(Some(partner))
    }
}

impl Agreement {
    /// Whether any version names this partner.
    pub fn names(&self, partner: &str) -> bool {
        self.versions.iter().any(|v| v.partners.contains(partner))
    }

    /// What the data manager should look at, in words: unsigned, over, ending soon, nobody to ask,
    /// not checked for a year. Empty when all is well.
    pub fn concerns(&self, day: Date) -> Vec<String> {
        let mut found = Vec::new();
        let Some(newest) = self.newest() else { return vec!["no wording".to_owned()] };
        for partner in &newest.partners {
            match self.standing(partner, day) {
                Standing::Unsigned => found.push(format!("not signed by both sides ({partner})")),
                Standing::NotYet(_) => {}
                Standing::Expired(on) => {
                    found.push(format!("expired on {} ({partner})", shown(on)))
                }
                Standing::Ended(on) => found.push(format!("ended on {} ({partner})", shown(on))),
                Standing::InForce(v) => {
                    let left = v.ends.map(|ends| days(day, ends)).filter(|n| *n <= ENDS_SOON_DAYS);
                    found.extend(left.map(|n| format!("ends in {n} days ({partner})")));
                }
            }
        }
        found.extend(self.vacancies(day));
        if self.check_due(day).is_some_and(|due| due < day) {
            found.push("annual check overdue".to_owned());
        }
        found
    }

    /// The last day for the next annual check, as known on a day; none while nobody is bound, once it was ended and
    /// once it has expired towards everybody who was bound: what no longer holds is checked no more.
    ///
    /// Days: a year runs from the last check, or from the first signing where there was none.
    pub fn check_due(&self, day: Date) -> Option<Date> {
        if self.ended.is_some() {
            return None;
        }
        let named: BTreeSet<&String> = self.versions.iter().flat_map(|v| &v.partners).collect();
        let bound: Vec<(&String, Date)> =
            named.into_iter().filter_map(|p| Some((p, self.bound_since(p)?))).collect();
        if bound.iter().all(|(p, _)| matches!(self.standing(p, day), Standing::Expired(_))) {
            return None;
        }
        let since = bound.iter().map(|(_, since)| *since).min();
        let last = self.checked.iter().copied().filter(|d| *d <= day).max().or(since)?;
        last.checked_add(CHECK_DAYS.days()).ok()
    }

    /// Whom it has nobody to ask, in words. What was ended is asked about no more.
    pub fn vacancies(&self, day: Date) -> Vec<String> {
        if self.ended.as_ref().is_some_and(|(ended, _)| *ended <= day) {
            return Vec::new();
        }
        let none = self.contact.is_none().then(|| "no named contact".to_owned());
        let named = self.newest().map(|newest| &newest.partners);
        let vacant = named.into_iter().flatten().filter(|partner| self.vacant.contains(*partner));
        none.into_iter()
            .chain(vacant.map(|partner| format!("nobody answers for the accounts ({partner})")))
            .collect()
    }

    /// Whether it is in force towards a partner by a wording that has no clause of a kind.
    ///
    /// Source: strategy action 1.3d, every agreement shares data on vulnerable groups.
    pub fn lacks(&self, kind: ClauseKind, day: Date) -> bool {
        let partners = self.versions.iter().flat_map(|v| &v.partners);
        let lacking = |v: &Version| v.clauses.iter().all(|clause| clause.kind != kind);
        partners.into_iter().any(|partner| match self.standing(partner, day) {
            Standing::InForce(version) => lacking(version),
            _ => false,
        })
    }

    /// The newest wording, signed or not.
    pub fn newest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// How it stands. A newer wording counts from its signing; until then the one before holds.
    pub fn standing(&self, partner: &str, day: Date) -> Standing<'_> {
        if let Some((ended, _)) = &self.ended
            && *ended <= day
        {
            return Standing::Ended(*ended);
        }
        let mut bound = self.versions.iter().rev().filter(|v| v.binds(partner, day)).peekable();
        let Some(first) = bound.peek().copied() else { return Standing::Unsigned };
        match bound.find(|v| v.starts.is_none_or(|starts| starts <= day)) {
            None => Standing::NotYet(first.starts.unwrap_or(day)),
            Some(version) => match version.ends {
                Some(ends) if ends < day => Standing::Expired(ends),
                _ => Standing::InForce(version),
            },
        }
    }

    /// The first day on which a partner was bound by it: from then on the partner's files obey.
    pub fn bound_since(&self, partner: &str) -> Option<Date> {
        let both = |v: &Version| {
            let of = |party: Option<&str>| {
                v.signatures.iter().filter(|s| s.party.as_deref() == party).map(|s| s.day).min()
            };
            Some(of(None)?.max(of(Some(partner))?))
        };
        self.versions.iter().filter(|v| v.partners.contains(partner)).filter_map(both).min()
    }
}
