//! The second decider of agreements: words and numbers of days, gone through one by one. Whoever changes a
//! rule of agreements changes it here too, by hand, and that is the point. It knows the names that are
//! printed and nothing of the first decider's types.

/// Answers that let something through, the freest first: the freest that any line gives is the answer.
pub const ORDER: &[&str] = &["yes", "unless-no", "consent"];

/// Why nothing flows, from the furthest miss to the nearest: the nearest is the reason that is told.
pub const MISSES: &[&str] = &[
    "no-agreement",
    "unsigned",
    "not-yet",
    "ended",
    "expired",
    "flow-not-covered",
    "wrong-direction",
    "item-not-covered",
    "not-benefits-information",
];

/// Gateways by which an institution has to give some columns whatever is listed, and anything else that is
/// listed unless somebody said no. Sections 14 and 72.
const TWO_TIERS: &[&str] = &["esa-14", "esa-72"];
/// The columns of the first tier.
const STATUTORY: &[&str] = &[
    "given_name",
    "middle_name",
    "family_name",
    "date_of_birth",
    "parent_name",
    "school",
    "address",
    "attendance",
];
/// Gateways by which the council is told and tells nobody.
const INWARD: &[&str] = &["esa-13", "esa-14", "esa-72"];
/// Gateways of benefits information, and all that it may consist of. Sections 15 and 76.
const BENEFITS: &[&str] = &["esa-15", "esa-76"];
const BENEFITS_COLUMNS: &[&str] =
    &["given_name", "middle_name", "family_name", "date_of_birth", "parent_name", "address"];

/// Rules that a test forgets one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    BenefitsGoNoFurther,
    Ended,
    Signed,
    Begun,
    Expired,
    Forbidden,
    Flow,
    Direction,
    InwardOnly,
    Listed,
    Statutory,
    SecondTier,
    BenefitsColumns,
    ConsentGateway,
    ConsentClause,
    SaidNo,
    NoLonger,
    ConsentStands,
    ConsentRunsOut,
    ConsentTakenBack,
    WordsToCome,
}

pub const RULES: &[Rule] = &[
    Rule::BenefitsGoNoFurther,
    Rule::Ended,
    Rule::Signed,
    Rule::Begun,
    Rule::Expired,
    Rule::Forbidden,
    Rule::Flow,
    Rule::Direction,
    Rule::InwardOnly,
    Rule::Listed,
    Rule::Statutory,
    Rule::SecondTier,
    Rule::BenefitsColumns,
    Rule::ConsentGateway,
    Rule::ConsentClause,
    Rule::SaidNo,
    Rule::NoLonger,
    Rule::ConsentStands,
    Rule::ConsentRunsOut,
    Rule::ConsentTakenBack,
    Rule::WordsToCome,
];

/// One question in words. Days are numbers.
#[derive(Clone, Debug)]
pub struct Case {
    pub papers: Vec<Paper>,
    pub partner: &'static str,
    pub flow: &'static str,
    /// From the register to the partner.
    pub out: bool,
    pub item: &'static str,
    /// Whether it came as benefits information.
    pub benefits: bool,
    pub day: i32,
    /// What the person said, oldest first.
    pub words: Vec<Said>,
}

/// An agreement.
#[derive(Clone, Debug)]
pub struct Paper {
    pub wordings: Vec<Wording>,
    pub ended: Option<i32>,
}

#[derive(Clone, Debug)]
pub struct Wording {
    pub partners: Vec<&'static str>,
    pub lines: Vec<Line>,
    pub forbids: Vec<&'static str>,
    pub needs_consent: Vec<&'static str>,
    pub starts: Option<i32>,
    /// Last day.
    pub ends: Option<i32>,
    /// Who signed when; nobody's name is the council's.
    pub signed: Vec<(&'static str, i32)>,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub flow: &'static str,
    pub out: bool,
    pub gateway: &'static str,
    pub items: Vec<&'static str>,
}

#[derive(Clone, Debug)]
pub struct Said {
    /// Nobody's name is every school.
    pub partner: &'static str,
    pub word: &'static str,
    pub day: i32,
    /// Last day of a yes.
    pub until: Option<i32>,
}

pub struct Naive {
    pub forgotten: Option<Rule>,
}

impl Naive {
    fn holds(&self, rule: Rule) -> bool {
        self.forgotten != Some(rule)
    }

    /// The answer, or why not; and whether it flows of this person.
    pub fn answer(&self, case: &Case) -> (&'static str, bool) {
        let word = self.word(case);
        let flows = match word {
            "yes" => true,
            "unless-no" => !self.said_no(case) || !self.holds(Rule::SaidNo),
            "consent" => self.consents(case) || !self.holds(Rule::ConsentStands),
            _ => false,
        };
        (word, flows)
    }

    fn word(&self, case: &Case) -> &'static str {
        if case.out && case.benefits && self.holds(Rule::BenefitsGoNoFurther) {
            return "benefits-onward";
        }
        let mut told = Vec::new();
        for paper in &case.papers {
            let mut named = false;
            for wording in &paper.wordings {
                if wording.partners.contains(&case.partner) {
                    named = true;
                }
            }
            if named {
                told.push(self.paper(paper, case));
            }
        }
        if told.contains(&"forbidden") {
            return "forbidden";
        }
        for word in ORDER {
            if told.contains(word) {
                return word;
            }
        }
        for word in MISSES.iter().rev() {
            if told.contains(word) {
                return word;
            }
        }
        "no-agreement"
    }

    /// What one agreement says.
    fn paper(&self, paper: &Paper, case: &Case) -> &'static str {
        let over = paper.ended.is_some_and(|ended| ended <= case.day);
        if over && self.holds(Rule::Ended) {
            return "ended";
        }
        let mut signed = false;
        let mut newest = None;
        for wording in &paper.wordings {
            let theirs = wording.partners.contains(&case.partner);
            if !theirs || (self.holds(Rule::Signed) && !is_signed(wording, case)) {
                continue;
            }
            signed = true;
            let to_come = wording.starts.is_some_and(|starts| starts > case.day);
            if !to_come || !self.holds(Rule::Begun) {
                newest = Some(wording);
            }
        }
        let Some(wording) = newest else {
            return if signed { "not-yet" } else { "unsigned" };
        };
        if wording.ends.is_some_and(|ends| ends < case.day) && self.holds(Rule::Expired) {
            return "expired";
        }
        if wording.forbids.contains(&case.item) && self.holds(Rule::Forbidden) {
            return "forbidden";
        }
        self.lines(wording, case)
    }

    fn lines(&self, wording: &Wording, case: &Case) -> &'static str {
        let (mut of_flow, mut this_way, mut listed) = (false, false, false);
        let mut told = Vec::new();
        for line in &wording.lines {
            if line.flow != case.flow && self.holds(Rule::Flow) {
                continue;
            }
            of_flow = true;
            let backwards = line.out && INWARD.contains(&line.gateway);
            if (line.out != case.out && self.holds(Rule::Direction))
                || (backwards && self.holds(Rule::InwardOnly))
            {
                continue;
            }
            this_way = true;
            if line.items.contains(&case.item) {
                listed = true;
            }
            told.push(self.line(line, wording, case));
        }
        for word in ORDER {
            if told.contains(word) {
                return word;
            }
        }
        match (of_flow, this_way, listed) {
            (false, ..) => "flow-not-covered",
            (_, false, _) => "wrong-direction",
            (.., true) => "not-benefits-information",
            (.., false) => "item-not-covered",
        }
    }

    /// What one line gives of the item; nothing where it does not carry it.
    fn line(&self, line: &Line, wording: &Wording, case: &Case) -> &'static str {
        let tiers = TWO_TIERS.contains(&line.gateway);
        let first = tiers && STATUTORY.contains(&case.item) && self.holds(Rule::Statutory);
        if !first && !line.items.contains(&case.item) && self.holds(Rule::Listed) {
            return "";
        }
        let strange = BENEFITS.contains(&line.gateway) && !BENEFITS_COLUMNS.contains(&case.item);
        if strange && self.holds(Rule::BenefitsColumns) {
            return "";
        }
        if line.gateway == "consent" && self.holds(Rule::ConsentGateway) {
            return "consent";
        }
        if wording.needs_consent.contains(&case.item) && self.holds(Rule::ConsentClause) {
            return "consent";
        }
        if tiers && !first && self.holds(Rule::SecondTier) {
            return "unless-no";
        }
        "yes"
    }

    /// Whether a no stands, to this school or to all of them.
    fn said_no(&self, case: &Case) -> bool {
        let (mut to_all, mut to_them) = (false, false);
        for said in self.said_by_then(case) {
            let no = match said.word {
                "said-no" => true,
                "no-longer" if self.holds(Rule::NoLonger) => false,
                _ => continue,
            };
            if said.partner.is_empty() {
                to_all = no;
            } else if said.partner == case.partner {
                to_them = no;
            }
        }
        to_all || to_them
    }

    /// Whether a yes stands to this partner.
    fn consents(&self, case: &Case) -> bool {
        let mut stands = false;
        for said in self.said_by_then(case) {
            if said.partner != case.partner {
                continue;
            }
            match said.word {
                "agreed" => {
                    let lasts = said.until.is_some_and(|until| until >= case.day);
                    stands = lasts || !self.holds(Rule::ConsentRunsOut);
                }
                "refused" => stands = false,
                "withdrawn" if self.holds(Rule::ConsentTakenBack) => stands = false,
                _ => {}
            }
        }
        stands
    }

    fn said_by_then<'a>(&self, case: &'a Case) -> Vec<&'a Said> {
        let mut by_then = Vec::new();
        for said in &case.words {
            if said.day <= case.day || !self.holds(Rule::WordsToCome) {
                by_then.push(said);
            }
        }
        by_then
    }
}

/// Whether both sides had signed by the day.
fn is_signed(wording: &Wording, case: &Case) -> bool {
    let (mut council, mut partner) = (false, false);
    for (who, day) in &wording.signed {
        if *day <= case.day {
            if who.is_empty() {
                council = true;
            }
            if *who == case.partner {
                partner = true;
            }
        }
    }
    council && partner
}
