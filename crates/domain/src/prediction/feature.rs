//! The facts that a predictor may read, one row a fact, and the groups that are looked at afterwards
//! and never read. To add a fact: a row here and its reading in `known`.

use crate::narrative::capital;

/// Who holds a fact; a school sees reasons from its own facts only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    School,
    /// The council's own register of young people.
    Register,
    /// Another service, whose involvement is itself confidential.
    Service,
    /// Where somebody lives. Read only where the council has switched it on.
    Area,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    pub name: &'static str,
    /// As a sentence begins: "attendance in the last six months".
    pub label: &'static str,
    pub origin: Origin,
    pub number: bool,
    /// Unit after a number, where it has one.
    pub unit: &'static str,
    /// Whether a worker can do something about it.
    pub can_act: bool,
    /// Whether the model reads it. What it does not read serves the points table or another rule.
    pub input: bool,
}

const fn fact(name: &'static str, label: &'static str, origin: Origin) -> Feature {
    Feature { name, label, origin, number: false, unit: "", can_act: false, input: true }
}

impl Feature {
    const fn counted(self, unit: &'static str) -> Self {
        Self { number: true, unit, ..self }
    }

    const fn to_act_on(self) -> Self {
        Self { can_act: true, ..self }
    }

    const fn not_read(self) -> Self {
        Self { input: false, ..self }
    }
}

use Origin::{Area, Register, School, Service};

/// Source: Oxfordshire RONI criteria (fields of the points table); DfE guidance on early
/// identification (January 2025): attendance, behaviour, academic progress, wider vulnerability.
///
/// English as an additional language is counted by the points and not read by the model: it goes with
/// ethnicity, and those pupils stay on more often. Level of need is somebody's judgement of the same
/// chance, so it would feed on itself.
pub const FEATURES: &[Feature] = &[
    fact("attendance", "attendance in the last six months", School).counted(" %").to_act_on(),
    fact("attendance_change", "change of attendance against the six months before", School)
        .counted(" points")
        .to_act_on(),
    fact("unauthorised", "sessions missed without leave in the last six months", School)
        .counted(" %")
        .to_act_on(),
    fact("suspension", "suspended in the last academic year", School).to_act_on(),
    fact("suspension_days", "days suspended in the last twelve months", School)
        .counted(" days")
        .to_act_on(),
    fact("permanent_exclusion", "permanently excluded", School),
    fact("educated_elsewhere", "educated away from school premises", School),
    fact("sen_provision", "special educational needs provision", School),
    fact("send_need", "primary special educational need", School),
    fact("free_school_meals", "free school meals in the last twelve months", School),
    fact("ks2", "Key Stage 2 score", School).counted(""),
    fact("ks4", "Key Stage 4 average, predicted or achieved", School).counted("").to_act_on(),
    fact("english_maths", "English and maths at grade 4 or above", School).to_act_on(),
    fact("school", "school", School),
    fact("eal", "English as an additional language", School).not_read(),
    fact("gifted", "on the gifted and talented register", School).not_read(),
    fact("looked_after", "looked after in the last twelve months", Service),
    fact("care_leaver", "care leaver", Service),
    fact("youth_justice", "supervised by the youth offending team", Service),
    fact("custody", "in custody in the last twelve months", Service),
    fact("early_help", "early help assessment", Service).to_act_on(),
    fact("family_intervention", "in a Family Intervention Project", Service).to_act_on(),
    fact("childrens_fund", "took part in a Children's Fund project", Service),
    fact("young_carer", "young carer", Service).to_act_on(),
    fact("pregnant_or_parent", "pregnant or a young parent", Service),
    fact("neet_before", "times NEET before", Register).counted(""),
    fact("neet_months", "months NEET in the last twelve", Register).counted(""),
    fact("status", "what they do now", Register).to_act_on(),
    fact("lapsed", "what they do is no longer confirmed", Register).to_act_on(),
    fact("offer", "September Guarantee", Register).to_act_on(),
    fact("intended", "intended destination", Register).to_act_on(),
    fact("tries_failed", "tries to reach them that failed in six months", Register)
        .counted("")
        .to_act_on(),
    fact("deprivation", "deprivation tenth of the area, 1 the most deprived", Area).counted(""),
];

/// Facts by what they are about, each input once: what a ranking loses without a subject is told.
///
/// Source: the families of DfE's guidance on early identification (attendance, behaviour, academic progress, wider
/// vulnerability), with what the register itself knows.
pub const SUBJECTS: [(&str, &[&str]); 8] = [
    ("attendance", &["attendance", "attendance_change", "unauthorised"]),
    ("behaviour", &["suspension", "suspension_days", "permanent_exclusion", "educated_elsewhere"]),
    ("attainment", &["ks2", "ks4", "english_maths"]),
    ("special educational needs", &["sen_provision", "send_need"]),
    (
        "care and other services",
        &[
            "looked_after",
            "care_leaver",
            "youth_justice",
            "custody",
            "early_help",
            "family_intervention",
            "childrens_fund",
            "young_carer",
            "pregnant_or_parent",
        ],
    ),
    ("meals and area", &["free_school_meals", "deprivation"]),
    ("school", &["school"]),
    (
        "status and plans",
        &["neet_before", "neet_months", "status", "lapsed", "offer", "intended", "tries_failed"],
    ),
];

/// Groups by which every figure is shown. None of them is an input by this name.
pub const AUDITED: [&str; 7] =
    ["sex", "ethnicity", "SEN", "looked after", "free school meals", "deprivation fifth", "school"];

pub fn named(name: &str) -> Option<&'static Feature> {
    FEATURES.iter().find(|feature| feature.name == name)
}

/// Names of the facts that a model reads.
pub fn inputs(with_area: bool) -> Vec<&'static str> {
    let read = |f: &&Feature| f.input && (with_area || f.origin != Area);
    FEATURES.iter().filter(read).map(|f| f.name).collect()
}

use super::Known;
use crate::calendar::Day;
use crate::person::Field;

/// The groups that somebody is in on a day, in the order of [`AUDITED`].
pub fn audited(known: &Known<'_>, cells: &[super::Cell], day: Day) -> Vec<String> {
    let particulars = &known.record.particulars;
    let of = |name: &str| {
        let at = FEATURES.iter().position(|feature| feature.name == name);
        at.and_then(|at| cells.get(at)).and_then(super::Cell::as_name).unwrap_or("not known")
    };
    let ethnicity = match particulars.get(Field::Ethnicity).and_then(|code| code.chars().next()) {
        Some('W') => "White",
        Some('M') => "Mixed",
        Some('A' | 'C') => "Asian",
        Some('B') => "Black",
        Some(_) => "other",
        None => "not known",
    };
    let tenth = known.record.address_on(day).and_then(|address| address.place.deprivation_decile);
    let fifth = tenth.map_or("not known".to_owned(), |tenth| tenth.div_ceil(2).to_string());
    let sen = match of("sen_provision") {
        "E" => "plan",
        "K" => "support",
        "N" => "none",
        _ => "not known",
    };
    vec![
        particulars.get(Field::Sex).unwrap_or("not known").to_owned(),
        ethnicity.to_owned(),
        sen.to_owned(),
        of("looked_after").to_owned(),
        of("free_school_meals").to_owned(),
        fifth,
        particulars.get(Field::School).unwrap_or("not known").to_owned(),
    ]
}

/// A group of [`AUDITED`] as people read it: "Male", "No free school meals".
pub fn group_in_words(column: &str, group: &str) -> String {
    let words = match (column, group) {
        ("sex", "F") => "Female",
        ("sex", "M") => "Male",
        ("SEN", "plan") => "SEN, with a plan",
        ("SEN", "support") => "SEN, with support",
        ("SEN", "none") => "No SEN",
        ("looked after", "yes") => "Looked after",
        ("looked after", "no") => "Not looked after",
        ("free school meals", "yes") => "Free school meals",
        ("free school meals", "no") => "No free school meals",
        ("deprivation fifth", "1") => "Areas: most deprived fifth",
        ("deprivation fifth", "5") => "Areas: least deprived fifth",
        ("deprivation fifth", "2" | "3" | "4") => {
            return format!("Areas: fifth {group}, 1 most deprived");
        }
        _ => return format!("{}: {group}", capital(column)),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_told_in_words_and_never_by_its_code() {
        let told =
            [("sex", "M"), ("looked after", "no"), ("ethnicity", "White"), ("sex", "not known")]
                .map(|(column, group)| group_in_words(column, group));
        assert_eq!(told, ["Male", "Not looked after", "Ethnicity: White", "Sex: not known"]);
    }

    #[test]
    fn every_input_is_about_one_subject() {
        let mut told: Vec<&str> =
            SUBJECTS.iter().flat_map(|(_, facts)| facts.iter().copied()).collect();
        let mut read = inputs(true);
        told.sort_unstable();
        read.sort_unstable();
        assert_eq!(told, read);
    }

    #[test]
    fn names_are_unique_and_nothing_protected_is_read() {
        let names: std::collections::BTreeSet<_> = FEATURES.iter().map(|f| f.name).collect();
        assert_eq!(names.len(), FEATURES.len());
        for name in inputs(true) {
            for word in ["sex", "ethnic", "religion", "name", "note", "postcode", "language", "eal"]
            {
                assert!(!name.split('_').any(|part| part == word), "{name}");
            }
        }
        assert!(inputs(true).contains(&"deprivation") && !inputs(false).contains(&"deprivation"));
    }
}
