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
    /// Whether it says that a service knows them: a service's fact that holds.
    pub involved: bool,
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
        involved: feature.origin == Origin::Service && cell.is_yes(),
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

/// A reason as it was kept, before anybody reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept<'a> {
    pub sentence: &'a str,
    pub origin: Origin,
    /// As in [`Reason`].
    pub involved: bool,
}

/// A reason as its reader may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its place among the reasons that were kept; none for a line that stands for several.
    pub of: Option<usize>,
    pub sentence: String,
}

/// What a school reads of facts that are not its own and tell of no service.
pub const OTHER_FACTS: &str = "Facts that are not shown to schools moved the chance too";

/// The reasons as a reader may know them: a school reads those from its own facts. That a service is
/// involved, and whom to ask, it reads once, and only where a service's fact holds: "looked after: no",
/// what the register or the area says, and points that counted nothing of a service's are no such fact.
///
/// Source: data-sharing principle of the programme: a school is not told which service knows a pupil.
pub fn seen_by(reader: Reader<'_>, reasons: &[Kept<'_>]) -> Vec<Seen> {
    let whole =
        |(at, kept): (usize, &Kept<'_>)| Seen { of: Some(at), sentence: kept.sentence.to_owned() };
    let Reader::School { ask } = reader else {
        return reasons.iter().enumerate().map(whole).collect();
    };
    let own = |kept: &Kept<'_>| kept.origin == Origin::School;
    let mut seen: Vec<Seen> =
        reasons.iter().enumerate().filter(|(_, kept)| own(kept)).map(whole).collect();
    let others = || reasons.iter().filter(|kept| !own(kept));
    if others().any(|kept| kept.involved) {
        let sentence = format!("Another service is involved, ask {ask}");
        seen.push(Seen { of: None, sentence });
    }
    if others().any(|kept| !kept.involved) {
        seen.push(Seen { of: None, sentence: OTHER_FACTS.to_owned() });
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

    fn kept(sentence: &str, origin: Origin, involved: bool) -> Kept<'_> {
        Kept { sentence, origin, involved }
    }

    fn read(reasons: &[Kept<'_>]) -> Vec<String> {
        let seen = seen_by(Reader::School { ask: "Ada Fenwick" }, reasons);
        seen.into_iter().map(|seen| seen.sentence).collect()
    }

    #[test]
    fn a_school_is_not_told_which_service_knows_its_pupil() {
        let reasons = [
            kept("Supervised by the youth offending team", Origin::Service, true),
            kept("Attendance", Origin::School, false),
            kept("Looked after", Origin::Service, true),
        ];
        assert_eq!(read(&reasons), ["Attendance", "Another service is involved, ask Ada Fenwick"]);
        let seen = seen_by(Reader::School { ask: "x" }, &reasons);
        assert_eq!((seen[0].of, seen[1].of), (Some(1), None));
        assert_eq!(seen_by(Reader::Service, &reasons).len(), 3);
    }

    #[test]
    fn no_service_is_said_to_be_involved_where_none_is() {
        for (name, cell) in [
            ("looked_after", Cell::yes_no(false, None, "the register")),
            ("early_help", Cell::default()),
            ("status", Cell::name("NEET", None, "the register")),
            ("deprivation", Cell::number(1.0, None, "indices of deprivation")),
        ] {
            let said = reason(super::super::named(name).unwrap(), &cell, true, date(2025, 3, 14));
            assert!(!said.involved, "{name}");
            let only = [kept(&said.sentence, said.origin, said.involved)];
            assert_eq!(read(&only), [OTHER_FACTS], "{name}");
        }
        let held = Cell::yes_no(true, None, "the youth offending team");
        let said =
            reason(super::super::named("youth_justice").unwrap(), &held, true, date(2025, 3, 14));
        let both = [
            kept(&said.sentence, said.origin, said.involved),
            kept("What they do now: NEET", Origin::Register, false),
        ];
        assert_eq!(read(&both), ["Another service is involved, ask Ada Fenwick", OTHER_FACTS]);
    }
}
