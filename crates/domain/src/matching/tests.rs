use jiff::civil::date;

use super::{Index, Known, Match, one_slip};
use crate::intake::Declaration;
use crate::person::{Address, Field, Particulars};

const UPN_A: &str = "H887400009001";
const UPN_B: &str = "B801200005001";
const ULN_A: &str = "1000000019";

fn known(person: i64, given: &str, family: &str, upn: Option<&str>) -> Known {
    Known {
        person,
        ypid: format!("887{person:010}"),
        upn: upn.map(str::to_owned),
        given: given.to_owned(),
        family: family.to_owned(),
        date_of_birth: Some(date(2008, 5, 4)),
        postcodes: vec!["ME7 1AB".to_owned()],
        ..Known::default()
    }
}

fn row(given: &str, family: &str, born: &str, postcode: &str, upn: &str) -> Declaration {
    let particulars = Particulars::default()
        .with(Field::GivenName, given)
        .with(Field::FamilyName, family)
        .with(Field::DateOfBirth, born)
        .with(Field::Upn, upn);
    Declaration {
        particulars,
        address: Some(Address { postcode: postcode.to_owned(), ..Address::default() }),
        ..Declaration::default()
    }
}

fn check(people: &[Known], said: &Declaration, expected: &str) {
    let got = match Index::new(people.iter().cloned()).decide(said) {
        Match::Same { person, .. } => format!("same {person}"),
        Match::New { .. } => "new".to_owned(),
        Match::Review { candidates, .. } => format!("review {candidates:?}"),
    };
    assert_eq!(got, expected, "{said:?}");
}

#[test]
fn decides_by_number_then_by_name_birth_date_and_postcode() {
    let town = [known(1, "amina", "khan", Some(UPN_A)), known(2, "bilal", "khan", None)];
    let day = "2008-05-04";
    for (said, expected) in [
        (row("Amina", "Khan", day, "", UPN_A), "same 1"),
        (row("Amna", "Khan", day, "", UPN_A), "same 1"),
        (row("Amina", "Shah", day, "", UPN_A), "same 1"),
        (row("Amina", "Khan", "2008-05-05", "", UPN_A), "same 1"),
        // A twin carrying the other's number, and a stranger carrying it.
        (row("Bilal", "Khan", day, "ME7 1AB", UPN_A), "review [1, 2]"),
        (row("Amina", "Shah", "2007-01-01", "", UPN_A), "review [1]"),
        (row("Zed", "Shah", "2007-01-01", "", UPN_A), "review [1]"),
        // No number.
        (row("Bilal", "Khan", day, "ME7 1AB", ""), "same 2"),
        (row("BILAL", "K'han", day, "ME7 1AB", ""), "same 2"),
        (row("Bilal", "Khan", day, "ME8 9ZZ", ""), "review [2]"),
        (row("Bilal", "Khan", day, "", ""), "review [2]"),
        (row("Bilal", "Khan", "2008-05-05", "ME7 1AB", ""), "new"),
        // Same name, birth date and home, but each with a UPN of their own.
        (row("Amina", "Khan", day, "ME7 1AB", UPN_B), "review [1]"),
        // A third child born that day at that address: a twin or a changed name, a person decides.
        (row("Cara", "Khan", day, "ME7 1AB", ""), "review [1, 2]"),
        (row("Cara", "Khan", day, "ME7 1AC", ""), "new"),
        // A number that fails its check letter counts for nothing.
        (row("Nobody", "Else", "2006-01-01", "", "X887400009002"), "new"),
    ] {
        check(&town, &said, expected);
    }
}

#[test]
fn numbers_that_point_at_two_people_are_reviewed() {
    let mut other = known(2, "cara", "lee", None);
    other.uln = Some(ULN_A.to_owned());
    let town = [known(1, "amina", "khan", Some(UPN_A)), other];
    let mut said = row("Amina", "Khan", "2008-05-04", "", UPN_A);
    said.particulars.set(Field::Uln, ULN_A.to_owned());
    check(&town, &said, "review [1, 2]");
}

#[test]
fn twins_with_like_names_stay_apart() {
    let town = [known(1, "ella", "khan", Some(UPN_A)), known(2, "bella", "khan", None)];
    check(&town, &row("Bella", "Khan", "2008-05-04", "", UPN_A), "review [1, 2]");
    check(&town, &row("Ella", "Khan", "2008-05-04", "", UPN_A), "same 1");
}

#[test]
fn a_former_family_name_still_finds() {
    let mut married = known(1, "amina", "shah", None);
    married.former_families = vec!["khan".to_owned()];
    check(&[married], &row("Amina", "Khan", "2008-05-04", "ME7 1AB", ""), "same 1");
}

#[test]
fn one_slip_is_one() {
    for (a, b, slip) in [
        ("jon", "john", true),
        ("sara", "sarha", true),
        ("marc", "mark", true),
        ("jack", "james", false),
        ("ella", "emma", false),
        ("ab", "ba", true),
    ] {
        assert_eq!(one_slip(a, b), slip, "{a} {b}");
        assert_eq!(one_slip(b, a), slip, "{b} {a}");
    }
}

/// Kian and Kiana, of whom one stands on the register, and a file that gives both one number.
#[test]
fn one_name_written_twice_is_of_one_sex() {
    let kian = Known { sex: Some('M'), ..known(1, "kian", "khan", Some(UPN_A)) };
    let of = |given: &str, sex: &str| {
        let said = row(given, "Khan", "2008-05-04", "", UPN_A);
        Declaration { particulars: said.particulars.clone().with(Field::Sex, sex), ..said }
    };
    check(std::slice::from_ref(&kian), &of("Kiana", "F"), "review [1]");
    check(std::slice::from_ref(&kian), &of("Kiana", ""), "same 1");
    check(&[kian], &of("Kian", "F"), "same 1");
}

/// Whoever has another number is somebody else of the same name, whichever of the two came first.
#[test]
fn of_one_name_are_those_whose_numbers_do_not_differ() {
    let of = |first: Option<&str>, second: Option<&str>| {
        let town = [known(1, "amina", "khan", first), known(2, "amina", "khan", second)];
        Index::new(town).of_name(&row("Amina", "Khan", "2008-05-04", "", UPN_A), &[])
    };
    assert_eq!(of(Some(UPN_B), None), [2]);
    assert_eq!(of(None, Some(UPN_B)), [1]);
    assert_eq!(of(None, None), [1, 2]);
    assert!(of(Some(UPN_B), Some(UPN_B)).is_empty());
}

/// Who is said not to be meant is as if they were not there, and whoever is left is found.
#[test]
fn whom_a_row_does_not_speak_of_by_somebodys_word_does_not_come_up_again() {
    let town = [known(1, "amina", "khan", Some(UPN_A)), known(2, "zara", "khan", Some(UPN_A))];
    let index = Index::new(town);
    let said = row("Zara", "Khan", "2008-05-04", "ME7 1AB", UPN_A);
    assert!(matches!(index.decide(&said), Match::Review { .. }));
    let but = |not: &[i64]| index.decide_but(&said, not);
    assert!(matches!(but(&[1]), Match::Same { person: 2, .. }), "{:?}", but(&[1]));
    assert!(matches!(but(&[1, 2]), Match::New { .. }));
    assert!(index.has_number(&said, &[1]) && !index.has_number(&said, &[1, 2]));
}

/// Everybody's texts stand in one, so that nobody may be found by what is somebody else's.
#[test]
fn a_name_or_home_of_whoever_stands_beside_is_nobody_elses() {
    let plain = known(2, "bilal", "khan", None);
    let mut moved = known(3, "cara", "lee", None);
    moved.former_families = vec!["shah".to_owned(), "o'hara".to_owned()];
    moved.postcodes = vec!["ME8 9ZZ".to_owned(), "ME4 4AA".to_owned()];
    let bare = Known { postcodes: Vec::new(), ..known(4, "dora", "", None) };
    let town = [known(1, "amina", "khan", Some(UPN_A)), plain, moved, bare];
    let day = "2008-05-04";
    for (said, expected) in [
        (row("Cara", "Shah", day, "ME4 4AA", ""), "same 3"),
        (row("Cara", "Lee", day, "ME8 9ZZ", ""), "same 3"),
        (row("Cara", "Lee", day, "ME7 1AB", ""), "review [3]"),
        (row("Bilal", "Shah", day, "ME9 9AA", ""), "new"),
        (row("Bilal", "Khan", day, "ME8 9ZZ", ""), "review [2]"),
        (row("Dora", "", day, "ME8 9ZZ", ""), "review [4]"),
        (row("Dora", "Shah", day, "ME9 9AA", ""), "new"),
    ] {
        check(&town, &said, expected);
    }
}
