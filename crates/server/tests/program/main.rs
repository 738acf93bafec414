//! The program as it is used: the real binary in processes of its own, on both databases. What a
//! process does when it is killed, when the disk is full, when two of them meet, and on the days on
//! which calendars turn.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the helpers of a test may stop it as its own lines may"
)]

mod answers;
mod beginning;
mod beside;
mod clock;
mod commands;
mod full;
mod killed;
mod limited;
mod meet;
mod options;
mod places;
mod site;
mod wrong_files;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use testkit::Register;

/// The school that sends the rolls of these tests.
const SCHOOL: &str = "Brompton Academy";

/// The program, told where a register is.
fn program(register: &Register, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
    command.args(words).args(register.place());
    command.stdin(Stdio::null());
    command
}

fn run(register: &Register, words: &[&str]) -> Output {
    program(register, words).output().unwrap()
}

/// Runs a command with `--format json` and takes its one document.
#[track_caller]
fn json(register: &Register, words: &[&str]) -> Value {
    let mut all = words.to_vec();
    all.extend(["--format", "json"]);
    let output = run(register, &all);
    document(&output, words)
}

/// The one document on standard output; anything beside it stops the test.
#[track_caller]
fn document(output: &Output, words: &[&str]) -> Value {
    let said = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&said)
        .unwrap_or_else(|e| panic!("{words:?}: {e}: {said} {}", complaint(output)))
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn town(register: &Register, people: &str, day: &str) -> Value {
    json(register, &["demo", "--people", people, "--as-of", day])
}

/// A roll of people whom no town has, and nobody twice. The seed tells one roll from another.
fn roll(folder: &Path, name: &str, rows: usize, seed: usize) -> String {
    let mut text = String::from("Forename,Surname,DOB,Sex,Postcode\n");
    for n in 0..rows {
        let (year, month, day) = (2008 + n % 3, 1 + n / 7 % 12, 1 + n / 3 % 28);
        let sex = if n % 2 == 0 { "F" } else { "M" };
        text += &format!(
            "Qu{},Zyx{},{day:02}/{month:02}/{year},{sex},ME4 4TR\n",
            letters(n * 17 + seed * 50_021),
            letters(n * 31 + seed * 100_003)
        );
    }
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

/// A number in letters, so that no two names are alike by a slip.
fn letters(mut n: usize) -> String {
    let mut word = String::new();
    loop {
        word.push_str(["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu"][n % 10]);
        n /= 10;
        if n == 0 {
            return word;
        }
    }
}

/// How many facts of each sort stand in the register, and how many people there are.
async fn standing(register: &Register) -> Vec<i64> {
    let mut tx = register.db.begin_read().await.unwrap();
    let mut counts = Vec::new();
    for sql in [
        "SELECT COUNT(*) FROM young_person",
        "SELECT COUNT(*) FROM particulars WHERE ended IS NULL",
        "SELECT COUNT(*) FROM address WHERE ended IS NULL",
        "SELECT COUNT(*) FROM spell WHERE ended IS NULL",
    ] {
        counts.push(tx.one(sql, &[], |row| row.int(0)).await.unwrap().unwrap());
    }
    counts
}
