//! What the options of the follow-up list and of measures do, and that rows which wait for somebody end
//! a command with 1.

use serde_json::Value;
use testkit::{Register, each_engine};

use super::{SCHOOL, complaint, json, run, town};

/// The rows of a table on standard output, the headings first.
fn table(register: &Register, words: &[&str]) -> Vec<Vec<String>> {
    let output = run(register, &[words, &["--format", "csv"]].concat());
    assert!(output.status.success(), "{words:?}: {}", complaint(&output));
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(output.stdout.as_slice());
    let cells = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    reader.records().map(|row| cells(row.unwrap())).collect()
}

fn column(rows: &[Vec<String>], name: &str) -> Vec<String> {
    let at = rows[0].iter().position(|head| head == name).unwrap();
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

fn numbers(rows: &Value, name: &str) -> Vec<String> {
    rows.as_array().unwrap().iter().map(|row| row[name].to_string()).collect()
}

#[tokio::test]
async fn the_follow_up_list_is_a_table_of_one_provider_or_by_name() {
    each_engine(|register| async move {
        town(&register, "400", "2025-03-14");
        let list = json(&register, &["followup", "list", "--list", "neet"]);
        let rows = table(&register, &["followup", "list", "--list", "neet"]);
        assert_eq!(column(&rows, "person"), numbers(&list["rows"], "person"));
        assert!(rows.len() > 5 && column(&rows, "list").iter().all(|name| name == "neet"));

        let named = table(&register, &["followup", "list", "--by-name"]);
        let pressing = table(&register, &["followup", "list"]);
        let family = |rows: &[Vec<String>]| -> Vec<String> {
            let last = |name: String| name.rsplit(' ').next().unwrap().to_lowercase();
            column(rows, "name").into_iter().map(last).collect()
        };
        assert!(family(&named).is_sorted() && !family(&pressing).is_sorted());
        let (mut one, mut other) = (column(&named, "person"), column(&pressing, "person"));
        one.sort();
        other.sort();
        assert_eq!(one, other, "the same people in another order");

        let all = json(&register, &["followup", "list"]);
        let first = &all["providers"][0];
        let key = first["key"].as_str().unwrap();
        let theirs = json(&register, &["followup", "list", "--provider", key]);
        let rows = theirs["rows"].as_array().unwrap();
        assert!(!rows.is_empty() && rows.len() < all["rows"].as_array().unwrap().len());
        assert!(rows.iter().all(|row| row["provider"] == key), "{theirs}");
    })
    .await;
}

/// As the page's filter has it: one adviser's caseload, or nobody's.
#[tokio::test]
async fn the_follow_up_list_of_one_adviser_is_asked_for_by_name_or_address() {
    each_engine(|register| async move {
        town(&register, "400", "2025-03-14");
        let rows = |more: &[&str]| {
            let list = json(&register, &[&["followup", "list"][..], more].concat());
            list["rows"].as_array().unwrap().clone()
        };
        let all = rows(&[]);
        let name = all.iter().find_map(|row| row["adviser"].as_str()).unwrap();
        let of = |adviser: Option<&str>| -> Vec<Value> {
            all.iter().filter(|row| row["adviser"].as_str() == adviser).cloned().collect()
        };
        let address = format!("{}@medway.example", name.to_lowercase().replace(' ', "."));
        for said in [name, &name.to_uppercase(), &address] {
            assert_eq!(rows(&["--adviser", said]), of(Some(name)), "{said}");
        }
        assert_eq!(rows(&["--adviser", "none"]), of(None));
        assert!(of(Some(name)).len() < all.len());

        // An account that has no caseload is no adviser, and is answered as an unknown one is.
        for said in ["Nobody Of This Name", "governance@medway.example"] {
            let output = run(&register, &["followup", "list", "--adviser", said]);
            let wanted = format!("No adviser has the name or the email address {said}.");
            assert_eq!((output.status.code(), complaint(&output).trim()), (Some(2), &*wanted));
        }
    })
    .await;
}

#[tokio::test]
async fn a_measure_opens_into_its_people_and_remembers_what_was_known() {
    each_engine(|register| async move {
        town(&register, "400", "2025-03-14");
        let asked = ["measure", "neet", "--month", "2025-02"];
        let with = |more: &[&str]| json(&register, &[&asked[..], more].concat());
        let figures = with(&["--by", "sex"]);
        let people = with(&["--people", "all"]);
        let of = |found: &Value| found["months"][0]["people"].as_array().unwrap().len() as u64;
        assert_eq!(Some(of(&people)), figures["neet"].as_u64());
        let out = with(&["--people", "all", "--list", "out"]);
        assert_eq!(Some(of(&people) + of(&out)), figures["cohort"].as_u64());
        let excluded = with(&["--list", "excluded"]);
        assert_eq!(Some(of(&excluded)), figures["excluded"].as_u64());
        let cell = &figures["cells"][0];
        let sex = format!("sex={}", cell["sex"].as_str().unwrap());
        assert_eq!(Some(of(&with(&["--people", &sex]))), cell["neet"].as_u64());

        let rows = table(&register, &[&asked[..], &["--by", "sex"]].concat());
        let cohorts: Vec<u64> = column(&rows, "cohort")
            .iter()
            .map(|cell| cell.parse::<f64>().unwrap() as u64)
            .collect();
        assert_eq!(Some(cohorts[0]), figures["cohort"].as_u64());
        assert_eq!(cohorts[0], cohorts[1..].iter().sum::<u64>(), "{rows:?}");
        // What is no percentage has its value as well, in its unit.
        let spells = ["measure", "neet-spells", "--month", "2025-02"];
        let rows = table(&register, &spells);
        let value: f64 = column(&rows, "value")[0].parse().unwrap();
        assert_eq!(Some(value), json(&register, &spells)["value"].as_f64(), "{rows:?}");
        assert_eq!(column(&rows, "unit")[0], "spells a person");
        let listed = table(&register, &[&asked[..], &["--people", "all"]].concat());
        assert_eq!(listed.len() as u64, of(&people) + 1);
        assert_eq!(listed[0][..2], ["month", "person"]);

        // What was recorded since was not known before.
        let person = people["months"][0]["people"][0]["person"].to_string();
        let before = with(&["--known-on", "2025-03-14"]);
        assert_eq!(before["neet"], figures["neet"], "nothing was recorded since");
        let long_ago = with(&["--known-on", "2024-12-31"]);
        assert_ne!(long_ago["neet"], Value::Null);
        assert_ne!(
            (&long_ago["neet"], &long_ago["not_known"]),
            (&figures["neet"], &figures["not_known"]),
            "of {person}"
        );
    })
    .await;
}

/// Rows of twins that nothing tells apart wait for somebody: the work is done and has something to say.
#[tokio::test]
async fn rows_that_wait_end_with_one() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        town(&register, "200", "2025-03-14");
        let send = |name: &str, text: &str, more: &[&str]| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            let file = path.to_string_lossy().into_owned();
            let words = ["import", "roll", &file, "--from", SCHOOL, "--format", "json"];
            run(&register, &[&words[..], more].concat())
        };
        let head = "Forename,Surname,DOB,Sex,Postcode\n";
        let twins = "Qua,Zyxbe,2008-05-01,F,ME4 4TR\nQuo,Zyxbe,2008-05-01,F,ME4 4TR\n";
        assert_eq!(send("twins.csv", &format!("{head}{twins}"), &[]).status.code(), Some(0));
        let held =
            send("doubt.csv", &format!("{head}Q,Zyxbe,2008-05-01,F,ME4 4TR\n"), &["--dry-run"]);
        let said: Value = serde_json::from_slice(&held.stdout).unwrap();
        assert_eq!((&said["counts"]["held"], held.status.code()), (&1.into(), Some(1)), "{said}");
        let id = said["import"].to_string();
        let again = run(&register, &["imports", "read", &id]);
        assert_eq!(again.status.code(), Some(1), "{}", complaint(&again));
    })
    .await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_yet_is_made_beside_a_register_in_postgresql() {
    each_engine(|register| async move {
        if !register.db.is_postgres() {
            return;
        }
        town(&register, "300", "2025-03-14");
        let folder = tempfile::tempdir().unwrap();
        let file = super::roll(folder.path(), "roll.csv", 3, 1);
        let home = folder.path().join("not yet").to_string_lossy().into_owned();
        let words = ["import", "roll", &file, "--from", SCHOOL, "--home", &home, "--dry-run"];
        assert_eq!(json(&register, &words)["counts"]["new"], 3);
    })
    .await;
}

#[tokio::test]
async fn targets_are_a_table_in_which_no_text_is_a_formula() {
    each_engine(|register| async move {
        let set = [
            "target", "set", "neet", "--level", "5.5", "--by", "2026-01", "--owners", "=Us",
            "--source", "Cabinet",
        ];
        let council = ["--name", "Medway Council", "--la-code", "887", "--database-id", "887"];
        json(&register, &[&["council", "set"], &council[..]].concat());
        json(&register, &set);
        let rows = table(&register, &["target", "list"]);
        assert_eq!(column(&rows, "target_percent"), ["5.5"]);
        assert_eq!(column(&rows, "owners"), ["'=Us"]);
        assert_eq!(column(&rows, "people_to_go"), [""], "nobody is counted");
    })
    .await;
}
