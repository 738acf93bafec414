//! `docs/security/asvs.toml` answers every level 1 and 2 rule of OWASP ASVS 5, once, with a test that is
//! there, or with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Names of functions that are tests, over every crate, and of the browser's tests.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(root().join("e2e/tests")).unwrap() {
        names.extend(browser_tests(&fs::read_to_string(entry.unwrap().path()).unwrap()));
    }
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                names.extend(tests_of(&fs::read_to_string(&path).unwrap()));
            }
        }
    }
    names
}

/// A test is a function below an attribute that ends in `test`, whatever stands between.
fn tests_of(source: &str) -> Vec<String> {
    let (mut names, mut marked) = (Vec::new(), false);
    for line in source.lines().map(str::trim_start) {
        let marks = ["#[test]", "#[tokio::test"].iter().any(|mark| line.starts_with(mark));
        marked |= marks;
        let bare = line.strip_prefix("async ").unwrap_or(line);
        if let Some(rest) = bare.strip_prefix("fn ") {
            if marked {
                names.extend(rest.split('(').next().map(str::to_owned));
            }
            marked = false;
        }
    }
    names
}

/// A browser's test is named where it is called, or as a case in a table of them.
fn browser_tests(source: &str) -> Vec<String> {
    let called = source.lines().filter_map(|line| line.strip_prefix("test(\""));
    let cases = source.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("  \"")?.split_once("\": ")?;
        (rest.starts_with('{') && !name.contains('"')).then_some(name)
    });
    let called = called.filter_map(|rest| rest.split_once('"').map(|(name, _)| name));
    called.chain(cases).map(str::to_owned).collect()
}

fn rules(text: &str) -> Vec<toml::Table> {
    let whole: toml::Table = toml::from_str(text).unwrap();
    whole["rule"].as_array().unwrap().iter().map(|r| r.as_table().unwrap().clone()).collect()
}

/// Words by which a reason ages: what is not there is said as that, with why, and changed when it comes.
fn promised(reason: &str) -> Option<&'static str> {
    let reason = reason.to_lowercase();
    let words: Vec<&str> = reason.split(|c: char| !c.is_alphabetic()).collect();
    let says = |promise: &&str| {
        let promise: Vec<&str> = promise.split(' ').collect();
        words.windows(promise.len()).any(|said| said == promise)
    };
    ["not built", "being built", "yet"].into_iter().find(says)
}

/// What is wrong with the register, a sentence each.
fn faults(rules: &[toml::Table], ids: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let mut wanted: BTreeMap<&str, i64> = ids
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(id, level)| (id, level.parse().unwrap()))
        .collect();
    let mut faults = Vec::new();
    for rule in rules {
        let id = rule["id"].as_str().unwrap();
        if wanted.remove(id) != rule["level"].as_integer() {
            faults.push(format!("{id} is no rule of that level, or is there twice"));
        }
        if rule["title"].as_str().is_none_or(|title| title.trim().is_empty()) {
            faults.push(format!("{id} has no title"));
        }
        let reason = |key: &str| rule.get(key).and_then(toml::Value::as_str);
        let met = rule.get("met").and_then(toml::Value::as_array);
        let answers = usize::from(met.is_some())
            + ["exception", "not_applicable"].iter().filter(|key| reason(key).is_some()).count();
        if answers != 1 {
            faults.push(format!("{id} has {answers} answers"));
        }
        for key in ["exception", "not_applicable"] {
            if reason(key).is_some_and(|words| words.trim().len() < 8) {
                faults.push(format!("{id} gives no reason"));
            }
            if let Some(promise) = reason(key).and_then(promised) {
                faults.push(format!("{id} says \"{promise}\": that is a promise and no reason"));
            }
        }
        let named = met.into_iter().flatten().map(|name| name.as_str().unwrap());
        if met.is_some_and(Vec::is_empty) {
            faults.push(format!("{id} is met by no test"));
        }
        faults.extend(
            named
                .filter(|name| !tests.contains(*name))
                .map(|name| format!("{id} names the test {name}, which is not there")),
        );
    }
    faults.extend(wanted.keys().map(|id| format!("{id} has no line")));
    faults
}

#[test]
fn every_rule_is_answered_by_a_test_that_is_there_or_by_a_reason() {
    let folder = root().join("docs/security");
    let ids = fs::read_to_string(folder.join("asvs-ids.txt")).unwrap();
    let rules = rules(&fs::read_to_string(folder.join("asvs.toml")).unwrap());
    assert_eq!(ids.lines().count(), 253);
    let tests = tests();
    assert!(tests.len() > 500, "{} tests were found", tests.len());
    assert_eq!(faults(&rules, &ids, &tests), Vec::<String>::new());
}

#[test]
fn a_hole_a_second_answer_and_a_test_that_is_not_there_are_found() {
    let tests = BTreeSet::from(["there".to_owned()]);
    let line = |id: &str, answer: &str| {
        format!("[[rule]]\nid = \"{id}\"\nlevel = 1\ntitle = \"A\"\n{answer}\n")
    };
    let ids = "1.1.1 1\n1.1.2 2\n";
    for (text, wanted) in [
        (line("1.1.1", "met = [\"there\"]"), vec!["1.1.2 has no line"]),
        (
            line("1.1.1", "met = [\"gone\"]"),
            vec!["1.1.1 names the test gone, which is not there", "1.1.2 has no line"],
        ),
        (line("1.1.1", "exception = \"no\""), vec!["1.1.1 gives no reason", "1.1.2 has no line"]),
        (line("1.1.1", ""), vec!["1.1.1 has 0 answers", "1.1.2 has no line"]),
        (
            line("1.1.1", "exception = \"Being built with another.\""),
            vec![
                "1.1.1 says \"being built\": that is a promise and no reason",
                "1.1.2 has no line",
            ],
        ),
        (
            line("1.1.1", "exception = \"No test shows it, yet.\""),
            vec!["1.1.1 says \"yet\": that is a promise and no reason", "1.1.2 has no line"],
        ),
        (
            line("1.1.2", "not_applicable = \"There is none.\""),
            vec!["1.1.2 is no rule of that level, or is there twice", "1.1.1 has no line"],
        ),
    ] {
        assert_eq!(faults(&rules(&text), ids, &tests), wanted, "{text}");
    }
}
