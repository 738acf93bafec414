//! Every check of the return, each with a record that fails and one that passes, by edition.
//! A row changes a faultless record and names the exact codes that must follow, so that a check
//! which fires once too often fails here as well.
//!
//! Source: Appendix D of the requirement for 2015-16 and 2019-20 as held in a practitioner's
//! checker; 306, 909 and the guarantee's ages from a supplier's release note of 2020-21.

use domain::statutory::check::{Report, check};
use domain::statutory::record::{Field, Header, Node, Return, ReturnRecord};
use formats::reference::{authorities, editions};

const OLD: &str = "2015-16";
const NEW: &str = "2019-20";
const LATER: &str = "2020-21";

fn header(edition: &str) -> Header {
    let period_end = match edition {
        OLD => "2015-04-30",
        NEW => "2019-04-30",
        _ => "2020-04-30",
    };
    Header {
        database_ids: vec!["444".into()],
        source_las: vec!["887".into()],
        date_of_send: Some(period_end.into()),
        period_end: Some(period_end.into()),
        supplier_name: Some("Example".into()),
        supplier_xml_version: Some("1".into()),
        xml_schema_version: Some("1".into()),
    }
}

/// A faultless apprentice of academic age 16 at the period end of the edition.
fn faultless(edition: &str) -> ReturnRecord {
    let year: i16 = header(edition).period_end_day().expect("a day").year();
    let mut record = ReturnRecord::default();
    let texts = [
        (Field::YoungPersonsId, "4440000123456".to_owned()),
        (Field::CohortStatus, "P".into()),
        (Field::GivenName, "Test".into()),
        (Field::FamilyName, "Example".into()),
        (Field::AddressLine1, "1 Invented Road".into()),
        (Field::Postcode, "ME4 4TR".into()),
        (Field::Gender, "F".into()),
        (Field::Dob, format!("{}-02-08", year - 17)),
        (Field::Ethnicity, "WBRI".into()),
        (Field::LeadLea, "887".into()),
        (Field::EducatedLea, "886".into()),
        (Field::LevelOfNeedCode, "3".into()),
        (Field::SendFlag, "N".into()),
        (Field::ActivityCode, "310".into()),
        (Field::StartDate, format!("{}-09-03", year - 1)),
        (Field::DateAscertained, format!("{}-09-10", year - 1)),
        (Field::DateVerified, format!("{year}-03-26")),
        (Field::DueToLapseDate, format!("{}-03-26", year + 1)),
        (Field::CurrencyLapsed, "N".into()),
    ];
    for (field, text) in texts {
        *record.slot(field) = Some(text);
    }
    if edition == OLD {
        // The primary cohort of 2015-16 owes its guarantee.
        record.year12_guarantee_status = Some("114".into());
        record.year12_lea_code = Some("887".into());
    } else {
        record.sen_support_flag = Some("N".into());
    }
    record
}

type Changes<'a> = &'a [(Field, &'a str)];

/// An empty text takes the element away; `@year` moves with the edition's period end.
fn changed(edition: &str, changes: Changes<'_>) -> ReturnRecord {
    let mut record = faultless(edition);
    for (field, text) in changes {
        *record.slot(*field) = Some((*text).to_owned()).filter(|text| !text.is_empty());
    }
    record
}

fn run(edition: &str, header: Header, records: Vec<ReturnRecord>) -> Report {
    let edition = editions().named(edition).expect("a shipped edition");
    check(&Return { header, records }, edition, authorities())
}

fn codes(report: &Report) -> String {
    report.findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn expect(edition: &str, changes: Changes<'_>, wanted: &str) {
    let report = run(edition, header(edition), vec![changed(edition, changes)]);
    assert_eq!(codes(&report), wanted, "{edition} {changes:?}\n{:#?}", report.findings);
    let fails = wanted.split(' ').any(|code| matches!(code, "240" | "904"));
    assert_eq!(report.file_rejected(), fails, "{edition} {changes:?}");
}

#[test]
fn a_faultless_record_has_no_findings() {
    for edition in [OLD, NEW, LATER, "2026-27"] {
        expect(edition, &[], "");
    }
}

#[test]
fn identifiers_and_names() {
    use Field::*;
    expect(NEW, &[(YoungPersonsId, "444000012345")], "1");
    expect(NEW, &[(YoungPersonsId, "")], "1");
    expect(NEW, &[(YoungPersonsId, "4450000123456")], "903");
    expect(NEW, &[(GivenName, "")], "2");
    expect(NEW, &[(FamilyName, " ")], "3");
    expect(NEW, &[(UniqueLearnerNo, "123456789")], "30");
    expect(NEW, &[(UniqueLearnerNo, "12345678ab")], "30");
    expect(NEW, &[(UniqueLearnerNo, "0234567890")], "30");
    expect(OLD, &[(UniqueLearnerNo, "0234567890")], "");
    expect(NEW, &[(UniqueLearnerNo, "1234567899")], "");
    expect(NEW, &[(PreviousYpidIdentifier, "44400001234")], "37");
    expect(NEW, &[(PreviousYpidIdentifier, "3310000000001")], "");
    expect(NEW, &[(UniquePupilNumber, "H88740000900")], "38");
    expect(NEW, &[(UniquePupilNumber, "H887400009001")], "");
}

#[test]
fn gender_ethnicity_and_support() {
    use Field::*;
    expect(NEW, &[(Gender, "")], "4");
    expect(NEW, &[(Gender, "N")], "5");
    expect(NEW, &[(Gender, "W")], "");
    expect(NEW, &[(Ethnicity, "")], "6");
    expect(NEW, &[(Ethnicity, "WIRT")], "7");
    expect(NEW, &[(Ethnicity, "BBRI")], "7");
    expect(LATER, &[(Ethnicity, "BBRI")], "");
    expect(NEW, &[(LevelOfNeedCode, "")], "100");
    expect(NEW, &[(LevelOfNeedCode, "4")], "101");
    expect(NEW, &[(SendFlag, "X")], "102");
    expect(NEW, &[(SendFlag, "")], "103");
    expect(NEW, &[(SenSupportFlag, "")], "303");
    expect(NEW, &[(SenSupportFlag, "x")], "304");
    expect(OLD, &[(SenSupportFlag, "x")], "");
    expect(NEW, &[(SendFlag, "Y"), (SenSupportFlag, "Y")], "306");
    expect(NEW, &[(SendFlag, "Y")], "");
}

#[test]
fn ages_and_cohort_status() {
    use Field::*;
    expect(NEW, &[(Dob, "")], "8");
    expect(NEW, &[(Dob, "08/02/2002")], "8");
    // Academic age 26, 25 and 14 at the period end of April 2019.
    expect(NEW, &[(Dob, "1992-08-31"), (SendFlag, "Y")], "9");
    expect(NEW, &[(Dob, "1992-08-31"), (CohortStatus, "A")], "");
    expect(NEW, &[(Dob, "1992-09-01"), (SendFlag, "Y")], "");
    let pupil = [
        (ActivityCode, "110"),
        (DueToLapseDate, "2019-08-31"),
        (PredictedEndDate, "2019-08-31"),
        (IntendedDestinationYr11, "111"),
    ];
    expect(NEW, &[&pupil[..], &[(Dob, "2003-09-01")]].concat(), "10");
    expect(NEW, &[&pupil[..], &[(Dob, "2003-08-31")]].concat(), "");
    expect(NEW, &[(CohortStatus, "")], "11");
    expect(NEW, &[(CohortStatus, "Q")], "904");
    expect(NEW, &[(CohortStatus, "X")], "904");
    expect(NEW, &[(Dob, "2000-08-31")], "40");
    expect(NEW, &[(Dob, "2000-08-31"), (SendFlag, "Y")], "");
    expect(NEW, &[(Dob, "2000-08-31"), (CohortStatus, "A")], "");
    expect(NEW, &[(Dob, "2000-09-01")], "");
    expect(OLD, &[(Dob, "1994-08-31")], "33 40");
    expect(OLD, &[(Dob, "1994-09-01")], "");
    expect(OLD, &[(YouthContractIndicator, "Y")], "29");
    expect(OLD, &[(YouthContractIndicator, "Q")], "36");
    expect(OLD, &[(YouthContractIndicator, "Y"), (YouthContractStartDate, "2014-10-01")], "");
    expect(NEW, &[(YouthContractIndicator, "Q")], "");
}

#[test]
fn authorities_and_transfers() {
    use Field::*;
    expect(NEW, &[(LeadLea, "")], "14");
    expect(NEW, &[(LeadLea, "999")], "15 26");
    expect(NEW, &[(LeadLea, "000")], "15 26");
    expect(NEW, &[(LeadLea, "886")], "26");
    expect(NEW, &[(EducatedLea, "999")], "19");
    expect(NEW, &[(EducatedLea, "004")], "");
    expect(NEW, &[(LeaCodeAtYear11, "835")], "24");
    expect(OLD, &[(LeaCodeAtYear11, "835")], "");
    expect(NEW, &[(LeaCodeAtYear11, "000")], "");
    let year11 = [(Year11GuaranteeStatus, "110"), (Year11LeaCode, "886")];
    expect(NEW, &[&year11[..], &[(LeaCodeAtYear11, "887")]].concat(), "25");
    expect(NEW, &[&year11[..], &[(LeaCodeAtYear11, "886")]].concat(), "");
    expect(NEW, &[(CohortStatus, "T")], "13");
    expect(NEW, &[(CohortStatus, "T"), (TransferredToLaCode, "886")], "");
    expect(NEW, &[(TransferredToLaCode, "886")], "34");
    expect(NEW, &[(CohortStatus, "T"), (TransferredToLaCode, "999")], "35");
    expect(NEW, &[(CohortStatus, "T"), (TransferredToLaCode, "001")], "35");
    expect(NEW, &[(CohortStatus, "T"), (TransferredToLaCode, "887")], "42");
    // Nowhere known, and nowhere else, are told whatever the status; neither is where that status leads.
    for (status, misplaced, own) in [("T", "35", ""), ("E", "35", "35 "), ("P", "34", "34 ")] {
        let to = |code| [(CohortStatus, status), (TransferredToLaCode, code)];
        expect(NEW, &to("004"), &format!("{misplaced} 41"));
        expect(NEW, &to("887"), &format!("{own}42"));
    }
    expect(NEW, &[(CohortStatus, "E"), (TransferredToLaCode, "002")], "");
    expect(NEW, &[(CohortStatus, "E"), (TransferredToLaCode, "886")], "35");
    expect(NEW, &[(CohortStatus, "E")], "");
}

#[test]
fn addresses() {
    use Field::*;
    expect(NEW, &[(AddressLine1, "")], "31");
    expect(NEW, &[(AddressLine1, ""), (County, "Kent")], "");
    expect(NEW, &[(Postcode, "")], "32");
    expect(NEW, &[(Postcode, "ME44TR")], "43");
    expect(NEW, &[(Postcode, "ZZ99 9ZZ")], "");
}

/// Period end in April: the nodes follow the year groups.
#[test]
fn the_september_guarantee() {
    use Field::*;
    let y12 = [(Year12GuaranteeStatus, "114"), (Year12LeaCode, "887")];
    let none = [(Year12GuaranteeStatus, ""), (Year12LeaCode, "")];
    expect(NEW, &y12, "");
    expect(NEW, &[(Year12GuaranteeStatus, "999"), (Year12LeaCode, "887")], "27");
    expect(NEW, &[(Year11GuaranteeStatus, "114"), (Year11LeaCode, "887")], "27");
    expect(NEW, &[(Year12GuaranteeStatus, "110"), (Year12LeaCode, "001")], "261");
    expect(NEW, &[(CohortStatus, "G")], "905");
    expect(NEW, &[(CohortStatus, "G"), (Year12GuaranteeStatus, "110")], "905");
    expect(NEW, &[&y12[..], &[(CohortStatus, "G")]].concat(), "");
    expect(OLD, &none, "905");
    expect(OLD, &[&none[..], &[(Dob, "1997-02-08")]].concat(), "");
    expect(NEW, &[(GuaranteeStatusIndicator, "Y")], "906");
    expect(NEW, &[&y12[..], &[(GuaranteeStatusIndicator, "Y")]].concat(), "");
    expect(NEW, &[(GuaranteeStatusIndicator, "N")], "");
    // In April neither node is about Year 13; of whom the age is not known the flag is taken at its word.
    let flagged = |born| [(GuaranteeStatusIndicator, "Y"), (Dob, born)];
    expect(NEW, &flagged("2001-02-08"), "");
    expect(NEW, &flagged(""), "8 906");
    // A year on, the ages are checked as well. The record is in Year 12.
    expect(LATER, &y12, "");
    expect(
        LATER,
        &[&y12[..], &[(Dob, "2004-02-08"), (ActivityCode, "810")]].concat(),
        "guarantee-year12-too-young 229",
    );
    expect(LATER, &[&y12[..], &[(Dob, "2002-02-08")]].concat(), "guarantee-too-old");
    let y11 = [(Year11GuaranteeStatus, "110"), (Year11LeaCode, "887")];
    expect(LATER, &y11, "guarantee-too-old");
    let year10 = [(Dob, "2004-09-01"), (ActivityCode, "810")];
    expect(LATER, &[&y11[..], &year10[..]].concat(), "10 guarantee-too-young 229");
}

#[test]
fn the_guarantee_keeps_its_summers_people_until_march() {
    let mut header = header(NEW);
    header.period_end = Some("2019-10-31".into());
    let mut record = changed(NEW, &[(Field::CohortStatus, "G")]);
    // Year 13 in October: the Year 12 node is about this person now.
    record.year12_guarantee_status = Some("110".into());
    record.year12_lea_code = Some("887".into());
    assert_eq!(codes(&run(NEW, header.clone(), vec![record.clone()])), "");
    record.dob = Some("2003-02-08".into());
    assert_eq!(codes(&run(NEW, header.clone(), vec![record.clone()])), "905");
    record.year11_guarantee_status = Some("110".into());
    record.year11_lea_code = Some("887".into());
    assert_eq!(codes(&run(NEW, header, vec![record])), "");
}

#[test]
fn activities_and_their_ages() {
    use Field::*;
    expect(NEW, &[(ActivityCode, "")], "200");
    expect(NEW, &[(ActivityCode, "999")], "201");
    expect(NEW, &[(ActivityCode, "720")], "201");
    expect(NEW, &[(Dob, "2003-08-31"), (IntendedDestinationYr11, "211")], "229");
    let pupil =
        [(ActivityCode, "110"), (DueToLapseDate, "2019-08-31"), (PredictedEndDate, "2019-08-31")];
    expect(NEW, &pupil, "230");
    let in_year11 = [&pupil[..], &[(Dob, "2003-02-08")]].concat();
    expect(NEW, &in_year11, "301");
    expect(LATER, &[(IntendedDestinationYr11, "112")], "302");
    let later = [(ActivityCode, "110"), (PredictedEndDate, "2021-03-26"), (Dob, "2004-02-08")];
    expect(LATER, &later, "");
    let stale =
        [(StartDate, "2015-09-01"), (DateAscertained, "2019-06-10"), (DateVerified, "2019-08-31")];
    expect(LATER, &[&later[..], &stale[..]].concat(), "909");
    expect(NEW, &[&in_year11[..], &[(IntendedDestinationYr11, "112")]].concat(), "302");
    expect(NEW, &[&in_year11[..], &[(IntendedDestinationYr11, "111")]].concat(), "");
}

#[test]
fn what_an_activity_requires() {
    use Field::*;
    let ends = [(PredictedEndDate, "2019-07-31"), (DueToLapseDate, "2019-07-31")];
    expect(NEW, &[&ends[..], &[(ActivityCode, "440")]].concat(), "253");
    expect(NEW, &[&ends[..], &[(ActivityCode, "440"), (Dob, "2000-09-03")]].concat(), "");
    expect(NEW, &[&ends[..], &[(ActivityCode, "280")]].concat(), "254");
    expect(NEW, &[&ends[..], &[(ActivityCode, "280"), (SendFlag, "Y")]].concat(), "");
    expect(NEW, &[&ends[..], &[(ActivityCode, "460")]].concat(), "255");
    expect(NEW, &[&ends[..], &[(ActivityCode, "460"), (SendFlag, "Y")]].concat(), "");
    expect(NEW, &[(ActivityCode, "410")], "259");
    expect(NEW, &[(ActivityCode, "530")], "");
    for code in ["350", "710"] {
        expect(NEW, &[(ActivityCode, code)], "262");
        expect(NEW, &[(ActivityCode, code), (ReviewDate, "2019-06-30")], "");
    }
    expect(NEW, &[&ends[..], &[(ActivityCode, "260")]].concat(), "262");
    expect(NEW, &[&ends[..], &[(ActivityCode, "290")]].concat(), "262");
    let neet = [(NeetStartDate, "2018-09-03"), (DueToLapseDate, "")];
    expect(NEW, &[&neet[..], &[(ActivityCode, "616")]].concat(), "262");
    expect(OLD, &[(ActivityCode, "616"), (NeetStartDate, "2014-09-03")], "");
    expect(OLD, &[(ActivityCode, "720")], "262 236");
}

#[test]
fn characteristics() {
    use Field::*;
    let neet = [(NeetStartDate, "2018-09-03"), (DueToLapseDate, "")];
    for (code, needed, check) in
        [("620", "140", "233"), ("630", "120", "234"), ("650", "180", "235")]
    {
        let changes = [&neet[..], &[(ActivityCode, code)]].concat();
        expect(NEW, &changes, check);
        let mut record = changed(NEW, &changes);
        record.characteristics = vec!["110".into(), needed.into()];
        assert_eq!(codes(&run(NEW, header(NEW), vec![record])), "");
    }
    let mut record = changed(OLD, &[(ActivityCode, "720"), (ReviewDate, "2015-06-30")]);
    assert_eq!(codes(&run(OLD, header(OLD), vec![record.clone()])), "236");
    record.characteristics = vec!["130".into()];
    assert_eq!(codes(&run(OLD, header(OLD), vec![record])), "");
    let rows = [(OLD, "200", "104"), (NEW, "200", ""), (NEW, "210", "104"), (LATER, "210", "")];
    for (edition, code, wanted) in rows {
        let mut record = faultless(edition);
        record.characteristics = vec![code.into()];
        assert_eq!(codes(&run(edition, header(edition), vec![record])), wanted, "{edition} {code}");
    }
    let mut record = changed(NEW, &[(Gender, "M")]);
    record.characteristics = vec!["180".into()];
    assert_eq!(codes(&run(NEW, header(NEW), vec![record])), "260");
}

#[test]
fn currency() {
    use Field::*;
    expect(NEW, &[(CurrencyLapsed, "")], "220");
    expect(NEW, &[(CurrencyLapsed, "1")], "221");
    expect(NEW, &[(CurrencyLapsed, "Y")], "231");
    expect(NEW, &[(DueToLapseDate, "2019-04-29")], "232");
    expect(NEW, &[(DueToLapseDate, "2019-04-29"), (CurrencyLapsed, "Y")], "");
    for flag in ["Y", "N"] {
        expect(NEW, &[(DueToLapseDate, "2019-04-30"), (CurrencyLapsed, flag)], "");
    }
    expect(NEW, &[(DueToLapseDate, "")], "243");
    expect(NEW, &[(DueToLapseDate, "26/03/2020")], "244");
    expect(NEW, &[(ActivityCode, "810"), (DueToLapseDate, "")], "");
}

#[test]
fn order_of_dates() {
    use Field::*;
    expect(NEW, &[(StartDate, "")], "202");
    expect(NEW, &[(DateAscertained, "")], "203");
    expect(NEW, &[(DateAscertained, "2019-03-27")], "237");
    expect(NEW, &[(DateAscertained, "2018-09-02")], "242");
    expect(NEW, &[(DateVerified, "2018-09-02")], "237 256");
    expect(NEW, &[(DateVerified, "")], "");
    expect(NEW, &[(DateVerified, "2019-05-01")], "305");
    expect(OLD, &[(DateVerified, "2015-05-01")], "");
    expect(NEW, &[(PredictedEndDate, "2020-03-25")], "238");
    expect(NEW, &[(PredictedEndDate, "2020-03-26")], "");
    expect(NEW, &[(PredictedEndDate, "2020-03-26"), (ReviewDate, "2020-03-27")], "257");
    expect(NEW, &[(PredictedEndDate, "next year")], "258");
}

#[test]
fn since_when_someone_is_neet() {
    use Field::*;
    let neet = [(ActivityCode, "619"), (DueToLapseDate, "")];
    let since = |day| [&neet[..], &[(NeetStartDate, day)]].concat();
    expect(NEW, &neet, "224");
    expect(NEW, &since("2018-09-04"), "225");
    expect(NEW, &since("2018-09-03"), "");
    expect(NEW, &[(NeetStartDate, "2018-09-03")], "226");
    expect(NEW, &since("2017-02-07"), "251");
    expect(NEW, &since("2017-02-08"), "");
}

#[test]
fn establishments() {
    use Field::*;
    expect(NEW, &[(EstablishmentNumber, "887419")], "228");
    expect(NEW, &[(EstablishmentNumber, "9994199")], "228");
    expect(NEW, &[(EstablishmentNumber, "887/4199")], "228");
    expect(NEW, &[(EstablishmentNumber, "8879999")], "");
    expect(NEW, &[(UkProviderReferenceNumber, "20003674")], "39");
    expect(NEW, &[(UkProviderReferenceNumber, "1000367")], "39");
    expect(NEW, &[(UkProviderReferenceNumber, "10003674")], "");
}

#[test]
fn what_appears_twice() {
    let twice = |edition: &str, first: &str, second: &str, other: Changes<'_>| {
        let mut pair = [first, second].map(|status| {
            let common = [
                (Field::CohortStatus, status),
                (Field::Year12GuaranteeStatus, "114"),
                (Field::Year12LeaCode, "887"),
                (Field::UniqueLearnerNo, "1234567899"),
            ];
            changed(edition, &common)
        });
        for (field, text) in other {
            *pair[1].slot(*field) = Some((*text).to_owned());
        }
        codes(&run(edition, header(edition), pair.to_vec()))
    };
    let other = [(Field::YoungPersonsId, "4440000999999")];
    let stranger = [other[0], (Field::GivenName, "Another")];
    assert_eq!(twice(NEW, "P", "P", &[]), "902");
    assert_eq!(twice(NEW, "P", "G", &[]), "");
    assert_eq!(twice(OLD, "P", "G", &[]), "902");
    assert_eq!(twice(NEW, "P", "P", &stranger), "907");
    assert_eq!(twice(NEW, "P", "M", &stranger), "");
    assert_eq!(twice(OLD, "P", "M", &stranger), "907");
    let namesake = [other[0], (Field::GivenName, "TEST"), (Field::UniqueLearnerNo, "1000000019")];
    assert_eq!(twice(NEW, "P", "P", &namesake), "908");
}

#[test]
fn files_that_are_turned_away() {
    let record = || vec![faultless(NEW)];
    let spoiled = |spoil: &dyn Fn(&mut Header)| {
        let mut header = header(NEW);
        spoil(&mut header);
        let report = run(NEW, header, record());
        (report.file_rejected(), report.findings.first().map(|finding| finding.field.clone()))
    };
    assert_eq!(spoiled(&|_| {}), (false, None));
    type Spoil<'a> = &'a dyn Fn(&mut Header);
    let rows: [(Spoil<'_>, &str); 8] = [
        (&|header| header.database_ids = vec!["44".into()], "DatabaseId"),
        (&|header| header.database_ids.clear(), "DatabaseId"),
        (&|header| header.source_las.clear(), "LEACode"),
        (&|header| header.source_las.push("999".into()), "LEACode"),
        (&|header| header.date_of_send = None, "DateOfSend"),
        (&|header| header.period_end = Some("30/04/2019".into()), "PeriodEnd"),
        (&|header| header.period_end = None, "PeriodEnd"),
        (&|header| header.period_end = Some("2019-04-29".into()), "PeriodEnd"),
    ];
    for (spoil, field) in rows {
        assert_eq!(spoiled(spoil), (true, Some(field.into())));
    }
    let without = |node: Node| {
        let mut record = faultless(NEW);
        for field in Field::ALL.iter().filter(|field| field.node() == node) {
            *record.slot(*field) = None;
        }
        let report = run(NEW, header(NEW), vec![record]);
        (report.file_rejected(), codes(&report))
    };
    assert_eq!(without(Node::Activity), (true, "240".into()));
    assert_eq!(without(Node::PersonalDetails), (true, "file".into()));
    assert_eq!(without(Node::LevelOfNeed), (false, "100 103 303".into()));
}

#[test]
fn findings_carry_the_priority_of_the_edition_and_no_personal_data() {
    let rows = [("1", 1), ("4", 2), ("240", 1), ("243", 2), ("259", 1), ("908", 3), ("905", 1)];
    let edition = editions().named(NEW).unwrap();
    for (code, priority) in rows {
        assert_eq!(edition.check(code).unwrap().priority.number(), priority, "{code}");
    }
    let record = changed(NEW, &[(Field::Postcode, "secret"), (Field::Dob, "1990-01-01")]);
    let report = run(NEW, header(NEW), vec![record]);
    for finding in &report.findings {
        assert!(!finding.message.contains("secret") && !finding.message.contains("1990"));
        assert_eq!(finding.young_persons_id.as_deref(), Some("4440000123456"));
    }
}

/// Every check that any edition lists is provoked by some row above; a check in the data without
/// code behind it would be a promise not kept.
#[test]
fn no_listed_check_is_without_code() {
    let sources = include_str!("checks.rs");
    for edition in editions().iter() {
        for code in edition.checks.keys() {
            let quoted = sources.split('"').any(|text| text.split(' ').any(|word| word == code));
            assert!(quoted, "check {code} of {} is never provoked", edition.name);
        }
    }
}
