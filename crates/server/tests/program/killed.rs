//! Killed without a word in the middle of an import, an undoing, a month end and the making of a demonstration,
//! at several points: nothing half-done is ever there, and the same work begun again comes to its right end.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use store::{Db, organisations};
use testkit::{Register, each_empty_engine, each_engine};

use super::site::Site;
use super::{SCHOOL, complaint, json, program, roll, run, standing, town};

const ROWS: usize = 1_200;
const DAY: &str = "2025-03-14";

/// Starts a command and kills it after a while; whether it was still at work.
fn cut(register: &Register, words: &[&str], after: Duration) -> bool {
    cut_off(program(register, words), after)
}

fn cut_off(mut command: Command, after: Duration) -> bool {
    let mut child: Child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    let at_work = child.try_wait().unwrap().is_none();
    let _ = child.kill();
    child.wait().unwrap();
    at_work
}

/// Growing waits, from the first instants of a run to well behind its end.
fn waits() -> impl Iterator<Item = Duration> {
    [40, 60, 90, 130, 180, 260, 400, 600, 900, 1_300, 2_000, 3_000, 5_000, 9_000, 20_000, 60_000]
        .into_iter()
        .map(Duration::from_millis)
}

fn states(register: &Register) -> Vec<String> {
    let list = json(register, &["imports", "list"]);
    let states = list["imports"].as_array().unwrap().iter();
    states.map(|import| import["state"].as_str().unwrap().to_owned()).collect()
}

/// The states once nothing runs any more. PostgreSQL hears of a killed process a moment later, and
/// until then holds its claim.
fn settled(register: &Register) -> Vec<String> {
    let runs = |state: &String| matches!(state.as_str(), "reading" | "applying" | "settling");
    for _ in 0..50 {
        let now = states(register);
        if !now.iter().any(runs) {
            return now;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    states(register)
}

#[tokio::test]
async fn an_import_that_is_killed_leaves_nothing_and_can_be_sent_again() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        let file = roll(folder.path(), "roll.csv", ROWS, 1);
        let send = ["import", "roll", file.as_str(), "--from", SCHOOL];
        town(&register, "200", DAY);
        let before = standing(&register).await;
        let mut cuts = 0;
        for wait in waits() {
            let at_work = cut(&register, &send, wait);
            let now = standing(&register).await;
            if !at_work || now != before {
                assert_eq!(now[0], before[0] + ROWS as i64, "all of it or nothing of it");
                break;
            }
            cuts += 1;
            let left = settled(&register);
            let waits = |state: &String| matches!(state.as_str(), "received" | "planned");
            assert!(left.iter().all(waits), "after {wait:?}: {left:?}");
        }
        assert!(cuts >= 3, "only {cuts} runs were cut off in their middle");

        // The same file again changes nothing once it is in, however often it was begun.
        let again = json(&register, &send);
        let ended = |effect: &str| again["counts"][effect].as_i64().unwrap();
        assert_eq!((ended("new"), ended("changed")), (0, 0), "{}", again["counts"]);
        assert_eq!(ended("unchanged"), ROWS as i64);
        assert_eq!(standing(&register).await[0], before[0] + ROWS as i64);
    })
    .await;
}

#[tokio::test]
async fn an_interrupted_import_is_taken_up_where_it_waits() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        let file = roll(folder.path(), "roll.csv", ROWS, 2);
        town(&register, "200", DAY);
        let before = standing(&register).await;
        let send = ["import", "roll", file.as_str(), "--from", SCHOOL];
        for wait in waits() {
            assert!(cut(&register, &send, wait), "nothing was received before it was done");
            if !states(&register).is_empty() {
                break;
            }
        }
        let list = json(&register, &["imports", "list"]);
        let id = list["imports"][0]["import"].to_string();
        let done = json(&register, &["imports", "apply", &id]);
        assert_eq!(done["new"], ROWS as i64, "{done}");
        assert_eq!(standing(&register).await[0], before[0] + ROWS as i64);
    })
    .await;
}

#[tokio::test]
async fn an_undoing_that_is_killed_is_whole_or_was_not() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        let file = roll(folder.path(), "roll.csv", ROWS, 3);
        town(&register, "200", DAY);
        let before = standing(&register).await;
        let sent = json(&register, &["import", "roll", &file, "--from", SCHOOL]);
        let full = standing(&register).await;
        assert_eq!(full[1], before[1] + ROWS as i64);
        let id = sent["import"].to_string();
        let undo = ["imports", "undo", id.as_str(), "--reason", "the wrong school"];
        let mut cuts = 0;
        for wait in waits() {
            let at_work = cut(&register, &undo, wait);
            let now = standing(&register).await;
            if now[1..] == before[1..] {
                break;
            }
            assert!(at_work, "it ended and undid nothing");
            assert_eq!(now, full, "after {wait:?}");
            cuts += 1;
        }
        assert!(cuts >= 2, "only {cuts} undoings were cut off in their middle");
        assert_eq!(standing(&register).await[1..], before[1..]);
        let twice = run(&register, &undo);
        assert_eq!(twice.status.code(), Some(1), "{}", complaint(&twice));
    })
    .await;
}

/// Months that were kept, and those whose file is there and whole.
async fn months(register: &Register) -> (i64, i64) {
    let mut tx = register.db.begin_read().await.unwrap();
    let sql = "SELECT (SELECT COUNT(*) FROM snapshot), (SELECT COUNT(*) FROM snapshot s JOIN \
               snapshot_file f ON f.snapshot = s.id AND f.hash = s.hash)";
    tx.one(sql, &[], |row| Ok((row.int(0)?, row.int(1)?))).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_month_end_that_is_killed_keeps_a_whole_month_or_none() {
    each_engine(|register| async move {
        town(&register, "400", DAY);
        let mut cuts = 0;
        for wait in waits() {
            let mut site = Site::start(&register);
            let visitor = site.sign_in("data.manager@medway.example");
            let freezing = visitor.begin("/month-end", "period_end=2025-02-28&seen=0");
            std::thread::sleep(wait / 4);
            site.kill();
            drop(freezing);
            let (kept, whole) = months(&register).await;
            assert_eq!(kept, whole, "after {wait:?}");
            if kept == 1 {
                break;
            }
            cuts += 1;
        }
        assert!(cuts >= 1, "no freezing was cut off in its middle");
        let site = Site::start(&register);
        let visitor = site.sign_in("data.manager@medway.example");
        visitor.post("/month-end", "period_end=2025-02-28&seen=0");
        assert_eq!(months(&register).await, (1, 1));
    })
    .await;
}

const DEMO: [&str; 3] = ["demo", "--people", "400"];

#[tokio::test]
async fn a_demonstration_that_is_killed_leaves_no_half_town_and_is_made_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let demo = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
        command.args(DEMO).arg("--home").arg(&home).stdin(Stdio::null());
        command
    };
    let mut cuts = 0;
    for wait in waits() {
        cut_off(demo(), wait);
        if home.join("waymark.db").exists() {
            break;
        }
        cuts += 1;
    }
    assert!(cuts >= 2, "only {cuts} demonstrations were cut off in their middle");
    let db = Db::open_home(&home).await.unwrap();
    let mut tx = db.begin_read().await.unwrap();
    let making = organisations::setting(&mut tx, "demo_making").await.unwrap();
    assert_eq!(making.as_deref(), Some("no"), "what has come to its place is whole");
    let again = demo().output().unwrap();
    assert_eq!(again.status.code(), Some(1), "{}", complaint(&again));
    assert!(complaint(&again).contains("not empty"), "{}", complaint(&again));
}

/// What is no demonstration's own stays, however it is called; so does what stands beside.
#[test]
fn making_a_demonstration_anew_removes_nothing_of_anybody_else() {
    let home = tempfile::tempdir().unwrap();
    let aside = home.path().join("unfinished-demonstration");
    std::fs::create_dir_all(&aside).unwrap();
    let kept = [home.path().join("letter.txt"), aside.join("letter.txt")];
    for file in &kept {
        std::fs::write(file, "to be kept").unwrap();
    }
    std::fs::write(aside.join("waymark.db"), "half of one").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
    let made = command.args(DEMO).arg("--home").arg(home.path()).output().unwrap();
    assert!(made.status.success(), "{}", complaint(&made));
    assert!(home.path().join("waymark.db").exists() && !aside.join("waymark.db").exists());
    assert!(kept.iter().all(|file| file.exists()));
}

/// Where the database was there before, half a town cannot be put aside: it is said what to do.
#[tokio::test]
async fn half_a_demonstration_in_a_database_is_not_worked_with() {
    each_empty_engine(async |register| {
        town(&register, "200", DAY);
        let mut tx = register.db.begin().await.unwrap();
        organisations::set(&mut tx, "demo_making", "yes").await.unwrap();
        tx.commit().await.unwrap();
        for words in [&["demo", "--people", "200"][..], &["imports", "list"]] {
            let refused = run(&register, words);
            let said = complaint(&refused);
            assert_eq!(refused.status.code(), Some(1), "{words:?}: {said}");
            assert!(said.contains("did not come to its end"), "{words:?}: {said}");
        }
    })
    .await;
}
