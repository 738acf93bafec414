//! A plan's table: what is written reads back equal, and a wrong table is refused row by row.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use domain::plan::{Plan, Rating};
use formats::plan_table::{Kind, TableRefused, read, write};
use formats::plan_text::{self, Names};

fn town() -> Plan {
    let text = include_str!("../../../testdata/plan/our-town.txt");
    plan_text::read(text.as_bytes(), Names::LeaveOut).unwrap().plan
}

fn csv() -> String {
    String::from_utf8(write(Kind::Csv, &town()).unwrap()).unwrap()
}

fn refused(text: &str) -> TableRefused {
    read(Kind::Csv, text.as_bytes()).expect_err("this table is wrong")
}

#[test]
fn both_tables_read_back_equal() {
    let plan = town();
    for kind in [Kind::Csv, Kind::Xlsx] {
        let bytes = write(kind, &plan).unwrap();
        let table = read(kind, &bytes).unwrap();
        assert_eq!(table.into_plan(Some(&plan)), plan, "{kind:?}");
    }
}

#[test]
fn a_cell_that_looks_like_a_formula_stays_words() {
    for words in ["=1+1", "+44", "-5", "@home", "'quoted", "'=both", "'"] {
        let mut plan = town();
        plan.aims[0].outcomes[0].title = words.to_owned();
        for kind in [Kind::Csv, Kind::Xlsx] {
            let bytes = write(kind, &plan).unwrap();
            if kind == Kind::Csv && words.starts_with('=') {
                assert!(!String::from_utf8_lossy(&bytes).contains(&format!(",{words}")));
            }
            let table = read(kind, &bytes).unwrap();
            assert_eq!(table.aims[0].outcomes[0].title, words, "{kind:?}");
        }
    }
}

#[test]
fn wrong_rows_are_all_named() {
    let text = csv().replacen(",amber", ",ambler", 3).replacen(",green\n", ",gren\n", 1);
    let wrong = refused(&text);
    assert!(wrong.rows.len() >= 3, "{wrong}");
    assert_eq!(wrong.rows[0].row, 2);
    assert!(wrong.to_string().contains("'ambler' in 'outcome rating' is not a rating"), "{wrong}");
}

#[test]
fn a_circle_of_references_is_refused_where_it_runs() {
    let text = csv();
    let circle =
        text.replacen("Young people agree that their details are shared", "See 2.3 above", 1);
    assert_ne!(text, circle);
    let wrong = refused(&circle);
    let rows: Vec<u32> = wrong.rows.iter().map(|row| row.row).collect();
    let number = |piece: &str| circle.lines().position(|line| line.contains(piece)).unwrap() + 1;
    let wanted = [number("See 2.3 above"), number("See 1.3 above")];
    assert_eq!(rows, wanted.map(|row| u32::try_from(row).unwrap()));
}

#[test]
fn what_is_not_a_table_is_refused() {
    let text = csv();
    let missing = text.replacen("action rating", "acting rating", 1);
    assert!(refused(&missing).to_string().contains("columns are missing: action rating"));
    for wrong in ["", "a,b,c\n1,2,3\n", "\u{0}\u{1}"] {
        assert!(read(Kind::Csv, wrong.as_bytes()).is_err());
    }
    assert!(read(Kind::Csv, &[0xff, 0xfe, 0x00]).is_err());
    assert!(read(Kind::Csv, &vec![b'a'; 9 << 20]).is_err());
    let header = text.lines().next().unwrap();
    assert!(refused(header).to_string().contains("no rows"));
    let workbook = write(Kind::Xlsx, &town()).unwrap();
    for end in [0, 4, 100, workbook.len() / 2, workbook.len() - 10] {
        assert!(read(Kind::Xlsx, &workbook[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn a_changed_rating_arrives() {
    let text = csv().replacen(
        "A named person at every partner,amber",
        "A named person at every partner,red",
        1,
    );
    let plan = read(Kind::Csv, text.as_bytes()).unwrap().into_plan(Some(&town()));
    assert_eq!(plan.action_ratings().red, town().action_ratings().red + 1);
    assert_eq!(plan.aims[0].outcomes[0].lines[1].rating, Rating::Red);
}
