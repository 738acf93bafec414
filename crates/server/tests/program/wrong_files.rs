//! Files that are no files, half files and files that mean harm, through the whole program: a sentence
//! with the row where there is one, and nothing left behind.

use std::io::Write;
use std::path::Path;

use testkit::each_engine;

use super::{SCHOOL, complaint, document, json, run, standing, town};

/// Every kind, the one that needs a mapping with a sound one.
const KINDS: [(&str, &[&str]); 7] = [
    ("nccis-xml", &[]),
    ("nccis-flat", &[]),
    ("ctf", &[]),
    ("roll", &[]),
    ("joiners-leavers", &[]),
    ("ilr", &[]),
    ("activity-matrix", &["--mapping", MAPPING]),
];
const MAPPING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../reference/mappings/mvad.toml");

/// A workbook of one sheet: three hundred megabytes of nothing in a few hundred kilobytes.
fn swelling(path: &Path) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    let mut part = |name: &str, text: &str, spaces: usize| {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
        let blank = vec![b' '; 1 << 20];
        (0..spaces).for_each(|_| zip.write_all(&blank).unwrap());
    };
    part(
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>",
        0,
    );
    part(
        "_rels/.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"a\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        0,
    );
    part(
        "xl/workbook.xml",
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Roll\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>",
        0,
    );
    part(
        "xl/_rels/workbook.xml.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"a\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        0,
    );
    part(
        "xl/worksheets/sheet1.xml",
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c t=\"inlineStr\"><is><t>",
        300,
    );
    zip.finish().unwrap();
}

#[tokio::test]
async fn wrong_files_of_every_kind_get_a_sentence_and_leave_nothing() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        town(&register, "200", "2025-03-14");
        let before = standing(&register).await;
        let put = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
            path.to_string_lossy().into_owned()
        };
        swelling(&folder.path().join("swelling.xlsx"));
        let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE NCCIS [<!ENTITY a \"aaaaaaaaaa\">\n<!ENTITY b \
                    \"&a;&a;&a;&a;&a;&a;\">]>\n<NCCIS>&b;</NCCIS>";
        let files = [
            put("empty", b""),
            put("random", &(0..4_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect::<Vec<_>>()),
            put("page.html", b"<!DOCTYPE html><html><body>Your session has expired</body></html>"),
            put("bomb.xml", bomb.as_bytes()),
            put("deep.xml", format!("<NCCIS>{}", "<a>".repeat(50_000)).as_bytes()),
            put("half.csv", b"UPN,Surname,Forename\nH887419920001,\"Lakeland,Zoe\n"),
            put("wide.csv", ("c,".repeat(200_000) + "c\n").as_bytes()),
            folder.path().join("swelling.xlsx").to_string_lossy().into_owned(),
        ];
        for (kind, mapped) in KINDS {
            for file in &files {
                let asked = [&["import", kind, file, "--from", SCHOOL], mapped].concat();
                let output = run(&register, &asked);
                let said = complaint(&output);
                assert_eq!(output.status.code(), Some(1), "{kind} {file}: {said}");
                assert!(output.stdout.is_empty(), "{kind} {file}");
                assert!(said.len() > 15 && said.len() < 500, "{kind} {file}: {said}");
                assert!(!said.contains("panicked") && !said.contains("database"), "{said}");
            }
        }
        assert_eq!(standing(&register).await, before);
        let mut tx = register.db.begin_read().await.unwrap();
        let kept = tx.one("SELECT COUNT(*) FROM import_part", &[], |row| row.int(0)).await.unwrap();
        // A file that may be good once somebody tells how it is to be read waits for that; no other.
        assert!(kept < Some(3), "{kept:?} parts of refused files are kept");
    })
    .await;
}

/// A birth may be said to be in any year that can be written; it is doubted, and breaks nothing off.
#[tokio::test]
async fn a_birth_in_any_year_is_read() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        town(&register, "200", "2025-03-14");
        let path = folder.path().join("far.csv");
        let rows = "Forename,Surname,DOB,Sex\nAda,Qwyx,9999-12-31,F\nBob,Zzyx,0000-01-01,M\n";
        std::fs::write(&path, rows).unwrap();
        let file = path.to_string_lossy().into_owned();
        let sent = json(&register, &["import", "roll", &file, "--from", SCHOOL]);
        assert_eq!(sent["counts"]["new"], 2, "{sent}");
        let said = sent["rows"].to_string();
        assert!(said.contains("lies ahead") && said.contains("more than a century ago"), "{said}");
        let ahead = json(&register, &["forecast", "currency", "--as-of", "9999-12-31"]);
        assert!(ahead.is_object(), "{ahead}");
        let output = run(&register, &["report", "survey", "--summer", "32767"]);
        assert_eq!(output.status.code(), Some(1), "{}", complaint(&output));
    })
    .await;
}

/// A whole return cut anywhere names the row or line at which it broke off.
#[tokio::test]
async fn half_a_return_names_its_line() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        town(&register, "200", "2025-03-14");
        let golden =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/nccis/incumbent-2019.xml");
        let whole = std::fs::read(golden).unwrap();
        let before = standing(&register).await;
        for tenth in 2..10 {
            let path = folder.path().join("half.xml");
            std::fs::write(&path, &whole[..whole.len() * tenth / 10]).unwrap();
            let file = path.to_string_lossy().into_owned();
            let words = ["import", "nccis-xml", &file, "--from", SCHOOL, "--format", "json"];
            let output = run(&register, &words);
            let said = complaint(&output);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.chars().any(|letter| letter.is_ascii_digit()), "{said}");
            let answer = document(&output, &words);
            assert_eq!(answer["refused"].as_str(), Some(said.trim()));
        }
        assert_eq!(standing(&register).await, before);
    })
    .await;
}
