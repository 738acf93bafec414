//! Files of the wrong kind, half files and files beyond the limits: each gets a sentence.

use super::*;
use std::fmt::Write;

/// Every kind, with the mapping it needs.
fn all() -> Vec<(Kind, Options)> {
    let options = |kind| match kind {
        Kind::ActivityMatrix => mapped("matrix/small.toml"),
        _ => Options::default(),
    };
    Kind::ALL.iter().map(|kind| (*kind, options(*kind))).collect()
}

#[test]
fn files_of_another_kind_are_named() {
    let rows: [(&[u8], &str); 6] = [
        (b"", "empty"),
        (b"%PDF-1.7\n%\xE2\xE3\xCF\xD3", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture"),
        (b"<!DOCTYPE html><html><body>Your session has expired</body></html>", "a web page"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Excel file"),
        (b"\x1F\x8B\x08\0", "a compressed archive"),
    ];
    for (kind, options) in all() {
        for (bytes, says) in rows {
            let refused = refusal(kind, bytes, &options);
            assert!(refused.sentence.contains(says), "{kind}: {refused}");
        }
    }
    for kind in [Kind::Roll, Kind::JoinersLeavers, Kind::NccisFlat] {
        let refused = refusal(kind, &golden("ctf/current.xml"), &Options::default());
        assert!(refused.sentence.contains("an XML file"), "{refused}");
    }
    for kind in [Kind::Ctf, Kind::Ilr, Kind::NccisXml] {
        let refused = refusal(kind, &golden("roll/census.csv"), &Options::default());
        assert!(refused.sentence.contains("plain text"), "{refused}");
    }
    let refused = refusal(Kind::Ctf, &golden("ilr/2025-26.xml"), &Options::default());
    assert!(refused.sentence.contains("the root element is Message"), "{refused}");
    let refused = refusal(Kind::Ilr, b"<Message xmlns=\"urn:other\"/>", &Options::default());
    assert!(refused.sentence.contains("urn:other"), "{refused}");
}

#[test]
fn every_refusal_is_one_sentence_or_two_and_names_no_more_than_it_must() {
    for (kind, options) in all() {
        for bytes in [&b"a,b,c\n1,2,3\n"[..], b"\n\n\n", b",,,\n,,,", b"<a><b/></a>", b"just words"]
        {
            let refused = refusal(kind, bytes, &options);
            assert!(
                refused.sentence.ends_with(['.', ',']) || refused.sentence.len() < 400,
                "{refused}"
            );
            assert!(refused.sentence.len() < 400, "{kind}: {refused}");
        }
    }
}

#[test]
fn entities_and_document_types_are_refused_with_their_line() {
    let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE CTfile [<!ENTITY a \"aaaa\">]>\n<CTfile/>";
    assert_eq!(refusal(Kind::Ctf, bomb.as_bytes(), &Options::default()).row, Some(2));
    let outside = "<CTfile><CTFpupilData>\n<Pupil><Surname>&secret;</Surname></Pupil></CTFpupilData></CTfile>";
    let refused = refusal(Kind::Ctf, outside.as_bytes(), &Options::default());
    assert_eq!(refused.row, Some(2));
    assert!(refused.sentence.contains("secret"), "{refused}");
    let deep = "<CTfile><Pupil>".to_owned() + &"<a>".repeat(100_000);
    assert!(refusal(Kind::Ctf, deep.as_bytes(), &Options::default()).sentence.contains("too deep"));
    let wide = format!("<CTfile><Pupil>{}</Pupil></CTfile>", "<a/>".repeat(100_000));
    assert!(
        refusal(Kind::Ctf, wide.as_bytes(), &Options::default()).sentence.contains("more values")
    );
    let long = format!("<CTfile><Pupil><UPN>{}</UPN></Pupil></CTfile>", "9".repeat(1 << 20));
    assert!(
        refusal(Kind::Ctf, long.as_bytes(), &Options::default()).sentence.contains("longer than")
    );
}

#[test]
fn half_an_xml_file_leaves_nothing() {
    for (kind, file) in [(Kind::Ctf, "ctf/current.xml"), (Kind::Ilr, "ilr/2025-26.xml")] {
        let whole = golden(file);
        for part in 1..10 {
            let half = &whole[..whole.len() * part / 10];
            let refused = refusal(kind, half, &Options::default());
            assert!(refused.row.is_some(), "{file}: {refused}");
        }
    }
}

#[test]
fn limits_name_their_row() {
    let header = (0..1_000_000).fold(String::new(), |mut text, at| {
        write!(text, "c{at},").unwrap();
        text
    });
    let refused = refusal(Kind::Roll, header.as_bytes(), &Options::default());
    assert_eq!(refused.row, Some(1));
    assert!(refused.sentence.contains("1000001 columns"), "{refused}");
    let mut rows = "UPN,Surname\n".to_owned();
    rows.push_str(&"H887419920001,Lakeland\n".repeat(200_001));
    assert_eq!(refusal(Kind::Roll, rows.as_bytes(), &Options::default()).row, Some(200_001));
    let cell = format!("UPN,Surname\nH887419920001,{}\n", "x".repeat(40_000));
    assert_eq!(refusal(Kind::Roll, cell.as_bytes(), &Options::default()).row, Some(2));
    let open = "UPN,Surname,Forename\nH887419920001,\"Lakeland,Zoe\nX887419920002,Pennant,Owen\n"
        .repeat(3);
    assert_eq!(refusal(Kind::Roll, open.as_bytes(), &Options::default()).row, Some(2));
    let nul = b"UPN,Surname\nH887419920001,Lake\0land\n";
    assert_eq!(refusal(Kind::Roll, nul, &Options::default()).row, Some(2));
    let big = vec![b'a'; (50 << 20) + 1];
    assert!(refusal(Kind::Roll, &big, &Options::default()).sentence.contains("larger than 50 MB"));
}
