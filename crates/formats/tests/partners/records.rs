//! XML files and the flat return.

use super::*;
use domain::statutory::record::{Field as Element, ReturnRecord};
use formats::nccis_xml::{read_whole, write_return};
use formats::reference::editions;
use formats::return_declared::declare;
use jiff::civil::date;

#[test]
fn a_transfer_file() {
    let taken = take(Kind::Ctf, &golden("ctf/current.xml"), &Options::default());
    assert_eq!(
        said(&taken.people[0]),
        "given_name=Zoë middle_name=May family_name=Lakeland date_of_birth=2009-03-04 sex=F \
         ethnicity=WBRI upn=H887419920001 uln=1020304005 phone=01632 960001 \
         email=zoe@example.org parent_name=Jo Lakeland parent_phone=01632 960002 send=Y \
         sen_support=N"
    );
    assert_eq!(doing(&taken.people[0]), ["on roll - 8874199 2020-09-03 -"]);
    let home = taken.people[0].address.as_ref().unwrap();
    assert_eq!(home.lines[..2], ["Flat 2", "14 Invented Row"]);
    assert_eq!((home.town.as_str(), home.county.as_str()), ("Chatham", "Kent"));
    assert_eq!(taken.people[0].former_names[0].family, "Brook & Field");
    assert!(taken.people[0].remarks[0].contains("looked after, by authority 886"));
    // A wrong date of birth loses the date, not the pupil and not the file.
    assert_eq!(doing(&taken.people[1]), ["left 2025-07-23 Moved -"]);
    assert!(taken.people[1].remarks[0].contains("2009-13-31"));
    assert_eq!((taken.refused.len(), taken.refused[0].row), (1, 3));
    assert_eq!(taken.facts.day, Some(date(2025, 10, 2)));
    let unread: Vec<_> = taken.facts.unread.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    assert_eq!(unread, [("Attendance", 1), ("BasicDetails/NCyearActual", 1), ("FSMhistory", 1)]);
    assert_eq!(taken.people[0].also_holds, ["110"], "in care is what the return codes 110");
    assert!(taken.people[1].also_holds.is_empty());
}

#[test]
fn a_pupil_whose_main_school_is_another_is_not_put_on_the_roll_and_what_is_not_read_is_told() {
    let text = String::from_utf8(golden("ctf/current.xml")).unwrap();
    let more = "<BasicDetails><EnrolStatus>S</EnrolStatus><FormerUPN>H887419920001</FormerUPN>                <PreferredForename>Zo</PreferredForename>";
    let file = text.replacen("<BasicDetails>", more, 1);
    let taken = take(Kind::Ctf, file.as_bytes(), &Options::default());
    assert!(doing(&taken.people[0]).is_empty());
    assert!(taken.people[0].remarks.iter().any(|r| r.contains("subsidiary registration")));
    let unread: Vec<_> = taken.facts.unread.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["BasicDetails/FormerUPN", "BasicDetails/PreferredForename"] {
        assert!(unread.contains(&name), "{unread:?}");
    }
}

#[test]
fn special_needs_of_a_learner_are_read_and_other_monitoring_is_told() {
    let text = String::from_utf8(golden("ilr/2025-26.xml")).unwrap();
    let fam = |kind: &str| {
        format!(
            "<LearnerFAM><LearnFAMType>{kind}</LearnFAMType><LearnFAMCode>1</LearnFAMCode></LearnerFAM>"
        )
    };
    let needs = |kinds: [&str; 2]| {
        let file = text.replacen(&fam("EHC"), &kinds.map(fam).concat(), 1);
        let taken = take(Kind::Ilr, file.as_bytes(), &Options::default());
        let said = |field| taken.people[0].particulars.get(field).map(str::to_owned);
        let unread: Vec<String> = taken.facts.unread.iter().map(|(name, _)| name.clone()).collect();
        let told = |kind: &str| unread.contains(&format!("LearnerFAM {kind}"));
        let read = taken.people[0].remarks.iter().any(|said| said.contains("High-needs funding"));
        (said(Field::Send), said(Field::SenSupport), [told("FME"), told("HNS"), read])
    };
    let yes = || Some("Y".to_owned());
    assert_eq!(needs(["EHC", "HNS"]), (yes(), None, [false; 3]));
    assert_eq!(needs(["SEN", "HNS"]), (None, yes(), [false; 3]));
    assert_eq!(needs(["HNS", "FME"]), (None, yes(), [true, false, true]));
    assert_eq!(needs(["FME", "FME"]), (None, None, [true, false, false]));
}

#[test]
fn an_older_transfer_file_from_an_authority() {
    let taken = take(Kind::Ctf, &golden("ctf/older.xml"), &Options::default());
    assert_eq!(
        said(&taken.people[0]),
        "given_name=Ada family_name=O'Marsh date_of_birth=1999-09-01 sex=F upn=L887419920003 \
         send=N sen_support=Y"
    );
    let home = taken.people[0].address.as_ref().unwrap();
    assert_eq!((home.lines[0].as_str(), home.town.as_str()), ("1 Old Street", "Rochester"));
    assert_eq!(doing(&taken.people[0]), Vec::<String>::new());
}

#[test]
fn learners_and_their_main_aims() {
    let taken = take(Kind::Ilr, &golden("ilr/2025-26.xml"), &Options::default());
    let doing: Vec<_> = taken.people.iter().map(|person| doing(person).join("; ")).collect();
    assert_eq!(
        doing,
        [
            "started 230 10003674 2025-09-08 2027-07-31",
            "started 250 10003674 2025-09-08 2027-07-31; left 2025-10-17 withdrawn: transferred \
             to another provider another provider",
            "started 310 10003674 2025-09-15 2027-03-31",
            "started 230 10003674 2024-09-09 2026-07-31; left 2025-10-01 break in learning -",
            "started - 10003674 2025-09-08 2026-07-31",
            "",
        ]
    );
    assert!(said(&taken.people[0]).ends_with("uln=1020304005 send=Y"));
    // The temporary number names nobody; the name still does.
    assert_eq!(taken.people[2].particulars.get(Field::Uln), None);
    assert_eq!(taken.facts.day, Some(date(2025, 11, 3)));
    let older = take(Kind::Ilr, &golden("ilr/2022-23.xml"), &Options::default());
    assert_eq!(
        super::doing(&older.people[0]),
        ["started 230 10003674 2022-09-08 2023-07-31", "left 2023-07-31 completed apprenticeship"]
    );
}

#[test]
fn a_learner_has_the_highest_level_held_or_aimed_for() {
    let text = String::from_utf8(golden("ilr/2025-26.xml")).unwrap();
    let level = |prior: &str, programme: &str| {
        let learner = "<LLDDHealthProb>2</LLDDHealthProb>";
        let held = format!("{learner}<PriorAttain><PriorLevel>{prior}</PriorLevel></PriorAttain>");
        let aim = format!("<FundModel>25</FundModel><ProgType>{programme}</ProgType>");
        let text = text.replacen(learner, &held, 1).replacen("<FundModel>25</FundModel>", &aim, 1);
        let taken = take(Kind::Ilr, text.as_bytes(), &Options::default());
        taken.people[0].particulars.get(Field::EducationLevel).map(str::to_owned)
    };
    assert_eq!(level("2", "31").as_deref(), Some("3"), "a T Level is aimed for");
    assert_eq!(level("3", "3").as_deref(), Some("3"), "more is held than aimed for");
    assert_eq!(level("9", "25").as_deref(), Some("entry"), "a standard says no level");
    assert_eq!(level("12", "").as_deref(), Some("6"));
    assert_eq!(level("99", "30"), None);
}

#[test]
fn the_flat_return_says_what_the_xml_says() {
    let flat = take(Kind::NccisFlat, &golden("nccis-flat/whole.csv"), &Options::default());
    assert_eq!(flat.facts.unread, []);
    assert_eq!(flat.facts.day, Some(date(2025, 10, 31)));
    let spell = |person: &Declaration| match person.activities.as_slice() {
        [ActivitySaid::Current(spell)] => spell.clone(),
        other => panic!("{other:?}"),
    };
    let zoe = spell(&flat.people[0]);
    assert_eq!((zoe.lapse_stated, zoe.lapsed_stated), (Some(date(2026, 8, 31)), Some(false)));
    assert_eq!(zoe.stated_on, flat.facts.day);
    assert_eq!(spell(&flat.people[1]).neet_start, Some(date(2025, 6, 1)));
    assert_eq!(flat.people[0].characteristics, Some(vec!["160".into(), "210".into()]));
    assert_eq!(flat.people[1].characteristics, Some(Vec::new()));
    assert_eq!(flat.people[0].particulars.get(Field::GuaranteeYear11La), Some("887"));
    assert_eq!(flat.people[1].particulars.get(Field::EducatedLa), Some("000"));

    // The same records written as XML and read back are the same declarations.
    let mut whole = domain::statutory::record::Return::default();
    whole.header.period_end = Some("2025-10-31".into());
    whole.records = flat.people.iter().map(record).collect();
    let edition = editions().named("2019-20").unwrap();
    let mut bytes = Vec::new();
    write_return(&mut bytes, &edition.xml, &whole).unwrap();
    let xml = take(Kind::NccisXml, &bytes, &Options::default());
    for (xml, flat) in xml.people.iter().zip(&flat.people) {
        assert_eq!(said(xml), said(flat));
        assert_eq!((&xml.activities, &xml.address), (&flat.activities, &flat.address));
        assert_eq!((&xml.ypid, &xml.characteristics), (&flat.ypid, &flat.characteristics));
    }
    assert_eq!(xml.people.len(), 2);
    assert_eq!(read_whole(bytes.as_slice()).unwrap().0.records.len(), 2);
}

/// The record as the flat file's raw row has it, with its dates in the return's form.
fn record(person: &Declaration) -> ReturnRecord {
    let mut record = ReturnRecord::default();
    for (name, text) in &person.raw {
        let (node_year, element) = match name.strip_prefix("Year1") {
            Some(rest) => (rest.chars().next(), &rest[1..]),
            None => (None, name.as_str()),
        };
        if name == "CharacteristicCode" {
            record.characteristics.push(text.clone());
            continue;
        }
        let field = Element::ALL.iter().find(|field| {
            use domain::statutory::record::Node;
            let year = match field.node() {
                Node::GuaranteeYear11 => Some('1'),
                Node::GuaranteeYear12 => Some('2'),
                _ => None,
            };
            field.element() == element && year == node_year
        });
        *record.slot(*field.unwrap_or_else(|| panic!("{name}"))) = Some(text.clone());
    }
    record
}

#[test]
fn joined_characteristics_and_a_date_that_is_none() {
    let taken = take(Kind::NccisFlat, &golden("nccis-flat/joined.csv"), &Options::default());
    let codes = taken.people[0].characteristics.clone().unwrap();
    assert_eq!(codes, ["160", "210", "110"]);
    assert_eq!(doing(&taken.people[0]), ["current 619 2025-07-01"]);
    assert_eq!(doing(&taken.people[1]), Vec::<String>::new());
    assert!(taken.people[1].remarks.iter().any(|remark| remark.contains("July 2025")));
}

#[test]
fn a_return_of_another_system() {
    let record = ReturnRecord {
        young_persons_id: Some("4440000000001".into()),
        activity_code: Some("619".into()),
        start_date: Some("2025-07-01".into()),
        ..ReturnRecord::default()
    };
    let Row::Person(said) = declare(&record, None, 1) else { panic!("refused") };
    assert_eq!(said.ypid.as_deref(), Some("4440000000001"));
    assert_eq!(doing(&said), ["current 619 2025-07-01"]);
}
