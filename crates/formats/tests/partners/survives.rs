//! Whatever the bytes, a reader answers: it never panics, and what it takes names somebody.

use super::*;
use proptest::prelude::*;

const GOLDEN: [(&str, Kind); 12] = [
    ("roll/academy.csv", Kind::Roll),
    ("roll/windows-1252.csv", Kind::Roll),
    ("roll/utf-16.txt", Kind::Roll),
    ("roll/census.csv", Kind::Roll),
    ("joiners-leavers/simple.csv", Kind::JoinersLeavers),
    ("joiners-leavers/education.csv", Kind::JoinersLeavers),
    ("nccis-flat/whole.csv", Kind::NccisFlat),
    ("matrix/small.csv", Kind::ActivityMatrix),
    ("ctf/current.xml", Kind::Ctf),
    ("ctf/older.xml", Kind::Ctf),
    ("ilr/2025-26.xml", Kind::Ilr),
    ("ilr/2022-23.xml", Kind::Ilr),
];

fn options(kind: Kind) -> Options {
    if kind == Kind::ActivityMatrix { mapped("matrix/small.toml") } else { Options::default() }
}

/// Reads and checks what must hold of any answer.
fn answers(kind: Kind, bytes: &[u8]) {
    let Ok(taken) = try_take(kind, bytes, &options(kind)) else { return };
    for person in &taken.people {
        let named = [Field::Upn, Field::Uln, Field::FamilyName]
            .iter()
            .any(|field| person.particulars.get(*field).is_some());
        assert!(named || person.ypid.is_some(), "{person:?}");
    }
    let rows = taken.people.iter().map(|p| p.row).chain(taken.refused.iter().map(|r| r.row));
    assert!(rows.into_iter().all(|row| row > 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        for kind in Kind::ALL {
            answers(*kind, &bytes);
        }
    }

    #[test]
    fn any_table(text in "(UPN|Surname|DOB|StartDate|id|Jul.99|Aug.99|[a-z\",;\t\n\r0-9/é-]{0,4}|,|\n){0,60}") {
        for kind in [Kind::Roll, Kind::JoinersLeavers, Kind::NccisFlat, Kind::ActivityMatrix] {
            answers(kind, format!("UPN,Surname,DOB,StartDate,id,Jul.99\n{text}").as_bytes());
        }
    }

    #[test]
    fn changed_files(
        which in 0..GOLDEN.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..12),
    ) {
        let (file, kind) = GOLDEN[which];
        let mut bytes = golden(file);
        for (at, byte, how) in changes {
            let at = at.index(bytes.len().max(1));
            match how {
                0 => { if let Some(slot) = bytes.get_mut(at) { *slot = byte } }
                1 => bytes.insert(at, byte),
                2 => { if at < bytes.len() { bytes.remove(at); } }
                _ => bytes.truncate(at.max(1)),
            }
        }
        answers(kind, &bytes);
    }

    #[test]
    fn changed_sheets(at in any::<prop::sample::Index>(), with in "[<>a-zA-Z0-9/=\" ]{0,12}", part in 0..4usize) {
        let part = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"][part];
        let book = workbooks::with_part(&workbooks::roll(), part, &|text| {
            let at = at.index(text.len());
            let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            format!("{}{with}{}", &text[..at], text[at..].chars().skip(with.len()).collect::<String>())
        });
        answers(Kind::Roll, &book);
    }
}
