//! Files to print: judged as PDF/UA while they are written, whatever words they hold.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a helper of tests fails as a test does"
)]

use formats::pdf::{Block, Cell, Chart, Document, Fonts, Mark, Table, write};
use jiff::civil::date;

/// The built fonts; they are made by the assets' own build.
fn fonts() -> Option<[Vec<u8>; 4]> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/dist");
    let names = ["inter-400", "inter-600", "inter-400-more", "inter-600-more"];
    let read = names.map(|name| std::fs::read(format!("{folder}/{name}.ttf")).ok());
    let [Some(a), Some(b), Some(c), Some(d)] = read else {
        eprintln!("SKIPPED: the fonts of assets/dist are not built");
        return None;
    };
    Some([a, b, c, d])
}

fn written(document: &Document) -> Option<Vec<u8>> {
    let [regular, bold, regular_more, bold_more] = &fonts()?;
    let fonts = Fonts { regular, bold, regular_more, bold_more };
    Some(write(document, fonts, date(2026, 3, 13)).unwrap())
}

fn pages(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    text.matches("/Type/Page/").count().max(text.matches("/Type /Page\n").count())
}

#[test]
fn hard_words_and_tall_rows_are_printed() {
    let long = "Łódź 中文 \u{202e}abc\u{0007} ".repeat(900);
    let word = "a".repeat(3_000);
    let row = |words: &str| {
        vec![
            Cell::Words("1.1".into()),
            Cell::Words(words.into()),
            Cell::Mark(Mark::Tick, "On track".into()),
        ]
    };
    let document = Document {
        title: word.clone(),
        subtitle: String::new(),
        footer: "A group".into(),
        blocks: vec![
            Block::Heading(2, "Agenda".into()),
            Block::List {
                numbered: true,
                items: vec![(long.clone(), long.clone()), Default::default()],
            },
            Block::Counts(Vec::new()),
            Block::Table(Table {
                caption: long.clone(),
                columns: vec![("No.".into(), 1.0), ("Words".into(), 4.0), ("Rating".into(), 2.0)],
                rows: vec![row(&long), row(&word), row(""), row("short")],
            }),
            Block::Table(Table::default()),
            Block::Chart(Chart::default()),
            Block::Chart(Chart {
                finding: "One".into(),
                unit: "%".into(),
                points: vec![(0.0, "Jan".into(), Some(4.0)), (31.0, "Feb".into(), None)],
                course: None,
            }),
            Block::Paragraph(String::new()),
        ],
    };
    let Some(bytes) = written(&document) else { return };
    assert!(bytes.starts_with(b"%PDF-1.7"));
    assert!(String::from_utf8_lossy(&bytes).contains("pdfuaid"), "it says that it is PDF/UA");
    assert!(pages(&bytes) > 1, "{} pages", pages(&bytes));
}

#[test]
fn the_same_document_gives_the_same_file() {
    let blocks = vec![Block::Heading(2, "One".into()), Block::Paragraph("Two words".into())];
    let document = Document { title: "T".into(), blocks, ..Document::default() };
    let Some(first) = written(&document) else { return };
    assert_eq!(Some(first), written(&document));
}
