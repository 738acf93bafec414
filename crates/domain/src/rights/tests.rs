use jiff::civil::{Date, date};

use super::*;
use crate::person::Field;

fn request(right: Right, steps: &[(Step, Date)]) -> Request {
    Request {
        id: 1,
        person: 7,
        right,
        by: Speaker::YoungPerson,
        words: "All of it".to_owned(),
        received: date(2026, 1, 31),
        steps: steps
            .iter()
            .map(|(step, day)| Taken {
                step: *step,
                words: String::new(),
                day: *day,
                by: "Jo".to_owned(),
            })
            .collect(),
    }
}

#[test]
fn an_answer_is_due_in_a_month_and_waiting_for_them_does_not_count() {
    let day = |month, day| date(2026, month, day);
    for (steps, today, by, left, paused) in [
        (vec![], day(2, 1), day(2, 28), 27, None),
        (vec![], day(3, 2), day(2, 28), -2, None),
        (vec![(Step::Paused, day(2, 3))], day(2, 8), day(3, 5), 25, Some(day(2, 3))),
        (
            vec![(Step::Paused, day(2, 3)), (Step::Resumed, day(2, 13))],
            day(3, 1),
            day(3, 10),
            9,
            None,
        ),
        (
            vec![
                (Step::Paused, day(2, 3)),
                (Step::Resumed, day(2, 4)),
                (Step::Paused, day(2, 10)),
                (Step::Resumed, day(2, 12)),
            ],
            day(2, 12),
            day(3, 3),
            19,
            None,
        ),
    ] {
        let due = request(Right::Access, &steps).due(today);
        assert_eq!((due.by, due.days_left, due.paused_since), (by, left, paused), "{steps:?}");
    }
}

#[test]
fn steps_follow_each_other_as_they_can() {
    let day = date(2026, 2, 3);
    for (right, before, open) in [
        (Right::Access, vec![], vec![Step::Paused, Step::Granted, Step::Refused]),
        (Right::Access, vec![Step::Paused], vec![Step::Resumed, Step::Granted, Step::Refused]),
        (Right::Access, vec![Step::Granted], vec![]),
        (Right::Objection, vec![Step::Granted], vec![Step::Lifted]),
        (Right::Objection, vec![Step::Refused], vec![]),
        (Right::Restriction, vec![Step::Granted, Step::Lifted], vec![]),
    ] {
        let steps: Vec<_> = before.iter().map(|step| (*step, day)).collect();
        assert_eq!(request(right, &steps).open_steps(), open, "{right:?} {before:?}");
    }
}

#[test]
fn only_a_yes_to_an_objection_or_a_restriction_stops_use_and_lifting_ends_it() {
    let day = date(2026, 2, 3);
    for (right, steps, stops) in [
        (Right::Access, vec![Step::Granted], false),
        (Right::Correction, vec![Step::Granted], false),
        (Right::Restriction, vec![], false),
        (Right::Restriction, vec![Step::Granted], true),
        (Right::Objection, vec![Step::Granted], true),
        (Right::Objection, vec![Step::Refused], false),
        (Right::Objection, vec![Step::Granted, Step::Lifted], false),
    ] {
        let taken: Vec<_> = steps.iter().map(|step| (*step, day)).collect();
        assert_eq!(request(right, &taken).stops_use(), stops, "{right:?} {steps:?}");
    }
}

#[test]
fn words_are_taken_out_wherever_they_stand() {
    let other = Why::Other.mark();
    for (text, words, left) in [
        ("Mum Sheila rang; SHEILA is ill", "sheila", format!("Mum {other} rang; {other} is ill")),
        ("Straße 4", "strasse", "Straße 4".to_owned()),
        ("ÉLISE came", "élise", format!("{other} came")),
        ("nothing", "", other.to_owned()),
        ("", "", String::new()),
        ("aaa", "aa", format!("{other}a")),
    ] {
        assert_eq!(without(text, words, Why::Other), left, "{text}");
    }
}

#[test]
fn a_pack_leaves_out_parents_and_what_was_chosen_and_protected_homes() {
    let section = |name: &str, column: &str, cell: &str| Section {
        name: name.to_owned(),
        columns: vec![column.to_owned()],
        rows: vec![Row { key: format!("{name}:1"), cells: vec![cell.to_owned()] }],
        ..Section::default()
    };
    let sections = vec![
        section("particulars", Field::ParentName.label(), "Sheila Marsh"),
        section("address", "Postcode", "ME4 4UF"),
        section("contact", "Note", "Rang Sheila at home"),
        section("spell", "Code", "210"),
    ];
    let pack = Pack { sections, ..Pack::default() };
    let chosen =
        Removal { item: "contact:1".to_owned(), words: "Sheila".to_owned(), why: Why::Other };
    let cells = |pack: &Pack| -> Vec<String> {
        pack.sections.iter().flat_map(|s| &s.rows).flat_map(|r| r.cells.clone()).collect()
    };
    let open = pack.clone().redact(std::slice::from_ref(&chosen), false);
    assert_eq!(open.taken_out, 2);
    assert_eq!(
        cells(&open)[1..],
        ["ME4 4UF", "Rang [taken out: about somebody else] at home", "210"]
    );
    let hidden = pack.redact(&[chosen], true);
    assert_eq!(hidden.taken_out, 4, "an activity tells where somebody is found");
    let told = cells(&hidden).concat();
    assert!(!told.contains("Sheila") && !told.contains("ME4") && !told.contains("210"), "{told}");
}

#[test]
fn rows_as_sent_are_cut_like_the_record_and_kept_from_the_parent_of_somebody_hidden() {
    let section = |name: &str, cells: &[(&str, &str)]| Section {
        name: name.to_owned(),
        columns: cells.iter().map(|(column, _)| (*column).to_owned()).collect(),
        rows: vec![Row {
            key: format!("{name}:1"),
            cells: cells.iter().map(|(_, cell)| (*cell).to_owned()).collect(),
        }],
        ..Section::default()
    };
    let particulars = [
        (Field::GivenName.label(), "Amina"),
        (Field::ParentName.label(), "Sheila Marsh"),
        (Field::ParentPhone.label(), "07700 900111"),
        (Field::School.label(), "Sycamore School"),
        (Field::Phone.label(), "07700 900222"),
    ];
    let sent = "[[\"Kin\",\"Sheila Marsh 07700 900111\"],[\"Post code\",\"ME4 4UF\"]]";
    let mut sections = vec![section("particulars", &particulars)];
    sections.push(section("characteristic", &[("From whom", "Sycamore School")]));
    sections.extend(COPIES.iter().map(|copy| section(copy, &[("What the row said", sent)])));
    // A table that nobody has thought of yet.
    sections.push(section("diary", &[("place", "Sycamore School")]));
    let pack = Pack { sections, taken_out: 2, ..Pack::default() };
    let text = |pack: &Pack| format!("{:?}", pack.sections);
    let open = pack.clone().redact(&[], false);
    let told = text(&open);
    assert!(!told.contains("Sheila") && !told.contains("900111"), "{told}");
    assert!(told.contains("ME4 4UF") && told.contains("Sycamore"), "{told}");
    assert_eq!(open.taken_out, 2 + 2 + COPIES.len(), "what was taken out before counts too");
    let told = text(&pack.redact(&[], true));
    for word in ["Sheila", "900111", "ME4 4UF", "Sycamore", "900222"] {
        assert!(!told.contains(word), "{word}: {told}");
    }
    assert!(told.contains("Amina"));
}

#[test]
fn headings_that_speak_of_others_are_known_however_they_are_written() {
    for heading in
        ["Parent/Carer Name", "parent_phone", "MOTHER'S MOBILE", "Contact name", "Next of kin"]
    {
        assert!(speaks_of_others(heading), "{heading}");
    }
    for heading in ["Forename", "Post code", "Telephone", "Care leaver", "Young carer", ""] {
        assert!(!speaks_of_others(heading), "{heading}");
    }
}

#[test]
fn no_chance_is_worked_out_from_an_objection_on_until_it_is_refused_or_lifted() {
    let day = date(2026, 2, 3);
    for (right, steps, stops) in [
        (Right::Objection, vec![], true),
        (Right::Restriction, vec![], true),
        (Right::Objection, vec![(Step::Paused, day)], true),
        (Right::Objection, vec![(Step::Granted, day)], true),
        (Right::Objection, vec![(Step::Granted, day), (Step::Lifted, day)], false),
        (Right::Objection, vec![(Step::Refused, day)], false),
        (Right::Access, vec![], false),
        (Right::Correction, vec![(Step::Granted, day)], false),
    ] {
        assert_eq!(request(right, &steps).stops_prediction(), stops, "{right:?} {steps:?}");
    }
}
