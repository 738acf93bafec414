//! What is read of somebody on a day for the predictor: windows, silence, and nothing from later.

#![expect(clippy::indexing_slicing, reason = "a test may stop at a wrong index")]

use domain::calendar::Day;
use domain::person::PersonRecord;
use domain::prediction::{
    Cell, FEATURES, Fact, Known, Outcome, Point, Target, Value, features, outcome,
};
use domain::status::Spell;
use jiff::civil::date;

fn fact(field: &str, value: &str, from: Day, to: Day) -> Fact {
    Fact { field: field.into(), value: value.into(), from, to: Some(to), source: "roll".into() }
}

fn read(facts: &[Fact], covered: &[&str], day: Day) -> impl Fn(&str) -> Cell {
    let record = PersonRecord::default();
    let covered = covered.iter().map(|name| (*name).to_owned()).collect();
    let known = Known { record: &record, facts, tries: &[], covered: &covered };
    let edition = formats::reference::editions().on(day).expect("an edition for the day");
    let cells = features(&known, day, edition);
    move |name: &str| {
        let at = FEATURES.iter().position(|feature| feature.name == name).unwrap();
        cells[at].clone()
    }
}

#[test]
fn attendance_is_of_six_months_and_its_change_of_the_six_before() {
    let facts = [
        fact("sessions", "120/12/2", date(2024, 1, 8), date(2024, 3, 28)),
        fact("sessions", "100/20/10", date(2024, 9, 2), date(2024, 10, 25)),
    ];
    let cell = read(&facts, &[], date(2024, 11, 15));
    assert_eq!(cell("attendance").value, Value::Number(80.0));
    assert_eq!(cell("attendance_change").value, Value::Number(-10.0), "of 90 in spring");
    assert_eq!(cell("unauthorised").as_number(), Some(10.0));
    assert_eq!(cell("attendance").day, Some(date(2024, 10, 25)));
    let cell = read(&facts, &[], date(2024, 10, 10));
    assert_eq!(cell("attendance").value, Value::NotKnown, "the autumn is not over");
}

#[test]
fn no_fact_is_a_no_only_where_the_set_was_loaded() {
    let day = date(2024, 11, 15);
    assert_eq!(read(&[], &[], day)("suspension_days").value, Value::NotKnown);
    let cell = read(&[], &["suspended", "excluded"], day);
    assert_eq!(cell("suspension_days").as_number(), Some(0.0));
    assert_eq!(cell("permanent_exclusion").as_name(), Some("no"));
    let spring = [fact("suspended", "2", date(2024, 3, 4), date(2024, 3, 5))];
    let cell = read(&spring, &["suspended"], day);
    assert_eq!(cell("suspension").as_name(), Some("yes"), "in the academic year before");
    assert_eq!(cell("suspension_days").as_number(), Some(2.0));
    let later = [fact("suspended", "2", date(2024, 11, 16), date(2024, 11, 17))];
    let cell = read(&later, &["suspended"], day);
    assert_eq!(cell("suspension_days").as_number(), Some(0.0), "begins after the day");
}

fn spell(code: &str, start: Day, end: Option<Day>) -> Spell {
    Spell { end, verified: Some(start), ..Spell::new(code, start) }
}

#[test]
fn what_became_of_somebody_has_three_answers() {
    let on = (Point::Spring, date(2024, 5, 15));
    let autumn = date(2024, 9, 2);
    let rows = [
        (vec![spell("230", autumn, None)], Outcome::DidNot),
        (
            vec![
                spell("230", autumn, Some(date(2024, 12, 20))),
                spell("619", date(2024, 12, 21), None),
            ],
            Outcome::Happened,
        ),
        (vec![spell("810", autumn, None)], Outcome::NotKnown),
        (vec![], Outcome::NotKnown),
    ];
    for (spells, wanted) in rows {
        let record = PersonRecord { spells, ..PersonRecord::default() };
        let editions = formats::reference::editions();
        let found = outcome(&record, editions, Target::CountMonths, on);
        assert_eq!(found, wanted, "{:?}", record.spells);
    }
}
