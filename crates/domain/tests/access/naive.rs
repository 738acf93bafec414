//! The second decider: lists of words and letters, gone through one by one. Whoever changes the access
//! table changes it here too, by hand, and that is the point. It knows the names that are printed and
//! nothing of the first decider's types.
//!
//! D data manager, L locality manager, A adviser, S school, G governance, C college, T training provider,
//! Y youth offending, J Jobcentre, U youth service, P health, police or housing, O other council.

pub const ACTS: &[(&str, &str)] = &[
    ("see people's records", "DLASCTYJUPO"),
    ("correct a record", "DLA"),
    ("record a contact", "DLA"),
    ("do a follow-up asked of them", "DLAU"),
    ("see the follow-up list", "DLA"),
    ("bring files in", "D"),
    ("take an import back", "D"),
    ("read figures", "DLAS"),
    ("decide who is who", "D"),
    ("prepare the return", "D"),
    ("sign a month off", "D"),
    ("manage people and organisations", "DG"),
    ("see who has read a record", "DLG"),
    ("see whose records an account has read", "DG"),
    ("read the strategy", "DLASGCTYJUPO"),
    ("rate the strategy's outcomes", "DL"),
    ("keep the strategy's plan", "D"),
    ("send their own organisation's lists", "SCTYJUPO"),
    ("confirm their own organisation's accounts", "SCTYJUPO"),
    ("read notices passed on to their own council", "O"),
    ("open a record beyond their reach in an emergency", "LA"),
    ("review emergency openings and curious looks", "G"),
    ("see the list of early support", "DLAS"),
    ("add to the list of early support and take off it", "DLAS"),
    ("read how the predictor does", "DLAS"),
    ("keep the predictor", "D"),
    ("answer what people ask about their own data", "D"),
    ("draw and approve lists of what is destroyed", "D"),
];

pub const PARTS: &[(&str, &str)] = &[
    ("names, date of birth, sex, ethnicity and pupil numbers", "DLASGCTYJUPO"),
    ("school on roll", "DLASCTYO"),
    ("September Guarantee and intended destination", "DLASCT"),
    ("cohort status, lead authority and adviser", "DLASCTYJUPO"),
    ("that an address is protected or a record restricted", "DLASCTYJUPO"),
    ("phone, email, parent or carer", "DLAYJUO"),
    ("level of need, plans and support", "DLAY"),
    ("addresses", "DLAYO"),
    ("characteristics", "DLA"),
    ("activity at the reader's own school", "DLASCTYU"),
    ("activity anywhere else", "DLAYJUPO"),
    ("contacts and the next step", "DLA"),
    ("who and what changed the record", "DLAG"),
];

pub const PURPOSES: &[(&str, &str)] = &[
    ("supporting a young person", "DLASCTYJUPO"),
    ("keeping the register right", "DLA"),
    ("the return and its figures", "DLA"),
    ("the strategy", "DLASGCTYJUPO"),
    ("what partners agreed to share", "DSCTYJUPO"),
    ("watching over who looks at what", "DLG"),
    ("running the service", "DGSCTYJUPO"),
];

/// What an act may be done for: s support, r register, f figures, g strategy, h sharing, o oversight,
/// n running.
pub const SERVES: &[(&str, &str)] = &[
    ("see people's records", "srh"),
    ("correct a record", "sr"),
    ("record a contact", "s"),
    ("do a follow-up asked of them", "s"),
    ("see the follow-up list", "s"),
    ("bring files in", "r"),
    ("take an import back", "r"),
    ("read figures", "fg"),
    ("decide who is who", "r"),
    ("prepare the return", "f"),
    ("sign a month off", "f"),
    ("manage people and organisations", "n"),
    ("see who has read a record", "o"),
    ("see whose records an account has read", "o"),
    ("read the strategy", "g"),
    ("rate the strategy's outcomes", "g"),
    ("keep the strategy's plan", "g"),
    ("send their own organisation's lists", "h"),
    ("confirm their own organisation's accounts", "n"),
    ("read notices passed on to their own council", "h"),
    ("open a record beyond their reach in an emergency", "s"),
    ("review emergency openings and curious looks", "o"),
    ("see the list of early support", "s"),
    ("add to the list of early support and take off it", "s"),
    ("read how the predictor does", "s"),
    ("keep the predictor", "s"),
    ("answer what people ask about their own data", "o"),
    ("draw and approve lists of what is destroyed", "n"),
];

const PURPOSE_LETTERS: &[(&str, char)] = &[
    ("supporting a young person", 's'),
    ("keeping the register right", 'r'),
    ("the return and its figures", 'f'),
    ("the strategy", 'g'),
    ("what partners agreed to share", 'h'),
    ("watching over who looks at what", 'o'),
    ("running the service", 'n'),
];

/// Items by the part they belong to.
const ITEMS: &[(&str, &[&str])] = &[
    (
        "names, date of birth, sex, ethnicity and pupil numbers",
        &[
            "given_name",
            "middle_name",
            "family_name",
            "date_of_birth",
            "sex",
            "ethnicity",
            "upn",
            "uln",
            "former_names",
        ],
    ),
    (
        "school on roll",
        &[
            "school",
            "educated_la",
            "la_at_year_11",
            "education_level",
            "exam_results",
            "sessions_missed",
            "suspensions",
            "key_stage_2",
            "key_stage_4",
        ],
    ),
    (
        "September Guarantee and intended destination",
        &[
            "guarantee_indicator",
            "guarantee_year_11",
            "guarantee_year_11_la",
            "guarantee_year_12",
            "guarantee_year_12_la",
            "intended_destination",
            "intended_on",
            "intended_by",
            "youth_contract",
            "youth_contract_start",
        ],
    ),
    (
        "cohort status, lead authority and adviser",
        &["lead_la", "cohort_status", "status_since", "transferred_to", "previous_ypid"],
    ),
    ("that an address is protected or a record restricted", &["restricted", "protected_address"]),
    ("phone, email, parent or carer", &["phone", "email", "parent_name", "parent_phone"]),
    (
        "level of need, plans and support",
        &[
            "level_of_need",
            "send",
            "sen_support",
            "school_census",
            "youth_justice",
            "family_intervention",
            "childrens_fund",
            "early_help",
            "engagement",
        ],
    ),
    ("addresses", &["address"]),
    ("characteristics", &["characteristics"]),
    ("activity at the reader's own school", &["attendance"]),
    ("activity anywhere else", &["activity"]),
];

/// Rules beside the tables, each of which a mutation takes away or turns round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Stopped,
    Restricted,
    Everyone,
    Caseload,
    Locality,
    Roll,
    Learning,
    Referred,
    Listed,
    ListsAge,
    Opened,
    OpenedPastRestriction,
    CaseloadPastRestriction,
    ProtectedAddress,
    BenefitsGoNoFurther,
    ProtectionIsAlwaysTold,
    UngivenIsNotSeen,
    ConsentMustStand,
    SaidNo,
    NoAgreementNoActs,
    NoAgreementNoReach,
    NoAgreementNothingSeen,
    NothingGivenNoFlags,
}

pub const RULES: &[Rule] = &[
    Rule::Stopped,
    Rule::Restricted,
    Rule::Everyone,
    Rule::Caseload,
    Rule::Locality,
    Rule::Roll,
    Rule::Learning,
    Rule::Referred,
    Rule::Listed,
    Rule::ListsAge,
    Rule::Opened,
    Rule::OpenedPastRestriction,
    Rule::CaseloadPastRestriction,
    Rule::ProtectedAddress,
    Rule::BenefitsGoNoFurther,
    Rule::ProtectionIsAlwaysTold,
    Rule::UngivenIsNotSeen,
    Rule::ConsentMustStand,
    Rule::SaidNo,
    Rule::NoAgreementNoActs,
    Rule::NoAgreementNoReach,
    Rule::NoAgreementNothingSeen,
    Rule::NothingGivenNoFlags,
];

/// What a partner does without an agreement: nothing of it is about a young person, but what the law has us
/// tell another council of its own.
const WITHOUT_AGREEMENT: &[&str] = &[
    "send their own organisation's lists",
    "confirm their own organisation's accounts",
    "read notices passed on to their own council",
    "read the strategy",
];

fn is_partner(letter: char) -> bool {
    "SCTYJUPO".contains(letter)
}

/// Whether any agreement in force gives anything out.
fn given_something(case: &Case) -> bool {
    let mut something = false;
    for (_, word) in case.given.iter().flatten() {
        if *word != "no" {
            something = true;
        }
    }
    something
}

/// What is changed in this decider, if anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    /// A cell of a table turned round: which list, which row, which letter.
    pub cell: Option<(Table, &'static str, char)>,
    /// A rule that is forgotten.
    pub rule: Option<Rule>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    Acts,
    Parts,
    Purposes,
    Serves,
}

/// One question in words.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub role: char,
    pub account: i64,
    pub organisation: String,
    pub localities: Vec<String>,
    /// People opened in an emergency.
    pub opened: Vec<i64>,
    /// What agreements give: column and `yes`, `consent`, `unless-no` or `no`; nothing where none is in force.
    pub given: Option<Vec<(&'static str, &'static str)>>,
    pub act: &'static str,
    pub purpose: &'static str,
    pub person: Option<Person>,
    pub item: Option<&'static str>,
    pub benefits: bool,
    pub protected: bool,
    pub said_no: bool,
    pub consents: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Person {
    pub number: i64,
    pub locality: Option<String>,
    pub school: Option<String>,
    pub learning: Vec<String>,
    pub listed: Vec<String>,
    /// How many months ago those lists were.
    pub months: i32,
    pub referred: Vec<String>,
    pub advisers: Vec<i64>,
    pub restricted: bool,
    pub stopped: bool,
}

pub struct Naive {
    pub change: Change,
}

impl Naive {
    fn marked(&self, table: Table, row: &str, letter: char) -> bool {
        let list = match table {
            Table::Acts => ACTS,
            Table::Parts => PARTS,
            Table::Purposes => PURPOSES,
            Table::Serves => SERVES,
        };
        let mut marked = false;
        for (name, letters) in list {
            if *name == row {
                for one in letters.chars() {
                    if one == letter {
                        marked = true;
                    }
                }
            }
        }
        match self.change.cell {
            Some((of, changed, whose)) if of == table && changed == row && whose == letter => {
                !marked
            }
            _ => marked,
        }
    }

    fn holds(&self, rule: Rule) -> bool {
        self.change.rule != Some(rule)
    }

    pub fn allows(&self, case: &Case) -> bool {
        if !self.marked(Table::Acts, case.act, case.role) {
            return false;
        }
        if is_partner(case.role)
            && !given_something(case)
            && !WITHOUT_AGREEMENT.contains(&case.act)
            && self.holds(Rule::NoAgreementNoActs)
        {
            return false;
        }
        let mut purpose = ' ';
        for (name, letter) in PURPOSE_LETTERS {
            if *name == case.purpose {
                purpose = *letter;
            }
        }
        if !self.marked(Table::Serves, case.act, purpose) {
            return false;
        }
        if !self.marked(Table::Purposes, case.purpose, case.role) {
            return false;
        }
        if let Some(person) = &case.person
            && !self.reaches(case, person)
        {
            return false;
        }
        match case.item {
            Some(item) => self.shows(case, item),
            None => true,
        }
    }

    /// By which relation, said as slowly as can be.
    fn reaches(&self, case: &Case, person: &Person) -> bool {
        let unbound = is_partner(case.role) && case.given.is_none();
        if unbound && self.holds(Rule::NoAgreementNoReach) {
            return false;
        }
        if person.stopped && self.holds(Rule::Stopped) {
            return false;
        }
        let own = |list: &[String]| list.contains(&case.organisation);
        let everyone = "DG".contains(case.role) && self.holds(Rule::Everyone);
        let mine = case.role == 'A'
            && person.advisers.contains(&case.account)
            && self.holds(Rule::Caseload);
        let mut near = false;
        if "LA".contains(case.role) && self.holds(Rule::Locality) {
            for place in &case.localities {
                if person.locality.as_ref() == Some(place) {
                    near = true;
                }
            }
        }
        let roll = "SCT".contains(case.role)
            && person.school.as_ref() == Some(&case.organisation)
            && self.holds(Rule::Roll);
        let learning =
            "CT".contains(case.role) && own(&person.learning) && self.holds(Rule::Learning);
        let referred =
            "CTYJUPO".contains(case.role) && own(&person.referred) && self.holds(Rule::Referred);
        let late = person.months > 12 && self.holds(Rule::ListsAge);
        let listed =
            "YJUPO".contains(case.role) && own(&person.listed) && !late && self.holds(Rule::Listed);
        let opened = case.opened.contains(&person.number) && self.holds(Rule::Opened);
        if person.restricted && self.holds(Rule::Restricted) {
            return everyone
                || (mine && self.holds(Rule::CaseloadPastRestriction))
                || (opened && self.holds(Rule::OpenedPastRestriction));
        }
        everyone || mine || near || roll || learning || referred || listed || opened
    }

    fn shows(&self, case: &Case, item: &str) -> bool {
        if case.protected && item == "address" && self.holds(Rule::ProtectedAddress) {
            return false;
        }
        let partner = is_partner(case.role);
        if case.benefits && partner && self.holds(Rule::BenefitsGoNoFurther) {
            return false;
        }
        let mut part = "";
        for (name, items) in ITEMS {
            for one in *items {
                if *one == item {
                    part = name;
                }
            }
        }
        if !self.marked(Table::Parts, part, case.role) {
            return false;
        }
        if !partner {
            return true;
        }
        let Some(given) = &case.given else { return !self.holds(Rule::NoAgreementNothingSeen) };
        let flags = "that an address is protected or a record restricted";
        if part == flags && self.holds(Rule::ProtectionIsAlwaysTold) {
            return given_something(case) || !self.holds(Rule::NothingGivenNoFlags);
        }
        let mut word = "no";
        for (column, how) in given {
            if *column == item {
                word = how;
            }
        }
        match word {
            "yes" => true,
            "consent" => case.consents || !self.holds(Rule::ConsentMustStand),
            "unless-no" => !case.said_no || !self.holds(Rule::SaidNo),
            _ => !self.holds(Rule::UngivenIsNotSeen),
        }
    }
}
