//! Who answers for an outcome on a day, under the organisations' own names: leads that passed to others,
//! by the plan's own words or by a hand-over written down since; and for which organisations somebody
//! sits in the group. History stays: the question is always asked for a day.

use super::{Lead, LeadKind, Outcome, Seated, folded};
use crate::calendar::Day;
use std::collections::BTreeSet;

/// Responsibilities that pass from one organisation to another. Days: `on` is the first of the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    pub from: String,
    pub to: String,
    pub on: Day,
}

/// Whether two names mean one organisation: equal but for case, signs and what stands in brackets.
pub fn same_organisation(one: &str, other: &str) -> bool {
    let bare = |name: &str| folded(name.split('(').next().unwrap_or_default()).replace(' ', "");
    let (one, other) = (bare(one), bare(other));
    !one.is_empty() && one == other
}

impl Lead {
    /// Who leads on a day, hand-overs followed from one to the next.
    pub fn after(&self, day: Day, handovers: &[Handover]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for mut name in self.on(day) {
            // As many steps as there are hand-overs, so that a circle of them ends.
            for _ in handovers {
                let next = handovers
                    .iter()
                    .filter(|over| over.on <= day && same_organisation(&over.from, &name))
                    .max_by_key(|over| over.on);
                match next {
                    Some(over) if !same_organisation(&over.to, &name) => name.clone_from(&over.to),
                    _ => break,
                }
            }
            if !found.iter().any(|other| same_organisation(other, &name)) {
                found.push(name);
            }
        }
        found
    }
}

/// Who answers for an outcome, in words where no organisation does.
pub fn leading(outcome: &Outcome, day: Day, handovers: &[Handover]) -> Vec<String> {
    let named = outcome.lead.after(day, handovers);
    if !named.is_empty() {
        return named;
    }
    let words = match outcome.lead.kind {
        LeadKind::Chair => "The chair",
        LeadKind::All => "Everybody together",
        LeadKind::ToBeConfirmed => "Lead to be confirmed",
        LeadKind::Blank | LeadKind::Organisations(_) => "Nobody leads",
    };
    vec![words.to_owned()]
}

/// What somebody of this name answers for: their seats' organisations, and the chair where it is theirs.
pub fn answers_for(name: &str, seats: &[Seated]) -> BTreeSet<String> {
    let is = |other: &String| folded(other) == folded(name);
    let mut found = BTreeSet::new();
    for seat in seats {
        let sits = seat.people.iter().any(is);
        if sits || seat.deputies.iter().any(is) {
            found.insert(seat.body.clone());
        }
        if sits && seat.chair {
            found.insert("The chair".to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Sitting;
    use jiff::civil::date;

    fn over(from: &str, to: &str, on: Day) -> Handover {
        Handover { from: from.to_owned(), to: to.to_owned(), on }
    }

    #[test]
    fn responsibilities_pass_on_their_day_and_the_past_stays() {
        let lead = Lead::read("Old Body (the north), Harbour College");
        let overs = [
            over("Old body", "Middle Body", date(2026, 4, 1)),
            over("Middle Body", "New Body", date(2027, 4, 1)),
            over("New Body", "Middle Body", date(2028, 4, 1)),
        ];
        let on = |day| lead.after(day, &overs);
        assert_eq!(on(date(2026, 3, 31)), ["Old Body (the north)", "Harbour College"]);
        assert_eq!(on(date(2026, 4, 1)), ["Middle Body", "Harbour College"]);
        assert_eq!(on(date(2027, 4, 1)), ["New Body", "Harbour College"]);
        assert_eq!(on(date(2028, 4, 1)).len(), 2, "a circle of hand-overs ends");
    }

    #[test]
    fn a_member_and_a_deputy_answer_for_their_organisation() {
        let seat = |body: &str, people: &[&str], deputies: &[&str], chair| Seated {
            body: body.to_owned(),
            post: String::new(),
            people: people.iter().map(|name| (*name).to_owned()).collect(),
            deputies: deputies.iter().map(|name| (*name).to_owned()).collect(),
            chair,
            sitting: Sitting::Named,
        };
        let seats =
            [seat("College", &["Ada Reed"], &["Bo Lark"], true), seat("Police", &[], &[], false)];
        let of = |name| answers_for(name, &seats).into_iter().collect::<Vec<_>>();
        assert_eq!(of("ada reed"), ["College", "The chair"]);
        assert_eq!(of("Bo Lark"), ["College"]);
        assert!(of("Cy Moor").is_empty());
    }
}
