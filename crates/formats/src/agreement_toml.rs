//! A sharing agreement's wording as TOML, and back: what a council writes, keeps and reads again.
//! Names of flows, items and gateways are the domain's own; an unknown one is an error, since a
//! typing slip here would open or close a flow.

use std::collections::BTreeSet;

use domain::agreement::{
    Clause, ClauseKind, Direction, Effect, Flow, Gateway, Item, Line, Person, Signature, Version,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why a text is no agreement, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AgreementFault(pub String);

/// A wording, with the people beside it where the text names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// With its signatures; its number is not in the text.
    pub version: Version,
    pub contact: Option<Person>,
    pub deputy: Option<Person>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAgreement {
    title: String,
    purpose: String,
    partners: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<String>,
    /// By what name the data protection impact assessment is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    assessment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assessed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<RawPerson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deputy: Option<RawPerson>,
    #[serde(default, rename = "line", skip_serializing_if = "Vec::is_empty")]
    lines: Vec<RawLine>,
    #[serde(default, rename = "clause", skip_serializing_if = "Vec::is_empty")]
    clauses: Vec<RawClause>,
    #[serde(default, rename = "signature", skip_serializing_if = "Vec::is_empty")]
    signatures: Vec<RawSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPerson {
    name: String,
    #[serde(default)]
    post: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    flow: String,
    /// `in` to the register, `out` to the partner.
    direction: String,
    gateway: String,
    items: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    every_months: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_due: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClause {
    kind: String,
    words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    /// In how many working days what it speaks of is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    working_days: Option<u8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    forbids: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    needs_consent: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSignature {
    /// An organisation's id; the council where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    party: Option<String>,
    name: String,
    #[serde(default)]
    post: String,
    day: String,
}

/// Reads a wording that somebody brings.
///
/// Errors: whatever [`read_kept`] cannot read, and a line that gives out by a gateway through which facts
/// only come in.
pub fn read(text: &str) -> Result<Written, AgreementFault> {
    let written = read_kept(text)?;
    if let Some(line) = written.version.lines.iter().find(|line| line.is_backwards()) {
        return Err(AgreementFault(format!(
            "The line of {} out rests on {}, by which institutions tell the council and nobody tells them. \
             Give what goes out a gateway of its own, such as esa-17.",
            line.flow.label().to_lowercase(),
            line.gateway.source()
        )));
    }
    Ok(written)
}

/// What is wrong with a wording, with its line; the reader's own words come with a drawing of several lines.
fn unread(text: &str, error: &toml::de::Error) -> AgreementFault {
    if text.trim().is_empty() {
        return AgreementFault("Write the agreement's wording.".to_owned());
    }
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
    let line = before.matches('\n').count() + 1;
    let message = error.message().replace('\n', ", ");
    AgreementFault(format!("The agreement cannot be read: line {line}: {message}."))
}

/// Reads a wording that was kept: it was taken by the rules of its day, and what it may not open any more
/// is for the decision to refuse.
///
/// Errors: whatever [`read_start`] cannot read, and no partner.
pub fn read_kept(text: &str) -> Result<Written, AgreementFault> {
    let written = read_start(text)?;
    if written.version.partners.is_empty() {
        return Err(AgreementFault("An agreement names at least one partner.".to_owned()));
    }
    Ok(written)
}

/// Reads a wording to start from, which may name no partner yet.
///
/// Errors: text that is not TOML, unknown keys, names and days, an end before the start, a clause that both
/// forbids and asks consent.
pub fn read_start(text: &str) -> Result<Written, AgreementFault> {
    let raw: RawAgreement = toml::from_str(text).map_err(|error| unread(text, &error))?;
    let (starts, ends) = (day(raw.starts.as_deref())?, day(raw.ends.as_deref())?);
    if starts.zip(ends).is_some_and(|(starts, ends)| ends < starts) {
        return Err(AgreementFault("The agreement ends before it starts.".to_owned()));
    }
    let assessment = raw.assessment.unwrap_or_default().trim().to_owned();
    let assessed = day(raw.assessed.as_deref())?;
    if assessment.is_empty() && assessed.is_some() {
        let sentence = "Say which assessment is of that day: write assessment beside assessed.";
        return Err(AgreementFault(sentence.to_owned()));
    }
    let version = Version {
        number: 0,
        title: raw.title,
        purpose: raw.purpose,
        partners: raw.partners.into_iter().collect(),
        lines: raw.lines.into_iter().map(line).collect::<Result<_, _>>()?,
        clauses: raw.clauses.into_iter().map(clause).collect::<Result<_, _>>()?,
        starts,
        ends,
        assessment,
        assessed,
        signatures: raw.signatures.into_iter().map(signature).collect::<Result<_, _>>()?,
    };
    Ok(Written { version, contact: raw.contact.map(person), deputy: raw.deputy.map(person) })
}

/// The wording alone, as it is kept: without people and signatures, which change on their own.
pub fn write_terms(version: &Version) -> String {
    written_out(&raw_terms(version))
}

/// The whole of it, as [`read`] takes it in.
pub fn write(written: &Written) -> String {
    let raw_person = |p: &Person| RawPerson {
        name: p.name.clone(),
        post: p.post.clone(),
        email: p.email.clone(),
        phone: p.phone.clone(),
    };
    let raw_signature = |s: &Signature| RawSignature {
        party: s.party.clone(),
        name: s.name.clone(),
        post: s.post.clone(),
        day: s.day.to_string(),
    };
    written_out(&RawAgreement {
        contact: written.contact.as_ref().map(raw_person),
        deputy: written.deputy.as_ref().map(raw_person),
        signatures: written.version.signatures.iter().map(raw_signature).collect(),
        ..raw_terms(&written.version)
    })
}

fn written_out(raw: &RawAgreement) -> String {
    toml::to_string_pretty(raw).expect("texts and lists of texts always have a TOML form")
}

fn raw_terms(version: &Version) -> RawAgreement {
    RawAgreement {
        title: version.title.clone(),
        purpose: version.purpose.clone(),
        partners: version.partners.iter().cloned().collect(),
        starts: version.starts.map(|d| d.to_string()),
        ends: version.ends.map(|d| d.to_string()),
        assessment: Some(version.assessment.clone()).filter(|named| !named.is_empty()),
        assessed: version.assessed.map(|d| d.to_string()),
        contact: None,
        deputy: None,
        lines: version.lines.iter().map(raw_line).collect(),
        clauses: version.clauses.iter().map(raw_clause).collect(),
        signatures: Vec::new(),
    }
}

fn columns(items: &BTreeSet<Item>) -> Vec<String> {
    items.iter().map(|item| item.column().to_owned()).collect()
}

fn raw_line(line: &Line) -> RawLine {
    RawLine {
        flow: line.flow.name().to_owned(),
        direction: line.direction.name().to_owned(),
        gateway: line.gateway.name().to_owned(),
        items: columns(&line.items),
        every_months: line.every_months,
        first_due: line.first_due.map(|d| d.to_string()),
    }
}

fn raw_clause(clause: &Clause) -> RawClause {
    let (forbids, needs_consent) = match &clause.effect {
        Effect::Words => (Vec::new(), Vec::new()),
        Effect::Forbids(list) => (columns(list), Vec::new()),
        Effect::NeedsConsent(list) => (Vec::new(), columns(list)),
    };
    let kind = clause.kind.name().to_owned();
    let due = clause.due.map(|d| d.to_string());
    let (words, working_days) = (clause.words.clone(), clause.working_days);
    RawClause { kind, words, due, working_days, forbids, needs_consent }
}

fn unknown(what: &str, name: &str) -> AgreementFault {
    AgreementFault(format!("“{name}” is not a known {what}."))
}

fn day(text: Option<&str>) -> Result<Option<Date>, AgreementFault> {
    text.map(|text| text.parse().map_err(|_| unknown("day (write 2025-09-01)", text))).transpose()
}

fn items(names: Vec<String>) -> Result<BTreeSet<Item>, AgreementFault> {
    names.iter().map(|n| Item::from_column(n).ok_or_else(|| unknown("item", n))).collect()
}

fn line(raw: RawLine) -> Result<Line, AgreementFault> {
    Ok(Line {
        flow: Flow::from_name(&raw.flow).ok_or_else(|| unknown("flow", &raw.flow))?,
        direction: Direction::from_name(&raw.direction)
            .ok_or_else(|| unknown("direction (in or out)", &raw.direction))?,
        gateway: Gateway::from_name(&raw.gateway)
            .ok_or_else(|| unknown("gateway", &raw.gateway))?,
        items: items(raw.items)?,
        every_months: raw.every_months,
        first_due: day(raw.first_due.as_deref())?,
    })
}

fn clause(raw: RawClause) -> Result<Clause, AgreementFault> {
    let effect = match (raw.forbids.is_empty(), raw.needs_consent.is_empty()) {
        (true, true) => Effect::Words,
        (false, true) => Effect::Forbids(items(raw.forbids)?),
        (true, false) => Effect::NeedsConsent(items(raw.needs_consent)?),
        (false, false) => {
            let sentence = "A clause either forbids or asks for consent; write two clauses.";
            return Err(AgreementFault(sentence.to_owned()));
        }
    };
    let kind =
        ClauseKind::from_name(&raw.kind).ok_or_else(|| unknown("kind of clause", &raw.kind))?;
    let (words, working_days) = (raw.words, raw.working_days);
    Ok(Clause { kind, words, due: day(raw.due.as_deref())?, working_days, effect })
}

fn signature(raw: RawSignature) -> Result<Signature, AgreementFault> {
    let day = day(Some(&raw.day))?.ok_or_else(|| unknown("day", &raw.day))?;
    Ok(Signature { party: raw.party, name: raw.name, post: raw.post, day })
}

fn person(raw: RawPerson) -> Person {
    Person { name: raw.name, post: raw.post, email: raw.email, phone: raw.phone }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};

    use super::*;

    const TEXT: &str = r#"
title = "School roll"
purpose = "To know who is in learning"
partners = ["urn-136107"]
starts = "2024-09-01"
ends = "2025-08-31"
contact = { name = "Pat Lindley" }

[[line]]
flow = "school-roll"
direction = "in"
gateway = "esa-72"
items = ["phone", "upn", "attendance"]
every_months = 4

[[clause]]
kind = "limit"
words = "No ethnicity."
forbids = ["ethnicity"]

[[clause]]
kind = "complaints"
words = "Answered in a week."
working_days = 5

[[signature]]
name = "R Hale"
day = "2024-07-01"
"#;

    #[test]
    fn a_wording_is_read_back_as_written() {
        let written = read(TEXT).unwrap();
        assert_eq!(written.version.lines[0].items.len(), 3);
        assert_eq!(written.version.signatures[0].party, None);
        let again = read(&write_terms(&written.version)).unwrap();
        let bare = Version { signatures: Vec::new(), ..written.version };
        assert_eq!(again, Written { version: bare, contact: None, deputy: None });
    }

    #[test]
    fn the_impact_assessment_and_the_words_beside_it_are_read_back() {
        let ends = "ends = \"2025-08-31\"\n";
        let named = format!("{ends}assessment = \"DPIA 14\"\nassessed = \"2024-06-03\"\n");
        let more = "[[clause]]\nkind = \"retention\"\nwords = \"Two years.\"\n\n\
                    [[clause]]\nkind = \"data-quality\"\nwords = \"No empty births.\"\n\n[[signature]]";
        let text = TEXT.replacen(ends, &named, 1).replacen("[[signature]]", more, 1);
        let version = read(&text).unwrap().version;
        assert_eq!(version.assessment, "DPIA 14");
        assert_eq!(version.assessed, Some(jiff::civil::date(2024, 6, 3)));
        let again = read_kept(&write_terms(&version)).unwrap().version;
        assert_eq!(again, Version { signatures: Vec::new(), ..version });
        let kinds: Vec<ClauseKind> = again.clauses.iter().map(|clause| clause.kind).collect();
        assert!(kinds.contains(&ClauseKind::Retention) && kinds.contains(&ClauseKind::DataQuality));
        let nameless = TEXT.replacen(ends, &format!("{ends}assessed = \"2024-06-03\"\n"), 1);
        assert!(read(&nameless).unwrap_err().0.contains("which assessment"));
    }

    #[test]
    fn what_comes_in_by_law_goes_out_by_none_of_it() {
        let out = TEXT.replacen("\"in\"", "\"out\"", 1);
        for gateway in ["esa-13", "esa-14", "esa-72"] {
            let text = out.replacen("esa-72", gateway, 1);
            let said = read(&text).unwrap_err().0;
            assert!(said.contains("gateway of its own"), "{gateway}: {said}");
            assert!(read_kept(&text).is_ok(), "a kept one still opens");
        }
        assert!(read(&out.replacen("esa-72", "esa-17", 1)).is_ok());
    }

    #[test]
    fn slips_are_sentences() {
        for (from, to, says) in [
            ("esa-72", "esa-99", "esa-99"),
            ("school-roll", "scool-roll", "scool-roll"),
            ("\"phone\"", "\"fone\"", "fone"),
            ("\"in\"", "\"inward\"", "inward"),
            ("2025-08-31", "2023-08-31", "before it starts"),
            ("\"urn-136107\"", "", "at least one partner"),
            ("purpose", "porpoise", "porpoise"),
        ] {
            let said = read(&TEXT.replacen(from, to, 1)).unwrap_err().0;
            assert!(said.contains(says), "{to}: {said}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        assert_eq!(read(" \n").unwrap_err().0, "Write the agreement's wording.");
        let said = read("title = \"A\"\nends = 5\n").unwrap_err().0;
        assert!(said.starts_with("The agreement cannot be read: line 2: "), "{said}");
        assert!(!said.contains('\n'), "{said}");
    }

    /// Whatever a form can hold: quotation marks, backslashes and line breaks among it.
    fn words() -> impl Strategy<Value = String> {
        "[ -~£é€漢\n\t]{0,40}"
    }

    fn some_day() -> impl Strategy<Value = Option<Date>> {
        prop::option::of((0i32..9_000).prop_map(|n| jiff::civil::date(2010, 1, 1) + n.days()))
    }

    fn some_items(least: usize) -> impl Strategy<Value = BTreeSet<Item>> {
        let all: Vec<Item> = Item::all().collect();
        let most = all.len();
        subsequence(all, least..=most).prop_map(|items| items.into_iter().collect())
    }

    fn some_person() -> impl Strategy<Value = Option<Person>> {
        let person = (words(), words(), words(), words());
        let person =
            person.prop_map(|(name, post, email, phone)| Person { name, post, email, phone });
        prop::option::of(person)
    }

    fn some_line() -> impl Strategy<Value = Line> {
        let ways = select(vec![Direction::In, Direction::Out]);
        let kinds = (select(Flow::ALL.to_vec()), ways, select(Gateway::ALL.to_vec()));
        let when = (prop::option::of(any::<u8>()), some_day());
        let line = (kinds, some_items(0), when).prop_map(|(kinds, items, when)| Line {
            flow: kinds.0,
            direction: kinds.1,
            gateway: kinds.2,
            items,
            every_months: when.0,
            first_due: when.1,
        });
        line.prop_filter("nobody may bring it", |line| !line.is_backwards())
    }

    fn some_clause() -> impl Strategy<Value = Clause> {
        let effect = prop_oneof![
            Just(Effect::Words),
            some_items(1).prop_map(Effect::Forbids),
            some_items(1).prop_map(Effect::NeedsConsent),
        ];
        let kinds: Vec<ClauseKind> = ClauseKind::ALL.iter().map(|(kind, _)| *kind).collect();
        let parts = (select(kinds), words(), some_day(), prop::option::of(any::<u8>()), effect);
        parts.prop_map(|(kind, words, due, working_days, effect)| Clause {
            kind,
            words,
            due,
            working_days,
            effect,
        })
    }

    fn some_signature() -> impl Strategy<Value = Signature> {
        let parts = (prop::option::of(words()), words(), words(), 0i32..9_000);
        parts.prop_map(|(party, name, post, n)| {
            let day = jiff::civil::date(2010, 1, 1) + n.days();
            Signature { party, name, post, day }
        })
    }

    fn some_wording() -> impl Strategy<Value = Written> {
        let texts = (words(), words(), words());
        let partners = prop::collection::btree_set("[a-z]{3}-[0-9]{1,6}", 1..4);
        let days = (some_day(), some_day(), some_day());
        let lists = (
            prop::collection::vec(some_line(), 0..4),
            prop::collection::vec(some_clause(), 0..4),
            prop::collection::vec(some_signature(), 0..3),
        );
        let people = (some_person(), some_person());
        (texts, partners, days, lists, people).prop_map(|(texts, partners, days, lists, people)| {
            let assessment = texts.2.trim().to_owned();
            let version = Version {
                number: 0,
                title: texts.0,
                purpose: texts.1,
                partners,
                lines: lists.0,
                clauses: lists.1,
                starts: days.0,
                ends: days.1.map(|ends| days.0.map_or(ends, |starts| ends.max(starts))),
                assessed: days.2.filter(|_| !assessment.is_empty()),
                assessment,
                signatures: lists.2,
            };
            Written { version, contact: people.0, deputy: people.1 }
        })
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back(written in some_wording()) {
            let text = write(&written);
            prop_assert_eq!(read(&text).unwrap(), written.clone(), "{}", text);
            let bare = Version { signatures: Vec::new(), ..written.version };
            prop_assert_eq!(read_kept(&write_terms(&bare)).unwrap().version, bare);
        }
    }
}
