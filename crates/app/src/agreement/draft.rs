//! A wording as it is typed into a form, and back: texts, which stand as they were typed until all of them can be
//! read. What comes out is what [`super::bring`] takes; what may be in it is the domain's and the reader's to say.

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::agreement::{
    Clause, ClauseKind, Direction, Effect, Flow, Gateway, Item, Line, Person, Version,
};
use formats::agreement_toml::{self, Written};
use jiff::civil::Date;

use super::{bring, look};
use crate::context::{Context, Wrong};

/// What a form holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub title: String,
    pub purpose: String,
    pub partners: BTreeSet<String>,
    pub starts: String,
    pub ends: String,
    pub assessment: String,
    pub assessed: String,
    pub contact: Person,
    pub deputy: Person,
    pub lines: Vec<DraftLine>,
    pub clauses: Vec<DraftClause>,
}

/// What flows on one occasion. The names are those that [`agreement_toml`] writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftLine {
    pub flow: String,
    pub direction: String,
    pub gateway: String,
    /// Months between deliveries; empty for "as it happens".
    pub months: String,
    pub first: String,
    pub items: BTreeSet<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftClause {
    pub kind: String,
    pub words: String,
    pub due: String,
    /// In how many working days what it speaks of is answered.
    pub days: String,
    /// [`FORBIDS`], [`NEEDS_CONSENT`], or empty for words alone.
    pub effect: String,
    pub items: BTreeSet<String>,
}

pub const FORBIDS: &str = "forbids";
pub const NEEDS_CONSENT: &str = "needs-consent";

/// What has to be mended: the field, as the form calls it, and a sentence.
pub type Faults = Vec<(String, String)>;

/// What the form calls a field of the line or the clause at a place, counted from 0.
pub fn field(list: &str, at: usize, part: &str) -> String {
    format!("{list}-{}-{part}", at + 1)
}

/// The wording of an agreement that was not ended, with its people, to write the next one from.
pub async fn draft_of(ctx: &Context, actor: &Actor, id: i64) -> Result<Option<Draft>, Wrong> {
    bring::administers(actor)?;
    let all = look::all(ctx).await?.into_iter();
    let found = all.filter(|one| one.ended.is_none()).find(|one| one.number == id);
    Ok(found.and_then(|one| {
        let version = one.newest()?.clone();
        Some(Draft::of(&Written { version, contact: one.contact, deputy: one.deputy }))
    }))
}

impl Draft {
    pub fn of(written: &Written) -> Draft {
        let version = &written.version;
        Draft {
            title: version.title.clone(),
            purpose: version.purpose.clone(),
            partners: version.partners.clone(),
            starts: shown(version.starts),
            ends: shown(version.ends),
            assessment: version.assessment.clone(),
            assessed: shown(version.assessed),
            contact: written.contact.clone().unwrap_or_default(),
            deputy: written.deputy.clone().unwrap_or_default(),
            lines: version.lines.iter().map(DraftLine::of).collect(),
            clauses: version.clauses.iter().map(DraftClause::of).collect(),
        }
    }

    /// What was typed as a wording that nobody has signed.
    ///
    /// Errors: all that has to be mended, in the order of the form.
    pub fn read(&self) -> Result<Written, Faults> {
        let mut judge = Judge::default();
        let title = judge.said("title", &self.title, "Give the agreement a title.");
        let purpose = judge.said("purpose", &self.purpose, "Say what it is shared for.");
        if self.partners.is_empty() {
            judge.wrong("partners", "Choose at least one partner.");
        }
        let starts = judge.day("starts", &self.starts);
        let ends = judge.day("ends", &self.ends);
        if starts.zip(ends).is_some_and(|(starts, ends)| ends < starts) {
            judge.wrong("ends", "It ends before it starts.");
        }
        let contact = judge.person("contact", &self.contact);
        if contact.is_none() {
            judge.wrong("contact-name", "Name whoever answers for it at the partner.");
        }
        let deputy = judge.person("deputy", &self.deputy);
        let lines = self.lines.iter().enumerate();
        let lines = lines.filter_map(|(at, line)| line.read(&mut judge, at)).collect();
        let clauses = self.clauses.iter().enumerate();
        let clauses = clauses.filter_map(|(at, clause)| clause.read(&mut judge, at)).collect();
        let assessment = clean(&self.assessment);
        let assessed = judge.day("assessed", &self.assessed);
        if assessment.is_empty() && assessed.is_some() {
            judge.wrong("assessment", "Say which impact assessment is of that day.");
        }
        let partners = self.partners.clone();
        let (number, signatures) = (0, Vec::new());
        let version = Version {
            number,
            title,
            purpose,
            partners,
            lines,
            clauses,
            starts,
            ends,
            assessment,
            assessed,
            signatures,
        };
        match judge.faults.is_empty() {
            true => Ok(Written { version, contact, deputy }),
            false => Err(judge.faults),
        }
    }
}

impl DraftLine {
    fn of(line: &Line) -> DraftLine {
        DraftLine {
            flow: line.flow.name().to_owned(),
            direction: line.direction.name().to_owned(),
            gateway: line.gateway.name().to_owned(),
            months: line.every_months.map_or_else(String::new, |months| months.to_string()),
            first: shown(line.first_due),
            items: columns(&line.items),
        }
    }

    /// One that nobody has touched says nothing.
    fn is_empty(&self) -> bool {
        let chosen = [&self.flow, &self.direction, &self.gateway, &self.months, &self.first];
        self.items.is_empty() && chosen.into_iter().all(|text| text.trim().is_empty())
    }

    fn read(&self, judge: &mut Judge, at: usize) -> Option<Line> {
        if self.is_empty() {
            return None;
        }
        let field = |part: &str| field("line", at, part);
        let flow = judge.one(Flow::from_name(&self.flow), &field("flow"), "Choose what flows.");
        let way = Direction::from_name(&self.direction);
        let direction = judge.one(way, &field("direction"), "Choose which way it flows.");
        let ground = Gateway::from_name(&self.gateway);
        let gateway = judge.one(ground, &field("gateway"), "Choose why the law allows it.");
        let often = "Choose how often it comes.";
        let every_months = judge.number(&field("months"), &self.months, often);
        let first_due = judge.day(&field("first"), &self.first);
        let undated = every_months.is_some() && self.first.trim().is_empty();
        if undated && direction == Some(Direction::In) {
            judge.wrong(&field("first"), "Say when the first is due, or nobody looks out for it.");
        }
        let items = items(&self.items);
        if items.is_empty() && !gateway.is_some_and(Gateway::has_statutory_tier) {
            judge.wrong(&field("items"), "Tick what is shared.");
        }
        let (flow, direction, gateway) = (flow?, direction?, gateway?);
        let line = Line { flow, direction, gateway, items, every_months, first_due };
        if line.is_backwards() {
            let source = gateway.source();
            judge.wrong(
                &field("gateway"),
                &format!(
                    "By the {source}, institutions tell the council and nobody tells them. Choose another \
                     ground for what goes from us, such as section 17."
                ),
            );
        }
        Some(line)
    }
}

impl DraftClause {
    fn of(clause: &Clause) -> DraftClause {
        let (effect, items) = match &clause.effect {
            Effect::Words => ("", BTreeSet::new()),
            Effect::Forbids(items) => (FORBIDS, columns(items)),
            Effect::NeedsConsent(items) => (NEEDS_CONSENT, columns(items)),
        };
        DraftClause {
            kind: clause.kind.name().to_owned(),
            words: clause.words.clone(),
            due: shown(clause.due),
            days: clause.working_days.map_or_else(String::new, |days| days.to_string()),
            effect: effect.to_owned(),
            items,
        }
    }

    fn is_empty(&self) -> bool {
        let typed = [&self.kind, &self.words, &self.due, &self.days, &self.effect];
        typed.into_iter().all(|text| text.trim().is_empty())
    }

    fn read(&self, judge: &mut Judge, at: usize) -> Option<Clause> {
        if self.is_empty() {
            return None;
        }
        let field = |part: &str| field("clause", at, part);
        let kind = ClauseKind::from_name(&self.kind);
        let kind = judge.one(kind, &field("kind"), "Choose what the clause is about.");
        let words = judge.said(&field("words"), &self.words, "Write what is agreed.");
        let due = judge.day(&field("due"), &self.due);
        let days = "Enter working days as a number from 1 to 255.";
        let working_days = judge.number(&field("days"), &self.days, days);
        let items = items(&self.items);
        let narrows = !self.effect.is_empty();
        if narrows && items.is_empty() {
            judge.wrong(&field("items"), "Tick what the clause speaks of.");
        }
        let effect = match self.effect.as_str() {
            FORBIDS => Effect::Forbids(items),
            NEEDS_CONSENT => Effect::NeedsConsent(items),
            _ => Effect::Words,
        };
        Some(Clause { kind: kind?, words, due, working_days, effect })
    }
}

#[derive(Default)]
struct Judge {
    faults: Faults,
}

impl Judge {
    fn wrong(&mut self, field: &str, sentence: &str) {
        self.faults.push((field.to_owned(), sentence.to_owned()));
    }

    fn one<T>(&mut self, found: Option<T>, field: &str, sentence: &str) -> Option<T> {
        if found.is_none() {
            self.wrong(field, sentence);
        }
        found
    }

    fn said(&mut self, field: &str, text: &str, sentence: &str) -> String {
        let text = clean(text);
        if text.is_empty() {
            self.wrong(field, sentence);
        }
        text
    }

    /// Nothing where nothing was typed.
    fn day(&mut self, field: &str, text: &str) -> Option<Date> {
        let text = Some(text.trim()).filter(|text| !text.is_empty())?;
        let sentence = "Choose the day, or write it as year-month-day, such as 2030-09-01.";
        self.one(text.parse().ok(), field, sentence)
    }

    fn number(&mut self, field: &str, text: &str, sentence: &str) -> Option<u8> {
        let text = Some(text.trim()).filter(|text| !text.is_empty())?;
        self.one(text.parse::<u8>().ok().filter(|number| *number > 0), field, sentence)
    }

    /// Nobody where no name was typed; then nothing else may be.
    fn person(&mut self, part: &str, typed: &Person) -> Option<Person> {
        let person = Person {
            name: clean(&typed.name),
            post: clean(&typed.post),
            email: clean(&typed.email),
            phone: clean(&typed.phone),
        };
        if !person.email.is_empty() && !person.email.contains('@') {
            self.wrong(&format!("{part}-email"), "An email address looks like jo@example.gov.uk.");
        }
        let beside = [&person.post, &person.email, &person.phone];
        let nameless = person.name.is_empty();
        if part == "deputy" && nameless && beside.into_iter().any(|text| !text.is_empty()) {
            self.wrong("deputy-name", "Say who the deputy is.");
        }
        (!nameless).then_some(person)
    }
}

/// As it is kept: a browser sends line breaks of two characters.
fn clean(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

fn shown(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

fn columns(items: &BTreeSet<Item>) -> BTreeSet<String> {
    items.iter().map(|item| item.column().to_owned()).collect()
}

/// Only boxes of the form are ticked, so that a name which nobody knows is not a slip but a made-up request.
fn items(names: &BTreeSet<String>) -> BTreeSet<Item> {
    names.iter().filter_map(|name| Item::from_column(name)).collect()
}

/// A wording that somebody may start from, by the kind of partner.
pub struct Start {
    pub name: &'static str,
    pub words: &'static str,
    /// The kinds of organisation it is for.
    pub kinds: &'static [&'static str],
    text: &'static str,
}

pub const STARTS: &[Start] = &[
    Start {
        name: "school",
        words: "A school",
        kinds: &["school", "special-school", "alternative-provision"],
        text: include_str!("../../../../reference/agreements/school.toml"),
    },
    Start {
        name: "provider",
        words: "A college or a training provider",
        kinds: &["college", "training-provider"],
        text: include_str!("../../../../reference/agreements/provider.toml"),
    },
    Start {
        name: "jobcentre",
        words: "The Jobcentre",
        kinds: &["partner"],
        text: include_str!("../../../../reference/agreements/jobcentre.toml"),
    },
    Start {
        name: "support",
        words: "A service that supports young people",
        kinds: &["partner"],
        text: include_str!("../../../../reference/agreements/support.toml"),
    },
    Start {
        name: "council",
        words: "Another council",
        kinds: &["council"],
        text: include_str!("../../../../reference/agreements/council.toml"),
    },
];

impl Start {
    pub fn named(name: &str) -> Option<&'static Start> {
        STARTS.iter().find(|start| start.name == name)
    }

    pub fn draft(&self) -> Draft {
        let written = agreement_toml::read_start(self.text);
        Draft::of(&written.expect("a test reads every wording that is shipped"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shipped wording with what nobody can know before.
    fn filled(start: &Start) -> Draft {
        let mut draft = start.draft();
        draft.partners = BTreeSet::from(["urn-1".to_owned()]);
        draft.contact.name = "Pat Lindley".to_owned();
        for line in draft.lines.iter_mut().filter(|line| !line.months.is_empty()) {
            line.first = "2025-10-01".to_owned();
        }
        draft
    }

    #[test]
    fn every_shipped_wording_lacks_only_its_partner_its_contact_and_first_days() {
        for start in STARTS {
            let faults = start.draft().read().unwrap_err();
            let asks = |field: &str| {
                ["partners", "contact-name"].contains(&field) || field.ends_with("-first")
            };
            assert!(faults.iter().all(|(field, _)| asks(field)), "{}: {faults:?}", start.name);
            let draft = filled(start);
            let written = draft.read().unwrap();
            assert!(!written.version.lines.is_empty() && !written.version.clauses.is_empty());
            assert_eq!(Draft::of(&written), draft, "{}", start.name);
            let again = agreement_toml::read(&agreement_toml::write(&written)).unwrap();
            assert_eq!(again, written, "{}", start.name);
        }
    }

    #[test]
    fn what_is_wrong_is_told_at_its_field() {
        type Change = fn(&mut Draft);
        let whole = filled(&STARTS[0]);
        assert!(whole.read().is_ok());
        let narrow: Change = |draft| draft.clauses[0].effect = FORBIDS.to_owned();
        let changes: [(&str, Change); 12] = [
            ("title", |draft| draft.title = " ".to_owned()),
            ("purpose", |draft| draft.purpose.clear()),
            ("starts", |draft| draft.starts = "soon".to_owned()),
            ("contact-email", |draft| draft.contact.email = "pat".to_owned()),
            ("deputy-name", |draft| draft.deputy.phone = "01634".to_owned()),
            ("line-1-flow", |draft| draft.lines[0].flow.clear()),
            ("line-2-gateway", |draft| draft.lines[1].direction = "out".to_owned()),
            ("line-4-items", |draft| draft.lines[3].items.clear()),
            ("clause-1-words", |draft| draft.clauses[0].words.clear()),
            ("clause-1-items", narrow),
            ("clause-2-days", |draft| draft.clauses[1].days = "300".to_owned()),
            ("assessment", |draft| draft.assessed = "2025-06-03".to_owned()),
        ];
        for (field, change) in changes {
            let mut draft = whole.clone();
            change(&mut draft);
            let faults = draft.read().unwrap_err();
            let fields: Vec<&str> = faults.iter().map(|(field, _)| field.as_str()).collect();
            assert_eq!(fields, [field], "{faults:?}");
        }
        let mut turned = whole.clone();
        (turned.starts, turned.ends) = ("2025-09-01".to_owned(), "2025-08-31".to_owned());
        assert_eq!(turned.read().unwrap_err()[0].0, "ends");
    }

    #[test]
    fn what_nobody_touched_says_nothing_and_what_narrows_is_kept() {
        let mut draft = filled(&STARTS[0]);
        let before = draft.read().unwrap();
        draft.lines.push(DraftLine::default());
        draft.clauses.push(DraftClause::default());
        draft.purpose = format!("{}\r\nAnd more ", draft.purpose);
        let mut after = draft.read().unwrap();
        assert!(after.version.purpose.ends_with("not\nAnd more"), "{}", after.version.purpose);
        after.version.purpose.clone_from(&before.version.purpose);
        assert_eq!(after, before);
        let mut begun = draft.clone();
        begun.lines[4].gateway = "esa-72".to_owned();
        let faults = begun.read().unwrap_err();
        assert_eq!(faults[0].0, "line-5-flow", "what somebody began is not left out: {faults:?}");
        for effect in [FORBIDS, NEEDS_CONSENT] {
            draft.clauses[0].effect = effect.to_owned();
            draft.clauses[0].items = BTreeSet::from(["phone".to_owned()]);
            let narrowed = Draft::of(&draft.read().unwrap());
            assert_eq!(narrowed.clauses[0], draft.clauses[0]);
        }
    }
}
