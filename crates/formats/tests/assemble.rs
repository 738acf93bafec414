//! Who is in the return, what their record says, and how they leave it.

use domain::calendar::Day;
use domain::edition::Edition;
use domain::status::Spell;
use domain::statutory::assemble::*;
use domain::statutory::check::check;
use domain::statutory::leaving::*;
use domain::statutory::record::{Field, Return};
use formats::reference::{authorities, editions};
use jiff::civil::date;

fn edition(name: &str) -> &'static Edition {
    editions().named(name).expect("a shipped edition")
}

const END: Day = date(2020, 1, 31);

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// In Year 12 on 31 January 2020, at a school sixth form.
fn subject() -> Subject {
    let sixth_form = Spell {
        ascertained: Some(date(2019, 9, 10)),
        verified: Some(date(2019, 10, 3)),
        predicted_end: Some(date(2021, 7, 31)),
        establishment_number: text("8874199"),
        ..Spell::new("210", date(2019, 9, 3))
    };
    Subject {
        young_persons_id: "4440000123456".into(),
        cohort_status: "P".into(),
        given_name: text("Test"),
        family_name: text("Example"),
        address_lines: [text("1 Invented Road"), None, None, None],
        postcode: text("ME4 4TR"),
        gender: text("F"),
        born: Some(date(2003, 2, 8)),
        ethnicity: text("WBRI"),
        lead_la: text("887"),
        educated_la: text("887"),
        level_of_need: text("3"),
        send: Some(false),
        sen_support: Some(false),
        characteristics: vec!["160".into(), "110".into(), "160".into()],
        spells: vec![sixth_form],
        ..Subject::default()
    }
}

#[test]
fn a_record_says_what_follows_from_the_period_end() {
    let record = assemble(&subject(), edition("2019-20"), END).record;
    let rows = [
        (Field::ActivityCode, Some("210")),
        (Field::StartDate, Some("2019-09-03")),
        (Field::DateVerified, Some("2019-10-03")),
        (Field::DueToLapseDate, Some("2020-08-31")),
        (Field::CurrencyLapsed, Some("N")),
        (Field::NeetStartDate, None),
        (Field::PredictedEndDate, Some("2021-07-31")),
        (Field::SendFlag, Some("N")),
        (Field::GuaranteeStatusIndicator, None),
        (Field::MiddleName, None),
    ];
    for (field, wanted) in rows {
        assert_eq!(record.get(field), wanted, "{field:?}");
    }
    assert_eq!(record.characteristics, ["110", "160"]);
    let lapsed = assemble(&subject(), edition("2020-21"), date(2020, 9, 30)).record;
    assert_eq!(lapsed.currency_lapsed.as_deref(), Some("Y"), "the roll of 31 August");
}

/// What we write passes the checks that we make, in every edition and for every activity.
#[test]
fn our_own_records_have_no_findings() {
    for edition in editions().iter().filter(|edition| edition.name != "2009") {
        let year = edition.valid_from.year();
        let end = date(year, 4, 30);
        for activity in edition.activities.values() {
            let compulsory = activity.group.word() == "compulsory";
            let spell = Spell {
                ascertained: Some(date(year, 1, 6)),
                verified: Some(date(year, 3, 26)),
                review: activity.review_required.then_some(date(year, 6, 30)),
                predicted_end: activity.end_date_required.then_some(date(year, 7, 10)),
                ..Spell::new(activity.code.clone(), date(year, 1, 6))
            };
            let guarantee =
                GuaranteeAnswer { status: text("110"), la: text("887"), stated_on: None };
            let subject = Subject {
                born: Some(if compulsory { date(year - 16, 1, 5) } else { date(year - 18, 1, 5) }),
                characteristics: ["120", "130", "140", "180"].map(String::from).to_vec(),
                send: Some(true),
                spells: vec![spell],
                intended_destination: compulsory.then(|| "111".into()),
                guarantee_year11: Some(guarantee.clone()),
                guarantee_year12: Some(guarantee),
                ..subject()
            };
            let record = assemble(&subject, edition, end).record;
            let supplier = ("Example", "1");
            let header =
                header(edition, vec!["444".into()], vec!["887".into()], end, end, supplier);
            let report = check(&Return { header, records: vec![record] }, edition, authorities());
            assert_eq!(report.findings, [], "{} {}", edition.name, activity.code);
            assert!(!report.file_rejected());
        }
    }
}

#[test]
fn neet_carries_its_start_and_a_gap_is_not_known() {
    let edition = edition("2019-20");
    let spell = |code: &str, start, end| Spell { end, ..Spell::new(code, start) };
    let mut subject = subject();
    subject.spells = vec![
        spell("619", date(2019, 9, 1), Some(date(2019, 11, 30))),
        spell("640", date(2019, 12, 1), None),
    ];
    let record = assemble(&subject, edition, END).record;
    assert_eq!(record.neet_start_date.as_deref(), Some("2019-09-01"));
    assert_eq!(record.due_to_lapse_date, None);

    subject.spells.truncate(1);
    let assembled = assemble(&subject, edition, END);
    assert!(assembled.activity_assumed);
    assert_eq!(assembled.record.activity_code.as_deref(), Some("810"));
    assert_eq!(assembled.record.start_date.as_deref(), Some("2019-12-01"));
    subject.spells.clear();
    subject.born = Some(date(2004, 2, 8));
    let pupil = assemble(&subject, edition, END).record;
    assert_eq!(pupil.activity_code.as_deref(), Some("150"));
    assert_eq!(pupil.start_date.as_deref(), Some("2020-01-01"));
}

#[test]
fn what_another_system_stated_is_said_again_for_its_own_period() {
    let edition = edition("2019-20");
    let mut subject = subject();
    subject.spells[0].lapse_stated = Some(date(2019, 12, 31));
    subject.spells[0].lapsed_stated = Some(false);
    subject.spells[0].stated_on = Some(END);
    let again = assemble(&subject, edition, END).record;
    assert_eq!(again.due_to_lapse_date.as_deref(), Some("2019-12-31"));
    assert_eq!(again.currency_lapsed.as_deref(), Some("N"), "though the dates disagree");
    subject.spells[0].lapse_stated = None;
    assert_eq!(assemble(&subject, edition, END).record.due_to_lapse_date, None);
    let later = assemble(&subject, edition, date(2020, 2, 29)).record;
    assert_eq!(later.due_to_lapse_date.as_deref(), Some("2020-08-31"), "our own rule from then on");
}

/// From April to August the nodes follow the year groups, afterwards they keep the summer's.
#[test]
fn guarantee_nodes_follow_the_calendar() {
    let answer = |status: &str| {
        Some(GuaranteeAnswer { status: text(status), la: text("887"), stated_on: None })
    };
    let subject =
        Subject { guarantee_year11: answer("110"), guarantee_year12: answer("114"), ..subject() };
    // In Year 11 until August 2019, Year 12 until August 2020, Year 13 after that.
    let rows = [
        (date(2019, 4, 30), true, false),
        (date(2019, 8, 31), true, false),
        (date(2019, 9, 30), true, false),
        (date(2020, 3, 31), true, false),
        (date(2020, 4, 30), false, true),
        (date(2020, 9, 30), false, true),
        (date(2021, 4, 30), false, false),
    ];
    for (end, year11, year12) in rows {
        let record = assemble(&subject, edition("2019-20"), end).record;
        let held =
            (record.year11_guarantee_status.is_some(), record.year12_guarantee_status.is_some());
        assert_eq!(held, (year11, year12), "{end}");
    }
}

#[test]
fn who_belongs_by_edition() {
    let rows = [
        // Born, plan, what 2015-16 says, what 2019-20 says. Academic ages on 31 January 2020.
        (date(2005, 2, 8), false, Err(LeftOut::TooYoung), Err(LeftOut::TooYoung)),
        (date(2004, 2, 8), false, Ok(Belongs::LastCompulsoryYear), Ok(Belongs::LastCompulsoryYear)),
        (date(2003, 2, 8), false, Ok(Belongs::Age), Ok(Belongs::Age)),
        (date(2002, 2, 8), false, Ok(Belongs::Age), Ok(Belongs::Age)),
        (date(2001, 2, 8), false, Ok(Belongs::Age), Err(LeftOut::NoPlan)),
        (date(2001, 2, 8), true, Ok(Belongs::Age), Ok(Belongs::Plan)),
        (date(1999, 2, 8), false, Err(LeftOut::NoPlan), Err(LeftOut::NoPlan)),
        (date(1995, 2, 8), true, Ok(Belongs::Plan), Ok(Belongs::Plan)),
        // To the 25th birthday, whenever in the school year it is.
        (date(1995, 2, 1), true, Ok(Belongs::Plan), Ok(Belongs::Plan)),
        (date(1995, 1, 31), true, Ok(Belongs::Plan), Err(LeftOut::TooOld)),
        (date(1994, 9, 1), true, Ok(Belongs::Plan), Err(LeftOut::TooOld)),
        (date(1994, 2, 8), true, Ok(Belongs::Plan), Err(LeftOut::TooOld)),
        (date(1993, 2, 8), true, Err(LeftOut::TooOld), Err(LeftOut::TooOld)),
    ];
    for (born, plan, old, new) in rows {
        let subject = Subject { born: Some(born), send: Some(plan), ..subject() };
        assert_eq!(belongs(&subject, edition("2015-16"), END), old, "{born}");
        assert_eq!(belongs(&subject, edition("2019-20"), END), new, "{born}");
    }
    let status = |status: &str| {
        belongs(&Subject { cohort_status: status.into(), ..subject() }, edition("2019-20"), END)
    };
    assert_eq!(status("G"), Ok(Belongs::Guarantee));
    assert_eq!(status("T"), Ok(Belongs::Leaving));
    assert_eq!(status("X"), Err(LeftOut::Status));
    let unborn = Subject { born: None, ..subject() };
    assert_eq!(belongs(&unborn, edition("2019-20"), END), Err(LeftOut::NoDateOfBirth));
}

fn change(status: &str, from: Day) -> StatusChange {
    StatusChange { status: status.into(), from }
}

fn reported(period_end: Day, status: &str) -> Reported {
    Reported { period_end, status: status.into() }
}

#[test]
fn leavers_are_told_of_once_and_a_rerun_says_the_same() {
    let edition = edition("2019-20");
    let (december, february) = (date(2019, 12, 31), date(2020, 2, 29));
    let ask = |changes: &[StatusChange], told: &[Reported], open, end| {
        status_in_return(changes, told, open, edition, end)
    };
    let left = [change("T", date(2020, 1, 15))];
    let yes = |status: &str| Ok(status.to_owned());
    assert_eq!(ask(&[], &[], false, END), yes("P"));
    assert_eq!(ask(&left, &[], false, december), yes("P"), "not yet");
    let told_before = [reported(december, "P")];
    assert_eq!(ask(&left, &told_before, false, END), yes("T"));
    let told = [reported(december, "P"), reported(END, "T")];
    assert_eq!(ask(&left, &told, false, END), yes("T"), "made again");
    let already = Err(NotReturned::AlreadyReported(END));
    assert_eq!(ask(&left, &told, false, february), already);
    assert_eq!(ask(&left, &told, false, december), yes("P"), "an old return comes out as it was");

    let back = [left[0].clone(), change("P", date(2020, 2, 10)), change("T", date(2020, 3, 9))];
    assert_eq!(ask(&back, &told, false, february), yes("P"));
    assert_eq!(ask(&back, &told, false, date(2020, 3, 31)), yes("T"), "a second leaving");

    assert_eq!(ask(&left, &told, true, END), yes("G"), "kept for the guarantee");
    assert_eq!(ask(&[change("D", END)], &[], true, END), yes("D"), "but for the dead");
    assert_eq!(ask(&[change("G", END)], &[], true, END), yes("G"));
    assert_eq!(ask(&[change("G", END)], &[], false, END), Err(NotReturned::GuaranteeClosed));
    let covered = [reported(date(2019, 9, 30), "G"), reported(date(2019, 10, 31), "G")];
    let left_in_summer = [change("E", date(2019, 8, 1))];
    assert_eq!(ask(&left_in_summer, &covered, false, date(2019, 11, 30)), yes("E"));
    assert_eq!(
        ask(&[change("X", END)], &[], false, END),
        Err(NotReturned::NeverReturned("X".into()))
    );
    assert_eq!(
        ask(&[change("Q", END)], &[], true, END),
        Err(NotReturned::UnknownStatus("Q".into()))
    );
}

#[test]
fn age_takes_people_out_with_its_own_status() {
    let (august, september) = (date(2019, 8, 31), date(2019, 9, 30));
    let ask = |born, plan, told: &[Reported], edition_name: &str, end| {
        let leaving = leaving_by_age(born, plan, told, edition(edition_name), end);
        leaving.map(|change| change.status)
    };
    let told = [reported(august, "P")];
    // Academic age 18 on 1 September 2019.
    let eighteen = date(2001, 2, 8);
    assert_eq!(ask(eighteen, false, &told, "2019-20", september).as_deref(), Some("A"));
    assert_eq!(ask(eighteen, true, &told, "2019-20", september), None, "kept by a plan");
    assert_eq!(ask(eighteen, false, &[], "2019-20", september), None, "never was in a return");
    assert_eq!(ask(eighteen, false, &told, "2019-20", august), None, "still of age");
    let nineteen = date(2000, 2, 8);
    assert_eq!(ask(nineteen, false, &told, "2019-20", september).as_deref(), Some("L"));
    assert_eq!(ask(date(1994, 2, 8), true, &told, "2019-20", september).as_deref(), Some("A"));
    // With a plan to the 25th birthday, and then told of once.
    let birthday = date(1994, 9, 20);
    assert_eq!(ask(birthday, true, &[reported(date(2019, 7, 31), "P")], "2019-20", august), None);
    assert_eq!(ask(birthday, true, &told, "2019-20", september).as_deref(), Some("A"));
    let gone = [told[0].clone(), reported(september, "A")];
    assert_eq!(ask(eighteen, false, &gone, "2019-20", date(2019, 10, 31)), None, "told already");
    assert_eq!(
        ask(eighteen, false, &gone, "2019-20", september).as_deref(),
        Some("A"),
        "made again"
    );
}

/// 40,000 records through every check. A sanity bound, far above what was measured.
#[test]
fn a_large_return_is_assembled_and_checked_soon() {
    let edition = edition("2019-20");
    let base = subject();
    let records = (0..40_000)
        .map(|number| {
            let id = format!("444{number:010}");
            let subject = Subject {
                young_persons_id: id,
                given_name: Some(format!("Test{number}")),
                ..base.clone()
            };
            assemble(&subject, edition, END).record
        })
        .collect();
    let header =
        header(edition, vec!["444".into()], vec!["887".into()], END, END, ("Example", "1"));
    let report = check(&Return { header, records }, edition, authorities());
    assert_eq!((report.records, report.findings.len()), (40_000, 0));
}

#[test]
fn what_is_assumed_of_the_last_compulsory_year_ends_with_it() {
    let pupil = Subject { born: Some(date(2004, 2, 8)), spells: Vec::new(), ..subject() };
    let made = assemble(&pupil, edition("2019-20"), END);
    let said = |field| made.record.get(field);
    assert_eq!(said(Field::ActivityCode), Some("150"));
    assert_eq!(said(Field::PredictedEndDate), Some("2020-08-31"));
    let older = Subject { spells: Vec::new(), ..subject() };
    let made = assemble(&older, edition("2019-20"), END);
    assert_eq!(made.record.get(Field::PredictedEndDate), None, "nobody knows of what");
}

/// What is returned of whom nothing is known is the edition's code, whichever that is.
#[test]
fn who_has_no_activity_is_returned_at_the_code_of_the_edition() {
    let period_end = date(2019, 4, 30);
    let shipped = edition("2019-20");
    let mut other = shipped.clone();
    other.unknown_activity.after = "820".to_owned();
    other.unknown_activity.compulsory = "140".to_owned();
    let code = |edition: &Edition, born| {
        let person = Subject { spells: Vec::new(), born: Some(born), ..subject() };
        let record = assemble(&person, edition, period_end).record;
        record.text(Field::ActivityCode).map(str::to_owned)
    };
    let (older, younger) = (date(2002, 3, 1), date(2003, 3, 1));
    assert_eq!((code(shipped, older), code(shipped, younger)), (text("810"), text("150")));
    assert_eq!((code(&other, older), code(&other, younger)), (text("820"), text("140")));
}
