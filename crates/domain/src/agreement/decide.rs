//! The one answer to "may this partner send, or be given, this?", with the rule that settled it.

use jiff::civil::Date;

use super::{Agreement, Effect, Flow, Gateway, Item, Line, Standing, Version};

/// Which way something goes, seen from the council.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From the partner to the register.
    In,
    /// From the register to the partner.
    Out,
}

impl Direction {
    pub const fn name(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
        }
    }

    pub fn from_name(name: &str) -> Option<Direction> {
        [Direction::In, Direction::Out].into_iter().find(|d| d.name() == name)
    }
}

/// Where the register has a value from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Origin {
    #[default]
    Ordinary,
    /// Benefits information: it goes no further.
    Benefits,
}

/// One question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked<'a> {
    pub partner: &'a str,
    pub flow: Flow,
    pub direction: Direction,
    pub item: Item,
    pub origin: Origin,
    pub day: Date,
}

/// The rule that settled a question, from the furthest to the nearest miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    NoAgreement,
    Unsigned,
    NotYet,
    Ended,
    Expired,
    FlowNotCovered,
    WrongDirection,
    ItemNotCovered,
    NotBenefitsInformation,
    ConsentMissing,
    SaidNo,
    Forbidden,
    BenefitsOnward,
    Covered,
    StatutoryTier,
}

impl Rule {
    pub const fn name(self) -> &'static str {
        match self {
            Rule::NoAgreement => "no-agreement",
            Rule::Unsigned => "unsigned",
            Rule::NotYet => "not-yet",
            Rule::Ended => "ended",
            Rule::Expired => "expired",
            Rule::FlowNotCovered => "flow-not-covered",
            Rule::WrongDirection => "wrong-direction",
            Rule::ItemNotCovered => "item-not-covered",
            Rule::NotBenefitsInformation => "not-benefits-information",
            Rule::ConsentMissing => "consent-missing",
            Rule::SaidNo => "said-no",
            Rule::Forbidden => "forbidden",
            Rule::BenefitsOnward => "benefits-onward",
            Rule::Covered => "covered",
            Rule::StatutoryTier => "statutory-tier",
        }
    }

    /// Whether it closes the whole flow, not one item of it.
    pub const fn closes_flow(self) -> bool {
        matches!(
            self,
            Rule::NoAgreement
                | Rule::Unsigned
                | Rule::NotYet
                | Rule::Ended
                | Rule::Expired
                | Rule::FlowNotCovered
                | Rule::WrongDirection
        )
    }
}

/// What must be known of the person before an item may flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Unless the pupil (16 and over) or the parent has said no.
    UnlessSaidNo,
    /// Only with consent that stands on the day.
    Consent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    OnlyWith(Condition),
}

/// What is known of one person's word on sharing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub no: bool,
    pub consent: bool,
}

/// The answer, the rule, the reasons and the agreement it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub answer: Answer,
    pub rule: Rule,
    pub reasons: Vec<String>,
    pub agreement: Option<i64>,
    pub gateway: Option<Gateway>,
}

impl Decision {
    fn no(rule: Rule, reason: String, agreement: Option<i64>) -> Decision {
        Decision { answer: Answer::No, rule, reasons: vec![reason], agreement, gateway: None }
    }

    /// Whether it may flow as far as is known: a condition that nobody has looked at denies.
    pub fn allowed(&self) -> bool {
        self.answer == Answer::Yes
    }

    /// The same for one person, whose word settles the condition.
    pub fn for_person(self, said: Said) -> Decision {
        let settled = |answer, rule, reason: &str| Decision {
            answer,
            rule,
            reasons: self.reasons.iter().cloned().chain([reason.to_owned()]).collect(),
            ..self.clone()
        };
        match self.answer {
            Answer::OnlyWith(Condition::UnlessSaidNo) if said.no => {
                settled(Answer::No, Rule::SaidNo, "the pupil or the parent has said no")
            }
            Answer::OnlyWith(Condition::UnlessSaidNo) => {
                settled(Answer::Yes, self.rule, "nobody has said no")
            }
            Answer::OnlyWith(Condition::Consent) if !said.consent => {
                settled(Answer::No, Rule::ConsentMissing, "no consent stands on that day")
            }
            Answer::OnlyWith(Condition::Consent) => {
                settled(Answer::Yes, self.rule, "consent stands on that day")
            }
            Answer::Yes | Answer::No => self,
        }
    }
}

/// Decides one question over all agreements with a partner.
///
/// Shape: a prohibition in any agreement in force wins; else the freest answer of those that cover it; else the
/// nearest miss, with every agreement's reason.
/// Days: `asked.day` is the day on which it would flow.
/// Source: Education and Skills Act 2008, sections 13 to 17, 68, 72, 76 and 77; see [`Gateway`].
pub fn decide(agreements: &[Agreement], asked: &Asked<'_>) -> Decision {
    if asked.direction == Direction::Out && asked.origin == Origin::Benefits {
        let reason = "it came as benefits information, and passing that on is an offence \
                      (Education and Skills Act 2008, sections 15 and 76)";
        return Decision::no(Rule::BenefitsOnward, reason.to_owned(), None);
    }
    let named: Vec<&Agreement> = agreements.iter().filter(|a| a.names(asked.partner)).collect();
    let mut all: Vec<Decision> = named.iter().map(|a| one(a, asked)).collect();
    if let Some(forbidden) = all.iter().find(|d| d.rule == Rule::Forbidden) {
        return forbidden.clone();
    }
    // Where the ranks are equal the first agreement is named.
    all.sort_by_key(|d| rank(d.answer));
    let reasons: Vec<String> = all.iter().flat_map(|d| d.reasons.clone()).collect();
    match all.first() {
        None => Decision::no(Rule::NoAgreement, "no agreement names this partner".to_owned(), None),
        Some(best) if best.answer != Answer::No => best.clone(),
        Some(_) => {
            let nearest = all.iter().max_by_key(|d| d.rule).cloned();
            let nearest = nearest.expect("there is a first, so there is a greatest");
            Decision { reasons, ..nearest }
        }
    }
}

/// Without a condition before with one, and what silence lets through before what waits for a yes: of two
/// lines as of two agreements.
const fn rank(answer: Answer) -> u8 {
    match answer {
        Answer::Yes => 0,
        Answer::OnlyWith(Condition::UnlessSaidNo) => 1,
        Answer::OnlyWith(Condition::Consent) => 2,
        Answer::No => 3,
    }
}

/// What one agreement says.
fn one(agreement: &Agreement, asked: &Asked<'_>) -> Decision {
    let number = agreement.number;
    let no = |rule, words: String| {
        Decision::no(rule, format!("agreement {number} {words}"), Some(number))
    };
    let standing = agreement.standing(asked.partner, asked.day);
    let why_not = || standing.why_not().unwrap_or_default();
    let version = match standing {
        Standing::InForce(version) => version,
        Standing::Unsigned => return no(Rule::Unsigned, why_not()),
        Standing::NotYet(_) => return no(Rule::NotYet, why_not()),
        Standing::Expired(_) => return no(Rule::Expired, why_not()),
        Standing::Ended(_) => return no(Rule::Ended, why_not()),
    };
    let label = asked.item.label();
    if forbids(version, asked.item) {
        return no(Rule::Forbidden, format!("has a clause that forbids {label}"));
    }
    let of_flow: Vec<&Line> = version.lines.iter().filter(|l| l.flow == asked.flow).collect();
    if of_flow.is_empty() {
        return no(Rule::FlowNotCovered, format!("does not cover {}", asked.flow.label()));
    }
    let written: Vec<&Line> =
        of_flow.into_iter().filter(|l| l.direction == asked.direction).collect();
    // A wording that was taken before this was looked at may still say it.
    let this_way: Vec<&Line> = written.iter().copied().filter(|l| !l.is_backwards()).collect();
    if let (Some(line), true) = (written.first(), this_way.is_empty()) {
        let why = format!("rests on {}, which gives nothing out", line.gateway.source());
        return no(Rule::WrongDirection, why);
    }
    if this_way.is_empty() {
        let other = match asked.direction {
            Direction::In => "covers it only from the register to the partner",
            Direction::Out => "covers it only from the partner to the register",
        };
        return no(Rule::WrongDirection, other.to_owned());
    }
    let mut covered: Vec<Decision> =
        this_way.iter().filter_map(|line| covers(number, version, line, asked.item)).collect();
    covered.sort_by_key(|d| rank(d.answer));
    match covered.into_iter().next() {
        Some(decision) => decision,
        None => {
            let listed = this_way.iter().any(|l| l.items.contains(&asked.item));
            match listed {
                true => no(
                    Rule::NotBenefitsInformation,
                    format!("rests on a benefits gateway, which does not reach {label}"),
                ),
                false => no(Rule::ItemNotCovered, format!("does not cover {label}")),
            }
        }
    }
}

/// Whether a line carries an item, and on what condition.
fn covers(number: i64, version: &Version, line: &Line, item: Item) -> Option<Decision> {
    let tier = line.gateway.has_statutory_tier();
    let statutory = tier && item.is_statutory();
    let listed = line.items.contains(&item);
    if !(statutory || listed) || (line.gateway.is_benefits() && !item.is_benefits_information()) {
        return None;
    }
    let consent = line.gateway == Gateway::Consent || needs_consent(version, item);
    let (answer, rule) = match (consent, statutory, tier) {
        (true, ..) => (Answer::OnlyWith(Condition::Consent), Rule::Covered),
        (false, true, _) => (Answer::Yes, Rule::StatutoryTier),
        (false, false, true) => (Answer::OnlyWith(Condition::UnlessSaidNo), Rule::Covered),
        (false, false, false) => (Answer::Yes, Rule::Covered),
    };
    let reason = format!(
        "agreement {number} covers “{}” in “{}” ({})",
        item.label(),
        line.flow.label(),
        line.gateway.source()
    );
    Some(Decision {
        answer,
        rule,
        reasons: vec![reason],
        agreement: Some(number),
        gateway: Some(line.gateway),
    })
}

fn forbids(version: &Version, item: Item) -> bool {
    version
        .clauses
        .iter()
        .any(|c| matches!(&c.effect, Effect::Forbids(items) if items.contains(&item)))
}

fn needs_consent(version: &Version, item: Item) -> bool {
    version
        .clauses
        .iter()
        .any(|c| matches!(&c.effect, Effect::NeedsConsent(items) if items.contains(&item)))
}
