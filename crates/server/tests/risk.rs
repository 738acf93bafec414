//! `waymark risk` and `waymark predict` as they are used: what is written where, and the code and sentence
//! for every file that cannot be used.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the helpers of a test may stop it as its own lines may"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
    fn put(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }
    /// The rows of a file that was written, the headings first.
    fn rows(&self, name: &str) -> Vec<Vec<String>> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).from_path(self.path(name)).unwrap();
        let row = |row: Result<csv::StringRecord, csv::Error>| {
            row.unwrap().iter().map(str::to_owned).collect()
        };
        reader.records().map(row).collect()
    }
}

/// Two rows each of 60 people, who came to be NEET the oftener the more they missed.
fn cohort() -> String {
    let row = |n: usize| {
        let (person, missed) = (n / 2, (n * 37) % 50);
        let neet = u8::from((missed + (n * 13) % 40) > 55);
        let place = ["north", "south", "east"][n % 3];
        format!("P{person:02},{missed},{place},{neet}\n")
    };
    format!("pupil,missed,place,neet\n{}", (0..120).map(row).collect::<String>())
}

fn folds() -> String {
    let line = |n: usize| format!("T1,{},P{:02},{}\n", n / 60, n % 60, (n * 7 + n / 60) % 3);
    let other = "T9,0,P00,0\n";
    format!("task,repeat,pupil,fold\n{other}{}", (0..120).map(line).collect::<String>())
}

fn waymark(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_waymark")).args(args).output().unwrap()
}

fn risk(task: &str, data: &Path, out: &Path, more: &[&str]) -> Output {
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    waymark(&[&["risk", task, "--data", data, "--out", out], more].concat())
}

#[track_caller]
fn ended(output: &Output, code: i32, says: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(says), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_report_on_given_folds_writes_every_prediction_by_its_row() {
    let desk = Desk::new();
    let (data, folds) = (desk.put("cohort.csv", &cohort()), desk.put("folds.csv", &folds()));
    let folds = folds.to_str().unwrap();
    let more = ["--target", "neet", "--folds", folds, "--task", "T1", "--bootstrap", "20"];
    let done =
        risk("report", &data, &desk.path("out"), &[&more[..], &["--format", "json"]].concat());
    ended(&done, 0, "");
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((told["task"].as_str(), told["rows"].as_u64()), (Some("T1"), Some(120)));
    assert!(told["models"][0]["figures"]["auc"]["interval"]["low"].is_number());
    let rows = desk.rows("out/predictions.csv");
    assert_eq!(rows[0], ["task", "repeat", "row", "fold", "p"]);
    assert_eq!(rows.len(), 1 + 2 * 120, "every row once in each repeat");
    let mut seen: Vec<(usize, usize)> = Vec::new();
    for row in &rows[1..] {
        let (repeat, at): (usize, usize) = (row[1].parse().unwrap(), row[2].parse().unwrap());
        // Counted from nought in the data, two rows a person, so the fold is that of the person.
        assert_eq!(row[3], (((at / 2 + 60 * repeat) * 7 + repeat) % 3).to_string(), "{row:?}");
        let p: f64 = row[4].parse().unwrap();
        assert!(row[0] == "T1" && 0.0 < p && p < 1.0, "{row:?}");
        seen.push((repeat, at));
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((seen.len(), seen[0], seen[239]), (240, (0, 0), (1, 119)));
    for name in ["metrics.json", "report.html"] {
        assert!(desk.path("out").join(name).exists(), "{name}");
    }
    for (name, head) in [
        ("calibration", "predictions,chance_said,share_that_came"),
        ("gain", "share_listed,share_caught"),
        ("fairness", "list,column,group,rows,outcomes,too_few_to_say,rate,rate_low"),
        ("reasons", "column,listed,raises,lowers"),
    ] {
        let chart = std::fs::read_to_string(desk.path("out").join(format!("{name}.svg"))).unwrap();
        assert!(chart.starts_with("<svg") && chart.ends_with("</svg>"), "{name}");
        let table = desk.rows(&format!("out/{name}.csv"));
        assert!(table[0].join(",").starts_with(head), "{name}: {:?}", table[0]);
    }
}

/// Bars say what their table says: a group's share listed, and whom a column raises the chance of.
#[test]
fn bars_of_fairness_and_reasons_are_drawn_from_their_tables() {
    let desk = Desk::new();
    let data = desk.put("cohort.csv", &cohort().replace("north", "north & <far>"));
    let more = ["--target", "neet", "--id", "pupil", "--groups", "place", "--bootstrap", "20"];
    ended(&risk("report", &data, &desk.path("out"), &more), 0, "");
    let svg = |name: &str| std::fs::read_to_string(desk.path("out").join(name)).unwrap();
    let (fairness, table) = (svg("fairness.svg"), desk.rows("out/fairness.csv"));
    assert!(fairness.contains("north &amp; &lt;far&gt;") && !fairness.contains("<far>"));
    let groups: Vec<&str> = table.iter().map(|row| row[2].as_str()).collect();
    assert_eq!(
        groups[1..],
        ["east", "north & <far>", "south"].repeat(2),
        "two lists of three groups"
    );
    let few = table[1..].iter().filter(|row| row[0] == "top 10%" && row[5] == "true").count();
    assert_eq!(fairness.matches("too few to say").count(), 3 * few);
    let bars = table[1..].iter().filter(|row| row[0] == "top 10%" && row[5] == "false").count();
    assert_eq!(fairness.matches("<rect").count(), 3 * bars);
    let (reasons, table) = (svg("reasons.svg"), desk.rows("out/reasons.csv"));
    let missed = table.iter().find(|row| row[0] == "missed").unwrap();
    let of = |cell: usize| missed[cell].parse::<f64>().unwrap();
    assert_eq!((of(1), of(3)), (12.0, 0.0), "a tenth of 120 rows, all of whom missed much");
    assert!(reasons.contains(&format!(">{:.0}%</text>", 100.0 * of(2) / of(1))), "{reasons}");
    let page = svg("report.html");
    assert!(page.contains(&fairness) && page.contains(&reasons), "the page shows both");
    assert!(page.contains("Reasons of the 12 listed, as a table"));
}

#[test]
fn scores_name_whoever_they_are_of_and_what_the_model_never_saw() {
    let desk = Desk::new();
    let (data, out) = (desk.put("cohort.csv", &cohort()), desk.path("out"));
    ended(&risk("fit", &data, &out, &["--target", "neet", "--id", "pupil"]), 0, "");
    let fresh = desk.put("fresh.csv", "pupil,missed,place\nA1,48,north\nA2,1,south\nA3,,east\n");
    ended(&risk("score", &fresh, &out, &["--id", "pupil"]), 0, "");
    let rows = desk.rows("out/scores.csv");
    assert_eq!(rows[0].join(","), "id,probability,reasons,in_words,not_known");
    let ids: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(ids, ["A1", "A2", "A3"]);
    let p = |row: &Vec<String>| row[1].parse::<f64>().unwrap();
    assert!(p(&rows[1]) > p(&rows[3]) && p(&rows[3]) > p(&rows[2]), "{rows:?}");
    assert!(
        rows[1][2].contains("missed is 48: raises the chance") && rows[3][4] == "missed",
        "{rows:?}"
    );

    let words = desk.put("words.toml", "[missed]\nsource = \"school register\"\n");
    let more = ["--id", "pupil", "--words", words.to_str().unwrap(), "--format", "json"];
    let done = risk("score", &fresh, &out, &more);
    ended(&done, 0, "");
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(told["sources"], serde_json::json!([["missed", "school register"]]));
    let said = &desk.rows("out/scores.csv")[1][2];
    assert!(said.contains("missed is 48 (school register): raises the chance"), "{said}");

    let unknown = desk.put("unknown.csv", "pupil,missed,place\nA1,48,moon\n");
    let done = risk("score", &unknown, &out, &["--id", "pupil"]);
    ended(&done, 1, "Unknown level: \"moon\" in column \"place\" (1 rows)");
    assert_eq!(desk.rows("out/scores.csv").len(), 2, "and its row is scored all the same");
    let far = desk.put("far.csv", "pupil,missed,place\nA1,1e300,north\nA2,3,south\n");
    let done = risk("score", &far, &out, &["--id", "pupil"]);
    ended(&done, 1, "Far out: \"missed\" in 1 rows lies further from the mean");
    assert!(
        desk.rows("out/scores.csv")[1][2].contains("missed is 1e300"),
        "not three hundred noughts"
    );
    let short = desk.put("short.csv", "pupil,missed\nA1,48\n");
    ended(&risk("score", &short, &out, &["--id", "pupil"]), 1, "place");
    let lost = desk.path("none");
    ended(&risk("score", &fresh, &lost, &[]), 2, "model.json");
}

#[test]
fn a_file_that_teaches_nothing_is_refused_in_words() {
    let desk = Desk::new();
    let out = desk.path("out");
    let data = desk.put("cohort.csv", &cohort());
    ended(&risk("fit", &data, &out, &["--target", "nowhere"]), 2, "nowhere");
    let one = desk.put("one.csv", "pupil,missed,neet\nA,1,0\nB,2,0\nC,3,0\n");
    ended(&risk("fit", &one, &out, &["--target", "neet"]), 1, "only one class");
    let leak: String = cohort()
        .lines()
        .map(|line| {
            let after = line.rsplit(',').next().unwrap();
            let after = if after == "neet" { "claims" } else { after };
            format!("{line},{after}\n")
        })
        .collect();
    let leak = desk.put("leak.csv", &leak);
    let target = ["--target", "neet", "--id", "pupil"];
    for task in ["fit", "report"] {
        ended(&risk(task, &leak, &out, &target), 1, "The outcome leaks: \"claims\"");
    }
    let without = [&target[..], &["--exclude", "claims"]].concat();
    ended(&risk("fit", &leak, &out, &without), 0, "");
    let words = desk.put("words.csv", "pupil,missed,neet\nA,1,left\nB,2,stayed\nC,3,moved\n");
    ended(&risk("fit", &words, &out, &["--target", "neet"]), 2, "--positive");
}

/// The bytes of `cohort`, written as other programs write them, teach the same model to the bit.
#[test]
fn a_file_is_read_the_same_however_it_is_written() {
    let desk = Desk::new();
    let target = ["--target", "neet", "--id", "pupil"];
    let plain = cohort();
    let fitted = |name: &str, text: &[u8]| {
        std::fs::write(desk.path(name), text).unwrap();
        let out = desk.path(&format!("{name}.out"));
        ended(&risk("fit", &desk.path(name), &out, &target), 0, "");
        std::fs::read_to_string(out.join("model.json")).unwrap()
    };
    let own = fitted("plain.csv", plain.as_bytes());
    for (name, text) in [
        ("mark.csv", format!("\u{feff}{plain}")),
        ("windows.csv", plain.replace('\n', "\r\n")),
        ("semicolon.csv", plain.replace(',', ";")),
        ("told.csv", format!("sep=;\r\n{}", plain.replace(',', ";"))),
        ("tab.csv", plain.replace(',', "\t")),
        ("bar.csv", plain.replace(',', "|")),
        ("quoted.csv", plain.replace("north", "\"north\"")),
        ("words.csv", plain.replace(",1\n", ",Yes\n").replace(",0\n", ",no\n")),
        ("noughts.csv", plain.replace("\nP", "\n000")),
    ] {
        assert_eq!(fitted(name, text.as_bytes()), own, "{name}");
    }
    let unnamed: String = plain
        .lines()
        .enumerate()
        .map(|(n, line)| match n {
            0 => format!(",{line}\n"),
            n => format!("{n},{line}\n"),
        })
        .collect();
    assert_eq!(fitted("numbered.csv", unnamed.as_bytes()), own, "row numbers are no fact");
    // As a spreadsheet on Windows writes it: a curly apostrophe is byte 92, which Latin-1 has not.
    let latin = plain.replace("north", "\u{e9}t\u{e9}\u{2019}s");
    let byte = |c: char| if c == '\u{2019}' { 0x92 } else { u8::try_from(u32::from(c)).unwrap() };
    let latin: Vec<u8> = latin.chars().map(byte).collect();
    assert!(fitted("latin.csv", &latin).contains("\u{e9}t\u{e9}\u{2019}s"));
}

#[test]
fn what_is_odd_in_a_file_is_counted_and_told() {
    let desk = Desk::new();
    let (out, target) = (desk.path("out"), ["--target", "neet", "--id", "pupil"]);
    let json = [&target[..], &["--format", "json"]].concat();
    let told = |text: String, task: &str, more: &[&str]| -> serde_json::Value {
        let data = desk.put("odd.csv", &text);
        let done = risk(task, &data, &out, more);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).unwrap()
    };
    let nameless = told(cohort().replace("P07,", ",").replace("P08,", ","), "fit", &json);
    assert_eq!((nameless["people"].as_u64(), nameless["rows"].as_u64()), (Some(62), Some(120)));
    let note = "4 rows have no pupil; each is taken for a person of its own.";
    assert_eq!(nameless["notes"][0], note);
    type Value = fn(usize) -> String;
    let column = |value: Value| {
        let line = |(n, line): (usize, &str)| match n {
            0 => format!("{line},x\n"),
            n => format!("{line},{}\n", value(n)),
        };
        cohort().lines().enumerate().map(line).collect::<String>()
    };
    let dates = told(column(|n| format!("{}/0{}/2009", 1 + n % 28, 1 + n % 9)), "fit", &json);
    assert_eq!(
        dates["notes"][0],
        "x holds dates and is not used; give an age or a number of days in its place."
    );
    assert_eq!(dates["inputs"].as_array().map(Vec::len), Some(2), "missed and place");
    let endless = told(column(|n| ["inf", "1", "2", "-inf"][n % 4].to_owned()), "fit", &json);
    let x = endless["inputs"].as_array().unwrap().iter().find(|input| input["column"] == "x");
    assert_eq!(x.map(|x| (&x["kind"], &x["unreadable"])), Some((&"number".into(), &60.into())));
    let useless: [(&str, Value); 5] = [
        ("its numbers differ by too little to be reckoned with", |n| format!("{}e-300", n % 7)),
        ("it never varies", |_| "7".to_owned()),
        ("nothing is known in it", |n| ["", "NA", ".", "?"][n % 4].to_owned()),
        ("its numbers are too large to be reckoned with", |n| {
            if n % 2 == 0 { "1e308" } else { "-1e308" }.to_owned()
        }),
        ("nearly every row has a name of its own, so it identifies people or is free text", |n| {
            format!("\"line {n}\nand more\"")
        }),
    ];
    for (why, value) in useless {
        let left = &told(column(value), "fit", &json)["left_out"];
        assert_eq!((&left[0]["column"], &left[0]["why"]), (&"x".into(), &why.into()));
    }
    let known = told(cohort().replacen(",0\n", ",NA\n", 9), "fit", &json);
    assert_eq!(known["rows"].as_u64(), Some(111), "rows whose outcome is known");
    let words = "pupil,missed,place\n0012,lots,north\n=cmd,5,south\n,6,east\n".to_owned();
    let scored = told(words, "score", &["--id", "pupil", "--format", "json"]);
    assert_eq!(scored["unreadable"], serde_json::json!([["missed", 1]]));
    assert_eq!(scored["notes"].as_array().map(Vec::len), Some(1));
    let ids: Vec<String> = desk.rows("out/scores.csv").iter().map(|row| row[0].clone()).collect();
    assert_eq!(ids, ["id", "0012", "'=cmd", ""]);

    // Fold files: who is in no fold is counted, and so is who is in the file alone.
    let some: String = folds()
        .lines()
        .filter(|line| !line.contains(",P05,"))
        .map(|line| if line.contains(",P06,") { "T1,0,P06,\n".into() } else { format!("{line}\n") })
        .collect();
    let file = desk.put("folds.csv", &format!("{some}T1,0,Q99,1\n"));
    let more =
        ["--target", "neet", "--folds", file.to_str().unwrap(), "--task", "T1", "--format", "json"];
    let told = told(cohort(), "report", &more);
    let notes = [
        "4 rows are in no fold and were neither learnt from nor predicted.",
        "1 people of the fold file are not in the data.",
    ];
    assert_eq!(told["notes"], serde_json::json!(notes));
}

/// A word in the target that nobody named counts as "no" only where that is told, or as nothing.
#[test]
fn a_value_of_the_target_that_nobody_named_is_told() {
    let desk = Desk::new();
    let data = desk.put("odd.csv", &cohort().replacen(",0\n", ",Unknown\n", 9));
    let told = |more: &[&str]| -> serde_json::Value {
        let more = [&["--target", "neet", "--id", "pupil", "--format", "json"], more].concat();
        let done = risk("fit", &data, &desk.path("out"), &more);
        ended(&done, 0, "");
        serde_json::from_slice(&done.stdout).unwrap()
    };
    let counted = told(&["--positive", "1"]);
    assert_eq!(counted["rows"].as_u64(), Some(120));
    assert_eq!(counted["notes"][0], "Counted as \"no\": 0, Unknown.");
    let named = told(&["--not-known", "unknown"]);
    assert_eq!((named["rows"].as_u64(), &named["notes"][0]), (Some(111), &serde_json::Value::Null));
    let bound = told(&["--positive", ">=1"]);
    assert_eq!(bound["rows"].as_u64(), Some(111));
    assert_eq!(bound["notes"][0], "Counted as not known, being no number: Unknown.");
}

#[test]
fn what_cannot_be_used_has_its_own_sentence() {
    let desk = Desk::new();
    let out = desk.path("out");
    let target = ["--target", "neet", "--id", "pupil"];
    let plain = cohort();
    let utf16: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bad: [(&[u8], i32, &str); 12] = [
        (b"", 1, "is empty"),
        (b"pupil,missed,place,neet\n", 1, "holds no rows"),
        (b"PK\x03\x04\0\0", 1, "is a workbook or an archive"),
        (&utf16, 1, "UTF-16"),
        (b"pupil,missed,missed,neet\nA,1,2,0\n", 1, "two columns are called \"missed\""),
        (b"pupil,missed,,neet\nA,1,2,0\n", 1, "column 3 has no name"),
        (b"pupil,missed,neet\nA,1,0\nB,1\n", 1, "record 2 (line: 3"),
        (b"pupil,missed,neet\nA,1,\"0\nB,1,0\n", 1, "never closed"),
        (b"pupil,missed,neet\nA,1,\nB,2,NA\n", 1, "Nothing is known in the target"),
        (b"pupil,missed,neet\nA,1,1\nB,2,\n", 1, "a blank is \"not known\", never \"no\""),
        (b"pupil,missed,neet\nA,\x00,1\nB,2,0\n", 1, "Line 2 holds a NUL character"),
        (b"<html><body>gone</body></html>\n1\n", 2, "There is no column \"neet\""),
    ];
    for (bytes, code, says) in bad {
        std::fs::write(desk.path("bad.csv"), bytes).unwrap();
        for task in ["fit", "report"] {
            ended(&risk(task, &desk.path("bad.csv"), &out, &target), code, says);
        }
        assert!(!out.exists(), "nothing is written for {says}");
    }
    let data = desk.put("cohort.csv", &plain);
    let file = |name: &str, text: &str| desk.put(name, text).to_str().unwrap().to_owned();
    let (none, other) =
        (file("none.csv", "pupil,fold\n"), file("other.csv", "pupil,fold\nQ1,0\nQ2,1\n"));
    let twice = file("twice.csv", "pupil,fold\nP01,0\nP01,1\n");
    let asked: [(&str, &[&str], i32, &str); 18] = [
        ("fit", &["--id", "neet"], 2, "cannot be both the target and the id"),
        ("fit", &["--penalty", "0"], 1, "must be a number above nought"),
        ("fit", &["--penalty", "-1"], 1, "must be a number above nought"),
        ("fit", &["--positive", "-1"], 2, "No row of \"neet\" holds \"-1\""),
        (
            "report",
            &["--time", "missed", "--test-from", "30", "--recalibrate-from", "30"],
            1,
            "leaves no rows to set level and spread right on",
        ),
        ("fit", &["--exclude", "missed,place,pupil"], 1, "No column is left to learn from."),
        ("report", &["--challenger"], 1, "--challenger needs more than 1000 outcomes, and"),
        ("report", &["--recalibrate-from", "5"], 2, "--time"),
        ("report", &["--list", "0"], 2, "--list takes"),
        ("report", &["--list", "nan%"], 2, "--list takes"),
        ("report", &["--list", "101%"], 2, "--list takes"),
        ("report", &["--status", "neet"], 2, "--status wants another column"),
        ("report", &["--points", "place"], 2, "which holds no numbers"),
        ("report", &["--points", "nowhere"], 2, "neither a column nor a file"),
        ("report", &["--groups", "nowhere"], 2, "for --groups"),
        ("report", &["--folds", &none], 1, "holds no rows"),
        ("report", &["--folds", &other], 1, "No pupil of the data is in the fold file"),
        ("report", &["--folds", &twice], 1, "two folds of one repeat"),
    ];
    for (task, more, code, says) in asked {
        let more = [&["--target", "neet"], more].concat();
        ended(&risk(task, &data, &out, &more), code, says);
    }
    ended(&risk("fit", &data, &out, &target), 0, "");
    let text = std::fs::read_to_string(out.join("model.json")).unwrap();
    let mut model: serde_json::Value = serde_json::from_str(&text).unwrap();
    model["coefficients"].as_array_mut().unwrap().pop();
    let short = file("short.json", &model.to_string());
    ended(&risk("score", &data, &out, &["--model", &short]), 2, "not those of its terms");
    let cut = file("cut.json", &text[..text.len() / 2]);
    ended(&risk("score", &data, &out, &["--model", &cut]), 2, "is not a model");
}

/// Four years of one process, of whose outcomes the last two years have the more.
fn years() -> String {
    let row = |n: usize| {
        let (year, missed) = (2021 + n / 1_000, (n * 37) % 50);
        let luck = (n * 7919) % 1_000;
        let neet = luck < missed * if year < 2023 { 6 } else { 12 };
        format!("P{n},{year},{missed},{}\n", u8::from(neet))
    };
    format!("pupil,year,missed,neet\n{}\n", (0..4_000).map(row).collect::<String>())
}

#[test]
fn level_and_spread_are_set_right_on_newer_outcomes() {
    let desk = Desk::new();
    let all = years();
    let of = |name: &str, wanted: &[&str]| {
        let year = |line: &&str| wanted.iter().any(|year| line.contains(&format!(",{year},")));
        let rows: Vec<&str> = all.lines().filter(year).collect();
        desk.put(name, &format!("pupil,year,missed,neet\n{}\n", rows.join("\n")))
    };
    let (old, new, last) =
        (of("old.csv", &["2021", "2022"]), of("new.csv", &["2023"]), of("last.csv", &["2024"]));
    let columns = ["--target", "neet", "--id", "pupil", "--format", "json"];
    let (fit, right) = (desk.path("fit"), desk.path("right"));
    ended(&risk("fit", &old, &fit, &[&columns[..], &["--exclude", "year"]].concat()), 0, "");
    let model = fit.join("model.json");
    let with = [&columns[..], &["--model", model.to_str().unwrap()]].concat();
    ended(&risk("recalibrate", &new, &fit, &with), 2, "would be written over");
    let told = |output: Output| -> serde_json::Value {
        ended(&output, 0, "");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let first = told(risk("recalibrate", &new, &right, &with));
    let ratio = |line: &serde_json::Value| {
        line["figures"]["expected_over_observed"]["value"].as_f64().unwrap()
    };
    assert!(ratio(&first["before"]) < 0.7, "{first}");
    assert!((ratio(&first["after"]) - 1.0).abs() < 0.01, "{first}");
    let written = std::fs::read(right.join("model.json")).unwrap();
    told(risk("recalibrate", &new, &right.join("again"), &with));
    assert_eq!(std::fs::read(right.join("again/model.json")).unwrap(), written, "the same bits");
    // The year after, the corrected model is right and the other is not; the score tells which it is.
    let scored = |model: PathBuf| {
        let more = [&columns[..], &["--model", model.to_str().unwrap()]].concat();
        told(risk("score", &last, &desk.path("scored"), &more))
    };
    let (before, after) = (scored(model.clone()), scored(right.join("model.json")));
    assert!(ratio(&before["how_true"]) < 0.7 && before["recalibration"].is_null(), "{before}");
    assert!((ratio(&after["how_true"]) - 1.0).abs() < 0.1, "{after}");
    assert_eq!(after["recalibration"], first["recalibration"]);
    let fall = desk.put(
        "fall.csv",
        &std::fs::read_to_string(&new)
            .unwrap()
            .replace(",0\n", ",x\n")
            .replace(",1\n", ",0\n")
            .replace(",x\n", ",1\n"),
    );
    ended(&risk("recalibrate", &fall, &desk.path("fall"), &with), 1, "do not come oftener");

    // The same in one go, forward in time; who is learnt from, who sets the level and who is predicted differ.
    let data = desk.put("years.csv", &all);
    let forward =
        ["--time", "year", "--recalibrate-from", "2023", "--test-from", "2024", "--bootstrap", "0"];
    let report = told(risk("report", &data, &desk.path("out"), &[&columns[..], &forward].concat()));
    let lines = report["models"].as_array().unwrap();
    assert_eq!(
        (&lines[0]["model"], &lines[1]["model"]),
        (&"model".into(), &"model as fitted".into())
    );
    assert!((ratio(&lines[0]) - 1.0).abs() < 0.1 && ratio(&lines[1]) < 0.7, "{lines:?}");
    assert_eq!(report["recalibrations"], serde_json::json!([first["recalibration"]]));
    let page = std::fs::read_to_string(desk.path("out/report.html")).unwrap();
    assert!(page.contains("Level and spread set right after the fit"));
    assert_eq!(desk.rows("out/predictions.csv").len(), 1 + 1_000);
}

/// The real data stand beside the project and may not be copied into it.
fn real(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/prediction");
    let path = folder.join(name);
    if !path.exists() {
        println!("SKIPPED: {} is not beside the project", path.display());
    }
    Some(path).filter(|path| path.exists())
}

/// The goals in figures, through the command as an analyst uses it.
#[test]
fn real_data_reach_their_goals_through_the_command() {
    let desk = Desk::new();
    let Some(folds) = real("mvad_folds.csv") else { return };
    let folds = folds.to_str().unwrap();
    let years = ["--id", "id_student", "--time", "code_presentation", "--test-from", "2014B"];
    let oulad =
        [&["--target", "final_result", "--positive", "Withdrawn,Fail"], &years[..]].concat();
    let uci = vec!["--target", "Target", "--positive", "Dropout", "--challenger"];
    let on = |task| vec!["--target", "y", "--folds", folds, "--task", task];
    // Least area under the curve, most Brier score, and the widths the slope and the level may have.
    let goals = [
        ("mvad_T1.csv", on("T1"), 0.728, 0.1068, 0.85..=1.15, 0.95..=1.05, 10 * 712),
        ("mvad_T3.csv", on("T3"), 0.841, 0.0575, 0.85..=1.15, 0.95..=1.05, 10 * 6_408),
        ("oulad_studentInfo.csv", oulad, 0.645, 0.2345, 0.85..=1.15, 0.9..=1.1, 17_102),
        ("uci697_student_dropout.csv", uci, 0.920, 0.0930, 0.85..=1.15, 0.95..=1.05, 2 * 4_424),
    ];
    for (name, more, least, most, slopes, levels, predicted) in goals {
        let Some(data) = real(name) else { continue };
        let out = desk.path(name);
        let more = [&more[..], &["--bootstrap", "0", "--format", "json"]].concat();
        let done = risk("report", &data, &out, &more);
        ended(&done, 0, "");
        let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        let figures = &told["models"][0]["figures"];
        let of = |figure: &str| figures[figure]["value"].as_f64().unwrap();
        let (auc, brier) = (of("auc"), of("brier"));
        let (slope, level) = (of("calibration_slope"), of("expected_over_observed"));
        println!("{name}: AUC {auc:.4} Brier {brier:.4} slope {slope:.3} level {level:.3}");
        assert!(auc >= least && brier <= most, "{name}: {auc} {brier}");
        assert!(slopes.contains(&slope) && levels.contains(&level), "{name}: {slope} {level}");
        assert_eq!(desk.rows(&format!("{name}/predictions.csv")).len(), 1 + predicted, "{name}");
        if name.starts_with("uci") {
            // The challenger is measured on the same rows; nobody signed, so it takes nothing over.
            assert_eq!(told["models"][1]["model"], "boosted stumps");
            assert_eq!(told["challenger"]["promoted"], false);
        }
    }
}

#[test]
fn predict_goes_from_a_fit_to_a_list_and_its_papers() {
    let desk = Desk::new();
    let home = desk.path("home");
    let home = home.to_str().unwrap();
    ended(&waymark(&["demo", "--home", home, "--people", "1200"]), 0, "");
    let predict = |more: &[&str]| waymark(&[&["predict", "--home", home], more].concat());
    let done = predict(&["list", "--places", "8", "--format", "json"]);
    ended(&done, 0, "");
    let list: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(list["listed"].as_array().map(Vec::len), Some(8), "{list}");
    let done = predict(&["list", "--places", "8", "--format", "csv"]);
    ended(&done, 0, "");
    assert!(done.stdout.starts_with(b"ypid,upn,name,"), "{done:?}");
    let papers = desk.path("papers");
    ended(&predict(&["paper", "1", "--out", papers.to_str().unwrap()]), 0, "");
    assert!(papers.join("transparency-record.json").exists());
    ended(&predict(&["score", "--point", "P7"]), 2, "P1, P2, P3 or P4");
    ended(&predict(&["sign", "1", "--state", "tested", "--by", "A. Owner"]), 1, "cannot");
    ended(&predict(&["list", "--point", "P3"]), 1, "score it");
}
