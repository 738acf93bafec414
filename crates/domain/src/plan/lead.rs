//! Who leads: an organisation, the chair, everybody, somebody to be confirmed, or nobody yet. A lead
//! that passes to others on a day keeps both; who leads is a question asked for a day.

use super::by_when::{ordinal, year};
use crate::calendar::Day;
use crate::calendar::month_named;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    pub said: String,
    pub kind: LeadKind,
    pub passes: Option<Succession>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeadKind {
    Organisations(Vec<String>),
    Chair,
    All,
    ToBeConfirmed,
    Blank,
}

/// To whom the lead passes. Days: `on` is the first day of the new lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    pub to: String,
    pub on: Day,
}

impl LeadKind {
    pub fn word(&self) -> &'static str {
        match self {
            LeadKind::Organisations(_) => "organisation",
            LeadKind::Chair => "chair",
            LeadKind::All => "all",
            LeadKind::ToBeConfirmed => "to be confirmed",
            LeadKind::Blank => "blank",
        }
    }
}

impl Lead {
    pub fn read(said: &str) -> Lead {
        let (before, passes) = succession(said);
        let kind = match super::folded(said).as_str() {
            "" => LeadKind::Blank,
            "all" => LeadKind::All,
            "tbc" | "to be confirmed" => LeadKind::ToBeConfirmed,
            words if words == "chair" || words.starts_with("chair of ") => LeadKind::Chair,
            _ => LeadKind::Organisations(organisations(before)),
        };
        Lead { said: said.to_owned(), kind, passes }
    }

    /// Who leads on a day.
    pub fn on(&self, day: Day) -> Vec<String> {
        match (&self.passes, &self.kind) {
            (Some(passes), _) if day >= passes.on => vec![passes.to.clone()],
            (_, LeadKind::Organisations(list)) => list.clone(),
            _ => Vec::new(),
        }
    }
}

/// `Old body (New body after 1st April 2010)`: "after" a first of April is read as from that day, since
/// responsibilities pass with the financial year.
fn succession(said: &str) -> (&str, Option<Succession>) {
    let whole = (said, None);
    let Some((before, rest)) = said.split_once('(') else { return whole };
    let Some(inner) = rest.trim_end().strip_suffix(')') else { return whole };
    let Some((to, after)) = inner.rsplit_once(" after ").or(inner.rsplit_once(" from ")) else {
        return whole;
    };
    let words = super::folded(after);
    let mut parts = words.split(' ');
    let (day, month, last) = (parts.next(), parts.next(), parts.next());
    let on = day
        .and_then(ordinal)
        .and_then(|day| i8::try_from(day).ok())
        .zip(month.and_then(month_named))
        .zip(last.and_then(year))
        .and_then(|((day, month), year)| Day::new(year, month, day).ok());
    match on {
        Some(on) => (before.trim(), Some(Succession { to: to.trim().to_owned(), on })),
        None => whole,
    }
}

/// Splits a list of organisations at commas outside brackets; empty names fall away.
pub fn organisations(said: &str) -> Vec<String> {
    let mut depth = 0_i32;
    said.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == ',' && depth <= 0
    })
    .map(|name| name.trim().trim_end_matches('.').to_owned())
    .filter(|name| !name.is_empty())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_kind_of_lead_is_read() {
        let kinds = [
            ("", "blank"),
            ("TBC", "to be confirmed"),
            ("All", "all"),
            ("Chair of the Board", "chair"),
            ("Harbour College", "organisation"),
        ];
        for (said, kind) in kinds {
            assert_eq!(Lead::read(said).kind.word(), kind, "{said}");
        }
        let many = Lead::read("Youth Service (North, South), Harbour College,");
        let names = ["Youth Service (North, South)".to_owned(), "Harbour College".to_owned()];
        assert_eq!(many.kind, LeadKind::Organisations(names.to_vec()));
    }

    #[test]
    fn a_lead_passes_on_its_day_and_not_before() {
        let lead = Lead::read("Old Body (New Body after 1st April 2010)");
        assert_eq!(lead.on(date(2010, 3, 31)), ["Old Body"]);
        assert_eq!(lead.on(date(2010, 4, 1)), ["New Body"]);
    }
}
