//! School rolls: their own, the census's, other encodings and other words.

use super::*;
use formats::dates::DateOrder;
use formats::mapping::propose;
use jiff::civil::date;

#[test]
fn an_academys_roll() {
    let taken = take(Kind::Roll, &golden("roll/academy.csv"), &Options::default());
    let people: Vec<String> = taken.people.iter().map(said).collect();
    assert_eq!(
        people,
        [
            "given_name=Zoë family_name=Lakeland date_of_birth=2009-03-04 sex=F ethnicity=WBRI \
             upn=H887419920001 uln=1020304005 send=N sen_support=Y",
            "given_name=Owen family_name=Pennant date_of_birth=2009-08-31 sex=M ethnicity=WIRI \
             upn=X887419920002 send=Y sen_support=N",
            "given_name=Ada family_name=O'Marsh date_of_birth=2008-09-01 sex=F ethnicity=MWBC \
             upn=L887419920003 uln=1020304013 send=N sen_support=N",
            "given_name=Ira family_name=Wrongnumber date_of_birth=2008-12-12 sex=U",
        ]
    );
    let doing: Vec<_> = taken.people.iter().flat_map(doing).collect();
    assert_eq!(
        doing,
        [
            "on roll - 8874199 2025-09-05 -",
            "on roll - 8874199 2020-09-05 -",
            "left 2025-07-31 - Example College",
            "on roll - 8874199 2020-09-05 -",
        ]
    );
    let zoe = &taken.people[0];
    let home = zoe.address.as_ref().unwrap();
    assert_eq!((home.lines[0].as_str(), home.postcode.as_str()), ("3, Invented Row", "ME4 4TR"));
    assert_eq!((zoe.row, zoe.remarks.len()), (5, 0));
    assert_eq!(taken.people[1].former_names[0].family, "Thistle");
    // Two numbers, a postcode and a provision that cannot be right; the row counts all the same.
    assert_eq!(taken.people[3].remarks.len(), 4, "{:?}", taken.people[3].remarks);
    assert_eq!(taken.refused[0].row, 9);
    assert!(taken.refused[0].reason.contains("names nobody"));
    let unread: Vec<_> = taken.facts.unread.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    assert_eq!(unread, [("Year Group", 5), ("Free Meals", 3)]);
    assert!(taken.facts.notes.iter().any(|note| note == "The headings stand in row 4."));
    assert!(taken.facts.notes.iter().any(|note| note.contains("day, month, year")));
    // What nobody reads is not kept.
    assert!(zoe.raw.iter().all(|(name, _)| name != "Free Meals"));
}

#[test]
fn encodings_are_told() {
    let rows = [
        ("roll/windows-1252.csv", "given_name=André family_name=Rosé", "Windows-1252"),
        ("roll/utf-16.txt", "given_name=Maja family_name=Łukasik", "UTF-16"),
        ("roll/academy.csv", "given_name=Zoë family_name=Lakeland", "UTF-8"),
    ];
    for (file, name, encoding) in rows {
        let taken = take(Kind::Roll, &golden(file), &Options::default());
        assert!(said(&taken.people[0]).starts_with(name), "{file}");
        assert!(taken.facts.notes[0].contains(encoding), "{file}: {:?}", taken.facts.notes);
        assert!(taken.people[0].particulars.date_of_birth().is_some(), "{file}");
    }
}

#[test]
fn the_census_table() {
    let taken = take(Kind::Roll, &golden("roll/census.csv"), &Options::default());
    assert_eq!(doing(&taken.people[0]), ["on roll - - 2020-09-03 -"]);
    assert_eq!(taken.people[0].particulars.date_of_birth(), Some(date(2009, 5, 14)));
    assert_eq!(doing(&taken.people[1]), Vec::<String>::new());
    assert!(taken.people[1].remarks[0].contains("subsidiary"));
}

#[test]
fn a_proved_date_order_is_refused_until_it_is_told() {
    let file = golden("roll/month-first.csv");
    let refused = refusal(Kind::Roll, &file, &Options::default());
    assert_eq!(refused.row, Some(3));
    assert!(refused.sentence.contains("--date-order mdy"), "{refused}");
    let told = |order| Options { date_order: Some(order), ..Options::default() };
    let taken = take(Kind::Roll, &file, &told(DateOrder::Mdy));
    assert_eq!(taken.people[0].particulars.date_of_birth(), Some(date(2009, 5, 12)));
    let taken = take(Kind::Roll, &file, &told(DateOrder::Dmy));
    assert_eq!(taken.people[1].particulars.date_of_birth(), None);
    assert_eq!(taken.people[1].remarks.len(), 1);
}

#[test]
fn a_mapping_reads_a_schools_own_words() {
    let file = golden("roll/own-words.csv");
    let taken = take(Kind::Roll, &file, &mapped("roll/mapping.toml"));
    assert!(said(&taken.people[0]).starts_with("given_name=Bo family_name=Meadow"));
    assert!(!said(&taken.people[0]).contains("ethnicity"));
    assert_eq!(taken.people[0].particulars.get(Field::Sex), Some("F"));
    assert_eq!(taken.people[1].particulars.get(Field::Sex), Some("U"));
    assert_eq!(doing(&taken.people[0]), ["on roll - 8874199 - -"]);
    assert_eq!(taken.facts.unread, [("Ethnicity".to_owned(), 2), ("House".to_owned(), 2)]);
    let mut options = mapped("roll/mapping.toml");
    let mapping = options.mapping.as_mut().unwrap();
    mapping.columns.insert("upn".into(), "No such heading".into());
    let refused = refusal(Kind::Roll, &file, &options);
    assert!(refused.sentence.contains("“No such heading”"), "{refused}");
}

#[test]
fn a_mapping_is_proposed_from_the_headings() {
    let proposal = propose(Kind::Roll, &golden("roll/academy.csv"), &Options::default()).unwrap();
    assert_eq!(proposal.header_row, 4);
    let taken: Vec<_> =
        proposal.columns.iter().map(|c| (c.heading.as_str(), c.ours.as_deref())).collect();
    assert!(taken.contains(&("Legal Surname", Some("family_name"))));
    assert!(taken.contains(&("Free Meals", None)));
    assert_eq!(proposal.columns[2].examples, ["Lakeland", "Pennant", "O'Marsh"]);
    // Reading by the proposal is reading without it.
    let options = Options { mapping: Some(proposal.mapping), ..Options::default() };
    let file = golden("roll/academy.csv");
    let (with, without) =
        (take(Kind::Roll, &file, &options), take(Kind::Roll, &file, &Options::default()));
    assert_eq!(with.people, without.people);
    // Nothing known is no error here: somebody will say it.
    let proposal = propose(Kind::Roll, b"a,b\n1,2\n", &Options::default()).unwrap();
    assert!(proposal.columns.iter().all(|column| column.ours.is_none()));
}

#[test]
fn rows_that_slipped_or_break_off_are_not_believed() {
    let slipped =
        b"UPN,Surname,Forename\nH887419920001,Lake,land,Zoe\nX887419920002,Pennant,Owen\n";
    let taken = take(Kind::Roll, slipped, &Options::default());
    assert_eq!((taken.people.len(), taken.refused[0].row), (1, 2));
    let cut = b"UPN,Surname,Forename\nH887419920001,Lakeland,Zoe\nX887419920002,Penn";
    assert_eq!(refusal(Kind::Roll, cut, &Options::default()).row, Some(3));
    let twice = b"UPN,Surname,Surname\nH887419920001,Lakeland,Brook\n";
    let refused = refusal(Kind::Roll, twice, &Options::default());
    assert!(refused.sentence.contains("Two columns are headed “Surname”"), "{refused}");
}

#[test]
fn an_ethnicity_of_the_census_that_the_return_has_not_is_taken_for_the_nearest_and_said() {
    let file =
        b"Forename,Surname,DOB,Ethnicity\nAda,Marsh,2009-01-02,WIRT\nBen,Marsh,2009-01-02,wbri\n";
    let taken = take(Kind::Roll, file, &Options::default());
    let codes: Vec<_> =
        taken.people.iter().map(|p| p.particulars.get(Field::Ethnicity).unwrap()).collect();
    assert_eq!(codes, ["WROM", "WBRI"]);
    assert!(taken.people[0].remarks[0].contains("WIRT"), "{:?}", taken.people[0].remarks);
    assert!(taken.people[1].remarks.is_empty());
}
