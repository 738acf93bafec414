//! A person a row, a month a column: a small file of ours, and the real cohort.

use super::*;
use domain::calendar::Month;
use domain::status::spell_on;
use jiff::civil::date;

#[test]
fn months_become_spells() {
    let taken =
        take(Kind::ActivityMatrix, &golden("matrix/small.csv"), &mapped("matrix/small.toml"));
    assert_eq!(
        doing(&taken.people[0]),
        ["210 1999-07-01..1999-08-31, 619 1999-09-01..1999-10-31, \
          330 1999-11-01..1999-12-31, 619 2000-01-01..2000-02-29"]
    );
    assert_eq!(doing(&taken.people[1]), ["210 1999-07-01..1999-07-31, 210 1999-10-01..2000-02-29"]);
    assert_eq!(
        said(&taken.people[1]),
        "given_name=Person family_name=Two date_of_birth=1982-09-03"
    );
    assert_eq!(taken.refused[0].row, 4);
    assert!(taken.refused[0].reason.contains("flying in Nov.99"));
    assert_eq!(taken.facts.day, Some(date(2000, 2, 29)));
    assert_eq!(taken.facts.unread, [("weight".to_owned(), 3)]);
}

#[test]
fn a_missing_month_is_named() {
    let file = b"id,Jul.99,Sep.99\n1,school,school\n";
    let refused = refusal(Kind::ActivityMatrix, file, &mapped("matrix/small.toml"));
    assert!(refused.sentence.contains("1999-08 is missing before “Sep.99”"), "{refused}");
    let refused = refusal(Kind::ActivityMatrix, file, &Options::default());
    assert!(refused.sentence.contains("[matrix]"), "{refused}");
}

/// The share without work in every month, from the spells and straight from the file.
#[test]
fn the_real_cohort_loads_month_for_month() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let Some(file) = ["../shared", "../../shared"]
        .iter()
        .find_map(|shared| std::fs::read(root.join(shared).join("data/prediction/mvad.csv")).ok())
    else {
        println!(
            "SKIPPED: ../shared/data/prediction/mvad.csv is not here; the cohort was not read"
        );
        return;
    };
    let mapping = std::fs::read_to_string(root.join("reference/mappings/mvad.toml")).unwrap();
    let mapping = Some(Mapping::from_toml(&mapping).unwrap());
    let taken = take(Kind::ActivityMatrix, &file, &Options { mapping, ..Options::default() });
    assert_eq!((taken.people.len(), taken.refused.len()), (712, 0));
    let text = String::from_utf8(file).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let months: Vec<Month> =
        "1993-07".parse::<Month>().unwrap().through("1999-06".parse().unwrap()).collect();
    assert_eq!((rows.len(), months.len()), (712, 72));
    let mut jobless = 0;
    for (at, month) in months.iter().enumerate() {
        let straight =
            rows.iter().filter(|row| row[14 + at].trim_matches('"') == "joblessness").count();
        let by_spells = taken
            .people
            .iter()
            .filter(|person| {
                let [ActivitySaid::History(spells)] = person.activities.as_slice() else {
                    panic!()
                };
                [month.first_day(), month.last_day()]
                    .iter()
                    .all(|day| spell_on(spells, *day).unwrap().code == "619")
            })
            .count();
        assert_eq!(by_spells, straight, "{month}");
        jobless += straight;
    }
    assert_eq!(jobless, 4_399);
    let mut names: Vec<_> =
        taken.people.iter().map(|person| person.particulars.full_name()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 712, "no two share a made-up name");
    let men = taken.people.iter().filter(|p| p.particulars.get(Field::Sex) == Some("M")).count();
    assert_eq!(men, 370);
}
