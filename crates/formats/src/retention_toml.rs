//! The retention rules as a council writes them. An unknown word is an error: a typing slip here would
//! destroy too early or keep for ever.

use domain::retention::{Action, Category, Rule, Trigger};
use serde::Deserialize;

/// Why a text is no set of rules, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RetentionFault(pub String);

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
    id: String,
    category: String,
    trigger: String,
    age: Option<i16>,
    months: i32,
    action: String,
    authority: String,
}

/// The rules as shipped.
pub const SHIPPED: &str = include_str!("../../../reference/retention.toml");

/// Reads rules, in the order of the text.
///
/// Errors: words that mean nothing, periods that could be over before they begin, two rules of one id.
pub fn read(text: &str) -> Result<Vec<Rule>, RetentionFault> {
    let raw: Raw = toml::from_str(text).map_err(|e| RetentionFault(e.to_string()))?;
    let mut rules: Vec<Rule> = Vec::new();
    for raw in raw.rules {
        let rule = one(&raw).map_err(|what| RetentionFault(format!("rule {}: {what}", raw.id)))?;
        if rules.iter().any(|other| other.id == rule.id) {
            return Err(RetentionFault(format!("rule {} is there twice", raw.id)));
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn one(raw: &RawRule) -> Result<Rule, String> {
    let category = Category::from_name(&raw.category)
        .ok_or_else(|| format!("no category {}", raw.category))?;
    let trigger = match (raw.trigger.as_str(), raw.age) {
        ("birthday", Some(age)) if (16..=100).contains(&age) => Trigger::Birthday { age },
        ("last-contact", None) => Trigger::LastContact,
        ("received", None) => Trigger::Received,
        ("period-end", None) => Trigger::PeriodEnd,
        (other, _) => return Err(format!("trigger {other} does not read")),
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
    if !fits {
        return Err(format!("a {} has no {}", category.name(), trigger.name()));
    }
    let most = 1_200;
    let shortest = if matches!(trigger, Trigger::Birthday { .. }) { 0 } else { 1 };
    if !(shortest..=most).contains(&raw.months) {
        return Err(format!("{} months is not a period", raw.months));
    }
    if raw.action != "destroy" {
        return Err(format!("no action {}", raw.action));
    }
    if raw.authority.trim().is_empty() {
        return Err("it names no authority".to_owned());
    }
    Ok(Rule {
        id: raw.id.clone(),
        category,
        trigger,
        months: raw.months,
        action: Action::Destroy,
        authority: raw.authority.clone(),
    })
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
        for (good, slip) in [
            ("\"record\"", "\"records\""),
            ("\"birthday\"", "\"received\""),
            ("age = 25", "age = 2"),
            ("age = 25\n", ""),
            ("months = 12", "months = -1"),
            ("\"destroy\"", "\"keep\""),
            ("\"ours\"", "\" \""),
            ("months", "month"),
        ] {
            assert!(read(&GOOD.replace(good, slip)).is_err(), "{slip}");
        }
        let twice = format!("{GOOD}{}", GOOD.split_once("\n\n").unwrap().1);
        assert!(read(&twice).unwrap_err().0.contains("twice"));
    }
}
