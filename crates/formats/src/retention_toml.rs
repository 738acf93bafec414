//! The retention rules as a council writes them. An unknown word is an error: a typing slip here would
//! destroy too early or keep for ever.

use std::ops::Range;

use domain::retention::{Action, Category, Rule, Trigger};
use serde::Deserialize;
use toml::Spanned;

/// Why a text is no set of rules, in one sentence that names the line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct RetentionFault {
    pub what: String,
    pub line: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(rename = "source")]
    _source: toml::Table,
    #[serde(rename = "rule")]
    rules: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: Spanned<String>,
    category: Spanned<String>,
    trigger: Spanned<String>,
    age: Option<i16>,
    months: Spanned<i32>,
    action: Spanned<String>,
    authority: Spanned<String>,
}

/// The rules as shipped.
pub const SHIPPED: &str = include_str!("../../../reference/retention.toml");

/// Reads rules, in the order of the text.
///
/// Errors: words that mean nothing, periods that could be over before they begin, two rules of one id or of one
/// category, no rule at all.
pub fn read(text: &str) -> Result<Vec<Rule>, RetentionFault> {
    let raw: Raw = toml::from_str(text)
        .map_err(|e| fault(text, e.span(), &e.message().replace('\n', ", ")))?;
    let mut rules: Vec<Rule> = Vec::new();
    for raw in raw.rules {
        let id = raw.id.get_ref();
        let rule =
            one(&raw).map_err(|(at, what)| fault(text, Some(at), &format!("rule {id}: {what}")))?;
        if rules.iter().any(|other| other.id == rule.id) {
            let what = format!("rule {id} is there twice");
            return Err(fault(text, Some(raw.id.span()), &what));
        }
        // The shorter of two periods would destroy, whatever a page told of the longer.
        if let Some(other) = rules.iter().find(|other| other.category == rule.category) {
            let what =
                format!("rule {id}: rule {} is about {} too", other.id, rule.category.name());
            return Err(fault(text, Some(raw.category.span()), &what));
        }
        rules.push(rule);
    }
    match rules.is_empty() {
        true => Err(fault(text, None, "there is no rule in it")),
        false => Ok(rules),
    }
}

fn fault(text: &str, at: Option<Range<usize>>, what: &str) -> RetentionFault {
    let Some(before) = at.and_then(|at| text.get(..at.start)) else {
        return RetentionFault { what: what.to_owned(), line: None };
    };
    let line = u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX);
    RetentionFault { what: format!("line {line}: {what}"), line: Some(line) }
}

/// One rule, or where it is wrong and how.
fn one(raw: &RawRule) -> Result<Rule, (Range<usize>, String)> {
    let category = Category::from_name(raw.category.get_ref()).ok_or_else(|| {
        let known: Vec<&str> = Category::ALL.iter().map(|one| one.name()).collect();
        let what = format!("no category {}, only {}", raw.category.get_ref(), known.join(", "));
        (raw.category.span(), what)
    })?;
    let trigger = trigger(raw, category)?;
    let months = *raw.months.get_ref();
    let most = 1_200;
    let shortest = if matches!(trigger, Trigger::Birthday { .. }) { 0 } else { 1 };
    if !(shortest..=most).contains(&months) {
        return Err((raw.months.span(), format!("{months} months is not a period")));
    }
    if raw.action.get_ref() != "destroy" {
        let what = format!("no action {}, only destroy", raw.action.get_ref());
        return Err((raw.action.span(), what));
    }
    if raw.authority.get_ref().trim().is_empty() {
        return Err((raw.authority.span(), "it names no authority".to_owned()));
    }
    if raw.id.get_ref().trim().is_empty() {
        return Err((raw.id.span(), "it has no id".to_owned()));
    }
    Ok(Rule {
        id: raw.id.get_ref().clone(),
        category,
        trigger,
        months,
        action: Action::Destroy,
        authority: raw.authority.get_ref().clone(),
    })
}

fn trigger(raw: &RawRule, category: Category) -> Result<Trigger, (Range<usize>, String)> {
    let wrong = |what: String| (raw.trigger.span(), what);
    let trigger = match (raw.trigger.get_ref().as_str(), raw.age) {
        ("birthday", Some(age)) if (16..=100).contains(&age) => Trigger::Birthday { age },
        ("birthday", _) => return Err(wrong("a birthday needs an age from 16 to 100".to_owned())),
        ("last-contact", None) => Trigger::LastContact,
        ("received", None) => Trigger::Received,
        ("period-end", None) => Trigger::PeriodEnd,
        (other, _) => return Err(wrong(format!("trigger {other} does not read"))),
    };
    let fits = match category {
        Category::Record => matches!(trigger, Trigger::Birthday { .. }),
        Category::ContactNotes => trigger == Trigger::LastContact,
        Category::ReceivedFile
        | Category::UndatedRecord
        | Category::UnmatchedRows
        | Category::ListStrangers
        | Category::UnmatchedNotice => trigger == Trigger::Received,
        Category::ReturnFile => trigger == Trigger::PeriodEnd,
    };
    match fits {
        true => Ok(trigger),
        false => Err(wrong(format!("a {} has no {}", category.name(), trigger.name()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[source]\nid = \"x\"\n\n[[rule]]\nid = \"a\"\ncategory = \"record\"\ntrigger = \"birthday\"\nage = 25\nmonths = 12\naction = \"destroy\"\nauthority = \"ours\"\n";

    #[test]
    fn the_shipped_rules_read_and_cover_every_category_that_goes() {
        let rules = read(SHIPPED).unwrap();
        for category in Category::ALL {
            assert!(rules.iter().any(|rule| rule.category == *category), "{category:?}");
        }
    }

    #[test]
    fn a_slip_is_a_fault() {
        assert_eq!(read(GOOD).unwrap().len(), 1);
        for (good, slip, line) in [
            ("\"record\"", "\"records\"", 6),
            ("\"birthday\"", "\"received\"", 7),
            ("age = 25", "age = 2", 7),
            ("age = 25\n", "", 7),
            ("months = 12", "months = -1", 9),
            ("\"destroy\"", "\"keep\"", 10),
            ("\"ours\"", "\" \"", 11),
            ("\"a\"", "\"\"", 5),
            ("months", "month", 9),
        ] {
            let fault = read(&GOOD.replace(good, slip)).unwrap_err();
            assert_eq!(fault.line, Some(line), "{slip}: {fault}");
            assert!(fault.what.starts_with(&format!("line {line}: ")), "{fault}");
        }
        let twice = format!("{GOOD}{}", GOOD.split_once("\n\n").unwrap().1);
        let fault = read(&twice).unwrap_err();
        assert!(fault.line == Some(13) && fault.what.contains("twice"), "{fault}");
        let second = twice.replacen("id = \"a\"", "id = \"b\"", 1);
        let fault = read(&second).unwrap_err();
        assert_eq!(fault.line, Some(14), "{fault}");
        assert!(fault.what.contains("rule a: rule b is about record too"), "{fault}");
        let none = read("rule = []\n\n[source]\nid = \"x\"\n").unwrap_err();
        assert_eq!((none.line, none.what.as_str()), (None, "there is no rule in it"));
    }
}
