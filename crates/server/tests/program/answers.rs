//! Every command there is, as its own help lists them, answers one document with `--format json`: what it
//! did, or why it refused. A command that is added and not asked here fails the test.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use testkit::{Register, each_engine};

use super::{SCHOOL, document, roll, run, town};

/// Serves pages for as long as it runs, and answers nothing.
const SERVES: &str = "serve";

const WORDING: &str = r#"
title = "School roll"
purpose = "To know who is in learning"
partners = ["partner-jobcentre"]
starts = "2025-01-01"
ends = "2026-08-31"
contact = { name = "Pat Lindley" }

[[line]]
flow = "school-roll"
direction = "in"
gateway = "esa-72"
items = ["phone", "sex"]
"#;

/// The commands below these words, as the help lists them.
fn leaves(words: &[String]) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
    let help = command.args(words).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let Some((_, list)) = help.split_once("Commands:\n") else { return vec![words.join(" ")] };
    let names = list.lines().take_while(|line| !line.is_empty());
    let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|n| *n != "help");
    names.flat_map(|name| leaves(&[words, &[name.to_owned()]].concat())).collect()
}

struct Asking<'a> {
    register: &'a Register,
    master: String,
    left: BTreeSet<String>,
}

impl Asking<'_> {
    /// Asks, and takes the command off the list; the exit code and the document.
    fn ask(&mut self, words: &[&str]) -> (i32, Value) {
        let mut all = words.to_vec();
        all.extend(["--format", "json", "--master-key", &self.master]);
        let output = run(self.register, &all);
        let answer = document(&output, words);
        let code = output.status.code().unwrap();
        assert!(code <= 1, "{words:?} ended with {code}: {answer}");
        let refused = answer.get("refused").is_some_and(Value::is_string);
        assert!(!refused || code == 1, "{words:?} refused with {code}: {answer}");
        let said = words.join(" ");
        self.left.retain(|leaf| !format!("{said} ").starts_with(&format!("{leaf} ")));
        (code, answer)
    }

    fn done(&mut self, words: &[&str]) -> Value {
        let (code, answer) = self.ask(words);
        assert!(code == 0 && !answer["refused"].is_string(), "{words:?}: {code}: {answer}");
        answer
    }

    fn refused(&mut self, words: &[&str]) {
        let (code, answer) = self.ask(words);
        assert!(code == 1 && answer["refused"].is_string(), "{words:?}: {code}: {answer}");
    }
}

#[tokio::test]
async fn every_command_answers_one_document() {
    let all: BTreeSet<String> = leaves(&[]).into_iter().collect();
    assert!(all.len() > 50 && all.contains("followup list"), "{all:?}");
    each_engine(|register| {
        let left = all.clone();
        async move {
            let folder = tempfile::tempdir().unwrap();
            town(&register, "300", "2025-03-14");
            let master = folder.path().join("master.key").to_string_lossy().into_owned();
            let mut asking = Asking { register: &register, master, left };
            beginning(&mut asking);
            files(&mut asking, folder.path());
            figures(&mut asking, folder.path());
            sharing(&mut asking, folder.path());
            retention(&mut asking, folder.path());
            predictor(&mut asking, folder.path());
            alone(&mut asking, folder.path());
            keys(&mut asking, folder.path());
            assert_eq!(asking.left, BTreeSet::from([SERVES.to_owned()]));
        }
    })
    .await;
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_string_lossy().into_owned()
}

fn beginning(asking: &mut Asking<'_>) {
    asking.refused(&["demo", "--people", "200"]);
    asking.done(&["about"]);
    asking.done(&["council", "set", "--neighbours", "886"]);
    asking.done(&["council", "show"]);
    asking.done(&["organisation", "add", "--dry-run"]);
    asking.done(&["organisation", "list"]);
    let add =
        ["account", "add", "--email", "new@example.org", "--name", "New", "--role", "governance"];
    assert!(asking.done(&add)["link"].is_string());
    asking.refused(&add);
    asking.done(&["account", "link", "new@example.org"]);
    asking.refused(&["account", "link", "nobody@example.org"]);
    asking.refused(&["account", "agree", "new@example.org"]);
    let team = asking.done(&["training", "list"]);
    let (trained, advisers) = (team["trained"].as_u64(), team["advisers"].as_u64());
    assert!(trained > Some(0) && trained < advisers, "{team}");
    let sealed = asking.done(&["account", "seal"]);
    assert_eq!(sealed["sealed"].as_array().map(Vec::len), Some(2));
}

fn files(asking: &mut Asking<'_>, folder: &Path) {
    let file = roll(folder, "roll.csv", 3, 7);
    let dry = asking.done(&["import", "roll", &file, "--from", SCHOOL, "--dry-run"]);
    let id = dry["import"].to_string();
    asking.done(&["imports", "list"]);
    asking.done(&["imports", "show", &id]);
    asking.done(&["imports", "read", &id]);
    asking.refused(&["imports", "decide", &id, "1", "new"]);
    asking.done(&["imports", "apply", &id]);
    asking.done(&["imports", "undo", &id, "--reason", "a test"]);
    asking.refused(&["imports", "withdraw", &id]);
    for verb in ["show", "apply", "read"] {
        asking.refused(&["imports", verb, "999"]);
    }
    let half = path(folder, "half.csv");
    std::fs::write(&half, "UPN,Surname,Forename\nH887419920001,\"Lakeland,Zoe\n").unwrap();
    let (code, answer) = asking.ask(&["import", "roll", &half, "--from", SCHOOL]);
    assert_eq!((code, &answer["row"]), (1, &2.into()), "{answer}");
    asking.ask(&["crossmatch", &file, "--from", SCHOOL, "--purpose", "a test"]);
}

fn figures(asking: &mut Asking<'_>, folder: &Path) {
    asking.done(&["measure", "neet", "--month", "2025-02"]);
    asking.done(&["followup", "list"]);
    asking.done(&["followup", "list", "--adviser", "none"]);
    assert!(asking.done(&["followup", "obstacles"])["obstacles"].as_array().is_some());
    assert!(asking.done(&["quality", "--months", "2"])["people"].as_u64() > Some(0));
    asking.refused(&[
        "followup",
        "record",
        "--person",
        "999999",
        "--method",
        "call",
        "--outcome",
        "no-answer",
    ]);
    let cohorts = asking.done(&["cohorts"]);
    assert_eq!(
        (&cohorts["years"][0]["year"], &cohorts["years"][0]["people"]),
        (&7.into(), &Value::Null)
    );
    asking.refused(&["cohorts", "--as-of", "2099-01-01"]);
    asking.done(&["forecast", "currency"]);
    asking.ask(&["forecast", "neet"]);
    let plan = asking.done(&["tracking", "plan"]);
    assert_eq!(plan["months"].as_array().map(Vec::len), Some(12), "{plan}");
    asking.refused(&["tracking", "plan", "--year", "1850"]);
    asking.done(&["report", "due"]);
    asking.done(&["report", "survey", "--summer", "2024"]);
    reports(asking);
    let out = path(folder, "return.xml");
    asking.ask(&["return", "write", "--period-end", "2025-02-28", "--out", &out]);
    asking.ask(&["return", "check", &out]);
    asking.ask(&["return", "sign", "--period-end", "2025-02-28"]);
    let set = [
        "target", "set", "neet", "--level", "5.5", "--by", "2026-01", "--owners", "Us", "--source",
        "Cabinet",
    ];
    let target = asking.done(&set)["target"].to_string();
    assert!(asking.done(&["target", "list"]).as_array().is_some_and(|all| !all.is_empty()));
    asking.done(&["target", "end", &target]);
    asking.refused(&["target", "end", &target]);
    let table = path(folder, "plan.csv");
    asking.done(&["plan", "export", "--out", &table]);
    assert!(std::fs::read_to_string(&table).unwrap().lines().count() > 5);
    asking.done(&[
        "plan",
        "import",
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/plan/our-town.txt"),
    ]);
    asking.done(&["plan", "show"]);
    asking.done(&["plan", "undo"]);
}

/// The town's life tells of leavers and caseloads, and its providers gave notices.
fn reports(asking: &mut Asking<'_>) {
    let leaving = asking.done(&["report", "leaving", "--by", "adviser"]);
    assert!(leaving["columns"].as_array().is_some_and(|all| all.len() == 5), "{leaving}");
    for words in [
        &["report", "intended", "--summer", "2024"][..],
        &["report", "offers", "--month", "2025-02"],
        &["report", "caseloads"],
    ] {
        let found = asking.done(words);
        assert!(found["whole"]["all"].as_u64() > Some(0), "{words:?}: {found}");
        assert!(found["rows"].as_array().is_some_and(|rows| !rows.is_empty()), "{found}");
    }
    asking.refused(&["report", "leaving", "--month", "2099-01"]);
    asking.refused(&["report", "intended", "--summer", "2099"]);
    asking.refused(&["report", "offers", "--by", "school"]);
}

fn sharing(asking: &mut Asking<'_>, folder: &Path) {
    let file = path(folder, "agreement.toml");
    std::fs::write(&file, WORDING).unwrap();
    let id = asking.done(&["agreement", "import", &file])["agreement"].to_string();
    asking.done(&["agreement", "list"]);
    asking.done(&["agreement", "show", &id]);
    asking.done(&["agreement", "sign", &id, "--name", "R Hale", "--day", "2025-01-02"]);
    let words = ["--practical", "It runs", "--legal", "It may", "--effective", "Ten found"];
    let check = ["agreement", "check", id.as_str(), "--day", "2025-03-01"];
    asking.done(&[&check[..], &words[..]].concat());
    let who = ["--organisation", "partner-jobcentre", "--role", "jobcentre", "--name", "A system"];
    let token = [&["agreement", "token", id.as_str()], &who[..]].concat();
    asking.refused(&token);
    let partner = ["--party", "partner-jobcentre", "--name", "P Holloway", "--day", "2025-01-03"];
    asking.done(&[&["agreement", "sign", id.as_str()], &partner[..]].concat());
    assert!(asking.done(&token)["token"].is_string());
    asking.ask(&["agreement", "why", "--sender", "partner-jobcentre", "--field", "phone"]);
    asking.done(&["agreement", "end", &id, "--day", "2025-03-14", "--reason", "a test"]);
    asking.done(&["agreement", "enforce", "--from", "2026-01-01"]);
    let (checkpoints, key) = (path(folder, "checkpoints"), path(folder, "audit.key"));
    let vault = ["--checkpoints", checkpoints.as_str(), "--audit-key", key.as_str()];
    asking.done(&[&["audit", "seal"], &vault[..]].concat());
    asking.done(&[&["audit", "verify"], &vault[..]].concat());
    asking.done(&[
        "audit",
        "who",
        "data.manager@medway.example",
        "--from",
        "2025-01-01",
        "--to",
        "2025-03-14",
    ]);
}

fn retention(asking: &mut Asking<'_>, folder: &Path) {
    let rules = asking.done(&["retention", "rules", "show"]);
    assert_eq!((&rules["own"], &rules["since"]), (&false.into(), &Value::Null), "{rules}");
    let shipped = include_str!("../../../../reference/retention.toml");
    let file = path(folder, "retention.toml");
    let at = shipped.lines().position(|line| line == "months = 72").unwrap() + 1;
    std::fs::write(&file, shipped.replace("months = 72", "months = 7200")).unwrap();
    let (code, wrong) = asking.ask(&["retention", "rules", "set", &file]);
    assert_eq!((code, &wrong["row"]), (1, &at.into()), "{wrong}");
    std::fs::write(&file, shipped.replace("months = 72", "months = 36")).unwrap();
    let set = ["retention", "rules", "set", file.as_str()];
    let dry = asking.done(&[&set[..], &["--dry-run"]].concat());
    assert_eq!(dry["changes"].as_array().map(Vec::len), Some(1), "{dry}");
    assert!(dry["said"].as_str().unwrap().starts_with("Due by them today: "), "{dry}");
    assert_eq!(asking.done(&["retention", "rules", "show"])["own"], false);
    assert_eq!(asking.done(&set)["changes"], dry["changes"]);
    let rules = asking.done(&["retention", "rules", "show"]);
    assert_eq!((&rules["own"], &rules["by"]), (&true.into(), &"the command line".into()));
    assert_eq!(rules["rules"][1]["months"], 36, "{rules}");
}

fn predictor(asking: &mut Asking<'_>, folder: &Path) {
    let file = path(folder, "attendance.csv");
    std::fs::write(&file, "Forename,Surname,DOB\nNobody,Here,2009-01-01\n").unwrap();
    asking.ask(&["predict", "load", "--kind", "attendance", "--sender", SCHOOL, &file]);
    let sets = asking.done(&["predict", "sets"]);
    if let Some(set) = sets[0]["set"].as_i64() {
        assert_eq!(asking.done(&["predict", "sets", "--take-back", &set.to_string()])["set"], set);
    }
    asking.refused(&["predict", "sets", "--take-back", "999999"]);
    asking.ask(&["predict", "train", "--point", "P2"]);
    let all = asking.done(&["predict", "predictors"]);
    let id = all[0]["predictor"].as_i64().unwrap_or(1).to_string();
    asking.ask(&["predict", "score"]);
    asking.ask(&["predict", "list"]);
    asking.ask(&["predict", "watch", "--month", "2025-01"]);
    asking.ask(&["predict", "level", "--by", "Robin Hale"]);
    let papers = path(folder, "papers");
    let (code, paper) = asking.ask(&["predict", "paper", &id, "--out", &papers]);
    assert!(code == 1 || paper["written"].as_array().is_some_and(|all| all.len() > 2), "{paper}");
    let (code, signed) = asking.ask(&[
        "predict",
        "sign",
        &id,
        "--state",
        "withdrawn",
        "--by",
        "Robin Hale",
        "--reason",
        "a test",
    ]);
    assert!(code == 1 || signed["state"] == "withdrawn", "{signed}");
    let points = concat!(env!("CARGO_MANIFEST_DIR"), "/../../reference/risk/roni-oxfordshire.toml");
    asking.ask(&["predict", "points", points]);
}

/// Commands that open no register take one all the same.
fn alone(asking: &mut Asking<'_>, folder: &Path) {
    asking.done(&["editions", "list"]);
    asking.done(&["editions", "show", "2019-20"]);
    let list = |name: &str, prefix: &str| {
        let mut text = "id,source,forename,surname,dob,sex,postcode,upn,school\n".to_owned();
        for n in 0..60_usize {
            let (forename, surname) = (super::letters(n * 17 + 3), super::letters(n * 31 + 5));
            let (year, month, day) = (2000 + n % 20, 1 + n % 12, 1 + n * 7 % 28);
            text += &format!(
                "{prefix}{n},school,{forename},{surname},{year}-{month:02}-{day:02},F,ME4 4TR,,\n"
            );
        }
        let file = path(folder, name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let (a, b, out) = (list("a.csv", "A"), list("b.csv", "B"), path(folder, "links.csv"));
    asking.done(&["link", &a, &b, "--out", &out]);
    risks(asking, folder);
}

fn risks(asking: &mut Asking<'_>, folder: &Path) {
    let mut text = "person,absence,moves,neet\n".to_owned();
    for n in 0..240_usize {
        text += &format!(
            "{n},{},{},{}\n",
            n * 7 % 40,
            n % 3,
            usize::from((n * 7 % 40 > 28) != (n % 11 == 0))
        );
    }
    let (data, fitted) = (path(folder, "cohort.csv"), path(folder, "fitted"));
    std::fs::write(&data, text).unwrap();
    asking.done(&[
        "risk", "fit", "--data", &data, "--target", "neet", "--id", "person", "--out", &fitted,
    ]);
    let model = format!("{fitted}/model.json");
    let newer = format!("{fitted}-newer");
    asking.done(&[
        "risk",
        "recalibrate",
        "--data",
        &data,
        "--target",
        "neet",
        "--id",
        "person",
        "--model",
        &model,
        "--out",
        &newer,
    ]);
    asking.done(&[
        "risk",
        "score",
        "--data",
        &data,
        "--model",
        &model,
        "--id",
        "person",
        "--out",
        &path(folder, "scored"),
    ]);
    asking.done(&[
        "risk",
        "report",
        "--data",
        &data,
        "--target",
        "neet",
        "--id",
        "person",
        "--out",
        &path(folder, "report"),
    ]);
}

fn keys(asking: &mut Asking<'_>, folder: &Path) {
    let made = asking.done(&["keys", "make"]);
    assert!(made["data_key"].is_i64());
    assert!(made["servers"].as_str().unwrap().contains("let the server's user read it"), "{made}");
    let sealed = asking.done(&["keys", "seal"]);
    assert!(sealed["sealed"].is_u64());
    assert!(sealed["all_sealed"].as_bool() == Some(true) && sealed["again"].is_null(), "{sealed}");
    let new = path(folder, "new.key");
    let rotated = asking.done(&["keys", "rotate", "--new", &new]);
    assert!(rotated["data_keys"].is_u64());
    assert!(rotated["servers"].as_str().unwrap().contains("copy the master key to every host"));
}
