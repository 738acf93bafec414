//! `waymark link` as it is used: two files in, one out, and a clear sentence for every bad file.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the helpers of a test may stop it as its own lines may"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const HEADS: &str = "id,source,forename,surname,dob,sex,postcode,upn,school\n";

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
    fn put(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }
    /// Two small lists: 60 people, each in both.
    fn lists(&self) -> (PathBuf, PathBuf) {
        let list = |prefix: &str| {
            let rows: String = (0..60).map(|n| person(prefix, n)).collect();
            format!("{HEADS}{rows}")
        };
        (self.put("a.csv", list("A")), self.put("b.csv", list("B")))
    }
}

fn person(prefix: &str, n: usize) -> String {
    let forename = ["Ada", "Bilal", "Chloe", "Dmitri", "Esther", "Farah"][n % 6];
    let surname =
        ["Okafor", "Smith", "Nowak", "Hussain", "Jones", "Patel", "Wood", "Li", "Byrne", "Shah"]
            [n / 6];
    let (year, month, day) = (n % 20, 1 + n % 12, 1 + n * 7 % 28);
    let sex = if n.is_multiple_of(2) { "F" } else { "M" };
    let postcode = format!("ME{} {}AB", n % 9 + 1, n % 8 + 1);
    format!(
        "{prefix}{n},school,{forename},{surname},20{year:02}-{month:02}-{day:02},{sex},{postcode},,\n"
    )
}

fn link(desk: &Desk, args: &[&Path], more: &[&str]) -> Output {
    let out = desk.path("links.csv");
    let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
    command.arg("link").args(args).arg("--out").arg(out).args(more);
    command.output().unwrap()
}

#[track_caller]
fn refused(output: &Output, code: i32, says: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(says), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn writes_links_and_one_document() {
    let desk = Desk::new();
    let (a, b) = desk.lists();
    let truth: String = (0..60).map(|n| format!("A{n},B{n}\n")).collect();
    let truth = desk.put("t.csv", format!("id_a,id_b\n{truth}"));
    let (truth, model) = (truth.to_str().unwrap(), desk.path("model.json"));
    let model = model.to_str().unwrap();
    let more = ["--truth", truth, "--format", "json", "--model-out", model, "--explain", "A3,B3"];
    let output = link(&desk, &[&a, &b], &more);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["truth"]["pairs"], 60);
    let parts = report["explanation"]["parts"].as_array().unwrap();
    let sum: f64 = parts.iter().map(|part| part["bits"].as_f64().unwrap()).sum();
    assert!((sum - report["explanation"]["weight"].as_f64().unwrap()).abs() < 1e-9);
    let first = std::fs::read_to_string(desk.path("links.csv")).unwrap();
    assert!(first.starts_with("id_a,id_b,probability,weight\n"), "{first}");
    assert!(first.lines().count() > 50, "{first}");
    // A kept model gives the same links, on any number of threads.
    for threads in ["1", "3"] {
        let output = link(&desk, &[&a, &b], &["--model-in", model, "--threads", threads]);
        assert!(output.status.success() && output.stdout.is_empty());
        assert_eq!(std::fs::read_to_string(desk.path("links.csv")).unwrap(), first);
    }
}

/// What is said of a run for people: how good it is beside the truth, and what it cost.
#[test]
fn a_run_with_a_truth_says_on_standard_error_how_good_it_was_and_what_it_cost() {
    let desk = Desk::new();
    let (a, b) = desk.lists();
    // Of thirty of the sixty the truth says that they are one.
    let truth: String = (0..30).map(|n| format!("A{n},B{n}\n")).collect();
    let truth = desk.put("t.csv", format!("id_a,id_b\n{truth}"));
    let output = link(&desk, &[&a, &b], &["--truth", truth.to_str().unwrap(), "--format", "json"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let links = std::fs::read_to_string(desk.path("links.csv")).unwrap();
    let number = |id: &str| id[1..].parse::<usize>().unwrap();
    let pairs: Vec<(usize, usize)> = links
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>())
        .map(|cells| (number(&cells[0]), number(&cells[1])))
        .collect();
    let good = pairs.iter().filter(|(x, y)| x == y && *x < 30).count() as f64;
    let (kept, wanted) = (pairs.len() as f64, 30.0);
    assert!(good > 20.0 && kept > good, "{links}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let at = |name: &str| report["truth"]["at_threshold"][name].as_f64().unwrap();
    for (name, by_hand) in [
        ("precision", good / kept),
        ("recall", good / wanted),
        ("f1", 2.0 * good / (kept + wanted)),
        ("false_links", kept - good),
        ("missed", wanted - good),
    ] {
        assert!((at(name) - by_hand).abs() < 1e-12, "{name}: {} for {by_hand}", at(name));
    }
    let best = report["truth"]["best"]["f1"].as_f64().unwrap();
    assert!(best >= at("f1"), "{best}");
    for words in [
        format!("At 0.9500: precision {:.4}, recall {:.4}", good / kept, good / wanted),
        "Best at ".to_owned(),
        format!("{} candidates among 60 x 60 records", report["candidates"]),
        "s CPU".to_owned(),
        "peak memory ".to_owned(),
    ] {
        assert!(said.contains(&words), "{words}: {said}");
    }
    assert!(report["candidates"].as_u64().unwrap() >= 60);
    assert!(report["peak_memory_mib"].as_f64().unwrap() > 1.0);
    let stages = report["stages"].as_array().unwrap().iter();
    let cpu: f64 = stages.map(|stage| stage["cpu_seconds"].as_f64().unwrap()).sum();
    assert!((cpu - report["cpu_seconds"].as_f64().unwrap()).abs() < 1e-9);
}

#[test]
fn of_two_rows_for_one_person_the_likelier_is_written_where_lists_are_clean() {
    let desk = Desk::new();
    let (a, b) = desk.lists();
    let again = person("B", 3).replace("B3,", "B3again,").replace("ME", "TN");
    let b = desk.put("b.csv", std::fs::read_to_string(&b).unwrap() + &again);
    let of_a3 = |more: &[&str]| {
        let all = [&["--threshold", "0.5", "--format", "json"], more].concat();
        let output = link(&desk, &[&a, &b], &all);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let text = std::fs::read_to_string(desk.path("links.csv")).unwrap();
        let own: Vec<String> = text
            .lines()
            .filter_map(|line| Some(line.strip_prefix("A3,")?.split(',').next()?.to_owned()))
            .collect();
        (own, report["left_out"].clone())
    };
    assert_eq!(of_a3(&[]), (vec!["B3".to_owned(), "B3again".to_owned()], 0.into()));
    assert_eq!(of_a3(&["--clean"]), (vec!["B3".to_owned()], 1.into()));
}

#[test]
fn reads_other_columns_by_a_mapping_and_zipped_or_marked_files() {
    let desk = Desk::new();
    let (a, b) = desk.lists();
    let heads = "ref,x,First Name,Last,Born,g,pc,u,s\n";
    let renamed = |path: &Path| std::fs::read_to_string(path).unwrap().replace(HEADS, heads);
    let other = desk.put("other.csv", format!("\u{feff}{}", renamed(&b)));
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut zipped, renamed(&a).as_bytes()).unwrap();
    let own = desk.put("own.csv.gz", zipped.finish().unwrap());
    let columns = "id='ref'\nforename='First Name'\nsurname='Last'\ndob='born'\npostcode='PC'\n";
    let mapping = desk.put("m.toml", columns);
    let mapping = ["--mapping", mapping.to_str().unwrap()];
    let output = link(&desk, &[&own, &other], &mapping);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    refused(&link(&desk, &[&a, &b], &mapping), 2, "no column ref, first name");
    // A register in the usual columns, a partner's list in its own.
    let apart = desk.put("apart.toml", format!("[b]\n{columns}"));
    let output = link(&desk, &[&a, &other], &["--mapping", apart.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let neither = desk.put("neither.toml", "[b]\nid='ref'\n");
    let neither = ["--mapping", neither.to_str().unwrap()];
    refused(&link(&desk, &[&a, &other], &neither), 2, "under [a] and [b]");
    let half = desk.put("half.toml", "id='ref'\n");
    refused(
        &link(&desk, &[&a, &b], &["--mapping", half.to_str().unwrap()]),
        2,
        "names at least id",
    );
}

/// A few megabytes that unpack to more than any list is.
#[test]
fn a_packed_list_that_swells_is_refused() {
    let desk = Desk::new();
    let (a, _) = desk.lists();
    let mut swelling = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let line = [vec![b'x'; (1 << 20) - 1], vec![b'\n']].concat();
    for _ in 0..1_025 {
        std::io::Write::write_all(&mut swelling, &line).unwrap();
    }
    let b = desk.put("b.csv.gz", swelling.finish().unwrap());
    refused(&link(&desk, &[&a, &b], &[]), 1, "unpacks to more than 1024 MB");
}

#[test]
fn says_what_is_wrong_with_a_file() {
    let desk = Desk::new();
    let (a, b) = desk.lists();
    let row = "B1,school,Ada,Li,2010-05-12,F,ME1 1AB,,\n";
    for (text, code, says) in [
        (String::new(), 1, "is empty"),
        (HEADS.to_owned(), 1, "holds no records"),
        ("id,forename\n1,Ada\n".to_owned(), 2, "no column surname, dob, source"),
        (format!("{HEADS}{row}{row}"), 1, "uses 1 ids more than once (first: B1)"),
        (format!("{HEADS},school,Ada,Li,2010-05-12,F,,,\n"), 1, "without an id"),
        (format!("{HEADS}B1,school,Ada\n"), 1, "not a sound CSV"),
        (format!("{HEADS}B1,school,Ada,Li,May 2010,F,,,\n"), 1, "are no dates"),
        (format!("{HEADS}B1,school,Ada,Li,39000,F,,,\n"), 1, "are no dates"),
        (format!("{HEADS}B1,school,Ada,Li,12/05/10,F,,,\n"), 1, "are no dates"),
        (format!("{HEADS}B1,school,Ada,Li,2999-01-01,F,,,\n"), 1, "are no dates"),
        ("PK\u{3}\u{4}".to_owned(), 1, "is a workbook or an archive"),
        ("\n \r\n".to_owned(), 1, "is empty"),
        (HEADS.replace("sex", "dob"), 2, "two columns named dob"),
        (format!("{HEADS}B1,school,Ada,Li,2010-05-12,F,,,\"Li Road\n{row}"), 1, "never closed"),
        ("\u{1f}\u{8b}".to_owned() + HEADS, 2, "no column id"),
    ] {
        let bad = desk.put("bad.csv", text);
        refused(&link(&desk, &[&a, &bad], &[]), code, says);
        assert!(!desk.path("links.csv").exists(), "nothing is written for {says}");
    }
    refused(&link(&desk, &[&a, Path::new("nowhere.csv")], &[]), 2, "cannot be read");
    refused(&link(&desk, &[&a, &b], &["--explain", "A1"]), 2, "--explain wants");
    refused(&link(&desk, &[&a, &b], &["--threshold", "1.5"]), 2, "at most 1");
    for threshold in ["0", "-0.1", "nan", "most"] {
        refused(&link(&desk, &[&a, &b], &[&format!("--threshold={threshold}")]), 2, "--threshold");
    }
    for ids in ["A1,Z9", "B1,A1", ","] {
        refused(&link(&desk, &[&a, &b], &["--explain", ids]), 2, "no such pair");
    }
    let truth = desk.put("t.csv", "id_a,id_b\n");
    let truth = ["--truth", truth.to_str().unwrap()];
    refused(&link(&desk, &[&a, &b], &truth), 1, "holds no pairs");
    let twice = desk.put("m.toml", "id='id'\nforename='forename'\nsurname='Forename'\ndob='dob'\n");
    let twice = ["--mapping", twice.to_str().unwrap()];
    refused(&link(&desk, &[&a, &b], &twice), 2, "two fields from one column, forename");
    let model = desk.put("model.json", "{}");
    refused(&link(&desk, &[&a, &b], &["--model-in", model.to_str().unwrap()]), 2, "not readable");
}

#[test]
fn counts_and_names_bad_dates_and_keeps_going() {
    let desk = Desk::new();
    let (a, b) = desk.lists();
    let mut text = std::fs::read(&b).unwrap();
    text.extend(b"B900,school,Zo\xeb,Li,2010-02-31,F,ME1 1AB,,\n");
    let b = desk.put("b.csv", text);
    let output = link(&desk, &[&a, &b], &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("1 dates of birth are no dates and count as missing (records B900)"),
        "{said}"
    );
}

/// Whoever relies on numbers is told that some were not taken for any; a row a term is no reason.
#[test]
fn numbers_that_only_fill_their_box_are_told() {
    let desk = Desk::new();
    let (a, b) = desk.lists();
    let plain = std::fs::read_to_string(&a).unwrap();
    let told = |a: &Path| {
        let output = link(&desk, &[a, &b], &["--format", "json"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (said, report["warnings"].to_string())
    };
    let filled = desk.put("filled.csv", plain.replace(",,\n", ",H887400009001,\n"));
    let (said, warnings) = told(&filled);
    let words = "filled.csv: 1 UPN or ULN counts as missing";
    assert!(said.contains(words) && warnings.contains(words), "{said} {warnings}");
    let row = person("A", 3).replace(",,\n", ",H887400009001,\n");
    let terms: String = (0..25).map(|term| row.replace("A3,", &format!("A3t{term},"))).collect();
    let (said, warnings) = told(&desk.put("terms.csv", plain + &terms));
    assert!(!said.contains("as missing, held") && !warnings.contains("held by"), "{said}");
}

/// The same people written as other programs write them give the same links to the byte.
#[test]
fn a_list_is_read_the_same_however_it_is_written() {
    let desk = Desk::new();
    let (a, b) = desk.lists();
    let plain = std::fs::read_to_string(&a).unwrap();
    let links = |a: &Path, more: &[&str]| {
        let output = link(&desk, &[a, &b], more);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read_to_string(desk.path("links.csv")).unwrap()
    };
    let own = links(&a, &["--threads", "1"]);
    assert_eq!(own.lines().count(), 61);
    assert_eq!(links(&a, &["--threads", "2"]), own);
    for text in [
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        plain.replace(',', ";"),
        plain.replace(',', "\t"),
        format!("sep=|\n{}", plain.replace(',', "|")),
        plain.replace(HEADS, &HEADS.to_uppercase()),
        plain.replace("Chloe", "\"Chloe\""),
    ] {
        assert_eq!(links(&desk.put("other.csv", &text), &[]), own, "{}", &text[..60]);
    }
}

/// Lists that say little, or nothing, link nobody; what is odd is told.
#[test]
fn what_says_nothing_links_nobody_and_what_is_odd_is_told() {
    let desk = Desk::new();
    let (a, b) = desk.lists();
    let count = || std::fs::read_to_string(desk.path("links.csv")).unwrap().lines().count() - 1;
    let told = |a: &Path, b: &Path, more: &[&str]| {
        let output = link(&desk, &[a, b], more);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && !said.contains("panicked"), "{said}");
        said
    };
    let rows = |prefix: &str, row: &str| -> String {
        (0..60).map(|n| format!("{prefix}{n},{row}\n")).collect()
    };
    let empty = |prefix: &str| format!("{HEADS}{}", rows(prefix, "school,,,,,,,"));
    told(&desk.put("ea.csv", empty("A")), &desk.put("eb.csv", empty("B")), &[]);
    assert_eq!(count(), 0, "rows without a word");
    let same =
        |prefix: &str| format!("{HEADS}{}", rows(prefix, "school,Ada,Li,2010-05-12,F,ME1 1AB,,"));
    told(&desk.put("sa.csv", same("A")), &desk.put("sb.csv", same("B")), &[]);
    assert_eq!(count(), 0, "sixty who cannot be told apart");
    told(&a, &a, &[]);
    assert_eq!(count(), 60, "a list against itself");
    let one = |name: &str, prefix: &str| desk.put(name, format!("{HEADS}{}", person(prefix, 3)));
    told(&one("1a.csv", "A"), &one("1b.csv", "B"), &[]);
    assert!(count() <= 1, "one row against one");
    // Thirty of sixty rows are swallowed by a mark that each second row closes.
    let stray = std::fs::read_to_string(&a).unwrap().replace("school,Ada", "school,\"Ada");
    let said = told(&desk.put("stray.csv", stray), &b, &[]);
    assert!(said.contains("records run over several lines"), "{said}");
    let truth = desk.put("t.csv", "\u{feff}id_a,id_b\r\nA1,B1\r\nZ1,B2\r\nA1,B1\r\n");
    let said = told(&a, &b, &["--truth", truth.to_str().unwrap()]);
    assert!(said.contains("1 true pairs name ids that are not in the lists"), "{said}");
}
