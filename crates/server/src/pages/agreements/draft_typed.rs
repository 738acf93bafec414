//! The form of an agreement as pairs of names and texts, and back. Boxes come once for each that is ticked, and
//! flows and clauses as many times as there are, so that the body is no one struct.

use crate::http::PageError;
use app::agreement::{Draft, DraftClause, DraftLine, field};
use domain::agreement::Person;
use std::collections::BTreeMap;

/// An agreement has no more flows and no more clauses than this; real ones have a dozen.
pub const MOST: usize = 40;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The agreement of which it is the next wording; empty for a new one.
    pub of: String,
    pub act: String,
    pub draft: Draft,
}

/// Errors: a form with more flows or clauses than there can be.
pub fn read(pairs: Vec<(String, String)>) -> Result<Typed, PageError> {
    let mut typed = Typed::default();
    // Whether it was ticked to be left out, by its number on the form.
    let mut lines: BTreeMap<usize, (bool, DraftLine)> = BTreeMap::new();
    let mut clauses: BTreeMap<usize, (bool, DraftClause)> = BTreeMap::new();
    for (name, value) in pairs {
        match numbered(&name) {
            Some(("line", at, part)) => line(lines.entry(at).or_default(), part, value),
            Some(("clause", at, part)) => clause(clauses.entry(at).or_default(), part, value),
            _ => plain(&mut typed, &name, value),
        }
    }
    if lines.len() > MOST || clauses.len() > MOST {
        return Err(PageError::BadForm(format!("more than {MOST} flows or clauses")));
    }
    typed.draft.lines = kept(lines);
    typed.draft.clauses = kept(clauses);
    Ok(typed)
}

fn kept<T>(all: BTreeMap<usize, (bool, T)>) -> Vec<T> {
    all.into_values().filter(|(out, _)| !out).map(|(_, one)| one).collect()
}

/// `line-2-flow` in its parts.
fn numbered(name: &str) -> Option<(&str, usize, &str)> {
    let (list, rest) = name.split_once('-')?;
    let (at, part) = rest.split_once('-')?;
    Some((list, at.parse().ok()?, part))
}

fn line((out, line): &mut (bool, DraftLine), part: &str, value: String) {
    match part {
        "flow" => line.flow = value,
        "direction" => line.direction = value,
        "gateway" => line.gateway = value,
        "months" => line.months = value,
        "first" => line.first = value,
        "items" => {
            line.items.insert(value);
        }
        "out" => *out = true,
        _ => {}
    }
}

fn clause((out, clause): &mut (bool, DraftClause), part: &str, value: String) {
    match part {
        "kind" => clause.kind = value,
        "words" => clause.words = value,
        "due" => clause.due = value,
        "days" => clause.days = value,
        "effect" => clause.effect = value,
        "items" => {
            clause.items.insert(value);
        }
        "out" => *out = true,
        _ => {}
    }
}

fn plain(typed: &mut Typed, name: &str, value: String) {
    let draft = &mut typed.draft;
    match name {
        "of" => typed.of = value,
        "act" => typed.act = value,
        "title" => draft.title = value,
        "purpose" => draft.purpose = value,
        "partners" => {
            draft.partners.insert(value);
        }
        "starts" => draft.starts = value,
        "ends" => draft.ends = value,
        "assessment" => draft.assessment = value,
        "assessed" => draft.assessed = value,
        _ => match name.split_once('-') {
            Some(("contact", part)) => person(&mut draft.contact, part, value),
            Some(("deputy", part)) => person(&mut draft.deputy, part, value),
            _ => {}
        },
    }
}

fn person(person: &mut Person, part: &str, value: String) {
    match part {
        "name" => person.name = value,
        "post" => person.post = value,
        "email" => person.email = value,
        "phone" => person.phone = value,
        _ => {}
    }
}

/// Everything that was typed, as the page that shows it in words carries it on.
pub fn pairs(of: &str, draft: &Draft) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut put = |name: String, value: &str| all.push((name, value.to_owned()));
    for (name, value) in [
        ("of", of),
        ("title", draft.title.as_str()),
        ("purpose", draft.purpose.as_str()),
        ("starts", draft.starts.as_str()),
        ("ends", draft.ends.as_str()),
        ("assessment", draft.assessment.as_str()),
        ("assessed", draft.assessed.as_str()),
    ] {
        put(name.to_owned(), value);
    }
    draft.partners.iter().for_each(|partner| put("partners".to_owned(), partner));
    for (who, person) in [("contact", &draft.contact), ("deputy", &draft.deputy)] {
        put(format!("{who}-name"), &person.name);
        put(format!("{who}-post"), &person.post);
        put(format!("{who}-email"), &person.email);
        put(format!("{who}-phone"), &person.phone);
    }
    for (at, line) in draft.lines.iter().enumerate() {
        let field = |part: &str| field("line", at, part);
        put(field("flow"), &line.flow);
        put(field("direction"), &line.direction);
        put(field("gateway"), &line.gateway);
        put(field("months"), &line.months);
        put(field("first"), &line.first);
        line.items.iter().for_each(|item| put(field("items"), item));
    }
    for (at, clause) in draft.clauses.iter().enumerate() {
        let field = |part: &str| field("clause", at, part);
        put(field("kind"), &clause.kind);
        put(field("words"), &clause.words);
        put(field("due"), &clause.due);
        put(field("days"), &clause.days);
        put(field("effect"), &clause.effect);
        clause.items.iter().for_each(|item| put(field("items"), item));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::agreement::{FORBIDS, STARTS};
    use std::collections::BTreeSet;

    #[test]
    fn what_is_carried_on_is_what_was_typed() {
        for start in STARTS {
            let mut draft = start.draft();
            draft.partners = BTreeSet::from(["urn-1".to_owned(), "urn-2".to_owned()]);
            draft.starts = "soon, as it was typed".to_owned();
            draft.deputy.phone = "01634 000000".to_owned();
            draft.clauses[0].effect = FORBIDS.to_owned();
            draft.clauses[0].items = BTreeSet::from(["phone".to_owned(), "email".to_owned()]);
            let typed = Typed { of: "7".to_owned(), draft, ..Typed::default() };
            assert_eq!(read(pairs("7", &typed.draft)).unwrap(), typed, "{}", start.name);
        }
    }

    #[test]
    fn what_is_ticked_to_be_left_out_is_left_out_and_the_rest_keeps_its_order() {
        let sent = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let typed = read(vec![
            sent("line-10-flow", "offers"),
            sent("line-2-flow", "school-roll"),
            sent("line-3-flow", "claimants"),
            sent("line-3-out", "yes"),
            sent("clause-1-out", "yes"),
            sent("clause-x-kind", "limit"),
        ]);
        let draft = typed.unwrap().draft;
        let flows: Vec<&str> = draft.lines.iter().map(|line| line.flow.as_str()).collect();
        assert_eq!(flows, ["school-roll", "offers"]);
        assert!(draft.clauses.is_empty());
        let many = (1..=MOST + 1).map(|at| sent(&format!("clause-{at}-words"), "More"));
        assert!(read(many.collect()).is_err());
    }

    #[test]
    fn the_next_wording_is_of_a_number_or_of_none() {
        let next_of = crate::pages::agreements::next_of;
        assert_eq!(next_of("7").unwrap(), Some(7));
        assert_eq!(next_of("").unwrap(), None);
        assert!(next_of("seven").is_err());
    }
}
