//! What is read of somebody on a day for the predictor: windows, silence, and nothing from later.

#![expect(clippy::indexing_slicing, reason = "a test may stop at a wrong index")]

use domain::calendar::Day;
use domain::edition::{Edition, Offer};
use domain::person::{Field, PersonRecord};
use domain::prediction::{
    Cell, FEATURES, Fact, Known, Outcome, Point, Reach, Sender, Target, Value, features, outcome,
};
use domain::status::Spell;
use jiff::civil::date;

fn fact(field: &str, value: &str, from: Day, to: Day) -> Fact {
    Fact {
        field: field.into(),
        value: value.into(),
        from,
        to: Some(to),
        source: "roll".into(),
        ..Fact::default()
    }
}

/// Read of a pupil of the school that sent the sets.
fn read(facts: &[Fact], covered: &[&str], day: Day) -> impl Fn(&str) -> Cell {
    read_at("urn-1", facts, covered, day)
}

fn read_at(school: &str, facts: &[Fact], covered: &[&str], day: Day) -> impl Fn(&str) -> Cell {
    let mut record = PersonRecord::default();
    record.particulars.set(Field::School, school.to_owned());
    let reach = Some(Reach::Roll("urn-1".to_owned()));
    let spans = vec![(date(2023, 9, 1), date(2025, 8, 31))];
    let sender = || {
        [Sender {
            id: "urn-1".to_owned(),
            name: "roll".to_owned(),
            reach: reach.clone(),
            spans: spans.clone(),
        }]
        .into()
    };
    let covered = covered.iter().map(|name| ((*name).to_owned(), sender())).collect();
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

/// What is read of a record with these spells, born in March 2007, of whom no set was loaded.
fn read_of(spells: Vec<Spell>, day: Day) -> impl Fn(&str) -> Cell {
    let mut record = PersonRecord { spells, ..PersonRecord::default() };
    record.particulars.set(Field::DateOfBirth, "2007-03-01".to_owned());
    let covered = Default::default();
    let known = Known { record: &record, facts: &[], tries: &[], covered: &covered };
    let cells = features(&known, day, formats::reference::editions().on(day).unwrap());
    move |name: &str| {
        let at = FEATURES.iter().position(|feature| feature.name == name).unwrap();
        cells[at].clone()
    }
}

/// Nobody writes down that somebody is no carer: "no" is read of a record that was confirmed within the year,
/// and of one that nobody looked at nothing is known.
#[test]
fn the_silence_of_a_record_is_no_only_where_it_was_confirmed() {
    let day = date(2024, 11, 15);
    let old = Spell::new("230", date(2023, 9, 4));
    let verified = |day| Spell { verified: Some(day), ..old.clone() };
    for (spells, wanted) in [
        (vec![], None),
        (vec![old.clone()], None),
        (vec![verified(date(2023, 11, 14))], None),
        (vec![verified(date(2024, 11, 16))], None),
        (vec![Spell::new("810", date(2024, 9, 2))], None),
        (vec![verified(date(2024, 9, 12))], Some(date(2024, 9, 12))),
        (vec![Spell::new("230", date(2024, 9, 2))], Some(date(2024, 9, 2))),
    ] {
        let cell = read_of(spells.clone(), day);
        for name in [
            "looked_after",
            "care_leaver",
            "young_carer",
            "custody",
            "pregnant_or_parent",
            "youth_justice",
        ] {
            let said = wanted.map(|day| ("no", Some(day)));
            assert_eq!(cell(name).as_name().zip(Some(cell(name).day)), said, "{name} {spells:?}");
        }
    }
}

#[test]
fn nought_times_neet_is_said_only_of_whom_enough_is_known() {
    let (school, sixteen) = (date(2022, 11, 15), date(2024, 11, 15));
    let since = |start| vec![held("230", start, None)];
    for (what, spells, day, before, months) in [
        ("nobody is NEET at school", vec![], school, Some(0.0), Some(0.0)),
        ("nothing is recorded", vec![], sixteen, None, None),
        ("known from school on", since(date(2022, 9, 1)), sixteen, Some(0.0), Some(0.0)),
        ("known for a year and a bit", since(date(2023, 10, 1)), sixteen, None, Some(0.0)),
        ("known for two months", since(date(2024, 9, 15)), sixteen, None, None),
        ("NEET since", vec![held("619", date(2024, 9, 15), None)], sixteen, Some(1.0), Some(2.0)),
        ("not known to anybody", vec![held("810", date(2023, 9, 15), None)], sixteen, None, None),
    ] {
        let cell = read_of(spells, day);
        let told = (cell("neet_before").as_number(), cell("neet_months").as_number());
        assert_eq!(told, (before, months), "{what}");
    }
    assert_eq!(read_of(vec![], sixteen)("lapsed").as_name(), None, "nothing there could lapse");
}

/// The codes of the compulsory years are not all of school: 150 says that nobody knows, and three that somebody
/// is on no roll. One of these is custody, as 290 is of those who learn there later.
#[test]
fn what_somebody_does_is_read_of_its_code() {
    let day = date(2022, 11, 15);
    for (code, status, custody) in [
        ("110", "at school", "no"),
        ("120", "at no school", "no"),
        ("130", "at no school", "yes"),
        ("140", "at no school", "no"),
        ("150", "not known to anybody", "?"),
        ("230", "in education", "no"),
        ("290", "in education", "yes"),
        ("619", "NEET", "no"),
        ("710", "neither", "yes"),
        ("810", "not known to anybody", "?"),
    ] {
        let cell = read_of(vec![held(code, date(2022, 9, 1), None)], day);
        assert_eq!(cell("status").as_name(), Some(status), "{code}");
        assert_eq!(cell("custody").as_name().unwrap_or("?"), custody, "{code}");
    }
}

/// Which status is an offer and which activity is custody is the edition's to say.
#[test]
fn offers_and_custody_are_read_by_the_codes_of_the_edition() {
    let day = date(2022, 11, 15);
    let shipped = formats::reference::editions().on(day).unwrap();
    let mut other = shipped.clone();
    other.guarantee.categories.insert("116".to_owned(), Offer::Made);
    other.custody = ["270".to_owned()].into();
    let covered = Default::default();
    let read = |edition: &Edition, status: &str, code: &str| {
        let spells = vec![held(code, date(2022, 9, 1), None)];
        let mut record = PersonRecord { spells, ..PersonRecord::default() };
        record.particulars.set(Field::GuaranteeYear12, status.to_owned());
        let known = Known { record: &record, facts: &[], tries: &[], covered: &covered };
        let cells = features(&known, day, edition);
        ["offer", "custody"].map(|name| {
            let at = FEATURES.iter().position(|feature| feature.name == name).unwrap();
            cells[at].as_name().unwrap_or("?").to_owned()
        })
    };
    assert_eq!(read(shipped, "114", "710"), ["offer accepted", "yes"]);
    assert_eq!(read(shipped, "124", "270"), ["no offer needed", "no"]);
    assert_eq!(read(shipped, "159", "270")[0], "not settled");
    assert_eq!(read(shipped, "154", "270")[0], "no offer");
    assert_eq!(read(shipped, "116", "270")[0], "?", "a status that it does not know");
    assert_eq!(read(&other, "116", "270"), ["offer accepted", "yes"]);
    assert_ne!(read(&other, "116", "710")[1], "yes");
}

#[test]
fn no_fact_is_a_no_only_where_the_set_was_loaded() {
    let day = date(2024, 11, 15);
    assert_eq!(read(&[], &[], day)("suspension_days").value, Value::NotKnown);
    let cell = read(&[], &["suspended", "excluded"], day);
    assert_eq!(cell("suspension_days").as_number(), Some(0.0));
    assert_eq!(cell("permanent_exclusion").as_name(), None, "whoever was excluded is on no roll");
    let spring = [fact("suspended", "2", date(2024, 3, 4), date(2024, 3, 5))];
    let cell = read(&spring, &["suspended"], day);
    assert_eq!(cell("suspension").as_name(), Some("yes"), "in the academic year before");
    assert_eq!(cell("suspension_days").as_number(), Some(2.0));
    let later = [fact("suspended", "2", date(2024, 11, 16), date(2024, 11, 17))];
    let cell = read(&later, &["suspended"], day);
    assert_eq!(cell("suspension_days").as_number(), Some(0.0), "begins after the day");
}

/// What a school leaves unsaid is said of its own pupils, and of those whom its census counted.
#[test]
fn silence_says_nothing_of_who_is_out_of_the_senders_reach() {
    let day = date(2024, 11, 15);
    let fields = ["suspended", "excluded", "early_help", "family_intervention", "childrens_fund"];
    let told = |school: &str, facts: &[Fact]| -> Vec<String> {
        let cell = read_at(school, facts, &fields, day);
        let read = |name: &str| match cell(name).value {
            Value::Number(number) => number.to_string(),
            Value::Name(name) => name,
            Value::NotKnown => "?".to_owned(),
        };
        let all = ["suspension", "suspension_days", "permanent_exclusion", "early_help"];
        [&all[..], &["family_intervention", "childrens_fund"]]
            .concat()
            .into_iter()
            .map(read)
            .collect()
    };
    let no: Vec<String> = ["no", "0", "?", "no", "no", "no"].map(str::to_owned).to_vec();
    let unknown: Vec<String> = vec!["?".to_owned(); 6];
    assert_eq!(told("urn-1", &[]), no);
    assert_eq!(told("urn-2", &[]), unknown, "another school's pupil");
    let counted = fact("census", "yes", date(2024, 10, 3), date(2025, 2, 3));
    assert_eq!(told("urn-2", std::slice::from_ref(&counted)), no, "counted by the sender");
    let long_ago = fact("census", "yes", date(2023, 5, 18), date(2023, 9, 18));
    assert_eq!(told("urn-2", &[long_ago]), unknown, "counted once, and not since");
    let elsewhere = Fact { source: "another school".into(), ..counted };
    assert_eq!(told("urn-2", &[elsewhere]), unknown, "counted by somebody else");
    let cell = read(&[], &fields, day)("suspension");
    assert_eq!(cell.source.as_deref(), Some("roll"), "a reason names who was silent");
}

/// The census in its own tables: the pupils' table counts, the table of meals names who has them.
#[test]
fn meals_are_what_the_two_tables_of_a_census_say_together_in_any_order() {
    let (october, day) = (date(2024, 10, 3), date(2024, 11, 15));
    let counted = fact("census", "yes", october, date(2025, 2, 3));
    let meals =
        |to: Option<Day>| Fact { to, ..fact("free_school_meals", "yes", date(2020, 9, 7), day) };
    let told = |facts: &[Fact], covered: &[&str]| {
        let there = read(facts, covered, day)("free_school_meals");
        let back: Vec<Fact> = facts.iter().rev().cloned().collect();
        assert_eq!(read(&back, covered, day)("free_school_meals"), there, "order is nothing");
        there.as_name().map(str::to_owned)
    };
    let table = ["free_school_meals"];
    let yes = Some("yes".to_owned());
    assert_eq!(told(&[counted.clone(), meals(None)], &table), yes);
    assert_eq!(
        told(std::slice::from_ref(&counted), &table).as_deref(),
        Some("no"),
        "counted and not named"
    );
    assert_eq!(
        told(std::slice::from_ref(&counted), &[]),
        None,
        "the table of meals was never sent"
    );
    assert_eq!(told(&[], &table), None, "nobody counted this pupil");
    let elsewhere = Fact { source: "another school".into(), ..counted.clone() };
    assert_eq!(told(&[elsewhere], &table), None, "another school's table is not about this pupil");
    let ended = meals(Some(date(2023, 7, 21)));
    let both = [counted.clone(), meals(None), ended];
    assert_eq!(told(&both, &table).as_deref(), Some("no"), "a later table ended the period");
    let flag = fact("free_school_meals", "no", october, date(2025, 2, 3));
    let spring = fact("free_school_meals", "yes", date(2024, 1, 18), date(2024, 5, 18));
    assert_eq!(told(&[flag, spring], &[]), yes, "at any time of the twelve months");
    let twice = fact("suspended", "2", date(2024, 9, 9), date(2024, 9, 10));
    let twice = [twice.clone(), twice];
    let cell = read(&twice, &["suspended"], day);
    assert_eq!(cell("suspension_days").as_number(), Some(2.0), "said twice is said once");
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

/// A spell known to hold to its end, or all the time that is looked at.
fn held(code: &str, start: Day, end: Option<Day>) -> Spell {
    let verified = Some(end.unwrap_or(date(2024, 9, 1)));
    Spell { end, verified, ..Spell::new(code, start) }
}

fn came(target: Target, on: (Point, Day), spells: Vec<Spell>) -> Outcome {
    let record = PersonRecord { spells, ..PersonRecord::default() };
    outcome(&record, formats::reference::editions(), target, on)
}

/// Of the ends of the 24 months from September 2022 on.
#[test]
fn six_months_neet_in_two_years_is_long_and_eighteen_known_ends_say_no() {
    let on = (Point::Spring, date(2022, 5, 15));
    let (first, january) = (date(2022, 9, 1), date(2023, 1, 11));
    let away = |to: Day| {
        vec![
            held("230", first, Some(date(2023, 1, 10))),
            held("619", january, Some(to)),
            held("230", to.tomorrow().unwrap(), None),
        ]
    };
    let twice = vec![
        held("619", first, Some(date(2022, 12, 5))),
        held("230", date(2022, 12, 6), Some(date(2023, 9, 10))),
        held("619", date(2023, 9, 11), Some(date(2023, 12, 4))),
        held("230", date(2023, 12, 5), None),
    ];
    let until = |to: Day| vec![held("230", first, Some(to))];
    for (what, spells, wanted) in [
        ("January to June", away(date(2023, 7, 5)), Outcome::Happened),
        ("five ends", away(date(2023, 6, 20)), Outcome::DidNot),
        ("three and three", twice, Outcome::Happened),
        (
            "six and then nobody knows",
            vec![held("619", first, Some(date(2023, 3, 1)))],
            Outcome::Happened,
        ),
        ("eighteen ends known", until(date(2024, 2, 29)), Outcome::DidNot),
        ("seventeen", until(date(2024, 1, 31)), Outcome::NotKnown),
        ("nothing", Vec::new(), Outcome::NotKnown),
    ] {
        assert_eq!(came(Target::LongNeet, on, spells), wanted, "{what}");
    }
}

/// Of the ends of November, December and January after the last of October.
#[test]
fn work_without_learning_has_left_it_and_an_apprenticeship_has_not() {
    let on = (Point::Monthly, date(2023, 10, 31));
    let (first, december) = (date(2023, 9, 4), date(2023, 12, 10));
    let then = |code: &str| {
        vec![
            held("230", first, Some(date(2023, 12, 9))),
            held(code, december, Some(date(2024, 2, 20))),
        ]
    };
    let until = |to: Day| vec![held("230", first, Some(to))];
    for (what, spells, wanted) in [
        ("stays", until(date(2024, 7, 5)), Outcome::DidNot),
        ("NEET", then("619"), Outcome::Happened),
        ("work", then("330"), Outcome::Happened),
        ("an apprenticeship", then("310"), Outcome::DidNot),
        ("work with study", then("320"), Outcome::DidNot),
        ("not known", then("810"), Outcome::NotKnown),
        ("two ends of three known", until(date(2024, 1, 5)), Outcome::DidNot),
        ("one", until(date(2023, 12, 5)), Outcome::NotKnown),
        ("gone before", until(date(2023, 10, 31)), Outcome::NotKnown),
    ] {
        assert_eq!(came(Target::LeftLearning, on, spells), wanted, "{what}");
    }
    let neet = vec![held("330", first, None)];
    assert_eq!(came(Target::CountMonths, on, neet), Outcome::DidNot, "work is not NEET");
}

/// What one row of a set says: field, value, first and last day.
fn row_of(kind: &str, head: &str, row: &str) -> Result<String, String> {
    let set = formats::analysis::Set::named(kind).unwrap();
    let options = formats::analysis::Options {
        sender: "them",
        as_of: Some(date(2024, 10, 3)),
        ..Default::default()
    };
    let text = format!("UPN,{head}\nA123,{row}\n");
    let read = formats::analysis::read(set, text.as_bytes(), &options).unwrap();
    let facts = read.lines.into_iter().next().unwrap().facts?;
    let told = |f: Fact| {
        let to = f.to.map_or(String::new(), |day| day.to_string());
        format!("{} {} {} {to}", f.field, f.value, f.from).trim_end().to_owned()
    };
    Ok::<String, String>(facts.into_iter().map(told).collect::<Vec<_>>().join("; "))
}

/// Rows of every kind of set: its kind, its headings, a row and the facts that it says.
const ROWS: [(&str, &str, &str, &str); 22] = [
    (
        "census",
        "SENprovision,SENtype,FirstLanguage,FSMeligible,GiftedAndTalented",
        "K,SEMH,POL,Y,N",
        "census yes 2024-10-03 2025-02-03; sen_provision K 2024-10-03; sen_need SEMH 2024-10-03; \
             eal yes 2024-10-03; free_school_meals yes 2024-10-03 2025-02-03; gifted no 2024-10-03",
    ),
    (
        "census",
        "SENprovision,Language",
        "S,ENG",
        "census yes 2024-10-03 2025-02-03; sen_provision E 2024-10-03; eal no 2024-10-03",
    ),
    (
        "census",
        "PupilOnRollTableId,SENprovision",
        "17,N",
        "census yes 2024-10-03 2025-02-03; census_row pupilonrolltableid 17 2024-10-03 2024-10-03; \
             sen_provision N 2024-10-03",
    ),
    (
        "census",
        "PupilNoLongerOnRollTableId,SENprovision",
        "17,N",
        "census_row pupilnolongeronrolltableid 17 2024-10-03 2024-10-03; sen_provision N 2024-10-03",
    ),
    (
        "census",
        "CensusDate,FSM",
        "16/01/2025,false",
        "census yes 2025-01-16 2025-05-16; free_school_meals no 2025-01-16 2025-05-16",
    ),
    (
        "census",
        "CensusDate,FSM",
        "16/01/2025,",
        "census yes 2025-01-16 2025-05-16; free_school_meals no 2025-01-16 2025-05-16",
    ),
    (
        "census-fsm",
        "FSMstartdate,FSMenddate,UKcountry",
        "2023-Sep-04 00:00:00,,ENG",
        "free_school_meals yes 2023-09-04",
    ),
    ("census-fsm", "FSMstartdate,FSMenddate,UKcountry", "2023-09-04,2024-07-05,SCT", ""),
    (
        "census-sen",
        "SENtype,SENtypeRank,SENprovision",
        "ASD,1,E",
        "sen_provision E 2024-10-03; sen_need ASD 2024-10-03",
    ),
    ("census-sen", "SENtype,SENtypeRank", "MLD,2", ""),
    ("ks2", "Year,ReadScore,MatScore", "2020,104,96", "ks2 100 2020-07-09"),
    ("ks2", "Year,MatScore", "2019/20,99", "ks2 99 2020-07-09"),
    (
        "ks4",
        "Year,Att8,BestEnglish,BestMaths",
        "2023/24,46.5,5,4",
        "ks4 4.65 2024-08-22; english_maths yes 2024-08-22",
    ),
    ("ks4", "Year,English,Maths", "2024,3,9", "english_maths no 2024-08-22"),
    (
        "yot",
        "InterventionStart,InterventionEnd,Custody",
        "04/03/2024,,N",
        "youth_justice yes 2024-03-04",
    ),
    (
        "yot",
        "Start,End,Custody",
        "04/03/2024,01/06/2024,Y",
        "youth_justice yes 2024-03-04 2024-06-01; custody yes 2024-03-04 2024-06-01",
    ),
    ("fip", "Start,End", "04/03/2024,01/06/2024", "family_intervention yes 2024-03-04 2024-06-01"),
    ("childrens-fund", "DateFrom", "2014-03-04", "childrens_fund yes 2014-03-04"),
    ("early-help", "Start,End", "04/03/2024,", "early_help yes 2024-03-04"),
    (
        "suspensions",
        "Start,Sessions,Category",
        "04/03/2024,3,SUSP",
        "suspended 1.5 2024-03-04 2024-03-04",
    ),
    (
        "suspensions",
        "Start,End,Days,Category",
        "04/03/2024,06/03/2024,3,fixed term",
        "suspended 3 2024-03-04 2024-03-06",
    ),
    ("suspensions", "Start,Category", "04/03/2024,PERM", "excluded yes 2024-03-04 2024-03-04"),
];

#[test]
fn each_kind_of_set_says_its_facts() {
    for (kind, head, row, wanted) in ROWS {
        assert_eq!(row_of(kind, head, row).as_deref(), Ok(wanted), "{kind} {row}");
    }
}

/// Tables of a pupil's things name the pupil by a row of the table of pupils, and by nothing else.
#[test]
fn a_table_of_a_census_may_name_its_pupils_by_row_and_another_set_may_not() {
    let read = |kind: &str, text: &str| {
        let set = formats::analysis::Set::named(kind).unwrap();
        formats::analysis::read(set, text.as_bytes(), &formats::analysis::Options::default())
    };
    let meals =
        "pupilonrolltableid,fsmstartdate,fsmenddate,ukcountry\n17,2023-Sep-04 00:00:00,,ENG\n";
    let lines = read("census-fsm", meals).unwrap().lines;
    assert_eq!(lines[0].of_row.as_deref(), Some("pupilonrolltableid 17"));
    assert_eq!((lines[0].keys.len(), lines[0].facts.as_ref().unwrap().len()), (0, 1));
    let both =
        "upn,pupilonrolltableid,fsmstartdate\nA1,17,2023-09-04\n,18,2023-09-04\n,,2023-09-04\n";
    let lines = read("census-fsm", both).unwrap().lines;
    let rows: Vec<Option<&str>> = lines.iter().map(|line| line.of_row.as_deref()).collect();
    assert_eq!(rows, [None, Some("pupilonrolltableid 18"), None], "a number is surer than a row");
    assert_eq!(lines[2].facts, Err("nothing says whose row it is".to_owned()));
    let help = "pupilonrolltableid,start,end\n17,2023-09-04,\n";
    let refused = read("early-help", help).unwrap_err().sentence;
    assert!(refused.contains("the pupil (upn, uln, or forename, surname and dob)"), "{refused}");
    let refused =
        read("census-fsm", "name,fsmstartdate,fsmenddate\nA,2023-09-04,\n").unwrap_err().sentence;
    assert!(refused.contains("or its pupilonrolltableid)"), "{refused}");
}

#[test]
fn a_row_of_a_set_that_cannot_be_says_why() {
    for (kind, head, row, why) in [
        ("census", "SEN", "Z", "Z is no provision of special needs"),
        ("ks2", "Year,Maths", "2020,121", "a scaled score lies from 80 to 120"),
        ("ks2", "Year,Maths", "last,100", "nothing under year is a year"),
        ("ks4", "Year,Att8", "2024,91", "Attainment 8 lies from 0 to 90"),
        ("ks4", "Year,English,Maths", "2024,5,pass", "a grade is 9 to 1, A* to G, or U"),
        ("yot", "Start", "", "nothing stands under start"),
        ("fip", "Start,End", "04/03/2024,03/03/2024", "it ends before it begins"),
        ("suspensions", "Start,Category", "04/03/2024,LATE", "LATE is no category of exclusion"),
    ] {
        assert_eq!(row_of(kind, head, row), Err(why.to_owned()), "{kind} {row}");
    }
}

/// The census's table of sessions has a row for each pupil and mark; together they are the pupil's term.
#[test]
fn the_sessions_of_a_census_are_put_together_by_pupil() {
    let set = formats::analysis::Set::named("census-attendance").unwrap();
    let read = |day: Day, text: &str| {
        let options =
            formats::analysis::Options { sender: "them", as_of: Some(day), ..Default::default() };
        formats::analysis::read(set, text.as_bytes(), &options).unwrap().lines
    };
    let spring = date(2025, 1, 16);
    let rows = "pupilonrolltableid,attendancereason,sessions\n17,/,60\n18,I,4\n17,\\,58\n17,I,6\n17,O,3\n17,X,5\n19,QQ,2\n";
    let lines = read(spring, rows);
    let of = |row: u32| lines.iter().find(|line| line.row == row).unwrap();
    let pupil = of(2);
    assert_eq!(pupil.of_row.as_deref(), Some("pupilonrolltableid 17"));
    let told = &pupil.facts.as_ref().unwrap()[0];
    assert_eq!((told.field.as_str(), told.value.as_str()), ("sessions", "127/9/3"));
    assert_eq!((told.from, told.to), (date(2024, 9, 1), Some(date(2024, 12, 31))));
    let alone = of(3).facts.as_ref().unwrap_err();
    assert!(alone.contains("not how many there were"), "{alone}");
    assert!(of(8).facts.as_ref().unwrap_err().contains("QQ is no mark"));
    assert_eq!(lines.len(), 3);
    // Of a table that lists what was missed alone, the sessions possible stand beside it.
    let missed = "upn,attendancereason,sessions,termlysessionspossible\nA1,I,6,130\nA1,O,3,130\n";
    for (census, from, to) in [
        (spring, date(2024, 9, 1), date(2024, 12, 31)),
        (date(2025, 5, 15), date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 10, 2), date(2025, 6, 1), date(2025, 7, 31)),
    ] {
        let lines = read(census, missed);
        let told = &lines[0].facts.as_ref().unwrap()[0];
        assert_eq!((told.value.as_str(), told.from, told.to), ("130/9/3", from, Some(to)));
    }
}
