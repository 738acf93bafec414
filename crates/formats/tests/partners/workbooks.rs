//! Workbooks, and those made to do harm.

use super::*;
use formats::mapping::propose;
use jiff::civil::date;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A roll with a title, real dates and numbers as numbers.
pub fn roll() -> Vec<u8> {
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = book.add_worksheet();
    sheet.set_name("Roll").unwrap();
    sheet.write(0, 0, "Example Academy").unwrap();
    for (at, name) in ["UPN", "ULN", "Surname", "Forename", "DOB", "Entry date"].iter().enumerate()
    {
        sheet.write(2, at as u16, *name).unwrap();
    }
    let born = ExcelDateTime::from_ymd(2009, 3, 4).unwrap();
    sheet.write(3, 0, "H887419920001").unwrap();
    sheet.write(3, 1, 1_020_304_005.0).unwrap();
    sheet.write(3, 2, "Lakeland").unwrap();
    sheet.write(3, 3, "Zoë").unwrap();
    sheet.write_with_format(3, 4, &born, &day).unwrap();
    sheet.write(3, 5, "05/09/2025").unwrap();
    let other = book.add_worksheet();
    other.set_name("Other").unwrap();
    other.write(0, 0, "UPN").unwrap();
    other.write(0, 1, "Surname").unwrap();
    other.write(1, 0, "X887419920002").unwrap();
    other.write(1, 1, "Pennant").unwrap();
    book.save_to_buffer().unwrap()
}

/// The workbook with one of its parts written anew.
pub fn with_part(book: &[u8], part: &str, change: &dyn Fn(&str) -> String) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(book)).unwrap();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        out.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        let text = if name == part { change(&text) } else { text };
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_by_its_types() {
    let taken = take(Kind::Roll, &roll(), &Options::default());
    let zoe = &taken.people[0];
    assert_eq!(
        said(zoe),
        "given_name=Zoë family_name=Lakeland date_of_birth=2009-03-04 upn=H887419920001 \
         uln=1020304005"
    );
    assert_eq!(doing(zoe), ["on roll - - 2025-09-05 -"]);
    assert_eq!((zoe.row, zoe.particulars.date_of_birth()), (4, Some(date(2009, 3, 4))));
    assert!(taken.facts.notes[0].contains("“Roll” was read"), "{:?}", taken.facts.notes);
    let sheet = |name: &str| Options { sheet: Some(name.into()), ..Options::default() };
    let taken = take(Kind::Roll, &roll(), &sheet("other"));
    assert_eq!(taken.people[0].particulars.get(Field::FamilyName), Some("Pennant"));
    let refused = refusal(Kind::Roll, &roll(), &sheet("Third"));
    assert!(refused.sentence.contains("Roll, Other"), "{refused}");
}

/// Schools put a cover before the list, and what they once worked with in a sheet that is hidden.
#[test]
fn a_cover_and_a_hidden_sheet_are_passed_over() {
    let headed = |book: &mut Workbook, name: &str, surname: &str| {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (at, text) in ["UPN", "Surname"].iter().enumerate() {
            sheet.write(0, at as u16, *text).unwrap();
        }
        sheet.write(1, 0, "H887419920001").unwrap();
        sheet.write(1, 1, surname).unwrap();
    };
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Cover").unwrap().write(0, 0, "Example Academy").unwrap();
    headed(&mut book, "Old", "Pennant");
    book.worksheet_from_name("Old").unwrap().set_hidden(true);
    headed(&mut book, "Roll", "Lakeland");
    let bytes = book.save_to_buffer().unwrap();
    let taken = take(Kind::Roll, &bytes, &Options::default());
    assert_eq!(taken.people[0].particulars.get(Field::FamilyName), Some("Lakeland"));
    assert_eq!(taken.facts.notes, ["The workbook has 3 sheets; “Roll” was read."]);
    // Where none has headings, the first that is seen is what the refusal speaks of.
    let mut book = Workbook::new();
    book.add_worksheet().write(0, 0, "Example Academy").unwrap();
    book.add_worksheet().write(0, 0, "Notes").unwrap();
    let refused = refusal(Kind::Roll, &book.save_to_buffer().unwrap(), &Options::default());
    assert!(refused.sentence.contains("Example Academy"), "{refused}");
    // Nor is last year's list read because this year's has headings that nobody knows.
    let mut book = Workbook::new();
    let now = book.add_worksheet().set_name("Roll").unwrap();
    for (at, text) in ["Pupil reference", "Called"].iter().enumerate() {
        now.write(0, at as u16, *text).unwrap();
    }
    headed(&mut book, "Old", "Pennant");
    book.worksheet_from_name("Old").unwrap().set_hidden(true);
    let bytes = book.save_to_buffer().unwrap();
    let refused = refusal(Kind::Roll, &bytes, &Options::default());
    assert!(refused.sentence.contains("Pupil reference"), "{refused}");
    assert!(refused.telling_may_help, "somebody says which column is which");
    let old = Options { sheet: Some("Old".into()), ..Options::default() };
    let taken = take(Kind::Roll, &bytes, &old);
    assert_eq!(taken.people[0].particulars.get(Field::FamilyName), Some("Pennant"));
}

/// Last year's list behind this year's, whose headings nobody knows yet, would be read as of today.
#[test]
fn a_sheet_that_may_be_the_list_is_not_passed_over() {
    let write = |book: &mut Workbook, name: &str, rows: &[&[&str]]| {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (down, row) in rows.iter().enumerate() {
            for (at, text) in row.iter().enumerate() {
                sheet.write(down as u32, at as u16, *text).unwrap();
            }
        }
    };
    let cover: &[&[&str]] = &[&["Example Academy"], &["Academic year", "2025/26"]];
    let unknown: &[&[&str]] = &[&["Pupil reference", "Called", "Began"], &["1", "Lake", "x"]];
    let known: &[&[&str]] = &[&["UPN", "Surname"], &["H887419920001", "Pennant"]];
    for sheets in [&[unknown, known][..], &[cover, unknown, known]] {
        let mut book = Workbook::new();
        for (at, &rows) in sheets.iter().enumerate() {
            write(&mut book, &format!("Sheet {at}"), rows);
        }
        let bytes = book.save_to_buffer().unwrap();
        let refused = refusal(Kind::Roll, &bytes, &Options::default());
        assert!(refused.sentence.contains("Pupil reference"), "{refused}");
        assert!(refused.telling_may_help, "somebody says which column is which");
        let proposal = propose(Kind::Roll, &bytes, &Options::default()).unwrap();
        let headings: Vec<&str> = proposal.columns.iter().map(|c| c.heading.as_str()).collect();
        assert_eq!(headings, ["Pupil reference", "Called", "Began"]);
        assert_eq!(proposal.columns[1].examples, ["Lake"]);
    }
    let mut book = Workbook::new();
    write(&mut book, "Cover", cover);
    write(&mut book, "Roll", known);
    let taken = take(Kind::Roll, &book.save_to_buffer().unwrap(), &Options::default());
    assert_eq!(taken.people[0].particulars.get(Field::FamilyName), Some("Pennant"));
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

/// The roll, its sheet stating another size than it has.
fn stating(size: &str) -> Vec<u8> {
    with_part(&roll(), SHEET, &|text| {
        let (before, rest) = text.split_once("<dimension ref=\"").unwrap();
        let (_, after) = rest.split_once('"').unwrap();
        format!("{before}<dimension ref=\"{size}\"{after}")
    })
}

#[test]
fn a_size_that_is_stated_backwards_costs_nothing() {
    for size in ["G7:A1", "A7:G1", "G1:A7"] {
        assert_eq!(take(Kind::Roll, &stating(size), &Options::default()).people.len(), 1, "{size}");
    }
}

#[test]
fn a_huge_stated_size_costs_nothing() {
    let huge = stating("A1:XFD1048576");
    let taken = take(Kind::Roll, &huge, &Options::default());
    assert_eq!(taken.people.len(), 1);
    let told = "The sheet states 1048576 rows and 16384 columns";
    assert!(taken.facts.notes.iter().any(|note| note.starts_with(told)), "{:?}", taken.facts.notes);
}

#[test]
fn a_cell_far_away_is_refused_with_its_row() {
    let cell = |at: &str, row: u32| {
        let row = format!("<row r=\"{row}\"><c r=\"{at}\"><v>1</v></c></row></sheetData>");
        with_part(&roll(), SHEET, &|text| text.replace("</sheetData>", &row))
    };
    assert_eq!(
        refusal(Kind::Roll, &cell("A1048576", 1_048_576), &Options::default()).row,
        Some(1_048_576)
    );
    let refused = refusal(Kind::Roll, &cell("XFD5", 5), &Options::default());
    assert_eq!(refused.row, Some(5));
    assert!(refused.sentence.contains("column 16384"), "{refused}");
}

#[test]
fn bombs_are_not_opened() {
    let zeros = with_part(&roll(), SHEET, &|text| text.to_owned() + &" ".repeat(30 << 20));
    assert!(zeros.len() < 200_000);
    let refused = refusal(Kind::Roll, &zeros, &Options::default());
    assert!(refused.sentence.contains("unpacks to more than"), "{refused}");
    let many = {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..201 {
            out.start_file(format!("{at}"), SimpleFileOptions::default()).unwrap();
        }
        out.finish().unwrap().into_inner()
    };
    assert!(refusal(Kind::Roll, &many, &Options::default()).sentence.contains("201 parts"));
    let shared = with_part(&roll(), "xl/sharedStrings.xml", &|text| {
        let (before, rest) = text.split_once("uniqueCount=\"").unwrap();
        let (_, after) = rest.split_once('"').unwrap();
        format!("{before}uniqueCount=\"18446744073709551615\"{after}")
    });
    assert!(refusal(Kind::Roll, &shared, &Options::default()).sentence.contains("damaged"));
}

#[test]
fn half_a_workbook_is_refused() {
    let whole = roll();
    for part in [1, 2, 3] {
        let half = &whole[..whole.len() * part / 4];
        assert!(refusal(Kind::Roll, half, &Options::default()).sentence.contains("damaged"));
    }
    let cut = with_part(&roll(), SHEET, &|text| {
        text[..text.find("Lakeland").unwrap_or(text.len() / 2)].to_owned()
    });
    let refused = refusal(Kind::Roll, &cut, &Options::default());
    assert!(refused.sentence.contains("cut off"), "{refused}");
    let text = b"PK\x03\x04 but nothing of a zip";
    assert!(refusal(Kind::Roll, text, &Options::default()).sentence.contains("damaged"));
}
