//! The whole program with its clock on the days on which calendars turn: the last and the first day of
//! an academic year, a leap day, and years for which no edition of our own was published yet.

use serde_json::Value;
use testkit::{Register, each_engine};

use super::{complaint, json, run, town};

/// The day, the last month that is over, its last day, and the edition that counts it.
const DAYS: [(&str, &str, &str, &str); 4] = [
    ("2025-08-31", "2025-07", "2025-07-31", "2020-21"),
    ("2025-09-01", "2025-08", "2025-08-31", "2020-21"),
    ("2028-02-29", "2028-01", "2028-01-31", "2026-27"),
    ("2027-03-14", "2027-02", "2027-02-28", "2026-27"),
];

fn number(of: &Value, name: &str) -> i64 {
    of[name].as_i64().unwrap_or_else(|| panic!("{name} in {of}"))
}

#[tokio::test]
async fn every_command_works_on_the_days_that_calendars_turn() {
    for (day, month, end, edition) in DAYS {
        each_engine(|register| async move {
            town(&register, "400", day);
            followed_up(&register, day);
            counted(&register, month, end, edition);
            returned(&register, end, edition);
        })
        .await;
    }
}

/// The list stands on the town's day, and nobody is in one list twice.
fn followed_up(register: &Register, day: &str) {
    let list = json(register, &["followup", "list"]);
    assert_eq!(list["as_of"], day);
    let rows = list["rows"].as_array().unwrap();
    let key = |row: &Value| (row["person"].as_i64().unwrap(), row["list"].to_string());
    let mut keys: Vec<_> = rows.iter().map(key).collect();
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all, "{day}");
    let counts: i64 = list["counts"].as_object().unwrap().values().filter_map(Value::as_i64).sum();
    assert_eq!(usize::try_from(counts).unwrap(), all, "{day}");
    assert!(all > 0, "nobody to follow up on {day}");
    for row in rows {
        assert!(row["age"].as_i64().unwrap() <= 25 && row["why"].as_str().unwrap().len() > 5);
    }
}

/// A month's figures add up, and the last month's day is the month's last.
fn counted(register: &Register, month: &str, end: &str, edition: &str) {
    let found = json(register, &["measure", "neet-not-known", "--month", month, "--by", "ward"]);
    assert_eq!(
        (&found["edition"], &found["series"][0]["counted_on"]),
        (&edition.into(), &end.into())
    );
    let sum = number(&found, "eet") + number(&found, "neet") + number(&found, "not_known");
    assert_eq!(sum, number(&found, "cohort"), "{month}");
    let cells: i64 =
        found["cells"].as_array().unwrap().iter().map(|cell| number(cell, "cohort")).sum();
    assert_eq!(cells, number(&found, "cohort"), "{month} by ward");
    assert!(number(&found, "cohort") > 0, "{month}");
}

/// The return is the same bytes twice, and passes the department's file rules.
fn returned(register: &Register, end: &str, edition: &str) {
    let folder = tempfile::tempdir().unwrap();
    let out = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (one, two) = (out("one.xml"), out("two.xml"));
    let written = json(register, &["return", "write", "--period-end", end, "--out", &one]);
    assert_eq!(written["edition"], edition);
    assert_eq!(written["file_rejected"], false, "{written}");
    assert!(number(&written, "records") > 0);
    let again = json(register, &["return", "write", "--period-end", end, "--out", &two]);
    assert_eq!(written["sha256"], again["sha256"], "{end} twice");
    let text = std::fs::read_to_string(&one).unwrap();
    assert!(text.contains(&format!("<PeriodEnd>{end}</PeriodEnd>")));
    let mut check = std::process::Command::new(env!("CARGO_BIN_EXE_waymark"));
    let check = check.args(["return", "check", &one, "--format", "json"]).output().unwrap();
    let report = super::document(&check, &["return", "check"]);
    assert_eq!(number(&report, "records"), number(&written, "records"));
    let findings = report["findings"].as_array().unwrap();
    let codes: Vec<i64> = findings.iter().filter_map(|f| f["code"].as_i64()).collect();
    for wrong in [305, 905, 906, 909] {
        assert!(!codes.contains(&wrong), "{end}: the demonstration raises {wrong}");
    }
}

/// Enrolments lapse as the academic year ends: current on its last day, lapsed on the next one's first.
#[tokio::test]
async fn the_september_spike_comes_overnight() {
    each_engine(|register| async move {
        town(&register, "400", "2025-08-31");
        let lapsed = |day: &str| {
            let list = json(&register, &["followup", "list", "--as-of", day]);
            (number(&list["counts"], "lapsed"), number(&list["counts"], "due_30"))
        };
        let (before, due) = lapsed("2025-08-31");
        let (after, _) = lapsed("2025-09-01");
        assert!(
            after >= before + due / 2 && after > 3 * before.max(10),
            "{before}, {due}, {after}"
        );
        let ages = |month: &str| json(&register, &["measure", "neet", "--month", month]);
        let (august, september) = (ages("2025-08"), ages("2025-09"));
        assert_eq!(august["ages"], september["ages"]);
        assert_ne!(august["cohort"], september["cohort"], "the cohort moves on in September");
    })
    .await;
}

/// A leap day ends its month: it is counted on, and the day before it is no period end.
#[tokio::test]
async fn a_leap_day_is_the_last_of_its_month() {
    each_engine(|register| async move {
        town(&register, "200", "2028-03-14");
        counted(&register, "2028-02", "2028-02-29", "2026-27");
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("february.xml").to_string_lossy().into_owned();
        let write = ["return", "write", "--period-end", "2028-02-28", "--out", out.as_str()];
        let refused = run(&register, &write);
        assert_eq!(refused.status.code(), Some(2));
        assert!(complaint(&refused).contains("2028-02-29"), "{}", complaint(&refused));
        let write = ["return", "write", "--period-end", "2028-02-29", "--out", out.as_str()];
        assert!(json(&register, &write)["records"].as_i64() > Some(0));
    })
    .await;
}
