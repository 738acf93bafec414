//! A reason in plain words, with its value, date and source, and who may read it. It is kept
//! as it is said, so it names days and no ages: those would be wrong the day after.

use super::{Cell, FEATURES, Feature, Origin, Value};
use crate::calendar::{Day, shown};
use std::collections::BTreeSet;

/// Why a chance is what it is, one fact of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    pub feature: &'static str,
    pub sentence: String,
    pub raises: bool,
    pub can_act: bool,
    /// The organisation whose data it rests on; none where it is the register's own.
    pub whose: Option<String>,
    /// Whether it says that a service knows them: a service's fact that holds.
    pub involved: bool,
}

/// Who reads reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader<'a> {
    /// Somebody of the council's own service.
    Service,
    /// A school: the organisations whose data are its own, and whom it is to ask about what other services
    /// know.
    School { own: &'a BTreeSet<String>, ask: &'a str },
}

/// The fact as a reason. `on` is the day as of which it was read: what names no day of its own stood so then.
pub fn reason(feature: &'static Feature, cell: &Cell, raises: bool, on: Day) -> Reason {
    reason_called(feature.label, feature, cell, raises, on)
}

/// The same under another name, such as that by which a points table counts it.
pub fn reason_called(
    label: &str,
    feature: &'static Feature,
    cell: &Cell,
    raises: bool,
    on: Day,
) -> Reason {
    let value = match &cell.value {
        Value::Number(number) => {
            let sign = if feature.name.ends_with("change") && *number > 0.0 { "+" } else { "" };
            format!("{sign}{}{}", short(*number), feature.unit)
        }
        Value::Name(name) => name.clone(),
        Value::NotKnown => "not known".to_owned(),
    };
    let from = match (&cell.source, cell.day) {
        (Some(source), Some(day)) => format!(" ({source}, {})", shown(day)),
        (Some(source), None) => format!(" ({source}, as it stood on {})", shown(on)),
        (None, _) => format!(" (nobody had told by {})", shown(on)),
    };
    let way = if raises { "raises" } else { "lowers" };
    let mut label = label.to_owned();
    if let Some(first) = label.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    Reason {
        feature: feature.name,
        sentence: format!("{label}: {value}{from}, {way} the chance"),
        raises,
        can_act: feature.can_act,
        whose: cell.whose.clone(),
        involved: feature.origin == Origin::Service && cell.is_yes(),
    }
}

fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A reason as it was kept, before anybody reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept<'a> {
    pub sentence: &'a str,
    /// As in [`Reason`].
    pub whose: Option<&'a str>,
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

/// The reasons as a reader may know them: a school reads those whose facts it told itself, whatever they are
/// about; the attendance that the school before sent is not its own. That a service is
/// involved, and whom to ask, it reads once, and only where a service's fact holds: "looked after: no",
/// what the register or the area says, and points that counted nothing of a service's are no such fact.
///
/// Source: data-sharing principle of the programme: a school is not told which service knows a pupil.
pub fn seen_by(reader: Reader<'_>, reasons: &[Kept<'_>]) -> Vec<Seen> {
    let whole =
        |(at, kept): (usize, &Kept<'_>)| Seen { of: Some(at), sentence: kept.sentence.to_owned() };
    let Reader::School { own, ask } = reader else {
        return reasons.iter().enumerate().map(whole).collect();
    };
    let own = |kept: &Kept<'_>| kept.whose.is_some_and(|whose| own.contains(whose));
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

/// Which missing facts a reader is told of, by their labels. A school is told of its own kind alone: where a
/// service's fact is known of nobody but those whom the service knows, its not missing would name them.
pub fn missing_seen(reader: Reader<'_>, missing: Vec<String>) -> Vec<String> {
    // Nobody is told not to be excluded, so that whoever lacks no answer is.
    let own = |label: &String| {
        let of_schools =
            |f: &&Feature| f.origin == Origin::School && f.name != "permanent_exclusion";
        FEATURES.iter().filter(of_schools).any(|feature| feature.label == label)
    };
    match reader {
        Reader::Service => missing,
        Reader::School { .. } => missing.into_iter().filter(own).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_school_is_not_told_of_whom_a_service_says_nothing() {
        let label = |name: &str| super::super::named(name).unwrap().label.to_owned();
        let all = ["attendance", "childrens_fund", "early_help", "permanent_exclusion"].map(label);
        let own = BTreeSet::new();
        let school = Reader::School { own: &own, ask: "x" };
        assert_eq!(missing_seen(school, all.to_vec()), [label("attendance")]);
        assert_eq!(missing_seen(Reader::Service, all.to_vec()), all);
    }

    const ON: Day = date(2025, 3, 14);

    #[test]
    fn a_reason_says_value_source_and_date() {
        let feature = super::super::named("attendance").unwrap();
        let cell = Cell::number(82.0, Some(date(2025, 3, 11)), "school register");
        let said = reason(feature, &cell, true, ON);
        assert_eq!(
            said.sentence,
            "Attendance in the last six months: 82 % (school register, 11 March 2025), \
             raises the chance"
        );
        assert!(said.can_act);
    }

    #[test]
    fn every_reason_says_a_day() {
        let offer = super::super::named("offer").unwrap();
        let stood = Cell::name("no offer", None, "the register");
        let day = date(2024, 11, 15);
        assert_eq!(
            reason(offer, &stood, true, day).sentence,
            "September Guarantee: no offer (the register, as it stood on 15 November 2024), \
             raises the chance"
        );
        assert_eq!(
            reason(offer, &Cell::default(), true, day).sentence,
            "September Guarantee: not known (nobody had told by 15 November 2024), \
             raises the chance"
        );
    }

    const OWN: &str = "urn-1";

    fn kept<'a>(sentence: &'a str, whose: Option<&'a str>, involved: bool) -> Kept<'a> {
        Kept { sentence, whose, involved }
    }

    fn read(reasons: &[Kept<'_>]) -> Vec<String> {
        let own = [OWN.to_owned()].into();
        let seen = seen_by(Reader::School { own: &own, ask: "Ada Fenwick" }, reasons);
        seen.into_iter().map(|seen| seen.sentence).collect()
    }

    #[test]
    fn a_school_is_not_told_which_service_knows_its_pupil() {
        let reasons = [
            kept("Supervised by the youth offending team", Some("partner-youth"), true),
            kept("Attendance", Some(OWN), false),
            kept("Looked after", None, true),
        ];
        assert_eq!(read(&reasons), ["Attendance", "Another service is involved, ask Ada Fenwick"]);
        let own = [OWN.to_owned()].into();
        let seen = seen_by(Reader::School { own: &own, ask: "x" }, &reasons);
        assert_eq!((seen[0].of, seen[1].of), (Some(1), None));
        assert_eq!(seen_by(Reader::Service, &reasons).len(), 3);
    }

    /// What a school reads goes by who told it, not by what it is about.
    #[test]
    fn attendance_that_another_school_sent_is_not_shown() {
        let attendance = super::super::named("attendance").unwrap();
        let cell = |whose: Option<&str>| {
            let cell = Cell::number(70.0, Some(date(2025, 3, 11)), "the register of a school");
            cell.of(whose.map(str::to_owned))
        };
        for (whose, shown) in [(Some(OWN), true), (Some("urn-2"), false), (None, false)] {
            let said = reason(attendance, &cell(whose), true, ON);
            let only = [kept(&said.sentence, said.whose.as_deref(), said.involved)];
            let wanted = if shown { said.sentence.as_str() } else { OTHER_FACTS };
            assert_eq!(read(&only), [wanted], "{whose:?}");
        }
    }

    #[test]
    fn no_service_is_said_to_be_involved_where_none_is() {
        for (name, cell) in [
            ("looked_after", Cell::yes_no(false, None, "the register")),
            ("early_help", Cell::default()),
            ("status", Cell::name("NEET", None, "the register")),
            ("deprivation", Cell::number(1.0, None, "indices of deprivation")),
        ] {
            let said = reason(super::super::named(name).unwrap(), &cell, true, ON);
            assert!(!said.involved, "{name}");
            let only = [kept(&said.sentence, said.whose.as_deref(), said.involved)];
            assert_eq!(read(&only), [OTHER_FACTS], "{name}");
        }
        let held = Cell::yes_no(true, None, "the youth offending team");
        let said = reason(super::super::named("youth_justice").unwrap(), &held, true, ON);
        let both = [
            kept(&said.sentence, said.whose.as_deref(), said.involved),
            kept("What they do now: NEET", None, false),
        ];
        assert_eq!(read(&both), ["Another service is involved, ask Ada Fenwick", OTHER_FACTS]);
    }
}
