//! Returns as real systems write them are read; what we write is read back the same, and is the
//! same bytes each time; hostile and broken files get one clear sentence with a line.

use domain::statutory::check::check;
use domain::statutory::record::{Field, Return};
use formats::nccis_xml::{Limits, Problem, Summary, read, read_whole, write_return};
use formats::reference::{authorities, editions};
use proptest::prelude::*;

const SHAPE_2019: &str = include_str!("../../../testdata/nccis/incumbent-2019.xml");
const SHAPE_2015: &str = include_str!("../../../testdata/nccis/incumbent-2015.xml");
const WRITTEN_2019: &str = include_str!("../../../testdata/nccis/written-2019-20.xml");
const WRITTEN_2009: &str = include_str!("../../../testdata/nccis/written-2009.xml");
const WRITTEN_2015: &str = include_str!("../../../testdata/nccis/written-2015-16.xml");

fn whole(text: &str) -> (Return, Summary) {
    read_whole(text.as_bytes()).expect("the file is whole")
}

fn written(edition: &str, whole: &Return) -> String {
    let mut out = Vec::new();
    let shape = &editions().named(edition).expect("a shipped edition").xml;
    write_return(&mut out, shape, whole).expect("memory does not fail");
    String::from_utf8(out).expect("the writer writes UTF-8")
}

#[test]
fn an_incumbents_file_of_2019_is_read() {
    let (whole, summary) = whole(SHAPE_2019);
    assert_eq!((summary.root.as_str(), summary.records), ("NCCIS", 2));
    assert_eq!(summary.unknown.iter().collect::<Vec<_>>(), [(&"SomethingNew".to_owned(), &1)]);
    assert_eq!(whole.header.database_ids, ["468"]);
    assert_eq!(whole.header.supplier_name.as_deref(), Some("Example & Sons"));
    let first = &whole.records[0];
    assert_eq!(first.line, Some(13));
    assert_eq!(first.given_name.as_deref(), Some("Zoë"));
    assert_eq!(first.family_name.as_deref(), Some("O'Example"));
    assert_eq!(first.middle_name.as_deref(), Some(""), "there and empty");
    assert_eq!(first.county, None, "not there");
    assert_eq!(first.text(Field::AddressLine2), None);
    assert_eq!(first.neet_start_date.as_deref(), Some("2019-01-07"));
    assert_eq!(first.level_of_need_code.as_deref(), Some("1"));
    assert_eq!(first.characteristics, ["110", "140"]);
    assert_eq!(first.year12_guarantee_status.as_deref(), Some("114"));
    assert_eq!(first.year12_lea_code.as_deref(), Some("887"));
    assert_eq!(whole.records[1].family_name.as_deref(), Some("Smith <Jones>"));
}

#[test]
fn an_incumbents_file_of_2015_is_read() {
    let (whole, summary) = whole(SHAPE_2015);
    assert_eq!((summary.root.as_str(), summary.unknown.len()), ("NCCIS2015", 0));
    assert_eq!(whole.header.source_las, ["887", "886"]);
    assert_eq!(whole.records[0].send_flag.as_deref(), Some("N"), "the older name of the flag");
    assert_eq!(whole.records[0].youth_contract_start_date.as_deref(), Some("2015-10-01"));
}

/// The golden files were looked at by eye against the order of elements in the 2015 schema.
#[test]
fn what_is_written_is_known_to_the_byte() {
    for (edition, text, golden) in
        [("2019-20", SHAPE_2019, WRITTEN_2019), ("2015-16", SHAPE_2015, WRITTEN_2015)]
    {
        let first = written(edition, &whole(text).0);
        assert_eq!(first, golden, "{edition}");
        assert_eq!(written(edition, &whole(&first).0), first, "written, read and written again");
    }
}

/// Source: change log of the 2015 schema: no names, no addresses and no predicted end in 2009, and the flag of
/// a plan was LDDFlag; the name of the root and the order are our own.
#[test]
fn the_return_of_2009_has_no_names_and_passes_its_own_checks() {
    let (said, summary) = whole(WRITTEN_2009);
    assert_eq!((summary.root.as_str(), summary.unknown.len()), ("NCCIS2009", 0));
    assert_eq!(written("2009", &said), WRITTEN_2009);
    let flags: Vec<_> = said.records.iter().map(|r| r.send_flag.as_deref()).collect();
    assert_eq!(flags, [Some("N"), Some("Y")]);
    let edition = editions().named("2009").expect("a shipped edition");
    let report = check(&said, edition, authorities());
    assert_eq!((report.findings, report.rejections), (vec![], vec![]));

    // A record of today has more to say than the return of 2009 asked for.
    let old = written("2009", &whole(SHAPE_2015).0);
    assert!(old.contains("<LDDFlag>"), "{old}");
    for later in ["Name>", "Address", "Postcode", "SENDFlag", "PredictedEndDate", "YouthContract"] {
        let inside = old.replace("SupplierName>", "").replace("EstablishmentName>", "");
        assert!(!inside.contains(later), "{later}: {old}");
    }
}

#[test]
fn hostile_and_broken_files_get_a_sentence_and_a_line() {
    let head = "<NCCIS><FileHeader></FileHeader>\n";
    let deep = format!("{head}{}", "<a>".repeat(100_000));
    let long =
        format!("{head}<YoungPersonsRecord><PersonalDetails><GivenName>{}", "x".repeat(5_000));
    let laughs = "<!DOCTYPE NCCIS [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>\n<NCCIS>&b;</NCCIS>";
    let malformed = |text: &str| Problem::Malformed(text.into());
    let twice = |name: &str, inside: &str| {
        let one = format!("<{name}>{inside}</{name}>");
        format!("{head}<YoungPersonsRecord>{one}\n{one}</YoungPersonsRecord></NCCIS>")
    };
    let people = twice("PersonalDetails", "");
    let activities = twice("Activities", "<Cohort/>");
    let rows: Vec<(&str, u32, Option<Problem>)> = vec![
        (laughs, 1, Some(Problem::DocumentType)),
        ("\n<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><NCCIS/>", 2, Some(Problem::DocumentType)),
        ("<!DOCTYPE x PUBLIC \"a\" \"b\"><NCCIS/>", 1, Some(Problem::DocumentType)),
        ("<NCCIS>\n&xxe;</NCCIS>", 2, Some(Problem::Entity("xxe".into()))),
        (&deep, 2, Some(Problem::TooDeep)),
        (&long, 2, None),
        ("", 1, Some(Problem::Empty)),
        ("   \n", 2, Some(Problem::Empty)),
        ("hello", 1, Some(malformed("there is text outside the root element"))),
        (head, 2, Some(Problem::NotClosed)),
        ("<NCCIS></NCCIS>", 1, Some(Problem::NoHeader)),
        ("<NCCIS>\n<YoungPersonsRecord/></NCCIS>", 2, Some(Problem::NoHeader)),
        ("<NCCIS><FileHeader/>\n<FileHeader/></NCCIS>", 2, Some(Problem::SecondHeader)),
        ("<NCCIS><FileHeader/></NCCIS>\n<NCCIS/>", 2, Some(Problem::SecondRoot)),
        ("<html></html>", 1, Some(Problem::NotAReturn("html".into()))),
        ("<NCCIS>\n<FileHeader></NCCIS>", 2, None),
        ("<NCCIS>\n<FileHeader>Tom & Co</FileHeader></NCCIS>", 2, None),
        ("<NCCIS>\n<FileHea", 2, None),
        ("<NCCIS>\n<FileHeader>a\u{1}b</FileHeader></NCCIS>", 2, None),
        ("<NCCIS>\n<FileHeader>&#1;</FileHeader></NCCIS>", 2, None),
        ("<NCCIS>\n<!-- a -- b --></NCCIS>", 2, None),
        ("<NCCIS>\n<FileHeader a=\"1\" a=\"2\"/></NCCIS>", 2, None),
        ("<NCCIS>\n<FileHeader a=1/></NCCIS>", 2, None),
        ("<NCCIS>\n<FileHeader a=\"<\"/></NCCIS>", 2, None),
        ("<NCCIS>\n<?xml version=\"1.0\"?></NCCIS>", 2, None),
        ("<!DOCTYPE NCCIS>\n<!DOCTYPE NCCIS><NCCIS/>", 2, None),
        ("<NCCIS><FileHeader/></NCCIS>\n<!DOCTYPE NCCIS>", 2, None),
        (&people, 3, Some(Problem::Second("PersonalDetails".into()))),
        (&activities, 3, Some(Problem::Second("Cohort".into()))),
        (
            "<?xml version=\"1.0\" encoding=\"UTF-16\"?><NCCIS/>",
            1,
            Some(Problem::Encoding(" but says UTF-16".into())),
        ),
    ];
    for (text, line, wanted) in rows {
        let error = read_whole(text.as_bytes()).unwrap_err();
        let shown = text.get(..60).unwrap_or(text);
        assert_eq!(error.line, line, "{shown}: {error}");
        if let Some(wanted) = wanted {
            assert_eq!(error.problem, wanted, "{shown}");
        }
        assert!(error.to_string().starts_with(&format!("line {line}: ")), "{error}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_named_as_such() {
    let latin = b"<NCCIS>\n<FileHeader><SupplierName>Caf\xe9</SupplierName></FileHeader></NCCIS>";
    let error = read_whole(&latin[..]).unwrap_err();
    assert_eq!((error.line, error.problem), (2, Problem::Encoding(String::new())));
    let utf16: Vec<u8> = "\u{feff}<NCCIS/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(read_whole(&utf16[..]).is_err());
    let with_mark = format!("\u{feff}{SHAPE_2015}");
    assert_eq!(whole(&with_mark).1.records, 1, "a byte order mark is let by");
}

#[test]
fn a_piece_without_end_is_refused_before_it_fills_the_memory() {
    let endless = std::io::BufReader::new(std::io::Read::chain(
        &b"<NCCIS><!--"[..],
        std::io::Read::take(std::io::repeat(b'x'), 1 << 30),
    ));
    let limits = Limits { piece: 100_000, ..Limits::default() };
    let error = read(endless, &limits, &mut |_| {}).unwrap_err();
    assert_eq!(error.problem, Problem::TooLong);
    let limits = Limits { bytes: 1_000, ..Limits::default() };
    let small = std::io::BufReader::with_capacity(64, SHAPE_2019.as_bytes());
    assert_eq!(read(small, &limits, &mut |_| {}).unwrap_err().problem, Problem::TooLong);
}

proptest! {
    #[test]
    fn any_text_survives_writing_and_reading(values in prop::collection::vec("[ -~é€漢]{0,20}", 8)) {
        let (mut whole, _) = whole(SHAPE_2019);
        let fields = [
            Field::GivenName, Field::FamilyName, Field::MiddleName, Field::AddressLine1,
            Field::EstablishmentName, Field::Town, Field::DueToLapseDate, Field::CurrencyLapsed,
        ];
        whole.records.truncate(1);
        for (field, value) in fields.into_iter().zip(&values) {
            *whole.records[0].slot(field) = Some(value.clone());
        }
        let text = written("2019-20", &whole);
        let (again, _) = read_whole(text.as_bytes()).unwrap();
        for (field, value) in fields.into_iter().zip(&values) {
            let kept = Some(value.as_str()).filter(|value| !value.trim().is_empty());
            prop_assert_eq!(again.records[0].get(field), kept);
        }
        prop_assert_eq!(written("2019-20", &again), text);
    }

    #[test]
    fn no_bytes_make_the_reader_fall(mut bytes in Just(SHAPE_2019.as_bytes().to_vec()),
                                     at in 0usize..3_000, with in any::<[u8; 4]>(), cut in 0usize..4_000) {
        for (offset, byte) in with.into_iter().enumerate() {
            if let Some(place) = bytes.get_mut(at + offset) { *place = byte; }
        }
        bytes.truncate(cut.max(at));
        let _ = read_whole(&bytes[..]);
    }
}

/// Moving in and writing out again for the same period end and edition is the same record for
/// record, lapse dates and flags included.
#[test]
fn an_incumbents_return_comes_out_of_the_facts_as_it_went_in() {
    for (name, text) in [("2019-20", SHAPE_2019), ("2015-16", SHAPE_2015)] {
        let (mut whole, _) = whole(text);
        let before = written(name, &whole);
        let period_end = whole.header.period_end_day().unwrap();
        let edition = editions().named(name).unwrap();
        for record in &mut whole.records {
            let subject = domain::statutory::moved_in::subject(record, period_end);
            *record = domain::statutory::assemble::assemble(&subject, edition, period_end).record;
        }
        assert_eq!(written(name, &whole), before, "{name}");
    }
}
