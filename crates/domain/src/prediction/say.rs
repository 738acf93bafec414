//! A reason in plain words, with its value, date, source and age, and who may read it.

use super::{Cell, Feature, Origin, Value};
use crate::calendar::{Day, shown};
use crate::followup::days_between;

/// Why a chance is what it is, one fact of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    pub feature: &'static str,
    pub sentence: String,
    pub raises: bool,
    pub can_act: bool,
    pub origin: Origin,
}

/// Who reads reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader<'a> {
    /// Somebody of the council's own service.
    Service,
    /// A school, and whom it is to ask about what other services know.
    School { ask: &'a str },
}

pub fn reason(feature: &'static Feature, cell: &Cell, raises: bool, today: Day) -> Reason {
    let value = match &cell.value {
        Value::Number(number) => {
            let sign = if feature.name.ends_with("change") && *number > 0.0 { "+" } else { "" };
            format!("{sign}{}{}", short(*number), feature.unit)
        }
        Value::Name(name) => name.clone(),
        Value::NotKnown => "not known".to_owned(),
    };
    let from = match (&cell.source, cell.day) {
        (Some(source), Some(day)) => format!(" ({source}, {}, {})", shown(day), age(day, today)),
        (Some(source), None) => format!(" ({source})"),
        (None, _) => String::new(),
    };
    let way = if raises { "raises" } else { "lowers" };
    let mut label = feature.label.to_owned();
    if let Some(first) = label.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    Reason {
        feature: feature.name,
        sentence: format!("{label}: {value}{from}, {way} the chance"),
        raises,
        can_act: feature.can_act,
        origin: feature.origin,
    }
}

fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn age(day: Day, today: Day) -> String {
    match days_between(day, today) {
        ..=0 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        days @ 2..=60 => format!("{days} days ago"),
        days => format!("{} months ago", days / 30),
    }
}

/// The reasons as a reader may know them: a school reads those from its own facts, and of the others
/// only that a service is involved and whom to ask, once.
///
/// Source: data-sharing principle of the programme: a school is not told which service knows a pupil.
pub fn seen_by(reader: Reader<'_>, reasons: &[(Origin, String)]) -> Vec<String> {
    let Reader::School { ask } = reader else {
        return reasons.iter().map(|(_, sentence)| sentence.clone()).collect();
    };
    let own = |origin: &Origin| *origin == Origin::School;
    let mut seen: Vec<String> =
        reasons.iter().filter(|(o, _)| own(o)).map(|(_, sentence)| sentence.clone()).collect();
    if reasons.iter().any(|(origin, _)| !own(origin)) {
        seen.push(format!("Another service is involved, ask {ask}"));
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_reason_says_value_source_date_and_age() {
        let feature = super::super::named("attendance").unwrap();
        let cell = Cell::number(82.0, Some(date(2025, 3, 11)), "school register");
        let said = reason(feature, &cell, true, date(2025, 3, 14));
        assert_eq!(
            said.sentence,
            "Attendance in the last six months: 82 % (school register, 11 March 2025, 3 days ago), \
             raises the chance"
        );
        assert!(said.can_act);
    }

    #[test]
    fn a_school_is_not_told_which_service_knows_its_pupil() {
        let reasons = [
            (Origin::School, "Attendance".to_owned()),
            (Origin::Service, "Supervised by the youth offending team".to_owned()),
            (Origin::Service, "Looked after".to_owned()),
        ];
        let seen = seen_by(Reader::School { ask: "Ada Fenwick" }, &reasons);
        assert_eq!(seen, ["Attendance", "Another service is involved, ask Ada Fenwick"]);
        assert_eq!(seen_by(Reader::Service, &reasons).len(), 3);
    }
}
