//! Every command with `--format json`: one document and nothing else, on both databases, with the exit
//! code that its answer deserves.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use domain::person::Field;
use serde_json::Value;
use store::changes;
use store::people::{Moment, Write, load, write};
use testkit::{Register, each_engine};

use super::{SCHOOL, complaint, document, json, program, roll, run, town};

/// The exit code and the document of a command.
fn answered(register: &Register, words: &[&str]) -> (i32, Value) {
    let mut all = words.to_vec();
    all.extend(["--format", "json"]);
    let output = run(register, &all);
    (output.status.code().unwrap(), document(&output, words))
}

#[tokio::test]
async fn what_each_document_says() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        town(&register, "300", "2025-03-14");
        let month = ["--month", "2025-02"];
        for name in ["neet", "not-known", "neet-not-known", "participation"] {
            let (code, found) =
                answered(&register, &["measure", name, month[0], month[1], "--by", "ward,sex"]);
            assert_eq!(code, 0, "{name}");
            measured(&found);
        }
        let (code, found) = answered(
            &register,
            &["measure", "psa2-neet", "--period", "2024-11..2025-01", "--edition", "2009"],
        );
        assert_eq!((code, found["averaged"].as_array().map(Vec::len)), (0, Some(3)));
        assert_eq!(found["target"]["target_percent"], 5.8, "{}", found["target"]);

        let file = roll(folder.path(), "roll.csv", 5, 7);
        let (code, dry) =
            answered(&register, &["import", "roll", &file, "--from", SCHOOL, "--dry-run"]);
        assert_eq!((code, &dry["dry_run"], &dry["counts"]["new"]), (0, &true.into(), &5.into()));
        let id = dry["import"].to_string();
        assert_eq!(
            answered(&register, &["imports", "show", &id]).1["rows"].as_array().unwrap().len(),
            5
        );
        assert_eq!(answered(&register, &["imports", "apply", &id]).0, 0);
        assert_eq!(answered(&register, &["imports", "list"]).1["imports"][0]["state"], "applied");
        let (code, undone) = answered(&register, &["imports", "undo", &id, "--reason", "a test"]);
        assert_eq!((code, &undone["removed"]), (0, &5.into()), "{undone}");
        let (_, again) =
            answered(&register, &["import", "roll", &file, "--from", SCHOOL, "--dry-run"]);
        let id = again["import"].to_string();
        assert_eq!(answered(&register, &["imports", "withdraw", &id]).1["state"], "refused");

        let list = answered(&register, &["followup", "list", "--list", "neet"]).1;
        let person = list["rows"][0]["person"].to_string();
        let contact = [
            "followup",
            "record",
            "--person",
            &person,
            "--method",
            "call",
            "--outcome",
            "no-answer",
            "--next",
            "2025-03-14",
        ];
        assert_eq!(answered(&register, &contact).1["next_step"], "2025-03-14");
        let due = answered(&register, &["followup", "list", "--list", "next-step"]).1;
        let rows = due["rows"].as_array().unwrap();
        assert!(rows.iter().any(|row| row["person"].to_string().as_str() == person), "{due}");

        let out = path("return.xml");
        let (code, written) =
            answered(&register, &["return", "write", "--period-end", "2025-02-28", "--out", &out]);
        assert_eq!(code, i32::from(written["findings"].as_i64().unwrap() > 0), "{written}");
        let all = answered(&register, &["followup", "list"]).1;
        let people = all["rows"].as_array().unwrap().iter();
        let people: BTreeSet<i64> = people.map(|row| row["person"].as_i64().unwrap()).collect();
        let mut people = people.into_iter();
        spoil(&register, people.next().unwrap(), people.next().unwrap()).await;
        signed(&register, &out);
    })
    .await;
}

/// How many rows the audit has of an act.
async fn remembered(register: &Register, act: &str) -> i64 {
    let mut tx = register.db.begin_read().await.unwrap();
    let sql = "SELECT COUNT(*) FROM audit WHERE act = $1";
    tx.one(sql, store::args![act], |row| row.int(0)).await.unwrap().unwrap()
}

#[tokio::test]
async fn what_a_command_shows_of_people_is_in_the_audit() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        town(&register, "200", "2025-03-14");
        let file = roll(folder.path(), "roll.csv", 3, 7);
        let looked = "looked at a file's rows";
        let before = remembered(&register, looked).await;
        // Nobody of the roll is on the register: one row tells how many.
        let dry = answered(&register, &["import", "roll", &file, "--from", SCHOOL, "--dry-run"]).1;
        assert_eq!(remembered(&register, looked).await, before + 1, "{dry}");
        let id = dry["import"].to_string();
        answered(&register, &["imports", "show", &id]);
        assert_eq!(remembered(&register, looked).await, before + 2);
        answered(&register, &["imports", "apply", &id]);
        answered(&register, &["imports", "show", &id]);
        assert_eq!(remembered(&register, looked).await, before + 5, "one of each of three people");

        let taken = "taken out in a return";
        let before = remembered(&register, taken).await;
        let out = folder.path().join("return.xml").to_string_lossy().into_owned();
        let write = ["return", "write", "--period-end", "2025-02-28", "--out", &out];
        let records = answered(&register, &write).1["records"].as_i64().unwrap();
        assert!(records > 0);
        assert_eq!(remembered(&register, taken).await, before + records);
    })
    .await;
}

#[tokio::test]
async fn a_return_of_a_month_that_is_not_over_says_so() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("return.xml").to_string_lossy().into_owned();
        town(&register, "200", "2025-03-31");
        for (end, over) in [("2025-02-28", true), ("2025-03-31", false)] {
            let write = ["return", "write", "--period-end", end, "--out", &out];
            assert_eq!(answered(&register, &write).1["month_over"], over, "{end}");
            let words = String::from_utf8_lossy(&run(&register, &write).stdout).into_owned();
            assert_eq!(words.contains("is not over"), !over, "{words}");
        }
    })
    .await;
}

/// Has one leave in February, and makes a serious finding of another: a record without a family name.
async fn spoil(register: &Register, leaver: i64, nameless: i64) {
    let mut tx = register.db.begin().await.unwrap();
    let at = "2025-03-14T12:00:00Z";
    let change = changes::begin(&mut tx, at, "edit", None, None, None).await.unwrap();
    for before in load(&mut tx, &[leaver, nameless], Moment::Now).await.unwrap() {
        let mut after = before.record.clone();
        let fields: &[(Field, Option<&str>)] = match before.person == leaver {
            true => &[
                (Field::CohortStatus, Some("T")),
                (Field::StatusSince, Some("2025-02-10")),
                (Field::TransferredTo, Some("886")),
                (Field::GuaranteeIndicator, Some("N")),
            ],
            false => &[(Field::FamilyName, None)],
        };
        for (field, value) in fields {
            after.particulars.set(*field, value.map(str::to_owned));
        }
        write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Signing a month off, and what `return write` says of its leavers before and after.
fn signed(register: &Register, out: &str) {
    let month = ["--period-end", "2025-02-28"];
    let write = [&["return", "write", "--out", out], &month[..]].concat();
    let again = || answered(register, &write).1["leavers_told_again"].as_u64().unwrap();
    assert!(again() > 0, "somebody left, and nobody has signed");
    let sign = [&["return", "sign"], &month[..]].concat();
    let (code, refused) = answered(register, &sign);
    let why = refused["refused"].as_str().unwrap_or_default();
    assert!(code == 1 && why.contains("open. Correct and freeze again"), "{refused}");
    assert!(again() > 0, "frozen is not signed");
    let words = run(register, &write);
    let words = String::from_utf8_lossy(&words.stdout).into_owned();
    assert!(words.contains("until this month is signed off: waymark return sign"), "{words}");
    let (code, wrong) = answered(register, &["return", "sign", "--period-end", "2025-02-27"]);
    assert_eq!((code, wrong["wrong_use"].is_string()), (2, true), "{wrong}");
}

/// A measure's fields, unrounded and as shown.
fn measured(found: &Value) {
    for name in ["cohort", "eet", "neet", "not_known", "lapsed", "excluded"] {
        assert!(found[name].is_u64(), "{name}");
        assert!(found["cells"][0][name].is_u64(), "{name} of a cell");
    }
    for name in ["percent", "neet_percent", "not_known_percent", "participation_percent"] {
        assert!(found[name].is_f64(), "{name}");
        let shown = found[format!("{name}_shown")].as_str().unwrap();
        let rounded = found[name].as_f64().unwrap();
        let apart = (shown.trim_end_matches('%').parse::<f64>().unwrap() - rounded).abs();
        assert!(apart <= 0.0500001, "{name}: {shown} for {rounded}");
    }
}

#[tokio::test]
async fn a_list_matched_says_by_its_code_whether_rows_wait_for_somebody() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        town(&register, "300", "2025-03-14");
        let (strangers, out) = (roll(folder.path(), "list.csv", 5, 3), path("rows.csv"));
        let asked = ["--from", "Leaving care team", "--purpose", "who is missing"];
        let words = [&["crossmatch", &strangers, "--out", &out][..], &asked].concat();
        let (code, found) = answered(&register, &words);
        assert_eq!((code, &found["kind"]), (0, &"other".into()), "{found}");
        let counts = &found["counts"];
        assert_eq!((&counts["theirs_only"], &counts["refused"]), (&5.into(), &0.into()), "{found}");
        for name in ["found", "differs", "doubtful", "ours_only"] {
            assert_eq!(counts[name], 0, "{name}: {found}");
        }
        let rows = std::fs::read_to_string(&out).unwrap();
        assert_eq!(rows.lines().filter(|line| line.starts_with("theirs,")).count(), 5, "{rows}");
        let unread = std::fs::read_to_string(&strangers).unwrap() + "Ada,,,,\n";
        std::fs::write(path("unread.csv"), unread).unwrap();
        let file = path("unread.csv");
        let (code, found) = answered(&register, &[&["crossmatch", &file][..], &asked].concat());
        assert_eq!((code, &found["counts"]["refused"]), (1, &1.into()), "{found}");
        let refused = |from: &str, purpose: &str, why: &str| {
            let words = ["crossmatch", &strangers, "--from", from, "--purpose", purpose];
            let output = run(&register, &words);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
            let said = complaint(&output);
            assert!(said.contains(why), "{said}");
        };
        refused("Leaving care team", " ", "what the list is matched for");
        refused("A charity", "who is missing", "no agreement names this partner");
    })
    .await;
}

#[tokio::test]
async fn wrong_use_is_two_and_a_refusal_is_one() {
    each_engine(|register| async move {
        town(&register, "200", "2025-03-14");
        // A file that is there, and is no mapping.
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/roll/academy.csv");
        for words in [
            &["measure", "nothing", "--month", "2025-02"][..],
            &["measure", "neet", "--month", "February"],
            &["measure", "neet"],
            &["measure", "neet", "--month", "2025-02", "--edition", "1066"],
            &["measure", "neet", "--month", "2025-02", "--by", "shoe"],
            &["followup", "list", "--list", "nobody"],
            &["followup", "list", "--as-of", "soon"],
            &["followup", "list", "--adviser", "Nobody Of This Name"],
            &["followup", "list", "--adviser", "governance@medway.example"],
            &["return", "write", "--period-end", "2025-02-27", "--out", "x.xml"],
            &["import", "roll", "no-such-file.csv", "--from", SCHOOL],
            &["import", "poem", "no-such-file.csv", "--from", SCHOOL],
            &["crossmatch", "no-such-file.csv", "--from", SCHOOL, "--purpose", "who is missing"],
            &["crossmatch", "no-such-file.csv", "--from", SCHOOL, "--kind", "poem"],
            &["import", "roll", here, "--from", SCHOOL, "--date-order", "dym"],
            &["import", "roll", here, "--from", SCHOOL, "--encoding", "ebcdic"],
            &["import", "roll", here, "--from", SCHOOL, "--mapping", here],
            &["import", "roll", here, "--from", SCHOOL, "--tolerance=-5"],
            &["plan", "export", "--plan", "999"],
            &["nonsense"],
        ] {
            let output = run(&register, words);
            assert_eq!(output.status.code(), Some(2), "{words:?}: {}", complaint(&output));
            assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{words:?}");
            let (code, document) = answered(&register, words);
            let sentence = document["wrong_use"].as_str();
            assert_eq!((code, sentence.map(str::is_empty)), (2, Some(false)), "{words:?}");
        }
        for words in [
            &["imports", "apply", "999"][..],
            &["imports", "show", "999"],
            &["imports", "undo", "999", "--reason", "none"],
            &["measure", "psa2-neet", "--period", "2025-02..2025-02", "--edition", "2009"],
            &["demo", "--people", "200"],
        ] {
            let output = run(&register, words);
            assert_eq!(output.status.code(), Some(1), "{words:?}: {}", complaint(&output));
            assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{words:?}");
            let (code, refused) = answered(&register, words);
            let sentence = complaint(&output);
            assert_eq!(
                (code, refused["refused"].as_str()),
                (1, Some(sentence.trim())),
                "{words:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_day_is_told_alike_by_every_command() {
    each_engine(|register| async move {
        for words in [
            &["cohorts", "--as-of", "soon"][..],
            &["followup", "list", "--as-of", "soon"],
            &["forecast", "currency", "--as-of", "soon"],
            &["measure", "neet", "--month", "2025-02", "--known-on", "soon"],
            &["measure", "neet", "--month", "2025-02", "--against", "known:soon"],
            &["quality", "--known-on", "soon"],
            &["report", "survey", "--summer", "2024", "--known-on", "soon"],
            &["return", "sign", "--period-end", "soon"],
            &["return", "write", "--period-end", "soon", "--out", "x.xml"],
        ] {
            let (code, document) = answered(&register, words);
            let told = document["wrong_use"].as_str();
            assert_eq!(
                (code, told),
                (2, Some("A day is written YYYY-MM-DD, not soon.")),
                "{words:?}"
            );
        }
    })
    .await;
}

#[test]
fn commands_without_a_register_answer_alone() {
    let waymark = |words: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_waymark")).args(words).output().unwrap()
    };
    for words in [
        &["about", "--format", "json"][..],
        &["editions", "list", "--format", "json"],
        &["editions", "show", "2019-20", "--format", "json"],
    ] {
        let output = waymark(words);
        assert!(output.status.success(), "{words:?}: {}", complaint(&output));
        document(&output, words);
    }
    let nowhere = waymark(&["followup", "list"]);
    assert_eq!(nowhere.status.code(), Some(2), "{}", complaint(&nowhere));
    // What is asked of a document is answered as a document.
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/nccis/written-2019-20.xml");
    let checked = waymark(&["return", "check", golden, "--format", "json"]);
    let report = document(&checked, &["return", "check"]);
    for name in ["edition", "records", "file_rejected", "findings"] {
        assert!(!report[name].is_null(), "{name}: {report}");
    }
    for finding in report["findings"].as_array().unwrap() {
        for name in ["code", "priority", "young_persons_id", "field", "message"] {
            assert!(finding.get(name).is_some(), "{name}: {finding}");
        }
    }
    let missing = waymark(&["return", "check", "no-such.xml", "--format", "json"]);
    assert_eq!(missing.status.code(), Some(2), "{}", complaint(&missing));
    assert!(document(&missing, &["return", "check"])["wrong_use"].is_string());
}

/// A list of which a full disk kept only the beginning is not done; one that nobody wants to its end is.
#[test]
fn an_answer_that_is_lost_on_its_way_is_said() {
    let list = |out: std::process::Stdio| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_waymark"));
        command.args(["editions", "list"]).stdout(out).output().unwrap()
    };
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = list(full.into());
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(complaint(&output).lines().count(), 1, "{}", complaint(&output));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = list(writer.into());
    assert_eq!((output.status.code(), complaint(&output)), (Some(0), String::new()));
}

#[tokio::test]
async fn the_document_of_an_import_names_every_row() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        town(&register, "200", "2025-03-14");
        let path = folder.path().join("bad.csv");
        let rows = "Forename,Surname,DOB,Sex\nAda,Qwyx,2008-02-30,F\n,,,\nBob,Zzyx,2008-05-01,M\n";
        std::fs::write(&path, rows).unwrap();
        let file = path.to_string_lossy().into_owned();
        let sent = json(&register, &["import", "roll", &file, "--from", SCHOOL, "--dry-run"]);
        let refused: Vec<&Value> = sent["rows"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["effect"] == "refused")
            .collect();
        assert!(refused.iter().any(|row| row["row"] == 2), "{sent}");
        for row in sent["rows"].as_array().unwrap() {
            assert!(!row["reasons"].as_array().unwrap().is_empty(), "{row}");
        }
    })
    .await;
}

/// What the server writes to its log until it serves.
fn log_of_a_start(register: &Register, more: &[&str]) -> String {
    let words = [&["serve", "--listen", "127.0.0.1:0"], more].concat();
    let mut command = program(register, &words);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("Waymark is at"), "{line}");
    child.kill().unwrap();
    complaint(&child.wait_with_output().unwrap())
}

/// A start that does not come to serving; what it says.
fn complaint_of_no_start(register: &Register) -> String {
    let mut command = program(register, &["serve", "--listen", "127.0.0.1:0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    if !line.is_empty() {
        child.kill().unwrap();
    }
    let ended = child.wait_with_output().unwrap();
    assert_eq!((line.as_str(), ended.status.code()), ("", Some(1)));
    complaint(&ended)
}

#[tokio::test]
async fn a_server_says_that_nothing_is_sealed_and_does_not_start_without_the_key_of_what_is() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("master.key").display().to_string();
        town(&register, "200", "2025-03-14");
        assert!(log_of_a_start(&register, &[]).contains("nothing is sealed"));
        let place = ["--master-key", key.as_str()];
        let made = run(&register, &[&["keys", "make"], &place[..]].concat());
        assert!(made.status.success(), "{}", complaint(&made));
        let log = log_of_a_start(&register, &place);
        assert!(!log.contains("nothing is sealed"), "{log}");
        // In a folder of its own the key is looked for; beside a PostgreSQL server nothing says where it may lie.
        let says = match register.db.is_postgres() {
            true => "Say with --master-key where its key is",
            false => "cannot be read",
        };
        let listed = run(&register, &["followup", "list"]);
        assert_eq!(listed.status.code(), Some(1), "a command asks as a server does");
        for said in [complaint_of_no_start(&register), complaint(&listed)] {
            assert!(said.contains(says), "{}: {said}", register.engine);
        }
    })
    .await;
}

#[test]
fn a_mistyped_folder_is_no_register() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("mistyped").to_string_lossy().into_owned();
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/roll/academy.csv");
    for words in [
        &["measure", "neet", "--month", "2025-01"][..],
        &["return", "write", "--period-end", "2025-01-31", "--out", "x.xml"],
        &["followup", "list"],
        &["quality"],
        &["forecast", "currency"],
        &["import", "roll", golden, "--from", SCHOOL],
        &["crossmatch", golden, "--from", SCHOOL, "--purpose", "who is missing"],
        &["target", "list", "--month", "2025-01"],
        &["council", "show"],
    ] {
        let asked = [words, &["--home", &home]].concat();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_waymark"))
            .args(&asked)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {}", complaint(&output));
        assert!(complaint(&output).contains("There is no register in"), "{words:?}");
        assert!(!std::path::Path::new(&home).exists(), "{words:?}");
    }
}
